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
		w.hold([]Spend{
			{Until: began.Add(24 * time.Hour), Units: 45}, {Until: began.Add(-time.Hour), Units: 45}, {Until: began.Add(24 * time.Hour), Failed: true},
		})
		if _, err := w.acquire(context.Background(), 4); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(began); waited > 4*time.Second {
			t.Errorf("waited %s", waited)
		}
	})
}

// Failures of one process count in the next: together they are not more than one
// may have in a minute.
func TestFailuresAreTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limits := Limits{Units: 1000, FailuresPerMinute: 10}.withDefaults()
		began := time.Now()
		var left []Spend
		for n := range 10 { // processes
			w := newWindow(limits, time.Now)
			w.hold(left)
			slot, err := w.acquire(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			w.answered(1)
			w.failed()
			w.done(slot, false)
			if left = w.spent(); time.Since(began) > 0 {
				t.Fatalf("process %d waited", n)
			}
		}
		w := newWindow(limits, time.Now)
		w.hold(left)
		if _, err := w.acquire(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(began); waited < time.Minute {
			t.Errorf("the eleventh process waited %s, want the rest of the minute", waited)
		}
		if left = w.spent(); len(left) != 1 || left[0].Failed {
			t.Errorf("a minute later %v is left", left)
		}
	})
}
