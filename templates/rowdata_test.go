package templates

import (
	"testing"

	"catalogsheet/internal/catalog"
)

// The ready templates print what our sheets hold, prices in rubles again, and
// every name that they use is there.
func TestReadyTemplatesPrintRows(t *testing.T) {
	cells := map[catalog.Field]string{
		"consignmentID": "7944ef04-f831-11e5-7a69-971500188b19", "code": "00012", "article": "A-1", "name": "Кофе", "salePrice": "129.90",
		"stock": "2.5", "cost": "100.005", "folder": "Напитки", "uom": "шт", "shared": "true",
	}
	for _, kind := range Kinds() {
		for _, format := range []string{"xls", "xlsx"} {
			data, err := New(kind, format)
			must(t, err)
			row := Row(kind, func(f catalog.Field) catalog.Value { return catalog.Of(cells[f]) })
			scope := Scope{"rows": []any{row}, "o": map[string]any{"positions": []any{row}, "name": "1", "moment": "2026-01-15 10:30:00"}}
			f, found, err := render(t, data, scope)
			if err != nil || len(found) > 0 {
				t.Fatal(kind, format, err, found)
			}
			at := map[string]string{KindStock: "2", KindProducts: "2", KindPricelist: "4"}[kind]
			want := map[string]string{"A": "s:" + cells["consignmentID"], "B": "s:00012", "C": "s:A-1", "D": "s:Кофе"}
			if kind != KindProducts {
				want["F"] = "n:129.9"
			}
			got := seen(t, f)
			for col, text := range want {
				if got[col+at] != text {
					t.Errorf("%s.%s %s%s is %q, want %q", kind, format, col, at, got[col+at], text)
				}
			}
			style, err := f.GetCellStyle(f.GetSheetName(0), "B"+at)
			must(t, err)
			look, err := f.GetStyle(style)
			must(t, err)
			if text := look.NumFmt == 49 || look.CustomNumFmt != nil && *look.CustomNumFmt == "@"; !text {
				t.Errorf("%s.%s: the codes are not text", kind, format)
			}
		}
	}
	row := Row(KindStock, func(f catalog.Field) catalog.Value { return catalog.Of(cells[f]) })
	if got := textOf(normal(row["sumTotal"])); got != "25001.25" {
		t.Errorf("the cost of all is %s kopecks", got)
	}
	good := Row(KindProducts, func(f catalog.Field) catalog.Value { return catalog.Of(cells[f]) })["good"].(map[string]any)
	if good["shared"] != true || good["parent"].(map[string]any)["name"] != "Напитки" {
		t.Errorf("%v", good)
	}
}
