package main

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// biffRecords are the records of an .xls ([MS-XLS] 2.3) as they are written.
type biffRecords struct{ bytes.Buffer }

// rec writes a record; its fields are little-endian.
func (b *biffRecords) rec(id int, fields ...any) {
	body := packed(fields...)
	b.Write(packed(uint16(id), uint16(len(body))))
	b.Write(body)
}

// packed lays fields out: an int has two bytes.
func packed(fields ...any) []byte {
	var b bytes.Buffer
	for _, f := range fields {
		switch f := f.(type) {
		case int:
			_ = binary.Write(&b, binary.LittleEndian, uint16(f))
		case []byte:
			b.Write(f)
		case string:
			b.WriteString(f)
		default:
			_ = binary.Write(&b, binary.LittleEndian, f)
		}
	}
	return b.Bytes()
}

func utf16le(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// legacyShows are the number formats of gridCell.show, by cell format.
var legacyShows = []int{0, 10, 14, 49}

// legacyStream writes the stream of a BIFF8 workbook; locked marks it as
// encrypted.
func legacyStream(grids []grid, locked bool) []byte {
	var texts []string
	index := map[string]int{}
	var sheets [][]byte
	for _, g := range grids {
		sheets = append(sheets, g.legacySheet(func(s string) int {
			i, ok := index[s]
			if !ok {
				i = len(texts)
				index[s], texts = i, append(texts, s)
			}
			return i
		}))
	}
	var tail biffRecords
	tail.rec(0x1AE, 1, 0x0401)                               // SUPBOOK: this workbook
	tail.rec(0x1AE, 1, 5, byte(0), "b.xls", 1, byte(0), "s") // and another
	tail.rec(0x17, 2, 0, 0, 0, 1, 0, 0)                      // EXTERNSHEET
	writeTexts(&tail, texts)
	tail.rec(0x0A)
	var head biffRecords
	head.rec(0x809, 0x600, 5, 0, 0, uint32(0), uint32(0))
	if locked {
		head.rec(0x2F, 1, 1, 1, make([]byte, 48)) // FILEPASS
	}
	head.rec(0x42, 1200)
	for _, show := range legacyShows {
		head.rec(0xE0, 0, show, make([]byte, 16))
	}
	at := head.Len() + tail.Len()
	for _, g := range grids {
		at += 4 + 8 + len(utf16le(g.name))
	}
	for i, g := range grids {
		state := byte(0)
		if g.hidden {
			state = 1
		}
		name := utf16le(g.name)
		head.rec(0x85, uint32(at), state, byte(0), byte(len(name)/2), byte(1), name)
		at += len(sheets[i])
	}
	return slices.Concat(head.Bytes(), tail.Bytes(), slices.Concat(sheets...))
}

// writeTexts writes SST; a text that does not fit goes on in a CONTINUE.
func writeTexts(b *biffRecords, texts []string) {
	const most = 8224
	id, body := 0xFC, packed(uint32(len(texts)), uint32(len(texts)))
	flush := func() {
		b.rec(id, body)
		id, body = 0x3C, nil
	}
	for _, s := range texts {
		units := utf16le(s)
		if len(body)+3 > most {
			flush()
		}
		body = append(body, packed(len(units)/2, byte(1))...)
		for len(units) > 0 {
			if n := min(len(units), (most-len(body))/2*2); n > 0 {
				body, units = append(body, units[:n]...), units[n:]
			}
			if len(units) > 0 {
				flush()
				body = []byte{1}
			}
		}
	}
	flush()
}

func (g *grid) legacySheet(text func(string) int) []byte {
	var b biffRecords
	b.rec(0x809, 0x600, 0x10, 0, 0, uint32(0), uint32(0))
	for r, row := range g.rows {
		if g.behind[r] {
			b.rec(0x208, r, 0, len(row), 0, 0, 0, uint32(0x20)) // ROW
		}
		for c, cell := range row {
			xf := max(slices.Index(legacyShows, cell.show), 0)
			n, err := strconv.ParseFloat(cell.text, 64)
			switch {
			case cell.formula != "":
				legacyFormula(&b, r, c, xf, cell, n)
			case cell.number && err == nil:
				b.rec(0x203, r, c, xf, math.Float64bits(n))
			case cell.text != "":
				b.rec(0xFD, r, c, xf, uint32(text(cell.text)))
			}
		}
	}
	for _, m := range g.merges {
		b.rec(0xE5, 1, m[0], m[2], m[1], m[3])
	}
	b.rec(0x0A)
	return b.Bytes()
}

// legacyFormula writes a formula whose value is a number, or is not computed
// yet.
func legacyFormula(b *biffRecords, r, c, xf int, cell gridCell, n float64) {
	tokens, flags := "\x1E\x01\x00", 0 // the number 1: nobody computes it here
	if strings.HasPrefix(cell.formula, "[") {
		tokens = "\x5A\x01\x00\x00\x00\x00\x00" // a cell of the second SUPBOOK
	}
	if cell.uncached {
		flags = 2 // to be computed when the file is opened
	}
	b.rec(6, r, c, xf, math.Float64bits(n), flags, uint32(0), len(tokens), tokens)
}

// excelDate spells the serial of a day.
func excelDate(serial string) (string, error) {
	n, err := strconv.ParseFloat(serial, 64)
	if err != nil {
		return "", err
	}
	return time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(n)).Format("2006-01-02"), nil
}
