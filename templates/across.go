package templates

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"catalogsheet/internal/sheet"
)

var hangingPattern = regexp.MustCompile(`<(?:\w+:)?(?:dataValidation|conditionalFormatting|hyperlink)\b[^>]*?\b(?:sqref|ref)="([^"]*)"`)

// hanging lists the cells with validations, formats under conditions, links and
// comments.
func (l *loader) hanging(s *tab, data []byte) []sheet.Range {
	var all []sheet.Range
	add := func(refs string) {
		for _, ref := range strings.Fields(refs) {
			if m := rangePattern.FindStringSubmatch(ref); m != nil {
				all = append(all, cellsOf(m))
			}
		}
	}
	end := max(bytes.LastIndex(data, []byte("</sheetData>")), 0)
	for _, m := range hangingPattern.FindAllSubmatch(data[end:], maxMerges) {
		add(string(m[1]))
	}
	comments, err := l.f.GetComments(s.name)
	if err != nil {
		return all // comments that cannot be read are not shown either
	}
	for _, c := range comments {
		add(c.Cell)
	}
	return all
}

// cellsOf are the cells that rangePattern found.
func cellsOf(m []string) sheet.Range {
	from, _ := strconv.Atoi(m[2]) // digits, as those of m[4]
	r := sheet.Range{FirstRow: from, LastRow: from, FirstCol: columnNumber(m[1]), LastCol: columnNumber(m[1])}
	if m[3] != "" {
		r.LastRow, _ = strconv.Atoi(m[4])
		r.LastCol = columnNumber(m[3])
	}
	return r
}

// attachedAcross finds what hangs on cells that a loop over columns moves.
func (s *tab) attachedAcross() Findings {
	if len(s.hangs) == 0 || s.excluded() {
		return nil
	}
	var all Findings
	for _, r := range s.rows {
		cells := newLine(r).cells
		for i, c := range cells {
			if c.tag == nil || c.tag.self || closingCell(cells, i) == 0 {
				continue
			}
			for _, h := range s.hangs {
				if h.FirstRow <= r.num && r.num <= h.LastRow && h.LastCol >= c.col {
					at := max(h.FirstCol, c.col)
					all = append(all, found(s, &cell{row: r.num, col: at}, "attached-across"))
				}
			}
			break
		}
	}
	return all
}
