package exporter

import (
	"os"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"
)

func TestSmoke(t *testing.T) {
	dir := os.Getenv("SMOKE")
	if dir == "" {
		dir = t.TempDir()
	}
	for _, name := range []string{"a.xlsx", "a.csv"} {
		res, err := Write(t.Context(), catalog.Snapshot{Head: head(), Items: items(240)}, Options{Path: dir + "/" + name, Replace: true, Lang: i18n.Ru, CSV: sheet.ExcelRu, Version: "1"})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(res)
	}
}
