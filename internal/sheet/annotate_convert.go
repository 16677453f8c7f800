package sheet

import (
	"context"
	"io"
	"slices"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/money"

	"github.com/shopspring/decimal"
)

// maxBlank is how many blank rows in a row a converted sheet keeps; a sheet
// with wider gaps is refused rather than written row by row.
const maxBlank = 100_000

// days1904 is how much earlier the dates of a 1904 workbook begin.
var days1904 = decimal.NewFromInt(1462)

// convert writes the annotated sheet as a new .xlsx file, for formats that
// cannot be changed in place: every sheet keeps its cells where they were, so
// addresses stay right and the hidden sheets still serve; looks are lost.
func convert(ctx context.Context, book Book, dst string, out *results, a Annotation, l layout) error {
	w := NewWorkbook()
	defer w.Close()
	styles, err := convertStyles(w)
	if err != nil {
		return err
	}
	for _, info := range book.Sheets() {
		c := &converter{book: book, styles: styles, width: 0}
		if info.Name == a.Sheet {
			c.a, c.l = &a, l
		}
		to := w.Sheet(info.Name, Layout{Hidden: info.Hidden})
		err := c.sheet(ctx, info.Name, to)
		if err == nil && info.Name == a.AppendTo {
			err = appendTexts(to, a.Append)
		}
		if err != nil {
			return i18n.Wrapf(i18n.T("copy sheet %s", "копирование листа %s"), err, info.Name)
		}
	}
	return out.save(dst, func(to io.Writer) error { return w.Finish(to) })
}

// convertLooks are the styles of a converted sheet.
type convertLooks struct {
	show map[Show]int
	mark map[Mark]int
}

func convertStyles(w *Workbook) (convertLooks, error) {
	looks := convertLooks{show: map[Show]int{}, mark: map[Mark]int{}}
	for _, s := range []struct {
		show Show
		look Style
	}{{ShowDate, Style{Format: "yyyy-mm-dd hh:mm:ss"}}, {ShowPercent, Style{Format: "0.00%"}}, {ShowText, Style{Format: "@"}}} {
		n, err := w.Style(s.look)
		if err != nil {
			return looks, err
		}
		looks.show[s.show] = n
	}
	for mark, fill := range map[Mark]string{Warned: "FFF2CC", Failed: "F8CBAD"} {
		n, err := w.Style(Style{Format: "@", Fill: fill})
		if err != nil {
			return looks, err
		}
		looks.mark[mark] = n
	}
	return looks, nil
}

// converter copies one sheet; a is nil for those that are not annotated.
type converter struct {
	book   Book
	styles convertLooks
	a      *Annotation
	l      layout
	width  int
}

func (c *converter) sheet(ctx context.Context, name string, to *SheetWriter) error {
	for row, err := range c.book.Rows(name) {
		if err != nil {
			return err
		}
		if row.Num&1023 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if row.Num-to.Rows() > maxBlank {
			return tooLarge("rows")
		}
		for to.Rows()+1 < row.Num {
			if err := to.Row(nil); err != nil {
				return err
			}
		}
		if err := to.Row(c.cells(row)); err != nil {
			return err
		}
	}
	return nil
}

// cells gives a row's cells at their columns, with the annotation.
func (c *converter) cells(row Row) []Out {
	var cells []Out
	put := func(col int, o Out) {
		if missing := col - len(cells); missing > 0 {
			cells = append(cells, make([]Out, missing)...)
		}
		cells[col-1] = o
	}
	for _, cell := range row.Cells {
		put(cell.Col, c.out(cell))
	}
	if c.a == nil || row.Num < c.a.HeaderRow {
		return cells
	}
	texts, mark := c.a.Columns, Plain
	if row.Num > c.a.HeaderRow {
		texts, mark = c.a.Cell(row.Num)
	}
	for i, col := range c.l.cols {
		text := ""
		if i < len(texts) {
			text = texts[i]
		}
		if text == "" {
			put(col, Out{Style: c.styles.mark[mark]})
			continue
		}
		put(col, Out{Type: OutText, Text: text, Style: c.styles.mark[mark]})
	}
	if row.Num > c.a.HeaderRow {
		for _, f := range c.a.fills(row.Num) {
			put(f.Col, Out{Type: OutText, Text: f.Text, Style: c.styles.show[ShowText]})
		}
	}
	return slices.Clip(cells)
}

// appendTexts adds rows of text to a sheet.
func appendTexts(to *SheetWriter, rows [][]string) error {
	for _, row := range rows {
		cells := make([]Out, len(row))
		for i, text := range row {
			if text != "" {
				cells[i] = Out{Type: OutText, Text: text}
			}
		}
		if err := to.Row(cells); err != nil {
			return err
		}
	}
	return nil
}

func (c *converter) out(cell Cell) Out {
	o := Out{Text: cell.Text, Style: c.styles.show[cell.Show]}
	switch cell.Type {
	case String, Error:
		o.Type = OutText
	case Bool:
		o.Type = OutBool
	case Number:
		o.Type = OutNumber
		d, err := money.Parse(cell.Text)
		switch {
		case err != nil:
			o.Type = OutText
		case cell.Show == ShowDate && c.book.Date1904():
			o.Text = money.Plain(d.Add(days1904))
		default:
			o.Text = money.Plain(d)
		}
	default:
		o.Text = ""
	}
	return o
}
