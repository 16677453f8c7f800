package moysklad

import (
	"slices"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
)

// The row types.
const (
	typeProduct     = "product"
	typeVariant     = "variant"
	typeService     = "service"
	typeBundle      = "bundle"
	typeConsignment = "consignment"
)

// The fields that only this source has.
const (
	fieldFolder      catalog.Field = "folder"
	fieldDescription catalog.Field = "description"
	fieldUOM         catalog.Field = "uom"
	fieldVAT         catalog.Field = "vat"
	fieldBuyPrice    catalog.Field = "buyPrice"
	fieldMinPrice    catalog.Field = "minPrice"
	fieldWeight      catalog.Field = "weight"
	fieldVolume      catalog.Field = "volume"
	fieldArchived    catalog.Field = "archived"
	fieldSupplier    catalog.Field = "supplier"
	fieldCountry     catalog.Field = "country"
)

// The families of fields.
const (
	familySale     = "salePrice"
	familyCurrency = "currency"
	familyAttr     = "attr"
	familyChar     = "char"
	familyStock    = "stock"
)

// bind is one line of the column table: a column, the JSON keys that it reads,
// and how to read and write it. A column is read either of an entity, or of a
// row of the stock report; one with stock is only in stock sheets.
type bind struct {
	catalog.Column
	keys  []string
	get   func(*refs, *entity) catalog.Value
	put   func(*refs, *entity, catalog.Value) (patch, error)
	stock func(*stockRow) catalog.Value
	// name is that of a family's member.
	name string
}

// On which row types a column can be edited: MoySklad JSON API 1.2, Товар,
// Модификация, Услуга, Комплект. A consignment's row edits the prices of its
// product or variant.
var (
	onGoods    = []string{typeProduct, typeService, typeBundle}
	onAll      = []string{typeProduct, typeVariant, typeService, typeBundle}
	onArticle  = []string{typeProduct, typeVariant, typeBundle}
	onPrices   = []string{typeProduct, typeVariant, typeService, typeBundle, typeConsignment}
	onBuyPrice = []string{typeProduct, typeVariant, typeService, typeConsignment}
	onWeight   = []string{typeProduct, typeBundle}
	onProduct  = []string{typeProduct}
)

// table is the columns in the order of the sheet. Families stand where the
// line of their name stands; members replaces it by one line per member.
func table() []bind {
	return slices.Concat(identity(), describing(), pricing(), further(), stocks(), []bind{
		{Column: column(catalog.FieldUpdated, catalog.Time, "Updated", "Обновлено", 20,
			"when the item was last changed, Moscow time", "когда позиция изменена, время московское"),
			keys: []string{"updated"}, get: func(_ *refs, e *entity) catalog.Value { return given(e.Updated) }},
	})
}

func column(f catalog.Field, k catalog.Kind, en, ru string, width int, noteEn, noteRu string) catalog.Column {
	return catalog.Column{Field: f, Kind: k, Title: i18n.T(en, ru), Note: i18n.T(noteEn, noteRu), Width: width}
}

// with sets what only an editable column has.
func with(c catalog.Column, set func(*catalog.Column)) catalog.Column { set(&c); return c }

func on(types []string, limit int) func(*catalog.Column) {
	return func(c *catalog.Column) { c.On, c.MaxLen, c.ClearQuietly = types, limit, true }
}

func unique(types []string, limit int) func(*catalog.Column) {
	return func(c *catalog.Column) { c.On, c.MaxLen, c.Unique = types, limit, true }
}

func chosen(types []string, list string) func(*catalog.Column) {
	return func(c *catalog.Column) { c.On, c.List, c.ClearQuietly = types, list, true }
}

func typeTokens() []catalog.Token {
	return []catalog.Token{
		{Value: typeProduct, Title: i18n.T("product", "Товар")},
		{Value: typeVariant, Title: i18n.T("variant", "Модификация")},
		{Value: typeService, Title: i18n.T("service", "Услуга")},
		{Value: typeBundle, Title: i18n.T("bundle", "Комплект")},
		{Value: typeConsignment, Title: i18n.T("consignment", "Партия")},
	}
}

func flagTokens() []catalog.Token {
	return []catalog.Token{{Value: "true", Title: i18n.T("yes", "да")}, {Value: "false", Title: i18n.T("no", "нет")}}
}

