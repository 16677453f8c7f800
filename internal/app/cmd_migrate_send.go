package app

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/report"
	"catalogsheet/internal/source"
	"catalogsheet/internal/source/evotor/migration"
)

// build maps V1 to V2 and makes the plan of what V2 does not hold yet.
func (m *move) build() error {
	m.result = migration.Build(m.old, m.two, m.options)
	if n := len(m.result.Unknown); n > 0 {
		return &Exit{Code: SheetErrors, Err: i18n.Errorf(i18n.T(
			"V1 does not hold %[1]d of the items asked for: %[2]s", "в V1 нет %[1]d из указанных позиций: %[2]s"),
			n, strings.Join(m.result.Unknown[:min(n, 5)], ", "))}
	}
	steps := migration.Steps(m.result, m.two, m.store.ID, m.e.Lang)
	m.plan = plan.New(plan.Plan{Source: m.src.Name(), Account: m.account.ID, Snapshot: migration.SnapshotID(m.body)}, migration.Order(steps), steps)
	m.outcomes = map[string]migration.Outcome{}
	m.equal()
	return nil
}

// equal marks the items that V2 holds as they should be.
func (m *move) equal() {
	open := map[string]bool{}
	for _, s := range m.plan.Steps {
		open[s.Target.ID] = true
	}
	for _, t := range m.result.Targets {
		if !open[t.ID] {
			m.outcomes[t.ID] = migration.Outcome{State: migration.Equal}
		}
	}
}

// send asks, sends and verifies. Items that wait for a person do not keep the
// others.
func (m *move) send(ctx context.Context) error {
	steps := len(m.plan.Steps)
	switch {
	case m.dryRun && m.result.Waiting() > 0:
		return &Exit{Code: SheetErrors}
	case m.dryRun:
		return nil
	case steps == 0:
		return m.leftover()
	case !m.yes && !m.e.Interactive:
		return Hinted(i18n.Errorf(i18n.T("--yes sends without asking, --dry-run only looks", "--yes отправляет без вопроса, --dry-run только проверяет")),
			i18n.T("nobody can be asked, so nothing was sent", "спросить некого, поэтому ничего не отправлено"))
	case !m.yes:
		if err := m.ask(ctx, steps); err != nil {
			return err
		}
	}
	m.run = &runner{
		e: m.e, src: m.to, plan: m.plan, command: "migrate", file: m.snapshot,
		fileHash: migration.Hash(m.body), account: m.account, waiting: migration.Left(m.old, m.result, m.two, m.extras),
	}
	sent := m.run.start(ctx)
	if m.run.run == "" {
		m.run = nil
		return sent
	}
	m.taken(sent != nil)
	if sent != nil {
		return sent
	}
	if err := m.verify(ctx); err != nil {
		return err
	}
	return m.leftover()
}

var errDeclined = &Exit{Code: Done}

// ask asks a person, and looks again whether V1 still says what was shown.
func (m *move) ask(ctx context.Context, steps int) error {
	if err := m.summary(); err != nil {
		return err
	}
	began := m.e.Now()
	if ok, err := m.e.confirm(steps); err != nil || !ok {
		if err == nil {
			err = errDeclined
		}
		return err
	}
	if m.e.Now().Sub(began) < 30*time.Second {
		return nil
	}
	_, now, err := m.to.V1(ctx, m.store.ID)
	if err != nil {
		return err
	}
	if !migration.SameButStock(m.old, now) {
		return &Exit{Code: Conflicts, Err: i18n.Errorf(i18n.T(
			"the catalog was changed in V1 meanwhile: nothing was sent", "каталог в V1 за это время изменили: ничего не отправлено")),
			Hint: i18n.Errorf(i18n.T("run the command again", "повторите команду"))}
	}
	return nil
}

// leftover is the exit of a run after which V2 does not hold all of V1.
func (m *move) leftover() error {
	rows, _ := migration.Rows(m.old, m.result, m.two, m.outcomes, m.extras, m.e.Lang)
	if migration.NotEqual(rows) > 0 {
		return &Exit{Code: Partly}
	}
	return nil
}

var moveStates = map[plan.State]string{
	plan.Applied: migration.Written, plan.Already: migration.Equal, plan.Rejected: migration.Rejected,
	plan.Stale: migration.Different, plan.Unsent: migration.Unsent,
}

var textChangedInV1 = i18n.T("changed in V1 meanwhile (%s): run the command again", "в V1 тем временем изменено (%s): повторите команду")

// taken takes over what the run says of every step.
func (m *move) taken(broken bool) {
	for _, it := range m.run.items() {
		o := migration.Outcome{State: moveStates[it.State], Message: strings.Trim(it.Code+" "+it.Message, " ")}
		if it.State == plan.Stale && m.wrote(it.ID) {
			o = migration.Outcome{State: migration.Unsent, Message: textChangedInV1.In(m.e.Lang, it.Message)}
		}
		if broken && it.State == plan.Unsent {
			o.Message = fmt.Sprintf("catalogsheet resume %s", m.run.run)
		}
		m.outcomes[it.ID] = o
	}
}

var textNotVerified = i18n.T("everything was sent, but could not be verified: run catalogsheet migrate evotor again",
	"всё отправлено, но проверить не удалось: повторите catalogsheet migrate evotor")

