package migration

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"catalogsheet/internal/catalog"
)

// shownOnly takes the control characters out of a text, save tabs and breaks of
// lines, and lists them: nothing says what V2 and the tills make of them.
func shownOnly(s string) (shown, signs string) {
	var list []string
	shown = strings.Map(func(r rune) rune {
		if !unicode.IsControl(r) || strings.ContainsRune("\t\n\r", r) {
			return r
		}
		if sign := fmt.Sprintf("%U", r); !slices.Contains(list, sign) {
			list = append(list, sign)
		}
		return -1
	}, s)
	return shown, strings.Join(list, ", ")
}

// shown asks about a text with characters that do not show.
func (b *builder) shown(n *node, v1 string, field catalog.Field, s string) string {
	m, _ := memberOf(field)
	shown, signs := shownOnly(s)
	if signs == "" || b.inV2(n, m.key, s) {
		return s
	}
	decided, _ := b.find(n, Finding{Field: v1, Code: "text-unshown", Value: shown, Args: []any{signs}, Status: Waits}, acceptText(0))
	return decided
}
