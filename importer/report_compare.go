package importer

import (
	"regexp"
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/money"
	"catalogsheet/internal/sheet"

	"github.com/shopspring/decimal"
)

// reportRow reads the current row of a report. Before the account is asked
// there is nothing to hold its name and codes against.
func (r *reader) reportRow(l *line) {
	t := &r.e.tables[l.table]
	item := &r.base.Items[l.item]
	if r.foreign {
		r.checkPrinted(l, t, item)
	}
	if l.bad {
		return
	}
	for i := range t.cols {
		if t.cols[i].ask && r.cells[i] != nil {
			r.asks(l, i, item)
		}
	}
}

// checkPrinted holds name, code and article of the row against the item that
// its id leads to. A consignment has its own, so there one that fits will do;
// where the report prints any of them, one must fit.
func (r *reader) checkPrinted(l *line, t *table, item *catalog.Item) {
	direct, fits, empty := item.Key.ID == item.Target.ID, 0, -1
	var wrong []int
	for i := range t.cols {
		c, cell := &t.cols[i], r.cells[i]
		if c.ghost != ghostCheck {
			continue
		}
		base := item.Cells[c.at]
		switch {
		case !base.IsSet() && (base.Absent() || item.Target.Type == "variant"):
		case cell == nil:
			if base.IsSet() && empty < 0 {
				empty = i
			}
		case r.read(c, cell, base).same, locale.Fold(cell.Text) == locale.Fold(base.Text()):
			fits++
		case !direct && c.Field == catalog.FieldName && strings.HasPrefix(locale.Fold(cell.Text), locale.Fold(base.Text())):
			fits++
		default:
			wrong = append(wrong, i)
		}
	}
	switch {
	case fits > 0 && (!direct || len(wrong) == 0):
		return
	case len(wrong) == 0 && empty >= 0:
		wrong = append(wrong, empty)
	}
	for _, i := range wrong {
		c, cell := &t.cols[i], r.cells[i]
		if cell != nil && (cell.Uncached || cell.Type == sheet.Error) {
			r.report(l, i, *r.read(c, cell, item.Cells[c.at]).bad)
			continue
		}
		r.report(l, i, diag.Variant("id-changed", "report", item.Cells[c.at].Text()))
	}
}

// asks reads a cell that may ask for a change.
func (r *reader) asks(l *line, i int, item *catalog.Item) {
	c := &r.e.tables[l.table].cols[i]
	cell, server := c.inUnit(r.cells[i]), item.Cells[c.at]
	switch {
	case r.foreign && (!c.EditableOn(item.Target.Type) || server.Absent()):
		if got := r.read(c, cell, server); !got.same {
			r.readOnly(l, i, server)
		}
		return
	case !r.foreign && !c.Editable():
		return
	case !r.foreign && c.inPlace: // most likely as it was printed
		r.e.unbased++
		return
	}
	was, ok := r.before(l, c, server)
	if !ok {
		return
	}
	got := r.read(c, cell, was.base)
	switch {
	case got.same:
		return
	case got.bad != nil:
		r.report(l, i, got.bad.Typed(r.cells[i].Text))
		return
	case was.value.IsSet() && c.Kind.Equal(was.value, got.value), c.inPlace && r.standsFor(l, i, got.value, server):
		return
	}
	if d := r.refused(c, cell, got.value, item, was.base); d != nil {
		r.report(l, i, *d)
		return
	}
	if !was.shown {
		r.e.unbased++
		if !r.foreign {
			return
		}
	}
	for _, d := range warn(c, got.value, was.base) {
		r.note(l, i, d)
	}
	r.edits = append(r.edits, edit{
		line: r.lineNo(), item: l.item, col: i, at: c.at, value: got.value, typed: r.cells[i].Text,
		external: cell.External, formula: cell.Formula, base: was.base, based: was.shown,
	})
}

// before is what a cell of a column is compared with; where the report shows it
// unreadably, that is reported and ok is false.
func (r *reader) before(l *line, c *column, server catalog.Value) (was printed, ok bool) {
	if c.was == 0 {
		return printed{base: server}, true
	}
	was, bad := r.printed(l, c.was-1, server)
	if bad != nil {
		r.report(l, c.was-1, bad.Typed(r.cells[c.was-1].Text))
	}
	return was, bad == nil
}

