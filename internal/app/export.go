package app

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"catalogsheet/exporter"
	"catalogsheet/importer"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/sheet"
	"catalogsheet/internal/source"
	"catalogsheet/templates"
)

var (
	sheetFormats = map[string]sheet.Format{"xlsx": sheet.XLSX, "csv": sheet.CSV}
	csvStyles    = map[string]sheet.CSVStyle{"excel-ru": sheet.ExcelRu, "rfc4180": sheet.RFC4180}
)

// exportMemory is how much memory an export may take before the collector
// works harder.
const exportMemory = 180 << 20

// export writes the whole sheet or leaves no file.
func export(ctx context.Context, e *Env, x exportArgs) error {
	if err := x.checkColumns(); err != nil {
		return err
	}
	was, err := e.replaceable(ctx, x)
	if err != nil {
		return err
	}
	var t *templates.Template
	if x.template != "" {
		if t, err = openTemplate(x.template); err != nil {
			return err
		}
		x.query.ByStore = x.query.ByStore || x.query.Kind == "stock" && t.Mentions("stockTotal")
	}
	// What an export holds at a time is far less than this; without a limit the
	// collector would let as much garbage pile up.
	debug.SetMemoryLimit(exportMemory)
	p := e.NewProgress(i18n.T("export", "выгрузка"))
	defer p.Close()
	src, err := e.open(x.system, p)
	if err != nil {
		return err
	}
	began := e.Now()
	snapshot, err := src.Fetch(ctx, x.query)
	if err != nil {
		if errors.Is(err, source.ErrQuery) {
			return &Exit{Code: Usage, Err: i18n.Wrap(textNothingWritten, err)}
		}
		return i18n.Wrap(textNothingWritten, err)
	}
	if t != nil {
		return e.exportReport(ctx, x, t, snapshot, was)
	}
	done, err := exporter.Write(ctx, snapshot, x.options(e, was))
	if err != nil {
		return i18n.Wrap(textNothingWritten, err)
	}
	p.Close()
	where := x.path
	if where == "-" {
		where = "stdout"
	}
	e.Say(i18n.T("%[1]d {1:row|rows} in %[2]s: %[3]s", "%[1]d {1:строка|строки|строк} за %[2]s: %[3]s"),
		done.Rows, spent(e.Lang, e.Now().Sub(began)), where)
	return nil
}

var textNothingWritten = i18n.T("no file was written", "файл не записан")

func (x exportArgs) options(e *Env, was fileState) exporter.Options {
	o := exporter.Options{
		Format:  sheetFormats[x.format],
		Path:    x.path,
		Replace: true,
		CSV:     csvStyles[x.dialect],
		Lang:    e.Lang,
		Version: Version(),
		// An evening of work may have been saved during a long export.
		SaveBase: func(id string, base io.Reader) error {
			if err := was.unchanged(); err != nil && !x.force {
				return err
			}
			return e.saveBase(id, base)
		},
	}
	if x.path == "-" {
		o.Path, o.Out = "", e.Stdout
	}
	return o
}

// checkColumns finds a mistyped column before anything is asked for.
func (x exportArgs) checkColumns() error {
	var known []string
	for _, c := range x.system.known() {
		known = append(known, string(c.Field))
	}
	var families []string
	for _, f := range x.system.families() {
		families = append(families, f.Field)
	}
	for _, c := range x.query.Columns {
		f := catalog.Field(c)
		if slices.Contains(known, c) || slices.Contains(families, f.Family()) {
			continue
		}
		all := slices.Concat(known, families)
		hint := i18n.Errorf(i18n.T("the columns are %s", "колонки: %s"), strings.Join(all, ", "))
		if near := locale.Nearest(c, all); near != "" {
			hint = i18n.Errorf(textDidYouMean, near)
		}
		return Hinted(hint, i18n.T("--columns knows no %q", "--columns не знает «%s»"), c)
	}
	return nil
}

