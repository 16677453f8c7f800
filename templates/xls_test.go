package templates

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
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

// Formulas of .xls templates that other programs saved are formulas: they are
// corrected by the check and computed in the report. One that cannot be spelled
// keeps its value, and its cell is named.
func TestFormulasOfXLS(t *testing.T) {
	for _, name := range []string{"formulas-lo.xls", "formulas-gnm.xls"} {
		tpl, err := Open("testdata/xls/" + name)
		must(t, err)
		fixes := map[string]string{}
		for _, f := range tpl.Check() {
			if f.Rule == "L10" {
				fixes[strings.TrimPrefix(f.At.Cell(), "Остатки!")] = f.Code + " " + f.Fix
			}
		}
		if d := cmp.Diff(map[string]string{
			"C3": "formula-copied $[B3*2]", "B5": "formula-total $[SUM(B3)@0]", "A6": "formula-kept ",
		}, fixes); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		var out bytes.Buffer
		_, err = Render(t.Context(), tpl, scopeOf(t, `{"rows": [{"consignmentID": "a", "stock": 2.0}, {"consignmentID": "b", "stock": 3.0}]}`), &out, Options{})
		must(t, err)
		f, err := excelize.OpenReader(&out)
		must(t, err)
		got := seen(t, f)
		if got["C2"] != "f:B2*2" || got["C3"] != "f:B2*2" || !strings.HasPrefix(got["B4"], "f:SUM(B2") || !strings.HasPrefix(got["C4"], `f:IF(B4>1,"много","мало")&`) {
			t.Errorf("%s: %v", name, got)
		}
		if v, err := f.GetCellValue("Остатки", "C2", excelize.Options{RawCellValue: true}); err != nil || v != "4" {
			t.Errorf("%s: C2 is %q, %v", name, v, err)
		}
		must(t, f.Close())
	}
}
