package sheet

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"
)

// BaseSuffix ends the name of a CSV file's sidecar, in place of its own
// extension.
const BaseSuffix = ".base.csv"

// basePath names the sidecar of a CSV file: prices.base.csv of prices.csv.
func basePath(path string) string { return strings.TrimSuffix(path, filepath.Ext(path)) + BaseSuffix }

// annotateCSV copies a CSV file field by field as it is spelled.
func annotateCSV(ctx context.Context, d Dialect, src, dst string, out *results, a Annotation, l layout) error {
	if err := copyBase(src, dst, out, a.Append); err != nil {
		return err
	}
	return copyFile(src, dst, out, func(in io.Reader, to io.Writer) error {
		c := csvWriter{ctx: ctx, a: a, layout: l, delim: byte(d.Delimiter)}
		return c.copy(in, to, d.Encoding)
	})
}

// copyFile makes dst of src, which is closed when it returns.
func copyFile(src, dst string, out *results, change func(in io.Reader, to io.Writer) error) error {
	in, err := os.Open(src)
	if err != nil {
		return err
	}
	err = out.save(dst, func(w io.Writer) error { return change(in, w) })
	return errors.Join(err, in.Close())
}

// copyBase gives the result the base of its source. A base that an older file
// left under the result's name would be a wrong one.
func copyBase(src, dst string, out *results, more [][]string) error {
	from, to := basePath(src), basePath(dst)
	same := filepath.Clean(from) == filepath.Clean(to)
	if same && len(more) == 0 {
		return nil
	}
	_, err := os.Stat(from)
	switch {
	case errors.Is(err, fs.ErrNotExist) && same:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		if err := os.Remove(to); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	case err != nil:
		return err
	}
	return copyFile(from, to, out, func(in io.Reader, to io.Writer) error {
		return appendRecords(in, to, more)
	})
}

// csvWriter copies records and puts the annotations into them. It works on
// bytes: in all encodings but UTF-16, which is recoded on the way, the marks of
// CSV are single bytes that are never part of a letter.
type csvWriter struct {
	ctx context.Context
	a   Annotation
	layout
	delim byte
	table *charmap.Charmap // nil is UTF-8

	r      *bufio.Reader
	w      io.Writer
	line   int
	raw    []byte // the record without its end
	starts []int  // of its fields in raw
	end    []byte // what ended it: LF, CR LF, CR or nothing
}

func (c *csvWriter) copy(in io.Reader, out io.Writer, encoding string) error {
	_, enc, err := findEncoding(encoding)
	if err != nil {
		return err
	}
	head := bufio.NewReaderSize(in, 64<<10)
	first, err := head.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if marked, n := bom(first); marked == encoding || marked == UTF8BOM && enc == nil {
		mark := make([]byte, n)
		if _, err := io.ReadFull(head, mark); err != nil {
			return err
		}
		if _, err := out.Write(mark); err != nil {
			return err
		}
	}
	c.r, c.w, c.line = head, out, 1
	table, single := enc.(*charmap.Charmap)
	if enc == nil || single {
		c.table = table
		return c.records()
	}
	c.r = bufio.NewReaderSize(enc.NewDecoder().Reader(head), 64<<10)
	recoded := transform.NewWriter(out, enc.NewEncoder())
	c.w = recoded
	return errors.Join(c.records(), recoded.Close())
}

func (c *csvWriter) records() error {
	for {
		begin := c.line
		err := c.read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = c.record(begin)
		}
		if err != nil {
			return err
		}
		if begin&1023 == 0 && c.ctx.Err() != nil {
			return c.ctx.Err()
		}
	}
}

// read reads one record as Reader does, but keeps its bytes.
func (c *csvWriter) read() error {
	c.raw, c.starts, c.end = c.raw[:0], append(c.starts[:0], 0), c.end[:0]
	if _, err := c.r.Peek(1); err != nil {
		return err
	}
	quoted, fresh := false, true // inside quotes; at a field's first byte
	for {
		b, err := c.r.ReadByte()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case b == '"' && (quoted || fresh):
			if next, _ := c.r.Peek(1); quoted && len(next) == 1 && next[0] == '"' {
				_, _ = c.r.ReadByte() // it was peeked at
				c.raw = append(c.raw, b)
			} else {
				quoted = !quoted
			}
		case b == '\n' || b == '\r':
			if !c.lineEnd(b, quoted) {
				return nil
			}
			continue
		case b == c.delim && !quoted:
			c.raw = append(c.raw, b)
			c.starts = append(c.starts, len(c.raw))
			fresh = true
			continue
		}
		c.raw = append(c.raw, b)
		fresh = false
	}
}

// lineEnd takes a line break; more says that the record goes on after it.
func (c *csvWriter) lineEnd(b byte, quoted bool) (more bool) {
	c.end = append(c.end[:0], b)
	if next, _ := c.r.Peek(1); b == '\r' && len(next) == 1 && next[0] == '\n' {
		_, _ = c.r.ReadByte() // it was peeked at
		c.end = append(c.end, '\n')
	}
	c.line++
	if quoted {
		c.raw = append(c.raw, c.end...)
		c.end = c.end[:0]
	}
	return quoted
}

// record writes the record that begins on a line.
func (c *csvWriter) record(begin int) error {
	var texts []string
	switch {
	case begin < c.a.HeaderRow || len(c.raw) == 0:
		return c.write(c.raw, c.end)
	case begin == c.a.HeaderRow:
		texts = c.a.Columns
	default:
		texts, _ = c.a.Cell(begin)
	}
	fields := make([][]byte, 0, len(c.starts)+len(c.cols))
	for i, start := range c.starts {
		end := len(c.raw)
		if i+1 < len(c.starts) {
			end = c.starts[i+1] - 1
		}
		fields = append(fields, c.raw[start:end])
	}
	for i, col := range c.cols {
		for len(fields) < col {
			fields = append(fields, nil)
		}
		fields[col-1] = nil
		if i < len(texts) {
			fields[col-1] = c.field(texts[i])
		}
	}
	if begin > c.a.HeaderRow {
		for _, f := range c.a.fills(begin) {
			for len(fields) < f.Col {
				fields = append(fields, nil)
			}
			fields[f.Col-1] = c.field(f.Text)
		}
	}
	return c.write(bytes.Join(fields, []byte{c.delim}), c.end)
}

func (c *csvWriter) write(parts ...[]byte) error {
	for _, p := range parts {
		if _, err := c.w.Write(p); err != nil {
			return err
		}
	}
	return nil
}

// field spells a text as a field: on one line, so that a spreadsheet does not
// run it, quoted where it must be. A letter that the encoding lacks becomes a
// question mark.
func (c *csvWriter) field(text string) []byte {
	text = GuardText(strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == '\r' || r == '\n' || r == 0 }), " "))
	if strings.ContainsAny(text, `"`) || strings.IndexByte(text, c.delim) >= 0 {
		text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	if c.table == nil {
		return []byte(strings.ToValidUTF8(text, "?"))
	}
	encoded := make([]byte, 0, len(text))
	for _, r := range text {
		b, ok := c.table.EncodeRune(r)
		if !ok {
			b = '?'
		}
		encoded = append(encoded, b)
	}
	return encoded
}
