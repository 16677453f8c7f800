// Package apply carries out a plan: each step ends in exactly one outcome, and
// a run that was interrupted and resumed ends as an uninterrupted one.
package apply

import (
	"context"
	"errors"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/source"
)

// Log is what the engine writes down; *journal.Writer in production.
type Log interface {
	Intent(before []journal.Before) (batch int, err error)
	Task(batch int, id string) error
	Done(batch int, outcomes []journal.Outcome, unclear string) error
	Unsent(batch int, steps []int) error
}

// Engine sends plans. The zero values of its options work.
type Engine struct {
	Source source.Source
	Log    Log
	Now    func() time.Time
	// Stop, when closed, ends the run after the batch in flight. The end of
	// Run's context cuts even that one; what became of it is then unknown until
	// a resume reads it back.
	Stop <-chan struct{}
	// Progress is told how many steps have an outcome.
	Progress func(done, total int)
	// Fresh is how old a read may be to judge a batch by; 0 is five seconds.
	Fresh time.Duration
	// Pause waits between two looks at an unclear batch; nil waits in real time.
	Pause func(context.Context, time.Duration) error
}

// State is how far a plan has come.
type State struct {
	Plan plan.Plan
	// Outcomes by step, nil where there is none yet.
	Outcomes []*plan.Outcome
	// Intended marks steps that may have been sent and have no outcome.
	Intended []bool
	// Before by step: what its fields held when it was about to be sent.
	Before []*journal.Before
	// Tasks lists the tasks of the service that may still write what was sent.
	Tasks []string

	// why the last batch had no clear answer.
	why error
	// again marks steps that were refused because of a parallel request.
	again map[int]bool

	// What was read of the targets last, of which keys, and when.
	live    map[catalog.Key]source.Doc
	covered map[catalog.Key]bool
	readAt  time.Time
	// made are the created items that were found, by client id.
	made map[string]source.Doc
}

// Seen hands over documents that were just read, so that a batch which is sent
// at once need not be read again. keys are all that were asked for: one that is
// not in live does not exist.
func (s *State) Seen(keys []catalog.Key, live map[catalog.Key]source.Doc, at time.Time) {
	s.live, s.readAt, s.covered = live, at, make(map[catalog.Key]bool, len(keys))
	for _, k := range keys {
		s.covered[k] = true
	}
}

// forget makes what was read too old to judge by.
func (s *State) forget() { s.covered = nil }

func (s *State) covers(steps []int) bool {
	for _, i := range steps {
		if step := s.Plan.Steps[i]; step.Op == plan.Update && !s.covered[step.Target] {
			return false
		}
	}
	return true
}

// NewState begins a plan.
func NewState(p plan.Plan) *State {
	n := len(p.Steps)
	return &State{Plan: p, Outcomes: make([]*plan.Outcome, n), Intended: make([]bool, n), Before: make([]*journal.Before, n)}
}

// ErrInterrupted: the run was asked to stop; what it had not reached has no
// outcome and can be resumed.
var ErrInterrupted = errors.New("interrupted")

// rounds is how often a batch whose outcome was unclear is read back and, as
// far as it was not carried out, sent again before the run gives up.
const rounds = 3

// Run goes on with a plan until every step has an outcome, or returns an error
// with the rest left open.
func (e *Engine) Run(ctx context.Context, s *State) error {
	err := e.run(ctx, s)
	if err != nil && ctx.Err() != nil {
		return errors.Join(ErrInterrupted, err)
	}
	return err
}

