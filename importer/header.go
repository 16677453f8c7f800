package importer

import (
	"cmp"
	"slices"
	"strings"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/sheet"
)

// headerRows is how far down a header is looked for: people put titles and
// notes above it.
const headerRows = 40

// table is a sheet of the file with its header row and recognised columns.
type table struct {
	sheet  string
	header int
	cols   []column // in the order of the file
	heads  []sheet.Cell
	// Positions in cols, -1 where the sheet has no such column: key names the
	// row, id and the rest are what their names say.
	key, id, store, typ, name, code int
}

// column is a recognised column of the file.
type column struct {
	col    int // of the file, 1-based
	at     int // in the schema
	header string
	catalog.Column
	fixed bool // it names the row: judged with the row's key
}

// captions finds columns by what their headers say.
type captions struct {
	schema   catalog.Schema
	exact    map[string]int   // as the sheet's own metadata has it
	folded   map[string][]int // by title in either language, and by key
	mapped   map[string]string
	families []catalog.Family
	based    bool
}

func newCaptions(schema catalog.Schema, headers map[catalog.Field]string, o Options) *captions {
	c := &captions{schema: slices.Clone(schema), exact: map[string]int{}, folded: map[string][]int{}, mapped: map[string]string{}, based: headers != nil}
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
	f := catalog.Field(key)
	if i := c.schema.Index(f); i >= 0 {
		return i
	}
	at, name := -1, locale.Fold(f.Member())
	for i, col := range c.schema {
		if name == "" || col.Field.Family() != f.Family() {
			continue
		}
		if !strings.HasSuffix(locale.Fold(col.Title.En), name) && !strings.HasSuffix(locale.Fold(col.Title.Ru), name) {
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

// scan is what the first rows of a sheet say.
type scan struct {
	table  table
	score  int
	blanks []sheet.Cell // headers that were not recognised
}

// findTables chooses the sheet or sheets and maps their columns.
func (e *Edited) findTables(book sheet.Book, schema catalog.Schema) error {
	var headers map[catalog.Field]string
	if e.base != nil {
		if headers = e.base.Headers; headers == nil {
			headers = map[catalog.Field]string{}
		}
	}
	caps := newCaptions(schema, headers, e.o)
	var scans []scan
	for _, info := range book.Sheets() {
		if slices.Contains([]string{baseline.MetaSheet, baseline.BaseSheet, baseline.ListSheet}, info.Name) {
			continue
		}
		s, err := e.scanSheet(book, info.Name, caps)
		if err != nil {
			return err
		}
		scans = append(scans, s)
	}
	for _, s := range e.choose(scans) {
		e.takeTable(s, caps)
	}
	return nil
}

// choose says which sheets are read: the one that was exported, else the only
// one with an id column; all of them where a sheet stands for a store.
func (e *Edited) choose(scans []scan) []scan {
	fit := slices.DeleteFunc(slices.Clone(scans), func(s scan) bool { return s.table.key < 0 })
	marked := slices.IndexFunc(fit, func(s scan) bool { return e.base != nil && s.table.sheet == e.Head.SheetName.In(e.Head.Lang) })
	switch {
	case len(fit) == 0:
		best := scan{}
		for _, s := range scans {
			if s.score > best.score {
				best = s
			}
		}
		if best.score < 2 {
			e.Problems.Add(diag.Variant("header-missing", "nothing"))
		} else {
			e.Problems.Add(diag.New("header-missing").In(diag.At{Sheet: best.table.sheet, Row: best.table.header, Col: 1, CSV: e.Format == sheet.CSV}))
		}
		return nil
	case len(fit) == 1 || e.base != nil && e.Head.Schema.Index(catalog.FieldStore) >= 0:
		return fit
	case marked < 0:
		e.Problems.Add(diag.New("sheet-ambiguous", sheetNames(fit)))
		return nil
	}
	e.Problems.Add(diag.New("sheet-ignored", sheetNames(slices.Delete(slices.Clone(fit), marked, marked+1))))
	return fit[marked : marked+1]
}

func sheetNames(scans []scan) string {
	names := make([]string, len(scans))
	for i, s := range scans {
		names[i] = s.table.sheet
	}
	return strings.Join(names, ", ")
}

// scanSheet finds the header: of the first rows the one with the most known
// titles.
func (e *Edited) scanSheet(book sheet.Book, name string, caps *captions) (scan, error) {
	best := scan{table: table{sheet: name, key: -1}}
	for row, err := range book.Rows(name) {
		if err != nil {
			return best, err
		}
		if row.Num > headerRows {
			break
		}
		if s := e.scanRow(name, row, caps); s.score > best.score {
			best = s
		}
	}
	return best, nil
}

func (e *Edited) scanRow(name string, row sheet.Row, caps *captions) scan {
	s := scan{table: table{sheet: name, header: row.Num, key: -1}}
	seen := map[int]bool{}
	for _, c := range row.Cells {
		header := locale.Trim(c.Text)
		if header == "" || c.Type != sheet.String {
			continue
		}
		at := caps.find(header)
		if at < 0 {
			s.blanks = append(s.blanks, c)
			continue
		}
		if !seen[at] {
			s.score++
		}
		seen[at] = true
		s.table.cols = append(s.table.cols, column{col: c.Col, at: at, header: header, Column: caps.schema[at]})
	}
	s.table.heads = slices.Clone(row.Cells)
	s.table.locate(e.o.Key, e.keyField(caps.schema))
	return s
}

// keyField is the column that names a row.
func (e *Edited) keyField(schema catalog.Schema) catalog.Field {
	if e.Head.KeyField != "" {
		return e.Head.KeyField
	}
	if schema.Index(catalog.FieldConsignmentID) >= 0 {
		return catalog.FieldConsignmentID
	}
	return catalog.FieldID
}

// locate finds the columns that the reader itself needs. asked is the key that
// the person named, usual the sheet's own.
func (t *table) locate(asked, usual catalog.Field) {
	index := func(f catalog.Field) int {
		return slices.IndexFunc(t.cols, func(c column) bool { return c.Field == f })
	}
	t.id, t.store, t.typ = index(catalog.FieldID), index(catalog.FieldStore), index(catalog.FieldType)
	t.name, t.code = index(catalog.FieldName), index(catalog.FieldCode)
	switch {
	case asked != "" && asked != catalog.FieldID:
		t.key = index(asked)
	case index(usual) >= 0:
		t.key = index(usual)
	default:
		t.key = t.id
	}
	for _, i := range []int{t.key, t.id, t.typ} {
		if i >= 0 {
			t.cols[i].fixed = true
		}
	}
}

// takeTable accepts a sheet: two columns of one key are an error, an unknown
// header a notice.
func (e *Edited) takeTable(s scan, caps *captions) {
	t := s.table
	head := func(col int, title string) diag.At {
		return diag.At{Sheet: t.sheet, Row: t.header, Col: col, CSV: e.Format == sheet.CSV, Header: title}
	}
	first := map[int]int{}
	t.cols = slices.DeleteFunc(t.cols, func(c column) bool {
		if other, ok := first[c.at]; ok {
			e.Problems.Add(diag.New("header-duplicate", c.header, head(other, "").Cell()).In(head(c.col, c.header)).Typed(c.header))
			return true
		}
		first[c.at] = c.col
		return false
	})
	t.locate(e.o.Key, e.keyField(caps.schema))
	for _, c := range s.blanks {
		title := locale.Trim(c.Text)
		if isOurs(title) {
			continue
		}
		d := diag.New("column-unknown")
		if near := e.lostColumn(title, first, caps); near != nil {
			d = diag.Variant("column-unknown", "near", near.Title.In(e.o.Lang), string(near.Field))
		}
		e.Problems.Add(d.In(head(c.Col, title)).Typed(title))
	}
	for _, c := range t.cols {
		e.Columns = append(e.Columns, Mapped{Sheet: t.sheet, Col: c.col, Header: c.header, Column: c.Column})
	}
	e.unmapped(t, s.blanks)
	e.tables = append(e.tables, t)
}

// isOurs says that a column is one that a result sheet adds.
func isOurs(title string) bool {
	for _, t := range []i18n.Text{sheet.StateTitle, sheet.ReasonTitle} {
		if f := locale.Fold(title); f == locale.Fold(t.En) || f == locale.Fold(t.Ru) {
			return true
		}
	}
	return false
}

// lostColumn guesses which column of the base an unknown header was.
func (e *Edited) lostColumn(title string, present map[int]int, caps *captions) *catalog.Column {
	var titles []string
	var cols []int
	for i, c := range caps.schema {
		if _, ok := present[i]; !ok {
			titles, cols = append(titles, c.Title.En, c.Title.Ru), append(cols, i, i)
		}
	}
	near := locale.Nearest(title, titles)
	if i := slices.Index(titles, near); near != "" && i >= 0 {
		return &caps.schema[cols[i]]
	}
	return nil
}

// unmapped says which headers of --map the sheet does not have, or that their
// keys are unknown.
func (e *Edited) unmapped(t table, unknown []sheet.Cell) {
	have := map[string]bool{}
	for _, c := range t.cols {
		have[locale.Fold(c.header)] = true
	}
	for _, c := range unknown {
		have[locale.Fold(c.Text)] = true
	}
	var lost []string
	for h := range e.o.Map {
		if !have[locale.Fold(h)] {
			lost = append(lost, h)
		}
	}
	slices.SortFunc(lost, cmp.Compare[string])
	for _, h := range lost {
		e.Problems.Add(diag.Variant("column-unknown", "map", h))
	}
}
