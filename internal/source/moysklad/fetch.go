package moysklad

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"
	"sync/atomic"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/source"
)

// Fetch yields every item of a query or an error, never a part as if it were
// all. The first pages are read at once; the others while the items are taken,
// with the context given here.
func (s *Source) Fetch(ctx context.Context, q source.Query) (catalog.Snapshot, error) {
	q, err := check(q)
	if err != nil {
		return catalog.Snapshot{}, err
	}
	var who source.Account
	var r *refs
	err = concurrently(ctx,
		func(ctx context.Context) (err error) { who, err = s.Account(ctx); return err },
		func(ctx context.Context) (err error) { r, err = s.load(ctx, needs(q)); return err },
	)
	if err != nil {
		return catalog.Snapshot{}, err
	}
	f := &fetch{src: s, q: q, refs: r}
	if f.names.stores, err = r.resolveStores(q.Stores); err != nil {
		return catalog.Snapshot{}, err
	}
	if !q.ByStore {
		f.names.stores = nil
	}
	if f.lines, err = r.lines(q, f.names); err != nil {
		return catalog.Snapshot{}, err
	}
	f.foreign = make([]atomic.Bool, len(f.lines))
	f.packs = q.Kind == kindStock || len(r.currencies) > 1
	var snap catalog.Snapshot
	if q.Kind == kindStock {
		snap, err = f.stock(ctx)
	} else {
		snap, err = f.products(ctx)
	}
	if err != nil {
		return catalog.Snapshot{}, err
	}
	f.head(&snap.Head, who)
	return snap, nil
}

// fetch is one Fetch under way.
type fetch struct {
	src   *Source
	q     source.Query
	refs  *refs
	names names
	lines []bind
	// foreign marks the price columns in which some price is not in the
	// account's currency.
	foreign []atomic.Bool
	// packs: rows wait for others, and do so packed.
	packs bool
	done  atomic.Int64
	total int
}

// head describes the sheet; its columns are already known.
func (f *fetch) head(h *catalog.Head, who source.Account) {
	h.Format, h.Source, h.Kind = baseline.Format, f.src.Name(), f.q.Kind
	h.Currency = cmp.Or(f.refs.base.ISOCode, f.refs.base.Name) // as currencyName spells it
	h.Account, h.AccountName, h.Lang = who.ID, who.Name, f.src.cfg.Lang
	h.Taken = f.src.cfg.Now().In(moscow)
	h.SheetName = i18n.T("Products", "Товары")
	if f.q.Kind == kindStock {
		h.SheetName = i18n.T("Stock", "Остатки")
	}
	h.KeyField = catalog.FieldID
	if h.Schema.Index(catalog.FieldConsignmentID) >= 0 {
		h.KeyField = catalog.FieldConsignmentID
	}
	h.Lists = map[string][]catalog.Entry{}
	for i, c := range h.Schema {
		if c.List == "" {
			continue
		}
		if list := f.list(c.List); len(list) > 0 {
			h.Lists[c.List] = list
		} else {
			h.Schema[i].List = ""
		}
	}
}

// list gives the values of a list, none where it was not read whole.
func (f *fetch) list(name string) []catalog.Entry {
	lists := map[string]*dict{
		listFolders: f.refs.folders, listUOM: f.refs.uoms, listCountries: f.refs.countries, listSuppliers: f.refs.suppliers,
	}
	if name == listVAT {
		return f.refs.vat
	}
	d := lists[name]
	if id, ok := strings.CutPrefix(name, listEntries); ok {
		d = f.refs.entries[id]
	}
	if d == nil || !d.whole {
		return nil
	}
	return d.list()
}

