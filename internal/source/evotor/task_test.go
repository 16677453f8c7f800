package evotor_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"catalogsheet/internal/apply"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/plan"
	sandbox "catalogsheet/internal/sandbox/evotor"
	"catalogsheet/internal/source"
	"catalogsheet/internal/source/evotor"
	"catalogsheet/internal/source/sourcetest"
)

const taskRun = "20261121-100500-1a2b"

// till is a store whose cards are rewritten by processes that may die.
type till struct {
	t      *testing.T
	wire   *sourcetest.Wire
	server *sandbox.Server
	dir    journal.Dir
	steps  []plan.Step
	plan   plan.Plan
	begun  bool
}

func newTill(t *testing.T) *till {
	t.Helper()
	x := &till{t: t, wire: &sourcetest.Wire{}, dir: journal.Dir{Home: t.TempDir(), Now: clock}}
	server, src := through(t, x.wire, sandbox.Options{Products: 60, NoLimits: true})
	x.server = server
	head, rows := fetch(t, src, everything)
	rows = slices.DeleteFunc(rows, func(it catalog.Item) bool { return it.Key.Type != "NORMAL" || it.Key.Store != rows[0].Key.Store })
	x.steps = setAll(head, rows, "description", 12, func(i int) string { return fmt.Sprintf("Описание %d", i) })
	x.plan = plan.New(plan.Plan{Source: src.Name()}, src.Order(), x.steps)
	for _, s := range x.steps {
		if err := server.Change(s.Target.Store, s.Target.ID, map[string]any{"quantity": 50}); err != nil {
			t.Fatal(err)
		}
	}
	server.ResetRequests()
	return x
}

func (x *till) fault(spec string) {
	x.t.Helper()
	if err := x.server.Fault(spec); err != nil {
		x.t.Fatal(err)
	}
}

// process begins the run, or goes on with it, until its end or that of ctx.
func (x *till) process(ctx context.Context, wait time.Duration) error {
	x.t.Helper()
	src, err := evotor.New(evotor.Config{BaseURL: "https://evotor.invalid", Token: sandbox.DefaultToken, Transport: x.wire, Now: clock, TaskWait: wait})
	if err != nil {
		x.t.Fatal(err)
	}
	defer src.Close()
	state := apply.NewState(x.plan)
	var log *journal.Writer
	if !x.begun {
		log, err = x.dir.Create(journal.Begin{Run: taskRun, Command: "import", File: "a.xlsx", Source: "evotor", Account: "a"}, x.plan)
	} else {
		var r *journal.Run
		if log, r, err = x.dir.Append(taskRun); err == nil {
			state = &apply.State{Plan: r.Plan, Outcomes: r.Outcomes, Intended: r.Intended, Before: r.Before, Tasks: r.Tasks}
		}
	}
	x.begun = true
	if err == nil {
		err = src.Prepare(x.t.Context(), nil, nil)
	}
	if err != nil {
		x.t.Fatal(err)
	}
	defer log.Close()
	engine := &apply.Engine{Source: src, Log: log, Now: clock}
	return engine.Run(ctx, state)
}

// ended fails unless every step is applied by one bulk write and nothing is
// still waited for.
func (x *till) ended() {
	x.t.Helper()
	r, err := x.dir.Open(taskRun)
	if err != nil {
		x.t.Fatal(err)
	}
	if n := r.Counts()[plan.Applied]; n != len(x.steps) || len(r.Tasks) > 0 {
		x.t.Errorf("outcomes %v, tasks %v", r.Counts(), r.Tasks)
	}
	puts := 0
	for _, q := range x.server.Requests() {
		if q.Method != http.MethodGet && q.Status < 400 {
			puts++
		}
	}
	if puts != 1 {
		x.t.Errorf("%d writes reached the service", puts)
	}
}

// until runs a hook at the first answer of a task that holds a word.
func (x *till) until(word string, hook func()) {
	x.wire.After = func(r *http.Request, resp *http.Response) (*http.Response, error) {
		if hook == nil || !strings.HasPrefix(r.URL.Path, "/bulks/") {
			return resp, nil
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body = io.NopCloser(strings.NewReader(string(body)))
		if strings.Contains(string(body), word) {
			hook()
			hook = nil
		}
		return resp, err
	}
}

// A process that dies while the service works at its task leaves the task's id:
// the next one waits for the task, finds everything as it was sent and writes
// nothing over what a till has sold by then.
func TestResumeWaitsForTheTask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calm := newTill(t)
		if err := calm.process(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		calm.ended()

		x := newTill(t)
		x.fault("bulk-slow=4:PUT,no-gzip:GET:/bulks")
		ctx, kill := context.WithCancel(t.Context())
		x.until("RUNNING", kill)
		if err := x.process(ctx, 0); !errors.Is(err, apply.ErrInterrupted) {
			t.Fatalf("it was not killed: %v", err)
		}
		if r, err := x.dir.Open(taskRun); err != nil || len(r.Tasks) != 1 {
			t.Fatalf("%v, the journal has the tasks %v", err, r.Tasks)
		}
		first := x.steps[0].Target
		x.until("COMPLETED", func() {
			if err := x.server.Sell(first.Store, first.ID, 7); err != nil {
				t.Error(err)
			}
		})
		if err := x.process(t.Context(), 0); err != nil {
			t.Fatal(err)
		}
		x.ended()
		now, _ := x.server.Product(first.Store, first.ID)
		if q := member(t, now, "quantity"); q != "43" {
			t.Errorf("43 are left after the sale, the service holds %s", q)
		}
		if got, want := x.server.Dump("updated_at", "quantity"), calm.server.Dump("updated_at", "quantity"); string(got) != string(want) {
			t.Error("the store differs from that of an uninterrupted run")
		}
	})
}

// A look at a task that got no answer is repeated before anything is read back.
func TestLostLookAtATaskIsRepeated(t *testing.T) {
	for _, faults := range []string{"drop-before:GET:/bulks:x4", "503-before:GET:/bulks:x2", "empty-body:GET:/bulks:x1", "cut-body:GET:/bulks:x4"} {
		t.Run(faults, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				x := newTill(t)
				x.fault(faults + ",bulk-slow=6:PUT")
				if err := x.process(t.Context(), 0); err != nil {
					t.Fatal(err)
				}
				x.ended()
			})
		})
	}
}

// A task that does not end within the time that it is given is waited for by
// later runs; nothing is read back or sent meanwhile.
func TestLongTaskIsLeftToResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		x := newTill(t)
		x.fault("bulk-slow=12")
		runs := 1
		err := x.process(t.Context(), 5*time.Second)
		for ; err != nil && runs < 10; runs++ {
			if !strings.Contains(err.Error(), "still at work") || errors.Is(err, source.ErrUnknown) {
				t.Fatal(err)
			}
			if r, err := x.dir.Open(taskRun); err != nil || r.Counts()[plan.Unsent] != len(x.steps) || len(r.Tasks) != 1 {
				t.Fatalf("%v, %v, %v", err, r.Counts(), r.Tasks)
			}
			err = x.process(t.Context(), 5*time.Second)
		}
		if err != nil || runs < 3 {
			t.Errorf("after %d runs: %v", runs, err)
		}
		x.ended()
	})
}

// A task that the service has forgotten keeps no run from its end.
func TestForgottenTaskHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, src := through(t, &sourcetest.Wire{}, sandbox.Options{NoLimits: true})
		if err := src.Await(t.Context(), []string{"00000000-0000-4000-8000-000000000000"}); err != nil {
			t.Error(err)
		}
	})
}
