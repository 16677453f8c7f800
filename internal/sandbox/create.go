package sandbox

import (
	"encoding/json"
	"fmt"
)

// create makes an entity; the same syncId gives the one made earlier (Общие
// сведения, "Свойство syncId").
func (s *Server) create(typ string, patch object) (*entity, error) {
	sync := patch.text("syncId")
	if patch.has("syncId") && !isUUID(sync) {
		return nil, refuseAt(1052, sync)
	}
	if id, ok := s.st.bySync[typ+"/"+sync]; ok && sync != "" {
		return s.st.find(typ, id), nil
	}
	if err := checkRequired(typ, patch); err != nil {
		return nil, err
	}
	n := s.made + 1
	e := &entity{typ: typ, id: makeUUID(s.o.Seed, "made "+typ, n)}
	e.uuid = e.id
	if typ != "consignment" && (hasFolders(typ) || typ == "variant") {
		e.uuid = makeUUID(s.o.Seed, "made ui "+typ, n)
	}
	o, err := s.blank(e, n)
	if err != nil {
		return nil, err
	}
	s.fillCode(typ, &o, patch, n)
	e.inherits = typ == "variant" && !patch.has("salePrices")
	if err := s.apply(e, &o, patch, true); err != nil {
		return nil, err
	}
	if err := s.compose(e, &o); err != nil {
		return nil, err
	}
	s.made = n
	o.setText("updated", stamp(s.now(), ""))
	s.st.put(e, o, e.inherits)
	s.st.add(e)
	if sync != "" {
		s.st.bySync[typ+"/"+sync] = e.id
	}
	return e, s.countVariants(e)
}

func checkRequired(typ string, patch object) error {
	for _, name := range []string{"name", "product", "characteristics", "components", "assortment"} {
		if r, ok := schemas[typ][name]; ok && r.required && !patch.has(name) {
			return refuseAt(3000, name)
		}
	}
	return nil
}

// blank is a new entity before its fields are written, with the values the
// service fills in.
func (s *Server) blank(e *entity, n int) (object, error) {
	zero := `{"value":0.0,"currency":` + refJSON("currency", s.acc.rub, s.acc.rub) + "}"
	var prices []object
	for _, p := range s.acc.priceTypes {
		prices = append(prices, object{{"value", json.RawMessage("0.0")}, {"currency", json.RawMessage(refJSON("currency", s.acc.rub, s.acc.rub))}, {"priceType", json.RawMessage(p.json())}})
	}
	text := fmt.Sprintf(`{"meta":%s,"id":"%s",%s,"updated":"","name":"","externalCode":"made-%d","archived":false`,
		metaJSON(e.typ, e.id, e.shownUUID()), e.id, s.acc.ownership(), n)
	switch e.typ {
	case "product", "service", "bundle":
		text += fmt.Sprintf(`,"pathName":"","useParentVat":true,"%s":%s,"salePrices":%s,"discountProhibited":false`, shownName(e.typ, "minPrice"), zero, encodeArray(prices))
		if e.typ != "bundle" {
			text += `,"buyPrice":` + zero
		}
		if e.typ != "service" {
			text += `,"weight":0.0,"volume":0.0`
		}
		if e.typ == "product" {
			text += `,"paymentItemType":"GOOD","variantsCount":0,"isSerialTrackable":false,"trackingType":"NOT_TRACKED"`
		}
	case "variant":
		text += fmt.Sprintf(`,"minPrice":%s,"salePrices":%s,"discountProhibited":false`, zero, encodeArray(prices))
	case "productfolder":
		text += `,"pathName":"","vatEnabled":false,"useParentVat":true`
	}
	return parseObject([]byte(text + "}"))
}

