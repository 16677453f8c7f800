package biff

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// speller spells the tokens of one formula ([MS-XLS] 2.5.198, Formulas) in
// English, with commas between arguments. What it does not know it does not
// spell: an array, a name, another workbook, a function out of the usual.
type speller struct {
	w        *Workbook
	row, col int // of the cell, 0-based
	stack    []string
}

// spell gives the formula of a cell without its equals sign; ok is false where
// it cannot be spelled.
func (rr *rowReader) spell(tokens []byte, row, col int) (text string, ok bool) {
	if rr.w.old {
		return "", false
	}
	s := &speller{w: rr.w, row: row, col: col}
	for len(tokens) > 0 {
		t := baseToken(tokens[0])
		n := rr.tokenSize(t, tokens[1:])
		if n < 0 || n > len(tokens)-1 || !s.token(t, tokens[1:1+n]) {
			return "", false
		}
		tokens = tokens[1+n:]
	}
	if len(s.stack) != 1 || len(s.stack[0]) > maxSpelled {
		return "", false
	}
	return s.stack[0], true
}

// maxSpelled is how long Excel lets a formula be.
const maxSpelled = 8192

// binaryTokens are the operators with two operands, from 0x03 on.
var binaryTokens = [...]string{"+", "-", "*", "/", "^", "&", "<", "<=", "=", ">=", ">", "<>", " ", ",", ":"}

const (
	ptgAdd     = 0x03
	ptgUplus   = 0x12
	ptgUminus  = 0x13
	ptgPercent = 0x14
	ptgParen   = 0x15
	ptgMissing = 0x16
	ptgErr     = 0x1C
	ptgBool    = 0x1D
	ptgInt     = 0x1E
	ptgNum     = 0x1F
	ptgFunc    = 0x21
	ptgFuncVar = 0x22
	ptgRef     = 0x24
	ptgArea    = 0x25
	ptgMemArea = 0x26
	ptgMemFunc = 0x29
	ptgRefErr  = 0x2A
	ptgAreaErr = 0x2B
	ptgRefN    = 0x2C
	ptgAreaN   = 0x2D
)

func (s *speller) push(text string) bool {
	s.stack = append(s.stack, text)
	return len(text) <= maxSpelled
}

// pop takes the last n operands; nil when there are fewer.
func (s *speller) pop(n int) []string {
	at := len(s.stack) - n
	if at < 0 {
		return nil
	}
	args := s.stack[at:]
	s.stack = s.stack[:at:at]
	return args
}

// around puts text before and after the last operand.
func (s *speller) around(before, after string) bool {
	x := s.pop(1)
	return x != nil && s.push(before+x[0]+after)
}

func (s *speller) token(t byte, b []byte) bool {
	switch {
	case t >= ptgAdd && int(t) < ptgAdd+len(binaryTokens):
		x := s.pop(2)
		return x != nil && s.push(x[0]+binaryTokens[t-ptgAdd]+x[1])
	case t == ptgAttr && b[0]&0x10 != 0:
		return s.around("SUM(", ")")
	case t == ptgAttr || t >= ptgMemArea && t <= ptgMemFunc:
		return true // spaces, jumps and hints
	}
	switch t {
	case ptgUplus:
		return s.around("+", "")
	case ptgUminus:
		return s.around("-", "")
	case ptgPercent:
		return s.around("", "%")
	case ptgParen:
		return s.around("(", ")")
	case ptgMissing:
		return s.push("")
	case ptgStr:
		text := string(appendText(nil, b[2:], int(b[0]), b[1]&1 != 0))
		return s.push(`"` + strings.ReplaceAll(text, `"`, `""`) + `"`)
	case ptgErr:
		name, ok := errorNames[b[0]]
		return ok && s.push(name)
	case ptgBool:
		return s.push(strings.ToUpper(strconv.FormatBool(b[0] != 0)))
	case ptgInt:
		return s.push(strconv.Itoa(int(u16(b))))
	case ptgNum:
		f := math.Float64frombits(u64(b))
		return !math.IsNaN(f) && !math.IsInf(f, 0) && s.push(strconv.FormatFloat(f, 'G', -1, 64))
	case ptgFunc:
		return s.call(u16(b), -1)
	case ptgFuncVar:
		return s.call(u16(b[1:])&0x7FFF, int(b[0]&0x7F))
	}
	return s.reference(t, b)
}

