// Package journal keeps one append-only file of lines per run: nothing is sent
// before its intent is on disk, and what became of every step can be replayed
// from the file alone. It never holds a token.
package journal

import (
	"encoding/json"
	"maps"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/plan"
)

// Version is the number that every line carries.
const Version = 1

// Kind says what a line is.
type Kind string

// The kinds of lines, in the order of a run: begin, steps…, ready, then for
// every batch an intent and a done; resume when another process goes on; end.
const (
	KindBegin  Kind = "begin"
	KindSteps  Kind = "steps"
	KindReady  Kind = "ready"
	KindIntent Kind = "intent"
	KindDone   Kind = "done"
	KindResume Kind = "resume"
	KindEnd    Kind = "end"
)

// State of a run as the history shows it.
type State string

// The states. Interrupted can be resumed.
const (
	Done        State = "done"
	Partly      State = "partly"
	Interrupted State = "interrupted"
	Undone      State = "undone"
)

// Begin is what a run is.
type Begin struct {
	Run         string `json:"run"`
	Command     string `json:"command"` // import, undo
	File        string `json:"file"`
	FileHash    string `json:"fileHash,omitempty"` // SHA-256 of the sheet
	Source      string `json:"source"`
	Account     string `json:"account"`
	AccountName string `json:"accountName,omitempty"`
	// UndoOf names the run that this one takes back.
	UndoOf string `json:"undoOf,omitempty"`
	// Path is where File was found, Result where the result sheet goes, both
	// from the root: a resumed run completes it from any folder.
	Path   string `json:"path,omitempty"`
	Result string `json:"result,omitempty"`
	// Read are the options under which the sheet was read, as name and value:
	// without them a resumed run could not read a foreign sheet again.
	Read [][2]string `json:"read,omitempty"`
	// LeftOut and Skipped count what the command left out on purpose: changes of
	// bad rows, and those in conflict. A run that has some ends partly done.
	LeftOut int `json:"leftOut,omitempty"`
	Skipped int `json:"skipped,omitempty"`
	// Waiting counts the items of a migration that no step writes: they wait for a
	// person. A run that has some ends partly done too.
	Waiting int `json:"waiting,omitempty"`
}

// Before is what one step's fields held when the intent was made.
type Before struct {
	Step   int                             `json:"step"`
	Values map[catalog.Field]catalog.Value `json:"values,omitempty"`
	// Exact is what the service itself wrote, for fields whose value does not
	// tell all of it.
	Exact map[catalog.Field]json.RawMessage `json:"exact,omitempty"`
	// Updated is the service's own time of the entity's last change.
	Updated string `json:"updated,omitempty"`
}

// Over adds what an earlier intent for the same step wrote down: a field that
// it was going to write may have been written.
func (b Before) Over(earlier *Before) *Before {
	if earlier == nil || len(earlier.Values) == 0 {
		return &b
	}
	values := maps.Clone(b.Values)
	if values == nil {
		values = map[catalog.Field]catalog.Value{}
	}
	maps.Copy(values, earlier.Values)
	b.Values = values
	if len(earlier.Exact) > 0 {
		exact := map[catalog.Field]json.RawMessage{}
		maps.Copy(exact, b.Exact)
		maps.Copy(exact, earlier.Exact)
		b.Exact = exact
	}
	return &b
}

// Outcome is one step's outcome.
type Outcome struct {
	Step int `json:"step"`
	plan.Outcome
}

// Record is one line.
type Record struct {
	V    int       `json:"v"`
	Kind Kind      `json:"kind"`
	At   time.Time `json:"at"`

	Begin *Begin `json:"begin,omitempty"`
	// Plan is the plan's head on a begin line, without its steps.
	Plan  *plan.Plan  `json:"plan,omitempty"`
	Steps []plan.Step `json:"steps,omitempty"`
	// Count and Hash of the whole plan on a ready line.
	Count int    `json:"count,omitempty"`
	Hash  string `json:"hash,omitempty"`

	Batch  int      `json:"batch,omitempty"`
	Before []Before `json:"before,omitempty"`
	// Task, on an intent line of its own after that of its batch, is the id of a
	// task under which the service carries the batch out after its answer.
	Task     string    `json:"task,omitempty"`
	Outcomes []Outcome `json:"outcomes,omitempty"`
	// Unsent are steps of the batch that certainly were not carried out: they
	// are open as they were before its intent.
	Unsent []int `json:"unsent,omitempty"`
	// Unclear says why a batch had to be read back.
	Unclear string `json:"unclear,omitempty"`
	State   State  `json:"state,omitempty"`
}

// Run is a replayed journal.
type Run struct {
	Begin
	When time.Time
	Plan plan.Plan
	// Ready: the whole plan reached the disk. A run that was not ready has sent
	// nothing.
	Ready bool
	// Outcomes by step; nil where there is none yet.
	Outcomes []*plan.Outcome
	// Before by step: what its fields held when it was last about to be sent.
	Before []*Before
	// Intended marks steps that may have been sent: an intent without a done.
	Intended []bool
	// Tasks lists the tasks that may still run: no outcome was written since.
	Tasks   []string
	Batches int
	// Sent is when the last batch was about to be sent.
	Sent  time.Time
	State State
	// Torn says that the last line was cut; it counts as not written.
	Torn bool

	// earlier is what was known of a step before its last intent.
	earlier []mark
}

// mark is what a journal knows of a step without an outcome.
type mark struct {
	before   *Before
	intended bool
}

// Counts counts the outcomes; a step without one is unsent.
func (r *Run) Counts() map[plan.State]int {
	counts := map[plan.State]int{}
	for _, o := range r.Outcomes {
		if o == nil {
			counts[plan.Unsent]++
			continue
		}
		counts[o.State]++
	}
	return counts
}

// Written lists what the run really wrote, for an undo. A new item that was
// refused and has an id was made, though it holds another value than was sent.
func (r *Run) Written() []plan.Written {
	var list []plan.Written
	for i, o := range r.Outcomes {
		if o == nil {
			continue
		}
		made := o.State == plan.Rejected && r.Plan.Steps[i].Op == plan.Create && o.Target.ID != ""
		if o.State != plan.Applied && !made {
			continue
		}
		w := plan.Written{Step: r.Plan.Steps[i], NewID: o.Target.ID}
		if b := r.Before[i]; b != nil {
			w.Before, w.Exact = b.Values, b.Exact
		}
		list = append(list, w)
	}
	return list
}
