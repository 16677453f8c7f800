package sheet

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// benchRow is a row of twenty cells, twelve texts and eight numbers.
func benchRow(cells []Out, i int) []Out {
	cells = cells[:0]
	for c := range 20 {
		if c%5 < 3 {
			cells = append(cells, Out{Type: OutText, Text: fmt.Sprintf("Наименование %d-%d", i, c*i)})
		} else {
			cells = append(cells, Out{Type: OutNumber, Text: fmt.Sprintf("%d.%02d", i*c, i%100)})
		}
	}
	return cells
}

const benchRows = 10_000

func writeBench(w io.Writer, table [][]Out) error {
	wb := NewWorkbook()
	s := wb.Sheet("S", Layout{})
	for _, row := range table {
		if err := s.Row(row); err != nil {
			return err
		}
	}
	return errors.Join(wb.Finish(w), wb.Close())
}

func benchTable() [][]Out {
	table := make([][]Out, benchRows)
	for i := range table {
		table[i] = benchRow(nil, i)
	}
	return table
}

func BenchmarkWriteXLSX(b *testing.B) {
	table := benchTable()
	b.ReportAllocs()
	for b.Loop() {
		if err := writeBench(io.Discard, table); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	dir := b.TempDir()
	table := benchTable()
	book, errB := os.Create(filepath.Join(dir, "b.xlsx"))
	text, errT := os.Create(filepath.Join(dir, "b.csv"))
	if err := errors.Join(errB, errT); err != nil {
		b.Fatal(err)
	}
	w := NewCSVWriter(text, ExcelRu)
	for _, row := range table {
		if err := w.Row(row); err != nil {
			b.Fatal(err)
		}
	}
	if err := errors.Join(writeBench(book, table), book.Close(), w.Finish(), text.Close()); err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{"b.xlsx", "b.csv"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f, err := Open(filepath.Join(dir, name), ReadOptions{})
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for row, err := range f.Rows(f.Sheets()[0].Name) {
					if err != nil {
						b.Fatal(err)
					}
					n += len(row.Cells)
				}
				if err := f.Close(); err != nil || n != 20*benchRows {
					b.Fatal(n, err)
				}
			}
		})
	}
}
