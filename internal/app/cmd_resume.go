package app

import (
	"context"

	"catalogsheet/importer"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/report"
	"catalogsheet/internal/source"
)

var textUndo = i18n.T("take it back: catalogsheet undo %s", "отменить: catalogsheet undo %s")

func resumeCommand() command {
	return command{
		name: "resume", args: "[RUN]", max: 1,
		about: i18n.T("go on with an interrupted run", "продолжить прерванный запуск"),
		more: i18n.T(
			"What may have been sent is read back first; nothing is sent twice. Without RUN the newest interrupted run is taken.",
			"Сначала проверяется то, что могло уйти; дважды ничего не отправляется. Без RUN берётся последний прерванный запуск."),
		examples: []string{"catalogsheet resume", "catalogsheet resume 20261121-100500-1a2b --yes"},
		options:  []option{yesOption(), formatOption()},
		run:      func(ctx context.Context, e *Env, a *Args) error { return resume(ctx, e, a) },
	}
}

func resume(ctx context.Context, e *Env, a *Args) error {
	dir, err := e.journals()
	if err != nil {
		return err
	}
	found, err := e.interruptedRun(dir, a.Arg(0))
	if err != nil {
		return err
	}
	format := a.String("format", "text")
	if found == nil {
		return nothingToResume(e, format)
	}
	open := found.Counts()[plan.Unsent]
	if !a.Bool("yes") {
		e.Say(i18n.T("run %s (%s): %d {3:item has|items have} no outcome yet", "запуск %s (%s): без результата {3:остался %[3]d товар|осталось %[3]d товара|осталось %[3]d товаров}"), found.Run, found.File, open)
		if ok, err := e.confirm(open); err != nil || !ok {
			return err
		}
	}
	src, err := e.openRun(found.Source, found.Plan)
	if err != nil {
		return err
	}
	verify, err := resumeMove(src, found)
	if err != nil {
		return err
	}
	r, err := goOn(ctx, e, dir, src, found)
	switch {
	case r == nil && err == nil:
		return nothingToResume(e, format)
	case r == nil:
		return err
	}
	var more []i18n.Localizer
	if err == nil {
		more, err = verify(ctx, r)
	}
	return finish(e, r, format, more, err)
}

func nothingToResume(e *Env, format string) error {
	e.Say(i18n.T("there is nothing to resume", "продолжать нечего"))
	if format == "json" {
		return report.JSON(e.Stdout, report.Model{}, e.Lang)
	}
	return nil
}

// interruptedRun finds the run that was named, else the newest that can be
// resumed; nil where there is none.
func (e *Env) interruptedRun(dir journal.Dir, name string) (*journal.Run, error) {
	if name != "" {
		whole, err := dir.Find(name)
		if err != nil {
			return nil, &Exit{Code: Usage, Err: err}
		}
		r, err := dir.Open(whole)
		if err != nil {
			return nil, err
		}
		if !r.Ready {
			return nil, neverBegan(r.Run)
		}
		if r.State != journal.Interrupted {
			return nil, nil
		}
		return r, nil
	}
	runs, damaged, err := dir.List()
	if err != nil {
		return nil, err
	}
	e.warnDamaged(damaged)
	for i := len(runs) - 1; i >= 0; i-- {
		if runs[i].State == journal.Interrupted {
			return runs[i], nil
		}
	}
	return nil, nil
}

// neverBegan is a run whose plan did not reach the disk whole.
func neverBegan(run string) error {
	return Hinted(i18n.Errorf(i18n.T("import the sheet again", "импортируйте лист заново")),
		i18n.T("run %s ended before anything was sent", "запуск %s оборвался до отправки: ничего не отправлено"), run)
}

// warnDamaged names the runs whose journals cannot be read.
func (e *Env) warnDamaged(damaged []journal.Damaged) {
	for _, d := range damaged {
		e.Warn(i18n.T("run %s is left out: %s", "запуск %s пропущен: %s"), d.Run, i18n.Describe(e.Lang, d.Err))
	}
}

