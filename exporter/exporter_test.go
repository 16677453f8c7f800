package exporter

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"
)

// export writes n items and gives the file's name.
func export(t *testing.T, name string, snap catalog.Snapshot, o Options) (string, Result) {
	t.Helper()
	o.Path = filepath.Join(t.TempDir(), name)
	res, err := Write(t.Context(), snap, o)
	if err != nil {
		t.Fatal(err)
	}
	return o.Path, res
}

// cellsOf reads a sheet: texts by row and column from 0.
func cellsOf(t *testing.T, path, name string, o sheet.ReadOptions) [][]sheet.Cell {
	t.Helper()
	b, err := sheet.Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var all [][]sheet.Cell
	for row, err := range b.Rows(name) {
		if err != nil {
			t.Fatal(err)
		}
		var cells []sheet.Cell
		for _, c := range row.Cells {
			for len(cells) < c.Col {
				cells = append(cells, sheet.Cell{Col: len(cells) + 1})
			}
			cells[c.Col-1] = c
		}
		all = append(all, cells)
	}
	return all
}

// sidecar is how a sidecar is read: nothing in it is to be guessed.
var sidecar = sheet.ReadOptions{Encoding: sheet.UTF8, Delimiter: ','}

// baseOf puts a base together from the records of sheets or a sidecar.
func baseOf(t *testing.T, path string, o sheet.ReadOptions, names ...string) baseline.Base {
	t.Helper()
	var base baseline.Base
	for _, name := range names {
		for _, cells := range cellsOf(t, path, name, o) {
			record := make([]string, len(cells))
			for i, c := range cells {
				record[i] = c.Text
			}
			if err := base.Add(record); err != nil {
				t.Fatal(err)
			}
		}
	}
	return base
}

// TestSheetCarriesItsBase: head, lists and every cell come back equal, from a
// workbook's hidden sheets, from a sidecar and from what is saved.
func TestSheetCarriesItsBase(t *testing.T) {
	const n = 240
	want := head()
	want.Lang = i18n.Ru
	want.SheetName = i18n.T("Товары", "Товары")
	check := func(t *testing.T, res Result, got baseline.Base) {
		t.Helper()
		want.ID = res.ID
		if diff := cmp.Diff(want, got.Head, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("head (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(held(n), got.Items, cmp.AllowUnexported(catalog.Value{})); diff != "" {
			t.Errorf("items (-want +got):\n%s", diff)
		}
	}
	for _, name := range []string{"p.xlsx", "p.csv"} {
		t.Run(name, func(t *testing.T) {
			saved := filepath.Join(t.TempDir(), "saved.csv")
			path, res := export(t, name, snapshot(held(n)), Options{
				Lang: i18n.Ru, CSV: sheet.ExcelRu, SaveBase: func(id string, base io.Reader) error {
					text, err := io.ReadAll(base)
					return errors.Join(err, os.WriteFile(saved, text, 0o600))
				},
			})
			if want.Decimal = ""; name == "p.csv" {
				want.Decimal = ","
			}
			if len(res.ID) != 16 || res.Rows != n {
				t.Errorf("result %+v", res)
			}
			check(t, res, baseOf(t, saved, sidecar, ""))
			if name == "p.csv" {
				check(t, res, baseOf(t, sheet.BasePath(path), sidecar, ""))
				return
			}
			check(t, res, baseOf(t, path, sheet.ReadOptions{}, baseline.MetaSheet, baseline.ListSheet, baseline.BaseSheet))
		})
	}
}

// TestEveryCellSaysItsValue: what stands in the visible cells is what the base
// holds, in the words and the form of the sheet's language.
func TestEveryCellSaysItsValue(t *testing.T) {
	list := held(240)
	path, _ := export(t, "p.xlsx", snapshot(list), Options{Lang: i18n.En})
	got := cellsOf(t, path, "Products", sheet.ReadOptions{})
	if len(got) != len(list)+1 {
		t.Fatalf("%d rows", len(got))
	}
	words := map[string]string{
		"product": "Product", "variant": "Variant", "service": "Service", "bundle": "Bundle",
		"true": "yes", "false": "no", "none": "no VAT", "folder": "as folder",
	}
	for i, item := range list {
		for j, c := range schema() {
			v := item.Cells[j]
			var cell sheet.Cell
			if j < len(got[i+1]) {
				cell = got[i+1][j]
			}
			want := v.Text()
			if c.Kind == catalog.VAT || c.Kind == catalog.Flag || c.Field == "type" {
				if w, ok := words[want]; ok {
					want = w
				}
			}
			if cell.Text != want {
				t.Errorf("row %d, %s: %q, want %q", i+2, c.Field, cell.Text, want)
			}
			number := c.Kind.Numeric() && v.IsSet() && want != "12345678901234567890"
			if v.IsSet() && (cell.Type == sheet.Number) != number {
				t.Errorf("row %d, %s: %q has type %d", i+2, c.Field, want, cell.Type)
			}
			if !c.Kind.Numeric() && v.IsSet() && cell.Show != sheet.ShowText {
				t.Errorf("row %d, %s: %q is not a text cell", i+2, c.Field, want)
			}
		}
	}
}

func TestCSVDialects(t *testing.T) {
	list := held(4)
	for name, tt := range map[string]struct {
		style              sheet.CSVStyle
		begins, price, end string
	}{
		"excel-ru": {sheet.ExcelRu, "\xEF\xBB\xBFUUID;Type;", ";502,6086956521739;", "\r\n"},
		"rfc4180":  {sheet.RFC4180, "UUID,Type,", ",502.6086956521739,", "\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			saved := 0
			_, err := Write(t.Context(), snapshot(list), Options{
				Format: sheet.CSV, Out: &out, CSV: tt.style,
				SaveBase: func(string, io.Reader) error { saved++; return nil },
			})
			text := out.String()
			if err != nil || saved != 1 || !strings.HasPrefix(text, tt.begins) || !strings.Contains(text, tt.price) || !strings.HasSuffix(text, tt.end) {
				t.Errorf("%v, saved %d times:\n%s", err, saved, text)
			}
			if strings.Contains(text, `'-3`) || !strings.Contains(text, `"'=1+1"`) {
				t.Errorf("guarding:\n%s", text)
			}
		})
	}
}

