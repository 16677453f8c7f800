package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"
)

// Hosts and roots as they stand in answers.
const (
	apiHost  = "api.moysklad.ru"
	basePath = "/api/remap/1.2"
	apiBase  = "https://" + apiHost + basePath + "/"
	uiBase   = "https://online.moysklad.ru/app/#"
)

// level is what one store holds, in thousandths of the unit.
type level struct{ stock, reserve, transit int64 }

// entity is one object of the account. The index fields repeat what the packed
// text says, for lists and reports.
type entity struct {
	typ, id, uuid string
	packed        string
	seq           int

	name, code, article, external string
	path, updated                 string
	archived                      bool
	folder                        string // id of productFolder
	parent                        string // id of a variant's product, a consignment's assortment, a folder's or store's parent
	uom                           string
	barcodes                      []string
	prices                        string // packed sale prices, "" where inherited
	inherits                      bool

	stock   []level // one per store, nil where goods never moved
	cost    string  // kopecks
	minimum int64   // thousandths
}

// store is all objects of the account; its callers hold the server's lock.
type store struct {
	*packer
	byType   map[string][]*entity // in order of creation
	byID     map[string]*entity   // type/id
	byUUID   map[string]*entity   // type/uuid, where it differs from the id
	children map[string][]*entity // variants and consignments by id of their good
	bySync   map[string]string    // type/syncId → id
	parts    map[string][]*entity // components by id of their bundle
	version  int                  // grows with each change
	sorted   map[string]ordering
}

// ordering is a sorted list of entities as of a version of the store.
type ordering struct {
	version int
	list    []*entity
}

func newStore(p *packer) *store {
	return &store{
		packer: p, byType: map[string][]*entity{}, byID: map[string]*entity{},
		byUUID: map[string]*entity{}, children: map[string][]*entity{},
		bySync: map[string]string{}, parts: map[string][]*entity{}, sorted: map[string]ordering{},
	}
}

func (st *store) add(e *entity) {
	e.seq = len(st.byType[e.typ])
	st.byType[e.typ] = append(st.byType[e.typ], e)
	st.byID[e.typ+"/"+e.id] = e
	if e.uuid != "" && e.uuid != e.id {
		st.byUUID[e.typ+"/"+e.uuid] = e
	}
	if e.typ == "variant" || e.typ == "consignment" {
		st.children[e.parent] = append(st.children[e.parent], e)
	}
	st.version++
}

// remove deletes an entity, as somebody else would.
func (st *store) remove(e *entity) {
	st.byType[e.typ] = without(st.byType[e.typ], e)
	delete(st.byID, e.typ+"/"+e.id)
	delete(st.byUUID, e.typ+"/"+e.uuid)
	st.children[e.parent] = without(st.children[e.parent], e)
	st.version++
}

func without(list []*entity, e *entity) []*entity {
	return slices.DeleteFunc(slices.Clone(list), func(x *entity) bool { return x == e })
}

func (st *store) find(typ, id string) *entity { return st.byID[typ+"/"+id] }

// good finds a product, variant, service, bundle or consignment by id alone.
func (st *store) good(id string) *entity {
	for _, typ := range goodTypes() {
		if e := st.find(typ, id); e != nil {
			return e
		}
	}
	return nil
}

func goodTypes() []string { return []string{"product", "variant", "service", "bundle", "consignment"} }

// appendJSON appends the entity as the API shows it.
func (st *store) appendJSON(dst []byte, e *entity) []byte {
	return st.unpack(dst, e.packed, st.inherited(e))
}

// inherited gives the packed prices that a variant without its own shows
// (Модификации, "Атрибуты сущности": the product's prices are in the answer).
func (st *store) inherited(e *entity) string {
	if !e.inherits {
		return ""
	}
	if p := st.find("product", e.parent); p != nil {
		return p.prices
	}
	return "[]"
}

func (st *store) object(e *entity) (object, error) {
	o, err := parseObject(st.appendJSON(nil, e))
	if err != nil {
		return nil, fmt.Errorf("read %s %s: %w", e.typ, e.id, err)
	}
	return o, nil
}

