package importer

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/merge"

	"github.com/google/go-cmp/cmp"
)

// TestSpoiled shows what is done about every way in which people and programs
// spoil the cells and rows of a sheet, in the bytes of every format.
func TestSpoiled(t *testing.T) {
	for _, test := range cellsSpoiled() {
		test.inFiles(t, testBase, Options{})
	}
}

func cellsSpoiled() []spoilage {
	return slices.Concat(numbersSpoiled(), textsSpoiled(), rowsSpoiled())
}

// inFiles reads the spoiled sheet from a file of each format that can hold it.
func (test spoilage) inFiles(t *testing.T, base func() *baseline.Base, o Options) {
	for _, ext := range extensions {
		if strings.Contains(exceptions[test.name].never, ext) {
			continue
		}
		t.Run(test.name+ext, func(t *testing.T) {
			b := workbook(base())
			test.edit(b)
			e := mustReadFile(t, b, ext, o)
			want := test.said
			if text := exceptions[test.name].text; ext == ".csv" && text != nil {
				want = text
			}
			if diff := cmp.Diff(append([]string{}, want...), toldOf(e, "Products")); diff != "" {
				t.Error(diff)
			}
			checkEdited(t, e)
			for _, d := range e.Problems {
				if d.Severity == diag.Error && !e.Refused() && d.At.Row > 0 && !e.BadRow(d.At) {
					t.Errorf("%s at %s leaves its row good", d.Code, d.At.Cell())
				}
			}
		})
	}
}

// wholeSpoilage is a spoilage of a sheet as a whole.
type wholeSpoilage struct {
	spoilage
	base func() *baseline.Base
	o    Options
}

func wholeSpoiled(t *testing.T) []wholeSpoilage {
	rows := func() *baseline.Base { return longBase(40) }
	turn := func(cols ...int) func(*book) { return func(b *book) { rotate(b, cols...) } }
	month := Options{Now: time.Date(2026, 12, 20, 0, 0, 0, 0, time.UTC)}
	return []wholeSpoilage{
		{spoilage{"S03 rubles for a price in dollars", put("H2", str("1 500 ₽")), []string{"error number-invalid/currency H2"}}, dollarBase, Options{}},
		{spoilage{"S22 UUIDs sorted alone", turn(1), []string{"error rows-torn"}}, rows, Options{}},
		{spoilage{"S22 prices sorted alone", turn(8), []string{"error rows-torn/column"}}, rows, Options{}},
		{spoilage{"S22 names and codes sorted alone", turn(3, 4), []string{"error rows-torn"}}, rows, Options{}},
		{spoilage{"S29 another account", put("H2", num("150")), []string{"error account-mismatch"}}, testBase, Options{BasePath: foreignBase(t)}},
		{spoilage{"S30 an old export", put("H2", num("150")), []string{"warning base-old", price("150.00")}}, testBase, month},
		{spoilage{"S35 two sheets without a base", func(b *book) {
			copied := b.sheets[0]
			copied.name = "Products (2)"
			b.sheets = []page{b.sheets[0], copied}
		}, []string{"error sheet-ambiguous"}}, testBase, Options{Known: testSchema()}},
	}
}

// dollarBase has a price in another currency.
func dollarBase() *baseline.Base {
	base := testBase()
	price := base.Head.Schema.Index("salePrice:p1")
	base.Head.Schema[price].Currency = "currency:p1"
	base.Head.Schema = append(base.Head.Schema, catalog.Column{Field: "currency:p1", Title: i18n.T("Currency: Retail", "Валюта (Розница)")})
	for i := range base.Items {
		base.Items[i].Cells = append(base.Items[i].Cells, catalog.Of("USD"))
	}
	return base
}

// foreignBase writes the base of another account.
func foreignBase(t *testing.T) string {
	t.Helper()
	base := testBase()
	base.Head.Account = "other"
	path := filepath.Join(t.TempDir(), "other.csv")
	if err := os.WriteFile(path, []byte("UUID\n"+idA+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	workbook(base).saveSidecar(t, path)
	return path
}

// TestSpoiledWhole: what spoils a sheet as a whole refuses it as a whole; an
// old one is read, and what was edited meanwhile is in conflict.
func TestSpoiledWhole(t *testing.T) {
	for _, test := range wholeSpoiled(t) {
		test.inFiles(t, test.base, test.o)
	}
	for _, ext := range extensions {
		b := workbook(testBase())
		b.put("H2", num("150"))
		c := mustReadFile(t, b, ext, Options{}).Changes[0]
		if got := merge.Judge(c.Column.Kind, c.Base, c.Mine, catalog.Of("140.00")); got != merge.Conflict {
			t.Errorf("S30%s: %s", ext, got)
		}
		b = workbook(longBase(40))
		rotate(b, 8)
		if e := mustReadFile(t, b, ext, Options{}); !e.Refused() {
			t.Errorf("S22%s: not refused", ext)
		}
		b = workbook(testBase())
		b.sheets[0].rows = b.sheets[0].rows[:3]
		if e := mustReadFile(t, b, ext, Options{}); e.Missing != 1 || e.Unchanged != 2 || len(e.Changes) != 0 {
			t.Errorf("S27%s: missing %d, %v", ext, e.Missing, changed(e))
		}
	}
}

// TestSpoiledListed: every spoilage of the catalogue is shown by a case that is
// read from a file, and every exception is one of a case.
func TestSpoiledListed(t *testing.T) {
	var names []string
	for _, test := range cellsSpoiled() {
		names = append(names, test.name)
	}
	for _, test := range wholeSpoiled(t) {
		names = append(names, test.name)
	}
	for _, test := range otherFiles() {
		names = append(names, test.name)
	}
	for _, test := range textFiles() {
		names = append(names, test.name)
	}
	for _, test := range lockedFiles(t) {
		names = append(names, test.name)
	}
	for i := 1; i <= 42; i++ {
		number := fmt.Sprintf("S%02d ", i)
		if !slices.ContainsFunc(names, func(s string) bool { return strings.HasPrefix(s, number) }) {
			t.Errorf("%shas no case", number)
		}
	}
	for name, e := range exceptions {
		if !slices.Contains(names, name) || e.why == "" || (e.text == nil) == (e.never == "") {
			t.Errorf("%q is no exception of a case, or says no reason", name)
		}
	}
	slices.Sort(names)
	if all := len(names); all != len(slices.Compact(names)) {
		t.Error("two cases have one name")
	}
}
