package templates

import (
	"slices"

	"catalogsheet/internal/sheet"
)

// lineWriter makes the cells of one row of the report.
type lineWriter struct {
	r     *renderer
	num   int // of the row in the template
	cells []outCell
	// stretches is where the columns of the template went.
	stretches []stretch
	waiting   []*pending
	across    bool
	// bound: the row is repeated for a collection outside of a loop.
	bound bool
}

// stretch is a run of columns that moved together, in one turn of a block.
type stretch struct {
	from, to, out int
	f             *frame
}

// stretch writes the cells of the columns from..to, beginning in column out;
// loops over columns among them are carried out. What follows begins at w.next.
func (w *lineWriter) stretch(cells []lineCell, from, to, out int, f *frame) error {
	_, err := w.columns(cells, from, to, out, f)
	return err
}

// columns is stretch; it gives the column after the last one.
func (w *lineWriter) columns(cells []lineCell, from, to, out int, f *frame) (int, error) {
	shift, begin := out-from, from
	for i := 0; i < len(cells); i++ {
		c := cells[i]
		t := c.tag
		if t == nil || t.self || w.r.s.tab.excluded() {
			if err := w.cell(c, c.col+shift, f); err != nil {
				return 0, err
			}
			continue
		}
		end := closingCell(cells, i)
		if end == 0 {
			w.literal(c, c.col+shift)
			continue
		}
		w.across = true
		w.add(stretch{begin, c.col - 1, begin + shift, f})
		next, err := w.block(c, cells[i+1:end], cells[end].col, c.col+shift, f)
		if err != nil {
			return 0, err
		}
		shift, begin = next-(cells[end].col+1), cells[end].col+1
		i = end
	}
	w.add(stretch{begin, to, begin + shift, f})
	return to + 1 + shift, nil
}

func (w *lineWriter) add(s stretch) {
	if s.to >= s.from {
		w.stretches = append(w.stretches, s)
	}
}

// literal writes a tag that stays as it is.
func (w *lineWriter) literal(c lineCell, col int) {
	w.put(outCell{col: col, style: c.style, kind: textCell, text: c.text, src: c.cell})
}

func (w *lineWriter) put(c outCell) { w.cells = append(w.cells, c) }

// block carries out a tag that closes in the same row.
func (w *lineWriter) block(c lineCell, body []lineCell, close, out int, f *frame) (int, error) {
	r := w.r
	if !knownTag(c.tag.name) {
		return 0, r.fail(found(r.s.tab, c.cell, "tag-unknown", c.tag.name))
	}
	if err := r.wellFormed(c.cell); err != nil {
		return 0, err
	}
	from, to := c.col+1, close-1
	err := r.turns(c.cell, func() error {
		if err := r.step(c.cell); err != nil {
			return err
		}
		inner := r.newFrame(f, c.cell, to-from+1)
		inner.across, inner.fromRow, inner.toRow, inner.fromCol = true, r.s.part.row, r.s.part.row, out
		next, err := w.columns(body, from, to, out, inner)
		if err != nil {
			return err
		}
		if next > sheet.MaxColumns+1 {
			return r.fail(found(r.s.tab, c.cell, "too-many-columns", sheet.MaxColumns))
		}
		inner.toCol = next - 1
		out = next
		return nil
	})
	if out > 257 && err == nil {
		r.note(found(r.s.tab, c.cell, "columns-256"), c.cell, "")
	}
	return out, err
}

// cell writes a cell that is no block.
func (w *lineWriter) cell(c lineCell, col int, f *frame) error {
	r := w.r
	o := outCell{col: col, style: c.style, kind: c.kind, text: c.text, src: c.cell}
	for _, m := range r.s.tab.mergesFrom(c.row, c.cell.col) {
		shift := col - c.cell.col
		r.s.merges = append(r.s.merges, sheet.Range{
			FirstRow: r.s.part.row, LastRow: r.s.part.row, FirstCol: col, LastCol: m.LastCol + shift,
		})
	}
	switch {
	case c.kind != formulaCell && (c.raw || r.s.tab.excluded()):
	case c.real != nil:
		o.formula = &pending{s: r.s, cell: c.cell, f: c.real, frame: f, row: r.s.part.row, col: col}
		w.waiting = append(w.waiting, o.formula)
	case c.formula != nil:
		if c.formula.list {
			r.note(found(r.s.tab, c.cell, "formula-list"), c.cell, "")
			break
		}
		o.kind = formulaCell
		o.formula = &pending{s: r.s, cell: c.cell, f: c.formula, frame: f, row: r.s.part.row, col: col, dollar: true}
		w.waiting = append(w.waiting, o.formula)
	case c.tag != nil:
		if err := r.single(c.cell, &o); err != nil {
			return err
		}
	case c.parsed != nil:
		if err := r.text(c, &o); err != nil {
			return err
		}
	}
	if o.kind == blankCell && o.style == 0 {
		return nil
	}
	if o.kind == textCell && len(o.text) > sheet.MaxText && len(units(o.text)) > sheet.MaxText {
		return r.fail(found(r.s.tab, c.cell, "text-too-long", sheet.MaxText))
	}
	w.put(o)
	return nil
}

// mergesFrom lists the merges in one row that begin at a cell.
func (s *tab) mergesFrom(row, col int) []sheet.Range {
	at, _ := slices.BinarySearchFunc(s.merges, place{row, col}, func(m sheet.Range, p place) int {
		if m.FirstRow != p.row {
			return m.FirstRow - p.row
		}
		return m.FirstCol - p.col
	})
	end := at
	for end < len(s.merges) && s.merges[end].FirstRow == row && s.merges[end].FirstCol == col && s.merges[end].LastRow == row {
		end++
	}
	return s.merges[at:end]
}

// track notes where the cells went that formulas name, and the values of the
// columns that they look at.
func (w *lineWriter) track(l line) {
	s := w.r.s
	if w.across {
		w.widths()
	}
	for _, col := range s.tab.refs[w.num] {
		for _, st := range w.stretches {
			if col >= st.from && col <= st.to {
				p := place{w.num, col}
				s.copies[p] = append(s.copies[p], copied{s.part.row, st.out + col - st.from, st.f})
			}
		}
	}
	for _, c := range l.cells {
		w.bound = w.bound || len(c.binds) > 0
	}
	for _, c := range w.cells {
		// Cells that a collection moved here from another row.
		if c.src.row != w.num && slices.Contains(s.tab.refs[c.src.row], c.src.col) {
			p := place{c.src.row, c.src.col}
			s.copies[p] = append(s.copies[p], copied{s.part.row, c.col, w.stretches[len(w.stretches)-1].f})
		}
		if s.tab.cols[c.src.col] && c.kind != blankCell && c.formula == nil {
			s.column(c.col).add(s.part.row, c.value())
		}
	}
}

// widths notes where columns went, for their widths.
func (w *lineWriter) widths() {
	s := w.r.s
	moved := map[int]int{}
	for _, st := range w.stretches {
		for col := st.from; col <= min(st.to, 1024); col++ {
			if out := st.out + col - st.from; out > 0 {
				moved[out] = col
			}
		}
	}
	if s.widths == nil || len(moved) > len(s.widths) {
		s.widths = moved
	}
}
