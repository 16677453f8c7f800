package importer

import (
	"fmt"
	"testing"

	"catalogsheet/exporter"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
)

// BenchmarkRead reads an exported workbook of 10,000 rows with 200 edits.
func BenchmarkRead(b *testing.B) {
	base := longBase(10_000)
	for _, name := range []string{"b.xlsx", "b.csv"} {
		b.Run(name, func(b *testing.B) {
			path := b.TempDir() + "/" + name
			if _, err := exporter.Write(b.Context(), catalog.Snapshot{Head: base.Head, Items: seq(base.Items)}, exporter.Options{Path: path, Lang: i18n.En}); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				e, err := Read(b.Context(), path, Options{})
				if err != nil || len(e.Changes) != 0 {
					b.Fatal(err, fmt.Sprint(told(e)))
				}
			}
		})
	}
}
