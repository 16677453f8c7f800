package app

import (
	"slices"
	"strings"

	"catalogsheet/importer"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/report"
	"catalogsheet/templates"
)

// templateOption is the flag of commands that read a printed report.
func templateOption() option {
	return option{name: "template", kind: value, arg: "FILE", about: i18n.T("the template that the report was printed from", "шаблон, по которому построен отчёт")}
}

// sourceOption is the flag that says what a sheet comes from that does not name
// it itself.
func sourceOption() option {
	var names []string
	for _, s := range sources() {
		names = append(names, s.name)
	}
	return option{name: "source", kind: value, arg: strings.Join(names, "|"), choices: names,
		about: i18n.T("the system that a report or a sheet without a base comes from", "система, из которой отчёт или лист без основы")}
}

// setSource takes the columns of the system that a sheet without a base comes
// from: the one that was named, else the one whose items a report tells apart by
// store, else any.
func (j *job) setSource(name string) {
	if name == "" && j.read.Report != nil && j.read.Report.Stores() {
		for _, s := range sources() {
			if s.chooseStore {
				name = s.name
			}
		}
	}
	j.system = name
	j.read.Known, j.read.Families = nil, nil
	for _, s := range sources() {
		if name == "" || name == s.name {
			j.read.Known = append(j.read.Known, s.known()...)
			j.read.Families = append(j.read.Families, s.families()...)
		}
	}
}

// readTemplate takes the meanings of a report's columns from its template, or
// lets them be sought in the report.
func (j *job) readTemplate(path string) error {
	if path == "" {
		j.read.Trace = traceOf
		return nil
	}
	if j.read.Key != "" {
		return Usagef(i18n.T("--key and --template contradict each other: the rows of a report are found by the id that its template prints",
			"--key и --template противоречат друг другу: строки отчёта ищутся по идентификатору, который печатает шаблон"))
	}
	t, err := openTemplate(path)
	if err != nil {
		return err
	}
	r := &importer.Report{}
	named := false
	for _, l := range t.Layouts() {
		table := reportTable(l)
		for _, c := range table.Columns {
			named = named || c.ID
		}
		r.Tables = append(r.Tables, table)
	}
	if !named {
		return &Exit{Code: SheetErrors, Err: i18n.Errorf(i18n.T("the template %s prints no id of an item, so its reports cannot be read back", "шаблон %s не печатает идентификатор позиции, поэтому его отчёты обратно не прочитать"), path),
			Hint: i18n.Errorf(i18n.T("template check says where to put ${row.consignmentID}", "template check подскажет, куда вписать ${row.consignmentID}"))}
	}
	j.read.Report, j.template = r, path
	return nil
}

func reportTable(l templates.Layout) importer.ReportTable {
	t := importer.ReportTable{Sheet: l.Sheet}
	for _, c := range l.Columns {
		t.Columns = append(t.Columns, importer.ReportColumn{
			Col: c.Col, Blocks: c.Blocks, Title: c.Title, Field: c.Field, ID: c.ID, Scale: c.Scale, Whole: c.Whole,
			Before: c.Before, After: c.After,
		})
	}
	return t
}

// traceOf makes a report's columns of the texts of its template that are still
// in the file.
func traceOf(texts []string) *importer.Report {
	l, ok := templates.Trace(texts)
	if !ok {
		return nil
	}
	return &importer.Report{Tables: []importer.ReportTable{reportTable(l)}, Traced: true}
}

