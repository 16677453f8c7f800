package importer

import (
	"archive/zip"
	"bytes"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/sheet"
)

// The forms in which FuzzReadBook takes its data.
const (
	sheetXML = iota // the visible sheet of a workbook
	odsXML          // the content of an OpenDocument sheet
	anyBytes        // a file as it is
	bookForms
)

// FuzzReadBook gives the reader workbooks of any content beside a real base.
// What it makes of them stands in their cells.
func FuzzReadBook(f *testing.F) {
	csv, _ := export(f, "base.csv", i18n.Ru)
	seedBooks(f)
	path := filepath.Join(f.TempDir(), "f")
	f.Fuzz(func(t *testing.T, form byte, data []byte) {
		switch form % bookForms {
		case sheetXML:
			data = zipOf(t, "xl/worksheets/sheet1.xml", data,
				"xl/workbook.xml", []byte(`<workbook><sheets><sheet name="Товары" r:id="r1"/></sheets></workbook>`),
				"xl/_rels/workbook.xml.rels", []byte(`<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`))
		case odsXML:
			data = zipOf(t, "content.xml", data)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := Read(t.Context(), path, Options{Create: true, BasePath: csv})
		if err != nil {
			t.Fatalf("an error, where a finding is due: %v", err)
		}
		checkEdited(t, e)
		checkTraced(t, e, false)
	})
}

// zipOf makes a zip of parts, name and content in turn.
func zipOf(t testing.TB, parts ...any) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(parts); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: parts[i].(string), Method: zip.Store})
		if err == nil {
			_, err = w.Write(parts[i+1].([]byte))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// seedBooks spells rows of the base, with prices of every kind, as sheets.
func seedBooks(f *testing.F) {
	const ods = `<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"` +
		` xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:spreadsheet><table:table table:name="Товары">`
	heads := []string{"UUID", "Наименование", "Код", "Штрихкоды", "НДС", "Цена: Розница", "Вес", "Архивный", "Доп. поле: Количество", "Доп. поле: Когда"}
	for _, values := range [][]string{
		{idA, "Кофе 2", "0012346", "2000000000022", "10%", "1 299,50", "0,7", "да", "13", "2026-11-22"},
		{idB, "Чай", "12E5", "4607001234567", "20", "1E3", "1e-9", "true", "1E1", "46347.5"},
		{idC, "", "1.1", "4.60700E+12", "0.1", "1E999999999", "-0.5", "1", "12.5", "x"},
		{"", "Новый", "9", "", "none", "5 руб.", "", "", "", ""},
	} {
		var text, num, table strings.Builder
		for _, h := range heads {
			text.WriteString(`<c t="str"><v>` + h + `</v></c>`)
			table.WriteString(`<table:table-cell office:value-type="string"><text:p>` + h + `</text:p></table:table-cell>`)
		}
		table.WriteString(`</table:table-row><table:table-row>`)
		num.WriteString(text.String() + `</row><row>`)
		text.WriteString(`</row><row>`)
		for _, v := range values {
			text.WriteString(`<c t="inlineStr"><is><t>` + v + `</t></is></c>`)
			num.WriteString(`<c><v>` + v + `</v></c>`)
			table.WriteString(`<table:table-cell office:value-type="float" office:value="` + v + `"/>`)
		}
		for _, s := range []string{text.String(), num.String()} {
			f.Add(byte(sheetXML), []byte(`<worksheet><sheetData><row>`+s+`</row></sheetData></worksheet>`))
		}
		f.Add(byte(odsXML), []byte(ods+`<table:table-row>`+table.String()+`</table:table-row></table:table></office:spreadsheet></office:document-content>`))
	}
	for _, name := range []string{"d1904-lo.xls", "poi-minimal.xls"} {
		b, err := os.ReadFile(filepath.Join("..", "internal", "sheet", "testdata", "legacy", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(byte(anyBytes), b)
	}
}

// checkTraced: what is to be written stands in the cell that asks for it.
// Where scaled, a number may stand there in another unit of ten.
func checkTraced(t *testing.T, e *Edited, scaled bool) {
	t.Helper()
	all := e.Changes
	for _, c := range e.Created {
		all = append(all[:len(all):len(all)], c.Values...)
	}
	if len(all) == 0 {
		return
	}
	cells := map[diag.At]sheet.Cell{}
	book, err := openBook(e.File, e.o)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for _, s := range book.Sheets() {
		for row, err := range book.Rows(s.Name) {
			if err != nil {
				t.Fatalf("changes out of a damaged sheet: %v", err)
			}
			for _, c := range row.Cells {
				cells[diag.At{Sheet: s.Name, Row: row.Num, Col: c.Col}] = c
			}
		}
	}
	for _, c := range all {
		for _, at := range c.At {
			cell := cells[diag.At{Sheet: at.Sheet, Row: at.Row, Col: at.Col}]
			if !traced(c, cell, scaled) {
				t.Errorf("%s at %v is to be %q, the cell holds %+v", c.Column.Field, at, c.Mine.Text(), cell)
			}
		}
	}
}

func traced(c merge.Change, cell sheet.Cell, scaled bool) bool {
	mine := c.Mine.Text()
	if mine == "" && c.Column.ClearBy == "" {
		return bare(cell.Text) == "" // emptied
	}
	switch c.Column.Kind {
	case catalog.Money, catalog.Number, catalog.Integer:
		if cell.Type == sheet.Number && !scaled {
			return nearly(cell.Text, mine)
		}
		a, b := figures(cell.Text), figures(mine)
		if scaled {
			a, b = strings.Trim(a, "0"), strings.Trim(b, "0")
		}
		return a == b && (a == "" || strings.ContainsAny(cell.Text, "-−") == strings.HasPrefix(mine, "-"))
	case catalog.Text, catalog.Code, catalog.ID:
		return cell.Type != sheet.String || strings.Contains(bare(cell.Text), bare(mine))
	case catalog.Barcodes:
		for line := range strings.Lines(mine) {
			_, code, _ := strings.Cut(line, ":")
			if cell.Type == sheet.String && !strings.Contains(bare(cell.Text), bare(code)) {
				return false
			}
		}
	}
	return cell.Text != ""
}

// nearly compares numbers in the 15 digits that a double has for certain.
func nearly(a, b string) bool {
	x, okX := new(big.Rat).SetString(a)
	y, okY := new(big.Rat).SetString(b)
	if !okX || !okY {
		return false
	}
	far := new(big.Rat).Sub(x, y)
	return far.Abs(far).Cmp(new(big.Rat).Mul(new(big.Rat).Abs(x), big.NewRat(1, 1e14))) <= 0
}

// figures gives the digits of a number without the zeros that say nothing:
// those in front, and the last ones after a decimal sign.
func figures(s string) string {
	digits := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				return r
			}
			return -1
		}, s)
	}
	whole, frac := s, ""
	if i := strings.LastIndexAny(strings.TrimRight(s, ". "), ".,"); i >= 0 {
		whole, frac = s[:i], s[i:]
	}
	return strings.TrimLeft(digits(whole)+strings.TrimRight(digits(frac), "0"), "0")
}

// bare drops what a text may differ in from what was typed: white space, what
// is not seen, case.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.IsControl(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFC.String(s))
}
