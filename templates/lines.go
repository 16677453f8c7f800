package templates

import (
	"slices"

	"catalogsheet/internal/sheet"
)

// line is a row on its way into the report: at first a row of the template;
// collections outside of loops change rows before they are written.
type line struct {
	row   *row // nil for a row that the template does not have
	cells []lineCell
}

type lineCell struct {
	*cell
	col   int
	binds []binding
	// raw: the engine leaves the text as it is.
	raw bool
}

func newLine(r *row) line {
	l := line{row: r, cells: make([]lineCell, len(r.cells))}
	for i, c := range r.cells {
		l.cells[i] = lineCell{cell: c, col: c.col}
	}
	return l
}

func (l line) hasTags() bool {
	return slices.ContainsFunc(l.cells, func(c lineCell) bool { return c.tag != nil && !c.tag.self })
}

// rows writes lines and carries out the tags among them.
func (r *renderer) rows(lines []line, f *frame) error {
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		if l.row != nil && l.row.span > 1 {
			r.skip(l.row)
			continue
		}
		if l.hasTags() {
			if at, end := r.vertical(lines, i); at >= 0 {
				if err := r.block(l.cells[at], lines[i+1:end], f); err != nil {
					return err
				}
				i = end
				continue
			}
		}
		if r.s.tab.excluded() {
			if err := r.emit(l, f); err != nil {
				return err
			}
			continue
		}
		spread, more, err := r.spread(lines[i:])
		if err != nil {
			return err
		}
		if more {
			lines = append(lines[:i:i], spread...)
			l = lines[i]
			if l.hasTags() {
				i--
				continue
			}
		}
		if err := r.emit(l, f); err != nil {
			return err
		}
	}
	return nil
}

// skip passes over rows without cells.
func (r *renderer) skip(gap *row) {
	for i := range gap.span {
		r.meet(gap.num+i, r.s.part.row+1+i)
	}
	r.s.part.row += gap.span
}

// meet notes where a copy of a row is.
func (r *renderer) meet(num, out int) {
	if num < 1 || num > len(r.s.first) {
		return
	}
	if r.s.first[num-1] == 0 {
		r.s.first[num-1] = out
	}
	r.s.runs[num-1] = extend(r.s.runs[num-1], out)
}

// vertical finds the first tag of a line that closes in a line below: its place
// among the cells and the line that closes it; -1 without one.
func (r *renderer) vertical(lines []line, i int) (at, end int) {
	if r.s.tab.excluded() {
		return -1, 0
	}
	return openedBelow(lines, i)
}

// openedBelow is vertical for any lines.
func openedBelow(lines []line, i int) (at, end int) {
	cells := lines[i].cells
	for at := 0; at < len(cells); at++ {
		t := cells[at].tag
		if t == nil || t.self {
			continue
		}
		if across := closingCell(cells, at); across > 0 {
			at = across
			continue
		}
		if end := closingLine(lines, i, t.name); end > 0 {
			return at, end
		}
	}
	return -1, 0
}

// closingCell finds the closing tag in the same line; 0 without one.
func closingCell(cells []lineCell, at int) int {
	name, depth := cells[at].tag.name, 0
	for i := at + 1; i < len(cells); i++ {
		switch c := cells[i]; {
		case c.kind != textCell:
		case opens(c.text, name):
			depth++
		case !closes(c.text, name):
		case depth == 0:
			return i
		default:
			depth--
		}
	}
	return 0
}

// closingLine finds the line below that holds the closing tag; 0 without one.
func closingLine(lines []line, at int, name string) int {
	depth := 0
	for i := at + 1; i < len(lines); i++ {
		for _, c := range lines[i].cells {
			switch {
			case c.kind != textCell:
			case opens(c.text, name):
				depth++
			case !closes(c.text, name):
			case depth == 0:
				return i
			default:
				depth--
			}
		}
	}
	return 0
}

// emit writes one line.
func (r *renderer) emit(l line, f *frame) error {
	s := r.s
	if s.part.row++; s.part.row > sheet.MaxRows {
		return r.fail(tooLong(s.tab, l))
	}
	look := rowLook{outline: min(s.outline, 7), hidden: s.hidden > 0, collapsed: s.collapsed}
	s.collapsed = false
	if l.row != nil {
		look.height, look.style = l.row.height, l.row.customFormatted
		look.hidden = look.hidden || l.row.hidden
		look.outline = min(look.outline+l.row.outline, 7)
		look.collapsed = look.collapsed || l.row.collapsed
		r.meet(l.row.num, s.part.row)
	}
	w := &lineWriter{r: r, num: s.part.row}
	if l.row != nil {
		w.num = l.row.num
	}
	if err := w.stretch(l.cells, 1, lastColumn, 1, f); err != nil {
		return err
	}
	w.track(l)
	if err := r.settle(w); err != nil {
		return err
	}
	return s.part.write(look, w.cells)
}

func tooLong(s *tab, l line) Finding {
	c := &cell{row: 1, col: 1}
	if len(l.cells) > 0 {
		c = l.cells[0].cell
	}
	return found(s, c, "too-many-rows", sheet.MaxRows)
}

// lastColumn is after every column.
const lastColumn = 1 << 20
