package templates

import (
	"encoding/binary"
	"strconv"
	"unicode/utf8"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"
)

// outCell is a cell of the report.
type outCell struct {
	col   int
	style int
	kind  cellKind
	text  string
	// formula is what a formulaCell computes; its text is known at once or
	// when the sheet is done.
	formula *pending
	src     *cell
}

// part is the rows of one sheet of the report on their way to the file, with
// holes for the formulas that wait for rows below them.
type part struct {
	spill sheet.Spill
	buf   []byte
	holes []hole
	// row is the last row that was written or passed over, col the last column
	// that was used.
	row, col int
	outline  int // the deepest level
	names    []string
}

// hole is a place before which a formula goes.
type hole struct {
	at int64
	f  *pending
}

// flushFrom is how many bytes are gathered before they are written.
const flushFrom = 64 << 10

// rowLook is what a row has besides its cells.
type rowLook struct {
	height    float64
	hidden    bool
	outline   int
	collapsed bool
	style     int
}

// write writes a row of cells in column order.
func (p *part) write(look rowLook, cells []outCell) error {
	b := append(p.buf, `<row r="`...)
	b = strconv.AppendInt(b, int64(p.row), 10)
	if look.style > 0 {
		b = append(b, `" s="`...)
		b = strconv.AppendInt(b, int64(look.style), 10)
		b = append(b, `" customFormat="1`...)
	}
	if look.height > 0 {
		b = append(b, `" ht="`...)
		b = strconv.AppendFloat(b, look.height, 'f', -1, 64)
		b = append(b, `" customHeight="1`...)
	}
	if look.hidden {
		b = append(b, `" hidden="1`...)
	}
	if look.outline > 0 {
		p.outline = max(p.outline, look.outline)
		b = append(b, `" outlineLevel="`...)
		b = strconv.AppendInt(b, int64(look.outline), 10)
	}
	if look.collapsed {
		b = append(b, `" collapsed="1`...)
	}
	b = append(b, `">`...)
	for i := range cells {
		c := &cells[i]
		if c.formula != nil && !c.formula.done {
			p.buf = b
			if err := p.flush(); err != nil {
				return err
			}
			p.holes = append(p.holes, hole{p.spill.Len(), c.formula})
			p.col = max(p.col, c.col)
			b = p.buf
			continue
		}
		b = p.appendCell(b, c)
	}
	p.buf = append(b, `</row>`...)
	if len(p.buf) < flushFrom {
		return nil
	}
	return p.flush()
}

func (p *part) flush() error {
	_, err := p.spill.Write(p.buf)
	p.buf = p.buf[:0]
	if err != nil {
		return i18n.Wrap(i18n.T("write the report", "запись отчёта"), err)
	}
	return nil
}

func (p *part) name(col int) string {
	for len(p.names) < col {
		p.names = append(p.names, diag.ColumnName(len(p.names)+1))
	}
	return p.names[col-1]
}

func (p *part) appendCell(b []byte, c *outCell) []byte {
	if c.kind == blankCell && c.style == 0 {
		return b
	}
	p.col = max(p.col, c.col)
	b = append(b, `<c r="`...)
	b = append(b, p.name(c.col)...)
	b = strconv.AppendInt(b, int64(p.row), 10)
	return appendContent(b, c)
}

// appendContent writes what follows the address of a cell.
func appendContent(b []byte, c *outCell) []byte {
	if c.style > 0 {
		b = append(b, `" s="`...)
		b = strconv.AppendInt(b, int64(c.style), 10)
	}
	switch c.kind {
	case blankCell:
		return append(b, `"/>`...)
	case numberCell:
		b = append(b, `"><v>`...)
		b = appendXML(b, c.text)
		return append(b, `</v></c>`...)
	case boolCell:
		if c.text == "true" {
			return append(b, `" t="b"><v>1</v></c>`...)
		}
		return append(b, `" t="b"><v>0</v></c>`...)
	case errorCell:
		b = append(b, `" t="e"><v>`...)
		b = appendXML(b, c.text)
		return append(b, `</v></c>`...)
	case formulaCell:
		return c.formula.appendTo(b)
	}
	b = append(b, `" t="inlineStr"><is><t xml:space="preserve">`...)
	b = appendXML(b, c.text)
	return append(b, `</t></is></c>`...)
}

// appendXML writes a text into XML; what XML cannot hold is written as
// _xHHHH_, as spreadsheets do (ECMA-376 part 1, 22.9.2.19).
func appendXML(b []byte, s string) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			switch {
			case r == utf8.RuneError && size == 1, r == 0xFFFE, r == 0xFFFF:
				b = append(b, "\uFFFD"...)
			default:
				b = append(b, s[i:i+size]...)
			}
			i += size
			continue
		}
		switch {
		case c == '<':
			b = append(b, "&lt;"...)
		case c == '>':
			b = append(b, "&gt;"...)
		case c == '&':
			b = append(b, "&amp;"...)
		case c == '\r' || c < ' ' && c != '\n' && c != '\t':
			b = appendEscape(b, c)
		case c == '_' && looksEscaped(s[i:]):
			b = appendEscape(b, c)
		default:
			b = append(b, c)
		}
		i++
	}
	return b
}

func appendEscape(b []byte, c byte) []byte {
	b = append(b, "_x"...)
	const digits = "0123456789ABCDEF"
	var two [2]byte
	binary.BigEndian.PutUint16(two[:], uint16(c))
	for _, x := range two {
		b = append(b, digits[x>>4], digits[x&15])
	}
	return append(b, '_')
}

// looksEscaped says that a text would be read back as an escape.
func looksEscaped(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}
