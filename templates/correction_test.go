package templates

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

const rowsLoop = `<jx:forEach items="${rows}" var="row">`

// correctionCases are mistakes in the spellings in which people make them: the
// rules that they break, and what the corrected cells hold in the end.
var correctionCases = []struct {
	name  string
	cells []string
	rules string
	want  string
}{
	{"text before a tag", []string{"A2", "Цикл: " + rowsLoop}, "L02 L06", "A2=" + rowsLoop},
	{"the tag of later versions", []string{"A2", `<jx:each items="${rows}" var="row">`, "A4", "</jx:each>"}, "L03 L03", "A2=" + rowsLoop + " A4=</jx:forEach>"},
	{"capitals in both tags", []string{"A2", `<jx:ForEach items="${rows}" var="row">`, "A4", "</jx:ForEach>"}, "L03 L03", "A2=" + rowsLoop + " A4=</jx:forEach>"},
	{"capitals in a prefix", []string{"A2", `<JX:forEach items="${rows}" var="row">`, "A4", "</JX:forEach>"}, "L03 L03", "A2=" + rowsLoop + " A4=</jx:forEach>"},
	{"quotes of a text processor", []string{"A2", `<jx:forEach items=«${rows}» var=”row”>`}, "L04", "A2=" + rowsLoop},
	{"a dollar alone", []string{"A2", `<jx:forEach items="$rows" var="row">`}, "L05", "A2=" + rowsLoop},
	{"braces alone", []string{"A2", `<jx:forEach items="{rows}" var="row">`}, "L05", "A2=" + rowsLoop},
	{"a select sees its own item", []string{"A2", `<jx:forEach items="${rows}" var="row" select="row.stock > 1">`}, "L05", `A2=<jx:forEach items="${rows}" var="row" select="${row.stock > 1}">`},
	{"a space in a closing tag", []string{"A4", "</jx:forEach >"}, "L06 L06", "A4=</jx:forEach>"},
	{"a closing tag in small letters", []string{"A4", "</jx:foreach>"}, "L06 L06", "A4=</jx:forEach>"},
	{"a total over the rows of the tags", []string{"C6", "=SUM(C2:C4)"}, "L10", "C6=$[SUM(C3)@0]"},
	{"a cell of the loop", []string{"C6", "=C3"}, "L10", "C6=$[SUM(C3)@0]"},
	{"a range with rows besides stays", []string{"C6", "$[SUM(C1:C3)@0]"}, "L13", ""},
	{"a Russian formula", []string{"C6", "$[ЕСЛИ(C1>1,5;\"а;б\";0)]"}, "L11 L11", `C6=$[IF(C1>1.5,"а;б",0)]`},
	{"an average over nothing", []string{"C6", "$[SUM(C3)/COUNT(C3)]"}, "L12", "C6=$[SUM(C3)@0/COUNT(C3)@1]"},
	{"two columns", []string{"C6", "$[SUM(C3:D3)@0]"}, "L13", "C6=$[SUM(C3,D3)@0]"},
	{"an address", []string{"C3", "https://x.ru/${row.name}"}, "L14", `C3=${"https" + ":/" + "/"}x.ru/${row.name}`},
	{"an address in an expression", []string{"C3", `${"http://" + row.name}`}, "L14", `C3=${"http" + ":/" + "/" + row.name}`},
	{"a brace too many", []string{"C3", "${row.name}}"}, "L15", "C3=${row.name}"},
	{"no dollar", []string{"C3", "{row.name}"}, "L15", "C3=${row.name}"},
	{"round brackets", []string{"C3", "$(row.name) шт"}, "L15", "C3=${row.name} шт"},
	{"a sum of kopecks", []string{"C3", "${(row.salePrice - row.price) / 100}"}, "L17", "C3=${(row.salePrice - row.price) / 100.0}"},
	{"an aggregate of kopecks", []string{"C3", "${sum(salePrice):rows}"}, "L17", ""},
	{"a method", []string{"C3", "${row.name.lenght()}"}, "L18", "C3=${row.name.length()}"},
	{"a method of MoySklad's own", []string{"C3", "${row.name.getBytes()}"}, "", ""},
	{"an id joined with a text", []string{"A3", `${"id " + row.consignmentID}`}, "L19", "A3=${row.consignmentID}"},
	{"a choice as a test", []string{"A6", `<jx:if test="${o.x ? o.y : null}">`, "A7", "x", "A8", "</jx:if>"}, "L20", `A6=<jx:if test="${(o.x ? o.y : null) != null && (o.x ? o.y : null)}">`},
	{"null as a test", []string{"A6", `<jx:if test="${null}">`, "A7", "x", "A8", "</jx:if>"}, "L20", ""},
}

