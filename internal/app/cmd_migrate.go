package app

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/report"
	"catalogsheet/internal/source"
	"catalogsheet/internal/source/evotor/migration"
)

func migrateCommand() command {
	return command{
		name:  "migrate",
		about: i18n.T("move the catalog of a store to a newer API", "перенести каталог магазина на новый API"),
		sub: []command{{
			name: "evotor", args: "[UUID...]", max: 100_000,
			about: i18n.T("move a store of Evotor from API V1 to V2", "перенести магазин Эвотора с API V1 на V2"),
			more: i18n.T(
				"Every product and group is written by V2 under its own uuid; nothing is deleted. What does not map by itself waits in a report: fill in its column Decision and give it back with --fixes. A second run sends only what is still missing.",
				"Каждый товар и группа записываются через V2 под своим uuid; ничего не удаляется. Что не переносится само, ждёт в отчёте: заполните в нём столбец «Решение» и верните его через --fixes. Повторный запуск отправляет только недостающее."),
			examples: []string{
				"catalogsheet migrate evotor --store Shop --dry-run --report moved.xlsx",
				"catalogsheet migrate evotor --store Shop --fixes moved.xlsx --report rest.xlsx --default-measure шт --yes",
			},
			options: []option{
				{name: "store", kind: repeated, arg: "NAME|ID", about: i18n.T("the store to move", "какой магазин перенести")},
				{name: "dry-run", about: i18n.T("do everything except sending", "сделать всё, кроме отправки")},
				yesOption(),
				{name: "only", kind: repeated, arg: "UUID", about: i18n.T("move only this item and the groups it lies in", "перенести только эту позицию и её группы")},
				{name: "rows", kind: value, arg: "FILE", about: i18n.T("move only the items of this sheet's column UUID", "перенести только позиции из столбца UUID этого листа")},
				{name: "fixes", kind: value, arg: "FILE", about: i18n.T("a report of an earlier run with its decisions filled in", "отчёт прошлого запуска с заполненными решениями")},
				{name: "report", kind: value, arg: "FILE", about: i18n.T("where the report goes (.xlsx)", "куда записать отчёт (.xlsx)")},
				{name: "default-measure", kind: value, arg: "UNIT", about: i18n.T("the unit of products that have none", "единица измерения для товаров без неё")},
				formatOption(),
			},
			run: func(ctx context.Context, e *Env, a *Args) error { return migrate(ctx, e, a) },
		}},
	}
}

// move is a migration on its way.
type move struct {
	e        *Env
	src      cloud
	to       *migration.Source
	dryRun   bool
	yes      bool
	format   string
	report   string
	fixes    string
	options  migration.Options
	store    catalog.Entry
	account  source.Account
	body     []byte
	old      *migration.Catalog
	extras   []migration.Extra
	two      migration.State
	result   migration.Result
	plan     plan.Plan
	snapshot string

	run      *runner
	outcomes map[string]migration.Outcome
	rows     []migration.Row
	quiet    []migration.Row
	// created are the items that the run makes in V2.
	created map[string]bool
}

func migrate(ctx context.Context, e *Env, a *Args) error {
	m := &move{
		e: e, dryRun: a.Bool("dry-run"), yes: a.Bool("yes"), format: a.String("format", "text"),
		report: a.String("report", ""), fixes: a.String("fixes", ""),
		options: migration.Options{DefaultMeasure: strings.TrimSpace(a.String("default-measure", ""))},
	}
	if err := m.arguments(ctx, a); err != nil {
		return err
	}
	if err := m.read(ctx, a.Strings("store")[0]); err != nil {
		return err
	}
	if err := m.chosen(ctx, a.String("rows", "")); err != nil {
		return err
	}
	err := m.build()
	if err == nil {
		err = m.send(ctx)
	}
	return errors.Join(m.tell(err), err)
}

