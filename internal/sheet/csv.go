package sheet

import (
	"bufio"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"catalogsheet/internal/i18n"
)

// Reader reads the records of CSV text (RFC 4180): quoted fields may hold the
// delimiter, line breaks and doubled quotes; LF, CR LF and a bare CR end a
// record. It satisfies the reader that gocsv asks for.
type Reader struct {
	r     *bufio.Reader
	delim rune
	// MaxField bounds a field in bytes, and a record at 64 of them; MaxFields
	// bounds the fields of a record.
	MaxField, MaxFields int

	line   int // of the next character
	begin  int
	record []string
	ends   []int
	all    []byte
}

// NewReader reads UTF-8 text without a byte order mark.
func NewReader(r io.Reader, delimiter rune) *Reader {
	return &Reader{r: bufio.NewReaderSize(r, 64<<10), delim: delimiter, MaxField: Limits{}.orDefault().Cell, MaxFields: MaxColumns, line: 1}
}

// Line is the line on which the last record begins, from 1.
func (r *Reader) Line() int { return r.begin }

// Read gives the next record, which is valid until the next call; its fields'
// texts stay valid. At the end it gives io.EOF.
func (r *Reader) Read() ([]string, error) {
	r.begin = r.line
	r.all, r.ends = r.all[:0], r.ends[:0]
	if _, err := r.r.Peek(1); err != nil {
		return nil, err
	}
	for {
		more, err := r.readField()
		if err != nil {
			return nil, err
		}
		r.ends = append(r.ends, len(r.all))
		switch {
		case len(r.ends) > r.MaxFields:
			return nil, tooLarge("columns")
		case len(r.all) > 64*r.MaxField:
			return nil, tooLarge("row")
		}
		if !more {
			break
		}
	}
	if !utf8.Valid(r.all) {
		return nil, unreadable("encoding", r.at())
	}
	text, from := string(r.all), 0
	r.record = r.record[:0]
	for _, end := range r.ends {
		r.record = append(r.record, text[from:end])
		from = end
	}
	return r.record, nil
}

// ReadAll reads the records that are left.
func (r *Reader) ReadAll() ([][]string, error) {
	var all [][]string
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, append([]string(nil), record...))
	}
}

// readField reads one field; more says that another follows in the record.
func (r *Reader) readField() (more bool, err error) {
	c, err := r.r.ReadByte()
	if err == nil && c == '"' {
		if err := r.quoted(); err != nil {
			return false, err
		}
		c, err = r.r.ReadByte()
	}
	from := len(r.all)
	for ; err == nil; c, err = r.r.ReadByte() {
		switch {
		case rune(c) == r.delim:
			return true, nil
		case c == '\n':
			r.line++
			return false, nil
		case c == '\r':
			r.line++
			return false, r.afterCR()
		case c == 0:
			return false, unreadable("binary", r.at())
		}
		if r.all = append(r.all, c); len(r.all)-from > r.MaxField {
			return false, tooLarge("cell")
		}
	}
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	return false, err
}

// afterCR passes over the LF of a CR LF.
func (r *Reader) afterCR() error {
	if next, err := r.r.Peek(1); err == nil && next[0] == '\n' {
		_, err = r.r.ReadByte()
		return err
	}
	return nil
}

// quoted reads to the closing quote.
func (r *Reader) quoted() error {
	from := len(r.all)
	for {
		c, err := r.r.ReadByte()
		switch {
		case errors.Is(err, io.EOF):
			return unreadable("quotes", r.at())
		case err != nil:
			return err
		case c == 0:
			return unreadable("binary", r.at())
		case c == '"':
			if next, err := r.r.Peek(1); err != nil || next[0] != '"' {
				return nil
			}
			_, _ = r.r.ReadByte() // it was peeked at
		case c == '\n':
			r.line++
		case c == '\r':
			if next, err := r.r.Peek(1); err != nil || next[0] != '\n' {
				r.line++
			}
		}
		if r.all = append(r.all, c); len(r.all)-from > r.MaxField {
			return tooLarge("cell")
		}
	}
}

func (r *Reader) at() error {
	return i18n.Errorf(i18n.T("in the record that begins on line %d", "в записи, которая начинается на строке %d"), r.begin)
}

// source is an open file, or bytes in its place.
type source interface {
	io.ReaderAt
	io.Closer
}

