package templates

import (
	"cmp"
	"slices"
	"strings"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
)

// Finding is what is wrong with a cell of a template, what MoySklad will do
// with it, and what to write instead.
type Finding struct {
	// Code names the kind of finding; Rule is the number of the rule that it
	// comes from, "" for what only rendering finds.
	Code     string
	Rule     string
	Severity diag.Severity
	At       diag.At
	// Value is the text of the cell, as the template has it.
	Value string
	// Fix is the corrected text of the cell FixAt, "" where there is none to
	// give; FixAt is At where the cell itself is to be corrected.
	Fix   string
	FixAt diag.At
	Args  []any
	// Fatal: MoySklad makes no report at all.
	Fatal bool
	// Times is in how many cells of the report it was met, 0 for a check.
	Times int
}

// Message says what is wrong and what MoySklad does.
func (f Finding) Message(l i18n.Lang) string { return kindOf(f.Code).message.In(l, f.Args...) }

// Hint says what to do, with the corrected text where there is one.
func (f Finding) Hint(l i18n.Lang) string {
	hint := kindOf(f.Code).hint.In(l, f.Args...)
	if f.Fix == "" {
		return hint
	}
	fix := i18n.T("write in %[1]s: %[2]s", "запишите в %[1]s: %[2]s").In(l, f.FixAt.Cell(), f.Fix)
	if hint == "" {
		return fix
	}
	return hint + "; " + fix
}

// Findings are those of one template.
type Findings []Finding

// Has says whether a finding is at least as severe.
func (all Findings) Has(s diag.Severity) bool {
	return slices.ContainsFunc(all, func(f Finding) bool { return f.Severity >= s })
}

// Sort orders findings by sheet as the template has them, row, column, weight.
func (all Findings) sort(tabs []*tab) {
	place := func(name string) int {
		return slices.IndexFunc(tabs, func(s *tab) bool { return s.name == name })
	}
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(
			cmp.Compare(place(a.At.Sheet), place(b.At.Sheet)),
			cmp.Compare(a.At.Row, b.At.Row),
			cmp.Compare(a.At.Col, b.At.Col),
			cmp.Compare(b.Severity, a.Severity),
			strings.Compare(a.Code, b.Code),
		)
	})
}

// at places a cell of a sheet.
func (s *tab) at(row, col int) diag.At { return diag.At{Sheet: s.name, Row: row, Col: col} }

// found makes a finding at a cell.
func found(s *tab, c *cell, code string, args ...any) Finding {
	k := kindOf(code)
	f := Finding{
		Code: code, Rule: k.rule, Severity: k.severity, Fatal: k.fatal,
		At: s.at(c.row, c.col), Value: c.source(), Args: args,
	}
	f.FixAt = f.At
	return f
}

// fixed gives the corrected text of the cell itself.
func (f Finding) fixed(text string) Finding {
	if text != f.Value {
		f.Fix = text
	}
	return f
}

// source is the text of a cell as a person sees it in the formula bar.
func (c *cell) source() string {
	if c.kind == formulaCell {
		return "=" + c.text
	}
	return c.text
}
