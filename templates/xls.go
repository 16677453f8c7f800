package templates

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"github.com/xuri/excelize/v2"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"
	"catalogsheet/internal/sheet/biff"
)

// loadXLS reads an .xls file by making the .xlsx of the same look from it.
func loadXLS(data []byte) (*Template, error) {
	w, err := biff.Open(bytes.NewReader(data), int64(len(data)), biff.Options{Texts: maxUnzipped, Merges: maxMerges, Formulas: true})
	switch {
	case errors.Is(err, biff.ErrPassword):
		return nil, i18n.Errorf(i18n.T("the template is protected with a password: save it without one", "шаблон защищён паролем: сохраните его без пароля"))
	case err != nil:
		return nil, i18n.Errorf(errNotTemplate, err)
	}
	c := &converter{w: w, f: excelize.NewFile(), styles: map[int]int{}, computed: map[string]map[place]bool{}}
	xlsx, err := c.convert()
	if err = errors.Join(err, c.f.Close()); err != nil {
		return nil, err
	}
	t, err := loadXLSX(xlsx, sheet.XLS, c.computed)
	if err != nil {
		return nil, err
	}
	t.country, t.left = w.Country(), c.left
	return t, nil
}

// converter turns an .xls workbook into an .xlsx one.
type converter struct {
	w      *biff.Workbook
	f      *excelize.File
	styles map[int]int
	cells  int
	// computed are the cells with the value of a formula that cannot be spelled.
	computed map[string]map[place]bool
	left     []leftOut
}

// leftOut is what a sheet of an .xls template has and its reports have not.
type leftOut struct {
	sheet, code string
	count       int
}

func (c *converter) notRead(name string, l *biff.Layout) {
	for _, x := range []leftOut{
		{name, "xls-pictures", l.Pictures}, {name, "xls-comments", l.Comments}, {name, "xls-validations", l.Validations},
		{name, "xls-conditions", l.Conditions}, {name, "xls-links", l.Links},
	} {
		if x.count > 0 {
			c.left = append(c.left, x)
		}
	}
}

// page prints the report as the template is printed.
func (c *converter) page(name string, p biff.Page) error {
	const longest = 255 // of a header in .xlsx
	if p.Fit {
		if err := fitPages(c.f, name, p.Wide, p.Tall); err != nil {
			return err
		}
	}
	if p.Paper > 0 || p.Landscape {
		o := &excelize.PageLayoutOptions{}
		if p.Paper > 0 && p.Paper <= 118 { // the sizes of ECMA-376
			o.Size = &p.Paper
		}
		orientation := "portrait"
		if p.Landscape {
			orientation = "landscape"
		}
		o.Orientation = &orientation
		if err := c.f.SetPageLayout(name, o); err != nil {
			return err
		}
	}
	if p.Header == "" && p.Footer == "" || len(p.Header) > longest || len(p.Footer) > longest {
		return nil
	}
	return c.f.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddHeader: p.Header, OddFooter: p.Footer})
}

// fitPages scales a printed sheet to pages across and down, 0 being as many as
// it takes.
func fitPages(f *excelize.File, name string, wide, tall int) error {
	yes := true
	return errors.Join(
		f.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &yes}),
		f.SetPageLayout(name, &excelize.PageLayoutOptions{FitToWidth: &wide, FitToHeight: &tall}))
}

func (c *converter) convert() ([]byte, error) {
	for i, info := range c.w.Sheets() {
		var err error
		if i == 0 {
			err = c.f.SetSheetName(c.f.GetSheetName(0), info.Name)
		} else {
			_, err = c.f.NewSheet(info.Name)
		}
		if err == nil {
			err = c.sheet(i, info.Name)
		}
		if err != nil {
			return nil, i18n.Errorf(errNotTemplate, fmt.Errorf("%s: %w", info.Name, err))
		}
	}
	for i, info := range c.w.Sheets() {
		if info.Hidden && i > 0 {
			if err := c.f.SetSheetVisible(info.Name, false, info.VeryHidden); err != nil {
				return nil, err
			}
		}
	}
	var b bytes.Buffer
	err := c.f.Write(&b)
	return b.Bytes(), err
}

