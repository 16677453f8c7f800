package templates

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
)

// book makes a workbook of cells: "A1", "text", "=B1" is a formula, a key with
// a colon is a merge.
func book(t testing.TB, cells ...string) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i := 0; i+1 < len(cells); i += 2 {
		a, text := cells[i], cells[i+1]
		from, to, merge := strings.Cut(a, ":")
		switch {
		case merge:
			must(t, f.MergeCell("Sheet1", from, to))
		case strings.HasPrefix(text, "="):
			must(t, f.SetCellFormula("Sheet1", a, text[1:]))
		default:
			must(t, f.SetCellStr("Sheet1", a, text))
		}
	}
	var b bytes.Buffer
	must(t, f.Write(&b))
	return b.Bytes()
}

// looped is a template with a loop in rows 2 to 4 around row 3.
func looped(t testing.TB, cells ...string) []byte {
	t.Helper()
	return book(t, append([]string{
		"A1", "UUID", "A2", `<jx:forEach items="${rows}" var="row">`, "A3", "${row.consignmentID}", "A4", "</jx:forEach>",
	}, cells...)...)
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		rule, code string
		data       []byte
		cell, fix  string
	}{
		{"L01", "not-xls", looped(t), "", ""},
		{"L02", "tag-indented", looped(t, "A6", ` <jx:forEach items="${rows}" var="x">`), "A6", `<jx:forEach items="${rows}" var="x">`},
		{"L03", "tag-unknown", book(t, "A1", `<jx:foreach items="${rows}" var="row">`, "A3", "</jx:foreach>"), "A1", `<jx:forEach items="${rows}" var="row">`},
		{"L04", "tag-quotes", looped(t, "A6", `<jx:if test=“${row.stock > 5}”>`, "A8", "</jx:if>"), "A6", `<jx:if test="${row.stock > 5}">`},
		{"L05", "attribute-bare", looped(t, "A6", `<jx:forEach items="rows" var="x">`, "A8", "</jx:forEach>"), "A6", `<jx:forEach items="${rows}" var="x">`},
		{"L05", "attribute-missing", looped(t, "A6", `<jx:if>`, "A8", "</jx:if>"), "A6", ""},
		{"L06", "tag-unclosed", looped(t, "A6", `<jx:if test="${row.stock > 5}">`), "A6", ""},
		{"L06", "tag-close-untidy", looped(t, "A6", `<jx:if test="${row.stock > 5}">`, "A8", "</jx:if> "), "A8", "</jx:if>"},
		{"L06", "tag-close-stray", looped(t, "A6", `</jx:if>`), "A6", ""},
		{"L06", "tag-one-cell", looped(t, "A6", `<jx:if test="${row.stock > 5}">x</jx:if>`), "A6", ""},
		{"L07", "loops-in-row", looped(t, "C2", `<jx:forEach items="${stores}" var="s">`, "C4", "</jx:forEach>"), "C2", ""},
		{"L08", "tag-row-content", looped(t, "B4", "Итого"), "B4", ""},
		{"L09", "merge-rows", book(t, "A1", `<jx:forEach items="${rows}" var="row">`, "A2", "${row.name}", "A4", "</jx:forEach>", "A2:A3", ""), "A2", ""},
		{"L10", "formula-copied", looped(t, "C3", "=B3*2"), "C3", "$[B3*2]"},
		{"L10", "formula-total", looped(t, "B6", "=SUM(B3:B3)"), "B6", "$[SUM(B3)@0]"},
		{"L11", "formula-prefixed", looped(t, "B6", "Итого $[SUM(B3)@0]"), "B6", "$[SUM(B3)@0]"},
		{"L11", "formula-broken", looped(t, "B6", "$[IF(B1>1;2;3)]"), "B6", "$[IF(B1>1,2,3)]"},
		{"L11", "formula-broken", looped(t, "B6", "$[B1*1,5]"), "B6", "$[B1*1.5]"},
		{"L11", "formula-russian", looped(t, "B6", "$[СУММ(B3)@0]"), "B6", "$[SUM(B3)@0]"},
		{"L11", "formula-tail", looped(t, "B6", "$[SUM(B3)@0] руб"), "B6", "$[SUM(B3)@0]"},
		{"L12", "formula-no-default", looped(t, "B6", "$[SUM(B3)]"), "B6", "$[SUM(B3)@0]"},
		{"L13", "formula-range", looped(t, "B6", "$[SUM(B3:B3)@0]"), "B6", "$[SUM(B3)@0]"},
		{"L14", "comment-cut", looped(t, "B3", "${row.name} // так"), "B3", "${row.name}"},
		{"L15", "expression-brace", looped(t, "B3", `${"a}b"}`), "B3", ""},
		{"L15", "expression-open", looped(t, "B3", `${row.name`), "B3", "${row.name}"},
		{"L16", "colon-letter", looped(t, "B3", `${row.stock > 1?row.name:row.productCode}`), "B3", `${row.stock > 1?row.name :row.productCode}`},
		{"L17", "money-minor", looped(t, "B3", `${row.salePrice}`), "B3", `${row.salePrice / 100.0}`},
		{"L17", "money-integer", looped(t, "B3", `${row.salePrice/100}`), "B3", `${row.salePrice/100.0}`},
		{"L18", "unknown-name", looped(t, "B3", `${row.consignmentId}`), "B3", `${row.consignmentID}`},
		{"L18", "unknown-name", looped(t, "B3", `${rwo.name}`), "B3", `${row.name}`},
		{"L18", "unknown-name", looped(t, "B3", `${formatter.printIff(row.name, 1)}`), "B3", `${formatter.printIf(row.name, 1)}`},
		{"L19", "id-in-text", looped(t, "B3", " ${row.consignmentID}"), "B3", "${row.consignmentID}"},
		{"L20", "test-null-possible", looped(t, "A6", `<jx:if test="${row.x}">`, "A8", "</jx:if>"), "A6", `<jx:if test="${row.x != null && row.x}">`},
		{"L22", "no-loop", book(t, "A1", "Отчёт"), "", ""},
		{"", "code-call", looped(t, "B3", `${new("java.io.File", "x")}`), "B3", ""},
	} {
		t.Run(c.code+" "+c.cell, func(t *testing.T) {
			tpl, err := Load(c.data)
			must(t, err)
			all := tpl.Check()
			i := slices.IndexFunc(all, func(f Finding) bool { return f.Code == c.code })
			if i < 0 {
				t.Fatalf("not found among %v", all)
			}
			f := all[i]
			if cell := strings.TrimPrefix(f.At.Cell(), "Sheet1!"); cell != c.cell || f.Rule != c.rule || f.Fix != c.fix {
				t.Errorf("%s at %q, fix %q; want %s at %q, fix %q", f.Rule, cell, f.Fix, c.rule, c.cell, c.fix)
			}
			for _, l := range []i18n.Lang{i18n.En, i18n.Ru} {
				if text := f.Message(l) + f.Hint(l); strings.Contains(text, "%!") || f.Message(l) == "" {
					t.Errorf("said as %q", text)
				}
			}
			// What was corrected is not found again.
			if c.fix == "" {
				return
			}
			fixed, err := excelize.OpenReader(bytes.NewReader(c.data))
			must(t, err)
			must(t, fixed.SetCellFormula("Sheet1", c.cell, ""))
			must(t, fixed.SetCellStr("Sheet1", c.cell, c.fix))
			var b bytes.Buffer
			must(t, fixed.Write(&b))
			tpl, err = Load(b.Bytes())
			must(t, err)
			for _, f := range tpl.Check() {
				if f.Code == c.code && strings.HasSuffix(f.At.Cell(), "!"+c.cell) && c.code != "colon-letter" {
					t.Errorf("found again after the correction to %q: %v", c.fix, f)
				}
			}
		})
	}
}

