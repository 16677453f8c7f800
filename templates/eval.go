package templates

import (
	"errors"
	"slices"
)

// remark is what an evaluation has to say besides its value.
type remark struct {
	code string
	// name is the name or method that it is about.
	name string
}

// binding replaces a collection by one of its elements, in the rows that are
// repeated for it.
type binding struct {
	path string
	item any
	// size is how many elements the collection has.
	size int
}

// env is what an expression is evaluated in.
type env struct {
	scope Scope
	// vars are the variables of loops, which win over the scope.
	vars  map[string]any
	binds []binding
	// remarks gathers what is to be said; it is emptied by the caller.
	remarks []remark
	formats *formats
}

func (e *env) remark(code, name string) {
	for _, r := range e.remarks {
		if r.code == code && r.name == name {
			return
		}
	}
	e.remarks = append(e.remarks, remark{code: code, name: name})
}

// variable gives a variable by its name.
func (e *env) variable(name string) (any, bool) {
	if v, ok := e.vars[name]; ok {
		return v, true
	}
	if v, ok := e.scope[name]; ok {
		return normal(v), true
	}
	return nil, false
}

// What stops an evaluation: the engine throws an exception, or the result gets
// out of bounds.
var (
	errOperand = errors.New("a value of another type is needed")
	errTooLong = errors.New("the result is too long")
)

// sourceError is an error of the data's source: nothing can go on.
type sourceError struct{ err error }

func (e *sourceError) Error() string { return e.err.Error() }
func (e *sourceError) Unwrap() error { return e.err }

func (e *env) eval(n node) (any, error) {
	switch n := n.(type) {
	case *litNode:
		return n.v, nil
	case *refNode:
		return e.ref(n)
	case *condNode:
		return e.cond(n)
	case *unaryNode:
		x, err := e.eval(n.x)
		if err != nil {
			return nil, err
		}
		if n.op == "!" {
			return !truth(x), nil
		}
		return e.arithmetic("-", long(0), x)
	case *binNode:
		return e.binary(n)
	case *callNode:
		return e.call(n)
	case *listNode:
		all := make([]any, len(n.items))
		for i, x := range n.items {
			v, err := e.eval(x)
			if err != nil {
				return nil, err
			}
			all[i] = v
		}
		return all, nil
	}
	return nil, nil
}

func (e *env) cond(n *condNode) (any, error) {
	test, err := e.eval(n.test)
	if err != nil {
		return nil, err
	}
	switch {
	case !truth(test):
		return e.eval(n.otherwise)
	case n.then == nil:
		return test, nil
	}
	return e.eval(n.then)
}

// truth is how the engine takes a value for a condition.
func truth(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case number:
		return !v.d.IsZero()
	case string:
		return v != "" && v != "false"
	}
	return false
}

func (e *env) binary(n *binNode) (any, error) {
	l, err := e.eval(n.l)
	if err != nil {
		return nil, err
	}
	switch n.op {
	case "&&", "||":
		if truth(l) == (n.op == "||") {
			return truth(l), nil
		}
		r, err := e.eval(n.r)
		return truth(r), err
	}
	r, err := e.eval(n.r)
	if err != nil {
		return nil, err
	}
	switch n.op {
	case "==", "!=":
		same, err := equal(l, r)
		return same == (n.op == "=="), err
	case "=~", "!~":
		found, err := matches(l, r)
		return found == (n.op == "=~"), err
	case "<", ">", "<=", ">=":
		return less(n.op, l, r)
	}
	return e.arithmetic(n.op, l, r)
}

// call evaluates size(x) and empty(x). Nothing else can be called, and nothing
// can be made with new: a template is data, never code.
func (e *env) call(n *callNode) (any, error) {
	switch n.name {
	case "size", "empty":
		v, err := e.eval(n.args[0])
		if err != nil {
			return nil, err
		}
		count, err := sizeOf(v)
		if n.name == "empty" {
			return count == 0, err
		}
		if v == nil && err == nil {
			return nil, errOperand
		}
		if count < 0 {
			return nil, err
		}
		return long(int64(count)), err
	}
	e.remark("method", n.name)
	return nil, nil
}

