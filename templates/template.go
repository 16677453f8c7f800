// Package templates reads, checks and renders MoySklad's Excel report templates:
// a number stays a number, and an unknown name is a finding, never an empty cell
// without a word. A template is data and never code: nothing can be called but
// the lists of methods and functions that stand here.
//
// The language is that of MoySklad's help on report templates ("Формулы вывода
// данных", "Методы условий и форматов"); what its engine makes of a template is
// repeated, its oddities with a finding. Three things are not: fractions of whole
// numbers are kept, formulas have their values, and where the engine would hang
// or spoil a file there is a finding and no file.
package templates

import (
	"regexp"
	"slices"
	"strings"

	"catalogsheet/internal/sheet"
)

// cellKind is what a cell of a template holds.
type cellKind uint8

const (
	blankCell cellKind = iota
	textCell
	numberCell
	boolCell
	errorCell
	formulaCell // a formula of the spreadsheet itself
)

// cell is one cell of a template.
type cell struct {
	row, col int // 1-based
	kind     cellKind
	// text is the text, the number as spelled, true or false, the error, or the
	// formula without its equals sign.
	text  string
	style int
	// computed: the value is that of a formula of an .xls file which cannot be
	// spelled.
	computed bool

	// What the text was read to; at most one is set.
	tag     *tag
	formula *formula
	parsed  *parsedText
	// real is the formula of a formulaCell.
	real *formula
}

// row is one row of a template, or span rows without cells.
type row struct {
	num, span       int
	height          float64 // in points; 0 is the default
	hidden          bool
	outline         int
	cells           []*cell // in column order
	tags            bool    // a cell opens a tag
	border          bool    // it holds a tag of rows, so it vanishes
	expressions     bool    // a cell has an expression
	collapsed       bool
	customFormatted int // style of the whole row, 0 for none
}

// tab is one sheet of a template.
type tab struct {
	name   string
	part   string // of the zip
	hidden bool
	rows   []*row // every row from 1 to the last one
	merges []sheet.Range
	// hangs are the cells on which something hangs that is not in the rows.
	hangs []sheet.Range
	// refs are the cells that formulas of this workbook name, by row.
	refs map[int][]int
	// cols are the columns of these cells and between them.
	cols map[int]bool
}

// excluded says that the engine leaves the sheet as it is.
func (s *tab) excluded() bool { return strings.HasPrefix(s.name, "#Exclude") }

// Template is a report template, read and ready to be checked and rendered. It
// does not change and may be used by several goroutines.
type Template struct {
	// Format is what the file is: sheet.XLSX or sheet.XLS.
	Format sheet.Format
	// country says that an .xls file has the COUNTRY record.
	country bool
	// left is what of an .xls file was not read.
	left []leftOut
	data []byte // the workbook as .xlsx
	tabs []*tab
}

// Sheets names the sheets in their order.
func (t *Template) Sheets() []string {
	names := make([]string, len(t.tabs))
	for i, s := range t.tabs {
		names[i] = s.name
	}
	return names
}

// read finds out what a cell's text is.
func (c *cell) read() {
	switch {
	case c.kind == formulaCell:
		c.real = readFormula(c.text)
	case c.kind != textCell || c.computed: // a formula's value is never a tag
	case strings.HasPrefix(c.text, "$[") && strings.LastIndexByte(c.text, ']') > 0:
		end := strings.LastIndexByte(c.text, ']')
		c.formula = readFormula(c.text[min(2, end):end])
	case strings.HasPrefix(c.text, "<jx:"):
		c.tag = readTag(c.text)
	default:
		c.parsed = parseText(c.text)
	}
}

// compile reads all texts and notes which cells formulas name.
func (t *Template) compile() {
	for _, s := range t.tabs {
		s.refs, s.cols = map[int][]int{}, map[int]bool{}
		for _, r := range s.rows {
			for _, c := range r.cells {
				if !s.excluded() || c.kind == formulaCell {
					c.read()
				}
				r.tags = r.tags || c.tag != nil && !c.tag.self
				r.expressions = r.expressions || c.parsed != nil && c.parsed.hasExpression()
			}
		}
	}
	for _, s := range t.tabs {
		s.markBorders()
	}
	for _, s := range t.tabs {
		for _, r := range s.rows {
			for _, c := range r.cells {
				for _, f := range []*formula{c.formula, c.real} {
					if f != nil {
						t.note(s, c, f)
					}
				}
			}
		}
	}
}

// note remembers the cells that a formula names.
func (t *Template) note(s *tab, c *cell, f *formula) {
	var before *cellRef
	for _, ref := range f.refs() {
		to := t.tab(ref.sheet, s)
		if to == nil {
			continue
		}
		num := to.behindTags(ref.row)
		if !slices.Contains(to.refs[num], ref.col) {
			to.refs[num] = append(to.refs[num], ref.col)
		}
		from := ref.col
		if before != nil && before.ranged && ref.col-before.col < 1000 {
			from = min(before.col, ref.col)
		}
		for col := from; col <= ref.col; col++ {
			to.cols[col] = true
		}
		before = ref
	}
	for _, col := range f.ownColumns {
		s.cols[col] = true
	}
	s.cols[c.col] = true
}

// markBorders finds the rows that hold opening or closing tags of rows.
func (s *tab) markBorders() {
	lines := make([]line, len(s.rows))
	for i, r := range s.rows {
		lines[i] = newLine(r)
	}
	for i := range lines {
		if !lines[i].hasTags() {
			continue
		}
		if _, end := openedBelow(lines, i); end > 0 {
			s.rows[i].border, s.rows[end].border = true, true
		}
	}
}

