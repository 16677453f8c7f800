package importer

import (
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/money"
	"catalogsheet/internal/sheet"

	"github.com/shopspring/decimal"
)

// reading is what a cell says: the base's value (repaired where only the base
// shows that), another one, or nothing that can be taken.
type reading struct {
	value    catalog.Value
	same     bool
	repaired bool
	bad      *diag.Diagnostic
}

var (
	unchanged = reading{same: true}
	repaired  = reading{same: true, repaired: true}
	lost15    = decimal.New(1, 15)
	hundred   = decimal.NewFromInt(100)
)

func bad(d diag.Diagnostic) reading { return reading{bad: &d} }

// read says what a cell that is not blank holds, compared with the base.
func (r *reader) read(c *column, cell *sheet.Cell, base catalog.Value) reading {
	if quick(c.Kind, cell, base) {
		return unchanged
	}
	switch {
	case cell.Uncached:
		return bad(diag.New("formula-uncached"))
	case cell.Type == sheet.Error:
		return bad(diag.New("cell-error"))
	}
	var got reading
	switch cell.Type {
	case sheet.Number:
		got = r.number(c, cell, base)
	case sheet.Bool:
		got = boolean(c, cell.Text, base)
	default:
		got = r.text(c, cell.Text, base)
	}
	if got.bad == nil && !got.same {
		got.same = same(c.Kind, base, got.value)
	}
	return got
}

// quick knows most unedited cells by their spelling alone.
func quick(k catalog.Kind, cell *sheet.Cell, base catalog.Value) bool {
	if !base.IsSet() || cell.Uncached {
		return false
	}
	switch cell.Type {
	case sheet.String:
		return cell.Text == base.Text()
	case sheet.Number:
		return k.Numeric() && spelledAlike(cell.Text, base.Text())
	}
	return false
}

