package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// bookOf makes a workbook of one sheet out of the XML inside <worksheet>.
// Parts, by name, are added or replace the usual ones.
func bookOf(t testing.TB, body string, parts map[string]string) string {
	t.Helper()
	const (
		ns   = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
		rels = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
		kind = `Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	)
	all := map[string]string{
		"[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
		"_rels/.rels":         rels + `<Relationship Id="rId1" ` + kind + `officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/_rels/workbook.xml.rels": rels + `<Relationship Id="rId1" ` + kind + `worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" ` + kind + `sharedStrings" Target="/xl/sharedStrings.xml"/>` +
			`<Relationship Id="rId3" ` + kind + `styles" Target="styles.xml"/></Relationships>`,
		"xl/workbook.xml":          `<workbook ` + ns + `><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/worksheets/sheet1.xml": `<?xml version="1.0" encoding="UTF-8"?><worksheet ` + ns + `>` + body + `</worksheet>`,
	}
	for name, text := range parts {
		all[name] = text
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	for name, text := range all {
		w, err := zw.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(zw.Close(), os.WriteFile(path, buf.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	return path
}

// rows reads a sheet into memory.
func rows(t testing.TB, b Book, name string) ([]Row, error) {
	t.Helper()
	var all []Row
	for r, err := range b.Rows(name) {
		if err != nil {
			return all, err
		}
		r.Cells = append([]Cell(nil), r.Cells...)
		all = append(all, r)
	}
	return all, nil
}

func read(t testing.TB, path, name string) []Row {
	t.Helper()
	b, err := Open(path, ReadOptions{})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { _ = b.Close() })
	all, err := rows(t, b, name)
	if err != nil {
		t.Fatalf("rows: %v", err)
	}
	return all
}

func str(col int, text string) Cell { return Cell{Col: col, Type: String, Text: text} }
func num(col int, text string) Cell { return Cell{Col: col, Type: Number, Text: text} }

var sharedParts = map[string]string{
	"xl/sharedStrings.xml": `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>plain</t></si><si><r><rPr><b/></rPr><t>rich </t></r><r><t xml:space="preserve">text</t></r>` +
		`<rPh sb="0" eb="1"><t>phonetic</t></rPh><phoneticPr fontId="1"/></si><si><t/></si><si><t>a_x000D_&#10;b&amp;_x005F_x0041_</t></si></sst>`,
	"xl/styles.xml": `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts><numFmt numFmtId="164" formatCode="[$-419]dd\.mm\.yyyy;@"/>` +
		`<numFmt numFmtId="165" formatCode="#,##0.00&quot; days&quot;"/><numFmt numFmtId="166" formatCode="[h]:mm"/></numFmts>` +
		`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="10"/>` +
		`<xf numFmtId="49"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>`,
}

func TestCells(t *testing.T) {
	tests := map[string]struct {
		data string
		want []Row
	}{
		"inline, number, blank": {
			`<row r="2"><c r="A2" t="inlineStr"><is><t>x</t></is></c><c r="B2"/><c r="C2"><v> 1.50 </v></c></row>`,
			[]Row{{Num: 2, Cells: []Cell{str(1, "x"), num(3, "1.50")}}},
		},
		"a leftover of another type": {
			`<row r="1"><c r="A1" t="n"><v>150</v><is><t>129</t></is></c><c r="B1"><is><t>x</t></is><v>2</v></c><c r="C1"><is><t>cleared</t></is></c>` +
				`<c r="D1" t="inlineStr"><v>7</v><is><t>text</t></is></c><c r="E1" t="inlineStr"><v>7</v></c><c r="F1" t="s"><is><t>x</t></is><v>0</v></c>` +
				`<c r="G1" t="b"><is><t>x</t></is><v>1</v></c><c r="H1"><f>1+1</f><is><t>x</t></is></c></row>`,
			[]Row{{Num: 1, Cells: []Cell{
				num(1, "150"), num(2, "2"), str(4, "text"), str(6, "plain"), {Col: 7, Type: Bool, Text: "true"}, {Col: 8, Formula: true, Uncached: true},
			}}},
		},
		"shared, rich without phonetic, empty, escapes": {
			`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c></row>`,
			[]Row{{Num: 1, Cells: []Cell{str(1, "plain"), str(2, "rich text"), str(4, "a\r\nb&_x0041_")}}},
		},
		"addresses left out": {
			`<row><c><v>1</v></c><c/><c><v>3</v></c></row><row/><row><c r="E3"><v>5</v></c><c><v>6</v></c></row>`,
			[]Row{{Num: 1, Cells: []Cell{num(1, "1"), num(3, "3")}}, {Num: 3, Cells: []Cell{num(5, "5"), num(6, "6")}}},
		},
		"truth that was not computed": {
			`<row r="1"><c r="A1"><f>TRUE()</f><v/></c><c r="B1"><f>false()</f><v></v></c><c r="C1" t="b"><f>TRUE</f></c><c r="D1"><f>TRUE()+1</f></c><c r="E1"><f>TRUE()</f><v>1</v></c></row>`,
			[]Row{{Num: 1, Cells: []Cell{
				{Col: 1, Type: Bool, Text: "true"}, {Col: 2, Type: Bool, Text: "false"}, {Col: 3, Type: Bool, Text: "true"},
				{Col: 4, Formula: true, Uncached: true}, {Col: 5, Type: Bool, Text: "true"},
			}}},
		},
		"types": {
			`<row r="1"><c r="A1" t="b"><v>1</v></c><c r="B1" t="e"><v>#N/A</v></c><c r="C1" t="d"><v>2026-11-21</v></c><c r="D1" t="n"><v>4.6E+16</v></c><c r="E1"><v>oops</v></c></row>`,
			[]Row{{Num: 1, Cells: []Cell{
				{Col: 1, Type: Bool, Text: "true"}, {Col: 2, Type: Error, Text: "#N/A"},
				{Col: 3, Type: String, Show: ShowDate, Text: "2026-11-21"}, num(4, "4.6E+16"), str(5, "oops"),
			}}},
		},
		"formulas": {
			`<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>1+1</f></c><c r="C1"><f>1+1</f><v></v></c><c r="D1" t="str"><f>""</f><v></v></c>` +
				`<c r="E1"><f>[1]Sheet!A1</f><v>3</v></c><c r="F1"><f>SUM(Table1[Price])</f><v>4</v></c><c r="G1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>`,
			[]Row{{Num: 1, Cells: []Cell{
				{Col: 1, Type: Number, Formula: true, Text: "2"},
				{Col: 2, Formula: true, Uncached: true},
				{Col: 3, Formula: true, Uncached: true},
				{Col: 4, Type: String, Formula: true},
				{Col: 5, Type: Number, Formula: true, External: true, Text: "3"},
				{Col: 6, Type: Number, Formula: true, Text: "4"},
				{Col: 7, Type: Error, Formula: true, Text: "#DIV/0!"},
			}}},
		},
		"shared formulas keep what their first one says": {
			`<row r="1"><c r="A1"><f t="shared" si="0" ref="A1:A2">'[1]x'!A1</f><v>1</v></c></row><row r="2"><c r="A2"><f t="shared" si="0"/><v>2</v></c></row>`,
			[]Row{
				{Num: 1, Cells: []Cell{{Col: 1, Type: Number, Formula: true, External: true, Text: "1"}}},
				{Num: 2, Cells: []Cell{{Col: 1, Type: Number, Formula: true, External: true, Text: "2"}}},
			},
		},
		"booleans as LibreOffice spells them": {
			`<row r="1"><c r="A1" t="b"><f aca="false">TRUE()</f><v>1</v></c><c r="B1"><f>FALSE()</f><v>0</v></c></row>`,
			[]Row{{Num: 1, Cells: []Cell{{Col: 1, Type: Bool, Text: "true"}, {Col: 2, Type: Bool, Text: "false"}}}},
		},
		"shows": {
			`<row r="1"><c r="A1" s="1"><v>46053</v></c><c r="B1" s="2"><v>0.1</v></c><c r="C1" s="3"><v>1</v></c><c r="D1" s="4"><v>1</v></c><c r="E1" s="5"><v>1</v></c><c r="F1" s="6"><v>1</v></c><c r="G1" s="99"><v>1</v></c></row>`,
			[]Row{{Num: 1, Cells: []Cell{
				{Col: 1, Type: Number, Show: ShowDate, Text: "46053"}, {Col: 2, Type: Number, Show: ShowPercent, Text: "0.1"},
				{Col: 3, Type: Number, Show: ShowText, Text: "1"}, {Col: 4, Type: Number, Show: ShowDate, Text: "1"},
				num(5, "1"), {Col: 6, Type: Number, Show: ShowDate, Text: "1"}, num(7, "1"),
			}}},
		},
		"hidden rows": {
			`<row r="1" hidden="1"><c><v>1</v></c></row><row r="2" ht="0" customHeight="1"><c><v>2</v></c></row><row r="3" hidden="false" ht="15"><c><v>3</v></c></row>`,
			[]Row{{Num: 1, Hidden: true, Cells: []Cell{num(1, "1")}}, {Num: 2, Hidden: true, Cells: []Cell{num(1, "2")}}, {Num: 3, Cells: []Cell{num(1, "3")}}},
		},
		"prefixes, comments, CDATA, quotes": {
			`<x:row r='1'><!-- > <c> --><x:c r="A1" t="str" foo=">"><x:v><![CDATA[<a&b>]]>&lt;&#x41;</x:v></x:c><x:c r="B1" t="inlineStr"><x:is><x:t xml:space="preserve"> y </x:t></x:is></x:c></x:row>`,
			[]Row{{Num: 1, Cells: []Cell{str(1, "<a&b><A"), str(2, " y ")}}},
		},
		"cells out of order": {
			`<row r="1"><c r="B1"><v>2</v></c><c r="A1"><v>1</v></c></row>`,
			[]Row{{Num: 1, Cells: []Cell{num(1, "1"), num(2, "2")}}},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := read(t, bookOf(t, `<sheetData>`+tt.data+`</sheetData>`, sharedParts), "S")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSheetsInOrderWithStates(t *testing.T) {
	path := bookOf(t, `<sheetData/><mergeCells><mergeCell ref="B2:C3"/></mergeCells>`, map[string]string{
		"xl/workbook.xml": `<workbook><workbookPr date1904="1"/><sheets><sheet name="Б &amp; &quot;2&quot;" sheetId="7" r:id="rId1"/>` +
			`<sheet name="_base" state="veryHidden" sheetId="1" q:id="rId9"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet2.xml"/>` +
			`<Relationship Id="rId9" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
	})
	b, err := Open(path, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if diff := cmp.Diff([]Info{{Name: `Б & "2"`}, {Name: "_base", Hidden: true}}, b.Sheets()); diff != "" {
		t.Error(diff)
	}
	if !b.Date1904() {
		t.Error("date system lost")
	}
	merges, err := b.Merges("_base")
	if diff := cmp.Diff([]Range{{2, 2, 3, 3}}, merges); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestDamageIsRefused(t *testing.T) {
	data := func(s string) string { return `<sheetData>` + s + `</sheetData>` }
	tests := map[string]struct {
		body  string
		parts map[string]string
		kind  string
	}{
		"torn":                 {`<sheetData><row r="1"><c r="A1"><v>1</v>`, map[string]string{"xl/worksheets/sheet1.xml": `<worksheet><sheetData><row r="1"><c r="A1"><v>1`}, "broken"},
		"rows go back":         {data(`<row r="2"><c><v>1</v></c></row><row r="1"><c><v>1</v></c></row>`), nil, "broken"},
		"one cell twice":       {data(`<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>`), nil, "broken"},
		"cell of another row":  {data(`<row r="1"><c r="A2"><v>1</v></c></row>`), nil, "broken"},
		"shared text missing":  {data(`<row r="1"><c r="A1" t="s"><v>9</v></c></row>`), nil, "broken"},
		"document type":        {`<!DOCTYPE x [<!ENTITY a "b">]>` + data(``), nil, "broken"},
		"unknown entity":       {data(`<row r="1"><c r="A1" t="str"><v>&boom;</v></c></row>`), nil, "broken"},
		"not UTF-8":            {data("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>\xff</v></c></row>"), nil, "broken"},
		"too many columns":     {data(`<row r="1"><c r="XFE1"><v>1</v></c></row>`), nil, "columns"},
		"too many rows":        {data(`<row r="1048577"><c><v>1</v></c></row>`), nil, "rows"},
		"long cell":            {data(`<row r="1"><c r="A1" t="str"><v>` + strings.Repeat("x", 1100) + `</v></c></row>`), nil, "cell"},
		"sheet part elsewhere": {data(``), map[string]string{"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="../../../etc/passwd"/></Relationships>`}, "broken"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b, err := Open(bookOf(t, tt.body, tt.parts), ReadOptions{Limits: Limits{Cell: 1000}})
			if err == nil {
				defer b.Close()
				_, err = rows(t, b, "S")
			}
			fe, ok := errors.AsType[*FileError](err)
			if !ok || fe.Kind != tt.kind {
				t.Fatalf("got %v, want kind %s", err, tt.kind)
			}
		})
	}
}

func TestSniff(t *testing.T) {
	tests := map[string]struct{ content, code, kind string }{
		"empty":     {"", CodeUnreadable, "empty"},
		"pdf":       {"%PDF-1.7", CodeUnreadable, "pdf"},
		"html":      {"\xEF\xBB\xBF \n<HTML><table>", CodeUnreadable, "html"},
		"html xml":  {`<?xml version="1.0"?><!DOCTYPE html><html>`, CodeUnreadable, "html"},
		"xml 2003":  {`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`, CodeUnreadable, "xml2003"},
		"torn zip":  {"PK\x03\x04rest", CodeUnreadable, "broken"},
		"binary":    {"a;b\n\x00\x01", CodeUnreadable, "binary"},
		"koi8 junk": {"\x80\x81\x82\x98;\x83\n", CodeUnreadable, "encoding"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file.xlsx")
			if err := os.WriteFile(path, []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(path, ReadOptions{})
			fe, ok := errors.AsType[*FileError](err)
			if !ok || fe.Code != tt.code || fe.Kind != tt.kind {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	body := `<sheetData>` + strings.Repeat(`<row><c t="inlineStr"><is><t>aaaaaaaaaaaaaaaaaaaa</t></is></c></row>`, 5000) + `</sheetData>`
	for name, l := range map[string]Limits{"part": {Part: 10_000}, "file": {File: 500}, "entries": {Entries: 2}} {
		t.Run(name, func(t *testing.T) {
			b, err := Open(bookOf(t, body, nil), ReadOptions{Limits: l})
			if err == nil {
				defer b.Close()
				_, err = rows(t, b, "S")
			}
			if fe, ok := errors.AsType[*FileError](err); !ok || fe.Code != CodeTooLarge || fe.Kind != name {
				t.Fatalf("got %v", err)
			}
		})
	}
}

// oracle reads a sheet's raw texts with excelize, by address.
func oracle(t testing.TB, f *excelize.File, name string) map[[2]int]string {
	t.Helper()
	lines, err := f.GetRows(name)
	if err != nil {
		t.Fatalf("oracle: %v", err)
	}
	texts := map[[2]int]string{}
	for r, line := range lines {
		for c, text := range line {
			if text != "" {
				texts[[2]int{r + 1, c + 1}] = text
			}
		}
	}
	return texts
}

// agree compares every cell's text with the oracle's.
func agree(t testing.TB, path string) {
	t.Helper()
	b, err := Open(path, ReadOptions{})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	defer b.Close()
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatalf("oracle: %v", err)
	}
	defer f.Close()
	for _, s := range b.Sheets() {
		got := map[[2]int]string{}
		all, err := rows(t, b, s.Name)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range all {
			for _, c := range r.Cells {
				if c.Type == Bool {
					c.Text = map[string]string{"true": "1", "false": "0"}[c.Text]
				}
				if c.Text != "" {
					got[[2]int{r.Num, c.Col}] = c.Text
				}
			}
		}
		if diff := cmp.Diff(oracle(t, f, s.Name), got); diff != "" {
			t.Errorf("%s (-oracle +scanner):\n%s", s.Name, diff)
		}
	}
}

func TestSamplesAgreeWithOracle(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.xlsx")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) { agree(t, path) })
	}
}

// A library puts a number into a cell of an inline text, or empties it, and
// leaves the text behind: what it wrote last counts.
func TestLeftoverTexts(t *testing.T) {
	path := bookOf(t, `<sheetData><row r="1">`+inlineCell("A1", "129.90")+inlineCell("B1", "gone")+inlineCell("C1", "stays")+inlineCell("D1", "true")+`</row></sheetData>`, sharedParts)
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(f.SetCellDefault("S", "A1", "150"), f.SetCellValue("S", "B1", nil), f.SetCellBool("S", "D1", true), f.Save(), f.Close())
	if err != nil {
		t.Fatal(err)
	}
	want := []Row{{Num: 1, Cells: []Cell{num(1, "150"), str(3, "stays"), {Col: 4, Type: Bool, Text: "true"}}}}
	if diff := cmp.Diff(want, read(t, path, "S")); diff != "" {
		t.Error(diff)
	}
}
