package sandbox

import (
	"encoding/json"
	"fmt"
	"strings"
)

// postToken issues a token and revokes all earlier ones (Общие сведения,
// "Аутентификация").
func (s *Server) postToken(c *call) (answer, error) {
	if _, _, ok := c.r.BasicAuth(); !ok {
		return answer{}, refuse(1056)
	}
	s.issued++
	token := fmt.Sprintf("%016x%016x", hash(s.o.Seed, "token", itoa(s.issued)), hash(s.o.Seed, itoa(s.issued), "token"))
	s.tokens = map[string]bool{token: true}
	return answer{body: fmt.Appendf(nil, `{"access_token":"%s"}`, token)}, nil
}

// getCompany serves the settings (Настройки компании).
func (s *Server) getCompany(*call) (answer, error) {
	e := s.st.find("currency", s.acc.rub)
	body := fmt.Appendf(nil, `{"meta":{"href":"%scontext/companysettings","metadataHref":"%scontext/companysettings/metadata","type":"companysettings","mediaType":"application/json"},"currency":%s,"priceTypes":%s,"discountStrategy":"bySum","globalOperationNumbering":true,"checkShippingStock":false,"checkMinPrice":false,"useRecycleBin":true,"useCompanyAddress":false,"accountCountry":"RU"}`,
		apiBase, apiBase, s.st.appendJSON(nil, e), s.priceTypes())
	return answer{body: body}, nil
}

func (s *Server) priceTypes() string {
	var list []string
	for _, p := range s.acc.priceTypes {
		list = append(list, p.json())
	}
	return "[" + strings.Join(list, ",") + "]"
}

func (s *Server) getPriceTypes(*call) (answer, error) {
	return answer{body: []byte(s.priceTypes())}, nil
}

func (s *Server) getPriceType(c *call) (answer, error) {
	id := c.last()
	if id == "default" {
		return answer{body: []byte(s.acc.priceTypes[0].json())}, nil
	}
	p, ok := s.acc.priceType(id)
	if !ok {
		return answer{}, refuseAt(1021, id)
	}
	return answer{body: []byte(p.json())}, nil
}

// getCompanyMetadata lists the custom dictionaries.
func (s *Server) getCompanyMetadata(*call) (answer, error) {
	dst := fmt.Appendf(nil, `{"meta":{"href":"%scontext/companysettings","mediaType":"application/json"},"customEntities":[`, apiBase)
	for i, d := range s.acc.dictionaries {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = fmt.Appendf(dst, `{"meta":{"href":"%scontext/companysettings/metadata/customEntities/%s","type":"customentitymetadata","mediaType":"application/json"},"id":"%s","name":%s,"createShared":true}`,
			apiBase, d.id, d.id, quote(d.name))
	}
	return answer{body: append(dst, "]}"...)}, nil
}

func (s *Server) dictionary(id string) (dictionary, error) {
	for _, d := range s.acc.dictionaries {
		if d.id == id {
			return d, nil
		}
	}
	return dictionary{}, refuseAt(1021, id)
}

func (s *Server) getDictionary(c *call) (answer, error) {
	d, err := s.dictionary(c.parts[2])
	if err != nil {
		return answer{}, err
	}
	if c.query.Get("filter") != "" {
		return answer{}, refuseAt(1034, "filter")
	}
	return s.listOf(c, "customentity", d.elements)
}

// listOf serves a list that is neither filtered nor sorted.
func (s *Server) listOf(c *call, typ string, list []*entity) (answer, error) {
	w, err := c.window()
	if err != nil {
		return answer{}, err
	}
	if order := c.query.Get("order"); order != "" && order != "id" && order != "name" {
		return answer{}, refuseAt(1063, order)
	}
	x, err := s.expansion(c, typ, w.limit)
	if err != nil {
		return answer{}, err
	}
	from, to := w.of(len(list))
	dst := c.openList(nil, typ, w, len(list))
	for i, e := range list[from:to] {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = s.appendExpanded(dst, e, x); err != nil {
			return answer{}, err
		}
	}
	return answer{body: append(dst, "]}"...)}, nil
}

