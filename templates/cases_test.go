package templates

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const caseData = `{
	"rows": [
		{"name": "a", "g": "x", "stock": 1.0, "n": 2, "price": 250.0, "nul": null, "flag": true, "sub": [{"v": 1.0}, {"v": 2.0}]},
		{"name": "b", "g": "y", "stock": 2.5, "n": 3, "price": 1000.0, "nul": null, "flag": false, "sub": []},
		{"name": "c", "g": "x", "stock": 4.0, "n": 4, "price": 1.0, "nul": null, "flag": true, "sub": [{"v": 5.0}]}],
	"mixed": [
		{"name": "a", "g": "x"}, {"name": "b", "g": null}, {"name": "c", "g": "X"}, {"name": "d", "g": ""}, {"name": "e", "g": null}, {"name": "f", "g": "x"}],
	"keys": [{"name": "a", "g": 10.0}, {"name": "b", "g": 9.0}, {"name": "c", "g": 100.0}],
	"none": [], "two": [{"name": "p"}, {"name": "q"}],
	"o": {"name": "Д-1", "moment": "2026-01-05 09:07:03.000", "nul": null, "t": "Text", "d": "12", "zero": 0.0, "long": 4607001234567, "crlf": "a\r\nb", "bool": true,
		"list": ["e0", "e1"], "map": {"ключ": "v"}, "positions": [{"n": 1}, {"n": 2}]}}`

// loop is a loop over items in rows 1 to 3 around row 2.
func loopOf(items string, cells ...string) []string {
	return append([]string{"A1", `<jx:forEach items="${` + items + `}" ` + cells[0] + `>`, "A3", "</jx:forEach>"}, cells[1:]...)
}

