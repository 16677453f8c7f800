package importer

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

// printedReport is the layout of a report with columns of stores in the middle.
func printedReport() *Report {
	col := func(col, blocks int, title string, f catalog.Field) ReportColumn {
		return ReportColumn{Col: col, Blocks: blocks, Title: title, Field: f, ID: f == catalog.FieldConsignmentID, Scale: decimal.NewFromInt(1)}
	}
	price := col(6, 1, "Цена", "salePrice")
	price.Scale, price.Whole = decimal.New(1, -2), false
	return &Report{Tables: []ReportTable{{Sheet: "", Columns: []ReportColumn{
		col(1, 0, "Наименование", catalog.FieldName), col(5, 1, "Всего", "stock"), price,
		col(7, 1, "", catalog.FieldConsignmentID),
	}}}}
}

const (
	firstID  = "00000000-0000-4000-8000-000000000001"
	secondID = "00000000-0000-4000-8000-000000000002"
)

// compareReport reads a report and compares it with two items that cost 100.50
// and nothing.
func compareReport(t *testing.T, lines []string, mapped map[string]string) *Edited {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.csv")
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	e, err := Read(t.Context(), path, Options{Report: printedReport(), Map: mapped, Delimiter: ";", Decimal: "comma"})
	if err != nil {
		t.Fatal(err)
	}
	schema := catalog.Schema{
		{Field: catalog.FieldID, Kind: catalog.ID}, {Field: catalog.FieldName, Kind: catalog.Text},
		{Field: "salePrice:1", Kind: catalog.Money, Decimals: 2, On: []string{"product"}},
		{Field: "salePrice:2", Kind: catalog.Money, Decimals: 2, On: []string{"product"}},
	}
	schema[3].Title.Ru = "Цена: Опт"
	err = e.Compare(context.Background(), catalog.Head{Source: "s", Schema: schema}, func(k catalog.Key) (catalog.Item, bool) {
		names := map[string]string{firstID: "Чай", secondID: "Кофе"}
		key := catalog.Key{Type: "product", ID: k.ID}
		price := catalog.Of("100.50")
		if k.ID == secondID {
			price = catalog.Blank()
		}
		return catalog.Item{Key: key, Target: key, Cells: []catalog.Value{catalog.Of(k.ID), catalog.Of(names[k.ID]), price, catalog.Of("7")}}, names[k.ID] != ""
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func changesOf(e *Edited) []string {
	list := []string{}
	for _, c := range e.Changes {
		list = append(list, fmt.Sprintf("%s %s %s: %s → %s", c.At[0].Cell(), c.Target.ID[35:], c.Column.Field, c.Base.Text(), c.Mine.Text()))
	}
	for _, d := range e.Problems {
		list = append(list, fmt.Sprintf("%s %s %s", d.Severity, d.Code, d.At.Cell()))
	}
	return list
}

func TestReportReadBack(t *testing.T) {
	title := "Остатки;;;;;;;"
	header := "Наименование;Склад 1;Склад 2;Всего;Цена;UUID;Новая цена"
	first := "Чай;1;2;3;10050;UUID: " + strings.ToUpper(firstID) + ";"
	second := "Кофе;1;2;3;0;" + secondID + ";"
	for name, c := range map[string]struct {
		lines  []string
		mapped map[string]string
		want   []string
	}{
		"a new price beside the printed one": {lines: []string{title, header, "Напитки", first + "110", second + "5", "Итого;2;4;6;;;115"}, want: []string{"4:7 1 salePrice:1: 100.50 → 110.00", "5:7 2 salePrice:1:  → 5.00", "warning id-malformed 6:7"}},
		"the printed price again is no edit": {lines: []string{header, first + "100,50", second}, want: []string{}},
		"another printed price is the base":  {lines: []string{header, strings.Replace(first, "10050", "9000", 1) + "110"}, want: []string{"2:7 1 salePrice:1: 90.00 → 110.00"}},
		"stores and columns of any number":   {lines: []string{"Наименование;С;Всего;Новая;Цена;UUID;Новая цена", "Чай;1;3;x;10050;" + firstID + ";110"}, want: []string{"2:7 1 salePrice:1: 100.50 → 110.00", "notice column-unknown 1:4"}},
		"a column of a name":                 {lines: []string{strings.Replace(header, "Новая цена", "Новая цена: Опт", 1), first + "8"}, want: []string{"2:7 1 salePrice:2: 7 → 8.00"}},
		"a mapped column":                    {lines: []string{strings.Replace(header, "Новая цена", "Моя", 1), first + "8"}, mapped: map[string]string{"Моя": "salePrice:Опт"}, want: []string{"2:7 1 salePrice:2: 7 → 8.00"}},
		"an unknown column":                  {lines: []string{strings.Replace(header, "Новая цена", "Моя", 1), strings.Replace(first, "10050", "10100", 1) + "8"}, want: []string{"2:5 1 salePrice:1: 100.50 → 101.00", "notice column-unknown 1:7"}},
		"a name of another item":             {lines: []string{header, strings.Replace(first, "Чай", "Кофе", 1) + "110"}, want: []string{"error id-changed 2:1"}},
		"two rows of one item":               {lines: []string{header, first, first + "110", first + "110"}, want: []string{"3:7 1 salePrice:1: 100.50 → 110.00"}},
		"two prices of one item":             {lines: []string{header, first + "111", first + "110"}, want: []string{"error id-conflict 2:7", "error id-conflict 3:7"}},
		"an id that was lost":                {lines: []string{header, first, "Кофе;1;2;3;0;0000;9"}, want: []string{"error id-malformed 3:6"}},
		"an unfilled template":               {lines: []string{header, "${row.name};1;2;3;10050;" + firstID + ";110"}, want: []string{"error id-changed 2:1", "error template-broken 2:1"}},
		"an unknown item":                    {lines: []string{header, strings.Replace(second, "0002;", "0003;", 1) + "1"}, want: []string{"error id-unknown 2:6"}},
		"no id at all":                       {lines: []string{header, "Чай;1;2;3;10050;;110"}, want: []string{"error header-missing "}},
	} {
		t.Run(name, func(t *testing.T) {
			e := compareReport(t, c.lines, c.mapped)
			if diff := cmp.Diff(c.want, changesOf(e)); diff != "" {
				t.Error(diff)
			}
		})
	}
	e := compareReport(t, []string{title, header, "Напитки", first, "Итого;2;4;6;;;"}, nil)
	if diff := cmp.Diff(&ReportRead{Titles: 1, Totals: 1, Extracted: 1}, e.Report); diff != "" || e.Problems.Has(diag.Error) {
		t.Error(diff, e.Problems)
	}
}
