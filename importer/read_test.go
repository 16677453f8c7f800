package importer

import (
	"testing"

	"catalogsheet/internal/sheet"

	"github.com/google/go-cmp/cmp"
)

func TestUntouched(t *testing.T) {
	e := mustRead(t, workbook(testBase()), Options{})
	if diff := cmp.Diff([]string{}, told(e)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{}, changed(e)); diff != "" {
		t.Error(diff)
	}
	if e.Rows != 3 || e.Unchanged != 3 || e.Missing != 0 || e.BaseFrom != BaseSheet {
		t.Errorf("rows %d, unchanged %d, missing %d, base %q", e.Rows, e.Unchanged, e.Missing, e.BaseFrom)
	}
}

// TestCells types one cell and looks at what becomes of it.
func TestCells(t *testing.T) {
	date := sheet.Cell{Type: sheet.Number, Text: "46347", Show: sheet.ShowDate}
	percent := sheet.Cell{Type: sheet.Number, Text: "0.1", Show: sheet.ShowPercent}
	formula := sheet.Cell{Type: sheet.Number, Text: "150", Formula: true}
	external := sheet.Cell{Type: sheet.Number, Text: "150", Formula: true, External: true}
	flag := func(s string) sheet.Cell { return sheet.Cell{Type: sheet.Bool, Text: s} }
	none := sheet.Cell{}
	for _, test := range []struct {
		name string
		at   string
		cell sheet.Cell
		edit string // "field from -> to"
		told []string
	}{
		// Prices.
		{"typed again", "H2", num("129.9"), "", nil},
		{"typed as text", "H2", str("129,90 ₽"), "", nil},
		{"double noise", "H2", num("129.90000000000001"), "", nil},
		{"fraction of a kopeck kept", "H3", num("502.608695652174"), "", nil},
		{"rounded by way of 16 digits", "M3", num("4596.08672786069"), "", nil},
		{"another fifteenth digit", "H3", num("502.608695652173"), "salePrice:p1 502.6086956521739 -> 502.608695652173", nil},
		{"new price", "H2", num("150"), "salePrice:p1 129.90 -> 150.00", nil},
		{"text price", "H2", str("1 299,50 руб."), "salePrice:p1 129.90 -> 1299.50", nil},
		{"formula counts as its value", "H2", formula, "salePrice:p1 129.90 -> 150.00", []string{"notice formula-value H2"}},
		{"external", "H2", external, "salePrice:p1 129.90 -> 150.00", []string{"warning external-formula H2"}},
		{"uncached", "H2", sheet.Cell{Type: sheet.Blank, Formula: true, Uncached: true}, "", []string{"error formula-uncached H2"}},
		{"ambiguous", "H2", str("1,299"), "", []string{"error number-ambiguous H2"}},
		{"invalid", "H2", str("12 руб 3"), "", []string{"error number-invalid H2"}},
		{"negative", "H2", num("-1"), "", []string{"error price-negative H2"}},
		{"decimals", "H2", num("129.955"), "", []string{"error price-decimals H2"}},
		{"percent", "H2", percent, "", []string{"error percent-in-price H2"}},
		{"percent as text", "H2", str("10%"), "", []string{"error percent-in-price H2"}},
		{"date", "H2", date, "", []string{"error date-in-text/price H2"}},
		{"error value", "H2", sheet.Cell{Type: sheet.Error, Text: "#N/A"}, "", []string{"error cell-error H2"}},
		{"error as text", "H2", str("#Н/Д"), "", []string{"error cell-error H2"}},
		{"emptied price is zero", "H2", none, "salePrice:p1 129.90 -> 0.00", nil},
		{"template", "H2", str("${row.price}"), "", []string{"error template-broken H2"}},
		// Codes.
		{"zeros lost", "D2", num("12345"), "", []string{"notice repaired D2"}},
		{"scientific code", "D3", num("1200000"), "", []string{"notice repaired D3"}},
		{"decimal code", "D4", num("1.1"), "", []string{"notice repaired D4"}},
		{"noisy decimal code", "D4", num("1.1000000000000001"), "", []string{"notice repaired D4"}},
		{"spaces", "D2", str(" 0012345 "), "", []string{"notice repaired D2"}},
		{"text digits are meant", "D2", str("12345"), "code 0012345 -> 12345", nil},
		{"another number", "D2", num("777"), "code 0012345 -> 777", nil},
		{"too many digits", "D2", num("4.6E+16"), "", []string{"error number-scientific/digits D2"}},
		{"shortened", "D2", str("4,60712E+12"), "", []string{"error number-scientific D2"}},
		{"date for code", "D2", date, "", []string{"error date-in-text D2"}},
		{"mixed letters", "D2", str("AВ12"), "code 0012345 -> AВ12", []string{"warning mixed-script D2"}},
		{"emptied code", "D2", none, "code 0012345 -> ", nil},
		{"control", "D2", str("a\x07"), "", []string{"error text-invalid D2"}},
		// Names.
		{"name", "C2", str("Кофе зерновой"), "name Кофе -> Кофе зерновой", nil},
		{"no name", "C2", none, "", []string{"error value-required C2"}},
		{"invisible", "C2", str("Ко\u200bфе"), "name Кофе -> Ко\u200bфе", []string{"warning invisible-characters C2"}},
		{"name of a variant", "C4", str("Чай"), "", []string{"error read-only/was C4"}},
		{"NFD", "C3", str("Чаи\u0306"), "", []string{"notice repaired C3"}},
		// Lists and words.
		{"folder", "E2", str("чай / зеленый"), "folder Кофе -> Чай/Зелёный", nil},
		{"unknown folder", "E2", str("Кофэ"), "", []string{"error folder-unknown/near E2"}},
		{"folder spelled", "E3", str("чай/зелёный"), "", nil},
		{"vat", "G2", str("10 %"), "vat 20% -> 10%", nil},
		{"vat as percent", "G2", sheet.Cell{Type: sheet.Number, Text: "0.2", Show: sheet.ShowPercent}, "", nil},
		{"vat as number", "G2", num("20"), "", nil},
		{"vat words", "G3", str("без НДС"), "", nil},
		{"vat unknown", "G2", str("много"), "", []string{"error vat-unknown G2"}},
		{"flag", "J2", str("да"), "archived false -> true", nil},
		{"flag by TRUE()", "J3", num("1"), "", nil},
		{"flag logical", "J3", flag("true"), "", nil},
		{"flag unknown", "J3", str("наверное"), "", []string{"error value-unknown/flag J3"}},
		// Numbers.
		{"weight", "I2", str("0,75"), "weight 0.5 -> 0.75", nil},
		{"weight under zero", "I2", num("-2"), "", []string{"error value-range/min I2"}},
		{"whole", "K2", num("12.5"), "", []string{"error number-invalid/whole K2"}},
		{"when as date", "L2", sheet.Cell{Type: sheet.Number, Text: "46347.416666666664", Show: sheet.ShowDate}, "", nil},
		{"when as text", "L2", str("21.11.2026 10:00"), "", nil},
		{"when edited", "L2", str("22.11.2026"), "attr:t 2026-11-21 10:00:00 -> 2026-11-22 00:00:00", nil},
		// Barcodes.
		{"bare barcode", "F2", num("2000000000015"), "", nil},
		{"two barcodes", "F2", str("2000000000015 4607001234562"), "barcodes ean13:2000000000015 -> ean13:2000000000015\nean13:4607001234562", nil},
		// Read-only.
		{"stock", "M2", num("8"), "", []string{"error read-only/was M2"}},
		{"stock spelled", "M2", str("7,0"), "", nil},
		{"stock emptied", "M2", none, "", []string{"error read-only/was M2"}},
		{"absent", "M4", num("8"), "", []string{"error read-only/absent M4"}},
		// Keys.
		{"type", "B2", str("Модификация"), "", []string{"error type-changed B2"}},
		{"type in Russian", "B2", str("Товар"), "", nil},
		{"id look-alike", "A2", str("аaaaaaaa-0000-4000-8000-000000000001"), "", []string{"error id-malformed/look-alike A2"}},
		{"id garbage", "A2", str("12"), "", []string{"error id-malformed A2"}},
		{"id changed", "A2", str("aaaaaaaa-0000-4000-8000-000000000009"), "", []string{"error id-changed A2"}},
		{"id gone", "A2", none, "", []string{"error id-malformed/missing A2"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := workbook(testBase())
			b.put(test.at, test.cell)
			e := mustRead(t, b, Options{})
			if test.told == nil {
				test.told = []string{}
			}
			if diff := cmp.Diff(test.told, told(e)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			want := []string{}
			if test.edit != "" {
				want = append(want, "Products!"+test.at+" "+test.edit)
			}
			if diff := cmp.Diff(want, changed(e)); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
		})
	}
}