// The main story: the id column that a template lacks.
func TestCheckSuggestsTheID(t *testing.T) {
	data := book(t,
		"A1", "Остатки", "A7", "Код", "K7", "Цена",
		"A8", `<jx:forEach items="${rows}" var="row">`,
		"A9", "${row.modificationCode}", "K9", "${row.salePrice / 100.0}",
		"A10", "</jx:forEach>")
	tpl, err := Load(data)
	must(t, err)
	all := tpl.Check()
	i := slices.IndexFunc(all, func(f Finding) bool { return f.Code == "no-id" })
	if i < 0 {
		t.Fatal(all)
	}
	f := all[i]
	if want := "put UUID into L7 and ${row.consignmentID} into L9"; !strings.Contains(f.Hint(i18n.En), want) {
		t.Errorf("%q, want %q", f.Hint(i18n.En), want)
	}
	if want := "rows 8–10"; !strings.Contains(f.Message(i18n.En), want) {
		t.Errorf("%q, want %q", f.Message(i18n.En), want)
	}
	if f.FixAt.Cell() != "Sheet1!L9" || f.Fix != "${row.consignmentID}" {
		t.Errorf("fix %q at %s", f.Fix, f.FixAt.Cell())
	}
}

// A template that is handed out has nothing wrong with it, and renders.
func TestReadyTemplates(t *testing.T) {
	for _, kind := range Kinds() {
		data, err := New(kind, "xls")
		must(t, err)
		tpl, err := Load(data)
		must(t, err)
		if all := tpl.Check(); len(all) > 0 {
			t.Errorf("%s: %v", kind, all)
		}
		if len(Variables(kind)) < 10 {
			t.Errorf("%s has few variables", kind)
		}
	}
	if _, err := New("invoice", "xls"); err == nil {
		t.Error("a kind that is not there was made")
	}
}

