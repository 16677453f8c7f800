package evotor

import (
	"slices"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/source"
)

// The fields that only this source has.
const (
	fieldGroup       catalog.Field = "group"
	fieldDescription catalog.Field = "description"
	fieldPrice       catalog.Field = "price"
	fieldCostPrice   catalog.Field = "costPrice"
	fieldQuantity    catalog.Field = "quantity"
	fieldMeasure     catalog.Field = "measure"
	fieldTax         catalog.Field = "tax"
	fieldAllowToSell catalog.Field = "allowToSell"
	fieldAlcoCodes   catalog.Field = "alcoCodes"
	fieldAlcohol     catalog.Field = "alcoholByVolume"
	fieldAlcoKind    catalog.Field = "alcoholKindCode"
	fieldTare        catalog.Field = "tareVolume"
	fieldImage       catalog.Field = "image"
)

// The row types that the source itself speaks of.
const (
	typeNormal  = "NORMAL"
	typeService = "SERVICE"
)

// knownTypes are the types of products: Evotor REST API, Схемы товаров. The
// list grows, so others are shown and kept as they are.
var knownTypes = [...]string{
	typeNormal, typeService, "ALCOHOL_MARKED", "ALCOHOL_NOT_MARKED", "TOBACCO_MARKED", "TOBACCO_PRODUCTS_MARKED",
	"TOBACCO_STICKS_MARKED", "SHOES_MARKED", "MEDICINE_MARKED", "TYRES_MARKED", "PERFUME_MARKED", "PHOTOS_MARKED",
	"LIGHT_INDUSTRY_MARKED", "DAIRY_MARKED", "WATER_MARKED", "BIKE_MARKED", "JEWELRY_MARKED", "FUR_MARKED",
	"FURSLP_MARKED", "LOTTERY_TICKET", "LOTTERY_PRIZE", "BEER_MARKED", "BEER_MARKED_KEG", "NOT_ALCOHOL_BEER_MARKED",
	"ANTISEPTIC_MARKED", "DIETARY_SUPPLEMENTS_MARKED", "JUICE_MARKED", "WHEELCHAIRS_MARKED", "MEDICAL_DEVICES_MARKED",
	"CAVIAR_MARKED", "GROCERIES_MARKED", "PRESERVES_MARKED", "VETERINARY_MARKED", "PET_FOOD_MARKED",
	"VEGETABLE_OIL_MARKED", "AUTO_FLUIDS_MARKED", "CHEMICALS_MARKED",
}

// alcoholTypes have the fields of alcohol: Evotor REST API, Схемы товаров.
var alcoholTypes = [...]string{
	"ALCOHOL_MARKED", "ALCOHOL_NOT_MARKED", "BEER_MARKED", "BEER_MARKED_KEG", "NOT_ALCOHOL_BEER_MARKED", "ANTISEPTIC_MARKED",
}

// knownTaxes are the rates by name: Evotor REST API, Товары, tax. VAT_18 names
// whatever rate a till takes it for, so no name is ever changed for another.
var knownTaxes = [...]string{
	"NO_VAT", "VAT_0", "VAT_5", "VAT_7", "VAT_10", "VAT_18", "VAT_20", "VAT_22",
	"VAT_5_105", "VAT_7_107", "VAT_10_110", "VAT_18_118", "VAT_20_120", "VAT_22_122",
}

// knownMeasures are the units that V1 lists: Evotor API V1, definitions,
// measureName. Accounts have others too.
var knownMeasures = [...]string{"шт", "кг", "л", "м", "км", "м2", "м3", "компл", "упак", "ед", "дроб"}

// Which row types have a column. A service has neither stock nor cost: Evotor
// API V1, definitions.
func onAll(string) bool           { return true }
func onGoods(rowType string) bool { return rowType != typeService }
func onAlcohol(rowType string) bool {
	return slices.Contains(alcoholTypes[:], rowType)
}

// The lists of a head.
const (
	listStores   = "stores"
	listGroups   = "groups"
	listMeasures = "measures"
	listTaxes    = "taxes"
)

