package rest

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// Two clients one after another spend no more than one.
func TestSpentIsTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limits := Limits{Units: 45}.withDefaults()
		first := newWindow(limits, time.Now)
		for range 11 {
			slot, err := first.acquire(t.Context(), 4)
			if err != nil {
				t.Fatal(err)
			}
			first.answered(4)
			first.done(slot, true)
		}
		left := first.spent()
		began := time.Now()
		second := newWindow(limits, time.Now)
		second.hold(left)
		if _, err := second.acquire(context.Background(), 4); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(began); waited < 3*time.Second {
			t.Errorf("the second client waited %s, want the rest of the window", waited)
		}
	})
}

// A clock that was set back must not hold the next process for long.
func TestSpentByAnotherClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWindow(Limits{Units: 45}.withDefaults(), time.Now)
		began := time.Now()
		w.hold([]Spend{{began.Add(24 * time.Hour), 45}, {began.Add(-time.Hour), 45}})
		if _, err := w.acquire(context.Background(), 4); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(began); waited > 4*time.Second {
			t.Errorf("waited %s", waited)
		}
	})
}
