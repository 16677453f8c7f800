package importer

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"catalogsheet/exporter"
	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"
)

var remake = flag.Bool("remake", false, "write testdata/resave/src.xlsx anew; then run testdata/remake.sh")

const resaved = "testdata/resave"

// resaveItems hold what spreadsheet programs like to spoil.
func resaveItems() []catalog.Item {
	prices := []string{"129.90", "0.10", "1234567.89", "502.6086956521739", "0.00", "99999999999.99", "1299.00"}
	times := []string{"2026-11-21 10:00:00", "2026-11-20 12:34:56.789", ""}
	barcodes := []string{"ean13:2000000000015", "code128:ABC-1\nean8:12345670", "gtin:00012345600012", ""}
	var items []catalog.Item
	for i, text := range nasty {
		typ := []string{"product", "variant", "service"}[i%3]
		item := item(fmt.Sprintf("7944ef04-f831-11e5-7a69-%012x", i), typ,
			baseline.EncodeValue(catalog.Of(text)), baseline.EncodeValue(catalog.Of(text)), []string{"Чай", "Чай/Зелёный", ""}[i%3],
			barcodes[i%4], []string{"20%", "none", "folder"}[i%3], prices[i%7], []string{"0.5", "0.3333333333333333", ""}[i%3],
			[]string{"true", "false"}[i%2], []string{"12345678901234567", "12"}[i%2], times[i%3], []string{"7", "-4596.0867278606847", `\absent`}[i%3])
		items = append(items, item)
	}
	return items
}

// TestResaved: a sheet that LibreOffice, gnumeric or openpyxl opened and saved
// in any of their formats has no change and no finding.
func TestResaved(t *testing.T) {
	head := testBase().Head
	head.ID = ""
	src := filepath.Join(resaved, "src.xlsx")
	if *remake {
		if err := os.MkdirAll(resaved, 0o755); err != nil {
			t.Fatal(err)
		}
		if _, err := exporter.Write(t.Context(), catalog.Snapshot{Head: head, Items: seq(resaveItems())},
			exporter.Options{Path: src, Replace: true, Lang: i18n.Ru, Version: "test"}); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(resaved, "*"))
	if err != nil || len(files) < 9 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	formats := map[sheet.Format]int{}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			e, err := Read(t.Context(), path, Options{Create: true})
			if err != nil {
				t.Fatal(err)
			}
			if got := append(told(e), changed(e)...); len(got)+len(e.Created) > 0 || e.Unchanged != len(nasty) || e.Missing != 0 {
				t.Errorf("%v\ncreated %d, unchanged %d, missing %d", got, len(e.Created), e.Unchanged, e.Missing)
			}
			formats[e.Format]++
		})
	}
	for _, f := range []sheet.Format{sheet.XLSX, sheet.XLS, sheet.ODS} {
		if formats[f] < 2 {
			t.Errorf("%d files of format %d", formats[f], f)
		}
	}
}
