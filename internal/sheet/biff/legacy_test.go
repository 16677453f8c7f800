package biff

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// legacy is a fixture of the package above.
func legacy(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "testdata", "legacy", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The looks are those that testdata/legacy/features.py gave.
func TestStyles(t *testing.T) {
	for _, name := range []string{"features-lo.xls", "features-gnumeric.xls", "features-gnumeric-95.xls"} {
		w, err := open(legacy(t, name), limits)
		if err != nil {
			t.Fatal(err)
		}
		cells := map[[2]int]Style{}
		for row, err := range w.Rows(0) {
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range row.Cells {
				cells[[2]int{row.Num, c.Col}] = w.Style(c.XF)
			}
		}
		a1, b1 := cells[[2]int{1, 1}], cells[[2]int{1, 2}]
		wantFont := Font{Name: "Arial", Size: 280, Bold: true, Color: "FF0000"}
		if diff := cmp.Diff(wantFont, a1.Font); diff != "" {
			t.Errorf("%s: font: %s", name, diff)
		}
		if a1.Fill.Pattern != 1 || a1.Fill.Fore != "FFFF00" {
			t.Errorf("%s: fill: %+v", name, a1.Fill)
		}
		lines := [4]byte{a1.Borders.Left.Line, a1.Borders.Right.Line, a1.Borders.Top.Line, a1.Borders.Bottom.Line}
		if lines != [4]byte{1, 0, 6, 5} || a1.Borders.Top.Color != "0000FF" {
			t.Errorf("%s: borders: %+v", name, a1.Borders)
		}
		if a1.Align.Horizontal != 2 || a1.Align.Vertical != 1 || !a1.Align.Wrap {
			t.Errorf("%s: align: %+v", name, a1.Align)
		}
		if !b1.Font.Italic || !b1.Font.Strike || b1.Font.Underline != 1 || b1.Align.Horizontal != 3 || b1.Align.Rotation != 90 {
			t.Errorf("%s: B1: %+v", name, b1)
		}
		for at, code := range map[[2]int]string{{2, 3}: "#,##0.00", {2, 2}: "@", {3, 3}: `#,##0.00 "руб."`, {2, 4}: "dd.mm.yyyy"} {
			got := cells[at]
			builtin := map[int]string{4: "#,##0.00", 49: "@"}[got.FormatID]
			if !strings.EqualFold(strings.ReplaceAll(got.FormatCode, `\`, ""), code) && builtin != code && !strings.Contains(got.FormatCode, "руб.") {
				t.Errorf("%s: format of %v: %d %q", name, at, got.FormatID, got.FormatCode)
			}
		}
		checkLayout(t, name, w)
	}
}

func checkLayout(t *testing.T, name string, w *Workbook) {
	t.Helper()
	l, err := w.Layout(0)
	if err != nil {
		t.Fatal(err)
	}
	widths, hidden := map[int]int{}, map[int]bool{}
	for _, c := range l.Columns {
		for i := c.First; i <= c.Last; i++ {
			widths[i], hidden[i] = c.Width, c.Hidden
		}
	}
	if w := widths[1]; w < 29*256 || w > 31*256 || !hidden[7] || hidden[6] {
		t.Errorf("%s: columns: %+v", name, l.Columns)
	}
	rows := map[int]RowInfo{}
	for _, r := range l.Rows {
		rows[r.Num] = r
	}
	if h := rows[6].Height; h < 790 || h > 810 || !rows[4].Hidden || rows[5].Hidden {
		t.Errorf("%s: rows 4 to 6: %+v %+v %+v", name, rows[4], rows[5], rows[6])
	}
}

// What Apache POI leaves of a template that it filled.
func TestUnusedTexts(t *testing.T) {
	w, err := open(legacy(t, "poi-report.xls"), limits)
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.UnusedTexts()
	if err != nil || !strings.Contains(strings.Join(got, "\n"), "${row.consignmentID}") {
		t.Errorf("%q, %v", got, err)
	}
	for _, text := range got {
		if !strings.ContainsAny(text, "$<") {
			t.Errorf("%q is in a cell", text)
		}
	}
	if w, err = open(legacy(t, "features-lo.xls"), limits); err != nil {
		t.Fatal(err)
	}
	if got, err = w.UnusedTexts(); err != nil || len(got) != 0 {
		t.Errorf("%q, %v", got, err)
	}
}

// POI's formulas were not computed.
func TestUncachedFormulasOfPOI(t *testing.T) {
	lines, err := dump(legacy(t, "poi-report.xls"), limits)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if strings.Contains(line, "formula") && !strings.Contains(line, `0 "" formula uncached`) {
			t.Error(line)
		}
	}
}

func FuzzOpen(f *testing.F) {
	for _, c := range cellCases {
		f.Add(book(c.globals, c.sheet))
	}
	for _, name := range []string{"poi-report.xls", "d1904-lo.xls", "../report-resaved-lo.xls", "poi-minimal.xls"} {
		f.Add(legacy(f, name))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		w, err := open(file, limits)
		if err != nil {
			return
		}
		for i := range min(w.XFs(), 100) {
			w.Style(i)
		}
		for i, s := range w.Sheets()[:min(8, len(w.Sheets()))] {
			if !utf8.ValidString(s.Name) {
				t.Errorf("name %q", s.Name)
			}
			checkRows(t, w, i)
		}
		if _, err := w.UnusedTexts(); err != nil {
			return
		}
	})
}

// checkRows: rows and cells come in order, once, with texts in UTF-8.
func checkRows(t *testing.T, w *Workbook, i int) {
	last := 0
	for row, err := range w.RowsWithBlanks(i) {
		if err != nil {
			return
		}
		if row.Num <= last || row.Num > maxRows || len(row.Cells) == 0 {
			t.Fatalf("row %d after %d", row.Num, last)
		}
		last = row.Num
		col := 0
		for _, c := range row.Cells {
			if c.Col <= col || c.Col > maxColumns || !utf8.ValidString(c.Text) || c.Kind == Blank && c.Text != "" {
				t.Fatalf("cell %+v after column %d", c, col)
			}
			col = c.Col
		}
	}
}
