package importer

import (
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/locale"
)

// captions finds columns by what their headers say.
type captions struct {
	schema   catalog.Schema
	exact    map[string]int   // as the sheet's own metadata has it
	folded   map[string][]int // by title in either language, and by key
	mapped   map[string]string
	families []catalog.Family // whose members may be unknown yet
	all      []catalog.Family
	based    bool
	// ghosts: columns are looked for that only check a row.
	ghosts bool
}

func newCaptions(schema catalog.Schema, headers map[catalog.Field]string, o Options) *captions {
	c := &captions{schema: slices.Clone(schema), exact: map[string]int{}, folded: map[string][]int{}, mapped: map[string]string{}, all: o.Families, based: headers != nil}
	for i, col := range schema {
		if h := headers[col.Field]; h != "" {
			c.exact[h] = i
			c.add(h, i)
		}
		c.add(col.Title.En, i)
		c.add(col.Title.Ru, i)
	}
	for h, key := range o.Map {
		c.mapped[locale.Fold(h)] = key
	}
	if headers == nil {
		c.families = o.Families
	}
	return c
}

// add names a column by a title. Without a base the columns of several
// systems are known, and the first of one title stands for all.
func (c *captions) add(title string, i int) {
	f := locale.Fold(title)
	if f == "" || slices.Contains(c.folded[f], i) || !c.based && c.folded[f] != nil {
		return
	}
	c.folded[f] = append(c.folded[f], i)
}

// find gives the position in the schema of the column that a header names, -1
// for none.
func (c *captions) find(header string) int {
	folded := locale.Fold(header)
	if key, ok := c.mapped[folded]; ok {
		return c.byKey(key)
	}
	if i, ok := c.exact[header]; ok {
		return i
	}
	switch hits := c.folded[folded]; len(hits) {
	case 0:
	case 1:
		return hits[0]
	default:
		return -1 // two price types of one name: only the exact header tells
	}
	for _, f := range c.families {
		for _, t := range []struct{ before, after string }{{f.Before.En, f.After.En}, {f.Before.Ru, f.After.Ru}} {
			if name, ok := member(header, t.before, t.after); ok {
				return c.grow(f, name, header)
			}
		}
	}
	return -1
}

// byKey finds a column by its key; the id inside may be a name where that is
// unique: salePrice:Retail.
func (c *captions) byKey(key string) int {
	f := catalog.Field(strings.TrimSpace(key))
	if i := c.schema.Index(f); i >= 0 {
		return i
	}
	at, name := -1, locale.Fold(f.Member())
	for i, col := range c.schema {
		if name == "" || col.Field.Family() != f.Family() || !c.named(col, name) {
			continue
		}
		if at >= 0 {
			return -1
		}
		at = i
	}
	if at >= 0 {
		return at
	}
	for _, fam := range c.families {
		if fam.Field == f.Family() && f.Member() != "" {
			return c.grow(fam, f.Member(), fam.Before.En+f.Member()+fam.After.En)
		}
	}
	return -1
}

// named says whether a member of a family has a name, folded, in its title.
func (c *captions) named(col catalog.Column, name string) bool {
	for _, f := range c.all {
		if f.Field != col.Field.Family() {
			continue
		}
		en, okEn := member(col.Title.En, f.Before.En, f.After.En)
		ru, okRu := member(col.Title.Ru, f.Before.Ru, f.After.Ru)
		return okEn && locale.Fold(en) == name || okRu && locale.Fold(ru) == name
	}
	for _, title := range []string{col.Title.En, col.Title.Ru} {
		if _, after, ok := strings.Cut(title, ":"); ok && locale.Fold(after) == name {
			return true
		}
	}
	return false
}

// member cuts the name out of a family's title.
func member(header, before, after string) (string, bool) {
	h := strings.TrimSpace(header)
	b, a := strings.TrimSpace(before), strings.TrimSpace(after)
	if b == "" || len(h) <= len(b)+len(a) || !strings.EqualFold(h[:len(b)], b) || !strings.HasSuffix(h, a) {
		return "", false
	}
	name := strings.TrimSpace(h[len(b) : len(h)-len(a)])
	return name, name != ""
}

// grow adds a family's member, named by its title until the schema of the
// account tells its id.
func (c *captions) grow(f catalog.Family, name, header string) int {
	col := f.Column
	col.Field = catalog.Field(f.Field + ":" + name)
	col.Title.En, col.Title.Ru = header, header
	c.schema = append(c.schema, col)
	c.add(header, len(c.schema)-1)
	return len(c.schema) - 1
}

// barcodeParts are the columns of MoySklad's own export, which has one per kind
// of barcode, each with several barcodes set apart by commas.
var barcodeParts = [...]struct{ title, kind string }{
	{"Штрихкод EAN13", "ean13"},
	{"Штрихкод EAN8", "ean8"},
	{"Штрихкод Code128", "code128"},
	{"Штрихкод UPC", "upc"},
	{"Штрихкод GTIN", "gtin"},
}

// findPart gives the barcodes column and the kind of its barcodes that a header
// names; at is -1 for none.
func (c *captions) findPart(header string) (at int, kind string) {
	i := c.schema.Index(catalog.FieldBarcodes)
	if i < 0 || c.schema[i].Bare {
		return -1, ""
	}
	folded := locale.Fold(header)
	for _, p := range barcodeParts {
		if folded == locale.Fold(p.title) {
			return i, p.kind
		}
	}
	return -1, ""
}

// The columns that no schema has: they only check a row of a foreign sheet.
const (
	ghostCurrency = "currency"   // the currency of a price that is in the account's
	ghostParent   = "parentCode" // the code of a variant's product
)

// parentCode is how MoySklad's own export names the product of a variant: the
// UUID beside it is not the product's.
const parentCode = "Код товара модификации"

// ghost says which of them a header is, "" for none.
func (c *captions) ghost(header string) string {
	if !c.ghosts {
		return ""
	}
	if locale.Fold(header) == locale.Fold(parentCode) {
		return ghostParent
	}
	for _, f := range c.all {
		if f.Field != ghostCurrency {
			continue
		}
		_, en := member(header, f.Before.En, f.After.En)
		_, ru := member(header, f.Before.Ru, f.After.Ru)
		if en || ru {
			return ghostCurrency
		}
	}
	return ""
}

// currency says that a column of the schema names the currency of a price.
func (c *captions) currency(at int) bool {
	return at >= 0 && namesCurrency(c.schema, c.schema[at].Field)
}

func namesCurrency(schema catalog.Schema, f catalog.Field) bool {
	return slices.ContainsFunc(schema, func(c catalog.Column) bool { return c.Currency == f })
}
