package sheet

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzXLSX: whatever the bytes are, reading ends, and rows and columns are in
// order and within what a spreadsheet holds.
func FuzzXLSX(f *testing.F) {
	for _, name := range []string{"src.xlsx", "resave-lo.xlsx", "csv-ru-in.csv", "report-resaved-lo.xls"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	limits := Limits{File: 1 << 20, Part: 1 << 20, Strings: 1 << 20, Cell: 1 << 12, Entries: 100, Merges: 100}
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := Open(path, ReadOptions{Limits: limits})
		if err != nil {
			return
		}
		defer b.Close()
		for _, s := range b.Sheets() {
			last := 0
			for r, err := range b.Rows(s.Name) {
				if err != nil {
					break
				}
				if r.Num <= last || len(r.Cells) == 0 {
					t.Fatalf("row %d after %d, %d cells", r.Num, last, len(r.Cells))
				}
				last = r.Num
				for i, c := range r.Cells {
					if c.Col < 1 || c.Col > MaxColumns || i > 0 && c.Col <= r.Cells[i-1].Col {
						t.Fatalf("row %d: column %d", r.Num, c.Col)
					}
				}
			}
		}
	})
}

// FuzzSheetXML feeds the scanner directly: what it accepts, it ends.
func FuzzSheetXML(f *testing.F) {
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a&amp;_x000D_</t></is></c></row></sheetData></worksheet>`)
	f.Add(`<x:worksheet><x:sheetData><x:row><x:c t="s"><x:f>[1]A!B</x:f><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>`)
	f.Add(`<worksheet><!-- --><sheetData><row><c><v><![CDATA[1]]></v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`)
	f.Fuzz(func(t *testing.T, xml string) {
		path := bookOf(t, "", map[string]string{"xl/worksheets/sheet1.xml": xml})
		b, err := Open(path, ReadOptions{Limits: Limits{Cell: 1 << 10}})
		if err != nil {
			return
		}
		defer b.Close()
		for _, err := range b.Rows("S") {
			if err != nil {
				return
			}
		}
		if _, err := b.Merges("S"); err != nil {
			t.Fatalf("rows were read, merges not: %v", err)
		}
	})
}

// FuzzCSV: lines only go forward.
func FuzzCSV(f *testing.F) {
	f.Add([]byte("a;b\r\n\"x\ny\";2\r\n"))
	f.Add([]byte("sep=,\n'=1,2"))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "f.csv")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := Open(path, ReadOptions{})
		if err != nil {
			return
		}
		defer b.Close()
		last := 0
		for r, err := range b.Rows(b.Sheets()[0].Name) {
			if err != nil {
				return
			}
			if r.Num <= last {
				t.Fatalf("line %d after %d", r.Num, last)
			}
			last = r.Num
		}
	})
}
