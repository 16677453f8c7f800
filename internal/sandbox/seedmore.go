package sandbox

import (
	"fmt"
	"math/rand/v2"
	"strconv"
)

// parentOf gives the product of variant i: three variants to a product.
func parentOf(i, products int) int { return (i/3*15 + 11) % products }

// variant has prices of its own one time in three; else it shows those of its
// product.
func (g *gen) variant(i int) *entity {
	r := g.dice("variant", i)
	p := g.products[parentOf(i, len(g.products))]
	color := []string{"красный", "синий", `зелёный "мох"`}[i%3]
	size := []string{"S", "M", "XL/2", "42,5"}[r.IntN(4)]
	q := quirk{
		name: fmt.Sprintf("%s (%s, %s)", p.name, color, size), code: fmt.Sprintf("V%05d", i), external: externalCode(r),
		archived: p.archived, minimum: "0.0", dollars: i%15 == 2,
	}
	e := g.begin("variant", i, r)
	e.parent = p.id
	g.names(e, q)
	g.put(`,"characteristics":[`, g.feature(0, color), ",", g.feature(1, size), "]")
	g.put(`,"images":{"meta":{"href":"`, phBase, "entity/variant/", e.id, phImages)
	g.put(`,"minPrice":{"value":0.0,`, phRub, "}")
	if i%3 == 1 {
		price := 1000 + r.IntN(900_000)
		q.prices = [3]string{itoa(price) + ".0", itoa(price/2) + ".5", itoa(price/90) + ".0"}
		g.salePrices(e, q)
	} else {
		e.inherits = true
		g.put(`,"salePrices":`, phInherited)
	}
	g.put(`,"buyPrice":{"value":`, itoa(r.IntN(90_000)), `.0,`, phRub, "}")
	if i%2 == 0 {
		e.article = fmt.Sprintf("0%d", i)
		g.text("article", e.article)
	}
	g.codes(e, [][2]string{{"ean13", withCheckDigit(fmt.Sprintf("21%010d", i))}})
	g.put(`,"discountProhibited":false,"product":`, g.ref(p))
	g.levels(e, r, i)
	e.cost = cost(i, r)
	return g.finish(e)
}

func (g *gen) feature(n int, value string) string {
	f := g.features[n]
	return fmt.Sprintf(`{"meta":{"href":"%sentity/variant/metadata/characteristics/%s","type":"attributemetadata",%s},"id":"%s","name":%s,"value":%s}`,
		phBase, f.id, phMedia, f.id, quote(f.name), quote(value))
}

func (g *gen) service(i int) *entity {
	r := g.dice("service", i)
	price := 1000 + r.IntN(300_000)
	q := quirk{
		name: []string{"Доставка", "Сборка", "Упаковка подарочная", `Гравировка "под ключ"`}[i%4] + " " + itoa(i),
		code: fmt.Sprintf("S%05d", i), external: externalCode(r), archived: i%12 == 11,
		prices: [3]string{itoa(price) + ".0", itoa(price) + ".0", "0.0"}, dollars: i%7 == 3, minimum: "500.0",
	}
	folder := r.IntN(12) - 2
	e := g.begin("service", i, r)
	g.names(e, q)
	g.inFolder(e, folder)
	g.vat([]int{20, vatNone, vatFolder}[i%3], folder)
	g.unit(e, i%2-1)
	g.put(`,"minprice":{"value":500.0,`, phRub, "}")
	g.salePrices(e, q)
	g.put(`,"buyPrice":{"value":0.0,`, phRub, `},"discountProhibited":false,"paymentItemType":"SERVICE"`)
	g.attributeValues(i, r)
	if i%4 == 1 {
		g.codes(e, [][2]string{{"code128", fmt.Sprintf("SRV-%04d", i)}})
	}
	return g.finish(e)
}

func (g *gen) bundle(i int) *entity {
	r := g.dice("bundle", i)
	price := 5000 + r.IntN(900_000)
	q := quirk{
		name: "Набор " + []string{"подарочный", "«Завтрак»", "школьника"}[i%3] + " " + itoa(i),
		code: fmt.Sprintf("B%05d", i), external: externalCode(r), archived: i%9 == 8,
		prices: [3]string{itoa(price) + ".0", "0.0", itoa(price/90) + ".0"}, dollars: i%5 == 2,
	}
	folder := r.IntN(12) - 2
	e := g.begin("bundle", i, r)
	g.names(e, q)
	g.inFolder(e, folder)
	g.vat([]int{vatFolder, 10}[i%2], folder)
	g.unit(e, 0)
	g.put(`,"images":{"meta":{"href":"`, phBase, "entity/bundle/", e.id, phImages)
	g.put(`,"minprice":{"value":0.0,`, phRub, "}")
	g.salePrices(e, q)
	e.article = fmt.Sprintf("SET-%02d", i)
	g.text("article", e.article)
	g.put(`,"weight":0.0,"volume":0.0`)
	g.codes(e, [][2]string{{"ean13", withCheckDigit(fmt.Sprintf("22%010d", i))}})
	g.put(`,"discountProhibited":false,"trackingType":"NOT_TRACKED"`)
	g.attributeValues(i, r)
	g.components(e, i, r)
	return g.finish(e)
}

