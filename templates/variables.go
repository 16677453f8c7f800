package templates

import (
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
)

// Variable is one name of a row of the stock report, as MoySklad's help on
// Excel templates prints it.
type Variable struct {
	// Name is what stands after "row." in StockVariables, and the whole name in
	// Variables.
	Name string
	// Field is the column of our sheets that holds the same; "" where there is
	// none. A family (salePrice) means its default member.
	Field catalog.Field
	// Minor says that the number is in hundredths, as ${row.salePrice / 100}
	// shows.
	Minor bool
	Title i18n.Text
	Unit  Unit
	// Example is a cell of a template.
	Example string
	// Unconfirmed: MoySklad's help does not list the name for this report; try
	// it in the account before relying on it.
	Unconfirmed bool
}

// Unit is what a variable holds.
type Unit uint8

// The units.
const (
	UnitText Unit = iota
	UnitID
	UnitQuantity
	UnitMinor // kopecks
	UnitDays
	UnitDate
	UnitList
	UnitFlag
	UnitWeight // kilograms
	UnitVolume // cubic metres
	UnitPercent
)

var unitTitles = [...]i18n.Text{
	UnitText: i18n.T("text", "текст"), UnitID: i18n.T("UUID", "UUID"), UnitQuantity: i18n.T("quantity", "количество"),
	UnitMinor: i18n.T("kopecks", "копейки"), UnitDays: i18n.T("days", "дни"), UnitDate: i18n.T("date", "дата"),
	UnitList: i18n.T("list", "список"), UnitFlag: i18n.T("true or false", "true или false"),
	UnitWeight: i18n.T("kg", "кг"), UnitVolume: i18n.T("m³", "м³"), UnitPercent: i18n.T("percent", "проценты"),
}

// In names the unit.
func (u Unit) In(l i18n.Lang, _ ...any) string { return unitTitles[u].In(l) }

// StockVariables lists the names that a template of the stock report may use
// ("Формулы вывода данных в отчете Остатки по товарам/по сериям" of MoySklad's
// help).
func StockVariables() []Variable {
	text := func(name string, f catalog.Field, title i18n.Text) Variable {
		return Variable{Name: name, Field: f, Title: title, Example: "${row." + name + "}"}
	}
	number := func(name string, f catalog.Field, title i18n.Text) Variable {
		v := text(name, f, title)
		v.Unit = UnitQuantity
		return v
	}
	amount := func(name string, f catalog.Field, title i18n.Text) Variable {
		return Variable{Name: name, Field: f, Minor: true, Title: title, Unit: UnitMinor, Example: "${row." + name + " / 100.0}"}
	}
	id := text("consignmentID", catalog.FieldConsignmentID, i18n.T("id of the row in the API", "идентификатор строки в API"))
	id.Unit = UnitID
	days := text("AvgStockDays", "stockDays", i18n.T("days in stock", "дней на складе"))
	days.Unit = UnitDays
	return []Variable{
		id,
		text("modificationCode", catalog.FieldCode, i18n.T("code", "код")),
		text("productCode", catalog.FieldArticle, i18n.T("article", "артикул")),
		text("name", catalog.FieldName, i18n.T("name", "наименование")),
		text("category", "folder", i18n.T("path of the folder", "путь группы")),
		text("uomName", "uom", i18n.T("unit", "единица измерения")),
		number("stock", "stock", i18n.T("stock", "остаток")),
		number("reserve", "reserve", i18n.T("reserve", "резерв")),
		number("inTransit", "inTransit", i18n.T("in transit", "ожидание")),
		number("quantity", "quantity", i18n.T("available", "доступно")),
		amount("price", "cost", i18n.T("cost of one", "себестоимость единицы")),
		amount("sumTotal", "", i18n.T("cost of all", "сумма себестоимости")),
		amount("salePrice", "salePrice", i18n.T("sale price", "цена продажи")),
		amount("saleAmount", "", i18n.T("sale price of all", "сумма по цене продажи")),
		days,
	}
}

// Variables lists the variables of a kind of report with their whole names; nil
// for an unknown kind.
func Variables(kind string) []Variable {
	switch kind {
	case KindStock:
		return slices.Concat([]Variable{
			loopOver("rows", "row"),
			{Name: "group.item.category", Title: i18n.T("title of a group in a loop with groupBy=\"category\"", "название группы в цикле с groupBy=\"category\""), Example: "${group.item.category}"},
			{Name: "group.items", Title: i18n.T("rows of the group", "строки группы"), Unit: UnitList, Example: `<jx:forEach items="${group.items}" var="row">`},
			{Name: "batch.totalRow.stockTotal", Title: i18n.T("stores, in the report by stores", "склады, в отчёте по складам"), Unit: UnitList, Example: `<jx:forEach items="${batch.totalRow.stockTotal}" var="store">`},
			{Name: "store.name", Title: i18n.T("name of a store", "название склада"), Example: "${store.name}"},
		}, rowVariables(false))
	case KindPricelist:
		return slices.Concat(documentVariables(), []Variable{loopOver("o.positions", "row")}, rowVariables(true))
	case KindProducts:
		return slices.Concat(documentVariables(), []Variable{loopOver("o.positions", "position")}, goodVariables())
	case KindDocuments:
		return listVariables()
	}
	return nil
}

