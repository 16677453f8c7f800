package importer

import (
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/sheet"
)

// TestUndated: a code that a program turned into a date is never sent as one.
func TestUndated(t *testing.T) {
	for _, c := range []struct{ was, text, csv, workbook string }{
		{"1-2", "01.02.2026", "bad", "bad"},
		{"1-2", "01.02.1999", "bad", "bad"},
		{"1-2", "01.02.26", "bad", "bad"},
		{"1-2", "2026-02-01", "bad", "bad"},
		{"1-2", "2026-02-01 00:00:00", "bad", "bad"},
		{"1-2", "1/2/2026", "bad", "bad"},
		{"1-2", "01.фев", "bad", "bad"},
		{"1-2", "1 февр.", "bad", "bad"},
		{"1-2", "02.янв", "bad", "bad"},
		{"1-2", "2-Jan", "bad", "bad"},
		{"1-2", "Jan-02", "bad", "bad"},
		{"01/02", "1 февраля 2026", "bad", "bad"},
		{"1-2", "1 февраля 2026 г.", "bad", "bad"},
		{"1.10", "01.10.2026", "bad", "bad"},
		{"1.10", "01.окт", "bad", "bad"},
		{"5-99", "май.99", "bad", "bad"},
		{"1-2", "01.03.2026", "edit", "edit"},
		{"1-2", "1-3", "edit", "edit"},
		{"1-2", "1.2", "edit", "edit"},
		{"1-2", "1-2-3456-7", "edit", "edit"},
		{"1-3", "1-марка", "edit", "edit"},
		{"A-1-2", "01.02.2026", "edit", "edit"},
		{"45-46", "01.02.2026", "edit", "edit"},
		{"0-2", "01.02.2026", "edit", "edit"},
		{"1-2", "1-2", "same", "same"},
		{"01.02.2026", "01.02.2026", "same", "same"},
		{"01-02-2026", "01.02.2026", "same", "edit"},
		{"01-02-26", "01.02.2026", "same", "edit"},
		{"01-02-2026", "01.02.2027", "edit", "edit"},
		{"01-02-2026", "02.02.2026", "edit", "edit"},
		{"2026", "01.01.2026", "edit", "edit"},
	} {
		for csv, want := range map[bool]string{true: c.csv, false: c.workbook} {
			r := &reader{e: &Edited{}, csv: csv}
			col := &column{Column: catalog.Column{Field: catalog.FieldArticle, Kind: catalog.Code}}
			got := r.read(col, &sheet.Cell{Type: sheet.String, Text: c.text}, catalog.Of(c.was))
			said := "edit"
			switch {
			case got.bad != nil && got.bad.Code == "date-in-text":
				said = "bad"
			case got.bad != nil:
				said = string(got.bad.Code)
			case got.same:
				said = "same"
			}
			if said != want {
				t.Errorf("%q typed over %q, csv %t: %s, want %s", c.text, c.was, csv, said, want)
			}
		}
	}
}

// TestUndatedBarcodes: a barcode is judged without the name of its kind.
func TestUndatedBarcodes(t *testing.T) {
	base := catalog.Of("code128:1-2")
	r := &reader{e: &Edited{}, csv: true}
	for _, bare := range []bool{false, true} {
		col := &column{Column: catalog.Column{Field: catalog.FieldBarcodes, Kind: catalog.Barcodes, Bare: bare}}
		if got := r.read(col, &sheet.Cell{Type: sheet.String, Text: "01.02.2026"}, base); got.bad == nil || got.bad.Code != "date-in-text" {
			t.Errorf("bare %t: %+v", bare, got)
		}
	}
	part := &column{part: "code128"}
	if _, d := r.partCodes(part, &sheet.Cell{Type: sheet.String, Text: "01.фев"}, base); d == nil || d.Code != "date-in-text" {
		t.Errorf("in a column of its kind: %+v", d)
	}
	if codes, d := r.partCodes(part, &sheet.Cell{Type: sheet.String, Text: "1-2"}, base); d != nil || len(codes) != 1 || codes[0] != "code128:1-2" {
		t.Errorf("untouched: %v, %+v", codes, d)
	}
}
