package moysklad

import (
	"encoding/json"
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
)

// members gives the lines of a family in this account, in its own order.
func (r *refs) members(family bind, n names) []bind {
	var lines []bind
	switch family.Field {
	case familySale:
		for _, p := range r.priceTypes {
			lines = append(lines, r.saleLine(family.Column, p.id(), p.Name))
		}
	case familyAttr:
		for _, d := range r.attrs {
			lines = append(lines, r.attrLine(family.Column, d))
		}
	case familyChar:
		for _, d := range r.chars {
			lines = append(lines, charLine(family.Column, d))
		}
	case familyStock:
		for _, s := range n.stores {
			lines = append(lines, bind{Column: member(family.Column, s.ID, s.Name), name: s.Name,
				stock: func(*stockRow) catalog.Value { return catalog.Value{} }})
		}
	}
	return lines
}

// names are the members that a query names.
type names struct{ stores []catalog.Entry }

func member(c catalog.Column, id, name string) catalog.Column {
	c.Field += catalog.Field(":" + id)
	c.Title = i18n.T(c.Title.En+name, c.Title.Ru+name)
	return c
}

func (r *refs) saleLine(c catalog.Column, id, name string) bind {
	find := func(e *entity) *price { return e.salePrice(id) }
	return bind{Column: member(c, id, name), name: name, keys: []string{"salePrices"},
		get: func(_ *refs, e *entity) catalog.Value {
			if p := find(e); p != nil {
				return priceValue(p)
			}
			if e.SalePrices == nil {
				return catalog.Value{}
			}
			return catalog.Blank()
		},
		put: func(r *refs, e *entity, v catalog.Value) (patch, error) { return r.putSale(id, find(e), v) },
	}
}

// currencyLine is the column beside a price that says its currency.
func currencyLine(price bind, find func(*entity) *price) bind {
	name := string(price.Field)
	if price.Field.Member() != "" {
		name = price.Field.Member()
	}
	title := price.Title
	if price.Field.Family() == familySale {
		title = i18n.T(strings.TrimPrefix(title.En, "Price: "), strings.TrimPrefix(title.Ru, "Цена: "))
	}
	return bind{Column: currencyColumn(name, title), keys: price.keys,
		get: func(r *refs, e *entity) catalog.Value { return r.currencyName(find(e)) }}
}

func currencyColumn(name string, title i18n.Text) catalog.Column {
	c := column(familyCurrency, catalog.Text, "Currency: "+title.En, "Валюта ("+title.Ru+")", 8,
		"the currency of the price beside", "валюта цены в соседнем столбце")
	if name != "" {
		c.Field += catalog.Field(":" + name)
	}
	return c
}

// findPrice gives the reader of the price that a price column shows.
func findPrice(b bind) func(*entity) *price {
	switch b.Field {
	case fieldBuyPrice:
		return func(e *entity) *price { return e.BuyPrice }
	case fieldMinPrice:
		return func(e *entity) *price { return e.MinPrice }
	}
	if b.Field.Family() == familySale {
		id := b.Field.Member()
		return func(e *entity) *price { return e.salePrice(id) }
	}
	return nil
}

// attrKind is how a type of custom field is shown and written; a type without
// a line is shown by its name and not written.
type attrKind struct {
	kind   catalog.Kind
	limit  int
	encode func(*refs, definition, catalog.Value) (json.RawMessage, error)
}

// attrKinds: MoySklad JSON API 1.2, Дополнительные поля.
func attrKinds() map[string]attrKind {
	return map[string]attrKind{
		"string":       {catalog.Text, 255, encodeText},
		"text":         {catalog.Text, 4096, encodeText},
		"link":         {catalog.Text, 0, encodeText},
		"long":         {catalog.Integer, 0, encodeNumber},
		"double":       {catalog.Number, 0, encodeNumber},
		"boolean":      {catalog.Flag, 0, encodeFlag},
		"time":         {catalog.Time, 0, encodeTime},
		"customentity": {catalog.Choice, 0, encodeEntry},
	}
}

func (r *refs) attrLine(c catalog.Column, d definition) bind {
	c = member(c, d.id(), d.Name)
	b := bind{Column: c, name: d.Name, keys: []string{"attributes", "meta"}, get: getAttribute(d)}
	k, ok := attrKinds()[d.Type]
	if !ok {
		b.Note = i18n.T("a custom field that can only be read here", "дополнительное поле, здесь только для чтения")
		return b
	}
	b.Kind, b.MaxLen, b.On, b.Required, b.ClearQuietly = k.kind, k.limit, onGoods, d.Required, true
	switch k.kind {
	case catalog.Flag:
		b.Tokens = flagTokens()
	case catalog.Choice:
		b.List = listEntries + d.dictionary()
	case catalog.Number:
		b.Decimals = -1
	}
	b.put = func(r *refs, e *entity, v catalog.Value) (patch, error) { return r.putAttribute(d, k, e, v) }
	return b
}

func charLine(c catalog.Column, d definition) bind {
	id := d.id()
	return bind{Column: member(c, id, d.Name), name: d.Name, keys: []string{"characteristics", "meta"},
		get: func(_ *refs, e *entity) catalog.Value {
			if e.Meta.Type != typeVariant {
				return catalog.Value{}
			}
			i := slices.IndexFunc(e.Characteristics, func(c characteristic) bool { return strings.EqualFold(c.ID, id) })
			if i < 0 {
				return catalog.Blank()
			}
			return catalog.Of(e.Characteristics[i].Value)
		}}
}

// index keeps the lines by their fields, for documents are read one by one.
func (r *refs) index() {
	byField := map[catalog.Field]bind{}
	for _, b := range table() {
		if !b.isFamily() {
			byField[b.Field] = b
			continue
		}
		for _, m := range r.members(b, names{}) {
			byField[m.Field] = m
		}
	}
	r.byField = byField
}

// line finds the line of a field. A member of a family needs the account's
// lists, except a price, whose document names its type.
func (r *refs) line(f catalog.Field) (bind, bool) {
	if r.byField == nil {
		r = &refs{}
		r.index()
	}
	if b, ok := r.byField[f]; ok {
		return b, true
	}
	if f.Family() != familySale || f.Member() == "" {
		return bind{}, false
	}
	for _, b := range pricing() {
		if string(b.Field) == familySale {
			return r.saleLine(b.Column, f.Member(), f.Member()), true
		}
	}
	return bind{}, false
}
