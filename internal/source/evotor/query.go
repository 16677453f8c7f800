package evotor

import (
	"slices"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/source"
)

const (
	kindProducts = "products"
	allStores    = "all"
	apiV1        = "v1"
	apiV2        = "v2"
)

// check refuses what the source has no use for and fills in the defaults.
func check(q *source.Query) error {
	if q.Kind != kindProducts {
		return i18n.Errorf(i18n.T("Evotor has no export of %q: products", "в Эвоторе нет выгрузки %q: есть products"), q.Kind)
	}
	for _, u := range []struct {
		flag string
		set  bool
	}{
		{"group-by", q.GroupBy != ""}, {"by-store", q.ByStore}, {"stock-mode", q.StockMode != ""}, {"moment", !q.Moment.IsZero()},
		{"types", len(q.Types) > 0}, {"archived", q.Archived != "" && q.Archived != "no"}, {"since", !q.Since.IsZero()},
		{"price-type", len(q.PriceTypes) > 0},
	} {
		if u.set {
			return i18n.Errorf(i18n.T("%s has no meaning for an export of Evotor", "%s не имеет смысла для выгрузки из Эвотора"), u.flag)
		}
	}
	switch q.API {
	case "":
		q.API = apiV2
	case apiV1, apiV2:
	default:
		return unknown(sayAPI, q.API, []string{apiV2, apiV1})
	}
	if len(q.Stores) == 0 {
		return i18n.Errorf(i18n.T(
			"which store? --store takes a name, an id or all (catalogsheet stores evotor lists them)",
			"какой магазин? --store принимает название, идентификатор или all (список: catalogsheet stores evotor)"))
	}
	return nil
}

// chosen gives the lines of the columns asked for, all for none. What tells
// rows apart is always there.
func chosen(columns []string) ([]bind, error) {
	all := table()
	if len(columns) == 0 {
		return all, nil
	}
	var names []string
	for _, b := range all {
		names = append(names, string(b.Field))
	}
	for _, c := range columns {
		if !slices.Contains(names, c) {
			return nil, unknown(sayColumn, c, names)
		}
	}
	return slices.DeleteFunc(all, func(b bind) bool {
		always := b.Field == catalog.FieldID || b.Field == catalog.FieldStore || b.Field == catalog.FieldType
		return !always && !slices.Contains(columns, string(b.Field))
	}), nil
}
