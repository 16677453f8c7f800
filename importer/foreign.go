package importer

import (
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/sheet"
)

// A sheet that carries no base is compared with what the server holds now.
// Nothing proves what its columns held when they were written, so it is read
// with more reserve: a blank cell is no edit, a read-only cell is none either,
// and a row must show that it means the item that its UUID names.

// passes says that a cell of a sheet without a base asks for nothing.
func (r *reader) passes(c *column, cell *sheet.Cell, item *catalog.Item, base catalog.Value) bool {
	editable := c.EditableOn(item.Key.Type)
	switch {
	case cell == nil:
		if editable && base.IsSet() {
			r.blanks++
		}
		return true
	case editable:
		return false
	case namesCurrency(r.base.Head.Schema, c.Field):
		if base.Absent() { // the item has no such price
			return sameCurrency(cell.Text, r.base.Head.Currency)
		}
		return sameCurrency(cell.Text, base.Text())
	}
	return true
}

func sameCurrency(a, b string) bool {
	return locale.Fold(a) == locale.Fold(b) || isRuble(a) && isRuble(b)
}

// checkForeign holds the row against the item that its UUID names.
func (r *reader) checkForeign(l *line) {
	t := &r.e.tables[l.table]
	item := &r.base.Items[l.item]
	if t.name >= 0 && t.code >= 0 && t.name != t.key && t.code != t.key && r.differs(t.name, item) && r.differs(t.code, item) {
		r.report(l, t.key, diag.Variant("id-changed", "item", r.shown(t.name, item), r.shown(t.code, item)))
	}
	for i := range t.cols {
		cell := r.cells[i]
		if cell == nil {
			continue
		}
		switch t.cols[i].ghost {
		case ghostCurrency:
			if !sameCurrency(cell.Text, r.base.Head.Currency) {
				r.report(l, i, diag.Variant("read-only", "was", r.base.Head.Currency))
			}
		case ghostParent:
			r.checkParent(l, i, item)
		}
	}
}

// differs says that a filled cell is not what the item has.
func (r *reader) differs(i int, item *catalog.Item) bool {
	c := &r.e.tables[r.e.lines[r.lineNo()].table].cols[i]
	cell, base := r.cells[i], item.Cells[c.at]
	if cell == nil {
		return false
	}
	return !r.read(c, cell, base).same && locale.Fold(cell.Text) != locale.Fold(base.Text())
}

func (r *reader) shown(i int, item *catalog.Item) string {
	return item.Cells[r.e.tables[r.e.lines[r.lineNo()].table].cols[i].at].Text()
}

// checkParent compares the code of a variant's product, where that product is
// in the file too.
func (r *reader) checkParent(l *line, i int, item *catalog.Item) {
	schema := r.base.Head.Schema
	parent, code := schema.Index(catalog.FieldParentID), schema.Index(catalog.FieldCode)
	if parent < 0 || code < 0 || !item.Cells[parent].IsSet() {
		return
	}
	if r.codes == nil {
		r.codes = make(map[string]catalog.Value, len(r.base.Items))
		for _, it := range r.base.Items {
			r.codes[it.Target.ID] = it.Cells[code]
		}
	}
	was, ok := r.codes[item.Cells[parent].Text()]
	if !ok {
		return
	}
	c := r.e.tables[l.table].cols[i]
	c.Column = schema[code]
	if !r.read(&c, r.cells[i], was).same {
		r.report(l, i, diag.Variant("read-only", "was", was.Text()))
	}
}

// heading says that a row that names no item is a group's title or a total:
// nothing in it could be sent.
func (r *reader) heading(t *table) bool {
	for i := range t.cols {
		c := &t.cols[i]
		if i != t.key && r.cells[i] != nil && c.Kind != catalog.Text && c.Kind != catalog.Choice {
			return false
		}
	}
	return true
}
