package templates

import (
	"strings"

	"github.com/shopspring/decimal"
)

// xlFunctions are functions of spreadsheets that reports use, with how many
// arguments they take; the engine refuses a formula with another number.
var xlFunctions = [...]struct {
	name        string
	least, most int
}{
	{"SUM", 0, 255}, {"COUNT", 0, 255}, {"COUNTA", 0, 255}, {"AVERAGE", 1, 255}, {"MIN", 1, 255}, {"MAX", 1, 255},
	{"PRODUCT", 0, 255}, {"ROUND", 2, 2}, {"ROUNDUP", 2, 2}, {"ROUNDDOWN", 2, 2}, {"INT", 1, 1}, {"ABS", 1, 1},
	{"MOD", 2, 2}, {"SIGN", 1, 1}, {"TRUNC", 1, 2}, {"IF", 1, 3}, {"AND", 1, 255}, {"OR", 1, 255}, {"NOT", 1, 1},
	{"ROW", 0, 1}, {"COLUMN", 0, 1}, {"SUBTOTAL", 2, 255}, {"CONCATENATE", 0, 255}, {"LEFT", 1, 2}, {"RIGHT", 1, 2},
	{"MID", 3, 3}, {"LEN", 1, 1}, {"UPPER", 1, 1}, {"LOWER", 1, 1}, {"TRIM", 1, 1}, {"TEXT", 2, 2}, {"VALUE", 1, 1},
	{"HYPERLINK", 1, 2}, {"SUMIF", 2, 3}, {"COUNTIF", 2, 2}, {"SUMPRODUCT", 1, 255}, {"VLOOKUP", 3, 4}, {"HLOOKUP", 3, 4},
	{"INDEX", 2, 4}, {"MATCH", 2, 3}, {"TODAY", 0, 0}, {"NOW", 0, 0}, {"DATE", 3, 3}, {"YEAR", 1, 1}, {"MONTH", 1, 1},
	{"DAY", 1, 1}, {"ISBLANK", 1, 1}, {"ISERROR", 1, 1}, {"ISNUMBER", 1, 1}, {"TRUE", 0, 0}, {"FALSE", 0, 0}, {"PI", 0, 0},
	{"SQRT", 1, 1}, {"POWER", 2, 2}, {"CEILING", 2, 2}, {"FLOOR", 2, 2}, {"FIND", 2, 3}, {"SEARCH", 2, 3},
	{"SUBSTITUTE", 3, 4}, {"REPT", 2, 2},
}

type xlFunc func(c *calc, args []any) (any, error)

// xlCalls are the functions that are computed here.
func xlCalls() map[string]xlFunc {
	calls := map[string]xlFunc{
		"SUM": xlSum, "SUBTOTAL": xlSubtotal, "COUNT": xlCount, "COUNTA": xlCountA, "AVERAGE": xlAverage,
		"MIN": xlExtreme(-1), "MAX": xlExtreme(1), "IF": xlIf, "AND": xlLogic(true), "OR": xlLogic(false),
		"NOT": xlNot, "ROW": xlRow, "COLUMN": xlColumn, "CONCATENATE": xlConcatenate, "HYPERLINK": xlHyperlink,
		"MOD":     xlMod,
		"INT":     xlOne(func(d decimal.Decimal) decimal.Decimal { return d.Floor() }),
		"ABS":     xlOne(decimal.Decimal.Abs),
		"SIGN":    xlOne(func(d decimal.Decimal) decimal.Decimal { return decimal.NewFromInt(int64(d.Sign())) }),
		"ROUND":   xlRound(decimal.Decimal.Round),
		"ROUNDUP": xlRound(decimal.Decimal.RoundUp), "ROUNDDOWN": xlRound(decimal.Decimal.RoundDown),
		"TRUE":  func(*calc, []any) (any, error) { return true, nil },
		"FALSE": func(*calc, []any) (any, error) { return false, nil },
	}
	return calls
}

// numbers ranges over the numbers of the arguments; texts and truths count only
// where they are written in the formula itself.
func (c *calc) numbers(args []any, yield func(number)) (bad any, err error) {
	for _, arg := range args {
		err := c.each(arg, func(v any, direct bool) bool {
			switch v := v.(type) {
			case number:
				yield(v)
			case *xlError:
				bad = v
				return false
			case nil:
			default:
				if direct {
					var n number
					if n, bad, _ = asNumber(v); bad == nil {
						yield(n)
					}
				}
			}
			return bad == nil
		})
		if err != nil || bad != nil {
			return bad, err
		}
	}
	if c.steps > maxCalc {
		return nil, errNotComputed
	}
	return nil, nil
}

func xlSum(c *calc, args []any) (any, error) {
	var total number
	bad, err := c.numbers(args, func(n number) { total.d = total.d.Add(n.d) })
	if err != nil || bad != nil {
		return bad, err
	}
	return total, nil
}

