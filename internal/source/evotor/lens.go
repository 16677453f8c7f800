package evotor

import (
	"context"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/source"
)

// Prepare reads the stores; groups are read when a store is first looked into,
// where a field needs them.
func (s *Source) Prepare(ctx context.Context, fields []catalog.Field, rows map[string]int) error {
	// A preparation sees the stores and groups as they are now.
	s.mu.Lock()
	s.refs = &refs{}
	s.mu.Unlock()
	if _, err := s.known(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wantGroups, s.rows = false, 0
	for _, f := range fields {
		s.wantGroups = s.wantGroups || f == fieldGroup
	}
	for _, n := range rows {
		s.rows += n
	}
	return nil
}

// Lens gives the lens of a field, ok false for one that does not exist.
func (s *Source) Lens(f catalog.Field) (source.Lens, bool) {
	b, ok := line(f)
	if !ok {
		return source.Lens{}, false
	}
	l := source.Lens{Get: func(d source.Doc) (catalog.Value, error) { return b.get(s.read(), d), nil }}
	if b.put != nil {
		l.Set = func(d source.Doc, v catalog.Value) error { return b.change(s.read(), d, v) }
	}
	return l, true
}

// change makes a field of a document hold v; it touches nothing where it does.
func (b bind) change(r *refs, d source.Doc, v catalog.Value) error {
	if b.put == nil || !b.on(d.Key.Type) {
		return errReadOnly(b.Column, d.Key.Type)
	}
	if b.Kind.Equal(b.get(r, d), v) {
		return nil
	}
	if b.Required && !v.IsSet() {
		return errRequired(b.Column)
	}
	return b.put(r, d, v)
}
