package exporter

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
)

var typeTokens = []catalog.Token{
	{Value: "product", Title: i18n.T("Product", "Товар")},
	{Value: "variant", Title: i18n.T("Variant", "Модификация")},
	{Value: "service", Title: i18n.T("Service", "Услуга")},
	{Value: "bundle", Title: i18n.T("Bundle", "Комплект")},
}

// schema is a catalog like a shop's: every kind of column is in it.
func schema() catalog.Schema {
	all := []string{"product", "variant", "service", "bundle"}
	own := []string{"product", "service", "bundle"}
	goods := []string{"product", "bundle"}
	return catalog.Schema{
		{Field: "id", Kind: catalog.ID, Title: i18n.T("UUID", "UUID"), Note: i18n.T("The item's id.", "Идентификатор позиции.")},
		{Field: "type", Kind: catalog.Choice, Title: i18n.T("Type", "Тип"), Tokens: typeTokens},
		{Field: "name", Kind: catalog.Text, Title: i18n.T("Name", "Наименование"), On: own, Required: true, Width: 36},
		{Field: "code", Kind: catalog.Code, Title: i18n.T("Code", "Код"), On: all},
		{Field: "externalCode", Kind: catalog.Code, Title: i18n.T("External code", "Внешний код"), On: all, Width: 24},
		{Field: "article", Kind: catalog.Code, Title: i18n.T("Article", "Артикул"), On: []string{"product", "variant", "bundle"}},
		{Field: "folder", Kind: catalog.Choice, Title: i18n.T("Folder", "Группы"), On: own, List: "folders", Width: 24},
		{Field: "barcodes", Kind: catalog.Barcodes, Title: i18n.T("Barcodes", "Штрихкоды"), On: all},
		{Field: "uom", Kind: catalog.Choice, Title: i18n.T("Unit", "Единица измерения"), On: own, List: "units", Width: 12},
		{Field: "vat", Kind: catalog.VAT, Title: i18n.T("VAT", "НДС"), On: own, List: "vat"},
		{Field: "buyPrice", Kind: catalog.Money, Title: i18n.T("Buy price", "Закупочная цена"), On: []string{"product", "variant", "service"}},
		{Field: "salePrice:0a1b2c3d-1", Kind: catalog.Money, Title: i18n.T("Price: Retail", "Цена: Розничная"), On: all},
		{Field: "salePrice:ffeeddcc-2", Kind: catalog.Money, Title: i18n.T("Price: retail", "Цена: розничная"), On: all},
		{Field: "salePrice:99887766-3", Kind: catalog.Money, Title: i18n.T("Price: Wholesale", "Цена: Оптовая"), On: all},
		{Field: "weight", Kind: catalog.Number, Title: i18n.T("Weight", "Вес"), On: goods},
		{Field: "archived", Kind: catalog.Flag, Title: i18n.T("Archived", "Архивный"), On: own},
		{Field: "attr:1", Kind: catalog.Number, Title: i18n.T("Field: Serial", "Доп. поле: Серийный"), On: own},
		{Field: "stock", Kind: catalog.Number, Title: i18n.T("Stock", "Остаток")},
		{Field: "cost", Kind: catalog.Money, Title: i18n.T("Cost", "Себестоимость")},
		{Field: "updated", Kind: catalog.Time, Title: i18n.T("Updated", "Обновлено")},
	}
}

func head() catalog.Head {
	return catalog.Head{
		Format: 1, Source: "moysklad", Kind: "products", Account: "acc-1", AccountName: "ООО «Кофе»",
		Taken:  time.Date(2026, 11, 21, 10, 0, 0, 0, time.FixedZone("", 3*3600)),
		Schema: schema(), KeyField: "id", SheetName: i18n.T("Products", "Товары"),
		Lists: map[string][]catalog.Entry{
			"folders": {{ID: "f1", Name: "Напитки/Кофе"}, {ID: "f2", Name: "Напитки/Чай"}, {ID: "f3", Name: "=Опасная"}},
			"units":   {{ID: "u1", Name: "шт"}, {ID: "u2", Name: "кг"}},
			"vat":     {{ID: "20", Name: "20%"}, {ID: "10", Name: "10%"}},
		},
	}
}

