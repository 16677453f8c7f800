package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/report"
	"catalogsheet/internal/source"
)

func undoCommand() command {
	return command{
		name: "undo", args: "RUN", min: 1, max: 1,
		about: i18n.T("take back what a run wrote", "вернуть то, что записал запуск"),
		more: i18n.T(
			"Every field gets back what it held before, unless somebody has changed it since: such an item is kept and named. Created items are archived, nothing is deleted. An interrupted run ends where it was interrupted.",
			"Каждое поле получает прежнее значение, если с тех пор его никто не изменил: такой товар остаётся как есть и называется. Созданные товары уходят в архив, ничего не удаляется. Прерванный запуск заканчивается там, где прервался."),
		examples: []string{"catalogsheet undo 20261121-100500-1a2b", "catalogsheet undo 20261121-100500-1a2b --dry-run"},
		options:  []option{{name: "dry-run", about: i18n.T("show what would be put back", "показать, что будет возвращено")}, yesOption(), conflictOption(), formatOption()},
		run:      func(ctx context.Context, e *Env, a *Args) error { return undo(ctx, e, a) },
	}
}

// undoJob is a run on its way back.
type undoJob struct {
	e      *Env
	found  *journal.Run
	src    onlineSource
	plan   plan.Plan
	model  report.Model
	kept   []report.Item
	policy onConflict
	// had is how far an interrupted run had come by its journal.
	had map[plan.State]int
}

func undo(ctx context.Context, e *Env, a *Args) error {
	format := a.String("format", "text")
	u := &undoJob{e: e, policy: onConflict(a.String("on-conflict", string(conflictSkip)))}
	err := u.run(ctx, a, format)
	if err == nil || format != "json" || u.model.Run != "" {
		return err
	}
	u.model.Failed = exitCause(err)
	return errors.Join(report.UndoJSON(e.Stdout, u.model, e.Lang), err)
}

func exitCause(err error) error {
	var x *Exit
	if errors.As(err, &x) {
		return x.Err
	}
	return err
}

func (u *undoJob) run(ctx context.Context, a *Args, format string) error {
	e := u.e
	if err := u.find(a.Arg(0)); err != nil {
		return err
	}
	var err error
	if u.src, err = e.openRun(u.found.Source, u.found.Plan); err != nil {
		return err
	}
	seen, account, err := u.prepare(ctx)
	if err != nil {
		return err
	}
	if !a.Bool("yes") && !a.Bool("dry-run") && !e.Interactive {
		return Usagef(i18n.T("nobody can be asked, so nothing was sent: --yes sends without asking", "спросить некого, поэтому ничего не отправлено: --yes отправит без вопроса"))
	}
	if u.found.State != journal.Interrupted && u.back() {
		u.plan.Steps = nil // a run that writes nothing is no history
	} else if format == "text" {
		if err := report.Text(e.Stdout, u.model, e.style()); err != nil {
			return err
		}
		u.model.Notices = nil // said
	}
	if len(u.kept) > 0 && u.policy == conflictStop {
		return &Exit{Code: Conflicts, Err: i18n.Errorf(i18n.T(
			"%d {1:item was|items were} changed since: nothing was sent", "с тех пор изменено товаров: %d; ничего не отправлено"), len(u.kept))}
	}
	nothing := len(u.plan.Steps)+len(u.kept) == 0
	if nothing {
		e.Say(i18n.T("there is nothing to put back", "возвращать нечего"))
	}
	if a.Bool("dry-run") || nothing {
		return u.unwritten(a.Bool("dry-run"), format)
	}
	if !a.Bool("yes") {
		if ok, err := e.confirm(len(u.plan.Steps)); err != nil || !ok {
			return err
		}
	}
	if err := u.end(); err != nil {
		return err
	}
	return u.send(ctx, format, seen, account)
}

// unwritten ends an undo that sends nothing.
func (u *undoJob) unwritten(dry bool, format string) error {
	if !dry {
		if err := u.end(); err != nil {
			return err
		}
	}
	if format != "json" {
		return nil
	}
	return report.UndoJSON(u.e.Stdout, u.model, u.e.Lang)
}

// back says that everything holds what it held before the run.
func (u *undoJob) back() bool {
	return len(u.model.Changes) > 0 && len(u.kept) == 0 &&
		!slices.ContainsFunc(u.model.Changes, func(c merge.Change) bool { return c.Verdict != merge.Already })
}

// find opens the journal of the run to take back.
func (u *undoJob) find(name string) error {
	dir, err := u.e.journals()
	if err != nil {
		return err
	}
	if name, err = dir.Find(name); err != nil {
		return &Exit{Code: Usage, Err: err}
	}
	if u.found, err = dir.Open(name); err != nil {
		return err
	}
	if !u.found.Ready {
		return neverBegan(u.found.Run)
	}
	return nil
}

func (u *undoJob) send(ctx context.Context, format string, seen live, account source.Account) error {
	r := &runner{e: u.e, src: u.src, plan: u.plan, command: "undo", file: u.found.File, account: account, undoOf: u.found.Run, seen: seen}
	if len(u.plan.Steps) == 0 {
		u.model.Run, u.model.Items = u.found.Run, u.kept
		return errors.Join(u.print(format), &Exit{Code: Partly})
	}
	sent := r.start(ctx)
	if r.run == "" {
		return sent
	}
	u.model.Run, u.model.Items = r.run, append(r.items(), u.kept...)
	u.model.Failed = exitCause(sent)
	if err := u.print(format); err != nil {
		return err
	}
	if sent == nil && partly(u.model.Items) {
		return &Exit{Code: Partly}
	}
	return sent
}

