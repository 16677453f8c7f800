package report

import (
	"bufio"
	"cmp"
	"io"
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/plan"
)

// The signs in front of a line: colour is never the only one.
const (
	signChange = "~"
	signNew    = "+"
	signClear  = "-"
	signCheck  = "!" // held, in conflict, not done
	signDrift  = "·"
)

var signTones = map[string]tone{
	signChange: yellow, signNew: green, signClear: red, signCheck: red, signDrift: dim,
}

// page writes lines and keeps the first error.
type page struct {
	w *bufio.Writer
	Style
}

func newPage(w io.Writer, s Style) *page { return &page{bufio.NewWriter(w), s} }

func (p *page) line(parts ...string) {
	for _, s := range parts {
		p.w.WriteString(s) //nolint:errcheck // Flush returns it
	}
	p.w.WriteByte('\n') //nolint:errcheck // Flush returns it
}

// Text writes the model for people. Before anything was sent: notices, counts,
// changes, new items, findings, closing lines. Once Run is set the changes have
// been shown already: counts, what was not applied and why, closing lines.
func Text(w io.Writer, m Model, s Style) error {
	p := newPage(w, s)
	for _, n := range m.Notices {
		p.line(p.paint(dim, Wrap(Clean(n.In(s.Lang)), 0, "  ", s.Width)))
	}
	p.headline(Headline(m, s.Lang))
	if m.Run == "" {
		p.review(m)
	} else {
		p.outcome(m.Items, importStates)
	}
	p.failed(m.Failed)
	p.closing(m.Closing)
	return p.w.Flush()
}

// headline breaks the sentence of counts between its parts where it is wider
// than the page.
func (p *page) headline(s string) {
	line := ""
	for i, part := range strings.Split(s, "; ") {
		switch {
		case i == 0:
			line = part
		case columns(line)+2+columns(part)+1 > p.width():
			p.line(p.paint(bold, line+";"))
			line = part
		default:
			line += "; " + part
		}
	}
	p.line(p.paint(bold, line))
}

// closing says the last lines apart from the rest.
func (p *page) closing(lines []i18n.Localizer) {
	if len(lines) > 0 {
		p.line()
	}
	for _, n := range lines {
		p.line(Clean(n.In(p.Lang)))
	}
}

func (p *page) failed(err error) {
	if err == nil {
		return
	}
	p.line()
	name := diag.Error.In(p.Lang)
	p.wrapped(p.paint(red, name)+": ", columns(name)+2, "  ", Clean(i18n.Describe(p.Lang, err)))
}

func (p *page) review(m Model) {
	seen, hidden, drift := m.sections()
	held := m.heldCells()
	left := foldChanges
	for _, part := range []struct {
		title i18n.Text
		list  []merge.Change
	}{{i18n.Text{}, seen}, {sectionHidden, hidden}, {sectionDrift, drift}} {
		if len(part.list) == 0 {
			continue
		}
		p.line()
		if title := part.title.In(p.Lang); title != "" {
			p.line(title)
		}
		left -= p.changes(m, part.list, held, left)
	}
	p.created(m.Created)
	p.problems(m)
}

// sections parts the changes: those that people see in the sheet, those in
// hidden rows, and what only the server changed.
func (m Model) sections() (seen, hidden, drift []merge.Change) {
	for _, c := range m.changes() {
		switch {
		case m.drifted(c):
			drift = append(drift, c)
		case c.HiddenRow:
			hidden = append(hidden, c)
		default:
			seen = append(seen, c)
		}
	}
	return seen, hidden, drift
}

// changes writes at most limit changes of a list and says how many more there
// are; it returns how many it wrote. Those that need a look are never folded
// before those that do not.
func (p *page) changes(m Model, list []merge.Change, held map[string]bool, limit int) int {
	rows := make([]changeRow, len(list))
	for i, c := range list {
		rows[i] = p.row(m, c, held)
	}
	if p.foldsChanges() && len(rows) > limit {
		rows = pick(rows, max(limit, 0))
	}
	p.rows(rows)
	if more := len(list) - len(rows); more > 0 {
		p.line("  ", p.paint(dim, count(moreChanges, more, p.Lang)))
	}
	return len(rows)
}

// pick keeps n rows in their order, those with signCheck first of all.
func pick(rows []changeRow, n int) []changeRow {
	checks := 0
	for _, r := range rows {
		if r.sign == signCheck {
			checks++
		}
	}
	others := max(0, n-checks)
	kept := make([]changeRow, 0, n)
	for _, r := range rows {
		switch {
		case len(kept) == n:
			return kept
		case r.sign == signCheck:
			kept = append(kept, r)
		case others > 0:
			others--
			kept = append(kept, r)
		}
	}
	return kept
}

// created lists the new items with what their rows fill in.
func (p *page) created(list []merge.Created) {
	if len(list) == 0 {
		return
	}
	p.line()
	p.line(sectionNew.In(p.Lang))
	for i, c := range list {
		if i == foldChanges && p.foldsChanges() {
			p.line("  ", p.paint(dim, count(moreNew, len(list)-i, p.Lang)))
			return
		}
		p.line("  ", p.paint(green, signNew), " ", Clean(c.At.Cell()), "  ", Clean(c.Name), p.kindOf(c.Type))
		for _, v := range c.Values {
			if v.Column.Field != catalog.FieldName && v.Mine.IsSet() {
				p.line("      ", Clean(header(v, p.Lang)), ": ", p.show(v.Column, v.Mine))
			}
		}
	}
}

