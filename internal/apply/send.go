package apply

import (
	"context"
	"errors"
	"fmt"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/source"
)

// settle is how long an unclear batch is given before it is read back, doubled
// with every round: the service may still be working on it.
const settle = 2 * time.Second

// send writes one batch, intent first. It returns the steps that certainly
// were not carried out and may be sent again; large says that they were too
// much for one request.
func (e *Engine) send(ctx context.Context, s *State, writes []write, before []journal.Before, round int) (open []int, large bool, err error) {
	batch, err := e.Log.Intent(before)
	if err != nil {
		return nil, false, err
	}
	list := make([]source.Write, len(writes))
	for i, w := range writes {
		list[i] = w.Write
		s.Intended[w.step] = true
		s.Before[w.step] = before[i].Over(s.Before[w.step])
	}
	results, err := e.Source.Send(e.noting(ctx, s, batch), list)
	large = errors.Is(err, source.ErrTooLarge)
	switch {
	case errors.Is(err, source.ErrUnknown):
		open, err = e.readBack(ctx, s, batch, writes, err, round)
		return open, large, err
	case large && len(writes) > 1:
		return positions(writes), true, e.unsent(s, batch, writes)
	case large:
		o := outcome(writes[0].step, writes[0].Step, plan.Rejected, CodeTooLarge, "")
		return nil, false, e.done(s, batch, []journal.Outcome{o}, "")
	case err != nil && len(s.Tasks) > 0:
		return nil, false, err // a task was taken on: a resume reads back
	case err != nil:
		// Certainly nothing was carried out: the steps stay open for a resume.
		if logged := e.unsent(s, batch, writes); logged != nil {
			err = errors.Join(err, logged)
		}
		return nil, false, err
	case len(results) != len(writes):
		return nil, false, fmt.Errorf("%s gave %d results for %d writes", e.Source.Name(), len(results), len(writes))
	}
	open, err = e.settleResults(ctx, s, batch, writes, results)
	return open, false, err
}

// unsent takes back the intent of steps that certainly were not carried out: a
// value that somebody else gives them later is not this run's.
func (e *Engine) unsent(s *State, batch int, writes []write) error {
	for _, w := range writes {
		s.Before[w.step], s.Intended[w.step] = w.before, w.intended
	}
	s.Tasks = nil
	return e.Log.Unsent(batch, positions(writes))
}

// settleResults takes the service's answer over, reading back what it left
// open or answered with another value than was sent. Steps that it refused for
// a parallel request have one more try: they are read and judged anew.
func (e *Engine) settleResults(ctx context.Context, s *State, batch int, writes []write, results []source.Result) (open []int, err error) {
	var outcomes []journal.Outcome
	var doubts []doubt
	var again []write
	for i, r := range results {
		w := writes[i]
		doubtful := r.Inferred
		earlier, err := e.answeredAsMade(w, &r)
		if err != nil {
			return nil, err
		}
		switch {
		case earlier != nil:
			outcomes = append(outcomes, *earlier)
			continue
		case r.Again && !s.again[w.step]:
			if s.again == nil {
				s.again = map[int]bool{}
			}
			s.again[w.step] = true
			again = append(again, w)
			continue
		case r.Outcome.State == plan.Applied:
			kept, err := holds(e.Source, w.Step, r.Saved)
			if err != nil {
				return nil, err
			}
			doubtful = !kept
		}
		if doubtful {
			doubts = append(doubts, doubt{w, r.Outcome})
			continue
		}
		outcomes = append(outcomes, journal.Outcome{Step: w.step, Outcome: r.Outcome})
	}
	if len(again) > 0 {
		s.forget()
		if err := e.unsent(s, batch, again); err != nil {
			return nil, err
		}
	}
	more, err := e.lookAgain(ctx, s, doubts)
	if err != nil {
		return nil, err
	}
	if outcomes = append(outcomes, more...); len(outcomes) == 0 {
		return positions(again), nil
	}
	return positions(again), e.done(s, batch, outcomes, "")
}

// holds says whether a saved entity holds every value that was sent. Of a new
// item only the values that were given count, and an answer that shows none of
// them is believed.
func holds(src source.Source, step plan.Step, saved source.Doc) (bool, error) {
	if saved.Fields == nil {
		return step.Op == plan.Create, nil
	}
	for _, a := range step.Set {
		if step.Op == plan.Create && !given(src, a) {
			continue
		}
		now, err := value(src, a.Field, saved)
		if err != nil {
			return false, err
		}
		if !a.Kind.Equal(now, a.Want) {
			return false, nil
		}
	}
	return true, nil
}

// given says that a new item was given a value of its own: not the type or the
// store that its key has, and nothing empty, for which a service has its own.
func given(src source.Source, a plan.Assign) bool {
	lens, ok := src.Lens(a.Field)
	return ok && lens.Set != nil && a.Want.IsSet() && a.Want.Text() != ""
}

// doubt is a write whose answer is to be read back before it is believed.
type doubt struct {
	write
	said plan.Outcome
}

