package sheet

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// dump reads a whole book as sorted text, one cell a line.
func dump(t testing.TB, path string) string {
	t.Helper()
	b, err := Open(path, ReadOptions{})
	if err != nil {
		t.Fatalf("open %s: %v", path, err)
	}
	defer b.Close()
	var out strings.Builder
	for _, s := range b.Sheets() {
		fmt.Fprintf(&out, "[%s] hidden=%v\n", s.Name, s.Hidden)
		for row, err := range b.Rows(s.Name) {
			if err != nil {
				t.Fatalf("rows of %s: %v", path, err)
			}
			for _, c := range row.Cells {
				fmt.Fprintf(&out, "%d:%d %d/%d %q", row.Num, c.Col, c.Type, c.Show, c.Text)
				if c.Formula {
					fmt.Fprintf(&out, " formula external=%v uncached=%v", c.External, c.Uncached)
				}
				if row.Hidden {
					out.WriteString(" hidden")
				}
				out.WriteByte('\n')
			}
		}
	}
	return out.String()
}

// agree compares every cell's text with what excelize reads.
func agree(t testing.TB, path string) {
	t.Helper()
	b, err := Open(path, ReadOptions{})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	defer b.Close()
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatalf("oracle: %v", err)
	}
	defer f.Close()
	for _, s := range b.Sheets() {
		want, err := f.GetRows(s.Name)
		if err != nil {
			t.Fatalf("oracle rows: %v", err)
		}
		for row, err := range b.Rows(s.Name) {
			if err != nil {
				t.Fatalf("rows: %v", err)
			}
			for _, c := range row.Cells {
				got := c.Text
				if c.Type == Bool {
					got = map[string]string{"true": "1", "false": "0"}[got]
				}
				if row.Num > len(want) || c.Col > len(want[row.Num-1]) {
					t.Errorf("%s %d:%d: %q, oracle has no cell", s.Name, row.Num, c.Col, got)
					continue
				}
				if w := want[row.Num-1][c.Col-1]; w != got && !(c.Type == Bool && strings.EqualFold(w, c.Text)) {
					t.Errorf("%s %d:%d: %q, oracle %q", s.Name, row.Num, c.Col, got, w)
				}
				want[row.Num-1][c.Col-1] = ""
			}
		}
		for r, row := range want {
			for c, text := range row {
				if text != "" && !(c < 0) {
					if again, _ := f.GetRows(s.Name); again[r][c] != "" && !seen(b, s.Name, r+1, c+1) {
						t.Errorf("%s %d:%d: oracle has %q, scanner nothing", s.Name, r+1, c+1, text)
					}
				}
			}
		}
	}
}

func seen(b Book, name string, row, col int) bool {
	for r, err := range b.Rows(name) {
		if err != nil {
			return false
		}
		if r.Num == row {
			for _, c := range r.Cells {
				if c.Col == col {
					return true
				}
			}
		}
	}
	return false
}

func TestSamplesAgreeWithOracle(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.xlsx")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) { agree(t, path); t.Log(dump(t, path)) })
	}
}
