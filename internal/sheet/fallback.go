package sheet

import (
	"errors"
	"iter"
	"os"
	"strings"

	"github.com/xuri/excelize/v2"
)

// fallback reads a workbook with excelize: slower by an order of magnitude, for
// the XML that the scanner leaves to a full parser.
type fallback struct {
	f      *excelize.File
	date04 bool
	limits Limits
	shows  map[int]Show
}

// fallbackSize bounds what is unpacked: excelize holds sheets in memory, at
// many times their size.
const fallbackSize = 128 << 20

func newFallback(path string, limits Limits) (*fallback, error) {
	size := min(limits.Part, fallbackSize)
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true, UnzipSizeLimit: size, UnzipXMLSizeLimit: size})
	if err != nil && strings.Contains(err.Error(), "size exceeds") {
		return nil, tooLarge("part")
	}
	if err != nil {
		return nil, unreadable("broken", err)
	}
	b := &fallback{f: f, limits: limits, shows: map[int]Show{}}
	if props, err := f.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		b.date04 = *props.Date1904
	}
	return b, nil
}

// openFallback takes over file.
func openFallback(file *os.File, path string, o ReadOptions) (Book, error) {
	b, err := newFallback(path, o.Limits)
	if err != nil {
		return nil, err
	}
	return b, file.Close()
}

// fallbackRows goes on after row last with the slower reader.
func (b *xlsxBook) fallbackRows(name string, last int, yield func(Row, error) bool) {
	slow, err := newFallback(b.path, b.limits)
	if err != nil {
		yield(Row{}, err)
		return
	}
	for row, err := range slow.Rows(name) {
		if err == nil && row.Num <= last {
			continue
		}
		if !yield(row, err) {
			break
		}
	}
	// The file was only read: closing it can lose nothing.
	_ = slow.Close()
}

func (b *fallback) Format() Format    { return XLSX }
func (b *fallback) Detected() Dialect { return Dialect{} }
func (b *fallback) Date1904() bool    { return b.date04 }
func (b *fallback) Close() error      { return b.f.Close() }

func (b *fallback) Sheets() []Info {
	var infos []Info
	for _, name := range b.f.GetSheetList() {
		visible, err := b.f.GetSheetVisible(name)
		infos = append(infos, Info{Name: name, Hidden: err == nil && !visible})
	}
	return infos
}

func (b *fallback) Rows(name string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		rows, err := b.f.Rows(name)
		if err != nil {
			yield(Row{}, unreadable("broken", err))
			return
		}
		defer rows.Close()
		for num := 1; rows.Next(); num++ {
			texts, err := rows.Columns()
			row := Row{Num: num, Hidden: rows.GetRowOpts().Hidden}
			for i, text := range texts {
				if err != nil {
					break
				}
				var c Cell
				if c, err = b.cell(name, i+1, num, text); err == nil && (c.Type != Blank || c.Formula) {
					row.Cells = append(row.Cells, c)
				}
			}
			if err != nil {
				yield(Row{}, unreadable("broken", err))
				return
			}
			if len(row.Cells) > 0 && !yield(row, nil) {
				return
			}
		}
		if err := rows.Error(); err != nil {
			yield(Row{}, unreadable("broken", err))
		}
	}
}

// cell asks for what a cell is besides its text.
func (b *fallback) cell(sheet string, col, row int, text string) (Cell, error) {
	ref, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		return Cell{}, err
	}
	kind, err1 := b.f.GetCellType(sheet, ref)
	formula, err2 := b.f.GetCellFormula(sheet, ref)
	style, err3 := b.f.GetCellStyle(sheet, ref)
	if err := errors.Join(err1, err2, err3); err != nil {
		return Cell{}, err
	}
	c := Cell{Col: col, Text: text, Show: b.show(style), Formula: formula != "", External: refersOutside([]byte(formula))}
	switch kind {
	case excelize.CellTypeBool:
		c.Type, c.Text = Bool, "false"
		if text == "1" || strings.EqualFold(text, "true") {
			c.Text = "true"
		}
	case excelize.CellTypeError:
		c.Type = Error
	case excelize.CellTypeInlineString, excelize.CellTypeSharedString, excelize.CellTypeFormula, excelize.CellTypeDate:
		c.Type = String
	default:
		c.Type = Number
		if !isNumber([]byte(text)) {
			c.Type = String
		}
	}
	if text == "" {
		c.Type, c.Uncached = Blank, c.Formula
	}
	return c, nil
}

// show tells what a style makes of a number, once per style.
func (b *fallback) show(style int) Show {
	if s, ok := b.shows[style]; ok {
		return s
	}
	s := ShowNumber
	if def, err := b.f.GetStyle(style); err == nil {
		s = builtinShow(def.NumFmt)
		if def.CustomNumFmt != nil {
			s = showOf(*def.CustomNumFmt)
		}
	}
	b.shows[style] = s
	return s
}

func (b *fallback) Merges(name string) ([]Range, error) {
	cells, err := b.f.GetMergeCells(name)
	if err != nil {
		return nil, unreadable("broken", err)
	}
	var ranges []Range
	for _, m := range cells {
		r, err := parseRange([]byte(m.GetStartAxis() + ":" + m.GetEndAxis()))
		if err != nil {
			return nil, unreadable("broken", err)
		}
		ranges = append(ranges, r)
	}
	return ranges, nil
}
