package sheet

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// A workbook spells a character that XML cannot hold as _xHHHH_
// (ECMA-376 part 1, 22.9.2.19, ST_Xstring). Excel takes exactly four digits
// for an escape; LibreOffice takes one to four, so the writer escapes the
// underscore before any of them.

// decodeEscapes undoes the spelling; a lone half of a surrogate pair stays as
// it is written.
func decodeEscapes(s string) string {
	i := strings.Index(s, "_x")
	if i < 0 {
		return s
	}
	var b strings.Builder
	for {
		r, n := escapeAt(s[i:])
		b.WriteString(s[:i])
		if n == 0 {
			b.WriteString("_x")
			n = 2
		} else {
			b.WriteRune(r)
		}
		s = s[i+n:]
		if i = strings.Index(s, "_x"); i < 0 {
			b.WriteString(s)
			return b.String()
		}
	}
}

// escapeAt reads one escape, or two that are halves of one character, at the
// beginning of s; n is 0 when there is none.
func escapeAt(s string) (r rune, n int) {
	r, ok := unit(s)
	switch {
	case !ok:
		return 0, 0
	case !utf16.IsSurrogate(r):
		return r, 7
	}
	low, ok := unit(s[7:])
	if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
		return 0, 0
	}
	return r, 14
}

// unit reads _xHHHH_.
func unit(s string) (rune, bool) {
	if len(s) < 7 || s[0] != '_' || s[1] != 'x' || s[6] != '_' {
		return 0, false
	}
	var r rune
	for _, c := range []byte(s[2:6]) {
		d := hexDigit(c)
		if d < 0 {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	return r, true
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// looksEscaped says whether s begins with _x, one to four hex digits and _.
func looksEscaped(s string) bool {
	if len(s) < 4 || s[1] != 'x' {
		return false
	}
	for i := 2; i < len(s) && i <= 6; i++ {
		if s[i] == '_' {
			return i > 2
		}
		if hexDigit(s[i]) < 0 {
			return false
		}
	}
	return false
}

const upperHex = "0123456789ABCDEF"

// plainByte marks the bytes that stand in XML text as they are.
var plainByte = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= 0x20 || c == '\t' || c == '\n'
	}
	for _, c := range []byte("&<>_\xEF") {
		t[c] = false
	}
	return t
}()

// appendEscaped appends s as the text of a <t> or attribute: entities for
// markup, _xHHHH_ for what XML cannot hold, U+FFFD for what is not UTF-8.
func appendEscaped(dst []byte, s string) []byte {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	from := 0
	for i := 0; i < len(s); i++ {
		if plainByte[s[i]] {
			continue
		}
		with, n := escapeByte(s[i:])
		if n == 0 {
			continue
		}
		dst = append(append(dst, s[from:i]...), with...)
		i += n - 1
		from = i + 1
	}
	return append(dst, s[from:]...)
}

// escapeByte gives what replaces the first n bytes of s; n is 0 when nothing
// does.
func escapeByte(s string) (with string, n int) {
	switch c := s[0]; c {
	case '&':
		return "&amp;", 1
	case '<':
		return "&lt;", 1
	case '>':
		return "&gt;", 1
	case '_':
		if looksEscaped(s) {
			return "_x005F_", 1
		}
		return "", 0
	case 0xEF:
		switch {
		case strings.HasPrefix(s, "\uFFFE"):
			return "_xFFFE_", 3
		case strings.HasPrefix(s, "\uFFFF"):
			return "_xFFFF_", 3
		}
		return "", 0
	default:
		return "_x00" + string([]byte{upperHex[c>>4], upperHex[c&15]}) + "_", 1
	}
}
