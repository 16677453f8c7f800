package sheet

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// references are the five names that XML knows by itself.
var references = map[string]rune{"amp": '&', "lt": '<', "gt": '>', "quot": '"', "apos": '\''}

// reference reads &…; and tells its length, 0 when there is none.
func reference(b []byte) (rune, int) {
	end := bytes.IndexByte(b[:min(len(b), 16)], ';')
	if end < 2 {
		return 0, 0
	}
	body := string(b[1:end])
	if body[0] != '#' {
		r, ok := references[body]
		if !ok {
			return 0, 0
		}
		return r, end + 1
	}
	digits, base := body[1:], 10
	if len(digits) > 0 && (digits[0] == 'x' || digits[0] == 'X') {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n == 0 || !utf8.ValidRune(rune(n)) {
		return 0, 0
	}
	return rune(n), end + 1
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

var doubleQuote = []byte{'"'}

// trimSpace cuts white space off the end.
func trimSpace(b []byte) []byte {
	for len(b) > 0 && isSpace(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// local cuts the prefix off a name.
func local(name []byte) []byte {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

// nextAttr cuts the first attribute off b; name is empty at the end.
func nextAttr(b []byte) (name, value, rest []byte) {
	i := 0
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	eq := bytes.IndexByte(b[i:], '=')
	if eq < 0 {
		return nil, nil, nil
	}
	name = trimSpace(b[i : i+eq])
	b = b[i+eq+1:]
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	if len(b) == 0 {
		return nil, nil, nil
	}
	end := bytes.IndexByte(b[1:], b[0])
	if end < 0 {
		return nil, nil, nil
	}
	return name, b[1 : 1+end], b[2+end:]
}

// attr finds an attribute by its name, nil when it is not there.
func attr(b []byte, want string) []byte {
	for {
		name, value, rest := nextAttr(b)
		if len(name) == 0 {
			return nil
		}
		if string(name) == want {
			return value
		}
		b = rest
	}
}

// attrText is attr with references resolved.
func (s *scanner) attrText(want string) (string, error) {
	inner := scanner{text: attr(s.attrs, want)}
	b, err := inner.appendText(nil)
	return string(b), err
}
