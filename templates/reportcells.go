package templates

import (
	"regexp"
	"slices"
	"strconv"
)

// cellPattern finds the cells of a spreadsheet's own formula: a sheet if it is
// named, and the number of the row.
var cellPattern = regexp.MustCompile(`((?:'[^']+'|[\p{L}_][\p{L}\d_.]*)!)?\$?\b[A-Za-z]{1,3}\$?(\d{1,7})\b`)

// column is the values of one column of the report, from above.
type column struct {
	rows   []int32
	values []any // number, string, bool, *xlError or *pending
}

func (s *report) column(col int) *column {
	c := s.values[col]
	if c == nil {
		c = &column{}
		s.values[col] = c
	}
	return c
}

func (c *column) add(row int, v any) {
	c.rows = append(c.rows, int32(row))
	c.values = append(c.values, v)
}

// reportCells is what the formulas of a report see.
type reportCells struct {
	r    *renderer
	home *report
}

var _ cells = (*reportCells)(nil)

func (rc *reportCells) report(name string) (*report, error) {
	t := rc.r.t.tab(name, rc.home.tab)
	if t == nil || rc.r.out[t] == nil {
		return nil, errNotComputed
	}
	return rc.r.out[t], nil
}

func (rc *reportCells) at(sheetName string, row, col int) (any, error) {
	s, err := rc.report(sheetName)
	if err != nil {
		return nil, err
	}
	c := s.values[col]
	if c == nil {
		return nil, nil
	}
	i, found := slices.BinarySearch(c.rows, int32(row))
	if !found {
		return nil, nil
	}
	return rc.value(c.values[i])
}

// value computes a formula that is looked at before its turn.
func (rc *reportCells) value(v any) (any, error) {
	p, ok := v.(*pending)
	if !ok {
		return v, nil
	}
	if p.busy {
		return nil, errNotComputed // it names itself
	}
	if !rc.r.complete && !p.own && !p.done {
		return nil, errEarly
	}
	if err := rc.r.finish(p); err != nil {
		return nil, err
	}
	if !p.done {
		return nil, errEarly
	}
	if p.uncached {
		return nil, errNotComputed
	}
	return p.value, nil
}

func (rc *reportCells) in(sheetName string, fromRow, fromCol, toRow, toCol int, yield func(any) bool) error {
	s, err := rc.report(sheetName)
	if err != nil {
		return err
	}
	for col := fromCol; col <= toCol; col++ {
		c := s.values[col]
		if c == nil {
			continue
		}
		i, _ := slices.BinarySearch(c.rows, int32(fromRow))
		for ; i < len(c.rows) && int(c.rows[i]) <= toRow; i++ {
			v, err := rc.value(c.values[i])
			if err != nil {
				return err
			}
			if !yield(v) {
				return nil
			}
		}
	}
	return nil
}

// appendTo writes a formula with its value, after the address and the style of
// the cell.
func (p *pending) appendTo(b []byte) []byte {
	kind, text := "", ""
	switch v := p.value.(type) {
	case number:
		text = v.cellText()
	case string:
		kind, text = "str", v
	case bool:
		kind, text = "b", "0"
		if v {
			text = "1"
		}
	case *xlError:
		kind, text = "e", v.s
	}
	if kind != "" {
		b = append(b, `" t="`...)
		b = append(b, kind...)
	}
	b = append(b, `"><f>`...)
	b = appendXML(b, p.text)
	b = append(b, `</f>`...)
	if p.value != nil {
		b = append(b, `<v>`...)
		b = appendXML(b, text)
		b = append(b, `</v>`...)
	}
	return append(b, `</c>`...)
}

// cell writes the whole cell into the hole that was left for it.
func (p *pending) appendCell(b []byte, name func(int) string) []byte {
	b = append(b, `<c r="`...)
	b = append(b, name(p.col)...)
	b = strconv.AppendInt(b, int64(p.row), 10)
	if p.cell.style > 0 {
		b = append(b, `" s="`...)
		b = strconv.AppendInt(b, int64(p.cell.style), 10)
	}
	return p.appendTo(b)
}
