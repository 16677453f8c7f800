package importer

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"catalogsheet/exporter"
	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"

	"github.com/google/go-cmp/cmp"
)

const spoiledDir = "testdata/spoiled"

// spoiledBase is what testdata/spoil.py spoils.
func spoiledBase() *baseline.Base {
	base := longBase(20)
	base.Head.ID = ""
	code := base.Head.Schema.Index("code")
	base.Items[6].Cells[code] = catalog.Of("0012345")
	base.Items[7].Cells[code] = catalog.Of("12E5")
	return base
}

// spoiledByPrograms says the same of cells as testdata/spoil.py does to them.
func spoiledByPrograms(b *book) {
	put(
		"H2", sheet.Cell{Type: sheet.Error, Text: "#N/A"},
		"H3", shown(num("0.1"), sheet.ShowPercent),
		"H4", shown(num("46143"), sheet.ShowDate),
		"D5", shown(num("46054"), sheet.ShowDate),
		"H6", formula(num("150")),
		"H7", shown(str("1320,00"), sheet.ShowText),
		"D8", num("12345"),
		"D9", num("1200000"),
		"D10", num("4.607E+16"),
		"F11", str("4,60700E+12"),
		"H12", num("777"),
		"H14", sheet.Cell{},
		"H15", num("-5"),
		"H16", num("0.125"),
		"J17", formula(sheet.Cell{Type: sheet.Bool, Text: "true"}),
		"D18", str(" K16 "),
		"H19", formula(sheet.Cell{Type: sheet.Error, Text: "#DIV/0!"}),
		"F20", num("4607001234562"),
	)(b)
	b.sheets[0].rows[11].Hidden = true
	b.sheets[0].merges = []sheet.Range{{FirstRow: 13, FirstCol: 8, LastRow: 14, LastCol: 8}}
}

// TestSpoiledByPrograms: cells that other programs spoiled, in the files that
// they wrote, have the findings and changes of the same cells in files of tests.
func TestSpoiledByPrograms(t *testing.T) {
	if *remake {
		remakeSpoiled(t)
	}
	b := workbook(spoiledBase())
	spoiledByPrograms(b)
	want := toldOf(mustReadFile(t, b, ".xlsx", Options{}), "Products")
	for _, code := range []string{
		"error cell-error H2", "error percent-in-price H3", "error date-in-text/price H4", "error date-in-text D5", "notice formula-value H6",
		"notice repaired D8", "notice repaired D9", "error number-scientific/digits D10", "error number-scientific F11", "warning hidden-row-edited H12",
		"error merged-cells H13", "error price-negative H15", "error price-decimals H16", "notice repaired D18", "error cell-error H19",
	} {
		if !slices.Contains(want, code) {
			t.Errorf("no %s", code)
		}
	}
	files, err := filepath.Glob(filepath.Join(spoiledDir, "*"))
	if err != nil || len(files) < 7 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			e, err := Read(t.Context(), path, Options{})
			if err != nil {
				t.Fatal(err)
			}
			want := slices.Clone(want)
			if strings.HasPrefix(filepath.Base(path), "openpyxl") {
				want = uncomputed(want)
			}
			if diff := cmp.Diff(sorted(want), sorted(toldOf(e, "Products"))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// uncomputed tells of formulas that nobody computed: each is an error, and no
// change, but for TRUE(), which says its value.
func uncomputed(list []string) []string {
	list = slices.DeleteFunc(list, func(s string) bool {
		return strings.HasPrefix(s, "Products!H6 ")
	})
	list[slices.Index(list, "notice formula-value H6")] = "error formula-uncached H6"
	list[slices.Index(list, "error cell-error H19")] = "error formula-uncached H19"
	return list
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}

// remakeSpoiled writes the sheet that the programs are given.
func remakeSpoiled(t *testing.T) {
	t.Helper()
	dir := os.Getenv("SPOILED_SOURCE")
	if dir == "" {
		t.Fatal("-remake needs SPOILED_SOURCE, as testdata/remake.sh sets it")
	}
	base := spoiledBase()
	if _, err := exporter.Write(t.Context(), catalog.Snapshot{Head: base.Head, Items: seq(base.Items)},
		exporter.Options{Path: filepath.Join(dir, "src.xlsx"), Replace: true, Lang: i18n.En, Version: "test"}); err != nil {
		t.Fatal(fmt.Errorf("write the sheet to spoil: %w", err))
	}
}
