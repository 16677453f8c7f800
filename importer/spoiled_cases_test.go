package importer

import (
	"slices"

	"catalogsheet/internal/sheet"
)

// spoilage is one way in which a sheet comes back spoiled: what is done to the
// cells, and what is said and changed then. In the sheet of testBase H is the
// price, D the code, C the name, A the UUID.
type spoilage struct {
	name string
	edit func(*book)
	said []string // findings, then changes
}

// exceptions are the spoilages that are told otherwise in a CSV file, which
// holds what a cell shows, or that some formats cannot hold.
var exceptions = map[string]struct {
	text       []string
	never, why string
}{
	"S02 a comma that may be either":                 {text: []string{price("1.50")}, why: "the export is written with decimal commas"},
	"S05 a date in a price":                          {text: []string{"error number-invalid H2"}, why: "a date is a text"},
	"S05 a date in a code":                           {never: ".csv", why: "a date is a text, and a code may look so"},
	"S06 digits past 15 are zeros":                   {text: []string{"error number-scientific D2"}, why: "the zeros are not shown either"},
	"S07 an exact barcode shown in scientific form":  {text: []string{"error number-scientific F2"}, why: "what is not shown is lost"},
	"S13 a formula with its value":                   {text: []string{price("150.00")}, why: "text has no formulas"},
	"S13 a formula without a value":                  {never: ".csv", why: "text has no formulas"},
	"S14 a value from another workbook":              {text: []string{price("150.00")}, why: "text has no formulas"},
	"S15 a lookup that found nothing":                {text: []string{price("0.00")}, why: "text has no formulas"},
	"S23 an edit in a hidden row":                    {text: []string{price("150.00")}, why: "text has no hidden rows"},
	"S26 a merge over rows":                          {never: ".csv", why: "text has no merged cells"},
	"S34 styled rows and columns to the end":         {never: ".csv .xls", why: "an .xls ends earlier, text is empty lines"},
	"S34 styled rows and columns to the end of .xls": {never: ".csv", why: "text is empty lines"},
	"S35 a copy of the sheet":                        {never: ".csv", why: "a text file is one sheet"},
	"S35 two sheets without a base":                  {never: ".csv", why: "a text file is one sheet"},
	"S37 long spelling of the same double":           {never: ".csv", why: "what is shown is not that long"},
	"S41 more digits than a cell holds":              {text: []string{"error number-scientific/number H2"}, why: "the digits are not shown either"},
}

func formula(c sheet.Cell) sheet.Cell { c.Formula = true; return c }

func shown(c sheet.Cell, s sheet.Show) sheet.Cell { c.Show = s; return c }

func put(pairs ...any) func(*book) {
	return func(b *book) {
		for i := 0; i < len(pairs); i += 2 {
			b.put(pairs[i].(string), pairs[i+1].(sheet.Cell))
		}
	}
}

// blanksTo fills the sheet's last row and column with spaces.
func blanksTo(rows, cols int) func(*book) {
	return func(b *book) {
		p := &b.sheets[0]
		p.rows[0].Cells = append(p.rows[0].Cells, sheet.Cell{Col: cols, Type: sheet.String, Text: " "})
		p.rows = append(p.rows, sheet.Row{Num: rows, Cells: []sheet.Cell{{Col: 3, Type: sheet.String, Text: " "}}})
	}
}

func price(to string) string { return "Products!H2 salePrice:p1 129.90 -> " + to }

