package moysklad

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/source"
)

// Prepare reads the lists that the fields' lenses need.
func (s *Source) Prepare(ctx context.Context, fields []catalog.Field, rows map[string]int) error {
	var n need
	wants := map[string]*bool{
		familySale: &n.prices, string(fieldBuyPrice): &n.prices, string(fieldMinPrice): &n.prices,
		string(fieldFolder): &n.folders, string(fieldUOM): &n.uoms, string(fieldCountry): &n.countries,
		string(fieldSupplier): &n.suppliers, familyAttr: &n.attrs,
	}
	for _, f := range fields {
		if w, ok := wants[f.Family()]; ok {
			*w = true
		}
	}
	r, err := s.load(ctx, n)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refs, s.rows = r, maps.Clone(rows)
	return nil
}

func (s *Source) prepared() (*refs, map[string]int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refs == nil {
		return &refs{}, s.rows
	}
	return s.refs, s.rows
}

// Lens gives the lens of a field, ok false for one that is in no document or
// whose custom field does not exist.
func (s *Source) Lens(f catalog.Field) (source.Lens, bool) {
	r, _ := s.prepared()
	return r.lens(f)
}

func (r *refs) lens(f catalog.Field) (source.Lens, bool) {
	b, ok := r.line(f)
	if !ok || b.get == nil {
		return source.Lens{}, false
	}
	l := source.Lens{Get: func(d source.Doc) (catalog.Value, error) {
		e, err := read(d, b.keys)
		if err != nil {
			return catalog.Value{}, fmt.Errorf("read %s: %w", f, err)
		}
		return b.get(r, e), nil
	}}
	if b.put != nil {
		l.Set = func(d source.Doc, v catalog.Value) error {
			p, err := r.change(b, d, v)
			if err != nil {
				return err
			}
			return p.apply(d)
		}
	}
	return l, true
}

// change gives the patch that makes a field of a document hold v: none where
// it does.
func (r *refs) change(b bind, d source.Doc, v catalog.Value) (patch, error) {
	e, err := read(d, append(slices.Clone(b.keys), "meta"))
	if err != nil {
		return patch{}, fmt.Errorf("read %s: %w", b.Field, err)
	}
	if b.put == nil || !b.EditableOn(d.Key.Type) {
		return patch{}, errReadOnly(b.Column, d.Key.Type)
	}
	if b.Kind.Equal(b.get(r, e), v) {
		return patch{}, nil
	}
	return b.put(r, e, v)
}

// read decodes only what a column reads. The document's key stands in for a
// missing meta.
func read(d source.Doc, keys []string) (*entity, error) {
	part := make(map[string]json.RawMessage, len(keys))
	for k, raw := range d.Fields {
		if slices.ContainsFunc(keys, func(want string) bool { return strings.EqualFold(want, k) }) {
			part[k] = raw
		}
	}
	body, err := json.Marshal(part)
	if err != nil {
		return nil, err
	}
	e := &entity{}
	if err := json.Unmarshal(body, e); err != nil {
		return nil, err
	}
	if e.Meta.Type == "" {
		e.Meta.Type = d.Key.Type
	}
	return e, nil
}
