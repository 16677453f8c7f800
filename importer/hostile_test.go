package importer

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestHostile: whatever a file pretends to be, reading it ends soon, opens no
// other file, and changes nothing.
func TestHostile(t *testing.T) {
	sheetOf := func(rows string) string {
		return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1"/><sheetData>` + rows + `</sheetData></worksheet>`
	}
	head := `<row r="1"><c r="A1" t="inlineStr"><is><t>UUID</t></is></c><c r="B1" t="inlineStr"><is><t>Name</t></is></c></row>`
	for _, test := range []struct{ name, sheet string }{
		{"entities", `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>` +
			sheetOf(head+`<row r="2"><c r="A2" t="inlineStr"><is><t>&b;&c;</t></is></c></row>`)},
		{"a column past the last", sheetOf(head + `<row r="2"><c r="ZZZZ2"><v>1</v></c></row>`)},
		{"a row past the last", sheetOf(head + `<row r="99999999"><c r="A99999999"><v>1</v></c></row>`)},
		{"cut off", sheetOf(head)[:150]},
		{"a bomb", sheetOf(head + `<row r="2"><c r="A2" t="inlineStr"><is><t>` + strings.Repeat("x", 8<<20) + `</t></is></c></row>`)},
		{"a million rows with nothing in them", sheetOf(head + strings.Repeat(`<row/>`, 1_000_000))},
		{"every column styled", sheetOf(head + `<row r="2">` + strings.Repeat(`<c s="1"/>`, 16_384) + `</row>`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			e, err := Read(t.Context(), zipped(t, test.sheet), Options{Known: testSchema()})
			if err != nil {
				t.Fatal(err)
			}
			if len(e.Changes)+len(e.Created) > 0 {
				t.Error(changed(e))
			}
			for _, d := range e.Problems {
				if strings.Contains(d.Value, "root:") {
					t.Error("a file of this machine was read")
				}
			}
		})
	}
}

// zipped makes a workbook of one sheet.
func zipped(t *testing.T, sheet string) string {
	t.Helper()
	const ns = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`
	const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` + rel + `officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook ` + ns + `><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="` + rel + `worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", sheet},
		{"../../escaped.txt", "x"},
	} {
		w, err := z.Create(part.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(part.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "h.xlsx")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
