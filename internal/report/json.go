package report

import (
	"encoding/json"
	"io"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/money"
	"catalogsheet/internal/plan"
)

// reviewJSON is the object of review and import. The embedded pointers are nil,
// and their keys absent, until they mean something.
type reviewJSON struct {
	File     string        `json:"file"`
	Source   string        `json:"source"`
	Kind     string        `json:"kind"`
	Snapshot string        `json:"snapshot"`
	Taken    string        `json:"taken"`
	Counts   Counts        `json:"counts"`
	Changes  []changeJSON  `json:"changes"`
	Problems []problemJSON `json:"problems"`
	*runJSON
}

type runJSON struct {
	Run string `json:"run"`
	Outcomes
	*undoJSON
	Items []itemJSON `json:"items"`
}

type changeJSON struct {
	Cell   string        `json:"cell"`
	ID     string        `json:"id"`
	Type   string        `json:"type"`
	Name   string        `json:"name"`
	Field  string        `json:"field"`
	Header string        `json:"header"`
	From   catalog.Value `json:"from"`
	To     catalog.Value `json:"to"`
	*serverJSON
}

type serverJSON struct {
	Server  catalog.Value `json:"server"`
	Verdict string        `json:"verdict"`
}

type problemJSON struct {
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Cell     string `json:"cell"`
	Value    string `json:"value"`
	Message  string `json:"message"`
	Hint     string `json:"hint"`
}

type itemJSON struct {
	ID      string   `json:"id"`
	Type    string   `json:"type"`
	Cells   []string `json:"cells"`
	State   string   `json:"state"`
	Code    string   `json:"code"`
	Message string   `json:"message"`
	*fieldsJSON
}

// fieldJSON is one value of an item: what it was and what it was set to.
type fieldJSON struct {
	Field  string        `json:"field"`
	Header string        `json:"header"`
	From   catalog.Value `json:"from"`
	To     catalog.Value `json:"to"`
	*liveJSON
}

// liveJSON is what the server held instead, null where that is not known.
type liveJSON struct {
	Server catalog.Value `json:"server"`
}

type fieldsJSON struct {
	Fields []fieldJSON `json:"fields"`
}

// CodeFailed is the code under which JSON lists what ended a command.
const CodeFailed = "failed"

// JSON writes the model as one object. Every key is always there, except that
// server and verdict of a change appear once the server was read (Online), and
// run with all below it once something was sent (Run). Values are strings in
// the person's units, exact; an empty value is "", one that is not known null.
// All findings are listed, none folded.
func JSON(w io.Writer, m Model, l i18n.Lang) error {
	return encode(w, review(m, l))
}

func encode(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func review(m Model, l i18n.Lang) reviewJSON {
	r := reviewJSON{
		File: m.File, Source: m.Source, Kind: m.Kind, Snapshot: m.Snapshot, Taken: stamp(m.Taken),
		Counts: m.Counts(), Changes: []changeJSON{}, Problems: []problemJSON{},
	}
	for _, c := range m.changes() {
		r.Changes = append(r.Changes, changeOf(c, m.Online, l))
	}
	if m.Failed != nil {
		r.Problems = append(r.Problems, problemJSON{
			Severity: diag.Error.String(), Code: CodeFailed, Message: i18n.Describe(l, m.Failed),
		})
	}
	for _, d := range m.problems() {
		r.Problems = append(r.Problems, problemJSON{
			Severity: d.Severity.String(), Code: string(d.Code), Cell: d.At.Cell(), Value: d.Value,
			Message: d.Message(l), Hint: d.Hint(l),
		})
	}
	if m.Run != "" {
		r.runJSON = &runJSON{Run: m.Run, Outcomes: Tally(m.Items), Items: []itemJSON{}}
		for _, it := range m.Items {
			r.Items = append(r.Items, itemOf(it))
		}
	}
	return r
}

func changeOf(c merge.Change, online bool, l i18n.Lang) changeJSON {
	j := changeJSON{
		Cell: lead(c).Cell(), ID: c.Target.ID, Type: c.Target.Type, Name: c.Name,
		Field: string(c.Column.Field), Header: header(c, l),
		From: exact(c.Column.Kind, c.Base), To: exact(c.Column.Kind, c.Mine),
	}
	if online {
		j.serverJSON = &serverJSON{Server: exact(c.Column.Kind, c.Theirs), Verdict: c.Verdict.String()}
	}
	return j
}

func itemOf(it Item) itemJSON {
	return itemJSON{
		ID: it.ID, Type: it.Type, Cells: append([]string{}, it.Cells...),
		State: string(known(it.State)), Code: it.Code, Message: it.Message,
	}
}

// itemWithFields is an item with what its fields were and were set to, and,
// for an undo, what the server held instead.
func itemWithFields(it Item, live bool) itemJSON {
	j := itemOf(it)
	j.fieldsJSON = &fieldsJSON{Fields: []fieldJSON{}}
	for i, a := range it.Set {
		f := fieldJSON{Field: string(a.Field), Header: a.Header, From: exact(a.Kind, a.Was), To: exact(a.Kind, a.Want)}
		if live {
			f.liveJSON = &liveJSON{}
			if i < len(it.Live) {
				f.Server = exact(a.Kind, it.Live[i])
			}
		}
		j.Fields = append(j.Fields, f)
	}
	return j
}

// known makes sure that the list of items and Tally agree on a state.
func known(s plan.State) plan.State {
	switch s {
	case plan.Applied, plan.Already, plan.Rejected, plan.Stale:
		return s
	}
	return plan.Unsent
}

// exact gives an amount of money at least two decimals; anything else is
// canonical as it is.
func exact(k catalog.Kind, v catalog.Value) catalog.Value {
	if k != catalog.Money || !v.IsSet() {
		return v
	}
	d, err := money.Parse(v.Text())
	if err != nil {
		return v
	}
	return catalog.Of(money.Amount(d))
}

// stamp writes a time, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}
