package templates

import (
	"testing"
)

// The look and the texts of an .xls template come through, and what an engine
// wrote is a workbook to read as well.
func TestLoadXLS(t *testing.T) {
	for _, kind := range Kinds() {
		data, err := New(kind, "xls")
		must(t, err)
		old, err := Load(data)
		must(t, err)
		if !old.country {
			t.Errorf("%s: no COUNTRY record: the engine cannot move rows", kind)
		}
		data, err = New(kind, "xlsx")
		must(t, err)
		modern, err := Load(data)
		must(t, err)
		for i, r := range modern.tabs[0].rows {
			for j, c := range r.cells {
				if got := old.tabs[0].rows[i].cells[j]; got.text != c.text || got.row != c.row || got.col != c.col {
					t.Errorf("%s %d:%d: %q in .xls, %q in .xlsx", kind, c.row, c.col, got.text, c.text)
				}
			}
		}
	}
}
