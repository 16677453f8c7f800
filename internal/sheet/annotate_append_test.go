package sheet

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Cells of a row are filled and rows are added to the hidden sheet; all else
// stays as it was.
func TestAnnotateFillsAndAppends(t *testing.T) {
	dir := t.TempDir()
	src := filepath.Join(dir, "a.xlsx")
	f, err := os.Create(src)
	if err != nil {
		t.Fatal(err)
	}
	text := func(texts ...string) []Out {
		cells := make([]Out, len(texts))
		for i, s := range texts {
			if s != "" {
				cells[i] = Out{Type: OutText, Text: s}
			}
		}
		return cells
	}
	wb := NewWorkbook()
	for _, s := range []struct {
		name   string
		hidden bool
		rows   [][]Out
	}{
		{"Stock", false, [][]Out{text("UUID", "Name"), text("1", "tea"), text("", "coffee")}},
		{"_base", true, [][]Out{text("base", "UUID"), text("row", "1")}},
	} {
		w := wb.Sheet(s.name, Layout{Hidden: s.hidden})
		for _, row := range s.rows {
			if err := w.Row(row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := wb.Finish(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	dst := filepath.Join(dir, "b.xlsx")
	err = Annotate(t.Context(), src, dst, Annotation{
		Sheet: "Stock", HeaderRow: 1, Columns: []string{"State"},
		Cell: func(int) ([]string, Mark) { return []string{"applied"}, Plain },
		Fill: func(row int) []Filled {
			if row == 3 {
				return []Filled{{Col: 1, Text: "2"}}
			}
			return nil
		},
		AppendTo: "_base", Append: [][]string{{"row", "2", "", "x"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	book, err := Open(dst, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	got := map[string][][]string{}
	for _, name := range []string{"Stock", "_base"} {
		for row, err := range book.Rows(name) {
			if err != nil {
				t.Fatal(err)
			}
			var texts []string
			for _, c := range row.Cells {
				texts = append(texts, c.Text)
			}
			got[name] = append(got[name], texts)
		}
	}
	want := map[string][][]string{
		"Stock": {{"UUID", "Name", "State"}, {"1", "tea", "applied"}, {"2", "coffee", "applied"}},
		"_base": {{"base", "UUID"}, {"row", "1"}, {"row", "2", "x"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
