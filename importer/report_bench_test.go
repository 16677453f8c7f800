package importer

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/sheet"

	"github.com/shopspring/decimal"
)

// BenchmarkReport reads a printed report of 50,000 rows, of which every 250th
// asks for a new price, and compares it with the prices that it shows.
func BenchmarkReport(b *testing.B) {
	const rows, every = 50_000, 250
	path := filepath.Join(b.TempDir(), "report.xlsx")
	printReport(b, path, rows, every)
	b.ReportAllocs()
	for b.Loop() {
		e, err := Read(b.Context(), path, reportOptions())
		if err != nil || len(e.Changes) != rows/every || e.Rows != rows {
			b.Fatal(err, len(e.Changes), e.Rows, e.Problems)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// What is measured is right: every new price is found beside its printed one.
func TestReportOffline(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.xlsx")
	printReport(t, path, 100, 50)
	e, err := Read(t.Context(), path, reportOptions())
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, c := range e.Changes {
		got = append(got, fmt.Sprintf("%s %s: %s → %s", c.At[0].Cell(), c.Name, c.Base.Text(), c.Mine.Text()))
	}
	want := "[Report!D2 Item 0: 100.00 → 101.00 Report!D52 Item 50: 150.50 → 151.50]"
	if fmt.Sprint(got) != want || e.Rows != 100 || e.Unchanged != 98 || e.HasBase() || len(e.Problems) > 0 {
		t.Errorf("%v, %d rows, %d unchanged, %v", got, e.Rows, e.Unchanged, e.Problems)
	}
}

// reportOptions read what printReport writes.
func reportOptions() Options {
	price := catalog.Column{Kind: catalog.Money, Decimals: 2, On: []string{"product"}}
	col := func(i int, title string, f catalog.Field) ReportColumn {
		return ReportColumn{Col: i, Title: title, Field: f, ID: f == catalog.FieldConsignmentID, Scale: decimal.NewFromInt(1)}
	}
	return Options{
		Known:    []catalog.Column{{Field: catalog.FieldID, Kind: catalog.ID}, {Field: catalog.FieldName}},
		Families: []catalog.Family{{Field: priceField, Column: price}},
		Report: &Report{Tables: []ReportTable{{Columns: []ReportColumn{
			col(1, "UUID", catalog.FieldConsignmentID), col(2, "Name", catalog.FieldName), col(3, "Sale price", priceField), col(4, "New price", ""),
		}}}},
	}
}

// printReport writes a workbook of one sheet that carries no base.
func printReport(tb testing.TB, path string, rows, every int) {
	tb.Helper()
	file, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	book := sheet.NewWorkbook()
	defer book.Close()
	w := book.Sheet("Report", sheet.Layout{})
	cells := make([]sheet.Out, 4)
	for i, title := range []string{"UUID", "Name", "Sale price", "New price"} {
		cells[i] = sheet.Out{Type: sheet.OutText, Text: title}
	}
	err = w.Row(cells)
	for i := range rows {
		cells[0].Text, cells[1].Text = fmt.Sprintf("%08x-0000-4000-8000-%012x", i, i), fmt.Sprintf("Item %d", i)
		cells[2] = sheet.Out{Type: sheet.OutNumber, Text: fmt.Sprintf("%d.%02d", 100+i%900, i%100)}
		cells[3] = sheet.Out{}
		if i%every == 0 {
			cells[3] = sheet.Out{Type: sheet.OutNumber, Text: fmt.Sprintf("%d.%02d", 101+i%900, i%100)}
		}
		err = errors.Join(err, w.Row(cells))
	}
	if err = errors.Join(err, book.Finish(file)); err != nil {
		tb.Fatal(err)
	}
}
