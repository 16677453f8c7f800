package evotor

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/source"
)

// Fetch reads every product of the stores of a query or gives an error, never
// a part as if it were all: the whole catalog is read before it returns.
func (s *Source) Fetch(ctx context.Context, q source.Query) (catalog.Snapshot, error) {
	if err := check(&q); err != nil {
		return catalog.Snapshot{}, err
	}
	lines, err := chosen(q.Columns)
	if err != nil {
		return catalog.Snapshot{}, err
	}
	f := &fetch{src: s, q: q, lines: lines, types: slices.Clone(knownTypes[:])}
	if f.who, err = s.whose(ctx, q.API); err != nil {
		return catalog.Snapshot{}, err
	}
	stores, err := f.stores(ctx)
	if err != nil {
		return catalog.Snapshot{}, err
	}
	found := len(q.Folders) == 0
	for _, store := range stores {
		hit, err := f.store(ctx, store)
		if err != nil {
			return catalog.Snapshot{}, i18n.Wrapf(i18n.T("store %s", "магазин %s"), err, s.read().storeName(store.ID))
		}
		found = found || hit
	}
	if !found {
		return catalog.Snapshot{}, unknown(sayGroup, q.Folders[0], f.paths())
	}
	items := f.items
	return catalog.Snapshot{Head: f.head(stores), Total: len(items), Items: func(yield func(catalog.Item, error) bool) {
		for _, it := range items {
			if !yield(it, nil) {
				return
			}
		}
	}}, nil
}

// fetch is one Fetch under way.
type fetch struct {
	src   *Source
	q     source.Query
	lines []bind
	who   source.Account
	items []catalog.Item
	// What the documents hold of the open sets.
	types, measures, taxes []string
}

// stores resolves the query's stores, in the order of their names.
func (f *fetch) stores(ctx context.Context) ([]catalog.Entry, error) {
	if f.q.API == apiV1 {
		list, err := f.src.storesV1(ctx)
		if err != nil {
			return nil, err
		}
		entries := make([]catalog.Entry, len(list))
		for i, w := range list {
			entries[i] = catalog.Entry{ID: w.UUID, Name: w.Name}
		}
		sortEntries(entries)
		f.src.keepStores(entries)
	}
	r, err := f.src.known(ctx)
	if err != nil {
		return nil, err
	}
	if len(f.q.Stores) == 1 && f.q.Stores[0] == allStores {
		return r.stores, nil
	}
	var wanted []catalog.Entry
	for _, text := range f.q.Stores {
		one, err := r.mustStore(text)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(wanted, one) {
			wanted = append(wanted, one)
		}
	}
	sortEntries(wanted)
	return wanted, nil
}

// store reads one store; hit says that it has a group that was asked for.
func (f *fetch) store(ctx context.Context, store catalog.Entry) (hit bool, err error) {
	if f.q.API == apiV1 {
		err = f.readV1(ctx, store.ID)
	} else {
		err = f.readV2(ctx, store.ID)
	}
	if f.src.cfg.Progress != nil {
		f.src.cfg.Progress(len(f.items), 0)
	}
	return len(f.tops(store.ID)) > 0, err
}

// readV2 shows products as they come, so that a row costs its cells and not
// its document.
func (f *fetch) readV2(ctx context.Context, store string) error {
	if _, err := f.src.groups(ctx, store, true); err != nil {
		return err
	}
	before := len(f.items)
	take := f.taker(store)
	return f.src.eachProduct(ctx, store, func() { f.items = f.items[:before] }, func(d source.Doc) error {
		one := []source.Doc{d}
		err := f.src.complete(ctx, one, nil)
		take(one[0])
		return err
	})
}

// taker takes the documents of a store that the query asks for.
func (f *fetch) taker(store string) func(source.Doc) {
	r, tops := f.src.read(), f.tops(store)
	return func(d source.Doc) {
		if len(f.q.Folders) == 0 || inside(r.trees[store], d, tops) {
			f.items = append(f.items, f.item(r, d))
		}
		if n := len(f.items); n > 0 && n%pageSize == 0 && f.src.cfg.Progress != nil {
			f.src.cfg.Progress(n, 0)
		}
	}
}

// readV1 takes the mixed list apart: what is a group names its own kind.
func (f *fetch) readV1(ctx context.Context, store string) error {
	body, err := f.src.CatalogV1(ctx, store)
	if err != nil {
		return err
	}
	p, err := decodePage(body)
	if err != nil {
		return i18n.Wrap(i18n.T("read the catalog of API V1", "чтение каталога API V1"), err)
	}
	var docs []source.Doc
	var groups []group
	for i := range p.Items {
		p.Items[i] = asV2(p.Items[i])
	}
	err = once(p.Items, map[string]bool{}, func(o fields) error {
		if string(o["group"]) == "true" {
			groups = append(groups, groupOf(o, apiV1))
			return nil
		}
		d, err := document(store, o)
		docs = append(docs, d)
		return err
	})
	if err != nil {
		return err
	}
	f.src.keepTree(store, newTree(groups))
	take := f.taker(store)
	for _, d := range docs {
		take(d)
	}
	return nil
}