func (u *undoJob) print(format string) error {
	if format == "json" {
		return report.UndoJSON(u.e.Stdout, u.model, u.e.Lang)
	}
	u.model.Failed = nil // Main says it
	fmt.Fprintln(u.e.Stdout)
	return report.UndoText(u.e.Stdout, u.model, u.e.style())
}

// prepare makes the plan back and looks which items were changed since.
func (u *undoJob) prepare(ctx context.Context) (live, source.Account, error) {
	account, err := u.src.Account(ctx)
	if err != nil {
		return live{}, account, err
	}
	if account.ID != u.found.Account {
		return live{}, account, &Exit{Code: SheetErrors, Err: i18n.Errorf(i18n.T(
			"run %s belongs to another account (%s): nothing was sent", "запуск %s сделан в другом аккаунте (%s): ничего не отправлено"),
			u.found.Run, first(u.found.AccountName, u.found.Account))}
	}
	if u.found.State == journal.Interrupted {
		if err := u.lookBack(ctx); err != nil {
			return live{}, account, err
		}
	}
	back := plan.Inverse(plan.Plan{Source: u.found.Source, Account: u.found.Account, Snapshot: u.found.Plan.Snapshot},
		u.src.Order(), u.found.Written(), u.retire)
	if err := u.src.Prepare(ctx, planFields(back), nil); err != nil {
		return live{}, account, i18n.Wrap(i18n.T("read the account's lists", "чтение справочников аккаунта"), err)
	}
	keys := make([]catalog.Key, len(back.Steps))
	for i, s := range back.Steps {
		keys[i] = s.Target
	}
	seen := live{keys: keys, at: u.e.Now()}
	if seen.docs, err = u.src.Live(ctx, keys); err != nil {
		return live{}, account, i18n.Wrap(i18n.T("read what the server holds now", "чтение того, что сейчас на сервере"), err)
	}
	return seen, account, u.judge(back, seen)
}

// retired says what becomes of items that the run created: nothing is deleted.
func (u *undoJob) retired() []i18n.Localizer {
	n := 0
	var by plan.Assign
	for _, w := range u.found.Written() {
		if a, ok := u.src.Retire(w.Step.Target.Type); ok && w.Step.Op == plan.Create {
			n, by = n+1, a
		}
	}
	if n == 0 {
		return nil
	}
	column := u.column(by)
	return []i18n.Localizer{report.Say(i18n.T(
		"%[1]d created {1:item is|items are} not deleted: “%[2]s” becomes “%[3]s”",
		"{1:созданный товар не удаляется|созданные товары не удаляются|созданные товары не удаляются} (%[1]d): «%[2]s» станет «%[3]s»"),
		n, column.Title, spelled{column, by.Want})}
}

// column describes the column of an assign as the system's sheets have it.
func (u *undoJob) column(a plan.Assign) catalog.Column {
	for _, s := range systems() {
		for _, c := range s.known() {
			if s.name == u.found.Source && c.Field == a.Field {
				return c
			}
		}
	}
	return catalog.Column{Field: a.Field, Kind: a.Kind}
}

// retire is what stands for deleting a created item, under the column's title.
func (u *undoJob) retire(typ string) (plan.Assign, bool) {
	a, ok := u.src.Retire(typ)
	a.Header = u.column(a).Title.In(u.e.Lang)
	return a, ok
}

// spelled is a value that a text says in the reader's language.
type spelled struct {
	column catalog.Column
	value  catalog.Value
}

// In spells the value.
func (s spelled) In(l i18n.Lang, _ ...any) string { return locale.Display(s.column, s.value, l) }

// judge keeps the items that somebody changed since the run, whole: a half
// undone item helps nobody.
func (u *undoJob) judge(back plan.Plan, seen live) error {
	u.model = report.Model{File: u.found.File, Source: u.found.Source, Online: true, Notices: slices.Concat(u.cut(), u.pinned(), u.retired(), stays(u.found))}
	var steps []plan.Step
	for _, step := range back.Steps {
		doc, found := seen.docs[step.Target]
		it := report.Item{ID: step.Target.ID, Type: step.Target.Type, Name: step.Name, Op: step.Op, State: plan.Stale, Set: step.Set}
		changed := !found
		for i, a := range step.Set {
			var theirs catalog.Value
			if found {
				var err error
				if theirs, err = theirValue(u.src, a.Field, doc); err != nil {
					return err
				}
			}
			it.Live = append(it.Live, theirs)
			c := merge.Change{
				Target: step.Target, Name: step.Name, Header: a.Header, Column: catalog.Column{Field: a.Field, Kind: a.Kind},
				Base: a.Was, Mine: a.Want, Theirs: theirs, Verdict: merge.Judge(a.Kind, a.Was, a.Want, theirs),
			}
			u.model.Changes = append(u.model.Changes, c)
			if c.Verdict == merge.Conflict {
				changed = true
				if u.policy == conflictOverwrite && found {
					step.Set[i].Was, changed = theirs, false
				}
			}
		}
		if changed {
			u.kept = append(u.kept, it)
			continue
		}
		steps = append(steps, step)
	}
	u.plan = plan.New(back, u.src.Order(), slices.Clip(steps))
	return nil
}

// pinned names the variants' prices that may have been inherited before the
// run: they get their former value back and stay the variants' own.
func (u *undoJob) pinned() []i18n.Localizer {
	var said []i18n.Localizer
	for _, w := range u.found.Written() {
		for _, a := range w.Step.Set {
			if _, written := w.Before[a.Field]; written && a.Pins {
				said = append(said, report.Say(i18n.T(
					"%s · %s: the price gets its former value back but stays the variant's own: later changes of the product's price will not reach it",
					"%s · %s: прежнее значение вернётся, но цена останется собственной ценой модификации: изменения цены товара её не коснутся"),
					w.Step.Name, first(a.Header, string(a.Field))))
			}
		}
	}
	return said
}
