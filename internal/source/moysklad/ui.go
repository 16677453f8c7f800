package moysklad

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/rest"
	"catalogsheet/internal/source"
)

// fewUI is how many ids of the user interface are asked for one by one; past
// that the whole lists, which name them too, are read faster.
const fewUI = 10

// followUI gives the API's ids for ids of the user interface, none for an id
// that leads nowhere. said is the type of an id where the sheet tells.
func (f *finding) followUI(ctx context.Context, ids []string, said map[string]string) (map[string]string, error) {
	real := map[string]string{}
	if len(ids) > fewUI {
		return real, f.matchUI(ctx, ids, said, real)
	}
	leads := make([]string, len(ids))
	tasks := make([]func(context.Context) error, len(ids))
	for i, id := range ids {
		tasks[i] = func(ctx context.Context) (err error) {
			leads[i], err = f.redirected(ctx, said[id], id)
			return err
		}
	}
	if err := concurrently(ctx, tasks...); err != nil {
		return nil, err
	}
	for i, id := range ids {
		if leads[i] != "" {
			real[id] = leads[i]
		}
	}
	return real, nil
}

// matchUI reads the lists of the types in question and finds the ids in their
// addresses of the user interface: MoySklad JSON API 1.2, Метаданные, uuidHref.
func (f *finding) matchUI(ctx context.Context, ids []string, said, real map[string]string) error {
	wanted, anywhere, kinds := map[string]bool{}, false, map[string]bool{}
	for _, id := range ids {
		wanted[id], kinds[said[id]] = true, true
		anywhere = anywhere || said[id] == ""
	}
	for _, kind := range lookOrder[:4] {
		if !anywhere && !kinds[kind] {
			continue
		}
		l := f.lister(kind, url.Values{"filter": {archivedFilter("yes")}, "order": {"id"}})
		if err := l.open(ctx); err != nil {
			return err
		}
		for d, err := range l.all(ctx) {
			if err != nil {
				return err
			}
			if ui := uiID(d); wanted[ui] {
				real[ui], f.docs[d.Key.ID] = d.Key.ID, d
			}
		}
	}
	return nil
}

// uiID is the id that the user interface has for a document, "" for none.
func uiID(d source.Doc) string {
	var m meta
	if json.Unmarshal(d.Fields["meta"], &m) != nil {
		return ""
	}
	_, id, _ := strings.Cut(m.UUIDHref, "?id=")
	return strings.ToLower(id)
}

// redirected asks for one id and gives the id that it leads to, "" for none; a
// kind that is not known may be any.
func (f *finding) redirected(ctx context.Context, kind, id string) (string, error) {
	kinds := lookOrder[:4]
	if kind != "" {
		kinds = []string{kind}
	}
	for _, kind := range kinds {
		to, err := f.leadsTo(ctx, kind, id)
		if err != nil || to != "" {
			return to, err
		}
	}
	return "", nil
}

func (f *finding) leadsTo(ctx context.Context, kind, id string) (string, error) {
	resp, err := f.src.http.Do(ctx, rest.Request{Method: http.MethodGet, Path: "/entity/" + kind + "/" + url.PathEscape(id)})
	if err == nil {
		return id, nil
	}
	he, ok := errors.AsType[*rest.HTTPError](err)
	switch {
	case !ok || stopsAll(err):
		return "", explain(err)
	case he.Status/100 == 3 && resp != nil:
		return hrefID(resp.Header.Get("Location")), nil
	case he.Status == http.StatusNotFound, he.Status == http.StatusBadRequest, he.Status == http.StatusForbidden:
		return "", nil
	}
	return "", explain(err)
}

// Shown gives what a read-only column without a lens shows of a document: the
// currency of a price. ok is false for any other column.
func (s *Source) Shown(f catalog.Field, d source.Doc) (v catalog.Value, ok bool) {
	if f.Family() != familyCurrency || f.Member() == "" {
		return catalog.Value{}, false
	}
	r, _ := s.prepared()
	for _, price := range []catalog.Field{catalog.Field(f.Member()), familySale + ":" + catalog.Field(f.Member())} {
		b, known := r.line(price)
		if !known || findPrice(b) == nil {
			continue
		}
		e, err := read(d, b.keys)
		if err != nil {
			return catalog.Value{}, false
		}
		return r.currencyName(findPrice(b)(e)), true
	}
	return catalog.Value{}, false
}
