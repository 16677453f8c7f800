package exporter

import (
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"
)

// column is one column as it is shown.
type column struct {
	catalog.Column
	header   string
	lang     i18n.Lang
	readOnly bool
	csv      bool
	// words are what is shown for a fixed value.
	words map[string]string
	look  look
}

// look is the styles of a column's cells: editable and grey ones, each plain,
// for amounts of more than two decimals, and for numbers that stay text; below
// is the empty rest of the column, where people add rows.
type look struct{ header, below, plain, grey, long, longGrey, text, textGrey int }

// words of flags and VAT in both languages; the importer reads either.
var (
	wordYes      = i18n.T("yes", "да")
	wordNo       = i18n.T("no", "нет")
	wordNoVAT    = i18n.T("no VAT", "без НДС")
	wordAsFolder = i18n.T("as folder", "как у группы")
)

func newColumn(c catalog.Column, h catalog.Head, header string) column {
	words := map[string]string{}
	switch c.Kind {
	case catalog.Flag:
		words["true"], words["false"] = wordYes.In(h.Lang), wordNo.In(h.Lang)
	case catalog.VAT:
		words["none"], words["folder"] = wordNoVAT.In(h.Lang), wordAsFolder.In(h.Lang)
	}
	for _, t := range c.Tokens {
		words[t.Value] = t.Title.In(h.Lang)
	}
	return column{Column: c, header: header, lang: h.Lang, readOnly: h.ReadOnly, words: words}
}

// editable says whether somebody can edit the column at all.
func (c *column) editable() bool { return !c.readOnly && c.Editable() }

// out shows a value on a row of a type. Absent and empty are both blank; grey
// tells them apart, because what the API did not give cannot be edited.
func (c *column) out(rowType string, v catalog.Value) sheet.Out {
	grey := v.Absent() || c.readOnly || !c.EditableOn(rowType)
	if !v.IsSet() {
		return sheet.Out{Style: pick(grey, c.look.grey, c.look.plain)}
	}
	text := v.Text()
	if c.Kind.Numeric() {
		return c.number(text, grey)
	}
	if word, ok := c.words[text]; ok {
		text = word
	}
	return sheet.Out{Type: sheet.OutText, Style: pick(grey, c.look.grey, c.look.plain), Text: text}
}

func pick(first bool, a, b int) int {
	if first {
		return a
	}
	return b
}

// number shows a decimal: as a number where a spreadsheet's own, of 15 digits,
// holds it. Amounts, and what nobody edits, may be longer behind the point:
// the text in the file is exact, the importer compares 15 digits.
func (c *column) number(text string, grey bool) sheet.Out {
	n := measure(text)
	fits := n.digits <= 15 || n.whole <= 15 && (c.Kind == catalog.Money || !c.editable())
	switch {
	case !n.ok, !fits && !c.csv:
		return sheet.Out{Type: sheet.OutText, Style: pick(grey, c.look.textGrey, c.look.text), Text: text}
	case c.Kind == catalog.Money && n.decimals > 2:
		return sheet.Out{Type: sheet.OutNumber, Style: pick(grey, c.look.longGrey, c.look.long), Text: text}
	}
	return sheet.Out{Type: sheet.OutNumber, Style: pick(grey, c.look.grey, c.look.plain), Text: text}
}

// decimalText is the shape of a decimal's text.
type decimalText struct {
	ok                      bool
	whole, decimals, digits int // digits are the significant ones
}

// measure counts the digits of -123.450: three whole, three decimals, five
// significant.
func measure(s string) decimalText {
	s = strings.TrimPrefix(s, "-")
	whole, fraction, point := strings.Cut(s, ".")
	m := decimalText{whole: len(strings.TrimLeft(whole, "0")), decimals: len(fraction)}
	m.ok = whole != "" && onlyDigits(whole) && onlyDigits(fraction) && (!point || fraction != "")
	if !m.ok {
		return m
	}
	fraction = strings.TrimRight(fraction, "0")
	switch {
	case fraction == "":
		m.digits = len(strings.TrimRight(strings.TrimLeft(whole, "0"), "0"))
	case m.whole == 0:
		m.digits = len(strings.TrimLeft(fraction, "0"))
	default:
		m.digits = m.whole + len(fraction)
	}
	return m
}

func onlyDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// Sentences of the notes on header cells.
var (
	noteEditable = i18n.T("Can be edited.", "Можно менять.")
	noteOn       = i18n.T("Can be edited on rows of type: %s.", "Можно менять в строках типа: %s.")
	noteNew      = i18n.T("Filled in on new rows only.", "Заполняется только в новых строках.")
	noteReadOnly = i18n.T("Read-only: changes here are not sent.", "Только чтение: изменения здесь не отправляются.")
	noteCell     = i18n.T("Grey cells are read-only.", "Серые ячейки — только чтение.")
	noteBarcodes = i18n.T("One barcode per line, with its kind: ean13:2000000000015 (Alt+Enter begins a new line).",
		"По одному штрихкоду в строке, с видом: ean13:2000000000015 (новая строка — Alt+Enter).")
)

// note says what the column is and whether it can be edited.
func (c *column) note(types catalog.Column) string {
	var lines []string
	if about := strings.TrimSpace(c.Note.In(c.lang)); about != "" {
		lines = append(lines, about)
	}
	switch {
	case c.readOnly || !c.Editable() && !c.OnNew:
		lines = append(lines, noteReadOnly.In(c.lang))
	case !c.Editable():
		lines = append(lines, noteNew.In(c.lang))
	case everywhere(c.On, types.Tokens):
		lines = append(lines, noteEditable.In(c.lang))
	default:
		lines = append(lines, noteOn.In(c.lang, strings.Join(titles(c.On, types, c.lang), ", ")), noteCell.In(c.lang))
	}
	if c.Kind == catalog.Barcodes && c.editable() {
		lines = append(lines, noteBarcodes.In(c.lang))
	}
	return strings.Join(lines, "\n")
}

func everywhere(on []string, types []catalog.Token) bool {
	for _, t := range types {
		if !slices.Contains(on, t.Value) {
			return false
		}
	}
	return true
}

func titles(values []string, types catalog.Column, lang i18n.Lang) []string {
	out := slices.Clone(values)
	for i, v := range values {
		for _, t := range types.Tokens {
			if t.Value == v {
				out[i] = t.Title.In(lang)
			}
		}
	}
	return out
}
