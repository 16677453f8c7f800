package app

import (
	"context"
	"strconv"
	"strings"

	"catalogsheet/importer"
	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/report"
	"catalogsheet/internal/sheet"
)

var (
	textResultSheet = i18n.T("result sheet: %s", "лист результата: %s")
	textNoResult    = i18n.T("the result sheet was not written: %v", "лист результата не записан: %v")
)

func (j *job) resultSheet(ctx context.Context, said string) (string, error) {
	return writeResult(ctx, j.e, j.edited, resultPath(j.file, said), j.items)
}

// writeResult writes the person's own file with the state and reason of every
// row that asked for something, sheet by sheet.
func writeResult(ctx context.Context, e *Env, edited *importer.Edited, path string, items []report.Item) (string, error) {
	usual := path == resultPath(edited.File, "")
	path = sheet.AnnotatedName(path, edited.Format)
	if usual && path != edited.File {
		path = e.freeResult(path)
	}
	from := edited.File
	for _, table := range edited.Tables() {
		rows := rowStates(e.Lang, table.Sheet, items, edited.Problems)
		made := madeRows(edited, table.Sheet, items)
		err := sheet.Annotate(ctx, from, path, sheet.Annotation{
			Sheet: table.Sheet, HeaderRow: table.Header,
			Columns: []string{sheet.StateTitle.In(e.Lang), sheet.ReasonTitle.In(e.Lang)},
			Cell: func(row int) ([]string, sheet.Mark) {
				s, ok := rows[row]
				switch {
				case !ok:
					return nil, sheet.Plain
				case s.bad:
					return []string{s.state, s.reason}, sheet.Failed
				}
				return []string{s.state, s.reason}, sheet.Plain
			},
			Fill: made.fill, AppendTo: baseline.BaseSheet, Append: made.base,
		})
		if err != nil {
			return path, err
		}
		from = path
	}
	if from != path {
		return "", nil // no table, no result
	}
	if path != edited.File {
		// Not knowing it costs the next result sheet its name, no more.
		_ = e.rememberResult(path)
	}
	return path, nil
}

// rowState is what a row of the result sheet says.
type rowState struct {
	state, reason string
	bad           bool
}

// rowStates gives the states of one sheet's rows.
func rowStates(l i18n.Lang, on string, items []report.Item, problems diag.List) map[int]rowState {
	rows := map[int]rowState{}
	for _, d := range problems {
		if d.Severity != diag.Error || d.At.Row == 0 || d.At.Sheet != on {
			continue
		}
		s := rows[d.At.Row]
		s.state, s.bad = diag.Error.In(l), true
		if s.reason != "" {
			s.reason += "; "
		}
		s.reason += d.Message(l)
		rows[d.At.Row] = s
	}
	for _, it := range items {
		s := rowState{state: report.StateWord(it.State, l), reason: report.Reason(it, l), bad: it.State != plan.Applied && it.State != plan.Already}
		for _, cell := range it.Cells {
			row := rowOf(cell, on)
			if old, ok := rows[row]; row > 0 && (!ok || !old.bad) {
				rows[row] = s
			}
		}
	}
	return rows
}

// rowOf takes the row out of an address on a sheet, Stock!M12, or of a CSV
// file, 13:7; 0 for another sheet's.
func rowOf(cell, on string) int {
	at := strings.LastIndexByte(cell, '!')
	if at >= 0 && cell[:at] != on {
		return 0
	}
	text := cell[at+1:]
	if line, _, ok := strings.Cut(text, ":"); ok {
		text = line
	}
	n, err := strconv.Atoi(strings.TrimLeft(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	if err != nil {
		return 0
	}
	return n
}

// made is what the result sheet tells of new items: their ids in their rows,
// and rows of the base, so that the result can be edited and sent again.
type made struct {
	cells map[int][]sheet.Filled
	base  [][]string
}

func (m made) fill(row int) []sheet.Filled { return m.cells[row] }

func madeRows(edited *importer.Edited, on string, items []report.Item) made {
	m := made{cells: map[int][]sheet.Filled{}}
	for _, it := range items {
		row := 0
		if len(it.Cells) > 0 {
			row = rowOf(it.Cells[0], on)
		}
		if it.Op != plan.Create || it.ID == "" || row == 0 || it.State != plan.Applied && it.State != plan.Already {
			continue
		}
		item := baseOf(edited.Head.Schema, it, storeOf(edited, on, row))
		for _, c := range edited.Columns {
			if c.Sheet != on {
				continue
			}
			if text, ok := idText(c.Column, edited.Head.Lang, it); ok {
				m.cells[row] = append(m.cells[row], sheet.Filled{Col: c.Col, Text: text})
			}
		}
		if len(edited.Head.Schema) > 0 {
			m.base = append(m.base, baseline.AppendRow(nil, item))
		}
	}
	return m
}

// storeOf is the store that a new row names, as the row spells it.
func storeOf(edited *importer.Edited, on string, row int) string {
	for _, c := range edited.Created {
		if c.At.Row == row && c.At.Sheet == on {
			return c.Store
		}
	}
	return ""
}

// idText is what a column that identifies a row says of a new item.
func idText(c catalog.Column, l i18n.Lang, it report.Item) (string, bool) {
	switch c.Field {
	case catalog.FieldID, catalog.FieldConsignmentID:
		return it.ID, true
	case catalog.FieldType:
		for _, t := range c.Tokens {
			if t.Value == it.Type {
				return t.Title.In(l), true
			}
		}
		return it.Type, true
	}
	return "", false
}

// baseOf is the base of a new item: what its row said. A blank cell is blank,
// or what an emptied cell stands for.
func baseOf(schema catalog.Schema, it report.Item, store string) catalog.Item {
	key := catalog.Key{Store: it.Store, Type: it.Type, ID: it.ID}
	item := catalog.Item{Key: key, Target: key, Cells: make([]catalog.Value, len(schema))}
	for i, c := range schema {
		switch {
		case c.Field == catalog.FieldID, c.Field == catalog.FieldConsignmentID:
			item.Cells[i] = catalog.Of(it.ID)
		case c.Field == catalog.FieldStore:
			item.Cells[i] = catalog.Of(store)
		case c.Field == catalog.FieldType:
			item.Cells[i] = catalog.Of(it.Type)
		case c.EditableOn(it.Type):
			item.Cells[i] = catalog.Of(c.ClearBy)
		}
	}
	for _, a := range it.Set {
		if i := schema.Index(a.Field); i >= 0 && a.Field != catalog.FieldType {
			item.Cells[i] = a.Want
		}
	}
	return item
}
