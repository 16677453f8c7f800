package importer

import (
	"archive/zip"
	"bytes"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/sheet"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// spoilage is one way in which a sheet comes back spoiled: what is done to the
// cells, and what is said and changed then. In the sheet of testBase H is the
// price, D the code, C the name, A the UUID.
type spoilage struct {
	name string
	edit func(*book)
	said []string // findings, then changes
}

func formula(c sheet.Cell) sheet.Cell { c.Formula = true; return c }

func shown(c sheet.Cell, s sheet.Show) sheet.Cell { c.Show = s; return c }

func put(pairs ...any) func(*book) {
	return func(b *book) {
		for i := 0; i < len(pairs); i += 2 {
			b.put(pairs[i].(string), pairs[i+1].(sheet.Cell))
		}
	}
}

func price(to string) string { return "Products!H2 salePrice:p1 129.90 -> " + to }

func numbersSpoiled() []spoilage {
	return []spoilage{
		{"S01 a decimal comma in text", put("H2", str("1320,00")), []string{price("1320.00")}},
		{"S02 thousands by a space", put("H2", str("1 500,00")), []string{price("1500.00")}},
		{"S02 thousands by NBSP", put("H2", str("1\u00a0500,00")), []string{price("1500.00")}},
		{"S02 thousands by a narrow NBSP", put("H2", str("1\u202f500")), []string{price("1500.00")}},
		{"S02 a comma that may be either", put("H2", str("1,500")), []string{"error number-ambiguous H2"}},
		{"S02 a point that may be either", put("H2", str("1.500")), []string{"error number-ambiguous H2"}},
		{"S03 rubles by name", put("H2", str("1320,00 руб.")), []string{price("1320.00")}},
		{"S03 rubles by sign", put("H2", str("1 500 ₽")), []string{price("1500.00")}},
		{"S03 another currency", put("H2", str("1 500 $")), []string{"error number-invalid H2"}},
		{"S04 a number as text", put("H2", shown(str("150"), sheet.ShowText)), []string{price("150.00")}},
		{"S04 a number behind an apostrophe", put("H2", str("'1320,00")), []string{price("1320.00")}},
		{"S05 a date in a price", put("H2", shown(num("46143"), sheet.ShowDate)), []string{"error date-in-text/price H2"}},
		{"S05 a date in a code", put("D2", shown(num("46054"), sheet.ShowDate)), []string{"error date-in-text D2"}},
		{"S06 digits past 15 are zeros", put("D2", num("46070012345671200000")), []string{"error number-scientific/digits D2"}},
		{"S07 an exact barcode shown in scientific form", put("F2", num("4.607001234562E12")), []string{"Products!F2 barcodes ean13:2000000000015 -> ean13:4607001234562"}},
		{"S07 a barcode as scientific text", put("F2", str("4,60700E+12")), []string{"error number-scientific F2"}},
		{"S08 leading zeros lost", put("D2", num("12345")), []string{"notice repaired D2"}},
		{"S08 other digits are an edit", put("D2", num("12346")), []string{"Products!D2 code 0012345 -> 12346"}},
		{"S09 a code taken for a power", put("D3", num("1200000")), []string{"notice repaired D3"}},
		{"S10 a code taken for a decimal", put("D4", num("1.1")), []string{"notice repaired D4"}},
		{"S15 a lookup that found nothing", put("H2", formula(num("0"))), []string{"notice formula-value H2", price("0.00")}},
		{"S37 long spelling of the same double", put("H2", num("129.900000000000006")), nil},
		{"S39 a percent format", put("H2", shown(num("0.1"), sheet.ShowPercent)), []string{"error percent-in-price H2"}},
		{"S39 a percent as text", put("H2", str("10%")), []string{"error percent-in-price H2"}},
		{"S40 more decimals than kopecks", put("H2", num("0.125")), []string{"error price-decimals H2"}},
		{"S41 below zero", put("H2", num("-5")), []string{"error price-negative H2"}},
		{"S41 more digits than a cell holds", put("H2", num("1e21")), []string{"error number-scientific/digits H2"}},
	}
}

func textsSpoiled() []spoilage {
	return []spoilage{
		{"S11 words for yes", put("J2", str("ИСТИНА")), []string{"Products!J2 archived false -> true"}},
		{"S11 numbers for no", put("J2", num("0")), nil},
		{"S11 TRUE() saved as a formula", put("J3", formula(num("1"))), nil},
		{"S12 an error value, other rows go", put("H2", sheet.Cell{Type: sheet.Error, Text: "#N/A"}, "H3", num("600")),
			[]string{"error cell-error H2", "Products!H3 salePrice:p1 502.6086956521739 -> 600.00"}},
		{"S12 an error value as text", put("H2", str("#ССЫЛКА!")), []string{"error cell-error H2"}},
		{"S13 a formula with its value", put("H2", formula(num("150"))), []string{"notice formula-value H2", price("150.00")}},
		{"S13 a formula without a value", put("H2", sheet.Cell{Formula: true, Uncached: true}), []string{"error formula-uncached H2"}},
		{"S14 a value from another workbook", put("H2", sheet.Cell{Type: sheet.Number, Text: "150", Formula: true, External: true}),
			[]string{"warning external-formula H2", price("150.00")}},
		{"S16 spaces around ids and codes", put("A2", str(" "+idA+" "), "D2", str("0012345 ")), []string{"notice repaired D2"}},
		{"S16 an invisible character in a name", put("C2", str("Ко\u200bфе")),
			[]string{"warning invisible-characters C2", "Products!C2 name Кофе -> Ко\u200bфе"}},
		{"S17 a look-alike in a UUID", put("A2", str("а"+idA[1:])), []string{"error id-malformed/look-alike A2"}},
		{"S17 a look-alike in a code", put("D2", str("АB-1")), []string{"warning mixed-script D2", "Products!D2 code 0012345 -> АB-1"}},
		{"S18 a decomposed letter", put("C3", str("Чаи\u0306")), []string{"notice repaired C3"}},
		{"S19 a line end of another system", put("C2", str("Кофе_x000D_")), []string{"notice repaired C2"}},
		{"S36 a foreign function with its value", put("H2", formula(num("129.9"))), nil},
		{"S42 dates from 1904", func(b *book) {
			b.d1904 = true
			b.put("L2", shown(num("44885.4166666666667"), sheet.ShowDate))
		}, nil},
	}
}

func rowsSpoiled() []spoilage {
	cut := func(b *book, num int) {
		b.sheets[0].rows = slices.DeleteFunc(b.sheets[0].rows, func(r sheet.Row) bool { return r.Num == num })
	}
	duplicate := func(b *book, to int) {
		b.sheets[0].rows = append(b.sheets[0].rows, sheet.Row{Num: to, Cells: slices.Clone(b.sheets[0].rows[1].Cells)})
	}
	return []spoilage{
		{"S20 a deleted column is no edit", func(b *book) {
			for i := range b.sheets[0].rows {
				r := &b.sheets[0].rows[i]
				r.Cells = slices.DeleteFunc(slices.Clone(r.Cells), func(c sheet.Cell) bool { return c.Col == 8 })
			}
		}, nil},
		{"S20 a title twice", func(b *book) { b.put("N1", str("Price: Retail")) }, []string{"error header-duplicate N1"}},
		{"S20 a renamed column", func(b *book) { retitle(b, 8, "Price: Retai"); b.put("H2", num("150")) }, []string{"notice column-unknown/near H1"}},
		{"S21 rows above the header", func(b *book) {
			for i := range b.sheets[0].rows {
				b.sheets[0].rows[i].Num += 3
			}
			b.sheets[0].rows = append([]sheet.Row{textRow(1, []string{"Прайс-лист"})}, b.sheets[0].rows...)
		}, nil},
		{"S23 an edit in a hidden row", func(b *book) { b.put("H2", num("150")); b.sheets[0].rows[1].Hidden = true },
			[]string{"warning hidden-row-edited H2", price("150.00")}},
		{"S24 a UUID filled down", put("A2", str("aaaaaaaa-0000-4000-8000-000000000009")), []string{"error id-changed A2"}},
		{"S24 an id of nothing", put("A2", str("aaaaaaaa-0000-4000-8000-000000000009"), "D2", str("x"), "C2", str("y")), []string{"error id-unknown A2"}},
		{"S25 a row copied", func(b *book) { duplicate(b, 5) }, []string{"notice row-repeated A5"}},
		{"S25 a row copied and edited", func(b *book) { duplicate(b, 5); b.put("H5", num("150")) },
			[]string{"error id-conflict H2", "error id-conflict H5"}},
		{"S26 a merge over rows", func(b *book) {
			b.put("H3", sheet.Cell{})
			b.sheets[0].merges = []sheet.Range{{FirstRow: 2, FirstCol: 8, LastRow: 3, LastCol: 8}}
		}, []string{"error merged-cells H2"}},
		{"S27 a deleted row is no deletion", func(b *book) { cut(b, 3) }, nil},
		{"S28 a row without UUID", put("C5", str("Какао"), "B5", str("Товар")), []string{"error id-malformed/missing A5"}},
		{"S34 styled rows and columns to the end", func(b *book) {
			b.put("A1", str("UUID"))
			b.sheets[0].rows[0].Cells = append(b.sheets[0].rows[0].Cells, sheet.Cell{Col: sheet.MaxColumns, Type: sheet.String, Text: " "})
			b.sheets[0].rows = append(b.sheets[0].rows, sheet.Row{Num: sheet.MaxRows, Cells: []sheet.Cell{{Col: 3, Type: sheet.String, Text: " "}}})
		}, nil},
		{"S35 a copy of the sheet", func(b *book) {
			copied := b.sheets[0]
			copied.name = "Products (2)"
			b.sheets = append(b.sheets, copied)
		},
			[]string{"notice sheet-ignored"}},
	}
}

// TestSpoiled shows what is done about every way in which people and programs
// spoil the cells and rows of a sheet.
func TestSpoiled(t *testing.T) {
	for _, test := range slices.Concat(numbersSpoiled(), textsSpoiled(), rowsSpoiled()) {
		t.Run(test.name, func(t *testing.T) {
			b := workbook(testBase())
			test.edit(b)
			e := mustRead(t, b, Options{})
			if diff := cmp.Diff(append([]string{}, test.said...), append(told(e), changed(e)...)); diff != "" {
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

// TestSpoiledCurrency: rubles typed into a price in another currency (S03).
func TestSpoiledCurrency(t *testing.T) {
	base := testBase()
	price := base.Head.Schema.Index("salePrice:p1")
	base.Head.Schema[price].Currency = "currency:p1"
	base.Head.Schema = append(base.Head.Schema, catalog.Column{Field: "currency:p1", Title: i18n.T("Currency: Retail", "Валюта (Розница)")})
	for i := range base.Items {
		base.Items[i].Cells = append(base.Items[i].Cells, catalog.Of("USD"))
	}
	b := workbook(base)
	b.put("H2", str("1 500 ₽"))
	if diff := cmp.Diff([]string{"error number-invalid/currency H2"}, told(mustRead(t, b, Options{}))); diff != "" {
		t.Error(diff)
	}
}

// TestSpoiledOrder: one column sorted alone refuses the whole file (S22).
func TestSpoiledOrder(t *testing.T) {
	for _, cols := range [][]int{{1}, {8}, {3, 4}} {
		b := workbook(longBase(40))
		rotate(b, cols...)
		e := mustRead(t, b, Options{})
		if len(e.Problems) != 1 || e.Problems[0].Code != "rows-torn" || len(e.Changes) != 0 || !e.Refused() {
			t.Errorf("columns %v: %v %v", cols, told(e), changed(e))
		}
	}
}

// TestSpoiledBase: another account (S29), an old export (S30), a deleted row
// (S27), two sheets without a base (S35).
func TestSpoiledBase(t *testing.T) {
	path, _ := export(t, "s.xlsx", i18n.Ru)
	other := filepath.Join(t.TempDir(), "other.csv")
	if err := os.WriteFile(other, []byte("UUID\n"+idA+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(sheet.BasePath(other), []byte(strings.Join([]string{
		"meta,format,1", "meta,source,moysklad", "meta,account,other", `column,id,UUID,"{""Field"":""id"",""Kind"":""id"",""Title"":{""En"":""UUID"",""Ru"":""UUID""}}"`,
		"base,store,type,id,targetType,targetID,id", "row,,product," + idA + ",product," + idA + "," + idA,
	}, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	e, err := Read(t.Context(), path, Options{BasePath: other})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(told(e), "error account-mismatch") || !e.Refused() {
		t.Errorf("S29: %v", told(e))
	}
	b := workbook(testBase())
	b.put("H2", num("150"))
	e = mustRead(t, b, Options{Now: time.Date(2026, 12, 20, 0, 0, 0, 0, time.UTC)})
	c := e.Changes[0]
	if got := merge.Judge(c.Column.Kind, c.Base, c.Mine, catalog.Of("140.00")); got != merge.Conflict || told(e)[0] != "warning base-old" {
		t.Errorf("S30: %s, %v", got, told(e))
	}
	b = workbook(testBase())
	b.sheets[0].rows = b.sheets[0].rows[:3]
	if e = mustRead(t, b, Options{}); e.Missing != 1 || len(e.Changes) != 0 {
		t.Errorf("S27: missing %d, %v", e.Missing, changed(e))
	}
	b = workbook(testBase())
	copied := b.sheets[0]
	copied.name = "Products (2)"
	b.sheets = []page{b.sheets[0], copied}
	if e = mustRead(t, b, Options{Known: testSchema()}); !slices.Contains(told(e), "error sheet-ambiguous") {
		t.Errorf("S35: %v", told(e))
	}
}

// TestSpoiledFiles: what a file is is told by its content (S31, S38), whatever
// its encoding and delimiter (S32); what a CSV file lost is put right (S33).
func TestSpoiledFiles(t *testing.T) {
	for _, test := range []struct{ name, text, word string }{
		{"S31 HTML", "<html><table><tr><td>UUID</td></tr></table></html>", "HTML"},
		{"S31 XML 2003", `<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>`, "XML"},
		{"S31 PDF", "%PDF-1.7\n", "PDF"},
	} {
		path := filepath.Join(t.TempDir(), "report.xls")
		if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := Read(t.Context(), path, Options{Known: testSchema()})
		if err != nil || len(e.Problems) != 1 || e.Problems[0].Code != "file-unreadable" || !strings.Contains(e.Problems[0].Message(i18n.Ru), test.word) {
			t.Errorf("%s: %v %v", test.name, told(e), err)
		}
	}
	for name, raw := range locked(t) {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := Read(t.Context(), path, Options{Known: testSchema()})
		if err != nil || !cmp.Equal([]string{"error file-encrypted/password"}, told(e)) || !e.Refused() || !strings.Contains(e.Problems[0].Message(i18n.Ru), "паролем") {
			t.Errorf("S38 %s: %v %v", name, told(e), err)
		}
	}
	cp1251, utf16 := charmap.Windows1251.NewEncoder(), unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()
	for _, test := range []struct {
		name string
		make func(string) (string, error)
		want sheet.Dialect
	}{
		{"S32 windows-1251", cp1251.String, sheet.Dialect{Encoding: "windows-1251", Delimiter: ';'}},
		{"S32 Unicode text", func(s string) (string, error) { return utf16.String(strings.ReplaceAll(s, ";", "\t")) }, sheet.Dialect{Encoding: "utf-16le", Delimiter: '\t'}},
		{"S33 zeros and powers lost", func(s string) (string, error) {
			return strings.NewReplacer("0012345", "12345", "12E5", "1200000", "1.10", "1,1").Replace(s), nil
		}, sheet.Dialect{Encoding: "utf-8", Delimiter: ';'}},
		{"S34 a delimiter after every line", func(s string) (string, error) { return strings.ReplaceAll(s, "\r\n", ";\r\n"), nil }, sheet.Dialect{Encoding: "utf-8", Delimiter: ';'}},
	} {
		path, _ := export(t, "c.csv", i18n.Ru)
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := test.make(strings.TrimPrefix(string(raw), "\ufeff"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := Read(t.Context(), path, Options{})
		if err != nil || len(e.Changes) > 0 || e.Problems.Has(diag.Error) || e.Unchanged != 3 || e.Dialect != test.want {
			t.Errorf("%s: %v %v %v %+v", test.name, err, told(e), changed(e), e.Dialect)
		}
	}
}

// locked makes workbooks with a password: the records of an .xls with FILEPASS
// among them ([MS-XLS] 2.4.117), an .ods whose manifest says so, an .xlsx whose
// parts are encrypted as a zip's.
func locked(t *testing.T) map[string][]byte {
	t.Helper()
	begin := append([]byte{0x09, 0x08, 0x10, 0, 0, 6, 5, 0}, make([]byte, 12)...)
	filePass := append([]byte{0x2F, 0, 54, 0, 1, 0, 1, 0, 1, 0}, make([]byte, 48)...)
	pack := func(flags uint16, parts ...string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := 0; i < len(parts); i += 2 {
			w, err := z.CreateRaw(&zip.FileHeader{
				Name: parts[i], Flags: flags, CRC32: crc32.ChecksumIEEE([]byte(parts[i+1])),
				CompressedSize64: uint64(len(parts[i+1])), UncompressedSize64: uint64(len(parts[i+1])),
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte(parts[i+1])); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	const manifest = `<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry m:full-path="content.xml"><m:encryption-data/></m:file-entry></m:manifest>`
	return map[string][]byte{
		"s.xls":  slices.Concat(begin, filePass, []byte{0x0A, 0, 0, 0}),
		"s.ods":  pack(0, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "META-INF/manifest.xml", manifest, "content.xml", "\x01\x02"),
		"s.xlsx": pack(1, "[Content_Types].xml", "\x01\x02", "xl/workbook.xml", "\x01\x02"),
	}
}

// TestSpoiledNumbered: the tests of this file name every row of the catalogue.
func TestSpoiledNumbered(t *testing.T) {
	text, err := os.ReadFile("spoiled_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i <= 42; i++ {
		if name := fmt.Sprintf("S%02d", i); !strings.Contains(string(text), name) {
			t.Errorf("%s has no test", name)
		}
	}
}
