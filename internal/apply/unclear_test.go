package apply_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"catalogsheet/internal/apply"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/sandbox"

	"github.com/google/go-cmp/cmp"
)

// sends counts how often every item was sent and fails a PUT.
type sends map[string]int

func (s sends) count(r *http.Request, body []byte) {
	for _, id := range sentIDs(body) {
		s[id]++
	}
	if r.Method == http.MethodPut {
		s["PUT"]++
	}
}

// states counts the outcomes.
func (w *world) states() map[plan.State]int {
	r, err := w.dir.Open(run)
	if err != nil {
		w.t.Fatal(err)
	}
	return r.Counts()
}

// Whatever becomes of a batch's answer, every item ends as wanted, and what was
// carried out is not sent a second time.
func TestUnclearAnswers(t *testing.T) {
	type want struct {
		times    int // how often an item is sent at most
		applied  int
		rejected int
	}
	whole := func(times int) want { return want{times: times, applied: 8} }
	for faults, c := range map[string]want{
		"500-after": whole(1), "503-after": whole(1), "504-after": whole(1), "drop-after": whole(1), "lost-answer=20ms": whole(1),
		"cut-body": whole(1), "empty-body": whole(1), "short-bulk": whole(1), "no-gzip": whole(1),
		"500-before": whole(2), "502-before": whole(2), "503-before": whole(2), "504-before": whole(2), "maintenance": whole(2),
		"drop-before": whole(2), "html-error=200": whole(2), "html-error=502": whole(2),
		"1088": whole(2), "413": whole(2), "1065": whole(2), "1065=3": whole(2), "429-time=1ms": whole(2),
		"partial-bulk=3": {times: 1, applied: 6, rejected: 2}, "partial-bulk=1": {times: 1, rejected: 8},
	} {
		t.Run(faults, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, sandbox.Options{Products: 20, Seed: 5})
			w.batch = 100
			w.raise(w.keys("product", 8))
			if err := w.server.Fault(faults + ":POST:x1"); err != nil {
				t.Fatal(err)
			}
			sent := sends{}
			if err := w.process(&fate{each: sent.count}); err != nil && !strings.HasPrefix(faults, "429") {
				t.Fatal(err)
			} else if err != nil {
				finish(w, 1) // with one try a 429 ends the process
			}
			for id, n := range sent {
				if n > c.times || id == "PUT" {
					t.Errorf("%s was sent %d times, at most %d", id, n, c.times)
				}
			}
			if got := w.states(); got[plan.Applied] != c.applied || got[plan.Rejected] != c.rejected {
				t.Errorf("outcomes %v, want %+v", got, c)
			}
			wanted := 0
			for i, v := range w.held() {
				if catalog.Money.Equal(v, w.plan.Steps[i].Set[0].Want) {
					wanted++
				}
			}
			if wanted != c.applied {
				t.Errorf("%d items hold what they should, want %d", wanted, c.applied)
			}
		})
	}
}

// A service that never gives a clear answer is not asked for ever, and the run
// can be resumed.
func TestNoClearAnswerEndsTheRun(t *testing.T) {
	w := newWorld(t, sandbox.Options{Products: 20, Seed: 5})
	w.raise(w.keys("product", 5))
	if err := w.server.Fault("504-before:POST"); err != nil {
		t.Fatal(err)
	}
	sent := sends{}
	if err := w.process(&fate{each: sent.count}); err == nil {
		t.Fatal("no error")
	}
	for id, n := range sent {
		if n > 3 {
			t.Errorf("%s was sent %d times", id, n)
		}
	}
	if err := w.server.Fault("none"); err != nil {
		t.Fatal(err)
	}
	finish(w, 1)
	if got := w.states(); got[plan.Applied] != 5 {
		t.Errorf("outcomes %v", got)
	}
}

