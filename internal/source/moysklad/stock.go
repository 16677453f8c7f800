package moysklad

import (
	"context"
	"iter"
	"net/url"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
)

// stockFetch is what the rows of the stock report are joined with.
type stockFetch struct {
	*fetch
	cells   map[string]string      // packed cells of an entity by its id
	targets map[string]catalog.Key // of consignments
	stores  map[string]string      // packed stock by store, parallel to names.stores
	schema  catalog.Schema
	places  []int
	at      map[catalog.Field]int // line of a field
}

// stock reads the report and joins each row with its entity, for the report
// has neither price types nor barcodes nor custom fields. The entities wait
// packed; the report streams.
func (f *fetch) stock(ctx context.Context) (catalog.Snapshot, error) {
	st := &stockFetch{fetch: f, cells: map[string]string{}, targets: map[string]catalog.Key{}, stores: map[string]string{},
		at: map[catalog.Field]int{}}
	for i, b := range f.lines {
		st.at[b.Field] = i
	}
	reports, err := st.reports()
	if err != nil {
		return catalog.Snapshot{}, err
	}
	both := archivedFilter("yes")
	listers := []*lister[row]{f.lister(ctx, typeProduct, both)}
	if f.q.GroupBy != typeProduct {
		listers = append(listers, f.lister(ctx, typeVariant, both))
	}
	if f.q.GroupBy == typeConsignment {
		listers = append(listers, f.lister(ctx, typeConsignment, both))
	}
	var opens []func(context.Context) error
	for _, l := range listers {
		opens = append(opens, l.open)
	}
	for _, l := range reports {
		opens = append(opens, l.open)
	}
	if f.q.ByStore {
		opens = append(opens, st.readStores)
	}
	if err := concurrently(ctx, opens...); err != nil {
		return catalog.Snapshot{}, err
	}
	rows := 0
	for _, l := range reports {
		rows += l.head.size
	}
	f.total = rows
	for _, l := range listers {
		f.total += l.head.size
	}
	if err := st.collect(ctx, listers); err != nil {
		return catalog.Snapshot{}, err
	}
	st.schema, st.places = f.shown()
	return catalog.Snapshot{Head: catalog.Head{Schema: st.schema}, Items: st.items(ctx, reports), Total: rows}, nil
}

// collect keeps the cells of every entity, packed.
func (st *stockFetch) collect(ctx context.Context, listers []*lister[row]) error {
	for _, l := range listers {
		for r, err := range l.all(ctx) {
			if err != nil {
				return err
			}
			st.cells[r.id] = r.packed
			if r.kind == typeConsignment {
				st.targets[r.id] = catalog.Key{Type: r.parentIs, ID: r.parent}
			}
		}
	}
	return nil
}

// reports gives the stock report, once for each folder: it takes one.
// MoySklad JSON API 1.2, Отчет Остатки, Расширенный отчет об остатках.
func (st *stockFetch) reports() ([]*lister[stockRow], error) {
	q := st.q
	mode, _ := stockMode(q.StockMode)
	// Without quantityMode the rows with nothing available are left out.
	parts := append([]string{"stockMode=" + mode, "quantityMode=all", archivedFilter("yes")}, st.where()...)
	folders := []string{""}
	if len(q.Folders) > 0 {
		folders = nil
		for _, name := range q.Folders {
			id, err := st.refs.folders.find(sayFolder, name)
			if err != nil {
				return nil, err
			}
			folders = append(folders, "productFolder="+st.refs.folders.metaOf(id).Href)
		}
	}
	var listers []*lister[stockRow]
	for _, folder := range folders {
		query := conditions(append(parts[:len(parts):len(parts)], folder)...)
		query.Set("groupBy", q.GroupBy)
		query.Set("order", "name")
		listers = append(listers, &lister[stockRow]{src: st.src, path: "/report/stock/all", query: query,
			key: func(r *stockRow) string { return r.Meta.id() },
			decode: func(body []byte) (page[stockRow], error) {
				var p page[stockRow]
				m, err := decodeList(body, func(r *stockRow) error {
					p.rows = append(p.rows, *r)
					return nil
				})
				p.size = m.Size
				st.progress(len(p.rows))
				return p, err
			}})
	}
	return listers, nil
}

// where is the part of the filter that both reports know: stores and moment.
func (st *stockFetch) where() []string {
	var parts []string
	for _, name := range st.q.Stores {
		if id, err := st.refs.stores.find(sayStore, name); err == nil {
			parts = append(parts, "store="+st.refs.stores.metaOf(id).Href)
		}
	}
	if !st.q.Moment.IsZero() {
		parts = append(parts, "moment="+apiTime(st.q.Moment))
	}
	return parts
}

