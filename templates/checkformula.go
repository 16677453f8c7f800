package templates

import (
	"regexp"
	"strings"
)

// formula checks a formula of a template, $[…].
func (c *checker) formula(x *cell) {
	f := x.formula
	end := strings.LastIndexByte(x.text, ']')
	if tail := x.text[end+1:]; tail != "" && !strings.HasPrefix(tail, "//") {
		c.add(found(c.s, x, "formula-tail").fixed(x.text[:end+1]))
	}
	if f.list {
		c.add(found(c.s, x, "formula-list"))
		return
	}
	fixed := f.source
	for _, m := range russianFunction.FindAllString(f.source, -1) {
		name := strings.TrimSuffix(m, "(")
		english := englishName(name)
		if english != "" {
			fixed = strings.ReplaceAll(fixed, m, english+"(")
		}
		finding := found(c.s, x, "formula-russian", name)
		if english != "" {
			finding = finding.fixed("$[" + strings.ReplaceAll(fixed, ";", ",") + "]")
		}
		c.add(finding)
	}
	if _, err := parseFormula(f.plain()); err != nil {
		finding := found(c.s, x, "formula-broken", err)
		if better := decimalCommas(strings.ReplaceAll(f.source, ";", ",")); better != f.source {
			if _, err := parseFormula(readFormula(better).plain()); err == nil {
				finding = finding.fixed("$[" + better + "]")
			}
		}
		c.add(finding)
		return
	}
	if strings.Contains(f.source, ";") {
		return
	}
	for _, p := range f.parts {
		if p.badDefault {
			c.add(found(c.s, x, "formula-default"))
		}
	}
}

// plain is the formula as it would be without copies.
func (f *formula) plain() string {
	if f.inline {
		return strings.ReplaceAll(f.source, "#", "1")
	}
	var b strings.Builder
	for _, p := range f.parts {
		for _, item := range p.items {
			if item.ref != nil {
				b.WriteString(item.ref.text)
			}
			b.WriteString(item.text)
		}
	}
	return b.String()
}

var commaDecimal = regexp.MustCompile(`([*/+\-]\s*\d+),(\d+)`)

// decimalCommas makes points of the commas of numbers after an operator.
func decimalCommas(s string) string { return commaDecimal.ReplaceAllString(s, "$1.$2") }

// totals checks the formulas that name rows of loops, once these are known.
func (c *checker) totals() {
	for _, r := range c.s.rows {
		for _, x := range r.cells {
			switch {
			case r.border:
			case x.formula != nil && !x.formula.list && !x.formula.inline:
				c.growing(x)
			case x.real != nil && c.inside[x.row] == nil && c.namesLoop(x.real, x.row):
				c.add(found(c.s, x, "formula-total").fixed("$[" + withDefaults(singleCells(x.text)) + "]"))
			}
		}
	}
}

// namesLoop says whether a formula names a row of a loop that it is not in.
func (c *checker) namesLoop(f *formula, row int) bool {
	for _, ref := range f.refs() {
		if ref.sheet == "" && c.inside[ref.row] != nil && !c.around(ref.row, row) {
			return true
		}
	}
	return false
}

// around says whether the innermost loop of a row holds another row too.
func (c *checker) around(row, other int) bool {
	for l := c.inside[other]; l != nil; l = l.up {
		if l == c.inside[row] {
			return true
		}
	}
	return false
}

// growing checks a formula whose cells multiply.
func (c *checker) growing(x *cell) {
	f := x.formula
	bare := false
	for _, p := range f.parts {
		for _, item := range p.items {
			ref := item.ref
			if ref == nil || ref.sheet != "" || c.inside[ref.row] == nil || c.around(ref.row, x.row) {
				continue
			}
			if ref.ranged {
				c.add(found(c.s, x, "formula-range").fixed("$[" + withDefaults(singleCells(f.source)) + "]"))
			}
			bare = bare || p.instead == ""
		}
	}
	if bare {
		c.add(found(c.s, x, "formula-no-default").fixed("$[" + withDefaults(singleCells(f.source)) + "]"))
	}
}

var (
	sameColumn = regexp.MustCompile(`\b([A-Za-z]{1,3})(\d+):([A-Za-z]{1,3})(\d+)\b`)
	simpleCall = regexp.MustCompile(`[A-Za-z]+[0-9]*\([^@()]+\)(@[0-9]+)?`)
)

// singleCells makes one cell of a range within a column: its copies become the
// range.
func singleCells(s string) string {
	return sameColumn.ReplaceAllStringFunc(s, func(m string) string {
		from, to, _ := strings.Cut(m, ":")
		if strings.EqualFold(strings.TrimRight(from, "0123456789"), strings.TrimRight(to, "0123456789")) {
			return from
		}
		return m
	})
}

// withDefaults adds @0 to the functions of cells.
func withDefaults(s string) string {
	return simpleCall.ReplaceAllStringFunc(s, func(m string) string {
		if strings.Contains(m, "@") || !refPattern.MatchString(m[strings.IndexByte(m, '('):]) {
			return m
		}
		return m + "@0"
	})
}

// ordinaryFormula checks a formula of the spreadsheet inside a loop.
func (c *checker) ordinaryFormula(x *cell, up *loop) {
	f := found(c.s, x, "formula-copied")
	switch {
	case up != nil && x.real != nil:
		c.add(f.fixed("$[" + x.text + "]"))
	case up != nil:
		c.add(f)
	case x.computed:
		c.add(found(c.s, x, "formula-kept"))
	}
}