// Somebody else edits the items while they are being imported.
func TestEditedMeanwhile(t *testing.T) {
	w := newWorld(t, sandbox.Options{Products: 20, Seed: 5})
	keys := w.keys("product", 9)
	w.raise(keys)
	theirs := func(k catalog.Key, kopecks string) {
		if err := w.server.SetPrice(k.Type, k.ID, w.price.Member(), kopecks); err != nil {
			t.Error(err)
		}
	}
	posts := 0
	each := func(r *http.Request, _ []byte) {
		if r.Method != http.MethodPost {
			return
		}
		if posts++; posts == 1 { // between two batches
			theirs(keys[4], "4200")
			// and a till sells: what changes is not what is written
			if err := w.server.Change("product", keys[5].ID, map[string]any{"description": "sold"}); err != nil {
				t.Error(err)
			}
			if err := w.server.Remove("product", keys[6].ID); err != nil {
				t.Error(err)
			}
			// somebody wanted the same
			theirs(keys[7], "70000750")
		}
	}
	if err := w.process(&fate{each: each}); err != nil {
		t.Fatal(err)
	}
	r, err := w.dir.Open(run)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]string, 0, 9)
	for _, o := range r.Outcomes {
		got = append(got, strings.TrimSpace(string(o.State)+" "+o.Code))
	}
	want := []string{"applied", "applied", "applied", "applied", "stale changed", "applied", "stale gone", "already", "applied"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if v := w.held()[4]; v.Text() != "42.00" {
		t.Errorf("their price is overwritten by %v", v)
	}
	if why := r.Outcomes[4].Message; !strings.Contains(why, "42.00") {
		t.Errorf("%q does not name their price", why)
	}
}

// An element refused because of a parallel request is looked at again: sent
// once more while it is as before, left alone when somebody changed it.
func TestParallelRequest(t *testing.T) {
	for name, c := range map[string]struct {
		faults  string
		theirs  string
		state   plan.State
		code    string
		holding string
		times   int
	}{
		"as before":       {"1065:POST:x1", "", plan.Applied, "", "700000.50", 2},
		"changed":         {"1065:POST:x1", "4200", plan.Stale, apply.CodeChanged, "42.00", 1},
		"as wanted":       {"1065:POST:x1", "70000050", plan.Already, "", "700000.50", 1},
		"again and again": {"1065:POST", "", plan.Rejected, "1065", "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, sandbox.Options{Products: 20, Seed: 5})
			key := w.keys("product", 1)
			w.raise(key)
			if err := w.server.Fault(c.faults); err != nil {
				t.Fatal(err)
			}
			sent := sends{}
			gets := 0
			f := &fate{each: func(r *http.Request, body []byte) {
				sent.count(r, body)
				if r.Method == http.MethodGet && len(sent) > 0 && c.theirs != "" {
					if gets++; gets == 1 {
						if err := w.server.SetPrice("product", key[0].ID, w.price.Member(), c.theirs); err != nil {
							t.Error(err)
						}
					}
				}
			}}
			if err := w.process(f); err != nil {
				t.Fatal(err)
			}
			r, err := w.dir.Open(run)
			if err != nil {
				t.Fatal(err)
			}
			if o := r.Outcomes[0]; o.State != c.state || o.Code != c.code {
				t.Errorf("%+v", o)
			}
			if v := w.held()[0]; c.holding != "" && v.Text() != c.holding {
				t.Errorf("the server holds %s", v.Text())
			}
			if sent[key[0].ID] != c.times {
				t.Errorf("sent %d times, want %d", sent[key[0].ID], c.times)
			}
		})
	}
}

// Asked to stop, the engine finishes the batch in flight and begins no other.
func TestStopEndsAfterTheBatchInFlight(t *testing.T) {
	w := newWorld(t, sandbox.Options{Products: 20, Seed: 5})
	w.raise(w.keys("product", 9))
	stop := make(chan struct{})
	posts := 0
	err := w.process(&fate{stop: stop, each: func(r *http.Request, _ []byte) {
		if r.Method == http.MethodPost {
			if posts++; posts == 2 {
				close(stop)
			}
		}
	}})
	if !errors.Is(err, apply.ErrInterrupted) {
		t.Fatalf("ended with %v", err)
	}
	if got := w.states(); got[plan.Applied] != 6 || got[plan.Unsent] != 3 {
		t.Errorf("outcomes %v", got)
	}
	finish(w, 1)
	if got := w.states(); got[plan.Applied] != 9 {
		t.Errorf("outcomes after the resume %v", got)
	}
}

