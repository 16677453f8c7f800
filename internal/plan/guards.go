package plan

import (
	"iter"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/money"

	"github.com/shopspring/decimal"
)

// Limits are the bounds of the quarantine; the zero value holds nothing that
// has a bound, so start from DefaultLimits.
type Limits struct {
	// MaxJump is how many times a price may rise (or fall) without a word.
	MaxJump decimal.Decimal
	// Hundredfold is how near to 100, in percent, a ratio counts as rubles
	// taken for kopecks.
	Hundredfold decimal.Decimal
	// ManyPercent of the rows of a sheet of ManyRows or more, or ManyItems.
	ManyPercent, ManyRows, ManyItems int
	// ManyCleared is how many cells of one column may be emptied.
	ManyCleared int
}

// DefaultLimits are the limits that the documentation states.
func DefaultLimits() Limits {
	return Limits{
		MaxJump:     decimal.NewFromInt(3),
		Hundredfold: decimal.NewFromInt(5),
		ManyPercent: 50,
		ManyRows:    100,
		ManyItems:   5000,
		ManyCleared: 10,
	}
}

// Proposal is what a person wants to change, with what the guards need to know
// of the sheet around it.
type Proposal struct {
	Changes []merge.Change
	Created []merge.Created
	// Rows is how many rows the sheet has.
	Rows int
	// NoBase: there was nothing to compare with.
	NoBase bool
	// Schema is the sheet's columns; Currency the account's currency by name.
	Schema   catalog.Schema
	Currency string
	// Value is what a target's row shows now: what was typed, else the base.
	Value func(catalog.Key, catalog.Field) catalog.Value
	// Each lists what every target shows in a column.
	Each func(catalog.Field) iter.Seq2[catalog.Key, catalog.Value]
}

// Guard is one line of the quarantine.
type Guard func(Proposal, Limits) diag.List

// Guards runs the whole quarantine: what it returns is held until a person
// allows the code.
func Guards(p Proposal, l Limits) diag.List {
	var found diag.List
	for _, guard := range []Guard{noBase, prices, belowFloor, cleared, manyChanges, duplicates, created} {
		found.Add(guard(p, l)...)
	}
	return found
}

// Held lists the findings that are not allowed by their code.
func Held(found diag.List, allow []diag.Code) diag.List {
	var held diag.List
	for _, d := range found {
		if d.Severity == diag.Held && !allowed(d.Code, allow) {
			held.Add(d)
		}
	}
	return held
}

func allowed(code diag.Code, allow []diag.Code) bool {
	for _, a := range allow {
		if a == code {
			return true
		}
	}
	return false
}

func noBase(p Proposal, _ Limits) diag.List {
	if !p.NoBase || len(p.Changes) == 0 {
		return nil
	}
	return diag.List{diag.New("no-base")}
}

// prices compares every price with what it was. A change gets one finding: the
// likeliest mistake.
func prices(p Proposal, l Limits) diag.List {
	var found diag.List
	for _, c := range p.Changes {
		if c.Column.Kind != catalog.Money {
			continue
		}
		if d, bad := judgePrice(c, l); bad {
			found.Add(place(d, c))
		}
	}
	return found
}

func judgePrice(c merge.Change, l Limits) (diag.Diagnostic, bool) {
	was, mine := amount(c.Base), amount(c.Mine)
	if !was.IsPositive() {
		return diag.Diagnostic{}, false
	}
	from, to := spoken{c.Column, c.Base}, spoken{c.Column, c.Mine}
	if !mine.IsPositive() {
		return diag.New("price-zero", from), true
	}
	ratio, variant := mine.DivRound(was, 8), "up"
	if mine.LessThan(was) {
		ratio, variant = was.DivRound(mine, 8), "down"
	}
	hundred := decimal.NewFromInt(100)
	times := spoken{catalog.Column{Kind: catalog.Number}, catalog.Of(money.Plain(ratio.Round(1)))}
	switch {
	case ratio.Sub(hundred).Abs().LessThanOrEqual(l.Hundredfold):
		return diag.Variant("price-hundredfold", variant, from, to, times), true
	case l.MaxJump.IsPositive() && ratio.GreaterThan(l.MaxJump):
		return diag.Variant("price-jump", variant, from, to, times), true
	}
	return diag.Diagnostic{}, false
}

// floors are what a sale price is compared with: the guard's code and the roles
// of the columns that hold the floor; the first one that is there counts.
var floors = [...]struct {
	code  diag.Code
	roles []string
}{
	{"price-below-cost", []string{"buy", "cost"}},
	{"price-below-minimum", []string{"minimum"}},
}

func belowFloor(p Proposal, _ Limits) diag.List {
	var found diag.List
	for _, c := range p.Changes {
		if c.Column.PriceRole != "sale" {
			continue
		}
		mine := amount(c.Mine)
		if !mine.IsPositive() || !mine.LessThan(amount(c.Base)) {
			continue
		}
		for _, floor := range floors {
			column, value, ok := floorOf(p, c, floor.roles)
			if ok && mine.LessThan(value) {
				found.Add(place(diag.New(floor.code, spoken{c.Column, c.Mine}, spoken{column, catalog.Of(money.Amount(value))}, column.Title), c))
			}
		}
	}
	return found
}

