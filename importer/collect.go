package importer

import (
	"fmt"
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/sheet"
)

// finish turns the edits of cells into changes of targets.
func (r *reader) finish() {
	e := r.e
	if !r.judgeTorn() {
		r.judgeRepeated()
		r.collect()
		r.warnHidden()
	}
	for i := range r.seen {
		if r.seen[i] == 0 {
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
// with the first that differs from it.
func (r *reader) agree(group []int) bool {
	k := r.base.Head.Schema[r.edits[group[0]].at].Kind
	differ := false
	for _, i := range group[1:] {
		differ = differ || !same(k, r.edits[group[0]].value, r.edits[i].value)
	}
	if !differ {
		return true
	}
	for _, i := range group {
		for _, j := range group {
			a, b := &r.edits[i], &r.edits[j]
			if !same(k, a.value, b.value) {
				r.clash(&r.e.lines[a.line], a.col, a.typed, r.at(&r.e.lines[b.line], b.col), b.value)
				break
			}
		}
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
		if ed.external {
			r.e.Problems.Add(diag.New("external-formula").In(at).Typed(ed.typed))
		}
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

// dataMerges keeps the merged ranges that reach below the header, by first row.
func dataMerges(t *table, merges []sheet.Range) []sheet.Range {
	var out []sheet.Range
	for _, m := range merges {
		touches := slices.ContainsFunc(t.cols, func(c column) bool { return c.col >= m.FirstCol && c.col <= m.LastCol })
		if m.LastRow > t.header && touches && (m.FirstRow != m.LastRow || m.FirstCol != m.LastCol) {
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b sheet.Range) int { return a.FirstRow - b.FirstRow })
	return out
}

// merged says that a cell is hidden behind a merge. Rows come in order.
func (r *reader) merged(row, col int) bool {
	for len(r.merges) > 0 && r.merges[0].FirstRow <= row {
		r.open, r.merges = append(r.open, r.merges[0]), r.merges[1:]
	}
	r.open = slices.DeleteFunc(r.open, func(m sheet.Range) bool { return m.LastRow < row })
	return slices.ContainsFunc(r.open, func(m sheet.Range) bool {
		return col >= m.FirstCol && col <= m.LastCol && (row != m.FirstRow || col != m.FirstCol)
	})
}

// judgeMerges reports the merges over rows of data, at their first cell, and
// takes their rows for bad.
func (r *reader) judgeMerges(index, last int, merges []sheet.Range) {
	t := &r.e.tables[index]
	for _, m := range merges {
		if m.FirstRow > last {
			return
		}
		at := diag.At{Sheet: t.sheet, Row: max(m.FirstRow, t.header+1), Col: m.FirstCol, CSV: r.csv}
		if i := slices.IndexFunc(t.cols, func(c column) bool { return c.col == m.FirstCol }); i >= 0 {
			at.Header = t.cols[i].header
		}
		span := fmt.Sprintf("%s%d:%s%d", diag.ColumnName(m.FirstCol), m.FirstRow, diag.ColumnName(m.LastCol), m.LastRow)
		r.e.Problems.Add(diag.New("merged-cells", span).In(at))
		for i := range r.e.lines {
			if l := &r.e.lines[i]; l.table == index && l.num >= m.FirstRow && l.num <= m.LastRow {
				l.bad = true
			}
		}
	}
}

// create reads a row without a UUID as a new item.
func (r *reader) create(l *line) {
	t := &r.e.tables[l.table]
	made := merge.Created{Type: r.newType(l, t), At: r.at(l, -1)}
	var ignored []string
	for i := range t.cols {
		c, cell := &t.cols[i], r.cells[i]
		if cell == nil || i == t.key || i == t.typ || i == t.store {
			continue
		}
		if !c.EditableOn(made.Type) && !c.OnNew {
			ignored = append(ignored, c.header)
			continue
		}
		got := r.read(c, cell, catalog.Blank())
		if got.bad == nil && !got.same {
			got.bad = check(c, got.value, catalog.Blank())
		}
		if got.bad != nil {
			r.report(l, i, *got.bad)
			continue
		}
		for _, d := range warn(c, got.value, catalog.Blank()) {
			r.note(l, i, d)
		}
		if c.Field == catalog.FieldName {
			made.Name = got.value.Text()
		}
		made.Values = append(made.Values, merge.Change{
			Column: c.Column, Header: c.header, Mine: got.value, Verdict: merge.Edit, At: []diag.At{r.at(l, i)}, HiddenRow: l.hidden,
		})
	}
	for i := range t.cols {
		if c := &t.cols[i]; r.cells[i] == nil && c.Required && c.EditableOn(made.Type) {
			r.report(l, i, diag.New("value-required"))
		}
	}
	if ignored != nil {
		r.note(l, -1, diag.New("create-ignores", strings.Join(ignored, ", ")))
	}
	r.e.Created = append(r.e.Created, made)
}

// newType is the type of a new row: what its cell says, else the first type
// that can have a name.
func (r *reader) newType(l *line, t *table) string {
	if t.typ >= 0 && r.cells[t.typ] != nil {
		c := &t.cols[t.typ]
		got := r.read(c, r.cells[t.typ], catalog.Value{})
		if got.bad != nil {
			r.report(l, t.typ, *got.bad)
			return ""
		}
		return got.value.Text()
	}
	if c, ok := r.base.Head.Schema.Column(catalog.FieldName); ok && len(c.On) > 0 {
		return c.On[0]
	}
	return ""
}
