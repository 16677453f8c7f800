package report

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"
)

// Run is one run out of the journal.
type Run struct {
	Run           string
	When          time.Time
	Command       string // import, undo, migrate
	File, Source  string
	Account       string
	State         string // done, interrupted, undone, partly
	Applied       int
	Already       int
	Rejected      int
	Stale, Unsent int
	// Items are nil in a list of runs, and one per step where one run was asked
	// for.
	Items []Item
}

// Written is one value that a run gave to an item.
type Written struct {
	Run    string
	When   time.Time
	State  plan.State
	Assign plan.Assign
}

type historyJSON struct {
	Runs []runLineJSON `json:"runs"`
}

type runLineJSON struct {
	Run      string `json:"run"`
	When     string `json:"when"`
	Command  string `json:"command"`
	File     string `json:"file"`
	Source   string `json:"source"`
	Account  string `json:"account"`
	State    string `json:"state"`
	Applied  int    `json:"applied"`
	Already  int    `json:"already"`
	Rejected int    `json:"rejected"`
	Stale    int    `json:"stale"`
	Unsent   int    `json:"unsent"`
	*runItemsJSON
}

type runItemsJSON struct {
	Items []itemJSON `json:"items"`
}

type writtenJSON struct {
	Run   string `json:"run"`
	When  string `json:"when"`
	State string `json:"state"`
	fieldJSON
}

type valuesJSON struct {
	ID     string        `json:"id"`
	Values []writtenJSON `json:"values"`
}

var (
	historyNone = i18n.T("Nothing has been sent from this computer yet", "С этого компьютера ещё ничего не отправляли")
	valuesNone  = i18n.T("No run has written to %[1]s", "Ни один запуск не менял %[1]s")
	runStates   = map[string]i18n.Text{
		"done":        i18n.T("done", "выполнен"),
		"interrupted": i18n.T("interrupted", "прерван"),
		"undone":      i18n.T("undone", "отменён"),
		"partly":      i18n.T("partly", "частично"),
	}
	runCounts = []struct {
		title i18n.Text
		of    func(Run) int
	}{
		{i18n.T("applied", "применено"), func(r Run) int { return r.Applied }},
		{i18n.T("already", "уже было"), func(r Run) int { return r.Already }},
		{i18n.T("rejected", "отклонено"), func(r Run) int { return r.Rejected }},
		{i18n.T("stale", "устарело"), func(r Run) int { return r.Stale }},
		{i18n.T("unsent", "не отправлено"), func(r Run) int { return r.Unsent }},
	}
	historyStates = map[plan.State]stateWord{
		plan.Applied:  {signChange, i18n.T("applied", "применено")},
		plan.Already:  {signDrift, i18n.T("was so already", "уже было так")},
		plan.Rejected: importStates[plan.Rejected],
		plan.Stale:    importStates[plan.Stale],
		plan.Unsent:   importStates[plan.Unsent],
	}
)

// newestFirst orders runs as they are listed.
func newestFirst(runs []Run) []Run {
	list := slices.Clone(runs)
	slices.SortStableFunc(list, func(a, b Run) int {
		return cmp.Or(b.When.Compare(a.When), strings.Compare(b.Run, a.Run))
	})
	return list
}

// HistoryJSON writes runs, newest first, as one object; items is a key of the
// runs that have Items.
func HistoryJSON(w io.Writer, runs []Run) error {
	h := historyJSON{Runs: []runLineJSON{}}
	for _, r := range newestFirst(runs) {
		line := runLineJSON{
			Run: r.Run, When: stamp(r.When), Command: r.Command, File: r.File, Source: r.Source, Account: r.Account,
			State: r.State, Applied: r.Applied, Already: r.Already, Rejected: r.Rejected, Stale: r.Stale, Unsent: r.Unsent,
		}
		if r.Items != nil {
			line.runItemsJSON = &runItemsJSON{Items: []itemJSON{}}
			for _, it := range r.Items {
				line.Items = append(line.Items, itemWithFields(it, false))
			}
		}
		h.Runs = append(h.Runs, line)
	}
	return encode(w, h)
}