func loopOver(items, name string) Variable {
	return Variable{
		Name: items, Unit: UnitList, Title: i18n.T("rows of the report", "строки отчёта"),
		Example: `<jx:forEach items="${` + items + `}" var="` + name + `">`,
	}
}

// rowVariables are those of a row with their whole names. A price-list has
// neither stock nor cost.
func rowVariables(pricelist bool) []Variable {
	var all []Variable
	for _, v := range StockVariables() {
		if pricelist {
			switch v.Name {
			case "stock", "reserve", "inTransit", "quantity", "price", "sumTotal", "saleAmount", "AvgStockDays":
				continue
			}
			v.Unconfirmed = v.Name != "category"
		}
		v.Name = "row." + v.Name
		all = append(all, v)
	}
	return all
}

// documentVariables are those of a document as a whole.
func documentVariables() []Variable {
	return []Variable{
		{Name: "o.name", Title: i18n.T("number of the document", "номер документа"), Example: "${o.name}"},
		{Name: "o.moment", Title: i18n.T("its date", "его дата"), Unit: UnitDate, Example: "${formatter.getExcelDate(o.moment)}"},
		{Name: "o.state.name", Title: i18n.T("its state", "его статус"), Example: "${o.state.name}"},
		{Name: "o.description", Title: i18n.T("its comment", "комментарий к нему"), Example: "${o.description}"},
		{Name: "o.applicable", Title: i18n.T("whether it is held", "проведён ли он"), Unit: UnitFlag, Example: `${formatter.printIf(o.applicable, "Да")}`},
	}
}

// goodVariables are those of the product in a row of a document ("карточка
// товара" in MoySklad's help on templates of documents).
func goodVariables() []Variable {
	good := func(name string, f catalog.Field, unit Unit, title i18n.Text) Variable {
		return Variable{Name: "position.good." + name, Field: f, Unit: unit, Title: title, Example: "${position.good." + name + "}"}
	}
	return []Variable{
		{
			Name: "position.consignment.id", Field: catalog.FieldConsignmentID, Unit: UnitID, Example: "${position.consignment.id}",
			Title: i18n.T("id of the row in the API; works in lists of documents, not in reports", "идентификатор строки в API; работает в списках документов, но не в отчётах"),
		},
		good("name", catalog.FieldName, UnitText, i18n.T("name", "наименование")),
		good("code", catalog.FieldCode, UnitText, i18n.T("code", "код")),
		good("productCode", catalog.FieldArticle, UnitText, i18n.T("article", "артикул")),
		good("externalCode", catalog.FieldExternalCode, UnitText, i18n.T("external code", "внешний код")),
		good("id", "", UnitID, i18n.T("id of the product in the web address, which is not its id in the API", "идентификатор товара из адресной строки; это не идентификатор в API")),
		good("description", "description", UnitText, i18n.T("description", "описание")),
		good("parent.name", "folder", UnitText, i18n.T("folder", "группа")),
		good("country.name", "country", UnitText, i18n.T("country", "страна")),
		good("uom.name", "uom", UnitText, i18n.T("unit", "единица измерения")),
		good("uom.code", "", UnitText, i18n.T("code of the unit", "код единицы измерения")),
		good("weight", "weight", UnitWeight, i18n.T("weight", "вес")),
		good("volume", "volume", UnitVolume, i18n.T("volume", "объём")),
		good("vat", "vat", UnitPercent, i18n.T("VAT", "НДС")),
		good("minimumBalance", "minimumStock", UnitQuantity, i18n.T("minimum stock", "неснижаемый остаток")),
		good("supplier.name", "supplier", UnitText, i18n.T("supplier", "поставщик")),
		good("archived", "archived", UnitFlag, i18n.T("archived", "в архиве")),
		good("updated", catalog.FieldUpdated, UnitDate, i18n.T("time of the last change", "время последнего изменения")),
		good("updatedBy", "", UnitText, i18n.T("who changed it last", "кто изменил последним")),
		good("getOwnerName()", "owner", UnitText, i18n.T("owner", "владелец")),
		good("getGroupName()", "", UnitText, i18n.T("department of the owner", "отдел владельца")),
		good("getShared()", "shared", UnitFlag, i18n.T("shared access", "общий доступ")),
		good("type", catalog.FieldType, UnitText, i18n.T("type; Kit is a bundle", "тип; Kit — комплект")),
	}
}

// FindVariable finds a variable of the stock report by its name; where only
// the letter case differs, near is the right spelling.
func FindVariable(name string) (v Variable, ok bool, near string) {
	all := StockVariables()
	if i := slices.IndexFunc(all, func(v Variable) bool { return v.Name == name }); i >= 0 {
		return all[i], true, ""
	}
	if i := slices.IndexFunc(all, func(v Variable) bool { return strings.EqualFold(v.Name, name) }); i >= 0 {
		return Variable{}, false, all[i].Name
	}
	return Variable{}, false, ""
}