// put writes the changed object back and indexes it. keepInherited says that
// the sale prices in o are only shown, not the variant's own.
func (st *store) put(e *entity, o object, keepInherited bool) {
	if keepInherited {
		o.set("salePrices", json.RawMessage(phInherited))
	}
	e.inherits = keepInherited
	e.packed = st.pack(string(o.ordered(e.typ).encode(nil)))
	st.index(e, o)
	st.version++
}

// index fills the index fields from the object.
func (st *store) index(e *entity, o object) {
	e.name, e.code, e.article = o.text("name"), o.text("code"), o.text("article")
	e.external, e.path, e.updated = o.text("externalCode"), o.text("pathName"), o.text("updated")
	e.archived = o.isTrue("archived")
	e.folder, e.uom = refID(o, "productFolder"), refID(o, "uom")
	switch e.typ {
	case "variant":
		e.parent = refID(o, "product")
	case "consignment":
		e.parent = refID(o, "assortment")
	case "productfolder":
		e.parent = e.folder
	case "store":
		e.parent = refID(o, "parent")
	}
	e.barcodes = nil
	if raw, ok := o.get("barcodes"); ok {
		for _, b := range objects(raw) {
			for _, f := range b {
				var s string
				if json.Unmarshal(f.raw, &s) == nil {
					e.barcodes = append(e.barcodes, s)
				}
			}
		}
	}
	e.prices = ""
	if raw, ok := o.get("salePrices"); ok && !e.inherits {
		e.prices = st.pack(string(raw))
	}
}

// refID gives the id in a reference member, "" where it is absent.
func refID(o object, name string) string {
	raw, ok := o.get(name)
	if !ok {
		return ""
	}
	var ref struct {
		Meta struct {
			Href string `json:"href"`
		} `json:"meta"`
	}
	if json.Unmarshal(raw, &ref) != nil {
		return ""
	}
	return lastSegment(ref.Meta.Href)
}

func lastSegment(href string) string {
	href, _, _ = strings.Cut(href, "?")
	return href[strings.LastIndexByte(href, '/')+1:]
}

// maxKept bounds the lists kept between pages.
const maxKept = 32

// kept gives the list that was made under this key since the last change, or
// makes it.
func (st *store) kept(key string, list func() ([]*entity, error)) ([]*entity, error) {
	if o, ok := st.sorted[key]; ok && o.version == st.version {
		return o.list, nil
	}
	made, err := list()
	if err != nil {
		return nil, err
	}
	if len(st.sorted) >= maxKept {
		clear(st.sorted)
	}
	st.sorted[key] = ordering{st.version, made}
	return made, nil
}

// byOrder gives the entities of a type in the order named key.
func (st *store) byOrder(typ, key string, less func(a, b *entity) bool) []*entity {
	list, _ := st.kept("order "+typ+" "+key, func() ([]*entity, error) {
		list := slices.Clone(st.byType[typ])
		sort.SliceStable(list, func(i, j int) bool { return less(list[i], list[j]) })
		return list, nil
	})
	return list
}

// among gives those of a type that have one of the ids, by creation.
func (st *store) among(typ string, ids []string) []*entity {
	out := []*entity{}
	for _, id := range ids {
		if e := st.find(typ, id); e != nil && !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].seq < out[j].seq })
	return out
}

// moscow is the zone of every date in answers (Общие сведения, "Дата и время").
func moscow() *time.Location { return time.FixedZone("MSK", 3*60*60) }

const stampLayout = "2006-01-02 15:04:05.000"

// stamp gives the next value of updated: now, but always after the last one,
// so that two changes within a millisecond are two changes.
func stamp(now time.Time, last string) string {
	next := now.In(moscow())
	if before, err := time.ParseInLocation(stampLayout, last, moscow()); err == nil && !next.Truncate(time.Millisecond).After(before) {
		next = before.Add(time.Millisecond)
	}
	return next.Format(stampLayout)
}
