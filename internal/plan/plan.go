// Package plan is what will be written, as data: equal plans have equal bytes,
// and what a guard held back is either absent or named as allowed.
package plan

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"iter"
	"slices"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
)

// Format is the number of the plan's JSON format.
const Format = 1

// Op is what a step does; its text is the sign that people see.
type Op string

// The operations. Nothing is ever deleted.
const (
	Update Op = "~"
	Create Op = "+"
)

// Assign gives one field a value. Was is what the sheet's base (or, without
// one, the server) held; the write happens only while the server still holds
// it.
type Assign struct {
	Field  catalog.Field `json:"field"`
	Header string        `json:"header,omitempty"`
	Kind   catalog.Kind  `json:"kind"`
	Was    catalog.Value `json:"was"`
	Want   catalog.Value `json:"want"`
	Cells  []string      `json:"cells,omitempty"`
	// Exact is Want as the service itself wrote it, where the value does not
	// tell all of it: an undo writes it back.
	Exact json.RawMessage `json:"exact,omitempty"`
	// Pins: the variant may have taken the value from its product; written, it
	// stays the variant's own, and no undo changes that.
	Pins bool `json:"pins,omitempty"`
}

// Step changes one entity: one element of one request.
type Step struct {
	Op     Op          `json:"op"`
	Target catalog.Key `json:"target"`
	Name   string      `json:"name"`
	// ClientID makes a create repeatable: the service knows it again.
	ClientID string   `json:"clientId,omitempty"`
	Set      []Assign `json:"set"`
	// Cells is where the row of a created item stands.
	Cells []string `json:"cells,omitempty"`
}

// Plan is everything one run will write. It holds no clock: equal plans are
// equal bytes.
type Plan struct {
	Format   int         `json:"format"`
	Source   string      `json:"source"`
	Account  string      `json:"account"`
	Snapshot string      `json:"snapshot"`
	Allow    []diag.Code `json:"allow"`
	Steps    []Step      `json:"steps"`
}

// State is what became of a step.
type State string

// The states. Each step of a run ends in exactly one.
const (
	Applied  State = "applied"  // written and read back
	Already  State = "already"  // the server held the value before anything was sent
	Rejected State = "rejected" // the service refused it
	Stale    State = "stale"    // somebody changed it meanwhile; not sent
	Unsent   State = "unsent"   // not reached
)

// Outcome is a step's state with the reason: the service's own code and words,
// or ours.
type Outcome struct {
	Target  catalog.Key `json:"target"`
	State   State       `json:"state"`
	Code    string      `json:"code,omitempty"`
	Message string      `json:"message,omitempty"`
}

// New sorts steps by the given order of types, then key, and their assigns by
// field.
func New(head Plan, order []string, steps []Step) Plan {
	head.Format = Format
	head.Steps = slices.Clone(steps)
	rank := func(t string) int {
		if i := slices.Index(order, t); i >= 0 {
			return i
		}
		return len(order)
	}
	for i := range head.Steps {
		slices.SortFunc(head.Steps[i].Set, func(a, b Assign) int { return cmp.Compare(a.Field, b.Field) })
	}
	slices.SortStableFunc(head.Steps, func(a, b Step) int {
		return cmp.Or(
			cmp.Compare(rank(a.Target.Type), rank(b.Target.Type)),
			cmp.Compare(b.Op, a.Op), // updates (~) before creates (+)
			a.Target.Compare(b.Target),
			cmp.Compare(a.ClientID, b.ClientID),
		)
	})
	slices.Sort(head.Allow)
	if head.Allow == nil {
		head.Allow = []diag.Code{}
	}
	if head.Steps == nil {
		head.Steps = []Step{}
	}
	return head
}

// Hash names the plan: SHA-256 over its JSON.
func (p Plan) Hash() (string, error) {
	b, err := json.Marshal(p)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}

// Batch is a run of steps of one operation, type and store: [First, Last).
type Batch struct{ First, Last int }

// Batches cuts the steps into runs of at most limit that go out in one request.
func (p Plan) Batches(limit int) iter.Seq[Batch] {
	return func(yield func(Batch) bool) {
		for first := 0; first < len(p.Steps); {
			last := first + 1
			for last < len(p.Steps) && last-first < limit && together(p.Steps[first], p.Steps[last]) {
				last++
			}
			if !yield(Batch{first, last}) {
				return
			}
			first = last
		}
	}
}

func together(a, b Step) bool {
	return a.Op == b.Op && a.Target.Type == b.Target.Type && a.Target.Store == b.Target.Store
}
