package moysklad

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/source"
)

// dict holds the elements of one reference list by id and by name.
type dict struct {
	// whole: every element was read, so an unknown name does not exist.
	whole bool

	mu    sync.RWMutex
	byID  map[string]element
	names map[string][]string // ids by name
}

type element struct {
	name string
	meta meta
}

func newDict() *dict {
	return &dict{byID: map[string]element{}, names: map[string][]string{}}
}

func (d *dict) add(id, name string, m meta) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, known := d.byID[id]; known {
		return
	}
	d.byID[id] = element{name: name, meta: m}
	d.names[name] = append(d.names[name], id)
}

// name gives the name behind an id, ok false where the user cannot see it.
func (d *dict) name(id string) (string, bool) {
	if d == nil {
		return "", false
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	e, ok := d.byID[id]
	return e.name, ok
}

func (d *dict) metaOf(id string) meta {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.byID[id].meta
}

// find gives the only id of a name or of an id; what names the list.
func (d *dict) find(what i18n.Text, name string) (string, error) {
	if d == nil {
		return "", i18n.Errorf(i18n.T("%s: the list was not read", "%s: список не прочитан"), what)
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	ids := d.names[name]
	if _, ok := d.byID[strings.ToLower(name)]; ok && len(ids) == 0 {
		ids = []string{strings.ToLower(name)}
	}
	switch len(ids) {
	case 1:
		return ids[0], nil
	case 0:
		return "", unknown(what, name, d.sortedNames())
	}
	return "", badQuery(i18n.T("%s: %d of them are named %q, give the id instead",
		"%s: имя %[3]q носят сразу %[2]d, укажите идентификатор"), what, len(ids), name)
}

func (d *dict) sortedNames() []string {
	names := make([]string, 0, len(d.names))
	for name := range d.names {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// list gives the elements by name.
func (d *dict) list() []catalog.Entry {
	if d == nil {
		return nil
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	entries := make([]catalog.Entry, 0, len(d.byID))
	for id, e := range d.byID {
		entries = append(entries, catalog.Entry{ID: id, Name: e.name})
	}
	slices.SortFunc(entries, func(a, b catalog.Entry) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return entries
}

func namedName(n *named) string { return n.Name }

// folderPath is a folder's path from the root: MoySklad JSON API 1.2, Группа
// товаров, pathName is that of the parent.
func folderPath(n *named) string {
	if n.PathName == "" {
		return n.Name
	}
	return n.PathName + "/" + n.Name
}

// loadDict reads a whole reference list.
func (s *Source) loadDict(ctx context.Context, path string, query url.Values, name func(*named) string) (*dict, error) {
	d := newDict()
	err := s.eachNamed(ctx, path, query, func(n *named) {
		if !n.Archived {
			d.add(n.id(), name(n), n.Meta.plain())
		}
	})
	d.whole = err == nil
	return d, err
}

func namedLister(s *Source, path string, query url.Values) *lister[*named] {
	return &lister[*named]{src: s, path: path, query: query, key: func(n **named) string { return (*n).id() },
		decode: func(body []byte) (page[*named], error) {
			var p page[*named]
			m, err := decodeList(body, func(n *named) error {
				p.rows = append(p.rows, n)
				return nil
			})
			p.size = m.Size
			return p, err
		}}
}

func (s *Source) eachNamed(ctx context.Context, path string, query url.Values, each func(*named)) error {
	l := namedLister(s, path, query)
	if err := l.open(ctx); err != nil {
		return err
	}
	if l.head.size > pageSize && !query.Has("order") {
		l.query = url.Values{"order": {"id"}}
		maps.Copy(l.query, query)
		if err := l.open(ctx); err != nil {
			return err
		}
	}
	for n, err := range l.all(ctx) {
		if err != nil {
			return err
		}
		each(n)
	}
	return nil
}

// unknown says that a name does not exist, with the nearest one that does.
func unknown(what i18n.Text, name string, known []string) error {
	if near := nearest(name, known); near != "" {
		return badQuery(i18n.T("%s: there is no %q, did you mean %q?", "%s: нет %q, может быть, %q?"), what, name, near)
	}
	if len(known) > 20 {
		known = append(known[:20:20], "…")
	}
	return badQuery(i18n.T("%s: there is no %q, there are: %s", "%s: нет %q, есть: %s"), what, name, strings.Join(known, ", "))
}

// badQuery is an error of what was asked for, not of the service.
func badQuery(t i18n.Text, args ...any) error {
	return &i18n.Error{Text: t, Args: args, Err: source.ErrQuery}
}

// nearest gives the name with the fewest letters changed, "" when none is
// near.
func nearest(name string, known []string) string {
	want := []rune(strings.ToLower(strings.TrimSpace(name)))
	best, least := "", 2+len(want)/4
	for _, k := range known {
		if d := distance(want, []rune(strings.ToLower(k)), least); d < least || d == 0 {
			best, least = k, d
		}
	}
	return best
}

// distance counts changed letters; it may stop counting above limit.
func distance(a, b []rune, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := diagonal
			if x != y {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
