package sandbox

import (
	"encoding/json"
	"unicode/utf8"

	"catalogsheet/internal/money"
)

// price reads {value, currency} and gives it as the service shows it. A price
// sent without a currency gets the account's own, whatever it had before.
func (s *Server) price(f field) (object, error) {
	in, err := parseObject(f.raw)
	if err != nil {
		return nil, refuseAt(2016, f.name)
	}
	value, ok := in.get("value")
	if !ok {
		return nil, refuseAt(3000, "value")
	}
	if !isNumber(value) {
		return nil, refuseAt(2016, "value")
	}
	d, err := money.Parse(string(value))
	if err != nil {
		return nil, refuseAt(2016, "value")
	}
	if d.IsNegative() {
		return nil, refuseAt(3002, "value")
	}
	currency := s.acc.rub
	if raw, ok := in.get("currency"); ok {
		e, err := s.reference(field{"currency", raw}, "currency")
		if err != nil {
			return nil, err
		}
		currency = e.id
	}
	return object{{"value", floatText(string(value))}, {"currency", json.RawMessage(refJSON("currency", currency, currency))}}, nil
}

func (s *Server) applyPrice(o *object, f field) error {
	p, err := s.price(f)
	if err != nil {
		return err
	}
	o.set(f.name, p.encode(nil))
	return nil
}

// applyPrices merges by price type: a type that is not sent stays (Товары,
// "Изменить Товар").
func (s *Server) applyPrices(o *object, f field) error {
	sent, err := parseArray(f.raw)
	if err != nil {
		return refuseAt(2016, f.name)
	}
	raw, _ := o.get("salePrices")
	now := map[string]json.RawMessage{}
	for _, p := range objects(raw) {
		now[refID(p, "priceType")] = p.encode(nil)
	}
	seen := map[string]bool{}
	for _, el := range sent {
		if first(el.raw) != '{' {
			return refuseAt(3012, f.name)
		}
		id, p, err := s.salePrice(el.raw)
		if err != nil {
			return err
		}
		if seen[id] {
			return refuseAt(3013, f.name)
		}
		seen[id] = true
		now[id] = p
	}
	out := []byte{'['}
	for _, pt := range s.acc.priceTypes {
		p, ok := now[pt.id]
		if !ok {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(out, p...)
	}
	o.set("salePrices", append(out, ']'))
	return nil
}

func (s *Server) salePrice(raw json.RawMessage) (id string, out json.RawMessage, err error) {
	in, err := parseObject(raw)
	if err != nil {
		return "", nil, refuseAt(2016, "salePrices")
	}
	ptRaw, ok := in.get("priceType")
	if !ok {
		return "", nil, refuseAt(3000, "priceType")
	}
	pt, err := parseObject(ptRaw)
	if err != nil {
		return "", nil, refuseAt(2016, "priceType")
	}
	metaRaw, _ := pt.get("meta")
	meta, err := parseObject(metaRaw)
	if err != nil {
		return "", nil, refuseAt(2010, "priceType")
	}
	typ, id, err := checkMeta("priceType", meta, s.host)
	if err != nil {
		return "", nil, err
	}
	known, ok := s.acc.priceType(id)
	if typ != "pricetype" {
		return "", nil, refuseAt(2014, "priceType")
	}
	if !ok {
		return "", nil, refuseField(1021, "priceType", id)
	}
	p, err := s.price(field{"salePrices", raw})
	if err != nil {
		return "", nil, err
	}
	p.set("priceType", json.RawMessage(known.json()))
	return id, p.encode(nil), nil
}

const barcodeKinds = "ean13 ean8 code128 gtin upc"

// applyBarcodes replaces the list; only new values are checked; entries without
// a type and null are ignored (Товары, "Штрихкоды").
func applyBarcodes(o *object, f field) error {
	sent, err := parseArray(f.raw)
	if err != nil {
		return refuseAt(2016, f.name)
	}
	raw, _ := o.get("barcodes")
	old := map[string]bool{}
	for _, b := range objects(raw) {
		for _, x := range b {
			old[x.name+string(x.raw)] = true
		}
	}
	var out []object
	for _, el := range sent {
		b, err := parseObject(el.raw)
		if err != nil {
			continue
		}
		for _, x := range b {
			if !inWords(x.name, barcodeKinds) {
				continue
			}
			text, err := checkBarcode(x, old[x.name+string(x.raw)])
			if err != nil {
				return err
			}
			if text != "" {
				out = append(out, object{{x.name, quote(text)}})
			}
		}
	}
	if len(out) == 0 {
		o.drop("barcodes")
		return nil
	}
	o.set("barcodes", encodeArray(out))
	return nil
}

func checkBarcode(x field, known bool) (string, error) {
	var text string
	if first(x.raw) != '"' || json.Unmarshal(x.raw, &text) != nil {
		return "", refuseAt(2016, x.name)
	}
	if known {
		return text, nil
	}
	if utf8.RuneCountInString(text) > 255 {
		return "", refuseAt(3011, x.name)
	}
	if x.name == "gtin" && text != "" && !isGTIN(text) {
		return "", refuseField(3014, "gtin", text)
	}
	return text, nil
}

// isGTIN: 14 digits, the last one the check digit.
func isGTIN(text string) bool {
	if len(text) != 14 {
		return false
	}
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return checkDigit(text[:13]) == int(text[13]-'0')
}

// applyPacks replaces the list.
func applyPacks(o *object, f field) error {
	sent, err := parseArray(f.raw)
	if err != nil {
		return refuseAt(2016, f.name)
	}
	if len(sent) == 0 {
		o.drop(f.name)
		return nil
	}
	for _, el := range sent {
		p, err := parseObject(el.raw)
		if err != nil {
			return refuseAt(3012, f.name)
		}
		if q, _ := p.get("quantity"); !isNumber(q) || !p.has("uom") {
			return refuseAt(3000, f.name)
		}
	}
	o.set(f.name, f.raw)
	return nil
}

// applyFeatures replaces all characteristics of a variant; those left out are
// gone (Модификации, "Изменить Модификацию").
func (s *Server) applyFeatures(o *object, f field) error {
	sent, err := parseArray(f.raw)
	if err != nil {
		return refuseAt(2016, f.name)
	}
	var out []object
	for _, el := range sent {
		in, err := parseObject(el.raw)
		if err != nil {
			return refuseAt(3012, f.name)
		}
		d, ok := s.featureOf(in)
		if !ok {
			return refuseAt(15001, in.text("name")+in.text("id"))
		}
		value := in.text("value")
		if value == "" {
			return refuseAt(3000, "value")
		}
		meta := `{"href":"` + apiBase + "entity/variant/metadata/characteristics/" + d.id + `","type":"attributemetadata","mediaType":"application/json"}`
		out = append(out, object{{"meta", json.RawMessage(meta)}, {"id", quote(d.id)}, {"name", quote(d.name)}, {"value", quote(value)}})
	}
	if len(out) == 0 {
		return refuse(15002)
	}
	o.set(f.name, encodeArray(out))
	return nil
}

func (s *Server) featureOf(in object) (attribute, bool) {
	for _, d := range s.acc.features {
		if in.text("id") == d.id || in.text("id") == "" && in.text("name") == d.name {
			return d, true
		}
	}
	return attribute{}, false
}
