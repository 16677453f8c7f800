package baseline

import (
	"strings"
	"testing"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestRoundTrip(t *testing.T) {
	value := rapid.Custom(func(t *rapid.T) catalog.Value {
		switch rapid.IntRange(0, 4).Draw(t, "state") {
		case 0:
			return catalog.Value{}
		case 1:
			return catalog.Of(`\` + rapid.String().Draw(t, "text"))
		}
		return catalog.Of(rapid.String().Draw(t, "text"))
	})
	rapid.Check(t, func(t *rapid.T) {
		head := catalog.Head{
			Format: Format, ID: "0123", Source: "moysklad", Kind: "stock", Account: "a", AccountName: "Лавка", Currency: "руб",
			Taken: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC), Lang: i18n.Ru, KeyField: "id",
			Schema: catalog.Schema{
				{Field: "id", Kind: catalog.ID, Title: i18n.T("UUID", "UUID")},
				{Field: "salePrice:1", Kind: catalog.Money, On: []string{"product"}, Decimals: 2},
			},
			Lists:     map[string][]catalog.Entry{"folder": {{ID: "1", Name: "Чай"}, {ID: "2", Name: "Чай/Чёрный"}}},
			SheetName: i18n.Text{En: "Остатки", Ru: "Остатки"},
		}
		items := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) catalog.Item {
			return catalog.Item{
				Key:    catalog.Key{Type: "consignment", ID: "c"},
				Target: catalog.Key{Type: "product", ID: "p"},
				Cells:  []catalog.Value{value.Draw(t, "id"), value.Draw(t, "price")},
			}
		}), 1, 5).Draw(t, "items")
		records, err := MetaRecords(head, []string{"UUID", "Цена"})
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, ListRecords(head)...)
		records = append(records, RowHeader(head))
		for _, item := range items {
			records = append(records, AppendRow(nil, item))
		}
		var base Base
		for _, r := range records {
			for len(r) > 0 && r[len(r)-1] == "" && strings.TrimSpace(r[0]) == tagRow {
				r = r[:len(r)-1] // spreadsheet programs drop trailing blanks
			}
			if err := base.Add(r); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(head, base.Head); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(items, base.Items, cmp.AllowUnexported(catalog.Value{})); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestNewerFormatIsRefused(t *testing.T) {
	var base Base
	if err := base.Add([]string{"meta", "format", "99"}); err == nil {
		t.Fatal("a newer format was taken")
	}
}