// readReport says how a printed report was read.
func (j *job) readReport() []i18n.Localizer {
	r := j.edited.Report
	var said []i18n.Localizer
	say := func(t i18n.Text, args ...any) { said = append(said, report.Say(t, args...)) }
	if r.Traced {
		say(i18n.T("the file still holds the texts of its report template: they tell which column is what; --template FILE is surer",
			"в файле остались тексты шаблона отчёта: по ним понято, где какой столбец; надёжнее указать --template ФАЙЛ"))
	}
	if n := r.Titles + r.Totals + r.Blank; n > 0 {
		say(i18n.T("%[1]d {1:row names|rows name} no item and {1:was|were} left out: titles %[2]d, totals %[3]d, blank %[4]d",
			"строк без идентификатора: %[1]d, они пропущены (заголовков %[2]d, итогов %[3]d, пустых %[4]d)"), n, r.Titles, r.Totals, r.Blank)
	}
	if r.Extracted > 0 {
		say(i18n.T("%[1]d {1:id was|ids were} taken out of a text around {1:it|them}", "идентификаторов, взятых из текста вокруг них: %[1]d"), r.Extracted)
	}
	if r.Uncached > 0 {
		say(i18n.T("%[1]d {1:formula has|formulas have} no computed value, the first in %[2]s: to see them, open and save the file in a spreadsheet program",
			"формул без вычисленного значения: %[1]d, первая в %[2]s; чтобы они посчитались, откройте и сохраните файл в табличной программе"), r.Uncached, r.FirstUncached)
	}
	var fields []string
	for _, c := range j.edited.Edits() {
		fields = append(fields, c.Header+" → "+string(c.Column.Field))
	}
	switch {
	case j.edited.Refused():
	case len(fields) == 0:
		say(i18n.T("no column of the report can be edited: name one with --map \"HEADER=salePrice\"", "в отчёте нет столбца для правок: назовите его, --map \"ЗАГОЛОВОК=salePrice\""))
	default:
		say(i18n.T("edits are read from: %s", "правки читаются из столбцов: %s"), strings.Join(fields, ", "))
	}
	if j.edited.Unchecked() {
		say(i18n.T("the report prints neither code nor article nor name, so nothing shows that a row still means its item: compare the names in the review",
			"в отчёте нет ни кода, ни артикула, ни наименования, и проверить, та ли в строке позиция, не по чему: сверьте названия в списке правок"))
	}
	return append(said, j.comparedWith()...)
}

// comparedWith says what new values were compared with.
func (j *job) comparedWith() []i18n.Localizer {
	var said []i18n.Localizer
	say := func(t i18n.Text, args ...any) { said = append(said, report.Say(t, args...)) }
	lost := j.edited.Head.Source != "" && slices.ContainsFunc(j.edited.Problems, func(d diag.Diagnostic) bool { return d.Code == "id-unknown" })
	switch n := j.edited.Unprinted(); {
	case lost && !j.read.Report.Stores() && slices.ContainsFunc(sources(), func(s system) bool { return s.name == j.system && s.chooseStore }):
		say(i18n.T("items are found by their store too, where several stores have one id: let the template print ${row.store}",
			"если один идентификатор есть в нескольких магазинах, нужен и магазин: добавьте в шаблон ${row.store}"))
	case lost && j.system == "":
		say(i18n.T("the report does not name its system, so its ids were sought in %s: --source names another one",
			"отчёт не называет свою систему, поэтому позиции искались в %s; другую укажите в --source"), sources()[0].title)
	case j.serverBase:
		say(i18n.T("where the report shows no former price, the new one is compared with what the server holds now", "где отчёт не показывает прежней цены, новая сравнивается с той, что сейчас на сервере"))
	case j.edited.Head.Source != "" || j.edited.Refused():
	case n > 0:
		say(i18n.T("%[1]d {1:value has|values have} no former one printed beside {1:it|them}: what {1:it changes|they change} shows only online (review --online, import)",
			"значений, рядом с которыми не напечатано прежнее: %[1]d; что они меняют, видно только вместе с сервером (review --online, import)"), n)
	default:
		say(i18n.T("compared with the prices that the report shows; what the server holds now shows online (review --online, import)",
			"сравнено с ценами из самого отчёта; что сейчас на сервере, видно только вместе с ним (review --online, import)"))
	}
	return said
}
