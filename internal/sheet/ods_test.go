package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	gocmp "github.com/google/go-cmp/cmp"
)

const odsHead = `<?xml version="1.0" encoding="UTF-8"?><office:document-content` +
	` xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"` +
	` xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0">`

// odsOf makes a document of one sheet from the rows of its table.
func odsOf(rows string) string {
	return odsHead + `<office:body><office:spreadsheet><table:table table:name="Лист">` + rows +
		`</table:table></office:spreadsheet></office:body></office:document-content>`
}

// writeODS writes the parts of a document, name and content in turn.
func writeODS(t testing.TB, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err == nil {
			_, err = w.Write([]byte(parts[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "a.ods")
	if err := errors.Join(z.Close(), os.WriteFile(path, b.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	return path
}

// readODS gives the cells of the first sheet by row.
func readODS(t testing.TB, path string) (map[int][]Cell, error) {
	t.Helper()
	b, err := Open(path, ReadOptions{})
	if err != nil {
		return nil, err
	}
	defer b.Close()
	rows := map[int][]Cell{}
	for row, err := range b.Rows(b.Sheets()[0].Name) {
		if err != nil {
			return rows, err
		}
		rows[row.Num] = append([]Cell(nil), row.Cells...)
	}
	return rows, nil
}

func TestODSCells(t *testing.T) {
	for _, c := range []struct {
		name, cell string
		want       Cell
	}{
		{"number", `office:value-type="float" office:value="0.100000000000000000001"><text:p>0,1</text:p>`, Cell{Type: Number, Text: "0.100000000000000000001"}},
		{"currency", `office:value-type="currency" office:currency="RUB" office:value="1320"><text:p>1 320,00 ₽</text:p>`, Cell{Type: Number, Text: "1320"}},
		{"percentage", `office:value-type="percentage" office:value="0.1"><text:p>10%</text:p>`, Cell{Type: Number, Show: ShowPercent, Text: "0.1"}},
		{"date", `office:value-type="date" office:date-value="2026-05-01"><text:p>1 мая</text:p>`, Cell{Type: Number, Show: ShowDate, Text: "46143"}},
		{"date and time", `office:value-type="date" office:date-value="2026-05-01T18:00:00"/>`, Cell{Type: Number, Show: ShowDate, Text: "46143.75"}},
		{"date that is none", `office:value-type="date" office:date-value="май"/>`, Cell{Type: String, Show: ShowDate, Text: "май"}},
		{"time", `office:value-type="time" office:time-value="PT30H00M00S"/>`, Cell{Type: Number, Show: ShowDate, Text: "1.25"}},
		{"truth", `office:value-type="boolean" office:boolean-value="true"><text:p>ИСТИНА</text:p>`, Cell{Type: Bool, Text: "true"}},
		{"paragraphs", `office:value-type="string"><text:p>a</text:p><text:p/><text:p>b</text:p>`, Cell{Type: String, Text: "a\n\nb"}},
		{"white space", "office:value-type=\"string\"><text:p>\n  a \t b<text:s/><text:s text:c=\"2\"/><text:tab/>c<text:line-break/>d</text:p>", Cell{Type: String, Text: "a b   \tc\nd"}},
		{"pieces of a text", `office:value-type="string"><text:p>a<text:span>б&amp;</text:span><text:a>в</text:a></text:p>`, Cell{Type: String, Text: "aб&в"}},
		{"a note is not the text", `office:value-type="string"><office:annotation><text:p>note</text:p></office:annotation><text:p>a</text:p>`, Cell{Type: String, Text: "a"}},
		{"text without a type", `><text:p>a</text:p>`, Cell{Type: String, Text: "a"}},
		{"formula", `table:formula="of:=[.A1]*2" office:value-type="float" office:value="3"/>`, Cell{Type: Number, Text: "3", Formula: true}},
		{"formula with a text", `table:formula="of:=&quot;x&quot;" office:value-type="string" office:string-value="x&quot;"/>`, Cell{Type: String, Text: `x"`, Formula: true}},
		{"formula that was not computed", `table:formula="of:=[.A1]*2"/>`, Cell{Formula: true, Uncached: true}},
		{"formula with an empty text", `table:formula="of:=&quot;&quot;"><text:p/>`, Cell{Type: String, Formula: true}},
		{"formula with an error", `table:formula="of:=NA()" office:value-type="string" office:string-value=""><text:p>#N/A</text:p>`, Cell{Type: String, Formula: true}},
		{"error of LibreOffice", `table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#Н/Д</text:p>`, Cell{Type: Error, Text: "#Н/Д", Formula: true}},
		{"truth of LibreOffice", `table:formula="of:=TRUE()" office:value-type="float" office:value="1"/>`, Cell{Type: Bool, Text: "true"}},
		{"another file", `table:formula="of:=['file:///a.ods'#$Лист1.A1]" office:value-type="float" office:value="1"/>`, Cell{Type: Number, Text: "1", Formula: true, External: true}},
		{"the name of another file in a text", `table:formula="of:=&quot;'#&quot;" office:value-type="float" office:value="1"/>`, Cell{Type: Number, Text: "1", Formula: true}},
	} {
		if c.name == "formula with an error" {
			c.want = Cell{Type: Error, Text: "#N/A", Formula: true}
		}
		end := "</table:table-cell>"
		if strings.HasSuffix(c.cell, "/>") && !strings.Contains(c.cell, "<") {
			end = ""
		}
		rows, err := readODS(t, writeODS(t, "content.xml", odsOf("<table:table-row><table:table-cell "+c.cell+end+"</table:table-row>")))
		if err != nil || len(rows[1]) != 1 {
			t.Errorf("%s: %v, %v", c.name, rows, err)
			continue
		}
		c.want.Col = 1
		if diff := gocmp.Diff(c.want, rows[1][0]); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

const odsText = `office:value-type="string"><text:p>x</text:p></table:table-cell>`

func TestODSRepetitions(t *testing.T) {
	rows, err := readODS(t, writeODS(t, "content.xml", odsOf(
		`<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="2"/>`+
			`<table:table-cell table:number-columns-repeated="2" `+odsText+`<table:table-cell table:number-columns-repeated="16000"/></table:table-row>`+
			`<table:table-row-group><table:table-row><table:covered-table-cell/><table:table-cell `+odsText+`</table:table-row></table:table-row-group>`+
			`<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`)))
	two := []Cell{{Col: 3, Type: String, Text: "x"}, {Col: 4, Type: String, Text: "x"}}
	want := map[int][]Cell{1: two, 2: two, 3: two, 4: {{Col: 2, Type: String, Text: "x"}}}
	if diff := gocmp.Diff(want, rows); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestODSRefused(t *testing.T) {
	cell := `<table:table-row table:number-rows-repeated="%"><table:table-cell table:number-columns-repeated="#" ` + odsText + `</table:table-row>`
	many := func(rows, columns string) string {
		return odsOf(strings.NewReplacer("%", rows, "#", columns).Replace(cell))
	}
	for _, c := range []struct {
		name, content, manifest string
		code, kind              string
	}{
		{"a password", odsOf(""), `<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>`, CodeEncrypted, "password"},
		{"rows", many("1048577", "1"), "", CodeTooLarge, "rows"},
		{"columns", many("1", "16385"), "", CodeTooLarge, "columns"},
		{"a small file with a large sheet", many("1000000", "16384"), "", CodeTooLarge, "columns"},
		{"entities", `<!DOCTYPE a [<!ENTITY b "c">]>` + odsOf(""), "", CodeUnreadable, "broken"},
		{"other prefixes", strings.NewReplacer("<table:", "<t:", "/table:", "/t:", " table:", " t:", "xmlns:table=", "xmlns:t=").Replace(odsOf("")), "", CodeUnreadable, "broken"},
		{"a text document", odsHead + `<office:body><office:text/></office:body></office:document-content>`, "", CodeUnreadable, "word"},
		{"cut off", strings.TrimSuffix(odsOf(cell), "</office:document-content>"), "", CodeUnreadable, "broken"},
	} {
		parts := []string{"content.xml", c.content}
		if c.manifest != "" {
			parts = append(parts, "META-INF/manifest.xml", c.manifest)
		}
		_, err := readODS(t, writeODS(t, parts...))
		fe, ok := errors.AsType[*FileError](err)
		if !ok || fe.Code != c.code || fe.Kind != c.kind && !(c.code == CodeTooLarge && fe.Kind == "rows") {
			t.Errorf("%s: %#v", c.name, err)
		}
	}
}

// A document may be encrypted as a whole, its parts not to be seen.
func TestODSEncryptedWhole(t *testing.T) {
	_, err := readODS(t, writeODS(t, "encrypted-package", "secret",
		"META-INF/manifest.xml", `<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>`))
	if fe, ok := errors.AsType[*FileError](err); !ok || fe.Code != CodeEncrypted {
		t.Errorf("%#v", err)
	}
}

// The tables in which LibreOffice keeps what it saw in other files are no
// sheets of this one.
func TestODSLinkCaches(t *testing.T) {
	content := strings.Replace(odsOf(""), "<table:table ", `<table:table table:name="'file:///a.ods'#$Лист1"/><table:table `, 1)
	b, err := Open(writeODS(t, "content.xml", content), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if diff := gocmp.Diff([]Info{{Name: "Лист"}}, b.Sheets()); diff != "" {
		t.Error(diff)
	}
}

func FuzzODS(f *testing.F) {
	f.Add(odsOf(`<table:table-column table:number-columns-repeated="3"/><table:table-row table:number-rows-repeated="2" table:visibility="filter">` +
		`<table:table-cell table:number-columns-spanned="2" table:formula="of:=TRUE()" office:value-type="float" office:value="1"/>` +
		`<table:table-cell ` + odsText + `<table:table-cell office:value-type="time" office:time-value="PT1H"/></table:table-row>`))
	f.Add(odsHead + `<office:automatic-styles><style:style style:name="a" style:family="table"><style:table-properties table:display="false"/></style:style>` +
		`</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="b" table:style-name="a"/></office:spreadsheet></office:body></office:document-content>`)
	f.Fuzz(func(t *testing.T, content string) {
		b, err := Open(writeODS(t, "content.xml", content), ReadOptions{})
		if err != nil {
			return
		}
		defer b.Close()
		for _, s := range b.Sheets()[:1] {
			last, count := 0, 0
			for row, err := range b.Rows(s.Name) {
				if count++; err != nil || count > 10_000 {
					return
				}
				col := 0
				for _, c := range row.Cells {
					if c.Col <= col || c.Col > MaxColumns || !utf8.ValidString(c.Text) {
						t.Fatalf("cell %+v after column %d", c, col)
					}
					col = c.Col
				}
				if row.Num <= last {
					t.Fatalf("row %d after %d", row.Num, last)
				}
				last = row.Num
			}
		}
	})
}
