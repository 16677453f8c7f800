package apply

import (
	"encoding/json"
	"fmt"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/source"
)

// Codes of outcomes that are the engine's own, not the service's.
const (
	CodeGone     = "gone"     // the item is no longer there
	CodeChanged  = "changed"  // somebody changed the field meanwhile
	CodeNotKept  = "not-kept" // the service answered well and holds another value
	CodeTooLarge = "413"      // too large even alone; the service's own code
)

// write pairs a step's position with what is sent.
type write struct {
	step int
	source.Write
	// What was known of the step before it was sent.
	before   *journal.Before
	intended bool
}

// prepare compares every step with what the server holds. A step that need not
// or must not be sent is decided; for the others it gives the writes and what
// the written fields hold.
func (e *Engine) prepare(s *State, open []int) (writes []write, before []journal.Before, decided []journal.Outcome, err error) {
	for _, i := range open {
		step := s.Plan.Steps[i]
		if step.Op == plan.Create {
			earlier, err := e.madeEarlier(s, i)
			if err != nil {
				return nil, nil, nil, err
			}
			if earlier != nil {
				decided = append(decided, *earlier)
				continue
			}
			writes = append(writes, s.write(i, source.Write{Step: step}))
			before = append(before, journal.Before{Step: i})
			continue
		}
		todo, decision, err := e.judge(s, i)
		if err != nil {
			return nil, nil, nil, err
		}
		if decision != nil {
			decided = append(decided, *decision)
			continue
		}
		doc := s.live[step.Target]
		send := step
		send.Set = todo
		writes = append(writes, s.write(i, source.Write{Step: send, Live: doc}))
		before = append(before, journal.Before{Step: i, Values: was(e.Source, todo, doc), Exact: exact(e.Source, todo, doc), Updated: updated(e.Source, doc)})
	}
	return writes, before, decided, nil
}

func (s *State) write(i int, w source.Write) write {
	return write{step: i, Write: w, before: s.Before[i], intended: s.Intended[i]}
}

// judge compares a step with what was read last: it gives what is still to be
// written, or the outcome of a step that is not to be sent. A step that may
// have been sent before and is as wanted was applied; one that is partly as
// wanted was applied too, elements being saved whole, and changed since.
func (e *Engine) judge(s *State, i int) (todo []plan.Assign, decided *journal.Outcome, err error) {
	step := s.Plan.Steps[i]
	decide := func(state plan.State, code, why string) ([]plan.Assign, *journal.Outcome, error) {
		o := outcome(i, step, state, code, why)
		return nil, &o, nil
	}
	doc, found := s.live[step.Target]
	if !found {
		return decide(plan.Stale, CodeGone, "")
	}
	c, err := e.compare(step, doc)
	if err != nil {
		return nil, nil, err
	}
	sent := s.Intended[i] && s.Before[i] != nil
	switch {
	case len(c.moved) > 0 && sent && anyIn(c.kept, s.Before[i].Values):
		return decide(plan.Applied, "", strings.Join(c.moved, "; "))
	case len(c.moved) > 0:
		return decide(plan.Stale, CodeChanged, strings.Join(c.moved, "; "))
	case len(c.todo) == 0 && sent:
		return decide(plan.Applied, "", "")
	case len(c.todo) == 0:
		return decide(plan.Already, "", "")
	}
	return c.todo, nil, nil
}

func anyIn(fields []catalog.Field, values map[catalog.Field]catalog.Value) bool {
	for _, f := range fields {
		if _, ok := values[f]; ok {
			return true
		}
	}
	return false
}

// comparison sorts the fields of a step by what the server holds.
type comparison struct {
	kept  []catalog.Field // the wanted value
	todo  []plan.Assign   // the value expected before
	moved []string        // another one: said with both
}

func (e *Engine) compare(step plan.Step, doc source.Doc) (c comparison, err error) {
	for _, a := range step.Set {
		now, err := value(e.Source, a.Field, doc)
		if err != nil {
			return c, err
		}
		switch {
		case a.Kind.Equal(now, a.Want):
			c.kept = append(c.kept, a.Field)
		case a.Kind.Equal(now, a.Was):
			c.todo = append(c.todo, a)
		default:
			c.moved = append(c.moved, fmt.Sprintf("%s: %s → %s", name(a), text(a.Was), text(now)))
		}
	}
	return c, nil
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

// exacter is a source that can tell more of a field than its value does.
type exacter interface {
	Exact(catalog.Field, source.Doc) json.RawMessage
}

func exact(src source.Source, todo []plan.Assign, doc source.Doc) map[catalog.Field]json.RawMessage {
	from, ok := src.(exacter)
	if !ok {
		return nil
	}
	var texts map[catalog.Field]json.RawMessage
	for _, a := range todo {
		if raw := from.Exact(a.Field, doc); raw != nil {
			if texts == nil {
				texts = map[catalog.Field]json.RawMessage{}
			}
			texts[a.Field] = raw
		}
	}
	return texts
}

// updated is the service's own time of the last change, "" where it tells none.
func updated(src source.Source, doc source.Doc) string {
	v, err := value(src, catalog.FieldUpdated, doc)
	if err != nil {
		return ""
	}
	return v.Text()
}

func outcome(i int, step plan.Step, state plan.State, code, message string) journal.Outcome {
	return journal.Outcome{Step: i, Outcome: plan.Outcome{Target: step.Target, State: state, Code: code, Message: message}}
}