func floorOf(p Proposal, c merge.Change, roles []string) (catalog.Column, decimal.Decimal, bool) {
	for _, role := range roles {
		for _, column := range p.Schema {
			if column.PriceRole != role {
				continue
			}
			value := amount(p.Value(c.Target, column.Field))
			if value.IsPositive() && currency(p, c.Target, column) == currency(p, c.Target, c.Column) {
				return column, value, true
			}
		}
	}
	return catalog.Column{}, decimal.Decimal{}, false
}

func currency(p Proposal, target catalog.Key, c catalog.Column) string {
	if c.Currency == "" {
		return p.Currency
	}
	if v := p.Value(target, c.Currency); v.IsSet() {
		return v.Text()
	}
	return p.Currency
}

func cleared(p Proposal, l Limits) diag.List {
	var found diag.List
	count := map[catalog.Field]int{}
	for _, c := range p.Changes {
		if !c.Base.IsSet() || !emptied(c) {
			continue
		}
		if c.Column.Unique || c.Column.Kind == catalog.Code {
			found.Add(place(diag.New("cleared", spoken{c.Column, c.Base}), c))
			continue
		}
		if c.Column.Kind == catalog.Money && amount(c.Base).IsPositive() {
			continue // price-zero says it
		}
		count[c.Column.Field]++
	}
	for _, c := range p.Changes {
		n := count[c.Column.Field]
		if l.ManyCleared <= 0 || n <= l.ManyCleared {
			continue
		}
		delete(count, c.Column.Field)
		found.Add(place(diag.Variant("cleared", "column", n, c.Header), c))
	}
	return found
}

func emptied(c merge.Change) bool {
	return c.Mine.IsEmpty() || c.Column.ClearBy != "" && c.Mine.Text() == c.Column.ClearBy && c.Base.Text() != c.Column.ClearBy
}

func manyChanges(p Proposal, l Limits) diag.List {
	items := map[catalog.Key]bool{}
	for _, c := range p.Changes {
		items[c.Target] = true
	}
	n := len(items)
	switch {
	case l.ManyItems > 0 && n > l.ManyItems:
		return diag.List{diag.Variant("many-changes", "items", n, l.ManyItems)}
	case p.Rows >= l.ManyRows && n*100 > p.Rows*l.ManyPercent:
		return diag.List{diag.New("many-changes", n, p.Rows, l.ManyPercent)}
	}
	return nil
}

// uniques are the columns whose values are worth being unique, with the code
// of the finding.
var uniques = [...]struct {
	field catalog.Field
	code  diag.Code
}{
	{catalog.FieldCode, "duplicate-code"},
	{catalog.FieldBarcodes, "duplicate-barcode"},
}

// duplicates finds edits that make a code or barcode meet another row's.
func duplicates(p Proposal, _ Limits) diag.List {
	var found diag.List
	for _, u := range uniques {
		wanted := map[string]bool{}
		for _, c := range p.Changes {
			if c.Column.Field == u.field {
				for _, part := range fresh(c) {
					wanted[part] = true
				}
			}
		}
		if len(wanted) == 0 || p.Each == nil {
			continue
		}
		holders := map[string]map[catalog.Key]bool{}
		for key, value := range p.Each(u.field) {
			for _, part := range parts(value) {
				if wanted[part] {
					if holders[part] == nil {
						holders[part] = map[catalog.Key]bool{}
					}
					holders[part][key] = true
				}
			}
		}
		for _, c := range p.Changes {
			if c.Column.Field != u.field {
				continue
			}
			for _, part := range fresh(c) {
				if len(holders[part]) > 1 {
					found.Add(place(diag.New(u.code, part, len(holders[part])), c))
				}
			}
		}
	}
	return found
}

// fresh lists the values that a change brings in.
func fresh(c merge.Change) []string {
	had := map[string]bool{}
	for _, part := range parts(c.Base) {
		had[part] = true
	}
	var list []string
	for _, part := range parts(c.Mine) {
		if !had[part] {
			list = append(list, part)
		}
	}
	return list
}

func created(p Proposal, _ Limits) diag.List {
	var found diag.List
	for _, c := range p.Created {
		found.Add(diag.New("create", c.Name).In(c.At))
	}
	return found
}

func place(d diag.Diagnostic, c merge.Change) diag.Diagnostic {
	if len(c.At) > 0 {
		d = d.In(c.At[0])
	}
	return d.Typed(shown(c.Mine))
}

func shown(v catalog.Value) string {
	if v.IsSet() {
		return v.Text()
	}
	return ""
}

// spoken is a value that a message says in the reader's language.
type spoken struct {
	column catalog.Column
	value  catalog.Value
}

// In spells the value for people.
func (s spoken) In(l i18n.Lang, _ ...any) string { return locale.Display(s.column, s.value, l) }

// amount is a price's number, zero where there is none (a base that somebody
// edited may hold anything; a zero is what the guards look at hardest).
func amount(v catalog.Value) decimal.Decimal {
	if !v.IsSet() {
		return decimal.Decimal{}
	}
	d, err := money.Parse(v.Text())
	if err != nil {
		return decimal.Decimal{}
	}
	return d
}

// parts splits a value that lists several (barcodes, one per line).
func parts(v catalog.Value) []string {
	if !v.IsSet() {
		return nil
	}
	return strings.Split(v.Text(), "\n")
}
