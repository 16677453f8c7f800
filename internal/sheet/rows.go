package sheet

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"
)

// rowScanner reads the rows of one sheet. Texts of a row are gathered in one
// arena and become one string, so that a row costs one allocation.
type rowScanner struct {
	*scanner
	book  *xlsxBook
	yield func(Row) bool

	row   Row
	arena []byte
	spans []span
	last  int // number of the last row
	// lastCol is the column of the row's last cell, blank ones included.
	lastCol int
	// external holds the shared formulas that refer to another workbook.
	external map[string]bool
	stopped  bool
}

// span is the place in the arena of a cell's text.
type span struct{ cell, from, to int }

// scanRows reads a sheet and its merges. A yield that says false ends it.
func (b *xlsxBook) scanRows(sh *xlsxSheet, yield func(Row) bool) error {
	if err := b.loadTexts(); err != nil {
		return err
	}
	s, rc, err := b.pipedPart(sh.part)
	if err != nil {
		return err
	}
	rs := &rowScanner{scanner: s, book: b, yield: yield}
	merges, err := rs.sheet()
	if err = errors.Join(err, rc.Close()); err != nil {
		return partErr(sh.part, err)
	}
	if !rs.stopped {
		sh.merges, sh.scanned = merges, true
	}
	return nil
}

// sheet reads a whole worksheet part.
func (rs *rowScanner) sheet() (merges []Range, err error) {
	for depth := 0; ; {
		tok, err := rs.next()
		if err != nil {
			return nil, err
		}
		switch tok {
		case tokenEOF:
			if depth != 0 {
				return nil, io.ErrUnexpectedEOF
			}
			return merges, nil
		case tokenEnd:
			depth--
		case tokenStart:
			switch string(rs.name) {
			case "sheetData":
				if err := rs.data(); err != nil || rs.stopped {
					return nil, err
				}
				continue
			case "mergeCell":
				r, err := parseRange(attr(rs.attrs, "ref"))
				if err != nil {
					return nil, err
				}
				if merges = append(merges, r); len(merges) > rs.book.limits.Merges {
					return nil, tooLarge("merges")
				}
			}
			depth++
		}
	}
}

// data reads <sheetData> to its end.
func (rs *rowScanner) data() error {
	for {
		tok, err := rs.next()
		if err != nil {
			return err
		}
		switch tok {
		case tokenEnd:
			return nil
		case tokenEOF:
			return io.ErrUnexpectedEOF
		case tokenStart:
			if string(rs.name) != "row" {
				return errUnfamiliar
			}
			if err := rs.oneRow(); err != nil || rs.stopped {
				return err
			}
		}
	}
}

// oneRow reads <row>: a row without a filled cell is passed over.
func (rs *rowScanner) oneRow() error {
	if err := rs.rowStart(); err != nil {
		return err
	}
	for {
		tok, err := rs.next()
		if err != nil {
			return err
		}
		switch tok {
		case tokenEOF:
			return io.ErrUnexpectedEOF
		case tokenEnd:
			return rs.rowEnd()
		case tokenStart:
			switch string(rs.name) {
			case "c":
				err = rs.cell()
			case "extLst":
				err = rs.skip()
			default:
				err = errUnfamiliar
			}
			if err != nil {
				return err
			}
		}
	}
}

// rowStart reads the attributes of <row>; without a number it is the next one.
func (rs *rowScanner) rowStart() error {
	rs.row = Row{Num: rs.last + 1, Cells: rs.row.Cells[:0]}
	rs.arena, rs.spans, rs.lastCol = rs.arena[:0], rs.spans[:0], 0
	for b := rs.attrs; ; {
		name, value, rest := nextAttr(b)
		if len(name) == 0 {
			break
		}
		b = rest
		switch string(name) {
		case "r":
			n, ok := atoi(value)
			if !ok || n <= rs.last {
				return fmt.Errorf("row %q after row %d", value, rs.last)
			}
			rs.row.Num = n
		case "hidden":
			rs.row.Hidden = rs.row.Hidden || isTrue(value)
		case "ht":
			if h, err := strconv.ParseFloat(string(value), 32); err == nil && h == 0 {
				rs.row.Hidden = true
			}
		}
	}
	if rs.last = rs.row.Num; rs.last > MaxRows {
		return tooLarge("rows")
	}
	return nil
}

// rowEnd hands the row over.
func (rs *rowScanner) rowEnd() error {
	if len(rs.row.Cells) == 0 {
		return nil
	}
	if !utf8.Valid(rs.arena) {
		return errNotUTF8
	}
	all := string(rs.arena)
	for _, sp := range rs.spans {
		rs.row.Cells[sp.cell].Text = all[sp.from:sp.to]
	}
	byCol := func(a, b Cell) int { return cmp.Compare(a.Col, b.Col) }
	if !slices.IsSortedFunc(rs.row.Cells, byCol) {
		slices.SortFunc(rs.row.Cells, byCol)
	}
	for i := 1; i < len(rs.row.Cells); i++ {
		if rs.row.Cells[i].Col == rs.row.Cells[i-1].Col {
			return fmt.Errorf("two cells at row %d, column %d", rs.row.Num, rs.row.Cells[i].Col)
		}
	}
	rs.stopped = !rs.yield(rs.row)
	return nil
}

