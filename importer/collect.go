package importer

import (
	"slices"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/merge"
)

// finish turns the edits of cells into changes of targets.
func (r *reader) finish() {
	e := r.e
	if !r.judgeTorn() {
		r.judgeRepeated()
		r.collect()
		r.warnHidden()
	}
	// What the server holds and a foreign sheet does not name is not missing there.
	for i := range r.seen {
		if r.seen[i] == 0 && !r.foreign {
			e.Missing++
		}
	}
	for i := range e.lines {
		l := &e.lines[i]
		if l.item >= 0 && !l.bad && l.first == l.last {
			e.Unchanged++
		}
	}
	e.Problems.Sort()
}

// judgeRepeated compares the rows that name one item: copies that say the same
// count once, what differs is an error at both cells.
func (r *reader) judgeRepeated() {
	if r.e.Report != nil {
		return // in a report a product may have several rows
	}
	for _, p := range r.pairs {
		a, b := &r.e.lines[p[0]], &r.e.lines[p[1]]
		if a.table != b.table && r.e.tables[a.table].key < 0 {
			continue
		}
		if r.shared(b) {
			continue
		}
		conflict := false
		for i := a.first; i < a.last; i++ {
			conflict = r.against(&r.edits[i], b) || conflict
		}
		for i := b.first; i < b.last; i++ {
			conflict = r.against(&r.edits[i], a) || conflict
		}
		if !conflict && !a.bad && !b.bad {
			r.e.Problems.Add(diag.New("row-repeated", r.at(a, -1).Cell()).In(r.at(b, -1)))
		}
	}
}

// shared says that rows of one id are normal: the sheet lost the column that
// tells consignments apart.
func (r *reader) shared(l *line) bool {
	t := &r.e.tables[l.table]
	return t.cols[t.key].Field == catalog.FieldID && r.e.Head.KeyField == catalog.FieldConsignmentID
}

// against reports an edit that the other row of the item does not have. An
// edit that was already reported stays dropped.
func (r *reader) against(ed *edit, other *line) bool {
	if ed.dropped {
		return true
	}
	k := r.base.Head.Schema[ed.at].Kind
	for i := other.first; i < other.last; i++ {
		if o := &r.edits[i]; o.at == ed.at {
			if same(k, o.value, ed.value) {
				return false
			}
			r.conflict(ed, o)
			return true
		}
	}
	t := &r.e.tables[other.table]
	col := slices.IndexFunc(t.cols, func(c column) bool { return c.at == ed.at })
	if col < 0 {
		return false
	}
	l := &r.e.lines[ed.line]
	base := r.base.Items[ed.item].Cells[ed.at]
	r.clash(l, ed.col, ed.typed, r.at(other, col), base)
	r.clash(other, col, base.Text(), r.at(l, ed.col), ed.value)
	ed.dropped = true
	return true
}

// conflict reports two edits of one field that differ.
func (r *reader) conflict(a, b *edit) {
	la, lb := &r.e.lines[a.line], &r.e.lines[b.line]
	r.clash(la, a.col, a.typed, r.at(lb, b.col), b.value)
	if !b.dropped {
		r.clash(lb, b.col, b.typed, r.at(la, a.col), a.value)
	}
	a.dropped, b.dropped = true, true
}

func (r *reader) clash(l *line, col int, typed string, other diag.At, value catalog.Value) {
	l.bad = true
	c := r.e.tables[l.table].cols[col].Column
	r.e.Problems.Add(diag.New("id-conflict", other.Cell(), said{c, value}).In(r.at(l, col)).Typed(typed))
}

// collect makes one change of all cells that ask for it. Only edited cells
// count: a row that shows the old value beside an edited one says nothing.
func (r *reader) collect() {
	groups := map[place][]int{}
	var order []place
	for i := range r.edits {
		ed := &r.edits[i]
		p := place{r.base.Items[ed.item].Target, r.base.Head.Schema[ed.at].Field}
		if ed.dropped {
			continue
		}
		if groups[p] == nil {
			order = append(order, p)
		}
		groups[p] = append(groups[p], i)
	}
	for _, p := range order {
		if r.agree(groups[p]) {
			r.change(p, groups[p])
		}
	}
	slices.SortStableFunc(r.e.Changes, func(a, b merge.Change) int { return compareAt(a.At[0], b.At[0]) })
}

func compareAt(a, b diag.At) int {
	if a.Sheet != b.Sheet {
		return 0
	}
	if a.Row != b.Row {
		return a.Row - b.Row
	}
	return a.Col - b.Col
}

// agree says that all edits of a field give one value; else each is reported
// with one that differs from it.
func (r *reader) agree(group []int) bool {
	first := &r.edits[group[0]]
	k := r.base.Head.Schema[first.at].Kind
	other := slices.IndexFunc(group, func(i int) bool { return !same(k, first.value, r.edits[i].value) })
	if other < 0 {
		return true
	}
	second := &r.edits[group[other]]
	for _, i := range group {
		ed, rival := &r.edits[i], first
		if same(k, ed.value, first.value) {
			rival = second
		}
		r.clash(&r.e.lines[ed.line], ed.col, ed.typed, r.at(&r.e.lines[rival.line], rival.col), rival.value)
	}
	return false
}

func (r *reader) change(p place, group []int) {
	first := &r.edits[group[0]]
	l := &r.e.lines[first.line]
	t := &r.e.tables[l.table]
	c := merge.Change{
		Target: p.target, Name: r.at(l, first.col).Item, Column: r.base.Head.Schema[first.at], Header: t.cols[first.col].header,
		Base: r.base.Items[first.item].Cells[first.at], Mine: first.value, Verdict: merge.Edit, HiddenRow: l.hidden,
	}
	for _, i := range group {
		ed := &r.edits[i]
		at := r.at(&r.e.lines[ed.line], ed.col)
		c.At = append(c.At, at)
		switch {
		case ed.external:
			r.e.Problems.Add(diag.New("external-formula").In(at).Typed(ed.typed))
		case ed.formula:
			r.e.Problems.Add(diag.New("formula-value").In(at).Typed(ed.typed))
		}
	}
	if first.based {
		c.Base = first.base
	}
	r.e.mine[p] = first.value
	r.e.Changes = append(r.e.Changes, c)
}

// warnHidden names the hidden rows with edits, at their first edited cell.
func (r *reader) warnHidden() {
	for i := range r.e.lines {
		l := &r.e.lines[i]
		if !l.hidden {
			continue
		}
		for j := l.first; j < l.last; j++ {
			if ed := &r.edits[j]; !ed.dropped {
				r.e.Problems.Add(diag.New("hidden-row-edited").In(r.at(l, ed.col)).Typed(ed.typed))
				break
			}
		}
	}
}
