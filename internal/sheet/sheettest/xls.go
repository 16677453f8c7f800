package sheettest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"catalogsheet/internal/sheet"
)

// xlsShows are the builtin number formats ([MS-XLS] 2.5.165, FormatString) of
// every sheet.Show, in their order.
var xlsShows = []int{0, 14, 10, 49}

// The bounds of a sheet of BIFF8.
const (
	xlsRows    = 65_536
	xlsColumns = 256
)

// records are the records of an .xls ([MS-XLS] 2.3) as they are written.
type records struct{ bytes.Buffer }

// rec writes a record; its fields are little-endian.
func (b *records) rec(id int, fields ...any) {
	body := packed(fields...)
	b.Write(packed(uint16(id), uint16(len(body))))
	b.Write(body)
}

// packed lays fields out: an int has two bytes.
func packed(fields ...any) []byte {
	var b []byte
	for _, f := range fields {
		switch f := f.(type) {
		case int:
			b = binary.LittleEndian.AppendUint16(b, uint16(f))
		case uint16:
			b = binary.LittleEndian.AppendUint16(b, f)
		case uint32:
			b = binary.LittleEndian.AppendUint32(b, f)
		case uint64:
			b = binary.LittleEndian.AppendUint64(b, f)
		case byte:
			b = append(b, f)
		case []byte:
			b = append(b, f...)
		case string:
			b = append(b, f...)
		}
	}
	return b
}

