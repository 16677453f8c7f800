package templates

import (
	"strings"

	"catalogsheet/internal/i18n"
)

// listVariables are those of lists of documents and of counterparties and of
// the report on profits ("Формулы для списков документов" and its neighbours in
// MoySklad's help on templates).
func listVariables() []Variable {
	text := func(name string, title i18n.Text) Variable {
		return Variable{Name: name, Title: title, Example: "${" + name + "}"}
	}
	amount := func(name string, title i18n.Text) Variable {
		return Variable{Name: name, Title: title, Unit: UnitMinor, Minor: true, Example: "${" + name + " / 100.0}"}
	}
	quantity := func(name string, title i18n.Text) Variable {
		v := text(name, title)
		v.Unit = UnitQuantity
		return v
	}
	unconfirmed := func(v Variable) Variable {
		v.Unconfirmed = true
		return v
	}
	return []Variable{
		loopOver("rows", "row"),
		{
			Name: "row.id", Unit: UnitID, Title: i18n.T("id of the document or counterparty", "идентификатор документа или контрагента"),
			Example: "${formatter.operationWeight(formatter.loadOperation(row.id))}",
		},
		amount("row.sumTO.sum", i18n.T("sum of the document", "сумма документа")),
		text("row.stateRef.name", i18n.T("state", "статус")),
		text("row.sourceAgentRef.name", i18n.T("counterparty that sends", "контрагент-отправитель")),
		text("row.targetPlaceRef.name", i18n.T("store that receives", "склад получателя")),
		text("row.currencyRef.name", i18n.T("currency", "валюта")),
		amount("total.sumTO.sum", i18n.T("sum of all documents", "сумма всех документов")),
		{
			Name: "filtersText", Title: i18n.T("the filter of the list", "фильтр списка"),
			Example: `<jx:if test="${filtersText != null && filtersText.length() > 0}">`,
		},
		loopOver("filters", "filter"),
		text("filter.getDisplayName()", i18n.T("name of a filter", "название фильтра")),
		text("filter.getPrintValue()", i18n.T("value of a filter", "значение фильтра")),
		text("row.goodRef.name", i18n.T("profits: name of the product", "прибыльность: наименование товара")),
		text("row.goodRef.code", i18n.T("profits: code of the product", "прибыльность: код товара")),
		quantity("row.out.quantity", i18n.T("profits: quantity sold", "прибыльность: продано, количество")),
		amount("row.out.sellAmount", i18n.T("profits: sum of sales", "прибыльность: сумма продаж")),
		unconfirmed(quantity("row.returns.quantity", i18n.T("profits: quantity returned", "прибыльность: возвращено, количество"))),
		unconfirmed(amount("row.returns.sellAmount", i18n.T("profits: sum of returns", "прибыльность: сумма возвратов"))),
	}
}

// isListName says whether rows of a list have a name, such as sumTO, that those
// of a stock report do not have.
func isListName(name string) bool {
	for _, v := range listVariables() {
		if path, ok := strings.CutPrefix(v.Name, "row."); ok {
			if first, _, _ := strings.Cut(path, "."); first == name {
				return true
			}
		}
	}
	return false
}

// listMinor says whether a whole name of a list is in kopecks.
func listMinor(name string) bool {
	for _, v := range listVariables() {
		if v.Name == name {
			return v.Minor
		}
	}
	return false
}
