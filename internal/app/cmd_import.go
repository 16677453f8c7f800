package app

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/report"
	"catalogsheet/internal/source"
)

func importCommand() command {
	return command{
		name: "import", args: "FILE", min: 1, max: 1,
		about: i18n.T("send the edits of a sheet", "отправить правки листа"),
		more: i18n.T(
			"Reads the sheet, compares it with its base and with the server, shows the review, asks, sends, reads back and writes a result sheet.",
			"Читает лист, сверяет с основой и с сервером, показывает правки, спрашивает, отправляет, перечитывает и пишет лист результата."),
		examples: []string{"catalogsheet import stock.xlsx", "catalogsheet import stock.xlsx --dry-run", "catalogsheet import stock.xlsx --yes --on-conflict skip"},
		options: append(sheetOptions(),
			formatOption(),
			option{name: "dry-run", about: i18n.T("do everything except sending", "сделать всё, кроме отправки")},
			yesOption(),
			conflictOption(),
			option{name: "skip-bad-rows", about: i18n.T("send the good rows and leave the others out", "отправить исправные строки, остальные пропустить")},
			option{name: "result", kind: value, arg: "FILE", about: i18n.T("where the result sheet goes (default: NAME.result.xlsx)", "куда записать лист результата (обычно ИМЯ.result.xlsx)")},
		),
		run: func(ctx context.Context, e *Env, a *Args) error { return importSheet(ctx, e, a) },
	}
}

func yesOption() option {
	return option{name: "yes", about: i18n.T("send without asking", "отправить без вопроса")}
}

func conflictOption() option {
	return option{
		name: "on-conflict", kind: value, arg: "stop|skip|overwrite", choices: []string{"stop", "skip", "overwrite"},
		about: i18n.T("what to do where the server has changed too", "что делать, если на сервере значение тоже изменилось"),
	}
}

// importFlags are what decides about sending.
type importFlags struct {
	format           string
	dryRun, yes      bool
	policy           onConflict
	skipBad          bool
	result           string
	leftOut, skipped int
	// nobody: all is well but for somebody to ask.
	nobody bool
}

func importSheet(ctx context.Context, e *Env, a *Args) error {
	j, err := newJob(e, a)
	if err != nil {
		return err
	}
	f := &importFlags{
		format: a.String("format", "text"), dryRun: a.Bool("dry-run"), yes: a.Bool("yes"),
		policy: onConflict(a.String("on-conflict", string(conflictStop))), skipBad: a.Bool("skip-bad-rows"),
		result: a.String("result", ""),
	}
	err = j.importSheet(ctx, f)
	var x *Exit
	if f.format == "json" {
		failed := err
		if errors.As(err, &x) {
			failed = nil // what holds the sheet back is among its findings
			if x.Code == Failed || x.Code == Interrupted || x.Code == Usage && !f.nobody {
				failed = x.Err
			}
		}
		if printed := j.print(f.format, failed); printed != nil {
			return printed
		}
	}
	return err
}

func (j *job) importSheet(ctx context.Context, f *importFlags) error {
	if err := j.offline(ctx); err != nil {
		return err
	}
	if j.nobodyToAsk(f) && j.wants() {
		f.nobody = true
		j.show(f)
		return Hinted(i18n.Errorf(i18n.T("--yes sends without asking, --dry-run only looks", "--yes отправляет без вопроса, --dry-run только проверяет")),
			i18n.T("nobody can be asked, so nothing was sent", "спросить некого, поэтому ничего не отправлено"))
	}
	if err := j.blocked(f, true); err != nil {
		j.show(f)
		return err
	}
	if !j.wants() {
		j.show(f)
		if j.problems.Has(diag.Error) {
			return &Exit{Code: Partly}
		}
		return nil
	}
	src, err := j.open()
	if err != nil {
		return err
	}
	if !j.edited.HasBase() {
		if err := j.compareOnline(ctx, src); err != nil {
			return err
		}
	}
	seen, err := j.judge(ctx, src)
	if err != nil {
		return err
	}
	j.show(f)
	if err := j.blocked(f, false); err != nil {
		return err
	}
	return j.sendPlan(ctx, f, src, seen)
}

