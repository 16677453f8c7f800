package importer

import (
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/sheet"
)

// takeReport makes the table of a report: its id, what checks a row, what may
// be edited, and what an edit is compared with. Before the account is asked
// only some of the schema is known.
func (e *Edited) takeReport(s reportScan, schema catalog.Schema) {
	caps := newCaptions(schema, nil, e.o)
	if e.asked {
		caps = newCaptions(schema, map[catalog.Field]string{}, e.o)
	}
	b := &reportTable{e: e, s: s, caps: caps, t: table{sheet: s.sheet, header: s.header.Num, heads: s.header.Cells}}
	b.add(column{col: s.id, header: b.title(s.id), fixed: true}, catalog.FieldID)
	b.mapped()
	b.fresh()
	b.template()
	b.strange()
	slices.SortStableFunc(b.t.cols, func(x, y column) int { return x.col - y.col })
	b.settle()
	e.Fingerprint = fingerprint(s.header.Cells)
	e.unmapped(b.t, s.header.Cells)
	e.tables = append(e.tables, b.t)
}

// reportTable is a table in the making.
type reportTable struct {
	e    *Edited
	s    reportScan
	caps *captions
	t    table
}

func (b *reportTable) title(col int) string {
	for _, c := range b.s.header.Cells {
		if c.Col == col {
			return locale.Trim(c.Text)
		}
	}
	return ""
}

// find gives the position of a field in the schema, -1 for none: the family of
// prices alone is its first member, or the price of a system that has but one.
func (b *reportTable) find(f catalog.Field) int {
	if f != priceField {
		return b.caps.byKey(string(f))
	}
	if i := slices.IndexFunc(b.caps.schema, func(c catalog.Column) bool { return c.Field.Family() == f.Family() }); i >= 0 && b.e.asked {
		return i
	}
	if slices.ContainsFunc(b.e.o.Families, func(x catalog.Family) bool { return x.Field == priceField }) && !b.e.asked {
		return -1 // which one is the first only the account tells
	}
	return b.caps.byKey(onlyPrice)
}

// add takes a column, unless that of the file is taken; false where the account
// has no such field.
func (b *reportTable) add(c column, f catalog.Field) bool {
	at := b.find(f)
	if b.has(c.col) || at < 0 && b.e.asked {
		return b.has(c.col)
	}
	if at < 0 { // until the account is asked
		c.Column, at = catalog.Column{Field: f}, -c.col
	} else {
		c.Column = b.caps.schema[at]
	}
	c.at = at
	b.t.cols = append(b.t.cols, c)
	return true
}

func (b *reportTable) has(col int) bool {
	return slices.ContainsFunc(b.t.cols, func(c column) bool { return c.col == col })
}

// mapped takes the columns that --map names.
func (b *reportTable) mapped() {
	for _, c := range b.s.header.Cells {
		key, ok := b.caps.mapped[locale.Fold(c.Text)]
		if !ok || c.Type != sheet.String || c.Col == b.s.id {
			continue
		}
		b.claim(c, catalog.Field(strings.TrimSpace(key)), b.layoutAt(c.Col))
	}
}

// layoutAt gives the template's column of one of the file.
func (b *reportTable) layoutAt(col int) ReportColumn {
	if i := slices.Index(b.s.at, col); i >= 0 && col > 0 {
		return b.s.layout.Columns[i]
	}
	return ReportColumn{}
}

// claim takes a column that may be edited; two of one field are an error.
func (b *reportTable) claim(c sheet.Cell, f catalog.Field, as ReportColumn) {
	header := locale.Trim(c.Text)
	at := diag.At{Sheet: b.s.sheet, Row: b.t.header, Col: c.Col, CSV: b.e.Format == sheet.CSV, Header: header}
	i := slices.IndexFunc(b.t.cols, func(x column) bool { return x.ask && b.find(x.Field) == b.find(f) && b.find(f) >= 0 })
	if i >= 0 {
		other := at
		other.Col = b.t.cols[i].col
		b.e.Problems.Add(diag.New("header-duplicate", header, other.Cell()).In(at).Typed(header))
		return
	}
	x := column{col: c.Col, header: header, ask: true}
	if as.Field == f || as.Field != "" && b.find(as.Field) == b.find(f) {
		x.layout(as)
		x.inPlace = true
	}
	if !b.add(x, f) {
		b.e.Problems.Add(diag.Variant("column-unknown", "key", string(f)).In(at).Typed(header))
	}
}

