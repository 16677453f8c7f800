package templates

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
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
	fixed := decimalCommas(f.source)
	for _, m := range russianFunction.FindAllString(f.source, -1) {
		if english := englishName(strings.TrimSuffix(m, "(")); english != "" {
			fixed = strings.ReplaceAll(fixed, m, english+"(")
		}
	}
	c.foreignSheets(x)
	for _, m := range russianFunction.FindAllString(f.source, -1) {
		finding := found(c.s, x, "formula-russian", strings.TrimSuffix(m, "("))
		if englishName(strings.TrimSuffix(m, "(")) != "" {
			finding = finding.fixed("$[" + fixed + "]")
		}
		c.add(finding)
	}
	if _, err := parseFormula(f.plain()); err != nil {
		finding := found(c.s, x, "formula-broken", err)
		if fixed != f.source {
			if _, err := parseFormula(readFormula(fixed).plain()); err == nil {
				finding = finding.fixed("$[" + fixed + "]")
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

var (
	commaDecimal = regexp.MustCompile(`([*/+\-]\s*\d+),(\d+)`)
	commaDigits  = regexp.MustCompile(`(\d),(\d)`)
)

// decimalCommas makes a formula with the separators of a Russian Excel one with
// commas and points: where semicolons divide the arguments, a comma between
// digits is a point, otherwise one in a number after an operator. Texts stay.
func decimalCommas(s string) string {
	pattern := commaDecimal
	pieces := strings.Split(s, `"`)
	for i := 0; i < len(pieces); i += 2 {
		if strings.Contains(pieces[i], ";") {
			pattern = commaDigits
		}
	}
	for i := 0; i < len(pieces); i += 2 {
		pieces[i] = strings.ReplaceAll(pattern.ReplaceAllString(pieces[i], "$1.$2"), ";", ",")
	}
	return strings.Join(pieces, `"`)
}

var sheetPattern = regexp.MustCompile(`(^|[^'\p{L}\d_.!])([\p{L}_][\p{L}\d_.]*)!`)

// foreignSheets looks for names of other sheets that must be in quotes: the
// engine sees names of Latin letters alone without them.
func (c *checker) foreignSheets(x *cell) {
	for _, m := range sheetPattern.FindAllStringSubmatch(x.formula.source, -1) {
		name := m[2]
		if s := c.t.tab(name, nil); s == nil || s == c.s || latinName.MatchString(name) {
			continue
		}
		c.add(found(c.s, x, "formula-sheet", name).fixed(strings.ReplaceAll(x.text, m[0], m[1]+"'"+name+"'!")))
	}
}

var latinName = regexp.MustCompile(`^[a-zA-Z]+[a-zA-Z0-9]*$`)

// totals checks the formulas that name rows of loops, once these are known.
func (c *checker) totals() {
	for _, r := range c.s.rows {
		for _, x := range r.cells {
			switch {
			case r.border:
			case x.formula != nil && !x.formula.list && !x.formula.inline:
				c.growing(x)
			case x.real != nil && c.inside[x.row] == nil && c.namesLoop(x.real, x.row):
				c.add(found(c.s, x, "formula-total").fixed("$[" + withDefaults(c.singleCells(x.text)) + "]"))
			}
		}
	}
}

// multiplied are the rows that a reference, or a range from it to the next one,
// names and that are in a loop which the formula's own row is not in.
func (c *checker) multiplied(refs []*cellRef, i, row int) (of *checker, rows []int) {
	ref := refs[i]
	s := c.t.tab(ref.sheet, c.s)
	if of = c.checkers[s]; of == nil {
		return nil, nil
	}
	to := ref.row
	if ref.ranged && i+1 < len(refs) {
		to = min(refs[i+1].row, ref.row+maxListed)
	}
	for n := ref.row; n <= to; n++ {
		if of.inside[n] != nil && !of.isBorder(n) && (of != c || !c.around(n, row)) {
			rows = append(rows, n)
		}
	}
	return of, rows
}

// maxListed bounds the rows of a range that are looked at one by one.
const maxListed = 100

func (c *checker) isBorder(num int) bool {
	at, ok := c.s.rowAt(num)
	return ok && c.s.rows[at].border
}

// namesLoop says whether a formula names a row of a loop that it is not in.
func (c *checker) namesLoop(f *formula, row int) bool {
	refs := f.refs()
	for i := range refs {
		if _, rows := c.multiplied(refs, i, row); rows != nil {
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
	refs, at := f.refs(), 0
	bare, ranged := false, false
	for _, p := range f.parts {
		for _, item := range p.items {
			if item.ref == nil {
				continue
			}
			_, rows := c.multiplied(refs, at, x.row)
			at++
			if rows != nil {
				ranged = ranged || item.ref.ranged
				bare = bare || p.instead == ""
			}
		}
	}
	fixed := "$[" + withDefaults(c.singleCells(f.source)) + "]"
	if ranged {
		c.add(found(c.s, x, "formula-range").fixed(fixed))
	}
	if bare {
		c.add(found(c.s, x, "formula-no-default").fixed(fixed))
	}
}

var (
	rangeOfCells = regexp.MustCompile(`((?:'[^'!]+'|\b[A-Za-z]+[A-Za-z0-9]*)!)?\b([A-Za-z]{1,3})(\d+):([A-Za-z]{1,3})(\d+)\b`)
	simpleCall   = regexp.MustCompile(`[A-Za-z]+[0-9]*\([^@()]+\)(@[0-9]+)?`)
	oneCell      = regexp.MustCompile(`^(?:(?:'[^'!]+'|[A-Za-z]+[A-Za-z0-9]*)!)?[A-Za-z]{1,3}\d+$`)
)

// singleCells makes single cells of a range over rows of a loop: the copies of
// each become a range. A range that has other rows besides stays.
func (c *checker) singleCells(s string) string {
	const most = 8
	return rangeOfCells.ReplaceAllStringFunc(s, func(text string) string {
		m := rangeOfCells.FindStringSubmatch(text)
		refs := readFormula(text).refs()
		first, last := columnNumber(m[2]), columnNumber(m[4])
		if len(refs) != 2 || last < first || last-first >= most {
			return text
		}
		of, rows := c.multiplied(refs, 0, 0)
		var cells []string
		for n := refs[0].row; n <= refs[1].row && len(cells) <= most; n++ {
			switch {
			case slices.Contains(rows, n):
				for col := first; col <= last; col++ {
					name, _ := excelize.ColumnNumberToName(col) // a column of a sheet
					cells = append(cells, m[1]+name+strconv.Itoa(n))
				}
			case of == nil || !of.isBorder(n):
				return text
			}
		}
		if len(cells) == 0 || len(cells) > most {
			return text
		}
		return strings.Join(cells, ",")
	})
}

// withDefaults adds @0 to the functions of cells, @1 to what divides.
func withDefaults(s string) string {
	if oneCell.MatchString(s) {
		return "SUM(" + s + ")@0"
	}
	var b strings.Builder
	end := 0
	for _, m := range simpleCall.FindAllStringIndex(s, -1) {
		call := s[m[0]:m[1]]
		b.WriteString(s[end:m[0]] + call)
		end = m[1]
		switch {
		case strings.Contains(call, "@") || !refPattern.MatchString(call[strings.IndexByte(call, '('):]):
		case strings.HasSuffix(strings.TrimRight(s[:m[0]], " "), "/"):
			b.WriteString("@1")
		default:
			b.WriteString("@0")
		}
	}
	return b.String() + s[end:]
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
