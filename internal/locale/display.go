package locale

import (
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
)

// nbsp sets apart thousands in Russian: a line never breaks inside a number.
const nbsp = '\u00a0'

// Display spells a value for people: 1 299,50 in Russian, 1,299.50 in English.
// Parse with the language's decimal sign reads it back. An absent or empty
// value is "".
func Display(c catalog.Column, v catalog.Value, l i18n.Lang) string {
	if !v.IsSet() {
		return ""
	}
	if c.Kind == catalog.Money {
		sep := nbsp
		if l == i18n.En {
			sep = ','
		}
		return spell(v.Text(), Decimal(l), sep)
	}
	if c.Kind == catalog.Time {
		return displayTime(v.Text(), l)
	}
	return Cell(c, v, l, Decimal(l))
}

// Cell spells a value for a cell of a text file: numbers without signs between
// thousands and with the given decimal sign, words in the language.
func Cell(c catalog.Column, v catalog.Value, l i18n.Lang, point rune) string {
	if !v.IsSet() {
		return ""
	}
	text := v.Text()
	switch c.Kind {
	case catalog.Money, catalog.Number, catalog.Integer:
		return spell(text, point, 0)
	case catalog.Flag, catalog.Choice, catalog.VAT:
		return word(c, text, l, point)
	}
	return text
}

// word names a token, a flag or a VAT rate.
func word(c catalog.Column, text string, l i18n.Lang, point rune) string {
	for _, k := range c.Tokens {
		if k.Value == text && k.Title != (i18n.Text{}) {
			return k.Title.In(l)
		}
	}
	switch {
	case c.Kind == catalog.Flag && text == "true":
		return yes.In(l)
	case c.Kind == catalog.Flag && text == "false":
		return no.In(l)
	case c.Kind == catalog.VAT && text == "none":
		return vatNone.In(l)
	case c.Kind == catalog.VAT && text == "folder":
		return vatFolder.In(l)
	case c.Kind == catalog.VAT:
		return spell(text, point, 0)
	}
	return text
}

// spell writes a plain decimal with a decimal sign and, unless 0, a sign
// between thousands.
func spell(plain string, point, sep rune) string {
	whole, frac, has := strings.Cut(plain, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	if sep != 0 && len(whole) > 3 && digits(whole) {
		var b strings.Builder
		for i := range len(whole) {
			if i > 0 && (len(whole)-i)%3 == 0 {
				b.WriteRune(sep)
			}
			b.WriteByte(whole[i])
		}
		whole = b.String()
	}
	if has {
		return sign + whole + string(point) + frac
	}
	return sign + whole
}

// Find looks a text up among the entries that exist: as it is, else by what
// people mean by it where that is one entry only. near is the closest entry
// when none is found.
func Find(entries []catalog.Entry, text string) (name string, ok bool, near string) {
	for _, e := range entries {
		if e.Name == text {
			return e.Name, true, ""
		}
	}
	folded, hits := Fold(text), 0
	for _, e := range entries {
		if Fold(e.Name) == folded {
			name, hits = e.Name, hits+1
		}
	}
	if hits == 1 {
		return name, true, ""
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name
	}
	return "", false, Nearest(text, names)
}

// Nearest gives the known text closest to what was typed, "" when none is
// close: one letter of a short word may differ, and one more than a third of a
// longer one, since two that changed places are two.
func Nearest(text string, known []string) string {
	want := []rune(Fold(text))
	if len(want) > 200 {
		return ""
	}
	best, bestAt := len(want)/3+1, ""
	if len(want) <= 3 {
		best = len(want) / 2
	}
	for _, k := range known {
		have := []rune(Fold(k))
		if abs(len(have)-len(want)) >= best+1 {
			continue
		}
		if d := distance(want, have, best); d < best || d == best && bestAt == "" {
			best, bestAt = d, k
		}
	}
	return bestAt
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

// distance is how many letters must change; above limit it is limit+1.
func distance(a, b []rune, limit int) int {
	prev, cur := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range a {
		cur[0] = i + 1
		least := cur[0]
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			cur[j+1] = min(prev[j]+cost, prev[j+1]+1, cur[j]+1)
			least = min(least, cur[j+1])
		}
		if least > limit {
			return limit + 1
		}
		prev, cur = cur, prev
	}
	return prev[len(b)]
}
