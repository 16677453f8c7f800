package migration

import (
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/money"

	"github.com/shopspring/decimal"
)

// alcoholKeys are V1's fields of alcohol.
var alcoholKeys = []string{"alcoCodes", "alcoholByVolume", "alcoholProductKindCode", "tareVolume"}

// alcoholNumber is one number that alcohol has: Evotor API V1, definitions;
// Evotor REST API, Товары.
type alcoholNumber struct {
	v1       string
	field    catalog.Field
	title    i18n.Text
	min, max decimal.Decimal
	decimals int32
}

var alcoholNumbers = []alcoholNumber{
	{"alcoholByVolume", fieldAlcoholByVolume, i18n.T("a strength", "крепость"), decimal.New(1, -3), decimal.New(99999, -3), 3},
	{"alcoholProductKindCode", fieldAlcoholKind, i18n.T("a kind code", "код вида"), decimal.New(1, 0), decimal.New(999, 0), 0},
	{"tareVolume", fieldTareVolume, i18n.T("a tare volume in litres", "объём тары в литрах"), decimal.New(1, -3), decimal.New(999999, -3), 3},
}

// alcohol maps the numbers of alcohol. Without a type nothing can be said of
// them.
func (b *builder) alcohol(n *node) {
	if n.typ == "" {
		return
	}
	for _, a := range alcoholNumbers {
		blank := n.blank(a.v1)
		d, ok := number(n.Fields[a.v1])
		switch {
		case !slices.Contains(alcoholTypes, n.typ):
			if !blank {
				b.misplaced(n, a.v1)
			}
		case blank && !slices.Contains(strictTypes, n.typ):
		case !blank && ok && a.takes(d):
			n.set(a.field, catalog.Of(money.Plain(d)))
		default:
			f := Finding{Field: a.v1, Code: "alcohol-number", Args: []any{a.title, money.Plain(a.min), money.Plain(a.max)}, Status: Waits}
			if value, ok := b.find(n, f, acceptNumber(a.takes, f.Args)); ok {
				n.set(a.field, catalog.Of(value))
			}
		}
	}
}

func (a alcoholNumber) takes(d decimal.Decimal) bool {
	return !d.LessThan(a.min) && !d.GreaterThan(a.max) && d.Equal(d.Truncate(a.decimals))
}

// misplaced leaves out a field that the product's type cannot have.
func (b *builder) misplaced(n *node, v1 string) {
	b.find(n, Finding{Field: v1, Code: "alcohol-misplaced", Args: []any{n.typ}, Status: Repaired}, nil)
}

// codeDigits is the length of an alcohol code.
const codeDigits = 19

func (b *builder) alcoholCodes(n *node) {
	list, ok := texts(n.Fields["alcoCodes"])
	good := ok && !slices.ContainsFunc(list, func(s string) bool { return !isDigits(s) || len(s) != codeDigits })
	switch {
	case n.typ == "":
	case !slices.Contains(alcoholTypes, n.typ):
		if !n.blank("alcoCodes") {
			b.misplaced(n, "alcoCodes")
		}
	case good && (len(list) > 0 || n.typ != typeAlcoholMarked):
		n.set(fieldAlcoCodes, catalog.Of(strings.Join(list, "\n")))
	default:
		f := Finding{Field: "alcoCodes", Code: "alcohol-codes", Status: Waits}
		if value, ok := b.find(n, f, acceptList("0123456789", codeDigits)); ok {
			n.set(fieldAlcoCodes, catalog.Of(value))
		}
	}
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
