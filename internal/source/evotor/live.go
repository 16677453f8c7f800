package evotor

import (
	"context"
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/source"
)

// pageCost is how many reads of one product a page of 1000 is worth.
const pageCost = 4

// guessedSize is how many products a store is taken to have while nothing is
// known of it.
const guessedSize = 10_000

// Live reads the documents behind keys as they are now. The store of a key may
// be an id or a name; a key without a store is looked for in all of them, and
// is as good as missing where several have its id.
func (s *Source) Live(ctx context.Context, keys []catalog.Key) (map[catalog.Key]source.Doc, error) {
	r, err := s.known(ctx)
	if err != nil {
		return nil, err
	}
	wanted := map[string]map[string]bool{} // ids by store
	want := func(store, id string) {
		if wanted[store] == nil {
			wanted[store] = map[string]bool{}
		}
		wanted[store][id] = true
	}
	for _, k := range keys {
		id := strings.ToLower(k.ID)
		if id == "" {
			continue
		}
		for _, store := range storesOf(r, k) {
			want(store.ID, id)
		}
	}
	docs := map[catalog.Key]source.Doc{} // by store and id
	for _, store := range r.stores {
		some, err := s.look(ctx, store.ID, wanted[store.ID])
		if err != nil {
			return nil, err
		}
		for id, d := range some {
			docs[catalog.Key{Store: store.ID, ID: id}] = d
		}
	}
	found := make(map[catalog.Key]source.Doc, len(docs))
	for _, k := range keys {
		var hits []source.Doc
		for _, store := range storesOf(r, k) {
			if d, ok := docs[catalog.Key{Store: store.ID, ID: strings.ToLower(k.ID)}]; ok {
				hits = append(hits, d)
			}
		}
		if len(hits) == 1 {
			found[k] = hits[0]
		}
	}
	return found, nil
}

// storesOf gives the stores in which a key is to be looked for.
func storesOf(r *refs, k catalog.Key) []catalog.Entry {
	if k.Store == "" {
		return r.stores
	}
	if store, ok := r.store(k.Store); ok {
		return []catalog.Entry{store}
	}
	return nil
}

// look reads products of one store, one by one or the whole list, whichever is
// cheaper.
func (s *Source) look(ctx context.Context, store string, ids map[string]bool) (map[string]source.Doc, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if err := s.needGroups(ctx, store); err != nil {
		return nil, err
	}
	docs := make(map[string]source.Doc, len(ids))
	if len(ids) > pageCost*s.pagesOf(store) {
		all, err := s.Products(ctx, store)
		if err != nil {
			return nil, err
		}
		if err := s.complete(ctx, all, ids); err != nil {
			return nil, err
		}
		for _, d := range all {
			if ids[d.Key.ID] {
				docs[d.Key.ID] = d
			}
		}
		return docs, nil
	}
	sorted := make([]string, 0, len(ids))
	for id := range ids {
		sorted = append(sorted, id)
	}
	slices.Sort(sorted)
	for _, id := range sorted {
		d, ok, err := s.Product(ctx, store, id)
		if err != nil {
			return nil, err
		}
		if ok {
			docs[id] = d
		}
	}
	return docs, nil
}

// needGroups reads a store's groups where the lenses need them.
func (s *Source) needGroups(ctx context.Context, store string) error {
	s.mu.Lock()
	want := s.wantGroups
	s.mu.Unlock()
	if !want {
		return nil
	}
	_, err := s.groups(ctx, store, false)
	return err
}

// pagesOf is how many pages the list of a store takes, as far as is known.
func (s *Source) pagesOf(store string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	size := s.sizes[store]
	if size == 0 {
		size = max(s.rows, guessedSize)
	}
	return (size + pageSize - 1) / pageSize
}
