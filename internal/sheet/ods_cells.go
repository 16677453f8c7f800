package sheet

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"
)

// odsCell is a cell as it is read.
type odsCell struct {
	Cell
	kind     odsKind
	value    string // what the attribute of its kind holds
	hasValue bool
	isError  bool
	hasText  bool // has a paragraph, be it empty
	formula  string
	style    string
}

// odsKind is an office:value-type (OpenDocument 1.3 part 3, 19.389).
type odsKind uint8

const (
	odsNone odsKind = iota
	odsNumber
	odsPercentage
	odsDate
	odsTime
	odsBoolean
	odsString
	odsKinds
)

func odsKindOf(value []byte) odsKind {
	switch string(value) {
	case "float", "currency":
		return odsNumber
	case "percentage":
		return odsPercentage
	case "date":
		return odsDate
	case "time":
		return odsTime
	case "boolean":
		return odsBoolean
	case "string":
		return odsString
	}
	return odsNone
}

// cell reads <table:table-cell> and lists it as often as it is repeated.
func (r *odsReader) cell() error {
	g := &r.grid
	col, repeat := g.col+1, r.count("table:number-columns-repeated")
	g.col += repeat
	if r.yield == nil {
		if err := r.merge(col); err != nil {
			return err
		}
		return r.skip()
	}
	c, err := r.cellStart()
	if err != nil {
		return err
	}
	if r.selfClose && c.kind == odsNone && !c.Formula {
		return r.skip()
	}
	c.Show = r.show(c.style, col)
	from := len(g.arena)
	if c.hasText, err = r.cellText(); err != nil {
		return err
	}
	c.settle(g, from)
	if len(g.arena)-from > r.maxText {
		return errTooLong
	}
	if len(g.arena) > r.book.zip.limits.rowBytes() {
		return tooLarge("row")
	}
	return r.addCell(&c, col, repeat, from)
}

// addCell lists a cell that is not blank as often as it is repeated.
func (r *odsReader) addCell(c *odsCell, col, repeat, from int) error {
	g := &r.grid
	if !c.Formula && (c.Type == Blank || c.Type == String && from == len(g.arena)) {
		g.arena = g.arena[:from]
		return nil
	}
	if g.repeated += repeat - 1; g.col > MaxColumns || g.repeated > maxRepeated {
		return tooLarge("columns")
	}
	for ; col <= g.col; col++ {
		c.Col = col
		g.cells = append(g.cells, c.Cell)
		g.spans = append(g.spans, span{len(g.cells) - 1, from, len(g.arena)})
	}
	return nil
}

// cellStart reads the attributes of a cell.
func (r *odsReader) cellStart() (odsCell, error) {
	var c odsCell
	var values [odsKinds][]byte
	var formula []byte
	for b := r.attrs; ; {
		name, value, rest := nextAttr(b)
		if len(name) == 0 {
			break
		}
		b = rest
		switch string(name) {
		case "office:value-type":
			c.kind = odsKindOf(value)
		case "office:value":
			values[odsNumber], values[odsPercentage] = value, value
		case "office:date-value":
			values[odsDate] = value
		case "office:time-value":
			values[odsTime] = value
		case "office:boolean-value":
			values[odsBoolean] = value
		case "office:string-value":
			values[odsString] = value
		case "table:style-name":
			c.style = r.book.styles.name(value)
		case "table:formula":
			c.Formula, formula = true, value
		case "calcext:value-type":
			c.isError = c.isError || string(value) == "error"
		case "gnm:error-value":
			c.isError = true
		}
	}
	c.hasValue = values[c.kind] != nil
	var err1, err2 error
	c.value, err1 = plain(values[c.kind])
	c.formula, err2 = plain(formula)
	c.External = strings.Contains(outsideQuotes(c.formula), "'#")
	return c, errors.Join(err1, err2)
}

// plain resolves the references of an attribute.
func plain(value []byte) (string, error) {
	if bytes.IndexByte(value, '&') < 0 {
		return string(value), nil
	}
	inner := scanner{text: value}
	b, err := inner.appendText(nil)
	return string(b), err
}

// outsideQuotes drops the string literals of a formula.
func outsideQuotes(formula string) string {
	if !strings.Contains(formula, `"`) {
		return formula
	}
	var b strings.Builder
	for i, part := range strings.Split(formula, `"`) {
		if i%2 == 0 {
			b.WriteString(part)
		}
	}
	return b.String()
}

// constant gives what a formula computes that is a value and no more: TRUE(),
// and the error values of gnumeric.
func (c *odsCell) constant() string {
	_, expr, ok := strings.Cut(c.formula, "=")
	if !ok {
		return ""
	}
	return strings.ToUpper(strings.TrimSpace(expr))
}

// odsErrors are the error values that a text may spell.
var odsErrors = map[string]bool{
	"#NULL!": true, "#DIV/0!": true, "#VALUE!": true, "#REF!": true, "#NAME?": true, "#NUM!": true, "#N/A": true,
}