// bind is one line of the column table: a column, the row types that have it,
// and how to read it off a document and to change the document. put is nil for
// a column that is only read.
type bind struct {
	catalog.Column
	key string
	on  func(rowType string) bool
	get func(*refs, source.Doc) catalog.Value
	put func(*refs, source.Doc, catalog.Value) error
}

// line finds a field in the table.
func line(f catalog.Field) (bind, bool) {
	lines := table()
	i := slices.IndexFunc(lines, func(b bind) bool { return b.Field == f })
	if i < 0 {
		return bind{}, false
	}
	return lines[i], true
}

// table is the columns in the order of the sheet.
func table() []bind { return slices.Concat(identity(), describing(), selling(), alcohol(), further()) }

func column(f catalog.Field, k catalog.Kind, en, ru string, width int, noteEn, noteRu string) catalog.Column {
	return catalog.Column{Field: f, Kind: k, Title: i18n.T(en, ru), Note: i18n.T(noteEn, noteRu), Width: width}
}

// with sets what only an editable column has.
func with(c catalog.Column, set func(*catalog.Column)) catalog.Column { set(&c); return c }

func required(c *catalog.Column)     { c.Required = true }
func clearQuietly(c *catalog.Column) { c.ClearQuietly = true }

func typeTokens(seen []string) []catalog.Token {
	var tokens []catalog.Token
	for _, t := range seen {
		tokens = append(tokens, catalog.Token{Value: t, Title: i18n.T(t, t)})
	}
	return tokens
}

func identity() []bind {
	return []bind{
		{Column: column(catalog.FieldID, catalog.ID, "UUID", "UUID", 38,
			"the product; it is found again by this and the store", "товар; по этому номеру и магазину он находится снова"),
			get: func(_ *refs, d source.Doc) catalog.Value { return catalog.Of(d.Key.ID) }},
		{Column: with(column(catalog.FieldStore, catalog.Choice, "Store", "Магазин", 20, "the store whose product it is", "магазин, в котором заведён товар"),
			func(c *catalog.Column) { c.List, c.OnNew = listStores, true }),
			get: func(r *refs, d source.Doc) catalog.Value { return catalog.Of(r.storeName(d.Key.Store)) }},
		{Column: with(column(catalog.FieldType, catalog.Choice, "Type", "Тип", 18, "what the product is, in the words of the API", "тип товара, как его называет API"),
			func(c *catalog.Column) { c.Tokens, c.OnNew = typeTokens(knownTypes[:]), true }),
			get: func(_ *refs, d source.Doc) catalog.Value { return given(d.Key.Type) }},
	}
}

func describing() []bind {
	return []bind{
		{Column: with(column(fieldGroup, catalog.Choice, "Group", "Группа", 24, "the path of an existing group, with slashes", "путь существующей группы через косую черту"),
			func(c *catalog.Column) { c.List, c.ClearQuietly = listGroups, true }), key: "parent_id", on: onAll, get: getGroup, put: putGroup},
		textLine(with(column(catalog.FieldName, catalog.Text, "Name", "Наименование", 40, "the name", "наименование"),
			func(c *catalog.Column) { c.MaxLen, c.Required = 160, true }), "name", onAll),
		textLine(with(column(catalog.FieldCode, catalog.Code, "Code", "Код", 12, "the code", "код"),
			func(c *catalog.Column) { c.Unique = true }), "code", onAll),
		textLine(column(catalog.FieldArticle, catalog.Code, "Article", "Артикул", 14, "the article", "артикул"), "article_number", onAll),
		textLine(with(column(fieldDescription, catalog.Text, "Description", "Описание", 30, "the description", "описание"), clearQuietly), "description", onAll),
		listLine(with(column(catalog.FieldBarcodes, catalog.Barcodes, "Barcodes", "Штрихкоды", 18, "one per line", "по одному в строке"),
			func(c *catalog.Column) { c.Unique, c.Bare = true, true }), "barcodes", onAll),
	}
}