func (s *Server) getDictionaryElement(c *call) (answer, error) {
	d, err := s.dictionary(c.parts[2])
	if err != nil {
		return answer{}, err
	}
	for _, e := range d.elements {
		if e.id == c.parts[3] {
			return answer{body: s.st.appendJSON(nil, e)}, nil
		}
	}
	return answer{}, refuseAt(1021, c.parts[3])
}

// getMe serves the employee that the credentials belong to.
func (s *Server) getMe(*call) (answer, error) {
	o, err := s.st.object(s.st.find("employee", s.acc.owner))
	if err != nil {
		return answer{}, err
	}
	o.setText("uid", Login)
	o.setText("email", "admin@example.com")
	o.set("permissions", json.RawMessage(`{"product":{"view":"ALL","create":"ALL","update":"ALL","delete":"ALL","print":"ALL"},"stock":{"view":"ALL"}}`))
	return answer{body: o.encode(nil)}, nil
}

// getSettings serves the settings of goods (Ассортимент, "Настройки
// справочника").
func (s *Server) getSettings(*call) (answer, error) {
	return answer{body: fmt.Appendf(nil, `{"meta":{"href":"%sentity/assortment/settings","type":"assortmentsettings","mediaType":"application/json"},"barcodeRules":{"fillEAN13Barcode":true,"weightBarcode":true,"weightBarcodePrefix":77},"uniqueCodeRules":{"checkUniqueCode":%t,"fillUniqueCode":%t},"createdShared":true}`,
		apiBase, s.unique, s.unique)}, nil
}

func (s *Server) putSettings(c *call) (answer, error) {
	o, err := bodyObject(c.body)
	if err != nil {
		return answer{}, err
	}
	raw, _ := o.get("uniqueCodeRules")
	if rules, err := parseObject(raw); err == nil && rules.has("checkUniqueCode") {
		s.unique = rules.isTrue("checkUniqueCode")
	}
	return s.getSettings(c)
}

func (s *Server) getProductMetadata(*call) (answer, error) {
	return answer{body: fmt.Appendf(nil, `{"meta":{"href":"%sentity/product/metadata","mediaType":"application/json"},"attributes":{"meta":{"href":"%sentity/product/metadata/attributes","type":"attributemetadata","mediaType":"application/json","size":%d,"limit":1000,"offset":0}},"priceTypes":%s,"createShared":true}`,
		apiBase, apiBase, len(s.acc.attributes), s.priceTypes())}, nil
}

const attributePlace = "product/metadata/attributes"

// getAttributes lists the custom fields that products, services and bundles
// share (Общие сведения, "Дополнительные поля").
func (s *Server) getAttributes(c *call) (answer, error) {
	w, err := c.window()
	if err != nil {
		return answer{}, err
	}
	from, to := w.of(len(s.acc.attributes))
	dst := c.openList(nil, "attributemetadata", w, len(s.acc.attributes))
	for i, d := range s.acc.attributes[from:to] {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, d.json(attributePlace)...)
	}
	return answer{body: append(dst, "]}"...)}, nil
}

func (s *Server) getAttribute(c *call) (answer, error) {
	d, ok := s.acc.attribute(c.last())
	if !ok {
		return answer{}, refuseAt(1021, c.last())
	}
	return answer{body: []byte(d.json(attributePlace))}, nil
}

func (s *Server) getVariantMetadata(*call) (answer, error) {
	var list []string
	for _, d := range s.acc.features {
		list = append(list, d.json("variant/metadata/characteristics"))
	}
	return answer{body: fmt.Appendf(nil, `{"meta":{"href":"%sentity/variant/metadata","mediaType":"application/json"},"characteristics":[%s]}`, apiBase, strings.Join(list, ","))}, nil
}

func (s *Server) getComponents(c *call) (answer, error) {
	e := s.st.find("bundle", c.parts[2])
	if e == nil {
		return answer{}, refuseAt(1021, c.parts[2])
	}
	return s.listOf(c, "bundlecomponent", s.st.parts[e.id])
}

// getAssortment is not imitated: its old form goes away, its new one cannot be
// paged by id.
func (s *Server) getAssortment(c *call) (answer, error) {
	return answer{}, refuseAt(1005, "assortment")
}
