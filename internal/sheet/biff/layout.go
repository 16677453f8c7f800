package biff

import (
	"slices"

	"catalogsheet/internal/i18n"
)

// Range is a rectangle of cells, 1-based and inclusive.
type Range struct{ FirstRow, FirstCol, LastRow, LastCol int }

// Layout is what a sheet has besides the values of its cells.
type Layout struct {
	Merges  []Range
	Columns []Column // as the file lists them
	Rows    []RowInfo
	// DefaultWidth is in 1/256 of a digit's width, DefaultHeight in twentieths
	// of a point; 0 is not said.
	DefaultWidth, DefaultHeight int
	Page                        Page
	// How many things of a kind the sheet has that are not read.
	Pictures, Comments, Validations, Conditions, Links int
}

// Page is how a sheet is printed.
type Page struct {
	// Paper is the number of a paper size (9 is A4), 0 where the file says none.
	Paper     int
	Landscape bool
	// Fit: the sheet is scaled to Wide pages across and Tall pages down, where
	// 0 is as many as it takes.
	Fit        bool
	Wide, Tall int
	// Header and Footer are spelled with the codes of Excel, &P for a page.
	Header, Footer string
}

// Column is a run of columns that look alike, 1-based; Width is in 1/256 of a
// digit's width.
type Column struct {
	First, Last int
	Width       int
	XF          int
	Hidden      bool
}

// RowInfo is a row with a look of its own. Height is in twentieths of a point,
// 0 where it is the default one; XF is -1 where the row has none.
type RowInfo struct {
	Num    int // 1-based
	Height int
	XF     int
	Hidden bool
}

const (
	maxRows    = 1 << 16
	maxColumns = 1 << 8
	maxLists   = 1 << 18
)

// layout is a Layout with what reading the cells needs to know beforehand.
type layout struct {
	Layout
	hidden [maxRows / 64]uint64
	known  [maxRows / 64]uint64
	// hideRest: rows without a record of their own are hidden.
	hideRest bool
	// unordered: the cells of a row do not all stand together, or rows are not
	// in their order.
	unordered bool
	lastRow   int
}

func (l *layout) isHidden(row int) bool {
	if l.known[row/64]>>(row%64)&1 == 0 {
		return l.hideRest
	}
	return l.hidden[row/64]>>(row%64)&1 != 0
}

// Layout gives the layout of a sheet by its place in Sheets.
func (w *Workbook) Layout(i int) (*Layout, error) {
	l, err := w.layout(&w.sheets[i])
	if err != nil {
		return nil, err
	}
	return &l.Layout, nil
}

