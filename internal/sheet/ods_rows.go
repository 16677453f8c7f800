package sheet

import (
	"io"
	"slices"
	"sort"
	"unicode/utf8"
)

// odsGrid is where reading a table stands.
type odsGrid struct {
	row     int // the last row
	col     int // the last column of the row
	columns []odsColumn
	merges  []Range
	// repeated counts the cells that the file does not spell out.
	repeated int

	cells  []Cell
	arena  []byte
	spans  []span
	style  string // the row's own
	height int    // how often the row is repeated
}

// odsColumn is a run of columns with the style of their cells.
type odsColumn struct {
	last  int
	style string
}

// maxRepeated bounds what a small file can spread out into.
const maxRepeated = 32 << 20

// odsFrames are the elements of a table that only group rows and columns.
var odsFrames = []string{
	"table-row-group", "table-header-rows", "table-rows",
	"table-column-group", "table-header-columns", "table-columns",
}

// rows reads <table:table> to its end.
func (r *odsReader) rows() error {
	for depth := 1; depth > 0; {
		tok, err := r.next()
		if err != nil {
			return err
		}
		switch tok {
		case tokenEOF:
			return io.ErrUnexpectedEOF
		case tokenEnd:
			depth--
		case tokenStart:
			switch name := string(r.name); {
			case name == "table-row":
				err = r.oneRow()
			case name == "table-column":
				err = r.column()
			case slices.Contains(odsFrames, name):
				depth++
			default:
				err = r.skip()
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *odsReader) column() error {
	g := &r.grid
	last := 0
	if n := len(g.columns); n > 0 {
		last = g.columns[n-1].last
	}
	if len(attr(r.attrs, "table:default-cell-style-name")) > maxStyleName {
		return tooLarge("styles")
	}
	if last < MaxColumns {
		style := r.book.styles.name(attr(r.attrs, "table:default-cell-style-name"))
		g.columns = append(g.columns, odsColumn{last: last + r.count("table:number-columns-repeated"), style: style})
	}
	return r.skip()
}

// count reads how often something is repeated.
func (r *odsReader) count(name string) int {
	n, ok := atoi(attr(r.attrs, name))
	if !ok || n < 1 {
		return 1
	}
	return n
}

// oneRow reads <table:table-row> and gives it as often as it is repeated.
func (r *odsReader) oneRow() error {
	g := &r.grid
	visibility := string(attr(r.attrs, "table:visibility"))
	hidden := visibility == "collapse" || visibility == "filter"
	g.cells, g.arena, g.spans, g.col = g.cells[:0], g.arena[:0], g.spans[:0], 0
	g.style, g.height = r.book.styles.name(attr(r.attrs, "table:default-cell-style-name")), r.count("table:number-rows-repeated")
	for depth := 1; depth > 0; {
		tok, err := r.next()
		if err != nil {
			return err
		}
		switch tok {
		case tokenEOF:
			return io.ErrUnexpectedEOF
		case tokenEnd:
			depth--
		case tokenStart:
			switch string(r.name) {
			case "table-cell", "covered-table-cell":
				err = r.cell()
			default:
				err = r.skip()
			}
			if err != nil {
				return err
			}
		}
	}
	return r.endRow(hidden)
}

func (r *odsReader) endRow(hidden bool) error {
	g := &r.grid
	first := g.row + 1
	g.row += g.height
	if len(g.cells) == 0 {
		return nil
	}
	if g.row > MaxRows {
		return tooLarge("rows")
	}
	if g.repeated += (g.height - 1) * len(g.cells); g.repeated > maxRepeated {
		return tooLarge("rows")
	}
	if r.yield == nil {
		return nil
	}
	if !utf8.Valid(g.arena) {
		return errNotUTF8
	}
	all := string(g.arena)
	for _, sp := range g.spans {
		g.cells[sp.cell].Text = all[sp.from:sp.to]
	}
	for num := first; num <= g.row; num++ {
		if !r.yield(Row{Num: num, Hidden: hidden, Cells: g.cells}) {
			return errStopped
		}
	}
	return nil
}

// merge notes the range that a cell spans, in each repetition of its row.
func (r *odsReader) merge(col int) error {
	g := &r.grid
	wide, high := r.count("table:number-columns-spanned"), r.count("table:number-rows-spanned")
	if wide == 1 && high == 1 || r.yield != nil {
		return nil
	}
	for row := g.row + 1; row <= g.row+g.height; row++ {
		if len(g.merges) >= r.book.zip.limits.Merges {
			return tooLarge("merges")
		}
		g.merges = append(g.merges, Range{
			FirstRow: row, FirstCol: col,
			LastRow: min(row+high-1, MaxRows), LastCol: min(col+wide-1, MaxColumns),
		})
	}
	return nil
}

// show tells what the format of a cell makes of a number: its own style, or
// that of its row or column.
func (r *odsReader) show(style string, col int) Show {
	g := &r.grid
	if style == "" {
		style = g.style
	}
	if style == "" {
		i := sort.Search(len(g.columns), func(i int) bool { return col <= g.columns[i].last })
		if i < len(g.columns) {
			style = g.columns[i].style
		}
	}
	return r.book.styles.show(style)
}
