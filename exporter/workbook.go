package exporter

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"
)

// workbookTarget is a workbook: one visible sheet, or one per store, and the
// hidden ones.
type workbookTarget struct {
	t      *table
	o      Options
	wb     *sheet.Workbook
	file   *sheet.AtomicFile
	stores []storeSheet
	base   *sheet.SheetWriter
	out    []sheet.Out
}

// storeSheet is the visible sheet of one store.
type storeSheet struct {
	id, name string
	w        *sheet.SheetWriter
}

func newWorkbookTarget(t *table, o Options) (target, error) {
	w := &workbookTarget{t: t, o: o, wb: sheet.NewWorkbook()}
	if err := w.begin(); err != nil {
		return nil, errors.Join(err, w.close())
	}
	return w, nil
}

func (w *workbookTarget) begin() error {
	if w.o.Path != "" {
		var err error
		if w.file, err = sheet.CreateAtomic(w.o.Path); err != nil {
			return err
		}
	}
	if err := setLooks(w.wb, w.t.columns); err != nil {
		return err
	}
	// The first visible sheet stands before the hidden ones.
	if _, err := w.sheetOf(""); err != nil {
		return err
	}
	w.base = w.wb.Sheet(baseline.BaseSheet, sheet.Layout{Hidden: true})
	return w.records(w.base, baseline.RowHeader(w.t.head))
}

// records writes records of text into a hidden sheet.
func (w *workbookTarget) records(to *sheet.SheetWriter, records ...[]string) error {
	for _, r := range records {
		w.out = w.out[:0]
		for _, f := range r {
			cell := sheet.Out{}
			if f != "" {
				cell = sheet.Out{Type: sheet.OutText, Text: f}
			}
			w.out = append(w.out, cell)
		}
		if err := to.Row(w.out); err != nil {
			return err
		}
	}
	return nil
}

func (w *workbookTarget) row(item catalog.Item, cells []sheet.Out) error {
	to, err := w.storeOf(item)
	if err != nil {
		return err
	}
	if err := to.TallRow(w.height(cells), cells); err != nil {
		return err
	}
	return w.records(w.base, w.t.record)
}

// height fits the wrapped cells of a row, 0 where one line is enough.
func (w *workbookTarget) height(cells []sheet.Out) float64 {
	lines := 1
	for i := range cells {
		if w.t.columns[i].Kind == catalog.Barcodes {
			lines = max(lines, 1+strings.Count(cells[i].Text, "\n"))
		}
	}
	if lines == 1 {
		return 0
	}
	return lineHeight * float64(min(lines, 12))
}

// storeOf gives the sheet on which an item stands.
func (w *workbookTarget) storeOf(item catalog.Item) (*sheet.SheetWriter, error) {
	last := &w.stores[len(w.stores)-1]
	if last.id == item.Key.Store {
		return last.w, nil
	}
	if len(w.stores) == 1 && last.w.Rows() == 1 {
		last.id, last.name = item.Key.Store, w.storeName(item)
		return last.w, nil
	}
	for _, s := range w.stores {
		if s.id == item.Key.Store {
			return s.w, nil
		}
	}
	to, err := w.sheetOf(item.Key.Store)
	if err == nil {
		w.stores[len(w.stores)-1].name = w.storeName(item)
	}
	return to, err
}

// storeName is the store as people call it.
func (w *workbookTarget) storeName(item catalog.Item) string {
	i := w.t.head.Schema.Index(catalog.FieldStore)
	if i < 0 || !item.Cells[i].IsSet() {
		return item.Key.Store
	}
	name := item.Cells[i].Text()
	for _, e := range w.t.head.Lists[w.t.head.Schema[i].List] {
		if e.ID == name {
			return e.Name
		}
	}
	return name
}

// sheetOf begins a visible sheet with its header.
func (w *workbookTarget) sheetOf(store string) (*sheet.SheetWriter, error) {
	l := sheet.Layout{Header: true, TabFill: tabFill}
	header := make([]sheet.Out, len(w.t.columns))
	for i := range w.t.columns {
		c := &w.t.columns[i]
		header[i] = sheet.Out{Type: sheet.OutText, Style: c.look.header, Text: c.header}
		l.Widths = append(l.Widths, width(c))
		l.Styles = append(l.Styles, c.look.below)
	}
	to := w.wb.Sheet("", l)
	w.stores = append(w.stores, storeSheet{id: store, w: to})
	return to, to.TallRow(headerHeight(w.t.columns), header)
}

