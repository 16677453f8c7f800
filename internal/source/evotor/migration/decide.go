package migration

import (
	"slices"
	"strings"
	"unicode"

	"catalogsheet/internal/i18n"
)

// Decision is what a person typed into a row of the report.
type Decision struct {
	ID, Field string
	// V1 is what V1 held when the row was written: a decision on another value
	// is none.
	V1   string
	Text string
	Cell string
}

// decisions finds a decision by the item's id in lower case and the field.
type decisions map[[2]string]*decision

type decision struct {
	Decision
	used bool
}

func index(list []Decision) decisions {
	m := decisions{}
	for _, d := range list {
		m[[2]string{strings.ToLower(strings.TrimSpace(d.ID)), d.Field}] = &decision{Decision: d}
	}
	return m
}

// unused lists, in their own order, the decisions that nothing asked for.
func (m decisions) unused(list []Decision) (out []Decision) {
	for _, d := range list {
		if x := m[[2]string{strings.ToLower(strings.TrimSpace(d.ID)), d.Field}]; x != nil && !x.used {
			out = append(out, x.Decision)
		}
	}
	return out
}

// The words of a decision.
var (
	acceptWords = []string{"ok", "ок", "yes", "да", "+", "accept", "принять"}
	skipWords   = []string{"skip", "пропустить", "-"}
	rootWords   = []string{valueRoot, "корень", "/"}
)

// valueRoot is the decision that moves an item out of all groups.
const valueRoot = "root"

// shownValue spells an accepted value for people.
func shownValue(value string, l i18n.Lang) string {
	if value == valueRoot && l == i18n.Ru {
		return "корень"
	}
	return value
}

// accepter reads a typed decision: a value in its canonical spelling, or what
// is wrong with it.
type accepter func(typed string) (value string, trouble i18n.Localizer)

// decide looks for the decision on a finding that waits. A decision that was
// made about another value of V1 is none.
func (b *builder) decide(f *Finding, accept accepter) (value string, ok bool) {
	d := b.decisions[[2]string{f.key, f.Field}]
	if d == nil {
		return "", false
	}
	d.used, f.Decision, f.Cell = true, d.Text, d.Cell
	typed := strings.TrimSpace(d.Text)
	word := strings.ToLower(typed)
	switch {
	case d.V1 != "" && plain(d.V1) != plain(f.V1):
		f.Trouble = say(i18n.T("V1 holds another value now (it was %[1]s): decide anew", "теперь в V1 другое значение (было %[1]s): решите заново"), d.V1)
		return "", false
	case slices.Contains(skipWords, word):
		f.Status = LeftOut
		return "", false
	case slices.Contains(acceptWords, word) && f.Value != "":
		typed = f.Value
	case slices.Contains(acceptWords, word):
		f.Trouble = say(i18n.T("there is no value to accept: type one", "принимать нечего: впишите значение"))
		return "", false
	case accept == nil:
		f.Trouble = say(i18n.T("this cannot be settled here: type skip, or mend it at its origin", "здесь это не решить: напишите «пропустить» или исправьте в источнике"))
		return "", false
	}
	if accept != nil {
		value, f.Trouble = accept(typed)
		if f.Trouble != nil {
			return "", false
		}
	}
	f.Status = Decided
	return value, true
}

// plain spells a text as it is left of it in a cell that other programs have
// saved: they change breaks of lines, spaces and characters that do not show.
func plain(s string) string {
	shown := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsPrint(r):
			return r
		}
		return -1
	}, s)
	return strings.Join(strings.Fields(shown), " ")
}
