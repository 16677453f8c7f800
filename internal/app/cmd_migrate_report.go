package app

import (
	"errors"
	"fmt"
	"strings"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/source/evotor/migration"
)

// folded is how many rows of a kind are printed; the report has all of them.
const folded = 20

var (
	textMoveHead = i18n.T("%[3]s: V1 holds %[1]d {1:product|products} and %[2]d {2:group|groups}",
		"%[3]s: в V1 %[1]d {1:товар|товара|товаров} и %[2]d {2:группа|группы|групп}")
	textMoveCounts = []struct {
		state string
		text  i18n.Text
	}{
		{migration.Pending, i18n.T("%[1]d to be written", "к записи: %[1]d")},
		{migration.Written, i18n.T("%[1]d written", "записано: %[1]d")},
		{migration.Equal, i18n.T("%[1]d the same in V2 already", "в V2 уже так: %[1]d")},
		{migration.Rejected, i18n.T("%[1]d refused by Evotor", "Эвотор отклонил: %[1]d")},
		{migration.Different, i18n.T("%[1]d with another value in V2", "в V2 другое значение: %[1]d")},
		{migration.Unsent, i18n.T("%[1]d not sent", "не отправлено: %[1]d")},
	}
	textMoveWaiting    = i18n.T("%[1]d {1:item waits|items wait} for a decision", "{1:ждёт|ждут|ждут} решения: %[1]d")
	textMoveImpossible = i18n.T("%[1]d cannot be moved under {1:its|their} uuid", "перенести под своим uuid нельзя: %[1]d")
	textMoveMore       = i18n.T("… and %[1]d more {1:row|rows}", "… и ещё %[1]d {1:строка|строки|строк}")
	textMoveReport     = i18n.T("report: %s", "отчёт: %s")
	textMoveNoted      = i18n.T("what V1 held is kept in %s", "данные V1 сохранены в %s")
	textMoveUnused     = i18n.T("%[1]d {1:decision|decisions} of the file {1:was|were} not needed any more", "решения из файла, которые больше не нужны: %[1]d")
	textMoveAsk        = i18n.T("--report FILE.xlsx writes all rows; fill in Decision and give the file with --fixes",
		"--report ФАЙЛ.xlsx запишет все строки; заполните «Решение» и передайте файл через --fixes")
)

// counts counts the targets by state.
func (m *move) counts() map[string]int {
	n := map[string]int{}
	for _, t := range m.result.Targets {
		o, known := m.outcomes[t.ID]
		if !known {
			o.State = migration.Pending
		}
		n[o.State]++
	}
	return n
}

// summary says in a few lines what V1 holds and what is to be done.
func (m *move) summary() error {
	l := m.e.Lang
	var b strings.Builder
	fmt.Fprintln(&b, textMoveHead.In(l, m.result.Products, m.result.Groups, clean(m.store.Name)))
	n := m.counts()
	for _, c := range textMoveCounts {
		if n[c.state] > 0 {
			fmt.Fprintf(&b, "  %s\n", c.text.In(l, n[c.state]))
		}
	}
	impossible := m.result.Impossible()
	if waiting := m.result.Waiting() - impossible; waiting > 0 {
		fmt.Fprintf(&b, "  %s\n", textMoveWaiting.In(l, waiting))
	}
	if impossible > 0 {
		fmt.Fprintf(&b, "  %s\n", textMoveImpossible.In(l, impossible))
	}
	_, err := fmt.Fprint(m.e.Stdout, b.String())
	return err
}

// print says what was found and done.
func (m *move) print() error {
	if err := m.summary(); err != nil {
		return err
	}
	l := m.e.Lang
	var b strings.Builder
	shown := map[string]int{}
	more := 0
	for _, r := range m.rows {
		key := r.State + r.Code
		if shown[key]++; shown[key] > folded {
			more++
			continue
		}
		fmt.Fprintf(&b, "%s  %s  %s  %s\n", r.ID, clean(r.Name), r.Field, clean(r.V1))
		fmt.Fprintf(&b, "    %s: %s", clean(migration.Word(r.State, l)), clean(r.Wrong))
		if what := first(r.Decision, r.Proposal); what != "" {
			fmt.Fprintf(&b, " → %s", clean(what))
		}
		if r.Message != "" {
			fmt.Fprintf(&b, " (%s)", clean(r.Message))
		}
		b.WriteByte('\n')
	}
	if more > 0 {
		fmt.Fprintln(&b, textMoveMore.In(l, more))
	}
	switch {
	case m.report != "":
		fmt.Fprintln(&b, textMoveReport.In(l, m.report))
	case m.result.Waiting() > m.result.Impossible():
		fmt.Fprintln(&b, textMoveAsk.In(l))
	}
	if n := len(m.result.Unused); n > 0 {
		fmt.Fprintln(&b, textMoveUnused.In(l, n))
	}
	fmt.Fprintln(&b, textMoveNoted.In(l, m.snapshot))
	if m.dryRun {
		m.e.Say(i18n.T("a dry run: nothing was sent", "пробный запуск: ничего не отправлено"))
	}
	_, err := fmt.Fprint(m.e.Stdout, b.String())
	return err
}

// moveJSON is what migrate prints with --format json.
type moveJSON struct {
	Source   string         `json:"source"`
	Command  string         `json:"command"`
	Store    string         `json:"store"`
	Name     string         `json:"store_name"`
	Snapshot string         `json:"snapshot"`
	Report   string         `json:"report"`
	DryRun   bool           `json:"dry_run"`
	Counts   map[string]int `json:"counts"`
	// Rows are those of the report; Pending the uuids that are to be written
	// without a word.
	Rows    []migration.Row `json:"rows"`
	Pending []string        `json:"pending"`

	Run      string `json:"run"`
	Applied  int    `json:"applied"`
	Already  int    `json:"already"`
	Rejected int    `json:"rejected"`
	Stale    int    `json:"stale"`
	Unsent   int    `json:"unsent"`
	Error    string `json:"error"`
}

func (m *move) printJSON(cause error) error {
	out := moveJSON{
		Source: m.src.Name(), Command: "migrate", Store: m.store.ID, Name: m.store.Name, Snapshot: m.snapshot,
		Report: m.report, DryRun: m.dryRun, Rows: m.rows, Pending: []string{}, Counts: m.counts(),
	}
	// Every count is always there.
	for _, c := range textMoveCounts {
		out.Counts[c.state] += 0
	}
	out.Counts["items"], out.Counts["products"], out.Counts["groups"] = m.result.Items, m.result.Products, m.result.Groups
	// Those that cannot be moved are among those that wait.
	out.Counts[migration.Waiting], out.Counts[migration.Impossible] = m.result.Waiting(), m.result.Impossible()
	if out.Rows == nil {
		out.Rows = []migration.Row{}
	}
	for _, r := range m.quiet {
		out.Pending = append(out.Pending, r.ID)
	}
	var x *Exit
	if err := cause; errors.As(err, &x) {
		cause = x.Err
	}
	out.Error = i18n.Describe(m.e.Lang, cause)
	if m.run != nil {
		out.Run = m.run.run
		for _, it := range m.run.items() {
			*map[plan.State]*int{
				plan.Applied: &out.Applied, plan.Already: &out.Already, plan.Rejected: &out.Rejected,
				plan.Stale: &out.Stale, plan.Unsent: &out.Unsent,
			}[it.State]++
		}
	}
	return m.e.printJSON(out)
}
