package importer

import (
	"testing"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"

	"github.com/google/go-cmp/cmp"
)

// twoStores is an export of one item that two stores have, without the column
// that names the store.
func twoStores() *book {
	base := testBase()
	base.Head.Schema = append(base.Head.Schema[:1:1], append(catalog.Schema{{Field: "store", Kind: catalog.Text, Title: i18n.T("Store", "Магазин")}}, base.Head.Schema[1:]...)...)
	first := base.Items[0]
	base.Items = nil
	for _, store := range []string{"North", "South"} {
		it := first
		it.Key.Store, it.Target.Store = "id of "+store, "id of "+store
		it.Cells = append([]catalog.Value{it.Cells[0], catalog.Of(store)}, first.Cells[1:]...)
		base.Items = append(base.Items, it)
	}
	b := workbook(base)
	for i := range b.sheets {
		if b.sheets[i].name == baseline.MetaSheet {
			n := len(b.sheets[i].rows)
			b.sheets[i].rows = append(b.sheets[i].rows, textRow(n+1, []string{"meta", "sheet:id of North", "North"}), textRow(n+2, []string{"meta", "sheet:id of South", "South"}))
		}
	}
	main := b.sheets[0]
	for i, row := range main.rows {
		var kept []sheet.Cell
		for _, c := range row.Cells {
			if c.Col != 2 {
				kept = append(kept, c)
			}
		}
		main.rows[i].Cells = kept
	}
	north, south := page{name: "North", rows: []sheet.Row{main.rows[0], main.rows[1]}}, page{name: "South", rows: []sheet.Row{main.rows[0], main.rows[2]}}
	b.sheets = append([]page{south, north}, b.sheets[1:]...)
	return b
}

// TestStoreColumnDeleted: an edit goes to the store that the sheet was made for,
// and to none where the sheet was renamed.
func TestStoreColumnDeleted(t *testing.T) {
	b := twoStores()
	setCell(&b.sheets[0].rows[1], 9, "150")
	e := mustRead(t, b, Options{})
	if len(e.Problems) > 0 || len(e.Changes) != 1 || e.Changes[0].Target.Store != "id of South" || e.Missing != 0 {
		t.Errorf("%v, %v, missing %d", told(e), e.Changes, e.Missing)
	}
	b.sheets[0].name = "Лист1"
	e = mustRead(t, b, Options{})
	if diff := cmp.Diff([]string{"error id-unknown/stores Лист1!A3"}, told(e)); diff != "" || len(e.Changes) > 0 {
		t.Error(diff, e.Changes)
	}
}
