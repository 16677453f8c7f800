package biff

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var limits = Options{Texts: 1 << 24, Merges: 1000}

func open(file []byte, o Options) (*Workbook, error) {
	return Open(bytes.NewReader(file), int64(len(file)), o)
}

// dump lists the cells of all sheets.
func dump(file []byte, o Options) ([]string, error) {
	w, err := open(file, o)
	if err != nil {
		return nil, err
	}
	var lines []string
	for i, s := range w.Sheets() {
		for row, err := range w.Rows(i) {
			if err != nil {
				return lines, err
			}
			for _, c := range row.Cells {
				line := fmt.Sprintf("%s!%d,%d %d %q", s.Name, row.Num, c.Col, c.Kind, c.Text)
				for _, f := range []struct {
					set  bool
					name string
				}{{row.Hidden, " hidden"}, {c.Formula, " formula"}, {c.External, " external"}, {c.Uncached, " uncached"}} {
					if f.set {
						line += f.name
					}
				}
				lines = append(lines, line)
			}
		}
	}
	return lines, nil
}

// formula is the body of a FORMULA record.
func formula(row, col int, value []byte, flags int, tokens string) []byte {
	return pack(row, col, 0, value, flags, uint32(0), len(tokens), tokens)
}

func special(kind, value byte) []byte { return []byte{kind, 0, value, 0, 0, 0, 0xFF, 0xFF} }