// rawCell is a <c> as it is read.
type rawCell struct {
	Cell
	kind     string // attribute t
	from     int    // where its text begins in the arena
	hasValue bool   // has <v>
	inline   bool   // has <is>
	constant bool   // the formula is TRUE() or FALSE()
	truth    string // which of them: its value, where none is computed
}

// cell reads <c>.
func (rs *rowScanner) cell() error {
	c, err := rs.cellStart()
	if err != nil {
		return err
	}
	for {
		tok, err := rs.next()
		if err != nil {
			return err
		}
		switch tok {
		case tokenEOF:
			return io.ErrUnexpectedEOF
		case tokenEnd:
			return rs.cellEnd(&c)
		case tokenStart:
			switch string(rs.name) {
			case "v", "is":
				err = rs.value(&c)
			case "f":
				err = rs.formula(&c)
			case "extLst":
				err = rs.skip()
			default:
				err = errUnfamiliar
			}
			if err != nil {
				return err
			}
		}
	}
}

// value reads <v> or <is>: the one that the cell's type names. The other one is
// a leftover of what the cell held before, which programs do not show either.
// Two of one kind would read as one longer value.
func (rs *rowScanner) value(c *rawCell) (err error) {
	inline := string(rs.name) == "is"
	given := &c.hasValue
	if inline {
		given = &c.inline
	}
	if *given {
		return errUnfamiliar
	}
	*given = true
	switch {
	case inline != (c.kind == "inlineStr"):
		return rs.skip()
	case inline:
		rs.arena, err = rs.richText(rs.arena)
	default:
		rs.arena, err = rs.textInto(rs.arena)
	}
	if err == nil && len(rs.arena) > rs.book.limits.rowBytes() {
		err = tooLarge("row")
	}
	return err
}

// cellStart reads the attributes of <c>; without an address it stands right of
// the last one.
func (rs *rowScanner) cellStart() (rawCell, error) {
	c := rawCell{from: len(rs.arena), kind: "n"}
	c.Col = rs.lastCol + 1
	for b := rs.attrs; ; {
		name, value, rest := nextAttr(b)
		if len(name) == 0 {
			break
		}
		b = rest
		switch string(name) {
		case "r":
			col, row, ok := parseRef(value)
			if !ok || row != rs.row.Num {
				return c, fmt.Errorf("cell %q in row %d", value, rs.row.Num)
			}
			c.Col = col
		case "s":
			if n, ok := atoi(value); ok && n < len(rs.book.shows) {
				c.Show = rs.book.shows[n]
			}
		case "t":
			if c.kind = kindOf(value); c.kind == "" {
				return c, errUnfamiliar
			}
		}
	}
	if c.Col > MaxColumns {
		return c, tooLarge("columns")
	}
	return c, nil
}

// formula reads <f>: its text is looked at only for what changes a value's
// meaning.
func (rs *rowScanner) formula(c *rawCell) error {
	c.Formula = true
	shared := string(attr(rs.attrs, "t")) == "shared"
	group := string(attr(rs.attrs, "si"))
	at := len(rs.arena)
	var err error
	if rs.arena, err = rs.textInto(rs.arena); err != nil {
		return err
	}
	text := rs.arena[at:]
	c.External = refersOutside(text)
	switch string(bytes.TrimSpace(bytes.ToUpper(text[:min(len(text), 16)]))) {
	case "TRUE()", "TRUE":
		c.constant, c.truth = true, "true"
	case "FALSE()", "FALSE":
		c.constant, c.truth = true, "false"
	}
	rs.arena = rs.arena[:at]
	if !shared {
		return nil
	}
	if c.External {
		if rs.external == nil {
			rs.external = map[string]bool{}
		}
		if rs.external[group] = true; len(rs.external) > maxShared {
			return tooLarge("cell")
		}
	}
	c.External = rs.external[group]
	return nil
}

// maxShared bounds the shared formulas that are kept.
const maxShared = 1 << 20

// refersOutside says whether a formula names another workbook: [1]Sheet!A1. A
// bracket right after a name is a column of a table: Table1[Price].
func refersOutside(formula []byte) bool {
	depth, quoted := 0, false
	for i, c := range formula {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ']':
			depth = max(depth-1, 0)
		case c == '[':
			if depth == 0 && (i == 0 || !isNameByte(formula[i-1])) {
				return true
			}
			depth++
		}
	}
	return false
}

func isNameByte(c byte) bool {
	return c >= 0x80 || c == '_' || c == '.' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
