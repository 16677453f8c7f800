package sheet

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// tsv reads a book as lines of the kind that testdata/legacy/oracle.py writes.
func tsv(t testing.TB, path string) []string {
	t.Helper()
	b, err := Open(path, ReadOptions{})
	if err != nil {
		t.Fatalf("open %s: %v", path, err)
	}
	defer b.Close()
	var lines []string
	for _, s := range b.Sheets() {
		lines = append(lines, fmt.Sprintf("sheet\t%s\t%d", s.Name, bit(s.Hidden)))
		merges, err := b.Merges(s.Name)
		if err != nil {
			t.Fatalf("merges: %v", err)
		}
		for _, m := range merges {
			lines = append(lines, fmt.Sprintf("merge\t%d\t%d\t%d\t%d", m.FirstRow, m.FirstCol, m.LastRow, m.LastCol))
		}
		for row, err := range b.Rows(s.Name) {
			if err != nil {
				t.Fatalf("rows of %s: %v", path, err)
			}
			for _, c := range row.Cells {
				if line := cellLine(row, c); line != "" {
					lines = append(lines, line)
				}
			}
		}
	}
	return lines
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

var escapes = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`)

func cellLine(row Row, c Cell) string {
	show := "-"
	if c.Show == ShowDate && c.Type == Number {
		show = "date"
	}
	kind := map[Type]string{String: "s", Number: "n", Bool: "b", Error: "e"}[c.Type]
	if c.Uncached {
		kind, c.Text = "n", "0" // the oracles see the zero that stands there
	}
	if kind == "" || c.Text == "" {
		return ""
	}
	return fmt.Sprintf("%d\t%d\t%s\t%s\t%d\t%s", row.Num, c.Col, kind, show, bit(row.Hidden), escapes.Replace(c.Text))
}

// expected reads an oracle's lines, its merges ordered as got has them.
func expected(t testing.TB, path string) []string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
}

// sameLine compares numbers as numbers: programs spell them differently. An
// oracle that read a copy agrees with it in 15 digits.
func sameLine(a, b string, ofCopy bool) bool {
	if a == b {
		return true
	}
	x, y := strings.Split(a, "\t"), strings.Split(b, "\t")
	if len(x) != 6 || len(y) != 6 {
		return false
	}
	// LibreOffice keeps a computed truth value as 1 or 0, which gnumeric, the
	// oracle's helper, computes anew.
	for _, line := range [][]string{x, y} {
		if line[2] == "b" {
			line[2], line[5] = "n", map[string]string{"true": "1", "false": "0"}[line[5]]
		}
	}
	if x[2] != "n" || !slices.Equal(x[:5], y[:5]) {
		return false
	}
	f, err1 := strconv.ParseFloat(x[5], 64)
	g, err2 := strconv.ParseFloat(y[5], 64)
	return err1 == nil && err2 == nil && (f == g || ofCopy && digits15(f) == digits15(g))
}

// digits15 is a number as far as programs agree on it.
func digits15(f float64) string { return strconv.FormatFloat(f, 'g', 15, 64) }

// sortMerges gives the merges of a sheet one order.
func sortMerges(lines []string) []string {
	isMerge := func(s string) bool { return strings.HasPrefix(s, "merge") }
	for from := 0; from < len(lines); from++ {
		to := from
		for to < len(lines) && isMerge(lines[to]) {
			to++
		}
		slices.SortFunc(lines[from:to], cmp.Compare[string])
		from = to
	}
	return lines
}

func TestLegacyBooksAgreeWithOracle(t *testing.T) {
	oracles, err := filepath.Glob("testdata/legacy/*.tsv")
	if err != nil || len(oracles) < 10 {
		t.Fatalf("%d oracles: %v", len(oracles), err)
	}
	for _, oracle := range oracles {
		path := strings.TrimSuffix(oracle, ".tsv")
		if _, err := os.Stat(path); err != nil {
			path = filepath.Join("testdata", filepath.Base(path))
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			got, want := sortMerges(tsv(t, path)), sortMerges(expected(t, oracle))
			ofCopy := filepath.Ext(path) == ".ods"
			same := gocmp.Comparer(func(a, b string) bool { return sameLine(a, b, ofCopy) })
			if diff := gocmp.Diff(want, got, same); diff != "" {
				t.Errorf("-oracle +reader:\n%s", diff)
			}
		})
	}
}

// A file spells its dates out, whatever day it counts them from.
func TestODSDatesAreCountedFrom1899(t *testing.T) {
	want := []string{"sheet\tSheet\t0", "1\t1\tn\tdate\t0\t46143", "1\t2\tn\t-\t0\t42"}
	if diff := gocmp.Diff(want, tsv(t, "testdata/legacy/d1904-lo.ods")); diff != "" {
		t.Error(diff)
	}
}

// Every format tells dates, percentages and text from plain numbers.
func TestLegacyShows(t *testing.T) {
	want := map[[2]int]Show{{2, 1}: ShowNumber, {2, 2}: ShowText, {2, 3}: ShowNumber, {2, 4}: ShowDate, {2, 6}: ShowPercent, {3, 3}: ShowNumber, {4, 4}: ShowDate}
	for _, name := range []string{"features-gnumeric.xls", "features-gnumeric-95.xls", "features-gnumeric.ods", "features-lo.xls", "features-lo.ods"} {
		b, err := Open("testdata/legacy/"+name, ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		got := map[[2]int]Show{}
		for row, err := range b.Rows("Остатки") {
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range row.Cells {
				if _, wanted := want[[2]int{row.Num, c.Col}]; wanted {
					got[[2]int{row.Num, c.Col}] = c.Show
				}
			}
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A compound file says what it is by its streams, not by its name.
func TestLegacyRefused(t *testing.T) {
	whole, err := os.ReadFile("testdata/legacy/d1904-lo.xls")
	if err != nil {
		t.Fatal(err)
	}
	// The name of a stream is kept in UTF-16, in a field of fixed length.
	field := func(name string) []byte {
		b := make([]byte, 60)
		for i := range name {
			b[2*i] = name[i]
		}
		return b
	}
	renamed := func(to string) []byte { return bytes.Replace(whole, field("Workbook"), field(to), 1) }
	for _, c := range []struct {
		name       string
		file       []byte
		code, kind string
	}{
		{"encrypted", renamed("EncryptedPackage"), CodeEncrypted, "password"},
		{"word", renamed("WordDocument"), CodeUnreadable, "word"},
		{"cut off", whole[:len(whole)/2], CodeUnreadable, "broken"},
		{"Excel 4", []byte("\x09\x04\x06\x00\x00\x00\x10\x00\x00\x00\x0A\x00\x00\x00"), CodeUnreadable, "xls"},
		{"half a byte", whole[:9], CodeUnreadable, "broken"},
	} {
		path := filepath.Join(t.TempDir(), "a.xls")
		if err := os.WriteFile(path, c.file, 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := Open(path, ReadOptions{})
		if err == nil {
			b.Close()
		}
		fe, ok := errors.AsType[*FileError](err)
		if !ok || fe.Code != c.code || fe.Kind != c.kind {
			t.Errorf("%s: %#v", c.name, err)
		}
	}
}
