package templates

import (
	"encoding/binary"
	"math"
	"unicode/utf16"
)

// Records of an .xls workbook ([MS-XLS] 2.3, record enumeration).
const (
	recBOF        = 0x0809
	recEOF        = 0x000A
	recCodePage   = 0x0042
	recWindow1    = 0x003D
	recFont       = 0x0031
	recFormat     = 0x041E
	recXF         = 0x00E0
	recStyle      = 0x0293
	recBoundSheet = 0x0085
	recCountry    = 0x008C
	recSST        = 0x00FC
	recWsBool     = 0x0081
	recSetup      = 0x00A1
	recDimensions = 0x0200
	recColInfo    = 0x007D
	recRow        = 0x0208
	recLabelSST   = 0x00FD
	recBlank      = 0x0201
	recWindow2    = 0x023E
)

// records is a stream of records.
type records struct{ b []byte }

func (r *records) add(id uint16, fields ...any) {
	at := len(r.b)
	r.b = binary.LittleEndian.AppendUint16(r.b, id)
	r.b = append(r.b, 0, 0)
	for _, f := range fields {
		switch f := f.(type) {
		case uint8:
			r.b = append(r.b, f)
		case uint16:
			r.b = binary.LittleEndian.AppendUint16(r.b, f)
		case uint32:
			r.b = binary.LittleEndian.AppendUint32(r.b, f)
		case uint64:
			r.b = binary.LittleEndian.AppendUint64(r.b, f)
		case []byte:
			r.b = append(r.b, f...)
		}
	}
	binary.LittleEndian.PutUint16(r.b[at+2:], uint16(len(r.b)-at-4))
}