// goOn carries an interrupted run to its end; nil where another process has
// done so meanwhile.
func goOn(ctx context.Context, e *Env, dir journal.Dir, src source.Source, found *journal.Run) (*runner, error) {
	account, err := src.Account(ctx)
	if err != nil {
		return nil, err
	}
	if account.ID != found.Account {
		return nil, &Exit{Code: SheetErrors, Err: i18n.Errorf(i18n.T(
			"run %s belongs to another account (%s): nothing was sent", "запуск %s сделан в другом аккаунте (%s): ничего не отправлено"),
			found.Run, first(found.AccountName, found.Account))}
	}
	unlock, err := dir.Lock(src.Name(), account.ID, found.Run)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := src.Prepare(ctx, planFields(found.Plan), nil); err != nil {
		return nil, i18n.Wrap(i18n.T("read the account's lists", "чтение справочников аккаунта"), err)
	}
	if now, err := dir.Open(found.Run); err != nil || now.State != journal.Interrupted {
		return nil, err
	}
	log, replayed, err := dir.Append(found.Run)
	if err != nil {
		return nil, err
	}
	r := &runner{e: e, src: src, plan: replayed.Plan, command: replayed.Command, file: replayed.File, path: replayed.Path, account: account, run: replayed.Run,
		fileHash: replayed.FileHash, result: replayed.Result, read: replayed.Read, undoOf: replayed.UndoOf,
		leftOut: replayed.LeftOut, skipped: replayed.Skipped, waiting: replayed.Waiting,
		state: begun(replayed)}
	return r, r.drive(ctx, log)
}

func planFields(p plan.Plan) []catalog.Field {
	var fields []catalog.Field
	seen := map[catalog.Field]bool{}
	for _, s := range p.Steps {
		for _, a := range s.Set {
			if !seen[a.Field] {
				seen[a.Field] = true
				fields = append(fields, a.Field)
			}
		}
	}
	return fields
}

// completeResult writes the result sheet of a resumed import, if the sheet is
// still the one that was read.
func (r *runner) completeResult(ctx context.Context, items []report.Item) string {
	if r.result == "" {
		return ""
	}
	file := first(r.path, r.file)
	hash, err := fileHash(file)
	if err == nil && hash != r.fileHash {
		err = i18n.Errorf(i18n.T("%s was changed since", "файл %s с тех пор изменён"), file)
	}
	if err != nil {
		r.e.Warn(textNoResult, err)
		return ""
	}
	path := ""
	edited, err := r.readAgain(ctx, file)
	if err == nil {
		path, err = writeResult(ctx, r.e, edited, r.result, items)
	}
	if err == nil && path == "" {
		err = i18n.Errorf(i18n.T("%s can no longer be read as it was at the import", "%s уже не читается так, как при загрузке"), file)
	}
	if err != nil {
		r.e.Warn(textNoResult, err)
		return ""
	}
	return path
}

// readAgain reads the sheet of a run as the import did. A sheet without a base
// is compared with what the server holds now, so that its bad rows are known.
func (r *runner) readAgain(ctx context.Context, file string) (*importer.Edited, error) {
	j := &job{e: r.e, file: file, read: importer.Options{Lang: r.e.Lang, Saved: r.e.savedBase, Map: map[string]string{}, Now: r.e.Now()}}
	if err := j.readTemplate(""); err != nil {
		return nil, err
	}
	if err := j.underOptions(r.read); err != nil {
		return nil, err
	}
	edited, err := importer.Read(ctx, file, j.read)
	if err != nil || edited.HasBase() || edited.Refused() {
		return edited, err
	}
	src, ok := r.src.(onlineSource)
	if !ok {
		return edited, nil
	}
	j.edited = edited
	return edited, j.compareOnline(ctx, src)
}

// finish reports a run; more is said last.
func finish(e *Env, r *runner, format string, more []i18n.Localizer, sent error) error {
	m := report.Model{File: r.file, Source: r.src.Name(), Run: r.run, Items: r.items(), Problems: diag.List{}}
	// What was done is written down even when the run was asked to stop.
	if path := r.completeResult(e.Hard, m.Items); path != "" {
		m.Closing = append(m.Closing, report.Say(textResultSheet, path))
	}
	if r.command != "undo" && r.undoable(sent) {
		m.Closing = append(m.Closing, report.Say(textUndo, r.run))
	}
	leftOut := r.leftOut+r.skipped > 0
	if leftOut {
		m.Closing = append(m.Closing, report.Say(i18n.T(
			"the import left out changes: %[1]d in bad rows, %[2]d in conflict with the server",
			"часть изменений импорт пропустил: в строках с ошибками %[1]d, в конфликте с сервером %[2]d"), r.leftOut, r.skipped))
	}
	m.Closing = append(m.Closing, more...)
	m.Failed = exitCause(sent)
	text := report.Text
	if r.command == "undo" {
		text = report.UndoText
	}
	var printed error
	switch {
	case format == "json" && r.command == "undo":
		printed = report.UndoJSON(e.Stdout, m, e.Lang)
	case format == "json":
		printed = report.JSON(e.Stdout, m, e.Lang)
	default:
		m.Failed = nil // Main says it
		printed = text(e.Stdout, m, e.style())
	}
	switch {
	case printed != nil:
		return printed
	case sent != nil:
		return sent
	case leftOut || r.waiting > 0 || partly(m.Items):
		return &Exit{Code: Partly}
	}
	return nil
}