func TestCorrectionsEndClean(t *testing.T) {
	for _, c := range correctionCases {
		t.Run(c.name, func(t *testing.T) {
			cells := []string{"A1", "UUID", "A2", rowsLoop, "A3", "${row.consignmentID}", "B3", "${row.name}", "A4", "</jx:forEach>"}
			data := book(t, append(cells, c.cells...)...)
			found := checked(t, data)
			var rules []string
			for _, f := range found {
				rules = append(rules, f.Rule)
			}
			if got := strings.Join(rules, " "); got != c.rules {
				t.Errorf("broken rules: %q, want %q: %v", got, c.rules, found)
			}
			var got []string
			for range 4 {
				i := slices.IndexFunc(found, func(f Finding) bool { return f.Fix != "" })
				if i < 0 {
					break
				}
				_, cell, _ := strings.Cut(found[i].FixAt.Cell(), "!")
				data = corrected(t, data, cell, found[i].Fix)
				got = append(got, cell+"="+found[i].Fix)
				found = checked(t, data)
			}
			if d := cmp.Diff(c.want, strings.Join(got, " ")); d != "" {
				t.Error(d)
			}
			if c.want != "" && len(found) > 0 {
				t.Errorf("left after the corrections: %v", found)
			}
		})
	}
}

func checked(t *testing.T, data []byte) Findings {
	t.Helper()
	tpl, err := Load(data)
	must(t, err)
	return slices.DeleteFunc(tpl.Check(), func(f Finding) bool { return f.Rule == "L01" })
}

func corrected(t *testing.T, data []byte, cell, text string) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	must(t, err)
	must(t, f.SetCellFormula("Sheet1", cell, ""))
	must(t, f.SetCellStr("Sheet1", cell, text))
	var b bytes.Buffer
	must(t, f.Write(&b))
	return b.Bytes()
}

// A name of letters that are not Latin must be quoted, and rows of another
// sheet multiply as those of the own one do.
func TestFormulasOfOtherSheets(t *testing.T) {
	for _, c := range []struct{ formula, codes, fix string }{
		{"$[SUM(Данные!B2)@0]", "formula-sheet", "$[SUM('Данные'!B2)@0]"},
		{"$[SUM('Данные'!B2)]", "formula-no-default", "$[SUM('Данные'!B2)@0]"},
		{"$[SUM('Данные'!B1:B3)@0]", "formula-range", "$[SUM('Данные'!B2)@0]"},
		{"$[SUM('Данные'!B2)@0]", "", ""},
		{"$['Данные'!B9+1]", "", ""},
	} {
		f := excelize.NewFile()
		must(t, f.SetCellStr("Sheet1", "A1", c.formula))
		_, err := f.NewSheet("Данные")
		must(t, err)
		for cell, text := range map[string]string{"A1": rowsLoop, "A2": "${row.consignmentID}", "B2": "${row.stock}", "A3": "</jx:forEach>"} {
			must(t, f.SetCellStr("Данные", cell, text))
		}
		var b bytes.Buffer
		must(t, f.Write(&b))
		var codes []string
		fix := ""
		for _, x := range checked(t, b.Bytes()) {
			codes = append(codes, x.Code)
			fix = x.Fix
		}
		if got := strings.Join(codes, " "); got != c.codes || fix != c.fix {
			t.Errorf("%s: %s, fix %q; want %s, fix %q", c.formula, got, fix, c.codes, c.fix)
		}
	}
}
