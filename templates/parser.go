package templates

import (
	"github.com/shopspring/decimal"

	"catalogsheet/internal/i18n"
)

// node is a part of an expression.
type node interface{}

type (
	litNode   struct{ v any }
	unaryNode struct {
		op string
		x  node
	}
	binNode struct {
		op   string
		l, r node
	}
	condNode struct{ test, then, otherwise node } // then is nil for ?:
	// refNode is a path: a root and steps.
	refNode struct {
		root  node // nil where name is the root
		name  string
		steps []step
		at    int
	}
	callNode struct { // size(x), empty(x), f(x)
		name string
		args []node
	}
	listNode struct{ items []node }
)

// step is .name, .name(args) or [index].
type step struct {
	name   string
	method bool
	args   []node
	index  node
}

// maxDepth bounds the nesting of an expression.
const maxDepth = 100

// maxTokens bounds the length of an expression.
const maxTokens = 4000

type parser struct {
	tokens []token
	i      int
	depth  int
	// assigns notes that x = … was read.
	assigns bool
	// bare notes a function that is not a method, such as f(x).
	refs []*refNode
}

// parse reads one expression. Several, divided by semicolons, may follow; only
// the first counts.
func parse(s string) (n node, p *parser, err error) {
	tokens, err := lex(s)
	if err != nil {
		return nil, nil, err
	}
	if len(tokens) > maxTokens {
		return nil, nil, syntaxErr(0, i18n.T("the expression is too long", "выражение слишком длинное"))
	}
	p = &parser{tokens: tokens}
	for {
		x, err := p.expression()
		if err != nil {
			return nil, nil, err
		}
		if n == nil {
			n = x
		}
		semicolon := p.take(";")
		if p.now().kind == tokEnd {
			return n, p, nil
		}
		if !semicolon {
			return nil, nil, p.unexpected()
		}
	}
}

func (p *parser) now() token { return p.tokens[p.i] }

func (p *parser) take(sign string) bool {
	if t := p.now(); t.kind == tokSign && t.text == sign {
		p.i++
		return true
	}
	return false
}

func (p *parser) unexpected() error {
	t := p.now()
	if t.kind == tokEnd {
		return syntaxErr(t.at, i18n.T("it ends too early", "оно обрывается"))
	}
	return syntaxErr(t.at, i18n.T("unexpected %[1]s", "лишнее %[1]s"), t.text)
}

func (p *parser) expect(sign string) error {
	if !p.take(sign) {
		return p.unexpected()
	}
	return nil
}

func (p *parser) expression() (node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, syntaxErr(p.now().at, i18n.T("too many parentheses", "слишком много скобок"))
	}
	defer func() { p.depth-- }()
	test, err := p.binary(0)
	if err != nil {
		return nil, err
	}
	switch {
	case p.take("="):
		if _, ok := test.(*refNode); !ok {
			return nil, p.unexpected()
		}
		p.assigns = true
		return p.expression()
	case p.take("?:"):
		other, err := p.expression()
		return &condNode{test: test, otherwise: other}, err
	case p.take("?"):
		then, err := p.expression()
		if err != nil {
			return nil, err
		}
		if err := p.expect(":"); err != nil {
			return nil, err
		}
		other, err := p.expression()
		return &condNode{test: test, then: then, otherwise: other}, err
	}
	return test, nil
}

// levels are the binary operators from the loosest to the tightest; chain says
// whether a level takes more than one.
var levels = [...]struct {
	ops   []string
	chain bool
}{
	{[]string{"||"}, true},
	{[]string{"&&"}, true},
	{[]string{"==", "!=", "=~", "!~"}, false},
	{[]string{"<", ">", "<=", ">="}, false},
	{[]string{"+", "-"}, true},
	{[]string{"*", "/", "%"}, true},
}

func (p *parser) binary(level int) (node, error) {
	if level == len(levels) {
		return p.unary()
	}
	l, err := p.binary(level + 1)
	if err != nil {
		return nil, err
	}
	for {
		op := ""
		for _, o := range levels[level].ops {
			if p.take(o) {
				op = o
				break
			}
		}
		if op == "" {
			return l, nil
		}
		r, err := p.binary(level + 1)
		if err != nil {
			return nil, err
		}
		l = &binNode{op, l, r}
		if !levels[level].chain {
			return l, nil
		}
	}
}

