package rest

import (
	"context"
	"sync"
	"time"
)

// Limits are the numbers that keep a client welcome. A zero field has its
// default, except Units: 0 is no budget.
type Limits struct {
	// Units may be spent in any Window.
	Units  int
	Window time.Duration // 0: 3 s
	// InFlight is how many requests may be under way; 0: 5.
	InFlight int
	// Tries and TriesBusy bound the attempts of one request; TriesBusy is for
	// 429. 0: 3 and 5.
	Tries, TriesBusy int
	// ConnUses is after how many requests a connection is given up; 0: 90.
	ConnUses int
	// FailuresPerMinute is how many answers of 4xx and 5xx a minute may hold
	// before everything waits; 0: 100.
	FailuresPerMinute int
}

func (l Limits) withDefaults() Limits {
	l.Window = cmpOr(l.Window, 3*time.Second)
	l.InFlight = cmpOr(l.InFlight, 5)
	l.Tries = cmpOr(l.Tries, 3)
	l.TriesBusy = cmpOr(l.TriesBusy, 5)
	l.ConnUses = cmpOr(l.ConnUses, 90)
	l.FailuresPerMinute = cmpOr(l.FailuresPerMinute, 100)
	return l
}

// margin covers the grain of clocks.
const margin = 10 * time.Millisecond

// window is a sliding log of spent units. A unit is held from before its
// request is sent until one Window after its answer began: whenever between
// the two the server counts it, no Window of the server's clock then holds
// more than Units.
type window struct {
	limits Limits
	now    func() time.Time
	turn   chan struct{} // held by the first in the queue
	wake   chan struct{} // something was given back

	mu       sync.Mutex
	open     int    // units of requests without an answer
	held     []hold // answered, in the order of their end
	free     []int  // slots; the last one freed is taken first
	allowed  int    // requests in flight, at most
	flying   int
	good     int // answers since allowed last changed
	paused   time.Time
	failures []time.Time
}

type hold struct {
	until time.Time
	units int
}

func newWindow(l Limits, now func() time.Time) *window {
	w := &window{limits: l, now: now, turn: make(chan struct{}, 1), wake: make(chan struct{}, 1), allowed: l.InFlight}
	for i := l.InFlight - 1; i >= 0; i-- {
		w.free = append(w.free, i)
	}
	return w
}

// acquire waits until units may be spent and a slot is free, and takes both.
// Those who wait are served in order, so that a dear request is not starved by
// cheap ones.
func (w *window) acquire(ctx context.Context, units int) (slot int, err error) {
	select {
	case w.turn <- struct{}{}:
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	defer func() { <-w.turn }()
	for {
		if ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		slot, wait, ok := w.take(units)
		if ok {
			return slot, nil
		}
		w.await(ctx, wait)
	}
}

// await returns after d (0: no limit), or when something is given back, or
// when ctx ends.
func (w *window) await(ctx context.Context, d time.Duration) {
	var after <-chan time.Time
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		after = t.C
	}
	select {
	case <-after:
	case <-w.wake:
	case <-ctx.Done():
	}
}

// take spends units if it may; else it says how long to wait, 0 for until
// something is given back.
func (w *window) take(units int) (slot int, wait time.Duration, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.now()
	if until := w.stopped(now); until.After(now) {
		return 0, until.Sub(now), false
	}
	if w.flying >= w.allowed || len(w.free) == 0 {
		return 0, 0, false
	}
	if wait, ok = w.affordable(now, w.cost(units)); !ok {
		return 0, wait, false
	}
	w.open += w.cost(units)
	w.flying++
	slot = w.free[len(w.free)-1]
	w.free = w.free[:len(w.free)-1]
	return slot, 0, true
}

// cost keeps a request dearer than the whole budget possible.
func (w *window) cost(units int) int { return min(units, max(w.limits.Units, 0)) }

// stopped gives the time until which nothing may leave.
func (w *window) stopped(now time.Time) time.Time {
	for len(w.failures) > 0 && now.Sub(w.failures[0]) >= time.Minute {
		w.failures = w.failures[1:]
	}
	until := w.paused
	if over := len(w.failures) - w.limits.FailuresPerMinute; over >= 0 {
		if t := w.failures[over].Add(time.Minute); t.After(until) {
			until = t
		}
	}
	return until
}

func (w *window) affordable(now time.Time, units int) (wait time.Duration, ok bool) {
	for len(w.held) > 0 && !w.held[0].until.After(now) {
		w.held = w.held[1:]
	}
	used := w.open + units
	for _, h := range w.held {
		used += h.units
	}
	if used <= w.limits.Units || units == 0 {
		return 0, true
	}
	for _, h := range w.held {
		if used -= h.units; used <= w.limits.Units {
			return h.until.Sub(now), false
		}
	}
	return 0, false
}

// answered starts the time after which units are free again.
func (w *window) answered(units int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open -= w.cost(units)
	w.held = append(w.held, hold{until: w.now().Add(w.limits.Window + margin), units: w.cost(units)})
	w.signal()
}

// done gives a slot back.
func (w *window) done(slot int, good bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.free = append(w.free, slot)
	w.flying--
	if good && w.allowed < w.limits.InFlight {
		if w.good++; w.good >= 50 {
			w.allowed, w.good = w.allowed+1, 0
		}
	}
	w.signal()
}

// slow obeys a server; it never makes anything faster.
func (w *window) slow(p Pace) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if until := w.now().Add(p.Pause); p.Pause > 0 && until.After(w.paused) {
		w.paused = until
	}
	if p.Halve {
		w.allowed, w.good = max(1, w.allowed/2), 0
	}
}

func (w *window) failed() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failures = append(w.failures, w.now())
}

// signal wakes the first in the queue; the lock is held.
func (w *window) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}
