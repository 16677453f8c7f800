package biff

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// spelled reads a workbook of two sheets and gives the formulas of its first.
func spelled(t *testing.T, data []byte) map[[2]int]string {
	t.Helper()
	w, err := Open(bytes.NewReader(data), int64(len(data)), Options{Texts: 1 << 20, Merges: 10, Formulas: true})
	if err != nil {
		t.Fatal(err)
	}
	all := map[[2]int]string{}
	for row, err := range w.Rows(0) {
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range row.Cells {
			if c.Formula {
				all[[2]int{row.Num, c.Col}] = c.Source
			}
		}
	}
	return all
}

// formulaRec is a FORMULA record with the value 1.
func (b *builder) formulaRec(row, col int, tokens ...any) *builder {
	body := pack(tokens...)
	return b.rec(recFormula, row, col, 0, 1.0, 0, uint32(0), len(body), body)
}

// The tokens are spelled in the order in which a person typed them.
func TestFormulasAreSpelled(t *testing.T) {
	ref := func(row, col int) []byte { return pack(byte(0x44), row, col|columnRelative|rowRelative) }
	data := book(func(b *builder) {
		b.rec(recSupBook, 1, 0x0401)
		b.rec(recExternSheet, 1, 0, 0, 0)
	}, func(b *builder) {
		// A2*2
		b.formulaRec(0, 0, ref(1, 0), byte(0x1E), 2, byte(0x05))
		// SUM($A$1:B3) with the sum of an attribute
		b.formulaRec(0, 1, byte(0x25), 0, 2, 0, 1|columnRelative|rowRelative, byte(0x19), byte(0x10), 0)
		// IF(A1>1,"a""б",-5%) with jumps between
		b.formulaRec(0, 2, ref(0, 0), byte(0x1E), 1, byte(0x0D), byte(0x19), byte(2), 9,
			byte(0x17), byte(3), byte(1), wide(`a"б`), byte(0x19), byte(8), 3,
			byte(0x1E), 5, byte(0x14), byte(0x13), byte(0x42), byte(3), 1)
		// (1.5+TRUE)^#N/A
		b.formulaRec(0, 3, byte(0x1F), 1.5, byte(0x1D), byte(1), byte(0x03), byte(0x15), byte(0x1C), byte(0x2A), byte(0x07))
		// Лист!AB5
		b.formulaRec(0, 4, byte(0x5A), 0, 4, 27|columnRelative|rowRelative)
		// ROUND(A:A,) with an argument left out
		b.formulaRec(0, 5, byte(0x25), 0, maxRows-1, columnRelative, columnRelative, byte(0x16), byte(0x41), 27)
		// a name, an unknown function, a cut token, too few operands
		b.formulaRec(0, 6, byte(0x23), 1, 0)
		b.formulaRec(0, 7, byte(0x42), byte(0), 0x1FF)
		b.formulaRec(0, 8, byte(0x44), byte(1))
		b.formulaRec(0, 9, ref(0, 0), byte(0x03))
		// A formula that two cells share, each counting from itself: the cell
		// left of it, twice.
		b.formulaRec(1, 1, byte(ptgExp), 1, 1)
		b.rec(recShared, 1, 2, byte(1), byte(1), byte(0), byte(2), 9, byte(0x4C), 0, 0xFF|columnRelative|rowRelative, byte(0x1E), 2, byte(0x05))
		b.formulaRec(2, 1, byte(ptgExp), 1, 1)
	})
	want := map[[2]int]string{
		{1, 1}: "A2*2", {1, 2}: "SUM($A$1:B3)", {1, 3}: `IF(A1>1,"a""б",-5%)`, {1, 4}: "(1.5+TRUE)^#N/A", {1, 5}: "Лист!AB5",
		{1, 6}: "ROUND(A:A,)", {1, 7}: "", {1, 8}: "", {1, 9}: "", {1, 10}: "", {2, 2}: "A2*2", {3, 2}: "A3*2",
	}
	if d := cmp.Diff(want, spelled(t, data)); d != "" {
		t.Error(d)
	}
}

func TestCountry(t *testing.T) {
	for _, with := range []bool{false, true} {
		data := book(func(b *builder) {
			if with {
				b.rec(recCountry, 7, 7)
			}
		}, nil)
		w, err := Open(bytes.NewReader(data), int64(len(data)), Options{})
		if err != nil || w.Country() != with {
			t.Errorf("%v, %v; want %v", w.Country(), err, with)
		}
	}
}