// arguments checks what can be checked before anything is asked for.
func (m *move) arguments(ctx context.Context, a *Args) error {
	if n := len(a.Strings("store")); n != 1 {
		return Hinted(i18n.Errorf(i18n.T("catalogsheet stores evotor lists them", "список: catalogsheet stores evotor")),
			i18n.T("which store? --store takes one name or id", "какой магазин? --store принимает одно название или идентификатор"))
	}
	m.options.Only = append(a.Strings("only"), a.Files...)
	if len(a.Files) > 0 && !a.Given("only") {
		return Usagef(i18n.T("%q belongs to no flag: did you mean --only?", "«%s» не относится ни к одному флагу: возможно, --only?"), a.Files[0])
	}
	if m.fixes != "" {
		list, problems, err := migration.ReadFixes(ctx, m.fixes)
		if err != nil {
			return &Exit{Code: SheetErrors, Err: err}
		}
		for _, p := range problems {
			m.e.Warn(i18n.T("%s: %s", "%s: %s"), p.Cell, p.Said)
		}
		if len(problems) > 0 {
			return &Exit{Code: SheetErrors, Err: i18n.Errorf(i18n.T(
				"%[2]s has %[1]d {1:decision|decisions} that cannot be read: nothing was sent",
				"в %[2]s не читаются решения (%[1]d): ничего не отправлено"), len(problems), m.fixes)}
		}
		m.options.Decisions = list
	}
	return m.reportPath(ctx)
}

// chosen adds the items of a sheet to those that are to be moved.
func (m *move) chosen(ctx context.Context, path string) error {
	if path == "" {
		return nil
	}
	ids, err := migration.ReadIDs(ctx, path, m.store.ID, m.store.Name, m.store.Name+" ("+m.store.ID+")")
	if err != nil {
		return &Exit{Code: SheetErrors, Err: err}
	}
	if m.options.Only = append(m.options.Only, ids...); len(m.options.Only) == 0 {
		return &Exit{Code: SheetErrors, Err: i18n.Errorf(i18n.T("%s names no item of this store", "в %s нет позиций этого магазина"), path)}
	}
	return nil
}

// reportPath refuses to replace decisions that were not read.
func (m *move) reportPath(ctx context.Context) error {
	if m.report == "" {
		return nil
	}
	if !strings.EqualFold(filepath.Ext(m.report), ".xlsx") {
		return Usagef(i18n.T("the report is a workbook: --report NAME.xlsx, not %s", "отчёт — книга Excel: --report ИМЯ.xlsx, а не %s"), m.report)
	}
	was, err := stateOf(m.report)
	if err != nil || !was.exists || absolute(m.report) == absolute(m.fixes) {
		return err
	}
	list, problems, err := migration.ReadFixes(ctx, m.report)
	if err == nil && len(list)+len(problems) == 0 {
		return nil
	}
	return Hinted(i18n.Errorf(i18n.T("give it with --fixes, or give another name", "передайте его через --fixes или укажите другое имя")),
		i18n.T("%s is there already and is not an empty report of ours", "%s уже есть, и это не пустой отчёт программы"), m.report)
}

// cloud is what a migration asks of Evotor.
type cloud interface {
	migration.Cloud
	Stores(ctx context.Context) ([]catalog.Entry, error)
}

// openMigration connects to Evotor to move a store.
func (e *Env) openMigration(p *Progress) (cloud, *migration.Source, error) {
	i := slices.IndexFunc(systems(), func(s system) bool { return s.name == "evotor" })
	src, err := e.open(systems()[i], p)
	if err != nil {
		return nil, nil, err
	}
	c, ok := src.(cloud)
	if !ok {
		return nil, nil, errors.New("the connection to Evotor cannot move a store")
	}
	return c, migration.NewSource(c, e.Now), nil
}

// openRun connects to the system of a run in the way that its plan needs.
func (e *Env) openRun(name string, p plan.Plan) (onlineSource, error) {
	if !migration.Is(p) {
		return e.openNamed(name)
	}
	_, to, err := e.openMigration(nil)
	if err != nil {
		return nil, err
	}
	return to, nil
}

