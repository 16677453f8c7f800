package report

import (
	"errors"
	"io"
	"slices"
	"strconv"

	"catalogsheet/internal/baseline"
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
		{i18n.T("Sign", "Знак"), 6}, {baseline.ReviewCell, 16}, {baseline.ReviewID, 38},
		{i18n.T("Item", "Товар"), 44}, {i18n.T("Column", "Колонка"), 24},
		{i18n.T("Base", "Основа"), 18}, {baseline.ReviewMine, 18}, {i18n.T("Change", "Изменение"), 12},
		{i18n.T("Server", "Сервер"), 18}, {i18n.T("Verdict", "Вывод"), 24},
	}
	// Beside them, where the review can be read back.
	xlsxDecision = xlsxColumn{baseline.ReviewDecision, 14}
	xlsxNumber   = xlsxColumn{baseline.ReviewNumber, 6}
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

// XLSX writes the review as a workbook: a sheet of changes with base, file and
// server side by side, and a sheet of findings. With Model.Review every change
// has a cell for a decision, apply or skip, and the importer reads the workbook
// back; a conflict begins as skip. Amounts are numbers where a cell holds them exactly, else text.
func XLSX(w io.Writer, m Model, s Style) (err error) {
	book := sheet.NewWorkbook()
	defer func() { err = errors.Join(err, book.Close()) }()
	st, err := stylesIn(book)
	if err != nil {
		return err
	}
	x := xlsxWriter{Style: s, styles: st}
	if m.Review != nil {
		review := *m.Review
		review.Online = m.Online
		x.review = &review
	}
	if err := x.changes(book, m); err != nil {
		return err
	}
	if err := x.problems(book, m); err != nil {
		return err
	}
	if err := x.mark(book); err != nil {
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
	review *baseline.Review // nil where there are no decisions
}

// begin makes a sheet with its titles.
func (x *xlsxWriter) begin(book *sheet.Workbook, name i18n.Text, layout sheet.Layout, columns []xlsxColumn) (*sheet.SheetWriter, error) {
	layout.Header = true
	x.cells = x.cells[:0]
	for _, c := range columns {
		layout.Widths = append(layout.Widths, c.width)
		x.cells = append(x.cells, sheet.Out{Type: sheet.OutText, Style: x.styles.head, Text: c.title.In(x.Lang)})
	}
	out := book.Sheet(name.In(x.Lang), layout)
	return out, out.Row(x.cells)
}

func (x *xlsxWriter) changes(book *sheet.Workbook, m Model) error {
	columns, layout := xlsxChanges, sheet.Layout{}
	if x.review != nil {
		columns = slices.Concat([]xlsxColumn{xlsxDecision}, columns, []xlsxColumn{xlsxNumber})
		layout.Checks = []sheet.Check{{
			Col: 1, Values: "'" + baseline.ReviewSheet + "'!$B$1:$B$2",
			Title: baseline.ReviewDecision.In(x.Lang), Message: baseline.ReviewApply.In(x.Lang) + " / " + baseline.ReviewSkip.In(x.Lang),
		}}
	}
	out, err := x.begin(book, xlsxChangesName, layout, columns)
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
	for _, c := range m.Created {
		x.created(c)
		if err := out.Row(x.cells); err != nil {
			return err
		}
	}
	return nil
}

func (x *xlsxWriter) change(m Model, c merge.Change, held map[string]bool) {
	mark := sign(m, c, held)
	check := mark == signCheck
	conflict := m.Online && c.Verdict == merge.Conflict
	x.begun(check, mark != signDrift, conflict)
	x.text(check, mark, lead(c).Cell(), c.Target.ID, c.Name, header(c, x.Lang))
	x.value(check, c, c.Base)
	x.value(check, c, c.Mine)
	shown := x.cells[len(x.cells)-1].Text
	x.text(check, percent(c, x.Lang))
	if m.Online {
		x.value(check, c, c.Theirs)
		x.text(check, htmlVerdicts[c.Verdict].In(x.Lang))
	} else {
		x.text(check, "", "")
	}
	if mark != signDrift {
		x.number(check, baseline.ReviewRow{
			Cell: lead(c).Cell(), Target: c.Target, Field: c.Column.Field, Mine: c.Mine, Theirs: c.Theirs, Conflict: conflict, Shown: shown,
		})
	}
}

// created shows a new row.
func (x *xlsxWriter) created(c merge.Created) {
	x.begun(false, true, false)
	x.text(false, "+", c.At.Cell(), "", c.Name, "", "", "", "", "", "")
	x.number(false, baseline.ReviewRow{Cell: c.At.Cell(), Create: true, Target: catalog.Key{Type: c.Type}})
}

// begun begins a row with its decision, where there are decisions: what only
// the server changed has none.
func (x *xlsxWriter) begun(check, decides, conflict bool) {
	x.cells = x.cells[:0]
	switch {
	case x.review == nil:
	case !decides:
		x.text(check, "")
	case conflict:
		x.text(check, baseline.ReviewSkip.In(x.Lang))
	default:
		x.text(check, baseline.ReviewApply.In(x.Lang))
	}
}

// number ends a row with its number, under which the hidden sheet knows it.
func (x *xlsxWriter) number(check bool, row baseline.ReviewRow) {
	if x.review == nil {
		return
	}
	row.Number = len(x.review.Rows) + 1
	x.review.Rows = append(x.review.Rows, row)
	x.text(check, strconv.Itoa(row.Number))
}

// mark writes the hidden sheet by which the review is read back.
func (x *xlsxWriter) mark(book *sheet.Workbook) error {
	if x.review == nil {
		return nil
	}
	out := book.Sheet(baseline.ReviewSheet, sheet.Layout{Hidden: true})
	for _, record := range baseline.ReviewRecords(*x.review, x.Lang) {
		x.cells = x.cells[:0]
		x.text(false, record...)
		if err := out.Row(x.cells); err != nil {
			return err
		}
	}
	return nil
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
	out, err := x.begin(book, xlsxProblemsName, sheet.Layout{}, xlsxProblems)
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
