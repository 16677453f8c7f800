package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// refused holds a file to being refused, when it is opened or at one of its
// rows, for what is said in kind.
func refused(t *testing.T, path string, o ReadOptions, kind string) {
	t.Helper()
	b, err := Open(path, o)
	if err == nil {
		defer b.Close()
		for _, s := range b.Sheets() {
			if _, err = rows(t, b, s.Name); err != nil {
				break
			}
		}
	}
	if fe, ok := errors.AsType[*FileError](err); !ok || fe.Kind != kind {
		t.Errorf("got %v, want %s", err, kind)
	}
}

func inlineCell(ref, text string) string {
	return `<c r="` + ref + `" t="inlineStr"><is><t>` + text + `</t></is></c>`
}

// What could be read two ways, or would take more memory than a sheet is
// worth, is refused before it is read to its end.
func TestHostileWorkbooks(t *testing.T) {
	data := func(s string) string { return `<sheetData><row r="1">` + s + `</row></sheetData>` }
	rels := func(s string) map[string]string {
		return map[string]string{"xl/_rels/workbook.xml.rels": `<Relationships>` + s + `</Relationships>`}
	}
	sheets := func(s string) map[string]string {
		return map[string]string{"xl/workbook.xml": `<workbook><sheets>` + s + `</sheets></workbook>`}
	}
	for name, c := range map[string]struct {
		body  string
		parts map[string]string
		kind  string
	}{
		"two values of a cell":      {data(`<c r="A1"><v>1</v><v>2</v></c>`), nil, "broken"},
		"two texts of a cell":       {data(`<c r="A1" t="inlineStr"><is><t>1</t></is><is><t>2</t></is></c>`), nil, "broken"},
		"two values beside a text":  {data(`<c r="A1"><v>1</v><is><t>2</t></is><v>1</v></c>`), nil, "broken"},
		"two texts left over":       {data(`<c r="A1"><is><t>1</t></is><v>2</v><is><t>1</t></is></c>`), nil, "broken"},
		"a cell of unknown content": {data(`<c r="A1"><v>1</v><novelty/></c>`), nil, "broken"},
		"a cell of unknown type":    {data(`<c r="A1" t="x"><v>1</v></c>`), nil, "broken"},
		"a row of unknown content":  {data(`<novelty/>`), nil, "broken"},
		"one cell again and again":  {data(strings.Repeat(`<c r="A1"><v>1</v></c>`, MaxColumns+1)), nil, "columns"},
		"a text in pieces":          {data(`<c r="A1" t="str"><v>` + strings.Repeat("x<!-- -->", 1100) + `</v></c>`), nil, "cell"},
		"a text in runs":            {data(`<c r="A1" t="inlineStr"><is>` + strings.Repeat("<r><t>xxxxx</t></r>", 300) + `</is></c>`), nil, "cell"},
		"a long row":                {data(strings.Repeat(`<c t="str"><v>`+strings.Repeat("x", 900)+`</v></c>`, 80)), nil, "row"},
		"a long shared text": {data(""), map[string]string{
			"xl/sharedStrings.xml": `<sst><si>` + strings.Repeat("<r><t>xxxxx</t></r>", 300) + `</si></sst>`}, "cell"},
		"two sheets of one part": {data(""), sheets(`<sheet name="A" r:id="rId1"/><sheet name="B" r:id="rId1"/>`), "broken"},
		"two sheets of one name": {data(""), sheets(`<sheet name="A" r:id="rId1"/><sheet name="A" r:id="rId9"/>`), "broken"},
		"ten thousand sheets":    {data(""), sheets(strings.Repeat(`<sheet name="A" r:id="rId1"/>`, maxSheets+1)), "sheets"},
		"a part outside":         {data(""), rels(`<Relationship Id="rId1" Type="x/worksheet" Target="file:///etc/passwd"/>`), "broken"},
		"an external part":       {data(""), rels(`<Relationship Id="rId1" Type="x/worksheet" TargetMode="External" Target="worksheets/sheet1.xml"/>`), "broken"},
		"relations without end":  {data(""), rels(strings.Repeat(`<Relationship Id="rId1" Type="x/worksheet" Target="a"/>`, 101)), "entries"},
		"styles without end": {data(""), map[string]string{
			"xl/styles.xml": `<styleSheet><cellXfs>` + strings.Repeat(`<xf numFmtId="14"/>`, maxFormats+1) + `</cellXfs></styleSheet>`}, "styles"},
		"an unknown encoding": {data(""), map[string]string{"xl/worksheets/sheet1.xml": `<?xml version="1.0" encoding="ebcdic"?><worksheet/>`}, "broken"},
		"one name twice":      {data(""), map[string]string{`XL\Worksheets\Sheet1.xml`: "x"}, "broken"},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, bookOf(t, c.body, c.parts), ReadOptions{Limits: Limits{Cell: 1000, Entries: 100}}, c.kind)
		})
	}
}