// settle finds the type of a cell; the arena from from on holds its paragraphs
// and is made to hold its value.
func (c *odsCell) settle(g *odsGrid, from int) {
	shown := string(g.arena[from:])
	put := func(t Type, text string) { c.Type, g.arena = t, append(g.arena[:from], text...) }
	constant := ""
	if c.Formula {
		constant = c.constant()
	}
	switch {
	case c.isError, c.Formula && odsErrors[shown]:
		c.Formula = c.Formula && constant != shown
		put(Error, shown)
	case constant == "TRUE()", constant == "FALSE()":
		c.Formula = false
		put(Bool, strconv.FormatBool(constant == "TRUE()"))
	case c.kind == odsBoolean && (c.value == "true" || c.value == "false"):
		put(Bool, c.value)
	case c.kind == odsBoolean:
		put(String, c.value)
	case c.kind == odsString && c.hasValue:
		put(String, c.value)
	case c.kind == odsString, c.kind == odsNone && shown != "":
		c.Type = String
	case c.kind == odsNone && c.Formula && c.hasText:
		c.Type = String // LibreOffice's empty text
	case c.kind == odsNone:
		c.Uncached = c.Formula
	case c.kind == odsDate:
		c.Show = ShowDate
		put(serialOr(c.value, dateSerial))
	case c.kind == odsTime:
		c.Show = ShowDate
		put(serialOr(c.value, timeSerial))
	default:
		if c.kind == odsPercentage {
			c.Show = ShowPercent
		}
		value := strings.TrimSpace(c.value)
		put(String, value)
		if isNumber([]byte(value)) {
			c.Type = Number
		}
	}
}

// serialOr gives the serial of a date, or its text where there is none.
func serialOr(text string, serial func(string) (float64, bool)) (Type, string) {
	if f, ok := serial(text); ok {
		return Number, strconv.FormatFloat(f, 'f', -1, 64)
	}
	return String, text
}

// dateSerial counts the days of an ISO date, which may have a time, from 30
// December 1899.
func dateSerial(text string) (float64, bool) {
	text = strings.TrimSuffix(text, "Z")
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04:05", "2006-01-02T15:04"} {
		t, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		day := time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
		seconds := t.Unix() - day.Unix()
		return float64(seconds)/86400 + float64(t.Nanosecond())/86400e9, true
	}
	return 0, false
}

// timeSerial reads PT12H30M15.5S as a part of a day.
func timeSerial(text string) (float64, bool) {
	rest, negative := strings.CutPrefix(text, "-")
	rest, ok := strings.CutPrefix(rest, "PT")
	if !ok || rest == "" {
		return 0, false
	}
	var seconds float64
	for _, unit := range []struct {
		letter string
		length float64
	}{{"H", 3600}, {"M", 60}, {"S", 1}} {
		number, after, found := strings.Cut(rest, unit.letter)
		if !found {
			continue
		}
		n, err := strconv.ParseFloat(strings.Replace(number, ",", ".", 1), 64)
		if err != nil || !isNumber([]byte(strings.Replace(number, ",", ".", 1))) {
			return 0, false
		}
		seconds += n * unit.length
		rest = after
	}
	if negative {
		seconds = -seconds
	}
	return seconds / 86400, rest == ""
}

// cellText appends the paragraphs of a cell, with a line feed between them;
// notes, pictures and tables inside it are passed over.
func (r *odsReader) cellText() (found bool, err error) {
	for from := len(r.grid.arena); ; {
		tok, err := r.next()
		if err != nil {
			return found, err
		}
		switch {
		case tok == tokenEOF:
			return found, io.ErrUnexpectedEOF
		case tok == tokenEnd:
			return found, nil
		case tok == tokenStart && string(r.name) == "p":
			if found {
				r.grid.arena = append(r.grid.arena, '\n')
			}
			found = true
			if err := r.paragraph(from); err != nil {
				return found, err
			}
		case tok == tokenStart:
			if err := r.skip(); err != nil {
				return found, err
			}
		}
	}
}

// paragraph appends the text of <text:p>: white space counts once and not at
// the beginning, what is more is spelled as elements (OpenDocument 1.3 part 3,
// 6.1.2). The cell's text begins at from.
func (r *odsReader) paragraph(from int) error {
	g := &r.grid
	space := true
	for depth := 1; depth > 0; {
		tok, err := r.next()
		if err == nil && len(g.arena)-from > r.maxText {
			err = errTooLong
		}
		if err != nil {
			return err
		}
		switch tok {
		case tokenEOF:
			return io.ErrUnexpectedEOF
		case tokenEnd:
			depth--
		case tokenText:
			at := len(g.arena)
			if g.arena, err = r.appendText(g.arena); err != nil {
				return err
			}
			g.arena, space = collapse(g.arena, at, space)
		case tokenStart:
			inside, err := r.inline(&space)
			if err != nil {
				return err
			}
			if inside {
				depth++
			}
		}
	}
	return nil
}

// inline reads an element inside a paragraph; inside says that its text is a
// part of the paragraph's.
func (r *odsReader) inline(space *bool) (inside bool, err error) {
	g := &r.grid
	switch string(r.name) {
	case "s":
		n := r.count("text:c")
		if n > r.maxText {
			return false, errTooLong
		}
		g.arena = append(g.arena, strings.Repeat(" ", n)...)
	case "tab":
		g.arena = append(g.arena, '\t')
	case "line-break":
		g.arena = append(g.arena, '\n')
	case "annotation", "note", "frame", "ruby-text":
	default:
		return true, nil
	}
	*space = false
	return false, r.skip()
}

// collapse makes one space of each run of white space in dst[from:].
func collapse(dst []byte, from int, space bool) ([]byte, bool) {
	out := from
	for _, c := range dst[from:] {
		white := isSpace(c)
		if white && space {
			continue
		}
		if space = white; white {
			c = ' '
		}
		dst[out] = c
		out++
	}
	return dst[:out], space
}
