package app

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"

	"catalogsheet/importer"
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
