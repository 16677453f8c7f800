// Package i18n keeps every text a user sees in Russian and in English: a Text
// without one of the two cannot be written by mistake, and a test says so.
package i18n

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Lang is one of the two languages of the program.
type Lang uint8

// The languages. The zero value is English.
const (
	En Lang = iota
	Ru
)

// Parse reads "ru", "ru_RU.UTF-8", "en-US" and the like; anything else is
// English, and ok is false.
func Parse(s string) (l Lang, ok bool) {
	s = strings.ToLower(s)
	switch {
	case s == "ru", strings.HasPrefix(s, "ru_"), strings.HasPrefix(s, "ru-"), strings.HasPrefix(s, "ru."):
		return Ru, true
	case s == "en", strings.HasPrefix(s, "en_"), strings.HasPrefix(s, "en-"), strings.HasPrefix(s, "en."):
		return En, true
	}
	return En, false
}

func (l Lang) String() string {
	if l == Ru {
		return "ru"
	}
	return "en"
}

// Text is one message in both languages, with fmt verbs. A counted noun is
// written {1:item|items} and {1:товар|товара|товаров}: the number is that of
// the argument which counts, the forms are those of CLDR in its order (one,
// few, many; one, other).
type Text struct{ En, Ru string }

// T is short for Text{en, ru}.
func T(en, ru string) Text { return Text{En: en, Ru: ru} }

// Localizer is anything that can say itself in a language; as an argument of a
// Text it is said in the language of that Text.
type Localizer interface {
	In(l Lang, args ...any) string
}

// In gives the text in l with its arguments filled in.
func (t Text) In(l Lang, args ...any) string {
	s := t.En
	if l == Ru {
		s = t.Ru
	}
	if strings.Contains(s, "{") {
		s = pluralize(l, s, args)
	}
	// A text without verbs is given as it is: Sprintf would complain about
	// arguments that only the other texts of a finding use.
	if plain := strings.ReplaceAll(s, "%%", ""); len(args) == 0 || !strings.Contains(plain, "%") {
		return strings.ReplaceAll(s, "%%", "%")
	}
	said := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case Localizer:
			said[i] = a.In(l)
		case error:
			said[i] = Describe(l, a)
		default:
			said[i] = a
		}
	}
	return fmt.Sprintf(s, said...)
}

// pluralize replaces every {n:one|few|many} by the form for argument n.
func pluralize(l Lang, s string, args []any) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(s, '{')
		if open < 0 {
			break
		}
		end := strings.IndexByte(s[open:], '}')
		if end < 0 {
			break
		}
		b.WriteString(s[:open])
		b.WriteString(pick(l, s[open+1:open+end], args, s[open:open+end+1]))
		s = s[open+end+1:]
	}
	b.WriteString(s)
	return b.String()
}

func pick(l Lang, body string, args []any, whole string) string {
	num, forms, ok := strings.Cut(body, ":")
	n, err := strconv.Atoi(num)
	if !ok || err != nil || n < 1 || n > len(args) {
		return whole
	}
	count, ok := args[n-1].(int)
	if !ok {
		return whole
	}
	list := strings.Split(forms, "|")
	return list[min(form(l, count), len(list)-1)]
}

func form(l Lang, n int) int {
	if n < 0 {
		n = -n
	}
	tag := language.English
	if l == Ru {
		tag = language.Russian
	}
	switch plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0) {
	case plural.One:
		return 0
	case plural.Few:
		return 1
	case plural.Many:
		return 2
	default:
		return 1
	}
}

// Error is an error that a user will read. Err, when set, is its cause and is
// said after a colon.
type Error struct {
	Text Text
	Args []any
	Err  error
}

// Errorf makes an Error. An argument that is an error becomes the cause as
// well, so errors.Is and errors.As see through it; the text then names it with
// %v where it wants it said.
func Errorf(t Text, args ...any) error {
	e := &Error{Text: t, Args: args}
	for _, a := range args {
		if err, ok := a.(error); ok {
			e.Err = err
		}
	}
	return e
}

// Wrap puts what was being done in front of err.
func Wrap(t Text, err error) error {
	if err == nil {
		return nil
	}
	return &Error{Text: Text{En: t.En + ": %v", Ru: t.Ru + ": %v"}, Args: []any{err}, Err: err}
}

// Wrapf is Wrap with arguments for the text; the cause comes last.
func Wrapf(t Text, err error, args ...any) error {
	if err == nil {
		return nil
	}
	return &Error{Text: Text{En: t.En + ": %v", Ru: t.Ru + ": %v"}, Args: append(args[:len(args):len(args)], err), Err: err}
}

func (e *Error) Error() string { return e.Text.In(En, e.Args...) }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// In says the error in a language.
func (e *Error) In(l Lang, _ ...any) string { return e.Text.In(l, e.Args...) }

// Describe says err in a language where it can, else as it is.
func Describe(l Lang, err error) string {
	if err == nil {
		return ""
	}
	var e interface {
		error
		Localizer
	}
	if x, ok := err.(interface {
		error
		Localizer
	}); ok {
		return x.In(l)
	}
	if errors.As(err, &e) {
		inner := e.Error()
		if outer := err.Error(); strings.HasSuffix(outer, inner) {
			return strings.TrimSuffix(outer, inner) + e.In(l)
		}
	}
	return describePlain(l, err)
}

// describePlain says an error that knows no language, as far as its innermost
// cause is one of the operating system's.
func describePlain(l Lang, err error) string {
	outer := err.Error()
	for at := err; at != nil; at = unwrapped(at) {
		said, ok := describeSystem(l, at)
		if inner := at.Error(); ok && strings.HasSuffix(outer, inner) {
			return strings.TrimSuffix(outer, inner) + said
		}
	}
	return outer
}

// unwrapped is errors.Unwrap that also opens what was joined, where that is one.
func unwrapped(err error) error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok && len(joined.Unwrap()) == 1 {
		return joined.Unwrap()[0]
	}
	return errors.Unwrap(err)
}