func numbersSpoiled() []spoilage {
	return []spoilage{
		{"S01 a decimal comma in text", put("H2", str("1320,00")), []string{price("1320.00")}},
		{"S02 thousands by a space", put("H2", str("1 500,00")), []string{price("1500.00")}},
		{"S02 thousands by NBSP", put("H2", str("1\u00a0500,00")), []string{price("1500.00")}},
		{"S02 thousands by a narrow NBSP", put("H2", str("1\u202f500")), []string{price("1500.00")}},
		{"S02 a comma that may be either", put("H2", str("1,500")), []string{"error number-ambiguous H2"}},
		{"S02 a point that may be either", put("H2", str("1.500")), []string{"error number-ambiguous H2"}},
		{"S03 rubles by name", put("H2", str("1320,00 руб.")), []string{price("1320.00")}},
		{"S03 rubles by sign", put("H2", str("1 500 ₽")), []string{price("1500.00")}},
		{"S03 another currency", put("H2", str("1 500 $")), []string{"error number-invalid H2"}},
		{"S04 a number as text", put("H2", shown(str("150"), sheet.ShowText)), []string{price("150.00")}},
		{"S04 a number behind an apostrophe", put("H2", str("'1320,00")), []string{price("1320.00")}},
		{"S05 a date in a price", put("H2", shown(num("46143"), sheet.ShowDate)), []string{"error date-in-text/price H2"}},
		{"S05 a date in a code", put("D2", shown(num("46054"), sheet.ShowDate)), []string{"error date-in-text D2"}},
		{"S05 a code that became the text of a date", put("D4", str("01.10.2026")), []string{"error date-in-text/was D4"}},
		{"S05 a code that became the name of a month", put("D4", str("01.окт")), []string{"error date-in-text/was D4"}},
		{"S06 digits past 15 are zeros", put("D2", num("46070012345671200000")), []string{"error number-scientific/digits D2"}},
		{"S07 an exact barcode shown in scientific form", put("F2", num("4.607001234562E12")), []string{"Products!F2 barcodes ean13:2000000000015 -> ean13:4607001234562"}},
		{"S07 a barcode as scientific text", put("F2", str("4,60700E+12")), []string{"error number-scientific F2"}},
		{"S08 leading zeros lost", put("D2", num("12345")), []string{"notice repaired D2"}},
		{"S08 other digits are an edit", put("D2", num("12346")), []string{"Products!D2 code 0012345 -> 12346"}},
		{"S09 a code taken for a power", put("D3", num("1200000")), []string{"notice repaired D3"}},
		{"S10 a code taken for a decimal", put("D4", num("1.1")), []string{"notice repaired D4"}},
		{"S15 a lookup that found nothing", put("H2", formula(num("0"))), []string{"notice formula-value H2", price("0.00")}},
		{"S37 long spelling of the same double", put("H2", num("129.900000000000006")), nil},
		{"S39 a percent format", put("H2", shown(num("0.1"), sheet.ShowPercent)), []string{"error percent-in-price H2"}},
		{"S39 a percent as text", put("H2", str("10%")), []string{"error percent-in-price H2"}},
		{"S40 more decimals than kopecks", put("H2", num("0.125")), []string{"error price-decimals H2"}},
		{"S41 below zero", put("H2", num("-5")), []string{"error price-negative H2"}},
		{"S41 more digits than a cell holds", put("H2", num("1e21")), []string{"error number-scientific/digits H2"}},
	}
}

func textsSpoiled() []spoilage {
	return []spoilage{
		{"S11 words for yes", put("J2", str("ИСТИНА")), []string{"Products!J2 archived false -> true"}},
		{"S11 numbers for no", put("J2", num("0")), nil},
		{"S11 TRUE() saved as a formula", put("J3", formula(sheet.Cell{Type: sheet.Bool, Text: "true"})), nil},
		{"S11 a sign for yes", put("J2", str("+")), []string{"Products!J2 archived false -> true"}},
		{"S12 an error value, other rows go", put("H2", sheet.Cell{Type: sheet.Error, Text: "#N/A"}, "H3", num("600")),
			[]string{"error cell-error H2", "Products!H3 salePrice:p1 502.6086956521739 -> 600.00"}},
		{"S12 an error that a formula gave", put("H2", formula(sheet.Cell{Type: sheet.Error, Text: "#DIV/0!"})), []string{"error cell-error H2"}},
		{"S12 an error value as text", put("H2", str("#ССЫЛКА!")), []string{"error cell-error H2"}},
		{"S13 a formula with its value", put("H2", formula(num("150"))), []string{"notice formula-value H2", price("150.00")}},
		{"S13 a formula without a value", put("H2", sheet.Cell{Formula: true, Uncached: true}), []string{"error formula-uncached H2"}},
		{"S14 a value from another workbook", put("H2", sheet.Cell{Type: sheet.Number, Text: "150", Formula: true, External: true}),
			[]string{"warning external-formula H2", price("150.00")}},
		{"S16 spaces around ids and codes", put("A2", str(" "+idA+" "), "D2", str("0012345 ")), []string{"notice repaired D2"}},
		{"S16 an invisible character in a name", put("C2", str("Ко\u200bфе")),
			[]string{"warning invisible-characters C2", "Products!C2 name Кофе -> Ко\u200bфе"}},
		{"S16 a tab and a space before a code", put("D2", str("\t 0012345")), []string{"notice repaired D2"}},
		{"S16 a soft hyphen in a name", put("C2", str("Ко\u00adфе")),
			[]string{"warning invisible-characters C2", "Products!C2 name Кофе -> Ко\u00adфе"}},
		{"S17 a look-alike in a UUID", put("A2", str("а"+idA[1:])), []string{"error id-malformed/look-alike A2"}},
		{"S17 a look-alike in a code", put("D2", str("АB-1")), []string{"warning mixed-script D2", "Products!D2 code 0012345 -> АB-1"}},
		{"S18 a decomposed letter", put("C3", str("Чаи\u0306")), []string{"notice repaired C3"}},
		{"S19 a line end of another system", put("C2", str("Кофе_x000D_")), []string{"notice repaired C2"}},
		{"S36 a foreign function with its value", put("H2", formula(num("129.9"))), nil},
		{"S42 dates from 1904", func(b *book) {
			b.d1904 = true
			b.put("L2", shown(num("44885.4166666666667"), sheet.ShowDate))
		}, nil},
		{"S42 dates from 1904, one edited", func(b *book) {
			b.d1904 = true
			b.put("L2", shown(num("44886.4166666666667"), sheet.ShowDate))
		}, []string{"Products!L2 attr:t 2026-11-21 10:00:00 -> 2026-11-22 10:00:00"}},
	}
}

