package sheet

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzAnnotateXML: whatever the worksheet holds, either Annotate refuses it or
// the result reads like the source with the annotations.
func FuzzAnnotateXML(f *testing.F) {
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>x</v></c></row><row r="3" spans="1:1"/></sheetData></worksheet>`)
	f.Add(`<worksheet><cols><col min="1" max="9"/></cols><sheetData><row><c><v>1</v></c></row><row/><row><c r="B3"/></row></sheetData></worksheet>`)
	f.Add(`<w:worksheet xmlns:w="a"><w:sheetData><w:row><w:c t="b"><w:v>1</w:v></w:c></w:row></w:sheetData></w:worksheet>`)
	f.Fuzz(func(t *testing.T, text string) {
		for dec := xml.NewDecoder(strings.NewReader(text)); ; {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return // the readers do not check the nesting of names
			}
		}
		src := rawWorkbook(t, text)
		dst := filepath.Join(t.TempDir(), "out.xlsx")
		if Annotate(t.Context(), src, dst, notes("S")) != nil {
			return
		}
		same(t, src, dst, "S")
	})
}

// same checks that a result holds every cell of its source at its place.
func same(t *testing.T, src, dst, sheet string, read ...ReadOptions) {
	t.Helper()
	o := ReadOptions{}
	if len(read) > 0 {
		o = read[0]
	}
	want, got := map[string]Cell{}, map[string]Cell{}
	for path, cells := range map[string]map[string]Cell{src: want, dst: got} {
		b, err := Open(path, o)
		if err != nil {
			t.Fatal(err)
		}
		for row, err := range b.Rows(sheet) {
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range row.Cells {
				cells[fmt.Sprintf("%d:%d", row.Num, c.Col)] = c
			}
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
	titles := append(sameTitles(StateTitle.En), sameTitles(ReasonTitle.En)...)
	for at, c := range want {
		if got[at] != c && !strings.Contains(strings.Join(titles, "|"), strings.TrimSpace(c.Text)) {
			t.Errorf("%s: %+v became %+v", at, c, got[at])
		}
	}
}

// FuzzAnnotateCSV is the same for CSV.
func FuzzAnnotateCSV(f *testing.F) {
	f.Add("UUID;N\r\na;1\r\n\"b\r\n\";2\r\nc")
	f.Add("\uFEFFUUID,N\r\"a\"\"\"x,1\r\n\n,,\n")
	f.Add("sep=;\nUUID;N\na;1\n")
	f.Fuzz(func(t *testing.T, text string) {
		src := csvFile(t, text)
		dst := filepath.Join(t.TempDir(), "out.csv")
		d, err := Open(src, ReadOptions{})
		if err != nil {
			return
		}
		read := ReadOptions{Encoding: d.Detected().Encoding, Delimiter: d.Detected().Delimiter}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		a := notes("")
		a.Read = read
		if Annotate(t.Context(), src, dst, a) != nil {
			return
		}
		same(t, src, dst, "", read)
	})
}
