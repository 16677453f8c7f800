package templates

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"catalogsheet/internal/i18n"
)

// attribute is one of a tag, as written.
type attribute struct{ name, value string }

// tag is an opening or self-closing <jx:…> as the engine reads it.
type tag struct {
	name  string
	attrs []attribute
	self  bool
	// broken says why the engine's XML reader refuses the tag, "" if it does
	// not.
	broken brokenTag

	// What the expressions of the attributes were read to; the error is that
	// of an expression which cannot be read or is not in ${…}.
	items, test, pick, out *expression
	itemsErr, testErr      error
	pickErr, outErr        error
}

// brokenTag is why a tag is no XML.
type brokenTag uint8

const (
	wellFormed brokenTag = iota
	curlyQuotes
	malformed
)

// errNotExpression is an attribute that must be in ${…} and is not.
var errNotExpression = syntaxErr(0, i18n.T("not in ${…}", "не в ${…}"))

const (
	tagForEach = "forEach"
	tagIf      = "if"
	tagOutline = "outline"
	tagOut     = "out"
)

func knownTag(name string) bool {
	return name == tagForEach || name == tagIf || name == tagOutline || name == tagOut
}

// attr gives an attribute of the tag.
func (t *tag) attr(name string) (string, bool) {
	for _, a := range t.attrs {
		if a.name == name {
			return a.value, true
		}
	}
	return "", false
}

// readTag reads a cell that begins with <jx:. It gives nil where the engine
// takes the cell for a text: the name goes up to its end.
func readTag(text string) *tag {
	rest, ok := strings.CutPrefix(text, "<jx:")
	if !ok {
		return nil
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if end < 0 {
		return nil
	}
	t := &tag{name: rest[:end], self: strings.HasSuffix(text, "/>")}
	t.attrs, t.broken = readAttributes(rest[end:])
	t.items, t.itemsErr = t.expression("items")
	t.test, t.testErr = t.expression("test")
	t.pick, t.pickErr = t.expression("select")
	if source, ok := t.attr("expr"); ok {
		t.out, t.outErr = parseExpression(source)
	}
	return t
}

// selectsItem gives the loop variable where the select of a loop with groupBy
// names it: the engine has not set it then; "" without one.
func (t *tag) selectsItem() string {
	by, _ := t.attr("groupBy")
	name, _ := t.attr("var")
	if by == "" || name == "" || t.pick == nil {
		return ""
	}
	for _, ref := range t.pick.refs {
		if ref.name == name {
			return name
		}
	}
	return ""
}

// expression reads an attribute that must be ${…}; nil without the attribute.
func (t *tag) expression(name string) (*expression, error) {
	text, ok := t.attr(name)
	if !ok {
		return nil, nil
	}
	if name == "test" {
		text = strings.TrimSpace(text)
	}
	body, open := strings.CutPrefix(text, "${")
	body, closed := strings.CutSuffix(body, "}")
	if !open || !closed {
		return nil, errNotExpression
	}
	return parseExpression(body)
}

// readAttributes reads what follows a tag's name. Double-quoted values may hold
// <, & and, inside ${…}, quotes; single-quoted ones are plain XML.
func readAttributes(s string) ([]attribute, brokenTag) {
	var all []attribute
	for {
		trimmed := strings.TrimLeft(s, " \t\r\n")
		switch {
		case trimmed == "/>":
			return all, wellFormed
		case strings.HasPrefix(trimmed, ">"):
			// Text after the tag is passed over, if it is XML.
			if strings.ContainsAny(trimmed[1:], "<&") {
				return all, malformed
			}
			return all, wellFormed
		case trimmed == s || trimmed == "":
			return all, kindOfBreak(s)
		}
		equals := strings.IndexByte(trimmed, '=')
		if equals <= 0 {
			return all, kindOfBreak(trimmed)
		}
		name := strings.TrimSpace(trimmed[:equals])
		value := strings.TrimLeft(trimmed[equals+1:], " \t\r\n")
		if value == "" || value[0] != '"' && value[0] != '\'' || !isAttributeName(name) {
			return all, kindOfBreak(trimmed)
		}
		end := closingQuote(value)
		if end < 0 {
			return all, kindOfBreak(trimmed)
		}
		if value[0] == '\'' && strings.ContainsAny(value[1:end], "<&") {
			return all, malformed
		}
		for _, a := range all {
			if a.name == name {
				return all, malformed
			}
		}
		all = append(all, attribute{name, value[1:end]})
		s = value[end+1:]
	}
}

func isAttributeName(name string) bool {
	for i, r := range name {
		if !unicode.IsLetter(r) && r != '_' && (i == 0 || !unicode.IsDigit(r) && r != '-' && r != '.' && r != ':') {
			return false
		}
	}
	return name != ""
}

// closingQuote finds the end of a value; quotes inside ${…} do not count.
func closingQuote(s string) int {
	inside := false
	for i := 1; i < len(s); i++ {
		switch {
		case strings.HasPrefix(s[i:], "${"):
			inside = true
		case s[i] == '}':
			inside = false
		case s[i] == s[0] && (!inside || s[0] == '\''):
			return i
		}
	}
	return -1
}

// kindOfBreak tells typographic quotes, the usual cause, from other breaks.
func kindOfBreak(s string) brokenTag {
	if strings.ContainsAny(s, "“”„«»‘’‚″′") {
		return curlyQuotes
	}
	return malformed
}

// closes says whether a cell is exactly the closing tag of name.
func closes(text, name string) bool { return text == "</jx:"+name+">" }

// opens says whether a cell begins an inner tag of the same name, as the search
// for the closing tag counts them: a tag with a line break is not seen.
func opens(text, name string) bool {
	rest, ok := strings.CutPrefix(text, "<jx:"+name)
	if !ok || strings.ContainsAny(rest, "\r\n") {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || !(r == '_' || r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)))
}
