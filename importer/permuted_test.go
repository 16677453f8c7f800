package importer

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/sheet"

	"pgregory.net/rapid"
)

const priceColumn = 8

// pricedBook is a sheet with these prices, in rubles, and what it holds.
func pricedBook(prices []int) *book {
	base := longBase(len(prices))
	at := base.Head.Schema.Index("salePrice:p1")
	for i, p := range prices {
		base.Items[i].Cells[at] = catalog.Of(fmt.Sprintf("%d.00", p))
	}
	return workbook(base)
}

// shelf draws the prices of a shop: of its own for every row, or of a ladder on
// which several rows share a step.
func shelf(rnd *rand.Rand, n int) []int {
	prices := make([]int, n)
	steps := 15 + rnd.IntN(60)
	for i := range prices {
		if prices[i] = 50 + rnd.IntN(20_000); rnd.IntN(4) > 0 {
			prices[i] = 90 + 100*rnd.IntN(steps)
		}
	}
	return prices
}

// readPrices types prices into the column and reads the sheet.
func readPrices(t testing.TB, b *book, prices []int) *Edited {
	t.Helper()
	for i, p := range prices {
		row := &b.sheets[0].rows[i+1]
		for j := range row.Cells {
			if row.Cells[j].Col == priceColumn {
				row.Cells[j].Text = strconv.Itoa(p)
			}
		}
	}
	return mustRead(t, b, Options{})
}

func isTorn(e *Edited) bool {
	return e.Refused() && len(e.Changes) == 0 && len(e.Problems) == 1 && e.Problems[0].Code == "rows-torn"
}

// tornPrices is what the importer thinks of two versions of a column.
func tornPrices(was, now []int) bool {
	var tried []attempt
	for i := range was {
		if was[i] != now[i] {
			tried = append(tried, attempt{line: int32(i), was: strconv.Itoa(was[i]), now: strconv.Itoa(now[i])})
		}
	}
	_, _, torn := newMoves(catalog.Money, tried).stretch()
	return torn
}

// retype makes honest edits in some rows.
func retype(rnd *rand.Rand, prices []int, edits int) {
	for range edits {
		prices[rnd.IntN(len(prices))] = 30_001 + rnd.IntN(5000)
	}
}

// TestTornPrices: a column of prices that was sorted or shifted without the
// others is refused, however it was done and whatever was typed besides.
func TestTornPrices(t *testing.T) {
	descending := func(a, b int) int { return b - a }
	for _, test := range []struct {
		name string
		tear func(rnd *rand.Rand, prices []int)
	}{
		{"sorted", func(_ *rand.Rand, p []int) { slices.Sort(p) }},
		{"sorted descending", func(_ *rand.Rand, p []int) { slices.SortFunc(p, descending) }},
		{"sorted, then edited", func(rnd *rand.Rand, p []int) { slices.Sort(p); retype(rnd, p, 1+rnd.IntN(5)) }},
		{"shifted down by one", func(_ *rand.Rand, p []int) { copy(p[1:], slices.Clone(p)) }},
		{"shifted up by one", func(_ *rand.Rand, p []int) { copy(p, p[1:]) }},
		{"shifted in a sheet in order of price", nil},
		{"a block sorted", func(rnd *rand.Rand, p []int) {
			from := rnd.IntN(len(p) - 24)
			slices.Sort(p[from : from+24])
		}},
		{"a block sorted, all others raised", func(rnd *rand.Rand, p []int) {
			from := rnd.IntN(len(p) - 24)
			for i := range p {
				if i < from || i >= from+24 {
					p[i] += p[i]/10 + 1
				}
			}
			slices.Sort(p[from : from+24])
		}},
		{"a block sorted and edited", func(rnd *rand.Rand, p []int) {
			from := rnd.IntN(len(p) - 30)
			slices.Sort(p[from : from+30])
			retype(rnd, p[from:from+30], 1+rnd.IntN(3))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var once sync.Once
			rapid.Check(t, func(rt *rapid.T) {
				rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
				was := shelf(rnd, rapid.IntRange(36, 90).Draw(rt, "rows"))
				if test.tear == nil {
					for i := range was { // of its own for every row
						was[i] = was[i]*100 + i
					}
					slices.Sort(was)
				}
				now := slices.Clone(was)
				if test.tear == nil {
					copy(now[1:], was)
				} else {
					test.tear(rnd, now)
				}
				if !tornPrices(was, now) {
					rt.Errorf("%v\nbecame\n%v", was, now)
				}
				once.Do(func() {
					if e := readPrices(t, pricedBook(was), now); !isTorn(e) {
						rt.Errorf("%v, %d changes", told(e), len(e.Changes))
					}
				})
			})
		})
	}
}

