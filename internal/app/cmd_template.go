package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"
	"catalogsheet/templates"
)

func templateCommand() command {
	kinds := strings.Join(templates.Kinds(), "|")
	return command{
		name:  "template",
		about: i18n.T("MoySklad's Excel report templates: names, check, ready ones, reports", "шаблоны отчётов МоегоСклада: имена, проверка, готовые, отчёты"),
		sub: []command{
			{
				name: "vars", args: "[" + strings.Join(templates.VariableKinds(), "|") + "]", max: 1,
				about:    i18n.T("the names that a template may use, with unit and example", "имена, которые знает шаблон, с единицей и примером"),
				examples: []string{"catalogsheet template vars stock"},
				options:  []option{formatOption()},
				run:      func(_ context.Context, e *Env, a *Args) error { return templateVars(e, a) },
			},
			{
				name: "check", args: "FILE", min: 1, max: 1,
				about:    i18n.T("what MoySklad will make of a template, before it is uploaded", "что сделает с шаблоном МойСклад, до загрузки"),
				examples: []string{"catalogsheet template check report.xls"},
				options:  []option{formatOption()},
				run:      func(_ context.Context, e *Env, a *Args) error { return templateCheck(e, a) },
			},
			{
				name: "new", args: kinds, min: 1, max: 1,
				about:    i18n.T("write a ready template (.xls for MoySklad, or .xlsx)", "записать готовый шаблон (.xls для МоегоСклада или .xlsx)"),
				examples: []string{"catalogsheet template new stock -o stock.xls"},
				options:  []option{outputOption(), {name: "force", about: i18n.T("replace the file", "заменить файл")}},
				run:      func(_ context.Context, e *Env, a *Args) error { return templateNew(e, a) },
			},
			{
				name: "render", args: "FILE", min: 1, max: 1,
				about:    i18n.T("make the report of a template from JSON data", "построить отчёт по шаблону из данных JSON"),
				examples: []string{"catalogsheet template render report.xls --data rows.json -o report.xlsx"},
				options: []option{outputOption(), {name: "data", kind: value, arg: "DATA.json", about: i18n.T("the names of the template: one JSON object; - is stdin", "имена шаблона: один объект JSON; - — stdin")},
					{name: "force", about: i18n.T("replace the file", "заменить файл")}},
				run: func(ctx context.Context, e *Env, a *Args) error { return templateRender(ctx, e, a) },
			},
		},
	}
}

func outputOption() option {
	return option{name: "output", short: "o", kind: value, arg: "FILE", about: i18n.T("the file to write", "куда записать")}
}

// output gives the file to write, which must not be there unless forced.
func output(a *Args) (string, error) {
	path := a.String("output", "")
	if path == "" {
		return "", Usagef(i18n.T("where to? -o FILE is missing", "куда? не указан -o FILE"))
	}
	if _, err := os.Stat(path); err == nil && !a.Bool("force") {
		return "", Hinted(i18n.Errorf(i18n.T("--force replaces it", "--force заменит его")), i18n.T("%s is there already", "%s уже есть"), path)
	}
	return path, nil
}

