package app

import (
	"context"
	"fmt"
	"slices"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/source"
)

// above is what the server tells of the products of edited variants, where the
// sheet does not show them: a price that is still the product's may be
// inherited, and writing it makes it the variant's own.
type above struct {
	of     map[catalog.Key]catalog.Key // a variant's product
	prices map[cellOf]catalog.Value
}

// parent gives the product of a variant as far as the sheet shows it, or the
// server has told.
func (j *job) parent(k catalog.Key) (catalog.Key, bool) {
	if id := j.edited.Value(k, catalog.FieldParentID); id.IsSet() {
		return productOf(k, id), true
	}
	product, ok := j.above.of[k]
	return product, ok
}

func productOf(variant catalog.Key, id catalog.Value) catalog.Key {
	return catalog.Key{Store: variant.Store, Type: "product", ID: id.Text()}
}

// shows is what the sheet shows for a target, else what the server has told.
func (j *job) shows(k catalog.Key, f catalog.Field) catalog.Value {
	if v := j.edited.Value(k, f); !v.Absent() {
		return v
	}
	return j.above.prices[cellOf{k, f}]
}

// lookAbove reads the products whose variants get a price although the sheet
// does not show the products, and settles inherited prices anew.
func (j *job) lookAbove(ctx context.Context, src source.Source, docs map[catalog.Key]source.Doc) error {
	lens, ok := src.Lens(catalog.FieldParentID)
	if !ok {
		return nil
	}
	found := above{map[catalog.Key]catalog.Key{}, map[cellOf]catalog.Value{}}
	var wanted []cellOf
	var keys []catalog.Key
	for _, c := range j.changes {
		doc, read := docs[c.Target]
		if c.Column.Kind != catalog.Money || !read {
			continue
		}
		id, err := lens.Get(doc)
		if err != nil {
			return fmt.Errorf("read the product of %s: %w", c.Target.ID, err)
		}
		if !id.IsSet() {
			continue
		}
		product := productOf(c.Target, id)
		found.of[c.Target] = product
		if j.edited.Value(product, c.Column.Field).Absent() {
			wanted, keys = append(wanted, cellOf{product, c.Column.Field}), append(keys, product)
		}
	}
	if len(found.of) == 0 {
		return nil
	}
	slices.SortFunc(keys, catalog.Key.Compare)
	products, err := j.readAbove(ctx, src, slices.Compact(keys))
	if err != nil {
		return err
	}
	for _, at := range wanted {
		if doc, ok := products[at.target]; ok {
			if found.prices[at], err = theirValue(src, at.field, doc); err != nil {
				return err
			}
		}
	}
	j.above = found
	j.guard()
	return nil
}

func (j *job) readAbove(ctx context.Context, src source.Source, keys []catalog.Key) (map[catalog.Key]source.Doc, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	docs, err := src.Live(ctx, keys)
	return docs, i18n.Wrap(i18n.T("read the products of the variants", "чтение товаров, к которым относятся модификации"), err)
}
