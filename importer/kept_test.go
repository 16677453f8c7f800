package importer

import (
	"errors"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"
)

// TestKeptIsBounded: a sheet without a base is kept up to a number of cells, and
// refused in both languages past it.
func TestKeptIsBounded(t *testing.T) {
	b := &book{sheets: []page{{name: "S", rows: []sheet.Row{
		textRow(1, []string{"UUID", "Name"}), textRow(2, []string{idA, "a"}), textRow(3, []string{idB, "b"}),
	}}}}
	tables := []table{{sheet: "S", header: 1}}
	e := &Edited{tables: tables}
	if err := e.keep(t.Context(), b, 4); err != nil || e.Rows != 2 {
		t.Fatalf("%d rows, %v", e.Rows, err)
	}
	e = &Edited{tables: tables}
	err := e.keep(t.Context(), b, 3)
	if fe, ok := errors.AsType[*sheet.FileError](err); !ok || fe.Code != sheet.CodeTooLarge || fe.Kind != sheet.KindCells {
		t.Fatal(err)
	}
	if err := e.refuse(err); err != nil {
		t.Fatal(err)
	}
	d := e.Problems[0]
	if d.Hint(i18n.En) == "" || d.Message(i18n.En) == d.Message(i18n.Ru) {
		t.Errorf("%q: %q | %q", d.Message(i18n.En), d.Message(i18n.Ru), d.Hint(i18n.En))
	}
	// A million rows of a wide export are no reason to refuse.
	if columns := len(catalog.Schema(testSchema())) + 20; maxKept < 1_000_000*columns {
		t.Errorf("%d cells are too few for %d columns", maxKept, columns)
	}
}
