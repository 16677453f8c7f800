package evotor

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/source"
)

// refs is what was read of stores and groups. It never changes: what is read
// later makes a new one.
type refs struct {
	stores []catalog.Entry // by name; nil: not read
	trees  map[string]*tree
}

// storeName shows a store: by its name, with the id where another store has
// the same.
func (r *refs) storeName(id string) string {
	name, same := id, 0
	for _, s := range r.stores {
		if s.ID == id && s.Name != "" {
			name = s.Name
		}
	}
	for _, s := range r.stores {
		if locale.Fold(s.Name) == locale.Fold(name) {
			same++
		}
	}
	if same > 1 {
		return fmt.Sprintf("%s (%s)", name, id)
	}
	return name
}

// store finds a store by its id, its name or as it is shown.
func (r *refs) store(text string) (catalog.Entry, bool) {
	for _, s := range r.stores {
		if strings.EqualFold(s.ID, text) {
			return s, true
		}
	}
	var found []catalog.Entry
	for _, s := range r.stores {
		if folded := locale.Fold(text); folded == locale.Fold(s.Name) || folded == locale.Fold(r.storeName(s.ID)) {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		return catalog.Entry{}, false
	}
	return found[0], true
}

func (r *refs) mustStore(text string) (catalog.Entry, error) {
	if s, ok := r.store(text); ok {
		return s, nil
	}
	names := make([]string, len(r.stores))
	for i, s := range r.stores {
		names[i] = r.storeName(s.ID)
	}
	return catalog.Entry{}, unknown(sayStore, text, names)
}

var (
	sayStore  = i18n.T("store", "магазин")
	sayGroup  = i18n.T("group", "группа")
	sayColumn = i18n.T("column", "столбец")
	sayAPI    = i18n.T("API", "API")
)

// unknown names what does not exist, with the nearest that does.
func unknown(what i18n.Text, text string, known []string) error {
	if near := locale.Nearest(text, known); near != "" {
		return i18n.Errorf(i18n.T("%s %q does not exist: did you mean %q?", "%s %q не существует: может быть, %q?"), what, text, near)
	}
	if len(known) == 0 || len(known) > 20 {
		return i18n.Errorf(i18n.T("%s %q does not exist", "%s %q не существует"), what, text)
	}
	return i18n.Errorf(i18n.T("%s %q does not exist; there are: %s", "%s %q не существует; есть: %s"), what, text, strings.Join(known, ", "))
}

// group is one product group.
type group struct {
	id, name, parent string // ids in lower case
	wire             string // the id as the API gave it
	variants         bool   // it holds modifications and nothing else
}

// tree is the groups of one store.
type tree struct {
	byID  map[string]group
	paths map[string]string   // by id
	ids   map[string][]string // by path
}

func newTree(groups []group) *tree {
	t := &tree{byID: map[string]group{}, paths: map[string]string{}, ids: map[string][]string{}}
	for _, g := range groups {
		t.byID[g.id] = g
	}
	for _, g := range groups {
		path := t.walk(g)
		t.paths[g.id] = path
		t.ids[path] = append(t.ids[path], g.id)
	}
	return t
}

// walk spells a group's path; a parent that does not exist, or a circle, ends
// it.
func (t *tree) walk(g group) string {
	path, seen := g.name, map[string]bool{g.id: true}
	for {
		up, ok := t.byID[g.parent]
		if !ok || seen[up.id] {
			return path
		}
		seen[up.id] = true
		path, g = up.name+"/"+path, up
	}
}

// within says whether a group is another or below it.
func (t *tree) within(id, top string) bool {
	for seen := map[string]bool{}; id != "" && !seen[id]; id = t.byID[id].parent {
		if id == top {
			return true
		}
		seen[id] = true
	}
	return false
}

// find gives the only group of a path or of an id.
func (t *tree) find(text string) (group, error) {
	ids := t.ids[text]
	if g, ok := t.byID[strings.ToLower(text)]; ok && len(ids) == 0 {
		return g, nil
	}
	switch len(ids) {
	case 1:
		return t.byID[ids[0]], nil
	case 0:
		return group{}, unknown(sayGroup, text, slices.Sorted(maps.Keys(t.ids)))
	}
	return group{}, i18n.Errorf(i18n.T("%d groups have the path %q, give the id instead", "у %d групп путь %q, укажите идентификатор"), len(ids), text)
}

// plain lists the paths of the groups that products can be put into.
func (t *tree) plain() []catalog.Entry {
	var list []catalog.Entry
	for _, path := range slices.Sorted(maps.Keys(t.ids)) {
		if g := t.byID[t.ids[path][0]]; !g.variants {
			list = append(list, catalog.Entry{ID: g.id, Name: path})
		}
	}
	return list
}

// getGroup shows a product's group by its path; one that does not exist is
// shown by its id.
func getGroup(r *refs, d source.Doc) catalog.Value {
	raw, ok := field(d, "parent_id")
	if !ok || textOf(raw) == "" {
		return catalog.Blank()
	}
	id := textOf(raw)
	if t := r.trees[d.Key.Store]; t != nil {
		if path, ok := t.paths[strings.ToLower(id)]; ok {
			return catalog.Of(path)
		}
	}
	return catalog.Of(id)
}

// putGroup moves a product: Evotor REST API, Модификации товара. A modification
// belongs to its group, and such a group holds nothing else.
func putGroup(r *refs, d source.Doc, v catalog.Value) error {
	if isModification(d) {
		return i18n.Errorf(i18n.T("a modification cannot be moved out of its group", "модификацию нельзя перенести из её группы"))
	}
	if !v.IsSet() {
		delete(d.Fields, "parent_id")
		return nil
	}
	t := r.trees[d.Key.Store]
	if t == nil {
		return i18n.Errorf(i18n.T("the groups of the store were not read", "группы магазина не прочитаны"))
	}
	g, err := t.find(v.Text())
	if err != nil {
		return err
	}
	if g.variants {
		return i18n.Errorf(i18n.T("group %q holds modifications only: choose another", "группа %q — только для модификаций: выберите другую"), v.Text())
	}
	return set(d, "parent_id", g.wire)
}

func isModification(d source.Doc) bool {
	raw, ok := field(d, "attributes_choices")
	var choices map[string]json.RawMessage
	return ok && json.Unmarshal(raw, &choices) == nil && len(choices) > 0
}

// Stores lists the stores by name: Evotor REST API, Магазины.
func (s *Source) Stores(ctx context.Context) ([]catalog.Entry, error) {
	stores, err := s.listStores(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]catalog.Entry, len(stores))
	for i, w := range stores {
		list[i] = catalog.Entry{ID: w.ID, Name: w.Name}
	}
	sortEntries(list)
	s.keepStores(list)
	return slices.Clone(list), nil
}

