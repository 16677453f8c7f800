package sheet

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"catalogsheet/internal/sheet/xlsxtest"
)

// notes annotates row 3 as failed and row 4 as done.
func notes(sheet string) Annotation {
	return Annotation{
		Sheet: sheet, HeaderRow: 1, Columns: []string{StateTitle.Ru, ReasonTitle.Ru},
		Cell: func(row int) ([]string, Mark) {
			switch row {
			case 3:
				return []string{"отклонено", "=цена <1> & \"2\"\x1b _x000D_"}, Failed
			case 4:
				return []string{"применено", ""}, Plain
			}
			return nil, Plain
		},
	}
}

// workbook writes a sheet of three items with everything a person may have.
func workbook(t testing.TB) string {
	t.Helper()
	f := excelize.NewFile()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(f.SetSheetName("Sheet1", "Остатки"))
	for r, row := range [][]any{{"UUID", "Цена"}, {"a", 1.5}, {"b", 2}, {"c", "=3"}, {nil, nil}, {"e", 5}} {
		check(f.SetSheetRow("Остатки", fmt.Sprintf("A%d", r+1), &row))
	}
	check(f.SetCellFormula("Остатки", "B6", "SUM(B2:B3)"))
	check(f.SetColWidth("Остатки", "A", "F", 20))
	check(f.AutoFilter("Остатки", "A1:B6", nil))
	style, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	check(err)
	check(f.SetCellStyle("Остатки", "A1", "B1", style))
	_, err = f.NewSheet("_base")
	check(err)
	check(f.SetCellValue("_base", "A1", "hidden"))
	check(f.SetSheetVisible("_base", false, true))
	path := filepath.Join(t.TempDir(), "цены.xlsx")
	check(f.SaveAs(path))
	return path
}

