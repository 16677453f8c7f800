package report

import (
	_ "embed"
	"html/template"
	"io"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/plan"
)

//go:embed review.html
var reviewPage string

// PageMark stands near the beginning of every page of HTML, so that the program
// knows its own pages.
const PageMark = `<meta name="generator" content="catalogsheet review">`

// HTML writes the model as one page that needs nothing else: no scripts, no
// other files, nothing from a network. Nothing is folded.
func HTML(w io.Writer, m Model, s Style) error {
	t, err := template.New("review").Parse(reviewPage)
	if err != nil {
		return err
	}
	return t.Execute(w, pageOf(m, s))
}

// htmlPage is what the page shows; all its texts are clean and in one language.
type htmlPage struct {
	Lang, Title, File, Headline string
	About, Notices, Closing     []string
	Failed                      string
	Tiles                       []htmlTile
	Words                       htmlWords
	Sections                    []htmlSection
	Created                     []htmlCreated
	Items                       []htmlItem
	Problems                    []htmlProblem
	Online                      bool
}

// htmlTile is one number of the counts.
type htmlTile struct{ Number, Name, Class string }

type htmlSection struct {
	Title string
	Rows  []htmlRow
}

type htmlRow struct {
	Sign, Class, Cell, More, Item, Column string
	From, To, Percent, Server, Verdict    string
	Number                                bool
}

type htmlCreated struct {
	Cell, Item, Type string
	Values           []htmlPair
}

type htmlPair struct{ Name, From, To, Server string }

type htmlItem struct {
	Class, Cells, Item, State, Why string
	Values                         []htmlPair
}

type htmlProblem struct{ Class, Severity, Code, Place, Value, Message, Hint string }

// htmlWords are the titles of the page.
type htmlWords struct {
	Changes, Cell, Item, Column, From, To, Percent, Server string
	Created, Outcome, State, Why, Problems, Hint           string
}

var (
	htmlTitle = i18n.T("Review", "Сверка")
	htmlDone  = i18n.T("Import", "Импорт")

	htmlTiles = []struct {
		name  i18n.Text
		class string
		of    func(Counts) int
	}{
		{i18n.T("{1:price|prices}", "{1:цена|цены|цен}"), "", func(c Counts) int { return c.prices.Fields }},
		{i18n.T("other {1:field|fields}", "{1:другое поле|других поля|других полей}"), "", func(c Counts) int { return c.others.Fields }},
		{i18n.T("{1:item|items} to change", "{1:товар изменится|товара изменятся|товаров изменится}"), "", func(c Counts) int { return c.ChangedItems }},
		{i18n.T("new {1:item|items}", "{1:новый товар|новых товара|новых товаров}"), "new", func(c Counts) int { return c.Created }},
		{i18n.T("{1:error|errors}", "{1:ошибка|ошибки|ошибок}"), "check", func(c Counts) int { return c.Errors }},
		{i18n.T("held for your word", "{1:ждёт|ждут|ждут} подтверждения"), "check", func(c Counts) int { return c.Held }},
		{i18n.T("{1:conflict|conflicts}", "{1:конфликт|конфликта|конфликтов}"), "check", func(c Counts) int { return c.Conflicts }},
		{i18n.T("{1:warning|warnings}", "{1:предупреждение|предупреждения|предупреждений}"), "warn", func(c Counts) int { return c.Warnings }},
	}
	htmlOutcomes = []struct {
		state plan.State
		class string
		of    func(Outcomes) int
	}{
		{plan.Applied, "new", func(o Outcomes) int { return o.Applied }},
		{plan.Already, "", func(o Outcomes) int { return o.Already }},
		{plan.Rejected, "check", func(o Outcomes) int { return o.Rejected }},
		{plan.Stale, "check", func(o Outcomes) int { return o.Stale }},
		{plan.Unsent, "check", func(o Outcomes) int { return o.Unsent }},
	}
	htmlVerdicts = map[merge.Verdict]i18n.Text{
		merge.Edit:     i18n.T("", ""),
		merge.Drift:    i18n.T("changed on the server", "изменилось на сервере"),
		merge.Already:  i18n.T("so already", "уже так"),
		merge.Conflict: i18n.T("conflict", "конфликт"),
	}
	signClasses = map[string]string{
		signChange: "", signNew: "new", signClear: "clear", signCheck: "check", signDrift: "drift",
	}
	severityClasses = map[diag.Severity]string{
		diag.Notice: "", diag.Warning: "warn", diag.Held: "check", diag.Error: "check",
	}
)

func wordsIn(l i18n.Lang) htmlWords {
	return htmlWords{
		Changes: i18n.T("Changes", "Изменения").In(l), Cell: i18n.T("Cell", "Ячейка").In(l),
		Item: i18n.T("Item", "Товар").In(l), Column: i18n.T("Column", "Колонка").In(l),
		From: i18n.T("Was", "Было").In(l), To: i18n.T("Will be", "Станет").In(l),
		Percent: "%", Server: i18n.T("On the server", "На сервере").In(l),
		Created: i18n.T("New items", "Новые товары").In(l), Outcome: i18n.T("What became of the items", "Что стало с товарами").In(l),
		State: i18n.T("State", "Статус").In(l), Why: i18n.T("Reason", "Причина").In(l),
		Problems: i18n.T("Findings", "Замечания").In(l), Hint: wordHint.In(l),
	}
}

