package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"catalogsheet/internal/sheet/xlsxtest"
)

// texts that spreadsheets and formats like to spoil.
var spoilable = []string{
	"=1+1", "+7", "-5", "@x", "'=q", "''+", "'", "\tx", "\rx", "a\rb", "a\r\nb", "_xc_", "_x0041_", "_x005F_", "__x0041__",
	" x ", "a  b", "<&>\"'", "]]>", "\x01", "\uFFFE", "a\nb", "😀", "a;b", "a,b", "sep=;", "\"", "\"\"", "\u2028", "\u0085",
}

func textGen() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom(spoilable),
		rapid.String(),
		rapid.StringMatching(`(_x[0-9A-Fa-f]{1,4}_|_|x|[0-9a-f]){0,6}`),
		rapid.StringMatching(`'{0,3}[=+\-@\t\r]?[a-z"';,\n ]{0,5}`),
	)
}

func writeBook(t interface{ Fatal(...any) }, path string, table [][]Out) {
	wb := NewWorkbook()
	s := wb.Sheet("Лист", Layout{Header: true})
	err := error(nil)
	for _, row := range table {
		err = errors.Join(err, s.Row(row))
	}
	f, e := CreateAtomic(path)
	if err = errors.Join(err, e); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(wb.Finish(f), f.Commit(), wb.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if faults, err := xlsxtest.Faults(data); err != nil || faults != nil {
		t.Fatal(faults, err)
	}
}

// wanted is what reading gives of a written row: no blank cells.
func wanted(table [][]Out) []Row {
	var want []Row
	for i, cells := range table {
		row := Row{Num: i + 1}
		for j, c := range cells {
			cell := Cell{Col: j + 1, Text: c.Text}
			switch c.Type {
			case OutText:
				cell.Type = String
			case OutNumber:
				cell.Type = Number
			case OutBool:
				cell.Type = Bool
			}
			if c.Type != OutBlank && c.Text != "" {
				row.Cells = append(row.Cells, cell)
			}
		}
		if len(row.Cells) > 0 {
			want = append(want, row)
		}
	}
	return want
}

func TestWorkbookRoundTrip(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		cell := rapid.Custom(func(rt *rapid.T) Out {
			switch rapid.IntRange(0, 5).Draw(rt, "type") {
			case 0:
				return Out{}
			case 1:
				return Out{Type: OutNumber, Text: fmt.Sprint(rapid.Int64().Draw(rt, "n")) + ".5"}
			case 2:
				return Out{Type: OutBool, Text: fmt.Sprint(rapid.Bool().Draw(rt, "b"))}
			}
			return Out{Type: OutText, Text: textGen().Draw(rt, "text")}
		})
		table := rapid.SliceOfN(rapid.SliceOfN(cell, 1, 5), 1, 6).Draw(rt, "table")
		path := filepath.Join(dir, "book.xlsx")
		writeBook(rt, path, table)
		b, err := Open(path, ReadOptions{})
		if err != nil {
			rt.Fatal(err)
		}
		defer b.Close()
		got, err := rows(t, b, "Лист")
		if diff := cmp.Diff(wanted(table), got); diff != "" || err != nil {
			rt.Fatal(err, diff)
		}
	})
}

// TestLongSheet crosses chunks, so that the parts of the deflate stream, its
// checksum and the reader that reads ahead are all at work.
func TestLongSheet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "long.xlsx")
	wb := NewWorkbook()
	defer wb.Close()
	a, b := wb.Sheet("a", Layout{}), wb.Sheet("b", Layout{Hidden: true})
	const n = 12_000
	for i := range n {
		text := fmt.Sprintf("%d строка %x", i, i*i*7919)
		if err := errors.Join(a.Row([]Out{{Type: OutText, Text: text}, {Type: OutText, Text: text + text}}), b.Row([]Out{{Type: OutText, Text: text}})); err != nil {
			t.Fatal(err)
		}
	}
	f, err := CreateAtomic(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(wb.Finish(f), f.Commit()); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "b"} {
		all := read(t, path, name)
		if len(all) != n {
			t.Fatalf("%s: %d rows", name, len(all))
		}
		for i, r := range all {
			if want := fmt.Sprintf("%d строка %x", i, i*i*7919); r.Cells[0].Text != want || r.Num != i+1 {
				t.Fatalf("row %d: %q", i+1, r.Cells[0].Text)
			}
		}
	}
	agree(t, path)
	book, err := Open(path, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	// Whoever stops early leaves no goroutine behind (the race run sees it).
	for range book.Rows("a") {
		break
	}
}

