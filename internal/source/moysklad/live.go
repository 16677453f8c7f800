package moysklad

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/source"
)

// lookOrder is where an id of unknown type is looked for.
var lookOrder = [...]string{typeProduct, typeVariant, typeService, typeBundle, typeConsignment}

// finding is a Live under way.
type finding struct {
	src  *Source
	refs *refs

	mu   sync.Mutex
	docs map[string]source.Doc // by id
}

// Live reads the documents behind keys as they are now. An id of the user
// interface is followed to the API's, and a consignment to its product or
// variant; the Doc's key tells.
func (s *Source) Live(ctx context.Context, keys []catalog.Key) (map[catalog.Key]source.Doc, error) {
	r, rows := s.prepared()
	f := &finding{src: s, refs: r, docs: map[string]source.Doc{}}
	byType := map[string][]string{}
	said := map[string]string{}
	var unsure []string
	for _, k := range keys {
		id := strings.ToLower(k.ID)
		if id == "" {
			continue
		}
		if slices.Contains(lookOrder[:], k.Type) {
			byType[k.Type], said[id] = append(byType[k.Type], id), k.Type
		} else {
			unsure = append(unsure, id)
		}
	}
	for _, kind := range lookOrder {
		ids := unique1(byType[kind])
		if err := f.read(ctx, kind, ids, rows[kind]); err != nil {
			return nil, err
		}
		unsure = append(unsure, f.missing(ids)...)
	}
	elsewhere, err := f.lookEverywhere(ctx, unique1(unsure), said)
	if err != nil {
		return nil, err
	}
	if err := f.followConsignments(ctx); err != nil {
		return nil, err
	}
	if err := f.nameSuppliers(ctx); err != nil {
		return nil, err
	}
	return f.answer(keys, elsewhere), nil
}

func unique1(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (f *finding) missing(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		_, ok := f.docs[id]
		return ok
	})
}

func (f *finding) answer(keys []catalog.Key, elsewhere map[string]string) map[catalog.Key]source.Doc {
	found := make(map[catalog.Key]source.Doc, len(keys))
	for _, k := range keys {
		id := strings.ToLower(k.ID)
		if real, ok := elsewhere[id]; ok {
			id = real
		}
		d, ok := f.docs[id]
		if ok && d.Key.Type == typeConsignment {
			d, ok = f.docs[assortment(d).ID]
		}
		if ok {
			found[k] = d
		}
	}
	return found
}

// read takes whichever costs fewer units: single ids, or the whole list of
// which size is what is known of its length.
func (f *finding) read(ctx context.Context, kind string, ids []string, size int) error {
	if len(ids) == 0 {
		return nil
	}
	calls := (len(ids) + idsPerCall - 1) / idsPerCall
	if whole := max(1, (size+pageSize-1)/pageSize); calls > 1 && size > 0 && whole < calls {
		l := f.lister(kind, url.Values{"filter": {archivedFilter("yes")}, "order": {"id"}})
		if err := l.open(ctx); err != nil {
			return err
		}
		// The account may hold far more than the sheet.
		if pages := (l.head.size + pageSize - 1) / pageSize; pages <= calls {
			return f.keep(ctx, l, ids)
		}
	}
	chunks := slices.Collect(slices.Chunk(ids, idsPerCall))
	tasks := make([]func(context.Context) error, len(chunks))
	for i, chunk := range chunks {
		tasks[i] = func(ctx context.Context) error {
			q := idFilter(chunk)
			q.Set("filter", q.Get("filter")+";"+archivedFilter("yes"))
			l := f.lister(kind, q)
			if err := l.open(ctx); err != nil {
				return err
			}
			return f.keep(ctx, l, chunk)
		}
	}
	return concurrently(ctx, tasks...)
}

func (f *finding) lister(kind string, query url.Values) *lister[source.Doc] {
	return &lister[source.Doc]{src: f.src, path: "/entity/" + kind, query: query,
		key: func(d *source.Doc) string { return d.Key.ID },
		decode: func(body []byte) (page[source.Doc], error) {
			var p page[source.Doc]
			m, err := decodeList(body, func(fields *map[string]json.RawMessage) error {
				d, err := document(*fields)
				p.rows = append(p.rows, d)
				return err
			})
			p.size = m.Size
			return p, err
		}}
}

// document makes a Doc of an entity's fields.
func document(fields map[string]json.RawMessage) (source.Doc, error) {
	var m meta
	if err := json.Unmarshal(fields["meta"], &m); err != nil {
		return source.Doc{}, fmt.Errorf("an entity without meta: %w", err)
	}
	if m.id() == "" || m.Type == "" {
		return source.Doc{}, errors.New("an entity without an address")
	}
	return source.Doc{Key: catalog.Key{Type: m.Type, ID: m.id()}, Fields: fields}, nil
}

func (f *finding) keep(ctx context.Context, l *lister[source.Doc], ids []string) error {
	wanted := make(map[string]bool, len(ids))
	for _, id := range ids {
		wanted[id] = true
	}
	for d, err := range l.all(ctx) {
		if err != nil {
			return err
		}
		if wanted[d.Key.ID] {
			f.mu.Lock()
			f.docs[d.Key.ID] = d
			f.mu.Unlock()
		}
	}
	return nil
}

// lookEverywhere looks for ids among all types, and takes what is then still
// missing for ids of the user interface, which the API redirects: MoySklad JSON
// API 1.2, Товар, Получить Товар. said is the type of an id where the sheet
// tells. It gives their ids in the API.
func (f *finding) lookEverywhere(ctx context.Context, ids []string, said map[string]string) (map[string]string, error) {
	for _, kind := range lookOrder {
		if ids = f.missing(ids); len(ids) == 0 {
			return nil, nil
		}
		if err := f.read(ctx, kind, ids, 0); err != nil {
			return nil, err
		}
	}
	real, err := f.followUI(ctx, f.missing(ids), said)
	if err != nil {
		return nil, err
	}
	var targets []string
	for _, id := range ids {
		if to := real[id]; to != "" {
			targets = append(targets, to)
		}
	}
	for _, kind := range lookOrder[:4] {
		if err := f.read(ctx, kind, f.missing(unique1(targets)), 0); err != nil {
			return nil, err
		}
	}
	return real, nil
}

func assortment(d source.Doc) catalog.Key {
	var r ref
	if json.Unmarshal(d.Fields["assortment"], &r) != nil {
		return catalog.Key{}
	}
	return catalog.Key{Type: r.Meta.Type, ID: r.id()}
}

// followConsignments reads what consignments consist of.
func (f *finding) followConsignments(ctx context.Context) error {
	byType := map[string][]string{}
	for _, d := range f.docs {
		if d.Key.Type == typeConsignment {
			to := assortment(d)
			byType[to.Type] = append(byType[to.Type], to.ID)
		}
	}
	for _, kind := range []string{typeProduct, typeVariant} {
		if err := f.read(ctx, kind, f.missing(unique1(byType[kind])), 0); err != nil {
			return err
		}
	}
	return nil
}

func (f *finding) nameSuppliers(ctx context.Context) error {
	var ids []string
	for _, d := range f.docs {
		var r ref
		if raw, ok := d.Fields["supplier"]; ok && json.Unmarshal(raw, &r) == nil {
			ids = append(ids, r.id())
		}
	}
	return f.src.supplierNames(ctx, f.refs, unique1(ids))
}

func errReadOnly(c catalog.Column, kind string) error {
	return i18n.Errorf(i18n.T("%s of a %s can only be read", "поле «%s» у типа %s только для чтения"), c.Title, kind)
}
