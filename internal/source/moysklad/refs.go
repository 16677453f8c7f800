package moysklad

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/money"
)

// wholeSuppliers is up to how many counterparties the list is read whole; a
// longer one is mostly customers, and only those named are asked for.
const wholeSuppliers = 3000

// Names of the lists of values that exist in the account.
const (
	listFolders   = "folders"
	listUOM       = "uom"
	listVAT       = "vat"
	listCountries = "countries"
	listSuppliers = "suppliers"
	listEntries   = "entries:" // with the id of the dictionary
)

// What the lists hold, in messages.
var (
	sayFolder    = i18n.T("folder", "группа")
	sayUOM       = i18n.T("unit", "единица измерения")
	sayCountry   = i18n.T("country", "страна")
	saySupplier  = i18n.T("supplier", "поставщик")
	sayStore     = i18n.T("store", "склад")
	sayPriceType = i18n.T("price type", "тип цен")
	sayColumn    = i18n.T("column", "столбец")
	sayEntry     = i18n.T("dictionary entry", "элемент справочника")
	sayType      = i18n.T("type", "тип")
	sayValue     = i18n.T("value", "значение")
)

// refs is what the account's lists hold; once read it is not changed, except
// for suppliers that are asked for one by one.
type refs struct {
	currencies map[string]named
	base       named // the account's currency
	priceTypes []named
	folders    *dict
	parents    map[string]string // folder → parent
	uoms       *dict
	countries  *dict
	suppliers  *dict
	stores     *dict
	vat        []catalog.Entry
	attrs      []definition
	chars      []definition
	entries    map[string]*dict // by dictionary
	byField    map[catalog.Field]bind
}

// need names what is to be read.
type need struct {
	prices, folders, uoms, countries, suppliers, vat, attrs, chars, stores bool
}

// load reads what is needed, all at once; the client keeps the pace. A list
// that the user may not see stays unknown.
func (s *Source) load(ctx context.Context, n need) (*refs, error) {
	r := &refs{entries: map[string]*dict{}, currencies: map[string]named{}, parents: map[string]string{}}
	var tasks []func(context.Context) error
	add := func(wanted bool, task func(context.Context) error) {
		if wanted {
			tasks = append(tasks, func(ctx context.Context) error {
				if err := task(ctx); !denied(err) {
					return err
				}
				return nil
			})
		}
	}
	plain := func(wanted bool, to **dict, path string) {
		add(wanted, func(ctx context.Context) (err error) {
			d, err := s.loadDict(ctx, path, nil, namedName)
			if err == nil {
				*to = d
			}
			return err
		})
	}
	add(n.prices, func(ctx context.Context) error { return s.loadCurrencies(ctx, r) })
	add(n.prices, func(ctx context.Context) error {
		return s.get(ctx, "/context/companysettings/pricetype", nil, &r.priceTypes)
	})
	add(n.folders, func(ctx context.Context) error { return s.loadFolders(ctx, r) })
	plain(n.uoms, &r.uoms, "/entity/uom")
	plain(n.countries, &r.countries, "/entity/country")
	plain(n.stores, &r.stores, "/entity/store")
	add(n.suppliers, func(ctx context.Context) error { return s.loadSuppliers(ctx, r) })
	add(n.vat, func(ctx context.Context) error { return s.loadVAT(ctx, r) })
	add(n.attrs, func(ctx context.Context) error { return s.loadAttributes(ctx, r) })
	add(n.chars, func(ctx context.Context) error {
		var m struct{ Characteristics []definition }
		err := s.get(ctx, "/entity/variant/metadata", nil, &m)
		r.chars = m.Characteristics
		return err
	})
	if err := concurrently(ctx, tasks...); err != nil {
		return nil, err
	}
	r.index()
	return r, nil
}

func (s *Source) loadCurrencies(ctx context.Context, r *refs) error {
	return s.eachNamed(ctx, "/entity/currency", nil, func(n *named) {
		r.currencies[n.id()] = *n
		if n.Default {
			r.base = *n
		}
	})
}

func (s *Source) loadFolders(ctx context.Context, r *refs) error {
	d := newDict()
	err := s.eachNamed(ctx, "/entity/productfolder", nil, func(n *named) {
		d.add(n.id(), folderPath(n), n.Meta.plain())
		r.parents[n.id()] = n.Parent.id()
	})
	if err == nil {
		d.whole = true
		r.folders = d
	}
	return err
}

func bothArchived() url.Values { return url.Values{"filter": {"archived=false;archived=true"}} }

// loadSuppliers reads the counterparties when they are few; the first page
// tells.
func (s *Source) loadSuppliers(ctx context.Context, r *refs) error {
	d := newDict()
	l := namedLister(s, "/entity/counterparty", bothArchived())
	l.query.Set("order", "id")
	if err := l.open(ctx); err != nil {
		return err
	}
	r.suppliers = d
	if l.head.size > wholeSuppliers {
		return nil
	}
	d.whole = true
	for n, err := range l.all(ctx) {
		if err != nil {
			return err
		}
		d.add(n.id(), n.Name, n.Meta.plain())
	}
	return nil
}