// tops finds the groups that were asked for in a store.
func (f *fetch) tops(store string) []string {
	t := f.src.read().trees[store]
	if t == nil {
		return nil
	}
	var tops []string
	for _, text := range f.q.Folders {
		if _, ok := t.byID[strings.ToLower(text)]; ok && len(t.ids[text]) == 0 {
			tops = append(tops, strings.ToLower(text))
			continue
		}
		tops = append(tops, t.ids[strings.Trim(text, "/")]...)
	}
	return tops
}

func inside(t *tree, d source.Doc, tops []string) bool {
	raw, ok := field(d, "parent_id")
	if !ok {
		return false
	}
	id := strings.ToLower(textOf(raw))
	return slices.ContainsFunc(tops, func(top string) bool { return t.within(id, top) })
}

func (f *fetch) paths() []string {
	var paths []string
	for _, e := range f.src.groupList(nil) {
		paths = append(paths, e.Name)
	}
	return paths
}

// item shows a document as a row.
func (f *fetch) item(r *refs, d source.Doc) catalog.Item {
	remember(&f.types, d.Key.Type)
	remember(&f.measures, textField(d, "measure_name"))
	remember(&f.taxes, textField(d, "tax"))
	it := catalog.Item{Key: d.Key, Target: d.Key, Cells: make([]catalog.Value, len(f.lines))}
	for i, b := range f.lines {
		it.Cells[i] = b.get(r, d)
	}
	return it
}

func textField(d source.Doc, key string) string {
	raw, ok := field(d, key)
	if !ok {
		return ""
	}
	return textOf(raw)
}

func remember(list *[]string, value string) {
	if value != "" && !slices.Contains(*list, value) {
		*list = append(*list, value)
	}
}

// head describes the sheet.
func (f *fetch) head(stores []catalog.Entry) catalog.Head {
	h := catalog.Head{
		Format: baseline.Format, Source: f.src.Name(), Kind: kindProducts,
		Account: f.who.ID, AccountName: f.who.Name, Currency: "руб",
		Taken: f.src.cfg.Now().In(moscow), Lang: f.src.cfg.Lang,
		KeyField: catalog.FieldID, ReadOnly: f.q.API == apiV1,
		SheetName: i18n.T("Products", "Товары"),
		Lists: map[string][]catalog.Entry{
			listStores:   f.src.storeList(stores),
			listGroups:   f.src.groupList(stores),
			listMeasures: values(knownMeasures[:], f.measures),
			listTaxes:    values(knownTaxes[:], f.taxes),
		},
	}
	for _, b := range f.lines {
		c := b.shown(f.types)
		if c.List != "" && len(h.Lists[c.List]) == 0 {
			c.List = ""
		}
		h.Schema = append(h.Schema, c)
	}
	for _, name := range []string{listStores, listGroups, listMeasures, listTaxes} {
		if !slices.ContainsFunc(h.Schema, func(c catalog.Column) bool { return c.List == name }) {
			delete(h.Lists, name)
		}
	}
	return h
}

// values makes a list of known values and of those that documents hold.
func values(known, seen []string) []catalog.Entry {
	var list []catalog.Entry
	all := slices.Clone(known)
	for _, v := range seen {
		remember(&all, v)
	}
	for _, v := range all {
		list = append(list, catalog.Entry{ID: v, Name: v})
	}
	return list
}

// storeList gives the stores of a sheet as it shows them.
func (s *Source) storeList(stores []catalog.Entry) []catalog.Entry {
	r := s.read()
	list := make([]catalog.Entry, len(stores))
	for i, e := range stores {
		list[i] = catalog.Entry{ID: e.ID, Name: r.storeName(e.ID)}
	}
	return list
}

// groupList gives the paths that products of the stores (nil: of all that were
// read) can be moved to. Stores may share a path: its id is that of the first.
func (s *Source) groupList(stores []catalog.Entry) []catalog.Entry {
	r := s.read()
	if stores == nil {
		stores = r.stores
	}
	var list []catalog.Entry
	seen := map[string]bool{}
	for _, store := range stores {
		t := r.trees[store.ID]
		if t == nil {
			continue
		}
		for _, e := range t.plain() {
			if !seen[e.Name] {
				seen[e.Name] = true
				list = append(list, e)
			}
		}
	}
	sortEntries(list)
	return list
}

// complete reads the alcohol products whose rows in a list leave the fields of
// alcohol out, one by one; wanted nil is all of them.
func (s *Source) complete(ctx context.Context, docs []source.Doc, wanted map[string]bool) error {
	for i, d := range docs {
		if !poor(d) || wanted != nil && !wanted[d.Key.ID] {
			continue
		}
		whole, ok, err := s.Product(ctx, d.Key.Store, d.Key.ID)
		if err != nil {
			return fmt.Errorf("product %s: %w", d.Key.ID, err)
		}
		if ok {
			docs[i] = whole
		}
	}
	return nil
}

// poor says that an alcohol product shows nothing of its alcohol.
func poor(d source.Doc) bool {
	if !onAlcohol(d.Key.Type) {
		return false
	}
	for _, b := range alcohol() {
		if raw, ok := field(d, b.key); ok && !isEmpty(raw) {
			return false
		}
	}
	return true
}

// isEmpty says that a JSON value is null, "", [] or {}.
func isEmpty(raw json.RawMessage) bool {
	switch string(raw) {
	case "", "null", `""`, "[]", "{}":
		return true
	}
	return false
}