// verify reads V2 whole and compares it with what it should hold.
func (m *move) verify(ctx context.Context) error {
	two, err := m.to.V2(ctx, m.store.ID)
	if err != nil {
		return i18n.Wrap(textNotVerified, err)
	}
	m.two = two
	m.result.StockUnseen(two, m.store.ID)
	for _, t := range m.result.Targets {
		o := m.outcomes[t.ID]
		list, exists := migration.Differences(t, two, m.e.Lang)
		if !m.wrote(t.ID) {
			list = migration.WithoutStock(list) // tills go on selling
		}
		list = m.to.AsSent(m.store.ID, t.ID, list)
		if (len(list) > 0 || !exists) && (o.State == migration.Written || o.State == migration.Equal) {
			m.outcomes[t.ID] = migration.Outcome{State: migration.Different}
		}
	}
	return nil
}

// wrote says that the run made the item in V2.
func (m *move) wrote(id string) bool {
	if m.created == nil {
		m.created = map[string]bool{}
		for _, s := range m.plan.Steps {
			m.created[s.Target.ID] = s.Op == plan.Create
		}
	}
	return m.created[id]
}

// tell writes the report and prints what was done.
func (m *move) tell(cause error) error {
	if m.outcomes == nil {
		return nil // nothing was found out
	}
	m.rows, m.quiet = migration.Rows(m.old, m.result, m.two, m.outcomes, m.extras, m.e.Lang)
	if m.report != "" {
		if err := migration.Write(m.report, m.rows, m.quiet, m.e.Lang); err != nil {
			return i18n.Wrap(i18n.T("write the report", "запись отчёта"), err)
		}
	}
	if m.format == "json" {
		return m.printJSON(cause)
	}
	if cause == error(errDeclined) {
		return nil
	}
	return m.print()
}

// resumeMove tells the source of a migration that goes on what V1 held when it
// was planned, and gives what verifies it in the end; other runs need neither.
func resumeMove(src source.Source, found *journal.Run) (verify func(context.Context, *runner) ([]i18n.Localizer, error), err error) {
	to, ok := src.(*migration.Source)
	if !ok || found.Command != "migrate" || len(found.Plan.Steps) == 0 {
		return func(context.Context, *runner) ([]i18n.Localizer, error) { return nil, nil }, nil
	}
	old, err := keptV1(found)
	if err != nil {
		return nil, err
	}
	to.Planned(found.Plan.Steps[0].Target.Store, old)
	return func(ctx context.Context, r *runner) ([]i18n.Localizer, error) { return r.verifyMoved(ctx, to, old) }, nil
}

// verifyMoved verifies a migration that was resumed: everything that its plan
// wrote, before the interruption and after, is compared with V2. Which
// decisions the first command was given is not known any more, so what is not
// in V2 yet is only counted.
func (r *runner) verifyMoved(ctx context.Context, to *migration.Source, old *migration.Catalog) ([]i18n.Localizer, error) {
	two, differ, err := to.Verify(ctx, r.plan.Steps[0].Target.Store, r.plan.Steps)
	if err != nil {
		return nil, i18n.Wrap(textNotVerified, err)
	}
	r.differs = map[int]string{}
	verified := 0
	for i, it := range r.items() {
		if it.State != plan.Applied && it.State != plan.Already {
			continue
		}
		if list := differ[i]; len(list) > 0 {
			r.differs[i] = migration.HeldInstead(list)
			continue
		}
		verified++
	}
	said := []i18n.Localizer{report.Say(i18n.T("V2 was read whole: %[1]d {1:item holds|items hold} what was written",
		"V2 прочитан целиком: совпадает с записанным %[1]d {1:позиция|позиции|позиций}"), verified)}
	if r.waiting > 0 {
		said = append(said, report.Say(i18n.T("%[1]d {1:item is|items are} not part of the run: {1:it waits|they wait} for a decision, {1:was|were} left out or cannot be moved",
			"в запуск не {1:вошла|вошли|вошли} %[1]d {1:позиция|позиции|позиций}: {1:ждёт|ждут|ждут} решения, {1:пропущена|пропущены|пропущены} или не {1:переносится|переносятся|переносятся} под своим uuid"), r.waiting))
	}
	missing := migration.Missing(old, two)
	if missing > 0 {
		said = append(said, report.Say(i18n.T("%[1]d {1:item|items} of V1 {1:is|are} not in V2", "ещё не в V2: %[1]d {1:позиция|позиции|позиций} из V1"), missing))
	}
	if missing+len(r.differs)+r.waiting > 0 {
		said = append(said, report.Say(i18n.T(
			"catalogsheet migrate evotor --store %s --report FILE.xlsx says why, and sends only what is missing",
			"catalogsheet migrate evotor --store %s --report ФАЙЛ.xlsx назовёт причины и отправит только недостающее"), r.plan.Steps[0].Target.Store))
	}
	return said, nil
}

// keptV1 reads what V1 held when the plan of a run was made.
func keptV1(r *journal.Run) (*migration.Catalog, error) {
	body, err := os.ReadFile(first(r.Path, r.File))
	if err == nil && migration.Hash(body) != r.FileHash {
		err = i18n.Errorf(i18n.T("%s was changed since", "файл %s с тех пор изменён"), first(r.Path, r.File))
	}
	if err != nil {
		err = i18n.Errorf(i18n.T("nothing was sent: what V1 held before run %s cannot be read: %v", "ничего не отправлено: данные V1 до запуска %s не читаются: %v"), r.Run, err)
		return nil, &Exit{Code: Failed, Err: err, Hint: i18n.Errorf(i18n.T("catalogsheet migrate evotor reads V1 anew and sends only what is missing",
			"catalogsheet migrate evotor прочитает V1 заново и отправит только недостающее"))}
	}
	return migration.Read(body)
}
