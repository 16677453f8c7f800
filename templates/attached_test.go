package templates

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// furnished is a template with all that hangs on rows: headers in row 1, a tag
// in row 2, data in row 3, a total in row 5.
func furnished(t testing.TB) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book(t,
		"A1", "Наименование", "B1", "Остаток", "C1", "Новая цена",
		"A2", `<jx:forEach items="${rows}" groupBy="group">`, "A3", "${group.item.group}",
		"A4", `<jx:forEach items="${group.items}" var="row">`, "A5", "${row.name}", "B5", "${row.stock}", "A6", "</jx:forEach>",
		"A7", "</jx:forEach>", "A8", "Итого", "B8", "$[SUM(B5)@0]")))
	must(t, err)
	const name = "Sheet1"
	positive := excelize.NewDataValidation(true)
	positive.Sqref = "C5"
	must(t, positive.SetRange("B5", 1000, excelize.DataValidationTypeDecimal, excelize.DataValidationOperatorBetween))
	must(t, f.AddDataValidation(name, positive))
	list := excelize.NewDataValidation(true)
	list.Sqref = "A4" // a row that vanishes
	must(t, list.SetDropList([]string{"x"}))
	must(t, f.AddDataValidation(name, list))
	red, err := f.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Color: "FF0000"}})
	must(t, err)
	must(t, f.SetConditionalFormat(name, "A5:C5", []excelize.ConditionalFormatOptions{{Type: "formula", Criteria: "$B5>$B$8", Format: &red}}))
	for cell, text := range map[string]string{"A1": "above", "A5": "inside", "A4": "on a tag", "A8": "below"} {
		must(t, f.AddComment(name, excelize.Comment{Cell: cell, Author: "a", Text: text}))
	}
	must(t, f.SetCellHyperLink(name, "A8", "https://example.com", "External"))
	must(t, f.AutoFilter(name, "A1:C5", nil))
	for name, refersTo := range map[string]string{"_xlnm.Print_Area": "Sheet1!$A$1:$C$8", "_xlnm.Print_Titles": "Sheet1!$1:$1", "stocks": "Sheet1!$B$5:$B$5"} {
		scope := ""
		if strings.HasPrefix(name, "_") {
			scope = "Sheet1"
		}
		must(t, f.SetDefinedName(&excelize.DefinedName{Name: name, RefersTo: refersTo, Scope: scope}))
	}
	var dot bytes.Buffer
	must(t, png.Encode(&dot, image.NewRGBA(image.Rect(0, 0, 40, 20))))
	must(t, f.AddPictureFromBytes(name, "A10", &excelize.Picture{Extension: ".png", File: dot.Bytes()}))
	must(t, f.AddChart(name, "E10", &excelize.Chart{Type: excelize.Col, Series: []excelize.ChartSeries{{Name: "Sheet1!$B$1", Categories: "Sheet1!$A$5:$A$5", Values: "Sheet1!$B$5:$B$5"}}}))
	must(t, f.InsertPageBreak(name, "A9"))
	var b bytes.Buffer
	must(t, f.Write(&b))
	return b.Bytes()
}

// What hangs on rows moves with them: it covers each copy, grows with a list,
// and goes with a row that vanishes.
func TestWhatHangsOnRowsMoves(t *testing.T) {
	tpl, err := Load(furnished(t))
	must(t, err)
	var out bytes.Buffer
	found, err := Render(t.Context(), tpl, scopeOf(t, threeRows), &out, Options{})
	if err != nil || len(found) > 0 {
		t.Fatal(err, found)
	}
	if path := os.Getenv("CATALOGSHEET_KEEP"); path != "" {
		must(t, os.WriteFile(path, out.Bytes(), 0o644))
	}
	f, err := excelize.OpenReader(&out)
	must(t, err)
	defer func() { must(t, f.Close()) }()
	const name = "Sheet1"
	// Rows: 1 titles, 2 x, 3 a, 4 c, 5 y, 6 b, 7 the total.
	validations, err := f.GetDataValidations(name)
	must(t, err)
	if len(validations) != 1 || validations[0].Sqref != "C3:C4 C6" || !strings.Contains(validations[0].Formula1, "B3") {
		t.Errorf("validations %+v", validations)
	}
	formats, err := f.GetConditionalFormats(name)
	must(t, err)
	if rules := formats["A3:C4 A6:C6"]; len(rules) != 1 || rules[0].Criteria != "$B3>$B$7" {
		t.Errorf("conditional formats %+v", formats)
	}
	comments, err := f.GetComments(name)
	must(t, err)
	var notes []string
	for _, c := range comments {
		notes = append(notes, c.Cell+" "+c.Text)
	}
	slices.Sort(notes)
	if d := cmp.Diff([]string{"A1 above", "A3 inside", "A7 below"}, notes); d != "" {
		t.Error(d)
	}
	if ok, link, err := f.GetCellHyperLink(name, "A7"); err != nil || !ok || link != "https://example.com" {
		t.Errorf("link %v %q %v", ok, link, err)
	}
	names := map[string]string{}
	for _, n := range f.GetDefinedName() {
		names[n.Name] = n.RefersTo
	}
	if d := cmp.Diff(map[string]string{
		"_xlnm.Print_Area": "Sheet1!$A$1:$C$7", "_xlnm.Print_Titles": "Sheet1!$1:$1", "stocks": "Sheet1!$B$3:$B$6", "_xlnm._FilterDatabase": "'Sheet1'!$A$1:$C$6",
	}, names); d != "" {
		t.Error(d)
	}
	if pictures, err := f.GetPictures(name, "A9"); err != nil || len(pictures) != 1 {
		t.Errorf("pictures %v, %v", pictures, err)
	}
	for part, want := range map[string]string{
		"xl/charts/chart1.xml": "Sheet1!$B$3:$B$6", "xl/worksheets/sheet1.xml": `<autoFilter ref="$A$1:$C$6"`,
	} {
		b, _ := f.Pkg.Load(part)
		if data, _ := b.([]byte); !bytes.Contains(bytes.ReplaceAll(data, []byte("$"), nil), []byte(strings.ReplaceAll(want, "$", ""))) {
			t.Errorf("%s has no %s: %s", part, want, data)
		}
	}
}

// A list that is empty leaves nothing to cover.
func TestWhatHangsOnNoRowsGoes(t *testing.T) {
	f, found, err := render(t, furnished(t), scopeOf(t, `{"rows": []}`))
	if err != nil || len(found) > 0 {
		t.Fatal(err, found)
	}
	validations, err := f.GetDataValidations("Sheet1")
	must(t, err)
	formats, err := f.GetConditionalFormats("Sheet1")
	must(t, err)
	comments, err := f.GetComments("Sheet1")
	must(t, err)
	if len(validations)+len(formats) != 0 || len(comments) != 2 {
		t.Errorf("%v %v %v", validations, formats, comments)
	}
}
