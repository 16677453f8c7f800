package importer

import (
	"slices"
	"strings"

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

// many says that so many of the rows cannot be single slips: one in twenty, or
// a block such as people select.
func many(n, rows int) bool { return n >= 20 || n >= 3 && n*20 >= rows }

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

// attempt is a cell that says something else than the base, whether it may or
// not: a column that was sorted alone puts values where they cannot stand, too.
type attempt struct {
	line, col int32
	was, now  string // spelled as plain spells
}

// try notes a cell that was refused.
func (r *reader) try(l *line, i int, base catalog.Value, got reading) {
	c := &r.e.tables[l.table].cols[i]
	a := attempt{line: r.lineNo(), col: int32(i), was: plain(c.Kind, base)}
	switch cell := r.cells[i]; {
	case cell == nil:
	case got.bad == nil:
		a.now = plain(c.Kind, got.value)
	case c.Kind.Numeric():
		a.now = plain(c.Kind, catalog.Of(strings.Replace(locale.Trim(cell.Text), ",", ".", 1)))
	default:
		a.now = locale.Trim(cell.Text)
	}
	r.tries = append(r.tries, a)
}

// plain spells equal values alike, with the digits that a cell keeps.
func plain(k catalog.Kind, v catalog.Value) string {
	if k.Numeric() {
		if d, err := money.Parse(v.Text()); err == nil {
			return money.Plain(money.Round15(d))
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
