package app

import (
	"context"
	"io"
	"slices"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/report"
	"catalogsheet/internal/sheet"
)

func reviewCommand() command {
	return command{
		name: "review", args: "FILE", min: 1, max: 1,
		about: i18n.T("show what an import would change, offline", "показать без сети, что изменит загрузка"),
		more: i18n.T(
			"The sheet is compared with the base that it carries. No connection is opened, unless --online asks for what the server holds now.",
			"Лист сравнивается с основой, которую несёт в себе. Соединений нет, если только --online не просит сверить с сервером."),
		examples: []string{"catalogsheet review stock.xlsx", "catalogsheet review stock.xlsx --html review.html", "catalogsheet review stock.csv --format json --exit-code"},
		options: append(sheetOptions(),
			formatOption(),
			option{name: "html", kind: value, arg: "FILE", about: i18n.T("write the review as one page too", "записать проверку ещё и одной страницей")},
			option{name: "xlsx", kind: value, arg: "FILE", about: i18n.T("write the review as a workbook too", "записать проверку ещё и книгой Excel")},
			option{name: "force", about: i18n.T("replace a review even if it holds decisions", "заменить проверку, даже если в ней есть решения")},
			option{name: "exit-code", about: i18n.T("exit with 4 when there are changes", "код выхода 4, если есть изменения")},
			option{name: "online", about: i18n.T("add what the server holds now", "сверить с тем, что сейчас на сервере")},
		),
		run: func(ctx context.Context, e *Env, a *Args) error { return review(ctx, e, a) },
	}
}

func review(ctx context.Context, e *Env, a *Args) error {
	j, err := newJob(e, a)
	if err != nil {
		return err
	}
	format := a.String("format", "text")
	if err := e.replaceableViews(ctx, a); err != nil {
		return j.fail(format, err)
	}
	if err := j.review(ctx, a.Bool("online")); err != nil {
		return j.fail(format, err)
	}
	for _, view := range reviewViews() {
		if path := a.String(view.flag, ""); path != "" {
			if err := j.writeView(path, view.write); err != nil {
				return j.fail(format, err)
			}
		}
	}
	if err := j.print(format, nil); err != nil {
		return err
	}
	switch {
	case j.problems.Has(diag.Error) || len(j.held()) > 0:
		return &Exit{Code: SheetErrors}
	case len(j.conflicts()) > 0:
		return &Exit{Code: Conflicts}
	case a.Bool("exit-code") && len(j.changes)+len(j.edited.Created) > 0:
		return &Exit{Code: Changes}
	}
	return nil
}

func (j *job) review(ctx context.Context, online bool) error {
	if err := j.offline(ctx); err != nil || !online || j.problems.Has(diag.Error) && len(j.changes) == 0 {
		return err
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
	_, err = j.judge(ctx, src)
	return err
}

// print writes the report to stdout, and to stderr what was not said yet of how
// it came about.
func (j *job) print(format string, failed error) error {
	m := j.model(failed)
	for _, n := range m.Notices {
		if text := report.Clean(n.In(j.e.Lang)); !slices.Contains(j.said, text) {
			j.said = append(j.said, text)
			j.e.Say(i18n.T("%s", "%s"), text)
		}
	}
	if format == "json" {
		return report.JSON(j.e.Stdout, m, j.e.Lang)
	}
	m.Notices = nil
	style := j.e.style()
	style.Whole = style.Width == 0
	return report.Text(j.e.Stdout, m, style)
}

// fail reports an error: in JSON as the one object that stdout is to hold.
func (j *job) fail(format string, err error) error {
	if format == "json" {
		if printed := j.print(format, err); printed != nil {
			return printed
		}
	}
	return err
}

// writeView writes the review into a file of its own.
func (j *job) writeView(path string, write func(io.Writer, report.Model, report.Style) error) error {
	if sameFile(path, j.file) {
		return Usagef(i18n.T("%s is the sheet itself: give the review another name", "%s — это сам лист: дайте проверке другое имя"), path)
	}
	m := j.model(nil)
	var err error
	if m.Review, err = j.reviewed(path); err != nil {
		return err
	}
	f, err := sheet.CreateAtomic(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := write(f, m, j.e.style()); err != nil {
		return i18n.Wrapf(i18n.T("write %s", "запись %s"), err, path)
	}
	return f.Commit()
}
