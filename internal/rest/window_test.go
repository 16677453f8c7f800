package rest

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

type call struct {
	sent, answered time.Time
	units          int
}

// drive sends calls of the given weights as fast as the window lets them, each
// answered after its latency, and gives them in the order of sending.
func drive(t *testing.T, weights []int, latency []time.Duration) []call {
	t.Helper()
	w := newWindow(Limits{Units: 45}.withDefaults(), time.Now)
	var mu sync.Mutex
	var calls []call
	flying := 0
	var wg sync.WaitGroup
	for i, units := range weights {
		wg.Go(func() {
			slot, err := w.acquire(context.Background(), units)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			if flying++; flying > 5 {
				t.Errorf("%d in flight", flying)
			}
			mu.Unlock()
			c := call{sent: time.Now(), units: units}
			time.Sleep(latency[i])
			c.answered = time.Now()
			mu.Lock()
			flying--
			calls = append(calls, c)
			mu.Unlock()
			w.answered(units)
			w.done(slot, true)
		})
	}
	wg.Wait()
	return calls
}

// most gives the greatest sum of units in any window of 3 s, by a clock of each
// call.
func most(calls []call, at func(call) time.Time) int {
	greatest := 0
	for _, from := range calls {
		sum := 0
		for _, c := range calls {
			if d := at(c).Sub(at(from)); d >= 0 && d <= 3*time.Second {
				sum += c.units
			}
		}
		greatest = max(greatest, sum)
	}
	return greatest
}

func TestNeverOverTheBudgetWheneverTheServerCounts(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 80).Draw(rt, "calls")
		weights := rapid.SliceOfN(rapid.SampledFrom([]int{1, 2, 3, 4, 5, 45}), n, n).Draw(rt, "weights")
		ms := rapid.SliceOfN(rapid.IntRange(0, 4000), n, n).Draw(rt, "latency")
		latency := make([]time.Duration, n)
		for i := range ms {
			latency[i] = time.Duration(ms[i]) * time.Millisecond
		}
		synctest.Test(t, func(t *testing.T) {
			calls := drive(t, weights, latency)
			between := map[call]time.Duration{}
			for _, c := range calls {
				between[c] = time.Duration(rand.Float64() * float64(c.answered.Sub(c.sent)))
			}
			for name, at := range map[string]func(call) time.Time{
				"sending":   func(c call) time.Time { return c.sent },
				"answer":    func(c call) time.Time { return c.answered },
				"somewhere": func(c call) time.Time { return c.sent.Add(between[c]) },
			} {
				if sum := most(calls, at); sum > 45 {
					t.Errorf("%d units in 3 s by the time of %s", sum, name)
				}
			}
		})
	})
}

func TestMostOfTheBudgetIsUsed(t *testing.T) {
	for _, units := range []int{3, 4, 5} {
		synctest.Test(t, func(t *testing.T) {
			const n = 300
			weights, latency := make([]int, n), make([]time.Duration, n)
			for i := range weights {
				weights[i], latency[i] = units, 200*time.Millisecond
			}
			began := time.Now()
			drive(t, weights, latency)
			used := float64(n*units) / (time.Since(began).Seconds() * 15)
			if used < 0.90 {
				t.Errorf("weight %d: %.1f %% of the budget used", units, used*100)
			}
		})
	}
}

func TestServerCanOnlySlowDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWindow(Limits{Units: 45}.withDefaults(), time.Now)
		began := time.Now()
		w.slow(Pace{Pause: 7 * time.Second})
		w.slow(Pace{Pause: time.Second})
		if _, err := w.acquire(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(began); d < 7*time.Second {
			t.Errorf("left after %v", d)
		}
	})
}

func TestHalvedConcurrencyComesBackSlowly(t *testing.T) {
	w := newWindow(Limits{}.withDefaults(), time.Now)
	w.slow(Pace{Halve: true})
	w.slow(Pace{Halve: true})
	if w.allowed != 1 {
		t.Fatalf("%d in flight", w.allowed)
	}
	for range 49 {
		slot, _ := w.acquire(t.Context(), 0)
		w.answered(0)
		w.done(slot, true)
	}
	if w.allowed != 1 {
		t.Errorf("%d in flight after 49 answers", w.allowed)
	}
	slot, _ := w.acquire(t.Context(), 0)
	w.done(slot, true)
	if w.allowed != 2 {
		t.Errorf("%d in flight after 50 answers", w.allowed)
	}
}

func TestFailuresOfAMinuteAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWindow(Limits{FailuresPerMinute: 10}.withDefaults(), time.Now)
		var at []time.Time
		for range 50 {
			slot, err := w.acquire(t.Context(), 0)
			if err != nil {
				t.Fatal(err)
			}
			at = append(at, time.Now())
			w.answered(0)
			w.failed()
			w.done(slot, false)
		}
		for i := range at {
			if i >= 10 && at[i].Sub(at[i-10]) < time.Minute {
				t.Fatalf("failure %d came %v after the tenth before it", i, at[i].Sub(at[i-10]))
			}
		}
	})
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWindow(Limits{Units: 1}.withDefaults(), time.Now)
		if _, err := w.acquire(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := w.acquire(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	})
}