// fillCode gives a code where the account does so, and a random EAN13 to goods
// that come without barcodes (Товары, "Штрихкоды").
func (s *Server) fillCode(typ string, o *object, patch object, n int) {
	if s.unique && !patch.has("code") {
		o.setText("code", fmt.Sprintf("N%05d", n))
	}
	if (hasFolders(typ) || typ == "variant") && !patch.has("barcodes") {
		o.set("barcodes", json.RawMessage(fmt.Sprintf(`[{"ean13":"%s"}]`, withCheckDigit(fmt.Sprintf("29%010d", n)))))
	}
}

// compose gives names that follow from others and checks what only the whole
// object shows.
func (s *Server) compose(e *entity, o *object) error {
	switch e.typ {
	case "variant":
		raw, _ := o.get("characteristics")
		values := ""
		for i, c := range objects(raw) {
			if i > 0 {
				values += ", "
			}
			values += c.text("value")
		}
		p := s.st.find("product", refID(*o, "product"))
		if p == nil {
			return refuseAt(3000, "product")
		}
		o.setText("name", p.name+" ("+values+")")
		for _, other := range s.st.children[p.id] {
			if other.typ == "variant" && other.name == o.text("name") {
				return refuse(15000)
			}
		}
	case "consignment":
		p := s.st.good(refID(*o, "assortment"))
		if p == nil {
			return refuseAt(3000, "assortment")
		}
		if p.typ == "consignment" {
			return refuse(71000)
		}
		o.setText("name", p.name+" / "+o.text("label"))
	}
	return nil
}

// countVariants renews the number that a product shows, without moving its
// updated.
func (s *Server) countVariants(e *entity) error {
	p := s.st.find("product", e.parent)
	if e.typ != "variant" || p == nil {
		return nil
	}
	n := 0
	for _, c := range s.st.children[p.id] {
		if c.typ == "variant" {
			n++
		}
	}
	o, err := s.st.object(p)
	if err != nil {
		return err
	}
	o.set("variantsCount", json.RawMessage(itoa(n)))
	s.st.put(p, o, false)
	return nil
}

// applyComponents replaces the components of a bundle (Комплекты, "Компоненты
// комплекта").
func (s *Server) applyComponents(e *entity, o *object, f field) error {
	sent, err := parseArray(f.raw)
	if err != nil {
		if meta, err := parseObject(f.raw); err == nil && meta.has("meta") {
			return nil // the collection's own meta, echoed
		}
		return refuseAt(2016, f.name)
	}
	if len(sent) == 0 || len(sent) > 50 {
		return refuse(29000)
	}
	var parts []*entity
	seen := map[string]bool{}
	for i, el := range sent {
		in, err := parseObject(el.raw)
		if err != nil {
			return refuseAt(3012, f.name)
		}
		raw, _ := in.get("assortment")
		good, err := s.reference(field{"assortment", raw}, "product variant service")
		if err != nil {
			return err
		}
		quantity, _ := in.get("quantity")
		if !isNumber(quantity) || compareNumbers(string(quantity), "0") <= 0 {
			return refuseAt(3003, "quantity")
		}
		if seen[good.id] {
			return refuse(29002)
		}
		seen[good.id] = true
		id := makeUUID(s.o.Seed, "made component "+e.id, i)
		c := &entity{typ: "bundlecomponent", id: id, name: good.name, parent: good.id}
		c.packed = fmt.Sprintf(`{"meta":{"href":"%sentity/bundle/%s/components/%s","type":"bundlecomponent","mediaType":"application/json"},"id":"%s","accountId":"%s","assortment":%s,"quantity":%s}`,
			apiBase, e.id, id, id, s.acc.id, refJSON(good.typ, good.id, good.uuid), floatText(string(quantity)))
		parts = append(parts, c)
	}
	s.st.parts[e.id] = parts
	o.set(f.name, json.RawMessage(fmt.Sprintf(`{"meta":{"href":"%sentity/bundle/%s/components","type":"bundlecomponent","mediaType":"application/json","size":%d,"limit":1000,"offset":0}}`, apiBase, e.id, len(parts))))
	return nil
}
