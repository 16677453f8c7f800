package importer

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"

	"github.com/google/go-cmp/cmp"
)

// retitle changes a header.
func retitle(b *book, col int, title string) {
	for i := range b.sheets[0].rows[0].Cells {
		if c := &b.sheets[0].rows[0].Cells[i]; c.Col == col {
			c.Text = title
		}
	}
}

func TestHeaders(t *testing.T) {
	for _, test := range []struct {
		name    string
		edit    func(*book)
		o       Options
		changes int
		told    []string
	}{
		{"case, spaces and ё", func(b *book) { retitle(b, 3, " НАИМЕНОВАНИЕ\u00a0"); retitle(b, 8, "price:retail") }, Options{}, 1, nil},
		{"renamed", func(b *book) { retitle(b, 8, "Price: Retal") }, Options{}, 0, []string{"notice column-unknown/near H1"}},
		{"named by --map", func(b *book) { retitle(b, 8, "Моя цена") }, Options{Map: map[string]string{"моя цена": "salePrice:p1"}}, 1, nil},
		{"named by --map, the price type by name", func(b *book) { retitle(b, 8, "Моя цена") }, Options{Map: map[string]string{"Моя цена": "salePrice:Розница"}}, 1, nil},
		{"--map of a column that is not there", func(*book) {}, Options{Map: map[string]string{"Нет такой": "code"}}, 1, []string{"notice column-unknown/map"}},
		{"unknown", func(b *book) { b.put("N1", str("Заметки")) }, Options{}, 1, []string{"notice column-unknown N1"}},
		{"columns of a result sheet", func(b *book) { b.put("N1", str("Статус")); b.put("O1", str("Reason")) }, Options{}, 1, nil},
		{"twice", func(b *book) { b.put("N1", str("Код")) }, Options{}, 1, []string{"error header-duplicate N1"}},
		{"no UUID", func(b *book) { retitle(b, 1, "Номер") }, Options{}, 0, []string{"error header-missing A1"}},
		{"no header", func(b *book) { b.sheets[0].rows = b.sheets[0].rows[1:] }, Options{}, 0, []string{"error header-missing/nothing"}},
		{"lower down", func(b *book) {
			for i := range b.sheets[0].rows {
				b.sheets[0].rows[i].Num += 7
			}
			b.sheets[0].rows = append([]sheet.Row{textRow(1, []string{"Прайс", "Код"})}, b.sheets[0].rows...)
		}, Options{}, 1, nil},
		{"the sheet was renamed", func(b *book) { b.sheets[0].name = "Лист1" }, Options{}, 1, nil},
		{"a copy beside ours", func(b *book) {
			b.sheets = append(b.sheets, page{name: "Products (2)", rows: b.sheets[0].rows})
		}, Options{}, 1, []string{"notice sheet-ignored"}},
		{"two copies, neither ours", func(b *book) {
			b.sheets[0].name = "A"
			b.sheets = append(b.sheets, page{name: "B", rows: b.sheets[0].rows})
		}, Options{}, 0, []string{"error sheet-ambiguous"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := workbook(testBase())
			b.put("H2", num("150"))
			test.edit(b)
			e := mustRead(t, b, test.o)
			if test.told == nil {
				test.told = []string{}
			}
			if diff := cmp.Diff(test.told, told(e)); diff != "" {
				t.Error(diff)
			}
			if len(e.Changes) != test.changes {
				t.Errorf("%v", changed(e))
			}
		})
	}
}

// TestKey names rows by their code.
func TestKey(t *testing.T) {
	b := workbook(testBase())
	retitle(b, 1, "x")
	b.put("H2", num("150"))
	b.put("D4", str("no such"))
	e := mustRead(t, b, Options{Key: catalog.FieldCode})
	if diff := cmp.Diff([]string{"notice column-unknown A1", "error id-unknown/key D4"}, told(e)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Products!H2 salePrice:p1 129.90 -> 150.00"}, changed(e)); diff != "" {
		t.Error(diff)
	}
}

