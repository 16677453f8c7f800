package migration

import (
	"errors"
	"slices"
	"strings"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/sheet"
)

// Row is one line of the report: one field of one item.
type Row struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Field    string `json:"field"`
	V1       string `json:"v1"`
	Proposal string `json:"proposal"`
	Decision string `json:"decision"`
	// State is what became of it: see the constants.
	State   string `json:"state"`
	Message string `json:"message"`
	Name    string `json:"name"`
	Code    string `json:"code"`
	Wrong   string `json:"problem"`
}

// The states of rows. Waiting, Blocked and Impossible items are not in V2 as
// they should be; Pending ones will be written.
const (
	Waiting    = "waiting"
	Held       = "blocked"
	Skipped    = "left-out"
	Impossible = "impossible"
	Elsewhere  = "waiting-too" // another row of the item waits
	Pending    = "pending"
	Written    = "written"
	Equal      = "equal"
	Rejected   = "rejected"
	Unsent     = "unsent"
	Different  = "different"
	Kept       = "kept-in-v1"
)

var stateWords = []struct {
	state string
	word  i18n.Text
}{
	{Waiting, i18n.T("waits for a decision", "ждёт решения")},
	{Held, i18n.T("waits for its group", "ждёт свою группу")},
	{Skipped, i18n.T("left out as decided", "пропущено по решению")},
	{Impossible, i18n.T("cannot be moved", "перенести нельзя")},
	{Elsewhere, i18n.T("not written: see the item's other rows", "не записано: смотрите другие строки позиции")},
	{Pending, i18n.T("to be written", "будет записано")},
	{Written, i18n.T("written", "записано")},
	{Equal, i18n.T("the same in V2", "в V2 уже так")},
	{Rejected, i18n.T("refused by Evotor", "Эвотор отклонил")},
	{Unsent, i18n.T("not sent", "не отправлено")},
	{Different, i18n.T("V2 holds something else", "в V2 другое значение")},
	{Kept, i18n.T("stays in V1", "остаётся в V1")},
}

// Word says a state for people.
func Word(state string, l i18n.Lang) string {
	for _, s := range stateWords {
		if s.state == state {
			return s.word.In(l)
		}
	}
	return state
}

// Outcome is what became of an item: a state of rows and the reason.
type Outcome struct{ State, Message string }

// Rows makes the report. outcomes tell what became of the targets, by id; one
// that is not there is Pending. extras are V1's additional fields. quiet are
// the items that are to be written without a finding.
func Rows(c *Catalog, r Result, two State, outcomes map[string]Outcome, extras []Extra, l i18n.Lang) (rows, quiet []Row) {
	targets := map[string]Target{}
	for _, t := range r.Targets {
		targets[t.ID] = t
	}
	told := map[string]bool{}
	for _, f := range r.Findings {
		row := Row{
			ID: f.ID, Kind: f.Kind, Field: f.Field, V1: f.V1, Proposal: f.Proposal(l), Decision: f.Decision,
			Name: f.Name, Code: string(f.Code), Wrong: f.Wrong(l),
		}
		_, sendable := targets[f.key]
		row.State, row.Message = f.state(sendable, outcomes, l)
		told[f.key] = true
		rows = append(rows, row)
	}
	for _, x := range extras {
		rows = append(rows, x.row(c, l))
	}
	for _, t := range r.Targets {
		o, known := outcomes[t.ID]
		if !known {
			o.State = Pending
		}
		switch {
		case o.State == Equal, o.State == Written, told[t.ID] && o.State == Pending:
		case o.State == Pending:
			quiet = append(quiet, Row{ID: t.ID, Kind: kindOf(c.Items[t.index]), Name: t.Name, State: Pending})
		default:
			rows = append(rows, t.rows(c, two, o, l)...)
		}
	}
	return rows, quiet
}

var statusStates = map[Status]string{Waits: Waiting, Blocked: Held, LeftOut: Skipped, Refused: Impossible}

func (f Finding) state(sendable bool, outcomes map[string]Outcome, l i18n.Lang) (state, message string) {
	if f.Trouble != nil {
		message = f.Trouble.In(l)
	}
	o, known := outcomes[f.key]
	switch s, held := statusStates[f.Status]; {
	case held:
		return s, message
	case f.index < 0:
		return Kept, message
	case !sendable:
		return Elsewhere, message
	case !known:
		return Pending, message
	}
	return o.State, o.Message
}

// rows tells in which fields V2 does not hold what it should.
func (t Target) rows(c *Catalog, two State, o Outcome, l i18n.Lang) []Row {
	it := c.Items[t.index]
	mend := i18n.T("mend it in V1 and migrate again", "исправьте в V1 и повторите перенос").In(l)
	row := Row{ID: it.UUID, Kind: kindOf(it), Name: t.Name, State: o.State, Message: o.Message, Proposal: mend, Wrong: Word(o.State, l)}
	list, exists := Differences(t, two, l)
	if !exists || len(list) == 0 {
		return []Row{row}
	}
	var rows []Row
	for _, a := range list {
		m, _ := memberOf(a.Field)
		r := row
		r.Field, r.V1 = m.v1, it.Shown(m.v1)
		r.Message = strings.Trim(r.Message+"; V2: "+shownNow(a), "; ")
		rows = append(rows, r)
	}
	return rows
}

func shownNow(a plan.Assign) string {
	if a.Was.IsSet() {
		return a.Was.Text()
	}
	return shownAbsent
}

