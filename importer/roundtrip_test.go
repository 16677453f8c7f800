package importer

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"catalogsheet/exporter"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"
	"catalogsheet/internal/sheet/sheettest"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// nasty are texts that spreadsheets like to spoil.
var nasty = []string{
	"=1+1", "+7 900", "-5", "@x", "'=quoted", "''+", "'", "\tтаб", "_xc_", "_x0041_", "_x000D_", " края ", "a  b", "<&>\"'",
	"строка\nвторая", "12E5", "1.10", "0012345", "TRUE", "ИСТИНА", `\absent`, "😀", "a;b", "a,b", "sep=;", "\u200b", "null", "1,5",
	"4,60712E+12", "${name}", "#N/A", "Й и\u0306", "\u00a0", "15.01", "10%", "UUID",
}

func drawValue(t *rapid.T, c catalog.Column, i int) catalog.Value {
	state := rapid.IntRange(0, 9).Draw(t, "state")
	if state == 0 && c.Field != "id" && c.Field != "type" {
		return catalog.Value{}
	}
	if state == 1 && !c.Required && c.Field != "id" && c.Field != "type" {
		return catalog.Blank()
	}
	of := func(list ...string) catalog.Value { return catalog.Of(rapid.SampledFrom(list).Draw(t, "value")) }
	switch c.Kind {
	case catalog.ID:
		return catalog.Of(fmt.Sprintf("7944ef04-f831-11e5-7a69-%012x", i))
	case catalog.Money:
		return of("129.90", "0.00", "1299.50", "1299.00", "502.6086956521739", "1234567.89", "1.299", "0.125", "99999999999.99")
	case catalog.Number:
		return of("0", "0.5", "1.299", "1299", "-7.25", "12345678901234567890", "0.3333333333333333", "100000")
	case catalog.Integer:
		return of("0", "12", "-4", "12345678901234567", "1299")
	case catalog.Flag:
		return of("true", "false")
	case catalog.VAT:
		return of("20%", "none", "folder", "0%", "10%")
	case catalog.Time:
		return of("2026-11-21 10:00:00", "2026-11-20 12:34:56.789", "2026-01-02 00:00:00.000")
	case catalog.Barcodes:
		return of("ean13:2000000000015", "code128:ABC-1\nean8:12345670", "gtin:00012345600012", "code128:A, B; C", "upc:123456789012")
	case catalog.Choice:
		if c.Field == "type" {
			return of("product", "variant", "service")
		}
		return of("Чай", "Чай/Зелёный", "Кофе", "Неизвестная", "2024")
	}
	return of(nasty...)
}

func drawItems(t *rapid.T, schema catalog.Schema, n int) []catalog.Item {
	items := make([]catalog.Item, n)
	for i := range items {
		for _, c := range schema {
			items[i].Cells = append(items[i].Cells, drawValue(t, c, i))
		}
		items[i].Key = catalog.Key{Type: items[i].Cells[1].Text(), ID: items[i].Cells[0].Text()}
		items[i].Target = items[i].Key
	}
	return items
}

func seq(items []catalog.Item) func(func(catalog.Item, error) bool) {
	return func(yield func(catalog.Item, error) bool) {
		for _, it := range items {
			if !yield(it, nil) {
				return
			}
		}
	}
}

// forms are the ways in which a sheet is written.
var forms = []struct {
	name  string
	style sheet.CSVStyle
}{{"a.xlsx", sheet.RFC4180}, {"a.csv", sheet.ExcelRu}, {"b.csv", sheet.RFC4180}}

func unchangedOrFail(t interface {
	Errorf(string, ...any)
	Fatal(...any)
}, path string, rows int,
) {
	e, err := Read(context.Background(), path, Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Changes)+len(e.Created)+len(e.Problems) > 0 || e.Unchanged != rows || e.Missing != 0 {
		t.Errorf("%s: %v\n%v\ncreated %d, unchanged %d of %d, missing %d", path, told(e), changed(e), len(e.Created), e.Unchanged, rows, e.Missing)
	}
}

// TestRoundTrip: export, then import without an edit, is no change and no
// finding, for every kind of value in every form and language; rows and
// columns may be shuffled.
func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		head := testBase().Head
		head.ID = ""
		head.Lang = rapid.SampledFrom([]i18n.Lang{i18n.En, i18n.Ru}).Draw(t, "lang")
		form := rapid.SampledFrom(forms).Draw(t, "form")
		items := drawItems(t, head.Schema, rapid.IntRange(0, 12).Draw(t, "rows"))
		path := filepath.Join(dir, form.name)
		_, err := exporter.Write(context.Background(), catalog.Snapshot{Head: head, Items: seq(items)},
			exporter.Options{Path: path, Replace: true, Lang: head.Lang, CSV: form.style, Version: "test"})
		if err != nil {
			t.Fatal(err)
		}
		unchangedOrFail(t, path, len(items))
		if strings.HasSuffix(path, ".csv") {
			shuffleCSV(t, path, form.style)
			unchangedOrFail(t, path, len(items))
			return
		}
		for _, ext := range []string{".xlsx", ".xls", ".ods"} {
			shuffled := filepath.Join(dir, "shuffled"+ext)
			shuffleBook(t, path, shuffled)
			unchangedOrFail(t, shuffled, len(items))
		}
	})
}

