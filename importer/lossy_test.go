package importer

import (
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/sheet"
)

// TestLossy: a question mark for a sign that the encoding lacks is no edit, and
// never sent beside one.
func TestLossy(t *testing.T) {
	for _, c := range []struct {
		name, encoding, was, text string
		csv                       bool
		want                      string
	}{
		{"one sign", sheet.Windows1251, "Крем 3×4 см", "Крем 3?4 см", true, "same"},
		{"an emoji as one", sheet.Windows1251, "Кофе ☕ и 🎁", "Кофе ? и ?", true, "same"},
		{"an emoji as two", sheet.Windows1251, "Кофе ☕ и 🎁", "Кофе ? и ??", true, "same"},
		{"a letter in two signs", sheet.Windows1251, "И\u0306огурт", "И?огурт", true, "same"},
		{"every letter, so the file is ASCII", sheet.UTF8, "Чай 5 г", "??? 5 ?", true, "same"},
		{"edited besides", sheet.Windows1251, "Крем 3×4 см", "Крем 3?4 мм", true, "bad"},
		{"the sign taken out", sheet.Windows1251, "Крем 3×4 см", "Крем 3 на 4 см", true, "edit"},
		{"a question of one's own", sheet.Windows1251, "Крем", "Крем?", true, "edit"},
		{"edited in Unicode", sheet.UTF8BOM, "Крем 3×4 см", "Какой крем 3×4 см?", true, "edit"},
		{"a question mark for ASCII", sheet.Windows1251, "Крем a", "Крем ?", true, "edit"},
		{"a workbook", "", "Крем 3×4 см", "Крем 3?4 см", false, "edit"},
	} {
		r := &reader{e: &Edited{Dialect: sheet.Dialect{Encoding: c.encoding}}, csv: c.csv}
		col := &column{Column: catalog.Column{Field: catalog.FieldName, Kind: catalog.Text}}
		got := r.read(col, &sheet.Cell{Type: sheet.String, Text: c.text}, catalog.Of(c.was))
		said := "edit"
		switch {
		case got.bad != nil:
			said = "bad"
		case got.same:
			said = "same"
		}
		if said != c.want {
			t.Errorf("%s: %s, want %s", c.name, said, c.want)
		}
	}
}
