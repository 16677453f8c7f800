package importer

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
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

// Stores says that the report prints the store of its items.
func (r *Report) Stores() bool {
	if r == nil {
		return false
	}
	return slices.ContainsFunc(r.Tables, func(t ReportTable) bool {
		return slices.ContainsFunc(t.Columns, func(c ReportColumn) bool { return c.Field == catalog.FieldStore })
	})
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
	// Before and After are the texts around the number, as in “18425.6 руб.”.
	Before, After string
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

// priceField is the family that stands for its first member in a report, and
// onlyPrice the price of a system without price types.
const (
	priceField = "salePrice"
	onlyPrice  = "price"
)

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
	e.early = slices.Clone(e.Problems)
	e.Problems.Add(columns...)
	return e.comparePrinted(ctx)
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
var totalWords = []string{"итог", "итого", "всего", "total", "totals", "grandtotal"}

// isTotal says that a text begins a row of totals: “Итого по группе”.
func isTotal(text string) bool {
	f := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
	return len(f) > 0 && (slices.Contains(totalWords, f[0]) || len(f) > 1 && slices.Contains(totalWords, f[0]+f[1]))
}

// unnamed counts a row that names no item; what was typed there into a column
// of edits can be sent to nobody.
func (e *Edited) unnamed(t *table, row sheet.Row) {
	var id, edit *sheet.Cell
	filled, numbers, total, others := 0, false, false, 0
	for i := range row.Cells {
		c := &row.Cells[i]
		if blank(c) {
			continue
		}
		filled++
		numbers = numbers || c.Type == sheet.Number
		total = total || c.Type == sheet.String && isTotal(c.Text)
		if c.Col == t.cols[t.key].col {
			id = c
			continue
		}
		if t.column(c.Col) >= 0 && t.cols[t.column(c.Col)].ask && !c.Formula && e.amount(c) {
			edit = c
			continue
		}
		others++
	}
	if others == 0 { // the title of a group, not an id that was damaged
		id = nil
	}
	if edit != nil && !total {
		e.Problems.Add(e.nobodys(t, row.Num, id, edit))
		return
	}
	switch {
	case filled == 0:
		e.Report.Blank++
	case total || numbers:
		e.Report.Totals++
	default:
		e.Report.Titles++
	}
	if edit != nil && !t.cols[t.column(edit.Col)].inPlace {
		e.Problems.Add(e.nobodys(t, row.Num, nil, edit).As(diag.Warning))
	}
}

// nobodys is the finding about a value in a row that names no item: at the id
// where that was damaged, else at the value.
func (e *Edited) nobodys(t *table, row int, id, edit *sheet.Cell) diag.Diagnostic {
	d, c := diag.Variant("id-malformed", "report"), edit
	if id != nil {
		d, c = diag.New("id-malformed", id.Text), id
	}
	at := diag.At{Sheet: t.sheet, Row: row, Col: c.Col, Header: t.cols[t.column(c.Col)].header, CSV: e.Format == sheet.CSV}
	return d.In(at).Typed(c.Text)
}

// column gives the position of a column of the file, -1 where it is not read.
func (t *table) column(col int) int {
	return slices.IndexFunc(t.cols, func(c column) bool { return c.col == col })
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
