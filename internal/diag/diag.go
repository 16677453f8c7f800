// Package diag describes what is wrong with a cell, and where: finding a
// problem and placing it are two acts, so a parser that knows no address
// returns a Diagnostic and its caller adds the cell with In.
package diag

import (
	"cmp"
	"slices"
	"strconv"
	"sync"

	"catalogsheet/internal/i18n"
)

// Severity orders findings.
type Severity uint8

// The severities. Held is quarantine: a person may allow it.
const (
	Notice Severity = iota
	Warning
	Held
	Error
)

var severities = [...]struct {
	name  string
	title i18n.Text
}{
	Notice:  {"notice", i18n.T("notice", "к сведению")},
	Warning: {"warning", i18n.T("warning", "внимание")},
	Held:    {"held", i18n.T("held", "задержано")},
	Error:   {"error", i18n.T("error", "ошибка")},
}

// String gives the name used in JSON.
func (s Severity) String() string { return severities[s].name }

// In names the severity for people.
func (s Severity) In(l i18n.Lang, _ ...any) string { return severities[s].title.In(l) }

// Code names a kind of finding; all are in the tables of codes*.go.
type Code string

// At is a place in a file: a cell of a workbook (sheet, row, column), a line
// and column of a CSV file, or, when Row is 0, the whole file.
type At struct {
	Sheet    string
	Row, Col int
	// CSV writes the place as LINE:COLUMN; Row is then the line.
	CSV bool
	// Header is the column's title as the file has it, Item the row's name.
	Header, Item string
}

// Cell spells the address: Stock!M12, 13:7, or "".
func (a At) Cell() string {
	switch {
	case a.Row == 0:
		return ""
	case a.CSV:
		return strconv.Itoa(a.Row) + ":" + strconv.Itoa(a.Col)
	case a.Col == 0:
		return a.Sheet + "!" + strconv.Itoa(a.Row)
	}
	return a.Sheet + "!" + ColumnName(a.Col) + strconv.Itoa(a.Row)
}

// ColumnName spells a 1-based column: A, Z, AA.
func ColumnName(col int) string {
	var b [8]byte
	i := len(b)
	for ; col > 0; col = (col - 1) / 26 {
		i--
		b[i] = byte('A' + (col-1)%26)
	}
	return string(b[i:])
}

// Diagnostic is one finding. Variant picks one of several messages of a code;
// Args fill the message's and the hint's verbs.
type Diagnostic struct {
	Code     Code
	Severity Severity
	Variant  string
	At       At
	// Value is the text exactly as typed.
	Value string
	Args  []any
}

// New makes a diagnostic of a code with the severity of the table.
func New(code Code, args ...any) Diagnostic {
	return Diagnostic{Code: code, Severity: lookup(code, "").Severity, Args: args}
}

// Variant is New for one of the code's further messages.
func Variant(code Code, variant string, args ...any) Diagnostic {
	return Diagnostic{Code: code, Variant: variant, Severity: lookup(code, variant).Severity, Args: args}
}

// In places the diagnostic.
func (d Diagnostic) In(at At) Diagnostic { d.At = at; return d }

// Typed adds the text as typed.
func (d Diagnostic) Typed(value string) Diagnostic { d.Value = value; return d }

// As changes the severity (a read-only cell whose spelling alone changed).
func (d Diagnostic) As(s Severity) Diagnostic { d.Severity = s; return d }

// Message says what is wrong.
func (d Diagnostic) Message(l i18n.Lang) string {
	return lookup(d.Code, d.Variant).Message.In(l, d.Args...)
}

// Hint says what to do, "" where the message says it all.
func (d Diagnostic) Hint(l i18n.Lang) string {
	return lookup(d.Code, d.Variant).Hint.In(l, d.Args...)
}

// Entry is one line of the table of codes. A verb that a message or hint does
// not need is left out with explicit indexes: %[2]s.
type Entry struct {
	Code     Code
	Variant  string
	Severity Severity
	Message  i18n.Text
	Hint     i18n.Text
}

// Table lists every code with its variants, in the order of the documentation.
func Table() []Entry { return slices.Concat(errorCodes(), heldCodes(), noticeCodes()) }

type entryKey struct {
	code    Code
	variant string
}

// index finds an entry by code and variant. It is made once and never changes.
var index = sync.OnceValue(func() map[entryKey]Entry {
	m := map[entryKey]Entry{}
	for _, e := range Table() {
		m[entryKey{e.Code, e.Variant}] = e
	}
	return m
})

// lookup finds an entry; a variant that the table does not have is said with
// the code's first message.
func lookup(code Code, variant string) Entry {
	if e, ok := index()[entryKey{code, variant}]; ok {
		return e
	}
	if e, ok := index()[entryKey{code, ""}]; ok {
		return e
	}
	return Entry{Code: code, Severity: Error, Message: i18n.Text{En: string(code), Ru: string(code)}}
}

// List is the findings of one file.
type List []Diagnostic

// Add appends findings.
func (l *List) Add(d ...Diagnostic) { *l = append(*l, d...) }

// Count counts the findings of a severity.
func (l List) Count(s Severity) int {
	n := 0
	for _, d := range l {
		if d.Severity == s {
			n++
		}
	}
	return n
}

// Has says whether a finding of a severity is there.
func (l List) Has(s Severity) bool { return l.Count(s) > 0 }

// Sort orders the findings by address, then severity, then code.
func (l List) Sort() {
	slices.SortStableFunc(l, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.At.Sheet, b.At.Sheet),
			cmp.Compare(a.At.Row, b.At.Row),
			cmp.Compare(a.At.Col, b.At.Col),
			cmp.Compare(b.Severity, a.Severity),
			cmp.Compare(a.Code, b.Code),
		)
	})
}
