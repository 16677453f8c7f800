package moysklad

import (
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"catalogsheet/internal/rest"
)

// What one request may hold: MoySklad JSON API 1.2, Ограничения.
const (
	pageSize   = 1000    // rows of a list
	maxBatch   = 1000    // elements of an array
	maxBody    = 5 << 20 // bytes of a body; the documentation says 20 MB, its error text 10 MB
	idsPerCall = 150     // id=<uuid>; is 44 bytes encoded, and headers with the URL end at 8 KB
)

// limits is the budget of one user: MoySklad JSON API 1.2, Ограничения.
func limits() rest.Limits {
	return rest.Limits{Units: 45, Window: 3 * time.Second, InFlight: 5, Tries: 3, TriesBusy: 5, ConnUses: 90, FailuresPerMinute: 100}
}

// reportWeight is what these reports cost with any credential.
const reportWeight = 5

func dearPath(path string) bool {
	return strings.HasSuffix(path, "/report/stock/all") || strings.HasSuffix(path, "/report/stock/bystore")
}

// userWeights is what any other request costs a password or a user's token,
// by the day from which on it does. A solution's token costs less, but looks
// the same: the dearer is assumed, and the server's headers only slow down.
var userWeights = [...]struct {
	since time.Time
	units int
}{
	{time.Date(2026, 12, 1, 0, 0, 0, 0, moscow), 4},
	{time.Date(2026, 9, 1, 0, 0, 0, 0, moscow), 3},
	{time.Date(2026, 5, 12, 0, 0, 0, 0, moscow), 2},
}

// weight gives the units of a request on a day.
func weight(path string, now time.Time) int {
	if dearPath(path) {
		return reportWeight
	}
	for _, w := range userWeights {
		if !now.Before(w.since) {
			return w.units
		}
	}
	return 1
}

// dearest is what a request costs the dearest credential: assumed until the
// first answer tells more.
const dearest = 4

// learned is the weight that the server's own count of requests implies; it
// can only make a client slower than the table.
type learned struct{ units atomic.Int64 }

func (l *learned) weight(path string, now time.Time) int {
	w := weight(path, now)
	if dearPath(path) {
		return w
	}
	if units := int(l.units.Load()); units > 0 {
		return max(w, units)
	}
	return max(w, dearest)
}

// pace is the package's pace, and a look at how many requests the server
// grants: a budget of 45 for 11 requests is a weight of 4.
func (l *learned) pace(a rest.Answer) rest.Pace {
	if most, ok := number(a.Header, "X-RateLimit-Limit"); ok && most > 0 && a.Weight != reportWeight {
		l.units.Store(int64(min(max(1, limits().Units/most), reportWeight)))
	} else if a.Weight != reportWeight {
		l.units.CompareAndSwap(0, 1)
	}
	return pace(a)
}

// pace reads the headers on limits: MoySklad JSON API 1.2, Ответы, заголовки.
// All their times are milliseconds.
func pace(a rest.Answer) rest.Pace {
	if a.Status == http.StatusTooManyRequests {
		if ms, ok := number(a.Header, "X-Lognex-Retry-After"); ok {
			pause := time.Duration(min(ms, 60_000)) * time.Millisecond
			return rest.Pace{Pause: pause + jitter(pause)}
		}
		// Too many at once has no time to wait for: fewer at once, then.
		return rest.Pace{Halve: hasCode(a.Errors, codeParallel) || !hasCode(a.Errors, codeRate)}
	}
	reset, ok := number(a.Header, "X-Lognex-Reset")
	remaining, known := number(a.Header, "X-RateLimit-Remaining")
	if !ok || !known || reset <= 0 {
		return rest.Pace{}
	}
	// Whether the count is of units or of requests is not documented; a limit
	// equal to the budget can only be of units.
	need := 1
	if most, _ := number(a.Header, "X-RateLimit-Limit"); most == limits().Units {
		need = a.Weight
	}
	if remaining >= need {
		return rest.Pace{}
	}
	return rest.Pace{Pause: time.Duration(min(reset, 60_000)) * time.Millisecond}
}

func number(h http.Header, name string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(h.Get(name)))
	return n, err == nil && n >= 0
}

func hasCode(errs []rest.APIError, code string) bool {
	for _, e := range errs {
		if e.Code == code {
			return true
		}
	}
	return false
}
