package apply

import (
	"fmt"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/source"
)

// Codes of outcomes that are the engine's own, not the service's.
const (
	CodeGone    = "gone"     // the item is no longer there
	CodeChanged = "changed"  // somebody changed the field meanwhile
	CodeNotKept = "not-kept" // the service answered well and holds another value
	CodeInvalid = "invalid"  // the value cannot be written (the lens says why)
)

// write pairs a step's position with what is sent.
type write struct {
	step int
	source.Write
}

// prepare compares every step with what the server holds. A step that need not
// or must not be sent is decided; for the others it gives the writes and what
// the written fields hold.
func (e *Engine) prepare(s *State, open []int) (writes []write, before []journal.Before, decided []journal.Outcome, err error) {
	for _, i := range open {
		step := s.Plan.Steps[i]
		if step.Op == plan.Create {
			writes = append(writes, write{i, source.Write{Step: step}})
			before = append(before, journal.Before{Step: i})
			continue
		}
		doc, found := s.live[step.Target]
		if !found {
			decided = append(decided, outcome(i, step, plan.Stale, CodeGone, ""))
			continue
		}
		todo, state, why, err := e.compare(step, doc)
		if err != nil {
			return nil, nil, nil, err
		}
		if state != "" {
			decided = append(decided, outcome(i, step, state, codeOf(state), why))
			continue
		}
		send := step
		send.Set = todo
		writes = append(writes, write{i, source.Write{Step: send, Live: doc}})
		before = append(before, journal.Before{Step: i, Values: was(e.Source, todo, doc), Updated: updated(doc)})
	}
	return writes, before, decided, nil
}

func codeOf(state plan.State) string {
	if state == plan.Stale {
		return CodeChanged
	}
	return ""
}

// compare gives the assigns that are still to be written, or the state of a
// step that is not to be sent.
func (e *Engine) compare(step plan.Step, doc source.Doc) (todo []plan.Assign, state plan.State, why string, err error) {
	var moved []string
	for _, a := range step.Set {
		now, err := value(e.Source, a.Field, doc)
		if err != nil {
			return nil, "", "", err
		}
		switch {
		case a.Kind.Equal(now, a.Want):
		case a.Kind.Equal(now, a.Was):
			todo = append(todo, a)
		default:
			moved = append(moved, fmt.Sprintf("%s: %s → %s", name(a), text(a.Was), text(now)))
		}
	}
	switch {
	case len(moved) > 0:
		return nil, plan.Stale, strings.Join(moved, "; "), nil
	case len(todo) == 0:
		return nil, plan.Already, "", nil
	}
	return todo, "", "", nil
}

func name(a plan.Assign) string {
	if a.Header != "" {
		return a.Header
	}
	return string(a.Field)
}

func text(v catalog.Value) string {
	if v.IsSet() {
		return v.Text()
	}
	return "∅"
}

func value(src source.Source, f catalog.Field, doc source.Doc) (catalog.Value, error) {
	lens, ok := src.Lens(f)
	if !ok {
		return catalog.Value{}, fmt.Errorf("%s has no field %s", src.Name(), f)
	}
	v, err := lens.Get(doc)
	if err != nil {
		return catalog.Value{}, fmt.Errorf("read %s of %s: %w", f, doc.Key.ID, err)
	}
	return v, nil
}

func was(src source.Source, todo []plan.Assign, doc source.Doc) map[catalog.Field]catalog.Value {
	values := make(map[catalog.Field]catalog.Value, len(todo))
	for _, a := range todo {
		if v, err := value(src, a.Field, doc); err == nil {
			values[a.Field] = v
		}
	}
	return values
}

func updated(doc source.Doc) string {
	return strings.Trim(string(doc.Fields[string(catalog.FieldUpdated)]), `"`)
}

func outcome(i int, step plan.Step, state plan.State, code, message string) journal.Outcome {
	return journal.Outcome{Step: i, Outcome: plan.Outcome{Target: step.Target, State: state, Code: code, Message: message}}
}