// readStores reads the report by stores: MoySklad JSON API 1.2, Отчет Остатки,
// Остатки по складам. Its default leaves out what is nowhere in stock.
func (st *stockFetch) readStores(ctx context.Context) error {
	query := conditions(append([]string{"stockMode=all"}, st.where()...)...)
	query.Set("groupBy", st.q.GroupBy)
	query.Set("order", "name")
	place := map[string]int{}
	for i, s := range st.names.stores {
		place[s.ID] = i
	}
	l := &lister[storeStock]{src: st.src, path: "/report/stock/bystore", query: query,
		key: func(r *storeStock) string { return r.Meta.id() },
		decode: func(body []byte) (page[storeStock], error) {
			var p page[storeStock]
			m, err := decodeList(body, func(r *storeStock) error {
				p.rows = append(p.rows, *r)
				return nil
			})
			p.size = m.Size
			return p, err
		}}
	amounts := make([]catalog.Value, len(st.names.stores))
	var scratch []byte
	for r, err := range l.whole(ctx) {
		if err != nil {
			return err
		}
		clear(amounts)
		for _, s := range r.StockByStore {
			if i, ok := place[s.Meta.id()]; ok {
				amounts[i] = decimalValue(s.Stock.String())
			}
		}
		st.stores[r.Meta.id()], scratch = pack(amounts, scratch)
	}
	return nil
}

func (st *stockFetch) items(ctx context.Context, reports []*lister[stockRow]) iter.Seq2[catalog.Item, error] {
	return func(yield func(catalog.Item, error) bool) {
		seen := map[string]bool{}
		for _, l := range reports {
			for r, err := range l.all(ctx) {
				id := r.Meta.id()
				if err == nil && len(reports) > 1 {
					if seen[id] {
						continue
					}
					seen[id] = true
				}
				var item catalog.Item
				if err == nil {
					item, err = st.item(ctx, &r)
				}
				if !yield(item, err) || err != nil {
					return
				}
			}
		}
	}
}

// item joins a row of the report with its entity.
func (st *stockFetch) item(ctx context.Context, r *stockRow) (catalog.Item, error) {
	key := catalog.Key{Type: r.Meta.Type, ID: r.Meta.id()}
	target := key
	if key.Type == typeConsignment {
		var err error
		if target, err = st.target(ctx, key.ID); err != nil {
			return catalog.Item{}, err
		}
	}
	all := make([]catalog.Value, len(st.lines))
	packed, known := st.cells[target.ID]
	if known {
		unpack(packed, all)
	}
	if !known || key.Type == typeConsignment {
		st.own(key.ID, r, all)
	}
	for i, b := range st.lines {
		if b.stock != nil && b.Field.Member() == "" {
			all[i] = b.stock(r)
		}
	}
	st.set(all, catalog.FieldID, catalog.Of(target.ID))
	st.set(all, catalog.FieldType, catalog.Of(key.Type))
	if packed, ok := st.stores[key.ID]; ok {
		amounts := make([]catalog.Value, len(st.names.stores))
		unpack(packed, amounts)
		for i, store := range st.names.stores {
			st.set(all, catalog.Field(familyStock+":"+store.ID), amounts[i])
		}
	}
	return catalog.Item{Key: key, Target: target, Cells: at(all, st.places)}, nil
}

func (st *stockFetch) set(all []catalog.Value, f catalog.Field, v catalog.Value) {
	if i, ok := st.at[f]; ok {
		all[i] = v
	}
}

// own writes what a row says of itself: all that is known of an item that is
// in the report and not in the lists, and a consignment's own values.
func (st *stockFetch) own(id string, r *stockRow, all []catalog.Value) {
	mine := make([]catalog.Value, len(st.lines))
	if packed, ok := st.cells[id]; ok {
		unpack(packed, mine)
	}
	say := func(f catalog.Field, v catalog.Value) {
		if i, ok := st.at[f]; ok && mine[i].Absent() {
			mine[i] = v
		}
	}
	text := func(s *string) catalog.Value {
		if s == nil {
			return catalog.Value{}
		}
		return catalog.Of(*s)
	}
	say(catalog.FieldName, text(r.Name))
	say(catalog.FieldCode, text(r.Code))
	say(catalog.FieldExternalCode, text(r.ExternalCode))
	say(catalog.FieldArticle, text(r.Article))
	if r.Folder != nil {
		path, ok := st.refs.folders.name(r.Folder.Meta.id())
		if !ok {
			path = folderPath(&named{Name: r.Folder.Name, PathName: r.Folder.PathName})
		}
		say(fieldFolder, catalog.Of(path))
	}
	for _, f := range consignmentOwn {
		if i, ok := st.at[f]; ok {
			all[i] = mine[i]
		}
	}
}

// target is the product or variant of a consignment; one that the list did
// not hold is asked for by itself.
func (st *stockFetch) target(ctx context.Context, id string) (catalog.Key, error) {
	if key, ok := st.targets[id]; ok && key.ID != "" {
		return key, nil
	}
	var e entity
	if err := st.src.get(ctx, "/entity/consignment/"+url.PathEscape(id), nil, &e); err != nil {
		return catalog.Key{}, i18n.Wrapf(i18n.T("consignment %s of the stock report", "партия %s из отчёта об остатках"), err, id)
	}
	if e.Assortment == nil {
		return catalog.Key{}, i18n.Errorf(i18n.T("consignment %s names no product", "у партии %s не указан товар"), id)
	}
	st.targets[id] = catalog.Key{Type: e.Assortment.Meta.Type, ID: e.Assortment.id()}
	return st.targets[id], nil
}