// nasty are texts that spreadsheets like to spoil.
var nasty = []string{
	"=1+1", "+7 900", "-5", "@x", "'=quoted", "''+", "'", "\tтаб", "a\rb", "_xc_", "_x0041_", "_x005F_", " края ", "a  b",
	"<&>\"'", "\x01\x1f", "\uFFFE", "строка\nвторая", "12E5", "1.10", "0012345", "TRUE", "\\absent", "😀",
	"a;b", "a,b", "sep=;", "ИСТИНА", "\u200b", "null",
}

// items makes n rows, the same ones every time.
func items(n int) iter.Seq2[catalog.Item, error] {
	s := schema()
	return func(yield func(catalog.Item, error) bool) {
		rnd := rand.New(rand.NewPCG(1, 2))
		for i := range n {
			id := fmt.Sprintf("7944ef04-f831-11e5-7a69-%012x", i)
			kind := typeTokens[i%4].Value
			key := catalog.Key{Type: kind, ID: id}
			item := catalog.Item{Key: key, Target: key, Cells: make([]catalog.Value, len(s))}
			for c := range s {
				item.Cells[c] = cell(s[c], i, id, kind, rnd)
			}
			if !yield(item, nil) {
				return
			}
		}
	}
}

func cell(c catalog.Column, i int, id, kind string, rnd *rand.Rand) catalog.Value {
	price := func() string { return fmt.Sprintf("%d.%02d", 10+rnd.IntN(9000), rnd.IntN(100)) }
	switch c.Field {
	case "id":
		return catalog.Of(id)
	case "type":
		return catalog.Of(kind)
	case "name":
		if i%7 == 3 {
			return catalog.Of(nasty[i/7%len(nasty)])
		}
		return catalog.Of(fmt.Sprintf("Кофе зерновой «Эфиопия Сидамо» %d г, партия %d", 250*(1+i%4), i))
	case "code":
		return catalog.Of(fmt.Sprintf("%07d", i))
	case "externalCode":
		return catalog.Of([]string{"Ty5VogtryLhb7KrK_xc_Fi", "k8s_x0041_B", "hM2-Qz"}[i%3] + fmt.Sprint(i))
	case "article":
		return []catalog.Value{catalog.Of("12E5"), catalog.Of("1-2"), catalog.Of("=A1"), catalog.Blank()}[i%4]
	case "folder":
		return catalog.Of([]string{"Напитки/Кофе", "Напитки/Чай"}[i%2])
	case "barcodes":
		if i%10 == 0 {
			return catalog.Of("ean13:2000000000015\ncode128:ABC-1")
		}
		return catalog.Of(fmt.Sprintf("ean13:20000%08d", i))
	case "uom":
		return catalog.Of("шт")
	case "vat":
		return catalog.Of([]string{"20%", "none", "folder", "10%"}[i%4])
	case "buyPrice":
		return []catalog.Value{catalog.Of(price()), {}, catalog.Blank(), catalog.Of("0.00")}[i%4]
	case "salePrice:99887766-3":
		return []catalog.Value{catalog.Of("502.6086956521739"), catalog.Of(price()), catalog.Of("1234567.895"), catalog.Of("0.10")}[i%4]
	case "weight":
		return []catalog.Value{catalog.Of("0.25"), catalog.Of("12345"), {}, catalog.Of("0")}[i%4]
	case "archived":
		return catalog.Of([]string{"true", "false"}[i%2])
	case "attr:1":
		return []catalog.Value{catalog.Of("12345678901234567890"), catalog.Of("-7.5"), catalog.Blank(), {}}[i%4]
	case "stock":
		return catalog.Of([]string{"12", "-3", "0", "0.3333333333333333"}[i%4])
	case "updated":
		return catalog.Of("2026-11-20 12:34:56.789")
	}
	return catalog.Of(price())
}
