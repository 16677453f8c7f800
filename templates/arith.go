package templates

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/shopspring/decimal"

	"catalogsheet/internal/money"
)

// maxDigits bounds the numbers of a computation.
const maxDigits = 200

// quotientDigits is how many significant digits a repeating fraction keeps:
// one more than the 17 that tell doubles apart.
const quotientDigits = 18

// operand takes a value for a number: null is 0, a text is read.
func operand(v any) (number, error) {
	switch v := v.(type) {
	case nil:
		return long(0), nil
	case number:
		return v, nil
	case string:
		text := strings.TrimSpace(v)
		if text == "" {
			return long(0), nil
		}
		d, err := money.Parse(text)
		if err != nil {
			return number{}, errOperand
		}
		return number{d: d, long: !strings.ContainsAny(text, ".eE")}, nil
	}
	return number{}, errOperand
}

// arithmetic computes l op r in decimals. Where the engine would lose the
// fraction of two integers, the fraction is kept and remarked on.
func (e *env) arithmetic(op string, l, r any) (any, error) {
	x, errX := operand(l)
	y, errY := operand(r)
	if errX != nil || errY != nil {
		if op != "+" || !joins(l) || !joins(r) {
			return nil, errOperand
		}
		text := textOf(l) + textOf(r)
		if len(text) > maxText {
			return nil, errTooLong
		}
		return text, nil
	}
	if l == nil || r == nil {
		e.remark("null", op)
	}
	n := number{long: x.long && y.long}
	switch op {
	case "+":
		n.d = x.d.Add(y.d)
	case "-":
		n.d = x.d.Sub(y.d)
	case "*":
		n.d = x.d.Mul(y.d)
	default:
		return e.divide(op, x, y)
	}
	return bounded(n)
}

func bounded(n number) (any, error) {
	if n.d.NumDigits() > maxDigits || n.d.Exponent() < -maxDigits || n.d.Exponent() > maxDigits {
		return nil, errTooLong
	}
	return n, nil
}

// joins says whether + makes a text of v rather than fails.
func joins(v any) bool {
	switch v.(type) {
	case nil, string, number:
		return true
	}
	return false
}

func (e *env) divide(op string, x, y number) (any, error) {
	if y.d.IsZero() {
		e.remark("zero", op)
		return number{}, nil
	}
	if op == "%" {
		return bounded(number{d: x.d.Mod(y.d), long: x.long && y.long})
	}
	n := number{d: quotient(x.d, y.d), long: x.long && y.long}
	if n.long && !n.d.IsInteger() {
		e.remark("integer", op)
		n.long = false
	}
	return bounded(n)
}

// quotient divides exactly where that takes no more digits than a double has.
func quotient(x, y decimal.Decimal) decimal.Decimal {
	if x.IsZero() {
		return decimal.Decimal{}
	}
	// The place of the first digit of the result, to within one.
	first := x.NumDigits() + int(x.Exponent()) - y.NumDigits() - int(y.Exponent())
	return x.DivRound(y, int32(max(quotientDigits-first, 0)))
}

// equal is ==; null equals only null.
func equal(l, r any) (bool, error) {
	if l == nil || r == nil {
		return l == nil && r == nil, nil
	}
	_, lb := l.(bool)
	_, rb := r.(bool)
	if lb || rb {
		return truth(l) == truth(r), nil
	}
	c, err := compare(l, r, true)
	return c == 0, err
}

// less is <, >, <= and >=; with null all are false, save <= and >= of two.
func less(op string, l, r any) (any, error) {
	if l == nil || r == nil {
		return l == nil && r == nil && strings.HasSuffix(op, "="), nil
	}
	c, err := compare(l, r, false)
	if err != nil {
		return nil, err
	}
	switch op {
	case "<":
		return c < 0, nil
	case ">":
		return c > 0, nil
	case "<=":
		return c <= 0, nil
	}
	return c >= 0, nil
}

// compare orders two values that are not null: as numbers when one of them is
// a number, else as texts.
func compare(l, r any, equality bool) (int, error) {
	_, ln := l.(number)
	_, rn := r.(number)
	if ln || rn {
		x, errX := operand(l)
		y, errY := operand(r)
		if errX != nil || errY != nil {
			return 0, errOperand
		}
		return x.d.Cmp(y.d), nil
	}
	ls, lok := l.(string)
	rs, rok := r.(string)
	if lok || rok {
		if !lok {
			ls = textOf(l)
		}
		if !rok {
			rs = textOf(r)
		}
		return cmp.Compare(ls, rs), nil
	}
	if equality {
		return cmp.Compare(textOf(l), textOf(r)), nil
	}
	return 0, errOperand
}

// matches is =~: a text against a regular expression, or an element of a list.
func matches(l, r any) (bool, error) {
	if all, ok := r.([]any); ok {
		for _, v := range all {
			if same, err := equal(l, normal(v)); err == nil && same {
				return true, nil
			}
		}
		return false, nil
	}
	if l == nil || r == nil {
		return l == nil && r == nil, nil
	}
	pattern, err := regexp.Compile(`\A(?:` + textOf(r) + `)\z`)
	if err != nil {
		return false, errOperand
	}
	return pattern.MatchString(textOf(l)), nil
}