// xlSubtotal is the sum, average, count, minimum or maximum of a range without
// its own subtotals; those are not told apart here, so only 9 is computed.
func xlSubtotal(c *calc, args []any) (any, error) {
	kind, bad, err := c.number(args[0])
	if err != nil || bad != nil {
		return bad, err
	}
	if !kind.d.Equal(decimal.NewFromInt(9)) {
		return nil, errNotComputed
	}
	return xlSum(c, args[1:])
}

func xlCount(c *calc, args []any) (any, error) {
	count := int64(0)
	bad, err := c.numbers(args, func(number) { count++ })
	if err != nil || bad != nil {
		return bad, err
	}
	return long(count), nil
}

func xlCountA(c *calc, args []any) (any, error) {
	count := int64(0)
	for _, arg := range args {
		err := c.each(arg, func(v any, _ bool) bool {
			if v != nil {
				count++
			}
			return true
		})
		if err != nil {
			return nil, err
		}
	}
	return long(count), nil
}

func xlAverage(c *calc, args []any) (any, error) {
	var total number
	count := int64(0)
	bad, err := c.numbers(args, func(n number) { total.d = total.d.Add(n.d); count++ })
	if err != nil || bad != nil {
		return bad, err
	}
	if count == 0 {
		return &xlError{"#DIV/0!"}, nil
	}
	return number{d: quotient(total.d, decimal.NewFromInt(count))}, nil
}

func xlExtreme(sign int) xlFunc {
	return func(c *calc, args []any) (any, error) {
		var best number
		found := false
		bad, err := c.numbers(args, func(n number) {
			if !found || n.d.Cmp(best.d) == sign {
				best, found = n, true
			}
		})
		if err != nil || bad != nil {
			return bad, err
		}
		return best, nil
	}
}

func xlIf(c *calc, args []any) (any, error) {
	test, bad, err := c.number(args[0])
	if err != nil || bad != nil {
		return bad, err
	}
	at := 1
	if test.d.IsZero() {
		at = 2
	}
	switch {
	case at < len(args) && args[at] == nil:
		return number{}, nil
	case at < len(args):
		return c.value(args[at])
	}
	return at == 1, nil
}

func xlLogic(all bool) xlFunc {
	return func(c *calc, args []any) (any, error) {
		result := all
		bad, err := c.numbers(args, func(n number) {
			if n.d.IsZero() == all {
				result = !all
			}
		})
		if err != nil || bad != nil {
			return bad, err
		}
		return result, nil
	}
}

func xlNot(c *calc, args []any) (any, error) {
	n, bad, err := c.number(args[0])
	if err != nil || bad != nil {
		return bad, err
	}
	return n.d.IsZero(), nil
}

func xlRow(c *calc, args []any) (any, error) {
	if len(args) == 0 {
		return long(int64(c.row)), nil
	}
	if from, _, ok := corners(args[0]); ok {
		return long(int64(from.row)), nil
	}
	return nil, errNotComputed
}

func xlColumn(c *calc, args []any) (any, error) {
	if len(args) == 0 {
		return long(int64(c.col)), nil
	}
	if from, _, ok := corners(args[0]); ok {
		return long(int64(from.col)), nil
	}
	return nil, errNotComputed
}

func xlConcatenate(c *calc, args []any) (any, error) {
	var b strings.Builder
	for _, arg := range args {
		v, err := c.value(arg)
		if err != nil {
			return nil, err
		}
		if bad, ok := v.(*xlError); ok {
			return bad, nil
		}
		b.WriteString(xlSpell(v))
		if b.Len() > maxText {
			return nil, errNotComputed
		}
	}
	return b.String(), nil
}

// xlHyperlink shows the second argument, or the address.
func xlHyperlink(c *calc, args []any) (any, error) { return c.value(args[len(args)-1]) }

func xlMod(c *calc, args []any) (any, error) {
	a, bad, err := c.number(args[0])
	if err != nil || bad != nil {
		return bad, err
	}
	b, bad, err := c.number(args[1])
	if err != nil || bad != nil {
		return bad, err
	}
	if b.d.IsZero() {
		return &xlError{"#DIV/0!"}, nil
	}
	rest := a.d.Mod(b.d)
	if !rest.IsZero() && rest.Sign() != b.d.Sign() {
		rest = rest.Add(b.d)
	}
	return number{d: rest}, nil
}

func xlOne(f func(decimal.Decimal) decimal.Decimal) xlFunc {
	return func(c *calc, args []any) (any, error) {
		n, bad, err := c.number(args[0])
		if err != nil || bad != nil {
			return bad, err
		}
		return number{d: f(n.d)}, nil
	}
}

func xlRound(round func(decimal.Decimal, int32) decimal.Decimal) xlFunc {
	return func(c *calc, args []any) (any, error) {
		n, bad, err := c.number(args[0])
		if err != nil || bad != nil {
			return bad, err
		}
		p, bad, err := c.number(args[1])
		if err != nil || bad != nil {
			return bad, err
		}
		if p.d.Abs().GreaterThan(decimal.NewFromInt(30)) {
			return nil, errNotComputed
		}
		return number{d: round(n.d, int32(p.d.IntPart()))}, nil
	}
}
