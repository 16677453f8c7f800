package sheet

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
)

// MaxText is how many UTF-16 units a cell of a workbook holds.
const MaxText = 32767

// SheetWriter takes the rows of one sheet of a Workbook.
type SheetWriter struct {
	Name   string
	Layout Layout

	part  *part
	rows  int
	cols  int
	names []string // of columns: A, B, …
}

var _ Writer = (*SheetWriter)(nil)

// Rows is how many rows were written.
func (s *SheetWriter) Rows() int { return s.rows }

// Range is the cells written so far: A1:T200.
func (s *SheetWriter) Range() string {
	return "A1:" + diag.ColumnName(max(s.cols, 1)) + strconv.Itoa(max(s.rows, 1))
}

// Row writes one row of the default height.
func (s *SheetWriter) Row(cells []Out) error { return s.TallRow(0, cells) }

// TallRow writes one row of a height in points; 0 leaves it to the program,
// which may also change it later.
func (s *SheetWriter) TallRow(height float64, cells []Out) error {
	if s.rows >= MaxRows {
		return i18n.Errorf(i18n.T(
			"sheet %s: a sheet holds %d rows at most: export less, or into CSV",
			"лист %s: на листе умещается не более %d строк: выгрузите меньше или в CSV"), s.Name, MaxRows)
	}
	s.rows++
	s.cols = max(s.cols, len(cells))
	for len(s.names) < len(cells) {
		s.names = append(s.names, diag.ColumnName(len(s.names)+1))
	}
	b := append(s.part.now.text, `<row r="`...)
	b = strconv.AppendInt(b, int64(s.rows), 10)
	if height > 0 {
		b = append(b, `" ht="`...)
		b = strconv.AppendFloat(b, height, 'f', -1, 64)
		if s.rows == 1 {
			b = append(b, `" customHeight="1`...)
		}
	}
	b = append(b, `">`...)
	var err error
	for i := range cells {
		if b, err = s.appendCell(b, i, &cells[i]); err != nil {
			return err
		}
	}
	s.part.now.text = append(b, `</row>`...)
	return s.part.flush()
}

// appendCell writes one <c>; a blank one without style is left out.
func (s *SheetWriter) appendCell(b []byte, i int, c *Out) ([]byte, error) {
	if c.Type == OutBlank && c.Style == 0 {
		return b, nil
	}
	b = append(b, `<c r="`...)
	b = append(b, s.names[i]...)
	b = strconv.AppendInt(b, int64(s.rows), 10)
	if c.Style != 0 {
		b = append(b, `" s="`...)
		b = strconv.AppendInt(b, int64(c.Style), 10)
	}
	switch c.Type {
	case OutBlank:
		return append(b, `"/>`...), nil
	case OutBool:
		if c.Text == "true" {
			return append(b, `" t="b"><v>1</v></c>`...), nil
		}
		return append(b, `" t="b"><v>0</v></c>`...), nil
	case OutNumber:
		if !isNumber([]byte(c.Text)) {
			return b, fmt.Errorf("sheet %s, cell %s%d: %q is not a number", s.Name, s.names[i], s.rows, c.Text)
		}
		b = append(b, `"><v>`...)
		b = append(b, c.Text...)
		return append(b, `</v></c>`...), nil
	}
	if len(c.Text) > MaxText && units(c.Text) > MaxText {
		return b, i18n.Errorf(i18n.T(
			"cell %s!%s%d: the text is longer than the %d characters that a cell holds: export into CSV or leave the column out",
			"ячейка %s!%s%d: текст длиннее %d знаков, которые вмещает ячейка: выгрузите в CSV или без этого столбца"),
			s.Name, s.names[i], s.rows, MaxText)
	}
	b = append(b, `" t="inlineStr"><is><t`...)
	if needsPreserve(c.Text) {
		b = append(b, ` xml:space="preserve"`...)
	}
	b = append(b, '>')
	b = appendEscaped(b, c.Text)
	return append(b, `</t></is></c>`...), nil
}

// units counts UTF-16 units, in which a cell's length is measured.
func units(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// needsPreserve says whether a program may drop white space of s.
func needsPreserve(s string) bool {
	if s == "" {
		return false
	}
	space := func(c byte) bool { return c <= ' ' }
	if space(s[0]) || space(s[len(s)-1]) {
		return true
	}
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] == ' ' && s[i+1] == ' ' {
			return true
		}
	}
	return false
}