// wants says that the sheet asks for something, as far as is known: without a
// base that shows only online.
func (j *job) wants() bool {
	return len(j.changes)+len(j.edited.Created) > 0 || !j.edited.HasBase() && !j.edited.Refused() && j.edited.Review == nil
}

func (j *job) nobodyToAsk(f *importFlags) bool { return !f.yes && !f.dryRun && !j.e.Interactive }

// show prints the review for people; JSON is printed once, at the end.
func (j *job) show(f *importFlags) {
	if f.format != "text" {
		return
	}
	if err := j.print("text", nil); err != nil {
		j.e.Warn(i18n.T("the review could not be printed: %v", "проверку не удалось напечатать: %v"), err)
	}
}

// blocked says why nothing may be sent: errors of the sheet, held changes,
// conflicts. early leaves out what can still be settled by asking.
func (j *job) blocked(f *importFlags, early bool) error {
	bad := j.problems.Has(diag.Error)
	if bad && (!f.skipBad || j.refused()) {
		return &Exit{Code: SheetErrors, Err: i18n.Errorf(i18n.T(
			"the sheet has errors: nothing was sent", "в листе есть ошибки: ничего не отправлено"))}
	}
	if early {
		return nil
	}
	if held := j.held(); len(held) > 0 && !j.release(f, held) {
		if !f.skipBad || j.fileBlocked() {
			return &Exit{Code: SheetErrors, Err: i18n.Errorf(i18n.T(
				"%d {1:change is|changes are} held: nothing was sent", "задержано изменений: %d; ничего не отправлено"), len(held)),
				Hint: i18n.Errorf(i18n.T("look at %s, then correct the sheet or use --allow", "проверьте: %s; исправьте лист или используйте --allow"), codes(held))}
		}
		bad = true
	}
	if bad {
		// A bad row is left out even where it asked for nothing else.
		f.leftOut += max(1, j.leaveOut())
	}
	if list := j.conflicts(); len(list) > 0 {
		switch f.policy {
		case conflictStop:
			return &Exit{Code: Conflicts, Err: i18n.Errorf(i18n.T(
				"%d {1:value was|values were} changed on the server since the export: nothing was sent",
				"на сервере после выгрузки изменилось значений: %d; ничего не отправлено"), len(list)),
				Hint: i18n.Errorf(i18n.T("--on-conflict skip sends the rest, overwrite sends all", "--on-conflict skip отправит остальное, overwrite — всё"))}
		case conflictSkip:
			f.skipped = len(list)
		}
	}
	return nil
}

func codes(list diag.List) string {
	var names []string
	seen := map[diag.Code]bool{}
	for _, d := range list {
		if !seen[d.Code] {
			seen[d.Code] = true
			names = append(names, string(d.Code))
		}
	}
	return strings.Join(names, ", ")
}

// release asks a person to let held changes through by typing how many they
// are; a habit of answering yes does not do it.
func (j *job) release(f *importFlags, held diag.List) bool {
	if !j.e.Interactive || f.dryRun || f.yes {
		return false
	}
	answer, err := j.e.Ask(i18n.T(
		"%d {1:change is|changes are} held (%s). Type the number to let {1:it|them} through, or press Enter:",
		"Задержано изменений: %d (%s). Введите это число, чтобы пропустить их, или нажмите Enter:"), len(held), codes(held))
	if err != nil || answer != strconv.Itoa(len(held)) {
		return false
	}
	for _, d := range held {
		if !containsCode(j.allow, d.Code) {
			j.allow = append(j.allow, d.Code)
		}
	}
	return true
}

func containsCode(list []diag.Code, code diag.Code) bool {
	for _, c := range list {
		if c == code {
			return true
		}
	}
	return false
}

