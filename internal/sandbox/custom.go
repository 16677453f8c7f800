package sandbox

import (
	"encoding/json"
	"unicode/utf8"
)

// applyAttributes merges custom fields: those not sent stay, null clears
// (Общие сведения, "Дополнительные поля").
func (s *Server) applyAttributes(o *object, f field) error {
	sent, err := parseArray(f.raw)
	if err != nil {
		return refuseAt(2016, f.name)
	}
	raw, _ := o.get("attributes")
	list := objects(raw)
	for _, el := range sent {
		in, err := parseObject(el.raw)
		if err != nil {
			return refuseAt(3012, f.name)
		}
		d, err := s.attributeOf(in)
		if err != nil {
			return err
		}
		if d.typ == "file" {
			return refuseAt(14001, d.name)
		}
		value, ok := in.get("value")
		if !ok {
			return refuseAt(14009, d.name)
		}
		if list, err = s.mergeAttribute(list, d, value); err != nil {
			return err
		}
	}
	if len(list) == 0 {
		o.drop("attributes")
		return nil
	}
	s.acc.inOrder(list)
	o.set("attributes", encodeArray(list))
	return nil
}

// attributeOf finds the definition by meta, or by id as samples have it.
func (s *Server) attributeOf(in object) (attribute, error) {
	id := in.text("id")
	if raw, ok := in.get("meta"); ok {
		meta, err := parseObject(raw)
		if err != nil {
			return attribute{}, refuseAt(2016, "meta")
		}
		typ, got, err := checkMeta("attributes", meta, s.host)
		if err != nil {
			return attribute{}, err
		}
		if typ != "attributemetadata" {
			return attribute{}, refuseAt(2014, "attributes")
		}
		id = got
	}
	d, ok := s.acc.attribute(id)
	if !ok {
		return attribute{}, refuseAt(14000, id)
	}
	return d, nil
}

func (s *Server) mergeAttribute(list []object, d attribute, value json.RawMessage) ([]object, error) {
	at := len(list)
	for i, a := range list {
		if a.text("id") == d.id {
			at = i
		}
	}
	if isNull(value) {
		if d.required {
			return nil, refuseAt(3023, d.name)
		}
		if at < len(list) {
			list = append(list[:at:at], list[at+1:]...)
		}
		return list, nil
	}
	value, err := s.attributeValue(d, value)
	if err != nil {
		return nil, err
	}
	a := object{
		{"meta", json.RawMessage(`{"href":"` + apiBase + "entity/" + attributePlace + "/" + d.id + `","type":"attributemetadata","mediaType":"application/json"}`)},
		{"id", quote(d.id)}, {"name", quote(d.name)}, {"type", quote(d.typ)}, {"value", value},
	}
	if at < len(list) {
		list[at] = a
		return list, nil
	}
	return append(list, a), nil
}

// attributeValue checks a value against its type and gives it as shown.
func (s *Server) attributeValue(d attribute, v json.RawMessage) (json.RawMessage, error) {
	bad := refuseAt(2016, d.name)
	switch d.typ {
	case "string", "text", "link", "time":
		var text string
		if first(v) != '"' || json.Unmarshal(v, &text) != nil {
			return nil, bad
		}
		limit := map[string]int{"text": 4096}[d.typ]
		if limit == 0 {
			limit = 255
		}
		if utf8.RuneCountInString(text) > limit {
			return nil, refuseAt(3040, d.name)
		}
		if d.typ == "time" {
			if !isDate(text) {
				return nil, bad
			}
			// Custom dates have minute precision.
			return quote(text[:len("2006-01-02 15:04")] + ":00.000"), nil
		}
		return quote(text), nil
	case "boolean":
		if string(v) != "true" && string(v) != "false" {
			return nil, bad
		}
	case "long":
		for i, c := range []byte(v) {
			if (c < '0' || c > '9') && (c != '-' || i > 0) {
				return nil, bad
			}
		}
	case "double":
		if !isNumber(v) {
			return nil, bad
		}
		return floatText(string(v)), nil
	case "customentity":
		return s.elementValue(d, v)
	default:
		e, err := s.reference(field{d.name, v}, d.typ)
		if err != nil {
			return nil, err
		}
		return json.RawMessage(`{"meta":` + metaJSON(e.typ, e.id, e.uuid) + `,"name":` + string(quote(e.name)) + "}"), nil
	}
	return v, nil
}

// elementValue finds an element of the field's own dictionary.
func (s *Server) elementValue(d attribute, v json.RawMessage) (json.RawMessage, error) {
	ref, err := parseObject(v)
	if err != nil {
		return nil, refuseAt(2016, d.name)
	}
	raw, _ := ref.get("meta")
	meta, err := parseObject(raw)
	if err != nil {
		return nil, refuseAt(2010, d.name)
	}
	typ, id, err := checkMeta(d.name, meta, s.host)
	if err != nil {
		return nil, err
	}
	if typ != "customentity" {
		return nil, refuseAt(2014, d.name)
	}
	dict, err := s.dictionary(d.dict)
	if err != nil {
		return nil, err
	}
	for _, e := range dict.elements {
		if e.id == id {
			o, err := s.st.object(e)
			if err != nil {
				return nil, err
			}
			m, _ := o.get("meta")
			return object{{"meta", m}, {"name", quote(e.name)}}.encode(nil), nil
		}
	}
	return nil, refuseField(1021, d.name, id)
}
