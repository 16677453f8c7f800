package migration

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/money"
	"catalogsheet/internal/sheet"
)

// Problem is a cell of a filled-in report that cannot be read.
type Problem struct {
	Cell string
	Said i18n.Localizer
}

// place is where the columns of a table stand, 0 where they are not.
type place struct{ id, field, v1, decision, store int }

// ReadFixes reads the decisions of a filled-in report. Its columns are found by
// their titles in either language, on the first sheet that has them.
func ReadFixes(ctx context.Context, path string) (list []Decision, problems []Problem, err error) {
	found := false
	err = eachTable(ctx, path, func(name string, header place, rows func(func(sheet.Row) bool)) bool {
		if header.id == 0 || header.field == 0 || header.decision == 0 {
			return false
		}
		found = true
		at := map[[2]string]Decision{}
		rows(func(r sheet.Row) bool {
			d, p := decisionOf(r, header, name)
			if p != nil {
				problems = append(problems, *p)
			}
			if d.Text == "" || p != nil {
				return true
			}
			key := [2]string{strings.ToLower(d.ID), d.Field}
			if was, twice := at[key]; twice && was.Text != d.Text {
				problems = append(problems, Problem{d.Cell, say(i18n.T("%[1]s decides otherwise on the same field", "в %[1]s о том же поле решено иначе"), was.Cell)})
			} else if !twice {
				at[key] = d
				list = append(list, d)
			}
			return true
		})
		return true
	})
	if err == nil && !found {
		err = i18n.Errorf(errNoFixes, path)
	}
	return list, problems, err
}

// ReadIDs reads the uuids of a sheet's column UUID. Rows whose column Store
// names another store than one of the given words are of no concern.
func ReadIDs(ctx context.Context, path string, store ...string) (ids []string, err error) {
	found := false
	err = eachTable(ctx, path, func(_ string, header place, rows func(func(sheet.Row) bool)) bool {
		if header.id == 0 {
			return false
		}
		found = true
		rows(func(r sheet.Row) bool {
			id, _ := textAt(r, header.id)
			of, _ := textAt(r, header.store)
			if id != "" && (of == "" || slices.ContainsFunc(store, func(s string) bool { return strings.EqualFold(s, of) })) {
				ids = append(ids, id)
			}
			return true
		})
		return false // every sheet that has the column: one per store, or one of many parts
	})
	if err == nil && !found {
		err = i18n.Errorf(i18n.T("%s has no column UUID", "в %s нет столбца UUID"), path)
	}
	return ids, err
}

// eachTable calls use for every visible sheet until it says that it has enough.
// The first row is the header.
func eachTable(ctx context.Context, path string, use func(name string, header place, rows func(func(sheet.Row) bool)) bool) (err error) {
	book, err := sheet.Open(path, sheet.ReadOptions{})
	if err != nil {
		return unread(path, err)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	for _, info := range book.Sheets() {
		if info.Hidden {
			continue
		}
		var all []sheet.Row
		for r, err := range book.Rows(info.Name) {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				return unread(path, err)
			}
			r.Cells = slices.Clone(r.Cells)
			all = append(all, r)
		}
		if len(all) > 0 && use(info.Name, headerOf(all[0]), func(yield func(sheet.Row) bool) {
			for _, r := range all[1:] {
				if !yield(r) {
					return
				}
			}
		}) {
			return nil
		}
	}
	return nil
}

// unread says why a report cannot be read. No option names the encoding of its
// text: the report itself is a workbook.
func unread(path string, err error) error {
	if file, ok := errors.AsType[*sheet.FileError](err); ok && file.Kind == sheet.KindEncoding {
		err = i18n.Errorf(i18n.T("the text's encoding is not known: save the file as .xlsx, or as CSV in UTF-8",
			"кодировка текста не распознана: сохраните файл как .xlsx или как CSV в UTF-8"))
	}
	return i18n.Wrapf(i18n.T("read %s", "чтение %s"), err, path)
}

