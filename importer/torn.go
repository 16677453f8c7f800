package importer

import (
	"slices"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/money"
)

// Columns that were sorted apart are the worst spoilage: every cell is valid
// and every row wrong. Two signs tell: the code and name of a row are those of
// another row, and a column whose edits only move its own old values about.

// tornRow is a row whose UUID may not be its own. certain: another id of the
// row says so.
type tornRow struct {
	line    int32
	certain bool
	owner   int32 // the item whose code and name the row has
}

// nameIndex finds the base's rows by code and name together.
type nameIndex map[[2]string]int32

// several marks a code and name that more than one row has.
const several = -2

// byName finds the one item that has the current row's code and name, -1 for
// none.
func (r *reader) byName(t *table) int32 {
	if t.name < 0 || t.code < 0 || r.cells[t.name] == nil || r.cells[t.code] == nil {
		return -1
	}
	if r.names == nil {
		r.names = nameIndex{}
		name, code := t.cols[t.name].at, t.cols[t.code].at
		for i := range r.base.Items {
			cells := r.base.Items[i].Cells
			if !cells[name].IsSet() || !cells[code].IsSet() {
				continue
			}
			key := [2]string{locale.Fold(cells[name].Text()), locale.Fold(cells[code].Text())}
			if _, ok := r.names[key]; ok {
				r.names[key] = several
			} else {
				r.names[key] = int32(i)
			}
		}
	}
	if i, ok := r.names[[2]string{locale.Fold(r.cells[t.name].Text), locale.Fold(r.cells[t.code].Text)}]; ok && i >= 0 {
		return i
	}
	return -1
}

// suspect notes a row whose code and name are both those of another item.
func (r *reader) suspect(l *line) {
	t := &r.e.tables[l.table]
	if t.name < 0 || t.code < 0 || r.cells[t.name] == nil || r.cells[t.code] == nil {
		return
	}
	cells := r.base.Items[l.item].Cells
	if locale.Fold(r.cells[t.name].Text) == locale.Fold(cells[t.cols[t.name].at].Text()) ||
		locale.Fold(r.cells[t.code].Text) == locale.Fold(cells[t.cols[t.code].at].Text()) {
		return
	}
	if owner := r.byName(t); owner >= 0 && owner != l.item {
		r.torn = append(r.torn, tornRow{line: r.lineNo(), owner: owner})
	}
}

// many says that so many of the rows cannot be single slips.
func many(n, rows int) bool { return n >= 3 && n*20 >= rows }

// judgeTorn refuses the whole file where its columns were sorted apart, and
// single rows that carry another item's code and name.
func (r *reader) judgeTorn() (refused bool) {
	if many(len(r.torn), r.e.Rows) {
		r.refuseAll(diag.New("rows-torn", len(r.torn)))
		return true
	}
	for _, x := range r.torn {
		l := &r.e.lines[x.line]
		if x.certain {
			continue
		}
		t := &r.e.tables[l.table]
		was := keyTexts(&t.cols[t.key], &r.base.Items[x.owner])
		if len(was) == 0 {
			continue
		}
		l.bad = true
		at := r.at(l, t.key)
		r.e.Problems.Add(diag.New("id-changed", was[0]).In(at).Typed(keyTexts(&t.cols[t.key], &r.base.Items[l.item])[0]))
	}
	return r.permuted()
}

// permuted finds a column whose edits are its own old values in other rows.
func (r *reader) permuted() bool {
	byColumn := map[int][]*edit{}
	var order []int
	for i := range r.edits {
		ed := &r.edits[i]
		if byColumn[ed.at] == nil {
			order = append(order, ed.at)
		}
		byColumn[ed.at] = append(byColumn[ed.at], ed)
	}
	slices.Sort(order)
	for _, at := range order {
		edits := byColumn[at]
		c := r.base.Head.Schema[at]
		if len(edits) < 5 || c.Kind == catalog.Flag {
			continue
		}
		if r.moved(c.Kind, edits, at) {
			title := r.e.tables[r.e.lines[edits[0].line].table].cols[edits[0].col].header
			r.refuseAll(diag.Variant("rows-torn", "column", len(edits), title))
			return true
		}
	}
	return false
}

// moved says that the new values are the old ones, each as often as before,
// and that there are enough different ones for that to be no chance.
func (r *reader) moved(k catalog.Kind, edits []*edit, at int) bool {
	const different = 5
	balance := map[string]int{}
	for _, ed := range edits {
		balance[plain(k, r.base.Items[ed.item].Cells[at])]++
		mine := ed.value
		if ed.emptied {
			mine = catalog.Blank()
		}
		balance[plain(k, mine)]--
	}
	if len(balance) < different {
		return false
	}
	for _, n := range balance {
		if n != 0 {
			return false
		}
	}
	return true
}

// plain spells equal values alike.
func plain(k catalog.Kind, v catalog.Value) string {
	if k.Numeric() {
		if d, err := money.Parse(v.Text()); err == nil {
			return money.Plain(d)
		}
	}
	return v.Text()
}

// refuseAll leaves one finding of the rows, the one that explains the others.
func (r *reader) refuseAll(d diag.Diagnostic) {
	e := r.e
	e.Problems = slices.DeleteFunc(e.Problems, func(p diag.Diagnostic) bool { return e.inRows(p.At) })
	e.Problems.Add(d)
	r.edits = nil
	e.Created = nil
	for i := range e.lines {
		e.lines[i].bad = true
		e.lines[i].first, e.lines[i].last = 0, 0
	}
	r.pairs = nil
}