// fresh takes a column headed “new price” that the template leaves blank, or
// does not have.
func (b *reportTable) fresh() {
	for _, c := range b.s.header.Cells {
		title, name, named := strings.Cut(c.Text, ":")
		if c.Type != sheet.String || b.has(c.Col) || b.layoutAt(c.Col).Field != "" ||
			!slices.ContainsFunc(newPrice, func(w string) bool { return locale.Fold(w) == locale.Fold(title) }) {
			continue
		}
		f := catalog.Field(priceField)
		if named {
			f += catalog.Field(":" + locale.Trim(name))
		}
		if !b.asked(f) { // --map says otherwise
			b.claim(c, f, ReportColumn{})
		}
	}
}

// template takes what the template says of the columns that are left: names and
// codes check a row, a price is what a new one is compared with, or, where
// there is no column for a new one, is edited itself.
func (b *reportTable) template() {
	for i, c := range b.s.layout.Columns {
		col := b.s.at[i]
		if col == 0 || c.Field == "" || c.ID || b.has(col) {
			continue
		}
		x := column{col: col, header: b.title(col), fixed: true}
		x.layout(c)
		switch {
		case c.Field == catalog.FieldStore:
		case c.Field == catalog.FieldName, c.Field == catalog.FieldCode, c.Field == catalog.FieldArticle:
			x.ghost = ghostCheck
		case c.Field.Family() == priceField:
			x.ghost = ghostOld
			if !b.asked(c.Field) && !b.e.o.Report.Traced { // a hint is too little to edit by
				x.ghost, x.fixed, x.ask, x.inPlace = "", false, true, true
			}
		default:
			continue
		}
		b.add(x, c.Field)
	}
}

// asked says that a column for new values of a field is there.
func (b *reportTable) asked(f catalog.Field) bool {
	at := b.find(f)
	return slices.ContainsFunc(b.t.cols, func(c column) bool { return c.ask && (c.Field == f || at >= 0 && b.find(c.Field) == at) })
}

// strange names the columns that the template does not have and nobody
// explained.
func (b *reportTable) strange() {
	for _, c := range b.s.header.Cells {
		title := locale.Trim(c.Text)
		known := b.has(c.Col) || slices.Contains(b.s.at, c.Col) || isOurs(title) || b.e.o.Report.Traced
		if known || title == "" || c.Type != sheet.String || b.dynamic(c.Col) {
			continue
		}
		at := diag.At{Sheet: b.s.sheet, Row: b.t.header, Col: c.Col, CSV: b.e.Format == sheet.CSV, Header: title}
		b.e.Problems.Add(diag.New("column-unknown", title).In(at).Typed(title))
	}
}

// dynamic says that a column lies where the template repeats columns.
func (b *reportTable) dynamic(col int) bool {
	last, blocks := 0, 0
	for i, c := range b.s.layout.Columns {
		if b.s.at[i] == 0 {
			continue
		}
		if b.s.at[i] < col && b.s.at[i] > last {
			last, blocks = b.s.at[i], c.Blocks
		}
	}
	for i, c := range b.s.layout.Columns {
		if b.s.at[i] > col && c.Blocks > blocks {
			return true
		}
	}
	return false
}

// settle finds the columns that the reader needs, and what each edit is
// compared with.
func (b *reportTable) settle() {
	t := &b.t
	t.locate("", catalog.FieldID)
	for i := range t.cols {
		c := &t.cols[i]
		if !c.ask {
			continue
		}
		was := slices.IndexFunc(t.cols, func(o column) bool { return o.ghost == ghostOld && (o.at == c.at || o.Field == c.Field) })
		c.was = was + 1
	}
}

// layout takes what the template says of the numbers of a column.
func (c *column) layout(as ReportColumn) {
	c.scale, c.whole, c.before, c.after = as.Scale, as.Whole, locale.Trim(as.Before), locale.Trim(as.After)
}

// The columns of a report that are not edited.
const (
	ghostCheck = "check" // it must be what the item has
	ghostOld   = "old"   // the price when the report was printed
)
