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

// reader compares the rows of a file with a base, one at a time; what it keeps
// are the edits.
type reader struct {
	e      *Edited
	base   *baseline.Base
	lists  map[string]*lookup
	csv    bool
	point  rune
	wrote  rune // the decimal sign of the export, 0 where it proves nothing
	keys   keyIndex
	names  nameIndex
	codes  map[string]catalog.Value // by what is edited, made when asked for
	owners map[string]string        // rows by target, made when asked for
	seen   []int32                  // by item: the line that showed it, from 1
	edits  []edit
	tries  []attempt
	pairs  [][2]int32 // lines of one key, by position in e.lines
	torn   []tornRow
	// foreign: the base is what the server holds now; blanks counts the cells
	// that are blank and were left alone for that.
	foreign bool
	blanks  int
	cells   []*sheet.Cell // of the current row, by position in table.cols
}

// edit is a cell that says something else than the base.
type edit struct {
	line, item int32
	col, at    int // in the table's columns; in the schema
	value      catalog.Value
	typed      string
	external   bool
	formula    bool
	emptied    bool
	dropped    bool
	// base is what a printed report shows as the value before; based says so.
	base  catalog.Value
	based bool
}

func newReader(e *Edited) *reader {
	r := &reader{e: e, base: e.base, csv: e.Format == sheet.CSV, point: e.Dialect.Decimal, wrote: e.writtenDecimal(), lists: map[string]*lookup{}}
	for name, entries := range e.base.Head.Lists {
		r.lists[name] = newLookup(entries)
	}
	r.seen = make([]int32, len(e.base.Items))
	return r
}

// writtenDecimal is the decimal sign that the export was written with, as long
// as the file still has the delimiter that goes with it: then no program spelled
// the numbers anew in another country's way. It settles only a sign that is that
// one; the other may still be anybody's.
func (e *Edited) writtenDecimal() rune {
	for _, style := range []sheet.CSVStyle{sheet.ExcelRu, sheet.RFC4180} {
		if e.Format == sheet.CSV && e.Head.Decimal == string(rune(style.Decimal)) && e.Dialect.Delimiter == rune(style.Delimiter) {
			return rune(style.Decimal)
		}
	}
	return 0
}

// table reads the data rows of one sheet.
func (r *reader) table(ctx context.Context, index int, rows iter.Seq2[sheet.Row, error]) error {
	t := &r.e.tables[index]
	r.cells = make([]*sheet.Cell, len(t.cols))
	r.keys = r.indexKeys(t)
	n := 0
	for row, err := range rows {
		if err != nil {
			return err
		}
		if row.Num <= t.header {
			continue
		}
		if n++; n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if r.align(t, row) {
			r.row(index, row)
		}
	}
	return ctx.Err()
}

// align puts the row's cells under the columns; false for a blank row.
func (r *reader) align(t *table, row sheet.Row) bool {
	filled, at := false, 0
	for i := range t.cols {
		r.cells[i] = nil
		for at < len(row.Cells) && row.Cells[at].Col < t.cols[i].col {
			at++
		}
		if at < len(row.Cells) && row.Cells[at].Col == t.cols[i].col && !blank(&row.Cells[at]) {
			r.cells[i], filled = &row.Cells[at], true
		}
	}
	return filled
}

func blank(c *sheet.Cell) bool {
	return c.Type == sheet.Blank && !c.Uncached || c.Type == sheet.String && !c.Uncached && locale.Trim(c.Text) == ""
}

// row ends as one line: of an item of the base, of a new item, or diagnosed.
func (r *reader) row(index int, row sheet.Row) {
	e := r.e
	e.Rows++
	e.lines = append(e.lines, line{table: index, num: row.Num, item: -1, hidden: row.Hidden, first: len(r.edits), last: len(r.edits)})
	l := &e.lines[len(e.lines)-1]
	item, fate := r.identify(l)
	switch fate {
	case isNew:
		r.create(l)
		return
	case isBad:
		return
	}
	l.item = item
	if first := r.seen[item]; first > 0 {
		r.pairs = append(r.pairs, [2]int32{first - 1, int32(len(e.lines) - 1)})
	} else {
		r.seen[item] = int32(len(e.lines))
	}
	if e.Report != nil {
		r.reportRow(l)
		l.last = len(r.edits)
		return
	}
	t := &e.tables[index]
	r.checkKeys(l)
	if r.foreign {
		r.checkForeign(l)
	}
	for i := range t.cols {
		if c := &t.cols[i]; !c.fixed {
			r.cell(l, i, r.base.Items[item].Cells[c.at])
		}
	}
	r.parts(l)
	l.last = len(r.edits)
	r.suspect(l)
}

