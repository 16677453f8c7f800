package apply

import (
	"context"
	"errors"
	"fmt"
	"time"

	"catalogsheet/internal/journal"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/source"
)

// settle is how long an unclear batch is given before it is read back: the
// service may still be working on it.
const settle = 2 * time.Second

// send writes one batch, intent first. It returns the steps that certainly
// were not carried out and may be sent again.
func (e *Engine) send(ctx context.Context, s *State, writes []write, before []journal.Before) ([]int, error) {
	batch, err := e.Log.Intent(before)
	if err != nil {
		return nil, err
	}
	for _, w := range writes {
		s.Intended[w.step] = true
	}
	// The batch in flight is finished even when the run is asked to stop; only
	// the second interrupt, which ends the process, cuts it.
	sending := context.WithoutCancel(ctx)
	list := make([]source.Write, len(writes))
	for i, w := range writes {
		list[i] = w.Write
	}
	results, err := e.Source.Send(sending, list)
	unclear := errors.Is(err, source.ErrUnknown)
	switch {
	case errors.Is(err, source.ErrTooLarge):
		return e.halve(ctx, s, batch, writes, before, unclear)
	case unclear:
		return e.readBack(ctx, s, batch, writes, err)
	case err != nil:
		// Certainly nothing was carried out: the steps stay open for a resume.
		for _, w := range writes {
			s.Intended[w.step] = false
		}
		return nil, err
	case len(results) != len(writes):
		return nil, fmt.Errorf("%s gave %d results for %d writes", e.Source.Name(), len(results), len(writes))
	}
	return e.settleResults(ctx, s, batch, writes, results)
}

// settleResults takes the service's answer over, reading back what it left
// open or answered with another value than was sent.
func (e *Engine) settleResults(ctx context.Context, s *State, batch int, writes []write, results []source.Result) ([]int, error) {
	var outcomes []journal.Outcome
	var doubtful []write
	for i, r := range results {
		w := writes[i]
		if r.Outcome.State == plan.Applied && w.Step.Op == plan.Update {
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
	return nil, e.done(s, batch, outcomes, "")
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
	if err := e.read(context.WithoutCancel(ctx), s, steps); err != nil {
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
func (e *Engine) readBack(ctx context.Context, s *State, batch int, writes []write, why error) ([]int, error) {
	if err := e.wait(ctx, settle); err != nil {
		return nil, err
	}
	steps := positions(writes)
	if err := e.read(context.WithoutCancel(ctx), s, steps); err != nil {
		return nil, fmt.Errorf("%w (and reading back failed: %w)", why, err)
	}
	outcomes, open, err := e.verdicts(s, steps)
	if err != nil {
		return nil, err
	}
	if e.stopped(ctx) && len(open) > 0 {
		return nil, errors.Join(e.done(s, batch, outcomes, why.Error()), ErrInterrupted)
	}
	return open, e.done(s, batch, outcomes, why.Error())
}

// verdicts judges steps that may or may not have been carried out by what the
// server holds: as wanted is applied, as before is open, else stale. A create
// is open: repeating it is safe, the service knows its client id again.
func (e *Engine) verdicts(s *State, steps []int) (outcomes []journal.Outcome, open []int, err error) {
	for _, i := range steps {
		step := s.Plan.Steps[i]
		if step.Op == plan.Create {
			open = append(open, i)
			continue
		}
		doc, found := s.live[step.Target]
		if !found {
			outcomes = append(outcomes, outcome(i, step, plan.Stale, CodeGone, ""))
			continue
		}
		todo, state, why, err := e.compare(step, doc)
		switch {
		case err != nil:
			return nil, nil, err
		case state == plan.Already:
			outcomes = append(outcomes, outcome(i, step, plan.Applied, "", ""))
		case state != "":
			outcomes = append(outcomes, outcome(i, step, state, codeOf(state), why))
		case len(todo) > 0:
			open = append(open, i)
		}
	}
	return outcomes, open, nil
}

// halve sends a batch that was too much for one request as two.
func (e *Engine) halve(ctx context.Context, s *State, batch int, writes []write, before []journal.Before, unclear bool) ([]int, error) {
	if unclear {
		open, err := e.readBack(ctx, s, batch, writes, source.ErrTooLarge)
		if err != nil {
			return nil, err
		}
		writes, before = keep(writes, before, open)
	}
	if len(writes) == 0 {
		return nil, nil
	}
	if len(writes) == 1 {
		o := outcome(writes[0].step, writes[0].Step, plan.Rejected, "413", "")
		return nil, e.done(s, batch, []journal.Outcome{o}, "")
	}
	half := len(writes) / 2
	first, err := e.send(ctx, s, writes[:half], before[:half])
	if err != nil {
		return nil, err
	}
	if e.stopped(ctx) {
		return nil, ErrInterrupted
	}
	second, err := e.send(ctx, s, writes[half:], before[half:])
	return append(first, second...), err
}

func keep(writes []write, before []journal.Before, open []int) ([]write, []journal.Before) {
	is := map[int]bool{}
	for _, i := range open {
		is[i] = true
	}
	var w []write
	var b []journal.Before
	for i := range writes {
		if is[writes[i].step] {
			w, b = append(w, writes[i]), append(b, before[i])
		}
	}
	return w, b
}

func (e *Engine) wait(ctx context.Context, d time.Duration) error {
	if e.Pause != nil {
		return e.Pause(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	<-timer.C
	return nil
}
