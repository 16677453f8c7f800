package sandbox

import (
	"fmt"
	"strings"
)

// priceType is one of the account's price types, in the order of its settings.
type priceType struct{ id, name, external string }

// attribute is the definition of a custom field of goods.
type attribute struct {
	id, name, typ, description string
	required                   bool
	dict                       string // id of the dictionary of a customentity
}

// dictionary is a custom dictionary and its elements.
type dictionary struct {
	id, name string
	elements []*entity
}

// account is what an account has besides its entities.
type account struct {
	id, owner, group string
	priceTypes       []priceType
	rub, usd, pieces string // ids
	attributes       []attribute
	dictionaries     []dictionary
	features         []attribute // characteristics of variants
}

// makeUUID makes an id out of the seed, a name and a number.
func makeUUID(seed int64, name string, n int) string {
	a := hash(seed, name, itoa(n), "a")
	b := hash(seed, name, itoa(n), "b")
	return fmt.Sprintf("%08x-%04x-11ef-0a80-%012x", uint32(a), uint16(a>>32), b&0xffffffffffff)
}

func newAccount(seed int64) *account {
	id := func(name string, n int) string { return makeUUID(seed, name, n) }
	a := &account{
		id: id("account", 0), owner: id("employee", 0), group: id("group", 0),
		rub: id("currency", 0), usd: id("currency", 1), pieces: id("uom", 0),
		priceTypes: []priceType{
			{id("pricetype", 0), "Цена продажи", "cbcf493b-55bc-11d9-848a-00112f43529a"},
			{id("pricetype", 1), `Розничная: "Опт", от 10 шт.`, id("pricetype-external", 1)},
			{id("pricetype", 2), "Цена на маркетплейсе; б/н", id("pricetype-external", 2)},
		},
		features: []attribute{
			{id: id("feature", 0), name: "Цвет", typ: "string"},
			{id: id("feature", 1), name: "Размер", typ: "string"},
		},
		dictionaries: []dictionary{
			{id: id("dictionary", 0), name: "Бренды"},
			{id: id("dictionary", 1), name: "Сезон"},
		},
	}
	types := []attribute{
		{name: "Материал", typ: "string"},
		{name: "Состав", typ: "text", description: "Как на упаковке"},
		{name: "Ссылка: сайт", typ: "link"},
		{name: "Учётный номер", typ: "long"},
		{name: "Крепость, %", typ: "double"},
		{name: "Хрупкое", typ: "boolean"},
		{name: "Годен до", typ: "time"},
		{name: "Бренд", typ: "customentity", dict: a.dictionaries[0].id},
		{name: "Сертификат", typ: "file"},
		{name: "Изготовитель", typ: "counterparty"},
		{name: "Склад хранения", typ: "store"},
		{name: "Ответственный", typ: "employee"},
		{name: "Замена", typ: "product"},
	}
	for i, t := range types {
		t.id = id("attribute", i)
		a.attributes = append(a.attributes, t)
	}
	return a
}

func (a *account) attribute(id string) (attribute, bool) {
	for _, d := range a.attributes {
		if d.id == id {
			return d, true
		}
	}
	return attribute{}, false
}

func (a *account) priceType(id string) (priceType, bool) {
	for _, p := range a.priceTypes {
		if p.id == id {
			return p, true
		}
	}
	return priceType{}, false
}

func (p priceType) json() string {
	return fmt.Sprintf(`{"meta":{"href":"%scontext/companysettings/pricetype/%s","type":"pricetype","mediaType":"application/json"},"id":"%s","name":%s,"externalCode":"%s"}`,
		apiBase, p.id, p.id, quote(p.name), p.external)
}

