package report

import (
	"os"
	"path/filepath"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"
	"catalogsheet/internal/sheet/xlsxtest"

	"github.com/google/go-cmp/cmp"
)

// TestXLSX has a row per change and finding; amounts are numbers unless that
// would hide a part of them.
func TestXLSX(t *testing.T) {
	m := online()
	m.Changes[4].Base = catalog.Of("502.6086956521739")
	m.Changes[4].Name = "=1+1"
	path := filepath.Join(t.TempDir(), "review.xlsx")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := XLSX(f, m, Style{Lang: i18n.Ru, Display: comma}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	xlsxtest.Valid(t, data)
	book, err := sheet.Open(path, sheet.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows := map[string]map[int]string{}
	count := map[string]int{}
	for _, info := range book.Sheets() {
		for row, err := range book.Rows(info.Name) {
			if err != nil {
				t.Fatal(err)
			}
			count[info.Name]++
			texts := map[int]string{}
			for _, c := range row.Cells {
				texts[c.Col] = c.Text
				if c.Formula {
					t.Errorf("%s row %d has a formula", info.Name, row.Num)
				}
			}
			rows[texts[2]] = texts
		}
	}
	if d := cmp.Diff(map[string]int{"Изменения": 1 + len(m.Changes) + len(m.Created), "Замечания": 1 + len(m.Problems)}, count); d != "" {
		t.Error(d)
	}
	want := map[int]string{
		1: "~", 2: "Остатки!M12", 3: key(1).ID, 4: "=1+1", 5: "Цена: Розничная",
		6: "502,6086956521739", 7: "120", 8: "−76,1\u00a0%", 9: "120", 10: "уже так",
	}
	if d := cmp.Diff(want, rows["Остатки!M12"]); d != "" {
		t.Error(d)
	}
	if rows["test-jump"][1] != diag.Held.In(i18n.Ru) {
		t.Errorf("finding: %v", rows["test-jump"])
	}
	if dir := os.Getenv("HTML_DIR"); dir != "" {
		if err := os.Rename(path, filepath.Join(dir, "review.xlsx")); err != nil {
			t.Fatal(err)
		}
	}
}
