package templates

import (
	"regexp"
	"slices"
	"strings"
)

// breaksTag says that a tag with such a finding is not carried out.
func breaksTag(code string) bool {
	return slices.Contains([]string{
		"tag-indented", "tag-case", "tag-unknown", "tag-quotes", "tag-malformed", "tag-unclosed", "tag-one-cell",
	}, code)
}

var declaration = regexp.MustCompile(`\bvar(?:Status)?\s*=\s*["'“”„«‘’]?([A-Za-z_]\w*)`)

// declaredNames are the names that a tag would set if it were carried out.
func declaredNames(text string) []string {
	var names []string
	for _, m := range declaration.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	if strings.Contains(text, "groupBy") {
		names = append(names, groupName)
	}
	return names
}

// nearestTag is the tag that was perhaps meant; each is that of later versions
// of the language and of others.
func nearestTag(name string) string {
	if strings.EqualFold(name, "each") || strings.EqualFold(name, "for") {
		return tagForEach
	}
	return nearest(name, []string{tagForEach, tagIf, tagOutline, tagOut})
}

var capitalTag = regexp.MustCompile(`^<(/?)(?i:jx):`)

// smallTag spells the beginning of a tag in small letters; ok is false where it
// is spelled so or is none.
func smallTag(text string) (fixed string, ok bool) {
	fixed = capitalTag.ReplaceAllString(text, "<${1}jx:")
	return fixed, fixed != text
}

// closing is about the closing tag of a name that no tag has.
func (c *checker) closing(name string, x *cell) {
	near := nearestTag(name)
	if !knownTag(name) && near != "" {
		c.add(found(c.s, x, "tag-unknown", name).fixed("</jx:" + near + ">"))
	}
}

var closingName = regexp.MustCompile(`^</jx:\s*(\w+)\s*>$`)

// closingFix spells a closing tag as the engine looks for it.
func closingFix(text string) string {
	m := closingName.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	name := m[1]
	if near := nearestTag(name); !knownTag(name) && near != "" {
		name = near
	}
	return "</jx:" + name + ">"
}

// tag checks one opening or self-closing tag by itself.
func (c *checker) tag(o *cell, up *loop) {
	t := o.tag
	switch {
	case !knownTag(t.name):
		f := found(c.s, o, "tag-unknown", t.name)
		if near := nearestTag(t.name); near != "" {
			f = f.fixed(strings.Replace(o.text, "<jx:"+t.name, "<jx:"+near, 1))
		}
		c.add(f)
		return
	case t.broken == curlyQuotes:
		c.add(found(c.s, o, "tag-quotes").fixed(straightQuotes(o.text)))
		return
	case t.broken == malformed:
		c.add(found(c.s, o, "tag-malformed"))
		return
	}
	for _, a := range []struct {
		name, of string
		x        *expression
		err      error
		optional bool
	}{
		{"items", tagForEach, t.items, t.itemsErr, false},
		{"select", tagForEach, t.pick, t.pickErr, true},
		{"test", tagIf, t.test, t.testErr, false},
	} {
		switch {
		case a.of != t.name || a.optional && a.x == nil && a.err == nil:
		case a.x == nil:
			c.add(attributeFinding(c.s, o, a.name, a.err))
		case a.optional: // it sees the loop's own item
			c.expression(o, a.x, newLoop(o, up), false)
		default:
			c.expression(o, a.x, up, false)
		}
	}
	if name := t.selectsItem(); name != "" && t.name == tagForEach {
		c.add(selectFinding(c.s, o, name))
	}
	if t.name == tagIf && t.test != nil && mayBeNull(t.test.root) {
		c.add(found(c.s, o, "test-null-possible", t.test.source).fixed(nullSafeTest(o.text, t.test.source)))
	}
}

// border checks the rows of an opening and a closing tag, which vanish.
func (c *checker) border(open, end line, o *cell) {
	closing := false
	for _, l := range []line{open, end} {
		for _, x := range l.cells {
			switch {
			case x.cell == o || x.kind == blankCell:
			case l.row == end.row && !closing && closes(x.text, o.tag.name):
				closing = true
				c.used[x.cell] = true
				c.closing(o.tag.name, x.cell)
			case l.row == open.row && x.tag != nil && !x.tag.self:
				c.add(found(c.s, x.cell, "loops-in-row", c.s.at(o.row, o.col).Cell()))
			case x.kind == textCell && strings.HasPrefix(x.text, "</jx:"):
				c.used[x.cell] = true
			default:
				tag := "<jx:" + o.tag.name + ">"
				if l.row == end.row {
					tag = "</jx:" + o.tag.name + ">"
				}
				c.add(found(c.s, x.cell, "tag-row-content", tag))
			}
		}
	}
}

// unclosed is about a tag that nothing closes.
func (c *checker) unclosed(o *cell) {
	if strings.Contains(o.text, "</jx:"+o.tag.name+">") {
		c.add(found(c.s, o, "tag-one-cell"))
		return
	}
	c.add(found(c.s, o, "tag-unclosed", o.tag.name))
}
