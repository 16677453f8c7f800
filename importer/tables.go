package importer

import (
	"iter"

	"catalogsheet/internal/catalog"
)

// Table is where the rows of a file stand: a sheet ("" in CSV) and the row of
// its header.
type Table struct {
	Sheet  string
	Header int
}

// Tables lists where rows were found.
func (e *Edited) Tables() []Table {
	list := make([]Table, len(e.tables))
	for i, t := range e.tables {
		list[i] = Table{t.sheet, t.header}
	}
	return list
}

// Line is a row of the file and the item that it stands for; Key is zero for a
// row that names none.
type Line struct {
	Sheet       string
	Row         int
	Hidden      bool
	Bad         bool
	Key, Target catalog.Key
}

// Lines lists the filled rows in the order of the file.
func (e *Edited) Lines() iter.Seq[Line] {
	return func(yield func(Line) bool) {
		for _, l := range e.lines {
			out := Line{Sheet: e.tables[l.table].sheet, Row: l.num, Hidden: l.hidden, Bad: l.bad}
			if l.item >= 0 {
				out.Key, out.Target = e.base.Items[l.item].Key, e.base.Items[l.item].Target
			}
			if !yield(out) {
				return
			}
		}
	}
}