var cellCases = []struct {
	name    string
	globals func(b *builder)
	sheet   func(b *builder)
	want    []string
}{
	{"numbers", nil, func(b *builder) {
		b.rec(recNumber, 0, 0, 0, 0.1)
		b.rec(recRK, 0, 1, 0, uint32(129999<<2|3))
		b.rec(recMulRK, 1, 0, 0, uint32(7<<2|2), 0, uint32(0xFFFFFFF4|3), 1)
		b.rec(recNumber, 2, 0, 0, 4607001234567.0)
		b.rec(recNumber, 2, 1, 0, 1.5e-9)
		b.rec(recNumber, 2, 2, 0, 1e22)
	}, []string{
		`Лист!1,1 2 "0.1"`, `Лист!1,2 2 "1299.99"`, `Лист!2,1 2 "7"`, `Лист!2,2 2 "-0.03"`,
		`Лист!3,1 2 "4607001234567"`, `Лист!3,2 2 "1.5E-09"`, `Лист!3,3 2 "1E+22"`,
	}},
	{"texts of their own", nil, func(b *builder) {
		b.rec(recLabel, 0, 0, 0, 4, byte(1), wide("Ёлка"))
		b.rec(recRString, 0, 1, 0, 3, byte(0), "a\xA0b", 1, 0, 1)
		b.rec(recLabel, 0, 2, 0, 0, byte(0))
	}, []string{`Лист!1,1 1 "Ёлка"`, `Лист!1,2 1 "a\u00a0b"`}},
	{"the value of a formula", nil, func(b *builder) {
		b.raw(recFormula, formula(0, 0, pack(2.5), 0, "\x1E\x01\x00"))
		b.raw(recFormula, formula(0, 1, special(valueBool, 1), 0, "\x1E\x01\x00"))
		b.raw(recFormula, formula(0, 2, special(valueError, 0x2A), 0, "\x1E\x01\x00"))
		b.raw(recFormula, formula(0, 3, special(valueEmpty, 0), 0, "\x1E\x01\x00"))
		b.raw(recFormula, formula(0, 4, pack(0.0), flagOnLoad, "\x1E\x01\x00"))
		b.raw(recFormula, formula(0, 5, pack(0.0), 0, "\x1E\x01\x00"))
		b.raw(recFormula, formula(0, 6, special(valueString, 0), 0, "\x1E\x01\x00"))
	}, []string{
		`Лист!1,1 2 "2.5" formula`, `Лист!1,2 3 "true" formula`, `Лист!1,3 4 "#N/A" formula`, `Лист!1,4 1 "" formula`,
		`Лист!1,5 0 "" formula uncached`, `Лист!1,6 2 "0" formula`, `Лист!1,7 0 "" formula uncached`,
	}},
	{"the text of a formula after what its record shares", nil, func(b *builder) {
		for i, id := range []uint16{recShared, recArray, recTable} {
			b.raw(recFormula, formula(i, 0, special(valueString, 0), 8, "\x01\x00\x00\x00\x00"))
			b.rec(id, 0, 0, byte(0), byte(0), 0, uint32(0), 0)
			b.rec(recString, 2, byte(1), wide("да"))
		}
	}, []string{`Лист!1,1 1 "да" formula`, `Лист!2,1 1 "да" formula`, `Лист!3,1 1 "да" formula`}},
	{"the text of a formula over two records", nil, func(b *builder) {
		b.raw(recFormula, formula(0, 0, special(valueString, 0), 0, "\x1E\x01\x00"))
		b.rec(recString, 5, byte(0), "ab").rec(recContinue, byte(1), wide("вгд"))
	}, []string{`Лист!1,1 1 "abвгд" formula`}},
	{"a truth value as LibreOffice spells it", nil, func(b *builder) {
		b.raw(recFormula, formula(0, 0, pack(1.0), 0, "\x42\x00\x22\x00"))
		b.raw(recFormula, formula(0, 1, pack(0.0), 0, "\x21\x23\x00"))
	}, []string{`Лист!1,1 3 "true"`, `Лист!1,2 3 "false"`}},
	{"another workbook", func(b *builder) {
		b.rec(recSupBook, 1, 0x0401).rec(recSupBook, 1, 3, byte(0), "a.x", 1, byte(0), "s")
		b.rec(recExternSheet, 2, 0, 0, 0, 1, 0, 0)
	}, func(b *builder) {
		b.raw(recFormula, formula(0, 0, pack(1.0), 0, "\x3A\x00\x00\x00\x00\x00\x00"))
		b.raw(recFormula, formula(0, 1, pack(1.0), 0, "\x17\x02\x00ab\x5A\x01\x00\x00\x00\x00\x00\x03"))
		b.raw(recFormula, formula(0, 2, pack(1.0), 0, "\x01\x00\x00\x02\x00"))
		b.rec(recArray, 0, 0, byte(2), byte(3), 0, uint32(0), 11, "\x3B\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00")
		b.raw(recFormula, formula(0, 3, pack(1.0), 0, "\x01\x00\x00\x02\x00"))
	}, []string{
		`Лист!1,1 2 "1" formula`, `Лист!1,2 2 "1" formula external`,
		`Лист!1,3 2 "1" formula external`, `Лист!1,4 2 "1" formula external`,
	}},
	{"hidden rows", nil, func(b *builder) {
		b.rec(recRow, 0, 0, 1, 300, 0, 0, uint32(0x20)).rec(recRow, 1, 0, 1, 0, 0, 0, uint32(0)).rec(recRow, 2, 0, 1, 0x8000, 0, 0, uint32(0))
		for i := range 3 {
			b.rec(recNumber, i, 0, 0, 1.0)
		}
	}, []string{`Лист!1,1 2 "1" hidden`, `Лист!2,1 2 "1" hidden`, `Лист!3,1 2 "1"`}},
	{"cells as they come: the last one counts", nil, func(b *builder) {
		b.rec(recNumber, 1, 1, 0, 1.0).rec(recNumber, 0, 1, 0, 2.0).rec(recNumber, 0, 0, 0, 3.0)
		b.rec(recNumber, 1, 1, 0, 4.0).rec(recNumber, 1, 0, 0, 5.0).rec(recBlank, 0, 0, 0)
	}, []string{`Лист!1,2 2 "2"`, `Лист!2,1 2 "5"`, `Лист!2,2 2 "4"`}},
	{"the cells of a chart are not those of the sheet", nil, func(b *builder) {
		b.rec(recBOF, biff8Version, 0x20).rec(recNumber, 0, 0, 0, 9.0).rec(recEOF).rec(recNumber, 0, 0, 0, 1.0)
	}, []string{`Лист!1,1 2 "1"`}},
	{"shared texts", func(b *builder) {
		b.rec(recSST, uint32(9), uint32(9), // both counts lie
			2, byte(8|4), 1, uint32(3), "ab", 0, 0, "ext",
			5, byte(1), wide("ав")).rec(recContinue, byte(0), "cd").rec(recContinue, byte(1), wide("е"),
			1, byte(0), "z",
			1, byte(4), uint32(99), "y", "the tail is shorter than it claims")
	}, func(b *builder) {
		for i := range 4 {
			b.rec(recLabelSST, 0, i, 0, uint32(i))
		}
	}, []string{`Лист!1,1 1 "ab"`, `Лист!1,2 1 "авcdе"`, `Лист!1,3 1 "z"`, `Лист!1,4 1 "y"`}},
}

func TestCells(t *testing.T) {
	for _, c := range cellCases {
		t.Run(c.name, func(t *testing.T) {
			file := book(c.globals, c.sheet)
			got, err := dump(file, limits)
			if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
				t.Errorf("%v\n%s", err, diff)
			}
			reverse := func(i, n int) int { return n - 1 - i }
			if got, err = dump(contain("Workbook", file, reverse), limits); err != nil || !cmp.Equal(c.want, got) {
				t.Errorf("in a compound file: %v\n%s", err, cmp.Diff(c.want, got))
			}
		})
	}
}

