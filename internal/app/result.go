package app

import (
	"context"
	"path/filepath"
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

// resultPath is where the result sheet goes unless it was said.
func resultPath(file, said string) string {
	if said != "" {
		return said
	}
	ext := filepath.Ext(file)
	stem := strings.TrimSuffix(file, ext)
	if strings.HasSuffix(stem, ".result") {
		return file
	}
	return stem + ".result" + ext
}

func (j *job) resultSheet(ctx context.Context, said string) (string, error) {
	return writeResult(ctx, j.e, j.edited, resultPath(j.file, said), j.items)
}

// writeResult writes the person's own file with the state and reason of every
// row that asked for something.
func writeResult(ctx context.Context, e *Env, edited *importer.Edited, path string, items []report.Item) (string, error) {
	tables := edited.Tables()
	if len(tables) != 1 {
		return "", nil
	}
	rows := rowStates(e.Lang, items, edited.Problems)
	path = sheet.AnnotatedName(path, edited.Format)
	made := madeRows(edited, items)
	err := sheet.Annotate(ctx, edited.File, path, sheet.Annotation{
		Sheet: tables[0].Sheet, HeaderRow: tables[0].Header,
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
	return path, err
}

// rowState is what a row of the result sheet says.
type rowState struct {
	state, reason string
	bad           bool
}

func rowStates(l i18n.Lang, items []report.Item, problems diag.List) map[int]rowState {
	rows := map[int]rowState{}
	for _, d := range problems {
		if d.Severity != diag.Error || d.At.Row == 0 {
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
			row := rowOf(cell)
			if old, ok := rows[row]; row > 0 && (!ok || !old.bad) {
				rows[row] = s
			}
		}
	}
	return rows
}

// rowOf takes the row out of an address: Stock!M12 or 13:7.
func rowOf(cell string) int {
	text := cell[strings.LastIndexByte(cell, '!')+1:]
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

func madeRows(edited *importer.Edited, items []report.Item) made {
	m := made{cells: map[int][]sheet.Filled{}}
	for _, it := range items {
		row := 0
		if len(it.Cells) > 0 {
			row = rowOf(it.Cells[0])
		}
		if it.Op != plan.Create || it.ID == "" || row == 0 || it.State != plan.Applied && it.State != plan.Already {
			continue
		}
		item := baseOf(edited.Head.Schema, it)
		for _, c := range edited.Columns {
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
func baseOf(schema catalog.Schema, it report.Item) catalog.Item {
	key := catalog.Key{Type: it.Type, ID: it.ID}
	item := catalog.Item{Key: key, Target: key, Cells: make([]catalog.Value, len(schema))}
	for i, c := range schema {
		switch {
		case c.Field == catalog.FieldID, c.Field == catalog.FieldConsignmentID:
			item.Cells[i] = catalog.Of(it.ID)
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
