package importer

import (
	"slices"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/locale"
)

// Items of several stores may have one id. Where the column that names the store
// was deleted, the sheet itself tells: each store was exported to one of its own.

// ofSheet keeps of the items with one id those of the store that the sheet was
// made for.
func (r *reader) ofSheet(t *table, list []int32) []int32 {
	store, ok := r.base.Stores[t.sheet]
	if !ok {
		return list
	}
	return slices.DeleteFunc(list, func(i int32) bool { return r.base.Items[i].Key.Store != store })
}

func (r *reader) severalStores(list []int32) bool {
	return slices.ContainsFunc(list, func(i int32) bool { return r.base.Items[i].Key.Store != r.base.Items[list[0]].Key.Store })
}

// newStore is the store that a new row names, or its sheet.
func (r *reader) newStore(t *table) string {
	switch {
	case t.store < 0:
		return r.storeName(t)
	case r.cells[t.store] == nil:
		return ""
	}
	return locale.Trim(r.cells[t.store].Text)
}

// storeName is how the export spells the store that a sheet was made for, ""
// where the sheet does not tell.
func (r *reader) storeName(t *table) string {
	store, at := r.base.Stores[t.sheet], r.base.Head.Schema.Index(catalog.FieldStore)
	i := slices.IndexFunc(r.base.Items, func(it catalog.Item) bool { return it.Key.Store == store })
	if store == "" || at < 0 || i < 0 {
		return ""
	}
	return r.base.Items[i].Cells[at].Text()
}
