package biff

import (
	"bytes"
	"encoding/binary"
	"math"
	"unicode/utf16"
)

// builder writes a bare stream of records, as some programs do.
type builder struct{ bytes.Buffer }

func (b *builder) rec(id uint16, parts ...any) *builder {
	body := pack(parts...)
	return b.raw(id, body)
}

func (b *builder) raw(id uint16, body []byte) *builder {
	b.Write(pack(id, uint16(len(body))))
	b.Write(body)
	return b
}

// pack writes values one after the other in little endian; an int is 16 bits.
func pack(parts ...any) []byte {
	var out []byte
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			out = binary.LittleEndian.AppendUint16(out, uint16(p))
		case uint16:
			out = binary.LittleEndian.AppendUint16(out, p)
		case uint32:
			out = binary.LittleEndian.AppendUint32(out, p)
		case byte:
			out = append(out, p)
		case float64:
			out = binary.LittleEndian.AppendUint64(out, math.Float64bits(p))
		case string:
			out = append(out, p...)
		case []byte:
			out = append(out, p...)
		}
	}
	return out
}

// wide is a text in UTF-16.
func wide(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// book makes a workbook of one visible sheet, Лист, from the records of its
// globals and of the sheet.
func book(globals, sheet func(b *builder)) []byte {
	name := pack(byte(4), byte(1), wide("Лист"))
	var head builder
	head.rec(recBOF, biff8Version, bofGlobals, 0, 0, uint32(0), uint32(0))
	if globals != nil {
		globals(&head)
	}
	at := head.Len() + 4 + 6 + len(name) + 4
	head.rec(recBoundSheet, uint32(at), byte(0), byte(0), name).rec(recEOF)
	head.rec(recBOF, biff8Version, bofWorksheet, 0, 0, uint32(0), uint32(0))
	if sheet != nil {
		sheet(&head)
	}
	head.rec(recEOF)
	return head.Bytes()
}

// contain puts a stream into a compound file, with its sectors in the order
// that place gives for the nth of n.
func contain(name string, stream []byte, place func(i, n int) int) []byte {
	if len(stream) < 4096 {
		stream = append(bytes.Clone(stream), make([]byte, 4096-len(stream))...)
	}
	n := (len(stream) + 511) / 512
	// Sectors: FAT tables, directory, then the stream.
	fats := 1
	for fats*128 < fats+1+n {
		fats++
	}
	fat := make([]uint32, fats*128)
	for i := range fat {
		fat[i] = 0xFFFFFFFF
	}
	for i := range fats {
		fat[i] = 0xFFFFFFFD
	}
	fat[fats] = 0xFFFFFFFE
	at := func(i int) int { return fats + 1 + place(i, n) }
	for i := range n {
		fat[at(i)] = 0xFFFFFFFE
		if i+1 < n {
			fat[at(i)] = uint32(at(i + 1))
		}
	}
	out := make([]byte, 512*(1+fats+1+n))
	copy(out, pack(cfbMagic, make([]byte, 16), 0x3E, 3, 0xFFFE, 9, 6, make([]byte, 6), uint32(0), uint32(fats),
		uint32(fats), uint32(0), uint32(4096), uint32(maxRegular+4), uint32(0), uint32(maxRegular+4), uint32(0)))
	for i := range 109 {
		id := uint32(0xFFFFFFFF)
		if i < fats {
			id = uint32(i)
		}
		binary.LittleEndian.PutUint32(out[76+4*i:], id)
	}
	for i, v := range fat {
		binary.LittleEndian.PutUint32(out[512+4*i:], v)
	}
	dir := out[512*(1+fats):]
	putEntry(dir, "Root Entry", kindRoot, 1, maxRegular+4, 0)
	putEntry(dir[128:], name, kindStream, noEntry, uint32(at(0)), uint32(len(stream)))
	for i := range n {
		copy(out[512*(1+at(i)):], stream[512*i:min(512*(i+1), len(stream))])
	}
	return out
}

// putEntry writes an entry of the directory.
func putEntry(to []byte, name string, kind byte, child, start, size uint32) {
	w := wide(name)
	copy(to, w)
	copy(to[64:], pack(len(w)+2, kind, byte(1), uint32(noEntry), uint32(noEntry), child))
	copy(to[116:], pack(start, size))
}
