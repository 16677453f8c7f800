package biff

import (
	"bytes"
	"errors"
	"slices"
	"testing"
)

// sheetsAt makes a workbook whose sheets begin at the BOFs of one nest of
// substreams: each of them is read to the nest's end.
func sheetsAt(n, tail int, at func(i, first int) int) []byte {
	const bof, entry = 4 + 4, 4 + 9
	first := bof + n*entry + 4
	b := &builder{}
	b.rec(recBOF, biff8Version, bofGlobals)
	for i := range n {
		b.rec(recBoundSheet, uint32(at(i, first)), 0, byte(1), byte(0), byte('A'+i%26))
	}
	b.rec(recEOF)
	for range n {
		b.rec(recBOF, biff8Version, bofWorksheet)
	}
	for range tail {
		b.raw(recBlank+0x4000, make([]byte, 1000))
	}
	for range n {
		b.rec(recEOF)
	}
	return b.Bytes()
}

// Sheets inside each other cost no more than the file is worth.
func TestSheetsInsideEachOther(t *testing.T) {
	w, err := open(sheetsAt(1000, 500, func(i, first int) int { return first + 8*i }), limits)
	if err != nil {
		t.Fatal(err)
	}
	for i := range w.Sheets() {
		if _, err = w.Layout(i); err != nil {
			break
		}
	}
	if !errors.Is(err, ErrSheets) {
		t.Errorf("1000 sheets over one another: %v", err)
	}
	if _, err := open(sheetsAt(2, 0, func(_, first int) int { return first }), limits); err == nil {
		t.Error("two sheets at one place: no error")
	}
	if _, err := open(sheetsAt(maxSheets+1, 0, func(i, first int) int { return first + 8*i }), limits); !errors.Is(err, ErrSheets) {
		t.Errorf("too many sheets: %v", err)
	}
}

// A short stream whose sectors lead in a circle is damaged.
func TestMiniChainLoops(t *testing.T) {
	mini := make([]byte, 8*64)
	links := pack(uint32(1), uint32(0)) // 0 and 1 lead to each other
	file := append(make([]byte, 512), slices.Concat(mini, append(links, make([]byte, 504)...))...)
	c := &container{
		r: bytes.NewReader(file), size: int64(len(file)), shift: 9, sectors: 2, fat: []uint32{maxRegular + 4, maxRegular + 4},
		entries: []entry{{kind: kindRoot, start: 0, size: int64(len(mini))}}, cutoff: 4096, miniFAT: 1,
	}
	if _, err := c.open(entry{kind: kindStream, size: 300}); !errors.Is(err, errChain) {
		t.Errorf("%v", err)
	}
	if _, err := c.open(entry{kind: kindStream, size: 100}); err != nil {
		t.Errorf("two sectors: %v", err)
	}
}