func identity() []bind {
	return []bind{
		{Column: column(catalog.FieldID, catalog.ID, "UUID", "UUID", 38,
			"the item that an edit is sent to; it finds the item again", "позиция, в которую уходит правка; по нему позиция находится снова"),
			keys: []string{"id", "meta"}, get: func(_ *refs, e *entity) catalog.Value { return given(e.id()) }},
		{Column: with(column(catalog.FieldType, catalog.Choice, "Type", "Тип", 13, "what the row is", "что это за строка"),
			func(c *catalog.Column) { c.Tokens, c.OnNew = typeTokens(), true }),
			keys: []string{"meta"}, get: func(_ *refs, e *entity) catalog.Value { return given(e.Meta.Type) }},
		{Column: column(catalog.FieldConsignmentID, catalog.ID, "Consignment ID", "ID партии", 38,
			"the row itself: a consignment, or the product or variant", "сама строка: партия либо товар или модификация"),
			stock: func(r *stockRow) catalog.Value { return given(r.Meta.id()) }},
		{Column: column(catalog.FieldParentID, catalog.ID, "Parent UUID", "UUID товара модификации", 38,
			"the product of a variant", "товар, к которому относится модификация"),
			keys: []string{"product"}, get: func(_ *refs, e *entity) catalog.Value { return given(e.Product.id()) }},
	}
}

func describing() []bind {
	return []bind{
		textLine(with(column(catalog.FieldName, catalog.Text, "Name", "Наименование", 40, "the name; a variant's is made of its product's", "наименование; у модификации оно составляется из товара"),
			func(c *catalog.Column) { c.On, c.MaxLen, c.Required = onGoods, 255, true }), "name", func(e *entity) *string { return e.Name }),
		textLine(with(column(catalog.FieldCode, catalog.Code, "Code", "Код", 12, "the code", "код"), unique(onAll, 255)),
			"code", func(e *entity) *string { return e.Code }),
		textLine(with(column(catalog.FieldExternalCode, catalog.Code, "External code", "Внешний код", 24, "the code in other systems", "код в других системах"), unique(onAll, 255)),
			"externalCode", func(e *entity) *string { return e.ExternalCode }),
		textLine(with(column(catalog.FieldArticle, catalog.Code, "Article", "Артикул", 14, "the article", "артикул"),
			func(c *catalog.Column) { c.On, c.MaxLen = onArticle, 255 }), "article", func(e *entity) *string { return e.Article }),
		refLine(with(column(fieldFolder, catalog.Choice, "Folder", "Группы", 24, "the path of an existing folder, with slashes", "путь существующей группы через косую черту"), chosen(onGoods, listFolders)),
			"productFolder", sayFolder, func(r *refs) *dict { return r.folders }, func(e *entity) *ref { return e.ProductFolder }),
		{Column: with(column(catalog.FieldBarcodes, catalog.Barcodes, "Barcodes", "Штрихкоды", 24, "one per line with its kind: ean13:2000000000015", "по одному в строке, с видом: ean13:2000000000015"),
			func(c *catalog.Column) { c.On, c.Unique = onAll, true }), keys: []string{"barcodes"}, get: getBarcodes, put: putBarcodes},
		textLine(with(column(fieldDescription, catalog.Text, "Description", "Описание", 30, "the description", "описание"), on(onAll, 4096)),
			"description", func(e *entity) *string { return e.Description }),
		refLine(with(column(fieldUOM, catalog.Choice, "Unit", "Единица измерения", 12, "an existing unit", "существующая единица измерения"), chosen(onGoods, listUOM)),
			"uom", sayUOM, func(r *refs) *dict { return r.uoms }, func(e *entity) *ref { return e.UOM }),
		{Column: with(column(fieldVAT, catalog.VAT, "VAT", "НДС", 12, "20%, no VAT, or as folder", "20%, без НДС или как у группы"),
			func(c *catalog.Column) {
				c.On, c.List, c.Tokens, c.Required, c.Defaults = onGoods, listVAT, vatTokens(), true, true
			}),
			keys: []string{"vat", "vatEnabled", "useParentVat"}, get: getVAT, put: putVAT},
	}
}

func pricing() []bind {
	return []bind{
		singlePrice(priceColumn(column(fieldBuyPrice, catalog.Money, "Buy price", "Закупочная цена", 14, "what the item is bought for", "за сколько позиция закупается"), onBuyPrice, "buy"),
			"buyPrice", func(e *entity) *price { return e.BuyPrice }),
		singlePrice(priceColumn(column(fieldMinPrice, catalog.Money, "Minimum price", "Минимальная цена", 14, "what the item may not be sold below", "дешевле чего позицию не продают"), onPrices, "minimum"),
			"minPrice", func(e *entity) *price { return e.MinPrice }),
		{Column: priceColumn(column(familySale, catalog.Money, "Price: ", "Цена: ", 14, "the sale price; that of a variant may be its product's", "цена продажи; у модификации она может быть ценой товара"), onPrices, "sale")},
	}
}

