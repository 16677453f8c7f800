package moysklad

import (
	"net/http"
	"testing"
	"time"

	"catalogsheet/internal/rest"
)

func FuzzDecodeList(f *testing.F) {
	for _, s := range []string{
		`{"meta":{"size":1},"rows":[{"id":"a","salePrices":[{"value":1E2}]}]}`, `{"rows":[],"meta":{}}`, `{"context":{}}`,
		`[]`, `{"rows":[{"id":1}]}`, `{"rows":[{}`, `{"errors":[{"error":"x","code":1}]}`, ``, `[{"errors":[{}]},{}]`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		rows := 0
		if _, err := decodeList(body, func(*entity) error { rows++; return nil }); err == nil && first(body) != '{' {
			t.Errorf("a list was read out of %q", body)
		}
		for _, e := range parseErrors(http.StatusBadRequest, body) {
			if e.Code == "" {
				t.Errorf("an error without a code in %q", body)
			}
		}
	})
}

func TestWeightsByDate(t *testing.T) {
	day := func(m time.Month, d int) time.Time { return time.Date(2026, m, d, 0, 0, 0, 0, moscow) }
	for _, c := range []struct {
		path string
		at   time.Time
		want int
	}{
		{"/entity/product", day(5, 11), 1},
		{"/entity/product", day(5, 12), 2},
		{"/entity/product", day(9, 1), 3},
		{"/entity/product", day(12, 1).Add(-time.Second), 3},
		{"/entity/product", day(12, 1), 4},
		{"/report/stock/all", day(1, 1), 5},
		{"/report/stock/bystore", day(12, 1), 5},
		{"/report/stock/all/current", day(12, 1), 4},
	} {
		if got := weight(c.path, c.at); got != c.want {
			t.Errorf("%s on %v: %d, want %d", c.path, c.at, got, c.want)
		}
	}
}

func TestHeadersAreMillisecondsAndOnlySlowDown(t *testing.T) {
	h := func(pairs ...string) http.Header {
		h := http.Header{}
		for i := 0; i < len(pairs); i += 2 {
			h.Set(pairs[i], pairs[i+1])
		}
		return h
	}
	busy := pace(rest.Answer{Status: 429, Header: h("X-Lognex-Retry-After", "1500")})
	if busy.Pause < 1500*time.Millisecond || busy.Pause > 2*time.Second || busy.Halve {
		t.Errorf("%+v", busy)
	}
	if p := pace(rest.Answer{Status: 429, Header: h(), Errors: []rest.APIError{{Code: codeParallel}}}); !p.Halve || p.Pause != 0 {
		t.Errorf("%+v", p)
	}
	if p := pace(rest.Answer{Status: 200, Weight: 4, Header: h("X-RateLimit-Limit", "45", "X-RateLimit-Remaining", "3", "X-Lognex-Reset", "700")}); p.Pause != 700*time.Millisecond {
		t.Errorf("%+v", p)
	}
	if p := pace(rest.Answer{Status: 200, Weight: 4, Header: h("X-RateLimit-Limit", "11", "X-RateLimit-Remaining", "3", "X-Lognex-Reset", "700")}); p.Pause != 0 {
		t.Errorf("%+v", p)
	}
	var l learned
	if w := l.weight("/entity/product", time.Date(2026, 1, 1, 0, 0, 0, 0, moscow)); w != dearest {
		t.Errorf("first request costs %d", w)
	}
	l.pace(rest.Answer{Status: 200, Weight: 4, Header: h("X-RateLimit-Limit", "45")})
	if w := l.weight("/entity/product", time.Date(2026, 10, 1, 0, 0, 0, 0, moscow)); w != 3 {
		t.Errorf("then %d", w)
	}
}