func TestCSVRoundTrip(t *testing.T) {
	dir := t.TempDir()
	for name, style := range map[string]CSVStyle{"excel": ExcelRu, "rfc": RFC4180} {
		rapid.Check(t, func(rt *rapid.T) {
			text := textGen().Filter(func(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") })
			table := rapid.SliceOfN(rapid.SliceOfN(text, 2, 5), 1, 6).Draw(rt, "table")
			var buf bytes.Buffer
			w := NewCSVWriter(&buf, style)
			for _, r := range table {
				if err := w.Record(r); err != nil {
					rt.Fatal(err)
				}
			}
			path := filepath.Join(dir, name+".csv")
			if err := errors.Join(w.Finish(), os.WriteFile(path, buf.Bytes(), 0o600)); err != nil {
				rt.Fatal(err)
			}
			b, err := Open(path, ReadOptions{Delimiter: rune(style.Delimiter), Encoding: map[bool]string{true: UTF8BOM, false: UTF8}[style.BOM]})
			if err != nil {
				rt.Fatal(err)
			}
			defer b.Close()
			got, err := rows(t, b, "")
			var texts [][]string
			for _, r := range got {
				line := make([]string, 5)
				for _, c := range r.Cells {
					line[c.Col-1] = c.Text
				}
				texts = append(texts, line)
			}
			var want [][]string
			for _, r := range table {
				if strings.Join(r, "") != "" {
					want = append(want, append(append([]string(nil), r...), make([]string, 5-len(r))...))
				}
			}
			if diff := cmp.Diff(want, texts); diff != "" || err != nil {
				rt.Fatal(err, diff, buf.String())
			}
		})
	}
}

func TestGuard(t *testing.T) {
	for text, want := range map[string]string{
		"=1": "'=1", "+7": "'+7", "-5": "'-5", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "'=1": "''=1", "'": "'", "'a": "'a", "": "", "a=": "a=",
	} {
		if got := GuardText(text); got != want {
			t.Errorf("GuardText(%q) = %q, want %q", text, got, want)
		}
		if got := UnguardText(want); got != text {
			t.Errorf("UnguardText(%q) = %q, want %q", want, got, text)
		}
	}
}

func TestCRCCombine(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b := rapid.SliceOf(rapid.Byte()).Draw(rt, "a"), rapid.SliceOf(rapid.Byte()).Draw(rt, "b")
		got := crcCombine(crc32.ChecksumIEEE(a), crc32.ChecksumIEEE(b), int64(len(b)))
		if want := crc32.ChecksumIEEE(append(a, b...)); got != want {
			rt.Fatalf("%x, want %x", got, want)
		}
	})
}

type taggedRecord struct {
	Code  string `csv:"code"`
	Price string `csv:"price"`
	Note  string `csv:"note"`
}

func TestRecords(t *testing.T) {
	want := []taggedRecord{{"001", "1,5", "=danger;\n\"x\""}, {"002", "", "'"}}
	for _, style := range []CSVStyle{ExcelRu, RFC4180} {
		var buf bytes.Buffer
		if err := WriteRecords(&buf, style, want); err != nil {
			t.Fatal(err)
		}
		got, err := ReadRecords[taggedRecord](&buf, ReadOptions{})
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Error(err, diff)
		}
	}
}