// reference spells cells and ranges.
func (s *speller) reference(t byte, b []byte) bool {
	shared := t == ptgRefN || t == ptgAreaN
	switch t {
	case ptgRef, ptgRefN:
		return s.push(s.cell(u16(b), u16(b[2:]), shared))
	case ptgArea, ptgAreaN:
		return s.push(s.area(b, shared))
	case ptgRefErr, ptgAreaErr:
		return s.push("#REF!")
	case ptgRef3D, ptgArea3D:
		sheet, ok := s.w.sheetPrefix(u16(b))
		if !ok {
			return false
		}
		if t == ptgRef3D {
			return s.push(sheet + s.cell(u16(b[2:]), u16(b[4:]), false))
		}
		return s.push(sheet + s.area(b[2:], false))
	}
	return false
}

// area spells a range; a whole row or column as Excel does.
func (s *speller) area(b []byte, shared bool) string {
	rows, cols := [2]uint16{u16(b), u16(b[2:])}, [2]uint16{u16(b[4:]), u16(b[6:])}
	if !shared && rows == [2]uint16{0, maxRows - 1} {
		return columnPart(int(cols[0]&0xFF), cols[0]) + ":" + columnPart(int(cols[1]&0xFF), cols[1])
	}
	return s.cell(rows[0], cols[0], shared) + ":" + s.cell(rows[1], cols[1], shared)
}

// The flags of a column in a reference ([MS-XLS] 2.5.198.109, ColRelU).
const (
	columnRelative = 0x4000
	rowRelative    = 0x8000
)

// cell spells a reference; in a shared formula relative ones are counted from
// the cell.
func (s *speller) cell(row, col uint16, shared bool) string {
	r, c := int(row), int(col&0xFF)
	if shared && col&rowRelative != 0 {
		r = int(uint16(s.row + r))
	}
	if shared && col&columnRelative != 0 {
		c = int(uint8(s.col + c))
	}
	text := columnPart(c, col)
	if col&rowRelative == 0 {
		text += "$"
	}
	return text + strconv.Itoa(r+1)
}

func columnPart(c int, flags uint16) string {
	name := string(rune('A' + c%26))
	if c >= 26 {
		name = string(rune('A'+c/26-1)) + name
	}
	if flags&columnRelative == 0 {
		return "$" + name
	}
	return name
}

// sheetPrefix spells the sheet of a reference to one of this workbook.
func (w *Workbook) sheetPrefix(extern uint16) (string, bool) {
	if int(extern) >= len(w.externs) || w.isOutside(extern) {
		return "", false
	}
	tabs := w.externTabs[extern]
	if tabs[0] != tabs[1] || int(tabs[0]) >= len(w.tabs) {
		return "", false
	}
	name := w.tabs[tabs[0]]
	if len(name) > 2 && strings.IndexFunc(name, func(r rune) bool { return !unicode.IsLetter(r) }) < 0 {
		return name + "!", true
	}
	return "'" + strings.ReplaceAll(name, "'", "''") + "'!", true
}

// call spells a function; n is -1 where the function has a fixed number of
// arguments.
func (s *speller) call(number uint16, n int) bool {
	f, ok := functions[number]
	if !ok {
		return false
	}
	if n < 0 {
		if n = f.arguments; n < 0 {
			return false
		}
	}
	args := s.pop(n)
	return (args != nil || n == 0) && s.push(f.name+"("+strings.Join(args, ",")+")")
}
