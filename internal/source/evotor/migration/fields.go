package migration

import (
	"slices"
	"strings"
	"unicode/utf8"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/money"

	"github.com/shopspring/decimal"
)

// knownKeys are what V1 documents of an item; what else is there has no place
// in V2: Evotor API V1, definitions, product.
var knownKeys = []string{
	"uuid", "name", "group", "parentUuid", "hasVariants", "type", "code", "quantity", "measureName", "tax", "price",
	"costPrice", "allowToSell", "description", "articleNumber", "barCodes", "alcoCodes", "alcoholByVolume",
	"alcoholProductKindCode", "tareVolume", "attributes",
}

// knownTypes: Evotor REST API, Схемы товаров; the list grows.
var knownTypes = []string{
	typeNormal, typeService, typeAlcoholMarked, typeAlcohol, "TOBACCO_MARKED", "TOBACCO_PRODUCTS_MARKED", "TOBACCO_STICKS_MARKED",
	"SHOES_MARKED", "MEDICINE_MARKED", "TYRES_MARKED", "PERFUME_MARKED", "PHOTOS_MARKED", "LIGHT_INDUSTRY_MARKED", "DAIRY_MARKED",
	"WATER_MARKED", "BIKE_MARKED", "JEWELRY_MARKED", "FUR_MARKED", "FURSLP_MARKED", "LOTTERY_TICKET", "LOTTERY_PRIZE", "BEER_MARKED",
	"BEER_MARKED_KEG", "NOT_ALCOHOL_BEER_MARKED", "ANTISEPTIC_MARKED", "DIETARY_SUPPLEMENTS_MARKED", "JUICE_MARKED",
	"WHEELCHAIRS_MARKED", "MEDICAL_DEVICES_MARKED", "CAVIAR_MARKED", "GROCERIES_MARKED", "PRESERVES_MARKED", "VETERINARY_MARKED",
	"PET_FOOD_MARKED", "VEGETABLE_OIL_MARKED", "AUTO_FLUIDS_MARKED", "CHEMICALS_MARKED",
}

const (
	typeNormal        = "NORMAL"
	typeService       = "SERVICE"
	typeAlcoholMarked = "ALCOHOL_MARKED"
	typeAlcohol       = "ALCOHOL_NOT_MARKED"
)

// alcoholTypes may have fields of alcohol; the first two must: Evotor REST API,
// Схемы товаров; Evotor API V1, definitions.
var (
	alcoholTypes = []string{typeAlcoholMarked, typeAlcohol, "BEER_MARKED", "BEER_MARKED_KEG", "NOT_ALCOHOL_BEER_MARKED", "ANTISEPTIC_MARKED"}
	strictTypes  = []string{typeAlcoholMarked, typeAlcohol}
)

// knownTaxes: Evotor REST API, Товары, tax. No rate is ever changed for another.
var knownTaxes = []string{
	"NO_VAT", "VAT_0", "VAT_5", "VAT_7", "VAT_10", "VAT_18", "VAT_20", "VAT_22",
	"VAT_5_105", "VAT_7_107", "VAT_10_110", "VAT_18_118", "VAT_20_120", "VAT_22_122",
}

// usualMeasure is proposed to products without a unit.
const usualMeasure = "шт"

// fields maps the fields of every item.
func (b *builder) fields(c *Catalog) {
	b.stockRight(c)
	for _, n := range b.all {
		b.name(n)
		if n.parent != "" {
			n.set(catalog.FieldParentID, catalog.Of(n.parent))
		}
		if n.kind == KindGroup {
			b.groupFields(n)
			continue
		}
		b.productType(n)
		for _, rule := range productRules {
			rule(b, n)
		}
		b.unmapped(n, knownKeys)
	}
}

// productRules map the fields of a product whose type is known as far as it can
// be.
var productRules = []func(*builder, *node){
	func(b *builder, n *node) { b.text(n, "code", catalog.FieldCode) },
	func(b *builder, n *node) { b.text(n, "articleNumber", catalog.FieldArticle) },
	func(b *builder, n *node) { b.text(n, "description", fieldDescription) },
	(*builder).barcodes,
	func(b *builder, n *node) { b.amount(n, "price", fieldPrice, 2) },
	(*builder).cost,
	(*builder).quantity,
	(*builder).measure,
	(*builder).tax,
	(*builder).sell,
	(*builder).alcohol,
	(*builder).alcoholCodes,
}

// stockRight looks whether V1 shows any stock: it hides all of it from an
// application that has no right to it.
func (b *builder) stockRight(c *Catalog) {
	goods := 0
	for _, it := range c.Items {
		group, _ := flag(it.Fields["group"])
		typ, _ := text(it.Fields["type"])
		if group || typ == typeService {
			continue
		}
		if _, there := it.Fields["quantity"]; there {
			return
		}
		goods++
	}
	if b.noStock = goods > 1; b.noStock {
		b.findings = append(b.findings, Finding{ID: b.o.Store, Kind: "store", Field: "quantity", V1: shownAbsent, Code: "stock-hidden", Status: Noted, index: -1})
	}
}

