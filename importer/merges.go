package importer

import (
	"fmt"
	"slices"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/sheet"
)

// covers finds the merged ranges over the rows of a table. A merge shows one
// value and hides the others, so nothing is known of the cells behind it.
type covers map[int][]sheet.Range

// hides says that a cell lies behind a merge, not at its visible corner.
func (c covers) hides(row, col int) bool {
	return slices.ContainsFunc(c[row], func(m sheet.Range) bool {
		return col >= m.FirstCol && col <= m.LastCol && (row != m.FirstRow || col != m.FirstCol)
	})
}

// judgeMerges reports the merges over rows of data, takes those rows for bad
// and forgets what seemed wrong with the cells behind.
func (r *reader) judgeMerges(index int, merges []sheet.Range) {
	t := &r.e.tables[index]
	over := r.cover(index, dataMerges(t, merges))
	if len(over) == 0 {
		return
	}
	e := r.e
	e.Problems = slices.DeleteFunc(e.Problems, func(d diag.Diagnostic) bool {
		return d.At.Sheet == t.sheet && over.hides(d.At.Row, d.At.Col)
	})
	e.Created = slices.DeleteFunc(e.Created, func(c merge.Created) bool {
		return c.At.Sheet == t.sheet && over.hides(c.At.Row, c.At.Col)
	})
	for i := range r.edits {
		ed := &r.edits[i]
		l := &e.lines[ed.line]
		if l.table == index && ed.emptied && over.hides(l.num, t.cols[ed.col].col) {
			ed.dropped = true
		}
	}
	said := map[sheet.Range]bool{}
	for i := range e.lines {
		l := &e.lines[i]
		if l.table != index {
			continue
		}
		for _, m := range over[l.num] {
			l.bad = true
			if !said[m] {
				said[m] = true
				e.Problems.Add(r.mergeFinding(t, m))
			}
		}
	}
}

func (r *reader) mergeFinding(t *table, m sheet.Range) diag.Diagnostic {
	at := diag.At{Sheet: t.sheet, Row: max(m.FirstRow, t.header+1), Col: m.FirstCol, CSV: r.csv}
	if i := slices.IndexFunc(t.cols, func(c column) bool { return c.col == m.FirstCol }); i >= 0 {
		at.Header = t.cols[i].header
	}
	span := fmt.Sprintf("%s%d:%s%d", diag.ColumnName(m.FirstCol), m.FirstRow, diag.ColumnName(m.LastCol), m.LastRow)
	return diag.New("merged-cells", span).In(at)
}

// dataMerges keeps the merged ranges that reach below the header under a known
// column, by first row.
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

// cover finds the ranges over each row that was read. Rows come in order.
func (r *reader) cover(index int, merges []sheet.Range) covers {
	over := covers{}
	var open []sheet.Range
	for i := range r.e.lines {
		l := &r.e.lines[i]
		if l.table != index {
			continue
		}
		for len(merges) > 0 && merges[0].FirstRow <= l.num {
			open, merges = append(open, merges[0]), merges[1:]
		}
		open = slices.DeleteFunc(open, func(m sheet.Range) bool { return m.LastRow < l.num })
		if len(open) > 0 {
			over[l.num] = slices.Clone(open)
		}
	}
	return over
}
