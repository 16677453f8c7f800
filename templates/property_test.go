package templates

import (
	"bytes"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// However the rows fall into groups, whether they are held or streamed: every
// row is printed once, group by group, the totals are theirs, and formulas name
// exactly the cells of the rows.
func TestTotalsOfGroups(t *testing.T) {
	tpl, err := Load(book(t,
		"A1", `<jx:forEach items="${rows}" groupBy="g">`, "A2", "${group.item.g}",
		"A3", `<jx:forEach items="${group.items}" var="row">`, "B4", "${row.n}", "A5", "</jx:forEach>",
		"C6", "$[SUM(B4)@0]", "A7", "</jx:forEach>", "C8", "$[SUM(B4)@0]", "D8", "$[SUM(C6)@0]"))
	must(t, err)
	rapid.Check(t, func(t *rapid.T) {
		type item struct {
			g string
			n int64
		}
		items := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) item {
			return item{rapid.SampledFrom([]string{"а", "б", "в"}).Draw(t, "g"), rapid.Int64Range(-1000, 1000).Draw(t, "n")}
		}), 0, 12).Draw(t, "items")
		var rows []any
		groups := map[string]bool{}
		total := decimal.Decimal{}
		for _, x := range items {
			n := decimal.New(x.n, -2)
			total = total.Add(n)
			groups[x.g] = true
			rows = append(rows, map[string]any{"g": x.g, "n": n})
		}
		var data any = rows
		if rapid.Bool().Draw(t, "streamed") {
			data = Rows(func(yield func(any, error) bool) {
				for _, row := range rows {
					if !yield(row, nil) {
						return
					}
				}
			})
		} else if rows == nil {
			data = []any{}
		}
		var out bytes.Buffer
		found, err := Render(t.Context(), tpl, Scope{"rows": data}, &out, Options{})
		if err != nil || len(found) > 0 {
			t.Fatal(err, found)
		}
		f, err := excelize.OpenReader(&out)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		last := len(items) + 2*len(groups) + 1
		for _, col := range []string{"C", "D"} {
			a, _ := excelize.JoinCellName(col, last)
			got, err := f.GetCellValue("Sheet1", a, excelize.Options{RawCellValue: true})
			if err != nil || decimal.RequireFromString(got).Cmp(total) != 0 {
				t.Fatalf("%s is %s (%v), want %s", a, got, err, total)
			}
			// Another engine computes the same from the formulas.
			computed, err := f.CalcCellValue("Sheet1", a, excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			if d := decimal.RequireFromString(computed).Sub(total).Abs(); d.GreaterThan(decimal.New(1, -6)) {
				t.Fatalf("%s computes to %s, want %s", a, computed, total)
			}
		}
	})
}
