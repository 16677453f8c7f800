package importer

import (
	"context"
	"iter"
	"slices"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/sheet"
)

// rawRow is a row of a sheet without a base, kept until there is one.
type rawRow struct {
	table int
	row   sheet.Row
}

// keep stores the rows of a file that has no base.
func (e *Edited) keep(ctx context.Context, book sheet.Book) error {
	e.rawAt = map[string][]sheet.Range{}
	for i := range e.tables {
		t := &e.tables[i]
		for row, err := range book.Rows(t.sheet) {
			if err != nil {
				return err
			}
			if row.Num <= t.header {
				continue
			}
			row.Cells = slices.Clone(row.Cells)
			e.raw = append(e.raw, rawRow{i, row})
			if len(e.raw)%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
		}
		merges, err := book.Merges(t.sheet)
		if err != nil {
			return err
		}
		e.rawAt[t.sheet] = merges
	}
	e.Rows = len(e.raw)
	return nil
}

// Keys lists the items that a sheet without a base speaks of, in the order of
// the file. Type is "" where the sheet does not tell.
func (e *Edited) Keys() []catalog.Key {
	var keys []catalog.Key
	seen := map[catalog.Key]bool{}
	for _, raw := range e.raw {
		if k := e.rawKey(raw); k.ID != "" && !seen[k] {
			seen[k] = true
			keys = append(keys, k)
		}
	}
	return keys
}

func (e *Edited) rawKey(raw rawRow) catalog.Key {
	t := &e.tables[raw.table]
	text := func(i int) string {
		if i < 0 {
			return ""
		}
		for _, c := range raw.row.Cells {
			if c.Col == t.cols[i].col {
				return c.Text
			}
		}
		return ""
	}
	k := catalog.Key{Store: locale.Trim(text(t.store))}
	if t.typ >= 0 {
		v, _ := locale.Parse(t.cols[t.typ].Column, text(t.typ), 0)
		k.Type = v.Text()
	}
	if id, d := locale.UUID(text(t.key)); d == nil {
		k.ID = id
	}
	return k
}

// Compare takes what the service holds now as the base of a sheet that has
// none: head describes the columns, base gives the item behind a key of Keys.
// It may be called once more with newer answers.
func (e *Edited) Compare(ctx context.Context, head catalog.Head, base func(catalog.Key) (catalog.Item, bool)) error {
	made := &baseline.Base{Head: head, Headers: map[catalog.Field]string{}}
	for _, k := range e.Keys() {
		if item, ok := base(k); ok {
			made.Items = append(made.Items, item)
		}
	}
	e.Problems = slices.Clone(e.early)
	e.base, e.Head = made, head
	e.Rows, e.Unchanged, e.Missing = 0, 0, 0
	e.Changes, e.Created, e.lines, e.Columns = nil, nil, nil, nil
	e.mine, e.byKey = map[place]catalog.Value{}, nil
	e.remap()
	r := newReader(e)
	for i := range e.tables {
		if e.tables[i].key < 0 {
			continue
		}
		if err := r.table(ctx, i, e.rows(i)); err != nil {
			return err
		}
		r.judgeMerges(i, e.rawAt[e.tables[i].sheet])
	}
	r.finish()
	return nil
}

// remap finds the columns anew in the schema of the account.
func (e *Edited) remap() {
	o := e.o
	caps := newCaptions(e.Head.Schema, map[catalog.Field]string{}, o)
	old := e.tables
	e.tables = nil
	for _, t := range old {
		e.takeTable(e.scanRow(t.sheet, sheet.Row{Num: t.header, Cells: t.heads}, caps), caps)
	}
}

func (e *Edited) rows(table int) iter.Seq2[sheet.Row, error] {
	return func(yield func(sheet.Row, error) bool) {
		for _, raw := range e.raw {
			if raw.table == table && !yield(raw.row, nil) {
				return
			}
		}
	}
}
