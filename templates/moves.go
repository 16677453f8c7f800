package templates

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"catalogsheet/internal/sheet"
)

// run is a run of rows of the report, 1-based.
type run struct{ from, to int }

// maxRuns bounds the runs that are kept of one row of a template; beyond it the
// last run covers all that follows.
const maxRuns = 1000

// extend adds a row to the runs of a row of the template.
func extend(runs []run, row int) []run {
	if n := len(runs); n > 0 && (runs[n-1].to+1 == row || n >= maxRuns) {
		runs[n-1].to = row
		return runs
	}
	return append(runs, run{row, row})
}

// moved gives where rows of the template went: every copy of each of them. None
// is left of rows that held tags alone.
func (s *report) moved(from, to int) []run {
	n := len(s.runs)
	var all []run
	for row := from; row <= min(to, n); row++ {
		all = append(all, s.runs[row-1]...)
	}
	if to > n {
		last := min(s.part.row+to-n, sheet.MaxRows)
		if to >= sheet.MaxRows {
			last = sheet.MaxRows
		}
		all = append(all, run{min(s.part.row+max(from-n, 1), last), last})
	}
	slices.SortFunc(all, func(a, b run) int { return a.from - b.from })
	joined := all[:0]
	for _, r := range all {
		if k := len(joined); k > 0 && r.from <= joined[k-1].to+1 {
			joined[k-1].to = max(joined[k-1].to, r.to)
			continue
		}
		joined = append(joined, r)
	}
	return joined
}

// hull is the first and the last row of what is left of rows.
func (s *report) hull(from, to int) (run, bool) {
	all := s.moved(from, to)
	if len(all) == 0 {
		return run{}, false
	}
	return run{all[0].from, all[len(all)-1].to}, true
}

// rangePattern is A1, $A$1:B2 or, in a list of ranges, a run of whole columns.
var rangePattern = regexp.MustCompile(`^\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?$`)

// movedRanges moves the ranges of a sqref with their rows; one becomes several
// where its copies stand apart, and none where nothing is left. Columns stay.
func (s *report) movedRanges(sqref string) []string {
	var all []string
	for _, text := range strings.Fields(sqref) {
		m := rangePattern.FindStringSubmatch(text)
		if m == nil {
			all = append(all, text) // whole columns
			continue
		}
		first, last := m[1], m[3]
		from, _ := strconv.Atoi(m[2])
		to := from
		if last == "" {
			last = first
		} else {
			to, _ = strconv.Atoi(m[4])
		}
		for _, r := range s.moved(from, to) {
			a, b := first+strconv.Itoa(r.from), last+strconv.Itoa(r.to)
			if a == b {
				all = append(all, a)
				continue
			}
			all = append(all, a+":"+b)
		}
	}
	return all
}

// movedRange is movedRanges for what has a single range: the hull; "" where
// nothing is left.
func (s *report) movedRange(ref string) string {
	all := s.movedRanges(ref)
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	from, _, _ := strings.Cut(all[0], ":")
	_, to, ok := strings.Cut(all[len(all)-1], ":")
	if !ok {
		to = all[len(all)-1]
	}
	return from + ":" + to
}

// formulaRange finds a cell, a range or a run of rows in a formula: the sheet,
// the columns with their $, a $ and the number of each row.
var formulaRange = regexp.MustCompile(`((?:'(?:[^']|'')+'|[\p{L}_][\p{L}\d_.]*)!)?(?:(\$?\b[A-Za-z]{1,3})(\$?)(\d{1,7})(?::(\$?[A-Za-z]{1,3})(\$?)(\d{1,7}))?|(\$)(\d{1,7}):\$(\d{1,7}))\b`)

// movedFormula moves the references of a formula that belongs to a sheet and not
// to a cell of it. A range that is fixed in its place grows with its rows; any
// other reference goes to the first copy, from which its formula is counted.
// home is the sheet of references without one, nil for none.
func (r *renderer) movedFormula(formula string, home *report) string {
	var b strings.Builder
	end := 0
	for _, m := range formulaRange.FindAllStringSubmatchIndex(formula, -1) {
		group := func(i int) string {
			if m[2*i] < 0 {
				return ""
			}
			return formula[m[2*i]:m[2*i+1]]
		}
		s := home
		if name := group(1); name != "" {
			s = nil
			if t := r.t.tab(strings.ReplaceAll(strings.Trim(strings.TrimSuffix(name, "!"), "'"), "''", "'"), nil); t != nil {
				s = r.out[t]
			}
		}
		if s == nil || insideText(formula, m[0]) || m[1] < len(formula) && (formula[m[1]] == '(' || formula[m[1]] == '!') {
			continue
		}
		b.WriteString(formula[end:m[0]] + group(1) + s.movedReference(group))
		end = m[1]
	}
	return b.String() + formula[end:]
}

// movedReference spells what formulaRange found, moved.
func (s *report) movedReference(group func(int) string) string {
	number := func(i int) int {
		n, _ := strconv.Atoi(group(i)) // digits
		return n
	}
	if group(8) != "" {
		from, to := s.firstAndLast(number(9), number(10))
		return "$" + strconv.Itoa(from) + ":$" + strconv.Itoa(to)
	}
	from := number(4)
	if group(7) == "" {
		return group(2) + group(3) + strconv.Itoa(s.firstOf(from))
	}
	to := number(7)
	first, last := s.firstOf(from), s.firstOf(to)
	if group(3) != "" && group(6) != "" {
		first, last = s.firstAndLast(from, to)
	}
	return group(2) + group(3) + strconv.Itoa(first) + ":" + group(5) + group(6) + strconv.Itoa(last)
}

// firstAndLast is hull; rows that vanished give the place of what followed.
func (s *report) firstAndLast(from, to int) (first, last int) {
	if r, ok := s.hull(from, to); ok {
		return r.from, r.to
	}
	return s.firstOf(from), s.firstOf(from)
}
