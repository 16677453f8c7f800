package templates

import (
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
	if printed {
		c.money(x, e.root, up)
	}
	c.calls(x, e.root)
}

// knownRoots are the names that a template finds without a loop.
var knownRoots = [...]string{
	"rows", "o", "total", "formatter", "filters", "filtersText", "batch", "sheet", "workbook", "hssfRow", "hssfCell",
}

// name checks one reference against the variables that are known.
func (c *checker) name(x *cell, ref *refNode, up *loop) {
	names := slices.Clone(knownRoots[:])
	var of *loop
	for l := up; l != nil; l = l.up {
		for _, name := range []string{l.name, l.status} {
			if name != "" {
				names = append(names, name)
			}
		}
		if l.grouped {
			names = append(names, groupName)
		}
		if l.name == ref.name && l.name != "" && of == nil {
			of = l
		}
	}
	// A variable of a loop above keeps its last value.
	for _, l := range c.loops {
		if l.name == ref.name && l.name != "" {
			names = append(names, l.name)
			if of == nil {
				of = l
			}
		}
	}
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
		ref, isRef := n.l.(*refNode)
		by, isNumber := lit.v.(number)
		if isRef && isNumber && by.long && c.minor(ref, up) != "" {
			c.add(found(c.s, x, "money-integer", c.minor(ref, up)).fixed(withDoubles(x.text)))
		}
	}
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
			if s.method && n.name == "formatter" && i == 0 {
				c.formatter(x, s.name)
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

var russianFunction = regexp.MustCompile(`[А-ЯЁа-яё][А-ЯЁа-яё.]*\(`)

// englishNames are the Russian names of functions that people type.
func englishName(name string) string {
	switch strings.ToUpper(name) {
	case "СУММ":
		return "SUM"
	case "ЕСЛИ":
		return "IF"
	case "ОКРУГЛ":
		return "ROUND"
	case "СРЗНАЧ":
		return "AVERAGE"
	case "МИН":
		return "MIN"
	case "МАКС":
		return "MAX"
	case "СЧЁТ", "СЧЕТ":
		return "COUNT"
	case "СЧЁТЗ", "СЧЕТЗ":
		return "COUNTA"
	case "СТРОКА":
		return "ROW"
	case "И":
		return "AND"
	case "ИЛИ":
		return "OR"
	case "НЕ":
		return "NOT"
	case "ЦЕЛОЕ":
		return "INT"
	case "ГИПЕРССЫЛКА":
		return "HYPERLINK"
	case "СЦЕПИТЬ":
		return "CONCATENATE"
	case "ПРОИЗВЕД":
		return "PRODUCT"
	case "СУММЕСЛИ":
		return "SUMIF"
	case "ВПР":
		return "VLOOKUP"
	case "ABS", "АБС":
		return "ABS"
	case "ПРОМЕЖУТОЧНЫЕ.ИТОГИ":
		return "SUBTOTAL"
	}
	return ""
}
