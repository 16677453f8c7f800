package sandbox

import (
	"net/http"
	"strconv"
	"time"
)

// The budget of a user (Ограничения, "Ограничения по количеству запросов").
const (
	budgetUnits  = 45
	budgetWindow = 3 * time.Second
	maxInFlight  = 5
	stockWeight  = 5
	// defaultWeight is that of other requests with a user's token since
	// December 2026.
	defaultWeight = 4
)

type spend struct {
	at    time.Time
	units int
}

// limiter is the sliding window of one user. Refused requests cost nothing.
type limiter struct {
	spent    []spend
	inFlight int
}

// used forgets what is older than the window and sums the rest.
func (l *limiter) used(now time.Time) int {
	old := 0
	for old < len(l.spent) && now.Sub(l.spent[old].at) >= budgetWindow {
		old++
	}
	l.spent = l.spent[old:]
	sum := 0
	for _, s := range l.spent {
		sum += s.units
	}
	return sum
}

// wait tells how long until units more fit into the window.
func (l *limiter) wait(now time.Time, units int) time.Duration {
	sum := l.used(now)
	for _, s := range l.spent {
		if sum+units <= budgetUnits {
			break
		}
		sum -= s.units
		if sum+units <= budgetUnits {
			return budgetWindow - now.Sub(s.at)
		}
	}
	return 0
}

// take books units or gives the refusal and, for the window, the wait.
func (l *limiter) take(now time.Time, units int) (*apiError, time.Duration) {
	if l.inFlight > maxInFlight {
		return refuse(1073), 0
	}
	if l.used(now)+units > budgetUnits {
		return refuse(1049), max(l.wait(now, units), time.Millisecond)
	}
	l.spent = append(l.spent, spend{now, units})
	return nil, 0
}

// headers of every answer (Общие сведения, "Ответы"): milliseconds, not
// seconds. The counts are of requests of this weight.
func (l *limiter) headers(h http.Header, now time.Time, units int) {
	left := budgetUnits - l.used(now)
	h.Set("X-RateLimit-Limit", strconv.Itoa(budgetUnits/units))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(max(left, 0)/units))
	h.Set("X-Lognex-Retry-TimeInterval", strconv.FormatInt(budgetWindow.Milliseconds(), 10))
	h.Set("X-Lognex-Reset", strconv.FormatInt(ceilMs(l.wait(now, units)), 10))
}

// headers of a 429: the parallel limit names no time.
func refusedHeaders(h http.Header, code int, wait time.Duration) {
	if code == 1073 {
		h.Set("X-Lognex-Auth", "429005")
		return
	}
	h.Set("X-Lognex-Auth", "429002")
	h.Set("X-Lognex-Retry-After", strconv.FormatInt(ceilMs(wait), 10))
}

func ceilMs(d time.Duration) int64 {
	return int64((d + time.Millisecond - 1) / time.Millisecond)
}
