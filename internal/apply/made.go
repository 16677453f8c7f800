package apply

import (
	"context"
	"maps"

	"catalogsheet/internal/journal"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/source"
)

// finder is a source that knows created items by their client ids.
type finder interface {
	Made(ctx context.Context, typ string, clientIDs []string) (map[string]source.Doc, error)
}

// findMade looks which of the creates that may have been sent were carried out.
func (e *Engine) findMade(ctx context.Context, s *State, steps []int) error {
	return e.lookUp(ctx, s, steps, true)
}

// findEarlier looks which of the creates that this run has not sent were carried
// out by another: the same rows were imported before.
func (e *Engine) findEarlier(ctx context.Context, s *State, steps []int) error {
	return e.lookUp(ctx, s, steps, false)
}

func (e *Engine) lookUp(ctx context.Context, s *State, steps []int, intended bool) error {
	from, ok := e.Source.(finder)
	if !ok {
		return nil
	}
	ids := map[string][]string{}
	var types []string
	for _, i := range steps {
		step := s.Plan.Steps[i]
		if step.Op != plan.Create || s.Intended[i] != intended {
			continue
		}
		if ids[step.Target.Type] == nil {
			types = append(types, step.Target.Type)
		}
		ids[step.Target.Type] = append(ids[step.Target.Type], step.ClientID)
	}
	s.made = map[string]source.Doc{}
	for _, typ := range types {
		docs, err := from.Made(ctx, typ, ids[typ])
		if err != nil {
			return err
		}
		maps.Copy(s.made, docs)
	}
	return nil
}

// madeEarlier decides a create whose item another run has made: this run did not
// write it, so its undo leaves it alone. It gives nil where there is none.
func (e *Engine) madeEarlier(s *State, i int) (*journal.Outcome, error) {
	step := s.Plan.Steps[i]
	doc, found := s.made[step.ClientID]
	if !found || s.Intended[i] {
		return nil, nil
	}
	return asMade(e.Source, i, step, doc)
}

// answeredAsMade decides a create that a source found already made, unless a try
// of this run whose answer was lost made it: that one was applied.
func (e *Engine) answeredAsMade(w write, r *source.Result) (*journal.Outcome, error) {
	switch {
	case w.Step.Op != plan.Create || r.Outcome.State != plan.Already:
		return nil, nil
	case w.intended:
		r.Outcome.State = plan.Applied
		return nil, nil
	}
	return asMade(e.Source, w.step, w.Step, r.Saved)
}

// asMade compares a create with the item that there is already.
func asMade(src source.Source, i int, step plan.Step, doc source.Doc) (*journal.Outcome, error) {
	kept, err := holds(src, step, doc)
	if err != nil {
		return nil, err
	}
	step.Target = doc.Key
	o := outcome(i, step, plan.Already, "", "")
	if !kept {
		o = outcome(i, step, plan.Stale, CodeChanged, held(src, step, doc))
	}
	return &o, nil
}
