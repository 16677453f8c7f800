// Package locale gives one text one meaning or none: a parser turns what a
// person typed into the canonical text of a catalog value, or into a placeless
// diagnostic that says why it cannot; the formatters do the reverse for people.
package locale

import (
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
)

// Parse reads the text of a cell of column c into a canonical value. point is
// the file's decimal sign (',' or '.'), 0 where it is not known. Blank text is
// an empty value. Which of its values a list-backed Choice or VAT column knows
// is the caller's to check: see Find.
func Parse(c catalog.Column, text string, point rune) (catalog.Value, *diag.Diagnostic) {
	if trim(text) == "" {
		return catalog.Blank(), nil
	}
	if parse := parsers[c.Kind]; parse != nil {
		s, d := parse(c, text, point)
		if d != nil {
			return catalog.Value{}, d
		}
		return catalog.Of(s), nil
	}
	return catalog.Of(text), nil
}

// parsers has one line per kind; a kind without one is taken as it is.
var parsers = [...]func(c catalog.Column, text string, point rune) (string, *diag.Diagnostic){
	catalog.Text: func(_ catalog.Column, text string, _ rune) (string, *diag.Diagnostic) { return Lines(text), nil },
	catalog.Code: func(_ catalog.Column, text string, _ rune) (string, *diag.Diagnostic) { return Code(text) },
	catalog.ID:   func(_ catalog.Column, text string, _ rune) (string, *diag.Diagnostic) { return UUID(text) },
	catalog.Money: func(_ catalog.Column, text string, point rune) (string, *diag.Diagnostic) {
		return Money(text, point)
	},
	catalog.Number: func(_ catalog.Column, text string, point rune) (string, *diag.Diagnostic) {
		return Number(text, point)
	},
	catalog.Integer: func(_ catalog.Column, text string, point rune) (string, *diag.Diagnostic) {
		return Integer(text, point)
	},
	catalog.Flag:   func(c catalog.Column, text string, _ rune) (string, *diag.Diagnostic) { return flag(c, text) },
	catalog.Choice: func(c catalog.Column, text string, _ rune) (string, *diag.Diagnostic) { return token(c, text), nil },
	catalog.Barcodes: func(c catalog.Column, text string, _ rune) (string, *diag.Diagnostic) {
		return Barcodes(text, "", !c.Bare)
	},
	catalog.VAT:  func(_ catalog.Column, text string, point rune) (string, *diag.Diagnostic) { return VAT(text, point) },
	catalog.Time: func(_ catalog.Column, text string, _ rune) (string, *diag.Diagnostic) { return Time(text) },
}

// Decimal is the decimal sign that people use in a language.
func Decimal(l i18n.Lang) rune {
	if l == i18n.Ru {
		return ','
	}
	return '.'
}

// Shown is a plain number as an argument of a message: each language says it
// with its own decimal sign.
type Shown string

// In spells the number.
func (s Shown) In(l i18n.Lang, _ ...any) string { return spell(string(s), Decimal(l), 0) }

func found(d diag.Diagnostic, text string) *diag.Diagnostic {
	d = d.Typed(text)
	return &d
}
