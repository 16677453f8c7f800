package templates

import (
	"slices"
)

// coupling is a collection that a line names outside of a loop over it.
type coupling struct {
	path  string
	items []any
	// cells are the places of the cells that repeat with it.
	cells []int
}

// spread looks whether the first line names collections; if so it gives the
// lines as they are then: the cells that name a collection stand below each
// other, once per element, and push down what is below them. Cells of the line
// without a collection stay alone, and so does what is below those.
func (r *renderer) spread(lines []line) (out []line, more bool, err error) {
	l := lines[0]
	all, err := r.couplings(l)
	if err != nil || len(all) == 0 {
		return nil, false, err
	}
	first := l.cells[all[0].cells[0]].cell
	r.note(found(r.s.tab, first, "implicit-loop", all[0].path), first, "")
	out = append([]line{{row: l.row, cells: slices.Clone(l.cells)}}, lines[1:]...)
	longest := 0
	for _, k := range all {
		longest = max(longest, len(k.items))
		if err := r.step(first); err != nil {
			return nil, false, err
		}
		if out, err = r.repeat(out, k, len(all) == 1); err != nil {
			return nil, false, err
		}
	}
	if longest == 0 {
		for i := range out[0].cells {
			out[0].cells[i].raw = true
		}
	}
	return out, true, nil
}

// couplings finds the collections of a line.
func (r *renderer) couplings(l line) ([]coupling, error) {
	if l.row != nil && !l.row.expressions {
		return nil, nil
	}
	var all []coupling
	for i, c := range l.cells {
		if c.parsed == nil || c.raw {
			continue
		}
		path, v := r.cellCollection(c)
		if path == "" {
			continue
		}
		at := slices.IndexFunc(all, func(k coupling) bool { return k.path == path })
		if at < 0 {
			items, err := gather(v)
			if err != nil {
				return nil, err
			}
			at = len(all)
			all = append(all, coupling{path: path, items: items})
		}
		all[at].cells = append(all[at].cells, i)
	}
	// A cell may name its collection behind //.
	for i, c := range l.cells {
		meta := ""
		if c.parsed != nil {
			meta = c.parsed.meta
		}
		at := slices.IndexFunc(all, func(k coupling) bool { return k.path == meta })
		if at >= 0 && !slices.Contains(all[at].cells, i) {
			all[at].cells = append(all[at].cells, i)
		}
	}
	return all, nil
}

func (r *renderer) cellCollection(c lineCell) (string, any) {
	r.env.binds = c.binds
	defer func() { r.env.binds = nil }()
	for _, p := range c.parsed.pieces {
		if p.expr == nil {
			continue
		}
		if path, v := p.expr.collection(&r.env); path != "" {
			return path, v
		}
	}
	return "", nil
}

// maxSpread bounds the cells that collections outside of loops make.
const maxSpread = 2_000_000

// repeat puts the elements of one collection below the first line.
func (r *renderer) repeat(lines []line, k coupling, only bool) ([]line, error) {
	l := lines[0]
	n := len(k.items)
	if r.left -= n * len(k.cells) / 16; n*len(k.cells) > maxSpread || r.left < 0 {
		return nil, r.fail(found(r.s.tab, l.cells[k.cells[0]].cell, "too-many-steps"))
	}
	if n == 0 {
		for _, i := range k.cells {
			c := *l.cells[i].cell
			c.kind, c.parsed, c.text = blankCell, nil, ""
			l.cells[i].cell = &c
		}
		return lines, nil
	}
	bound := func(item any) []lineCell {
		var cells []lineCell
		for _, i := range k.cells {
			c := l.cells[i]
			c.binds = append(slices.Clone(c.binds), binding{k.path, item, n})
			cells = append(cells, c)
		}
		return cells
	}
	copies := make([][]lineCell, n)
	for i, item := range k.items {
		copies[i] = bound(item)
	}
	for at, i := range k.cells {
		l.cells[i] = copies[0][at]
	}
	stay := l.staying(k, only)
	if len(stay) == 0 {
		out := lines[:1:1]
		for _, cells := range copies[1:] {
			out = append(out, line{row: l.row, cells: cells})
		}
		return append(out, lines[1:]...), nil
	}
	return pushDown(lines, copies[1:], stay), nil
}

// staying lists the columns of a line that do not move with a collection. A
// blank cell among them moves with the only collection of a line.
func (l line) staying(k coupling, only bool) map[int]bool {
	stay := map[int]bool{}
	last := 0
	for i, c := range l.cells {
		last = max(last, c.col+1)
		if !slices.Contains(k.cells, i) && (!only || c.kind != blankCell) {
			stay[c.col] = true
		}
	}
	for col := 1; !only && col <= last; col++ {
		if !slices.ContainsFunc(k.cells, func(i int) bool { return l.cells[i].col == col }) {
			stay[col] = true
		}
	}
	return stay
}

// pushDown puts copies of cells below the first line; the columns that stay
// keep their place, all others move down.
func pushDown(lines []line, copies [][]lineCell, stay map[int]bool) []line {
	n := len(copies)
	lines = append(lines[:1:1], singles(lines[1:])...)
	out := lines[:1:1]
	for i := 1; i < len(lines)+n; i++ {
		var l line
		if i < len(lines) {
			l.row = lines[i].row
			for _, c := range lines[i].cells {
				if stay[c.col] {
					l.cells = append(l.cells, c)
				}
			}
		}
		switch from := i - n; {
		case i <= n:
			l.cells = append(l.cells, copies[i-1]...)
		case from < len(lines):
			for _, c := range lines[from].cells {
				if !stay[c.col] {
					l.cells = append(l.cells, c)
				}
			}
		}
		slices.SortStableFunc(l.cells, func(a, b lineCell) int { return a.col - b.col })
		out = append(out, l)
	}
	for len(out) > len(lines) && len(out[len(out)-1].cells) == 0 {
		out = out[:len(out)-1]
	}
	return out
}

// singles gives each row of a small gap a line of its own.
func singles(lines []line) []line {
	const small = 1000
	var all []line
	for _, l := range lines {
		span := l.span()
		if span == 1 || span > small {
			all = append(all, l)
			continue
		}
		for i := range span {
			all = append(all, line{row: &row{num: l.row.num + i, span: 1}})
		}
	}
	return all
}