// TestFailureLeavesNothing: a page that failed, a cancelled run, a base that
// cannot be saved, a text that does not fit.
func TestFailureLeavesNothing(t *testing.T) {
	boom := errors.New("page 3 failed")
	failing := func(yield func(catalog.Item, error) bool) {
		for i, item := range held(1500) {
			if i == 1400 {
				yield(catalog.Item{}, boom)
				return
			}
			if !yield(item, nil) {
				return
			}
		}
	}
	long := held(1)
	long[0].Cells[2] = catalog.Of(strings.Repeat("я", sheet.MaxText+1))
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, tt := range map[string]struct {
		ctx  context.Context
		snap catalog.Snapshot
		save func(string, io.Reader) error
		csv  bool
		want error
	}{
		"page":   {t.Context(), catalog.Snapshot{Head: head(), Items: failing}, nil, true, boom},
		"cancel": {cancelled, snapshot(held(10)), nil, true, context.Canceled},
		"save":   {t.Context(), snapshot(held(10)), func(string, io.Reader) error { return boom }, true, boom},
		"long":   {t.Context(), snapshot(long), nil, false, nil},
	} {
		for _, file := range []string{"p.xlsx", "p.csv"} {
			if file == "p.csv" && !tt.csv {
				continue
			}
			t.Run(name+" "+file, func(t *testing.T) {
				dir := t.TempDir()
				path := filepath.Join(dir, file)
				if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
					t.Fatal(err)
				}
				_, err := Write(tt.ctx, tt.snap, Options{Path: path, Replace: true, SaveBase: tt.save})
				if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
					t.Errorf("error %v", err)
				}
				names, _ := os.ReadDir(dir)
				if old, _ := os.ReadFile(path); len(names) != 1 || string(old) != "old" {
					t.Errorf("left %v, %q", names, old)
				}
			})
		}
	}
}

func TestExistingFileIsKept(t *testing.T) {
	for _, existing := range []string{"p.csv", "p.base.csv"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, existing), []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Write(t.Context(), snapshot(held(1)), Options{Path: filepath.Join(dir, "p.csv")})
		if !errors.Is(err, ErrExists) || !strings.Contains(err.Error(), existing) || !strings.Contains(i18n.Describe(i18n.Ru, err), "--force") {
			t.Errorf("%s: %v", existing, err)
		}
	}
}

func TestSnapshotID(t *testing.T) {
	id := func(h catalog.Head, list []catalog.Item, format sheet.Format) string {
		res, err := Write(t.Context(), catalog.Snapshot{Head: h, Items: snapshot(list).Items}, Options{Format: format, Out: io.Discard})
		if err != nil {
			t.Fatal(err)
		}
		return res.ID
	}
	list := held(5)
	first := id(head(), list, sheet.XLSX)
	if again := id(head(), list, sheet.CSV); again != first {
		t.Errorf("%s and %s", first, again)
	}
	other := held(5)
	other[4].Cells[3] = catalog.Blank()
	later := head()
	later.Taken = later.Taken.Add(1e9)
	if id(head(), other, sheet.CSV) == first || id(later, list, sheet.CSV) == first {
		t.Error("different snapshots have one id")
	}
}

