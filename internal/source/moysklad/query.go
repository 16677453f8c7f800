package moysklad

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/source"
)

const (
	kindStock    = "stock"
	kindProducts = "products"
)

// stockModes: MoySklad JSON API 1.2, Отчет Остатки, Фильтрация.
var stockModes = [...]catalog.Token{
	{Value: "all", Title: i18n.T("all", "all")},
	{Value: "positive", Title: i18n.T("positiveOnly", "positiveOnly")},
	{Value: "negative", Title: i18n.T("negativeOnly", "negativeOnly")},
	{Value: "empty", Title: i18n.T("empty", "empty")},
	{Value: "nonempty", Title: i18n.T("nonEmpty", "nonEmpty")},
	{Value: "under-minimum", Title: i18n.T("underMinimum", "underMinimum")},
}

// archivedFilters is what --archived means; which rows a list gives without
// such a filter is not documented.
var archivedFilters = [...][2]string{
	{"no", "archived=false"},
	{"yes", "archived=false;archived=true"},
	{"only", "archived=true"},
}

// check refuses what a kind has no use for and fills in the defaults.
func check(q source.Query) (source.Query, error) {
	refuse := func(flag string) error {
		return badQuery(i18n.T("%s has no meaning for an export of %s", "%s не имеет смысла для выгрузки %s"), flag, q.Kind)
	}
	var idle []struct {
		flag string
		set  bool
	}
	type use = struct {
		flag string
		set  bool
	}
	switch q.Kind {
	case kindStock:
		idle = []use{{"types", len(q.Types) > 0}, {"archived", q.Archived != ""}, {"since", !q.Since.IsZero()}, {"api", q.API != ""}}
	case kindProducts:
		idle = []use{{"group-by", q.GroupBy != ""}, {"store", len(q.Stores) > 0}, {"by-store", q.ByStore}, {"stock-mode", q.StockMode != ""},
			{"moment", !q.Moment.IsZero()}, {"api", q.API != ""}}
	default:
		return q, i18n.Errorf(i18n.T("MoySklad has no export of %q: stock or products", "в МоёмСкладе нет выгрузки %q: есть stock и products"), q.Kind)
	}
	for _, u := range idle {
		if u.set {
			return q, refuse(u.flag)
		}
	}
	return fill(q)
}

func fill(q source.Query) (source.Query, error) {
	if q.GroupBy == "" {
		q.GroupBy = typeVariant
	}
	if q.StockMode == "" {
		q.StockMode = "all"
	}
	if q.Archived == "" {
		q.Archived = "no"
	}
	if len(q.Types) == 0 {
		q.Types = []string{typeProduct, typeVariant, typeService, typeBundle}
	}
	for _, t := range q.Types {
		if !slices.Contains(entityOrder[:], t) {
			return q, unknown(sayType, t, []string{typeProduct, typeVariant, typeService, typeBundle})
		}
	}
	if groups := []string{typeProduct, typeVariant, typeConsignment}; !slices.Contains(groups, q.GroupBy) {
		return q, unknown(sayValue, q.GroupBy, groups)
	}
	if _, ok := stockMode(q.StockMode); !ok {
		var modes []string
		for _, m := range stockModes {
			modes = append(modes, m.Value)
		}
		return q, unknown(sayValue, q.StockMode, modes)
	}
	if archivedFilter(q.Archived) == "" {
		return q, unknown(sayValue, q.Archived, []string{"no", "yes", "only"})
	}
	return q, nil
}

func stockMode(name string) (string, bool) {
	i := slices.IndexFunc(stockModes[:], func(t catalog.Token) bool { return t.Value == name })
	if i < 0 {
		return "", false
	}
	return stockModes[i].Title.En, true
}

func archivedFilter(name string) string {
	for _, f := range archivedFilters {
		if f[0] == name {
			return f[1]
		}
	}
	return ""
}

// apiTime spells a moment as the API does, in its zone.
func apiTime(t time.Time) string { return t.In(moscow).Format("2006-01-02 15:04:05") }

// wants says whether a column, or a member of a family, is asked for.
func wants(q source.Query, f catalog.Field) bool {
	return len(q.Columns) == 0 || slices.ContainsFunc(q.Columns, func(c string) bool {
		return catalog.Field(c) == f || catalog.Field(c).Family() == string(f)
	})
}

