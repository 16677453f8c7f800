package moysklad

import (
	"encoding/json"
	"regexp"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/money"
)

// wireAttribute is a custom field as it is written; a null value clears it.
type wireAttribute struct {
	Meta  meta            `json:"meta"`
	Value json.RawMessage `json:"value"`
}

func (r *refs) putAttribute(d definition, k attrKind, e *entity, v catalog.Value) (patch, error) {
	w := wireAttribute{Meta: d.Meta.plain(), Value: json.RawMessage("null")}
	if live := e.attribute(d.id()); live != nil && live.Meta.Href != "" {
		w.Meta = live.Meta.plain()
	}
	if v.IsSet() {
		raw, err := k.encode(r, d, v)
		if err != nil {
			return patch{}, err
		}
		w.Value = raw
	} else if d.Required {
		return patch{}, i18n.Errorf(i18n.T("the custom field %s is required", "дополнительное поле «%s» обязательно"), d.Name)
	}
	raw, err := json.Marshal(w)
	return patch{attrs: []member1{{d.id(), raw}}}, err
}

// getAttribute reads a custom field; one without a value is left out by the
// API.
func getAttribute(d definition) func(*refs, *entity) catalog.Value {
	id := d.id()
	return func(r *refs, e *entity) catalog.Value {
		a := e.attribute(id)
		if a == nil {
			if e.Meta.Type == typeVariant || e.Meta.Type == typeConsignment {
				return catalog.Value{}
			}
			return catalog.Blank()
		}
		return r.attributeValue(d, a.Value)
	}
}

func (r *refs) attributeValue(d definition, raw json.RawMessage) catalog.Value {
	switch first(raw) {
	case 0, 'n':
		return catalog.Blank()
	case '{':
		var n named
		if json.Unmarshal(raw, &n) != nil {
			return catalog.Value{}
		}
		// What was just written names its entry by meta alone.
		if name, ok := r.entries[d.dictionary()].name(n.id()); ok && n.Name == "" {
			return catalog.Of(name)
		}
		return given(n.Name)
	case '"':
		var s string
		if json.Unmarshal(raw, &s) != nil {
			return catalog.Value{}
		}
		if d.Type == "time" {
			s = strings.TrimSuffix(s, ".000")
		}
		return catalog.Of(normalLines(s))
	case 't', 'f':
		return catalog.Of(string(raw))
	}
	return decimalValue(string(raw))
}

func encodeText(_ *refs, _ definition, v catalog.Value) (json.RawMessage, error) {
	return json.Marshal(v.Text())
}

func encodeNumber(_ *refs, d definition, v catalog.Value) (json.RawMessage, error) {
	n, err := money.Parse(v.Text())
	if err != nil {
		return nil, err
	}
	if d.Type == "long" && !n.IsInteger() {
		return nil, i18n.Errorf(i18n.T("%s is not a whole number", "%s — не целое число"), v.Text())
	}
	return json.RawMessage(money.Plain(n)), nil
}

func encodeFlag(_ *refs, _ definition, v catalog.Value) (json.RawMessage, error) {
	b, err := flag(v)
	if err != nil {
		return nil, err
	}
	return json.Marshal(b)
}

// encodeTime: the API keeps minutes of a custom field's time.
func encodeTime(_ *refs, _ definition, v catalog.Value) (json.RawMessage, error) {
	if !regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:00$`).MatchString(v.Text()) {
		return nil, i18n.Errorf(i18n.T("%q: write date and time to the minute, as 2026-01-31 10:00:00",
			"%q: запишите дату и время с точностью до минуты, например 2026-01-31 10:00:00"), v.Text())
	}
	return json.Marshal(v.Text())
}

func encodeEntry(r *refs, d definition, v catalog.Value) (json.RawMessage, error) {
	list := r.entries[d.dictionary()]
	id, err := list.find(sayEntry, v.Text())
	if err != nil {
		return nil, err
	}
	return json.Marshal(ref{Meta: list.metaOf(id)})
}
