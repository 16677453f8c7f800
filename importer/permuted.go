package importer

import (
	"cmp"
	"slices"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/money"

	"github.com/shopspring/decimal"
)

// A column that was sorted or shifted alone shows its own old values in other
// rows. Honest edits beside that hide it from a plain comparison of all values,
// so it is also looked for in every stretch of edited cells, with some values
// amiss. What tells it from a rule (all prices up a step, where the next step is
// another row's old price) is that a rule keeps the order of the values.

const (
	// fewest cells, and different values among them, that are no chance where
	// the values are the old ones to the last.
	fewest = 5
	// The same where some values are new: less could be an honest repricing
	// that hits upon other rows' old prices.
	fewestLoose, differentLoose = 12, 8
	// sampled is how many cells of a stretch are compared with each other.
	sampled = 150
	// mostLooks bounds the work on a long column that was edited by a rule whose
	// new values are old ones everywhere.
	mostLooks = 20_000
)

// moves are the edited cells of one column in the order of the file. was and
// now hold the rank of a value among all that occur, so that ranks compare as
// values do.
type moves struct {
	kind     catalog.Kind
	tried    []attempt
	was, now []int32
	values   []string // by rank
	looks    int
}

// newMoves ranks the values of a column's edited cells.
func newMoves(k catalog.Kind, tried []attempt) *moves {
	m := &moves{kind: k, tried: tried}
	seen := map[string]decimal.Decimal{}
	for _, a := range tried {
		for _, v := range [2]string{a.was, a.now} {
			if _, ok := seen[v]; ok {
				continue
			}
			seen[v] = decimal.Zero
			if d, err := money.Parse(v); k.Numeric() && err == nil {
				seen[v] = d
			}
			m.values = append(m.values, v)
		}
	}
	slices.SortFunc(m.values, func(a, b string) int { return cmp.Or(seen[a].Cmp(seen[b]), cmp.Compare(a, b)) })
	rank := make(map[string]int32, len(m.values))
	for i, v := range m.values {
		rank[v] = int32(i)
	}
	for _, a := range tried {
		m.was, m.now = append(m.was, rank[a.was]), append(m.now, rank[a.now])
	}
	return m
}

// stretch finds edited cells, one after the other, whose values changed places;
// ok is false where there are none.
func (m *moves) stretch() (from, to int, ok bool) {
	n := len(m.was)
	if n < fewest || m.kind == catalog.Flag {
		return 0, 0, false
	}
	if m.excess(0, n) == 0 && m.different(0, n) >= fewest {
		return 0, n, true
	}
	if !loose[m.kind] {
		return 0, 0, false
	}
	if m.torn(0, n, m.excess(0, n)) {
		return 0, n, true
	}
	// From the longest: the whole of a block says more than a part.
	for size := n; size >= fewestLoose; size -= max(1, size/10) {
		if from, ok := m.slide(size); ok {
			return from, from + size, true
		}
	}
	return 0, 0, false
}

// loose are the kinds whose values say so much that most of them suffice. Few
// names of folders or rates are shared by many rows: there a person may well
// exchange some.
var loose = map[catalog.Kind]bool{
	catalog.Money: true, catalog.Number: true, catalog.Integer: true,
	catalog.Text: true, catalog.Code: true, catalog.Barcodes: true,
}

// slide looks at every stretch of a size.
func (m *moves) slide(size int) (from int, ok bool) {
	balance := make([]int32, len(m.values))
	amiss := 0 // the sum of the absolute balances
	put := func(v, by int32) {
		old := balance[v]
		balance[v] += by
		amiss += int(max(balance[v], -balance[v]) - max(old, -old))
	}
	next := 0
	for i := 0; i < len(m.was) && m.looks < mostLooks; i++ {
		put(m.was[i], 1)
		put(m.now[i], -1)
		from := i + 1 - size
		if from < 0 {
			continue
		}
		if from >= next && amiss/2 <= slack(size) {
			if m.torn(from, i+1, amiss/2) {
				return from, true
			}
			next = from + max(1, size/8) // its neighbours are hardly better
			m.looks++
		}
		put(m.was[from], -1)
		put(m.now[from], 1)
	}
	return 0, false
}

// slack is how many values of a stretch may be honest edits.
func slack(size int) int { return min(size/4, max(5, size/8)) }

// excess counts the new values of a stretch that are none of its old ones.
func (m *moves) excess(from, to int) int {
	balance, n := make([]int32, len(m.values)), 0
	for i := from; i < to; i++ {
		balance[m.was[i]]++
		balance[m.now[i]]--
	}
	for _, b := range balance {
		n += int(max(0, -b))
	}
	return n
}

// different counts the values of a stretch that are gone from one row and stand
// in another.
func (m *moves) different(from, to int) int {
	gone, n := make(map[int32]bool, to-from), 0
	for _, v := range m.was[from:to] {
		gone[v] = true
	}
	for _, v := range m.now[from:to] {
		if gone[v] {
			gone[v] = false
			n++
		}
	}
	return n
}

