package sheet

import (
	"errors"
	"iter"
	"os"

	"catalogsheet/internal/sheet/biff"
)

// xlsBook is a legacy workbook.
type xlsBook struct {
	file  *os.File
	book  *biff.Workbook
	infos []Info
	shows []Show // by cell format
}

// openXLS takes over f when it succeeds.
func openXLS(f *os.File, size int64, o ReadOptions) (Book, error) {
	w, err := biff.Open(f, size, biff.Options{Texts: o.Limits.Strings, Merges: o.Limits.Merges, Encoding: o.Encoding})
	if err != nil {
		return nil, xlsErr(err)
	}
	b := &xlsBook{file: f, book: w, shows: make([]Show, w.XFs())}
	for _, s := range w.Sheets() {
		b.infos = append(b.infos, Info{Name: s.Name, Hidden: s.Hidden})
	}
	if err := checkInfos(b.infos); err != nil {
		return nil, err
	}
	for i := range b.shows {
		id, code := w.Format(i)
		if b.shows[i] = builtinShow(id); code != "" {
			b.shows[i] = showOf(code)
		}
	}
	return b, nil
}

// xlsErrors says the errors of an old workbook as those of a sheet.
var xlsErrors = []struct {
	err        error
	code, kind string
}{
	{biff.ErrPassword, CodeEncrypted, "password"},
	{biff.ErrWord, CodeUnreadable, "word"},
	{biff.ErrNoWorkbook, CodeUnreadable, "binary"},
	{biff.ErrEncoding, CodeUnreadable, "encoding"},
	{biff.ErrTexts, CodeTooLarge, "strings"},
	{biff.ErrMerges, CodeTooLarge, "merges"},
	{biff.ErrCells, CodeTooLarge, "rows"},
	{biff.ErrSheets, CodeTooLarge, "sheets"},
}

func xlsErr(err error) error {
	for _, e := range xlsErrors {
		if errors.Is(err, e.err) {
			return &FileError{Code: e.code, Kind: e.kind}
		}
	}
	return unreadable("broken", err)
}

func (b *xlsBook) Format() Format    { return XLS }
func (b *xlsBook) Detected() Dialect { return Dialect{} }
func (b *xlsBook) Sheets() []Info    { return append([]Info(nil), b.infos...) }
func (b *xlsBook) Date1904() bool    { return b.book.Date1904() }
func (b *xlsBook) Close() error      { return b.file.Close() }

func (b *xlsBook) index(name string) (int, error) {
	for i, s := range b.infos {
		if s.Name == name {
			return i, nil
		}
	}
	return 0, unreadable("sheet", errors.New(name))
}

func (b *xlsBook) Rows(name string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		i, err := b.index(name)
		if err != nil {
			yield(Row{}, err)
			return
		}
		var row Row
		for r, err := range b.book.Rows(i) {
			if err != nil {
				yield(Row{}, xlsErr(err))
				return
			}
			row = Row{Num: r.Num, Hidden: r.Hidden, Cells: row.Cells[:0]}
			for _, c := range r.Cells {
				row.Cells = append(row.Cells, b.cell(c))
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// cell relies on the two packages having the same types in the same order.
func (b *xlsBook) cell(c biff.Cell) Cell {
	cell := Cell{
		Col: c.Col, Type: Type(c.Kind), Text: c.Text,
		Formula: c.Formula, External: c.External, Uncached: c.Uncached,
	}
	if c.XF < len(b.shows) {
		cell.Show = b.shows[c.XF]
	}
	return cell
}

func (b *xlsBook) Merges(name string) ([]Range, error) {
	i, err := b.index(name)
	if err != nil {
		return nil, err
	}
	l, err := b.book.Layout(i)
	if err != nil {
		return nil, xlsErr(err)
	}
	ranges := make([]Range, len(l.Merges))
	for i, m := range l.Merges {
		ranges[i] = Range(m)
	}
	return ranges, nil
}
