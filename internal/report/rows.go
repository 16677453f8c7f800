package report

import (
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/merge"
)

// changeRow is one change ready to be set in columns.
type changeRow struct {
	sign, cell, label string
	from, to, percent string
	aligned           bool   // a number: its values stand in columns
	note              string // what the server holds
}

const (
	rowIndent = 2
	rowGap    = 2
	arrow     = " → "
)

func (p *page) row(m Model, c merge.Change, held map[string]bool) changeRow {
	r := changeRow{
		sign: sign(m, c, held), cell: Clean(lead(c).Cell()), label: label(p.Style, c),
		from: p.show(c.Column, c.Base), to: p.show(c.Column, c.Mine),
		percent: percent(c, p.Lang), aligned: c.Column.Kind.Numeric(),
	}
	if m.Online {
		r.note = serverNote(p.Style, c)
	}
	if r.sign == signDrift {
		r.from, r.to, r.percent = "", "", ""
	}
	return r
}

func sign(m Model, c merge.Change, held map[string]bool) string {
	switch {
	case m.drifted(c):
		return signDrift
	case m.Online && c.Verdict == merge.Conflict, held[lead(c).Cell()]:
		return signCheck
	case !c.Mine.IsSet():
		return signClear
	}
	return signChange
}

// label names the item and the column, and says when more cells ask the same.
func label(s Style, c merge.Change) string {
	name := c.Name
	if name == "" {
		name = c.Target.ID
	}
	text := Clean(name) + " · " + Clean(header(c, s.Lang))
	if more := len(c.At) - 1; more > 0 {
		text += " (" + count(wordCells, more, s.Lang) + ")"
	}
	return text
}

// serverNote says in words what the server holds where that differs from the
// base; "" where nobody else touched the value.
func serverNote(s Style, c merge.Change) string {
	theirs := s.show(c.Column, c.Theirs)
	switch c.Verdict {
	case merge.Conflict:
		return sayConflict.In(s.Lang, theirs)
	case merge.Already:
		return sayAlready.In(s.Lang)
	case merge.Drift:
		return sayDrift.In(s.Lang, s.show(c.Column, c.Base), theirs)
	}
	if c.Column.Kind.Equal(c.Base, c.Theirs) || c.Theirs == (catalog.Value{}) {
		return ""
	}
	return sayServer.In(s.Lang, theirs)
}

// widths are the columns of a list of changes.
type widths struct{ cell, label, from, to, percent int }

// rows writes changes in columns where they fit into the width, else over
// several lines: a name or a value is never cut.
func (p *page) rows(rows []changeRow) {
	w := p.measure(rows)
	for _, r := range rows {
		head := strings.Repeat(" ", rowIndent) + p.paint(signTones[r.sign], r.sign) + " " + pad(r.cell, w.cell, false) + "  "
		indent := strings.Repeat(" ", rowIndent+2+w.cell+rowGap)
		values := r.values(w)
		switch {
		case values == "":
			p.line(head, r.label)
		case columns(r.label) <= w.label && columns(indent)+w.label+rowGap+columns(values) <= p.width():
			p.line(head, pad(r.label, w.label, false), "  ", values)
		default:
			p.line(head, r.label)
			p.long(indent, r)
		}
		if r.note != "" {
			tone := plainTone
			if r.sign == signCheck {
				tone = red
			}
			p.line(indent, p.paint(tone, r.note))
		}
	}
}

// long writes the values under their item: side by side, else one per line.
func (p *page) long(indent string, r changeRow) {
	values := r.from + arrow + r.to
	if r.percent != "" {
		values += "  " + r.percent
	}
	if columns(indent)+columns(values) <= p.width() {
		p.line(indent, values)
		return
	}
	was, now := wordWas.In(p.Lang), wordNow.In(p.Lang)
	wide := max(columns(was), columns(now)) + 1
	p.line(indent, pad(was+":", wide, false), " ", r.from)
	p.line(indent, pad(now+":", wide, false), " ", r.to)
}

func (r changeRow) values(w widths) string {
	switch {
	case r.from == "" && r.to == "":
		return ""
	case !r.aligned:
		return r.from + arrow + r.to
	}
	s := pad(r.from, w.from, true) + arrow + pad(r.to, w.to, true)
	if w.percent > 0 {
		s += "  " + pad(r.percent, w.percent, true)
	}
	return strings.TrimRight(s, " ")
}

// measure finds column widths: numbers as wide as they are, then labels up to
// what is left of the line.
func (p *page) measure(rows []changeRow) widths {
	var w widths
	for _, r := range rows {
		w.cell = max(w.cell, columns(r.cell))
		if r.aligned {
			w.from = max(w.from, columns(r.from))
			w.to = max(w.to, columns(r.to))
			w.percent = max(w.percent, columns(r.percent))
		}
	}
	left := p.width() - rowIndent - 2 - w.cell - rowGap - rowGap - w.from - columns(arrow) - w.to
	if w.percent > 0 {
		left -= 2 + w.percent
	}
	for _, r := range rows {
		if n := columns(r.label); n <= left {
			w.label = max(w.label, n)
		}
	}
	return w
}