func rowsSpoiled() []spoilage {
	cut := func(b *book, num int) {
		b.sheets[0].rows = slices.DeleteFunc(b.sheets[0].rows, func(r sheet.Row) bool { return r.Num == num })
	}
	duplicate := func(b *book, to int) {
		b.sheets[0].rows = append(b.sheets[0].rows, sheet.Row{Num: to, Cells: slices.Clone(b.sheets[0].rows[1].Cells)})
	}
	return []spoilage{
		{"S20 a deleted column is no edit", func(b *book) {
			for i := range b.sheets[0].rows {
				r := &b.sheets[0].rows[i]
				r.Cells = slices.DeleteFunc(slices.Clone(r.Cells), func(c sheet.Cell) bool { return c.Col == 8 })
			}
		}, nil},
		{"S20 columns in another order", func(b *book) {
			b.put("H2", num("150"))
			for i := range b.sheets[0].rows {
				swap(&b.sheets[0].rows[i], 1, 8)
			}
		}, []string{"Products!A2 salePrice:p1 129.90 -> 150.00"}},
		{"S20 a title twice", func(b *book) { b.put("N1", str("Price: Retail")) }, []string{"error header-duplicate N1"}},
		{"S20 a renamed column", func(b *book) { retitle(b, 8, "Price: Retai"); b.put("H2", num("150")) }, []string{"notice column-unknown/near H1"}},
		{"S21 rows above the header", func(b *book) {
			for i := range b.sheets[0].rows {
				b.sheets[0].rows[i].Num += 3
			}
			b.sheets[0].rows = append([]sheet.Row{textRow(1, []string{"Прайс-лист"})}, b.sheets[0].rows...)
		}, nil},
		{"S23 an edit in a hidden row", func(b *book) { b.put("H2", num("150")); b.sheets[0].rows[1].Hidden = true },
			[]string{"warning hidden-row-edited H2", price("150.00")}},
		{"S24 a UUID filled down", put("A2", str("aaaaaaaa-0000-4000-8000-000000000009")), []string{"error id-changed A2"}},
		{"S24 an id of nothing", put("A2", str("aaaaaaaa-0000-4000-8000-000000000009"), "D2", str("x"), "C2", str("y")), []string{"error id-unknown A2"}},
		{"S25 a row copied", func(b *book) { duplicate(b, 5) }, []string{"notice row-repeated A5"}},
		{"S25 a row copied and edited", func(b *book) { duplicate(b, 5); b.put("H5", num("150")) },
			[]string{"error id-conflict H2", "error id-conflict H5"}},
		{"S26 a merge over rows", func(b *book) {
			b.put("H3", sheet.Cell{})
			b.sheets[0].merges = []sheet.Range{{FirstRow: 2, FirstCol: 8, LastRow: 3, LastCol: 8}}
		}, []string{"error merged-cells H2"}},
		{"S27 a deleted row is no deletion", func(b *book) { cut(b, 3) }, nil},
		{"S28 a row without UUID", put("C5", str("Какао"), "B5", str("Товар")), []string{"error id-malformed/missing A5"}},
		{"S34 styled rows and columns to the end", blanksTo(sheet.MaxRows, sheet.MaxColumns), nil},
		{"S34 styled rows and columns to the end of .xls", blanksTo(65_536, 256), nil},
		{"S35 a copy of the sheet", func(b *book) {
			copied := b.sheets[0]
			copied.name = "Products (2)"
			b.sheets = append(b.sheets, copied)
		},
			[]string{"notice sheet-ignored"}},
	}
}

// swap exchanges two filled cells of a row.
func swap(r *sheet.Row, a, b int) {
	r.Cells = slices.Clone(r.Cells)
	for i := range r.Cells {
		switch c := &r.Cells[i]; c.Col {
		case a:
			c.Col = b
		case b:
			c.Col = a
		}
	}
	slices.SortFunc(r.Cells, func(x, y sheet.Cell) int { return x.Col - y.Col })
}