// lookAgain reads entities whose answer did not show the wanted values, or did
// not speak of each of them.
func (e *Engine) lookAgain(ctx context.Context, s *State, doubts []doubt) ([]journal.Outcome, error) {
	if len(doubts) == 0 {
		return nil, nil
	}
	docs, err := e.found(ctx, s, doubts)
	if err != nil {
		return nil, err
	}
	var outcomes []journal.Outcome
	for i, d := range doubts {
		refused := d.said.State != plan.Applied
		kept := false
		if docs[i] != nil {
			if kept, err = holds(e.Source, d.Step, *docs[i]); err != nil {
				return nil, err
			}
			d.said.Target = docs[i].Key
		}
		switch {
		case kept:
			d.said = plan.Outcome{Target: d.said.Target, State: plan.Applied}
		case refused:
		case docs[i] == nil:
			d.said = plan.Outcome{Target: d.said.Target, State: plan.Rejected, Code: CodeGone}
		default:
			d.said = plan.Outcome{Target: d.said.Target, State: plan.Rejected, Code: CodeNotKept, Message: held(e.Source, d.Step, *docs[i])}
		}
		outcomes = append(outcomes, journal.Outcome{Step: d.step, Outcome: d.said})
	}
	return outcomes, nil
}

// found reads what there is of doubtful writes, nil where there is nothing. An
// item that was to be made is known by its id, or else by its client id.
func (e *Engine) found(ctx context.Context, s *State, doubts []doubt) ([]*source.Doc, error) {
	var keys []catalog.Key
	var nameless []int
	for _, d := range doubts {
		if d.said.Target.ID == "" {
			nameless = append(nameless, d.step)
			continue
		}
		keys = append(keys, d.said.Target)
	}
	if err := e.findMade(ctx, s, nameless); err != nil {
		return nil, err
	}
	if len(keys) > 0 {
		began := e.Now()
		live, err := e.Source.Live(ctx, keys)
		if err != nil {
			return nil, err
		}
		s.Seen(keys, live, began)
	}
	docs := make([]*source.Doc, len(doubts))
	for i, d := range doubts {
		doc, ok := s.live[d.said.Target]
		if d.said.Target.ID == "" {
			doc, ok = s.made[d.Step.ClientID]
		}
		if ok {
			docs[i] = &doc
		}
	}
	return docs, nil
}

func held(src source.Source, step plan.Step, doc source.Doc) string {
	for _, a := range step.Set {
		if step.Op == plan.Create && !given(src, a) {
			continue
		}
		if now, err := value(src, a.Field, doc); err == nil && !a.Kind.Equal(now, a.Want) {
			return fmt.Sprintf("%s: %s ≠ %s", name(a), text(now), text(a.Want))
		}
	}
	return ""
}

func positions(writes []write) []int {
	steps := make([]int, len(writes))
	for i, w := range writes {
		steps[i] = w.step
	}
	return steps
}

// readBack finds out, item by item, what became of a batch without a clear
// answer. Nothing is sent again before it was read.
func (e *Engine) readBack(ctx context.Context, s *State, batch int, writes []write, why error, round int) ([]int, error) {
	if errors.Is(why, source.ErrRunning) {
		return nil, running(why)
	}
	if err := e.wait(ctx, settle<<(round-1)); err != nil {
		return nil, err
	}
	s.why = why
	steps := positions(writes)
	err := e.await(ctx, s)
	if err == nil {
		err = e.read(ctx, s, steps)
	}
	if err != nil {
		return nil, i18n.Errorf(i18n.T("%v, and reading back what was sent failed: %v",
			"%v, и проверить отправленное не удалось: %v"), why, err)
	}
	outcomes, open, err := e.verdicts(s, steps)
	if err != nil {
		return nil, err
	}
	return open, e.done(s, batch, outcomes, why.Error())
}

// verdicts judges steps that may or may not have been carried out by what the
// server holds. A create that is not found is open: repeating it is safe, the
// service knows its client id again.
func (e *Engine) verdicts(s *State, steps []int) (outcomes []journal.Outcome, open []int, err error) {
	for _, i := range steps {
		if step := s.Plan.Steps[i]; step.Op == plan.Create {
			doc, found := s.made[step.ClientID]
			if !found {
				open = append(open, i)
				continue
			}
			kept, err := holds(e.Source, step, doc)
			if err != nil {
				return nil, nil, err
			}
			step.Target = doc.Key
			o := outcome(i, step, plan.Applied, "", "")
			if !kept {
				o = outcome(i, step, plan.Rejected, CodeNotKept, held(e.Source, step, doc))
			}
			outcomes = append(outcomes, o)
			continue
		}
		_, decided, err := e.judge(s, i)
		switch {
		case err != nil:
			return nil, nil, err
		case decided != nil:
			outcomes = append(outcomes, *decided)
		default:
			open = append(open, i)
		}
	}
	return outcomes, open, nil
}

func (e *Engine) wait(ctx context.Context, d time.Duration) error {
	if e.Pause != nil {
		return e.Pause(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
