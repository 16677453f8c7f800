package sheet

import (
	"bufio"
	"context"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"catalogsheet/internal/i18n"
)

// Mark says how a row is to stand out in an annotated file.
type Mark uint8

// The marks. A CSV file cannot show them.
const (
	Plain Mark = iota
	Warned
	Failed
)

// Titles of the two columns of a result sheet; an importer ignores them, in
// either language.
var (
	StateTitle  = i18n.T("State", "Статус")
	ReasonTitle = i18n.T("Reason", "Причина")
)

// Annotation says what to write beside the rows of a person's own file.
type Annotation struct {
	// Sheet names the worksheet; a CSV file has only one.
	Sheet string
	// HeaderRow is the row of the column titles, 1-based; for CSV its line.
	HeaderRow int
	// Columns are the titles of the columns to write. A title that the header
	// row has already is overwritten in place, StateTitle and ReasonTitle in
	// either language; others are added to the right of everything.
	Columns []string
	// Cell gives the texts of a row below the header, parallel to Columns, and
	// its mark; nil leaves them blank. It is called once per row, in order.
	Cell func(row int) ([]string, Mark)
	// Fill gives texts for single cells of a row, in place of what stands there:
	// the id of an item that was just made. nil fills none.
	Fill func(row int) []Filled
	// Append is rows of text that the hidden sheet AppendTo, or a CSV file's
	// sidecar, gets below its last one, where there is such a sheet.
	AppendTo string
	Append   [][]string
	// Read is how the file was read where its owner said so.
	Read ReadOptions
}

// Annotate copies the sheet src to dst with further columns, and changes
// nothing else: the result can be read like src, its hidden sheets and, for a
// CSV file, a copy of its sidecar included. A format that cannot be changed in
// place (.xls, .ods) becomes an .xlsx file with the same cells; AnnotatedName
// says under which name. dst appears whole or not at all; it may be src, which
// then is replaced.
func Annotate(ctx context.Context, src, dst string, a Annotation) error {
	book, err := Open(src, a.Read)
	if err != nil {
		return err
	}
	out := &results{}
	layout, err := a.layout(ctx, book)
	if err == nil {
		workbook, scanned := book.(*xlsxBook)
		switch {
		case scanned:
			err = annotateXLSX(ctx, workbook, dst, out, a, layout)
		case book.Format() == CSV:
			err = annotateCSV(ctx, book.Detected(), src, dst, out, a, layout)
		}
		if !scanned && book.Format() != CSV || errors.Is(err, errUnfamiliar) {
			// Only what was not committed is removed.
			err = errors.Join(out.Close(), convert(ctx, book, dst, out, a, layout))
		}
	}
	// Closed before src may get a new content under its name.
	if err = errors.Join(err, book.Close()); err == nil {
		err = CommitAll(out.files...)
	}
	return errors.Join(err, out.Close())
}

// AnnotatedName gives a name that fits what Annotate makes of a file: .xlsx,
// unless it is a CSV file.
func AnnotatedName(name string, f Format) string {
	ext := filepath.Ext(name)
	if f == CSV || strings.EqualFold(ext, ".xlsx") || strings.EqualFold(ext, ".xlsm") {
		return name
	}
	return strings.TrimSuffix(name, ext) + ".xlsx"
}

// results are the files in the making.
type results struct{ files []*AtomicFile }

// save writes one of them.
func (r *results) save(path string, write func(io.Writer) error) error {
	f, err := CreateAtomic(path)
	if err != nil {
		return err
	}
	r.files = append(r.files, f)
	w := bufio.NewWriterSize(f, 256<<10)
	return errors.Join(write(w), w.Flush())
}

// Close removes what was not committed.
func (r *results) Close() error {
	var err error
	for _, f := range r.files {
		err = errors.Join(err, f.Close())
	}
	r.files = nil
	return err
}

// layout is where the annotations go.
type layout struct {
	cols  []int // 1-based, parallel to Annotation.Columns
	first int   // the first added column, 0 when none is added
	width int   // the last column with content, before
	last  int   // the last row with content
}

// layout reads the sheet once to find the titles and the last filled column.
func (a Annotation) layout(ctx context.Context, book Book) (layout, error) {
	l := layout{cols: make([]int, len(a.Columns))}
	if book.Format() == CSV {
		a.Sheet = book.Sheets()[0].Name
	}
	found := false
	for row, err := range book.Rows(a.Sheet) {
		if err != nil {
			return l, err
		}
		if row.Num&1023 == 0 && ctx.Err() != nil {
			return l, ctx.Err()
		}
		if n := len(row.Cells); n > 0 {
			l.width = max(l.width, row.Cells[n-1].Col)
		}
		l.last = row.Num
		if row.Num == a.HeaderRow {
			found = true
			l.find(a.Columns, row.Cells)
		}
	}
	if !found {
		return l, i18n.Errorf(i18n.T("no column titles in row %d of sheet %q", "в строке %d листа «%s» нет заголовков"), a.HeaderRow, a.Sheet)
	}
	next := l.width + 1
	for i, col := range l.cols {
		if col != 0 {
			continue
		}
		if l.first == 0 {
			l.first = next
		}
		l.cols[i] = next
		next++
	}
	if next-1 > MaxColumns {
		return l, tooLarge("columns")
	}
	return l, nil
}

func (l *layout) find(titles []string, cells []Cell) {
	for i, title := range titles {
		same := sameTitles(title)
		at := slices.IndexFunc(cells, func(c Cell) bool { return slices.Contains(same, strings.TrimSpace(c.Text)) })
		if at >= 0 {
			l.cols[i] = cells[at].Col
		}
	}
}

// sameTitles gives a title in both languages.
func sameTitles(title string) []string {
	for _, t := range []i18n.Text{StateTitle, ReasonTitle} {
		if title == t.En || title == t.Ru {
			return []string{t.En, t.Ru}
		}
	}
	return []string{title}
}
