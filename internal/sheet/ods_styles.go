package sheet

import (
	"io"
)

// odsStyles is what the styles of a document say of its sheets and numbers.
// Names are those of the file; a style refers to a data style and to a parent.
type odsStyles struct {
	cells  map[string]odsStyle
	data   map[string]Show
	hidden map[string]bool // table styles
	// names and shows keep what was looked up.
	names map[string]string
	shows map[string]Show
	bytes int // of all names
}

type odsStyle struct{ data, parent string }

func newODSStyles() odsStyles {
	return odsStyles{cells: map[string]odsStyle{}, data: map[string]Show{}, hidden: map[string]bool{}, names: map[string]string{}, shows: map[string]Show{}}
}

const (
	maxODSStyles = 1 << 17
	maxStyleName = 1 << 10 // bytes
)

// full bounds what a file can make the maps hold.
func (s *odsStyles) full(names ...string) bool {
	for _, name := range names {
		s.bytes += len(name)
	}
	return s.bytes > maxFrame || len(s.cells)+len(s.data)+len(s.hidden) > maxODSStyles
}

// style reads <style:style>: of tables and cells.
func (r *odsReader) style() error {
	st := &r.book.styles
	name, family := string(attr(r.attrs, "style:name")), string(attr(r.attrs, "style:family"))
	one := odsStyle{
		data:   string(attr(r.attrs, "style:data-style-name")),
		parent: string(attr(r.attrs, "style:parent-style-name")),
	}
	if st.full(name, one.data, one.parent) {
		return tooLarge("styles")
	}
	switch family {
	case "table-cell":
		st.cells[name] = one
	case "table":
		return r.tableStyle(name)
	}
	return r.skip()
}

func (r *odsReader) tableStyle(name string) error {
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
			depth++
			if string(r.name) == "table-properties" && string(attr(r.attrs, "table:display")) == "false" {
				r.book.styles.hidden[name] = true
			}
		}
	}
	return nil
}

// dataStyles are the number formats that change a number's meaning.
var dataStyles = map[string]Show{
	"date-style": ShowDate, "time-style": ShowDate, "percentage-style": ShowPercent, "text-style": ShowText,
}

func (r *odsReader) dataStyle(element string) error {
	if show, ok := dataStyles[element]; ok {
		name := string(attr(r.attrs, "style:name"))
		if r.book.styles.full(name) {
			return tooLarge("styles")
		}
		r.book.styles.data[name] = show
	}
	return r.skip()
}

// name makes a string of a style's name, once.
func (s *odsStyles) name(b []byte) string {
	name, ok := s.names[string(b)]
	if !ok {
		name = string(b)
		if len(s.names) < maxODSStyles && !s.full(name) {
			s.names[name] = name
		}
	}
	return name
}

// show tells what a cell style makes of a number.
func (s *odsStyles) show(name string) Show {
	show, ok := s.shows[name]
	if !ok {
		show = s.find(name)
		if len(s.shows) < maxODSStyles {
			s.shows[name] = show
		}
	}
	return show
}

// find follows a cell style to its data style or to a parent's.
func (s *odsStyles) find(name string) Show {
	for range 16 {
		style, ok := s.cells[name]
		if !ok {
			break
		}
		if style.data != "" {
			return s.data[style.data]
		}
		name = style.parent
	}
	return ShowNumber
}