// HistoryText writes runs, newest first, with the items of those that have
// Items. Times are shown in the zone they carry.
func HistoryText(w io.Writer, runs []Run, s Style) error {
	p := newPage(w, s)
	if len(runs) == 0 {
		p.line(historyNone.In(s.Lang))
	}
	for i, r := range newestFirst(runs) {
		if i > 0 {
			p.line()
		}
		p.line(p.paint(bold, Clean(r.Run)), "  ", p.when(r.When), "  ", Clean(r.Command), "  ", p.state(r.State))
		p.line("  ", joinClean(r.File, r.Source, r.Account))
		p.line("  ", p.countsOf(r))
		p.outcome(r.Items, historyStates)
	}
	return p.w.Flush()
}

// when shows a time to the minute.
func (p *page) when(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return shortTime(t, p.Lang)
}

func shortTime(t time.Time, l i18n.Lang) string {
	if l == i18n.Ru {
		return t.Format("02.01.2006 15:04")
	}
	return t.Format("2006-01-02 15:04")
}

func (p *page) state(state string) string {
	word, ok := runStates[state]
	if !ok {
		return Clean(state)
	}
	t := green
	if state != "done" {
		t = yellow
	}
	return p.paint(t, word.In(p.Lang))
}

func (p *page) countsOf(r Run) string {
	var parts []string
	for i, c := range runCounts {
		if n := c.of(r); n > 0 || i == 0 {
			parts = append(parts, c.title.In(p.Lang)+" "+group(n, p.Lang))
		}
	}
	return strings.Join(parts, ", ")
}

func joinClean(parts ...string) string {
	var said []string
	for _, s := range parts {
		if s != "" {
			said = append(said, Clean(s))
		}
	}
	return strings.Join(said, " · ")
}

// oldestFirst orders the values of one item.
func oldestFirst(values []Written) []Written {
	list := slices.Clone(values)
	slices.SortStableFunc(list, func(a, b Written) int {
		return cmp.Or(a.When.Compare(b.When), strings.Compare(a.Run, b.Run), cmp.Compare(a.Assign.Field, b.Assign.Field))
	})
	return list
}

// ValuesJSON writes every value that runs gave to the item id, oldest first, as
// one object: {"id", "values": [{"run", "when", "state", "field", "header",
// "from", "to"}]}.
func ValuesJSON(w io.Writer, id string, values []Written) error {
	v := valuesJSON{ID: id, Values: []writtenJSON{}}
	for _, x := range oldestFirst(values) {
		a := x.Assign
		v.Values = append(v.Values, writtenJSON{
			Run: x.Run, When: stamp(x.When), State: string(known(x.State)),
			fieldJSON: fieldJSON{Field: string(a.Field), Header: a.Header, From: exact(a.Kind, a.Was), To: exact(a.Kind, a.Want)},
		})
	}
	return encode(w, v)
}

// ValuesText writes every value that runs gave to the item id, oldest first.
func ValuesText(w io.Writer, id string, values []Written, s Style) error {
	p := newPage(w, s)
	if len(values) == 0 {
		p.line(valuesNone.In(s.Lang, Clean(id)))
		return p.w.Flush()
	}
	p.line(p.paint(bold, Clean(id)))
	for _, v := range oldestFirst(values) {
		word := historyStates[known(v.State)]
		column := catalog.Column{Field: v.Assign.Field, Kind: v.Assign.Kind}
		title := titleOf(v.Assign)
		p.line("  ", p.paint(signTones[word.sign], word.sign), " ", p.when(v.When), "  ", Clean(title), ": ",
			p.show(column, v.Assign.Was), arrow, p.show(column, v.Assign.Want),
			p.paint(dim, "  "+word.text.In(s.Lang)+" · "+Clean(v.Run)))
	}
	return p.w.Flush()
}
