package xlsxtest

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestFaults(t *testing.T) {
	const data = `<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData>`
	for _, c := range []struct{ was, is, fault string }{
		{"", "", ""},
		{data, data + `<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells><autoFilter ref="A1"/>`, "<autoFilter> is unknown, repeated or behind <mergeCells>"},
		{data, data + data, "repeated"},
		{data, data + `<nonsense/>`, "<nonsense> is unknown"},
		{data, data + `<mergeCells count="2"><mergeCell ref="A1:B1"/></mergeCells>`, "says 2 and has 1"},
		{data, data + `<mergeCells count="2"><mergeCell ref="A1:B2"/><mergeCell ref="B2:C3"/></mergeCells>`, "overlaps"},
		{data, data + `<drawing r:id="rId7"/>`, "rId7"},
		{`<row r="1">`, `<row r="2"/><row r="1">`, "behind row 2"},
		{`<c r="A1" `, `<c r="B1"/><c r="A1" `, "behind column 2"},
		{`<c r="A1" `, `<c r="A1"/><c r="A1" `, "behind column 1"},
		{`<v>0</v>`, `<v>9</v>`, "shared string 9"},
		{`t="s"`, `t="s" s="99"`, "style 99"},
	} {
		all, err := Faults(changed(t, c.was, c.is))
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(all, "\n")
		if c.fault == "" && text != "" || !strings.Contains(text, c.fault) {
			t.Errorf("%s: found %q, want %q", c.is, text, c.fault)
		}
	}
}

// changed is a workbook with another text in its sheet.
func changed(t *testing.T, was, is string) []byte {
	t.Helper()
	f := excelize.NewFile()
	if err := f.SetCellStr("Sheet1", "A1", "a"); err != nil {
		t.Fatal(err)
	}
	var book, out bytes.Buffer
	if err := f.Write(&book); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(book.Bytes()), int64(book.Len()))
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(&out)
	for _, file := range z.File {
		r, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		var part bytes.Buffer
		if _, err := part.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		text := part.String()
		if file.Name == "xl/worksheets/sheet1.xml" {
			if was != "" && !strings.Contains(text, was) {
				t.Fatalf("no %s in %s", was, text)
			}
			text = strings.Replace(text, was, is, 1)
		}
		to, err := w.Create(file.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