// shown gives the columns that are shown, with their places among the lines:
// a currency is, where some price of its column is foreign.
func (f *fetch) shown() (catalog.Schema, []int) {
	hidden := map[catalog.Field]bool{}
	for i, b := range f.lines {
		if b.Currency != "" && !f.foreign[i].Load() {
			hidden[b.Currency] = true
		}
	}
	var schema catalog.Schema
	var places []int
	for i, b := range f.lines {
		if hidden[b.Field] {
			continue
		}
		c := b.Column
		if hidden[c.Currency] {
			c.Currency = ""
		}
		schema, places = append(schema, c), append(places, i)
	}
	return schema, places
}

// row is one entity as its cells, parallel to the lines.
type row struct {
	kind, id string
	parent   string // of a variant its product, of a consignment its assortment
	parentIs string // the parent's type
	folder   string
	cells    []catalog.Value
	packed   string // instead of cells, where rows wait for others
}

// row reads an entity's cells.
func (f *fetch) row(e *entity) row {
	r := row{kind: e.Meta.Type, id: e.id(), folder: e.ProductFolder.id(), cells: make([]catalog.Value, len(f.lines))}
	if p := e.Product; p != nil {
		r.parent, r.parentIs = p.id(), typeProduct
	}
	if a := e.Assortment; a != nil {
		r.parent, r.parentIs = a.id(), a.Meta.Type
	}
	for i, b := range f.lines {
		// The stock report's row has its own type and ids.
		if f.q.Kind == kindStock && (b.Field == catalog.FieldID || b.Field == catalog.FieldType) {
			continue
		}
		if b.get == nil || r.kind == typeConsignment && !slices.Contains(consignmentOwn[:], b.Field) {
			continue
		}
		r.cells[i] = b.get(f.refs, e)
		if b.Currency != "" && f.refs.foreign(findPrice(b)(e)) {
			f.foreign[i].Store(true)
		}
	}
	return r
}

// lister reads the entities of a type.
func (f *fetch) lister(ctx context.Context, kind string, filter ...string) *lister[row] {
	query := conditions(filter...)
	query.Set("order", "id")
	return &lister[row]{src: f.src, path: "/entity/" + kind, query: query,
		key: func(r *row) string { return r.id },
		decode: func(body []byte) (page[row], error) {
			var entities []*entity
			m, err := decodeList(body, func(e *entity) error {
				entities = append(entities, e)
				return nil
			})
			if err != nil {
				return page[row]{}, err
			}
			if err := f.nameSuppliers(ctx, kind, entities); err != nil {
				return page[row]{}, err
			}
			p := page[row]{size: m.Size, rows: make([]row, len(entities))}
			var scratch []byte
			for i, e := range entities {
				p.rows[i] = f.row(e)
				if f.packs {
					p.rows[i].packed, scratch = pack(p.rows[i].cells, scratch)
					p.rows[i].cells = nil
				}
			}
			f.progress(len(entities))
			return p, nil
		}}
}

// nameSuppliers asks for the suppliers of a page where there are too many
// counterparties to read them all.
func (f *fetch) nameSuppliers(ctx context.Context, kind string, entities []*entity) error {
	if kind != typeProduct || f.refs.suppliers == nil || f.refs.suppliers.whole {
		return nil
	}
	ids := make([]string, 0, len(entities))
	for _, e := range entities {
		ids = append(ids, e.Supplier.id())
	}
	return f.src.supplierNames(ctx, f.refs, ids)
}

func (f *fetch) progress(rows int) {
	done := f.done.Add(int64(rows))
	if f.src.cfg.Progress != nil {
		f.src.cfg.Progress(int(done), max(f.total, int(done)))
	}
}

