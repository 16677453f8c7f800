package importer

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
