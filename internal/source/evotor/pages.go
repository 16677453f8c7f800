package evotor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/rest"
	"catalogsheet/internal/source"
)

// errCursor: a cursor was not accepted any more, so the list is to be read
// again from its beginning.
var errCursor = errors.New("the cursor is not valid any more")

// list reads a list whole, every object once, in the order of the API: Evotor
// REST API, Товары, cursor. begin runs before each pass over it; a second one
// is made where a cursor expired.
func (s *Source) list(ctx context.Context, path string, begin func(), take func(fields) error) error {
	for pass := 1; ; pass++ {
		begin()
		err := s.pass(ctx, path, take)
		if pass > 1 || !errors.Is(err, errCursor) {
			return err
		}
	}
}

func (s *Source) pass(ctx context.Context, path string, take func(fields) error) error {
	seen, cursors := map[string]bool{}, map[string]bool{}
	cursor := ""
	for n := 1; ; n++ {
		fail := func(err error) error {
			return i18n.Wrapf(i18n.T("page %d of %s", "страница %d списка %s"), err, n, path)
		}
		query := ""
		if cursor != "" {
			query = url.Values{"cursor": {cursor}}.Encode()
		}
		body, err := s.get(ctx, path, query)
		if code := status(err); cursor != "" && (code == http.StatusBadRequest || code == http.StatusNotFound) {
			err = fmt.Errorf("%w: %w", errCursor, err)
		}
		if err != nil {
			return fail(err)
		}
		p, err := decodePage(body)
		s.two.Recycle(body) // what was decoded is a copy
		if err != nil {
			return fail(err)
		}
		if err := once(p.Items, seen, take); err != nil {
			return fail(err)
		}
		if cursor = p.Paging.Next; cursor == "" {
			return nil
		}
		if cursors[cursor] {
			return fail(i18n.Errorf(i18n.T(
				"the service gave the same cursor twice, so the list has no end: try again later",
				"сервис дважды дал один и тот же курсор, список не кончается: повторите позже")))
		}
		cursors[cursor] = true
	}
}

// once takes the objects whose id was not seen before: rows move between pages
// while a list changes.
func once(items []fields, seen map[string]bool, take func(fields) error) error {
	for i, f := range items {
		id := strings.ToLower(plainText(f["id"]))
		if id == "" {
			return nameless(f, i+1)
		}
		if seen[id] {
			continue
		}
		seen[id] = true
		if err := take(f); err != nil {
			return fmt.Errorf("object %s: %w", id, err)
		}
	}
	return nil
}

// nameless says which object of a list has no id, by what people know it by: a
// sheet without it would hold a part as if it were all.
func nameless(f fields, place int) error {
	return i18n.Errorf(i18n.T(
		"item %[1]d of the list has no uuid (name: %[2]s, code: %[3]s), so no row could stand for it: delete it or make it anew in the program that keeps the catalog, then repeat the command",
		"у позиции %[1]d в списке нет uuid (наименование: %[2]s, код: %[3]s), и строку для неё не сделать: удалите её или создайте заново в программе, которая ведёт каталог, и повторите команду"),
		place, shownText(f["name"]), shownText(f["code"]))
}

// shownText spells a text so that it can be looked for; ∅ stands for none.
func shownText(raw json.RawMessage) string {
	if s := plainText(raw); s != "" {
		return strconv.Quote(s)
	}
	return "∅"
}

// Products reads the products of a store whole, in the order of the API; the
// list may leave out details that a single product has.
func (s *Source) Products(ctx context.Context, store string) (docs []source.Doc, err error) {
	err = s.eachProduct(ctx, store, func() { docs = nil }, func(d source.Doc) error {
		docs = append(docs, d)
		return nil
	})
	return docs, err
}

// eachProduct is Products without keeping them; begin drops what was taken.
func (s *Source) eachProduct(ctx context.Context, store string, begin func(), take func(source.Doc) error) error {
	n := 0
	err := s.list(ctx, storePath(store, collectionProducts, ""), func() { n = 0; begin() }, func(f fields) error {
		d, err := document(store, f)
		if err != nil {
			return err
		}
		n++
		return take(d)
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sizes[store] = n
	return nil
}

// Groups reads the product groups of a store whole; a Doc's Key.Type is
// product-groups.
func (s *Source) Groups(ctx context.Context, store string) (docs []source.Doc, err error) {
	err = s.list(ctx, storePath(store, collectionGroups, ""), func() { docs = nil }, func(f fields) error {
		d, err := document(store, f)
		d.Key.Type = collectionGroups
		docs = append(docs, d)
		return err
	})
	return docs, err
}

// Product reads one product as it is now; ok is false where there is none.
func (s *Source) Product(ctx context.Context, store, id string) (d source.Doc, ok bool, err error) {
	path := storePath(store, collectionProducts, id)
	resp, err := s.ask(ctx, s.two, rest.Request{Method: http.MethodGet, Path: path, MayMiss: true})
	switch {
	case status(err) == http.StatusNotFound:
		return source.Doc{}, false, nil
	case err != nil:
		return source.Doc{}, false, err
	}
	if d, ok = decodeProduct(store, id, resp.Body); !ok {
		return source.Doc{}, false, i18n.Errorf(i18n.T("the answer to GET %s is not that product", "ответ на GET %s — не тот товар"), path)
	}
	return d, true, nil
}

// The addresses of V1: Evotor API V1, paths.
const v1Root = "/api/v1/inventories"

// getV1 reads a path of V1; what the answer's headers refuse is an error.
func (s *Source) getV1(ctx context.Context, path string) ([]byte, error) {
	resp, err := s.ask(ctx, s.one, rest.Request{Method: http.MethodGet, Path: v1Root + path})
	if err != nil {
		return nil, err
	}
	return resp.Body, violated(resp)
}

// CatalogV1 reads the products and groups of a store by V1, mixed as they come:
// the bytes of one JSON array.
func (s *Source) CatalogV1(ctx context.Context, store string) ([]byte, error) {
	return s.getV1(ctx, storePath(store, collectionProducts, ""))
}

// storesV1 lists the stores by V1.
func (s *Source) storesV1(ctx context.Context) ([]wireStore, error) {
	body, err := s.getV1(ctx, "/stores/search")
	if err != nil {
		return nil, err
	}
	var list []wireStore
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, i18n.Wrap(i18n.T("read the stores of API V1", "чтение магазинов API V1"), err)
	}
	return list, nil
}