// layout passes over a sheet once: merged ranges stand after its cells.
func (w *Workbook) layout(s *sheet) (*layout, error) {
	if s.layout != nil {
		return s.layout, nil
	}
	l := &layout{}
	err := w.records(s, func(id uint16, body []byte) error {
		if isCell(id) {
			if len(body) < 6 {
				return short(id)
			}
			row := int(u16(body))
			l.unordered = l.unordered || row < l.lastRow
			l.lastRow = row
			return nil
		}
		for _, r := range layoutRecords {
			if r.id != id {
				continue
			}
			if len(body) < r.least {
				return short(id)
			}
			r.read(l, body)
		}
		if id == recHeader || id == recFooter {
			w.margin(l, id, body)
		}
		switch {
		case len(l.Merges) > w.options.Merges:
			return ErrMerges
		case len(l.Columns) > maxLists, len(l.Rows) > maxLists:
			return errStyles
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.layout = l
	return l, nil
}

var layoutRecords = []struct {
	id    uint16
	least int
	read  func(l *layout, b []byte)
}{
	{recRow, 16, (*layout).row},
	{recColInfo, 10, (*layout).column},
	{recMergedCells, 2, (*layout).merges},
	{recSetup, 12, (*layout).setup},
	{recWsBool, 2, func(l *layout, b []byte) { l.Page.Fit = b[1]&1 != 0 }},
	{recObj, 6, (*layout).object},
	{recNote, 0, func(l *layout, _ []byte) { l.Comments++ }},
	{recDV, 0, func(l *layout, _ []byte) { l.Validations++ }},
	{recCondFmt, 0, func(l *layout, _ []byte) { l.Conditions++ }},
	{recHLink, 0, func(l *layout, _ []byte) { l.Links++ }},
	{recDefColWidth, 2, func(l *layout, b []byte) {
		if l.DefaultWidth == 0 {
			l.DefaultWidth = 256 * int(u16(b))
		}
	}},
	{recStandardWidth, 2, func(l *layout, b []byte) { l.DefaultWidth = int(u16(b)) }},
	{recDefaultRow, 4, func(l *layout, b []byte) { l.DefaultHeight, l.hideRest = int(u16(b[2:])), b[0]&2 != 0 }},
}

// setup reads SETUP ([MS-XLS] 2.4.257).
func (l *layout) setup(b []byte) {
	const portrait, unset, noOrientation = 2, 4, 0x40
	flags := u16(b[10:])
	l.Page.Wide, l.Page.Tall = int(u16(b[6:])), int(u16(b[8:]))
	if flags&unset != 0 {
		return
	}
	l.Page.Paper = int(u16(b))
	l.Page.Landscape = flags&(portrait|noOrientation) == 0
}

// object counts pictures, charts and shapes by OBJ ([MS-XLS] 2.4.181 and, for
// the kinds of objects, 2.5.143).
func (l *layout) object(b []byte) {
	const note, dropDown = 0x19, 0x14
	if kind := u16(b[4:]); kind != note && kind != dropDown {
		l.Pictures++
	}
}

// margin reads HEADER and FOOTER ([MS-XLS] 2.4.136, 2.4.124). One that cannot
// be read is left out: it says nothing of the cells.
func (w *Workbook) margin(l *layout, id uint16, b []byte) {
	size := 2
	if w.old {
		size = 1
	}
	text, err := w.text(b, size)
	switch {
	case err != nil:
	case id == recHeader:
		l.Page.Header = text
	default:
		l.Page.Footer = text
	}
}

// row reads ROW ([MS-XLS] 2.4.221).
func (l *layout) row(b []byte) {
	num, height, flags := int(u16(b)), int(u16(b[6:])), u32(b[12:])
	info := RowInfo{Num: num + 1, XF: -1, Hidden: flags&0x20 != 0}
	if height&0x8000 == 0 {
		info.Height = height
		info.Hidden = info.Hidden || height == 0
	}
	if flags&0x80 != 0 {
		info.XF = int(flags >> 16 & 0xFFF)
	}
	bit := uint64(1) << (num % 64)
	l.known[num/64] |= bit
	l.hidden[num/64] &^= bit
	if info.Hidden {
		l.hidden[num/64] |= bit
	}
	l.Rows = append(l.Rows, info)
}

// column reads COLINFO ([MS-XLS] 2.4.53).
func (l *layout) column(b []byte) {
	first, last := int(u16(b)), int(u16(b[2:]))
	l.Columns = append(l.Columns, Column{
		First: first + 1, Last: min(max(first, last), maxColumns-1) + 1,
		Width: int(u16(b[4:])), XF: int(u16(b[6:])), Hidden: b[8]&1 != 0,
	})
}

// merges reads MERGEDCELLS ([MS-XLS] 2.4.168).
func (l *layout) merges(b []byte) {
	for b = b[2:]; len(b) >= 8; b = b[8:] {
		r1, r2, c1, c2 := int(u16(b)), int(u16(b[2:])), int(u16(b[4:])), int(u16(b[6:]))
		l.Merges = append(l.Merges, Range{
			FirstRow: min(r1, r2) + 1, FirstCol: min(c1, c2) + 1, LastRow: max(r1, r2) + 1, LastCol: max(c1, c2) + 1,
		})
	}
}

// cellRecords are the records that hold cells.
var cellRecords = []uint16{
	recLabelSST, recNumber, recRK, recMulRK, recFormula, recBlank, recMulBlank, recLabel, recRString, recBoolErr,
}

func isCell(id uint16) bool { return slices.Contains(cellRecords, id) }

var errFormula = damaged(i18n.T("formulas are in the form of an older Excel", "формулы записаны в форме более старого Excel"))
