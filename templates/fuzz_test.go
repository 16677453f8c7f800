package templates

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// What a template and an expression may say, no matter what, ends soon and
// without a panic; what is written can be read.

func fuzzScope() Scope {
	rows := []any{
		map[string]any{"name": "Товар 1", "stock": json.Number("10.0"), "price": json.Number("753850"), "x": nil, "list": []any{"a", json.Number("2")}},
		map[string]any{"name": "a", "stock": json.Number("-3.5"), "price": json.Number("100"), "flag": true, "list": []any{}},
	}
	return Scope{"rows": rows, "row": rows[0], "o": map[string]any{"positions": rows, "name": "№ 1"}, "n": json.Number("7"), "t": "2026-01-02", "b": false}
}

func FuzzExpression(f *testing.F) {
	cases := readCases(f)
	for _, c := range cases.Expressions {
		f.Add(c.Cell)
	}
	for _, s := range []string{
		`${row.name.replace("a", row.name).substring(1, 3)}`, `${row.list[1] * -2.5 % 3}`, `${formatter.format("%1$td.%1$tm %,.2f %5s", t, n, 1)}`,
		`${sum(stock):rows}`, `${!empty row.list and size(row.list) gt 1 or row.x == null ? "a" : 'b'}`, `${row.name =~ "Т.*"}`, `${((((1))))}`,
		`${rows.list}`, `${formatter.round(10 / 3.0, 2)}`, `$[IF(A1>1,SUM(A1:B2)@0,"x")&10%^2]`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 3000 || strings.ContainsAny(text, "\x00") {
			return
		}
		c := &cell{row: 1, col: 1, kind: textCell, text: text}
		tpl := templateOf([]*cell{c})
		renderParts(t, tpl)
		tpl.Check()
	})
}

// templateOf makes a template of cells without a file.
func templateOf(cells []*cell) *Template {
	s := &tab{name: "Sheet1", part: "xl/worksheets/sheet1.xml"}
	for _, c := range cells {
		for len(s.rows) < c.row {
			s.rows = append(s.rows, &row{num: len(s.rows) + 1, span: 1})
		}
		s.rows[c.row-1].cells = append(s.rows[c.row-1].cells, c)
	}
	t := &Template{tabs: []*tab{s}}
	t.compile()
	return t
}

// renderParts makes the rows of a report without a file.
func renderParts(t *testing.T, tpl *Template) {
	t.Helper()
	renderScope(t, tpl, fuzzScope())
}

func renderScope(t *testing.T, tpl *Template, scope Scope) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	r := &renderer{
		ctx: ctx, t: tpl, out: map[*tab]*report{}, calls: xlCalls(), seen: map[seenKey]int{},
		env: env{scope: scope, vars: map[string]any{}}, left: 20_000,
	}
	err := r.all()
	if err != nil && !errors.Is(err, errFatal) {
		t.Error(err)
	}
	for _, s := range tpl.tabs {
		if rep := r.out[s]; rep != nil {
			if err == nil {
				if err := rep.part.copyTo(io.Discard); err != nil {
					t.Error(err)
				}
			}
			must(t, rep.part.spill.Close())
		}
	}
}

// The text is a small grid: cells divided by tabs, rows by line ends.
func FuzzTemplate(f *testing.F) {
	cases := readCases(f)
	for _, c := range cases.Templates {
		var rows []string
		for _, r := range c.In.Rows {
			var cells []string
			for _, x := range r.Cells {
				text, _ := x.V.(string)
				cells = append(cells, text)
			}
			rows = append(rows, strings.Join(cells, "\t"))
		}
		f.Add(strings.Join(rows, "\n"))
	}
	f.Add("<jx:forEach items=\"${rows}\" var=\"row\">\n${row.list}\t$[A2*2]\tx\n</jx:forEach>\n$[SUM(B2)@0]\ttail")
	f.Add("${rows.name}\tb\n<jx:if test=\"${b}\">\tc\n</jx:if>\n${row.list}\t${rows.list}")
	f.Add("<jx:outline detail=\"true\">\nx\t<jx:forEach items=\"${row.list}\" var=\"i\">\t${i}\t</jx:forEach>\t=A1\n</jx:outline>")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 3000 {
			return
		}
		tpl := gridOf(text)
		tpl.Check()
		renderParts(t, tpl)
	})
}

// gridOf makes a template of cells divided by tabs and rows by line ends.
func gridOf(text string) *Template {
	var cells []*cell
	for i, line := range strings.Split(text, "\n") {
		for j, s := range strings.Split(line, "\t") {
			c := &cell{row: i + 1, col: j + 1, kind: textCell, text: s}
			switch {
			case s == "":
				continue
			case s[0] == '=':
				c.kind, c.text = formulaCell, s[1:]
			}
			cells = append(cells, c)
		}
	}
	return templateOf(cells)
}

// FuzzData renders templates with any data: numbers of any size, lists where a
// value is meant, names that are not there.
func FuzzData(f *testing.F) {
	const table = "<jx:forEach items=\"${rows}\" var=\"row\">\n${row.name}\t${row.price / 100}\t${row.stock * row.price}\t$[B2*2]\n</jx:forEach>\n${sum(price):rows}\t$[SUM(B2)@0]"
	for _, data := range []string{
		`{"rows":[{"name":"Чай","price":10050,"stock":1.50},{"name":"","price":null,"stock":-0.0}]}`,
		`{"rows":[{"name":1e999999999,"price":1E-999999999,"stock":123456789012345678901234567890.1}]}`,
		`{"rows":[{"name":[1,[2,{"a":3}]],"price":"x","stock":{"value":true}}]}`, `{"rows":{"name":"a"}}`, `{"rows":[[],[null],"a",1]}`, `{}`,
	} {
		f.Add(table, data)
		f.Add("${rows.name}\t${size(rows)}\t${formatter.round(rows[0].price, 2)}\t${formatter.format(\"%,.2f\", rows[0].stock)}", data)
	}
	f.Fuzz(func(t *testing.T, grid, data string) {
		if len(grid) > 2000 || len(data) > 2000 {
			return
		}
		scope, err := ReadScope(strings.NewReader(data))
		if err != nil {
			return
		}
		renderScope(t, gridOf(grid), scope)
	})
}

// Bytes that pass for a workbook or do not.
func FuzzLoad(f *testing.F) {
	for _, kind := range Kinds() {
		for _, format := range []string{"xls", "xlsx"} {
			data, err := New(kind, format)
			must(f, err)
			f.Add(data)
		}
	}
	f.Add(book(f, "A1", "${rows.name}", "B1", "x", "A2:B2", ""))
	f.Fuzz(func(t *testing.T, data []byte) {
		tpl, err := Load(data)
		if err != nil {
			return
		}
		tpl.Check()
		var out bytes.Buffer
		if _, err := Render(t.Context(), tpl, fuzzScope(), &out, Options{MaxSteps: 20_000}); err != nil {
			return
		}
		book, err := excelize.OpenReader(&out)
		if err != nil {
			t.Fatal("the report cannot be read:", err)
		}
		must(t, book.Close())
	})
}
