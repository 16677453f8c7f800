package importer

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/sheet"

	"github.com/shopspring/decimal"
)

// A report that was printed from a template is a sheet without a base: the
// template says what its columns mean. Rows are those that name an item; the
// price that the report shows is what a new price beside it is compared with.

// Report says what the columns of a printed report mean.
type Report struct {
	Tables []ReportTable
	// Traced: it was found in the report itself, not given.
	Traced bool
}

// ReportTable is one table of the template.
type ReportTable struct {
	Sheet   string
	Columns []ReportColumn
}

// ReportColumn is one column of the template.
type ReportColumn struct {
	// Col is the column in the template, 0 where only Title tells; Blocks is
	// how many blocks of columns before it may have moved it.
	Col, Blocks int
	Title       string
	// Field is the column of our sheets that shows the same, "" for none;
	// salePrice alone is the first price.
	Field catalog.Field
	ID    bool
	// Scale turns the number of a cell into that of Field's column.
	Scale decimal.Decimal
	// Whole: the fraction of a kopecks' hundred may have been dropped.
	Whole bool
}

// ReportRead is what was found in a report besides its items' rows.
type ReportRead struct {
	Traced bool
	// Titles, Totals and Blank are the rows that name no item.
	Titles, Totals, Blank int
	// Extracted counts the ids that stood in a text; Uncached the formulas
	// without a value, of which FirstUncached is the first.
	Extracted, Uncached int
	FirstUncached       string
}

// priceField is the family that stands for its first member in a report.
const priceField = "salePrice"

// newPrice are the titles of a column for new prices, of the price named after
// a colon or else of the first one.
var newPrice = []string{"новая цена", "new price"}

var idPattern = regexp.MustCompile(`(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// asReport says that the file is to be read as a printed report: a template was
// given, or the file still holds the texts of one.
func (e *Edited) asReport(book sheet.Book) (bool, error) {
	if e.base != nil {
		return false, nil
	}
	if e.o.Report == nil && e.o.Trace != nil && !e.Keyed() {
		texts, err := sheet.Unused(book)
		if err != nil {
			return false, err
		}
		e.o.Report = e.o.Trace(texts)
	}
	return e.o.Report != nil, nil
}

// readReport finds the table of every sheet and keeps its rows.
func (e *Edited) readReport(ctx context.Context, book sheet.Book) error {
	if err := e.recall(book); err != nil {
		return err
	}
	e.Report = &ReportRead{Traced: e.o.Report.Traced}
	e.rawAt = map[string][]sheet.Range{}
	var columns diag.List // found anew once the account is asked
	for i, info := range book.Sheets() {
		layout, ok := e.layoutOf(info.Name, i)
		if !ok {
			continue
		}
		s, err := scanReport(book, info.Name, layout)
		if err != nil {
			return err
		}
		if s.id == 0 {
			continue
		}
		e.reports = append(e.reports, s)
		before := len(e.Problems)
		e.takeReport(s, catalog.Schema(e.o.Known))
		columns = append(columns, e.Problems[before:]...)
		e.Problems = e.Problems[:before:before]
		if err := e.keepReport(ctx, book, len(e.reports)-1); err != nil {
			return err
		}
	}
	if len(e.reports) == 0 {
		e.Problems.Add(diag.New("header-missing"))
	}
	e.Rows = len(e.raw) + e.idle
	e.early = slices.Clone(e.Problems)
	e.Problems.Add(columns...)
	return nil
}

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

// keepReport keeps the rows that name an item and counts the others. A row
// that lost its id and asks for something is an error.
func (e *Edited) keepReport(ctx context.Context, book sheet.Book, index int) error {
	s, t := e.reports[index], &e.tables[index]
	n := 0
	for row, err := range book.Rows(s.sheet) {
		if err != nil {
			return err
		}
		if n++; n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if row.Num <= t.header {
			continue
		}
		row = cloneRow(row)
		e.lookOver(s, row)
		named := e.named(s, &row)
		if named && !t.asks(row) {
			e.idle++
			continue
		}
		if named {
			e.raw = append(e.raw, rawRow{index, row})
			continue
		}
		e.unnamed(t, row)
	}
	merges, err := book.Merges(s.sheet)
	e.rawAt[s.sheet] = merges
	return err
}

// lookOver reports what the template left unfilled, and notes formulas without
// a value.
func (e *Edited) lookOver(s reportScan, row sheet.Row) {
	for _, c := range row.Cells {
		at := diag.At{Sheet: s.sheet, Row: row.Num, Col: c.Col, CSV: e.Format == sheet.CSV}
		switch {
		case c.Type == sheet.String && isTemplate(c.Text):
			e.Problems.Add(diag.New("template-broken").In(at).Typed(c.Text))
		case c.Uncached:
			if e.Report.Uncached++; e.Report.Uncached == 1 {
				e.Report.FirstUncached = at.Cell()
			}
		}
	}
}

// named says that the row names an item, and leaves its bare id in the cell.
func (e *Edited) named(s reportScan, row *sheet.Row) bool {
	for i := range row.Cells {
		c := &row.Cells[i]
		if c.Col != s.id || c.Type != sheet.String {
			continue
		}
		ids := idPattern.FindAllString(c.Text, -1)
		if len(ids) != 1 {
			return false
		}
		if locale.Trim(c.Text) != ids[0] {
			e.Report.Extracted++
		}
		c.Text = strings.ToLower(ids[0])
		return true
	}
	return false
}

// totalWords begin the rows of totals.
var totalWords = i18n.T("total", "итог")

// unnamed counts a row that names no item; one that has something in a column
// of edits is an error, unless it is a total.
func (e *Edited) unnamed(t *table, row sheet.Row) {
	var id, edit *sheet.Cell
	filled, numbers, total := false, false, false
	for i := range row.Cells {
		c := &row.Cells[i]
		if blank(c) {
			continue
		}
		filled, numbers = true, numbers || c.Type == sheet.Number
		if f := locale.Fold(c.Text); strings.HasPrefix(f, totalWords.Ru) || strings.HasPrefix(f, totalWords.En) || strings.HasPrefix(f, "всего") {
			total = true
		}
		if c.Col == t.cols[t.key].col {
			id = c
		}
		if at := slices.IndexFunc(t.cols, func(x column) bool { return x.col == c.Col && x.ask }); at >= 0 && !c.Formula && e.amount(c) {
			edit = c
		}
	}
	switch {
	case !filled:
		e.Report.Blank++
	case total:
		e.Report.Totals++
	case edit != nil:
		at := diag.At{Sheet: t.sheet, Row: row.Num, Col: t.cols[t.key].col, Header: t.cols[t.key].header, CSV: e.Format == sheet.CSV}
		d := diag.Variant("id-malformed", "missing")
		if id != nil {
			d = diag.New("id-malformed", id.Text).Typed(id.Text)
		}
		e.Problems.Add(d.In(at))
	case numbers:
		e.Report.Totals++
	default:
		e.Report.Titles++
	}
}

// asks says that a row has something in a column of edits. The server is asked
// of such rows alone: a report may list ten thousand items and change three.
func (t *table) asks(row sheet.Row) bool {
	return slices.ContainsFunc(row.Cells, func(c sheet.Cell) bool {
		return !blank(&c) && slices.ContainsFunc(t.cols, func(x column) bool { return x.col == c.Col && x.ask })
	})
}

// amount says that a cell holds a number, as such or as a text.
func (e *Edited) amount(c *sheet.Cell) bool {
	if c.Type != sheet.String {
		return c.Type == sheet.Number
	}
	_, d := locale.Money(c.Text, e.Dialect.Decimal)
	return d == nil
}