// sizeOf counts a text's characters or a collection's elements; -1 is neither.
func sizeOf(v any) (int, error) {
	switch v := v.(type) {
	case nil:
		return 0, nil
	case string:
		return len(units(v)), nil
	case []any:
		return len(v), nil
	case map[string]any:
		return len(v), nil
	case Rows:
		n := 0
		for _, err := range v {
			if err != nil {
				return 0, &sourceError{err}
			}
			n++
		}
		return n, nil
	}
	return -1, nil
}

// ref evaluates a path; null on the way is null at its end.
func (e *env) ref(n *refNode) (any, error) {
	var v any
	var err error
	path := n.name
	switch {
	case n.root != nil:
		if v, err = e.eval(n.root); err != nil {
			return nil, err
		}
	case n.name == "formatter" && len(n.steps) > 0 && n.steps[0].method:
		if v, err = e.format(n.steps[0]); err != nil {
			return nil, err
		}
		return e.steps(v, n.steps[1:], "formatter."+n.steps[0].name+"()")
	default:
		var known bool
		if v, known = e.variable(n.name); !known && !e.bound(path, &v) {
			e.remark("unknown", n.name)
			return nil, nil
		}
		e.bound(path, &v)
	}
	return e.steps(v, n.steps, path)
}

// bound puts the element in place of its collection; where that is a collection
// too, the last one bound is the innermost.
func (e *env) bound(path string, v *any) bool {
	for _, b := range slices.Backward(e.binds) {
		if b.path == path {
			*v = b.item
			return true
		}
	}
	return false
}

func (e *env) steps(v any, steps []step, path string) (any, error) {
	for i := range steps {
		s := &steps[i]
		var err error
		switch {
		case s.index != nil:
			v, err = e.index(v, s.index)
			path += "[]"
		case s.method:
			v, err = e.method(v, s, path)
		default:
			var known bool
			was := v
			v, known = member(v, s.name)
			path += "." + s.name
			if !known && was != nil && !e.boundHere(path) {
				e.remark("unknown", path)
			}
			e.bound(path, &v)
		}
		if err != nil {
			return nil, err
		}
	}
	return v, nil
}

func (e *env) boundHere(path string) bool {
	var v any
	return e.bound(path, &v)
}

// index evaluates v[x] for lists and maps.
func (e *env) index(v any, x node) (any, error) {
	key, err := e.eval(x)
	if err != nil {
		return nil, err
	}
	return e.at(v, key)
}

func (e *env) at(v, key any) (any, error) {
	switch v := v.(type) {
	case []any:
		if n, ok := key.(number); ok && n.d.IsInteger() && n.d.Sign() >= 0 {
			if i := n.d.IntPart(); n.d.NumDigits() < 10 && i < int64(len(v)) {
				return normal(v[i]), nil
			}
		}
	case Rows:
		n, ok := key.(number)
		if !ok || !n.d.IsInteger() || n.d.Sign() < 0 || n.d.NumDigits() > 9 {
			return nil, nil
		}
		want := n.d.IntPart()
		for item, err := range v {
			if err != nil {
				return nil, &sourceError{err}
			}
			if want == 0 {
				return normal(item), nil
			}
			want--
		}
	case map[string]any, *group:
		value, known := member(v, textOf(key))
		if !known {
			e.remark("unknown", textOf(key))
		}
		return value, nil
	}
	return nil, nil
}

// paths lists what the engine tries for a collection in a reference: each name
// with the names before it. A name with an index is left out, as the engine
// does.
func (n *refNode) paths() [][]string {
	var all [][]string
	var path []string
	add := func(name string, next int) {
		if next < len(n.steps) && n.steps[next].index != nil {
			return
		}
		path = append(path, name)
		all = append(all, path[:len(path):len(path)])
	}
	if n.name == "" {
		return nil
	}
	add(n.name, 0)
	for i, s := range n.steps {
		if s.index == nil && !s.method {
			add(s.name, i+1)
		}
	}
	return all
}

// walk gives the value of a path of names.
func (e *env) walk(path []string) any {
	v, _ := e.variable(path[0])
	at := path[0]
	e.bound(at, &v)
	for _, name := range path[1:] {
		if v == nil {
			return nil
		}
		v, _ = member(v, name)
		if len(e.binds) > 0 {
			at += "." + name
			e.bound(at, &v)
		}
	}
	return v
}
