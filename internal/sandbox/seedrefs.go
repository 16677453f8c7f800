package sandbox

import (
	"fmt"
	"strings"
)

// gen makes the account's entities out of the seed.
type gen struct {
	seed int64
	*account
	st        *store
	folders   []*entity
	folderVat []string // what goods that follow a folder show
	stores    []*entity
	suppliers []*entity
	brands    []*entity
	products  []*entity
	variants  []int // how many each product has
	dst       []byte
}

// generate makes the whole account; the same seed and number are the same
// bytes.
func generate(seed int64, products int) (*account, *store) {
	a := newAccount(seed)
	g := &gen{seed: seed, account: a, st: newStore(newPacker(a.phrases()))}
	g.references()
	g.goods(products)
	return a, g.st
}

func (g *gen) id(typ string, n int) string { return makeUUID(g.seed, typ, n) }

// keep packs a text, indexes it and adds the entity.
func (g *gen) keep(typ string, n int, body string) *entity {
	e := &entity{typ: typ, id: g.id(typ, n)}
	e.uuid = e.id
	text := fmt.Sprintf(`{"meta":%s,"id":"%s",%s}`, metaJSON(typ, e.id, e.uuid), e.id, body)
	o, err := parseObject([]byte(text))
	if err != nil {
		// The texts are those of this file: a mistake in them is one of the program.
		panic(fmt.Sprintf("sandbox: %s %d: %v in %s", typ, n, err, text))
	}
	e.packed = g.st.pack(string(o.encode(nil)))
	g.st.index(e, o)
	g.st.add(e)
	return e
}

func (g *gen) references() {
	g.employees()
	g.currencies()
	g.units()
	g.countries()
	g.taxes()
	g.counterparties()
	g.warehouses()
	g.folderTree()
	g.elements()
}

func (g *gen) employees() {
	for i, name := range []string{"Администратор", "Кладовщикова М. И."} {
		g.keep("employee", i, fmt.Sprintf(`"accountId":"%s","shared":true,"updated":"2025-01-10 10:00:00.000","name":%s,"externalCode":"emp-%d","archived":false,"lastName":%s`,
			g.account.id, quote(name), i, quote(name)))
	}
}

func (g *gen) currencies() {
	const units = `"majorUnit":{"gender":"masculine","s1":"рубль","s2":"рубля","s5":"рублей"},"minorUnit":{"gender":"feminine","s1":"копейка","s2":"копейки","s5":"копеек"}`
	g.keep("currency", 0, `"system":true,"name":"руб","fullName":"Российский рубль","rate":1.0,"multiplicity":1,"indirect":false,"rateUpdateType":"manual","code":"643","isoCode":"RUB",`+units+`,"archived":false,"default":true`)
	g.keep("currency", 1, `"system":true,"name":"доллар","fullName":"Доллар США","rate":92.5014,"multiplicity":1,"indirect":false,"rateUpdateType":"auto","margin":1.5,"code":"840","isoCode":"USD","majorUnit":{"gender":"masculine","s1":"доллар","s2":"доллара","s5":"долларов"},"minorUnit":{"gender":"masculine","s1":"цент","s2":"цента","s5":"центов"},"archived":false,"default":false`)
}

func (g *gen) units() {
	for i, u := range [][3]string{{"шт", "Штука", "796"}, {"кг", "Килограмм", "166"}, {"л; дм3", "Литр; кубический дециметр", "112"},
		{"упак", "Упаковка", "778"}, {"м", "Метр", "006"}, {"шт", "Штука (своя)", "0796"}} {
		body := fmt.Sprintf(`"updated":"2012-11-02 11:07:44.000","name":%s,"description":%s,"code":"%s","externalCode":"%s"`, quote(u[0]), quote(u[1]), u[2], u[2])
		if i == 5 { // the account's own unit has an owner, the system's have none
			body = g.ownership() + "," + body
		}
		g.keep("uom", i, body)
	}
}

func (g *gen) countries() {
	for i, c := range [][3]string{{"Россия", "Российская Федерация", "643"}, {"Китай", "Китайская Народная Республика", "156"},
		{"Беларусь", "Республика Беларусь", "112"}, {"Германия", "Федеративная Республика Германия", "276"}, {"Афганистан", "", "004"}} {
		body := fmt.Sprintf(`"updated":"2012-11-02 11:07:44.000","name":%s,"code":"%s","externalCode":"%s"`, quote(c[0]), c[2], c[2])
		if c[1] != "" {
			body += `,"description":` + string(quote(c[1]))
		}
		g.keep("country", i, body)
	}
}

func (g *gen) taxes() {
	for i, rate := range []int{0, 5, 7, 10, 18, 20, 22} {
		g.keep("taxrate", i, fmt.Sprintf(`%s,"updated":"2026-01-01 00:00:00.000","rate":%d,"comment":"НДС %d%%","archived":%t`, g.ownership(), rate, rate, rate == 18))
	}
}

