package importer

import (
	"slices"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/sheet"
)

// layoutOf finds the table of the template for a sheet: that of the same name,
// else that of the same place, else the only one.
func (e *Edited) layoutOf(name string, place int) (ReportTable, bool) {
	tables := e.o.Report.Tables
	i := slices.IndexFunc(tables, func(t ReportTable) bool { return locale.Fold(t.Sheet) == locale.Fold(name) })
	switch {
	case i >= 0:
		return tables[i], true
	case len(tables) == 1:
		return tables[0], true
	case place < len(tables):
		return tables[place], true
	}
	return ReportTable{}, false
}

// reportScan is what the beginning of a sheet says.
type reportScan struct {
	sheet  string
	layout ReportTable
	header sheet.Row // its Num is 0 where there is none
	first  sheet.Row // the first row that names an item
	at     []int     // the columns of the file, parallel to layout.Columns; 0 unknown
	id     int       // the column of the file with the ids
}

// scanReport finds the header and the columns: the header is the row above the
// first item that has the most titles of the template.
func scanReport(book sheet.Book, name string, layout ReportTable) (reportScan, error) {
	s := reportScan{sheet: name, layout: layout}
	best := 0
	for row, err := range book.Rows(name) {
		if err != nil {
			return s, err
		}
		if hasID(row) {
			s.first = cloneRow(row)
			break
		}
		if n := s.titles(row); n > 0 && n >= best {
			best, s.header = n, cloneRow(row)
		}
	}
	if s.first.Num == 0 {
		return s, nil
	}
	if s.header.Num == 0 {
		s.header.Num = s.first.Num - 1
	}
	s.place()
	return s, nil
}

func cloneRow(row sheet.Row) sheet.Row {
	row.Cells = slices.Clone(row.Cells)
	return row
}

func hasID(row sheet.Row) bool {
	return slices.ContainsFunc(row.Cells, func(c sheet.Cell) bool { return c.Type == sheet.String && idPattern.MatchString(c.Text) })
}

// titles counts the template's titles that a row has.
func (s *reportScan) titles(row sheet.Row) int {
	n := 0
	for _, c := range s.layout.Columns {
		if c.Title != "" && len(titled(row, c.Title)) > 0 {
			n++
		}
	}
	return n
}

// titled lists the columns of a row that have a title.
func titled(row sheet.Row, title string) []int {
	var cols []int
	folded := locale.Fold(title)
	for _, c := range row.Cells {
		if c.Type == sheet.String && locale.Fold(c.Text) == folded {
			cols = append(cols, c.Col)
		}
	}
	return cols
}

// place finds the template's columns in the file: by a title that is there
// once, else by what is beside it.
func (s *reportScan) place() {
	s.at = make([]int, len(s.layout.Columns))
	for i, c := range s.layout.Columns {
		if cols := titled(s.header, c.Title); c.Title != "" && len(cols) == 1 {
			s.at[i] = cols[0]
		}
	}
	s.hints()
	sure := slices.Clone(s.at)
	for i, c := range s.layout.Columns {
		if s.at[i] > 0 || c.Col == 0 {
			continue
		}
		moved, known, far := 0, c.Blocks == 0, 0
		for j, other := range s.layout.Columns {
			d := max(other.Col-c.Col, c.Col-other.Col)
			if sure[j] > 0 && other.Col > 0 && other.Blocks == c.Blocks && (far == 0 || d < far) {
				moved, known, far = sure[j]-other.Col, true, d
			}
		}
		if col := c.Col + moved; known && col > 0 && !slices.Contains(s.at, col) {
			s.at[i] = col
		}
	}
	s.placeID()
}

// hints leaves one column of each field where several titles may be meant: the
// first of them.
func (s *reportScan) hints() {
	seen := map[catalog.Field]bool{}
	for i, c := range s.layout.Columns {
		if c.Col > 0 || c.Field == "" || s.at[i] == 0 {
			continue
		}
		if seen[c.Field] {
			s.at[i] = 0
		}
		seen[c.Field] = true
	}
}

// placeID finds the column of the ids: where the template has it, else the only
// one that has an id in the first row.
func (s *reportScan) placeID() {
	var cols []int
	for _, c := range s.first.Cells {
		if c.Type == sheet.String && idPattern.MatchString(c.Text) {
			cols = append(cols, c.Col)
		}
	}
	for i, c := range s.layout.Columns {
		if c.ID && slices.Contains(cols, s.at[i]) && (s.id == 0 || c.Field == catalog.FieldConsignmentID) {
			s.id = s.at[i]
		}
	}
	if s.id == 0 && len(cols) == 1 {
		s.id = cols[0]
	}
}
