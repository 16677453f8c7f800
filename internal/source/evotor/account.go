package evotor

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/source"
)

// Account asks whom the token belongs to: the API names the user on stores
// only, and not on all; then the first store by id stands for the account.
func (s *Source) Account(ctx context.Context) (source.Account, error) {
	s.mu.Lock()
	known := s.who
	s.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	stores, err := s.listStores(ctx)
	if err != nil {
		return source.Account{}, err
	}
	return s.keepAccount(stores)
}

// whose is Account for an export; one by V1 may have nothing but V1.
func (s *Source) whose(ctx context.Context, api string) (source.Account, error) {
	a, err := s.Account(ctx)
	if err == nil || api != apiV1 || status(err) == 0 || ctx.Err() != nil {
		return a, err
	}
	stores, err := s.storesV1(ctx)
	if err != nil {
		return source.Account{}, err
	}
	for i := range stores {
		stores[i].ID = stores[i].UUID
	}
	return s.keepAccount(stores)
}

func (s *Source) keepAccount(stores []wireStore) (source.Account, error) {
	if len(stores) == 0 {
		return source.Account{}, i18n.Errorf(i18n.T(
			"Evotor shows no store: the application is installed in none, or has no right to see them",
			"Эвотор не показывает ни одного магазина: приложение нигде не установлено или у него нет на это прав"))
	}
	slices.SortFunc(stores, func(a, b wireStore) int { return cmp.Compare(a.ID, b.ID) })
	a := source.Account{ID: stores[0].ID}
	var names []string
	entries := make([]catalog.Entry, len(stores))
	for i, w := range stores {
		if w.UserID != "" && a.ID == stores[0].ID {
			a.ID = w.UserID
		}
		entries[i] = catalog.Entry{ID: w.ID, Name: w.Name}
		names = append(names, w.Name)
	}
	slices.Sort(names)
	a.Name = strings.Join(names[:min(len(names), 3)], ", ")
	sortEntries(entries)
	s.keepStores(entries)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.who = &a
	return a, nil
}

func (s *Source) keepStores(entries []catalog.Entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refs = &refs{stores: entries, trees: s.refs.trees}
}

// Head describes the columns and lists of a sheet as they are in the account
// now, without reading a product: of the open sets it knows only what the API
// names.
func (s *Source) Head(ctx context.Context, _ string) (catalog.Head, error) {
	who, err := s.Account(ctx)
	if err != nil {
		return catalog.Head{}, err
	}
	r, err := s.known(ctx)
	if err != nil {
		return catalog.Head{}, err
	}
	for _, store := range r.stores {
		if _, err := s.groups(ctx, store.ID, false); err != nil {
			return catalog.Head{}, err
		}
	}
	f := &fetch{src: s, lines: table(), who: who, types: slices.Clone(knownTypes[:])}
	return f.head(r.stores), nil
}

// Retire is what stands for deleting an item: nothing is ever deleted, a
// created product is taken off sale.
func (s *Source) Retire(string) (plan.Assign, bool) {
	return plan.Assign{
		Field: fieldAllowToSell, Kind: catalog.Flag, Was: catalog.Of("true"), Want: catalog.Of("false"),
	}, true
}
