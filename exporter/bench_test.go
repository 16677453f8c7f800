package exporter

import (
	"io"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"
)

// held keeps n items, so that making them is not measured.
func held(n int) []catalog.Item {
	list := make([]catalog.Item, 0, n)
	for item := range items(n) {
		list = append(list, item)
	}
	return list
}

func snapshot(list []catalog.Item) catalog.Snapshot {
	return catalog.Snapshot{Head: head(), Total: len(list), Items: func(yield func(catalog.Item, error) bool) {
		for _, item := range list {
			if !yield(item, nil) {
				return
			}
		}
	}}
}

func BenchmarkWrite(b *testing.B) {
	list := held(10_000)
	for _, c := range []struct {
		name   string
		format sheet.Format
	}{{"xlsx", sheet.XLSX}, {"csv", sheet.CSV}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Write(b.Context(), snapshot(list), Options{Format: c.format, Out: io.Discard, Lang: i18n.Ru}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(list))*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
