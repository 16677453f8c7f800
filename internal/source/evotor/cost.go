package evotor

import (
	"time"

	"catalogsheet/internal/plan"
)

// taskTime is how long a bulk task is expected to take.
const taskTime = 3 * time.Second

// Cost is how long a plan will take to send, as far as the requests so far
// tell: one after the other, each product read before it is written.
func (s *Source) Cost(p plan.Plan) time.Duration {
	requests := 0
	var tasks time.Duration
	for b := range p.Batches(maxBatch) {
		whole := 0
		for _, step := range p.Steps[b.First:b.Last] {
			requests++ // the write, or the reading before a bulk task
			if !patchable(step) {
				whole++
			}
		}
		switch {
		case whole == 1:
			requests++
		case whole > 1:
			requests++
			tasks += taskTime
		}
		requests += min(b.Last-b.First, pageCost*s.pagesOf(p.Steps[b.First].Target.Store))
	}
	return time.Duration(requests)*s.pace.request() + tasks
}
