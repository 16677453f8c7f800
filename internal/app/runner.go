package app

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"catalogsheet/internal/apply"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/report"
	"catalogsheet/internal/source"
)

// runner sends one plan: journaled, under the lock of the account, and so that
// an interrupt ends it between two batches.
type runner struct {
	e        *Env
	src      source.Source
	plan     plan.Plan
	command  string
	file     string
	path     string // of the file from the root, for a resumed run
	fileHash string
	account  source.Account
	undoOf   string
	result   string
	read     [][2]string // the options under which the sheet was read
	leftOut  int         // changes of bad rows that were not to be sent
	skipped  int         // changes in conflict that were not to be sent
	waiting  int         // items of a migration that wait for a person and are no steps
	seen     live

	// run is the run's id once it has begun.
	run   string
	state *apply.State
	// differs says by step what the service was found to hold instead of what
	// was written, once a run was verified.
	differs map[int]string
}

func (e *Env) journals() (journal.Dir, error) {
	home, err := e.HomeDir()
	return journal.Dir{Home: home, Now: e.Now}, err
}

// start begins a new run and carries it out.
func (r *runner) start(ctx context.Context) error {
	dir, err := r.e.journals()
	if err != nil {
		return err
	}
	run := dir.NewRun()
	unlock, err := dir.Lock(r.src.Name(), r.account.ID, run)
	if err != nil {
		return err
	}
	defer unlock()
	log, err := dir.Create(journal.Begin{
		Run: run, Command: r.command, File: r.file, Path: absolute(r.file), FileHash: r.fileHash, Source: r.src.Name(),
		Account: r.account.ID, AccountName: r.account.Name, UndoOf: r.undoOf, Result: absolute(r.result), Read: r.read,
		LeftOut: r.leftOut, Skipped: r.skipped, Waiting: r.waiting,
	}, r.plan)
	if err != nil {
		return i18n.Wrap(i18n.T("nothing was sent: the journal cannot be written", "ничего не отправлено: журнал не записывается"), err)
	}
	r.run, r.state = run, apply.NewState(r.plan)
	if r.seen.docs != nil {
		r.state.Seen(r.seen.keys, r.seen.docs, r.seen.at)
		r.seen = live{}
	}
	return r.drive(ctx, log)
}

// absolute spells a path so that a later process finds it from any folder.
func absolute(path string) string {
	if path == "" {
		return ""
	}
	if whole, err := filepath.Abs(path); err == nil {
		return whole
	}
	return path
}

// drive runs the engine over the state and closes the journal.
func (r *runner) drive(ctx context.Context, log *journal.Writer) error {
	bar := r.e.NewProgress(i18n.T("sending", "отправка"))
	engine := &apply.Engine{Source: r.src, Log: log, Now: r.e.Now, Stop: ctx.Done(), Progress: bar.Set, Pause: pause(r.e.Hard)}
	r.e.sayWaiting(r.state.Tasks)
	ended := r.e.sayEnding(ctx)
	err := engine.Run(r.e.Hard, r.state)
	ended()
	bar.Close()
	if err == nil {
		end := journal.Done
		if partly(r.items()) {
			end = journal.Partly
		}
		err = log.End(end)
	}
	err = errors.Join(err, log.Close())
	if err == nil {
		return nil
	}
	code := Failed
	// What goes wrong after Ctrl-C is said all the same.
	if errors.Is(err, apply.ErrInterrupted) {
		code, err = Interrupted, i18n.Errorf(i18n.T("interrupted: what was sent is in the journal", "прервано: отправленное записано в журнал"))
	}
	return &Exit{Code: code, Err: err, Hint: i18n.Errorf(i18n.T("go on with: catalogsheet resume %s", "продолжить: catalogsheet resume %s"), r.run)}
}

// sayWaiting says that a look has to wait for tasks of the service, which may
// take minutes.
func (e *Env) sayWaiting(tasks []string) {
	if len(tasks) > 0 {
		e.Say(i18n.T("waiting until the service has carried out what it was sent before; Ctrl-C stops, nothing is lost",
			"ждём, пока сервис выполнит отправленное раньше; Ctrl-C прервёт, ничего не пропадёт"))
	}
}

// sayEnding says at the first Ctrl-C why the program goes on: what is on its way
// may take minutes. The function that it gives ends the watch.
func (e *Env) sayEnding(ctx context.Context) (ended func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-ctx.Done():
		case <-quit:
			return
		}
		if e.ShowProgress && !e.Quiet {
			fmt.Fprintln(e.Stderr) // below the bar, where the terminal has shown ^C
		}
		e.Say(i18n.T("interrupted: waiting for the answer to what is on its way; Ctrl-C once more stops at once",
			"прервано: ждём ответа на уже отправленное; ещё одно нажатие Ctrl-C остановит сразу"))
	}()
	return func() {
		close(quit)
		<-done
	}
}

// pause waits, but not longer than the second interrupt.
func pause(hard context.Context) func(context.Context, time.Duration) error {
	return func(_ context.Context, d time.Duration) error {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			return nil
		case <-hard.Done():
			return hard.Err()
		}
	}
}

// items is what became of every step.
func (r *runner) items() []report.Item {
	if r.state == nil {
		return nil
	}
	items := planItems(r.plan, r.state.Outcomes)
	for i, o := range r.state.Outcomes {
		if o == nil && r.state.Intended[i] {
			items[i].Message = i18n.T("it may have been sent: resume reads it back", "возможно, отправлено: resume это проверит").In(r.e.Lang)
		}
		if held, ok := r.differs[i]; ok {
			items[i].State, items[i].Code, items[i].Message = plan.Rejected, apply.CodeNotKept, held
		}
	}
	return items
}

// undoable says that the run is over and wrote something.
func (r *runner) undoable(sent error) bool {
	return sent == nil && slices.ContainsFunc(r.state.Outcomes, func(o *plan.Outcome) bool { return o != nil && o.State == plan.Applied })
}

// planItems pairs the steps of a plan with their outcomes; a step without one
// is unsent.
func planItems(p plan.Plan, outcomes []*plan.Outcome) []report.Item {
	items := make([]report.Item, len(p.Steps))
	for i, step := range p.Steps {
		it := report.Item{ID: step.Target.ID, Type: step.Target.Type, Store: step.Target.Store, Name: step.Name, Op: step.Op, State: plan.Unsent, Set: step.Set}
		seen := map[string]bool{}
		for _, cell := range step.Cells {
			it.Cells, seen[cell] = append(it.Cells, cell), true
		}
		for _, a := range step.Set {
			for _, cell := range a.Cells {
				if !seen[cell] && step.Op == plan.Update {
					it.Cells, seen[cell] = append(it.Cells, cell), true
				}
			}
		}
		if o := outcomes[i]; o != nil {
			it.State, it.Code, it.Message = o.State, o.Code, o.Message
			if it.ID == "" {
				it.ID, it.Store = o.Target.ID, o.Target.Store
			}
		}
		items[i] = it
	}
	return items
}
