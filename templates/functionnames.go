package templates

import (
	"regexp"
	"strings"
)

var russianFunction = regexp.MustCompile(`[А-ЯЁа-яё][А-ЯЁа-яё.]*\(`)

// englishNames are the Russian names of functions that people type.
func englishName(name string) string {
	switch strings.ToUpper(name) {
	case "СУММ":
		return "SUM"
	case "ЕСЛИ":
		return "IF"
	case "ОКРУГЛ":
		return "ROUND"
	case "СРЗНАЧ":
		return "AVERAGE"
	case "МИН":
		return "MIN"
	case "МАКС":
		return "MAX"
	case "СЧЁТ", "СЧЕТ":
		return "COUNT"
	case "СЧЁТЗ", "СЧЕТЗ":
		return "COUNTA"
	case "СТРОКА":
		return "ROW"
	case "И":
		return "AND"
	case "ИЛИ":
		return "OR"
	case "НЕ":
		return "NOT"
	case "ЦЕЛОЕ":
		return "INT"
	case "ГИПЕРССЫЛКА":
		return "HYPERLINK"
	case "СЦЕПИТЬ":
		return "CONCATENATE"
	case "ПРОИЗВЕД":
		return "PRODUCT"
	case "СУММЕСЛИ":
		return "SUMIF"
	case "ВПР":
		return "VLOOKUP"
	case "ABS", "АБС":
		return "ABS"
	case "ПРОМЕЖУТОЧНЫЕ.ИТОГИ":
		return "SUBTOTAL"
	}
	return ""
}
