package importer

import (
	"slices"
	"strconv"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/money"
	"catalogsheet/internal/sheet"
)

// Review is a review workbook as a person left it.
type Review struct {
	baseline.Review
	// Apply holds, by the number of a change, whether it is to be sent; one that
	// is not there was deleted from the review, and is not.
	Apply map[int]bool
}

// Touched says that somebody decided otherwise than the review proposed, which is
// to apply all but conflicts, or deleted a row.
func (r *Review) Touched() bool {
	return slices.ContainsFunc(r.Rows, func(row baseline.ReviewRow) bool {
		apply, ok := r.Apply[row.Number]
		return !ok || apply == row.Conflict
	})
}

// isReview says that a book is a review, not a sheet.
func isReview(book sheet.Book) bool {
	return slices.ContainsFunc(book.Sheets(), func(s sheet.Info) bool { return s.Name == baseline.ReviewSheet })
}

// readReview reads the decisions of a review workbook. Rows may be sorted and
// deleted; a row whose parts no longer belong together is a finding.
func (e *Edited) readReview(book sheet.Book) error {
	e.Review = &Review{Apply: map[int]bool{}}
	var record []string
	for row, err := range book.Rows(baseline.ReviewSheet) {
		if err != nil {
			return err
		}
		record = dense(record[:0], row)
		if err := e.Review.Add(record); err != nil {
			e.Problems.Add(diag.Variant("file-unreadable", "base", err))
			return nil
		}
	}
	for _, info := range book.Sheets() {
		if info.Name == baseline.ReviewSheet {
			continue
		}
		found, err := e.readDecisions(book, info.Name)
		if err != nil || found {
			return err
		}
	}
	e.Problems.Add(diag.Variant("header-missing", "review"))
	return nil
}

// decisions are the columns of a review by which it is read back.
type decisions struct{ decision, cell, id, mine, number int }

// decisionsOf finds the columns; ok false where the row is no header of a
// review.
func decisionsOf(row sheet.Row) (d decisions, ok bool) {
	columns := []struct {
		title i18n.Text
		at    *int
	}{
		{baseline.ReviewDecision, &d.decision},
		{baseline.ReviewCell, &d.cell},
		{baseline.ReviewID, &d.id},
		{baseline.ReviewMine, &d.mine},
		{baseline.ReviewNumber, &d.number},
	}
	for _, c := range row.Cells {
		for _, col := range columns {
			if f := locale.Fold(c.Text); *col.at == 0 && (f == locale.Fold(col.title.En) || f == locale.Fold(col.title.Ru)) {
				*col.at = c.Col
			}
		}
	}
	return d, !slices.ContainsFunc(columns, func(c struct {
		title i18n.Text
		at    *int
	},
	) bool {
		return *c.at == 0
	})
}

// readDecisions reads the rows of a sheet of a review; found is false where it
// has no decisions.
func (e *Edited) readDecisions(book sheet.Book, name string) (found bool, err error) {
	rows := map[int]*baseline.ReviewRow{}
	for i := range e.Review.Rows {
		rows[e.Review.Rows[i].Number] = &e.Review.Rows[i]
	}
	var at decisions
	header := 0
	for row, err := range book.Rows(name) {
		switch {
		case err != nil:
			return found, err
		case !found && row.Num > headerRows:
			return false, nil
		case !found:
			at, found = decisionsOf(row)
			header = row.Num
		case row.Num > header:
			e.decide(name, row, at, rows)
		}
	}
	return found, nil
}

// decide reads one row.
func (e *Edited) decide(name string, row sheet.Row, at decisions, rows map[int]*baseline.ReviewRow) {
	text := func(col int) string {
		for _, c := range row.Cells {
			if c.Col == col {
				return c.Text
			}
		}
		return ""
	}
	report := func(d diag.Diagnostic, col int) {
		e.Problems.Add(d.In(diag.At{Sheet: name, Row: row.Num, Col: col, CSV: e.Format == sheet.CSV}).Typed(text(col)))
	}
	if locale.Trim(text(at.number)) == "" {
		return // what only the server changed, or a note
	}
	n, err := strconv.Atoi(locale.Trim(text(at.number)))
	was := rows[n]
	_, twice := e.Review.Apply[n]
	switch {
	case err != nil || was == nil || twice:
		report(diag.New("review-changed"), at.number)
		return
	case text(at.cell) != was.Cell:
		report(diag.New("review-changed"), at.cell)
		return
	case text(at.id) != was.Target.ID:
		report(diag.New("review-changed"), at.id)
		return
	case !sameShown(text(at.mine), was.Shown):
		report(diag.Variant("review-changed", "value", was.Shown), at.mine)
		return
	}
	apply, ok := decision(text(at.decision))
	if !ok {
		report(diag.Variant("value-unknown", "decision"), at.decision)
		return
	}
	e.Review.Apply[n] = apply
}

// sameShown compares a visible value with what was written there.
func sameShown(now, was string) bool {
	if now == was || locale.Lines(now) == locale.Lines(was) {
		return true
	}
	a, errA := money.Parse(now)
	b, errB := money.Parse(was)
	return errA == nil && errB == nil && money.SameNumber(a, b)
}

// decision reads apply or skip, in either language, or yes or no.
func decision(text string) (apply, ok bool) {
	f := locale.Fold(text)
	for _, word := range []struct {
		text  i18n.Text
		apply bool
	}{{baseline.ReviewApply, true}, {baseline.ReviewSkip, false}} {
		if f == locale.Fold(word.text.En) || f == locale.Fold(word.text.Ru) {
			return word.apply, true
		}
	}
	v, d := locale.Flag(text)
	return v == "true", d == nil
}
