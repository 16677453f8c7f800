package sandbox

import (
	"fmt"
	"math/rand/v2"
	"strconv"
)

// goods makes the products and, in proportion, what hangs on them.
func (g *gen) goods(n int) {
	g.products = make([]*entity, 0, n)
	g.variants = make([]int, n)
	for i := range n / 5 {
		g.variants[parentOf(i, n)]++
	}
	for i := range n {
		e := g.product(i)
		g.products = append(g.products, e)
		g.st.add(e)
	}
	for i := range n / 5 {
		g.st.add(g.variant(i))
	}
	for i := range n / 20 {
		g.st.add(g.service(i))
	}
	for i := range n / 50 {
		g.st.add(g.bundle(i))
	}
	for i := range n / 10 {
		g.st.add(g.consignment(i))
	}
}

// dice gives the chances of one entity: they do not depend on the others.
func (g *gen) dice(typ string, i int) *rand.Rand {
	return rand.New(rand.NewPCG(hash(g.seed, typ, itoa(i)), uint64(i)))
}

// date gives a fixed moment of 2025 that grows slowly with i.
func date(i int, r *rand.Rand) string {
	day := i % 330
	return fmt.Sprintf("2025-%02d-%02d %02d:%02d:%02d.%03d", 1+day/28, 1+day%28, r.IntN(24), r.IntN(60), r.IntN(60), r.IntN(1000))
}

// begin starts the text of a good; everything up to updated.
func (g *gen) begin(typ string, i int, r *rand.Rand) *entity {
	e := &entity{typ: typ, id: g.id(typ, i), uuid: g.id(typ+"-ui", i), updated: date(i, r)}
	if typ == "consignment" {
		e.uuid = e.id
	}
	g.dst = g.dst[:0]
	owner := phOwner
	if typ == "consignment" {
		owner = `"accountId":"` + g.account.id + `"`
	}
	g.put(`{"meta":`, g.meta(typ, e.id, e.uuid), `,"id":"`, e.id, `",`, owner, `,"updated":"`, e.updated, `"`)
	return e
}

func (g *gen) put(parts ...string) {
	for _, p := range parts {
		g.dst = append(g.dst, p...)
	}
}

// meta is metaJSON in packed form.
func (g *gen) meta(typ, id, uuid string) string {
	s := `{"href":"` + phBase + "entity/" + typ + "/" + id + `",`
	if metadataOwner(typ) == "product" {
		s += phGoodMeta + typ
	} else {
		s += phMetadata + typ + `/metadata","type":"` + typ
	}
	s += `",` + phMedia
	if page := uiPages[typ]; page != "" && uuid != "" {
		s += "," + phUI + page + uuid + `"`
	}
	return s + "}"
}

func (g *gen) ref(e *entity) string { return `{"meta":` + g.meta(e.typ, e.id, e.uuid) + "}" }

// text appends a string member.
func (g *gen) text(name, value string) {
	g.put(`,"`, name, `":`)
	g.dst = append(g.dst, quote(value)...)
}

// finish keeps the text.
func (g *gen) finish(e *entity) *entity {
	g.put("}")
	e.packed = string(g.dst)
	return e
}

// names writes the members that identify a good.
func (g *gen) names(e *entity, q quirk) {
	e.name, e.code, e.article, e.external, e.archived = q.name, q.code, q.article, q.external, q.archived
	g.text("name", q.name)
	if q.description != "" {
		g.text("description", q.description)
	}
	if q.code != "" {
		g.text("code", q.code)
	}
	g.text("externalCode", q.external)
	g.put(`,"archived":`, strconv.FormatBool(q.archived))
}

func (g *gen) product(i int) *entity {
	r := g.dice("product", i)
	q := productQuirk(i, r)
	e := g.begin("product", i, r)
	g.names(e, q)
	g.inFolder(e, q.folder)
	g.vat(q.vat, q.folder)
	g.unit(e, q.unit)
	g.put(`,"images":{"meta":{"href":"`, phBase, "entity/product/", e.id, phImages)
	g.put(`,"minPrice":{"value":`, q.minimum, ",", phRub, "}")
	g.salePrices(e, q)
	if q.supplier >= 0 {
		g.put(`,"supplier":`, g.ref(g.suppliers[q.supplier]))
	}
	g.attributeValues(i, r)
	if q.buy != "" {
		currency := phRub
		if q.dollars {
			currency = phUSD
		}
		g.put(`,"buyPrice":{"value":`, q.buy, ",", currency, "}")
	}
	if q.article != "" {
		g.text("article", q.article)
	}
	g.put(`,"weight":`, q.weight, `,"volume":`, q.volume)
	g.codes(e, q.barcodes)
	g.put(`,"paymentItemType":"GOOD","discountProhibited":false`)
	if i%40 == 7 {
		g.put(`,"minimumBalance":10.0`)
		e.minimum = 10_000
	}
	if i%60 == 9 {
		g.put(`,"weighed":true`)
	}
	if i%50 == 16 {
		g.put(`,"taxSystem":"GENERAL_TAX_SYSTEM"`)
	}
	if i%30 == 3 && e.uom != "" {
		g.put(`,"packs":[{"id":"`, g.id("pack", i), `","uom":{"meta":`, g.meta("uom", g.id("uom", 3), ""), `},"quantity":12.0}]`)
	}
	g.put(`,"variantsCount":`, itoa(g.variants[i]), ",", phTail)
	g.put(`,"files":{"meta":{"href":"`, phBase, "entity/product/", e.id, phFiles)
	g.levels(e, r, i)
	e.cost = cost(i, r)
	return g.finish(e)
}

