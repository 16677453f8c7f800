package sheet

import (
	"fmt"
	"strings"

	"catalogsheet/internal/i18n"

	"github.com/xuri/excelize/v2"
)

// Edit types values into cells of a workbook as a person would in a spreadsheet
// program, and saves it in place: a number becomes a number cell, "" empties
// the cell, any other text a text cell.
func Edit(path, sheetName string, cells map[string]string) error {
	book, err := excelize.OpenFile(path)
	if err != nil {
		return i18n.Wrapf(i18n.T("open %s", "открытие %s"), err, path)
	}
	defer book.Close()
	for cell, text := range cells {
		if err := typeIn(book, sheetName, cell, text); err != nil {
			return fmt.Errorf("edit %s!%s: %w", sheetName, cell, err)
		}
	}
	return book.Save()
}

func typeIn(book *excelize.File, sheetName, cell, text string) error {
	switch {
	case text == "":
		return book.SetCellValue(sheetName, cell, nil)
	case plainNumber(text):
		return book.SetCellDefault(sheetName, cell, text)
	}
	return book.SetCellStr(sheetName, cell, text)
}

func plainNumber(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	whole, part, _ := strings.Cut(digits, ".")
	return whole != "" && strings.Trim(whole+part, "0123456789") == "" && (len(whole) == 1 || whole[0] != '0')
}
