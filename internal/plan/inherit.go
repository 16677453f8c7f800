package plan

import (
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/merge"
)

// Inherit settles prices that a variant may only show because its product has
// them; the API does not tell. Where both had the same price and both get the
// same new one, the variant is left to inherit and its change is dropped;
// where only the variant's is edited, it becomes the variant's own, for good,
// and the finding says so. parent names the product of a variant.
func Inherit(changes []merge.Change, parent func(catalog.Key) (catalog.Key, bool), value func(catalog.Key, catalog.Field) catalog.Value) ([]merge.Change, diag.List) {
	type place struct {
		key   catalog.Key
		field catalog.Field
	}
	edited := map[place]merge.Change{}
	for _, c := range changes {
		edited[place{c.Target, c.Column.Field}] = c
	}
	var found diag.List
	kept := make([]merge.Change, 0, len(changes))
	for _, c := range changes {
		above, ok := parent(c.Target)
		if !ok || c.Column.Kind != catalog.Money {
			kept = append(kept, c)
			continue
		}
		k := c.Column.Kind
		up, both := edited[place{above, c.Column.Field}]
		switch {
		case both && k.Equal(up.Base, c.Base) && k.Equal(up.Mine, c.Mine):
			found.Add(at(diag.New("variant-inherits", spoken{c.Column, c.Mine}), c))
			continue
		case both && k.Equal(up.Base, c.Base), !both && k.Equal(value(above, c.Column.Field), c.Base):
			found.Add(at(diag.New("variant-pinned", spoken{c.Column, c.Base}), c))
		}
		kept = append(kept, c)
	}
	return kept, found
}

func at(d diag.Diagnostic, c merge.Change) diag.Diagnostic {
	if len(c.At) > 0 {
		return d.In(c.At[0])
	}
	return d
}
