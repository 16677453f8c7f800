package importer

import (
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/locale"
)

// unknownCodes names the finding for a value that does not exist, by field;
// other columns have entry-unknown with a list and value-unknown without.
var unknownCodes = map[catalog.Field]diag.Code{
	"folder":  "folder-unknown",
	"group":   "folder-unknown",
	"uom":     "uom-unknown",
	"measure": "uom-unknown",
}

// choice reads one name out of those that exist. Where none are known (a long
// list is not kept in the sheet) the name is taken as it is.
func (r *reader) choice(c *column, text string, base catalog.Value) reading {
	v, _ := locale.Parse(c.Column, text, 0)
	for _, t := range c.Tokens {
		if v.Text() == t.Value {
			return reading{value: v}
		}
	}
	list, listed := r.lists[c.List]
	if listed {
		name, ok, near := list.find(v.Text())
		if ok {
			return reading{value: catalog.Of(name)}
		}
		if base.IsSet() && locale.Fold(base.Text()) == locale.Fold(text) {
			return unchanged
		}
		return r.unknown(c, text, near)
	}
	if base.IsSet() && locale.Fold(base.Text()) == locale.Fold(text) {
		return unchanged
	}
	if len(c.Tokens) > 0 {
		var titles []string
		for _, t := range c.Tokens {
			titles = append(titles, locale.Cell(c.Column, catalog.Of(t.Value), r.e.o.Lang, '.'))
		}
		return r.unknown(c, text, locale.Nearest(text, titles))
	}
	return reading{value: v}
}

// lookup is a list of the base made ready for many questions.
type lookup struct {
	entries []catalog.Entry
	names   map[string]bool
	folded  map[string]string // "" where two names fold alike
	near    map[string]string // what was asked for in vain, with its nearest name
}

func newLookup(entries []catalog.Entry) *lookup {
	l := &lookup{
		entries: entries, names: make(map[string]bool, len(entries)), folded: make(map[string]string, len(entries)), near: map[string]string{},
	}
	for _, e := range entries {
		f := locale.Fold(e.Name)
		if had, ok := l.folded[f]; ok && had != e.Name {
			l.folded[f] = ""
		} else {
			l.folded[f] = e.Name
		}
		l.names[e.Name] = true
	}
	return l
}

// guesses is for how many different texts a nearest name is looked for: past
// that a list is wrong as a whole, and the search would take long.
const guesses = 100

// find looks a text up as it is, else by what people mean by it where that is
// one name only. near is the closest name when there is none.
func (l *lookup) find(text string) (name string, ok bool, near string) {
	if l.names[text] {
		return text, true, ""
	}
	folded := locale.Fold(text)
	if name := l.folded[folded]; name != "" {
		return name, true, ""
	}
	near, asked := l.near[folded]
	if !asked && len(l.near) < guesses {
		_, _, near = locale.Find(l.entries, text)
		l.near[folded] = near
	}
	return "", false, near
}

func (r *reader) unknown(c *column, text, near string) reading {
	code, ok := unknownCodes[c.Field]
	switch {
	case ok:
	case c.List != "":
		code = "entry-unknown"
	default:
		code = "value-unknown"
	}
	if near != "" {
		return bad(diag.Variant(code, "near", text, near))
	}
	return bad(diag.New(code, text, ""))
}

// rate checks a VAT rate against those that the account has.
func (r *reader) rate(c *column, text string, v, base catalog.Value) reading {
	list, listed := r.lists[c.List]
	if !listed || len(list.entries) == 0 || !strings.HasSuffix(v.Text(), "%") || same(catalog.VAT, base, v) {
		return reading{value: v}
	}
	var names []string
	for _, e := range list.entries {
		if known, d := locale.VAT(e.Name, 0); d == nil && known == v.Text() || e.ID == v.Text() {
			return reading{value: v}
		}
		names = append(names, e.Name)
	}
	return bad(diag.Variant("vat-unknown", "known", text, strings.Join(names, ", ")))
}
