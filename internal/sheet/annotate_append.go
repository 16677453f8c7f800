package sheet

import (
	"archive/zip"
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"catalogsheet/internal/diag"
)

// Filled is a text for one cell of a row, in place of what stands there.
type Filled struct {
	Col  int // 1-based
	Text string
}

// fills gives the cells of a row that are filled, in the order of the columns.
func (a Annotation) fills(row int) []Filled {
	if a.Fill == nil {
		return nil
	}
	list := slices.Clone(a.Fill(row))
	slices.SortFunc(list, func(x, y Filled) int { return x.Col - y.Col })
	return list
}

// tail is the hidden sheet that gets further rows.
type tail struct {
	part string
	last int // its last row with content
	rows [][]string
}

// tail finds the sheet to append to; rows is nil where there is nothing to do.
func (b *xlsxBook) tail(a Annotation) (tail, error) {
	if len(a.Append) == 0 {
		return tail{}, nil
	}
	sh, err := b.sheet(a.AppendTo)
	if err != nil {
		return tail{}, nil // a sheet that has lost its base has nothing to add to
	}
	t := tail{part: sh.part, rows: a.Append}
	for row, err := range b.Rows(a.AppendTo) {
		if err != nil {
			return t, err
		}
		t.last = row.Num
	}
	return t, nil
}

// appendPart copies a worksheet and adds rows of text below its last one.
func (b *xlsxBook) appendPart(ctx context.Context, zw *zip.Writer, part *zip.File, t tail) error {
	rc, err := b.open(part)
	if err != nil {
		return err
	}
	defer rc.Close()
	entry, err := createPart(zw, part)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(entry, 64<<10)
	sw := &sheetWriter{rawXML: rawXML{r: bufio.NewReaderSize(rc, 256<<10), left: b.limits.Part, longest: 2*b.limits.Cell + 1024}, ctx: ctx, w: w}
	if err := sw.append(t); err != nil {
		return partErr(part.Name, err)
	}
	return w.Flush()
}

func (sw *sheetWriter) append(t tail) error {
	for n := 1; ; n++ {
		tok, err := sw.next()
		if err != nil {
			return err
		}
		if tok == nil {
			return io.ErrUnexpectedEOF
		}
		if n&8191 == 0 && sw.ctx.Err() != nil {
			return sw.ctx.Err()
		}
		name, end, _ := tagName(tok)
		switch {
		case string(name) == "dimension" && !end:
			tok = t.dimension(tok)
		case string(name) == "sheetData" && end:
			tok, sw.prefix = slices.Clone(tok), tagPrefix(tok)
			if err := sw.appendRows(t); err != nil {
				return err
			}
			return errors.Join(sw.write(tok), sw.rest())
		}
		if err := sw.write(tok); err != nil {
			return err
		}
	}
}

func (t tail) dimension(tok []byte) []byte {
	r, err := parseRange(attr(tagAttrs(tok), "ref"))
	if err != nil {
		return tok
	}
	for _, row := range t.rows {
		r.LastCol = max(r.LastCol, len(row))
	}
	r.LastRow = max(r.LastRow, t.last+len(t.rows))
	return withAttr(tok, "ref", diag.ColumnName(r.FirstCol)+strconv.Itoa(r.FirstRow)+":"+diag.ColumnName(r.LastCol)+strconv.Itoa(r.LastRow))
}

func (sw *sheetWriter) appendRows(t tail) error {
	for i, row := range t.rows {
		num := t.last + 1 + i
		if err := sw.write(fmt.Appendf(nil, `<%srow r="%d">`, sw.prefix, num)); err != nil {
			return err
		}
		for col, text := range row {
			if err := sw.put(num, newCell{col: col + 1, text: text}); err != nil {
				return err
			}
		}
		if err := sw.write([]byte("</" + sw.prefix + "row>")); err != nil {
			return err
		}
	}
	return nil
}

// appendRecords copies a sidecar and adds records.
func appendRecords(in io.Reader, to io.Writer, records [][]string) error {
	if _, err := io.Copy(to, in); err != nil || len(records) == 0 {
		return err
	}
	w := NewCSVWriter(to, RFC4180)
	for _, r := range records {
		if err := w.Record(r); err != nil {
			return err
		}
	}
	return w.Finish()
}