// cell compares one cell with the base.
func (r *reader) cell(l *line, i int, base catalog.Value) {
	c, cell := &r.e.tables[l.table].cols[i], r.cells[i]
	item := &r.base.Items[l.item]
	if r.foreign && r.passes(c, cell, item, base) {
		return
	}
	editable := c.EditableOn(item.Key.Type) && !base.Absent()
	if cell == nil {
		r.emptied(l, i, base, editable)
		return
	}
	got := r.read(c, cell, base)
	switch {
	case got.same && got.repaired:
		r.note(l, i, diag.New("repaired", base.Text()))
		return
	case got.same:
		return
	case !editable && got.bad != nil && hard[got.bad.Code]:
		r.report(l, i, *got.bad)
		return
	case !editable:
		r.try(l, i, base, got)
		r.readOnly(l, i, base)
		return
	case got.bad != nil:
		r.try(l, i, base, got)
		r.report(l, i, *got.bad)
		return
	}
	if d := r.refused(c, cell, got.value, item, base); d != nil {
		r.try(l, i, base, got)
		r.report(l, i, *d)
		return
	}
	for _, d := range warn(c, got.value, base) {
		r.note(l, i, d)
	}
	r.edits = append(r.edits, edit{
		line: r.lineNo(), item: l.item, col: i, at: c.at, value: got.value, typed: cell.Text, external: cell.External, formula: cell.Formula,
	})
}

// hard are the findings that are clearer than "read-only".
var hard = map[diag.Code]bool{"cell-error": true, "formula-uncached": true}

// refused judges a new value.
func (r *reader) refused(c *column, cell *sheet.Cell, v catalog.Value, item *catalog.Item, base catalog.Value) *diag.Diagnostic {
	if c.Kind == catalog.Money && cell.Type == sheet.String && c.Currency != "" && locale.Rubles(cell.Text) {
		if at := r.base.Head.Schema.Index(c.Currency); at >= 0 && item.Cells[at].IsSet() && !isRuble(item.Cells[at].Text()) {
			return found(diag.Variant("number-invalid", "currency", cell.Text, item.Cells[at].Text()))
		}
	}
	return check(c, v, base)
}

func isRuble(currency string) bool {
	return slices.Contains([]string{"rub", "rur", "руб", "руб.", "₽", "643", "российскийрубль"}, locale.Fold(currency))
}

// emptied judges a blank cell.
func (r *reader) emptied(l *line, i int, base catalog.Value, editable bool) {
	c := &r.e.tables[l.table].cols[i]
	switch {
	case !base.IsSet() || locale.Trim(base.Text()) == "":
		return
	case !editable:
		r.try(l, i, base, reading{})
		r.readOnly(l, i, base)
		return
	case c.Required:
		r.try(l, i, base, reading{})
		r.report(l, i, diag.New("value-required"))
		return
	}
	v := cleared(c)
	if same(c.Kind, base, v) {
		return
	}
	r.edits = append(r.edits, edit{line: r.lineNo(), item: l.item, col: i, at: c.at, value: v, emptied: true})
}

// readOnly judges a change where none can be made: one of spelling alone is
// only said.
func (r *reader) readOnly(l *line, i int, base catalog.Value) {
	c, cell := &r.e.tables[l.table].cols[i], r.cells[i]
	if base.Absent() {
		r.report(l, i, diag.Variant("read-only", "absent"))
		return
	}
	if cell != nil && base.IsSet() {
		typed := locale.Fold(cell.Text)
		for _, lang := range languages {
			if typed == locale.Fold(locale.Display(c.Column, base, lang)) {
				r.note(l, i, diag.Variant("read-only", "spelling"))
				return
			}
		}
	}
	if !base.IsSet() {
		r.report(l, i, diag.New("read-only"))
		return
	}
	r.report(l, i, diag.Variant("read-only", "was", locale.Display(c.Column, base, r.e.o.Lang)))
}

// lineNo is the position of the current line.
func (r *reader) lineNo() int32 { return int32(len(r.e.lines) - 1) }

// at is the address of a cell of a line; i < 0 is the cell that names the row.
func (r *reader) at(l *line, i int) diag.At {
	t := &r.e.tables[l.table]
	at := diag.At{Sheet: t.sheet, Row: l.num, CSV: r.csv}
	if i < 0 {
		i = t.key
	}
	at.Col, at.Header = t.cols[i].col, t.cols[i].header
	if name := r.base.Head.Schema.Index(catalog.FieldName); l.item >= 0 && name >= 0 {
		at.Item = r.base.Items[l.item].Cells[name].Text()
	}
	if at.Item == "" && t.name >= 0 && int(r.lineNo()) >= 0 && l == &r.e.lines[r.lineNo()] && r.cells[t.name] != nil {
		at.Item = r.cells[t.name].Text
	}
	return at
}

// note places a finding that does not stop the row.
func (r *reader) note(l *line, i int, d diag.Diagnostic) {
	if d.Value == "" && i >= 0 && r.cells[i] != nil {
		d.Value = r.cells[i].Text
	}
	r.e.Problems.Add(d.In(r.at(l, i)))
}

// report places an error: the row sends nothing.
func (r *reader) report(l *line, i int, d diag.Diagnostic) {
	l.bad = true
	r.note(l, i, d)
}
