package templates

import "github.com/shopspring/decimal"

// shown is the variable that an expression shows, its path with the loop, and
// what its number is to be multiplied by to have the variable's.
type shown struct {
	path  string
	scale decimal.Decimal
	whole bool
}

// transparent are the methods that leave a text what it is, and the functions
// of the formatter that do so with their first argument.
var (
	transparentMethods   = map[string]bool{"trim": true, "toString": true}
	transparentFunctions = map[string]bool{"round": true, "printNumber": true}
)

// shownBy finds the one variable that an expression shows, perhaps divided or
// multiplied by a number, or left out where there is nothing to show.
func shownBy(n node) (shown, bool) {
	switch n := n.(type) {
	case *refNode:
		return shownByRef(n)
	case *binNode:
		return shownByProduct(n)
	case *condNode:
		then := n.then
		if then == nil { // a ?: b shows a
			then = n.test
		}
		switch {
		case isLiteral(n.otherwise):
			return shownBy(then)
		case isLiteral(then):
			return shownBy(n.otherwise)
		}
	}
	return shown{}, false
}

// literal gives the value of a literal.
func literal(n node) (v any, ok bool) {
	if ref, is := n.(*refNode); is && ref.root != nil && len(ref.steps) == 0 {
		return literal(ref.root)
	}
	lit, ok := n.(*litNode)
	if !ok {
		return nil, false
	}
	return lit.v, true
}

func isLiteral(n node) bool {
	_, ok := literal(n)
	return ok
}

func shownByRef(n *refNode) (shown, bool) {
	switch {
	case n.root != nil && len(n.steps) == 0:
		return shownBy(n.root)
	case n.root != nil:
		return shown{}, false
	}
	if n.name == "formatter" && len(n.steps) == 1 && n.steps[0].method && transparentFunctions[n.steps[0].name] && len(n.steps[0].args) > 0 {
		return shownBy(n.steps[0].args[0])
	}
	path := n.name
	for _, s := range n.steps {
		switch {
		case s.method && transparentMethods[s.name] && len(s.args) == 0:
		case s.method:
			return shown{}, false
		case s.index != nil:
			key, ok := literal(s.index)
			if !ok {
				return shown{}, false
			}
			path += "[" + textOf(key) + "]"
		default:
			path += "." + s.name
		}
	}
	return shown{path: path, scale: decimal.NewFromInt(1)}, true
}

func shownByProduct(n *binNode) (shown, bool) {
	factor := func(x node) (number, bool) {
		v, ok := literal(x)
		if !ok {
			return number{}, false
		}
		f, ok := normal(v).(number)
		return f, ok && f.d.IsPositive()
	}
	if f, ok := factor(n.r); ok && (n.op == "/" || n.op == "div" || n.op == "*") {
		s, ok := shownBy(n.l)
		if n.op == "*" {
			s.scale = s.scale.Div(f.d)
		} else {
			s.scale, s.whole = s.scale.Mul(f.d), s.whole || f.long
		}
		return s, ok
	}
	if f, ok := factor(n.l); ok && n.op == "*" {
		s, ok := shownBy(n.r)
		s.scale = s.scale.Div(f.d)
		return s, ok
	}
	return shown{}, false
}