// finish fills the hidden sheets, names the visible ones and writes the file.
func (w *workbookTarget) finish(id string) ([]string, error) {
	w.nameSheets()
	types, _ := w.t.head.Schema.Column(catalog.FieldType)
	lists := w.wb.Sheet(baseline.ListSheet, sheet.Layout{Hidden: true})
	ranges, err := w.lists(lists)
	if err != nil {
		return nil, err
	}
	for _, s := range w.stores {
		for i := range w.t.columns {
			c := &w.t.columns[i]
			s.w.Layout.Notes = append(s.w.Layout.Notes, sheet.Note{Col: i + 1, Text: c.note(types)})
			if check, ok := c.check(i+1, ranges[i]); ok {
				s.w.Layout.Checks = append(s.w.Layout.Checks, check)
			}
		}
	}
	if err := w.meta(id); err != nil {
		return nil, err
	}
	out := w.o.Out
	if w.file != nil {
		out = w.file
	}
	if err := w.wb.Finish(out); err != nil || w.file == nil {
		return nil, err
	}
	return []string{w.file.Target()}, w.file.Commit()
}

// meta fills the sheet that says what the workbook is.
func (w *workbookTarget) meta(id string) error {
	h := w.t.head
	records, err := baseline.MetaRecords(h, w.t.headers)
	if err != nil {
		return err
	}
	to := w.wb.Sheet(baseline.MetaSheet, sheet.Layout{Hidden: true})
	if err := w.records(to, records...); err != nil {
		return err
	}
	if len(w.stores) > 1 {
		for _, s := range w.stores {
			if err := w.records(to, []string{"meta", "sheet:" + s.id, s.w.Name}); err != nil {
				return err
			}
		}
	}
	w.wb.Subject = "catalogsheet " + id
	w.wb.Custom = map[string]string{"catalogsheet snapshot": id, "catalogsheet version": w.o.Version}
	for i, r := range records {
		if r[1] == "snapshot" {
			w.wb.Names = []sheet.Name{{Name: "_snapshot", RefersTo: fmt.Sprintf("%s!$C$%d", baseline.MetaSheet, i+1)}}
		}
	}
	return nil
}

// nameSheets gives the visible sheets their names, which a spreadsheet wants
// short, without some signs, and different.
func (w *workbookTarget) nameSheets() {
	used := map[string]bool{baseline.BaseSheet: true, baseline.ListSheet: true, baseline.MetaSheet: true}
	common := w.t.head.SheetName.In(w.o.Lang)
	for i := range w.stores {
		s := &w.stores[i]
		name := common
		if len(w.stores) > 1 && s.name != "" {
			name = s.name
		}
		name = sheetName(name)
		for n := 2; used[strings.ToLower(name)]; n++ {
			suffix := " " + strconv.Itoa(n)
			name = clip(name, 31-len(suffix)) + suffix
		}
		used[strings.ToLower(name)] = true
		s.w.Name = name
	}
}

// sheetName makes a text fit for a sheet's name: at most 31 UTF-16 units and
// none of : \ / ? * [ ] '.
func sheetName(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) || r < ' ' {
			return ' '
		}
		return r
	}, s)
	if s = clip(strings.Join(strings.Fields(s), " "), 31); s == "" {
		return "Sheet"
	}
	return s
}

// clip cuts s to n UTF-16 units.
func clip(s string, n int) string {
	for i, r := range s {
		if n -= 1; r > 0xFFFF {
			n--
		}
		if n < 0 {
			return strings.TrimSpace(s[:i])
		}
	}
	return s
}

func (w *workbookTarget) close() error {
	err := w.wb.Close()
	if w.file != nil {
		err = errors.Join(err, w.file.Close())
	}
	return err
}

// Words of the drop-downs' and read-only columns' warnings.
var (
	checkTitle    = i18n.T("Read-only column", "Столбец только для чтения")
	checkReadOnly = i18n.T("A change here is not sent and the import will refuse it. Leave it anyway?",
		"Изменение здесь не отправится, импорт его отклонит. Всё равно оставить?")
	checkListTitle = i18n.T("Not in the list", "Нет в списке")
	checkList      = i18n.T("The account has no such value, the import may refuse it. Leave it anyway?",
		"В учётной записи нет такого значения, импорт может его отклонить. Всё равно оставить?")
)

// check gives the column's validation, ok false for none.
func (c *column) check(col int, values string) (sheet.Check, bool) {
	switch {
	case !c.editable() && !c.OnNew:
		return sheet.Check{Col: col, Title: checkTitle.In(c.lang), Message: checkReadOnly.In(c.lang)}, true
	case values != "":
		return sheet.Check{Col: col, Values: values, Title: checkListTitle.In(c.lang), Message: checkList.In(c.lang)}, true
	}
	return sheet.Check{}, false
}

var _ io.Closer = (*sheet.Workbook)(nil)
