package apply

import (
	"context"
	"errors"
	"fmt"
	"time"

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
		s.unsent(writes)
		return positions(writes), true, nil
	case large:
		o := outcome(writes[0].step, writes[0].Step, plan.Rejected, CodeTooLarge, "")
		return nil, false, e.done(s, batch, []journal.Outcome{o}, "")
	case err != nil:
		// Certainly nothing was carried out: the steps stay open for a resume.
		s.unsent(writes)
		return nil, false, err
	case len(results) != len(writes):
		return nil, false, fmt.Errorf("%s gave %d results for %d writes", e.Source.Name(), len(results), len(writes))
	}
	open, err = e.settleResults(ctx, s, batch, writes, results)
	return open, false, err
}

// unsent takes back the mark of steps that certainly were not carried out.
func (s *State) unsent(writes []write) {
	for _, w := range writes {
		s.Intended[w.step] = false
	}
}

// settleResults takes the service's answer over, reading back what it left
// open or answered with another value than was sent. Steps that it refused for
// a parallel request have one more try: they are read and judged anew.
func (e *Engine) settleResults(ctx context.Context, s *State, batch int, writes []write, results []source.Result) (open []int, err error) {
	var outcomes []journal.Outcome
	var doubtful []write
	for i, r := range results {
		w := writes[i]
		switch {
		case r.Again && !s.again[w.step]:
			if s.again == nil {
				s.again = map[int]bool{}
			}
			s.again[w.step], s.Intended[w.step] = true, false
			open = append(open, w.step)
			continue
		case r.Outcome.State == plan.Applied && w.Step.Op == plan.Update:
			kept, err := holds(e.Source, w.Step, r.Saved)
			if err != nil {
				return nil, err
			}
			if !kept {
				doubtful = append(doubtful, w)
				continue
			}
		}
		outcomes = append(outcomes, journal.Outcome{Step: w.step, Outcome: r.Outcome})
	}
	if len(doubtful) > 0 {
		more, err := e.lookAgain(ctx, s, doubtful)
		if err != nil {
			return nil, err
		}
		outcomes = append(outcomes, more...)
	}
	if len(open) > 0 {
		s.forget()
	}
	return open, e.done(s, batch, outcomes, "")
}

// holds says whether a saved entity holds every value that was sent.
func holds(src source.Source, step plan.Step, saved source.Doc) (bool, error) {
	if saved.Fields == nil {
		return false, nil
	}
	for _, a := range step.Set {
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

// lookAgain reads entities whose answer did not show the wanted values.
func (e *Engine) lookAgain(ctx context.Context, s *State, writes []write) ([]journal.Outcome, error) {
	steps := positions(writes)
	if err := e.read(ctx, s, steps); err != nil {
		return nil, err
	}
	var outcomes []journal.Outcome
	for _, w := range writes {
		doc, found := s.live[w.Step.Target]
		if !found {
			outcomes = append(outcomes, outcome(w.step, w.Step, plan.Rejected, CodeGone, ""))
			continue
		}
		kept, err := holds(e.Source, w.Step, doc)
		switch {
		case err != nil:
			return nil, err
		case kept:
			outcomes = append(outcomes, outcome(w.step, w.Step, plan.Applied, "", ""))
		default:
			outcomes = append(outcomes, outcome(w.step, w.Step, plan.Rejected, CodeNotKept, held(e.Source, w.Step, doc)))
		}
	}
	return outcomes, nil
}

func held(src source.Source, step plan.Step, doc source.Doc) string {
	for _, a := range step.Set {
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
			if key, found := s.made[step.ClientID]; found {
				step.Target = key
				outcomes = append(outcomes, outcome(i, step, plan.Applied, "", ""))
			} else {
				open = append(open, i)
			}
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
