package moysklad

import (
	"context"
	"sync/atomic"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/source"
)

// Head describes the columns and lists of a sheet of a kind ("" is products)
// as they are in the account now, without reading an item.
func (s *Source) Head(ctx context.Context, kind string) (catalog.Head, error) {
	if kind == "" {
		kind = kindProducts
	}
	q, err := check(source.Query{Kind: kind})
	if err != nil {
		return catalog.Head{}, err
	}
	who, err := s.Account(ctx)
	if err != nil {
		return catalog.Head{}, err
	}
	r, err := s.load(ctx, needs(q))
	if err != nil {
		return catalog.Head{}, err
	}
	f := &fetch{src: s, q: q, refs: r}
	if f.lines, err = r.lines(q, f.names); err != nil {
		return catalog.Head{}, err
	}
	// Which prices are in another currency is not known, so all of them may be.
	f.foreign = make([]atomic.Bool, len(f.lines))
	for i := range f.foreign {
		f.foreign[i].Store(true)
	}
	var h catalog.Head
	h.Schema, _ = f.shown()
	f.head(&h, who)
	return h, nil
}

// Retire is what stands for deleting an item: nothing is ever deleted, a
// created item goes to the archive.
func (s *Source) Retire(string) (plan.Assign, bool) {
	return plan.Assign{
		Field: fieldArchived, Kind: catalog.Flag, Was: catalog.Of("false"), Want: catalog.Of("true"),
	}, true
}
