package importer

import (
	"catalogsheet/internal/diag"
	"catalogsheet/internal/merge"
)

// BadRow says whether the row at an address has an error: it sends nothing.
func (e *Edited) BadRow(at diag.At) bool {
	for _, l := range e.lines {
		if l.bad && l.num == at.Row && e.tables[l.table].sheet == at.Sheet {
			return true
		}
	}
	return false
}

// Good gives the changes and new rows that are left when rows with errors are
// skipped: a change that only such rows ask for is out.
func (e *Edited) Good() ([]merge.Change, []merge.Created) {
	bad := map[diag.At]bool{}
	for _, l := range e.lines {
		if l.bad {
			bad[diag.At{Sheet: e.tables[l.table].sheet, Row: l.num}] = true
		}
	}
	isBad := func(at diag.At) bool { return bad[diag.At{Sheet: at.Sheet, Row: at.Row}] }
	var changes []merge.Change
	for _, c := range e.Changes {
		var at []diag.At
		for _, a := range c.At {
			if !isBad(a) {
				at = append(at, a)
			}
		}
		if len(at) > 0 {
			c.At = at
			changes = append(changes, c)
		}
	}
	var created []merge.Created
	for _, c := range e.Created {
		if !isBad(c.At) {
			created = append(created, c)
		}
	}
	return changes, created
}