func TestMissingCountry(t *testing.T) {
	data, err := New(KindStock, "xls")
	must(t, err)
	at := bytes.Index(data, []byte{0x8C, 0, 4, 0, 7, 0, 7, 0})
	data[at] = 0x8D
	tpl, err := Load(data)
	must(t, err)
	if all := tpl.Check(); len(all) != 1 || all[0].Rule != "L21" || all[0].Severity != diag.Error {
		t.Errorf("%v", all)
	}
}

// Every line of the table of findings is in both languages.
func TestKinds(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range slices.Concat(tagKinds[:], formulaKinds[:], textKinds[:], renderKinds[:]) {
		if seen[k.code] {
			t.Errorf("%s is there twice", k.code)
		}
		seen[k.code] = true
		if k.message.En == "" || k.message.Ru == "" || (k.hint.En == "") != (k.hint.Ru == "") {
			t.Errorf("%s is not said in both languages", k.code)
		}
	}
}

// What nearly breaks a rule is let pass.
func TestCheckLetsPass(t *testing.T) {
	for rule, cells := range map[string][]string{
		"L02": {"A6", "a < jx and b"},
		"L03": {"A6", `<jx:outline detail="true">`, "A8", "</jx:outline>"},
		"L04": {"A6", `<jx:if test="${row.name == '«x»'}">`, "A8", "</jx:if>"},
		"L05": {"A6", `<jx:forEach items="${rows}" groupBy="category" select="${group.item.stock > 0}">`, "A8", "</jx:forEach>"},
		"L06": {"A6", `<jx:if test="${row.stock > 5}">`, "B6", "x", "C6", "</jx:if>"},
		"L07": {"A6", `<jx:forEach items="${rows}" var="x">`, "A8", "</jx:forEach>", "A9", `<jx:forEach items="${rows}" var="y">`, "A11", "</jx:forEach>"},
		"L08": {"B3", "шт", "B5", "Итого"},
		"L09": {"B3", "${row.name}", "B3:C3", "", "A5:A6", ""},
		"L10": {"B6", "=SUM(B1:B1)"},
		"L11": {"B6", `$[IF(B1>1,"а;б",1.5)]`, "B7", "Цена [$] 5"},
		"L12": {"B3", "${row.stock}", "B6", "$[SUM(B3)@0]", "C6", "$[SUM(B1)]"},
		"L13": {"B6", "$[SUM(B1:B1)]"},
		"L14": {"B3", "${row.name} / ${row.uomName}", "B6", `$[HYPERLINK("https://x.ru","t")]`},
		"L15": {"B3", "{${row.name}}"},
		"L16": {"B3", `${row.stock > 1 ? row.name : row.productCode}`, "C3", `${"Итого: " + row.name}`},
		"L17": {"B3", "${row.salePrice / 100.0}", "C3", "${row.stock / 100}", "D3", "${row.salePrice > 5 ? 1 : 2}"},
		"L18": {"B3", "${row.AvgStockDays}", "C3", "${formatter.printTags(row)}"},
		"L19": {"B3", "id ${row.modificationCode}"},
		"L20": {"A6", `<jx:if test="${row.stock > 5 && row.name.contains('x')}">`, "A8", "</jx:if>"},
		"L22": {"A6", `<jx:forEach items="${filters}" var="filter">`, "A7", "${filter.getDisplayName()}", "A8", "</jx:forEach>"},
	} {
		tpl, err := Load(looped(t, cells...))
		must(t, err)
		for _, f := range tpl.Check() {
			if f.Rule == rule {
				t.Errorf("%s: %s at %s, %s", rule, f.Code, f.At.Cell(), f.Value)
			}
		}
	}
}

// A list of documents has its own names, money in kopecks, and no ids of goods.
func TestCheckOfAList(t *testing.T) {
	tpl, err := Load(book(t,
		"A1", `<jx:if test="${filtersText != null && filtersText.length() > 0}">`, "A2", "${filtersText}", "A3", "</jx:if>",
		"A4", `<jx:forEach items="${rows}" var="row">`,
		"A5", "${row.stateRef.name}", "B5", "${row.sumTO.sum / 100.0}", "C5", "${row.sumTO.sum}", "D5", "${row.sourceAgentRef.name}",
		"A6", "</jx:forEach>", "B7", "${total.sumTO.sum/100}"))
	must(t, err)
	var got []string
	for _, f := range tpl.Check() {
		if f.Code != "not-xls" {
			got = append(got, f.At.Cell()+" "+f.Code+" "+f.Fix)
		}
	}
	want := []string{
		"Sheet1!C5 money-minor ${row.sumTO.sum / 100.0}",
		"Sheet1!B7 money-integer ${total.sumTO.sum/100.0}",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