func (d attribute) json(place string) string {
	var b strings.Builder
	b.WriteByte('{')
	// The metadata of variants lists characteristics without a meta.
	if place == attributePlace {
		fmt.Fprintf(&b, `"meta":{"href":"%sentity/%s/%s","type":"attributemetadata","mediaType":"application/json"},`, apiBase, place, d.id)
	}
	if d.dict != "" {
		fmt.Fprintf(&b, `"customEntityMeta":{"href":"%scontext/companysettings/metadata/customEntities/%s","type":"customentitymetadata","mediaType":"application/json"},`, apiBase, d.dict)
	}
	fmt.Fprintf(&b, `"id":"%s","name":%s,"type":"%s","required":%t`, d.id, quote(d.name), d.typ, d.required)
	if d.description != "" {
		fmt.Fprintf(&b, `,"description":%s`, quote(d.description))
	}
	return b.String() + "}"
}

// uiPages are the page names in links of the web interface; a type without one
// has no uuidHref.
var uiPages = map[string]string{
	"product": "good/edit?id=", "service": "good/edit?id=", "bundle": "good/edit?id=",
	"variant": "feature/edit?id=", "consignment": "consignment/edit?id=",
	"store": "warehouse/edit?id=", "currency": "currency/edit?id=", "employee": "employee/edit?id=",
	"counterparty": "company/edit?id=", "productfolder": "good/edit?id=", "country": "country/edit?id=",
	"taxrate": "taxrate/edit?id=",
}

// metadataOwner names the type whose metadata a type uses: services and
// bundles share those of products.
func metadataOwner(typ string) string {
	if typ == "service" || typ == "bundle" {
		return "product"
	}
	return typ
}

// metaJSON writes the meta of an entity in full.
func metaJSON(typ, id, uuid string) string {
	s := fmt.Sprintf(`{"href":"%sentity/%s/%s","metadataHref":"%sentity/%s/metadata","type":"%s","mediaType":"application/json"`,
		apiBase, typ, id, apiBase, metadataOwner(typ), typ)
	if p := uiPages[typ]; p != "" && uuid != "" {
		s += `,"uuidHref":"` + uiBase + p + uuid + `"`
	}
	return s + "}"
}

func refJSON(typ, id, uuid string) string { return `{"meta":` + metaJSON(typ, id, uuid) + "}" }

// phrases are what the packer abbreviates.
func (a *account) phrases() map[string]string {
	currency := func(id string) string { return `"currency":` + refJSON("currency", id, id) }
	return map[string]string{
		phBase:      apiBase,
		phMedia:     `"mediaType":"application/json"`,
		phGoodMeta:  `"metadataHref":"` + apiBase + `entity/product/metadata","type":"`,
		phMetadata:  `"metadataHref":"` + apiBase + `entity/`,
		phOwner:     a.ownership(),
		phRub:       currency(a.rub),
		phUSD:       currency(a.usd),
		phPrice1:    `"priceType":` + a.priceTypes[0].json(),
		phPrice2:    `"priceType":` + a.priceTypes[1].json(),
		phPrice3:    `"priceType":` + a.priceTypes[2].json(),
		phPieces:    `"uom":` + refJSON("uom", a.pieces, ""),
		phImages:    `/images","type":"image","mediaType":"application/json","size":0,"limit":1000,"offset":0}}`,
		phFiles:     `/files","type":"files","mediaType":"application/json","size":0,"limit":1000,"offset":0}}`,
		phUI:        `"uuidHref":"` + uiBase,
		phAttribute: `{"meta":{"href":"` + apiBase + `entity/product/metadata/attributes/`,
		phTail:      `"isSerialTrackable":false,"trackingType":"NOT_TRACKED"`,
	}
}

func (a *account) ownership() string {
	return fmt.Sprintf(`"accountId":"%s","owner":%s,"shared":true,"group":{"meta":{"href":"%sentity/group/%s","metadataHref":"%sentity/group/metadata","type":"group","mediaType":"application/json"}}`,
		a.id, refJSON("employee", a.owner, a.owner), apiBase, a.group, apiBase)
}

// entityTypes are the types with lists, in the order of a dump.
func entityTypes() []string {
	return []string{"product", "variant", "service", "bundle", "consignment", "productfolder", "uom", "currency",
		"store", "country", "counterparty", "taxrate", "employee"}
}

func isEntityType(typ string) bool {
	for _, t := range entityTypes() {
		if t == typ {
			return true
		}
	}
	return false
}