// The columns of the report, in order. The first seven are what a migration
// must say; fixed names find them again.
var columns = []struct {
	title i18n.Text
	width float64
	get   func(Row, i18n.Lang) string
}{
	{titleID, 38, func(r Row, _ i18n.Lang) string { return r.ID }},
	{i18n.T("Kind", "Вид"), 14, func(r Row, l i18n.Lang) string { return kindWord(r.Kind, l) }},
	{titleField, 22, func(r Row, _ i18n.Lang) string { return r.Field }},
	{titleV1, 28, func(r Row, _ i18n.Lang) string { return r.V1 }},
	{i18n.T("Proposal", "Предложение"), 36, func(r Row, _ i18n.Lang) string { return r.Proposal }},
	{titleDecision, 24, func(r Row, _ i18n.Lang) string { return r.Decision }},
	{i18n.T("State", "Статус"), 28, func(r Row, l i18n.Lang) string { return join(Word(r.State, l), r.Message) }},
	{i18n.T("Name", "Наименование"), 36, func(r Row, _ i18n.Lang) string { return r.Name }},
	{i18n.T("What is wrong", "Что не так"), 60, func(r Row, _ i18n.Lang) string { return r.Wrong }},
}

var (
	titleID       = i18n.T("UUID", "UUID")
	titleField    = i18n.T("Field", "Поле")
	titleV1       = i18n.T("V1 holds", "В V1")
	titleStore    = i18n.T("Store", "Магазин")
	titleDecision = i18n.T("Decision", "Решение")
)

func join(word, message string) string {
	if message == "" {
		return word
	}
	return word + ": " + message
}

var kindWords = map[string]i18n.Text{
	KindGroup: i18n.T("group", "группа"), KindProduct: i18n.T("product", "товар"),
	KindModification: i18n.T("modification", "модификация"), KindExtra: i18n.T("additional field", "доп. поле"),
	"store": i18n.T("store", "магазин"),
}

func kindWord(kind string, l i18n.Lang) string { return kindWords[kind].In(l) }

// decisionNote says how to fill the report in.
var decisionNote = i18n.T(
	"ok accepts the proposal where it is a value; skip leaves the item out; anything else is the value itself. Then: catalogsheet migrate evotor --fixes THIS-FILE",
	"«да» принимает предложенное значение, «пропустить» оставляет позицию в V1, любой другой текст — само значение. Затем: catalogsheet migrate evotor --fixes ЭТОТ-ФАЙЛ")

// Write writes the report as a workbook, whole or not at all: a sheet of what
// was found, and where something is still to be written, a sheet of that.
func Write(path string, rows, quiet []Row, l i18n.Lang) (err error) {
	f, err := sheet.CreateAtomic(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	book := sheet.NewWorkbook()
	defer func() { err = errors.Join(err, book.Close()) }()
	if err := writeRows(book, i18n.T("Migration", "Перенос").In(l), rows, l); err != nil {
		return err
	}
	if len(quiet) > 0 {
		if err := writeRows(book, i18n.T("To write", "К записи").In(l), quiet, l); err != nil {
			return err
		}
	}
	if err := book.Finish(f); err != nil {
		return err
	}
	return f.Commit()
}

const (
	fillHead = "E8EBEF"
	fillAsk  = "FFF6D6"
)

func writeRows(book *sheet.Workbook, name string, rows []Row, l i18n.Lang) error {
	var styles [3]int
	for i, s := range []sheet.Style{{Bold: true, Fill: fillHead, Wrap: true}, {Format: "@", Wrap: true}, {Format: "@", Wrap: true, Fill: fillAsk}} {
		var err error
		if styles[i], err = book.Style(s); err != nil {
			return err
		}
	}
	layout := sheet.Layout{Header: true}
	var cells []sheet.Out
	for i, c := range columns {
		layout.Widths = append(layout.Widths, c.width)
		cells = append(cells, sheet.Out{Type: sheet.OutText, Style: styles[0], Text: c.title.In(l)})
		if c.title == titleDecision {
			layout.Notes = append(layout.Notes, sheet.Note{Col: i + 1, Text: decisionNote.In(l)})
		}
	}
	out := book.Sheet(name, layout)
	if err := out.Row(cells); err != nil {
		return err
	}
	for _, r := range rows {
		cells = cells[:0]
		for _, c := range columns {
			cell := sheet.Out{Type: sheet.OutText, Style: styles[1], Text: c.get(r, l)}
			if c.title == titleDecision && r.State == Waiting {
				cell.Style = styles[2]
			}
			if cell.Text == "" {
				cell.Type = sheet.OutBlank
			}
			cells = append(cells, cell)
		}
		if err := out.Row(cells); err != nil {
			return err
		}
	}
	return nil
}

// NotEqual counts the items of rows that V2 does not hold as it should.
func NotEqual(rows []Row) int {
	fine := []string{Equal, Written, Kept}
	ids := map[string]bool{}
	for _, r := range rows {
		if !slices.Contains(fine, r.State) {
			ids[strings.ToLower(r.ID)] = true
		}
	}
	return len(ids)
}

// Left counts the items that are not as they should be in V2 even after a run
// that writes all it plans to: they wait for a person, or cannot be moved.
func Left(c *Catalog, r Result, two State, extras []Extra) int {
	done := make(map[string]Outcome, len(r.Targets))
	for _, t := range r.Targets {
		done[t.ID] = Outcome{State: Written}
	}
	rows, _ := Rows(c, r, two, done, extras, i18n.En)
	return NotEqual(rows)
}

var errNoFixes = i18n.T(
	"%s has no columns UUID, Field and Decision: give the report of a migration",
	"в %s нет столбцов UUID, «Поле» и «Решение»: укажите отчёт о переносе")