func selling() []bind {
	return []bind{
		numberLine(price(column(fieldPrice, catalog.Money, "Price", "Цена", 12, "the sale price, rubles", "цена продажи, рубли"), "sale"), "price", onAll),
		numberLine(price(column(fieldCostPrice, catalog.Money, "Cost price", "Закупочная цена", 12, "what the product is bought for, rubles", "за сколько товар закупается, рубли"), "buy"), "cost_price", onGoods),
		numberLine(with(column(fieldQuantity, catalog.Number, "Quantity", "Количество", 11,
			"the stock; a new value replaces it, whatever was sold meanwhile", "остаток; новое значение заменяет его, что бы ни продали за это время"),
			func(c *catalog.Column) {
				c.Decimals, c.Min, c.Max, c.Required, c.Defaults = 3, "-9999999.999", "9999999.999", true, true
			}), "quantity", onGoods),
		textLine(with(column(fieldMeasure, catalog.Choice, "Unit", "Единица измерения", 12, "the unit, in the words of the API", "единица измерения, как её называет API"),
			func(c *catalog.Column) { c.List, c.Required = listMeasures, true }), "measure_name", onAll),
		textLine(with(column(fieldTax, catalog.Choice, "Tax", "НДС", 12, "the tax, in the words of the API", "ставка НДС, как её называет API"),
			func(c *catalog.Column) { c.List, c.Required = listTaxes, true }), "tax", onAll),
		flagLine(with(column(fieldAllowToSell, catalog.Flag, "Allow to sell", "Разрешить продажу", 12,
			"no keeps the product out of receipts", "«нет» не даёт добавить товар в чек"), required), "allow_to_sell", onAll),
	}
}

func price(c catalog.Column, role string) catalog.Column {
	c.PriceRole, c.Decimals, c.Min, c.Max, c.ClearBy, c.ClearQuietly = role, 2, "0", "9999999.99", "0", true
	return c
}

// alcohol is the columns that only alcohol types have: Evotor API V1,
// definitions, for the bounds.
func alcohol() []bind {
	bounds := func(low, high string, decimals int) func(*catalog.Column) {
		return func(c *catalog.Column) { c.Min, c.Max, c.Decimals, c.Required = low, high, decimals, true }
	}
	return []bind{
		listLine(with(column(fieldAlcoCodes, catalog.Barcodes, "Alcohol codes", "Алкокоды", 22, "19 digits each, one per line", "по 19 цифр, по одному в строке"),
			func(c *catalog.Column) { c.Bare = true }), "alcocodes", onAlcohol),
		numberLine(with(column(fieldAlcohol, catalog.Number, "Alcohol by volume", "Крепость", 10, "per cent", "проценты"), bounds("0.001", "99.999", 3)), "alcohol_by_volume", onAlcohol),
		numberLine(with(column(fieldAlcoKind, catalog.Integer, "Alcohol kind code", "Код вида", 10, "the code of the kind of alcohol", "код вида алкогольной продукции"), bounds("1", "999", 0)), "alcohol_product_kind_code", onAlcohol),
		numberLine(with(column(fieldTare, catalog.Number, "Tare volume", "Объём тары", 10, "litres", "литры"), bounds("0.001", "999.999", 3)), "tare_volume", onAlcohol),
	}
}

func further() []bind {
	return []bind{
		{Column: column(fieldImage, catalog.Text, "Image", "Изображение", 20, "the address of the picture", "адрес изображения"), key: "images", get: getImage},
		{Column: column(catalog.FieldUpdated, catalog.Time, "Updated", "Обновлено", 20,
			"when the product was last changed, Moscow time", "когда товар изменён, время московское"), key: "updated_at", get: getUpdated},
	}
}

// shown gives the column with the row types on which it can be edited.
func (b bind) shown(types []string) catalog.Column {
	c := b.Column
	if b.Field == catalog.FieldType {
		c.Tokens = typeTokens(types)
	}
	if b.put != nil {
		for _, t := range types {
			if b.on(t) {
				c.On = append(c.On, t)
			}
		}
	}
	return c
}

// Known gives the columns that every account has, for sheets that carry no
// description of their columns.
func Known() []catalog.Column {
	var known []catalog.Column
	for _, b := range table() {
		known = append(known, b.shown(knownTypes[:]))
	}
	return known
}

// Families gives none: every account has the same columns.
func Families() []catalog.Family { return nil }