// printed is what a report shows of a value.
type printed struct {
	// base is what a new value is compared with; shown says that the report
	// tells it, not the server.
	base  catalog.Value
	shown bool
	// value is what the cell says, which base may be more exact than.
	value catalog.Value
}

// printed reads the cell that shows what the current row had when the report
// was printed.
func (r *reader) printed(l *line, i int, server catalog.Value) (printed, *diag.Diagnostic) {
	c, cell := &r.e.tables[l.table].cols[i], r.cells[i]
	if cell == nil {
		return printed{base: server}, nil
	}
	got := r.read(c, c.inUnit(cell), server)
	switch {
	case got.bad != nil:
		return printed{}, got.bad
	case got.same:
		return printed{base: server, shown: true}, nil
	case r.standsFor(l, i, got.value, server):
		return printed{base: server, shown: true, value: got.value}, nil
	}
	return printed{base: got.value, shown: true, value: got.value}, nil
}

// standsFor says that a printed amount is how a template shows the server's: a
// zero stands for one that is not there, a whole number for one whose kopecks
// were dropped.
func (r *reader) standsFor(l *line, i int, value, server catalog.Value) bool {
	c := &r.e.tables[l.table].cols[i]
	was, err := money.Parse(value.Text())
	switch {
	case err != nil || !c.Kind.Numeric() || server.Absent():
		return false
	case !server.IsSet():
		return was.IsZero()
	}
	now, err := money.Parse(server.Text())
	if err != nil || !c.whole || !now.Truncate(0).Equal(was) {
		return false
	}
	r.note(l, i, diag.Variant("repaired", "report", server.Text()))
	return true
}

// javaNumber is how the engine of reports spells a number inside a text.
var javaNumber = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+(E-?[0-9]+)?)?$`)

// inUnit gives a cell without the text that the template has around a number,
// and in the unit of its column.
func (c *column) inUnit(cell *sheet.Cell) *sheet.Cell {
	around := cell.Type == sheet.String && c.before+c.after != ""
	plain := c.scale.IsZero() || c.scale.Equal(decimal.NewFromInt(1))
	if !around && plain {
		return cell
	}
	scaled := *cell
	if around {
		scaled.Text = c.bare(cell.Text)
		if !c.ask && javaNumber.MatchString(scaled.Text) { // nobody typed it
			scaled.Type = sheet.Number
		}
	}
	if plain {
		return &scaled
	}
	text := scaled.Text
	switch scaled.Type {
	case sheet.Number:
	case sheet.String:
		var d *diag.Diagnostic
		if text, d = locale.Money(text, 0); d != nil {
			return &scaled
		}
	default:
		return &scaled
	}
	d, err := money.Parse(text)
	if err != nil {
		return &scaled
	}
	scaled.Type, scaled.Text = sheet.Number, money.Plain(money.Round15(d).Mul(c.scale))
	return &scaled
}

// bare takes off a text what the template puts around a number.
func (c *column) bare(text string) string {
	body, before := strings.CutPrefix(locale.Trim(text), c.before)
	body, after := strings.CutSuffix(locale.Trim(body), c.after)
	if !before || !after {
		return text
	}
	return locale.Trim(body)
}

// ServerBased says that some change has nothing to be compared with but what
// the server holds now.
func (e *Edited) ServerBased() bool { return e.Report == nil || e.unbased > 0 }

// Unprinted counts the values of a report that have no former value beside
// them: what they change only the server tells.
func (e *Edited) Unprinted() int { return e.unbased }

// Unchecked says that a report asks for something and prints neither name nor
// code nor article: nothing shows that a row still means its item.
func (e *Edited) Unchecked() bool {
	return slices.ContainsFunc(e.raw, func(raw rawRow) bool {
		return !slices.ContainsFunc(e.tables[raw.table].cols, func(c column) bool { return c.ghost == ghostCheck })
	})
}

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