// A text comes back whole wherever its characters are cut and whatever widths
// the pieces have.
func TestSharedTextsSurviveCutting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(rapid.StringOf(rapid.SampledFrom([]rune("aé\u00a0яЖ€😀\n"))), 1, 20).Draw(t, "texts")
		var b builder
		at := 0
		cut := func() { // a new record begins
			b.Bytes()[at+2], b.Bytes()[at+3] = byte(b.Len()-at-4), byte((b.Len()-at-4)>>8)
			at = b.Len()
			b.Write(pack(recContinue, 0))
		}
		b.Write(pack(recSST, 0, uint32(0), uint32(0)))
		for _, text := range texts {
			if rapid.IntRange(0, 4).Draw(t, "cut before") == 0 {
				cut()
			}
			units := wide(text)
			writeCut(t, &b, units, cut)
		}
		cut()
		w := &Workbook{options: limits}
		r := newReader(bytes.NewReader(b.Bytes()), int64(b.Len()), 0)
		_, body, err := r.next()
		if err == nil {
			err = w.sst(r, body)
		}
		if diff := cmp.Diff(texts, w.texts); err != nil || diff != "" {
			t.Fatalf("%v\n%s", err, diff)
		}
	})
}

// writeCut writes a text in pieces, each of them narrow where it can be and
// the draw says so.
func writeCut(t *rapid.T, b *builder, units []byte, cut func()) {
	b.Write(pack(len(units) / 2))
	first := true
	for first || len(units) > 0 {
		n := len(units)
		if n > 0 {
			n = 2 * rapid.IntRange(1, n/2).Draw(t, "piece")
		}
		piece, flag := units[:n], byte(1)
		narrow := rapid.Bool().Draw(t, "narrow")
		var low []byte
		for i := 0; i < n; i += 2 {
			narrow = narrow && piece[i+1] == 0
			low = append(low, piece[i])
		}
		if narrow {
			piece, flag = low, 0
		}
		if !first {
			cut()
		}
		b.WriteByte(flag)
		b.Write(piece)
		units, first = units[n:], false
	}
}

func TestOldWorkbook(t *testing.T) {
	make5 := func(codepage int) []byte {
		var b builder
		b.rec(recBOF, 0x0500, bofGlobals, 0, 0)
		if codepage != 0 {
			b.rec(recCodePage, codepage)
		}
		at := b.Len() + 4 + 7 + 4 + 4
		b.rec(recBoundSheet, uint32(at), byte(0), byte(0), byte(4), "\xcb\xe8\xf1\xf2").rec(recEOF)
		b.rec(recBOF, 0x0500, bofWorksheet, 0, 0).rec(recLabel, 0, 0, 0, 4, "\xd6\xe5\xed\xe0").rec(recEOF)
		return b.Bytes()
	}
	want := []string{`Лист!1,1 1 "Цена"`}
	for _, c := range []struct {
		codepage int
		encoding string
		err      error
	}{{1251, "", nil}, {0, "", ErrEncoding}, {0, "windows-1251", nil}, {1252, "Windows-1251", nil}, {12345, "", ErrEncoding}} {
		o := limits
		o.Encoding = c.encoding
		got, err := dump(make5(c.codepage), o)
		if !errors.Is(err, c.err) || c.err == nil && !cmp.Equal(got, want) {
			t.Errorf("code page %d, encoding %q: %v, %v", c.codepage, c.encoding, got, err)
		}
	}
	// A sheet without a workbook around it.
	var b builder
	b.rec(recBOF, 0, bofWorksheet, 0, 0).rec(recLabel, 0, 0, 0, 2, "ok").rec(recNumber, 0, 1, 0, 1.0).rec(recEOF)
	if got, err := dump(b.Bytes(), limits); err != nil || !cmp.Equal(got, []string{`Sheet1!1,1 1 "ok"`, `Sheet1!1,2 2 "1"`}) {
		t.Errorf("bare sheet: %v, %v", got, err)
	}
}

func TestRefused(t *testing.T) {
	straight := func(i, _ int) int { return i }
	plain := book(nil, nil)
	for _, c := range []struct {
		name string
		file []byte
		want error
	}{
		{"a password", book(func(b *builder) { b.rec(recFilePass, 1) }, nil), ErrPassword},
		{"an encrypted package", contain("EncryptedPackage", plain, straight), ErrPassword},
		{"Word", contain("WordDocument", plain, straight), ErrWord},
		{"another program", contain("Contents", plain, straight), ErrNoWorkbook},
		{"merges", book(nil, func(b *builder) {
			for range 1001 {
				b.rec(recMergedCells, 1, 0, 1, 0, 1)
			}
		}), ErrMerges},
	} {
		if _, err := dump(c.file, limits); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	big := book(nil, func(b *builder) {
		for i := range 500 {
			b.rec(recNumber, i, 0, 0, 1.0)
		}
	})
	// Nothing that is cut off is read as if it were whole.
	for n := 0; n < len(big); n += 37 {
		if _, err := dump(big[:n], limits); err == nil {
			t.Errorf("cut at %d: no error", n)
		}
	}
	loop := contain("Workbook", big, straight)
	loop[512+4*5] = 4 // sector 5 leads back to sector 4
	if _, err := dump(loop, limits); err == nil {
		t.Error("a loop in the chain: no error")
	}
	for n := 0; n < len(loop)-1024; n += 211 {
		if _, err := dump(contain("Workbook", big, straight)[:n], limits); err == nil {
			t.Errorf("compound file cut at %d: no error", n)
		}
	}
}