// components are two or three products; they are no part of the bundle's text,
// only their number is.
func (g *gen) components(e *entity, i int, r *rand.Rand) {
	n := 2 + i%2
	at := r.IntN(len(g.products))
	for k := range n {
		p := g.products[(at+k)%len(g.products)]
		id := g.id("component", i*10+k)
		c := &entity{typ: "bundlecomponent", id: id, name: p.name, parent: p.id}
		c.packed = fmt.Sprintf(`{"meta":{"href":"%sentity/bundle/%s/components/%s","type":"bundlecomponent",%s},"id":"%s","accountId":"%s","assortment":%s,"quantity":%s}`,
			phBase, e.id, id, phMedia, id, g.account.id, g.ref(p), []string{"1.0", "2.0", "0.5"}[r.IntN(3)])
		g.st.parts[e.id] = append(g.st.parts[e.id], c)
	}
	g.put(`,"components":{"meta":{"href":"`, phBase, "entity/bundle/", e.id, `/components","type":"bundlecomponent",`, phMedia, `,"size":`, itoa(n), `,"limit":1000,"offset":0}}`)
}

// consignment is one that a user made, of a product or of a variant.
func (g *gen) consignment(i int) *entity {
	r := g.dice("consignment", i)
	parent := g.products[(i*13+2)%len(g.products)]
	if list := g.st.byType["variant"]; i%4 == 3 && len(list) > 0 {
		parent = list[i%len(list)]
	}
	label := fmt.Sprintf("Партия %03d", i)
	q := quirk{name: parent.name + " / " + label, code: fmt.Sprintf("C%04d", i), external: externalCode(r)}
	e := g.begin("consignment", i, r)
	e.parent = parent.id
	g.names(e, q)
	g.text("label", label)
	if i%3 == 0 {
		g.put(`,"expiryDate":"2027-0`, itoa(1+i%9), `-15 00:00:00.000"`)
	}
	if i%2 == 0 {
		g.codes(e, [][2]string{{"code128", fmt.Sprintf("LOT-%05d", i)}})
	}
	g.put(`,"assortment":`, g.ref(parent))
	g.levels(e, r, i)
	e.cost = cost(i, r)
	return g.finish(e)
}

// attributeValues gives some products some custom fields, the first ones all
// of them.
func (g *gen) attributeValues(i int, r *rand.Rand) {
	if i%3 != 0 {
		return
	}
	values := []string{
		`"Хлопок, 100 %"`, `"Строка один\nстрока два"`, `"https://example.com/?a=1&b=2"`, "12345678901234567", "40.5", strconv.FormatBool(i%2 == 0),
		`"2026-03-15 10:30:00.000"`, `{"meta":` + g.elementMeta(i) + `,"name":` + string(quote(g.brands[i%len(g.brands)].name)) + "}", `"cert.pdf"`,
		g.named(g.suppliers[i%len(g.suppliers)]), g.named(g.stores[i%len(g.stores)]), g.named(g.st.byType["employee"][0]), g.named(g.firstProduct()),
	}
	begun := false
	for n, value := range values {
		if value == "" || i > 0 && r.IntN(4) > 0 {
			continue
		}
		if begun {
			g.put(",")
		} else {
			g.put(`,"attributes":[`)
			begun = true
		}
		d := g.attributes[n]
		g.put(phAttribute, d.id, `","type":"attributemetadata",`, phMedia, `},"id":"`, d.id, `","name":`, string(quote(d.name)), `,"type":"`, d.typ, `","value":`, value, "}")
	}
	if begun {
		g.put("]")
	}
}

func (g *gen) firstProduct() *entity {
	if len(g.products) == 0 {
		return nil
	}
	return g.products[0]
}

// named is a reference with its name, as custom fields hold it.
func (g *gen) named(e *entity) string {
	if e == nil {
		return ""
	}
	return `{"meta":` + g.meta(e.typ, e.id, e.uuid) + `,"name":` + string(quote(e.name)) + "}"
}

func (g *gen) elementMeta(i int) string {
	dict, el := g.dictionaries[0].id, g.brands[i%len(g.brands)]
	return `{"href":"` + phBase + "entity/customentity/" + dict + "/" + el.id + `","metadataHref":"` + phBase +
		"context/companysettings/metadata/customEntities/" + dict + `","type":"customentity",` + phMedia + "}"
}
