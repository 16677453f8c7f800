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

// What an .xls template has and the report has not is said, with the sheet; how
// it is printed goes with it.
func TestWhatIsLeftOfXLS(t *testing.T) {
	for name, want := range map[string]string{
		"attached-lo.xls":  "xls-comments xls-conditions xls-links xls-pictures xls-validations",
		"attached-gnm.xls": "xls-comments xls-conditions xls-validations", // gnumeric keeps no more
	} {
		tpl, err := Open("testdata/xls/" + name)
		must(t, err)
		var out bytes.Buffer
		found, err := Render(t.Context(), tpl, scopeOf(t, `{"rows": [{"consignmentID": "a", "name": "n"}]}`), &out, Options{})
		must(t, err)
		var codes []string
		for _, f := range found {
			codes = append(codes, f.Code)
			if f.At.Sheet != "Остатки" {
				t.Errorf("%s: %s is said of sheet %q", name, f.Code, f.At.Sheet)
			}
		}
		if d := cmp.Diff(want, strings.Join(codes, " ")); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		f, err := excelize.OpenReader(&out)
		must(t, err)
		page, err := f.GetPageLayout("Остатки")
		must(t, err)
		if page.Orientation == nil || *page.Orientation != "landscape" || page.Size == nil || *page.Size != 9 {
			t.Errorf("%s: the page is %v, %v", name, page.Orientation, page.Size)
		}
		margins, err := f.GetHeaderFooter("Остатки")
		must(t, err)
		if margins == nil || !strings.Contains(margins.OddFooter, "Склад &P") {
			t.Errorf("%s: the footer is %v", name, margins)
		}
		must(t, f.Close())
	}
}

// What hangs on a cell stays in its column where a loop over columns moves the
// cell: that is said at the cell.
func TestAttachedRightOfColumns(t *testing.T) {
	data := book(t, "A1", `<jx:forEach items="${o.list}" var="x">`, "B1", "${x}", "C1", "</jx:forEach>", "D1", "всего", "A2", "нет")
	f, err := excelize.OpenReader(bytes.NewReader(data))
	must(t, err)
	must(t, f.AddComment("Sheet1", excelize.Comment{Cell: "D1", Author: "a", Paragraph: []excelize.RichTextRun{{Text: "x"}}}))
	must(t, f.AddComment("Sheet1", excelize.Comment{Cell: "A2", Author: "a", Paragraph: []excelize.RichTextRun{{Text: "x"}}}))
	v := excelize.NewDataValidation(true)
	v.Sqref = "B1:E9"
	must(t, v.SetRange(1, 2, excelize.DataValidationTypeWhole, excelize.DataValidationOperatorBetween))
	must(t, f.AddDataValidation("Sheet1", v))
	var b bytes.Buffer
	must(t, f.Write(&b))
	_, found, err := render(t, b.Bytes(), scopeOf(t, caseData))
	must(t, err)
	var said []string
	for _, x := range found {
		said = append(said, x.Code+" "+x.At.Cell())
	}
	if d := cmp.Diff([]string{"attached-across Sheet1!B1", "attached-across Sheet1!D1"}, said); d != "" {
		t.Error(d)
	}
}