func sortEntries(list []catalog.Entry) {
	slices.SortFunc(list, func(a, b catalog.Entry) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
}

func (s *Source) listStores(ctx context.Context) (stores []wireStore, err error) {
	err = s.list(ctx, "/stores", func() { stores = nil }, func(f fields) error {
		var w wireStore
		err := decode(f, &w)
		stores = append(stores, w)
		return err
	})
	return stores, err
}

// decode reads an object that was already split into its fields.
func decode(f fields, out any) error {
	body, err := json.Marshal(f)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, out)
}

// known gives what was read so far, the stores at least.
func (s *Source) known(ctx context.Context) (*refs, error) {
	if r := s.read(); r.stores != nil {
		return r, nil
	}
	if _, err := s.Stores(ctx); err != nil {
		return nil, err
	}
	return s.read(), nil
}

func (s *Source) read() *refs {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refs
}

// groups reads the groups of a store; fresh reads them even if they are known.
func (s *Source) groups(ctx context.Context, store string, fresh bool) (*tree, error) {
	if t := s.read().trees[store]; t != nil && !fresh {
		return t, nil
	}
	var list []group
	err := s.list(ctx, storePath(store, collectionGroups, ""), func() { list = nil }, func(f fields) error {
		list = append(list, groupOf(f, apiV2))
		return nil
	})
	if err != nil {
		return nil, err
	}
	t := newTree(list)
	s.keepTree(store, t)
	return t, nil
}

func (s *Source) keepTree(store string, t *tree) {
	s.mu.Lock()
	defer s.mu.Unlock()
	trees := maps.Clone(s.refs.trees)
	if trees == nil {
		trees = map[string]*tree{}
	}
	trees[store] = t
	s.refs = &refs{stores: s.refs.stores, trees: trees}
}

// storePath spells the address of a store's collection, or of one object in
// it. Ids of stores stand as the API gave them.
func storePath(store, collection, id string) string {
	path := "/stores/" + url.PathEscape(store) + "/" + collection
	if id != "" {
		path += "/" + url.PathEscape(id)
	}
	return path
}