// unmapped notes what V2 has no field for.
func (b *builder) unmapped(n *node, known []string) {
	for _, key := range sortedKeys(n.Fields) {
		if !slices.Contains(known, key) && !n.blank(key) {
			b.find(n, Finding{Field: key, Code: "field-unmapped", Status: Noted}, nil)
		}
	}
}

func sortedKeys(m map[string]raw) []string {
	list := make([]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// Lengths of a name: V2 refuses more than the greater one, the vendor's SDK
// more than the lesser.
const (
	nameLimit  = 160
	nameUnsure = 128
)

func (b *builder) name(n *node) {
	name, _ := text(n.Fields["name"])
	shown, signs := shownOnly(name)
	if b.inV2(n, "name", name) {
		shown, signs = name, ""
	}
	size := utf8.RuneCountInString(shown)
	f := Finding{Field: "name", Status: Waits, Args: []any{size}}
	switch {
	case strings.TrimSpace(shown) == "":
		f.Code = "name-missing"
	case size > nameLimit:
		f.Code, f.Value = "name-long", strings.TrimSpace(string([]rune(shown)[:nameUnsure]))
	case signs != "":
		f.Code, f.Value, f.Args = "text-unshown", strings.TrimSpace(shown), []any{signs}
	case size > nameUnsure:
		b.find(n, Finding{Field: "name", Code: "name-longish", Args: []any{size}, Status: Noted}, nil)
		fallthrough
	default:
		n.set(catalog.FieldName, catalog.Of(name))
		return
	}
	if value, ok := b.find(n, f, acceptText(nameLimit)); ok {
		n.set(catalog.FieldName, catalog.Of(value))
	}
}

func (b *builder) groupFields(n *node) {
	if !n.blank("code") {
		b.find(n, Finding{Field: "code", Code: "code-of-group", Status: Noted}, nil)
	}
	b.unmapped(n, []string{"uuid", "name", "group", "parentUuid", "hasVariants", "type", "code"})
}

// productType finds the type first: what else is right depends on it.
func (b *builder) productType(n *node) {
	typ, _ := text(n.Fields["type"])
	f := Finding{Field: "type", Code: "type-missing", Value: typeNormal, Status: Waits}
	switch {
	case typ != "" && !slices.Contains(knownTypes, typ) && !b.inV2(n, "type", typ):
		b.find(n, Finding{Field: "type", Code: "type-unknown", Status: Noted}, nil)
		fallthrough
	case typ != "":
		n.typ = typ
	default:
		if slices.ContainsFunc(alcoholKeys, func(key string) bool { return !n.blank(key) }) {
			f.Code, f.Value = "type-missing-alcohol", ""
		}
		n.typ, _ = b.find(n, f, acceptOne(knownTypes))
	}
	n.set(catalog.FieldType, catalog.Of(n.typ))
}

// inV2 says that V2 holds the same text already: what the service has taken
// needs no doubt.
func (b *builder) inV2(n *node, key, value string) bool {
	held := b.two.Products
	if n.kind == KindGroup {
		held = b.two.Groups
	}
	s, ok := text(held[n.id][key])
	return ok && s == value
}

// text carries a text, or a number as it is spelled.
func (b *builder) text(n *node, v1 string, field catalog.Field) {
	v := n.Fields[v1]
	s, ok := text(v)
	if _, isNumber := number(v); !ok && isNumber {
		s, ok = string(v), true
	}
	if !ok && !isNull(v) {
		s, _ = b.find(n, Finding{Field: v1, Code: "text-malformed", Status: Waits}, acceptText(0))
	}
	n.set(field, catalog.Of(b.shown(n, v1, field, s)))
}

func (b *builder) barcodes(n *node) {
	list, ok := texts(n.Fields["barCodes"])
	joined := strings.Join(list, "\n")
	if !ok {
		joined, _ = b.find(n, Finding{Field: "barCodes", Code: "list-malformed", Status: Waits}, acceptList("", 0))
	}
	if _, signs := shownOnly(joined); signs != "" {
		joined, _ = b.find(n, Finding{Field: "barCodes", Code: "list-unshown", Args: []any{signs}, Status: Waits}, acceptList("", 0))
	}
	n.set(catalog.FieldBarcodes, catalog.Of(joined))
}

var mostAmount = decimal.New(999999999, -2) // Evotor REST API, Товары, price

// amount maps rubles: those with more decimals than V2 takes wait.
func (b *builder) amount(n *node, v1 string, field catalog.Field, decimals int32) {
	if n.missing(v1) {
		if value, ok := b.find(n, Finding{Field: v1, Code: "price-missing", Value: "0", Status: Waits}, acceptAmount); ok {
			n.set(field, catalog.Of(value))
		}
		return
	}
	d, ok := number(n.Fields[v1])
	f := Finding{Field: v1, Status: Waits}
	switch {
	case !ok:
		f.Code = "number-malformed"
	case d.IsNegative() || d.GreaterThan(mostAmount):
		f.Code = "amount-range"
	case !d.Equal(d.Truncate(decimals)):
		f.Code, f.Value = "amount-decimals", money.Amount(d.Round(2))
		// A cost price is an average, which nobody has typed.
		if field == fieldCostPrice {
			f.Status = Repaired
		}
	default:
		n.set(field, catalog.Of(money.Amount(d)))
		return
	}
	if value, ok := b.find(n, f, acceptAmount); ok {
		n.set(field, catalog.Of(value))
	}
}

// cost maps the cost price: 0 where there is none. V2's own examples have three
// decimals, so that many are carried as they are.
func (b *builder) cost(n *node) {
	v, there := n.Fields["costPrice"]
	switch {
	case n.typ == typeService:
		if !n.blank("costPrice") {
			b.find(n, Finding{Field: "costPrice", Code: "service-stock", Status: Repaired}, nil)
		}
	case there && isNull(v):
		b.find(n, Finding{Field: "costPrice", Code: "cost-missing", Value: "0", Status: Repaired}, nil)
		n.set(fieldCostPrice, catalog.Of("0.00"))
	case !there:
		n.set(fieldCostPrice, catalog.Of("0.00"))
	default:
		b.amount(n, "costPrice", fieldCostPrice, 3)
	}
}

var mostQuantity = decimal.New(9999999999, -3) // Evotor REST API, Товары, quantity

func (b *builder) quantity(n *node) {
	d, ok := number(n.Fields["quantity"])
	f := Finding{Field: "quantity", Status: Waits}
	switch {
	case n.typ == typeService:
		if !n.blank("quantity") {
			b.find(n, Finding{Field: "quantity", Code: "service-stock", Status: Repaired}, nil)
		}
		return
	case n.missing("quantity") && b.noStock:
		return
	case n.missing("quantity"):
		f.Code, f.Value = "quantity-missing", "0"
	case !ok:
		f.Code = "number-malformed"
	case d.Abs().GreaterThan(mostQuantity):
		f.Code = "quantity-range"
	case !d.Equal(d.Truncate(3)):
		f.Code, f.Value = "quantity-decimals", money.Plain(d.Round(3))
	default:
		n.set(fieldQuantity, catalog.Of(money.Plain(d)))
		return
	}
	if value, ok := b.find(n, f, acceptQuantity); ok {
		n.set(fieldQuantity, catalog.Of(value))
	}
}

func (b *builder) measure(n *node) {
	s, _ := text(n.Fields["measureName"])
	if strings.TrimSpace(s) == "" {
		f := Finding{Field: "measureName", Code: "measure-missing", Value: usualMeasure, Status: Waits}
		if b.o.DefaultMeasure != "" {
			f.Value, f.Status = b.o.DefaultMeasure, Repaired
		}
		s, _ = b.find(n, f, acceptText(100))
	}
	n.set(fieldMeasure, catalog.Of(b.shown(n, "measureName", fieldMeasure, s)))
}

func (b *builder) tax(n *node) {
	s, _ := text(n.Fields["tax"])
	f := Finding{Field: "tax", Args: []any{strings.Join(knownTaxes, ", ")}, Status: Waits}
	switch {
	case s == "":
		f.Code = "tax-missing"
		s, _ = b.find(n, f, acceptOne(knownTaxes))
	case !slices.Contains(knownTaxes, s) && !b.inV2(n, "tax", s):
		f.Code, f.Value = "tax-unknown", s
		s, _ = b.find(n, f, acceptOne(append(slices.Clone(knownTaxes), s)))
	}
	n.set(fieldTax, catalog.Of(s))
}

func (b *builder) sell(n *node) {
	may, ok := flag(n.Fields["allowToSell"])
	value := "false"
	switch {
	case !ok:
		f := Finding{Field: "allowToSell", Code: "sell-missing", Value: "true", Status: Waits}
		if n.typ == typeService {
			f.Status = Repaired // V1 lets a service do without
		}
		if value, ok = b.find(n, f, acceptFlag); !ok {
			return
		}
	case may:
		value = "true"
	}
	n.set(fieldAllowToSell, catalog.Of(value))
}

// said is a text with its arguments.
type said struct {
	text i18n.Text
	args []any
}

func say(t i18n.Text, args ...any) i18n.Localizer { return said{t, args} }

// In says it in a language.
func (s said) In(l i18n.Lang, _ ...any) string { return s.text.In(l, s.args...) }
