package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// grid is a sheet on its way from .xlsx to another format: what a person sees
// of its cells, not how a program spelled them.
type grid struct {
	name   string
	hidden bool
	rows   [][]gridCell
	behind map[int]bool // hidden rows, from 0
	merges [][4]int     // first row and column, last row and column, from 0
}

type gridCell struct {
	text     string
	number   bool
	formula  string // without "="
	uncached bool
	show     int // a builtin number format: 0, 10 percent, 14 date, 49 text
}

// resave writes a workbook in another format, as a spreadsheet program would:
// resave FROM.xlsx TO.xls ... ; the extension says which.
func resave(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: resave FROM.xlsx TO.xls|TO.ods ...")
	}
	grids := readGrids(ts, ts.MkAbs(args[0]))
	for _, to := range args[1:] {
		var file []byte
		switch filepath.Ext(to) {
		case ".xls":
			file = compound("Workbook", legacyStream(grids, false))
		case ".ods":
			file = zipOf(ts, openDocument(grids))
		default:
			ts.Fatalf("resave: %s", to)
		}
		ts.Check(os.WriteFile(ts.MkAbs(to), file, 0o600))
	}
}

// lock saves a workbook as programs do that were given a password: in formats
// of today the whole file is encrypted.
func lock(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: lock FROM.xlsx TO.xlsx|TO.xls|TO.ods ...")
	}
	grids := readGrids(ts, ts.MkAbs(args[0]))
	for _, to := range args[1:] {
		var file []byte
		switch filepath.Ext(to) {
		case ".xlsx":
			file = compound("EncryptedPackage", []byte(ts.ReadFile(args[0])))
		case ".xls":
			file = compound("Workbook", legacyStream(grids, true))
		case ".ods":
			parts := openDocument(grids)
			parts[2][1] = odsManifest(`<manifest:encryption-data manifest:checksum-type="SHA256"/>`)
			file = zipOf(ts, parts)
		default:
			ts.Fatalf("lock: %s", to)
		}
		ts.Check(os.WriteFile(ts.MkAbs(to), file, 0o600))
	}
}

// halve leaves the first half of a file.
func halve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: halve FILE ...")
	}
	for _, file := range args {
		text := ts.ReadFile(file)
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text[:len(text)/2]), 0o600))
	}
}

// bloat makes a text of the file longer than a cell can be; of an .xls, whose
// cells have no room for that, it makes more merged ranges than there can be.
func bloat(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: bloat FILE TEXT")
	}
	path := ts.MkAbs(args[0])
	long := strings.Repeat("x", 1<<20+1)
	switch filepath.Ext(path) {
	case ".xls":
		g := grid{name: "Sheet1", rows: [][]gridCell{{{text: "UUID"}, {text: args[1]}}}}
		for i := range 200_001 {
			g.merges = append(g.merges, [4]int{2*i%65_534 + 1, i / 32_767 * 2, 2*i%65_534 + 2, i / 32_767 * 2})
		}
		ts.Check(os.WriteFile(path, compound("Workbook", legacyStream([]grid{g}, false)), 0o600))
	case ".csv":
		respell(ts, false, []string{args[0], args[1], long})
	default:
		z, err := zip.OpenReader(path)
		ts.Check(err)
		var parts [][2]string
		for _, f := range z.File {
			r, err := f.Open()
			ts.Check(err)
			text, err := io.ReadAll(r)
			ts.Check(errors.Join(err, r.Close()))
			parts = append(parts, [2]string{f.Name, strings.ReplaceAll(string(text), args[1], long)})
		}
		ts.Check(z.Close())
		ts.Check(os.WriteFile(path, zipOf(ts, parts), 0o600))
	}
}

func readGrids(ts *testscript.TestScript, path string) []grid {
	book, err := excelize.OpenFile(path)
	ts.Check(err)
	defer func() { ts.Check(book.Close()) }()
	var grids []grid
	for _, name := range book.GetSheetList() {
		visible, err := book.GetSheetVisible(name)
		ts.Check(err)
		g := grid{name: name, hidden: !visible, behind: map[int]bool{}}
		rows, err := book.GetRows(name, excelize.Options{RawCellValue: true})
		ts.Check(err)
		for r, row := range rows {
			cells := make([]gridCell, len(row))
			for c, text := range row {
				cells[c] = readCell(ts, book, name, r, c, text)
			}
			shown, err := book.GetRowVisible(name, r+1)
			ts.Check(err)
			g.rows, g.behind[r] = append(g.rows, cells), !shown
		}
		merged, err := book.GetMergeCells(name)
		ts.Check(err)
		for _, m := range merged {
			c1, r1, err := excelize.CellNameToCoordinates(m.GetStartAxis())
			ts.Check(err)
			c2, r2, err := excelize.CellNameToCoordinates(m.GetEndAxis())
			ts.Check(err)
			g.merges = append(g.merges, [4]int{r1 - 1, c1 - 1, r2 - 1, c2 - 1})
		}
		grids = append(grids, g)
	}
	return grids
}

