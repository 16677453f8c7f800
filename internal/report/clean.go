package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// joiners hold emoji and some scripts together and do nothing else.
const joiners = "\u200c\u200d"

// Clean makes text safe on one line of a terminal: an item's name may hold
// escape sequences, line breaks or marks that turn the direction of writing.
// What cannot be shown is spelled, never dropped, so that two names that differ
// look different.
func Clean(s string) string {
	if !unclean(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, "<%02X>", s[i])
		case r == '\r' && strings.HasPrefix(s[i:], "\r\n"):
			n = 2
			b.WriteRune('⏎')
		case r == '\n':
			b.WriteRune('⏎')
		case r < ' ':
			b.WriteRune('\u2400' + r) // the picture of the control
		case r == 0x7f:
			b.WriteRune('\u2421')
		case hidden(r):
			fmt.Fprintf(&b, "<U+%04X>", r)
		default:
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

func unclean(s string) bool {
	if !utf8.ValidString(s) {
		return true
	}
	return strings.ContainsFunc(s, hidden)
}

// hidden says that a rune acts on a terminal or shows nothing.
func hidden(r rune) bool {
	if strings.ContainsRune(joiners, r) {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) || r == utf8.RuneError
}

// columns is how many columns of a terminal clean text takes.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me) || strings.ContainsRune(joiners, r):
		case wide(r):
			n += 2
		default:
			n++
		}
	}
	return n
}

func wide(r rune) bool {
	k := width.LookupRune(r).Kind()
	return k == width.EastAsianWide || k == width.EastAsianFullwidth
}

// pad fills s with spaces up to a width; right puts them in front.
func pad(s string, to int, right bool) string {
	fill := strings.Repeat(" ", max(0, to-columns(s)))
	if right {
		return fill + s
	}
	return s + fill
}
