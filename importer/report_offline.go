package importer

import (
	"context"
	"slices"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/locale"
)

// comparePrinted compares new values with those that the report itself shows,
// as far as it does. The items are those that the rows name; what their ids lead
// to, and what they hold now, is for Compare to tell.
func (e *Edited) comparePrinted(ctx context.Context) error {
	e.Rows, e.Unchanged = e.idle, e.idle
	schema := e.printedSchema()
	e.base = &baseline.Base{Head: catalog.Head{Schema: schema, KeyField: catalog.FieldID}, Items: e.printedItems(schema)}
	r := newReader(e)
	for i := range e.tables {
		if err := r.table(ctx, i, e.rows(i)); err != nil {
			return err
		}
		r.judgeMerges(i, e.rawAt[e.tables[i].sheet])
	}
	r.finish()
	return nil
}

// printedSchema gives the columns that were found in the report, and puts every
// table's under its positions.
func (e *Edited) printedSchema() catalog.Schema {
	var schema catalog.Schema
	for i := range e.tables {
		for j := range e.tables[i].cols {
			c := &e.tables[i].cols[j]
			if c.at = schema.Index(c.Field); c.at < 0 {
				c.at = len(schema)
				schema = append(schema, e.described(c.Column))
			}
			c.Column = schema[c.at]
		}
	}
	return schema
}

// described fills in a member of a family, or the family that stands for its
// first one, as far as is known before the account is asked.
func (e *Edited) described(c catalog.Column) catalog.Column {
	i := slices.IndexFunc(e.o.Families, func(f catalog.Family) bool { return f.Field == c.Field.Family() })
	if i < 0 || c.Editable() || c.Kind != catalog.Text {
		return c
	}
	known := e.o.Families[i].Column
	known.Field = c.Field
	if known.Title = c.Title; c.Title.En == "" {
		known.Title.En, known.Title.Ru = string(c.Field), string(c.Field)
	}
	return known
}

// printedItems makes an item of every id, with its name and store.
func (e *Edited) printedItems(schema catalog.Schema) []catalog.Item {
	var items []catalog.Item
	seen := map[catalog.Key]bool{}
	for _, raw := range e.raw {
		k := e.rawKey(raw)
		if k.ID == "" || seen[k] {
			continue
		}
		seen[k] = true
		item := catalog.Item{Key: k, Target: k, Cells: make([]catalog.Value, len(schema))}
		for _, c := range e.tables[raw.table].cols {
			switch {
			case c.Field == catalog.FieldID:
				item.Cells[c.at] = catalog.Of(k.ID)
			case c.Field == catalog.FieldStore:
				item.Cells[c.at] = catalog.Of(k.Store)
			case c.Field == catalog.FieldName && c.ghost == ghostCheck:
				item.Cells[c.at] = catalog.Of(locale.Trim(raw.text(c.col)))
			}
		}
		items = append(items, item)
	}
	return items
}

// text gives the text of a cell, "" for none.
func (raw rawRow) text(col int) string {
	for _, c := range raw.row.Cells {
		if c.Col == col {
			return c.Text
		}
	}
	return ""
}