func pageOf(m Model, s Style) htmlPage {
	l := s.Lang
	p := htmlPage{
		Lang: l.String(), Title: htmlTitle.In(l), File: Clean(m.File), Headline: Headline(m, l),
		Notices: sayAll(m.Notices, l), Closing: sayAll(m.Closing, l), Words: wordsIn(l), Online: m.Online,
	}
	if m.Run != "" {
		p.Title = htmlDone.In(l)
	}
	for _, about := range []string{m.Source, m.Kind, stampOf(m, l), m.Run} {
		if about != "" {
			p.About = append(p.About, Clean(about))
		}
	}
	if m.Failed != nil {
		p.Failed = Clean(i18n.Describe(l, m.Failed))
	}
	p.Tiles = tilesOf(m, l)
	if m.Run == "" { // else the items say it all
		p.Sections = sectionsOf(m, s)
		for _, c := range m.Created {
			p.Created = append(p.Created, createdOf(c, s))
		}
	}
	for _, it := range m.Items {
		p.Items = append(p.Items, outcomeOf(it, s))
	}
	for _, d := range m.problems() {
		p.Problems = append(p.Problems, htmlProblem{
			Class: severityClasses[d.Severity], Severity: d.Severity.In(l), Code: string(d.Code),
			Place: placeOf("", d.At), Value: Clean(d.Value), Message: Clean(d.Message(l)), Hint: Clean(d.Hint(l)),
		})
	}
	return p
}

func sayAll(lines []i18n.Localizer, l i18n.Lang) []string {
	said := make([]string, len(lines))
	for i, n := range lines {
		said[i] = Clean(n.In(l))
	}
	return said
}

func stampOf(m Model, l i18n.Lang) string {
	if m.Taken.IsZero() {
		return ""
	}
	return i18n.T("exported %s", "выгружено %s").In(l, shortTime(m.Taken, l))
}

// tilesOf gives the numbers that are not 0; prices are always among them.
func tilesOf(m Model, l i18n.Lang) []htmlTile {
	var tiles []htmlTile
	if m.Run != "" {
		o := Tally(m.Items)
		for i, t := range htmlOutcomes {
			if n := t.of(o); n > 0 || i == 0 {
				tiles = append(tiles, htmlTile{group(n, l), StateWord(t.state, l), t.class})
			}
		}
		return tiles
	}
	c := m.Counts()
	for i, t := range htmlTiles {
		if n := t.of(c); n > 0 || i == 0 {
			tiles = append(tiles, htmlTile{group(n, l), noun(t.name, n, l), t.class})
		}
	}
	return tiles
}

// noun says a counted noun without its number.
func noun(t i18n.Text, n int, l i18n.Lang) string {
	return i18n.Text{En: t.En + "%.0[2]s", Ru: t.Ru + "%.0[2]s"}.In(l, n, "")
}

func sectionsOf(m Model, s Style) []htmlSection {
	seen, hidden, drift := m.sections()
	held := m.heldCells()
	var sections []htmlSection
	for _, part := range []struct {
		title i18n.Text
		list  []merge.Change
	}{{i18n.Text{}, seen}, {sectionHidden, hidden}, {sectionDrift, drift}} {
		if len(part.list) == 0 {
			continue
		}
		section := htmlSection{Title: part.title.In(s.Lang)}
		for _, c := range part.list {
			section.Rows = append(section.Rows, htmlRowOf(m, c, s, held))
		}
		sections = append(sections, section)
	}
	return sections
}

func htmlRowOf(m Model, c merge.Change, s Style, held map[string]bool) htmlRow {
	name := c.Name
	if name == "" {
		name = c.Target.ID
	}
	r := htmlRow{
		Sign: sign(m, c, held), Cell: Clean(lead(c).Cell()), Item: Clean(name), Column: Clean(header(c, s.Lang)),
		From: s.show(c.Column, c.Base), To: s.show(c.Column, c.Mine), Percent: percent(c, s.Lang),
		Number: c.Column.Kind.Numeric(),
	}
	r.Class = signClasses[r.Sign]
	if more := len(c.At) - 1; more > 0 {
		r.More = count(wordCells, more, s.Lang)
	}
	if m.Online {
		r.Server, r.Verdict = s.show(c.Column, c.Theirs), htmlVerdicts[c.Verdict].In(s.Lang)
	}
	return r
}

func createdOf(c merge.Created, s Style) htmlCreated {
	h := htmlCreated{Cell: Clean(c.At.Cell()), Item: Clean(c.Name), Type: Clean(c.Type)}
	for _, v := range c.Values {
		if v.Column.Field != catalog.FieldName && v.Mine.IsSet() {
			h.Values = append(h.Values, htmlPair{Name: Clean(header(v, s.Lang)), To: s.show(v.Column, v.Mine)})
		}
	}
	return h
}

func outcomeOf(it Item, s Style) htmlItem {
	h := htmlItem{
		Cells: Clean(joinCells(it.Cells)), Item: Clean(nameOf(it)), State: StateWord(it.State, s.Lang), Why: Reason(it, s.Lang),
	}
	for _, o := range htmlOutcomes {
		if o.state == known(it.State) {
			h.Class = o.class
		}
	}
	for i, a := range it.Set {
		c := catalog.Column{Field: a.Field, Kind: a.Kind}
		pair := htmlPair{Name: Clean(titleOf(a)), From: s.show(c, a.Was), To: s.show(c, a.Want)}
		if i < len(it.Live) {
			pair.Server = sayServer.In(s.Lang, s.show(c, it.Live[i]))
		}
		h.Values = append(h.Values, pair)
	}
	return h
}
