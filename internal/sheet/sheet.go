// Package sheet reads and writes tables whose every cell knows its sheet, row
// and column; a file is saved whole under its name or not at all.
package sheet

import (
	"io"
	"iter"

	"catalogsheet/internal/i18n"
)

// Format is what a file is, found by its content and never by its name.
type Format uint8

// The formats that can be read.
const (
	XLSX Format = iota + 1
	CSV
	XLS
	ODS
)

// Type is the type of a cell as the file has it.
type Type uint8

// The cell types. A blank cell is not listed in its Row at all.
const (
	Blank  Type = iota
	String      // Text is the string
	Number      // Text is the number as the file spells it
	Bool        // Text is "true" or "false"
	Error       // Text is the error, e.g. #N/A
)

// Show is what a number's format makes of it.
type Show uint8

// The number formats that change a number's meaning.
const (
	ShowNumber Show = iota
	ShowDate        // a date or time: the number is a serial
	ShowPercent
	ShowText // format @
)

// Cell is one cell that is not blank.
type Cell struct {
	Col     int // 1-based
	Type    Type
	Show    Show
	Formula bool
	// External: the formula refers to another workbook.
	External bool
	// Uncached: a formula without a computed value.
	Uncached bool
	Text     string
}

// Row is one row with its non-blank cells in column order.
type Row struct {
	Num    int // 1-based; for CSV the line on which the record begins
	Hidden bool
	Cells  []Cell
}

// Range is a rectangle of cells, 1-based and inclusive.
type Range struct{ FirstRow, FirstCol, LastRow, LastCol int }

// Info names one sheet of a file.
type Info struct {
	Name   string
	Hidden bool
}

// maxSheets bounds the sheets of a workbook.
const maxSheets = 10_000

// checkInfos refuses a workbook without sheets, or with two of one name.
func checkInfos(infos []Info) error {
	if len(infos) == 0 {
		return unreadable("broken", i18n.Errorf(i18n.T("the workbook has no sheets", "в книге нет листов")))
	}
	seen := make(map[string]bool, len(infos))
	for _, s := range infos {
		if seen[s.Name] {
			return unreadable("broken", i18n.Errorf(i18n.T("two sheets named %s", "два листа с именем %s"), shorten(s.Name)))
		}
		seen[s.Name] = true
	}
	return nil
}

// shorten keeps what a file names fit for a message.
func shorten(name string) string {
	const enough = 80
	runes := []rune(name)
	if len(runes) <= enough {
		return name
	}
	return string(runes[:enough]) + "…"
}

// Book is an opened file.
type Book interface {
	Format() Format
	// Detected describes how a CSV file was read; zero for workbooks.
	Detected() Dialect
	Sheets() []Info
	// Rows streams the rows of a sheet in order; a Row and its Cells are valid
	// until the next one. A cell's Text stays valid.
	Rows(name string) iter.Seq2[Row, error]
	// Merges lists the merged ranges of a sheet.
	Merges(name string) ([]Range, error)
	// Date1904 says that the workbook's date serials begin in 1904.
	Date1904() bool
	io.Closer
}

// Dialect is how a CSV file is spelled.
type Dialect struct {
	Encoding  string // utf-8, utf-8-bom, utf-16le, utf-16be, windows-1251
	Delimiter rune
	// Decimal is ',' or '.'; 0 where the file does not tell.
	Decimal rune
}