func templateVars(e *Env, a *Args) error {
	kinds := templates.VariableKinds()
	if kind := a.Arg(0); kind != "" {
		if !slices.Contains(kinds, kind) {
			return Usagef(i18n.T("no variables of %s: there are those of %s", "нет переменных для %s: есть для %s"), kind, strings.Join(kinds, ", "))
		}
		kinds = []string{kind}
	}
	type variable struct {
		Report  string `json:"report"`
		Name    string `json:"name"`
		Unit    string `json:"unit"`
		Meaning string `json:"meaning"`
		Example string `json:"example"`
		Sure    bool   `json:"confirmed"`
	}
	list := []variable{}
	for _, kind := range kinds {
		for _, v := range templates.Variables(kind) {
			list = append(list, variable{kind, v.Name, v.Unit.In(e.Lang), v.Title.In(e.Lang), v.Example, !v.Unconfirmed})
		}
	}
	if a.String("format", "text") == "json" {
		return e.printJSON(map[string]any{"variables": list})
	}
	shown, unsure := "", false
	for _, v := range list {
		if v.Report != shown {
			shown = v.Report
			fmt.Fprintf(e.Stdout, "%s\n", shown)
		}
		mark := " "
		if !v.Sure {
			mark, unsure = "?", true
		}
		fmt.Fprintf(e.Stdout, "%s %s %s %s  %s\n", mark, pad(v.Name, 34), pad(v.Unit, 12), pad(v.Meaning, 38), v.Example)
	}
	if unsure {
		fmt.Fprintln(e.Stdout, i18n.T("? MoySklad's help does not list this name for the report: try it in your account", "? в справке МоегоСклада этого имени для отчёта нет: проверьте в своём аккаунте").In(e.Lang))
	}
	return nil
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

func openTemplate(path string) (*templates.Template, error) {
	t, err := templates.Open(path)
	if err != nil {
		return nil, &Exit{Code: SheetErrors, Err: i18n.Wrapf(i18n.T("read the template %s", "чтение шаблона %s"), err, path)}
	}
	return t, nil
}

func templateCheck(e *Env, a *Args) error {
	t, err := openTemplate(a.Arg(0))
	if err != nil {
		return err
	}
	found := t.Check()
	if a.String("format", "text") == "json" {
		if err := e.printJSON(map[string]any{"file": a.Arg(0), "findings": findingsJSON(e.Lang, found)}); err != nil {
			return err
		}
	} else {
		e.printFindings(e.Stdout, a.Arg(0), found)
		if len(found) == 0 {
			fmt.Fprintln(e.Stdout, i18n.T("nothing to complain about", "замечаний нет").In(e.Lang))
		}
	}
	if found.Has(diag.Error) {
		return &Exit{Code: SheetErrors}
	}
	return nil
}

type findingJSON struct {
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Rule     string `json:"rule"`
	Cell     string `json:"cell"`
	Value    string `json:"value"`
	Message  string `json:"message"`
	Hint     string `json:"hint"`
	FixCell  string `json:"fix_cell"`
	Fix      string `json:"fix"`
}

func findingsJSON(l i18n.Lang, found templates.Findings) []findingJSON {
	list := []findingJSON{}
	for _, f := range found {
		j := findingJSON{Severity: f.Severity.String(), Code: f.Code, Rule: f.Rule, Cell: f.At.Cell(), Value: f.Value, Message: f.Message(l), Hint: f.Hint(l), Fix: f.Fix}
		if f.Fix != "" {
			j.FixCell = f.FixAt.Cell()
		}
		list = append(list, j)
	}
	return list
}

// printFindings writes findings as reviews write theirs.
func (e *Env) printFindings(w io.Writer, file string, found templates.Findings) {
	for i, f := range found {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s %s: %s\n", f.Severity.In(e.Lang), strings.TrimSpace(f.Rule+" "+f.Code), clean(f.Message(e.Lang)))
		place := filepath.Base(file)
		if cell := f.At.Cell(); cell != "" {
			place += " · " + clean(cell)
		}
		fmt.Fprintf(w, "  --> %s\n", place)
		if f.Value != "" {
			fmt.Fprintf(w, "      │ %s\n", short(f.Value, 200))
		}
		if f.Times > 1 {
			fmt.Fprintf(w, "      %s\n", i18n.T("in %d cells of the report", "в ячейках отчёта: %d").In(e.Lang, f.Times))
		}
		if hint := f.Hint(e.Lang); hint != "" {
			fmt.Fprintf(w, "  %s: %s\n", textHint.In(e.Lang), clean(hint))
		}
	}
}

func templateNew(e *Env, a *Args) error {
	path, err := output(a)
	if err != nil {
		return err
	}
	data, err := templates.New(a.Arg(0), strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), "."))
	if err != nil {
		return &Exit{Code: Usage, Err: err}
	}
	f, err := sheet.CreateAtomic(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if _, err := f.Write(data); err != nil {
		return i18n.Wrapf(i18n.T("write %s", "запись %s"), err, path)
	}
	return f.Commit()
}

func templateRender(ctx context.Context, e *Env, a *Args) error {
	path, err := output(a)
	if err != nil {
		return err
	}
	scope, err := templateData(e, a.String("data", ""))
	if err != nil {
		return err
	}
	t, err := openTemplate(a.Arg(0))
	if err != nil {
		return err
	}
	return e.render(ctx, t, a.Arg(0), scope, path, nil)
}

// render writes a report; findings go to stderr. ready, where there is one, may
// still keep the file from appearing.
func (e *Env) render(ctx context.Context, t *templates.Template, name string, scope templates.Scope, path string, ready func() error) error {
	if ext := strings.ToLower(filepath.Ext(path)); ext != ".xlsx" {
		return Usagef(i18n.T("a report is written as .xlsx, not %s", "отчёт пишется в .xlsx, а не в %s"), path)
	}
	f, err := sheet.CreateAtomic(path)
	if err != nil {
		return err
	}
	defer f.Close()
	found, err := templates.Render(ctx, t, scope, f, templates.Options{Lang: e.Lang})
	e.printFindings(e.Stderr, name, found)
	switch {
	case errors.Is(err, templates.ErrBroken):
		return &Exit{Code: SheetErrors, Err: err}
	case err != nil:
		return i18n.Wrap(textNothingWritten, err)
	}
	if ready != nil {
		if err := ready(); err != nil {
			return i18n.Wrap(textNothingWritten, err)
		}
	}
	if err := f.Commit(); err != nil {
		return err
	}
	if len(found) > 0 {
		return &Exit{Code: SheetErrors}
	}
	return nil
}

// exportReport writes the report of a template from a snapshot.
func (e *Env) exportReport(ctx context.Context, x exportArgs, t *templates.Template, s catalog.Snapshot, was fileState) (err error) {
	data, err := gatherReport(ctx, s)
	if err != nil {
		return i18n.Wrap(textNothingWritten, err)
	}
	defer func() { err = errors.Join(err, data.close()) }()
	return e.render(ctx, t, x.template, data.scope(), x.path, func() error {
		if x.force {
			return nil
		}
		return was.unchanged()
	})
}

func templateData(e *Env, path string) (templates.Scope, error) {
	switch path {
	case "":
		return nil, Usagef(i18n.T("what data? --data DATA.json is missing", "какие данные? не указан --data DATA.json"))
	case "-":
		return templates.ReadScope(e.Stdin)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, i18n.Wrap(i18n.T("read the data", "чтение данных"), err)
	}
	defer f.Close()
	return templates.ReadScope(f)
}
