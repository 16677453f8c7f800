package moysklad

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/money"
	"catalogsheet/internal/source"

	"github.com/shopspring/decimal"
)

var hundred = decimal.NewFromInt(100)

// patch is what a write changes: whole fields, and elements of the two
// collections that the API merges by their element's meta: MoySklad JSON API
// 1.2, Обновить товар. What is sent and what a lens sets are the same patch.
type patch struct {
	fields []member1
	prices []member1 // by price type id
	attrs  []member1 // by custom field id
}

// member1 is one keyed piece of JSON.
type member1 struct {
	key string
	raw json.RawMessage
}

func (p *patch) set(key string, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write %s: %w", key, err)
	}
	p.fields = append(p.fields, member1{key, raw})
	return nil
}

func onePatch(key string, v any) (patch, error) {
	var p patch
	err := p.set(key, v)
	return p, err
}

func (p *patch) add(q patch) {
	p.fields = append(p.fields, q.fields...)
	p.prices = append(p.prices, q.prices...)
	p.attrs = append(p.attrs, q.attrs...)
}

// body is the element of a request: the changed fields and nothing else.
func (p patch) body() map[string]json.RawMessage {
	body := map[string]json.RawMessage{}
	for _, f := range p.fields {
		body[f.key] = f.raw
	}
	if len(p.prices) > 0 {
		body["salePrices"] = array(p.prices)
	}
	if len(p.attrs) > 0 {
		body["attributes"] = array(p.attrs)
	}
	return body
}

func array(list []member1) json.RawMessage {
	b := []byte{'['}
	for i, m := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, m.raw...)
	}
	return append(b, ']')
}

// apply does to a document what the API does to the entity.
func (p patch) apply(d source.Doc) error {
	for _, f := range p.fields {
		key := docKey(d, f.key)
		if string(f.raw) == "null" {
			delete(d.Fields, key)
			continue
		}
		d.Fields[key] = f.raw
	}
	if err := mergeInto(d, "salePrices", p.prices, func(raw json.RawMessage) (string, error) {
		var e price
		err := json.Unmarshal(raw, &e)
		return e.PriceType.id(), err
	}); err != nil {
		return err
	}
	return mergeInto(d, "attributes", p.attrs, func(raw json.RawMessage) (string, error) {
		var e attribute
		err := json.Unmarshal(raw, &e)
		return e.id(), err
	})
}

// docKey gives the key as the document spells it: some answers say minprice.
func docKey(d source.Doc, key string) string {
	if _, ok := d.Fields[key]; ok {
		return key
	}
	for k := range d.Fields {
		if strings.EqualFold(k, key) {
			return k
		}
	}
	return key
}

// mergeInto replaces or appends elements by their ids; one with value null is
// taken out, as the API does not give fields without a value.
func mergeInto(d source.Doc, key string, changed []member1, id func(json.RawMessage) (string, error)) error {
	if len(changed) == 0 {
		return nil
	}
	var list []json.RawMessage
	if raw, ok := d.Fields[key]; ok {
		if err := json.Unmarshal(raw, &list); err != nil {
			return fmt.Errorf("read %s: %w", key, err)
		}
	}
	merged := make([]member1, 0, len(list)+1)
	for _, raw := range list {
		k, err := id(raw)
		if err != nil {
			return fmt.Errorf("read %s: %w", key, err)
		}
		merged = append(merged, member1{k, raw})
	}
	for _, c := range changed {
		at := slices.IndexFunc(merged, func(m member1) bool { return m.key == c.key })
		var v struct{ Value json.RawMessage }
		if err := json.Unmarshal(c.raw, &v); err != nil {
			return err
		}
		switch gone := v.Value == nil || string(v.Value) == "null"; {
		case gone && at >= 0:
			merged = slices.Delete(merged, at, at+1)
		case gone:
		case at >= 0:
			merged[at] = c
		default:
			merged = append(merged, c)
		}
	}
	d.Fields[key] = array(merged)
	return nil
}

// wirePrice is a price as it is written; PriceType is nil for buyPrice and
// minPrice.
type wirePrice struct {
	Value     json.RawMessage `json:"value"`
	Currency  *ref            `json:"currency,omitempty"`
	PriceType *ref            `json:"priceType,omitempty"`
}

// priceBody echoes the currency that the price has: sent without one it might
// change to another.
func (r *refs) priceBody(live *price, v catalog.Value) (wirePrice, error) {
	if !v.IsSet() {
		return wirePrice{}, i18n.Errorf(i18n.T("a price cannot be emptied: write 0", "цену нельзя очистить: напишите 0"))
	}
	minor, err := money.ToMinor(v.Text())
	if err != nil {
		return wirePrice{}, err
	}
	w := wirePrice{Value: json.RawMessage(minor)}
	switch {
	case live != nil && live.Currency != nil && live.Currency.Meta.Href != "":
		w.Currency = &ref{Meta: live.Currency.Meta.plain()}
	case r.base.Meta.Href != "":
		w.Currency = &ref{Meta: r.base.Meta.plain()}
	default:
		return wirePrice{}, i18n.Errorf(i18n.T("the currency of the price is not known", "неизвестна валюта цены"))
	}
	return w, nil
}

func singlePrice(c catalog.Column, key string, field func(*entity) *price) bind {
	return bind{Column: c, keys: []string{key},
		get: func(_ *refs, e *entity) catalog.Value { return priceValue(field(e)) },
		put: func(r *refs, e *entity, v catalog.Value) (patch, error) {
			w, err := r.priceBody(field(e), v)
			if err != nil {
				return patch{}, err
			}
			return onePatch(key, w)
		}}
}

func (r *refs) putSale(id string, live *price, v catalog.Value) (patch, error) {
	w, err := r.priceBody(live, v)
	if err != nil {
		return patch{}, err
	}
	if live != nil {
		w.PriceType = &ref{Meta: live.PriceType.Meta.plain()}
	} else {
		t, ok := r.priceType(id)
		if !ok {
			return patch{}, i18n.Errorf(i18n.T("price type %s does not exist any more", "типа цен %s больше нет"), id)
		}
		w.PriceType = &ref{Meta: t.Meta.plain()}
	}
	raw, err := json.Marshal(w)
	return patch{prices: []member1{{id, raw}}}, err
}