// The rules of the language at their edges. want is what the report holds;
// says are the findings, of which "broken" means that there is no report.
var ruleCases = []struct {
	name  string
	cells []string
	want  string
	says  string
}{
	// Loops over rows.
	{"an inner list that is empty leaves its row alone", []string{
		"A1", `<jx:forEach items="${rows}" var="row">`, "A2", "${row.name}", "A3", `<jx:forEach items="${row.sub}" var="s">`, "B4", "${s.v}", "A5", "</jx:forEach>", "A6", "</jx:forEach>", "A7", "end",
	}, "A1=s:a B2=n:1.0 B3=n:2.0 A4=s:b A5=s:c B6=n:5.0 A7=s:end", ""},
	{"an empty list removes tags and body", append(loopOf("none", `var="row"`, "A2", "${row.name}"), "A4", "end"), "A1=s:end", ""},
	{"null and the empty text are groups of their own, case counts", loopOf("mixed", `groupBy="g"`, "A2", "${group.item.name}", "B2", "${group.getItems().size()}"), "A1=s:a B1=n:2 A2=s:b B2=n:2 A3=s:c B3=n:1 A4=s:d B4=n:1", ""},
	{"groupBy ignores var", loopOf("rows", `groupBy="g" var="row"`, "A2", "${group.item.name}"), "A1=s:a A2=s:b", ""},
	{"groups in the order of numbers", loopOf("keys", `groupBy="g" groupOrder="asc"`, "A2", "${group.item.name}"), "A1=s:b A2=s:a A3=s:c", ""},
	{"groups in the reverse order of numbers", loopOf("keys", `groupBy="g" groupOrder="desc"`, "A2", "${group.item.name}"), "A1=s:c A2=s:a A3=s:b", ""},
	{"select with two conditions and raw signs", loopOf("rows", `var="row" select="${row.stock > 1 && row.stock < 4}"`, "A2", "${row.name}"), "A1=s:b", ""},
	{"select with entities is not read", loopOf("rows", `var="row" select="${row.stock > 1 &amp;&amp; row.stock < 4}"`, "A2", "${row.name}"), "broken", "attribute-broken"},
	{"select that nothing meets", append(loopOf("rows", `var="row" select="${row.stock > 100}"`, "A2", "${row.name}"), "A4", "end"), "A1=s:end", ""},
	{"select of a group decides which keys are there", loopOf("rows", `groupBy="g" select="${group.item.stock > 2}"`, "A2", "${group.item.name}", "B2", "${group.item.g}"), "A1=s:b B1=s:y A2=s:a B2=s:x", ""},
	{"select by the loop variable with groupBy fails", loopOf("rows", `groupBy="g" var="row" select="${row.stock > 2}"`, "A2", "${group.item.name}"), "broken", "select-variable"},
	{"the index counts what was selected", loopOf("rows", `var="row" varStatus="st" select="${row.stock > 2}"`, "A2", "${st.index}", "B2", "№${st.index + 1}"), "A1=n:0 B1=s:№1 A2=n:1 B2=s:№2", ""},
	{"the status has nothing but the index", loopOf("two", `var="row" varStatus="st"`, "A2", "${st.count}", "B2", "${row.name}"), "B1=s:p B2=s:q", "render-unknown"},
	{"an inner loop of the same name overwrites the outer one", []string{
		"A1", `<jx:forEach items="${two}" var="row">`, "A2", "${row.name}", "A3", `<jx:forEach items="${rows}" var="row">`, "A4", "${row.name}", "A5", "</jx:forEach>", "A6", "after ${row.name}", "A7", "</jx:forEach>",
	}, "A1=s:p A2=s:a A3=s:b A4=s:c A5=s:after c A6=s:q A7=s:a A8=s:b A9=s:c A10=s:after c", ""},
	{"other text of the tags' rows goes with them", append(loopOf("two", `var="row"`, "A2", "${row.name}"), "B1", "junk", "C3", "junk"), "A1=s:p A2=s:q", ""},
	{"spaces in a tag do not count", []string{"A1", `<jx:forEach   items = "${two}"  var= "row"  >`, "A2", "${row.name}", "A3", "</jx:forEach>"}, "A1=s:p A2=s:q", ""},
	{"a line break in a tag does not count", []string{"A1", "<jx:forEach\nitems=\"${two}\"\nvar=\"row\">", "A2", "${row.name}", "A3", "</jx:forEach>"}, "A1=s:p A2=s:q", ""},
	{"single quotes do", []string{"A1", "<jx:forEach items='${two}' var='row'>", "A2", "${row.name}", "A3", "</jx:forEach>"}, "A1=s:p A2=s:q", ""},
	{"the case of a tag counts", []string{"A1", `<jx:ForEach items="${two}" var="row">`, "A2", "x", "A3", "</jx:ForEach>"}, "broken", "tag-unknown"},
	{"the case of the prefix too: it is a text", []string{"A1", `<JX:out expr="o.name"/>`}, `A1=s:<JX:out expr="o.name"/>`, "tag-case"},
	{"a closing tag in another column closes", []string{"B1", `<jx:forEach items="${two}" var="row">`, "A2", "${row.name}", "D3", "</jx:forEach>"}, "A1=s:p A2=s:q", ""},
	{"two tags in one cell are no tag", []string{"A1", `<jx:forEach items="${two}" var="row"><jx:if test="${true}">`, "A2", "x", "A3", "</jx:if>", "A4", "</jx:forEach>"}, "broken", "tag-malformed tag-close-stray"},
	{"an unknown list fails", loopOf("nope", `var="row"`, "A2", "x"), "broken", "items-null render-unknown"},
	{"a null list fails", loopOf("o.nul", `var="row"`, "A2", "x"), "broken", "items-null"},
	{"what is no list fails", loopOf("o.t", `var="row"`, "A2", "x"), "broken", "items-no-collection"},
	{"items without braces fail", []string{"A1", `<jx:forEach items="rows" var="row">`, "A2", "x", "A3", "</jx:forEach>"}, "broken", "attribute-bare"},

	// Loops over columns.
	{"an empty loop over columns moves the rest left", []string{"A1", "x", "B1", `<jx:forEach items="${none}" var="s">`, "C1", "${s.name}", "D1", "</jx:forEach>", "E1", "z"}, "A1=s:x B1=s:z", ""},
	{"two columns in the body", []string{"A1", `<jx:forEach items="${two}" var="s">`, "B1", "${s.name}", "C1", "-", "D1", "</jx:forEach>", "E1", "z"}, "A1=s:p B1=s:- C1=s:q D1=s:- E1=s:z", ""},
	{"a loop within a loop over columns", []string{
		"A1", `<jx:forEach items="${two}" var="s">`, "B1", "${s.name}", "C1", `<jx:forEach items="${o.positions}" var="p">`, "D1", "${p.n}", "E1", "</jx:forEach>", "F1", "</jx:forEach>",
	}, "A1=s:p B1=n:1 C1=n:2 D1=s:q E1=n:1 F1=n:2", ""},
	{"a condition within a loop over columns", []string{
		"A1", `<jx:forEach items="${rows}" var="s">`, "B1", `<jx:if test="${s.flag}">`, "C1", "${s.name}", "D1", "</jx:if>", "E1", "</jx:forEach>", "F1", "z",
	}, "A1=s:a B1=s:c C1=s:z", ""},

	// Conditions.
	{"a text is no condition", []string{"A1", `<jx:if test="${o.t}">`, "A2", "x", "A3", "</jx:if>"}, "broken", "test-not-boolean"},
	{"a number is no condition", []string{"A1", `<jx:if test="${o.zero}">`, "A2", "x", "A3", "</jx:if>"}, "broken", "test-not-boolean"},
	{"null hangs the engine", []string{"A1", `<jx:if test="${o.nul}">`, "A2", "x", "A3", "</jx:if>"}, "broken", "test-null"},
	{"an unknown name hangs it too", []string{"A1", `<jx:if test="${o.nope}">`, "A2", "x", "A3", "</jx:if>"}, "broken", "render-unknown test-null"},
	{"a comparison with null is a condition", []string{"A1", `<jx:if test="${o.nul != null && o.nul > 5}">`, "A2", "x", "A3", "</jx:if>", "A4", "y"}, "A1=s:y", ""},
	{"a condition inside a loop", loopOf("rows", `var="row"`, "A2", `<jx:if test="${row.flag}">`, "B2", "${row.name}", "C2", "</jx:if>", "D2", "${row.stock}"), "A1=s:a B1=n:1.0 A2=n:2.5 A3=s:c B3=n:4.0", ""},

	// One expression alone keeps its type, with anything around it is a text.
	{"types of a value alone", []string{"A1", "${o.zero}", "B1", "${o.bool}", "C1", "${o.long}", "D1", "${o.d}", "E1", "${o.nul}", "F1", "${o.crlf}"}, "A1=n:0.0 B1=s:true C1=n:4607001234567 D1=s:12 F1=s:a\nb", ""},
	{"two expressions make a text", []string{"A1", "${rows[0].stock}${rows[1].stock}", "B1", "${o.name} от ${o.moment}", "C1", "${o.nul} шт"}, "A1=s:1.02.5 B1=s:Д-1 от 2026-01-05 09:07:03.000 C1=s: шт", ""},
	{"a space makes a text", []string{"A1", " ${rows[0].stock}", "B1", "${rows[0].stock} "}, "A1=s: 1.0 B1=s:1.0 ", ""},
	{"doubles are spelled as Java spells them", []string{"A1", "x${o.long / 1.0}", "B1", "x${rows[0].price / 1000000.0}", "C1", "x${10000000.0 + 0}"}, "A1=s:x4.607001234567E12 B1=s:x2.5E-4 C1=s:x1.0E7", ""},
	{"unknown names are blank and said", []string{"A1", "${nope}", "B1", "${o.nope.deep}", "C1", "x${o.nope}"}, "C1=s:x", "render-unknown render-unknown render-unknown"},
	{"null on the path is blank", []string{"A1", "${o.nul.deep.er}", "B1", "${o.nul.length()}"}, "", ""},

	// Arithmetic.
	{"null counts as nothing", []string{"A1", "${o.nul / 100}", "B1", "${o.nul * 5 + 1}", "C1", "${o.nul + \"x\"}"}, "A1=n:0 B1=n:1 C1=s:x", "render-null render-null"},
	{"texts of digits are added", []string{"A1", "${1 + o.d}", "B1", "${o.d + o.d}", "C1", "${\"x\" + 1 + 2}"}, "A1=n:13 B1=n:24 C1=s:x12", ""},
	{"exact decimals", []string{"A1", "${0.1 + 0.2}", "B1", "${1.1 * 1.1}", "C1", "${rows[0].price / 100}", "D1", "${1.0 / 3}"}, "A1=n:0.3 B1=n:1.21 C1=n:2.5 D1=n:0.33333333333333333", ""},
	{"whole numbers keep their fraction, which is said", []string{"A1", "${7 / 2}", "B1", "${7 div 2}", "C1", "${8 / 2}"}, "A1=n:3.5 B1=n:3.5 C1=n:4", "render-integer render-integer"},
	{"a remainder", []string{"A1", "${7 % 3}", "B1", "${7 mod 3}", "C1", "${-7 % 3}", "D1", "${7.5 % 2}"}, "A1=n:1 B1=n:1 C1=n:-1 D1=n:1.5", ""},
	{"a division by zero is zero and said", []string{"A1", "${5 / 0}", "B1", "${5.0 / o.zero}", "C1", "${5 % 0}"}, "A1=n:0 B1=n:0 C1=n:0", "render-zero render-zero render-zero"},
	{"precedence", []string{"A1", "${1 + 2 * 3 - 4 / 2}", "B1", "${(1 + 2) * 3}", "C1", "${-2 * -3}", "D1", "${!(1 > 2) && 2 >= 2 || false}"}, "A1=n:5 B1=n:9 C1=n:6 D1=s:true", ""},
	{"no exponents, no reserved names", []string{"A1", "${1e3}", "B1", "${o.size}", "C1", "${o.empty}"}, "A1=s:${1e3} B1=s:${o.size} C1=s:${o.empty}", "expression-broken expression-broken expression-broken"},

	// Comparison, logic, choice.
	{"numbers and texts of digits", []string{"A1", `${"10" == 10}`, "B1", `${rows[0].stock == 1}`, "C1", `${o.d > 5}`, "D1", `${"a" < "b"}`, "E1", `${"a" == "A"}`}, "A1=s:true B1=s:true C1=s:true D1=s:true E1=s:false", ""},
	{"null is less than nothing", []string{"A1", "${o.nul == null}", "B1", "${o.nul > 0}", "C1", "${o.nul < 0}", "D1", "${o.nul != 0}"}, "A1=s:true B1=s:false C1=s:false D1=s:true", ""},
	{"words for signs", []string{"A1", "${1 eq 1 and 2 ne 3}", "B1", "${1 lt 2 or 1 gt 2}", "C1", "${not (1 le 0)}", "D1", "${2 ge 2}"}, "A1=s:true B1=s:true C1=s:true D1=s:true", ""},
	{"choices within choices", loopOf("rows", `var="row"`, "A2", `${row.stock > 3 ? "много" : row.stock > 2 ? "средне" : "мало"}`), "A1=s:мало A2=s:средне A3=s:много", ""},
	{"the other value stands for null, nothing and zero", []string{"A1", `${o.nul ?: "нет"}`, "B1", `${"" ?: "пусто"}`, "C1", `${o.zero ?: 7}`, "D1", `${o.t ?: "нет"}`, "E1", `${o.nul ?: o.nul ?: "x"}`}, "A1=s:нет B1=s:пусто C1=n:7 D1=s:Text E1=s:x", ""},
	{"a letter before a colon takes the wrong branch", []string{"A1", "${1 > 0?o.t:o.d}", "B1", "${1 > 0 ? o.t : o.d}", "C1", `${"Итого: " + o.t}`}, "A1=s:12 B1=s:Text C1=s:Итого: Text", "colon-letter"},
	{"a pattern", []string{"A1", `${o.t =~ "T.*"}`, "B1", `${o.t =~ "ex"}`, "C1", `${o.t !~ "x"}`}, "A1=s:true B1=s:false C1=s:true", ""},

	// Access, size, methods.
	{"indexes and keys", []string{"A1", "${o.list[1]}", "B1", `${o.map["ключ"]}`, "C1", "${rows[2].name}", "D1", `${o["t"]}`, "E1", "${o.list[9]}"}, "A1=s:e1 B1=s:v C1=s:c D1=s:Text", ""},
	{"sizes", []string{"A1", "${o.getPositions().size()}", "B1", "${size(o.t)}", "C1", "${empty(o.nul)}", "D1", "${empty(o.t)}", "E1", "${empty o.nul}"}, "A1=n:2 B1=n:4 C1=s:true D1=s:false E1=s:true", ""},
	{"the methods of texts", []string{
		"A1", `${o.t.toUpperCase().substring(0, 2)}`, "B1", `${o.t.replace("T", "t").indexOf("x")}`, "C1", `${o.t.contains("ex") && o.t.startsWith("T") && o.t.endsWith("t")}`, "D1", `${" a ".trim().length()}`, "E1", `${o.t.toLowerCase()}`,
	}, "A1=s:TE B1=n:2 C1=s:true D1=n:1 E1=s:text", ""},
	{"no other methods, no code", []string{
		"A1", "${o.t.getClass()}", "B1", `${new("java.io.File", "x")}`, "C1", `${workbook.createSheet("x")}`, "D1", "${o.t.concat(\"x\")}", "E1", `${"".getClass().forName("x")}`, "F1", "${system(1)}",
	}, "", "render-method render-method render-unknown render-method render-method render-method"},
	{"a method that Java would refuse is blank", []string{"A1", "${o.t.substring(3, 1)}", "B1", "${o.t.substring(9)}", "C1", "x${o.t.substring(-1)}"}, "C1=s:x", ""},
	{"an assignment prints its value", []string{"A1", "${x = 5}"}, "A1=n:5", "render-assign"},

	// Aggregates.
	{"aggregates", []string{"A1", "${sum(stock):rows}", "B1", "${min(stock):rows}", "C1", "${max(stock):rows}", "D1", "${avg(stock):rows}", "E1", "${count(name):rows}"}, "A1=n:7.5 B1=n:1.0 C1=n:4.0 D1=n:2.5 E1=n:3", ""},
	{"an aggregate of nothing", []string{"A1", "${sum(stock):none}", "B1", "${count(stock):none}", "C1", "x${max(stock):none}"}, "A1=n:0.0 B1=n:0 C1=s:x", ""},

	// Collections without a loop.
	{"a list in a list, inside a loop", loopOf("rows", `var="row"`, "A2", "${row.sub.v}"), "A1=n:1.0 A2=n:2.0 A4=n:5.0", "implicit-loop"},
	{"a list inside another text", []string{"A1", "${two.name}!", "A2", "end"}, "A1=s:p! A2=s:q! A3=s:end", "implicit-loop"},

	// Dates and the formatter.
	{"dates", []string{
		"A1", `${formatter.format("%1$td.%1$tm.%1$tY %1$tT", o.moment)}`, "B1", "${formatter.getExcelDate(o.moment)}", "C1", `${formatter.format("%tB %<tY", o.moment)}`, "D1", `${formatter.getExcelDate(o.nul)}`, "E1", `${formatter.getExcelDate(o.t)}`,
	}, "A1=s:05.01.2026 09:07:03 B1=n:46027.3798958333 C1=s:January 2026", "render-date"},
	{"a colon in a format is taken for an aggregate", []string{"A1", `${formatter.format("%1$tH:%1$tM", o.moment)}`}, `A1=s:${formatter.format("%1$tH:%1$tM", o.moment)}`, "colon-letter"},
	{"numbers and conditions of the formatter", []string{
		"A1", `${formatter.printIf(o.bool, "Да")}`, "B1", `${formatter.printIf(o.nul, "Да")}`, "C1", `${formatter.printIfElse(o.bool, 1, 2)}`, "D1", "${formatter.round(2.345, 2)}", "E1", "${formatter.printNumber(2.5)}", "F1", `${formatter.format("%.2f", 1234.5)}`,
	}, "A1=s:Да C1=n:1 D1=n:2.35 E1=s:2.5 F1=s:1234.50", ""},
	{"functions of MoySklad alone and of nobody", []string{"A1", "${formatter.loadAgent(o.t).externalCode}", "B1", "${formatter.nope(1)}"}, "", "render-formatter-online render-formatter"},

	// The marks of the engine.
	{"slashes cut", []string{"A1", "https://x.ru/${o.d}", "B1", "${o.d} // note", "C1", `$[HYPERLINK("https://x.ru","t")]`}, `A1=s:https: B1=s:12  C1=f:HYPERLINK("https://x.ru","t")`, "comment-cut comment-cut"},
	{"braces end", []string{"A1", `${"a}b"}`, "B1", "${o.d", "C1", "{${o.d}}"}, `A1=s:${"a}b"} B1=s:${o.d C1=s:{12}`, "expression-brace expression-open"},
	{"jx:out", []string{"A1", `<jx:out expr="o.d"/>`, "B1", `<jx:out expr="o.nul"/>`, "C1", `<jx:out expr="rows[0].stock * 2"/>`}, "A1=s:12 C1=n:2.0", ""},
	{"a text without expressions is what it is", []string{"A1", "a < b & c", "B1", "'=1", "C1", "_x0D_"}, "A1=s:a < b & c B1=s:'=1 C1=s:_x0D_", ""},

	// Formulas.
	{"cells above, inside and below", []string{
		"A1", "10", "B1", "$[SUM(A4)@0]", "A2", "$[A6+1]", "A3", `<jx:forEach items="${rows}" var="row">`, "A4", "${row.stock}", "B4", "$[A4*A1]", "A5", "</jx:forEach>", "A6", "$[SUM(A4)@0]",
	}, "A1=s:10 B1=f:SUM(A3:A5) A2=f:A6+1 A3=n:1.0 B3=f:A3*A1 A4=n:2.5 B4=f:A4*A1 A5=n:4.0 B5=f:A5*A1 A6=f:SUM(A3:A5)", ""},
	{"what is left when nothing is left", append(loopOf("none", `var="row"`, "A2", "${row.stock}"), "A4", "$[SUM(A2)@0]", "B4", "$[SUM(A2)@7]", "C4", "$[1+SUM(A2)@0]"), "A1=f:0 B1=f:7 C1=f:1+0", ""},
	{"nothing left and nothing instead", append(loopOf("none", `var="row"`, "A2", "${row.stock}"), "A4", "$[SUM(A2)]"), "A1=f:SUM()", "formula-empty"},
	{"a group whose rows were left out", []string{
		"A1", `<jx:forEach items="${rows}" groupBy="g">`, "A2", `<jx:forEach items="${group.items}" var="row" select="${row.stock > 2}">`, "A3", "${row.stock}", "A4", "</jx:forEach>", "A5", "$[SUM(A3)@0]", "A6", "</jx:forEach>", "A7", "$[SUM(A3)@0]",
	}, "A1=n:4.0 A2=f:SUM(A1) A3=n:2.5 A4=f:SUM(A3) A5=f:SUM(A1,A3)", ""},
	{"the row's own number", loopOf("two", `var="row"`, "A2", "1", "B2", "$[A#*ROW()]"), "A1=s:1 B1=f:A1*ROW() A2=s:1 B2=f:A2*ROW()", ""},
	{"an absolute cell stays", loopOf("two", `var="row"`, "A2", "2", "B2", "$[A2*$D$9]"), "A1=s:2 B1=f:A1*$D$9 A2=s:2 B2=f:A2*$D$9", ""},
	{"a range is doubled", append(loopOf("rows", `var="row"`, "A2", "${row.stock}"), "A4", "$[SUM(A2:A2)@0]"), "A1=n:1.0 A2=n:2.5 A3=n:4.0 A4=f:SUM(A1:A3:A1:A3)", "formula-range"},
	{"other words than cells stay", []string{"A1", `$[IF(1>2,"A1",ROUND(2.5,0))]`, "B1", "$[TRUE]"}, `A1=f:IF(1>2,"A1",ROUND(2.5,0)) B1=f:TRUE`, ""},
	{"semicolons fail", []string{"A1", "$[IF(1>2;1;2)]"}, "broken", "formula-broken"},
	{"an expression in a formula fails", []string{"A1", "$[1+${o.d}]"}, "broken", "formula-broken"},
	{"a Russian name is not known", []string{"A1", "$[СУММ(B1)]"}, "A1=f:СУММ(B1)", "formula-russian formula-uncomputed"},
	{"a tail is dropped, a head makes a text", []string{"A1", "$[1+2] руб", "B1", "всего $[1+2]", "C1", " $[1]"}, "A1=f:1+2 B1=s:всего $[1+2] C1=s: $[1]", "formula-tail formula-prefixed formula-prefixed"},
	{"an ordinary formula names the first row", loopOf("two", `var="row"`, "A2", "1", "B2", "=A2*2"), "A1=s:1 B1=f:A1*2 A2=s:1 B2=f:A1*2", "formula-copied"},
}

