package bench

import (
	"fmt"
	"io"
	"path/filepath"
	"testing"

	"catalogsheet/exporter"
	"catalogsheet/importer"
	"catalogsheet/internal/sheet"
)

var (
	sizes   = [...]int{1_000, 10_000, 100_000}
	formats = [...]struct {
		name   string
		format sheet.Format
	}{{"xlsx", sheet.XLSX}, {"csv", sheet.CSV}}
)

// each runs a benchmark over the formats and sizes and prints its rows per
// second.
func each(b *testing.B, make func(b *testing.B, ext string, f sheet.Format, n int) func() error) {
	for _, f := range formats {
		for _, n := range sizes {
			b.Run(fmt.Sprintf("%s/%d", f.name, n), func(b *testing.B) {
				run := make(b, f.name, f.format, n)
				b.ReportAllocs()
				for b.Loop() {
					if err := run(); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}

func BenchmarkExport(b *testing.B) {
	each(b, func(b *testing.B, _ string, f sheet.Format, n int) func() error {
		return func() error {
			_, err := exporter.Write(b.Context(), Snapshot(n, 0), exporter.Options{Format: f, Out: io.Discard})
			return err
		}
	})
}

// BenchmarkRead reads the cells of a sheet, and nothing more.
func BenchmarkRead(b *testing.B) {
	each(b, func(b *testing.B, ext string, _ sheet.Format, n int) func() error {
		path := filepath.Join(b.TempDir(), "a."+ext)
		export(b, path, n, 0)
		return func() error {
			book, err := sheet.Open(path, sheet.ReadOptions{})
			if err != nil {
				return err
			}
			rows := 0
			for _, err := range book.Rows(book.Sheets()[0].Name) {
				if err != nil {
					return err
				}
				rows++
			}
			if rows != n+1 {
				b.Errorf("%d rows", rows)
			}
			return book.Close()
		}
	})
}

// BenchmarkDiff reads a sheet in which every tenth row has another price and
// compares it with its base.
func BenchmarkDiff(b *testing.B) {
	each(b, func(b *testing.B, ext string, _ sheet.Format, n int) func() error {
		file, base := edited(b, ext, n)
		return func() error { return diff(b, file, base, n/10) }
	})
}

// What is measured is right: an export holds every row, an edit every change.
func TestMeasured(t *testing.T) {
	for _, f := range formats {
		file, base := edited(t, f.name, 100)
		if err := diff(t, file, base, 10); err != nil {
			t.Error(err)
		}
		if err := diff(t, base, "", 0); err != nil {
			t.Error(err)
		}
	}
}

// edited writes a sheet with edits against a base of its own and gives their
// names.
func edited(tb testing.TB, ext string, n int) (file, base string) {
	tb.Helper()
	dir := tb.TempDir()
	file, base = filepath.Join(dir, "edited."+ext), filepath.Join(dir, "base."+ext)
	export(tb, base, n, 0)
	export(tb, file, n, 10)
	return file, base
}

func export(tb testing.TB, path string, n, every int) {
	tb.Helper()
	if _, err := exporter.Write(tb.Context(), Snapshot(n, every), exporter.Options{Path: path}); err != nil {
		tb.Fatal(err)
	}
}

func diff(tb testing.TB, file, base string, want int) error {
	e, err := importer.Read(tb.Context(), file, importer.Options{BasePath: base})
	if err == nil && len(e.Changes) != want {
		tb.Errorf("%d changes, want %d; %v", len(e.Changes), want, e.Problems)
	}
	return err
}