// shuffleBook spells a workbook again with the rows and the columns of its
// visible sheet in another order.
func shuffleBook(t *rapid.T, from, to string) {
	f, err := sheet.Open(from, sheet.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
	var book sheettest.Book
	for _, info := range f.Sheets() {
		s := sheettest.Sheet{Name: info.Name, Hidden: info.Hidden}
		for row, err := range f.Rows(info.Name) {
			if err != nil {
				t.Fatal(err)
			}
			row.Cells = slices.Clone(row.Cells)
			s.Rows = append(s.Rows, row)
		}
		if !info.Hidden {
			shuffleRows(rnd, s.Rows)
		}
		book.Sheets = append(book.Sheets, s)
	}
	data, err := book.File(filepath.Ext(to))
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// shuffleRows leaves the titles in the first row.
func shuffleRows(rnd *rand.Rand, rows []sheet.Row) {
	widest := 0
	for _, row := range rows {
		for _, c := range row.Cells {
			widest = max(widest, c.Col)
		}
	}
	columns := rnd.Perm(widest)
	for _, row := range rows {
		for i := range row.Cells {
			row.Cells[i].Col = columns[row.Cells[i].Col-1] + 1
		}
		slices.SortFunc(row.Cells, func(a, b sheet.Cell) int { return a.Col - b.Col })
	}
	rnd.Shuffle(len(rows)-1, func(i, j int) {
		rows[i+1].Cells, rows[j+1].Cells = rows[j+1].Cells, rows[i+1].Cells
	})
}

// shuffleCSV reorders the rows and the columns of a CSV file.
func shuffleCSV(t *rapid.T, path string, style sheet.CSVStyle) {
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	delim := ','
	if style == sheet.ExcelRu {
		delim = ';'
	}
	r := sheet.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\uFEFF"))), delim)
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	rows := all[1:]
	rnd.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	perm := rnd.Perm(len(all[0]))
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Comma = delim
	for _, row := range all {
		moved := make([]string, len(row))
		for i, p := range perm {
			moved[i] = row[p]
		}
		if err := w.Write(moved); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func export(t testing.TB, name string, lang i18n.Lang) (string, []catalog.Item) {
	t.Helper()
	base := testBase()
	path := filepath.Join(t.TempDir(), name)
	style := sheet.RFC4180
	if lang == i18n.Ru {
		style = sheet.ExcelRu
	}
	if _, err := exporter.Write(t.Context(), catalog.Snapshot{Head: base.Head, Items: seq(base.Items)},
		exporter.Options{Path: path, Lang: lang, CSV: style, Version: "test"}); err != nil {
		t.Fatal(err)
	}
	return path, base.Items
}

// TestSortedWorkbook saves the workbook with another program's library, its
// rows in another order.
func TestSortedWorkbook(t *testing.T) {
	path, items := export(t, "s.xlsx", i18n.Ru)
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.DuplicateRowTo("Товары", 2, 5); err != nil {
		t.Fatal(err)
	}
	if err := f.RemoveRow("Товары", 2); err != nil {
		t.Fatal(err)
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	unchangedOrFail(t, path, len(items))
}

// TestSameMistakeTwoForms types one mistake into a workbook and a CSV file:
// the findings differ in nothing but the address.
func TestSameMistakeTwoForms(t *testing.T) {
	for _, test := range []struct{ col, typed, want string }{
		{"H", "12 руб 3", "error number-invalid"},
		{"H", "1.299", "error number-ambiguous"},
		{"H", "-3", "error price-negative"},
		{"H", "10%", "error percent-in-price"},
		{"H", "#Н/Д", "error cell-error"},
		{"H", "1,2345", "error price-decimals"},
		{"D", "4,60712E+12", "error number-scientific"},
		{"E", "Кофи", "error folder-unknown/near"},
		{"A", "aaaaaaaa-0000-4000-8000-00000000000f", "error id-changed"},
		{"M", "9", "error read-only/was"},
	} {
		t.Run(test.want, func(t *testing.T) {
			var said [2]string
			for i, name := range []string{"m.xlsx", "m.csv"} {
				path, _ := export(t, name, i18n.Ru)
				typeInto(t, path, test.col, test.typed)
				e, err := Read(t.Context(), path, Options{Lang: i18n.Ru})
				if err != nil {
					t.Fatal(err)
				}
				if len(e.Problems) != 1 {
					t.Fatalf("%s: %v", name, told(e))
				}
				d := e.Problems[0]
				if got := strings.Join(strings.Fields(told(e)[0])[:2], " "); got != test.want {
					t.Errorf("%s: got %s, want %s", name, got, test.want)
				}
				said[i] = d.Message(i18n.Ru) + "|" + d.Hint(i18n.Ru) + "|" + d.Value + "|" + d.At.Header + "|" + d.At.Item
				if strings.Contains(said[i], "%!") {
					t.Errorf("%s: %s", name, said[i])
				}
			}
			if diff := cmp.Diff(said[0], said[1]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// typeInto types a text into row 2 of a column.
func typeInto(t *testing.T, path, col, text string) {
	t.Helper()
	if strings.HasSuffix(path, ".xlsx") {
		f, err := excelize.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellStr("Товары", col+"2", text); err != nil {
			t.Fatal(err)
		}
		if err := f.Save(); err != nil {
			t.Fatal(err)
		}
		return
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all, err := sheet.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\uFEFF"))), ';').ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all[1][col[0]-'A'] = text
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Comma = ';'
	if err := w.WriteAll(all); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestBaseOld(t *testing.T) {
	b := testBase()
	e := mustRead(t, workbook(b), Options{Now: b.Head.Taken.Add(9 * 24 * time.Hour)})
	if diff := cmp.Diff([]string{"warning base-old"}, told(e)); diff != "" {
		t.Error(diff)
	}
}