// csvBook is a CSV file: one sheet without a name.
type csvBook struct {
	file    source
	size    int64
	dialect Dialect
	limits  Limits
	// separated: the first line only names the delimiter.
	separated bool
}

// openCSV opens text.
func openCSV(f *os.File, size int64, o ReadOptions) (Book, error) {
	b, err := newCSVBook(f, size, o)
	if err != nil {
		return nil, err
	}
	return b, nil
}

// newCSVBook finds what the options leave open.
func newCSVBook(f source, size int64, o ReadOptions) (*csvBook, error) {
	b := &csvBook{file: f, size: size, limits: o.Limits, dialect: Dialect{Decimal: o.Decimal, Delimiter: o.Delimiter}}
	var err error
	if o.Encoding != "" {
		b.dialect.Encoding, _, err = findEncoding(o.Encoding)
	} else {
		b.dialect.Encoding, err = detectEncoding(io.NewSectionReader(f, 0, size))
	}
	if err != nil {
		return nil, err
	}
	r, err := b.text()
	if err != nil {
		return nil, err
	}
	sample := make([]byte, 256<<10)
	n, err := io.ReadFull(r, sample)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	sample = sample[:n]
	d := separatorLine(sample)
	b.separated = d != 0
	switch {
	case o.Delimiter != 0:
	case b.separated:
		b.dialect.Delimiter = d
	default:
		b.dialect.Delimiter = detectDelimiter(sample, err != nil)
	}
	return b, nil
}

// text gives the file as UTF-8 without its byte order mark.
func (b *csvBook) text() (io.Reader, error) { return decoded(b.file, b.size, b.dialect.Encoding) }

// separatorLine reads the sep=; that Excel puts first in a file, 0 without one.
func separatorLine(sample []byte) rune {
	if len(sample) >= 5 && strings.EqualFold(string(sample[:4]), "sep=") &&
		(len(sample) == 5 || sample[5] == '\n' || sample[5] == '\r') && sample[4] < utf8.RuneSelf {
		return rune(sample[4])
	}
	return 0
}

func (b *csvBook) Format() Format                      { return CSV }
func (b *csvBook) Detected() Dialect                   { return b.dialect }
func (b *csvBook) Date1904() bool                      { return false }
func (b *csvBook) Close() error                        { return b.file.Close() }
func (b *csvBook) Sheets() []Info                      { return []Info{{}} }
func (b *csvBook) Merges(name string) ([]Range, error) { return nil, nil }

// Rows gives every record with a filled field; its number is the line on which
// it begins. Every cell is a String, with the apostrophe that keeps a
// spreadsheet from running a text taken off (see UnguardText).
func (b *csvBook) Rows(name string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		if name != "" {
			yield(Row{}, unreadable("sheet", errors.New(name)))
			return
		}
		text, err := b.text()
		if err != nil {
			yield(Row{}, err)
			return
		}
		r := NewReader(text, b.dialect.Delimiter)
		r.MaxField = b.limits.Cell
		b.records(r, yield)
	}
}

func (b *csvBook) records(r *Reader, yield func(Row, error) bool) {
	var cells []Cell
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			yield(Row{}, err)
			return
		}
		if b.separated && r.Line() == 1 {
			continue
		}
		cells = cells[:0]
		for i, field := range record {
			if field != "" {
				cells = append(cells, Cell{Col: i + 1, Type: String, Text: UnguardText(field)})
			}
		}
		if len(cells) > 0 && !yield(Row{Num: r.Line(), Cells: cells}, nil) {
			return
		}
	}
}

// GuardText puts an apostrophe before a text that a spreadsheet would run as a
// formula: one that begins with = + - @, tab or CR, after any apostrophes of
// its own. Numbers are not guarded.
func GuardText(s string) string {
	if needsGuard(s) {
		return "'" + s
	}
	return s
}

// UnguardText takes exactly that one apostrophe off.
func UnguardText(s string) string {
	if len(s) > 1 && s[0] == '\'' && needsGuard(s[1:]) {
		return s[1:]
	}
	return s
}

func needsGuard(s string) bool {
	s = strings.TrimLeft(s, "'")
	return s != "" && strings.IndexByte("=+-@\t\r", s[0]) >= 0
}

// BasePath gives the name of the sidecar that holds the base of a CSV sheet:
// prices.csv has prices.base.csv beside it.
func BasePath(path string) string {
	return strings.TrimSuffix(path, filepath.Ext(path)) + ".base.csv"
}
