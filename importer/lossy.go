package importer

import (
	"strings"
	"unicode/utf8"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/locale"
)

// lossy reads a cell of a text file that was saved in an encoding without some
// signs of the base: programs write a question mark for each, without a word.
// The base's own text shown so is the base's; a text that somebody edited
// besides cannot be told from its lost signs. ok is false where nothing was lost.
func (r *reader) lossy(text string, base catalog.Value) (got reading, ok bool) {
	if !r.csv || !base.IsSet() || !strings.Contains(text, "?") {
		return reading{}, false
	}
	lines, was := locale.Lines(text), base.Text()
	switch {
	case lines == was:
		return reading{}, false
	case signsLost(was, lines, 1) || signsLost(was, lines, 2):
		return repaired, true
	case r.e.Dialect.Lacks(was) && strings.Count(lines, "?") > strings.Count(was, "?"):
		return bad(diag.Variant("text-invalid", "encoding")), true
	}
	return reading{}, false
}

// signsLost says that text is was with question marks for signs outside ASCII
// and otherwise the same; some programs write as many as wide for a sign beyond
// U+FFFF, which is two units of UTF-16.
func signsLost(was, text string, wide int) bool {
	for _, sign := range was {
		got, n := utf8.DecodeRuneInString(text)
		switch {
		case got == sign && n > 0:
			text = text[n:]
			continue
		case sign < utf8.RuneSelf:
			return false
		}
		marks := "?"
		if sign > 0xFFFF {
			marks = strings.Repeat("?", wide)
		}
		if !strings.HasPrefix(text, marks) {
			return false
		}
		text = text[len(marks):]
	}
	return text == ""
}
