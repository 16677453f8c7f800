package locale

import (
	"strings"
	"unicode"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/money"

	"golang.org/x/text/unicode/norm"
)

// Fold reduces a text to what people mean by it: letter case, white space and
// the dots of ё do not count.
func Fold(s string) string {
	s = strings.ToLower(norm.NFC.String(s))
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), r == '\u200b', r == '\ufeff', r == '\u00ad', r == '\u2060':
			return -1
		case r == 'ё':
			return 'е'
		}
		return r
	}, s)
}

var (
	yes = i18n.T("yes", "да")
	no  = i18n.T("no", "нет")
)

var flagWords = map[string]string{
	"да": "true", "yes": "true", "true": "true", "истина": "true", "1": "true", "+": "true", "true()": "true",
	"нет": "false", "no": "false", "false": "false", "ложь": "false", "0": "false", "-": "false", "false()": "false",
}

// Flag reads yes or no in either language, as a word, a logical value, a
// number or a sign.
func Flag(text string) (string, *diag.Diagnostic) {
	if v, ok := flagWords[Fold(text)]; ok {
		return v, nil
	}
	return "", found(diag.Variant("value-unknown", "flag", text), text)
}

func flag(c catalog.Column, text string) (string, *diag.Diagnostic) {
	if v := token(c, text); v == "true" || v == "false" {
		return v, nil
	}
	return Flag(text)
}

// token finds the token of a column by its value or by its title in either
// language; a text that is none is given back trimmed.
func token(c catalog.Column, text string) string {
	t := trim(text)
	for _, k := range c.Tokens {
		if t == k.Value {
			return k.Value
		}
	}
	folded := Fold(t)
	for _, k := range c.Tokens {
		if folded == Fold(k.Value) || folded == Fold(k.Title.En) || folded == Fold(k.Title.Ru) {
			return k.Value
		}
	}
	return t
}

// VAT's two words, with the spellings under which each is read.
var (
	vatNone   = i18n.T("no VAT", "без НДС")
	vatFolder = i18n.T("as folder", "как у группы")
	vatWords  = map[string]string{
		"novat": "none", "безндс": "none", "none": "none", "ндснеоблагается": "none",
		"asfolder": "folder", "какугруппы": "folder", "folder": "folder", "asgroup": "folder",
	}
)

// VAT reads a rate ("20%", "20", "20 %"), no VAT, or as the folder has it; the
// result is "20%", "none" or "folder".
func VAT(text string, point rune) (string, *diag.Diagnostic) {
	if v, ok := vatWords[Fold(text)]; ok {
		return v, nil
	}
	d, bad := read(strings.TrimSuffix(trim(text), "%"), text, point)
	if bad != nil {
		return "", found(diag.New("vat-unknown", text, ""), text)
	}
	if d.IsNegative() || d.GreaterThan(hundred) || d.IsPositive() && d.LessThan(one) {
		return "", found(diag.New("vat-unknown", text, ""), text)
	}
	return money.Plain(d) + "%", nil
}
