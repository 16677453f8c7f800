package sheet

import (
	"bytes"
	"errors"
	"fmt"
)

// kindOf gives the attribute t as a string without making one, "" for an
// unknown one.
func kindOf(value []byte) string {
	switch string(value) {
	case "s":
		return "s"
	case "inlineStr":
		return "inlineStr"
	case "str":
		return "str"
	case "b":
		return "b"
	case "e":
		return "e"
	case "d":
		return "d"
	case "n":
		return "n"
	}
	return ""
}

// cellEnd makes a cell of what was read; a blank one is not listed. The value
// stands in the arena from c.from on.
func (rs *rowScanner) cellEnd(c *rawCell) error {
	rs.lastCol = c.Col
	if len(rs.arena)-c.from > rs.book.limits.Cell {
		return errTooLong
	}
	if c.kind != "inlineStr" && c.kind != "str" {
		trimmed := bytes.TrimSpace(rs.arena[c.from:])
		rs.arena = append(rs.arena[:c.from], trimmed...)
	}
	value := rs.arena[c.from:]
	empty := len(value) == 0
	if empty && !c.Formula {
		return nil
	}
	// A text formula may well have computed an empty text.
	if empty && !(c.kind == "str" && c.hasValue) {
		if c.constant {
			return rs.boolean(c, []byte(c.truth))
		}
		c.Uncached = true
		return rs.add(c, Blank)
	}
	switch c.kind {
	case "s":
		return rs.sharedText(c, value)
	case "inlineStr":
		return rs.add(c, String)
	case "str":
		rs.arena = unescapeInto(rs.arena, c.from)
		return rs.add(c, String)
	case "d":
		c.Show = ShowDate
		return rs.add(c, String)
	case "e":
		return rs.add(c, Error)
	case "b":
		return rs.boolean(c, value)
	}
	if c.constant {
		return rs.boolean(c, value)
	}
	if !isNumber(value) {
		return rs.add(c, String)
	}
	return rs.add(c, Number)
}

// add lists the cell with the arena's text from c.from on.
func (rs *rowScanner) add(c *rawCell, t Type) error {
	c.Type = t
	rs.spans = append(rs.spans, span{len(rs.row.Cells), c.from, len(rs.arena)})
	return rs.list(c)
}

// list gives the row another cell.
func (rs *rowScanner) list(c *rawCell) error {
	if len(rs.row.Cells) >= MaxColumns {
		return tooLarge("columns")
	}
	rs.row.Cells = append(rs.row.Cells, c.Cell)
	return nil
}

// boolean lists a truth value; TRUE() is how LibreOffice spells one, and no
// more a formula than the value itself. What is neither true nor false is text.
func (rs *rowScanner) boolean(c *rawCell, value []byte) error {
	text := ""
	switch string(value) {
	case "1", "true", "TRUE":
		text = "true"
	case "0", "false", "FALSE":
		text = "false"
	default:
		return rs.add(c, String)
	}
	if c.constant {
		c.Formula = false
	}
	rs.arena = append(rs.arena[:c.from], text...)
	return rs.add(c, Bool)
}

// sharedText lists a cell whose value is the index of a shared text.
func (rs *rowScanner) sharedText(c *rawCell, value []byte) error {
	i, ok := atoi(value)
	if !ok {
		return fmt.Errorf("shared text %q", value)
	}
	rs.arena = rs.arena[:c.from]
	text, ok := rs.book.texts.at(i)
	switch {
	case !ok:
		return fmt.Errorf("shared text %d is not there", i)
	case text == "" && !c.Formula:
		return nil
	}
	c.Type, c.Text = String, text
	return rs.list(c)
}

// isNumber says whether b is a decimal number, with or without exponent.
func isNumber(b []byte) bool {
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		b = b[1:]
	}
	whole := digits(b)
	b = b[whole:]
	fraction := 0
	if len(b) > 0 && b[0] == '.' {
		fraction = digits(b[1:])
		b = b[1+fraction:]
	}
	if whole+fraction == 0 {
		return false
	}
	if len(b) > 0 && (b[0] == 'e' || b[0] == 'E') {
		b = b[1:]
		if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
			b = b[1:]
		}
		n := digits(b)
		return n > 0 && n == len(b)
	}
	return len(b) == 0
}

func digits(b []byte) int {
	n := 0
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	return n
}

// atoi reads a small number that is not negative.
func atoi(b []byte) (int, bool) {
	if len(b) == 0 || len(b) > 9 || digits(b) != len(b) {
		return 0, false
	}
	n := 0
	for _, c := range b {
		n = n*10 + int(c-'0')
	}
	return n, true
}

// parseRef reads A1; $ is passed over.
func parseRef(b []byte) (col, row int, ok bool) {
	i := 0
	for ; i < len(b); i++ {
		c := b[i] &^ 0x20
		if b[i] == '$' {
			continue
		}
		if c < 'A' || c > 'Z' {
			break
		}
		if col = col*26 + int(c-'A') + 1; col > 1<<20 {
			return 0, 0, false
		}
	}
	row, ok = atoi(b[i:])
	return col, row, ok && col > 0 && row > 0
}

var errRange = errors.New("not a range of cells")

// parseRange reads A1:B2, or A1.
func parseRange(b []byte) (Range, error) {
	first, last, two := bytes.Cut(b, []byte(":"))
	if !two {
		last = first
	}
	c1, r1, ok1 := parseRef(first)
	c2, r2, ok2 := parseRef(last)
	if !ok1 || !ok2 {
		return Range{}, errRange
	}
	return Range{FirstRow: min(r1, r2), FirstCol: min(c1, c2), LastRow: max(r1, r2), LastCol: max(c1, c2)}, nil
}
