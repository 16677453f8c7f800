package templates

import (
	"errors"
	"strings"

	"github.com/shopspring/decimal"

	"catalogsheet/internal/money"
)

// cells gives the computed values of a workbook's cells to a formula.
type cells interface {
	// at is the value of a cell: nil, number, string, bool, or *xlError.
	at(sheet string, row, col int) (any, error)
	// in ranges over the filled cells of a rectangle.
	in(sheet string, fromRow, fromCol, toRow, toCol int, yield func(any) bool) error
}

// errNotComputed is a formula that is left to the spreadsheet program.
var errNotComputed = errors.New("the formula is left to the spreadsheet")

// calc evaluates formulas of one sheet exactly, in decimals.
type calc struct {
	cells    cells
	calls    map[string]xlFunc
	row, col int
	steps    int
}

// maxCalc bounds the cells that one formula may look at.
const maxCalc = 5_000_000

// value computes a formula.
func (c *calc) value(x any) (any, error) {
	if c.steps++; c.steps > maxCalc {
		return nil, errNotComputed
	}
	switch x := x.(type) {
	case *xlNumber:
		return x.n, nil
	case *xlText:
		return x.s, nil
	case *xlBool:
		return x.b, nil
	case *xlError:
		return x, nil
	case *xlParen:
		return c.value(x.x)
	case *xlCell:
		if x.row == 0 || x.col == 0 {
			return nil, errNotComputed
		}
		return c.cells.at(x.sheet, x.row, x.col)
	case *xlUnary:
		return c.unary(x)
	case *xlBin:
		return c.binary(x)
	case *xlCall:
		if call := c.calls[x.name]; call != nil {
			return call(c, x.args)
		}
	}
	return nil, errNotComputed
}

func (c *calc) unary(x *xlUnary) (any, error) {
	n, bad, err := c.number(x.x)
	if err != nil || bad != nil {
		return bad, err
	}
	switch x.op {
	case "-":
		n.d = n.d.Neg()
	case "%":
		n.d = n.d.Shift(-2)
	}
	return n, nil
}

// number computes an operand; bad is an error value instead of a number.
func (c *calc) number(x any) (n number, bad any, err error) {
	v, err := c.value(x)
	if err != nil {
		return number{}, nil, err
	}
	return asNumber(v)
}

func asNumber(v any) (n number, bad any, err error) {
	switch v := v.(type) {
	case nil:
		return number{}, nil, nil
	case number:
		return v, nil, nil
	case bool:
		if v {
			return long(1), nil, nil
		}
		return long(0), nil, nil
	case string:
		d, err := money.Parse(v)
		if err != nil {
			return number{}, &xlError{"#VALUE!"}, nil
		}
		return number{d: d}, nil, nil
	case *xlError:
		return number{}, v, nil
	}
	return number{}, nil, errNotComputed
}

// xlSpell is a value as the operator & takes it.
func xlSpell(v any) string {
	switch v := v.(type) {
	case number:
		return money.Plain(money.Round15(v.d))
	case bool:
		return strings.ToUpper(textOf(v))
	case *xlError:
		return v.s
	}
	return textOf(v)
}

func (c *calc) binary(x *xlBin) (any, error) {
	l, err := c.value(x.l)
	if err != nil {
		return nil, err
	}
	r, err := c.value(x.r)
	if err != nil {
		return nil, err
	}
	for _, v := range []any{l, r} {
		if bad, ok := v.(*xlError); ok {
			return bad, nil
		}
	}
	switch x.op {
	case "&":
		text := xlSpell(l) + xlSpell(r)
		if len(text) > maxText {
			return nil, errNotComputed
		}
		return text, nil
	case "=", "<>", "<", ">", "<=", ">=":
		return xlCompare(x.op, l, r), nil
	}
	a, bad, err := asNumber(l)
	if err != nil || bad != nil {
		return bad, err
	}
	b, bad, err := asNumber(r)
	if err != nil || bad != nil {
		return bad, err
	}
	return xlArithmetic(x.op, a.d, b.d)
}

