package plan

import (
	"encoding/json"

	"catalogsheet/internal/catalog"
)

// Written is what one step of a run really wrote: the fields with what each
// held before.
type Written struct {
	Step   Step
	Before map[catalog.Field]catalog.Value
	// Exact is what the service itself wrote for some of them.
	Exact map[catalog.Field]json.RawMessage
	// NewID is the id of a created item.
	NewID string
}

// Inverse takes back what was written: every field gets what it held before,
// provided it still holds what was written. A created item is not deleted but
// retired: its retire field gets its retired value. Fields that were not
// written are left out.
func Inverse(head Plan, order []string, written []Written, retire func(typ string) (Assign, bool)) Plan {
	var steps []Step
	for _, w := range written {
		step := Step{Op: Update, Target: w.Step.Target, Name: w.Step.Name}
		if w.Step.Op == Create {
			step.Target.ID = w.NewID
			if a, ok := retire(w.Step.Target.Type); ok {
				step.Set = []Assign{a}
			}
		} else {
			for _, a := range w.Step.Set {
				before, ok := w.Before[a.Field]
				if !ok {
					continue
				}
				step.Set = append(step.Set, Assign{
					Field: a.Field, Header: a.Header, Kind: a.Kind,
					Was: a.Want, Want: before, Exact: w.Exact[a.Field], Cells: a.Cells,
				})
			}
		}
		if len(step.Set) > 0 {
			steps = append(steps, step)
		}
	}
	return New(head, order, steps)
}
