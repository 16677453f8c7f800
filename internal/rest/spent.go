package rest

import (
	"slices"
	"time"
)

// Spend is a part of the budget that is held until a time, or an answer of 4xx
// or 5xx that counts until then.
type Spend struct {
	Until  time.Time `json:"until"`
	Units  int       `json:"units,omitempty"`
	Failed bool      `json:"failed,omitempty"`
}

// Spent tells what the client still holds of its budget, so that the next
// process on the same credential begins where this one ended: the server does
// not know that they are two. A request without an answer counts as answered
// now.
func (c *Client) Spent() []Spend { return c.window.spent() }

func (w *window) spent() []Spend {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.now()
	var list []Spend
	for _, h := range w.held {
		if h.until.After(now) {
			list = append(list, Spend{Until: h.until, Units: h.units})
		}
	}
	if w.open > 0 {
		list = append(list, Spend{Until: now.Add(w.limits.Window + margin), Units: w.open})
	}
	for _, at := range w.failures {
		if until := at.Add(time.Minute); until.After(now) {
			list = append(list, Spend{Until: until, Failed: true})
		}
	}
	return list
}

// hold takes over what an earlier process has spent. A clock that was set back
// cannot hold anything for longer than a window, nor a failure for longer than
// its minute.
func (w *window) hold(spent []Spend) {
	now := w.now()
	latest := now.Add(w.limits.Window + margin)
	for _, s := range spent {
		if s.Failed {
			at := s.Until.Add(-time.Minute)
			if at.After(now) {
				at = now
			}
			w.failures = append(w.failures, at)
			continue
		}
		until := s.Until
		if until.After(latest) {
			until = latest
		}
		if s.Units > 0 {
			w.held = append(w.held, hold{until: until, units: w.cost(s.Units)})
		}
	}
	slices.SortFunc(w.failures, time.Time.Compare)
	slices.SortFunc(w.held, func(a, b hold) int { return a.until.Compare(b.until) })
}
