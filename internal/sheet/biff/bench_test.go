package biff_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"catalogsheet/internal/sheet"
	"catalogsheet/internal/sheet/sheettest"
)

var benchFile = flag.String("xls", "", "the .xls that BenchmarkRows reads instead of a made one")

// BenchmarkRows reads every cell of a workbook of 20,000 rows and 10 columns,
// texts and numbers.
func BenchmarkRows(b *testing.B) {
	name := *benchFile
	if name == "" {
		name = benchBook(b, 20_000)
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		book, err := sheet.Open(name, sheet.ReadOptions{})
		if err != nil {
			b.Fatal(err)
		}
		n = 0
		for row, err := range book.Rows(book.Sheets()[0].Name) {
			if err != nil {
				b.Fatal(err)
			}
			n += len(row.Cells)
		}
		if err := book.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "cells/s")
}

func benchBook(b *testing.B, rows int) string {
	s := sheettest.Sheet{Name: "Stock"}
	for i := range rows {
		row := sheet.Row{Num: i + 1}
		for col := 1; col <= 10; col += 2 {
			row.Cells = append(row.Cells,
				sheet.Cell{Col: col, Type: sheet.String, Text: fmt.Sprintf("Товар %d", i*10+col)},
				sheet.Cell{Col: col + 1, Type: sheet.Number, Text: fmt.Sprintf("%d.25", i*col)})
		}
		s.Rows = append(s.Rows, row)
	}
	data, err := (&sheettest.Book{Sheets: []sheettest.Sheet{s}}).File(".xls")
	if err != nil {
		b.Fatal(err)
	}
	name := filepath.Join(b.TempDir(), "b.xls")
	if err := os.WriteFile(name, data, 0o600); err != nil {
		b.Fatal(err)
	}
	return name
}