func (e *Engine) run(ctx context.Context, s *State) error {
	if err := e.Recover(ctx, s); err != nil {
		return err
	}
	for batch := range s.Plan.Batches(e.Source.MaxBatch()) {
		var open []int
		for i := batch.First; i < batch.Last; i++ {
			if s.Outcomes[i] == nil {
				open = append(open, i)
			}
		}
		if len(open) == 0 {
			continue
		}
		if err := e.batch(ctx, s, open); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) stopped(ctx context.Context) bool {
	select {
	case <-e.Stop:
		return true
	case <-ctx.Done():
		return true
	default:
		return false
	}
}

// Recover finds out what became of steps that an earlier process was about to
// send: it reads them, after the end of the tasks that may still write them, and
// sends nothing.
func (e *Engine) Recover(ctx context.Context, s *State) error {
	var unknown []int
	for i, intended := range s.Intended {
		if intended && s.Outcomes[i] == nil {
			unknown = append(unknown, i)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	err := e.awaitUnlessStopped(ctx, s)
	if err == nil {
		err = e.read(ctx, s, unknown)
	}
	if err != nil {
		return i18n.Wrap(i18n.T("read back what was in flight", "проверка того, что успело уйти"), err)
	}
	outcomes, _, err := e.verdicts(s, unknown)
	if err != nil || len(outcomes) == 0 {
		return err
	}
	return e.done(s, 0, outcomes, "interrupted")
}

// batch gives every step of one batch an outcome. What is too much for one
// request goes out as two.
func (e *Engine) batch(ctx context.Context, s *State, open []int) error {
	for queue := [][]int{open}; len(queue) > 0; {
		if e.stopped(ctx) {
			return ErrInterrupted
		}
		part := queue[0]
		queue = queue[1:]
		left, err := e.part(ctx, s, part)
		if err != nil {
			return err
		}
		if half := len(left) / 2; half > 0 {
			queue = append([][]int{left[:half], left[half:]}, queue...)
		}
	}
	return nil
}

// part sends steps in one request until each has an outcome. left are those
// that were too much for one request; it is never one step alone.
func (e *Engine) part(ctx context.Context, s *State, open []int) (left []int, err error) {
	for round := 1; ; round++ {
		if round > 1 && e.stopped(ctx) {
			return nil, ErrInterrupted
		}
		if err := e.refresh(ctx, s, open); err != nil {
			return nil, err
		}
		writes, before, decided, err := e.prepare(s, open)
		if err != nil {
			return nil, err
		}
		if len(decided) > 0 {
			if err := e.done(s, 0, decided, ""); err != nil {
				return nil, err
			}
		}
		if len(writes) == 0 {
			return nil, nil
		}
		var large bool
		open, large, err = e.send(ctx, s, writes, before, round)
		switch {
		case err != nil || len(open) == 0:
			return nil, err
		case large && len(open) > 1:
			return open, nil
		case round == rounds:
			return nil, i18n.Errorf(i18n.T(
				"the service keeps giving no clear answer (%d tries, the last one: %v): resume the run later",
				"сервис не даёт ясного ответа (попыток: %d, последняя: %v): продолжите запуск позже"), rounds, s.why)
		}
	}
}

// refresh reads the targets again unless what was read is fresh.
func (e *Engine) refresh(ctx context.Context, s *State, open []int) error {
	fresh := e.Fresh
	if fresh == 0 {
		fresh = 5 * time.Second
	}
	var err error
	if !s.covers(open) || e.Now().Sub(s.readAt) >= fresh {
		err = e.read(ctx, s, open)
	}
	if err == nil {
		err = e.findEarlier(ctx, s, open)
	}
	if err != nil {
		return i18n.Wrap(i18n.T("read the items before writing", "чтение товаров перед записью"), err)
	}
	return nil
}

func (e *Engine) read(ctx context.Context, s *State, steps []int) error {
	var keys []catalog.Key
	for _, i := range steps {
		if s.Plan.Steps[i].Op == plan.Update {
			keys = append(keys, s.Plan.Steps[i].Target)
		}
	}
	if err := e.findMade(ctx, s, steps); err != nil || len(keys) == 0 {
		return err
	}
	began := e.Now()
	live, err := e.Source.Live(ctx, keys)
	if err != nil {
		return err
	}
	s.Seen(keys, live, began)
	return nil
}

// done writes outcomes down and takes them over.
func (e *Engine) done(s *State, batch int, outcomes []journal.Outcome, unclear string) error {
	if err := e.Log.Done(batch, outcomes, unclear); err != nil {
		return err
	}
	s.Tasks = nil
	for _, o := range outcomes {
		s.Outcomes[o.Step] = &o.Outcome
		s.Intended[o.Step] = false
	}
	if e.Progress != nil {
		n := 0
		for _, o := range s.Outcomes {
			if o != nil {
				n++
			}
		}
		e.Progress(n, len(s.Outcomes))
	}
	return nil
}