func (g *gen) counterparties() {
	for i, name := range []string{`ООО "Ромашка"`, "ИП Иванов И. И.", "АО «Молоко & Ко»", "Поставщик, которого нет", "Завод «Красный Октябрь»"} {
		e := g.keep("counterparty", i, fmt.Sprintf(`%s,"updated":"2025-02-0%d 12:00:00.000","name":%s,"code":"%05d","externalCode":"cp-%d","archived":%t,"companyType":"legal"`,
			g.ownership(), i+1, quote(name), i, i, i == 3))
		g.suppliers = append(g.suppliers, e)
	}
}

// warehouses are three stores; the last one lies within the first.
func (g *gen) warehouses() {
	for i, name := range []string{"Основной склад", "Магазин на Ленина, 5", "Холодильник"} {
		body := fmt.Sprintf(`%s,"updated":"2025-01-15 09:00:0%d.000","name":%s,"externalCode":"store-%d","archived":false`, g.ownership(), i, quote(name), i)
		if i == 2 {
			body += fmt.Sprintf(`,"parent":%s,"pathName":"Основной склад"`, refJSON("store", g.stores[0].id, g.stores[0].id))
		} else {
			body += `,"pathName":"","address":"г. Воронеж"`
		}
		g.stores = append(g.stores, g.keep("store", i, body))
	}
}

// folderTree has three levels, two folders of one name under different
// parents, and names with a comma and with quotes.
func (g *gen) folderTree() {
	for i, f := range []struct {
		name   string
		parent int
		vat    string
	}{
		{"Напитки", -1, `"vat":20,"vatEnabled":true,"useParentVat":false,"effectiveVat":20,"effectiveVatEnabled":true`},
		{"Соки", 0, `"useParentVat":true,"effectiveVat":20,"effectiveVatEnabled":true`},
		{"Вода", 0, `"vat":10,"vatEnabled":true,"useParentVat":false,"effectiveVat":10,"effectiveVatEnabled":true`},
		{"Газированная", 2, `"useParentVat":true,"effectiveVat":10,"effectiveVatEnabled":true`},
		{"Детское питание", -1, `"vat":0,"vatEnabled":false,"useParentVat":false,"effectiveVat":0,"effectiveVatEnabled":false`},
		{"Соки", 4, `"useParentVat":true,"effectiveVat":0,"effectiveVatEnabled":false`},
		{`Сладости, "к чаю"`, -1, `"vatEnabled":false,"useParentVat":true`},
		{"Канцелярия", -1, `"vatEnabled":false,"useParentVat":true`},
		{"Бумага", 7, `"vatEnabled":false,"useParentVat":true`},
		{"Цветная", 8, `"vatEnabled":false,"useParentVat":true`},
	} {
		body := fmt.Sprintf(`%s,"updated":"2025-01-20 10:00:0%d.000","name":%s,"externalCode":"folder-%d","archived":false`, g.ownership(), i, quote(f.name), i)
		path := ""
		if f.parent >= 0 {
			p := g.folders[f.parent]
			path = joinPath(p.path, p.name)
			body += `,"productFolder":` + refJSON("productfolder", p.id, p.id)
		}
		body += fmt.Sprintf(`,"pathName":%s,%s`, quote(path), f.vat)
		g.folders = append(g.folders, g.keep("productfolder", i, body))
		_, effective, found := strings.Cut(f.vat, `,"effectiveVat"`)
		if found {
			effective = `,"effectiveVat"` + effective
		}
		g.folderVat = append(g.folderVat, effective)
	}
}

func joinPath(path, name string) string {
	if path == "" {
		return name
	}
	return path + "/" + name
}

// elements fill the custom dictionaries.
func (g *gen) elements() {
	for d, names := range [][]string{{"Добрый", "Alpen Gold", "O'Key", "0012"}, {"Зима", "Лето"}} {
		for i, name := range names {
			n := d*100 + i
			e := &entity{typ: "customentity", id: g.id("customentity", n), name: name}
			dict := g.dictionaries[d].id
			meta := fmt.Sprintf(`{"href":"%sentity/customentity/%s/%s","metadataHref":"%scontext/companysettings/metadata/customEntities/%s","type":"customentity","mediaType":"application/json","uuidHref":"%scustom_%s/edit?id=%s"}`,
				apiBase, dict, e.id, apiBase, dict, uiBase, dict, e.id)
			e.packed = fmt.Sprintf(`{"meta":%s,"id":"%s",%s,"updated":"2025-01-25 10:00:00.000","name":%s,"externalCode":"ce-%d"}`, meta, e.id, g.ownership(), quote(name), n)
			e.updated, e.external = "2025-01-25 10:00:00.000", fmt.Sprintf("ce-%d", n)
			g.dictionaries[d].elements = append(g.dictionaries[d].elements, e)
		}
	}
	g.brands = g.dictionaries[0].elements
}
