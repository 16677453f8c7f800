package importer

import (
	"context"
	"iter"
	"slices"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/sheet"
)

// rawRow is a row of a sheet without a base, kept until there is one.
type rawRow struct {
	table int
	row   sheet.Row
}

// maxKept bounds the cells of a file without a base, all of which stand in
// memory: a million rows of forty columns.
const maxKept = 40_000_000

// keep stores the rows of a file that has no base; a file of more cells than
// limit is a FileError.
func (e *Edited) keep(ctx context.Context, book sheet.Book, limit int) error {
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
			if limit -= len(row.Cells); limit < 0 {
				e.raw = nil
				return &sheet.FileError{Code: sheet.CodeTooLarge, Kind: sheet.KindCells}
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

// Keyed says that rows are found by another column than UUID, so that a base
// must come from the whole lists of the account.
func (e *Edited) Keyed() bool { return e.o.Key != "" && e.o.Key != catalog.FieldID }

// Compare takes what the service holds now as the base of a sheet that has
// none: head describes the columns, base gives the item behind a key of Keys.
// It may be called once more with newer answers.
func (e *Edited) Compare(ctx context.Context, head catalog.Head, base func(catalog.Key) (catalog.Item, bool)) error {
	e.prepare(head)
	for _, k := range e.Keys() {
		if item, ok := base(k); ok {
			e.base.Items = append(e.base.Items, item)
		}
	}
	return e.compare(ctx)
}

// CompareKeyed is Compare for a sheet whose rows are found by another column
// than UUID: items are all items of the account, of which those are kept that a
// row may mean. An error of items is returned.
func (e *Edited) CompareKeyed(ctx context.Context, head catalog.Head, items iter.Seq2[catalog.Item, error]) error {
	e.prepare(head)
	wanted := map[string]bool{}
	r := newReader(e)
	for i := range e.tables {
		t := &e.tables[i]
		if t.key < 0 {
			continue
		}
		r.cells = make([]*sheet.Cell, len(t.cols))
		for row := range e.rows(i) {
			if !r.align(t, row) || r.cells[t.key] == nil {
				continue
			}
			keys, _ := r.keyList(&t.cols[t.key], r.cells[t.key])
			for _, k := range keys {
				wanted[k] = true
			}
		}
	}
	for item, err := range items {
		if err != nil {
			return err
		}
		if e.means(wanted, &item) {
			e.base.Items = append(e.base.Items, item)
		}
	}
	return e.compare(ctx)
}

// means says that some row may mean the item.
func (e *Edited) means(wanted map[string]bool, item *catalog.Item) bool {
	for i := range e.tables {
		if t := &e.tables[i]; t.key >= 0 {
			for _, text := range keyTexts(&t.cols[t.key], item) {
				if wanted[text] {
					return true
				}
			}
		}
	}
	return false
}

// prepare forgets an earlier comparison and finds the columns of the account.
func (e *Edited) prepare(head catalog.Head) {
	e.Problems = slices.Clone(e.early)
	e.asked, e.Head = true, head
	e.base = &baseline.Base{Head: head, Headers: map[catalog.Field]string{}}
	e.Rows, e.Unchanged, e.Missing = 0, 0, 0
	e.Changes, e.Created, e.lines, e.Columns = nil, nil, nil, nil
	e.mine, e.byKey = map[place]catalog.Value{}, nil
	e.remap()
}

func (e *Edited) compare(ctx context.Context) error {
	r := newReader(e)
	r.foreign = true
	for i := range e.tables {
		if e.tables[i].key < 0 {
			continue
		}
		if err := r.table(ctx, i, e.rows(i)); err != nil {
			return err
		}
		r.judgeMerges(i, e.rawAt[e.tables[i].sheet])
	}
	if r.blanks > 0 {
		e.Problems.Add(diag.New("blank-ignored", r.blanks))
	}
	r.finish()
	return nil
}

// remap finds the columns anew in the schema of the account.
func (e *Edited) remap() {
	caps := newCaptions(e.Head.Schema, map[catalog.Field]string{}, e.o)
	caps.ghosts = true
	old := e.tables
	e.tables = nil
	if e.Report != nil {
		e.unbased, e.Rows, e.Unchanged = 0, e.idle, e.idle
		for _, s := range e.reports {
			e.takeReport(s, e.Head.Schema)
		}
		return
	}
	for _, t := range old {
		s := e.scanRow(t.sheet, sheet.Row{Num: t.header, Cells: t.heads}, caps)
		if e.Keyed() {
			e.narrow(&s.table, caps)
		}
		e.takeTable(s, caps)
	}
}

// narrow leaves of a sheet that is matched by a person's key the key, what
// --map names, and prices: a supplier's names and codes are no edits of ours.
func (e *Edited) narrow(t *table, caps *captions) {
	t.cols = slices.DeleteFunc(t.cols, func(c column) bool {
		_, mapped := caps.mapped[locale.Fold(c.header)]
		if mapped || c.Field == e.o.Key && c.part == "" || c.Kind == catalog.Money && c.Editable() || c.ghost != "" || caps.currency(c.at) {
			return false
		}
		at := diag.At{Sheet: t.sheet, Row: t.header, Col: c.col, CSV: e.Format == sheet.CSV, Header: c.header}
		e.Problems.Add(diag.Variant("column-unknown", "unmapped", string(c.Field), c.header).In(at).Typed(c.header))
		return true
	})
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