func TestRulesAtTheirEdges(t *testing.T) {
	for _, c := range ruleCases {
		t.Run(c.name, func(t *testing.T) {
			data := book(t, c.cells...)
			f, found, err := render(t, data, scopeOf(t, caseData))
			var said []string
			for _, x := range found {
				if x.Code != "not-xls" {
					said = append(said, x.Code)
				}
			}
			slices.Sort(said)
			if d := cmp.Diff(slices.Sorted(slices.Values(strings.Fields(c.says))), said); d != "" && (c.says != "" || len(said) > 0) {
				t.Errorf("findings: %s", d)
			}
			if c.want == "broken" {
				if !errors.Is(err, ErrBroken) {
					t.Errorf("a report was made: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err, found)
			}
			got := seen(t, f)
			all := make([]string, 0, len(got))
			for a, v := range got {
				all = append(all, a+"="+v)
			}
			slices.Sort(all)
			if d := cmp.Diff(caseCells(c.want), all); d != "" {
				t.Error(d)
			}
		})
	}
}

var casePattern = regexp.MustCompile(` ([A-Z]\d+=[snf]:)`)

// caseCells cuts A1=s:x B2=n:1.0 into cells, in the order of their names.
func caseCells(s string) []string {
	all := []string{}
	if s == "" {
		return all
	}
	all = strings.Split(casePattern.ReplaceAllString(s, "\x00$1"), "\x00")
	for i, cell := range all {
		if a, n, ok := strings.Cut(cell, "=n:"); ok {
			d, _ := numberText(n)
			all[i] = a + "=n:" + d.String()
		}
	}
	slices.Sort(all)
	return all
}
