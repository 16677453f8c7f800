package rest

import (
	"slices"
	"time"
)

// Spend is a part of the budget that is held until a time.
type Spend struct {
	Until time.Time `json:"until"`
	Units int       `json:"units"`
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
			list = append(list, Spend{h.until, h.units})
		}
	}
	if w.open > 0 {
		list = append(list, Spend{now.Add(w.limits.Window + margin), w.open})
	}
	return list
}

// hold takes over what an earlier process has spent. A clock that was set back
// cannot hold anything for longer than a window.
func (w *window) hold(spent []Spend) {
	latest := w.now().Add(w.limits.Window + margin)
	for _, s := range spent {
		until := s.Until
		if until.After(latest) {
			until = latest
		}
		if s.Units > 0 {
			w.held = append(w.held, hold{until: until, units: w.cost(s.Units)})
		}
	}
	slices.SortFunc(w.held, func(a, b hold) int { return a.until.Compare(b.until) })
}