// rowAt finds a row by its number: its place among the rows.
func (s *tab) rowAt(num int) (at int, ok bool) {
	return slices.BinarySearchFunc(s.rows, num, func(r *row, num int) int {
		switch {
		case r.num+r.span <= num:
			return -1
		case r.num > num:
			return 1
		}
		return 0
	})
}

// behindTags gives the first row from num on that holds no tag of rows.
func (s *tab) behindTags(num int) int {
	at, ok := s.rowAt(num)
	for ok && at < len(s.rows) && s.rows[at].border {
		at++
		num++
	}
	return num
}

// tab finds a sheet by its name; "" is home.
func (t *Template) tab(name string, home *tab) *tab {
	if name == "" {
		return home
	}
	for _, s := range t.tabs {
		if strings.EqualFold(s.name, name) {
			return s
		}
	}
	return nil
}

// formula is a formula in parts between which references move.
type formula struct {
	source string
	parts  []formulaPart
	// inline: # stands for the number of the row.
	inline bool
	// list: the old form @name@, which the engine leaves unresolved.
	list bool
	// ownColumns are the columns of B#.
	ownColumns []int
}

// formulaPart is a stretch of a formula that may have a value for the case that
// none of its cells is left: SUM(B3)@0.
type formulaPart struct {
	items   []formulaItem
	instead string
	// badDefault: what follows @ is no integer.
	badDefault bool
}

// formulaItem is a text or a reference.
type formulaItem struct {
	text string
	ref  *cellRef
}

// cellRef is a reference to a cell of the template.
type cellRef struct {
	text  string
	sheet string // without quotes, "" for the formula's own
	shown string // the sheet as spelled, with !
	row   int
	col   int
	// ranged: a colon follows.
	ranged bool
}

// How the engine finds parts with a default and references; sheets of Latin
// letters alone are seen without quotes, and a $ hides a reference.
var (
	defaultPattern = regexp.MustCompile(`[a-zA-Z]+[0-9]*\([^@()]+\)@[0-9]+`)
	refPattern     = regexp.MustCompile(`[a-zA-Z]+[a-zA-Z0-9]*![a-zA-Z]+[0-9]+|[a-zA-Z]+[0-9]+|'[^?\\/:'*]+'![a-zA-Z]+[0-9]+`)
	inlinePattern  = regexp.MustCompile(`([a-zA-Z]{1,3})#`)
)

func readFormula(source string) *formula {
	f := &formula{source: source, inline: strings.Contains(source, "#")}
	at := strings.IndexByte(source, '@')
	f.list = at >= 0 && !strings.Contains(source[:at], ")")
	for _, m := range inlinePattern.FindAllStringSubmatch(source, -1) {
		if col := columnNumber(m[1]); col > 0 {
			f.ownColumns = append(f.ownColumns, col)
		}
	}
	end := 0
	for _, m := range defaultPattern.FindAllStringIndex(source, -1) {
		if m[0] > end {
			f.parts = append(f.parts, readPart(source[end:m[0]]))
		}
		f.parts = append(f.parts, readPart(source[m[0]:m[1]]))
		end = m[1]
	}
	if end < len(source) {
		f.parts = append(f.parts, readPart(source[end:]))
	}
	return f
}

func readPart(source string) formulaPart {
	var p formulaPart
	if body, instead, ok := strings.Cut(source, "@"); ok {
		source = body
		p.instead = strings.TrimPrefix(instead, "+")
		if !isInteger(p.instead) {
			p.instead, p.badDefault = "", true
		}
	}
	end := 0
	for _, m := range refPattern.FindAllStringIndex(source, -1) {
		ref, ok := readRef(source[m[0]:m[1]])
		if !ok {
			continue
		}
		ref.ranged = strings.HasPrefix(source[m[1]:], ":")
		p.items = append(p.items, formulaItem{text: source[end:m[0]]}, formulaItem{ref: ref})
		end = m[1]
	}
	p.items = append(p.items, formulaItem{text: source[end:]})
	return p
}

func isInteger(s string) bool {
	s = strings.TrimPrefix(s, "-")
	return s != "" && len(s) < 10 && strings.Trim(s, "0123456789") == ""
}

// readRef reads Sheet!B2, 'A sheet'!B2 or B2.
func readRef(text string) (*cellRef, bool) {
	ref := &cellRef{text: text}
	name := text
	if at := strings.LastIndexByte(text, '!'); at >= 0 {
		ref.shown, name = text[:at+1], text[at+1:]
		ref.sheet = strings.Trim(text[:at], "'")
	}
	letters := strings.TrimRight(name, "0123456789")
	ref.col = columnNumber(letters)
	for _, c := range []byte(name[len(letters):]) {
		if ref.row = ref.row*10 + int(c-'0'); ref.row > sheet.MaxRows {
			return nil, false
		}
	}
	return ref, ref.col > 0 && ref.row > 0
}

// columnNumber reads A, AA; 0 is none that a sheet has.
func columnNumber(letters string) int {
	col := 0
	for _, c := range []byte(strings.ToUpper(letters)) {
		if c < 'A' || c > 'Z' {
			return 0
		}
		if col = col*26 + int(c-'A') + 1; col > sheet.MaxColumns {
			return 0
		}
	}
	return col
}

// refs lists the references of a formula.
func (f *formula) refs() []*cellRef {
	var all []*cellRef
	for _, p := range f.parts {
		for _, item := range p.items {
			if item.ref != nil {
				all = append(all, item.ref)
			}
		}
	}
	return all
}
