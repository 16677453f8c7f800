package money

import (
	"fmt"
	"strconv"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func TestKopecksAreExact(t *testing.T) {
	for _, c := range []struct{ minor, rubles string }{
		{"12990", "129.90"},
		{"12990.0", "129.90"},
		{"50260.86956521739", "502.6086956521739"},
		{"40438.66", "404.3866"},
		{"0.0", "0.00"},
		{"1E2", "1.00"},
		{"-150", "-1.50"},
		{"346347237000.0", "3463472370.00"},
	} {
		got, err := FromMinor(c.minor)
		if err != nil || got != c.rubles {
			t.Errorf("FromMinor(%s) = %s, %v; want %s", c.minor, got, err, c.rubles)
		}
	}
}

func TestMinorAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.Int64Range(0, 1e15).Draw(t, "whole")
		part := rapid.IntRange(0, 999999).Draw(t, "part")
		rubles, err := FromMinor(fmt.Sprintf("%d.%06d", whole, part))
		if err != nil {
			t.Fatal(err)
		}
		minor, err := ToMinor(rubles)
		if err != nil {
			t.Fatal(err)
		}
		again, err := FromMinor(minor)
		if err != nil || again != rubles {
			t.Fatalf("%s became %s (%v)", rubles, again, err)
		}
	})
}

func TestRound15(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"1.1000000000000001", "1.1"},
		{"117.699999999999999997", "117.7"},
		{"1234567.88999999999999", "1234567.89"},
		{"0.100000000000000000001", "0.1"},
		{"123456789012345", "123456789012345"},
		{"1234567890123456", "1234567890123460"},
		{"0", "0"},
	} {
		d, err := Parse(c.in)
		if err != nil {
			t.Fatal(err)
		}
		if got := Plain(Round15(d)); got != c.want {
			t.Errorf("Round15(%s) = %s, want %s", c.in, got, c.want)
		}
	}
}

// Any spelling of a double with 15 digits or more is the same number; a change
// of the fifteenth digit is not.
func TestSameNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.Float64Range(0.0001, 1e12).Draw(t, "f")
		parse := func(s string) decimal.Decimal {
			d, err := Parse(s)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		exact := parse(strconv.FormatFloat(f, 'g', 17, 64))
		for _, digits := range []int{15, 16, 17, -1} {
			if s := strconv.FormatFloat(f, 'g', digits, 64); !SameNumber(exact, parse(s)) {
				t.Fatalf("%s and %s differ", exact, s)
			}
		}
		typed := Round15(exact)
		next := typed.Add(decimal.New(1, typed.Exponent()+int32(typed.NumDigits())-14))
		if SameNumber(typed, next) {
			t.Fatalf("%s and %s are the same", typed, next)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1", "1.5", "1E400", "-0", "1e-400", ".", "", "0x1", "1_000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := Parse(s)
		if err != nil {
			return
		}
		again, err := Parse(Plain(d))
		if err != nil || !again.Equal(d) {
			t.Fatalf("%q: %s became %s (%v)", s, d, again, err)
		}
	})
}
