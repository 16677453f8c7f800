package evotor

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"catalogsheet/internal/rest"
)

// What one request may hold: Evotor REST API, Товары (1000 objects) and the
// table of statuses (413 over 5 MB). The bytes leave room for what a proxy
// adds.
const (
	pageSize = 1000    // items of a page
	maxBulk  = 1000    // objects of an array
	maxBody  = 4 << 20 // bytes of a body
	maxBatch = 100     // writes of one Send
)

// limits: the numbers are not published, only that they count by token and
// address; so requests go one after the other.
func limits() rest.Limits {
	return rest.Limits{InFlight: 1, Tries: 3, FailuresPerMinute: 100}
}

// triesBusy bounds the attempts of a request that is answered 429, and
// longestWait the wait for which it is worth to stay: the service may ask for
// half an hour.
const (
	triesBusy   = 5
	longestWait = 5 * time.Minute
)

// pace reads the headers on limits: Evotor API V1, info, X-RateLimit.
func pace(a rest.Answer, now time.Time) rest.Pace {
	if a.Status == http.StatusTooManyRequests || a.Status == http.StatusServiceUnavailable {
		return rest.Pace{Pause: min(waitFor(a.Header, now), longestWait)}
	}
	remaining, ok := number(a.Header, "X-RateLimit-Remaining")
	if !ok || remaining > 0 {
		return rest.Pace{}
	}
	return rest.Pace{Pause: min(untilReset(a.Header, now), longestWait)}
}

// waitFor is how long a refused client is asked to wait, 0 where nothing says.
func waitFor(h http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, ok := number(h, "Retry-After"); ok {
		return time.Duration(min(seconds, math.MaxInt32)) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, at.Sub(now))
	}
	return untilReset(h, now)
}

// resetForms are the meanings that the header's number was met with, by its
// size: the documents contradict each other. The first line that fits is taken.
var resetForms = [...]struct {
	above int64
	wait  func(n int64, now time.Time) time.Duration
}{
	{1e12, func(n int64, now time.Time) time.Duration { return time.UnixMilli(n).Sub(now) }},
	{1e9, func(n int64, now time.Time) time.Duration { return time.Unix(n, 0).Sub(now) }},
	{-1, func(n int64, _ time.Time) time.Duration { return time.Duration(n) * time.Second }},
}

func untilReset(h http.Header, now time.Time) time.Duration {
	n, ok := number(h, "X-RateLimit-Reset")
	if !ok {
		return 0
	}
	for _, f := range resetForms {
		if n > f.above {
			return max(0, f.wait(n, now))
		}
	}
	return 0
}

// number reads a header's number; a part of a unit counts as a whole one, since
// a pause may be longer than asked and not shorter.
func number(h http.Header, name string) (int64, bool) {
	whole, part, _ := strings.Cut(strings.TrimSpace(h.Get(name)), ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	if strings.Trim(part, "0") != "" {
		_, bad := strconv.ParseUint(part, 10, 64)
		n, err = n+1, errors.Join(err, bad)
	}
	return n, err == nil && n >= 0
}

// meter learns how long a request takes.
type meter struct {
	mu  sync.Mutex
	avg time.Duration
}

// usual is how long a request takes as far as nothing else is known.
const usual = 250 * time.Millisecond

func (m *meter) add(t rest.Trace) {
	if t.Status < 200 || t.Status > 299 {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.avg == 0 {
		m.avg = t.Dur
		return
	}
	m.avg += (t.Dur - m.avg) / 8
}

func (m *meter) request() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.avg == 0 {
		return usual
	}
	return m.avg
}