// spelledAlike compares two plain decimals but for zeros at their ends.
func spelledAlike(a, b string) bool {
	if a == b {
		return true
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if !strings.HasPrefix(b, a) {
		return false
	}
	rest := b[len(a):]
	if strings.IndexByte(a, '.') < 0 {
		if rest[0] != '.' {
			return false
		}
		rest = rest[1:]
	}
	return strings.Trim(rest, "0") == "" && !strings.ContainsAny(a, "eE")
}

// same compares by meaning what Kind.Equal compares by spelling.
func same(k catalog.Kind, base, mine catalog.Value) bool {
	return k.Equal(base, mine) || k == catalog.Time && base.IsSet() && mine.IsSet() && locale.SameTime(base.Text(), mine.Text())
}

// text reads a text cell; every cell of a CSV file is one.
func (r *reader) text(c *column, text string, base catalog.Value) reading {
	if isErrorText(text) {
		return bad(diag.New("cell-error"))
	}
	if isTemplate(text) {
		return bad(diag.New("template-broken"))
	}
	if got, ok := r.lossy(text, base); ok {
		return got
	}
	switch c.Kind {
	case catalog.Text, catalog.Code:
		return r.words(c, text, base)
	case catalog.Barcodes:
		return r.barcodes(c, text, base)
	case catalog.Choice:
		return r.choice(c, text, base)
	}
	v, d := locale.Parse(c.Column, text, r.point)
	if d != nil && d.Code == "number-ambiguous" && r.wrote != 0 && strings.ContainsRune(text, r.wrote) {
		v, d = locale.Parse(c.Column, text, r.wrote)
	}
	if d != nil {
		if c.Kind.Numeric() && r.sameNumber(text, base) {
			return unchanged
		}
		return reading{bad: d}
	}
	switch {
	case c.Kind == catalog.VAT:
		return r.rate(c, text, v, base)
	case r.csv && c.Kind != catalog.Integer && c.Kind.Numeric() && rounded(v, base):
		return unchanged
	}
	return reading{value: v}
}

// rounded says that a text file shows a long number of the base with the 15
// digits that a spreadsheet program has for it.
func rounded(v, base catalog.Value) bool {
	d, err := money.Parse(v.Text())
	b, errB := money.Parse(base.Text())
	return err == nil && errB == nil && money.Digits(b) > 15 && money.SameNumber(d, b)
}

// sameNumber says that a text which has two readings, or is in scientific
// form, is how programs spell the base's number.
func (r *reader) sameNumber(text string, base catalog.Value) bool {
	if !base.IsSet() {
		return false
	}
	b, errB := money.Parse(base.Text())
	d, err := money.Parse(strings.Replace(locale.Trim(text), ",", ".", 1))
	return err == nil && errB == nil && d.Equal(b)
}

// words reads free text and codes. A text file shows a code as the program
// that saved it understood it, so a number equal to the base's is the base's.
func (r *reader) words(c *column, text string, base catalog.Value) reading {
	lines := locale.Lines(text)
	if base.IsSet() {
		b := base.Text()
		switch {
		case c.Kind.Equal(base, catalog.Of(lines)):
			return repaired
		case locale.Trim(lines) == locale.Trim(b), c.Kind.Equal(catalog.Of(locale.Trim(b)), catalog.Of(locale.Trim(lines))):
			return repaired
		case r.csv && !zerosInFront(text) && equalNumbers(strings.Replace(locale.Trim(text), ",", ".", 1), b):
			return repaired
		}
		if got, ok := r.undated(text, b); ok {
			return got
		}
	}
	v, d := locale.Parse(c.Column, lines, r.point)
	return reading{value: v, bad: d}
}

// zerosInFront says that a number was typed with zeros in front, as no program writes
// one: somebody means the zeros.
func zerosInFront(text string) bool {
	text = strings.TrimLeft(locale.Trim(text), "+-")
	return len(text) > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9'
}

// equalNumbers says that a code was taken for a number: 0012345 and 12345,
// 12E5 and 1200000, 1.10 and 1.1. Past 15 digits nothing is certain.
func equalNumbers(text, base string) bool {
	d, err := money.Parse(text)
	if err != nil || d.Abs().GreaterThanOrEqual(lost15) {
		return false
	}
	b, err := money.Parse(base)
	return err == nil && money.SameNumber(d, b)
}

func (r *reader) barcodes(c *column, text string, base catalog.Value) reading {
	if codes := codesOf(base); len(codes) == 1 {
		_, had, _ := strings.Cut(codes[0], ":")
		_, code, kinded := strings.Cut(text, ":")
		if !kinded {
			code = text
		}
		if got, ok := r.undated(code, had); ok && got.bad != nil {
			return got
		}
	}
	s, d := locale.Barcodes(text, base.Text(), !c.Bare)
	if d != nil {
		return reading{bad: d}
	}
	if base.IsSet() && s == base.Text() {
		return unchanged
	}
	return reading{value: catalog.Of(s)}
}

// number reads a number cell, whose value is a double: 15 digits are certain.
func (r *reader) number(c *column, cell *sheet.Cell, base catalog.Value) reading {
	exact, err := money.Parse(cell.Text)
	if err != nil {
		return bad(diag.New("number-invalid", cell.Text))
	}
	d := money.Round15(exact)
	if c.Kind.Numeric() && base.IsSet() {
		if b, err := money.Parse(base.Text()); err == nil && (b.Equal(exact) || c.Kind != catalog.Integer && money.SameNumber(b, exact)) {
			return unchanged
		}
	}
	switch {
	case c.Kind == catalog.Time:
		return r.serial(cell.Text, base)
	case cell.Show == sheet.ShowDate:
		return bad(r.dated(c, cell.Text))
	}
	if take := numbers[c.Kind]; take != nil {
		return take(r, c, cell, d, base)
	}
	return bad(diag.New("number-invalid", cell.Text))
}

// dated says that a cell holds a date and what is expected there.
func (r *reader) dated(c *column, serial string) diag.Diagnostic {
	shown, ok := locale.Serial(serial, r.e.d1904)
	if !ok {
		shown = serial
	}
	expected := ""
	switch {
	case c.Kind == catalog.Money:
		expected = "price"
	case c.Kind.Numeric():
		expected = "number"
	}
	return diag.Variant("date-in-text", expected, day(shown)).Typed(day(shown).In(r.e.o.Lang))
}

// day is a canonical time as an argument of a message; midnight goes unsaid.
type day string

// In spells the day in the language of the message.
func (d day) In(l i18n.Lang, _ ...any) string {
	shown := locale.Display(catalog.Column{Kind: catalog.Time}, catalog.Of(string(d)), l)
	return strings.TrimSuffix(shown, " 00:00:00")
}

// numbers says what a number cell means in a column of a kind.
var numbers = map[catalog.Kind]func(r *reader, c *column, cell *sheet.Cell, d decimal.Decimal, base catalog.Value) reading{
	catalog.Money:   amount,
	catalog.Number:  amount,
	catalog.Integer: amount,
	catalog.Flag: func(r *reader, c *column, _ *sheet.Cell, d decimal.Decimal, base catalog.Value) reading {
		return r.text(c, money.Plain(d), base)
	},
	catalog.VAT: func(r *reader, c *column, cell *sheet.Cell, d decimal.Decimal, base catalog.Value) reading {
		if cell.Show == sheet.ShowPercent {
			d = d.Mul(hundred)
		}
		return r.text(c, money.Plain(d), base)
	},
	catalog.Text:     digitsAsText,
	catalog.Code:     digitsAsText,
	catalog.Barcodes: digitsAsText,
	catalog.ID:       digitsAsText,
	catalog.Choice:   digitsAsText,
}

func amount(_ *reader, c *column, cell *sheet.Cell, d decimal.Decimal, _ catalog.Value) reading {
	switch {
	case cell.Show == sheet.ShowPercent:
		return bad(diag.New("percent-in-price").Typed(money.Plain(d.Mul(hundred)) + "%"))
	case d.Abs().GreaterThanOrEqual(lost15):
		return bad(diag.Variant("number-scientific", "digits"))
	case c.Kind == catalog.Integer && !d.IsInteger():
		return bad(diag.Variant("number-invalid", "whole", cell.Text))
	case c.Kind == catalog.Money:
		return reading{value: catalog.Of(money.Amount(d))}
	}
	return reading{value: catalog.Of(money.Plain(d))}
}

// digitsAsText takes a number cell for the digits that were typed.
func digitsAsText(r *reader, c *column, cell *sheet.Cell, d decimal.Decimal, base catalog.Value) reading {
	if d.Abs().GreaterThanOrEqual(lost15) {
		return bad(diag.Variant("number-scientific", "digits"))
	}
	if base.IsSet() && (c.Kind == catalog.Text || c.Kind == catalog.Code) && equalNumbers(cell.Text, base.Text()) {
		return repaired
	}
	if cell.Show == sheet.ShowPercent {
		return r.text(c, money.Plain(d.Mul(hundred))+"%", base)
	}
	return r.text(c, money.Plain(d), base)
}

func (r *reader) serial(text string, base catalog.Value) reading {
	t, ok := locale.Serial(text, r.e.d1904)
	if !ok {
		return bad(diag.Variant("value-unknown", "time", text))
	}
	return reading{value: catalog.Of(t)}
}

// boolean reads a logical cell; text that says TRUE becomes one when a program
// saves it.
func boolean(c *column, text string, base catalog.Value) reading {
	word := strings.ToUpper(text)
	switch c.Kind {
	case catalog.Flag:
		return reading{value: catalog.Of(strings.ToLower(text))}
	case catalog.Text, catalog.Code:
		if v, d := locale.Flag(base.Text()); base.IsSet() && d == nil && strings.EqualFold(v, text) {
			return repaired
		}
		return reading{value: catalog.Of(word)}
	}
	v, d := locale.Parse(c.Column, word, 0)
	return reading{value: v, bad: d}
}

// errorTexts are error values as text, as people copy them.
var errorTexts = []string{
	"#N/A", "#Н/Д", "#REF!", "#ССЫЛКА!", "#NAME?", "#ИМЯ?", "#DIV/0!", "#ДЕЛ/0!", "#VALUE!", "#ЗНАЧ!",
	"#NUM!", "#ЧИСЛО!", "#NULL!", "#ПУСТО!", "#SPILL!", "#ПЕРЕНОС!", "#CALC!", "#ВЫЧИС!",
}

func isErrorText(s string) bool {
	s = locale.Trim(s)
	if s == "" || s[0] != '#' || len(s) > 24 {
		return strings.HasPrefix(s, "Err:5") && len(s) == 7
	}
	for _, e := range errorTexts {
		if strings.EqualFold(s, e) {
			return true
		}
	}
	return false
}

// isTemplate says that a report template's markup was left in a text.
func isTemplate(s string) bool {
	for _, m := range [...]struct{ open, end string }{{"${", "}"}, {"$[", "]"}, {"<jx:", ""}} {
		if i := strings.Index(s, m.open); i >= 0 && strings.Contains(s[i:], m.end) {
			return true
		}
	}
	return false
}