func (p *parser) unary() (node, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, syntaxErr(p.now().at, i18n.T("too many signs", "слишком много знаков"))
	}
	defer func() { p.depth-- }()
	for _, op := range []string{"-", "!"} {
		if p.take(op) {
			x, err := p.unary()
			return &unaryNode{op, x}, err
		}
	}
	return p.primary()
}

func (p *parser) primary() (node, error) {
	t := p.now()
	p.i++
	switch t.kind {
	case tokText:
		return p.path(&refNode{root: &litNode{t.text}, at: t.at})
	case tokLong, tokDouble:
		if len(t.text) > 100 {
			return nil, syntaxErr(t.at, i18n.T("the number is too long", "число слишком длинное"))
		}
		d, err := decimal.NewFromString(t.text)
		if err != nil {
			return nil, syntaxErr(t.at, i18n.T("not a number: %[1]s", "не число: %[1]s"), t.text)
		}
		return &litNode{number{d: d, long: t.kind == tokLong}}, nil
	case tokName:
		if p.take("(") {
			args, err := p.args(")")
			if err != nil {
				return nil, err
			}
			return p.path(&refNode{root: &callNode{t.text, args}, at: t.at})
		}
		r := &refNode{name: t.text, at: t.at}
		p.refs = append(p.refs, r)
		return p.path(r)
	case tokWord:
		return p.wordNode(t)
	}
	switch t.text {
	case "(":
		x, err := p.expression()
		if err != nil {
			return nil, err
		}
		if err := p.expect(")"); err != nil {
			return nil, err
		}
		return p.path(&refNode{root: x, at: t.at})
	case "[":
		items, err := p.args("]")
		return &listNode{items}, err
	}
	p.i--
	return nil, p.unexpected()
}

// wordNode reads what begins with a reserved word.
func (p *parser) wordNode(t token) (node, error) {
	switch t.text {
	case "true":
		return &litNode{true}, nil
	case "false":
		return &litNode{false}, nil
	case "null":
		return &litNode{nil}, nil
	case "size", "new":
		if err := p.expect("("); err != nil {
			return nil, err
		}
		args, err := p.args(")")
		if err != nil {
			return nil, err
		}
		if len(args) == 0 || t.text == "size" && len(args) != 1 {
			return nil, p.unexpected()
		}
		return &callNode{t.text, args}, nil
	case "empty":
		// Both empty(x) and empty x are read.
		x, err := p.unary()
		return &callNode{"empty", []node{x}}, err
	}
	p.i--
	return nil, p.unexpected()
}

// args reads a list up to the closing sign; the opening one was taken.
func (p *parser) args(closing string) ([]node, error) {
	if p.take(closing) {
		return nil, nil
	}
	var all []node
	for {
		x, err := p.expression()
		if err != nil {
			return nil, err
		}
		all = append(all, x)
		if p.take(closing) {
			return all, nil
		}
		if err := p.expect(","); err != nil {
			return nil, err
		}
	}
}

// path reads the steps after a root.
func (p *parser) path(r *refNode) (node, error) {
	for {
		switch {
		case p.take("."):
			t := p.now()
			size := t.kind == tokWord && t.text == "size"
			if t.kind != tokName && !size {
				return nil, p.unexpected()
			}
			p.i++
			s := step{name: t.text}
			if p.take("(") {
				args, err := p.args(")")
				if err != nil {
					return nil, err
				}
				s.method, s.args = true, args
			}
			if size && (!s.method || len(s.args) > 0) {
				return nil, syntaxErr(t.at, i18n.T("size is a reserved word", "size — зарезервированное слово"))
			}
			r.steps = append(r.steps, s)
		case p.take("["):
			x, err := p.expression()
			if err != nil {
				return nil, err
			}
			if err := p.expect("]"); err != nil {
				return nil, err
			}
			r.steps = append(r.steps, step{index: x})
		default:
			if r.root != nil && len(r.steps) == 0 {
				return r.root, nil
			}
			return r, nil
		}
	}
}
