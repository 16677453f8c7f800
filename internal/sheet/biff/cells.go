package biff

import (
	"math"
	"strconv"

	"catalogsheet/internal/i18n"
)

// cell takes one record with cells, whose head was checked.
func (rr *rowReader) cell(id uint16, b []byte) error {
	c := Cell{Col: int(u16(b[2:])) + 1, XF: int(u16(b[4:]))}
	rest := b[6:]
	switch id {
	case recLabelSST:
		return rr.shared(c, rest)
	case recNumber:
		if len(rest) < 8 {
			return short(id)
		}
		rr.number(c, math.Float64frombits(u64(rest)))
	case recRK:
		if len(rest) < 4 {
			return short(id)
		}
		rr.rk(c, u32(rest))
	case recMulRK:
		return rr.several(b, 6, func(c Cell, b []byte) { rr.rk(c, u32(b[2:])) })
	case recMulBlank:
		return rr.several(b, 2, func(c Cell, _ []byte) { rr.cells = append(rr.cells, c) })
	case recBlank:
		rr.cells = append(rr.cells, c)
	case recLabel, recRString:
		return rr.label(c, rest)
	case recBoolErr:
		if len(rest) < 2 {
			return short(id)
		}
		rr.boolErr(c, rest[0], rest[1] != 0)
	case recFormula:
		return rr.formula(c, b)
	}
	return nil
}

// add lists a cell whose text stands in the arena from from on.
func (rr *rowReader) add(c Cell, k Kind, from int) {
	c.Kind = k
	rr.cells = append(rr.cells, c)
	rr.spans = append(rr.spans, span{len(rr.cells) - 1, from, len(rr.arena)})
}

// several reads a run of cells: row, first column, an entry of size bytes each
// that begins with the XF, last column.
func (rr *rowReader) several(b []byte, size int, each func(c Cell, entry []byte)) error {
	col := int(u16(b[2:]))
	entries := b[4 : len(b)-2]
	last := int(u16(b[len(b)-2:]))
	if n := last - col + 1; n < 1 || last >= maxColumns || len(entries) < n*size {
		return damaged(i18n.T("row %d has a broken run of cells", "в строке %d повреждён ряд ячеек"), rr.row+1)
	}
	for ; col <= last; col++ {
		each(Cell{Col: col + 1, XF: int(u16(entries))}, entries)
		entries = entries[size:]
	}
	return nil
}

// shared lists a cell whose value is the number of a shared text.
func (rr *rowReader) shared(c Cell, b []byte) error {
	if len(b) < 4 {
		return short(recLabelSST)
	}
	n := u32(b)
	if n >= uint32(len(rr.w.texts)) {
		return damaged(i18n.T("row %d, column %d: shared text %d is not there", "строка %d, столбец %d: общего текста %d нет"), rr.row+1, c.Col, n)
	}
	if c.Text = rr.w.texts[n]; c.Text != "" {
		c.Kind = String
	}
	rr.cells = append(rr.cells, c)
	return nil
}

// label reads a text that the cell itself has.
func (rr *rowReader) label(c Cell, b []byte) error {
	from := len(rr.arena)
	var err error
	if rr.arena, _, err = rr.w.appendString(rr.arena, b, 2); err != nil {
		return err
	}
	if len(rr.arena) == from {
		rr.cells = append(rr.cells, c)
		return nil
	}
	rr.add(c, String, from)
	return nil
}

// rk reads a number packed into 30 bits, with its two hundredth and integer
// flags ([MS-XLS] 2.5.217).
func (rr *rowReader) rk(c Cell, rk uint32) {
	if rk&2 == 0 {
		f := math.Float64frombits(uint64(rk&^3) << 32)
		if rk&1 != 0 {
			f /= 100
		}
		rr.number(c, f)
		return
	}
	n, from := int64(int32(rk)>>2), len(rr.arena)
	if rk&1 == 0 {
		rr.arena = strconv.AppendInt(rr.arena, n, 10)
	} else {
		rr.arena = appendHundredths(rr.arena, n)
	}
	rr.add(c, Number, from)
}

// appendHundredths writes n/100 without a trailing zero.
func appendHundredths(dst []byte, n int64) []byte {
	if n < 0 {
		dst, n = append(dst, '-'), -n
	}
	dst = strconv.AppendInt(dst, n/100, 10)
	switch cents := byte(n % 100); {
	case cents == 0:
	case cents%10 == 0:
		dst = append(dst, '.', '0'+cents/10)
	default:
		dst = append(dst, '.', '0'+cents/10, '0'+cents%10)
	}
	return dst
}

// number writes a double as the shortest decimal that is read back as the same
// double, which is what it was typed as where that had at most 15 digits.
func (rr *rowReader) number(c Cell, f float64) {
	from := len(rr.arena)
	abs := math.Abs(f)
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		rr.arena = append(rr.arena, "#NUM!"...)
		rr.add(c, Error, from)
		return
	case f == 0:
		rr.arena = append(rr.arena, '0')
	case abs >= 1e21 || abs < 1e-6:
		rr.arena = strconv.AppendFloat(rr.arena, f, 'E', -1, 64)
	default:
		rr.arena = strconv.AppendFloat(rr.arena, f, 'f', -1, 64)
	}
	rr.add(c, Number, from)
}

// errorNames are the error values ([MS-XLS] 2.5.10, BErr).
var errorNames = map[byte]string{
	0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!",
	0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}

func (rr *rowReader) boolErr(c Cell, value byte, isError bool) {
	from := len(rr.arena)
	if !isError {
		rr.arena = strconv.AppendBool(rr.arena, value != 0)
		rr.add(c, Bool, from)
		return
	}
	name, ok := errorNames[value]
	if !ok {
		name = "#VALUE!"
	}
	rr.arena = append(rr.arena, name...)
	rr.add(c, Error, from)
}