// utf16Bytes is a text after its length, two bytes a unit: a flag and the units.
func utf16Bytes(s string) (length int, b []byte) {
	all := utf16.Encode([]rune(s))
	b = append(b, 1)
	for _, u := range all {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return len(all), b
}

func shortText(s string) []byte {
	n, b := utf16Bytes(s)
	return append([]byte{byte(n)}, b...)
}

func longText(s string) []byte {
	n, b := utf16Bytes(s)
	return append(binary.LittleEndian.AppendUint16(nil, uint16(n)), b...)
}

// writeXLS writes a ready template as .xls with one sheet. All its texts fit
// into one record.
func writeXLS(s *readySheet) []byte {
	var texts []string
	for _, row := range s.rows {
		for _, c := range row {
			if c.text != "" {
				texts = append(texts, c.text)
			}
		}
	}
	var head records
	head.add(recBOF, uint16(0x0600), uint16(0x0005), uint16(0x0DBB), uint16(0x07CC), uint32(0), uint32(0x06))
	head.add(recCodePage, uint16(1200))
	head.add(recWindow1, uint16(0), uint16(0), uint16(16000), uint16(9000), uint16(0x0038), uint16(0), uint16(0), uint16(1), uint16(600))
	writeLooks(&head)
	boundSheet := len(head.b)
	head.add(recBoundSheet, uint32(0), uint16(0), shortText(s.name))
	head.add(recCountry, uint16(7), uint16(7)) // Russia
	sst := []any{uint32(len(texts)), uint32(len(texts))}
	for _, text := range texts {
		sst = append(sst, longText(text))
	}
	head.add(recSST, sst...)
	head.add(recEOF)
	binary.LittleEndian.PutUint32(head.b[boundSheet+4:], uint32(len(head.b)))
	return compoundFile(append(head.b, writeSheet(s)...))
}

// firstCellXF is the number of the first XF of a cell; before it stand the
// fifteen of styles that every workbook has.
const firstCellXF = 15

// writeLooks writes fonts, formats and XF records: one of each per look.
func writeLooks(r *records) {
	font := func(size int, bold, gray bool) {
		weight, color := uint16(400), uint16(0x7FFF)
		if bold {
			weight = 700
		}
		if gray {
			color = 0x17
		}
		r.add(recFont, uint16(size*20), uint16(0), color, weight, uint16(0), uint8(0), uint8(2), uint8(204), uint8(0), shortText("Arial"))
	}
	for range 4 {
		font(10, false, false)
	}
	for _, look := range readyLooks {
		font(look.size, look.bold, look.gray)
	}
	for i, look := range readyLooks {
		if look.format != "" && look.format != "@" {
			r.add(recFormat, uint16(firstFormat+i), longText(look.format))
		}
	}
	writeXFs(r)
	r.add(recStyle, uint16(0x8000), uint8(0), uint8(0xFF))
}

// firstFormat is the number of the first number format of a workbook's own.
const firstFormat = 164

// writeXFs writes the XF records of styles, then one of each look.
func writeXFs(r *records) {
	for range firstCellXF {
		r.add(recXF, uint16(0), uint16(0), uint16(0xFFF5), uint8(0x20), uint8(0), uint16(0), uint32(0), uint32(0), uint16(0x20C0))
	}
	for i, look := range readyLooks {
		format := uint16(0)
		switch look.format {
		case "":
		case "@":
			format = 49
		default:
			format = uint16(firstFormat + i)
		}
		align := uint8(0) // at the top
		if look.wrap {
			align |= 8
		}
		var lines, fill uint32
		pattern := uint16(0x20C0)
		if look.line {
			lines = 0x1111 | 0x16<<16 | 0x16<<23
			fill = 0x16 | 0x16<<7
		}
		if look.fill {
			fill |= 1 << 26
			pattern = 0x16 | 0x41<<7
		}
		// The fonts are counted without number 4.
		r.add(recXF, uint16(5+i), format, uint16(0x0001), align, uint8(0), uint8(0), uint8(0xF8), lines, fill, pattern)
	}
}

func writeSheet(s *readySheet) []byte {
	var r records
	r.add(recBOF, uint16(0x0600), uint16(0x0010), uint16(0x0DBB), uint16(0x07CC), uint32(0), uint32(0x06))
	// All columns on one page's width: what is usual, and fit to pages; A4 lying,
	// one page across and as many down as it takes.
	r.add(recWsBool, uint16(0x04C1|0x0100))
	r.add(recSetup, uint16(paperA4), uint16(100), uint16(1), uint16(1), uint16(0), uint16(0), uint16(600), uint16(600),
		math.Float64bits(0.5), math.Float64bits(0.5), uint16(1))
	for i, width := range s.widths {
		r.add(recColInfo, uint16(i), uint16(i), uint16(width*256), uint16(firstCellXF), uint16(0), uint16(0))
	}
	r.add(recDimensions, uint32(0), uint32(len(s.rows)), uint16(0), uint16(len(s.widths)), uint16(0))
	for i, row := range s.rows {
		last := row[len(row)-1].col
		r.add(recRow, uint16(i), uint16(0), uint16(last), uint16(0x00FF), uint16(0), uint16(0), uint32(0x000F0100))
	}
	text := uint32(0)
	for i, row := range s.rows {
		for _, c := range row {
			xf := uint16(firstCellXF) + uint16(c.style)
			if c.text == "" {
				r.add(recBlank, uint16(i), uint16(c.col-1), xf)
				continue
			}
			r.add(recLabelSST, uint16(i), uint16(c.col-1), xf, text)
			text++
		}
	}
	r.add(recWindow2, uint16(0x06B6), uint16(0), uint16(0), uint32(0x40), uint16(0), uint16(0), uint32(0))
	r.add(recEOF)
	return r.b
}

// sectorSize is the unit of a compound file in bytes; the others mark what a sector
// is when it has no next one.
const (
	sectorSize  = 512
	endOfChain  = 0xFFFFFFFE
	freeSector  = 0xFFFFFFFF
	tableSector = 0xFFFFFFFD
)

// chains is the table that chains sectors: its own, the directory's, then those
// of the stream.
func chains(tables, size int) []byte {
	le := binary.LittleEndian
	chain := make([]byte, tables*sectorSize)
	for i := range tables * sectorSize / 4 {
		next := uint32(freeSector)
		switch first := tables + 1; {
		case i < tables:
			next = tableSector
		case i == tables, i == first+size-1:
			next = endOfChain
		case i < first+size-1:
			next = uint32(i + 1)
		}
		le.PutUint32(chain[4*i:], next)
	}
	return chain
}

// compoundFile wraps a stream called Workbook ([MS-CFB]): the header, one or
// more sectors of the table that chains sectors, the directory, the stream.
func compoundFile(stream []byte) []byte {
	const small = 4096
	size := max((len(stream)+sectorSize-1)/sectorSize, small/sectorSize)
	tables := 1
	for tables*sectorSize/4 < tables+1+size {
		tables++
	}
	head := make([]byte, sectorSize)
	copy(head, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	le := binary.LittleEndian
	le.PutUint16(head[24:], 0x3E)   // minor version
	le.PutUint16(head[26:], 3)      // major version
	le.PutUint16(head[28:], 0xFFFE) // byte order
	le.PutUint16(head[30:], 9)      // 512 bytes a sector
	le.PutUint16(head[32:], 6)      // 64 bytes a small one
	le.PutUint32(head[44:], uint32(tables))
	le.PutUint32(head[48:], uint32(tables)) // the directory
	le.PutUint32(head[56:], small)
	le.PutUint32(head[60:], endOfChain) // no small sectors
	le.PutUint32(head[68:], endOfChain) // no further tables
	for i := range 109 {
		at := uint32(freeSector)
		if i < tables {
			at = uint32(i)
		}
		le.PutUint32(head[76+4*i:], at)
	}
	chain := chains(tables, size)
	directory := make([]byte, sectorSize)
	entry(directory, "Root Entry", 5, endOfChain, 0)
	entry(directory[128:], "Workbook", 2, uint32(tables+1), uint32(max(len(stream), small)))
	le.PutUint32(directory[76:], 1) // the root's child
	for _, unused := range []int{256, 384} {
		for _, at := range []int{68, 72, 76} {
			le.PutUint32(directory[unused+at:], freeSector)
		}
	}
	body := make([]byte, size*sectorSize)
	copy(body, stream)
	out := append(head, chain...)
	out = append(out, directory...)
	return append(out, body...)
}

// entry writes an entry of the directory.
func entry(b []byte, name string, kind byte, start, size uint32) {
	_, text := utf16Bytes(name)
	copy(b, text[1:])
	le := binary.LittleEndian
	le.PutUint16(b[64:], uint16(len(text)+1))
	b[66], b[67] = kind, 1
	for _, at := range []int{68, 72, 76} {
		le.PutUint32(b[at:], 0xFFFFFFFF)
	}
	le.PutUint32(b[116:], start)
	le.PutUint32(b[120:], size)
}