func utf16le(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// xls spells the book as BIFF8 in a compound file.
func (b *Book) xls() ([]byte, error) {
	var texts []string
	index := map[string]int{}
	text := func(s string) int {
		i, ok := index[s]
		if !ok {
			i = len(texts)
			index[s], texts = i, append(texts, s)
		}
		return i
	}
	var sheets [][]byte
	for _, s := range b.Sheets {
		stream, err := s.xls(text)
		if err != nil {
			return nil, err
		}
		sheets = append(sheets, stream)
	}
	var tail records
	tail.rec(0x1AE, 1, 0x0401)                               // SUPBOOK: this workbook
	tail.rec(0x1AE, 1, 5, byte(0), "b.xls", 1, byte(0), "s") // and another
	tail.rec(0x17, 2, 0, 0, 0, 1, 0, 0)                      // EXTERNSHEET
	writeTexts(&tail, texts)
	tail.rec(0x0A)
	head := b.xlsHead()
	at := head.Len() + tail.Len()
	for _, s := range b.Sheets {
		at += 4 + 8 + len(utf16le(s.Name))
	}
	for i, s := range b.Sheets {
		state := byte(0)
		if s.Hidden {
			state = 1
		}
		name := utf16le(s.Name)
		head.rec(0x85, uint32(at), state, byte(0), byte(len(name)/2), byte(1), name)
		at += len(sheets[i])
	}
	return Compound("Workbook", slices.Concat(head.Bytes(), tail.Bytes(), slices.Concat(sheets...))), nil
}

// xlsHead is what stands before the list of sheets.
func (b *Book) xlsHead() *records {
	head := &records{}
	head.rec(0x809, 0x600, 5, 0, 0, uint32(0), uint32(0))
	if b.Locked {
		head.rec(0x2F, 1, 1, 1, make([]byte, 48)) // FILEPASS
	}
	head.rec(0x42, 1200)
	if b.Date1904 {
		head.rec(0x22, 1)
	}
	for _, show := range xlsShows {
		head.rec(0xE0, 0, show, make([]byte, 16))
	}
	return head
}

// writeTexts writes SST; a text that does not fit goes on in a CONTINUE.
func writeTexts(b *records, texts []string) {
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

// xls writes the stream of a sheet; text gives a text its place in SST.
func (s *Sheet) xls(text func(string) int) ([]byte, error) {
	b := &records{}
	b.rec(0x809, 0x600, 0x10, 0, 0, uint32(0), uint32(0))
	for _, row := range s.Rows {
		if row.Hidden {
			b.rec(0x208, row.Num-1, 0, xlsColumns, 0, 0, 0, uint32(0x20)) // ROW
		}
		for _, c := range row.Cells {
			if row.Num > xlsRows || c.Col > xlsColumns {
				return nil, fmt.Errorf("an .xls has no row %d, column %d", row.Num, c.Col)
			}
			if err := b.cell(row.Num-1, c, text); err != nil {
				return nil, err
			}
		}
	}
	for _, m := range s.Merges {
		b.rec(0xE5, 1, m.FirstRow-1, m.LastRow-1, m.FirstCol-1, m.LastCol-1)
	}
	b.rec(0x0A)
	return b.Bytes(), nil
}

// xlsErrors are the codes of error values ([MS-XLS] 2.5.10, Bes).
var xlsErrors = map[string]byte{"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 0x0F, "#REF!": 0x17, "#NAME?": 0x1D, "#NUM!": 0x24, "#N/A": 0x2A}

func (b *records) cell(row int, c sheet.Cell, text func(string) int) error {
	col, xf := c.Col-1, int(c.Show)
	bits, err := xlsValue(c)
	switch {
	case err != nil:
		return err
	case c.Formula:
		tokens, flags := "\x1E\x01\x00", 0 // the number 1: nobody computes it here
		switch {
		case c.External:
			tokens = "\x5A\x01\x00\x00\x00\x00\x00" // a cell of the second SUPBOOK
		case c.Type == sheet.Bool:
			tokens = "\x1D" + string([]byte{bit(c)[0] - '0'})
		case c.Uncached:
			flags = 2 // to be computed when the file is opened
		}
		b.rec(6, row, col, xf, bits, flags, uint32(0), len(tokens), tokens)
		if c.Type == sheet.String {
			units := utf16le(c.Text)
			b.rec(0x207, len(units)/2, byte(1), units)
		}
	case c.Type == sheet.Bool:
		b.rec(0x205, row, col, xf, bit(c)[0]-'0', byte(0))
	case c.Type == sheet.Error:
		b.rec(0x205, row, col, xf, xlsErrors[c.Text], byte(1))
	case c.Type == sheet.Number:
		b.rec(0x203, row, col, xf, bits)
	case c.Type == sheet.String:
		b.rec(0xFD, row, col, xf, uint32(text(c.Text)))
	}
	return nil
}

// xlsValue is the value of a number or of a formula ([MS-XLS] 2.5.133,
// FormulaValue).
func xlsValue(c sheet.Cell) (uint64, error) {
	const special = 0xFFFF << 48
	switch c.Type {
	case sheet.Number:
		n, err := strconv.ParseFloat(strings.Replace(c.Text, ",", ".", 1), 64)
		return math.Float64bits(n), err
	case sheet.Bool:
		return special | 1 | uint64(bit(c)[0]-'0')<<16, nil
	case sheet.Error:
		code, ok := xlsErrors[c.Text]
		if !ok {
			return 0, fmt.Errorf("an .xls has no error value %s", c.Text)
		}
		return special | 2 | uint64(code)<<16, nil
	case sheet.String:
		return special, nil
	}
	return 0, nil
}

// Compound puts one stream into a compound file ([MS-CFB]): header, tables of
// sectors, directory, stream.
func Compound(name string, stream []byte) []byte {
	const sector, free, end, table = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
	stream = append(bytes.Clone(stream), make([]byte, max(4096-len(stream), 0))...)
	n := (len(stream) + sector - 1) / sector
	tables := 1
	for tables*sector/4 < tables+1+n {
		tables++
	}
	out := make([]byte, sector*(2+tables+n))
	put := binary.LittleEndian.PutUint32
	copy(out, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	copy(out[24:], "\x3E\x00\x03\x00\xFE\xFF\x09\x00\x06\x00")
	for at, v := range map[int]uint32{44: uint32(tables), 48: uint32(tables), 56: 4096, 60: end, 68: end} {
		put(out[at:], v)
	}
	fat := out[sector:]
	for i := range tables * sector / 4 {
		put(fat[4*i:], free)
	}
	for i := range 109 {
		put(out[76+4*i:], free)
		if i < tables {
			put(out[76+4*i:], uint32(i))
			put(fat[4*i:], table)
		}
	}
	put(fat[4*tables:], end)
	for i := range n {
		put(fat[4*(tables+1+i):], uint32(tables+2+i))
	}
	put(fat[4*(tables+n):], end)
	dir := out[sector*(1+tables):]
	entry := func(to []byte, name string, kind byte, child, start, size uint32) {
		w := utf16le(name)
		copy(to, w)
		to[64], to[66], to[67] = byte(len(w)+2), kind, 1
		put(to[68:], free)
		put(to[72:], free)
		put(to[76:], child)
		put(to[116:], start)
		put(to[120:], size)
	}
	entry(dir, "Root Entry", 5, 1, end, 0)
	entry(dir[128:], name, 2, free, uint32(tables+1), uint32(len(stream)))
	copy(out[sector*(2+tables):], stream)
	return out
}