// The second wish to stop cuts the batch in flight at once; a resume finds out
// what became of it.
func TestHardStopIsAtOnce(t *testing.T) {
	w := newWorld(t, sandbox.Options{Products: 20, Seed: 5, Faults: "lost-answer=5m:POST:x1"})
	w.raise(w.keys("product", 6))
	f := &fate{}
	f.each = func(r *http.Request, _ []byte) {
		if r.Method == http.MethodPost {
			time.AfterFunc(100*time.Millisecond, f.die)
		}
	}
	began := time.Now()
	if err := w.process(f); !errors.Is(err, apply.ErrInterrupted) {
		t.Fatalf("ended with %v", err)
	}
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("it took %v", d)
	}
	sent := sends{}
	if err := w.process(&fate{each: sent.count}); err != nil {
		t.Fatal(err)
	}
	if got := w.states(); got[plan.Applied] != 6 || len(sent) != 3 {
		t.Errorf("outcomes %v, sent again %v", got, sent)
	}
}

// A journal that takes no intent sends nothing, and one that takes no outcome
// ends the run.
func TestFullDisk(t *testing.T) {
	for at, name := range []string{1: "intent", 2: "outcome"} {
		if name == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, sandbox.Options{Products: 20, Seed: 5})
			w.raise(w.keys("product", 9))
			log, state := w.begin()
			defer log.Close()
			src := w.source(nil)
			if err := src.Prepare(t.Context(), []catalog.Field{w.price}, nil); err != nil {
				t.Fatal(err)
			}
			engine := &apply.Engine{Source: limited{src, 3}, Log: &fullLog{log: log, at: at}, Now: time.Now}
			if err := engine.Run(t.Context(), state); !errors.Is(err, errFull) {
				t.Fatalf("ended with %v", err)
			}
			posts := slices.DeleteFunc(w.server.Requests(), func(r sandbox.Request) bool { return r.Method != http.MethodPost })
			if len(posts) != at-1 {
				t.Errorf("%d batches were sent", len(posts))
			}
			finish(w, 1)
			if got := w.states(); got[plan.Applied] != 9 {
				t.Errorf("outcomes after the resume %v", got)
			}
		})
	}
}

var errFull = errors.New("no space left on device")

// fullLog fails from its at-th write on.
type fullLog struct {
	log *journal.Writer
	at  int
	n   int
}

func (l *fullLog) full() bool { l.n++; return l.n >= l.at }

func (l *fullLog) Intent(before []journal.Before) (int, error) {
	if l.full() {
		return 0, errFull
	}
	return l.log.Intent(before)
}

func (l *fullLog) Task(batch int, id string) error {
	if l.full() {
		return errFull
	}
	return l.log.Task(batch, id)
}

func (l *fullLog) Done(batch int, outcomes []journal.Outcome, unclear string) error {
	if l.full() {
		return errFull
	}
	return l.log.Done(batch, outcomes, unclear)
}

func (l *fullLog) Unsent(batch int, steps []int) error {
	if l.full() {
		return errFull
	}
	return l.log.Unsent(batch, steps)
}

// A create whose answer was lost is looked for before anything is sent again,
// so that a refusal of the second try cannot hide an item that is there.
func TestLostCreateIsFound(t *testing.T) {
	w := newWorld(t, sandbox.Options{Products: 20, Seed: 5, Faults: "drop-after:POST:x1,partial-bulk=1:POST"})
	w.raise(nil, create("new one", "0a7f6c1e-6d4b-8c1a-9f00-000000000001"))
	sent := sends{}
	if err := w.process(&fate{each: sent.count}); err != nil {
		t.Fatal(err)
	}
	r, err := w.dir.Open(run)
	if err != nil {
		t.Fatal(err)
	}
	id, there := w.server.Find("product", "new one")
	if o := r.Outcomes[0]; !there || o.State != plan.Applied || o.Target.ID != id || len(sent) != 1 {
		t.Errorf("%+v, %s there: %v, sent %v", o, id, there, sent)
	}
}
