package templates

import (
	"strings"
)

// piece is a part of a cell's text: a text as it is, or an expression.
type piece struct {
	text string
	expr *expression
}

// expression is what stands in ${…}.
type expression struct {
	source string
	root   node
	refs   []*refNode
	// aggregate is the function before a colon, ${sum(stock):rows}; field is
	// its property.
	aggregate, field string
	assigns          bool
	// paths lists the names that may turn out to be collections.
	paths [][]string
}

// cellText is a cell as the engine reads it.
type parsedText struct {
	source string
	pieces []piece
	// meta is what followed the last //, which the engine cuts off; cut says
	// that there was one.
	meta string
	cut  bool
	// broken is the expression that cannot be read; the engine drops it and
	// all that follows.
	broken error
	// brokenText is its text.
	brokenText string
	// plain is a text without expressions.
	plain string
}

// parseText reads the text of a cell that is neither a tag nor a formula.
func parseText(s string) *parsedText {
	c := &parsedText{source: s, plain: s}
	rest := s
	if at := strings.LastIndex(s, "//"); at >= 0 {
		c.cut, c.meta, rest = true, s[at+2:], s[:at]
		c.plain = rest
	}
	whole := len(rest)
	for rest != "" {
		open := strings.Index(rest, "${")
		if open < 0 {
			// A text without expressions is left as it is.
			if len(rest) != whole || c.cut && len(c.pieces) > 0 {
				c.pieces = append(c.pieces, piece{text: rest})
			}
			return c
		}
		length := strings.IndexByte(rest[open:], '}')
		if length < 0 {
			c.pieces = append(c.pieces, piece{text: rest})
			return c
		}
		if open > 0 {
			c.pieces = append(c.pieces, piece{text: rest[:open]})
		}
		source := rest[open+2 : open+length]
		x, err := parseExpression(source)
		if err != nil {
			c.broken, c.brokenText = err, source
			return c
		}
		c.pieces = append(c.pieces, piece{expr: x})
		rest = rest[open+length+1:]
	}
	return c
}

// hasExpression says whether a cell must be computed at all.
func (c *parsedText) hasExpression() bool {
	for _, p := range c.pieces {
		if p.expr != nil {
			return true
		}
	}
	return false
}

// parseExpression reads the text between ${ and }.
func parseExpression(source string) (*expression, error) {
	x := &expression{source: source}
	body := source
	if looksAggregate(source) {
		// The first colon counts, wherever the look of an aggregate stands.
		before, after, _ := strings.Cut(source, ":")
		body = after
		open, end := strings.IndexByte(before, '('), strings.IndexByte(before, ')')
		switch {
		case before == "":
		case open >= 0 && end > open:
			x.aggregate, x.field = before[:open], before[open+1:end]
		default:
			x.aggregate, x.field = before, "c1"
		}
	}
	root, p, err := parse(body)
	if err != nil {
		return nil, err
	}
	x.root, x.refs, x.assigns = root, p.refs, p.assigns
	for _, r := range x.refs {
		x.paths = append(x.paths, r.paths()...)
	}
	return x, nil
}

// looksAggregate finds Latin letters or parentheses, then perhaps digits, right
// before a colon: the engine takes what is before for an aggregate function.
func looksAggregate(s string) bool {
	for at := range len(s) {
		if s[at] != ':' {
			continue
		}
		i := at
		for i > 0 && isDigit(s[i-1]) {
			i--
		}
		if i > 0 && (s[i-1] >= 'a' && s[i-1] <= 'z' || s[i-1] >= 'A' && s[i-1] <= 'Z' || s[i-1] == '(' || s[i-1] == ')') {
			return true
		}
	}
	return false
}

// isAggregate says whether the function before the colon is one.
func (x *expression) isAggregate() bool { return x.aggregate != "" && aggregator(x.aggregate) != "" }

func aggregator(name string) string {
	switch name = strings.ToLower(name); name {
	case "sum", "avg", "min", "max", "count":
		return name
	}
	return ""
}

// collection finds the first name of the expression that is a collection: the
// row is then repeated for its elements.
func (x *expression) collection(e *env) (path string, v any) {
	if x.aggregate != "" {
		return "", nil
	}
	for _, path := range x.paths {
		if v := e.walk(path); isCollection(v) {
			return strings.Join(path, "."), v
		}
	}
	return "", nil
}

// value computes the expression.
func (x *expression) value(e *env) (any, error) {
	v, err := e.eval(x.root)
	if err != nil {
		return nil, err
	}
	if x.assigns {
		e.remark("assign", "")
	}
	if !x.isAggregate() {
		return v, nil
	}
	return aggregated(e, aggregator(x.aggregate), x.field, v)
}

// aggregated is sum, avg, min, max or count of a property of the elements.
func aggregated(e *env, function, field string, v any) (any, error) {
	var best any
	total, count, numbers := number{}, int64(0), int64(0)
	add := func(item any) {
		f, known := member(item, field)
		if !known {
			e.remark("unknown", field)
		}
		if f == nil {
			return
		}
		count++
		if n, ok := f.(number); ok {
			numbers++
			total.d = total.d.Add(n.d)
		}
		if best == nil {
			best = f
		} else if c, err := compare(f, best, false); err == nil && (c < 0) == (function == "min") && c != 0 {
			best = f
		}
	}
	seq, ok := elements(v)
	if !ok {
		add(v)
	} else {
		for item, err := range seq {
			if err != nil {
				return nil, &sourceError{err}
			}
			add(item)
		}
	}
	switch function {
	case "sum":
		return bounded(total)
	case "count":
		return long(count), nil
	case "avg":
		if numbers == 0 {
			return nil, nil
		}
		return bounded(number{d: quotient(total.d, long(numbers).d)})
	}
	return best, nil
}
