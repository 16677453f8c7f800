package biff

import (
	"cmp"
	"errors"
	"iter"
	"slices"

	"catalogsheet/internal/i18n"
)

// Kind is the type of a cell's value.
type Kind uint8

// The kinds of cells.
const (
	Blank  Kind = iota
	String      // Text is the string
	Number      // Text is the number in its shortest exact decimal form
	Bool        // Text is "true" or "false"
	Error       // Text is the error, e.g. #N/A
)

// Cell is one cell.
type Cell struct {
	Col  int // 1-based
	XF   int // see Style and Format
	Kind Kind
	// Formula: the value was computed. External: from another workbook.
	// Uncached: it was not computed yet, and Kind is Blank.
	Formula, External, Uncached bool
	Text                        string
	// Source is the formula in its English spelling, without the equals sign,
	// where Options asked for it; "" where it cannot be spelled: it is an
	// array's, or has a name, another workbook or an unusual function.
	Source string
}

// Row is a row with its cells in column order.
type Row struct {
	Num    int // 1-based
	Hidden bool
	Cells  []Cell
}

var errStop = errors.New("stopped")

// maxUnordered bounds the cells that are kept to be sorted.
const maxUnordered = 4 << 20

// Rows streams the rows of a sheet by its place in Sheets; a Row and its Cells
// are valid until the next one. Cells without a value are left out, and rows
// without cells.
func (w *Workbook) Rows(i int) iter.Seq2[Row, error] { return w.rows(i, false) }

// RowsWithBlanks is Rows with the cells that have a look and no value.
func (w *Workbook) RowsWithBlanks(i int) iter.Seq2[Row, error] { return w.rows(i, true) }

func (w *Workbook) rows(i int, blanks bool) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		s := &w.sheets[i]
		l, err := w.layout(s)
		if err != nil {
			yield(Row{}, err)
			return
		}
		rr := &rowReader{w: w, layout: l, r: w.reader(s.at), row: -1}
		give := func(r Row) error {
			if !blanks {
				r.Cells = slices.DeleteFunc(r.Cells, Cell.isBlank)
			}
			if len(r.Cells) > 0 && !yield(r, nil) {
				return errStop
			}
			return nil
		}
		rr.give = give
		if l.unordered {
			rr.give = rr.keep
		}
		if err = rr.r.substream(rr.record); err == nil {
			err = rr.endRow()
		}
		if err == nil && l.unordered {
			err = rr.giveKept(give)
		}
		if err != nil && !errors.Is(err, errStop) {
			yield(Row{}, err)
		}
	}
}

// rowReader gathers cells into rows. The texts of a row are gathered in one
// arena and become one string, so that a row costs one allocation.
type rowReader struct {
	w      *Workbook
	r      *reader
	layout *layout
	give   func(Row) error

	row   int // 0-based, -1 before the first
	cells []Cell
	arena []byte
	spans []span
	// wait is the index of a cell whose text a STRING record will give, -1 for
	// none.
	wait int
	// outside holds the array formulas that refer to another workbook, by
	// their first cell.
	outside map[[2]uint16]bool
	origin  [2]uint16
	// formulas holds the tokens of shared formulas by their first cell.
	formulas map[[2]uint16][]byte

	kept  map[int][]Cell
	count int
}

// isBlank: such a cell takes the place of a value that it had before.
func (c Cell) isBlank() bool { return c.Kind == Blank && !c.Formula }

// span is the place in the arena of a cell's text.
type span struct{ cell, from, to int }

// record takes one record of a sheet.
func (rr *rowReader) record(id uint16, body []byte) error {
	switch id {
	case recString:
		return rr.lateText(body)
	case recArray:
		rr.array(body)
		return nil
	case recShared:
		rr.shareFormula(body)
		return nil
	case recSharedOld, recTable, recContinue:
		return nil
	case recFormula3, recFormula4:
		return errFormula
	case recFilePass:
		return ErrPassword
	}
	if !isCell(id) {
		return nil
	}
	if len(body) < 6 {
		return short(id)
	}
	if err := rr.place(body); err != nil {
		return err
	}
	rr.wait = -1
	return rr.cell(id, body)
}

// place begins a new row where the cell is not of the last one.
func (rr *rowReader) place(body []byte) error {
	row, col := int(u16(body)), int(u16(body[2:]))
	if col >= maxColumns {
		return damaged(i18n.T("row %d has a cell beyond the last column", "в строке %d есть ячейка за последним столбцом"), row+1)
	}
	if row == rr.row {
		return nil
	}
	err := rr.endRow()
	rr.row = row
	return err
}

// endRow hands over the row that was gathered.
func (rr *rowReader) endRow() error {
	cells := rr.cells
	if len(cells) == 0 {
		return nil
	}
	all := string(rr.arena)
	for _, sp := range rr.spans {
		cells[sp.cell].Text = all[sp.from:sp.to]
	}
	cells = inOrder(cells)
	rr.arena, rr.spans, rr.cells = rr.arena[:0], rr.spans[:0], rr.cells[:0]
	return rr.give(Row{Num: rr.row + 1, Hidden: rr.layout.isHidden(rr.row), Cells: cells})
}

// inOrder sorts cells by column. Some programs write cells as they come and
// write a changed one again: as in Excel, the last one counts.
func inOrder(cells []Cell) []Cell {
	sorted := true
	for i := 1; i < len(cells) && sorted; i++ {
		sorted = cells[i-1].Col < cells[i].Col
	}
	if sorted {
		return cells
	}
	slices.SortStableFunc(cells, func(a, b Cell) int { return cmp.Compare(a.Col, b.Col) })
	kept := cells[:0]
	for i, c := range cells {
		if i+1 == len(cells) || cells[i+1].Col != c.Col {
			kept = append(kept, c)
		}
	}
	return kept
}

// keep stores a piece of a row until the sheet is read.
func (rr *rowReader) keep(r Row) error {
	if rr.kept == nil {
		rr.kept = map[int][]Cell{}
	}
	if rr.count += len(r.Cells); rr.count > maxUnordered {
		return ErrCells
	}
	rr.kept[r.Num] = append(rr.kept[r.Num], r.Cells...)
	return nil
}

func (rr *rowReader) giveKept(give func(Row) error) error {
	for num := 1; num <= maxRows; num++ {
		cells := inOrder(rr.kept[num])
		if len(cells) == 0 {
			continue
		}
		if err := give(Row{Num: num, Hidden: rr.layout.isHidden(num - 1), Cells: cells}); err != nil {
			return err
		}
	}
	return nil
}
