package sheet

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"catalogsheet/internal/diag"
)

// maxCellRunes keeps a text under the 32,767 UTF-16 units a cell can hold.
const maxCellRunes = 16_000

// Widths of added columns, in characters: a state is a word, a reason a
// sentence.
const (
	stateWidth  = 16
	reasonWidth = 70
)

// sheetWriter copies a worksheet and puts the annotations into its rows.
type sheetWriter struct {
	rawXML
	ctx context.Context
	w   *bufio.Writer
	a   Annotation
	layout
	look looks

	order   []int  // indexes of the columns, by column
	lastRow int    // number of the row before
	prefix  string // of the row's tag
	style   string // of the last title with content
}

// copy copies the whole part.
func (sw *sheetWriter) copy() error {
	sw.order = make([]int, len(sw.cols))
	for i := range sw.order {
		sw.order[i] = i
	}
	slices.SortFunc(sw.order, func(a, b int) int { return sw.cols[a] - sw.cols[b] })
	widths := sw.first == 0 // given already, or not needed
	for {
		tok, err := sw.next()
		if err != nil {
			return err
		}
		if tok == nil {
			return io.ErrUnexpectedEOF
		}
		name, end, empty := tagName(tok)
		switch {
		case bytes.HasPrefix(tok, []byte("<?xml ")) && !isUTF8(tok), bytes.IndexByte(tok, 0) >= 0:
			return errUnfamiliar
		case string(name) == "dimension" && !end:
			err = sw.write(sw.dimension(tok))
		case string(name) == "cols" && !end && !empty && !widths:
			widths = true
			err = sw.columns(tok)
		case string(name) == "sheetData" && !end:
			if !widths {
				prefix := tagPrefix(tok)
				err = sw.write([]byte("<"+prefix+"cols>"), sw.added(prefix), []byte("</"+prefix+"cols>"))
			}
			if err = errors.Join(err, sw.write(tok)); err == nil && !empty {
				err = sw.rows()
			}
			if err != nil {
				return err
			}
			return sw.rest()
		default:
			err = sw.write(tok)
		}
		if err != nil {
			return err
		}
	}
}

func isUTF8(instruction []byte) bool {
	enc := bytes.ToLower(attr(instruction[5:], "encoding"))
	return len(enc) == 0 || string(enc) == "utf-8" || string(enc) == "utf8"
}

// rest copies what follows the rows.
func (sw *sheetWriter) rest() error {
	n, err := io.Copy(sw.w, io.LimitReader(sw.r, sw.left+1))
	if err == nil && n > sw.left {
		return errPartSize
	}
	return err
}

func (sw *sheetWriter) write(parts ...[]byte) error {
	for _, p := range parts {
		if _, err := sw.w.Write(p); err != nil {
			return err
		}
	}
	return nil
}

// dimension widens <dimension ref>: readers trust it.
func (sw *sheetWriter) dimension(tok []byte) []byte {
	r, err := parseRange(attr(tagAttrs(tok), "ref"))
	if err != nil {
		return tok
	}
	for _, col := range sw.cols {
		r.FirstCol, r.LastCol = min(r.FirstCol, col), max(r.LastCol, col)
	}
	r.LastRow = max(r.LastRow, sw.last)
	ref := diag.ColumnName(r.FirstCol) + strconv.Itoa(r.FirstRow) + ":" + diag.ColumnName(r.LastCol) + strconv.Itoa(r.LastRow)
	return withAttr(tok, "ref", ref)
}

// columns copies <cols> and puts the added columns in their place: a range of
// columns that covers them is cut.
func (sw *sheetWriter) columns(tok []byte) error {
	prefix := tagPrefix(tok)
	last := slices.Max(sw.cols)
	given := false
	ours := func() []byte {
		if given {
			return nil
		}
		given = true
		return sw.added(prefix)
	}
	err := sw.write(tok)
	for err == nil {
		if tok, err = sw.next(); err != nil {
			return err
		}
		name, end, empty := tagName(tok)
		switch {
		case tok == nil:
			return io.ErrUnexpectedEOF
		case string(name) == "cols" && end:
			return sw.write(ours(), tok)
		case string(name) != "col" || !empty:
			err = sw.write(tok)
			continue
		}
		from, ok1 := atoi(attr(tagAttrs(tok), "min"))
		to, ok2 := atoi(attr(tagAttrs(tok), "max"))
		if !ok1 || !ok2 {
			return errMarkup
		}
		if from < sw.first {
			err = sw.write(withAttr(tok, "max", strconv.Itoa(min(to, sw.first-1))))
		}
		if err == nil && to > last {
			err = sw.write(ours(), withAttr(tok, "min", strconv.Itoa(max(from, last+1))))
		}
	}
	return err
}

// added gives the <col> elements of the added columns.
func (sw *sheetWriter) added(prefix string) []byte {
	var b []byte
	for _, i := range sw.order {
		if sw.cols[i] < sw.first {
			continue
		}
		wide := reasonWidth
		if i == 0 {
			wide = stateWidth
		}
		b = fmt.Appendf(b, `<%scol min="%d" max="%d" width="%d" customWidth="1"/>`, prefix, sw.cols[i], sw.cols[i], wide)
	}
	return b
}

// rows copies <sheetData> to its end.
func (sw *sheetWriter) rows() error {
	for {
		tok, err := sw.next()
		if err != nil {
			return err
		}
		if tok == nil {
			return io.ErrUnexpectedEOF
		}
		name, end, empty := tagName(tok)
		if string(name) == "row" && !end {
			if err := sw.row(tok, empty); err != nil {
				return err
			}
			continue
		}
		if err := sw.write(tok); err != nil || string(name) == "sheetData" {
			return err
		}
	}
}

