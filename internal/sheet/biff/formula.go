package biff

import (
	"math"
	"slices"
)

// The kinds of a formula's value that is no number ([MS-XLS] 2.5.133,
// FormulaValue).
const (
	valueString = 0
	valueBool   = 1
	valueError  = 2
	valueEmpty  = 3
)

// formula reads FORMULA ([MS-XLS] 2.4.127): row, column, XF, value, flags, four
// unused bytes and the tokens.
func (rr *rowReader) formula(c Cell, b []byte) error {
	if len(b) < 22 {
		return short(recFormula)
	}
	value, flags, tokens := b[6:14], u16(b[14:]), b[22:]
	tokens = tokens[:min(len(tokens), int(u16(b[20:])))]
	c.Formula = true
	c.External = rr.refersOutside(tokens)
	rr.origin = [2]uint16{u16(b), u16(b[2:])}
	if constant, ok := truth(tokens); ok {
		// LibreOffice spells a truth value so: no more a formula than the
		// value itself.
		c.Formula = false
		rr.boolErr(c, constant, false)
		return nil
	}
	if rr.w.options.Formulas {
		c.Source = rr.source(tokens)
	}
	if u16(value[6:]) != 0xFFFF {
		f := math.Float64frombits(u64(value))
		if flags == flagOnLoad && math.Float64bits(f) == 0 {
			c.Uncached = true
			rr.add(c, Blank, len(rr.arena))
			return nil
		}
		rr.number(c, f)
		return nil
	}
	switch value[0] {
	case valueBool, valueError:
		rr.boolErr(c, value[2], value[0] == valueError)
	case valueEmpty:
		rr.add(c, String, len(rr.arena))
	default:
		// Its text comes in a record of its own; without one it has none.
		c.Uncached = true
		rr.add(c, Blank, len(rr.arena))
		rr.wait = len(rr.cells) - 1
	}
	return nil
}

// flagOnLoad alone says "to be computed when the file is opened": with a value
// of zero it is what Apache POI writes for a formula that it did not compute.
const flagOnLoad = 2

// lateText gives a formula its text.
func (rr *rowReader) lateText(body []byte) error {
	text, err := rr.w.longString(rr.r, body)
	if err != nil || rr.wait < 0 || rr.wait >= len(rr.cells) {
		return err
	}
	from := len(rr.arena)
	rr.arena = append(rr.arena, text...)
	c := &rr.cells[rr.wait]
	c.Kind, c.Uncached = String, false
	rr.spans = append(rr.spans, span{rr.wait, from, len(rr.arena)})
	rr.wait = -1
	return nil
}

// truth tells the formulas TRUE() and FALSE(), functions 34 and 35.
func truth(tokens []byte) (value byte, ok bool) {
	for _, f := range []struct {
		tokens string
		value  byte
	}{
		{"\x21\x22\x00", 1},
		{"\x21\x23\x00", 0},
		{"\x22\x00\x22\x00", 1},
		{"\x22\x00\x23\x00", 0},
		{"\x1D\x01", 1},
		{"\x1D\x00", 0},
	} {
		if len(tokens) == len(f.tokens) && baseToken(tokens[0]) == f.tokens[0] && string(tokens[1:]) == f.tokens[1:] {
			return f.value, true
		}
	}
	return 0, false
}

// array notes an array formula, whose tokens stand in a record of their own;
// its cells refer to its first one.
func (rr *rowReader) array(b []byte) {
	if len(b) < 14 {
		return
	}
	tokens := b[14:]
	tokens = tokens[:min(len(tokens), int(u16(b[12:])))]
	if !rr.refersOutside(tokens) {
		return
	}
	if rr.outside == nil {
		rr.outside = map[[2]uint16]bool{}
	}
	first := [2]uint16{u16(b), uint16(b[4])}
	rr.outside[first] = true
	if n := len(rr.cells); n > 0 && first == rr.origin && rr.cells[n-1].Formula {
		rr.cells[n-1].External = true
	}
}

// source spells the formula of the cell at origin; one that is shared stands
// with its first cell.
func (rr *rowReader) source(tokens []byte) string {
	if len(tokens) >= 5 && tokens[0] == ptgExp {
		tokens = rr.formulas[[2]uint16{u16(tokens[1:]), u16(tokens[3:])}]
	}
	text, _ := rr.spell(tokens, int(rr.origin[0]), int(rr.origin[1]))
	return text
}

