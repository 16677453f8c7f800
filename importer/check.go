package importer

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/money"

	"github.com/shopspring/decimal"
)

// check judges a new value against what its column takes; nil when it does.
func check(c *column, v, base catalog.Value) *diag.Diagnostic {
	if !v.IsSet() {
		return nil
	}
	if c.Kind.Numeric() {
		return checkNumber(c, v.Text(), base)
	}
	return checkText(c, v.Text())
}

func checkNumber(c *column, text string, base catalog.Value) *diag.Diagnostic {
	d, err := money.Parse(text)
	if err != nil {
		return found(diag.New("number-invalid", text))
	}
	if c.Kind == catalog.Money && d.IsNegative() {
		return found(diag.New("price-negative"))
	}
	if limit := decimalsOf(c, base); limit >= 0 && decimals(money.Plain(d)) > limit {
		return found(diag.New("price-decimals", limit))
	}
	least, errLeast := money.Parse(c.Min)
	most, errMost := money.Parse(c.Max)
	under, over := errLeast == nil && d.LessThan(least), errMost == nil && d.GreaterThan(most)
	switch {
	case !under && !over:
		return nil
	case errLeast == nil && errMost == nil:
		return found(diag.New("value-range", locale.Shown(c.Min), locale.Shown(c.Max)))
	case under:
		return found(diag.Variant("value-range", "min", locale.Shown(c.Min)))
	}
	return found(diag.Variant("value-range", "max", locale.Shown(c.Max)))
}

// decimalsOf is how many decimals a person may type: those of the column, of
// a price two, or as many as the value had. Negative is no limit.
func decimalsOf(c *column, base catalog.Value) int {
	limit := c.Decimals
	switch {
	case c.Kind == catalog.Money:
		limit = max(limit, 2)
	case limit == 0:
		return -1
	}
	if limit < 0 || !base.IsSet() {
		return limit
	}
	if d, err := money.Parse(base.Text()); err == nil {
		limit = max(limit, decimals(money.Plain(d)))
	}
	return limit
}

func decimals(plain string) int {
	if i := strings.IndexByte(plain, '.'); i >= 0 {
		return len(plain) - i - 1
	}
	return 0
}

func checkText(c *column, text string) *diag.Diagnostic {
	if n := utf8.RuneCountInString(text); c.MaxLen > 0 && n > c.MaxLen {
		return found(diag.New("text-too-long", c.MaxLen, n))
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, utf8.RuneError) {
		return found(diag.Variant("text-invalid", "encoding"))
	}
	lines := c.Kind == catalog.Text || c.Kind == catalog.Barcodes
	for _, r := range text {
		if unicode.IsControl(r) && !(lines && (r == '\n' || r == '\t')) || r == '\uFFFE' || r == '\uFFFF' {
			return found(diag.New("text-invalid", fmt.Sprintf("U+%04X", r)))
		}
	}
	return nil
}

// warn says what is odd about a new text but can be meant.
func warn(c *column, v, base catalog.Value) diag.List {
	if !v.IsSet() || c.Kind.Numeric() {
		return nil
	}
	var list diag.List
	if c.Kind == catalog.Code || c.Kind == catalog.Barcodes {
		if mixed := lookAlikes(v.Text()); mixed != "" && lookAlikes(base.Text()) == "" {
			list.Add(diag.New("mixed-script", mixed))
		}
	}
	if hidden := invisible(v.Text()); hidden != "" && invisible(base.Text()) != hidden {
		list.Add(diag.New("invisible-characters", hidden))
	}
	return list
}

// lookAlike are the Cyrillic letters that have a Latin double.
const lookAlike = "асеорхукнвмтАСЕОРХУКНВМТ"

// lookAlikes lists the Cyrillic doubles in words that also have Latin letters.
func lookAlikes(text string) string {
	var out []rune
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		latin := strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Latin, r) })
		for _, r := range word {
			if latin && strings.ContainsRune(lookAlike, r) && !slices.Contains(out, r) {
				out = append(out, r)
			}
		}
	}
	return spaced(out)
}

func spaced(rs []rune) string {
	parts := make([]string, len(rs))
	for i, r := range rs {
		parts[i] = string(r)
	}
	return strings.Join(parts, ", ")
}

// invisible lists the characters of a text that nobody can see: zero-width
// ones, soft hyphens, marks of writing direction. A joiner inside an emoji is
// none of them.
func invisible(text string) string {
	var out []string
	for _, r := range text {
		switch {
		case r == '\u200b', r == '\u2060', r == '\ufeff', r == '\u00ad',
			r >= '\u200e' && r <= '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			if name := fmt.Sprintf("U+%04X", r); !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return strings.Join(out, ", ")
}

// cleared is what an emptied cell writes.
func cleared(c *column) catalog.Value {
	if c.ClearBy == "" {
		return catalog.Blank()
	}
	if c.Kind == catalog.Money {
		if d, err := decimal.NewFromString(c.ClearBy); err == nil {
			return catalog.Of(money.Amount(d))
		}
	}
	return catalog.Of(c.ClearBy)
}

func found(d diag.Diagnostic) *diag.Diagnostic { return &d }
