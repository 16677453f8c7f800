package sheet

import (
	"path/filepath"
	"slices"
	"testing"

	"catalogsheet/internal/money"

	"github.com/google/go-cmp/cmp"
)

// A format that cannot be changed in place becomes a workbook with the same
// cells at the same addresses, and the two columns.
func TestAnnotateConverts(t *testing.T) {
	for _, pattern := range []string{"testdata/*.xls", "testdata/legacy/*.xls", "testdata/legacy/*.ods"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("no files %s (%v)", pattern, err)
		}
		for _, src := range files {
			t.Run(filepath.Base(src), func(t *testing.T) { annotateConverts(t, src) })
		}
	}
}

func annotateConverts(t *testing.T, src string) {
	before, names, format := allCells(t, src)
	if len(names) == 0 || len(before[names[0]]) == 0 {
		return // nothing to annotate
	}
	name := names[0]
	header := slices.Min(rowNumbers(before[name]))
	dst := AnnotatedName(filepath.Join(t.TempDir(), filepath.Base(src)), format)
	if filepath.Ext(dst) != ".xlsx" {
		t.Fatalf("the result of %s is called %s", src, dst)
	}
	err := Annotate(t.Context(), src, dst, Annotation{
		Sheet: name, HeaderRow: header, Columns: []string{"State", "Reason"},
		Cell: func(int) ([]string, Mark) { return []string{"applied", ""}, Plain },
	})
	if err != nil {
		t.Fatal(err)
	}
	after, _, _ := allCells(t, dst)
	if got := after[name][header]; len(got) < 2 || got[len(got)-2] != "State" || got[len(got)-1] != "Reason" {
		t.Errorf("header %q", got)
	}
	for _, other := range names[1:] {
		if diff := cmp.Diff(before[other], after[other]); diff != "" {
			t.Errorf("sheet %s: %s", other, diff)
		}
	}
	for num, cells := range before[name] {
		if got := after[name][num]; len(got) < len(cells) || !slices.Equal(got[:len(cells)], cells) {
			t.Errorf("row %d was %q, is %q", num, cells, got)
		}
	}
}

func rowNumbers(rows map[int][]string) []int {
	var list []int
	for n := range rows {
		list = append(list, n)
	}
	return list
}

// allCells reads the texts of all filled cells by sheet and row.
func allCells(t *testing.T, path string) (cells map[string]map[int][]string, names []string, f Format) {
	t.Helper()
	book, err := Open(path, ReadOptions{})
	if err != nil {
		return nil, nil, 0 // a fixture that is refused, as another test says
	}
	defer book.Close()
	cells = map[string]map[int][]string{}
	for _, info := range book.Sheets() {
		names = append(names, info.Name)
		cells[info.Name] = map[int][]string{}
		for row, err := range book.Rows(info.Name) {
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range row.Cells {
				if c.Type != Blank && c.Text != "" {
					cells[info.Name][row.Num] = append(cells[info.Name][row.Num], meant(book, c))
				}
			}
		}
	}
	return cells, names, book.Format()
}

// meant is a cell's text, numbers in one spelling and dates counted from 1900.
func meant(book Book, c Cell) string {
	d, err := money.Parse(c.Text)
	if c.Type != Number || err != nil {
		return c.Text
	}
	if c.Show == ShowDate && book.Date1904() {
		d = d.Add(days1904)
	}
	return money.Plain(d)
}