func readCell(ts *testscript.TestScript, book *excelize.File, sheet string, r, c int, text string) gridCell {
	at, err := excelize.CoordinatesToCellName(c+1, r+1)
	ts.Check(err)
	typ, err := book.GetCellType(sheet, at)
	ts.Check(err)
	formula, err := book.GetCellFormula(sheet, at)
	ts.Check(err)
	cell := gridCell{text: text, formula: formula, uncached: formula != "" && text == ""}
	cell.number = text != "" && typ != excelize.CellTypeSharedString && typ != excelize.CellTypeInlineString && numeric.MatchString(text)
	id, err := book.GetCellStyle(sheet, at)
	ts.Check(err)
	style, err := book.GetStyle(id)
	ts.Check(err)
	code := ""
	if style.CustomNumFmt != nil {
		code = *style.CustomNumFmt
	}
	switch {
	case style.NumFmt == 9 || style.NumFmt == 10 || strings.Contains(code, "%"):
		cell.show = 10
	case style.NumFmt >= 14 && style.NumFmt <= 22 || strings.Contains(code, "yy"):
		cell.show = 14
	case style.NumFmt == 49 || code == "@":
		cell.show = 49
	}
	return cell
}

// openDocument spells sheets as the parts of an .ods.
func openDocument(grids []grid) [][2]string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"` +
		` xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"` +
		` xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" office:version="1.3"><office:automatic-styles>` +
		`<style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/></style:style>` +
		`</office:automatic-styles><office:body><office:spreadsheet>`)
	for _, g := range grids {
		style := ""
		if g.hidden {
			style = ` table:style-name="hidden"`
		}
		fmt.Fprintf(&b, `<table:table table:name="%s"%s>`, escapeXML(g.name), style)
		for r, row := range g.rows {
			if g.behind[r] {
				b.WriteString(`<table:table-row table:visibility="collapse">`)
			} else {
				b.WriteString(`<table:table-row>`)
			}
			for c, cell := range row {
				b.WriteString(g.odsCell(r, c, cell))
			}
			b.WriteString(`</table:table-row>`)
		}
		b.WriteString(`</table:table>`)
	}
	b.WriteString(`</office:spreadsheet></office:body></office:document-content>`)
	return [][2]string{
		{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"},
		{"content.xml", b.String()},
		{"META-INF/manifest.xml", odsManifest("")},
	}
}

func odsManifest(inside string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">` +
		`<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>` +
		`<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">` + inside + `</manifest:file-entry></manifest:manifest>`
}

func (g *grid) odsCell(r, c int, cell gridCell) string {
	tag, attrs := "table:table-cell", ""
	for _, m := range g.merges {
		if r < m[0] || r > m[2] || c < m[1] || c > m[3] {
			continue
		}
		if r != m[0] || c != m[1] {
			tag = "table:covered-table-cell"
			continue
		}
		attrs = fmt.Sprintf(` table:number-rows-spanned="%d" table:number-columns-spanned="%d"`, m[2]-m[0]+1, m[3]-m[1]+1)
	}
	switch {
	case strings.HasPrefix(cell.formula, "["):
		attrs += ` table:formula="of:=['file:///other.ods'#$Sheet1.A1]"`
	case cell.formula != "":
		attrs += ` table:formula="of:=` + escapeXML(cell.formula) + `"`
	}
	switch {
	case cell.uncached:
	case cell.number && cell.show == 10:
		attrs += ` office:value-type="percentage" office:value="` + cell.text + `"`
	case cell.number && cell.show == 14:
		date, err := excelDate(cell.text)
		if err != nil {
			return err.Error()
		}
		attrs += ` office:value-type="date" office:date-value="` + date + `"`
	case cell.number:
		attrs += ` office:value-type="float" office:value="` + cell.text + `"`
	case cell.text != "":
		attrs += ` office:value-type="string"`
	}
	if cell.text == "" {
		return "<" + tag + attrs + "/>"
	}
	return "<" + tag + attrs + ">" + odsParagraphs(cell.text) + "</" + tag + ">"
}

// odsParagraphs spells a text: every space that would be lost is an element.
func odsParagraphs(text string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString("<text:p>")
		after := ' '
		for _, r := range line {
			switch {
			case r == ' ' && after == ' ':
				b.WriteString("<text:s/>")
			case r == '\t':
				b.WriteString("<text:tab/>")
			default:
				b.WriteString(escapeXML(string(r)))
			}
			after = r
		}
		b.WriteString("</text:p>")
	}
	return b.String()
}

func escapeXML(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}

func zipOf(ts *testscript.TestScript, parts [][2]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, part := range parts {
		method := zip.Deflate
		if i == 0 {
			method = zip.Store // the type of an .ods is readable at its begin
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: part[0], Method: method})
		ts.Check(err)
		_, err = w.Write([]byte(part[1]))
		ts.Check(err)
	}
	ts.Check(z.Close())
	return b.Bytes()
}

// compound puts one stream into a compound file ([MS-CFB]): header, tables of
// sectors, directory, stream.
func compound(name string, stream []byte) []byte {
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
