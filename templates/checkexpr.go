package templates

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// expression checks the names and the money of an expression; printed says that
// its value goes into a cell.
func (c *checker) expression(x *cell, e *expression, up *loop, printed bool) {
	if looksAggregate(e.source) && !e.isAggregate() {
		c.add(found(c.s, x, "colon-letter").fixed(spacedColons(x.text)))
	}
	for _, ref := range e.refs {
		c.name(x, ref, up)
	}
	switch {
	case printed && e.isAggregate():
		if v, ok, _ := FindVariable(e.field); ok && v.Minor {
			c.add(found(c.s, x, "money-aggregate", e.field))
		}
	case printed:
		c.money(x, e.root, up)
	}
	c.calls(x, e.root)
}

// knownRoots are the names that a template finds without a loop.
var knownRoots = [...]string{
	"rows", "o", "total", "formatter", "filters", "filtersText", "batch", "sheet", "workbook", "hssfRow", "hssfCell",
}

// namesAt lists the names that are known inside of the loop up; of is the loop
// that gives name its values, if any does.
func (c *checker) namesAt(up *loop, name string) (names []string, of *loop) {
	names = slices.Clone(knownRoots[:])
	for l := up; l != nil; l = l.up {
		for _, own := range []string{l.name, l.status} {
			if own != "" {
				names = append(names, own)
			}
		}
		if l.grouped {
			names = append(names, groupName)
		}
		if l.name == name && l.name != "" && of == nil {
			of = l
		}
	}
	// A variable of a loop above keeps its last value.
	for _, l := range c.loops {
		if l.name == name && l.name != "" {
			names = append(names, l.name)
			if of == nil {
				of = l
			}
		}
	}
	return names, of
}

// name checks one reference against the variables that are known.
func (c *checker) name(x *cell, ref *refNode, up *loop) {
	names, of := c.namesAt(up, ref.name)
	if !slices.Contains(names, ref.name) {
		f := found(c.s, x, "unknown-name", ref.name)
		if near := nearest(ref.name, names); near != "" {
			f = f.fixed(replaceName(x.text, ref.name, near))
		}
		c.add(f)
		return
	}
	steps := ref.steps
	switch {
	case ref.name == groupName && len(steps) > 1 && steps[0].name == "item":
		steps = steps[1:]
	case of == nil || of.source != "rows" && of.source != "group.items" || of.grouped:
		return
	}
	if len(steps) == 0 || steps[0].method || steps[0].index != nil {
		return
	}
	if isListName(steps[0].name) {
		c.list = true
		return
	}
	if _, known, near := FindVariable(steps[0].name); !known {
		c.unknownVariable(x, ref.name, steps[0].name, near)
	}
}

func (c *checker) unknownVariable(x *cell, root, name, near string) {
	f := found(c.s, x, "unknown-name", root+"."+name)
	if near == "" {
		var all []string
		for _, v := range StockVariables() {
			all = append(all, v.Name)
		}
		near = nearest(name, all)
	}
	if near != "" {
		f = f.fixed(replaceName(x.text, name, near))
	}
	c.add(f)
}

// isID says whether an expression is the id of a row.
func isID(x *expression) bool {
	ref, ok := x.root.(*refNode)
	if !ok || len(ref.steps) == 0 {
		return false
	}
	last := ref.steps[len(ref.steps)-1].name
	return last == "consignmentID" || last == "id" || last == "getId"
}

// joinedID is the id that an expression joins with a text, "" for none.
func joinedID(n node) string {
	b, ok := n.(*binNode)
	if !ok || b.op != "+" {
		return ""
	}
	for _, side := range []node{b.l, b.r} {
		if ref, ok := side.(*refNode); ok && isID(&expression{root: ref}) {
			return pathOf(ref)
		}
		if path := joinedID(side); path != "" {
			return path
		}
	}
	return ""
}

// braces looks for expressions whose braces are not as they must be.
func (c *checker) braces(x *cell) {
	p := x.parsed
	for i, piece := range p.pieces {
		if i > 0 && p.pieces[i-1].expr != nil && strings.HasPrefix(piece.text, "}") && !strings.Contains(strings.ReplaceAll(p.source, "${", ""), "{") {
			source := "${" + p.pieces[i-1].expr.source + "}"
			c.add(found(c.s, x, "expression-brace-extra").fixed(strings.Replace(x.text, source+"}", source, 1)))
		}
	}
	if len(p.pieces) > 0 || p.broken != nil {
		return
	}
	m := lookalike.FindStringSubmatchIndex(x.text)
	if m == nil || strings.HasPrefix(x.text[m[0]:], "${") {
		return
	}
	root := x.text[m[4]:m[5]]
	if slices.ContainsFunc(c.loops, func(l *loop) bool { return l.name == root }) || slices.Contains(knownRoots[:], root) {
		c.add(found(c.s, x, "expression-lookalike").fixed(x.text[:m[0]] + "${" + x.text[m[2]:m[3]] + "}" + x.text[m[1]:]))
	}
}

// lookalike is {row.name}, $(row.name) and $ {row.name}.
var lookalike = regexp.MustCompile(`\$?\s?[({]\s*(([A-Za-z]\w*)\.[^(){}]*)[)}]`)

