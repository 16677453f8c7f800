package report

import (
	"errors"
	"io"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/money"
	"catalogsheet/internal/sheet"
)

// The columns of the review workbook, with their widths in characters.
var (
	xlsxChanges = []xlsxColumn{
		{i18n.T("Sign", "Знак"), 6}, {i18n.T("Cell", "Ячейка"), 16}, {i18n.T("UUID", "UUID"), 38},
		{i18n.T("Item", "Товар"), 44}, {i18n.T("Column", "Колонка"), 24},
		{i18n.T("Base", "Основа"), 18}, {i18n.T("Mine", "В файле"), 18}, {i18n.T("Change", "Изменение"), 12},
		{i18n.T("Server", "Сервер"), 18}, {i18n.T("Verdict", "Вывод"), 24},
	}
	xlsxProblems = []xlsxColumn{
		{i18n.T("Severity", "Важность"), 14}, {i18n.T("Code", "Код"), 22}, {i18n.T("Cell", "Ячейка"), 16},
		{i18n.T("Column", "Колонка"), 24}, {i18n.T("Item", "Товар"), 40}, {i18n.T("As typed", "Введено"), 24},
		{i18n.T("What is wrong", "Что не так"), 60}, {i18n.T("What to do", "Что сделать"), 60},
	}
	xlsxChangesName  = i18n.T("Changes", "Изменения")
	xlsxProblemsName = i18n.T("Findings", "Замечания")
)

type xlsxColumn struct {
	title i18n.Text
	width float64
}

// Fills of the review workbook.
const (
	xlsxHead  = "E8EBEF"
	xlsxCheck = "FDECEA"
)

// xlsxStyles are the numbers of the styles in use.
type xlsxStyles struct{ head, text, price, check, checkPrice int }

// XLSX writes the review as a workbook for reading: a sheet of changes with
// base, file and server side by side, and a sheet of findings. Nothing reads it
// back. Amounts are numbers where a cell holds them exactly, else text.
func XLSX(w io.Writer, m Model, s Style) (err error) {
	book := sheet.NewWorkbook()
	defer func() { err = errors.Join(err, book.Close()) }()
	st, err := stylesIn(book)
	if err != nil {
		return err
	}
	x := xlsxWriter{Style: s, styles: st}
	if err := x.changes(book, m); err != nil {
		return err
	}
	if err := x.problems(book, m); err != nil {
		return err
	}
	return book.Finish(w)
}

func stylesIn(book *sheet.Workbook) (xlsxStyles, error) {
	var st xlsxStyles
	for _, x := range []struct {
		to    *int
		style sheet.Style
	}{
		{&st.head, sheet.Style{Bold: true, Fill: xlsxHead, Wrap: true}},
		{&st.text, sheet.Style{Format: "@", Wrap: true}},
		{&st.price, sheet.Style{Format: "#,##0.00"}},
		{&st.check, sheet.Style{Format: "@", Wrap: true, Fill: xlsxCheck}},
		{&st.checkPrice, sheet.Style{Format: "#,##0.00", Fill: xlsxCheck}},
	} {
		var err error
		if *x.to, err = book.Style(x.style); err != nil {
			return st, err
		}
	}
	return st, nil
}

type xlsxWriter struct {
	Style
	styles xlsxStyles
	cells  []sheet.Out
}

// begin makes a sheet with its titles.
func (x *xlsxWriter) begin(book *sheet.Workbook, name i18n.Text, columns []xlsxColumn) (*sheet.SheetWriter, error) {
	layout := sheet.Layout{Header: true}
	x.cells = x.cells[:0]
	for _, c := range columns {
		layout.Widths = append(layout.Widths, c.width)
		x.cells = append(x.cells, sheet.Out{Type: sheet.OutText, Style: x.styles.head, Text: c.title.In(x.Lang)})
	}
	out := book.Sheet(name.In(x.Lang), layout)
	return out, out.Row(x.cells)
}

func (x *xlsxWriter) changes(book *sheet.Workbook, m Model) error {
	out, err := x.begin(book, xlsxChangesName, xlsxChanges)
	if err != nil {
		return err
	}
	seen, hidden, drift := m.sections()
	held := m.heldCells()
	for _, list := range [][]merge.Change{seen, hidden, drift} {
		for _, c := range list {
			x.change(m, c, held)
			if err := out.Row(x.cells); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *xlsxWriter) change(m Model, c merge.Change, held map[string]bool) {
	mark := sign(m, c, held)
	check := mark == signCheck
	x.cells = x.cells[:0]
	x.text(check, mark, lead(c).Cell(), c.Target.ID, c.Name, header(c, x.Lang))
	x.value(check, c, c.Base)
	x.value(check, c, c.Mine)
	x.text(check, percent(c, x.Lang))
	if !m.Online {
		x.text(check, "", "")
		return
	}
	x.value(check, c, c.Theirs)
	x.text(check, htmlVerdicts[c.Verdict].In(x.Lang))
}

// text adds cells of text; a blank one only for its colour.
func (x *xlsxWriter) text(check bool, texts ...string) {
	style := x.styles.text
	if check {
		style = x.styles.check
	}
	for _, t := range texts {
		x.cells = append(x.cells, sheet.Out{Type: sheet.OutText, Style: style, Text: t})
		if t == "" {
			x.cells[len(x.cells)-1].Type = sheet.OutBlank
		}
	}
}

// value adds a value: an amount as a number where two decimals show all of it.
func (x *xlsxWriter) value(check bool, c merge.Change, v catalog.Value) {
	if c.Column.Kind == catalog.Money && v.IsSet() {
		if d, err := money.Parse(v.Text()); err == nil && d.Equal(d.Round(2)) && money.Digits(d) <= 15 {
			style := x.styles.price
			if check {
				style = x.styles.checkPrice
			}
			x.cells = append(x.cells, sheet.Out{Type: sheet.OutNumber, Style: style, Text: money.Plain(d)})
			return
		}
	}
	if v.IsSet() && (x.Display == nil || c.Column.Kind == catalog.Text || c.Column.Kind == catalog.Code) {
		x.text(check, v.Text())
		return
	}
	x.text(check, x.show(c.Column, v))
}

func (x *xlsxWriter) problems(book *sheet.Workbook, m Model) error {
	out, err := x.begin(book, xlsxProblemsName, xlsxProblems)
	if err != nil {
		return err
	}
	if m.Failed != nil {
		x.cells = x.cells[:0]
		x.text(true, diag.Error.In(x.Lang), CodeFailed, "", "", "", "", i18n.Describe(x.Lang, m.Failed), "")
		if err := out.Row(x.cells); err != nil {
			return err
		}
	}
	for _, d := range m.problems() {
		x.cells = x.cells[:0]
		x.text(d.Severity >= diag.Held, d.Severity.In(x.Lang), string(d.Code), d.At.Cell(), d.At.Header, d.At.Item, d.Value,
			d.Message(x.Lang), d.Hint(x.Lang))
		if err := out.Row(x.cells); err != nil {
			return err
		}
	}
	return nil
}