func priceColumn(c catalog.Column, types []string, role string) catalog.Column {
	c.On, c.PriceRole, c.Decimals, c.Min, c.ClearBy, c.ClearQuietly = types, role, 2, "0", "0", true
	return c
}

func further() []bind {
	weight := func(c *catalog.Column) {
		c.On, c.Decimals, c.Min, c.ClearBy, c.ClearQuietly = onWeight, -1, "0", "0", true
	}
	return []bind{
		numberLine(with(column(fieldWeight, catalog.Number, "Weight", "Вес", 10, "the weight", "вес"), weight), "weight", func(e *entity) string { return e.Weight.String() }),
		numberLine(with(column(fieldVolume, catalog.Number, "Volume", "Объем", 10, "the volume", "объём"), weight), "volume", func(e *entity) string { return e.Volume.String() }),
		{Column: with(column(fieldArchived, catalog.Flag, "Archived", "Архивный", 10, "yes hides the item, no shows it again", "«да» убирает позицию в архив, «нет» возвращает"),
			func(c *catalog.Column) { c.On, c.Tokens, c.Required, c.Defaults = onAll, flagTokens(), true, true }), keys: []string{"archived"}, get: getArchived, put: putArchived},
		{Column: column(familyAttr, catalog.Text, "Field: ", "Доп. поле: ", 20, "a custom field", "дополнительное поле")},
		{Column: column(familyChar, catalog.Text, "Characteristic: ", "Характеристика:", 16, "a characteristic of a variant", "характеристика модификации")},
		refLine(with(column(fieldSupplier, catalog.Choice, "Supplier", "Поставщик", 24, "an existing counterparty", "существующий контрагент"), chosen(onProduct, listSuppliers)),
			"supplier", saySupplier, func(r *refs) *dict { return r.suppliers }, func(e *entity) *ref { return e.Supplier }),
		refLine(with(column(fieldCountry, catalog.Choice, "Country", "Страна", 14, "an existing country", "существующая страна"), chosen(onWeight, listCountries)),
			"country", sayCountry, func(r *refs) *dict { return r.countries }, func(e *entity) *ref { return e.Country }),
	}
}

func stocks() []bind {
	line := func(f catalog.Field, en, ru, noteEn, noteRu string, get func(*stockRow) string) bind {
		return bind{Column: column(f, catalog.Number, en, ru, 11, noteEn, noteRu), stock: func(r *stockRow) catalog.Value { return decimalValue(get(r)) }}
	}
	return []bind{
		line("stock", "Stock", "Остаток", "in stock now", "на складе", func(r *stockRow) string { return r.Stock.String() }),
		line("reserve", "Reserve", "Резерв", "reserved by orders", "в резерве", func(r *stockRow) string { return r.Reserve.String() }),
		line("inTransit", "In transit", "Ожидание", "expected from suppliers", "ожидается от поставщиков", func(r *stockRow) string { return r.InTransit.String() }),
		line("quantity", "Available", "Доступно", "stock − reserve + in transit", "остаток − резерв + ожидание", func(r *stockRow) string { return r.Quantity.String() }),
		{Column: with(column("cost", catalog.Money, "Cost", "Себестоимость", 14, "the cost in the account's currency", "себестоимость в валюте учёта"),
			func(c *catalog.Column) { c.PriceRole = "cost" }), stock: func(r *stockRow) catalog.Value { return minorValue(r.Price.String()) }},
		line("stockDays", "Days in stock", "Дней на складе", "how long it has been in stock", "сколько дней лежит на складе", func(r *stockRow) string { return r.StockDays.String() }),
		{Column: column(familyStock, catalog.Number, "Stock: ", "Остаток: ", 12, "in stock in this store", "остаток на этом складе")},
	}
}

// isFamily says that a line stands for the members of a family: it has
// nothing to read.
func (b bind) isFamily() bool { return b.get == nil && b.stock == nil }

// Known gives the columns that every account has, for sheets that carry no
// description of their columns.
func Known() []catalog.Column {
	var known []catalog.Column
	for _, b := range table() {
		if !b.isFamily() {
			known = append(known, b.Column)
		}
	}
	return known
}

// Families gives the columns whose members differ from account to account.
func Families() []catalog.Family {
	var families []catalog.Family
	for _, b := range table() {
		if b.isFamily() {
			if b.Field == familyAttr {
				b.On, b.ClearQuietly = onGoods, true
			}
			families = append(families, catalog.Family{Field: string(b.Field), Before: b.Title, Column: b.Column})
		}
	}
	currency := currencyColumn("", i18n.Text{})
	return append(families, catalog.Family{Field: familyCurrency, Before: i18n.T("Currency: ", "Валюта ("), After: i18n.T("", ")"), Column: currency})
}