func (g *gen) inFolder(e *entity, folder int) {
	if folder < 0 {
		g.put(`,"pathName":""`)
		return
	}
	f := g.folders[folder]
	e.folder, e.path = f.id, joinPath(f.path, f.name)
	g.text("pathName", e.path)
	g.put(`,"productFolder":`, g.ref(f))
}

// vat writes the three members and the result: an index into the variants of
// Товары, "Атрибуты сущности", vat.
func (g *gen) vat(kind, folder int) {
	switch kind {
	case vatNone:
		g.put(`,"vat":0,"vatEnabled":false,"useParentVat":false,"effectiveVat":0,"effectiveVatEnabled":false`)
	case vatFolder:
		g.put(`,"useParentVat":true`)
		if folder >= 0 {
			g.put(g.folderVat[folder])
		}
	default:
		rate := itoa(kind)
		g.put(`,"vat":`, rate, `,"vatEnabled":true,"useParentVat":false,"effectiveVat":`, rate, `,"effectiveVatEnabled":true`)
	}
}

func (g *gen) unit(e *entity, unit int) {
	switch {
	case unit == 0:
		e.uom = g.pieces
		g.put(",", phPieces)
	case unit > 0:
		u := g.st.byType["uom"][unit]
		e.uom = u.id
		g.put(`,"uom":{"meta":`, g.meta("uom", u.id, ""), "}")
	}
}

// salePrices lists all three price types; the third may be in dollars.
func (g *gen) salePrices(e *entity, q quirk) {
	start := len(g.dst) + len(`,"salePrices":`)
	g.put(`,"salePrices":[`)
	for i, phrase := range []string{phPrice1, phPrice2, phPrice3} {
		if i > 0 {
			g.put(",")
		}
		currency := phRub
		if i == 2 && q.dollars {
			currency = phUSD
		}
		g.put(`{"value":`, q.prices[i], ",", currency, ",", phrase, "}")
	}
	g.put("]")
	e.prices = string(g.dst[start:])
}

func (g *gen) codes(e *entity, list [][2]string) {
	if len(list) == 0 {
		return
	}
	g.put(`,"barcodes":[`)
	for i, b := range list {
		if i > 0 {
			g.put(",")
		}
		g.put(`{"`, b[0], `":`, string(quote(b[1])), "}")
		e.barcodes = append(e.barcodes, b[1])
	}
	g.put("]")
}

// levels fills the stores: some goods never moved, some stand below zero.
func (g *gen) levels(e *entity, r *rand.Rand, i int) {
	if i%9 == 8 {
		return
	}
	e.stock = make([]level, len(g.stores))
	for n := range e.stock {
		l := &e.stock[n]
		switch r.IntN(6) {
		case 0:
		case 1:
			l.stock = int64(r.IntN(100_000))
		case 2:
			l.stock = -int64(r.IntN(20)) * 1000
		default:
			l.stock = int64(r.IntN(200)) * 1000
		}
		if r.IntN(5) == 0 {
			l.reserve = int64(r.IntN(10)) * 1000
		}
		if r.IntN(7) == 0 {
			l.transit = int64(r.IntN(2000)) * 100
		}
	}
	// One good is all reserved: its stock is 5, its quantity 0.
	if i == 5 {
		e.stock = []level{{stock: 5000, reserve: 5000}, {}, {}}
	}
}

// cost is the average cost in kopecks, often fractional.
func cost(i int, r *rand.Rand) string {
	switch i % 5 {
	case 0:
		return "0.0"
	case 1:
		return itoa(r.IntN(500_000)) + "." + strconv.Itoa(10_000_000_000 + r.IntN(9_000_000_000))[1:] + "7"
	case 2:
		return "50260.86956521739"
	}
	return itoa(100+r.IntN(500_000)) + ".0"
}
