// Package templates knows MoySklad's Excel report templates: a number stays a
// number, and an unknown name is a finding, never an empty cell. It holds the
// names that a template of the stock report may use and the columns of our
// sheets that they mean.
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
	// Name is what stands after "row.".
	Name string
	// Field is the column of our sheets that holds the same; "" where there is
	// none. A family (salePrice) means its default member.
	Field catalog.Field
	// Minor says that the number is in hundredths, as ${row.salePrice / 100}
	// shows.
	Minor bool
	Title i18n.Text
}

// StockVariables lists the names that a template of the stock report may use.
func StockVariables() []Variable {
	return []Variable{
		{"consignmentID", catalog.FieldConsignmentID, false, i18n.T("id of the row in the API", "идентификатор строки в API")},
		{"modificationCode", catalog.FieldCode, false, i18n.T("code", "код")},
		{"productCode", catalog.FieldArticle, false, i18n.T("article", "артикул")},
		{"name", catalog.FieldName, false, i18n.T("name", "наименование")},
		{"category", "folder", false, i18n.T("path of the folder", "путь группы")},
		{"uomName", "uom", false, i18n.T("unit", "единица измерения")},
		{"stock", "stock", false, i18n.T("stock", "остаток")},
		{"reserve", "reserve", false, i18n.T("reserve", "резерв")},
		{"inTransit", "inTransit", false, i18n.T("in transit", "ожидание")},
		{"quantity", "quantity", false, i18n.T("available", "доступно")},
		{"price", "cost", true, i18n.T("cost of one", "себестоимость единицы")},
		{"sumTotal", "", true, i18n.T("cost of all", "сумма себестоимости")},
		{"salePrice", "salePrice", true, i18n.T("sale price", "цена продажи")},
		{"saleAmount", "", true, i18n.T("sale price of all", "сумма по цене продажи")},
		{"AvgStockDays", "stockDays", false, i18n.T("days in stock", "дней на складе")},
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