// Parts in other encodings than UTF-8 mean the same.
func TestEncodingsOfParts(t *testing.T) {
	xml := func(name string) string {
		return `<?xml version="1.0" encoding="` + name + `"?><worksheet><sheetData><row r="1">` + inlineCell("A1", "Чай 5") + `</row></sheetData></worksheet>`
	}
	want := []Row{{Num: 1, Cells: []Cell{str(1, "Чай 5")}}}
	for name, encode := range map[string]func(string) (string, error){
		"utf-16":       unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String,
		"UTF-16":       unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String,
		"utf-16le":     unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String,
		"windows-1251": charmap.Windows1251.NewEncoder().String,
		"UTF-8":        func(s string) (string, error) { return "\xEF\xBB\xBF" + s, nil },
	} {
		part, err := encode(xml(name))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, read(t, bookOf(t, "", map[string]string{"xl/worksheets/sheet1.xml": part}), "S")); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// handmade is a part with what the zip is to say of it.
type handmade struct {
	name, text string
	crc        uint32
	over       bool // lies where the part before it lies
}

// zipOf writes a zip by hand, whatever it says of itself.
func zipOf(t *testing.T, parts []handmade) string {
	t.Helper()
	var file, list bytes.Buffer
	at := 0
	for _, p := range parts {
		crc := p.crc
		if crc == 0 {
			crc = crc32.ChecksumIEEE([]byte(p.text))
		}
		head := binary.LittleEndian.AppendUint32(make([]byte, 10), crc)
		head[0] = 20
		head = binary.LittleEndian.AppendUint32(head, uint32(len(p.text)))
		head = binary.LittleEndian.AppendUint32(head, uint32(len(p.text)))
		head = binary.LittleEndian.AppendUint32(head, uint32(len(p.name)))
		if !p.over {
			at = file.Len()
			fmt.Fprintf(&file, "PK\x03\x04%s%s%s", head, p.name, p.text)
		}
		fmt.Fprintf(&list, "PK\x01\x02\x14\x00%s%s%s%s", head, make([]byte, 10), binary.LittleEndian.AppendUint32(nil, uint32(at)), p.name)
	}
	end := binary.LittleEndian.AppendUint32([]byte("PK\x05\x06\x00\x00\x00\x00"), uint32(len(parts))*0x10001)
	end = binary.LittleEndian.AppendUint32(end, uint32(list.Len()))
	end = binary.LittleEndian.AppendUint32(end, uint32(file.Len()))
	path := filepath.Join(t.TempDir(), "a.xlsx")
	if err := os.WriteFile(path, slices.Concat(file.Bytes(), list.Bytes(), end, []byte{0, 0}), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestHostileZips(t *testing.T) {
	const target = `" Type="x/worksheet" Target="worksheets/sheet`
	frame := []handmade{
		{name: "xl/workbook.xml", text: `<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>`},
		{name: "xl/_rels/workbook.xml.rels", text: `<Relationships><Relationship Id="r1` + target + `1.xml"/></Relationships>`},
		{name: "../../escaped.xml", text: "x"}, {name: "/etc/escaped", text: "x"}, {name: `..\escaped`, text: "x"},
	}
	sheet := handmade{name: "xl/worksheets/sheet1.xml", text: `<worksheet><sheetData><row>` + inlineCell("A1", "x") + `</row></sheetData></worksheet>` + strings.Repeat(" ", 1000)}
	good := append(frame, sheet)
	want := []Row{{Num: 1, Cells: []Cell{str(1, "x")}}}
	if diff := cmp.Diff(want, read(t, zipOf(t, good), "S")); diff != "" {
		t.Fatal(diff)
	}
	wrong, over := sheet, sheet
	wrong.crc = 1
	over.name, over.over = "xl/worksheets/sheet2.xml", true
	refused(t, zipOf(t, append(frame, wrong)), ReadOptions{}, "broken")
	refused(t, zipOf(t, append(good, over)), ReadOptions{}, "broken")
	refused(t, zipOf(t, good), ReadOptions{Limits: Limits{Parts: 100}}, "part")
	refused(t, zipOf(t, append(frame, sheet, sheet)), ReadOptions{}, "broken")
}

// Blank rows and cells, and the shared texts of no cell, cost no memory that
// grows with them.
func TestBlankCellsCostNothing(t *testing.T) {
	var xml strings.Builder
	for i := 2; i <= 200_000; i++ {
		xml.WriteString(`<row r="` + strconv.Itoa(i) + `" s="1"><c s="1"/></row>`)
	}
	body := `<dimension ref="A1:XFD1048576"/><sheetData><row r="1">` + inlineCell("A1", "x") + `</row>` + xml.String() +
		`<row r="1048576">` + strings.Repeat(`<c s="1"/>`, MaxColumns) + `</row></sheetData>`
	path := bookOf(t, body, nil)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := read(t, path, "S")
	runtime.ReadMemStats(&after)
	if diff := cmp.Diff([]Row{{Num: 1, Cells: []Cell{str(1, "x")}}}, got); diff != "" {
		t.Error(diff)
	}
	if n := after.TotalAlloc - before.TotalAlloc; n > 8<<20 {
		t.Errorf("%d bytes for blank cells", n)
	}
}

func TestHostileODS(t *testing.T) {
	const cell = `<table:table-cell office:value-type="float" office:value="1"`
	content := func(body string) string {
		return writeODS(t, "content.xml", odsHead+`<office:body><office:spreadsheet>`+body+`</office:spreadsheet></office:body></office:document-content>`)
	}
	text := func(s string) string {
		return `<table:table-cell office:value-type="string"><text:p>` + s + `</text:p></table:table-cell>`
	}
	table := func(s string) string { return `<table:table table:name="S">` + s + `</table:table>` }
	row := func(attrs, cells string) string {
		return table(`<table:table-row` + attrs + `>` + cells + `</table:table-row>`)
	}
	for name, c := range map[string]struct{ body, kind string }{
		"rows repeated past the last":    {row(` table:number-rows-repeated="1048577"`, cell+"/>"), "rows"},
		"columns repeated past the last": {row("", cell+` table:number-columns-repeated="16385"/>`), "columns"},
		"all cells of a sheet":           {row(` table:number-rows-repeated="1048576"`, cell+` table:number-columns-repeated="16384"/>`), "rows"},
		"a text in pieces":               {row("", text(strings.Repeat("<text:span>xxxxx</text:span>", 300))), "cell"},
		"a text of spaces":               {row("", text(strings.Repeat(`<text:s text:c="900"/>`, 2))), "cell"},
		"a long row":                     {row("", strings.Repeat(text(strings.Repeat("x", 900)), 80)), "row"},
		"two sheets of one name":         {table("") + table(""), "broken"},
		"ten thousand sheets":            {strings.Repeat(table(""), maxSheets+1), "sheets"},
		"a long style name":              {table(`<table:table-column table:default-cell-style-name="` + strings.Repeat("x", maxStyleName+1) + `"/>`), "styles"},
		"no sheets":                      {"", "broken"},
		"a document type":                {"<!DOCTYPE x>", "broken"},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, content(c.body), ReadOptions{Limits: Limits{Cell: 1000}}, c.kind)
		})
	}
	blank := table(strings.Repeat(`<table:table-row table:number-rows-repeated="999999999"><table:table-cell table:number-columns-repeated="999999999"/></table:table-row>`, 100))
	if got := read(t, content(blank), "S"); len(got) > 0 {
		t.Error(got)
	}
	if got := read(t, content(row("", `<table:table-cell office:value-type="boolean" office:boolean-value="maybe"/>`)), "S"); got[0].Cells[0].Type != String {
		t.Errorf("neither true nor false: %+v", got)
	}
}

func TestHostileCSV(t *testing.T) {
	for name, c := range map[string]struct{ text, kind string }{
		"a long line":       {strings.Repeat("x", 1100), "cell"},
		"a long quotation":  {`"` + strings.Repeat("x\n", 1100), "cell"},
		"delimiters alone":  {strings.Repeat(";", MaxColumns+1), "columns"},
		"a long record":     {strings.Repeat(strings.Repeat("x", 900)+";", 80), "row"},
		"NUL":               {"a;b\x00", "binary"},
		"an open quotation": {"a;\"b", "quotes"},
	} {
		path := filepath.Join(t.TempDir(), "a.csv")
		if err := os.WriteFile(path, []byte("a;b\n"+c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) { refused(t, path, ReadOptions{Limits: Limits{Cell: 1000}}, c.kind) })
	}
}