// torn says that a stretch whose values are nearly its old ones was sorted or
// shifted, not edited by some rule.
func (m *moves) torn(from, to, excess int) bool {
	size := to - from
	if size < fewestLoose || excess > slack(size) {
		return false
	}
	ordered := m.kind.Numeric() && m.ordered(from, to)
	if ordered && excess > 0 && !m.shifted(from, to) {
		return false
	}
	values := m.different(from, to)
	if values < differentLoose || m.kind != catalog.Text && m.steady(from, to) {
		return false
	}
	// In a sheet that was in the order of the column only values of single rows
	// are no chance.
	return !ordered || values*10 >= size*6
}

// ordered says that what was more is mostly still more, as after any rule.
func (m *moves) ordered(from, to int) bool {
	step := max(1, (to-from)/sampled)
	kept, lost := 0, 0
	for i := from; i < to; i += step {
		for j := from; j < i; j += step {
			switch c := cmp.Compare(m.was[i], m.was[j]) * cmp.Compare(m.now[i], m.now[j]); {
			case c > 0:
				kept++
			case c < 0:
				lost++
			}
		}
	}
	return kept-lost >= (kept+lost)*7/10
}

// shifted says that nearly every cell shows the old value of the one before it,
// or nearly every one that of the one after.
func (m *moves) shifted(from, to int) bool {
	down, up := 0, 0
	for i := from + 1; i < to; i++ {
		if m.now[i] == m.was[i-1] {
			down++
		}
		if m.now[i-1] == m.was[i] {
			up++
		}
	}
	return max(down, up)*10 >= (to-from-1)*9
}

// steady says that half of the values or more moved by one amount, or in one
// ratio: codes numbered anew, all prices a step up.
func (m *moves) steady(from, to int) bool {
	steps, ratios := map[string]int{}, map[string]int{}
	most, cells := 0, 0
	for i := from; i < to; i += max(1, (to-from)/sampled) {
		cells++
		was, now, ok := numbersIn(m.values[m.was[i]], m.values[m.now[i]])
		if !ok {
			continue
		}
		step := money.Plain(now.Sub(was))
		steps[step]++
		most = max(most, steps[step])
		if m.kind.Numeric() && !was.IsZero() {
			ratio := money.Plain(now.DivRound(was, 2))
			ratios[ratio]++
			most = max(most, ratios[ratio])
		}
	}
	return most*2 >= cells
}

// numbersIn reads two texts that are numbers, or differ in the number at their
// ends alone.
func numbersIn(a, b string) (x, y decimal.Decimal, ok bool) {
	cut := func(s string) int {
		i := len(s)
		for i > 0 && (s[i-1] >= '0' && s[i-1] <= '9' || s[i-1] == '.') {
			i--
		}
		return i
	}
	i, j := cut(a), cut(b)
	if a[:i] != b[:j] {
		return x, y, false
	}
	x, errX := money.Parse(a[i:])
	y, errY := money.Parse(b[j:])
	return x, y, errX == nil && errY == nil
}

// permuted refuses the file where columns show their own old values in other
// rows.
func (r *reader) permuted() bool {
	var d diag.Diagnostic
	columns := r.attempts()
	found := 0
	for at, tried := range columns {
		m := newMoves(r.base.Head.Schema[at].Kind, tried)
		from, to, ok := m.stretch()
		if !ok {
			continue
		}
		if found++; found > 1 {
			continue
		}
		a, z := &r.e.lines[tried[from].line], &r.e.lines[tried[to-1].line]
		title := r.e.tables[a.table].cols[tried[from].col].header
		d = diag.Variant("rows-torn", "column", to-from, title, a.num, z.num)
	}
	if found > 0 {
		r.refuseAll(d)
	}
	return found > 0
}

// attempts lists the cells that say something else than the base, by column of
// the schema, each list in the order of the file.
func (r *reader) attempts() [][]attempt {
	list := make([][]attempt, len(r.base.Head.Schema))
	note := func(a attempt) {
		at := r.e.tables[r.e.lines[a.line].table].cols[a.col].at
		if at >= 0 {
			list[at] = append(list[at], a)
		}
	}
	for i := range r.edits {
		ed := &r.edits[i]
		k := r.base.Head.Schema[ed.at].Kind
		a := attempt{line: ed.line, col: int32(ed.col), was: plain(k, r.base.Items[ed.item].Cells[ed.at])}
		if !ed.emptied {
			a.now = plain(k, ed.value)
		}
		note(a)
	}
	for _, a := range r.tries {
		note(a)
	}
	for _, tried := range list {
		slices.SortStableFunc(tried, func(a, b attempt) int { return cmp.Compare(a.line, b.line) })
	}
	return list
}