func TestWhereTheBaseIs(t *testing.T) {
	without := func(names ...string) *book {
		b := workbook(testBase())
		b.put("H2", num("150"))
		var kept []page
		for _, p := range b.sheets {
			if !strings.Contains(strings.Join(names, " "), p.name) {
				kept = append(kept, p)
			}
		}
		b.sheets = kept
		return b
	}
	saved := func(id string) (*baseline.Base, error) {
		if id != "snap" {
			return nil, fs.ErrNotExist
		}
		return testBase(), nil
	}
	exported, _ := export(t, "base.xlsx", i18n.En)
	exportedCSV, _ := export(t, "base.csv", i18n.Ru)
	for _, test := range []struct {
		name string
		b    *book
		o    Options
		from string
		told []string
	}{
		{"in the sheet", without(), Options{}, BaseSheet, []string{}},
		{"rows lost, saved", without("_base"), Options{Saved: saved}, BaseSaved, []string{}},
		{"rows lost, not saved", without("_base"), Options{Saved: func(string) (*baseline.Base, error) { return nil, fs.ErrNotExist }}, "", []string{}},
		{"all lost", without("_base", "_catalogsheet", "_lists"), Options{Saved: saved}, "", []string{}},
		{"named workbook", without("_base", "_catalogsheet", "_lists"), Options{BasePath: exported}, BaseFile, []string{}},
		{"named CSV", without("_base", "_catalogsheet", "_lists"), Options{BasePath: exportedCSV}, BaseFile, []string{}},
		{"named sidecar", without(), Options{BasePath: sheet.BasePath(exportedCSV)}, BaseFile, []string{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.o.Known = testSchema()
			e := mustRead(t, test.b, test.o)
			if e.BaseFrom != test.from || e.HasBase() != (test.from != "") {
				t.Errorf("base from %q, want %q", e.BaseFrom, test.from)
			}
			if diff := cmp.Diff(test.told, told(e)); diff != "" {
				t.Error(diff)
			}
			if want := map[bool]int{true: 1, false: 0}[test.from != ""]; len(e.Changes) != want {
				t.Errorf("%v", changed(e))
			}
		})
	}
	t.Run("another account", func(t *testing.T) {
		b := testBase()
		b.Head.Account, b.Head.AccountName = "other", "another shop"
		e := mustRead(t, workbook(b), Options{BasePath: exported})
		if diff := cmp.Diff([]string{"error account-mismatch"}, told(e)); diff != "" {
			t.Error(diff)
		}
		if !e.Refused() {
			t.Error("the file is not refused")
		}
	})
	t.Run("no base in the named file", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "x.csv")
		if err := os.WriteFile(path, []byte("a;b\n1;2\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		e := mustRead(t, workbook(testBase()), Options{BasePath: path, Known: testSchema()})
		if diff := cmp.Diff([]string{"error file-unreadable/no-base"}, told(e)); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("a base that does not exist", func(t *testing.T) {
		if _, err := readBook(t.Context(), workbook(testBase()), "x.xlsx", Options{BasePath: "/nowhere/x.xlsx"}); err == nil {
			t.Error("no error")
		}
	})
}

// TestWithoutBase compares a sheet that carries nothing with what the service
// holds.
func TestWithoutBase(t *testing.T) {
	b := workbook(testBase())
	b.sheets = b.sheets[:1]
	retitle(b, 8, "Цена: Розница")
	b.put("H2", num("150"))
	b.put("D3", num("1200000"))
	b.put("A4", str("aaaaaaaa-0000-4000-8000-000000000777"))
	known := testSchema()
	known = append(known[:7:7], known[8:]...)
	families := []catalog.Family{{Field: "salePrice", Before: i18n.T("Price: ", "Цена: "), Column: catalog.Column{Kind: catalog.Money, On: goods, Decimals: 2}}}
	e := mustRead(t, b, Options{Known: append(known, known...), Families: families})
	if e.HasBase() || e.Rows != 3 {
		t.Fatalf("base %q, rows %d", e.BaseFrom, e.Rows)
	}
	fields := map[catalog.Field]bool{}
	for _, c := range e.Columns {
		fields[c.Column.Field] = true
	}
	if !fields["salePrice:Розница"] || !fields["code"] {
		t.Errorf("columns %v", fields)
	}
	if diff := cmp.Diff([]catalog.Key{{Type: "product", ID: idA}, {Type: "product", ID: idB}, {Type: "variant", ID: "aaaaaaaa-0000-4000-8000-000000000777"}}, e.Keys()); diff != "" {
		t.Error(diff)
	}
	server := testBase()
	compare := func() {
		err := e.Compare(context.Background(), server.Head, func(k catalog.Key) (catalog.Item, bool) {
			for _, it := range server.Items {
				if it.Key == k {
					return it, true
				}
			}
			return catalog.Item{}, false
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		compare()
		if diff := cmp.Diff([]string{"notice repaired D3", "error id-unknown/server A4"}, told(e)); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"Products!H2 salePrice:p1 129.90 -> 150.00"}, changed(e)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestNotASheet(t *testing.T) {
	dir := t.TempDir()
	for _, test := range []struct{ name, text, want string }{
		{"page.xls", "<html><body><table></table></body></html>", "error file-unreadable/html"},
		{"doc.xlsx", "%PDF-1.7\n", "error file-unreadable/pdf"},
		{"empty.csv", "", "error file-unreadable/empty"},
	} {
		path := filepath.Join(dir, test.name)
		if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := Read(t.Context(), path, Options{})
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if diff := cmp.Diff([]string{test.want}, told(e)); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
		if !e.Refused() {
			t.Errorf("%s is not refused", test.name)
		}
		for _, l := range []i18n.Lang{i18n.En, i18n.Ru} {
			if m := e.Problems[0].Message(l); m == "" || strings.Contains(m, "%!") {
				t.Errorf("%s says %q", test.name, m)
			}
		}
	}
	if _, err := Read(t.Context(), filepath.Join(dir, "none.xlsx"), Options{}); err == nil {
		t.Error("a file that is not there is no error")
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := readBook(ctx, workbook(longBase(10)), "x.xlsx", Options{}); err == nil {
		t.Error("a cancelled read succeeds")
	}
}

// TestCSV reads a sheet as a spreadsheet program saved it.
func TestCSV(t *testing.T) {
	path, _ := export(t, "c.csv", i18n.Ru)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("0012345", "12345", "12E5", "1200000", "1.10", "1,1", "129,90", "1 500,00").Replace(string(raw))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	e, err := Read(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"notice repaired 2:4", "notice repaired 3:4", "notice repaired 4:4"}, told(e)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"2:8 salePrice:p1 129.90 -> 1500.00"}, changed(e)); diff != "" {
		t.Error(diff)
	}
	if e.BaseFrom != BaseSidecar || e.Dialect.Delimiter != ';' {
		t.Errorf("%q %+v", e.BaseFrom, e.Dialect)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(text, "1 500,00", "1,299", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	e, err = Read(t.Context(), path, Options{Decimal: "point"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"2:8 salePrice:p1 129.90 -> 1299.00"}, changed(e)); diff != "" {
		t.Error(diff)
	}
}

// TestWrittenDecimal: our own dialect settles its own decimal sign and nothing
// else, and only while the delimiter is the export's.
func TestWrittenDecimal(t *testing.T) {
	for _, test := range []struct{ name, from, to, tab, want string }{
		{"the comma of excel-ru", ";0,5;", ";1,299;", "", "2:9 weight 0.5 -> 1.299"},
		{"a point in excel-ru is nobody's", ";0,5;", ";1.299;", "", "error number-ambiguous 2:9"},
		{"another delimiter proves nothing", ";0,5;", ";1,299;", "\t", "error number-ambiguous 2:9"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path, _ := export(t, "c.csv", i18n.Ru)
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.Replace(string(raw), test.from, test.to, 1)
			if test.tab != "" {
				text = strings.ReplaceAll(text, ";", test.tab)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			e, err := Read(t.Context(), path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(append(told(e), changed(e)...), "; "); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}
