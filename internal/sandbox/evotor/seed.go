package evotor

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"catalogsheet/internal/sandbox/fault"
)

// gen fills one store. Every choice hangs on the seed, the store and a number,
// never on what was made before.
type gen struct {
	o      Options
	n      int // of the store
	shop   *shop
	quirks []quirk
	groups []*item
	found  []Defect
	begin  time.Time
}

func generate(o Options) ([]*shop, []Defect) {
	first := newShop(o, 0, "Магазин на Тверской", "Россия, г. Москва, ул. Тверская, 24", "1")
	first.fill(o.Products, o.Groups, o.Defects, o.Unmapped)
	second := newShop(o, 1, "Склад «Юг»", "", "")
	second.fill(max(o.Products/10, min(o.Products, 20)), o.Groups/10, 0, 0)
	return []*shop{first.shop, second.shop}, first.defects()
}

func newShop(o Options, n int, name, address, code string) *gen {
	begin := time.Date(2025, 1, 15+n, 8, 0, 0, 0, time.UTC)
	id := strings.ToUpper("20200310" + uuid(o.Seed, "store", itoa(n))[8:])
	return &gen{o: o, n: n, begin: begin, quirks: quirks(o.Legacy), shop: &shop{
		id: id, name: name, address: address, code: code, created: begin, updated: begin.Add(24 * time.Hour), byID: map[string]*item{}}}
}

func (g *gen) rand(what string, i int) *rand.Rand {
	return rand.New(rand.NewPCG(fault.Hash(g.o.Seed, itoa(g.n), what, itoa(i)), uint64(i)))
}

// id gives the id of an item; the first products of both stores share theirs,
// as ids are unique only within a store.
func (g *gen) id(what string, i int) string {
	if what == "product" && i < 10 {
		return uuid(g.o.Seed, what, itoa(i))
	}
	return uuid(g.o.Seed, itoa(g.n), what, itoa(i))
}

// add puts an item into the store with times of its own.
func (g *gen) add(id string, group bool) *item {
	it := &item{id: id, group: group, modern: !g.o.Legacy}
	g.shop.add(it)
	it.created = g.begin.Add(time.Duration(it.seq)*time.Minute + time.Duration(it.seq%1000)*time.Millisecond)
	it.updated = it.created.Add(time.Duration(it.seq%90) * time.Hour)
	return it
}

func (g *gen) fill(products, groups, defects, unmapped int) {
	if groups <= 0 {
		groups = max(products/40, 6)
	}
	g.addGroups(groups)
	special := len(flaws())*defects + 2*unmapped
	variants := (products - special) / 10
	plain := products - special - variants
	for i := range plain {
		g.addProduct(i)
	}
	for i, left := 0, variants; left > 0; i++ {
		n := min(left, 2+i%5)
		g.addVariants(i, n)
		left -= n
	}
	g.addFlaws(defects)
	g.addUnmapped(unmapped)
}

// addGroups makes a tree: three at the root, three below each.
func (g *gen) addGroups(n int) {
	names := []string{"Продукты", "Хозтовары", "Одежда и обувь", "Молоко, сыр", "Чай/Кофе", "Напитки", "Прочее", "Бытовая химия", "Посуда", "Прочее", "Алкоголь", "Табак"}
	for i := range n {
		it := g.add(g.id("group", i), true)
		name := names[i%len(names)]
		if i >= len(names) {
			name += " " + strconv.Itoa(i/len(names)+1)
		}
		it.doc[fName] = string(quote(name))
		if i >= 3 {
			it.doc[fParent] = string(quote(g.groups[i/3-1].id))
		} else if i == 0 {
			it.doc[fParent] = g.legacy("null", "")
		}
		if i == 4 && !g.o.Legacy {
			it.doc[fBarcodes] = `["2000000000060"]`
		}
		g.groups = append(g.groups, it)
	}
}

// legacy chooses by the generation that wrote the catalog.
func (g *gen) legacy(v1, v2 string) string {
	if g.o.Legacy {
		return v1
	}
	return v2
}

func rubles(r *rand.Rand, top int) string {
	kopecks := r.IntN(top)
	switch kopecks % 4 {
	case 0:
		return itoa(kopecks / 100)
	case 1:
		return fmt.Sprintf("%d.%d", kopecks/100, kopecks%10)
	}
	return fmt.Sprintf("%d.%02d", kopecks/100, kopecks%100)
}

// common fills the fields that every product has.
func (g *gen) common(it *item, name string, i int, r *rand.Rand) {
	it.doc[fType], it.doc[fName] = `"NORMAL"`, string(quote(name))
	it.doc[fCode] = string(quote(fmt.Sprintf("%05d", i+1)))
	it.doc[fPrice], it.doc[fCostPrice] = rubles(r, 500_000), rubles(r, 300_000)
	it.doc[fQuantity] = itoa(r.IntN(200))
	it.doc[fMeasure] = string(quote([]string{"шт", "шт", "шт", "кг", "л", "упак", "компл"}[r.IntN(7)]))
	if it.doc[fMeasure] == `"кг"` {
		it.doc[fQuantity] = fmt.Sprintf("%d.%03d", r.IntN(90), 1+r.IntN(998))
	}
	taxes := []string{"NO_VAT", "VAT_10", "VAT_18", "VAT_0", "VAT_20", "VAT_22"}
	if g.o.Legacy {
		taxes = taxes[:4]
	}
	it.doc[fTax] = string(quote(taxes[r.IntN(len(taxes))]))
	it.doc[fAllow] = strconv.FormatBool(r.IntN(12) > 0)
	if r.IntN(3) == 0 {
		it.doc[fArticle] = string(quote(fmt.Sprintf("ART-%d", 1000+r.IntN(9000))))
	}
	if r.IntN(4) == 0 {
		it.doc[fDescription] = string(quote("Хранить в сухом месте"))
	}
	if r.IntN(5) > 0 {
		it.doc[fBarcodes] = fmt.Sprintf(`["%s"]`, barcode(i))
	}
}