// stays says what taking a migration back leaves as it is.
func stays(r *journal.Run) []i18n.Localizer {
	n := 0
	for _, w := range r.Written() {
		n += btoi(migration.Is(r.Plan) && w.Step.Op == plan.Create)
	}
	if n == 0 {
		return nil
	}
	return []i18n.Localizer{report.Say(i18n.T(
		"%[1]d {1:item|items} that V2 got by the migration stay there and on sale: nothing is deleted; what V1 held is in %[2]s",
		"{1:Остаётся|Остаются|Остаются} в V2 и в продаже {1:перенесённая позиция|перенесённые позиции|перенесённые позиции} (%[1]d): ничего не удаляется; данные V1 — в %[2]s"), n, r.File)}
}

// read reads everything that there is, and keeps what V1 said.
func (m *move) read(ctx context.Context, store string) error {
	p := m.e.NewProgress(i18n.T("reading", "чтение"))
	defer p.Close()
	var err error
	if m.src, m.to, err = m.e.openMigration(p); err != nil {
		return err
	}
	if m.account, err = m.src.Account(ctx); err != nil {
		return i18n.Wrap(i18n.T("ask whose account it is", "проверка аккаунта"), err)
	}
	if m.store, err = m.find(ctx, store); err != nil {
		return err
	}
	m.options.Store = m.store.ID
	if m.body, m.old, err = m.to.V1(ctx, m.store.ID); err != nil {
		return err
	}
	m.to.Planned(m.store.ID, m.old)
	if m.snapshot, err = m.e.keepV1(m.store.ID, m.body); err != nil {
		return i18n.Wrap(i18n.T("nothing was sent: what V1 holds cannot be kept", "ничего не отправлено: данные V1 не сохраняются"), err)
	}
	extras, err := m.src.ExtrasV1(ctx, m.store.ID)
	if err != nil {
		return i18n.Wrap(i18n.T("read the additional fields by V1", "чтение дополнительных полей по V1"), err)
	}
	if m.extras, err = migration.ReadExtras(extras); err != nil {
		return err
	}
	m.two, err = m.to.V2(ctx, m.store.ID)
	return err
}

func (m *move) find(ctx context.Context, text string) (catalog.Entry, error) {
	stores, err := m.src.Stores(ctx)
	if err != nil {
		return catalog.Entry{}, i18n.Wrap(i18n.T("list the stores", "список магазинов"), err)
	}
	var found []catalog.Entry
	var names []string
	for _, s := range stores {
		names = append(names, s.Name)
		if strings.EqualFold(s.ID, text) {
			return s, nil
		}
		if strings.EqualFold(strings.TrimSpace(s.Name), strings.TrimSpace(text)) {
			found = append(found, s)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return catalog.Entry{}, Hinted(i18n.Errorf(i18n.T("the stores are %s", "магазины: %s"), strings.Join(names, ", ")),
			i18n.T("there is no store %q", "магазина «%s» нет"), text)
	}
	return catalog.Entry{}, Hinted(i18n.Errorf(i18n.T("catalogsheet stores evotor lists the ids", "идентификаторы: catalogsheet stores evotor")),
		i18n.T("%q is the name of several stores: give the id", "«%s» называются несколько магазинов: укажите идентификатор"), text)
}

// keepV1 keeps the bytes that V1 gave, for their owner only, under a name that
// comes from them.
func (e *Env) keepV1(store string, body []byte) (string, error) {
	home, err := e.HomeDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(home, "migrations")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(dir, safeName(store)+"-"+migration.Hash(body)[:16]+".v1.json")
	if was, err := os.ReadFile(path); err == nil && migration.Hash(was) == migration.Hash(body) {
		return path, nil
	}
	return path, writePrivate(path, func(w io.Writer) error {
		_, err := w.Write(body)
		return err
	})
}

func safeName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '-' {
			return r
		}
		return '_'
	}, s)
}
