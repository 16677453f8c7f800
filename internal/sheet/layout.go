package sheet

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"catalogsheet/internal/diag"
)

// skeleton makes everything but the rows.
func (w *Workbook) skeleton() error {
	if len(w.sheets) == 0 {
		return errors.New("no sheets")
	}
	for i, s := range w.sheets {
		var err error
		if i == 0 {
			err = w.f.SetSheetName(w.f.GetSheetName(0), s.Name)
		} else {
			_, err = w.f.NewSheet(s.Name)
		}
		if err != nil {
			return err
		}
		if err := w.layOut(s); err != nil {
			return fmt.Errorf("sheet %s: %w", s.Name, err)
		}
	}
	for _, n := range w.Names {
		if err := w.f.SetDefinedName(&excelize.DefinedName{Name: n.Name, RefersTo: n.RefersTo}); err != nil {
			return err
		}
	}
	return w.properties()
}

func (w *Workbook) properties() error {
	// The time of making is in the workbook's own words; a fixed one here
	// keeps equal workbooks equal.
	const epoch = "2000-01-01T00:00:00Z"
	err := w.f.SetDocProps(&excelize.DocProperties{
		Creator: "catalogsheet", LastModifiedBy: "catalogsheet", Subject: w.Subject, Created: epoch, Modified: epoch,
	})
	if err != nil {
		return err
	}
	names := make([]string, 0, len(w.Custom))
	for name := range w.Custom {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if err := w.f.SetCustomProps(excelize.CustomProperty{Name: name, Value: w.Custom[name]}); err != nil {
			return err
		}
	}
	return nil
}

// layOut gives a sheet its look.
func (w *Workbook) layOut(s *SheetWriter) error {
	for i := range max(len(s.Layout.Widths), len(s.Layout.Styles)) {
		col := diag.ColumnName(i + 1)
		if i < len(s.Layout.Widths) && s.Layout.Widths[i] > 0 {
			if err := w.f.SetColWidth(s.Name, col, col, s.Layout.Widths[i]); err != nil {
				return err
			}
		}
		if i < len(s.Layout.Styles) && s.Layout.Styles[i] > 0 {
			if err := w.f.SetColStyle(s.Name, col, s.Layout.Styles[i]); err != nil {
				return err
			}
		}
	}
	if err := w.f.SetSheetDimension(s.Name, s.Range()); err != nil {
		return err
	}
	if s.Layout.Hidden {
		if err := w.f.SetSheetVisible(s.Name, false, true); err != nil {
			return err
		}
	}
	if s.Layout.Header {
		if err := w.header(s); err != nil {
			return err
		}
	}
	for _, c := range s.Layout.Checks {
		if err := w.f.AddDataValidation(s.Name, validation(c, s)); err != nil {
			return err
		}
	}
	return w.notes(s)
}

// header freezes and filters the first row; on paper the sheet lies on its side
// and is as wide as the page.
func (w *Workbook) header(s *SheetWriter) error {
	fit, side, width, height := true, "landscape", 1, 0
	props := &excelize.SheetPropsOptions{FitToPage: &fit}
	if s.Layout.TabFill != "" {
		props.TabColorRGB = &s.Layout.TabFill
	}
	err := w.f.SetPageLayout(s.Name, &excelize.PageLayoutOptions{Orientation: &side, FitToWidth: &width, FitToHeight: &height})
	if err != nil {
		return err
	}
	err = w.f.SetPanes(s.Name, &excelize.Panes{
		Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft",
		Selection: []excelize.Selection{{SQRef: "A2", ActiveCell: "A2", Pane: "bottomLeft"}},
	})
	if err != nil {
		return err
	}
	// The filter forgets the sheet's properties, so they come after it.
	if err := w.f.AutoFilter(s.Name, s.Range(), nil); err != nil {
		return err
	}
	return w.f.SetSheetProps(s.Name, props)
}

// validation reaches a little below the last row, for rows that people add.
func validation(c Check, s *SheetWriter) *excelize.DataValidation {
	const spare = 1000
	col := diag.ColumnName(c.Col)
	v := excelize.NewDataValidation(true)
	v.Sqref = col + "2:" + col + strconv.Itoa(min(s.rows+spare, MaxRows))
	if c.Values != "" {
		v.SetSqrefDropList(c.Values)
	} else {
		v.Type, v.Formula1 = "custom", "FALSE"
		v.AllowBlank = false
	}
	v.SetError(excelize.DataValidationErrorStyleWarning, c.Title, c.Message)
	return v
}

func (w *Workbook) notes(s *SheetWriter) error {
	for _, n := range s.Layout.Notes {
		lines := uint(2)
		for line := range strings.Lines(n.Text) {
			lines += uint(len([]rune(line))/38) + 1
		}
		err := w.f.AddComment(s.Name, excelize.Comment{
			Cell: diag.ColumnName(n.Col) + "1", Author: "catalogsheet", Text: n.Text,
			Width: 260, Height: 18 * lines,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