func TestStoresHaveSheets(t *testing.T) {
	h := head()
	h.Schema = append(catalog.Schema{{Field: catalog.FieldStore, Kind: catalog.Choice, List: "stores", Title: i18n.T("Store", "Магазин")}}, h.Schema...)
	h.Lists["stores"] = []catalog.Entry{{ID: "s1", Name: "Центр: [1]/главный магазин на Невском"}, {ID: "s2", Name: "центр 1 главный магазин на невс"}}
	list := held(6)
	for i := range list {
		store := []string{"s1", "s2", "s3"}[i/2]
		list[i].Key.Store, list[i].Target.Store = store, store
		list[i].Cells = append([]catalog.Value{catalog.Of(store)}, list[i].Cells...)
	}
	list[1], list[5] = list[5], list[1] // out of order too
	path, _ := export(t, "p.xlsx", catalog.Snapshot{Head: h, Items: snapshot(list).Items}, Options{Lang: i18n.Ru})
	b, err := sheet.Open(path, sheet.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	seen := 0
	for _, info := range b.Sheets() {
		if info.Hidden {
			continue
		}
		seen++
		if n := len(utf16.Encode([]rune(info.Name))); n > 31 || strings.ContainsAny(info.Name, `:\/?*[]'`) {
			t.Errorf("sheet %q", info.Name)
		}
		rows := cellsOf(t, path, info.Name, sheet.ReadOptions{})
		if len(rows) != 3 || rows[1][0].Text != rows[2][0].Text {
			t.Errorf("%s holds %d rows", info.Name, len(rows))
		}
	}
	if seen != 3 {
		t.Errorf("%d visible sheets: %v", seen, b.Sheets())
	}
	base := baseOf(t, path, sheet.ReadOptions{}, baseline.MetaSheet, baseline.ListSheet, baseline.BaseSheet)
	if diff := cmp.Diff(list, base.Items, cmp.AllowUnexported(catalog.Value{})); diff != "" {
		t.Error(diff)
	}
}

func TestHeadersAreUnique(t *testing.T) {
	h := head()
	h.Schema = append(h.Schema, catalog.Column{Field: "attr:0a1b2c3d-9", Title: i18n.T("price:RETAIL", "цена : Розничная")})
	for _, lang := range []i18n.Lang{i18n.En, i18n.Ru} {
		h.Lang = lang
		used := map[string]bool{}
		for _, title := range headers(h) {
			if used[folded(title)] {
				t.Errorf("%v: %q twice", lang, title)
			}
			used[folded(title)] = true
		}
	}
}

func TestMeasure(t *testing.T) {
	for text, want := range map[string]decimalText{
		"0": {ok: true}, "0.00": {ok: true, decimals: 2}, "129.90": {true, 3, 2, 4}, "-0.005": {true, 0, 3, 1},
		"1200": {true, 4, 0, 2}, "12345678901234567": {true, 17, 0, 17}, "1.": {false, 1, 0, 0}, "": {}, "1e5": {false, 3, 0, 0},
	} {
		if got := measure(text); got != want && !(!want.ok && !got.ok) {
			t.Errorf("measure(%q) = %+v, want %+v", text, got, want)
		}
	}
}

// A VAT column offers the account's own rates before the words that are none.
func TestRatesAreOffered(t *testing.T) {
	h := head()
	c := catalog.Column{Field: "vat", Kind: catalog.VAT, List: "vat", Tokens: []catalog.Token{
		{Value: "none", Title: i18n.T("no VAT", "без НДС")}, {Value: "folder", Title: i18n.T("as folder", "как у группы")},
	}}
	for _, tokens := range [][]catalog.Token{nil, c.Tokens} {
		c.Tokens = tokens
		col := newColumn(c, h, "VAT")
		if diff := cmp.Diff([]string{"20%", "10%", "no VAT", "as folder"}, col.choices(h)); diff != "" {
			t.Errorf("with %d tokens: %s", len(tokens), diff)
		}
	}
}

func TestNotes(t *testing.T) {
	h := head()
	types, _ := h.Schema.Column(catalog.FieldType)
	for i, want := range map[int]string{
		0:  "Идентификатор позиции.\nТолько чтение: изменения здесь не отправляются.",
		2:  "Можно менять в строках типа: Товар, Услуга, Комплект.\nСерые ячейки — только чтение.",
		11: "Можно менять.",
	} {
		h.Lang = i18n.Ru
		c := newColumn(h.Schema[i], h, "")
		if got := c.note(types); got != want {
			t.Errorf("note of %s: %q", c.Field, got)
		}
	}
}
