package importer

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/sheet"
	"catalogsheet/internal/sheet/sheettest"
)

// extensions are the formats that a sheet can come back in.
var extensions = []string{".xlsx", ".xls", ".ods", ".csv"}

// save writes a book as a file of the format that ext names and gives its path;
// a CSV file has its base beside it.
func (b *book) save(t testing.TB, ext string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "book"+ext)
	file, err := b.spelled().File(ext)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if ext == ".csv" {
		b.saveSidecar(t, path)
	}
	return path
}

// spelled is the book as the files of tests are made of.
func (b *book) spelled() *sheettest.Book {
	made := &sheettest.Book{Date1904: b.d1904, Locked: b.locked}
	for _, p := range b.sheets {
		made.Sheets = append(made.Sheets, sheettest.Sheet{Name: p.name, Hidden: strings.HasPrefix(p.name, "_"), Rows: p.rows, Merges: p.merges})
	}
	return made
}

// saveSidecar writes what a workbook carries in its hidden sheets.
func (b *book) saveSidecar(t testing.TB, path string) {
	t.Helper()
	list := [][]string{{"meta", "decimal", ","}}
	for _, p := range b.sheets {
		if p.name != baseline.MetaSheet && p.name != baseline.ListSheet && p.name != baseline.BaseSheet {
			continue
		}
		for _, row := range p.rows {
			list = append(list, dense(nil, row))
		}
	}
	var out bytes.Buffer
	if err := csv.NewWriter(&out).WriteAll(list); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(sheet.BasePath(path), out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// mustReadFile reads a book through the reader of a format.
func mustReadFile(t testing.TB, b *book, ext string, o Options) *Edited {
	t.Helper()
	e, err := Read(t.Context(), b.save(t, ext), o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// toldOf lists findings and changes; the addresses of a CSV file, whose records
// are of one line each, are given as those of a workbook.
func toldOf(e *Edited, name string) []string {
	cell := func(at diag.At) diag.At {
		if at.CSV {
			return diag.At{Sheet: name, Row: at.Row, Col: at.Col}
		}
		return at
	}
	shown := &Edited{Problems: slices.Clone(e.Problems)}
	for i := range shown.Problems {
		shown.Problems[i].At = cell(shown.Problems[i].At)
	}
	for _, c := range e.Changes {
		c.At = []diag.At{cell(c.At[0])}
		shown.Changes = append(shown.Changes, c)
	}
	return append(told(shown), changed(shown)...)
}
