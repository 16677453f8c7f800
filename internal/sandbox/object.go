package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// field is one member of a JSON object with its value as it was written.
type field struct {
	name string
	raw  json.RawMessage
}

// object is a JSON object that keeps the order of its members and the exact
// text of their values, so that a field nobody writes stays equal byte for
// byte.
type object []field

func (o object) get(name string) (json.RawMessage, bool) {
	for _, f := range o {
		if f.name == name {
			return f.raw, true
		}
	}
	return nil, false
}

func (o object) has(name string) bool {
	_, ok := o.get(name)
	return ok
}

// text gives a string member, or "" where there is none.
func (o object) text(name string) string {
	raw, ok := o.get(name)
	if !ok {
		return ""
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

func (o object) isTrue(name string) bool {
	raw, _ := o.get(name)
	return string(raw) == "true"
}

// set replaces a member where it stands or appends it.
func (o *object) set(name string, raw json.RawMessage) {
	for i := range *o {
		if (*o)[i].name == name {
			(*o)[i].raw = raw
			return
		}
	}
	*o = append(*o, field{name, raw})
}

func (o *object) setText(name, value string) { o.set(name, quote(value)) }

func (o *object) drop(name string) {
	for i := range *o {
		if (*o)[i].name == name {
			*o = append((*o)[:i:i], (*o)[i+1:]...)
			return
		}
	}
}

func (o object) clone() object { return append(object(nil), o...) }

func (o object) encode(dst []byte) []byte {
	dst = append(dst, '{')
	for i, f := range o {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, quote(f.name)...)
		dst = append(dst, ':')
		dst = append(dst, f.raw...)
	}
	return append(dst, '}')
}

// quote writes a JSON string without the HTML escapes of encoding/json.
func quote(s string) json.RawMessage {
	if isPlain(s) {
		return json.RawMessage(`"` + s + `"`)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return json.RawMessage(`""`)
	}
	return json.RawMessage(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// isPlain tells that a text needs no escapes: almost all do not.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' {
			return false
		}
	}
	return utf8.ValidString(s)
}

func compact(raw []byte) json.RawMessage {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return raw
	}
	return b.Bytes()
}

func isNull(raw json.RawMessage) bool { return string(bytes.TrimSpace(raw)) == "null" }

// first gives the first byte of a value: { [ " or part of an atom.
func first(raw json.RawMessage) byte {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return 0
	}
	return raw[0]
}

var errNotObject = errors.New("not an object")

// parseObject reads one JSON object; a name that comes twice keeps the last
// value.
func parseObject(data []byte) (object, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	tok, err := dec.Token()
	if err != nil {
		return nil, fmt.Errorf("parse object: %w", err)
	}
	if tok != json.Delim('{') {
		return nil, errNotObject
	}
	out := make(object, 0, 32)
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, fmt.Errorf("parse object: %w", err)
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, fmt.Errorf("parse object: %w", err)
		}
		name, _ := key.(string)
		out.set(name, compact(raw))
	}
	if _, err := dec.Token(); err != nil {
		return nil, fmt.Errorf("parse object: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("parse object: text after the end")
	}
	return out, nil
}

// element is one value of an array and where in the text it begins.
type element struct {
	raw    json.RawMessage
	offset int
}

func parseArray(data []byte) ([]element, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	tok, err := dec.Token()
	if err != nil {
		return nil, fmt.Errorf("parse array: %w", err)
	}
	if tok != json.Delim('[') {
		return nil, errors.New("not an array")
	}
	var out []element
	for dec.More() {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, fmt.Errorf("parse array: %w", err)
		}
		out = append(out, element{raw, int(dec.InputOffset()) - len(raw)})
	}
	if _, err := dec.Token(); err != nil {
		return nil, fmt.Errorf("parse array: %w", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("parse array: text after the end")
	}
	return out, nil
}

// objects gives the objects of an array value; anything else in it is left
// out.
func objects(raw json.RawMessage) []object {
	list, err := parseArray(raw)
	if err != nil {
		return nil
	}
	var out []object
	for _, e := range list {
		if o, err := parseObject(e.raw); err == nil {
			out = append(out, o)
		}
	}
	return out
}

func encodeArray(list []object) json.RawMessage {
	dst := []byte{'['}
	for i, o := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = o.encode(dst)
	}
	return append(dst, ']')
}

// depth counts how deep objects and arrays nest in data.
func depth(data []byte) int {
	deepest, now, inText := 0, 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{' || c == '[':
			now++
			deepest = max(deepest, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return deepest
}
