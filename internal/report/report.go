// Package report shows one model in several views that never disagree: every
// view takes its numbers from Counts and Outcomes, names what stands in a file
// by its cell, and writes text of others so that it cannot act on a terminal
// or a page. Views are pure functions to an io.Writer.
package report

import (
	"cmp"
	"slices"
	"time"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/plan"
)

// Model is what a review, an import or an undo has to say.
type Model struct {
	// File is the sheet as the person named it; Source, Kind and Snapshot are
	// what the sheet says of itself, "" where it does not.
	File, Source, Kind, Snapshot string
	// Taken is when the export was made; zero is unknown.
	Taken time.Time
	// Notices are said before the counts: how a CSV file was read, where the
	// base came from. Closing is said last: what to do next.
	Notices, Closing []i18n.Localizer
	// Rows counts the data rows of the file, Unchanged those that ask for
	// nothing, Missing the rows of the base that the file no longer has.
	Rows, Unchanged, Missing int
	// Uncompared says that the file's rows were compared with nothing.
	Uncompared bool
	Changes    []merge.Change
	Created    []merge.Created
	Problems   diag.List
	// Online says that the server was read: Theirs and Verdict of the changes
	// mean something.
	Online bool
	// Review is what a review workbook has to know of the sheet in order to be
	// read back, nil where it is only for reading; its Rows are the view's.
	Review *baseline.Review
	// Failed is what ended the command before it was done, nil otherwise. It
	// counts as an error about the whole file.
	Failed error
	// Run is the id of the run that sent something, "" before; Items is then
	// one entry per step of its plan, in the plan's order.
	Run   string
	Items []Item
}

// Item is what became of one step of a plan.
type Item struct {
	ID, Type, Name string
	// Store is the id of the store, where the system has several.
	Store string
	Op    plan.Op // "" is an update
	Cells []string
	State plan.State
	// Code and Message are the service's own where it refused, else ours.
	Code, Message string
	Set           []plan.Assign
	// Live is what the server held instead, parallel to Set, where the item is
	// stale and that is known; else nil.
	Live []catalog.Value
}

// Say binds a text to its arguments.
func Say(t i18n.Text, args ...any) i18n.Localizer { return said{t, args} }

type said struct {
	text i18n.Text
	args []any
}

func (s said) In(l i18n.Lang, _ ...any) string { return s.text.In(l, s.args...) }

// Counts are the numbers that all views show. A change is what the file asks
// for against its base, whatever the server holds: drift is not one.
type Counts struct {
	Rows         int `json:"rows"`
	ChangedItems int `json:"changed_items"`
	Changes      int `json:"changes"`
	Created      int `json:"created"`
	Missing      int `json:"missing"`
	Errors       int `json:"errors"`
	Held         int `json:"held"`
	Warnings     int `json:"warnings"`
	Conflicts    int `json:"conflicts"`

	prices, others fieldCount
}

// fieldCount is a number of values and of the items that have them.
type fieldCount struct{ Fields, Items int }

// Counts counts the model.
func (m Model) Counts() Counts {
	c := Counts{
		Rows: m.Rows, Created: len(m.Created), Missing: m.Missing,
		Errors: m.Problems.Count(diag.Error), Held: m.Problems.Count(diag.Held), Warnings: m.Problems.Count(diag.Warning),
	}
	if m.Failed != nil {
		c.Errors++
	}
	items, priced, other := map[catalog.Key]bool{}, map[catalog.Key]bool{}, map[catalog.Key]bool{}
	for _, change := range m.Changes {
		if m.drifted(change) {
			continue
		}
		c.Changes++
		if m.Online && change.Verdict == merge.Conflict {
			c.Conflicts++
		}
		items[change.Target] = true
		if change.Column.Kind == catalog.Money {
			c.prices.Fields++
			priced[change.Target] = true
		} else {
			c.others.Fields++
			other[change.Target] = true
		}
	}
	c.ChangedItems, c.prices.Items, c.others.Items = len(items), len(priced), len(other)
	return c
}

// drifted says that only the server changed the value.
func (m Model) drifted(c merge.Change) bool { return m.Online && c.Verdict == merge.Drift }

// Outcomes counts the steps of a run by their state, and what was written.
type Outcomes struct {
	Applied  int `json:"applied"`
	Already  int `json:"already"`
	Rejected int `json:"rejected"`
	Stale    int `json:"stale"`
	Unsent   int `json:"unsent"`

	prices, others fieldCount
	created        int
}

// Tally counts items by state. An unknown state counts as unsent: what is not
// known to be written is not called written.
func Tally(items []Item) Outcomes {
	var o Outcomes
	for _, it := range items {
		switch it.State {
		case plan.Applied:
			o.Applied++
			o.written(it)
		case plan.Already:
			o.Already++
		case plan.Rejected:
			o.Rejected++
		case plan.Stale:
			o.Stale++
		default:
			o.Unsent++
		}
	}
	return o
}

func (o *Outcomes) written(it Item) {
	if it.Op == plan.Create {
		o.created++
		return
	}
	prices := 0
	for _, a := range it.Set {
		if a.Kind == catalog.Money {
			prices++
		}
	}
	o.prices.add(prices)
	o.others.add(len(it.Set) - prices)
}

func (f *fieldCount) add(fields int) {
	if fields > 0 {
		f.Fields += fields
		f.Items++
	}
}

// problems gives the findings in the order of their addresses.
func (m Model) problems() diag.List {
	list := slices.Clone(m.Problems)
	list.Sort()
	return list
}

// changes gives the changes in the order of their leading cells.
func (m Model) changes() []merge.Change {
	list := slices.Clone(m.Changes)
	slices.SortStableFunc(list, func(a, b merge.Change) int {
		x, y := lead(a), lead(b)
		return cmp.Or(
			cmp.Compare(x.Sheet, y.Sheet),
			cmp.Compare(x.Row, y.Row),
			cmp.Compare(x.Col, y.Col),
			a.Target.Compare(b.Target),
			cmp.Compare(a.Column.Field, b.Column.Field),
		)
	})
	return list
}

// lead is the first cell that asks for a change, zero where none does.
func lead(c merge.Change) diag.At {
	if len(c.At) == 0 {
		return diag.At{}
	}
	return c.At[0]
}

// heldCells are the cells with a change in quarantine.
func (m Model) heldCells() map[string]bool {
	held := map[string]bool{}
	for _, d := range m.Problems {
		if d.Severity == diag.Held && d.At.Row > 0 {
			held[d.At.Cell()] = true
		}
	}
	return held
}

// header is a change's column title as the file has it, else in l.
func header(c merge.Change, l i18n.Lang) string {
	if c.Header != "" {
		return c.Header
	}
	if title := c.Column.Title.In(l); title != "" {
		return title
	}
	return string(c.Column.Field)
}
