package templates

import (
	"strings"

	"github.com/shopspring/decimal"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/money"
)

// Row makes the data of one row of a report of a kind from the cells of our
// sheets: what a template calls row.salePrice (in kopecks) from the column
// salePrice (in rubles). cell gives a column's value; of a family such as
// salePrice, that of the member to use. A name without a value is there and
// blank. Loop over the rows as rows in a stock report and as o.positions in
// the others.
func Row(kind string, cell func(catalog.Field) catalog.Value) map[string]any {
	data := map[string]any{}
	for _, v := range Variables(kind) {
		root, path, ok := strings.Cut(v.Name, ".")
		if !ok || root != "row" && root != "position" {
			continue
		}
		put(data, path, v.value(cell))
	}
	if kind == KindStock {
		multiply(data, "sumTotal", "price", "stock")
		multiply(data, "saleAmount", "salePrice", "stock")
	}
	return data
}

// value is the variable's value in the units of templates.
func (v Variable) value(cell func(catalog.Field) catalog.Value) any {
	if v.Field == "" {
		return nil
	}
	c := cell(v.Field)
	if !c.IsSet() {
		return nil
	}
	switch v.Unit {
	case UnitFlag:
		return c.Text() == "true"
	case UnitQuantity, UnitMinor, UnitDays, UnitWeight, UnitVolume, UnitPercent:
		d, err := money.Parse(c.Text())
		if err != nil {
			return c.Text() // a word such as "without VAT"
		}
		if v.Unit == UnitMinor {
			d = d.Shift(2)
		}
		return d
	}
	return c.Text()
}

// put sets good.parent.name; a getter is its property.
func put(data map[string]any, path string, value any) {
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		inner, ok := data[name].(map[string]any)
		if !ok {
			inner = map[string]any{}
			data[name] = inner
		}
		data = inner
	}
	last := strings.TrimSuffix(names[len(names)-1], "()")
	if last != names[len(names)-1] {
		last = property(last)
	}
	data[last] = value
}

func multiply(data map[string]any, to, a, b string) {
	x, ok := data[a].(decimal.Decimal)
	y, ok2 := data[b].(decimal.Decimal)
	if ok && ok2 {
		data[to] = x.Mul(y)
	}
}
