package templates

import (
	"catalogsheet/internal/money"
)

// numberText takes the text of a number cell of a workbook exactly.
func numberText(text string) (number, bool) {
	d, err := money.Parse(text)
	return number{d: d}, err == nil
}
