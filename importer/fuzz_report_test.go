package importer

import (
	"os"
	"path/filepath"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"

	"github.com/shopspring/decimal"
)

// FuzzReport gives any text as a report printed from a template: its prices
// are those of its cells, each of an item that the report names.
func FuzzReport(f *testing.F) {
	for _, s := range []string{
		"Остатки;;;;;;;\nНаименование;Склад 1;Склад 2;Всего;Цена;UUID;Новая цена\nЧай;1;2;3;10050;UUID: " + firstID + ";110\nКофе;1;2;3;0;" + secondID + ";5\nИтого;2;4;6;;;115",
		"Наименование;Склад 1;Склад 2;Всего;Цена;UUID;Новая цена: Опт\nЧай;1;2;3;10050;" + firstID + ";1 299,50 руб.",
		"Наименование;Склад 1;Склад 2;Всего;Цена;UUID;Моя\nЧай;1;2;3;9000;" + firstID + ";-8\nЧай;1;2;3;9000;" + firstID + ";1E2",
		"Наименование;С;Всего;Новая;Цена;UUID;Новая цена\n${row.name};1;3;x;10050;" + firstID + ";1.299",
	} {
		f.Add(s, true)
		f.Add(s, false)
	}
	path := filepath.Join(f.TempDir(), "report.csv")
	f.Fuzz(func(t *testing.T, text string, mapped bool) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		o := Options{Report: printedReport(), Delimiter: ";", Decimal: "comma"}
		if mapped {
			o.Map = map[string]string{"Моя": "salePrice:Опт"}
		}
		e, err := Read(t.Context(), path, o)
		if err != nil {
			t.Fatalf("an error, where a finding is due: %v", err)
		}
		if e.Refused() {
			return
		}
		if err := e.Compare(t.Context(), catalog.Head{Source: "s", Schema: reportSchema()}, reportItem); err != nil {
			t.Fatal(err)
		}
		checkTraced(t, e, true)
		for _, c := range e.Changes {
			if c.Column.Kind != catalog.Money {
				t.Errorf("a report changes %s", c.Column.Field)
			}
			if d, err := decimal.NewFromString(c.Mine.Text()); err != nil || d.IsNegative() {
				t.Errorf("%s is to be %q", c.Column.Field, c.Mine.Text())
			}
		}
		for _, d := range e.Problems {
			_, _ = d.Message(i18n.Ru), d.Hint(i18n.En)
		}
	})
}

func reportSchema() catalog.Schema {
	s := catalog.Schema{
		{Field: catalog.FieldID, Kind: catalog.ID}, {Field: catalog.FieldName, Kind: catalog.Text},
		{Field: "salePrice:1", Kind: catalog.Money, Decimals: 2, On: []string{"product"}},
		{Field: "salePrice:2", Kind: catalog.Money, Decimals: 2, On: []string{"product"}},
	}
	s[3].Title.Ru = "Цена: Опт"
	return s
}

// reportItem is what the server holds.
func reportItem(k catalog.Key) (catalog.Item, bool) {
	name := map[string]string{firstID: "Чай", secondID: "Кофе"}[k.ID]
	key := catalog.Key{Type: "product", ID: k.ID}
	return catalog.Item{Key: key, Target: key, Cells: []catalog.Value{
		catalog.Of(k.ID), catalog.Of(name), catalog.Of("100.50"), catalog.Of("7"),
	}}, name != ""
}