// row copies one row with what is to stand in it.
func (sw *sheetWriter) row(tok []byte, empty bool) error {
	num := sw.lastRow + 1
	if n, ok := atoi(attr(tagAttrs(tok), "r")); ok {
		num = n
	}
	if sw.lastRow = num; num&1023 == 0 && sw.ctx.Err() != nil {
		return sw.ctx.Err()
	}
	sw.prefix = tagPrefix(tok)
	cells := sw.texts(num)
	if len(cells) > 0 {
		tok = withAttr(tok, "spans", "") // a hint that would be too narrow now
	}
	switch {
	case !empty:
		if err := sw.write(tok); err != nil {
			return err
		}
		return sw.cells(num, cells)
	case len(cells) == 0:
		return sw.write(tok)
	}
	tok = append(bytes.TrimRight(tok[:len(tok)-2], " "), '>')
	if err := sw.write(tok); err != nil {
		return err
	}
	return sw.close(num, cells, []byte("</"+sw.prefix+"row>"))
}

// newCell is one cell to write.
type newCell struct {
	col  int
	text string
	// style is its format, "" is none.
	style string
	// fill replaces one cell and keeps its format.
	fill bool
}

// texts gives the cells of a row in the order of their columns.
func (sw *sheetWriter) texts(num int) []newCell {
	var values []string
	var style string
	switch {
	case num < sw.a.HeaderRow:
		return nil
	case num == sw.a.HeaderRow:
		values = sw.a.Columns
	default:
		var mark Mark
		values, mark = sw.a.Cell(num)
		style = sw.look.of(mark)
	}
	var cells []newCell
	for _, i := range sw.order {
		if i < len(values) {
			cells = append(cells, newCell{col: sw.cols[i], text: values[i], style: style})
		}
	}
	if num > sw.a.HeaderRow {
		for _, f := range sw.a.fills(num) {
			cells = append(cells, newCell{col: f.Col, text: f.Text, fill: true})
		}
		slices.SortStableFunc(cells, func(a, b newCell) int { return a.col - b.col })
	}
	return cells
}

// cells copies the cells of a row to its end; those of the annotated columns
// are replaced.
func (sw *sheetWriter) cells(num int, cells []newCell) error {
	col := 0
	for {
		tok, err := sw.next()
		if err != nil {
			return err
		}
		if tok == nil {
			return io.ErrUnexpectedEOF
		}
		name, end, empty := tagName(tok)
		switch {
		case string(name) == "row" && end:
			return sw.close(num, cells, tok)
		case string(name) != "c" || end:
			err = sw.write(tok)
		default:
			col++
			if c, _, ok := parseRef(attr(tagAttrs(tok), "r")); ok {
				col = c
			}
			cells, err = sw.cell(num, col, tok, empty, cells)
		}
		if err != nil {
			return err
		}
	}
}

// cell copies one cell, after those of ours that stand left of it, or puts
// ours in its place; it returns what is left to write.
func (sw *sheetWriter) cell(num, col int, tok []byte, empty bool, cells []newCell) ([]newCell, error) {
	style := string(attr(tagAttrs(tok), "s"))
	for len(cells) > 0 && cells[0].col < col {
		if err := sw.put(num, cells[0]); err != nil {
			return nil, err
		}
		cells = cells[1:]
	}
	header := num == sw.a.HeaderRow
	if header && col <= sw.width {
		sw.style = style
	}
	filled := len(cells) > 0 && cells[0].col == col && cells[0].fill
	if num < sw.a.HeaderRow || !filled && !slices.Contains(sw.cols, col) {
		return cells, sw.write(tok)
	}
	if !empty {
		if err := sw.skipCell(); err != nil {
			return nil, err
		}
	}
	if len(cells) == 0 || cells[0].col != col {
		return cells, nil
	}
	if header || filled {
		cells[0].style = style
	}
	return cells[1:], sw.put(num, cells[0])
}

// skipCell passes over the rest of a cell.
func (sw *sheetWriter) skipCell() error {
	for {
		tok, err := sw.next()
		if err != nil {
			return err
		}
		if tok == nil {
			return io.ErrUnexpectedEOF
		}
		if name, end, _ := tagName(tok); end && string(name) == "c" {
			return nil
		}
	}
}

// close writes what is left and the end of the row.
func (sw *sheetWriter) close(num int, cells []newCell, tok []byte) error {
	end := slices.Clone(tok)
	for _, c := range cells {
		if num == sw.a.HeaderRow && c.style == "" {
			c.style = sw.style
		}
		if err := sw.put(num, c); err != nil {
			return err
		}
	}
	return sw.write(end)
}

// put writes one cell; a blank one only where its format shows something.
func (sw *sheetWriter) put(num int, c newCell) error {
	if c.text == "" && c.style == "" {
		return nil
	}
	p := sw.prefix
	b := fmt.Appendf(nil, `<%sc r="%s%d"`, p, diag.ColumnName(c.col), num)
	if c.style != "" {
		b = append(append(append(b, ` s="`...), c.style...), '"')
	}
	if c.text == "" {
		return sw.write(append(b, "/>"...))
	}
	if r := []rune(c.text); len(r) > maxCellRunes {
		c.text = string(r[:maxCellRunes]) + "…"
	}
	b = fmt.Appendf(b, ` t="inlineStr"><%[1]sis><%[1]st xml:space="preserve">`, p)
	b = appendEscaped(b, c.text)
	return sw.write(fmt.Appendf(b, `</%[1]st></%[1]sis></%[1]sc>`, p))
}