// fileState is a file as it was when it was judged replaceable.
type fileState struct {
	path    string // "" is no file
	exists  bool
	size    int64
	changed time.Time
}

func stateOf(path string) (fileState, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fileState{path: path}, folderOf(path)
	case err != nil:
		return fileState{}, i18n.Wrap(i18n.T("look at the file to write", "проверка файла для записи"), err)
	case !info.Mode().IsRegular():
		return fileState{}, Usagef(i18n.T("%s is not a file", "%s — не файл"), path)
	}
	return fileState{path, true, info.Size(), info.ModTime()}, nil
}

// folderOf refuses a path into a folder that is not there before minutes are
// spent on what could not be written.
func folderOf(path string) error {
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); err == nil && info.IsDir() || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return Hinted(i18n.Errorf(i18n.T("make the folder first, or give another", "сначала создайте папку или укажите другую")),
		i18n.T("%s cannot be written: there is no folder %s", "%s не записать: нет папки %s"), path, dir)
}

// unchanged fails if somebody wrote the file since.
func (s fileState) unchanged() error {
	if s.path == "" {
		return nil
	}
	now, err := stateOf(s.path)
	if err != nil {
		return err
	}
	if now.exists != s.exists || now.size != s.size || !now.changed.Equal(s.changed) {
		return i18n.Errorf(i18n.T("%s was saved by somebody during the export: it was left alone", "%s кто-то сохранил во время выгрузки: файл оставлен как есть"), s.path)
	}
	return nil
}

// replaceable refuses to replace a file that holds somebody's work: one that
// is not ours, or differs from its base.
func (e *Env) replaceable(ctx context.Context, x exportArgs) (fileState, error) {
	if x.path == "-" {
		return fileState{}, nil
	}
	was, err := stateOf(x.path)
	if err != nil || !was.exists || x.force {
		return was, err
	}
	edited, err := importer.Read(ctx, x.path, importer.Options{
		Lang: e.Lang, Saved: e.savedBase, Known: x.system.known(), Families: x.system.families(), Now: e.Now(),
	})
	if err != nil {
		return was, err
	}
	if why, ok := occupied(edited); ok {
		return was, Hinted(textForce,
			i18n.T("%s is there already: %v", "%s уже есть: %v"), x.path, why)
	}
	return was, nil
}

// said is a reason for people.
type said struct {
	text i18n.Text
	args []any
}

// In says the reason in a language.
func (s said) In(l i18n.Lang, _ ...any) string { return s.text.In(l, s.args...) }

// occupied says why a sheet must not be lost.
func occupied(edited *importer.Edited) (why said, ok bool) {
	foreign := slices.ContainsFunc(edited.Problems, func(d diag.Diagnostic) bool { return d.Code == "column-unknown" })
	switch n := len(edited.Changes) + len(edited.Created); {
	case edited.BaseFrom == "" || edited.Head.Source == "":
		return said{text: i18n.T("it is not an export of ours, or has lost its base", "это не наша выгрузка, или она потеряла свою основу")}, true
	case n > 0:
		return said{i18n.T("it holds %[1]d {1:edit|edits}", "в нём %[1]d {1:правка|правки|правок}"), []any{n}}, true
	case edited.Problems.Has(diag.Error):
		return said{text: i18n.T("it holds edits that cannot be read", "в нём правки, которые не читаются")}, true
	case foreign:
		return said{text: i18n.T("it holds columns of somebody's own", "в нём есть чьи-то свои колонки")}, true
	}
	return said{}, false
}

// spent is a duration for people.
func spent(l i18n.Lang, d time.Duration) string {
	s := d.Round(100 * time.Millisecond).String()
	if l == i18n.Ru {
		s = strings.NewReplacer(".", ",", "m", " мин ", "s", " с", "h", " ч ").Replace(strings.Replace(s, "ms", " мс", 1))
	}
	return s
}
