package importer

import (
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/money"
	"catalogsheet/internal/sheet"

	"github.com/shopspring/decimal"
)

// takeReport makes the table of a report: its id, what checks a row, what may
// be edited, and what an edit is compared with. Before the account is asked
// only some of the schema is known.
func (e *Edited) takeReport(s reportScan, schema catalog.Schema) {
	caps := newCaptions(schema, nil, e.o)
	if e.base != nil {
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
// prices alone is its first member.
func (b *reportTable) find(f catalog.Field) int {
	if f == priceField && b.e.base != nil {
		if i := slices.IndexFunc(b.caps.schema, func(c catalog.Column) bool { return c.Field.Family() == priceField }); i >= 0 {
			return i
		}
	}
	return b.caps.byKey(string(f))
}

// add takes a column, unless that of the file is taken; false where the account
// has no such field.
func (b *reportTable) add(c column, f catalog.Field) bool {
	at := b.find(f)
	if b.has(c.col) || at < 0 && b.e.base != nil {
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
		x.scale, x.whole = as.Scale, as.Whole
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
		x := column{col: col, header: b.title(col), fixed: true, scale: c.Scale, whole: c.Whole}
		switch {
		case c.Field == catalog.FieldName, c.Field == catalog.FieldCode, c.Field == catalog.FieldArticle:
			x.ghost = ghostCheck
		case c.Field.Family() == priceField:
			x.ghost = ghostOld
			if !b.asked(c.Field) {
				x.ghost, x.fixed, x.ask = "", false, true
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
		b.e.Problems.Add(diag.New("column-unknown").In(at).Typed(title))
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

// The columns of a report that are not edited.
const (
	ghostCheck = "check" // it must be what the item has
	ghostOld   = "old"   // the price when the report was printed
)

// reportRow reads the current row of a report.
func (r *reader) reportRow(l *line) {
	t := &r.e.tables[l.table]
	item := &r.base.Items[l.item]
	r.checkPrinted(l, t, item)
	if l.bad {
		return
	}
	for i := range t.cols {
		if t.cols[i].ask {
			r.asks(l, i, item)
		}
	}
}

// checkPrinted holds name, code and article of the row against the item that
// its id leads to. A consignment has its own, so there one that fits will do.
func (r *reader) checkPrinted(l *line, t *table, item *catalog.Item) {
	direct, fits := item.Key.ID == item.Target.ID, 0
	var wrong []int
	for i := range t.cols {
		c, cell := &t.cols[i], r.cells[i]
		if c.ghost != ghostCheck || cell == nil {
			continue
		}
		base := item.Cells[c.at]
		switch {
		case !base.IsSet() && (base.Absent() || item.Target.Type == "variant"):
		case r.read(c, cell, base).same, locale.Fold(cell.Text) == locale.Fold(base.Text()):
			fits++
		case !direct && c.Field == catalog.FieldName && strings.HasPrefix(locale.Fold(cell.Text), locale.Fold(base.Text())):
			fits++
		default:
			wrong = append(wrong, i)
		}
	}
	if len(wrong) == 0 || !direct && fits > 0 {
		return
	}
	for _, i := range wrong {
		c := &t.cols[i]
		if r.cells[i].Uncached || r.cells[i].Type == sheet.Error {
			r.report(l, i, *r.read(c, r.cells[i], item.Cells[c.at]).bad)
			continue
		}
		r.report(l, i, diag.Variant("id-changed", "report", item.Cells[c.at].Text()))
	}
}

// asks reads a cell that may ask for a change.
func (r *reader) asks(l *line, i int, item *catalog.Item) {
	t := &r.e.tables[l.table]
	c, cell := &t.cols[i], r.cells[i]
	if cell == nil {
		return
	}
	server := item.Cells[c.at]
	cell = c.inUnit(cell)
	if !c.EditableOn(item.Target.Type) || server.Absent() {
		if got := r.read(c, cell, server); !got.same {
			r.readOnly(l, i, server)
		}
		return
	}
	base, shown := server, false
	if c.was > 0 {
		var ok bool
		if base, shown, ok = r.printed(l, c.was-1, server); !ok {
			return
		}
	}
	got := r.read(c, cell, base)
	switch {
	case got.same:
		return
	case got.bad != nil:
		r.report(l, i, *got.bad)
		return
	}
	if d := r.refused(c, cell, got.value, item, base); d != nil {
		r.report(l, i, *d)
		return
	}
	for _, d := range warn(c, got.value, base) {
		r.note(l, i, d)
	}
	if !shown {
		r.e.unbased++
	}
	r.edits = append(r.edits, edit{
		line: r.lineNo(), item: l.item, col: i, at: c.at, value: got.value, typed: r.cells[i].Text, external: cell.External,
		base: base, based: shown,
	})
}

// printed is what the report shows of a price. A zero may stand for a price
// that is not there, and what rounds to the server's amount is that amount.
func (r *reader) printed(l *line, i int, server catalog.Value) (base catalog.Value, shown, ok bool) {
	c, cell := &r.e.tables[l.table].cols[i], r.cells[i]
	if cell == nil {
		return server, false, true
	}
	cell = c.inUnit(cell)
	got := r.read(c, cell, server)
	switch {
	case got.bad != nil:
		r.report(l, i, *got.bad)
		return base, false, false
	case got.same:
		return server, true, true
	}
	was, err := money.Parse(got.value.Text())
	if err != nil {
		return server, false, true
	}
	now, err := money.Parse(server.Text())
	switch {
	case was.IsZero() && !server.IsSet():
		return server, true, true
	case err == nil && c.whole && now.Truncate(0).Equal(was):
		r.note(l, i, diag.Variant("repaired", "report", server.Text()))
		return server, true, true
	}
	return got.value, true, true
}

// inUnit gives a number cell in the unit of its column.
func (c *column) inUnit(cell *sheet.Cell) *sheet.Cell {
	if c.scale.IsZero() || c.scale.Equal(decimal.NewFromInt(1)) {
		return cell
	}
	scaled := *cell
	text := cell.Text
	if cell.Type == sheet.String {
		plain, d := locale.Money(text, 0)
		if d != nil {
			return cell
		}
		text = plain
	} else if cell.Type != sheet.Number {
		return cell
	}
	d, err := money.Parse(text)
	if err != nil {
		return cell
	}
	scaled.Type, scaled.Text = sheet.Number, money.Plain(money.Round15(d).Mul(c.scale))
	return &scaled
}

// ServerBased says that some change has nothing to be compared with but what
// the server holds now.
func (e *Edited) ServerBased() bool { return e.Report == nil || e.unbased > 0 }

// Edits lists the columns of a printed report that may ask for a change.
func (e *Edited) Edits() []Mapped {
	var list []Mapped
	for _, t := range e.tables {
		for _, c := range t.cols {
			if c.ask {
				list = append(list, Mapped{Sheet: t.sheet, Col: c.col, Header: c.header, Column: c.Column})
			}
		}
	}
	return list
}
