package templates

import (
	"bytes"
	"encoding/xml"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What hangs on the rows of a sheet without being in them moves with the rows:
// validations and formats under conditions cover every copy, comments and
// pictures stay with the first one, names, filters and the printed area grow.
// POI, by which MoySklad's engine moves rows, does less of this.

// The parts of a worksheet behind its rows (ECMA-376 part 1, 18.3.1).
var (
	coveringPattern  = regexp.MustCompile(`(?s)<((?:\w+:)?(?:conditionalFormatting|dataValidation|protectedRange|ignoredError))\b([^>]*?)(?:/>|>(.*?)</((?:\w+:)?(?:conditionalFormatting|dataValidation|protectedRange|ignoredError))>)`)
	sqrefPattern     = regexp.MustCompile(`(?s)(\bsqref=")([^"]*)(")|(<(?:\w+:)?sqref>)([^<]*)(</)`)
	ruleFormula      = regexp.MustCompile(`(?s)(<(?:\w+:)?(?:formula[12]?|f)\b[^>]*>)([^<]*)(</)`)
	validations      = regexp.MustCompile(`(?s)<((?:\w+:)?dataValidations)\b([^>]*)>(.*?)</(?:\w+:)?dataValidations>`)
	countAttribute   = regexp.MustCompile(`\bcount="\d*"`)
	hyperlinkPattern = regexp.MustCompile(`(<hyperlink\b[^>]*?\bref=")([^"]*)("[^>]*/>|"[^>]*>\s*</hyperlink>)`)
	emptyPattern     = regexp.MustCompile(`<(?:hyperlinks|protectedRanges|ignoredErrors)>\s*</(?:hyperlinks|protectedRanges|ignoredErrors)>`)
	filterPattern    = regexp.MustCompile(`(<(?:autoFilter|sortState|sortCondition)\b[^>]*?\bref=")([^"]*)(")`)
	breakPattern     = regexp.MustCompile(`(?s)<rowBreaks\b.*?</rowBreaks>`)
	breakID          = regexp.MustCompile(`(<brk\b[^>]*?\bid=")(\d+)(")`)
)

// attached moves what a worksheet has behind its rows.
func (s *report) attached(r *renderer, after []byte) []byte {
	after = coveringPattern.ReplaceAllFunc(after, func(element []byte) []byte { return s.covering(r, element) })
	after = validations.ReplaceAllFunc(after, func(b []byte) []byte {
		n := bytes.Count(b, []byte("<dataValidation ")) + bytes.Count(b, []byte(":dataValidation "))
		if n == 0 {
			return nil
		}
		head := bytes.IndexByte(b, '>')
		return append(countAttribute.ReplaceAll(b[:head:head], []byte(`count="`+strconv.Itoa(n)+`"`)), b[head:]...)
	})
	after = replaceGroup(hyperlinkPattern, after, func(m [][]byte) []byte {
		var b []byte
		for _, ref := range s.movedRanges(string(m[2])) {
			b = slices.Concat(b, m[1], []byte(ref), m[3])
		}
		return b
	})
	after = emptyPattern.ReplaceAll(after, nil)
	after = replaceGroup(filterPattern, after, func(m [][]byte) []byte {
		ref := s.movedRange(string(m[2]))
		if ref == "" {
			return m[0]
		}
		return slices.Concat(m[1], []byte(ref), m[3])
	})
	return breakPattern.ReplaceAllFunc(after, func(b []byte) []byte {
		return replaceGroup(breakID, b, func(m [][]byte) []byte {
			row, _ := strconv.Atoi(string(m[2]))
			_, last := s.firstAndLast(row, row)
			return slices.Concat(m[1], strconv.AppendInt(nil, int64(last), 10), m[3])
		})
	})
}

// replaceGroup is ReplaceAllFunc with the groups of each match.
func replaceGroup(p *regexp.Regexp, b []byte, with func(m [][]byte) []byte) []byte {
	return p.ReplaceAllFunc(b, func(match []byte) []byte { return with(p.FindSubmatch(match)) })
}

// covering moves an element with a list of ranges and formulas; it goes where
// none of its cells is left.
func (s *report) covering(r *renderer, element []byte) []byte {
	left := false
	element = replaceGroup(sqrefPattern, element, func(m [][]byte) []byte {
		begin, ranges, end := m[1], m[2], m[3]
		if begin == nil {
			begin, ranges, end = m[4], m[5], m[6]
		}
		moved := s.movedRanges(string(ranges))
		left = left || len(moved) > 0
		return slices.Concat(begin, []byte(strings.Join(moved, " ")), end)
	})
	if !left {
		return nil
	}
	return r.movedFormulas(ruleFormula, element, s)
}

// movedFormulas moves the formulas of XML that a pattern finds in three groups.
func (r *renderer) movedFormulas(p *regexp.Regexp, b []byte, home *report) []byte {
	return replaceGroup(p, b, func(m [][]byte) []byte {
		var text string
		if err := xml.Unmarshal(slices.Concat([]byte("<f>"), m[2], []byte("</f>")), &text); err != nil {
			return m[0]
		}
		return slices.Concat(m[1], appendXML(nil, r.movedFormula(text, home)), m[3])
	})
}

var (
	namePattern  = regexp.MustCompile(`(?s)(<definedName\b[^>]*>)([^<]*)(</)`)
	chartPattern = regexp.MustCompile(`(?s)(<(?:\w+:)?f>)([^<]*)(</)`)
)

// moveParts moves what other parts of the workbook say about rows.
func (r *renderer) moveParts(parts []*capturedPart) error {
	byName := map[string]*capturedPart{}
	for _, p := range parts {
		byName[p.name] = p
		folder, file := path.Split(p.name)
		switch {
		case folder == "xl/charts/" && strings.HasPrefix(file, "chart"):
			p.set(r.movedFormulas(chartPattern, p.Bytes(), nil))
		case strings.HasPrefix(file, "workbook") && strings.HasSuffix(file, ".xml"):
			p.set(r.movedFormulas(namePattern, p.Bytes(), nil))
		}
	}
	for _, s := range r.t.tabs {
		folder, file := path.Split(s.part)
		rels := byName[folder+"_rels/"+file+".rels"]
		if rels == nil {
			continue
		}
		var x xmlRelations
		if err := decodePart(rels.Bytes(), &x); err != nil {
			return err
		}
		for _, rel := range x.Relations {
			p := byName[partPath(folder, rel.Target)]
			for _, m := range partMoves {
				if p != nil && strings.HasSuffix(rel.Type, m.kind) {
					p.set(m.move(r.out[s], p.Bytes()))
				}
			}
		}
	}
	return nil
}

func (p *capturedPart) set(data []byte) {
	data = slices.Clone(data)
	p.Reset()
	p.Write(data)
}

// partMoves are the parts that a sheet refers to, by the end of the relation's
// type. The table never changes.
var partMoves = [...]struct {
	kind string
	move func(s *report, b []byte) []byte
}{
	{"/comments", (*report).moveComments},
	{"/threadedComment", (*report).moveComments},
	{"/vmlDrawing", (*report).moveNotes},
	{"/drawing", (*report).moveDrawing},
	{"/table", (*report).moveTable},
}

var (
	commentPattern = regexp.MustCompile(`(?s)(<(?:threadedC|c)omment\b[^>]*?\bref=")([A-Z]+)(\d+)("[^>]*>.*?</(?:threadedC|c)omment>)`)
	notePattern    = regexp.MustCompile(`(?s)<v:shape\b.*?</v:shape>`)
	noteRow        = regexp.MustCompile(`(<x:Row>)\s*(\d+)\s*(</x:Row>)`)
	noteAnchor     = regexp.MustCompile(`(<x:Anchor>)([^<]*)(</x:Anchor>)`)
	anchorPattern  = regexp.MustCompile(`(?s)<((?:\w+:)?)(twoCellAnchor|oneCellAnchor)\b.*?</(?:\w+:)?(?:twoCellAnchor|oneCellAnchor)>`)
	anchorRow      = regexp.MustCompile(`(<(?:\w+:)?row>)(\d+)(</)`)
	tablePattern   = regexp.MustCompile(`(<(?:table|autoFilter)\b[^>]*?\bref=")([^"]*)(")`)
)

// moveComments puts comments on the first copies of their cells.
func (s *report) moveComments(b []byte) []byte {
	return replaceGroup(commentPattern, b, func(m [][]byte) []byte {
		row, _ := strconv.Atoi(string(m[3]))
		if s.gone(row) {
			return nil
		}
		return slices.Concat(m[1], m[2], strconv.AppendInt(nil, int64(s.firstOf(row)), 10), m[4])
	})
}

// gone says that nothing is left of a row.
func (s *report) gone(row int) bool { return row <= len(s.first) && s.first[row-1] == 0 }

// moveNotes moves the shapes of comments; their rows are counted from 0.
func (s *report) moveNotes(b []byte) []byte {
	return notePattern.ReplaceAllFunc(b, func(shape []byte) []byte {
		at := noteRow.FindSubmatch(shape)
		if at == nil {
			return shape
		}
		row, _ := strconv.Atoi(string(at[2]))
		if s.gone(row + 1) {
			return nil
		}
		shift := s.firstOf(row+1) - row - 1
		shape = noteRow.ReplaceAll(shape, []byte("${1}"+strconv.Itoa(row+shift)+"${3}"))
		return replaceGroup(noteAnchor, shape, func(m [][]byte) []byte {
			places := strings.Split(string(m[2]), ",")
			for _, i := range []int{2, 6} { // the rows of its corners
				if i < len(places) {
					n, err := strconv.Atoi(strings.TrimSpace(places[i]))
					if err != nil {
						return m[0]
					}
					places[i] = strconv.Itoa(max(n+shift, 0))
				}
			}
			return slices.Concat(m[1], []byte(strings.Join(places, ",")), m[3])
		})
	})
}

// moveDrawing moves pictures and charts, which keep their size.
func (s *report) moveDrawing(b []byte) []byte {
	return anchorPattern.ReplaceAllFunc(b, func(anchor []byte) []byte {
		shift, first := 0, true
		return replaceGroup(anchorRow, anchor, func(m [][]byte) []byte {
			row, _ := strconv.Atoi(string(m[2]))
			if first {
				shift, first = s.firstOf(row+1)-row-1, false
			}
			return slices.Concat(m[1], strconv.AppendInt(nil, int64(max(row+shift, 0)), 10), m[3])
		})
	})
}

// moveTable moves a table with its filter.
func (s *report) moveTable(b []byte) []byte {
	return replaceGroup(tablePattern, b, func(m [][]byte) []byte {
		if ref := s.movedRange(string(m[2])); strings.Contains(ref, ":") {
			return slices.Concat(m[1], []byte(ref), m[3])
		}
		return m[0]
	})
}
