package app

import (
	"strings"

	"catalogsheet/importer"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/report"
	"catalogsheet/templates"
)

// templateOption is the flag of commands that read a printed report.
func templateOption() option {
	return option{name: "template", kind: value, arg: "FILE", about: i18n.T("the template that the report was printed from", "шаблон, по которому построен отчёт")}
}

// readTemplate takes the meanings of a report's columns from its template, or
// lets them be sought in the report.
func (j *job) readTemplate(a *Args) error {
	path := a.String("template", "")
	if path == "" {
		j.read.Trace = traceOf
		return nil
	}
	if a.Given("key") {
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
	j.read.Report = r
	return nil
}

func reportTable(l templates.Layout) importer.ReportTable {
	t := importer.ReportTable{Sheet: l.Sheet}
	for _, c := range l.Columns {
		t.Columns = append(t.Columns, importer.ReportColumn{
			Col: c.Col, Blocks: c.Blocks, Title: c.Title, Field: c.Field, ID: c.ID, Scale: c.Scale, Whole: c.Whole,
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
	switch {
	case j.serverBase:
		say(i18n.T("where the report shows no former price, the new one is compared with what the server holds now", "где отчёт не показывает прежней цены, новая сравнивается с той, что сейчас на сервере"))
	case j.edited.Head.Source == "" && !j.edited.Refused():
		say(i18n.T("what a report changes shows only online (review --online, import)", "что меняет отчёт, видно только вместе с сервером (review --online, import)"))
	}
	return said
}