// shareFormula keeps a shared formula ([MS-XLS] 2.4.277, ShrFmla): rows, columns,
// two bytes, the tokens. It comes behind the first of its cells.
func (rr *rowReader) shareFormula(b []byte) {
	if !rr.w.options.Formulas || len(b) < 10 || len(rr.formulas) >= maxShared {
		return
	}
	tokens := b[10:]
	tokens = slices.Clone(tokens[:min(len(tokens), int(u16(b[8:])))])
	if rr.formulas == nil {
		rr.formulas = map[[2]uint16][]byte{}
	}
	rr.formulas[rr.origin] = tokens
	if n := len(rr.cells); n > 0 && rr.cells[n-1].Formula && rr.cells[n-1].Source == "" {
		rr.cells[n-1].Source, _ = rr.spell(tokens, int(rr.origin[0]), int(rr.origin[1]))
	}
}

// maxShared bounds the shared formulas of a sheet that are kept.
const maxShared = 10_000

// The tokens of a formula ([MS-XLS] 2.5.198.25, Ptg); those from 0x20 on come
// in three classes.
const (
	ptgExp    = 0x01
	ptgStr    = 0x17
	ptgAttr   = 0x19
	ptgNameX  = 0x39
	ptgRef3D  = 0x3A
	ptgArea3D = 0x3B
)

func baseToken(t byte) byte {
	if t < 0x20 {
		return t
	}
	return t&0x1F | 0x20
}

// tokenSizes gives the bytes after a token, in BIFF8 and before; -1 marks a
// token that is not known, 0 the operators.
var tokenSizes = func() (sizes [0x40][2]int8) {
	for i := range sizes {
		sizes[i] = [2]int8{-1, -1}
	}
	for i := 0x03; i <= 0x16; i++ {
		sizes[i] = [2]int8{}
	}
	for _, t := range []struct {
		token    byte
		now, old int8
	}{
		{ptgExp, 4, 4},
		{0x02, 4, 4},
		{0x1C, 1, 1},
		{0x1D, 1, 1},
		{0x1E, 2, 2},
		{0x1F, 8, 8},
		{0x20, 7, 7},
		{0x21, 2, 2},
		{0x22, 3, 3},
		{0x23, 4, 14},
		{0x24, 4, 3},
		{0x25, 8, 6},
		{0x26, 6, 6},
		{0x27, 6, 6},
		{0x28, 6, 6},
		{0x29, 2, 2},
		{0x2A, 4, 3},
		{0x2B, 8, 6},
		{0x2C, 4, 3},
		{0x2D, 8, 6},
		{0x2E, 2, 2},
		{0x2F, 2, 2},
		{ptgNameX, 6, 24},
		{ptgRef3D, 6, 17},
		{ptgArea3D, 10, 20},
		{0x3C, 6, 17},
		{0x3D, 10, 20},
	} {
		sizes[t.token] = [2]int8{t.now, t.old}
	}
	return sizes
}()

// refersOutside says whether a formula takes values from another workbook. It
// is a hint: reading stops at a token that it does not know.
func (rr *rowReader) refersOutside(tokens []byte) bool {
	for len(tokens) > 0 {
		t := baseToken(tokens[0])
		tokens = tokens[1:]
		n := rr.tokenSize(t, tokens)
		if n < 0 || n > len(tokens) {
			return false
		}
		switch t {
		case ptgExp:
			return rr.outside[[2]uint16{u16(tokens), u16(tokens[2:])}]
		case ptgNameX, ptgRef3D, ptgArea3D:
			if rr.w.isOutside(u16(tokens)) {
				return true
			}
		}
		tokens = tokens[n:]
	}
	return false
}

func (rr *rowReader) tokenSize(t byte, after []byte) int {
	switch {
	case t == ptgStr && len(after) >= 2 && rr.w.old:
		return 1 + int(after[0])
	case t == ptgStr && len(after) >= 2:
		return 2 + int(after[0])*(1+int(after[1]&1))
	case t == ptgAttr && len(after) >= 3 && after[0]&4 != 0: // a table of jumps
		return 3 + 2*(int(u16(after[1:]))+1)
	case t == ptgAttr:
		return 3
	case rr.w.old:
		return int(tokenSizes[t][1])
	}
	return int(tokenSizes[t][0])
}

// isOutside says whether a reference to sheets is one to another workbook; an
// old formula has the workbook's own sheets as negative numbers.
func (w *Workbook) isOutside(extern uint16) bool {
	if w.old {
		return int16(extern) > 0
	}
	if int(extern) >= len(w.externs) {
		return false
	}
	book := int(w.externs[extern])
	return book < len(w.books) && w.books[book]
}
