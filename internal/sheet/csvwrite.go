package sheet

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/gocarina/gocsv"
)

// Dialects of CSV that are written.
var (
	// ExcelRu opens in a Russian Excel by a double click.
	ExcelRu = CSVStyle{BOM: true, Delimiter: ';', Decimal: ','}
	// RFC4180 is for machines.
	RFC4180 = CSVStyle{Delimiter: ',', Decimal: '.'}
)

// CSVStyle is how a CSV file is written; records end with CR LF.
type CSVStyle struct {
	BOM                bool
	Delimiter, Decimal byte
}

// CSVWriter writes the rows of a table as CSV. Finish writes what is left.
type CSVWriter struct {
	w     io.Writer
	style CSVStyle
	buf   []byte
	err   error
}

var _ Writer = (*CSVWriter)(nil)

const csvBuffer = 64 << 10

// NewCSVWriter begins a file.
func NewCSVWriter(w io.Writer, style CSVStyle) *CSVWriter {
	c := &CSVWriter{w: w, style: style, buf: make([]byte, 0, csvBuffer+4096)}
	if style.BOM {
		c.buf = append(c.buf, "\xEF\xBB\xBF"...)
	}
	return c
}

// Row writes one record. Texts that a spreadsheet would run are guarded (see
// GuardText); numbers get the style's decimal sign.
func (c *CSVWriter) Row(cells []Out) error {
	for i := range cells {
		if i > 0 {
			c.buf = append(c.buf, c.style.Delimiter)
		}
		switch cell := &cells[i]; cell.Type {
		case OutNumber:
			c.number(cell.Text)
		case OutBlank:
		default:
			c.field(cell.Text)
		}
	}
	return c.end(len(cells) == 1 && cells[0].Text == "")
}

// Record writes one record of texts.
func (c *CSVWriter) Record(fields []string) error {
	for i, f := range fields {
		if i > 0 {
			c.buf = append(c.buf, c.style.Delimiter)
		}
		c.field(f)
	}
	return c.end(len(fields) == 1 && fields[0] == "")
}

// end ends a record; one empty field alone is quoted, or it would be no record.
func (c *CSVWriter) end(bare bool) error {
	if bare {
		c.buf = append(c.buf, `""`...)
	}
	c.buf = append(c.buf, "\r\n"...)
	if len(c.buf) >= csvBuffer {
		return c.Finish()
	}
	return c.err
}

// Finish writes what is left.
func (c *CSVWriter) Finish() error {
	if c.err == nil && len(c.buf) > 0 {
		_, c.err = c.w.Write(c.buf)
		c.buf = c.buf[:0]
	}
	return c.err
}

func (c *CSVWriter) number(text string) {
	if c.style.Decimal == '.' {
		c.buf = append(c.buf, text...)
		return
	}
	whole, fraction, ok := strings.Cut(text, ".")
	quote := ok && c.style.Delimiter == c.style.Decimal
	if quote {
		c.buf = append(c.buf, '"')
	}
	c.buf = append(c.buf, whole...)
	if ok {
		c.buf = append(append(c.buf, c.style.Decimal), fraction...)
	}
	if quote {
		c.buf = append(c.buf, '"')
	}
}

func (c *CSVWriter) field(s string) {
	// A NUL makes a file binary for every reader.
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	guard := needsGuard(s)
	if !guard && !c.needsQuotes(s) {
		c.buf = append(c.buf, s...)
		return
	}
	c.buf = append(c.buf, '"')
	if guard {
		c.buf = append(c.buf, '\'')
	}
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			break
		}
		c.buf = append(append(c.buf, s[:i+1]...), '"')
		s = s[i+1:]
	}
	c.buf = append(append(c.buf, s...), '"')
}

func (c *CSVWriter) needsQuotes(s string) bool {
	if s == "" {
		return false
	}
	// At a file's beginning U+FEFF would be a byte order mark.
	if s[0] <= ' ' || s[len(s)-1] <= ' ' || strings.HasPrefix(s, "\uFEFF") {
		return true
	}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case c.style.Delimiter, '"', '\r', '\n', ';', ',', '\t':
			return true
		}
	}
	return false
}

// gocsvWriter lends a CSVWriter to gocsv.
type gocsvWriter struct{ *CSVWriter }

func (g gocsvWriter) Write(row []string) error { return g.Record(row) }
func (g gocsvWriter) Flush()                   { _ = g.Finish() } // Error tells
func (g gocsvWriter) Error() error             { return g.err }

// WriteRecords writes records whose columns are the csv tags of T's fields,
// under a header.
func WriteRecords[T any](w io.Writer, style CSVStyle, records []T) error {
	return gocsv.MarshalCSV(records, gocsvWriter{NewCSVWriter(w, style)})
}

// ReadRecords reads what WriteRecords wrote, or what a person made of it: the
// columns are found by their header, the encoding and delimiter by content.
// The whole file is held in memory.
func ReadRecords[T any](r io.Reader, o ReadOptions) ([]T, error) {
	o.Limits = o.Limits.orDefault()
	b, err := io.ReadAll(io.LimitReader(r, o.Limits.File+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > o.Limits.File {
		return nil, tooLarge("file")
	}
	book, err := newCSVBook(readerAt{bytes.NewReader(b)}, int64(len(b)), o)
	if err != nil {
		return nil, err
	}
	text, err := book.text()
	if err != nil {
		return nil, err
	}
	var records []T
	err = gocsv.UnmarshalCSV(unguarded{NewReader(text, book.dialect.Delimiter)}, &records)
	if errors.Is(err, gocsv.ErrEmptyCSVFile) {
		err = nil
	}
	return records, err
}

// readerAt gives what is in memory the shape of a file.
type readerAt struct{ *bytes.Reader }

func (readerAt) Close() error { return nil }

// unguarded takes the guarding apostrophes off.
type unguarded struct{ *Reader }

func (u unguarded) Read() ([]string, error) {
	record, err := u.Reader.Read()
	for i, f := range record {
		record[i] = UnguardText(f)
	}
	return append([]string(nil), record...), err
}

func (u unguarded) ReadAll() ([][]string, error) {
	all, err := u.Reader.ReadAll()
	for _, record := range all {
		for i, f := range record {
			record[i] = UnguardText(f)
		}
	}
	return all, err
}
