package report

import (
	"strconv"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/money"

	"github.com/shopspring/decimal"
)

// Style says how a view is to look. The zero value is English, without colour,
// 80 columns wide, folded.
type Style struct {
	Lang  i18n.Lang
	Color bool
	Width int // columns of the terminal; 0 is 80
	// Verbose folds nothing; Whole folds no changes and items, which is what a
	// file or a pipe gets: only a terminal has an end.
	Verbose, Whole bool
	// Display spells a set value for people in the units of its column; nil
	// shows the canonical text.
	Display func(catalog.Column, catalog.Value, i18n.Lang) string
}

// Where lists are folded.
const (
	foldChanges  = 50
	foldProblems = 20
	foldCells    = 5
)

const defaultWidth = 80

// foldsChanges says that a long list of changes or items is cut.
func (s Style) foldsChanges() bool { return !s.Verbose && !s.Whole }

func (s Style) width() int {
	if s.Width <= 0 {
		return defaultWidth
	}
	return s.Width
}

// show spells a value of a column; what is empty or unknown is said in words
// and never looks like 0.
func (s Style) show(c catalog.Column, v catalog.Value) string {
	switch {
	case v.Absent():
		return wordUnknown.In(s.Lang)
	case v.IsEmpty():
		return wordEmpty.In(s.Lang)
	case s.Display == nil:
		return Clean(v.Text())
	}
	return Clean(s.Display(c, v, s.Lang))
}

// hundred per cent.
var hundred = decimal.NewFromInt(100)

// percentLimit is where a per cent says less than a factor.
const percentLimit = 1000

// percent says how much a price grew: "+20%", "−7,5 %", "×100"; "" where there
// is nothing to compare with. A change is never shown as none.
func percent(c merge.Change, l i18n.Lang) string {
	if c.Column.Kind != catalog.Money || !c.Base.IsSet() || !c.Mine.IsSet() {
		return ""
	}
	was, err := money.Parse(c.Base.Text())
	if err != nil || was.Sign() <= 0 {
		return ""
	}
	now, err := money.Parse(c.Mine.Text())
	if err != nil || now.Equal(was) {
		return ""
	}
	p := now.Sub(was).Mul(hundred).DivRound(was, 1)
	sign := "+"
	if now.LessThan(was) {
		sign = "−"
	}
	switch {
	case p.GreaterThanOrEqual(decimal.NewFromInt(percentLimit)):
		return "×" + point(money.Plain(now.DivRound(was, 1)), l)
	case p.IsZero():
		return sign + perCent("<"+point("0.1", l), l)
	case p.LessThanOrEqual(hundred.Neg()) && now.Sign() > 0:
		return sign + perCent(">"+point("99.9", l), l)
	}
	return sign + perCent(point(money.Plain(p.Abs()), l), l)
}

// perCent puts the sign after a number: Russian keeps a space between them.
func perCent(n string, l i18n.Lang) string {
	if l == i18n.Ru {
		return n + "\u00a0%"
	}
	return n + "%"
}

// point writes the decimal point of a language.
func point(n string, l i18n.Lang) string {
	if l == i18n.Ru {
		return strings.Replace(n, ".", ",", 1)
	}
	return n
}

// group writes a count with its thousands apart.
func group(n int, l i18n.Lang) string {
	s := strconv.Itoa(n)
	sep := ","
	if l == i18n.Ru {
		sep = "\u00a0"
	}
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + sep + s[i:]
	}
	return s
}

// tone is a colour of a terminal: the part of an escape sequence that sets it.
type tone string

const (
	plainTone tone = ""
	red       tone = "31"
	green     tone = "32"
	yellow    tone = "33"
	cyan      tone = "36"
	bold      tone = "1"
	dim       tone = "2"
)

// paint colours text that is already clean.
func (s Style) paint(t tone, text string) string {
	if !s.Color || t == plainTone || text == "" {
		return text
	}
	return "\x1b[" + string(t) + "m" + text + "\x1b[0m"
}
