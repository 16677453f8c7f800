package exporter

import (
	"math"
	"strings"
	"unicode/utf8"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/sheet"
)

// The colours: a calm blue over what can be edited, greys over the rest.
const (
	tabFill      = "2F6690"
	headEditable = "2F6690"
	headReadOnly = "E4E7EB"
	inkOnBlue    = "FFFFFF"
	inkGreyHead  = "52606D"
	inkGrey      = "6B7280"
	fillGrey     = "F3F4F6"
	line         = "D9DEE4"
)

// formats are the number formats by kind; text is what no spreadsheet program
// may turn into a number.
var formats = map[catalog.Kind]string{
	catalog.Money:   "#,##0.00",
	catalog.Number:  "",
	catalog.Integer: "0",
}

// longMoney hints at an amount of more than two decimals.
const longMoney = "#,##0.00##"

// lineHeight is that of one line of text, in points.
const lineHeight = 15

// widths are the columns' widths by kind, in characters, where a column does
// not give its own.
var widths = map[catalog.Kind]int{
	catalog.Text:     28,
	catalog.Code:     14,
	catalog.ID:       37,
	catalog.Money:    15,
	catalog.Number:   11,
	catalog.Integer:  11,
	catalog.Flag:     11,
	catalog.Choice:   18,
	catalog.Barcodes: 24,
	catalog.VAT:      14,
	catalog.Time:     24,
}

// buttonRoom is what the filter's button takes of a header, in characters.
const buttonRoom = 3

// width gives a column its own width, or its kind's, but never less than the
// longest word of its title, which is bold, takes.
func width(c *column) float64 {
	w := float64(c.Width)
	if w == 0 {
		w = float64(widths[c.Kind])
	}
	for _, word := range strings.Fields(c.header) {
		w = max(w, math.Ceil(boldness*float64(utf8.RuneCountInString(word)))+buttonRoom)
	}
	return min(w, 60)
}

// boldness is how much wider bold letters are.
const boldness = 1.15

// setLooks makes the styles of all columns.
func setLooks(wb *sheet.Workbook, columns []column) error {
	for i := range columns {
		c := &columns[i]
		format, numeric := formats[c.Kind]
		if !numeric {
			format = "@"
		}
		head := sheet.Style{Bold: true, Fill: headEditable, Color: inkOnBlue, Border: line, Wrap: true, Middle: true, Align: "center", Format: "@"}
		if !c.editable() {
			head.Fill, head.Color = headReadOnly, inkGreyHead
		}
		plain := sheet.Style{Format: format, Border: line, Wrap: c.Kind == catalog.Barcodes}
		if c.Kind == catalog.Flag || c.Kind == catalog.VAT {
			plain.Align = "center"
		}
		long, text := plain, plain
		long.Format = longMoney
		text.Format, text.Align = "@", "right"
		for _, s := range []struct {
			to    *int
			style sheet.Style
			grey  bool
		}{
			{&c.look.header, head, false},
			{&c.look.below, sheet.Style{Format: format, Wrap: plain.Wrap, Align: plain.Align}, false},
			{&c.look.plain, plain, false},
			{&c.look.grey, plain, true},
			{&c.look.long, long, false},
			{&c.look.longGrey, long, true},
			{&c.look.text, text, false},
			{&c.look.textGrey, text, true},
		} {
			if s.grey {
				s.style.Fill, s.style.Color = fillGrey, inkGrey
			}
			n, err := wb.Style(s.style)
			if err != nil {
				return err
			}
			*s.to = n
		}
	}
	return nil
}

// headerHeight fits the longest title, wrapped, in points.
func headerHeight(columns []column) float64 {
	lines := 2.0
	for i := range columns {
		room := width(&columns[i]) - buttonRoom
		lines = max(lines, math.Ceil(boldness*float64(utf8.RuneCountInString(columns[i].header))/room))
	}
	return 8 + lineHeight*min(lines, 4)
}
