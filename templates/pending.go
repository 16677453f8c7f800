package templates

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"catalogsheet/internal/diag"
)

// pending is a formula of the report that may wait for cells below it.
type pending struct {
	s        *report
	cell     *cell
	f        *formula
	frame    *frame
	row, col int
	// dollar: written as $[…], whose references become the copies of cells; a
	// formula of the spreadsheet follows the first copy instead.
	dollar bool

	// own: it names cells of its row alone.
	own        bool
	done, busy bool
	text       string
	value      any
	uncached   bool
}

// settle finishes the formulas of a row that name cells of the row alone, and
// lets the others wait.
func (r *renderer) settle(w *lineWriter) error {
	for _, p := range w.waiting {
		if r.s.tab.cols[p.cell.col] {
			r.s.column(p.col).add(p.row, p)
		}
	}
	for _, p := range w.waiting {
		p.own = w.own(p)
	}
	for _, p := range w.waiting {
		if p.own {
			if err := r.finish(p); err != nil {
				return err
			}
		}
		if !p.done {
			r.s.formulas = append(r.s.formulas, p)
		}
	}
	return nil
}

// errEarly is a value that is not known before all rows are.
var errEarly = errors.New("the rows are not all there")

// own says whether a formula can be finished with its row: it names only cells
// of its row, in the same turn of the same block.
func (w *lineWriter) own(p *pending) bool {
	if p.f.inline && p.dollar {
		return true
	}
	for _, ref := range p.f.refs() {
		if ref.sheet != "" || ref.row != w.num || w.bound {
			return false
		}
	}
	if !p.dollar {
		return len(p.f.refs()) == 0 || p.row == p.s.firstOf(w.num)
	}
	return true
}

// firstOf is where the first copy of a row went: rows that vanished give the
// place of what followed them, rows after the last one their distance to it.
func (s *report) firstOf(num int) int {
	n := len(s.first)
	if num > n {
		return max(s.part.row+num-n, 1)
	}
	for at := num; at >= 1 && at <= n; at++ {
		if s.first[at-1] > 0 {
			return s.first[at-1]
		}
	}
	return max(s.part.row, 1)
}

// finish spells a formula and computes its value.
func (r *renderer) finish(p *pending) error {
	if p.done {
		return nil
	}
	p.done = true
	switch {
	case p.f.inline && p.dollar:
		p.text = strings.ReplaceAll(p.f.source, "#", strconv.Itoa(p.row))
	case p.dollar:
		p.text = r.rewritten(p)
	default:
		p.text = r.followed(p)
	}
	tree, err := parseFormula(p.text)
	switch {
	case err != nil && p.dollar:
		return r.fail(found(p.s.tab, p.cell, "formula-broken", err))
	case err != nil:
		p.uncached = true
		return nil
	case p.dollar:
		p.text = xlString(tree)
	}
	return r.compute(p, tree)
}

// compute finds the value of a formula, which readers see until a spreadsheet
// program computes it anew.
func (r *renderer) compute(p *pending, tree any) error {
	p.busy = true
	c := &calc{cells: &reportCells{r: r, home: p.s}, calls: r.calls, row: p.row, col: p.col}
	v, err := c.value(tree)
	p.busy = false
	if errors.Is(err, errEarly) {
		p.own, p.done = false, false
		return nil
	}
	if err != nil {
		if p.uncached = true; !errors.Is(err, errNotComputed) {
			return err
		}
		r.note(found(p.s.tab, p.cell, "formula-uncomputed"), p.cell, "")
		return nil
	}
	p.value = v
	if v == nil {
		p.value = number{}
	}
	if bad, ok := v.(*xlError); ok {
		r.note(found(p.s.tab, p.cell, "formula-error", bad.s), p.cell, "")
	}
	return nil
}

// rewritten puts the copies in place of the cells that a $[…] names.
func (r *renderer) rewritten(p *pending) string {
	var b strings.Builder
	for _, part := range p.f.parts {
		var texts []string
		left, refs := 0, 0
		for _, item := range part.items {
			if item.ref == nil {
				texts = append(texts, item.text)
				continue
			}
			refs++
			text := r.copiesOf(p, item.ref)
			if text != "" {
				left++
			} else if n := len(texts); n > 0 && texts[n-1] == "," {
				texts = texts[:n-1]
			}
			texts = append(texts, text)
		}
		if left == 0 && part.instead != "" && refs > 0 {
			b.WriteString(part.instead)
			continue
		}
		all := strings.Join(texts, "")
		if left == 0 && refs > 0 && !part.badDefault {
			r.note(found(p.s.tab, p.cell, "formula-empty", all).fixed("$["+withDefaults(p.f.source)+"]"), p.cell, "")
		}
		b.WriteString(all)
	}
	return b.String()
}

