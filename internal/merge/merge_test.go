package merge

import (
	"testing"

	"catalogsheet/internal/catalog"

	"pgregory.net/rapid"
)

func TestJudge(t *testing.T) {
	v := catalog.Of
	for _, c := range []struct {
		base, mine, theirs catalog.Value
		want               Verdict
	}{
		{v("100.00"), v("100"), v("100.000"), Same},
		{v("100.00"), v("120.00"), v("100.00"), Edit},
		{v("100.00"), v("100.00"), v("120.00"), Drift},
		{v("100.00"), v("120.00"), v("120"), Already},
		{v("100.00"), v("120.00"), v("130.00"), Conflict},
		{v("100.00"), catalog.Blank(), v("100.00"), Edit},
		{v("0.00"), catalog.Blank(), v("0.00"), Edit},
		{catalog.Value{}, v("1.00"), catalog.Value{}, Edit},
		{v("1.00"), v("2.00"), catalog.Value{}, Conflict},
	} {
		if got := Judge(catalog.Money, c.base, c.mine, c.theirs); got != c.want {
			t.Errorf("Judge(%q, %q, %q) = %s, want %s", c.base.Text(), c.mine.Text(), c.theirs.Text(), got, c.want)
		}
	}
}

// Only an edit that nobody else touched may be sent, and swapping mine and
// theirs swaps edit and drift.
func TestJudgeIsTotalAndSymmetric(t *testing.T) {
	values := rapid.SampledFrom([]catalog.Value{{}, catalog.Blank(), catalog.Of("0"), catalog.Of("0.00"), catalog.Of("1"), catalog.Of("1.0"), catalog.Of("2")})
	mirror := map[Verdict]Verdict{Same: Same, Edit: Drift, Drift: Edit, Already: Already, Conflict: Conflict}
	rapid.Check(t, func(t *rapid.T) {
		base, mine, theirs := values.Draw(t, "base"), values.Draw(t, "mine"), values.Draw(t, "theirs")
		got := Judge(catalog.Number, base, mine, theirs)
		if back := Judge(catalog.Number, base, theirs, mine); back != mirror[got] {
			t.Fatalf("%s mirrors to %s", got, back)
		}
		if (got == Edit) != (!catalog.Number.Equal(base, mine) && catalog.Number.Equal(base, theirs)) {
			t.Fatalf("%s for %v %v %v", got, base, mine, theirs)
		}
	})
}
