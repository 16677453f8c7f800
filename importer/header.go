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

	"github.com/shopspring/decimal"
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
	fixed bool // judged apart from the others: it names the row, or is a part
	// part is the kind of barcodes that the column holds alone, "" for a whole
	// column.
	part string
	// ghost says what a column outside the schema checks, "" inside; at is then
	// negative.
	ghost string
	// Of a printed report: ask marks a column of edits, was is the position,
	// from 1, of the column that shows what they are compared with, inPlace says
	// that it is this one; scale turns a number into the field's, whole says that
	// a fraction may be lost; before and after are the texts around the number.
	ask           bool
	was           int
	inPlace       bool
	scale         decimal.Decimal
	whole         bool
	before, after string
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
	if err := e.recall(book); err != nil {
		return err
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
	for _, s := range e.choose(scans, caps) {
		e.takeTable(s, caps)
		e.Fingerprint = fingerprint(s.table.heads)
	}
	return nil
}

// keyMissing says that no column tells the rows apart.
func (e *Edited) keyMissing(caps *captions) diag.Diagnostic {
	if e.o.Key == "" || e.o.Key == catalog.FieldID {
		return diag.New("header-missing")
	}
	title := any(string(e.o.Key))
	if i := caps.schema.Index(e.o.Key); i >= 0 {
		title = caps.schema[i].Title
	}
	return diag.Variant("header-missing", "key", title)
}

// choose says which sheets are read: the one that was exported, else the only
// one with an id column; all of them where a sheet stands for a store.
func (e *Edited) choose(scans []scan, caps *captions) []scan {
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
			e.Problems.Add(e.keyMissing(caps).In(diag.At{Sheet: best.table.sheet, Row: best.table.header, Col: 1, CSV: e.Format == sheet.CSV}))
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
		if s := e.scanRow(name, row, caps); s.better(best) {
			best = s
		}
	}
	return best, nil
}

// better prefers a row that names the items, then more known titles, then the
// row above.
func (s scan) better(than scan) bool {
	if named := s.table.key >= 0; named != (than.table.key >= 0) {
		return named
	}
	return s.score > than.score
}

func (e *Edited) scanRow(name string, row sheet.Row, caps *captions) scan {
	s := scan{table: table{sheet: name, header: row.Num, key: -1}}
	seen := map[int]bool{}
	for _, c := range row.Cells {
		header := locale.Trim(c.Text)
		if header == "" || c.Type != sheet.String {
			continue
		}
		at, part := caps.find(header), ""
		if at < 0 {
			at, part = caps.findPart(header)
		}
		if at < 0 {
			if ghost := caps.ghost(header); ghost != "" {
				s.table.cols = append(s.table.cols, column{col: c.Col, at: -c.Col, header: header, fixed: true, ghost: ghost})
				continue
			}
			s.blanks = append(s.blanks, c)
			continue
		}
		if !seen[at] {
			s.score++
		}
		seen[at] = true
		s.table.cols = append(s.table.cols, column{
			col: c.Col, at: at, header: header, Column: caps.schema[at], fixed: part != "", part: part,
		})
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
	type claim struct {
		at   int
		part string
	}
	first := map[claim]int{}
	present := map[int]bool{}
	t.cols = slices.DeleteFunc(t.cols, func(c column) bool {
		other, taken := first[claim{c.at, c.part}]
		if whole, ok := first[claim{c.at, ""}]; ok && !taken {
			other, taken = whole, true
		}
		if taken {
			e.Problems.Add(diag.New("header-duplicate", c.header, head(other, "").Cell()).In(head(c.col, c.header)).Typed(c.header))
			return true
		}
		first[claim{c.at, c.part}], present[c.at] = c.col, true
		return false
	})
	t.locate(e.o.Key, e.keyField(caps.schema))
	for _, c := range s.blanks {
		title := locale.Trim(c.Text)
		if isOurs(title) {
			continue
		}
		d := diag.New("column-unknown", title)
		if key, ok := caps.mapped[locale.Fold(title)]; ok {
			d = diag.Variant("column-unknown", "key", key)
		} else if near := e.lostColumn(title, present, caps); near != nil {
			d = diag.Variant("column-unknown", "near", e.titleOf(near), string(near.Field), title)
		}
		e.Problems.Add(d.In(head(c.Col, title)).Typed(title))
	}
	for _, c := range t.cols {
		if c.ghost != "" {
			continue
		}
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
func (e *Edited) lostColumn(title string, present map[int]bool, caps *captions) *catalog.Column {
	var titles []string
	var cols []int
	for i, c := range caps.schema {
		if !present[i] {
			titles, cols = append(titles, c.Title.En, c.Title.Ru), append(cols, i, i)
		}
	}
	near := locale.Nearest(title, titles)
	if i := slices.Index(titles, near); near != "" && i >= 0 {
		return &caps.schema[cols[i]]
	}
	return nil
}

// titleOf is a column's title as the exported sheet had it.
func (e *Edited) titleOf(c *catalog.Column) string {
	if e.base != nil && e.base.Headers[c.Field] != "" {
		return e.base.Headers[c.Field]
	}
	return c.Title.In(e.o.Lang)
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