// copiesOf spells the copies of a cell as the formula in p means them.
func (r *renderer) copiesOf(p *pending, ref *cellRef) string {
	s := p.s
	if t := r.t.tab(ref.sheet, s.tab); t == nil || r.out[t] == nil {
		return ref.text
	} else {
		s = r.out[t]
	}
	// A row with a tag stands for what follows the tag.
	num := s.tab.behindTags(ref.row)
	copies, met := s.copies[place{num, ref.col}]
	if !met {
		if num <= len(s.first) && s.first[num-1] == 0 {
			return ""
		}
		return ref.shown + diag.ColumnName(ref.col) + strconv.Itoa(s.firstOf(num))
	}
	target := p.frame
	for target.up != nil && (s != p.s || !encloses(target, copies[0].f)) {
		target = target.up
	}
	if s != p.s {
		target = nil
	}
	var within []copied
	for _, c := range target.near(copies) {
		if target == nil || target.has(c) {
			within = append(within, c)
		}
	}
	if len(within) == 0 {
		return ""
	}
	return spellCopies(ref, within, target)
}

// encloses says whether the block of f is one of those around a copy.
func encloses(f, inner *frame) bool {
	for ; inner != nil; inner = inner.up {
		if inner.opened == f.opened {
			return true
		}
	}
	return false
}

// near narrows copies, which are in the order of rows, to the rows of a turn.
func (f *frame) near(copies []copied) []copied {
	if f == nil || f.up == nil {
		return copies
	}
	row := func(c copied, row int) int { return c.row - row }
	from, _ := slices.BinarySearchFunc(copies, f.fromRow, row)
	copies = copies[from:]
	if f.toRow == 0 {
		return copies
	}
	end, _ := slices.BinarySearchFunc(copies, f.toRow+1, row)
	return copies[:end]
}

// has says whether a copy was made in the turn.
func (f *frame) has(c copied) bool {
	for inner := c.f; inner != nil; inner = inner.up {
		if inner == f {
			return true
		}
	}
	return false
}

// spellCopies spells copies as ranges where the template has them in
// neighbouring rows or columns, and as a list where it has not.
func spellCopies(ref *cellRef, all []copied, target *frame) string {
	name := func(c copied) string { return ref.shown + diag.ColumnName(c.col) + strconv.Itoa(c.row) }
	if len(all) == 1 {
		return name(all[0])
	}
	// Where the copies fork below the target, by the turn of the next block.
	var turns [][]copied
	var by []*frame
	for _, c := range all {
		child := c.f.below(target)
		if n := len(by); child == nil || n == 0 || by[n-1] != child {
			by = append(by, child)
			turns = append(turns, nil)
		}
		turns[len(turns)-1] = append(turns[len(turns)-1], c)
	}
	if len(turns) == 1 {
		return spellCopies(ref, turns[0], by[0])
	}
	spell := func(i int) string { return spellCopies(ref, turns[i], by[i]) }
	if adjacent(by, all) {
		last := *ref
		last.shown = ""
		return spell(0) + ":" + spellCopies(&last, turns[len(turns)-1], by[len(by)-1])
	}
	list := make([]string, len(turns))
	for i := range turns {
		list[i] = spell(i)
	}
	return strings.Join(list, ",")
}

// below gives the frame right below target on the way to f; nil at the target.
func (f *frame) below(target *frame) *frame {
	for ; f != nil && f != target; f = f.up {
		if f.up == target {
			return f
		}
	}
	return nil
}

// adjacent says whether the template lays turns side by side: a block of one
// row, or of one column. Copies of one turn are those of a collection outside
// of a loop; they stand below each other.
func adjacent(by []*frame, all []copied) bool {
	if by[0] != nil {
		for _, f := range by {
			if f == nil || f.opened != by[0].opened || f.opened.tag.name != tagForEach {
				return false
			}
		}
		return by[0].size == 1
	}
	for i := 1; i < len(all); i++ {
		if all[i].col != all[0].col || all[i].row != all[i-1].row+1 {
			return false
		}
	}
	return true
}

// followed moves the references of a spreadsheet's own formula with the rows
// that they name: always to the first copy, whichever copy the formula is in.
func (r *renderer) followed(p *pending) string {
	var b strings.Builder
	source, end := p.f.source, 0
	for _, m := range cellPattern.FindAllStringSubmatchIndex(source, -1) {
		if insideText(source, m[0]) || m[1] < len(source) && (source[m[1]] == '(' || source[m[1]] == '!') {
			continue
		}
		s := p.s
		if m[2] >= 0 {
			t := r.t.tab(strings.Trim(source[m[2]:m[3]-1], "'"), s.tab)
			if t == nil || r.out[t] == nil {
				continue
			}
			s = r.out[t]
		}
		num, err := strconv.Atoi(source[m[4]:m[5]])
		if err != nil || num < 1 {
			continue
		}
		b.WriteString(source[end:m[4]])
		b.WriteString(strconv.Itoa(s.firstOf(num)))
		end = m[5]
	}
	b.WriteString(source[end:])
	return b.String()
}

// insideText says whether a place of a formula is in a text.
func insideText(source string, at int) bool { return strings.Count(source[:at], `"`)%2 == 1 }
