package report

import "strings"

// narrowest is the width below which breaking lines helps nobody.
const narrowest = 40

// Wrap breaks a clean text between words so that no line is wider than width
// columns, the first of which is preceded by used columns; indent begins each
// further line. A word is never cut: a path or an option stays whole. A width
// below 40, such as the 0 of a pipe, leaves the text as it is.
func Wrap(text string, used int, indent string, width int) string {
	if width < narrowest || used+columns(text) <= width {
		return text
	}
	var b strings.Builder
	at := used
	for i, word := range strings.Split(text, " ") {
		n := columns(word)
		switch {
		case i == 0:
		case at+1+n > width:
			b.WriteString("\n" + indent)
			at = columns(indent)
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
}

// wrapped writes a line whose text may go on under indent; lead says how wide
// the painted prefix looks.
func (p *page) wrapped(prefix string, lead int, indent, text string) {
	p.line(prefix, Wrap(text, lead, indent, p.Width))
}
