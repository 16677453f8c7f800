package templates

import (
	"encoding/json"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"catalogsheet/internal/money"
)

// Scope is the data of a report by the names that a template uses: rows, o,
// total and the like. A value is nil, bool, string, json.Number (a number with
// a point or an exponent is a Double of the engine, any other a Long), int,
// int64, decimal.Decimal (a Double), time.Time, []any, map[string]any or Rows.
type Scope map[string]any

// Rows is a collection that is not held in memory. A template that loops over
// it twice ranges over it twice, so it must give the same items each time. An
// error ends the rendering.
type Rows iter.Seq2[any, error]

// number is a Long or a Double of the engine with the exact decimal value.
type number struct {
	d    decimal.Decimal
	long bool
}

func long(n int64) number { return number{d: decimal.NewFromInt(n), long: true} }

// group is what a loop with groupBy puts into the scope.
type group struct {
	key   any
	item  any
	items []any
}

// normal turns a value of a Scope into one of the evaluator: nil, bool, string,
// number, time.Time, []any, Rows, map[string]any or *group.
func normal(v any) any {
	switch v := v.(type) {
	case nil, bool, string, number, time.Time, []any, Rows, *group:
		return v
	case map[string]any:
		if v == nil {
			return nil
		}
		return v
	case json.Number:
		return fromJSON(v)
	case decimal.Decimal:
		return number{d: v}
	case int:
		return long(int64(v))
	case int64:
		return long(v)
	case Scope:
		return map[string]any(v)
	case []map[string]any:
		all := make([]any, len(v))
		for i, m := range v {
			all[i] = m
		}
		return all
	case iter.Seq2[any, error]:
		return Rows(v)
	case func(func(any, error) bool):
		return Rows(v)
	}
	return nil
}

// fromJSON keeps what is no usable number (an exponent of thousands) as text.
func fromJSON(n json.Number) any {
	d, err := money.Parse(n.String())
	if err != nil {
		return n.String()
	}
	return number{d: d, long: !strings.ContainsAny(n.String(), ".eE")}
}

// isCollection says whether a cell that names v is repeated for its elements.
func isCollection(v any) bool {
	switch v.(type) {
	case []any, Rows:
		return true
	}
	return false
}

// elements ranges over a collection; ok is false when v is none.
func elements(v any) (seq iter.Seq2[any, error], ok bool) {
	switch v := v.(type) {
	case []any:
		return func(yield func(any, error) bool) {
			for _, e := range v {
				if !yield(normal(e), nil) {
					return
				}
			}
		}, true
	case Rows:
		return func(yield func(any, error) bool) {
			for e, err := range v {
				if !yield(normal(e), err) {
					return
				}
			}
		}, true
	}
	return nil, false
}

// gather holds all the elements of a collection.
func gather(v any) ([]any, error) {
	if all, ok := v.([]any); ok {
		return all, nil
	}
	seq, ok := elements(v)
	if !ok {
		return nil, nil
	}
	var all []any
	for e, err := range seq {
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// member gives v.name; known is false where v has no such name.
func member(v any, name string) (value any, known bool) {
	switch v := v.(type) {
	case map[string]any:
		value, known = v[name]
		return normal(value), known
	case *group:
		switch name {
		case "item":
			return v.item, true
		case "items":
			return v.items, true
		}
	}
	return nil, false
}

// maxText is how many bytes a text may grow to while it is computed.
const maxText = 1 << 20

// textOf spells a value as Java's String.valueOf does; nil is "".
func textOf(v any) string {
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v)
	case string:
		return v
	case number:
		return v.String()
	case time.Time:
		return v.Format("Mon Jan 02 15:04:05 MST 2006")
	case []any, map[string]any:
		var b strings.Builder
		spell(&b, v, 0)
		return b.String()
	}
	return ""
}

// spell writes a collection the way Java prints one, cut where it gets long.
func spell(b *strings.Builder, v any, depth int) {
	const tooDeep, tooLong = 8, 4096
	switch v := normal(v).(type) {
	case []any:
		b.WriteByte('[')
		for i, e := range v {
			if i > 0 {
				b.WriteString(", ")
			}
			if depth > tooDeep || b.Len() > tooLong {
				b.WriteString("…")
				break
			}
			spell(b, e, depth+1)
		}
		b.WriteByte(']')
	case map[string]any:
		names := make([]string, 0, len(v))
		for name := range v {
			names = append(names, name)
		}
		slices.Sort(names)
		b.WriteByte('{')
		for i, name := range names {
			if i > 0 {
				b.WriteString(", ")
			}
			if depth > tooDeep || b.Len() > tooLong {
				b.WriteString("…")
				break
			}
			b.WriteString(name + "=")
			spell(b, v[name], depth+1)
		}
		b.WriteByte('}')
	case nil:
		b.WriteString("null")
	default:
		b.WriteString(textOf(v))
	}
}

// String spells a Long plainly and a Double as Java's Double.toString: 10.0,
// 7538.5, 1.2345678E7 from ten millions on, 1.0E-4 below a thousandth.
func (n number) String() string {
	if n.long {
		return money.Plain(n.d)
	}
	if n.d.IsZero() {
		return "0.0"
	}
	digits, exp := significant(n.d)
	sign := ""
	if n.d.IsNegative() {
		sign = "-"
	}
	// The value is 0.DIGITS × 10^exp.
	if exp > 7 || exp < -2 {
		rest := digits[1:]
		if rest == "" {
			rest = "0"
		}
		return sign + digits[:1] + "." + rest + "E" + strconv.Itoa(exp-1)
	}
	switch {
	case exp <= 0:
		return sign + "0." + strings.Repeat("0", -exp) + digits
	case exp >= len(digits):
		return sign + digits + strings.Repeat("0", exp-len(digits)) + ".0"
	}
	return sign + digits[:exp] + "." + digits[exp:]
}

// significant gives the digits without zeros around them and the place of the
// point before them. Up to 15 digits a decimal is spelled as it is; a longer
// one, a repeating fraction, ends where a double's shortest spelling ends.
func significant(d decimal.Decimal) (digits string, exp int) {
	digits = d.Abs().Coefficient().String()
	exp = len(digits) + int(d.Exponent())
	digits = strings.TrimRight(digits, "0")
	if len(digits) <= 15 {
		return digits, exp
	}
	f, err := strconv.ParseFloat("0."+digits+"e"+strconv.Itoa(exp), 64)
	if err != nil {
		return digits, exp
	}
	short := strconv.FormatFloat(f, 'e', -1, 64) // d.dddde±xx
	mantissa, power, _ := strings.Cut(short, "e")
	p, _ := strconv.Atoi(power) // FormatFloat writes a number there
	return strings.TrimRight(strings.Replace(mantissa, ".", "", 1), "0"), p + 1
}

// cellText spells a number for a cell of a workbook, exactly, up to the 17
// digits that tell doubles apart.
func (n number) cellText() string {
	d := n.d
	if excess := d.NumDigits() - 17; excess > 0 {
		d = d.Round(-(d.Exponent() + int32(excess)))
	}
	return money.Plain(d)
}