// barcode gives an EAN-13 of the range for use within a shop.
func barcode(i int) string {
	digits := fmt.Sprintf("2%011d", i)
	sum := 0
	for k, c := range digits {
		sum += int(c-'0') * (1 + k%2*2)
	}
	return digits + itoa((10-sum%10)%10)
}

func (g *gen) addProduct(i int) {
	r := g.rand("product", i)
	it := g.add(g.id("product", i), false)
	things := []string{"Молоко", "Хлеб", "Сок", "Вода", "Тетрадь", "Ручка", "Шоколад", "Печенье", "Батарейка", "Лампа", "Кружка", "Мыло"}
	kinds := []string{"классический", "«Люкс»", "детский", "эконом", "синий", "большой", "зимний", "импортный"}
	g.common(it, fmt.Sprintf("%s %s %d", things[r.IntN(len(things))], kinds[r.IntN(len(kinds))], i), i, r)
	if at := r.IntN(len(g.groups) + 2); at < len(g.groups) {
		it.doc[fParent] = string(quote(g.groups[at].id))
	} else if at == len(g.groups) {
		it.doc[fParent] = g.legacy("null", "")
	}
	if i < len(g.quirks) {
		for f, raw := range g.quirks[i] {
			it.doc[f] = raw
		}
	}
	if !g.o.Legacy {
		g.modernFields(it, i)
	}
}

// modernFields gives some products what only V2 has.
func (g *gen) modernFields(it *item, i int) {
	switch i % 11 {
	case 3:
		it.doc[fExcisable], it.doc[fAgeLimit], it.doc[fPackage] = "false", "false", "0"
	case 5:
		it.doc[fChoices] = "{}"
	case 7:
		it.doc[fTrace] = `{"country":"643","lots":["А-1","Б-2"]}`
	}
	if i%17 == 4 {
		it.images = []*picture{newImage(uuid(g.o.Seed, itoa(g.n), "image", itoa(i)), 429, it.created)}
	}
	if i%13 == 8 && it.doc[fType] == `"NORMAL"` {
		it.doc[fClassCode] = `"2202100000"`
	}
}

// addVariants makes a group of n modifications.
func (g *gen) addVariants(i, n int) {
	colors, sizes := []string{"Красный", "Зелёный", "Синий"}, []string{"S", "M"}
	name := "Футболка " + itoa(i+1)
	group := g.add(g.id("variants", i), true)
	group.doc[fName] = string(quote(name))
	if i%3 > 0 {
		group.doc[fParent] = string(quote(g.groups[i%len(g.groups)].id))
	}
	attributes := []attribute{g.attribute(i, "Цвет", colors), g.attribute(i, "Размер", sizes)}
	if g.o.Legacy {
		group.doc[fVariants] = "true"
	} else {
		group.doc[fAttributes] = attributesJSON(attributes)
	}
	for k := range n {
		r := g.rand("variant", i*10+k)
		it := g.add(uuid(g.o.Seed, itoa(g.n), "variant", itoa(i), itoa(k)), false)
		c, z := k%3, k/3%2
		g.common(it, fmt.Sprintf("%s (%s, %s)", name, colors[c], sizes[z]), 50_000+i*10+k, r)
		it.doc[fMeasure], it.doc[fQuantity] = `"шт"`, itoa(r.IntN(50))
		it.doc[fParent] = string(quote(group.id))
		if g.o.Legacy {
			it.doc[fFree] = fmt.Sprintf(`{"Цвет":%s,"Размер":%s}`, quote(colors[c]), quote(sizes[z]))
			continue
		}
		it.doc[fChoices] = fmt.Sprintf(`{"%s":"%s","%s":"%s"}`,
			attributes[0].ID, attributes[0].Choices[c].ID, attributes[1].ID, attributes[1].Choices[z].ID)
	}
}

func (g *gen) attribute(i int, name string, choices []string) attribute {
	a := attribute{ID: uuid(g.o.Seed, itoa(g.n), "attribute", itoa(i), name), Name: name}
	for _, c := range choices {
		a.Choices = append(a.Choices, choice{uuid(g.o.Seed, itoa(g.n), "choice", itoa(i), name, c), c})
	}
	return a
}

func attributesJSON(list []attribute) string {
	var b strings.Builder
	b.WriteByte('[')
	for i, a := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"%s","name":%s,"choices":[`, a.ID, quote(a.Name))
		for k, c := range a.Choices {
			if k > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"id":"%s","name":%s}`, c.ID, quote(c.Name))
		}
		b.WriteString("]}")
	}
	b.WriteByte(']')
	return b.String()
}