// needs tells which lists a query needs.
func needs(q source.Query) need {
	goods := q.Kind == kindStock || slices.ContainsFunc(q.Types, func(t string) bool { return t != typeVariant })
	products := q.Kind == kindStock || slices.Contains(q.Types, typeProduct)
	variants := q.Kind == kindStock && q.GroupBy != typeProduct || q.Kind == kindProducts && slices.Contains(q.Types, typeVariant)
	return need{
		prices:    true,
		folders:   goods && wants(q, fieldFolder) || len(q.Folders) > 0,
		uoms:      goods && wants(q, fieldUOM),
		countries: goods && wants(q, fieldCountry),
		suppliers: products && wants(q, fieldSupplier),
		vat:       goods && wants(q, fieldVAT),
		attrs:     goods && wants(q, familyAttr),
		chars:     variants && wants(q, familyChar),
		stores:    q.ByStore || len(q.Stores) > 0,
	}
}

// lines gives the columns of a sheet in order. Beside every price stands its
// currency, if the account has several; whether it is shown is known when the
// prices are.
func (r *refs) lines(q source.Query, n names) ([]bind, error) {
	sale, err := r.chosenPrices(q.PriceTypes)
	if err != nil {
		return nil, err
	}
	var lines []bind
	for _, b := range table() {
		switch {
		case q.Kind == kindProducts && (b.stock != nil || b.Field == familyStock):
		case !b.isFamily():
			lines = append(lines, r.priced(b)...)
		default:
			for _, m := range r.members(b, n) {
				if b.Field != familySale || sale == nil || sale[m.Field.Member()] {
					lines = append(lines, r.priced(m)...)
				}
			}
		}
	}
	return choose(lines, q)
}

func (r *refs) priced(b bind) []bind {
	find := findPrice(b)
	if find == nil || len(r.currencies) < 2 {
		return []bind{b}
	}
	c := currencyLine(b, find)
	b.Currency = c.Field
	return []bind{b, c}
}

// chosenPrices gives the ids of the price types that were named; nil is all.
func (r *refs) chosenPrices(wanted []string) (map[string]bool, error) {
	if len(wanted) == 0 {
		return nil, nil
	}
	d := newDict()
	for _, p := range r.priceTypes {
		d.add(p.id(), p.Name, p.Meta)
	}
	ids := map[string]bool{}
	for _, name := range wanted {
		id, err := d.find(sayPriceType, name)
		if err != nil {
			return nil, err
		}
		ids[id] = true
	}
	return ids, nil
}

// choose keeps the columns that were asked for and those that a sheet cannot
// do without.
func choose(lines []bind, q source.Query) ([]bind, error) {
	if len(q.Columns) == 0 {
		return lines, nil
	}
	keep := map[catalog.Field]bool{catalog.FieldID: true, catalog.FieldType: true}
	if q.Kind == kindStock && q.GroupBy == typeConsignment {
		keep[catalog.FieldConsignmentID] = true
	}
	for _, name := range q.Columns {
		found := false
		for _, b := range lines {
			if matches(b, name) {
				found, keep[b.Field] = true, true
				if b.Currency != "" {
					keep[b.Currency] = true
				}
			}
		}
		if !found && !emptyFamily(name) {
			return nil, unknown(sayColumn, name, fieldNames(lines))
		}
	}
	return slices.DeleteFunc(lines, func(b bind) bool { return !keep[b.Field] }), nil
}

// matches accepts a field, a whole family, and a member by its name.
func matches(b bind, name string) bool {
	family, rest, ofMember := strings.Cut(name, ":")
	switch {
	case string(b.Field) == name:
		return true
	case b.Field.Family() != family || b.Field.Member() == "":
		return false
	}
	return !ofMember || strings.EqualFold(b.Field.Member(), rest) || b.name != "" && b.name == strings.TrimSpace(rest)
}

// emptyFamily: asking for a family is right even if it has no member.
func emptyFamily(name string) bool {
	return slices.Contains([]string{familySale, familyAttr, familyChar, familyStock, familyCurrency}, name)
}

func fieldNames(lines []bind) []string {
	names := make([]string, 0, len(lines))
	for _, b := range lines {
		if name := b.Field.Family(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// resolve finds the stores by names or ids; none named is all.
func (r *refs) resolveStores(wanted []string) ([]catalog.Entry, error) {
	if len(wanted) == 0 {
		return r.stores.list(), nil
	}
	var chosen []catalog.Entry
	for _, name := range wanted {
		id, err := r.stores.find(sayStore, name)
		if err != nil {
			return nil, err
		}
		n, _ := r.stores.name(id)
		chosen = append(chosen, catalog.Entry{ID: id, Name: n})
	}
	return chosen, nil
}

// conditions spells a filter: MoySklad JSON API 1.2, Фильтрация выборки.
func conditions(parts ...string) url.Values {
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
	return url.Values{"filter": {strings.Join(parts, ";")}}
}