func headerOf(r sheet.Row) (p place) {
	for _, c := range r.Cells {
		for _, x := range []struct {
			title i18n.Text
			to    *int
		}{{titleID, &p.id}, {titleField, &p.field}, {titleV1, &p.v1}, {titleDecision, &p.decision}, {titleStore, &p.store}} {
			title := strings.TrimSpace(c.Text)
			if *x.to == 0 && (strings.EqualFold(title, x.title.En) || strings.EqualFold(title, x.title.Ru)) {
				*x.to = c.Col
			}
		}
	}
	return p
}

func decisionOf(r sheet.Row, p place, name string) (Decision, *Problem) {
	cell := diag.At{Sheet: name, Row: r.Num, Col: p.decision, CSV: name == ""}.Cell()
	d := Decision{Cell: cell}
	var bad i18n.Localizer
	if d.Text, bad = textAt(r, p.decision); bad != nil {
		return d, &Problem{cell, bad}
	}
	d.ID, _ = textAt(r, p.id)
	d.Field, _ = textAt(r, p.field)
	d.V1, _ = textAt(r, p.v1)
	if d.Text != "" && d.ID == "" {
		return d, &Problem{cell, say(i18n.T("a decision on no item: the UUID is missing", "решение ни о чём: нет UUID"))}
	}
	return d, nil
}

// textAt spells a cell; a number as the decimal that it stands for.
func textAt(r sheet.Row, col int) (string, i18n.Localizer) {
	i := slices.IndexFunc(r.Cells, func(c sheet.Cell) bool { return c.Col == col })
	if i < 0 || col == 0 {
		return "", nil
	}
	c := r.Cells[i]
	switch {
	case c.Uncached:
		return "", say(i18n.T("a formula without a value: open and save the file in a spreadsheet program", "формула без значения: откройте и сохраните файл в табличной программе"))
	case c.Type == sheet.Error:
		return "", say(i18n.T("the cell shows the error %[1]s", "в ячейке ошибка %[1]s"), c.Text)
	case c.Type == sheet.Number && (c.Show == sheet.ShowDate || c.Show == sheet.ShowPercent):
		return "", say(i18n.T("a date or a percentage, not a value: format the cell as text", "дата или процент, а не значение: задайте ячейке текстовый формат"))
	case c.Type == sheet.Number:
		d, err := money.Parse(c.Text)
		if err != nil {
			return "", say(textNotNumber, c.Text)
		}
		return money.Plain(money.Round15(d)), nil
	}
	return strings.TrimSpace(c.Text), nil
}

// Extra is one additional field of V1, which V2 has no form for.
type Extra struct {
	ID      string `json:"uuid"`
	Product string `json:"commodityUuid"`
	Data    raw    `json:"data"`
}

// ReadExtras reads V1's additional fields: Evotor API V1, paths,
// products/extras.
func ReadExtras(body []byte) ([]Extra, error) {
	var list []Extra
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, i18n.Errorf(i18n.T("the additional fields of Evotor's API V1 cannot be read: %v", "дополнительные поля API V1 Эвотора не читаются: %v"), err)
	}
	return list, nil
}

func (x Extra) row(c *Catalog, l i18n.Lang) Row {
	e := lookup("extra-unmapped")
	row := Row{
		ID: x.Product, Kind: KindExtra, Field: "extras", V1: Item{Fields: map[string]raw{"data": x.Data}}.Shown("data"),
		Proposal: e.proposal.In(l), State: Kept, Code: string(e.code), Wrong: e.wrong.In(l),
	}
	if row.ID == "" {
		row.ID = x.ID
	}
	if i := slices.IndexFunc(c.Items, func(it Item) bool { return strings.EqualFold(it.UUID, x.Product) }); i >= 0 {
		row.Name = c.Items[i].Name()
	}
	return row
}