// loadVAT lists the rates: MoySklad JSON API 1.2, Ставка НДС.
func (s *Source) loadVAT(ctx context.Context, r *refs) error {
	return s.eachNamed(ctx, "/entity/taxrate", nil, func(n *named) {
		rate, err := money.Parse(n.Rate.String())
		if err != nil || n.Archived {
			return
		}
		text := money.Plain(rate) + "%"
		if !slices.ContainsFunc(r.vat, func(e catalog.Entry) bool { return e.Name == text }) {
			r.vat = append(r.vat, catalog.Entry{ID: text, Name: text})
		}
	})
}

// loadAttributes reads the custom fields of products, services and bundles,
// which are the same, and the entries of the dictionaries they refer to.
func (s *Source) loadAttributes(ctx context.Context, r *refs) error {
	q := url.Values{"limit": {"1000"}, "offset": {"0"}}
	var list struct{ Rows []definition }
	if err := s.get(ctx, "/entity/product/metadata/attributes", q, &list); err != nil {
		return err
	}
	r.attrs = list.Rows
	for _, a := range list.Rows {
		id := a.dictionary()
		if id == "" || r.entries[id] != nil {
			continue
		}
		d, err := s.loadDict(ctx, "/entity/customentity/"+url.PathEscape(id), nil, namedName)
		if denied(err) {
			continue
		}
		if err != nil {
			return err
		}
		r.entries[id] = d
	}
	return nil
}

// dictionary is the id of the dictionary whose entries a field takes.
func (d definition) dictionary() string {
	if d.Type != "customentity" || d.CustomEntityMeta == nil {
		return ""
	}
	return d.CustomEntityMeta.id()
}

func (r *refs) priceType(id string) (named, bool) {
	i := slices.IndexFunc(r.priceTypes, func(n named) bool { return n.id() == id })
	if i < 0 {
		return named{}, false
	}
	return r.priceTypes[i], true
}

// foreign says that a price is not in the account's currency.
func (r *refs) foreign(p *price) bool {
	return p != nil && p.Currency != nil && p.Currency.id() != r.base.id()
}

// currencyName is what a currency's cell shows.
func (r *refs) currencyName(p *price) catalog.Value {
	if p == nil {
		return catalog.Value{}
	}
	c := r.base
	if p.Currency != nil {
		known, ok := r.currencies[p.Currency.id()]
		if !ok {
			return catalog.Of(p.Currency.id())
		}
		c = known
	}
	return catalog.Of(cmp.Or(c.ISOCode, c.Name))
}

// inFolders gives the ids of the folders and of all below them.
func (r *refs) inFolders(names []string) (map[string]bool, error) {
	chosen := map[string]bool{}
	for _, name := range names {
		id, err := r.folders.find(sayFolder, strings.Trim(name, "/"))
		if err != nil {
			return nil, err
		}
		chosen[id] = true
	}
	inside := map[string]bool{}
	for id := range r.parents {
		for at, depth := id, 0; at != "" && depth < 100; at, depth = r.parents[at], depth+1 {
			if chosen[at] {
				inside[id] = true
				break
			}
		}
	}
	return inside, nil
}

// supplierNames asks for the names of suppliers that are not known yet.
func (s *Source) supplierNames(ctx context.Context, r *refs, ids []string) error {
	if r.suppliers == nil || r.suppliers.whole {
		return nil
	}
	var missing []string
	for _, id := range ids {
		if _, ok := r.suppliers.name(id); !ok && id != "" && !slices.Contains(missing, id) {
			missing = append(missing, id)
		}
	}
	for chunk := range slices.Chunk(missing, idsPerCall) {
		err := s.eachNamed(ctx, "/entity/counterparty", idFilter(chunk), func(n *named) {
			r.suppliers.add(n.id(), n.Name, n.Meta.plain())
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// supplierIDs asks for suppliers by their names.
func (s *Source) supplierIDs(ctx context.Context, r *refs, names []string) error {
	if r.suppliers == nil || r.suppliers.whole {
		return nil
	}
	for _, name := range names {
		q := url.Values{"filter": {"name=" + escapeFilter(name)}}
		err := s.eachNamed(ctx, "/entity/counterparty", q, func(n *named) {
			r.suppliers.add(n.id(), n.Name, n.Meta.plain())
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// escapeFilter spells a value inside a filter: MoySklad JSON API 1.2,
// Фильтрация выборки.
func escapeFilter(s string) string { return strings.ReplaceAll(s, ";", `\;`) }

func idFilter(ids []string) url.Values {
	return url.Values{"filter": {"id=" + strings.Join(ids, ";id=")}}
}