func (c *converter) sheet(i int, name string) error {
	c.computed[name] = map[place]bool{}
	layout, err := c.w.Layout(i)
	if err != nil {
		return err
	}
	if err := c.columns(name, layout.Columns); err != nil {
		return err
	}
	for row, err := range c.w.RowsWithBlanks(i) {
		if err != nil {
			return err
		}
		for _, x := range row.Cells {
			if c.cells++; c.cells > maxCells {
				return errTooLarge
			}
			if err := c.cell(name, row.Num, x); err != nil {
				return err
			}
		}
	}
	if err := c.rows(name, layout.Rows); err != nil {
		return err
	}
	c.notRead(name, layout)
	if err := c.page(name, layout.Page); err != nil {
		return err
	}
	for _, m := range layout.Merges {
		from := diag.ColumnName(m.FirstCol) + strconv.Itoa(m.FirstRow)
		if err := c.f.MergeCell(name, from, diag.ColumnName(m.LastCol)+strconv.Itoa(m.LastRow)); err != nil {
			return err
		}
	}
	return nil
}

// columns takes over the widths of a sheet.
func (c *converter) columns(name string, columns []biff.Column) error {
	for _, col := range columns {
		from, to := diag.ColumnName(col.First), diag.ColumnName(min(col.Last, 256))
		if err := c.f.SetColWidth(name, from, to, min(float64(col.Width)/256, 255)); err != nil {
			return err
		}
		if col.Hidden {
			if err := c.f.SetColVisible(name, from+":"+to, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// rows takes over the heights of a sheet.
func (c *converter) rows(name string, rows []biff.RowInfo) error {
	for _, row := range rows {
		if row.Height > 0 {
			if err := c.f.SetRowHeight(name, row.Num, min(float64(row.Height)/20, 409)); err != nil {
				return err
			}
		}
		if row.Hidden {
			if err := c.f.SetRowVisible(name, row.Num, false); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *converter) cell(name string, row int, x biff.Cell) error {
	a := diag.ColumnName(x.Col) + strconv.Itoa(row)
	style, err := c.style(x.XF)
	if err != nil {
		return err
	}
	if err := c.f.SetCellStyle(name, a, a, style); err != nil {
		return err
	}
	if x.Formula && x.Source != "" {
		return c.f.SetCellFormula(name, a, x.Source)
	}
	if x.Formula {
		c.computed[name][place{row, x.Col}] = true
	}
	switch x.Kind {
	case biff.String:
		return c.f.SetCellStr(name, a, x.Text)
	case biff.Number:
		return c.f.SetCellDefault(name, a, x.Text)
	case biff.Bool:
		return c.f.SetCellBool(name, a, x.Text == "true")
	case biff.Error:
		return c.f.SetCellStr(name, a, x.Text)
	}
	return nil
}

// style makes the look of an XF record once.
func (c *converter) style(xf int) (int, error) {
	if id, ok := c.styles[xf]; ok {
		return id, nil
	}
	s := c.w.Style(xf)
	out := &excelize.Style{
		Font: &excelize.Font{
			Family: s.Font.Name, Size: float64(s.Font.Size) / 20, Bold: s.Font.Bold, Italic: s.Font.Italic,
			Strike: s.Font.Strike, Color: string(s.Font.Color),
		},
		Alignment: &excelize.Alignment{
			Horizontal: alignName(horizontals[:], s.Align.Horizontal), Vertical: alignName(verticals[:], s.Align.Vertical),
			WrapText: s.Align.Wrap, ShrinkToFit: s.Align.Shrink, Indent: s.Align.Indent, TextRotation: s.Align.Rotation,
		},
	}
	switch s.Font.Underline {
	case 1, 0x21:
		out.Font.Underline = "single"
	case 2, 0x22:
		out.Font.Underline = "double"
	}
	if s.Fill.Pattern > 0 && s.Fill.Pattern <= 18 && s.Fill.Fore != "" {
		out.Fill = excelize.Fill{Type: "pattern", Pattern: int(s.Fill.Pattern), Color: []string{string(s.Fill.Fore)}}
	}
	for _, side := range []struct {
		name string
		line biff.Border
	}{{"left", s.Borders.Left}, {"right", s.Borders.Right}, {"top", s.Borders.Top}, {"bottom", s.Borders.Bottom}} {
		if side.line.Line > 0 && side.line.Line <= 13 {
			color := string(side.line.Color)
			if color == "" {
				color = "000000"
			}
			out.Border = append(out.Border, excelize.Border{Type: side.name, Color: color, Style: int(side.line.Line)})
		}
	}
	if s.FormatCode != "" {
		out.CustomNumFmt = &s.FormatCode
	} else {
		out.NumFmt = s.FormatID
	}
	id, err := c.f.NewStyle(out)
	c.styles[xf] = id
	return id, err
}

// The alignments by their numbers in an XF record; the default ones are "".
var (
	horizontals = [...]string{"", "left", "center", "right", "fill", "justify", "centerContinuous", "distributed"}
	verticals   = [...]string{"top", "center", "", "justify", "distributed"}
)

func alignName(names []string, i byte) string {
	if int(i) < len(names) {
		return names[i]
	}
	return ""
}
