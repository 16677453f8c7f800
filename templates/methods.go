package templates

import (
	"strings"
	"unicode"
	"unicode/utf16"
)

// method calls a method of a text, or what a collection knows of itself. A
// getter, getName(), is the property name. Anything else is refused.
func (e *env) method(v any, s *step, path string) (any, error) {
	args := make([]any, len(s.args))
	for i, x := range s.args {
		var err error
		if args[i], err = e.eval(x); err != nil {
			return nil, err
		}
	}
	if v == nil {
		return nil, nil
	}
	switch s.name {
	case "size":
		if _, text := v.(string); text {
			break
		}
		if n, err := sizeOf(v); n >= 0 || err != nil {
			return long(int64(n)), err
		}
	case "get":
		if _, text := v.(string); !text && len(args) == 1 {
			return e.at(v, args[0])
		}
	}
	if text, ok := v.(string); ok {
		for _, m := range textMethods {
			if m.name == s.name && len(args) >= m.least && len(args) <= m.most {
				return m.call(text, args)
			}
		}
	} else if name := property(s.name); name != "" && len(args) == 0 {
		value, known := member(v, name)
		if !known {
			e.remark("unknown", path+"."+s.name+"()")
		}
		return value, nil
	}
	e.remark("method", s.name)
	return nil, nil
}

// property is the name of a getter's property: getPositions is positions.
func property(getter string) string {
	name, ok := strings.CutPrefix(getter, "get")
	if !ok || name == "" {
		return ""
	}
	return string(unicode.ToLower(rune(name[0]))) + name[1:]
}

// textMethod is a method of a text. A call that Java would refuse gives null,
// a blank cell.
type textMethod struct {
	name        string
	least, most int
	call        func(text string, args []any) (any, error)
}

// textMethods is the whole list; a call adds nothing to it.
var textMethods = [...]textMethod{
	{"length", 0, 0, func(text string, _ []any) (any, error) { return long(int64(len(units(text)))), nil }},
	{"substring", 1, 2, substring},
	{"toUpperCase", 0, 0, func(text string, _ []any) (any, error) { return strings.ToUpper(text), nil }},
	{"toLowerCase", 0, 0, func(text string, _ []any) (any, error) { return strings.ToLower(text), nil }},
	{"trim", 0, 0, func(text string, _ []any) (any, error) {
		return strings.TrimFunc(text, func(r rune) bool { return r <= ' ' }), nil
	}},
	{"replace", 2, 2, replace},
	{"indexOf", 1, 1, func(text string, args []any) (any, error) {
		part, ok := args[0].(string)
		if !ok {
			return nil, nil
		}
		at := strings.Index(text, part)
		if at > 0 {
			at = len(units(text[:at]))
		}
		return long(int64(at)), nil
	}},
	{"contains", 1, 1, withText(strings.Contains)},
	{"startsWith", 1, 1, withText(strings.HasPrefix)},
	{"endsWith", 1, 1, withText(strings.HasSuffix)},
}

func withText(f func(text, part string) bool) func(string, []any) (any, error) {
	return func(text string, args []any) (any, error) {
		part, ok := args[0].(string)
		if !ok {
			return nil, nil
		}
		return f(text, part), nil
	}
}

// units are the UTF-16 units in which Java counts.
func units(s string) []uint16 { return utf16.Encode([]rune(s)) }

func substring(text string, args []any) (any, error) {
	all := units(text)
	from, to := int64(0), int64(len(all))
	for i, bound := range []*int64{&from, &to} {
		if i < len(args) {
			n, ok := args[i].(number)
			if !ok || n.d.NumDigits() > 9 || n.d.Exponent() > 9 {
				return nil, nil
			}
			*bound = n.d.IntPart()
		}
	}
	if from < 0 || to > int64(len(all)) || from > to {
		return nil, nil
	}
	return string(utf16.Decode(all[from:to])), nil
}

func replace(text string, args []any) (any, error) {
	was, ok := args[0].(string)
	with, ok2 := args[1].(string)
	if !ok || !ok2 {
		return nil, nil
	}
	count := strings.Count(text, was)
	if len(text)+count*max(len(with)-len(was), 0) > maxText {
		return nil, errTooLong
	}
	return strings.ReplaceAll(text, was, with), nil
}