func cellsOf(t testing.TB, path, sheet string) map[string]string {
	t.Helper()
	b, err := Open(path, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	got := map[string]string{}
	for row, err := range b.Rows(sheet) {
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range row.Cells {
			got[fmt.Sprintf("%d:%d", row.Num, c.Col)] = c.Text
		}
	}
	return got
}

func TestAnnotateXLSX(t *testing.T) {
	src := workbook(t)
	dst := filepath.Join(t.TempDir(), "out.xlsx")
	if err := Annotate(t.Context(), src, dst, notes("Остатки")); err != nil {
		t.Fatal(err)
	}
	want := cellsOf(t, src, "Остатки")
	want["1:3"], want["1:4"] = "Статус", "Причина"
	want["3:3"], want["3:4"] = "отклонено", "=цена <1> & \"2\"\x1b _x000D_"
	want["4:3"] = "применено"
	if d := cmp.Diff(want, cellsOf(t, dst, "Остатки")); d != "" {
		t.Error(d)
	}
	sameParts(t, src, dst)
	f, err := excelize.OpenFile(dst)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if d, err := f.GetSheetDimension("Остатки"); err != nil || d != "A1:D6" {
		t.Errorf("dimension %s, %v", d, err)
	}
	if fill := fillOf(t, f, "C3"); fill != "FFC7CE" {
		t.Errorf("a failed row has fill %q", fill)
	}
	if fill := fillOf(t, f, "C4"); fill != "" {
		t.Errorf("a good row has fill %q", fill)
	}
	for cell, want := range map[string]float64{"C": stateWidth, "D": reasonWidth, "B": 20, "F": 20} {
		if got, err := f.GetColWidth("Остатки", cell); err != nil || got != want {
			t.Errorf("column %s is %v wide, %v", cell, got, err)
		}
	}
	if got, err := f.GetCellFormula("Остатки", "B6"); err != nil || got != "SUM(B2:B3)" {
		t.Errorf("formula %q, %v", got, err)
	}
}

func fillOf(t *testing.T, f *excelize.File, cell string) string {
	t.Helper()
	id, err := f.GetCellStyle("Остатки", cell)
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	if len(style.Fill.Color) == 0 {
		return ""
	}
	return style.Fill.Color[0]
}

// sameParts compares every part but the worksheet and the styles byte by byte,
// as they are packed.
func sameParts(t *testing.T, src, dst string) {
	t.Helper()
	data, err := os.ReadFile(dst)
	if err != nil {
		t.Fatal(err)
	}
	xlsxtest.Valid(t, data)
	a, b := packed(t, src), packed(t, dst)
	if len(a) != len(b) {
		t.Errorf("%d parts became %d", len(a), len(b))
	}
	for name, body := range a {
		if name != "xl/worksheets/sheet1.xml" && name != "xl/styles.xml" && !bytes.Equal(body, b[name]) {
			t.Errorf("part %s has changed", name)
		}
	}
}

func packed(t *testing.T, path string) map[string][]byte {
	t.Helper()
	zr, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer zr.Close()
	parts := map[string][]byte{}
	for _, f := range zr.File {
		r, err := f.OpenRaw()
		if err != nil {
			t.Fatal(err)
		}
		if parts[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return parts
}

// TestAnnotateTwice overwrites the columns of an earlier result, in the other
// language too, instead of adding them again; old reasons go.
func TestAnnotateTwice(t *testing.T) {
	for _, src := range []string{workbook(t), csvFile(t, "UUID;Цена\r\na;1,5\r\nb;2\r\nc;3\r\n")} {
		dir := t.TempDir()
		once, twice := filepath.Join(dir, "1"+filepath.Ext(src)), filepath.Join(dir, "2"+filepath.Ext(src))
		sheet := ""
		if filepath.Ext(src) == ".xlsx" {
			sheet = "Остатки"
		}
		a := notes(sheet)
		if err := Annotate(t.Context(), src, once, a); err != nil {
			t.Fatal(err)
		}
		want := cellsOf(t, src, sheet)
		want["1:3"], want["1:4"], want["2:3"] = "State", "Reason", "applied"
		a.Columns = []string{StateTitle.En, ReasonTitle.En}
		a.Cell = func(row int) ([]string, Mark) {
			if row == 2 {
				return []string{"applied", ""}, Plain
			}
			return nil, Plain
		}
		if err := Annotate(t.Context(), once, twice, a); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, cellsOf(t, twice, sheet)); d != "" {
			t.Error(d)
		}
	}
}

// TestAnnotateXML takes what other programs write.
func TestAnnotateXML(t *testing.T) {
	const head = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
	const row3 = `<c r="C3" t="inlineStr"><is><t xml:space="preserve">отклонено</t></is></c><c r="D3" t="inlineStr"><is><t xml:space="preserve">=цена &lt;1&gt; &amp; "2"_x001B_ _x005F_x000D_</t></is></c>`
	const titles = `<c r="C1" t="inlineStr"><is><t xml:space="preserve">Статус</t></is></c><c r="D1" t="inlineStr"><is><t xml:space="preserve">Причина</t></is></c>`
	const widths = `<cols><col min="3" max="3" width="16" customWidth="1"/><col min="4" max="4" width="70" customWidth="1"/></cols>`
	for _, c := range []struct{ name, in, want string }{
		{
			"bare rows and cells, blank styled cells to the right, a comment",
			`<worksheet><sheetData><row><c t="inlineStr"><is><t>UUID</t></is></c><c t="inlineStr"><is><t>N</t></is></c></row><row/><!-- <row> --><row r="3" spans="1:2" ht="15"><c r="A3"><v>1</v></c><c r="C3" s="0"/><c r="D3" s="0"></c><c r="E3" s="0"/></row></sheetData><!--x--></worksheet>`,
			`<worksheet>` + widths + `<sheetData><row><c t="inlineStr"><is><t>UUID</t></is></c><c t="inlineStr"><is><t>N</t></is></c>` + titles + `</row><row/><!-- <row> --><row r="3" ht="15"><c r="A3"><v>1</v></c>` + row3 + `<c r="E3" s="0"/></row></sheetData><!--x--></worksheet>`,
		},
		{
			"an empty row gets a body, a wide column is cut, the dimension grows",
			`<worksheet><dimension ref="A1:B3"/><cols><col min="1" max="16384" width="9" style="0"/></cols><sheetData><row r="1"><c r="B1" t="str"><v>UUID</v></c></row><row r="3" spans='1:2'/></sheetData></worksheet>`,
			`<worksheet><dimension ref="A1:D3"/><cols><col min="1" max="2" width="9" style="0"/><col min="3" max="3" width="16" customWidth="1"/><col min="4" max="4" width="70" customWidth="1"/><col min="5" max="16384" width="9" style="0"/></cols><sheetData><row r="1"><c r="B1" t="str"><v>UUID</v></c>` + titles + `</row><row r="3">` + row3 + `</row></sheetData></worksheet>`,
		},
		{
			"prefixed names",
			`<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1"><x:c r="B1" t="str"><x:v>U>D</x:v></x:c></x:row></x:sheetData></x:worksheet>`,
			`<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` + prefixed(widths) + `<x:sheetData><x:row r="1"><x:c r="B1" t="str"><x:v>U>D</x:v></x:c>` + prefixed(titles) + `</x:row></x:sheetData></x:worksheet>`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := rawWorkbook(t, head+c.in)
			dst := filepath.Join(t.TempDir(), "out.xlsx")
			if err := Annotate(t.Context(), src, dst, notes("S")); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(head+c.want, partText(t, dst)); d != "" {
				t.Error(d)
			}
		})
	}
}

// prefixed puts x: before the names of tags.
func prefixed(s string) string {
	return strings.NewReplacer("</", "</x:", "<", "<x:").Replace(s)
}

// rawWorkbook makes a workbook of one worksheet's XML.
func rawWorkbook(t testing.TB, sheet string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "raw.xlsx")
	var b bytes.Buffer
	zw := zip.NewWriter(&b)
	const rel = `<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/></Relationships>`
	for _, p := range [][2]string{
		{"_rels/.rels", fmt.Sprintf(rel, "officeDocument", "xl/workbook.xml")},
		{"xl/workbook.xml", `<workbook xmlns:r="x"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", fmt.Sprintf(rel, "worksheet", "worksheets/sheet1.xml")},
		{"xl/worksheets/sheet1.xml", sheet},
	} {
		w, err := zw.Create(p[0])
		if err == nil {
			_, err = io.WriteString(w, p[1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(zw.Close(), os.WriteFile(path, b.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	return path
}

func partText(t testing.TB, path string) string {
	t.Helper()
	zr, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer zr.Close()
	f, err := zr.Open("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestAnnotateFails leaves no file and no temporary file behind.
func TestAnnotateFails(t *testing.T) {
	stopped, stop := context.WithCancel(t.Context())
	stop()
	many := "UUID;N\n" + strings.Repeat("a;1\n", 3000)
	for _, c := range []struct {
		name string
		ctx  context.Context
		src  string
		a    Annotation
		want error
	}{
		{"no such sheet", t.Context(), workbook(t), notes("нет"), nil},
		{"no header", t.Context(), workbook(t), Annotation{Sheet: "Остатки", HeaderRow: 40, Columns: []string{"x"}}, nil},
		{"cancelled", stopped, csvFile(t, many), notes(""), context.Canceled},
		{"broken XML", t.Context(), rawWorkbook(t, `<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>x</v></c></row>`), notes("S"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			err := Annotate(c.ctx, c.src, filepath.Join(dir, "out"), c.a)
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Errorf("got %v", err)
			}
			left, err := os.ReadDir(dir)
			if err != nil || len(left) != 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

// TestAnnotateInPlace replaces a file by its own result, base and all.
func TestAnnotateInPlace(t *testing.T) {
	for _, src := range []string{workbook(t), csvFile(t, "UUID;N\na;1\nb;2\n")} {
		if err := os.WriteFile(basePath(src), []byte("base"), 0o600); err != nil {
			t.Fatal(err)
		}
		sheet := ""
		if filepath.Ext(src) == ".xlsx" {
			sheet = "Остатки"
		}
		want := cellsOf(t, src, sheet)
		if err := Annotate(t.Context(), src, src, notes(sheet)); err != nil {
			t.Fatal(err)
		}
		got := cellsOf(t, src, sheet)
		if got["3:3"] != "отклонено" {
			t.Errorf("row 3: %q", got["3:3"])
		}
		for at, text := range want {
			if got[at] != text {
				t.Errorf("%s: %q became %q", at, text, got[at])
			}
		}
		base, err := os.ReadFile(basePath(src))
		if err != nil || string(base) != "base" {
			t.Errorf("base %q, %v", base, err)
		}
	}
}