// sayCost says how long a plan will take where the system writes item by item.
func (e *Env) sayCost(src source.Source, p plan.Plan) {
	if c, ok := src.(interface {
		Cost(plan.Plan) time.Duration
	}); ok {
		if d := c.Cost(p); d >= time.Second {
			e.Say(i18n.T("it will take about %s", "это займёт около %s"), spent(e.Lang, d.Round(time.Second)))
		}
	}
}

// sendPlan makes the plan, asks, and sends it.
func (j *job) sendPlan(ctx context.Context, f *importFlags, src onlineSource, seen live) error {
	account, err := src.Account(ctx)
	if err != nil {
		return err
	}
	p := j.plan(src, account.ID, f.policy)
	if f.dryRun {
		j.e.Say(i18n.T("a dry run: nothing was sent", "пробный запуск: ничего не отправлено"))
		return nil
	}
	if !j.anyEdit(f) {
		if f.skipped > 0 && f.skipped == len(j.changes) {
			j.e.Say(i18n.T("every change is in conflict with the server: nothing was sent", "все изменения в конфликте с сервером: ничего не отправлено"))
		} else {
			j.e.Say(i18n.T("the server holds all of it already: nothing was sent", "на сервере уже всё так: ничего не отправлено"))
		}
		return j.leftover(f)
	}
	j.e.sayCost(src, p)
	if !f.yes {
		if ok, err := j.e.confirm(len(p.Steps)); err != nil || !ok {
			return err
		}
	}
	hash, err := fileHash(j.file)
	if err != nil {
		return err
	}
	r := &runner{e: j.e, src: src, plan: p, command: "import", file: j.file, fileHash: hash, account: account, seen: seen, result: resultPath(j.file, f.result), read: j.readOptions(),
		leftOut: f.leftOut, skipped: f.skipped}
	sent := r.start(ctx)
	j.run, j.items = r.run, r.items()
	if j.run == "" {
		return sent
	}
	j.conclude(r, f, sent)
	if f.format == "text" {
		fmt.Fprintln(j.e.Stdout)
	}
	j.show(f)
	if sent != nil {
		return sent
	}
	if partly(j.items) {
		return &Exit{Code: Partly}
	}
	return j.leftover(f)
}

// conclude writes the result sheet and says what can be done next.
func (j *job) conclude(r *runner, f *importFlags, sent error) {
	// What was done is written down even when the run was asked to stop.
	if path, err := j.resultSheet(j.e.Hard, f.result); err != nil {
		j.e.Warn(textNoResult, err)
	} else if path != "" {
		j.closing = append(j.closing, report.Say(textResultSheet, path))
	}
	if r.undoable(sent) {
		j.closing = append(j.closing, report.Say(textUndo, j.run))
	}
}

// leftover is the exit of a run that left something out on purpose.
func (j *job) leftover(f *importFlags) error {
	if f.leftOut+f.skipped > 0 {
		return &Exit{Code: Partly}
	}
	return nil
}

// anyEdit says that something is left to send.
func (j *job) anyEdit(f *importFlags) bool {
	if len(j.edited.Created) > 0 {
		return true
	}
	for _, c := range j.changes {
		if c.Verdict == merge.Edit || c.Verdict == merge.Conflict && (f.policy == conflictOverwrite || j.settled(c)) {
			return true
		}
	}
	return false
}

// partly says that a step did not end as wanted.
func partly(items []report.Item) bool {
	for _, it := range items {
		if it.State != plan.Applied && it.State != plan.Already {
			return true
		}
	}
	return false
}

func (e *Env) confirm(items int) (bool, error) {
	answer, err := e.Ask(i18n.T("Send the changes of %d {1:item|items}? [y/N]", "Отправить изменения по %d {1:товару|товарам|товарам}? [д/Н]"), items)
	if err != nil {
		return false, err
	}
	switch strings.ToLower(answer) {
	case "y", "yes", "д", "да":
		return true, nil
	}
	e.Say(i18n.T("nothing was sent", "ничего не отправлено"))
	return false, nil
}