// products reads the lists of the types. Where the account has one currency,
// rows are yielded as they come; else they wait, packed, until it is known
// which price columns need their currency shown.
func (f *fetch) products(ctx context.Context) (catalog.Snapshot, error) {
	inside, err := f.inside()
	if err != nil {
		return catalog.Snapshot{}, err
	}
	filter := []string{archivedFilter(f.q.Archived)}
	if !f.q.Since.IsZero() {
		filter = append(filter, "updated>="+apiTime(f.q.Since))
	}
	var listers []*lister[row]
	var opens []func(context.Context) error
	for _, kind := range []string{typeProduct, typeVariant, typeService, typeBundle} {
		if slices.Contains(f.q.Types, kind) {
			l := f.lister(ctx, kind, filter...)
			listers, opens = append(listers, l), append(opens, l.open)
		}
	}
	if err := concurrently(ctx, opens...); err != nil {
		return catalog.Snapshot{}, err
	}
	for _, l := range listers {
		f.total += l.head.size
	}
	rows, err := f.within(ctx, listers, inside)
	if err != nil {
		return catalog.Snapshot{}, err
	}
	if !f.packs {
		schema, _ := f.shown()
		return catalog.Snapshot{Head: catalog.Head{Schema: schema}, Items: f.stream(rows), Total: f.total}, nil
	}
	return f.collected(rows)
}

func (f *fetch) inside() (map[string]bool, error) {
	if len(f.q.Folders) == 0 {
		return nil, nil
	}
	return f.refs.inFolders(f.q.Folders)
}

// within joins the lists and leaves out what is not in the folders; a variant
// is where its product is.
func (f *fetch) within(ctx context.Context, listers []*lister[row], inside map[string]bool) (iter.Seq2[row, error], error) {
	parents := map[string]bool{}
	if inside != nil && slices.Contains(f.q.Types, typeVariant) {
		// Products of another --archived or --since still place their variants.
		for r, err := range f.lister(ctx, typeProduct, archivedFilter("yes")).whole(ctx) {
			if err != nil {
				return nil, err
			}
			if inside[r.folder] {
				parents[r.id] = true
			}
		}
	}
	return func(yield func(row, error) bool) {
		for _, l := range listers {
			for r, err := range l.all(ctx) {
				if err != nil {
					yield(row{}, err)
					return
				}
				if inside != nil && !inside[r.folder] && !parents[r.parent] {
					continue
				}
				if !yield(r, nil) {
					return
				}
			}
		}
	}, nil
}

func (f *fetch) stream(rows iter.Seq2[row, error]) iter.Seq2[catalog.Item, error] {
	return func(yield func(catalog.Item, error) bool) {
		for r, err := range rows {
			if err != nil {
				yield(catalog.Item{}, err)
				return
			}
			key := catalog.Key{Type: r.kind, ID: r.id}
			if !yield(catalog.Item{Key: key, Target: key, Cells: r.cells}, nil) {
				return
			}
		}
	}
}

// packedRow is a row that waits.
type packedRow struct {
	key   catalog.Key
	cells string
}

func (f *fetch) collected(rows iter.Seq2[row, error]) (catalog.Snapshot, error) {
	var waiting []packedRow
	for r, err := range rows {
		if err != nil {
			return catalog.Snapshot{}, err
		}
		waiting = append(waiting, packedRow{key: catalog.Key{Type: r.kind, ID: r.id}, cells: r.packed})
	}
	schema, places := f.shown()
	items := func(yield func(catalog.Item, error) bool) {
		all := make([]catalog.Value, len(f.lines))
		for _, p := range waiting {
			unpack(p.cells, all)
			if !yield(catalog.Item{Key: p.key, Target: p.key, Cells: at(all, places)}, nil) {
				return
			}
		}
	}
	return catalog.Snapshot{Head: catalog.Head{Schema: schema}, Items: items, Total: len(waiting)}, nil
}

// at gives the cells at the places, in a slice of their own.
func at(all []catalog.Value, places []int) []catalog.Value {
	cells := make([]catalog.Value, len(places))
	for i, p := range places {
		cells[i] = all[p]
	}
	return cells
}

// whole opens and reads a list.
func (l *lister[R]) whole(ctx context.Context) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		if err := l.open(ctx); err != nil {
			var zero R
			yield(zero, err)
			return
		}
		for r, err := range l.all(ctx) {
			if !yield(r, err) {
				return
			}
		}
	}
}
