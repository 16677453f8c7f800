package evotor

import (
	"encoding/json"
	"slices"
	"strings"
)

// Defect is one item that V2 would refuse, or that holds what V2 has no place
// for.
type Defect struct {
	Store string          `json:"store"`
	ID    string          `json:"id"`
	Group bool            `json:"group"`
	Kind  string          `json:"kind"`
	Field string          `json:"field"`           // by its name in V1
	Value json.RawMessage `json:"value,omitempty"` // as V1 shows it; none where the field is missing
}

// flaw is one way to break a field of a product: its text, "" takes it away.
// with are further fields that the way needs.
type flaw struct {
	field field
	raw   string
	with  quirk
}

// flawKind is one kind of wrong schema; its ways are taken in turn.
type flawKind struct {
	name string
	ways []flaw
}

func drink(typ string, less ...field) quirk {
	q := quirk{fType: string(quote(typ)), fStrength: "5.45", fAlcoKind: "500", fTare: "0.57", fDescription: `"Напиток"`, fBarcodes: `["2000000000060"]`}
	if typ == "ALCOHOL_MARKED" {
		q[fAlcocodes] = `["0015932000001190604"]`
	}
	for _, f := range less {
		delete(q, f)
	}
	return q
}

// flaws are the kinds of products with a wrong schema that V1 still gives (API
// V1, the notice of 2017-11-01).
func flaws() []flawKind {
	beer, vodka := drink("ALCOHOL_NOT_MARKED"), drink("ALCOHOL_MARKED")
	long := func(n int) string { return string(quote(strings.Repeat("Ы", n))) }
	return []flawKind{
		{"type-missing", []flaw{{field: fType}, {field: fType, raw: "null"}}},
		{"alcohol-incomplete", []flaw{
			{fStrength, "0", beer}, {fAlcoKind, "", beer}, {fTare, "", vodka}, {fAlcocodes, "", vodka},
		}},
		{"alcohol-on-other", []flaw{
			{field: fStrength, raw: "5.45"}, {field: fTare, raw: "0.5"}, {field: fAlcocodes, raw: `["0015932000001190604"]`}, {field: fAlcoKind, raw: "500"},
		}},
		{"tax", []flaw{{field: fTax}, {field: fTax, raw: `"VAT_13"`}, {field: fTax, raw: "null"}, {field: fTax, raw: `""`}}},
		{"measure", []flaw{{field: fMeasure, raw: "null"}, {field: fMeasure, raw: `""`}, {field: fMeasure}}},
		{"money", []flaw{
			{field: fPrice, raw: "null"}, {field: fCostPrice, raw: "-1.5"}, {field: fPrice, raw: "10.999"}, {field: fCostPrice, raw: "10000000"},
			{field: fCostPrice, raw: "null"}, {field: fPrice, raw: "-0.01"}, {field: fCostPrice, raw: "7.12345"}, {field: fPrice, raw: "123456789.00"},
		}},
		{"quantity", []flaw{{field: fQuantity, raw: "null"}, {field: fQuantity}}},
		{"name", []flaw{{field: fName, raw: `""`}, {field: fName, raw: long(161)}, {field: fName, raw: "null"}, {field: fName, raw: long(300)}}},
		{"uuid", nil},
		{"parent", []flaw{{field: fParent, raw: "unknown"}, {field: fParent, raw: "product"}}},
	}
}

// addFlaws adds n products of each kind.
func (g *gen) addFlaws(n int) {
	at := 0
	for _, k := range flaws() {
		for i := range n {
			g.addFlaw(k, i, at)
			at++
		}
	}
}

func (g *gen) addFlaw(k flawKind, i, at int) {
	id := g.id("flaw", at)
	if k.name == "uuid" {
		id = []string{strings.ToUpper(id), "product-" + itoa(17+at)}[i%2]
	}
	it := g.add(id, false)
	g.common(it, "Товар со старой схемой "+itoa(at+1), 80_000+at, g.rand("flaw", at))
	it.doc[fParent] = string(quote(g.groups[at%len(g.groups)].id))
	found := Defect{Store: g.shop.id, ID: id, Kind: k.name, Field: "uuid", Value: quote(id)}
	if len(k.ways) > 0 {
		way := k.ways[i%len(k.ways)]
		for f, raw := range way.with {
			it.doc[f] = raw
		}
		it.doc[way.field] = g.flawed(way, at)
		found.Field, found.Value = meanings[way.field].v1, nil
		if raw := it.doc[way.field]; raw != "" {
			found.Value = json.RawMessage(raw)
		}
	}
	g.found = append(g.found, found)
}

// flawed gives the text of a flaw; a parent is made up or is a product.
func (g *gen) flawed(way flaw, at int) string {
	switch way.raw {
	case "unknown":
		return string(quote(uuid(g.o.Seed, "nowhere", itoa(at))))
	case "product":
		for _, it := range g.shop.items {
			if !it.group {
				return string(quote(it.id))
			}
		}
	}
	return way.raw
}

// addUnmapped adds n of each kind of what V2 has no place for.
func (g *gen) addUnmapped(n int) {
	note := func(it *item, kind, field, value string) {
		g.found = append(g.found, Defect{Store: g.shop.id, ID: it.id, Group: it.group, Kind: kind, Field: field, Value: json.RawMessage(value)})
	}
	for i := range n {
		coded := g.add(g.id("coded", i), true)
		coded.doc[fName], coded.doc[fCode] = string(quote("Группа с кодом "+itoa(i+1))), string(quote("G"+itoa(i+1)))
		note(coded, "group-code", "code", coded.doc[fCode])

		free := g.add(g.id("free", i), false)
		g.common(free, "Товар со свойствами "+itoa(i+1), 90_000+i, g.rand("free", i))
		free.doc[fFree] = `{"ключ1":"значение1","ключ2":"значение2"}`
		note(free, "free-attributes", "attributes", free.doc[fFree])

		for _, it := range g.shop.items {
			if !it.hasVariants() {
				continue
			}
			stray := g.add(g.id("stray", i), false)
			g.common(stray, "Простой товар среди модификаций "+itoa(i+1), 91_000+i, g.rand("stray", i))
			stray.doc[fParent] = string(quote(it.id))
			note(stray, "plain-among-variants", "parentUuid", stray.doc[fParent])
			break
		}

		one, two := g.add(g.id("circle", 2*i), true), g.add(g.id("circle", 2*i+1), true)
		one.doc[fName], one.doc[fParent] = string(quote("Круг "+itoa(2*i+1))), string(quote(two.id))
		two.doc[fName], two.doc[fParent] = string(quote("Круг "+itoa(2*i+2))), string(quote(one.id))
		note(one, "circle", "parentUuid", one.doc[fParent])
		note(two, "circle", "parentUuid", two.doc[fParent])

		g.shop.extras = append(g.shop.extras, extra{uuid(g.o.Seed, "extra", itoa(i)), free.id, "Полка " + itoa(i+1)})
		note(free, "extras", "extras", string(quote("Полка "+itoa(i+1))))
	}
}

// defects gives what was made, by order in the store.
func (g *gen) defects() []Defect { return slices.Clone(g.found) }
