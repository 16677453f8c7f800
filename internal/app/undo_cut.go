package app

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"catalogsheet/internal/apply"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/report"
)

// arrives is how long a service may go on working at a request whose sender is
// gone: MoySklad JSON API 1.2, Общие сведения, Создание и обновление нескольких
// объектов, gives it five minutes.
const arrives = 5 * time.Minute

// outcomesPerLine keeps the lines of a journal short enough to read.
const outcomesPerLine = 1000

// unlogged is the log of a look that sends nothing.
type unlogged struct{}

var _ apply.Log = unlogged{}

func (unlogged) Intent([]journal.Before) (int, error) {
	return 0, errors.New("a look sends nothing")
}
func (unlogged) Task(int, string) error                    { return errors.New("a look sends nothing") }
func (unlogged) Done(int, []journal.Outcome, string) error { return nil }
func (unlogged) Unsent(int, []int) error                   { return nil }

// lookBack finds out how far an interrupted run came, so that it can be taken
// back without being finished first. Nothing is written down yet.
func (u *undoJob) lookBack(ctx context.Context) error {
	u.had = u.found.Counts()
	if err := u.src.Prepare(ctx, planFields(u.found.Plan), nil); err != nil {
		return i18n.Wrap(i18n.T("read the account's lists", "чтение справочников аккаунта"), err)
	}
	state := begun(u.found)
	engine := &apply.Engine{Source: u.src, Log: unlogged{}, Now: u.e.Now}
	u.e.sayWaiting(state.Tasks)
	if err := engine.Recover(ctx, state); err != nil {
		return err
	}
	for i, o := range state.Outcomes {
		since := u.e.Now().Sub(u.found.Sent)
		if o == nil && state.Intended[i] && since >= 0 && since < arrives {
			return &Exit{Code: Failed,
				Err: i18n.Errorf(i18n.T("what run %s had in flight may still arrive: nothing was sent",
					"отправленное запуском %s ещё может дойти: ничего не отправлено"), u.found.Run),
				Hint: i18n.Errorf(i18n.T("repeat the command after %[2]s, or finish the run: catalogsheet resume %[1]s",
					"повторите команду после %[2]s или завершите запуск: catalogsheet resume %[1]s"),
					u.found.Run, u.found.Sent.Add(arrives).Local().Format(time.TimeOnly))}
		}
	}
	return nil
}

// begun is how far a run has come by its journal.
func begun(r *journal.Run) *apply.State {
	return &apply.State{Plan: r.Plan, Outcomes: r.Outcomes, Intended: r.Intended, Before: r.Before, Tasks: r.Tasks}
}

// cut says that the rest of an interrupted run stays unsent.
func (u *undoJob) cut() []i18n.Localizer {
	if u.found.State != journal.Interrupted {
		return nil
	}
	return []i18n.Localizer{report.Say(i18n.T(
		"the run was interrupted: it ends here, and %[1]d {1:item that it has not sent stays|items that it has not sent stay} unsent",
		"запуск был прерван: на этом он заканчивается, {1:неотправленный товар так и не уйдёт|неотправленные товары так и не уйдут|неотправленные товары так и не уйдут} (%[1]d)"),
		u.found.Counts()[plan.Unsent])}
}

// end closes the journal of an interrupted run before it is taken back: what it
// has not sent stays unsent, and no resume can send it later.
func (u *undoJob) end() (err error) {
	if u.found.State != journal.Interrupted {
		return nil
	}
	dir, err := u.e.journals()
	if err != nil {
		return err
	}
	unlock, err := dir.Lock(u.found.Source, u.found.Account, u.found.Run)
	if err != nil {
		return err
	}
	defer unlock()
	now, err := dir.Open(u.found.Run)
	if err != nil {
		return err
	}
	if now.State != journal.Interrupted || !maps.Equal(now.Counts(), u.had) {
		return i18n.Errorf(i18n.T("run %s went on meanwhile: nothing was sent, repeat the command",
			"запуск %s за это время продолжился: ничего не отправлено, повторите команду"), u.found.Run)
	}
	log, _, err := dir.Append(u.found.Run)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	for part := range slices.Chunk(u.rest(now), outcomesPerLine) {
		if err := log.Done(0, part, "undo"); err != nil {
			return err
		}
	}
	return log.End(journal.Partly)
}

// rest is what the journal does not say yet of an interrupted run.
func (u *undoJob) rest(now *journal.Run) []journal.Outcome {
	var list []journal.Outcome
	for i, o := range now.Outcomes {
		if o != nil {
			continue
		}
		end := plan.Outcome{Target: now.Plan.Steps[i].Target, State: plan.Unsent}
		if seen := u.found.Outcomes[i]; seen != nil {
			end = *seen
		}
		list = append(list, journal.Outcome{Step: i, Outcome: end})
	}
	return list
}
