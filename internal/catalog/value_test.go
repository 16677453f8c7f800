package catalog

import (
	"encoding/json"
	"testing"
)

func TestThreeStates(t *testing.T) {
	absent, empty, zero := Value{}, Blank(), Of("0.00")
	for _, pair := range [][2]Value{{absent, empty}, {empty, zero}, {absent, zero}} {
		if Money.Equal(pair[0], pair[1]) {
			t.Errorf("%v equals %v", pair[0], pair[1])
		}
	}
	for _, v := range []Value{absent, empty, zero} {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var back Value
		if err := json.Unmarshal(b, &back); err != nil || back != v {
			t.Errorf("%s came back as %v (%v)", b, back, err)
		}
	}
}

func TestEqualByMeaning(t *testing.T) {
	for _, c := range []struct {
		kind Kind
		a, b string
		want bool
	}{
		{Money, "129.9", "129.90", true},
		{Money, "129.90", "129.91", false},
		{Number, "1E2", "100", true},
		{Code, "0012", "12", false},
		{Text, "и\u0306", "й", true},
		{Text, "a\r\nb", "a\nb", true},
		{Text, "a ", "a", false},
	} {
		if got := c.kind.Equal(Of(c.a), Of(c.b)); got != c.want {
			t.Errorf("%s: %q = %q is %v", c.kind, c.a, c.b, got)
		}
	}
}
