package templates

import (
	"strings"
	"unicode/utf8"

	"catalogsheet/internal/i18n"
)

// tokenKind is the kind of a token of an expression.
type tokenKind uint8

const (
	tokEnd tokenKind = iota
	tokName
	tokWord // reserved
	tokLong
	tokDouble
	tokText
	tokSign // an operator or a bracket
)

type token struct {
	kind tokenKind
	text string // of a tokText, its content
	at   int
}

// reservedWords cannot be names, not even behind a point: row.size is refused
// by the engine. The value is the sign that the word stands for, if any.
func reservedWord(name string) (sign string, reserved bool) {
	switch name {
	case "eq":
		return "==", true
	case "ne":
		return "!=", true
	case "lt":
		return "<", true
	case "gt":
		return ">", true
	case "le":
		return "<=", true
	case "ge":
		return ">=", true
	case "and":
		return "&&", true
	case "or":
		return "||", true
	case "not":
		return "!", true
	case "div":
		return "/", true
	case "mod":
		return "%", true
	case "empty", "size", "true", "false", "null", "new", "var", "if", "else", "for", "foreach", "while", "return", "in":
		return "", true
	}
	return "", false
}

// signs are the operators, longer ones first.
var signs = [...]string{
	"==", "!=", "<=", ">=", "&&", "||", "=~", "!~", "?:",
	"+", "-", "*", "/", "%", "<", ">", "!", "?", ":", "(", ")", "[", "]", ".", ",", "=", ";", "{", "}",
}

// syntaxError is an expression that the engine cannot read.
type syntaxError struct {
	at   int
	what i18n.Text
	args []any
}

func syntaxErr(at int, what i18n.Text, args ...any) *syntaxError {
	return &syntaxError{at, what, args}
}

func (e *syntaxError) Error() string { return e.In(i18n.En) }

// In says the error in a language.
func (e *syntaxError) In(l i18n.Lang, _ ...any) string { return e.what.In(l, e.args...) }

// lex cuts an expression into tokens.
func lex(s string) ([]token, error) {
	var all []token
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '"' || c == '\'':
			text, end, ok := lexText(s, i)
			if !ok {
				return nil, syntaxErr(i, i18n.T("the text has no closing quote", "у текста нет закрывающей кавычки"))
			}
			all = append(all, token{tokText, text, i})
			i = end
		case c >= '0' && c <= '9' || c == '.' && i+1 < len(s) && isDigit(s[i+1]) && !afterValue(all):
			t, end := lexNumber(s, i)
			all = append(all, t)
			i = end
			if i < len(s) && isLetter(s[i]) {
				return nil, syntaxErr(i, i18n.T("a letter after a number", "буква сразу после числа"))
			}
		case isLetter(c):
			end := i + 1
			for end < len(s) && (isLetter(s[end]) || isDigit(s[end])) {
				end++
			}
			all = append(all, word(s[i:end], i))
			i = end
		default:
			sign := signAt(s[i:])
			if sign == "" {
				r, _ := utf8.DecodeRuneInString(s[i:])
				return nil, syntaxErr(i, i18n.T("unexpected %[1]s", "лишнее %[1]s"), string(r))
			}
			all = append(all, token{tokSign, sign, i})
			i += len(sign)
		}
	}
	return append(all, token{tokEnd, "", len(s)}), nil
}

func signAt(s string) string {
	for _, sign := range signs {
		if strings.HasPrefix(s, sign) {
			return sign
		}
	}
	return ""
}

// afterValue says that a point goes on a path rather than begins a number.
func afterValue(all []token) bool {
	if len(all) == 0 {
		return false
	}
	last := all[len(all)-1]
	return last.kind == tokName || last.kind == tokText || last.text == ")" || last.text == "]"
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isLetter is about names, which are of Latin letters.
func isLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$' || c == '@'
}

func word(name string, at int) token {
	sign, reserved := reservedWord(name)
	switch {
	case sign != "":
		return token{tokSign, sign, at}
	case reserved:
		return token{tokWord, name, at}
	}
	return token{tokName, name, at}
}

// lexNumber reads 12, 12L, 1.5, .5 and 1.5d; there are no exponents.
func lexNumber(s string, at int) (token, int) {
	i := at
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	kind := tokLong
	if i+1 < len(s) && s[i] == '.' && isDigit(s[i+1]) {
		kind = tokDouble
		for i++; i < len(s) && isDigit(s[i]); i++ {
			continue
		}
	}
	text := s[at:i]
	if i < len(s) {
		suffixes := "lLhH"
		if kind == tokDouble {
			suffixes = "fFdDbB"
		}
		if strings.IndexByte(suffixes, s[i]) >= 0 && (i+1 == len(s) || !isLetter(s[i+1]) && !isDigit(s[i+1])) {
			i++
		}
	}
	return token{kind, text, at}, i
}

// lexText reads a text in single or double quotes; a backslash keeps the quote
// or itself.
func lexText(s string, at int) (text string, end int, ok bool) {
	quote := s[at]
	var b strings.Builder
	for i := at + 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == quote:
			return b.String(), i + 1, true
		case c == '\\' && i+1 < len(s) && (s[i+1] == quote || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(c)
		}
	}
	return "", 0, false
}