// TestHonestPrices: prices that were edited by a rule, or a few of them by hand,
// are edits, even where the new ones are other rows' old ones.
func TestHonestPrices(t *testing.T) {
	every := func(change func(p int) int) func(*rand.Rand, []int) {
		return func(_ *rand.Rand, prices []int) {
			for i, p := range prices {
				prices[i] = change(p)
			}
		}
	}
	for _, test := range []struct {
		name string
		edit func(rnd *rand.Rand, prices []int)
	}{
		{"all 10 percent up", every(func(p int) int { return p + p/10 })},
		{"all a step of the ladder up", every(func(p int) int { return p + 100 })},
		{"all a step down", every(func(p int) int { return max(1, p-100) })},
		{"7 percent up to an ending of 90", every(func(p int) int { return (p*107/100+9)/100*100 + 90 })},
		{"all to one value", every(func(int) int { return 990 })},
		{"rounded to tens", every(func(p int) int { return (p + 5) / 10 * 10 })},
		{"rounded to hundreds", every(func(p int) int { return (p + 50) / 100 * 100 })},
		{"two swapped", func(rnd *rand.Rand, p []int) {
			i, j := rnd.IntN(len(p)), rnd.IntN(len(p))
			p[i], p[j] = p[j], p[i]
		}},
		{"four changed places", func(_ *rand.Rand, p []int) { p[0], p[1], p[2], p[3] = p[3], p[0], p[1], p[2] }},
		{"every third a step up or down", func(rnd *rand.Rand, p []int) {
			for i := range p {
				if i%3 == 0 {
					p[i] = max(90, p[i]+100*(1-2*rnd.IntN(2)))
				}
			}
		}},
		{"a tenth typed by hand", func(rnd *rand.Rand, p []int) {
			for range len(p) / 10 {
				p[rnd.IntN(len(p))] = 90 + 100*rnd.IntN(40)
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var once sync.Once
			rapid.Check(t, func(rt *rapid.T) {
				rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 2))
				was := shelf(rnd, rapid.IntRange(4, 90).Draw(rt, "rows"))
				now := slices.Clone(was)
				test.edit(rnd, now)
				if tornPrices(was, now) {
					rt.Errorf("%v\nbecame\n%v", was, now)
				}
				once.Do(func() {
					e := readPrices(t, pricedBook(was), now)
					if len(e.Problems) > 0 || len(e.Changes) != edited(was, now) {
						rt.Errorf("%v, %d changes", told(e), len(e.Changes))
					}
				})
			})
		})
	}
}

func edited(was, now []int) (n int) {
	for i := range was {
		if was[i] != now[i] {
			n++
		}
	}
	return n
}

// TestTornElsewhere: the other columns by which people sort.
func TestTornElsewhere(t *testing.T) {
	renumber := func(step int) func(rows []sheet.Row) {
		return func(rows []sheet.Row) {
			for i := range rows {
				setCell(&rows[i], 4, fmt.Sprint("K", i+step))
			}
		}
	}
	for _, test := range []struct {
		name string
		edit func(rows []sheet.Row)
		torn bool
	}{
		{"a block of UUIDs among many rows", func(rows []sheet.Row) { turn(rows[100:125], 1) }, true},
		{"UUID and name", func(rows []sheet.Row) { turn(rows, 1); turn(rows, 3) }, true},
		{"names shifted, the first typed anew", func(rows []sheet.Row) { turn(rows, 3); setCell(&rows[0], 3, "Новый") }, true},
		{"codes shifted in another order than their own", func(rows []sheet.Row) {
			for i := range rows {
				setCell(&rows[i], 4, fmt.Sprint("K", (i*7+7)%len(rows)))
			}
			setCell(&rows[0], 4, "новый")
		}, true},
		{"codes numbered anew", renumber(1), false},
		{"codes numbered anew from 10", renumber(10), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := workbook(longBase(600))
			test.edit(b.sheets[0].rows[1:])
			if e := mustRead(t, b, Options{}); isTorn(e) != test.torn || !test.torn && len(e.Problems) > 0 {
				t.Errorf("%v, %d changes", told(e), len(e.Changes))
			}
		})
	}
}

// turn moves the cells of a column down by one, the last to the top.
func turn(rows []sheet.Row, col int) {
	rotate(&book{sheets: []page{{rows: append([]sheet.Row{{}}, rows...)}}}, col)
}

func setCell(row *sheet.Row, col int, text string) {
	for j := range row.Cells {
		if row.Cells[j].Col == col {
			row.Cells[j].Text = text
		}
	}
}