func xlArithmetic(op string, a, b decimal.Decimal) (any, error) {
	var d decimal.Decimal
	switch op {
	case "+":
		d = a.Add(b)
	case "-":
		d = a.Sub(b)
	case "*":
		d = a.Mul(b)
	case "/":
		if b.IsZero() {
			return &xlError{"#DIV/0!"}, nil
		}
		d = quotient(a, b)
	case "^":
		if !b.IsInteger() || b.Abs().GreaterThan(decimal.NewFromInt(30)) {
			return nil, errNotComputed
		}
		if b.IsNegative() {
			if a.IsZero() {
				return &xlError{"#DIV/0!"}, nil
			}
			d = quotient(decimal.NewFromInt(1), power(a, -b.IntPart()))
			break
		}
		d = power(a, b.IntPart())
	}
	n, err := bounded(number{d: d})
	if err != nil {
		return nil, errNotComputed
	}
	return n, nil
}

func power(a decimal.Decimal, n int64) decimal.Decimal {
	d := decimal.NewFromInt(1)
	for range n {
		d = d.Mul(a)
	}
	return d
}

// xlCompare orders as spreadsheets do: numbers before texts before truths; case
// does not count. A blank cell is what the other side makes of it.
func xlCompare(op string, l, r any) bool {
	fill := func(v, other any) any {
		if v != nil {
			return v
		}
		switch other.(type) {
		case string:
			return ""
		case bool:
			return false
		}
		return number{}
	}
	l, r = fill(l, r), fill(r, l)
	rank := func(v any) int {
		switch v.(type) {
		case number:
			return 0
		case string:
			return 1
		}
		return 2
	}
	order := rank(l) - rank(r)
	if order == 0 {
		switch a := l.(type) {
		case number:
			order = a.d.Cmp(r.(number).d)
		case string:
			order = strings.Compare(strings.ToLower(a), strings.ToLower(r.(string)))
		case bool:
			order = strings.Compare(textOf(a), textOf(r))
		}
	}
	switch op {
	case "=":
		return order == 0
	case "<>":
		return order != 0
	case "<":
		return order < 0
	case ">":
		return order > 0
	case "<=":
		return order <= 0
	}
	return order >= 0
}

// each ranges over the values of an argument: the cells of a range, or one
// value. direct says that the value was written in the formula itself.
func (c *calc) each(x any, yield func(v any, direct bool) bool) error {
	switch x := x.(type) {
	case nil:
		return nil
	case *xlParen:
		return c.each(x.x, yield)
	case *xlCell:
		if x.row > 0 && x.col > 0 {
			v, err := c.cells.at(x.sheet, x.row, x.col)
			if err == nil {
				yield(v, false)
			}
			return err
		}
		return errNotComputed
	case *xlRange:
		a, b, ok := corners(x)
		if !ok {
			return errNotComputed
		}
		return c.cells.in(a.sheet, a.row, a.col, b.row, b.col, func(v any) bool {
			if c.steps++; c.steps > maxCalc {
				return false
			}
			return yield(v, false)
		})
	}
	v, err := c.value(x)
	if err == nil {
		yield(v, true)
	}
	return err
}

// corners gives the rectangle of a range, also of A1:B2:C3.
func corners(x any) (from, to xlCell, ok bool) {
	switch x := x.(type) {
	case *xlCell:
		return *x, *x, x.row > 0 && x.col > 0
	case *xlRange:
		a, b, ok := corners(x.from)
		e, f, ok2 := corners(x.to)
		if !ok || !ok2 {
			return from, to, false
		}
		from, to = a, b
		from.row, from.col = min(a.row, e.row, b.row, f.row), min(a.col, e.col, b.col, f.col)
		to.row, to.col = max(a.row, e.row, b.row, f.row), max(a.col, e.col, b.col, f.col)
		return from, to, true
	}
	return from, to, false
}