func (p *page) kindOf(itemType string) string {
	if itemType == "" {
		return ""
	}
	return p.paint(dim, " · "+Clean(itemType))
}

var severityTones = map[diag.Severity]tone{
	diag.Notice: dim, diag.Warning: yellow, diag.Held: red, diag.Error: red,
}

// problems lists the findings by address; after foldProblems of one code the
// rest of that code is only counted.
func (p *page) problems(m Model) {
	shown := map[diag.Code]int{}
	var folded []diag.Code
	for _, d := range m.problems() {
		shown[d.Code]++
		n := shown[d.Code]
		if n > foldProblems && !p.Verbose {
			if n == foldProblems+1 {
				folded = append(folded, d.Code)
			}
			continue
		}
		p.line()
		p.finding(m.File, d)
	}
	if len(folded) > 0 {
		p.line()
	}
	slices.Sort(folded)
	for _, code := range folded {
		more := shown[code] - foldProblems
		p.line(moreProblems.In(p.Lang, more, group(more, p.Lang), string(code)))
	}
}

func (p *page) finding(file string, d diag.Diagnostic) {
	name := d.Severity.In(p.Lang) + " " + string(d.Code)
	p.wrapped(p.paint(severityTones[d.Severity], name)+": ", columns(name)+2, "    ", Clean(d.Message(p.Lang)))
	if place := placeOf(file, d.At); place != "" {
		p.wrapped("  "+p.paint(cyan, "-->")+" ", 6, "      ", place)
	}
	if d.Value != "" {
		p.line("      │ ", Clean(d.Value))
	}
	if hint := d.Hint(p.Lang); hint != "" {
		lead := "  " + wordHint.In(p.Lang) + ": "
		p.wrapped(lead, columns(lead), strings.Repeat(" ", columns(lead)), Clean(hint))
	}
}

// placeOf spells where a finding stands: file, cell, column, item.
func placeOf(file string, at diag.At) string {
	var parts []string
	for _, s := range []string{file, at.Cell(), at.Header} {
		if s != "" {
			parts = append(parts, Clean(s))
		}
	}
	if at.Item != "" {
		parts = append(parts, "«"+Clean(at.Item)+"»")
	}
	return strings.Join(parts, " · ")
}

// stateWord says what became of an item, by its state.
type stateWord struct {
	sign string
	text i18n.Text
}

// importStates are the words of an import; an applied item needs none.
var importStates = map[plan.State]stateWord{
	plan.Rejected: {signCheck, i18n.T("refused", "отклонено")},
	plan.Stale:    {signCheck, i18n.T("changed on the server meanwhile, not sent", "изменилось на сервере, не отправлено")},
	plan.Unsent:   {signCheck, i18n.T("not sent", "не отправлено")},
}

// outcome lists the items that words has a word for, in the plan's order.
func (p *page) outcome(items []Item, words map[plan.State]stateWord) {
	shown, more := 0, 0
	for _, it := range items {
		word, ok := words[it.State]
		switch {
		case !ok:
		case shown == foldChanges && p.foldsChanges():
			more++
		default:
			if shown == 0 {
				p.line()
			}
			shown++
			p.item(it, word)
		}
	}
	if more > 0 {
		p.line("  ", p.paint(dim, count(moreItems, more, p.Lang)))
	}
}

func (p *page) item(it Item, word stateWord) {
	where := ""
	if len(it.Cells) > 0 {
		where = Clean(joinCells(it.Cells)) + "  "
	}
	p.line("  ", p.paint(signTones[word.sign], word.sign), " ", where, Clean(nameOf(it)), ": ", word.text.In(p.Lang))
	for i, a := range it.Set {
		p.assign(it, i, a)
	}
	if why := reason(it); why != "" {
		p.wrapped("      ", 6, "      ", why)
	}
}

func nameOf(it Item) string { return cmp.Or(it.Name, it.ID) }

func titleOf(a plan.Assign) string { return cmp.Or(a.Header, string(a.Field)) }

// joinCells names the first cells of an item.
func joinCells(cells []string) string {
	if len(cells) > foldCells {
		cells = append(slices.Clone(cells[:foldCells]), "…")
	}
	return strings.Join(cells, ", ")
}

// assign writes one field of an item: from, to, and what the server held.
func (p *page) assign(it Item, i int, a plan.Assign) {
	c := catalog.Column{Field: a.Field, Kind: a.Kind}
	line := Clean(titleOf(a)) + ": " + p.show(c, a.Was) + " → " + p.show(c, a.Want)
	if i < len(it.Live) {
		line += "; " + sayServer.In(p.Lang, p.show(c, it.Live[i]))
	}
	p.line("      ", line)
}

func reason(it Item) string {
	switch {
	case it.Code == "":
		return Clean(it.Message)
	case it.Message == "":
		return Clean(it.Code)
	}
	return Clean(it.Code + ": " + it.Message)
}