func TestDetect(t *testing.T) {
	cp1251 := func(s string) string {
		_, enc, err := findEncoding("cp1251")
		if err != nil {
			t.Fatal(err)
		}
		out, err := enc.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	tests := map[string]struct {
		content string
		want    Dialect
		first   []Row
	}{
		"cp1251 semicolon": {cp1251("Код;Имя, полное;Цена\r\n1;Чай, чёрный;12,50\r\n2;Кофе;1,2,3\r\n"), Dialect{Windows1251, ';', 0},
			[]Row{{Num: 1, Cells: []Cell{str(1, "Код"), str(2, "Имя, полное"), str(3, "Цена")}}, {Num: 2, Cells: []Cell{str(1, "1"), str(2, "Чай, чёрный"), str(3, "12,50")}}, {Num: 3, Cells: []Cell{str(1, "2"), str(2, "Кофе"), str(3, "1,2,3")}}}},
		"utf-8 comma": {"a,b\n\"x\ny\",\"p\"\"q\"\n3,4", Dialect{UTF8, ',', 0},
			[]Row{{Num: 1, Cells: []Cell{str(1, "a"), str(2, "b")}}, {Num: 2, Cells: []Cell{str(1, "x\ny"), str(2, `p"q`)}}, {Num: 4, Cells: []Cell{str(1, "3"), str(2, "4")}}}},
		"bom tab": {"\xEF\xBB\xBFa\tb\n1,5\t2;3\n", Dialect{UTF8BOM, '\t', 0},
			[]Row{{Num: 1, Cells: []Cell{str(1, "a"), str(2, "b")}}, {Num: 2, Cells: []Cell{str(1, "1,5"), str(2, "2;3")}}}},
		"utf-16le tab": {"\xFF\xFEa\x00\t\x00\x16\x04\n\x001\x00\t\x002\x00", Dialect{UTF16LE, '\t', 0},
			[]Row{{Num: 1, Cells: []Cell{str(1, "a"), str(2, "Ж")}}, {Num: 2, Cells: []Cell{str(1, "1"), str(2, "2")}}}},
		"sep line": {"sep=,\r\na,b;c\r\n", Dialect{UTF8, ',', 0}, []Row{{Num: 2, Cells: []Cell{str(1, "a"), str(2, "b;c")}}}},
		"bare CR, blank lines": {"a;b\r\r1;2\r", Dialect{UTF8, ';', 0},
			[]Row{{Num: 1, Cells: []Cell{str(1, "a"), str(2, "b")}}, {Num: 3, Cells: []Cell{str(1, "1"), str(2, "2")}}}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.csv")
			if err := os.WriteFile(path, []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			b, err := Open(path, ReadOptions{})
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			if diff := cmp.Diff(tt.want, b.Detected()); diff != "" {
				t.Error(diff)
			}
			got, err := rows(t, b, "")
			if diff := cmp.Diff(tt.first, got); diff != "" || err != nil {
				t.Error(err, diff)
			}
		})
	}
}

func TestUnclosedQuote(t *testing.T) {
	r := NewReader(strings.NewReader("a;b\n1;\"open\n2;3\n"), ';')
	if _, err := r.Read(); err != nil {
		t.Fatal(err)
	}
	_, err := r.Read()
	if fe, ok := errors.AsType[*FileError](err); !ok || fe.Kind != "quotes" || !strings.Contains(err.Error(), "line 2") {
		t.Fatalf("got %v", err)
	}
}

func TestAtomic(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f.txt")
	if err := os.WriteFile(path, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	check := func(want string, files int) {
		t.Helper()
		got, err := os.ReadFile(path)
		if string(got) != want || err != nil {
			t.Errorf("holds %q, %v", got, err)
		}
		if names, _ := os.ReadDir(dir); len(names) != files {
			t.Errorf("folder holds %v", names)
		}
	}
	f, err := CreateAtomic(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(f, "new"); err != nil {
		t.Fatal(err)
	}
	check("old", 2)
	if err := errors.Join(f.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
	check("old", 1)
	if f, err = CreateAtomic(path); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(f, "new"); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Commit(), f.Close()); err != nil {
		t.Fatal(err)
	}
	check("new", 1)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

// TestAtomicPair: the second of two files cannot appear, so the first is as it
// was.
func TestAtomicPair(t *testing.T) {
	dir := t.TempDir()
	first, second := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	if err := os.WriteFile(first, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	a, errA := CreateAtomic(first)
	b, errB := CreateAtomic(second)
	// A folder with something in it now stands in the way.
	err := errors.Join(errA, errB, os.MkdirAll(filepath.Join(second, "x"), 0o700))
	if err != nil {
		t.Fatal(err)
	}
	if err := CommitAll(a, b); err == nil {
		t.Fatal("committed over a folder")
	}
	if err := errors.Join(a.Close(), b.Close()); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(first); string(got) != "old" {
		t.Errorf("first holds %q", got)
	}
	if names, _ := os.ReadDir(dir); len(names) != 2 {
		t.Errorf("folder holds %v", names)
	}
}
