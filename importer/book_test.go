package importer

import (
	"context"
	"iter"
	"strconv"
	"strings"
	"testing"
	"time"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"
)

// book is a file in memory.
type book struct {
	csv    bool
	d1904  bool
	locked bool // only in a file
	dial   sheet.Dialect
	sheets []page
}

type page struct {
	name   string
	rows   []sheet.Row
	merges []sheet.Range
}

func (b *book) Format() sheet.Format {
	if b.csv {
		return sheet.CSV
	}
	return sheet.XLSX
}
func (b *book) Detected() sheet.Dialect { return b.dial }
func (b *book) Date1904() bool          { return b.d1904 }
func (b *book) Close() error            { return nil }
func (b *book) Sheets() []sheet.Info {
	var list []sheet.Info
	for _, s := range b.sheets {
		list = append(list, sheet.Info{Name: s.name})
	}
	return list
}

func (b *book) page(name string) *page {
	for i := range b.sheets {
		if b.sheets[i].name == name {
			return &b.sheets[i]
		}
	}
	return &page{}
}

func (b *book) Rows(name string) iter.Seq2[sheet.Row, error] {
	return func(yield func(sheet.Row, error) bool) {
		for _, row := range b.page(name).rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func (b *book) Merges(name string) ([]sheet.Range, error) { return b.page(name).merges, nil }

const (
	idA = "aaaaaaaa-0000-4000-8000-000000000001"
	idB = "aaaaaaaa-0000-4000-8000-000000000002"
	idC = "aaaaaaaa-0000-4000-8000-000000000003"
)

var goods = []string{"product", "variant", "service"}

func testSchema() catalog.Schema {
	t := i18n.T
	return catalog.Schema{
		{Field: "id", Kind: catalog.ID, Title: t("UUID", "UUID")},
		{Field: "type", Kind: catalog.Choice, Title: t("Type", "Тип"), OnNew: true, Tokens: []catalog.Token{
			{Value: "product", Title: t("Product", "Товар")}, {Value: "variant", Title: t("Variant", "Модификация")}, {Value: "consignment", Title: t("Consignment", "Партия")},
		}},
		{Field: "name", Kind: catalog.Text, Title: t("Name", "Наименование"), On: []string{"product", "service"}, Required: true, MaxLen: 255},
		{Field: "code", Kind: catalog.Code, Title: t("Code", "Код"), On: goods, MaxLen: 255},
		{Field: "folder", Kind: catalog.Choice, Title: t("Folder", "Группы"), On: []string{"product"}, List: "folder"},
		{Field: "barcodes", Kind: catalog.Barcodes, Title: t("Barcodes", "Штрихкоды"), On: goods},
		{Field: "vat", Kind: catalog.VAT, Title: t("VAT", "НДС"), On: []string{"product"}},
		{Field: "salePrice:p1", Kind: catalog.Money, Title: t("Price: Retail", "Цена: Розница"), On: append([]string{"consignment"}, goods...), ClearBy: "0", Decimals: 2, PriceRole: "sale"},
		{Field: "weight", Kind: catalog.Number, Title: t("Weight", "Вес"), On: []string{"product"}, ClearBy: "0", Decimals: -1, Min: "0"},
		{Field: "archived", Kind: catalog.Flag, Title: t("Archived", "Архивный"), On: goods},
		{Field: "attr:n", Kind: catalog.Integer, Title: t("Field: Count", "Доп. поле: Количество"), On: []string{"product"}, Decimals: 0},
		{Field: "attr:t", Kind: catalog.Time, Title: t("Field: When", "Доп. поле: Когда"), On: []string{"product"}},
		{Field: "stock", Kind: catalog.Number, Title: t("Stock", "Остаток"), Decimals: -1},
	}
}

// row is the base of the tests, in the order of testSchema.
func item(id, typ string, cells ...string) catalog.Item {
	k := catalog.Key{Type: typ, ID: id}
	it := catalog.Item{Key: k, Target: k, Cells: []catalog.Value{catalog.Of(id), catalog.Of(typ)}}
	for _, c := range cells {
		it.Cells = append(it.Cells, baseline.DecodeValue(c))
	}
	return it
}

func testBase() *baseline.Base {
	b := &baseline.Base{Head: catalog.Head{
		Format: 1, ID: "snap", Source: "moysklad", Kind: "products", Account: "acc", AccountName: "shop",
		Taken: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC), Schema: testSchema(), KeyField: "id",
		SheetName: i18n.T("Products", "Товары"),
		Lists:     map[string][]catalog.Entry{"folder": {{ID: "1", Name: "Чай"}, {ID: "2", Name: "Чай/Зелёный"}, {ID: "3", Name: "Кофе"}}},
	}}
	b.Items = []catalog.Item{
		item(idA, "product", "Кофе", "0012345", "Кофе", "ean13:2000000000015", "20%", "129.90", "0.5", "false", "12", "2026-11-21 10:00:00", "7"),
		item(idB, "product", "Чай", "12E5", "Чай/Зелёный", "", "none", "502.6086956521739", "", "true", "", "", "4596.0867278606847"),
		item(idC, "variant", "Чай (100 г)", "1.10", "", "", "", "100.00", "", "false", "", "", `\absent`),
	}
	return b
}

// workbook spells a base as a workbook of text and number cells.
func workbook(b *baseline.Base) *book {
	head := b.Head
	var headers []string
	for _, c := range head.Schema {
		headers = append(headers, c.Title.En)
	}
	meta, err := baseline.MetaRecords(head, headers)
	if err != nil {
		panic(err)
	}
	main := page{name: "Products", rows: []sheet.Row{textRow(1, headers)}}
	var rows [][]string
	rows = append(rows, baseline.RowHeader(head))
	for i, it := range b.Items {
		rows = append(rows, baseline.AppendRow(nil, it))
		row := sheet.Row{Num: i + 2}
		for j, v := range it.Cells {
			if !v.IsSet() {
				continue
			}
			typ := sheet.String
			if head.Schema[j].Kind.Numeric() {
				typ = sheet.Number
			}
			row.Cells = append(row.Cells, sheet.Cell{Col: j + 1, Type: typ, Text: v.Text()})
		}
		main.rows = append(main.rows, row)
	}
	return &book{sheets: []page{main, records(baseline.MetaSheet, meta), records(baseline.ListSheet, baseline.ListRecords(head)), records(baseline.BaseSheet, rows)}}
}

func records(name string, list [][]string) page {
	p := page{name: name}
	for i, r := range list {
		p.rows = append(p.rows, textRow(i+1, r))
	}
	return p
}

func textRow(num int, texts []string) sheet.Row {
	row := sheet.Row{Num: num}
	for i, s := range texts {
		if s != "" {
			row.Cells = append(row.Cells, sheet.Cell{Col: i + 1, Type: sheet.String, Text: s})
		}
	}
	return row
}

// put replaces a cell of the main sheet: put(b, "H2", cell).
func (b *book) put(at string, c sheet.Cell) {
	col := int(at[0]-'A') + 1
	num, err := strconv.Atoi(at[1:])
	if err != nil {
		panic(err)
	}
	c.Col = col
	rows := b.sheets[0].rows
	for i := range rows {
		if rows[i].Num != num {
			continue
		}
		var cells []sheet.Cell
		done := c.Type == sheet.Blank && !c.Uncached
		for _, old := range rows[i].Cells {
			if old.Col >= col && !done {
				cells, done = append(cells, c), true
			}
			if old.Col != col {
				cells = append(cells, old)
			}
		}
		if !done {
			cells = append(cells, c)
		}
		rows[i].Cells = cells
		return
	}
	b.sheets[0].rows = append(rows, sheet.Row{Num: num, Cells: []sheet.Cell{c}})
}

func str(s string) sheet.Cell { return sheet.Cell{Type: sheet.String, Text: s} }
func num(s string) sheet.Cell { return sheet.Cell{Type: sheet.Number, Text: s} }

func mustRead(t testing.TB, b *book, o Options) *Edited {
	t.Helper()
	e, err := readBook(context.Background(), b, "memory.xlsx", o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// told lists the findings as "severity code[/variant] cell".
func told(e *Edited) []string {
	list := []string{}
	for _, d := range e.Problems {
		s := string(d.Code)
		if d.Variant != "" {
			s += "/" + d.Variant
		}
		list = append(list, strings.TrimSpace(d.Severity.String()+" "+s+" "+strings.TrimPrefix(d.At.Cell(), "Products!")))
	}
	return list
}

func changed(e *Edited) []string {
	list := []string{}
	for _, c := range e.Changes {
		list = append(list, c.At[0].Cell()+" "+string(c.Column.Field)+" "+c.Base.Text()+" -> "+c.Mine.Text())
	}
	return list
}
