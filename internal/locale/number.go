package locale

import (
	"slices"
	"strings"
	"unicode"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/money"

	"github.com/shopspring/decimal"
)

// Money reads an amount: thousands in groups of three set apart by spaces or
// apostrophes, a comma or point before the decimals, an optional sign for
// rubles. The result has all its decimals and at least two.
func Money(text string, point rune) (string, *diag.Diagnostic) {
	body, unit := cutUnit(text)
	if unit == "%" {
		return "", found(diag.New("percent-in-price"), text)
	}
	d, bad := read(body, text, point)
	if bad != nil {
		return "", bad
	}
	return money.Amount(d), nil
}

// Rubles says whether the text of an amount names rubles as its currency.
func Rubles(text string) bool {
	_, unit := cutUnit(text)
	return unit != "" && unit != "%"
}

// Number reads a decimal number; a percent sign after it is dropped. The
// result has no trailing zeros.
func Number(text string, point rune) (string, *diag.Diagnostic) {
	body := strings.TrimSuffix(trim(text), "%")
	d, bad := read(body, text, point)
	if bad != nil {
		return "", bad
	}
	return money.Plain(d), nil
}

// Integer reads a whole number.
func Integer(text string, point rune) (string, *diag.Diagnostic) {
	d, bad := read(text, text, point)
	if bad != nil {
		return "", bad
	}
	if !d.IsInteger() {
		return "", found(diag.Variant("number-invalid", "whole", text), text)
	}
	return money.Plain(d), nil
}

// units are the spellings of rubles and the percent sign; longer ones first.
var units = []string{"руб.", "руб", "rub", "р.", "р", "₽", "%"}

func cutUnit(text string) (body, unit string) {
	s := trim(text)
	low := strings.ToLower(s)
	for _, u := range units {
		if strings.HasSuffix(low, u) && len(low) == len(s) {
			return s[:len(s)-len(u)], u
		}
	}
	return strings.TrimPrefix(s, "₽"), ""
}

// read reads the number in body; text is what was typed, for the diagnostic.
func read(body, text string, point rune) (decimal.Decimal, *diag.Diagnostic) {
	var none decimal.Decimal
	s := strings.TrimPrefix(trim(body), "'") // as people keep a spreadsheet from reading it
	if Scientific(s) {
		return none, found(diag.Variant("number-scientific", "number", text), text)
	}
	sign := ""
	for _, m := range minus {
		if rest, ok := strings.CutPrefix(s, m); ok {
			sign, s = "-", trim(rest)
			break
		}
	}
	if sign == "" {
		s = trim(strings.TrimPrefix(s, "+"))
	}
	whole, frac, other, ok := split(s, point)
	if !ok {
		return none, found(diag.New("number-invalid", text), text)
	}
	if other != "" {
		return none, found(diag.New("number-ambiguous", text, Shown(sign+other), Shown(sign+whole+"."+frac)), text)
	}
	if frac != "" {
		whole += "." + frac
	}
	d, err := money.Parse(sign + whole)
	if err != nil {
		return none, found(diag.New("number-invalid", text), text)
	}
	return d, nil
}

// minus lists the signs that stand for one: hyphen, minus, en dash.
var minus = []string{"-", "\u2212", "\u2013"}

// split cuts an unsigned number into its whole part and decimals, both digits
// only. other is the second reading of an ambiguous text: the sign before its
// last three digits may set apart thousands or decimals.
func split(s string, point rune) (whole, frac, other string, ok bool) {
	groups, seps, ok := pieces(s)
	if !ok {
		return "", "", "", false
	}
	n := len(seps)
	hard := slices.IndexFunc(seps, func(r rune) bool { return r == ',' || r == '.' })
	switch {
	case hard < 0: // at most spaces
		if !thousands(groups, seps) {
			return "", "", "", false
		}
		return orZero(strings.Join(groups, "")), "", "", groups[0] != ""
	case n > 1 && hard == 0 && same(seps): // 1,299,000
		if !thousands(groups, seps) || groups[0][0] == '0' {
			return "", "", "", false
		}
		return strings.Join(groups, ""), "", "", true
	}
	// The last sign is the decimal one; those before it set apart thousands.
	if last := seps[n-1]; (last != ',' && last != '.') || slices.Contains(seps[:n-1], last) {
		return "", "", "", false
	}
	whole, frac = strings.Join(groups[:n], ""), groups[n]
	if frac == "" || n > 1 && !thousands(groups[:n], seps[:n-1]) {
		return "", "", "", false
	}
	if n > 1 || len(frac) != 3 || len(whole) > 3 || whole == "" || whole[0] == '0' || seps[0] == point {
		return orZero(whole), frac, "", true
	}
	if point != 0 {
		return whole + frac, "", "", true
	}
	return whole, frac, whole + frac, true
}

func orZero(s string) string {
	if s == "" {
		return "0"
	}
	return s
}

// pieces cuts s into runs of digits and the single signs between them; every
// kind of space counts as one, every kind of apostrophe too.
func pieces(s string) (groups []string, seps []rune, ok bool) {
	if s == "" || len(s) > 300 {
		return nil, nil, false
	}
	begin := 0
	for i, r := range s {
		if r >= '0' && r <= '9' {
			continue
		}
		sep := r
		switch {
		case unicode.Is(unicode.Zs, r):
			sep = ' '
		case r == '\'' || r == '\u2019':
			sep = '\''
		case r != ',' && r != '.':
			return nil, nil, false
		}
		groups, seps = append(groups, s[begin:i]), append(seps, sep)
		begin = i + len(string(r))
	}
	return append(groups, s[begin:]), seps, true
}

// thousands says whether the groups are those of one number: up to three
// digits, then three each, with one sign between all of them.
func thousands(groups []string, seps []rune) bool {
	if len(groups) == 1 {
		return true
	}
	if len(groups[0]) == 0 || len(groups[0]) > 3 || !same(seps) {
		return false
	}
	return !slices.ContainsFunc(groups[1:], func(g string) bool { return len(g) != 3 })
}

func same(seps []rune) bool {
	return !slices.ContainsFunc(seps, func(r rune) bool { return r != seps[0] })
}

// Scientific says whether a text is a number in scientific form as programs
// write it when they shorten one: 4,60712E+12. A code such as 12E5 is not.
func Scientific(s string) bool {
	s = strings.TrimLeft(trim(s), "+-")
	e := strings.IndexAny(s, "eE")
	if e < 1 || e+2 >= len(s) || (s[e+1] != '+' && s[e+1] != '-') || !digits(s[e+2:]) {
		return false
	}
	m := s[:e]
	if i := strings.IndexAny(m, ",."); i >= 0 {
		return digits(m[:i]) && digits(m[i+1:])
	}
	return digits(m)
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// trim cuts white space of every kind, and the invisible marks that programs
// leave at the ends of a text.
func trim(s string) string {
	if s != "" && plainByte(s[0]) && plainByte(s[len(s)-1]) {
		return s
	}
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' || r == '\u2060'
	})
}

func plainByte(b byte) bool { return b > ' ' && b < 0x7f }

// Trim cuts white space of every kind and invisible marks at the ends.
func Trim(s string) string { return trim(s) }