// money looks for amounts in kopecks that are printed undivided, and for those
// divided by a whole number.
func (c *checker) money(x *cell, n node, up *loop) {
	switch n := n.(type) {
	case *refNode:
		if name := c.minor(n, up); name != "" {
			c.add(found(c.s, x, "money-minor", name).fixed(divided(x.text, name)))
		}
	case *condNode:
		if n.then != nil {
			c.money(x, n.then, up)
		}
		c.money(x, n.otherwise, up)
	case *binNode:
		lit, ok := n.r.(*litNode)
		if !ok || n.op != "/" {
			if n.op == "+" || n.op == "-" || n.op == "*" || n.op == "/" {
				c.money(x, n.l, up)
				c.money(x, n.r, up)
			}
			return
		}
		by, isNumber := lit.v.(number)
		if name := c.minorIn(n.l, up); isNumber && by.long && name != "" {
			c.add(found(c.s, x, "money-integer", name).fixed(withDoubles(x.text)))
		}
	}
}

// minorIn gives the first variable in kopecks of a sum or a product.
func (c *checker) minorIn(n node, up *loop) string {
	switch n := n.(type) {
	case *refNode:
		return c.minor(n, up)
	case *binNode:
		if n.op == "+" || n.op == "-" || n.op == "*" {
			return cmp.Or(c.minorIn(n.l, up), c.minorIn(n.r, up))
		}
	}
	return ""
}

// minor gives the name of a variable that is in kopecks, "" for others.
func (c *checker) minor(ref *refNode, up *loop) string {
	steps := ref.steps
	if ref.name == groupName && len(steps) > 1 {
		steps = steps[1:]
	} else {
		known := false
		for l := up; l != nil; l = l.up {
			known = known || l.name == ref.name && l.overRows()
		}
		if name := pathOf(ref); known && listMinor("row"+strings.TrimPrefix(name, ref.name)) || ref.name == "total" && listMinor(name) {
			return name
		}
		if !known {
			return ""
		}
	}
	if len(steps) != 1 || steps[0].method || steps[0].index != nil {
		return ""
	}
	if v, ok, _ := FindVariable(steps[0].name); ok && v.Minor {
		return ref.name + "." + steps[0].name
	}
	return ""
}

// pathOf spells a reference of names alone, "" for another one.
func pathOf(ref *refNode) string {
	path := ref.name
	for _, s := range ref.steps {
		if s.method || s.index != nil {
			return ""
		}
		path += "." + s.name
	}
	return path
}

// divided puts / 100.0 behind a variable.
func divided(text, name string) string {
	pattern := regexp.MustCompile(regexp.QuoteMeta(name) + `\b`)
	done := false
	return pattern.ReplaceAllStringFunc(text, func(m string) string {
		if done {
			return m
		}
		done = true
		return m + " / 100.0"
	})
}

// calls looks for functions and methods that are not computed here.
func (c *checker) calls(x *cell, n node) {
	switch n := n.(type) {
	case *refNode:
		if n.root != nil {
			c.calls(x, n.root)
		}
		for i, s := range n.steps {
			if s.index != nil {
				c.calls(x, s.index)
			}
			for _, a := range s.args {
				c.calls(x, a)
			}
			switch {
			case s.method && n.name == "formatter" && i == 0:
				c.formatter(x, s.name)
			case s.method:
				c.method(x, s.name)
			}
		}
	case *condNode:
		c.calls(x, n.test)
		c.calls(x, n.otherwise)
		if n.then != nil {
			c.calls(x, n.then)
		}
	case *unaryNode:
		c.calls(x, n.x)
	case *binNode:
		c.calls(x, n.l)
		c.calls(x, n.r)
	case *callNode:
		switch n.name {
		case "new":
			c.add(found(c.s, x, "code-call"))
		case "size", "empty":
		default:
			c.add(found(c.s, x, "unknown-name", n.name+"()"))
		}
		for _, a := range n.args {
			c.calls(x, a)
		}
	}
}

// method looks for a method of texts that is spelled wrong; objects of MoySklad
// have methods of their own.
func (c *checker) method(x *cell, name string) {
	known := []string{"size", "get", "equals", "isEmpty", "toString", "split", "concat", "matches", "charAt", "lastIndexOf", "compareTo"}
	for _, m := range textMethods {
		known = append(known, m.name)
	}
	if near := nearest(name, known); near != "" && property(name) == "" && !slices.Contains(known, name) {
		c.add(found(c.s, x, "unknown-name", name+"()").fixed(replaceName(x.text, name, near)))
	}
}

func (c *checker) formatter(x *cell, name string) {
	var known []string
	for _, f := range formatterFunctions() {
		if f.name == name {
			return
		}
		known = append(known, f.name)
	}
	if isFormatterName(name) {
		return
	}
	f := found(c.s, x, "unknown-name", "formatter."+name)
	if near := nearest(name, known); near != "" {
		f = f.fixed(replaceName(x.text, name, near))
	}
	c.add(f)
}

// mayBeNull says whether a test can have no value.
func mayBeNull(n node) bool {
	switch n := n.(type) {
	case *refNode:
		if k := len(n.steps); k > 0 && n.steps[k-1].method {
			return !slices.Contains([]string{"contains", "startsWith", "endsWith", "isEmpty", "equals"}, n.steps[k-1].name)
		}
		return true
	case *litNode:
		return n.v == nil
	case *condNode:
		return n.then != nil && mayBeNull(n.then) || mayBeNull(n.otherwise)
	}
	return false
}
