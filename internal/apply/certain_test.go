package apply_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"catalogsheet/internal/apply"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/sandbox"
)

// opened replays the run's journal.
func (w *world) opened() *journal.Run {
	w.t.Helper()
	r, err := w.dir.Open(run)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

// What a run certainly did not send is not its own when somebody else gives the
// same value before the resume: an undo leaves it.
func TestUnsentIsNobodysWork(t *testing.T) {
	for _, faults := range []string{"429-time=1ms:POST", "429-parallel:POST", "html-error=404:POST", "html-error=403:POST"} {
		t.Run(faults, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, sandbox.Options{Products: 20, Seed: 5, Faults: faults})
			key := w.keys("product", 1)[0]
			w.raise([]catalog.Key{key})
			if err := w.process(&fate{}); err == nil {
				t.Fatal("no error")
			}
			if r := w.opened(); r.Intended[0] || r.Before[0] != nil || r.Outcomes[0] != nil {
				t.Errorf("intended %v, before %+v, outcome %+v", r.Intended[0], r.Before[0], r.Outcomes[0])
			}
			if err := w.server.Fault("none"); err != nil {
				t.Fatal(err)
			}
			if err := w.server.SetPrice(key.Type, key.ID, w.price.Member(), "70000050"); err != nil {
				t.Fatal(err)
			}
			finish(w, 1)
			if r := w.opened(); r.Outcomes[0].State != plan.Already || len(r.Written()) != 0 {
				t.Errorf("%+v, written %+v", r.Outcomes[0], r.Written())
			}
		})
	}
}

// An unclear try is not forgotten because a later one certainly failed: the
// first may still have arrived.
func TestUnclearTryOutlivesARefusedOne(t *testing.T) {
	w := newWorld(t, sandbox.Options{Products: 20, Seed: 5, Faults: "504-before:POST:x1,429-time=1ms:POST"})
	key := w.keys("product", 1)[0]
	w.raise([]catalog.Key{key})
	if err := w.process(&fate{}); err == nil {
		t.Fatal("no error")
	}
	if r := w.opened(); !r.Intended[0] || r.Before[0] == nil {
		t.Errorf("intended %v, before %+v", r.Intended[0], r.Before[0])
	}
	if err := w.server.Fault("none"); err != nil {
		t.Fatal(err)
	}
	if err := w.server.SetPrice(key.Type, key.ID, w.price.Member(), "70000050"); err != nil {
		t.Fatal(err)
	}
	finish(w, 1)
	if r := w.opened(); r.Outcomes[0].State != plan.Applied || len(r.Written()) != 1 {
		t.Errorf("%+v, written %+v", r.Outcomes[0], r.Written())
	}
}

// A new item that holds something else than was sent is not taken for well
// made, and is still known to an undo.
func TestCreateIsComparedWithItsAnswer(t *testing.T) {
	for name, faults := range map[string]string{"answered": "none", "found": "drop-after:POST:x1"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, sandbox.Options{Products: 20, Seed: 5, Faults: faults})
			w.raise(nil, w.coded("mine"))
			if err := w.process(&fate{below: rewriting{`"mine"`, `"theirs"`}}); err != nil {
				t.Fatal(err)
			}
			id, _ := w.server.Find("product", "new one")
			r := w.opened()
			if o := r.Outcomes[0]; o.State != plan.Rejected || o.Code != apply.CodeNotKept || o.Message != "Code: theirs ≠ mine" || o.Target.ID != id {
				t.Errorf("%+v", o)
			}
			if list := r.Written(); len(list) != 1 || list[0].NewID != id {
				t.Errorf("written %+v", list)
			}
		})
	}
}

// An item that an earlier run made is not this run's: it is already there, or,
// edited meanwhile, left alone, and no undo takes it back.
func TestCreateOfAnEarlierRun(t *testing.T) {
	for theirs, want := range map[string]plan.State{"mine": plan.Already, "theirs": plan.Stale} {
		w := newWorld(t, sandbox.Options{Products: 20, Seed: 5})
		w.raise(nil, w.coded("mine"))
		if err := w.process(&fate{}); err != nil {
			t.Fatal(err)
		}
		id := w.opened().Outcomes[0].Target.ID
		if err := w.server.Change("product", id, map[string]any{"code": theirs}); err != nil {
			t.Fatal(err)
		}
		w.reset()
		w.raise(nil, w.coded("mine"))
		if err := w.process(&fate{}); err != nil {
			t.Fatal(err)
		}
		r := w.opened()
		if o := r.Outcomes[0]; o.State != want || o.Target.ID != id || len(r.Written()) != 0 {
			t.Errorf("%s: %+v, written %+v", theirs, o, r.Written())
		}
	}
}

// coded is the step of a new product with a code.
func (w *world) coded(code string) plan.Step {
	step := create("new one", "0a7f6c1e-6d4b-8c1a-9f00-000000000001")
	step.Set = append(step.Set, plan.Assign{Field: catalog.FieldCode, Header: "Code", Kind: catalog.Code, Want: catalog.Of(code)})
	return step
}

// rewriting is a service that saves something else than it was sent.
type rewriting struct{ old, new string }

func (f rewriting) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		body = bytes.ReplaceAll(body, []byte(f.old), []byte(f.new))
		r = r.Clone(r.Context())
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	return http.DefaultTransport.RoundTrip(r)
}

// refusing answers a write with one error for the whole array, having carried
// it out or not.
type refusing struct{ carriedOut bool }

func (f refusing) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPost {
		return http.DefaultTransport.RoundTrip(r)
	}
	if f.carriedOut {
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		_ = resp.Body.Close()
	}
	body := `{"errors":[{"error":"no such thing","code":1021}]}`
	return &http.Response{StatusCode: http.StatusBadRequest, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(bytes.NewReader([]byte(body))), Request: r}, nil
}

// A refusal of the whole array is believed only after the items were read.
func TestRefusalOfAWholeArrayIsReadBack(t *testing.T) {
	for name, c := range map[string]struct {
		carriedOut bool
		want       string
	}{
		"nothing was saved": {false, "rejected 1021 no such thing"},
		"it was saved":      {true, "applied"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, sandbox.Options{Products: 20, Seed: 5})
			w.raise(w.keys("product", 2), create("new one", "0a7f6c1e-6d4b-8c1a-9f00-000000000001"))
			if err := w.process(&fate{below: refusing{c.carriedOut}}); err != nil {
				t.Fatal(err)
			}
			r := w.opened()
			for i, o := range r.Outcomes {
				if got := strings.TrimSpace(string(o.State) + " " + o.Code + " " + o.Message); got != c.want {
					t.Errorf("%d: %s, want %s", i, got, c.want)
				}
			}
			id, made := w.server.Find("product", "new one")
			if made != c.carriedOut || r.Outcomes[len(r.Outcomes)-1].Target.ID != id {
				t.Errorf("%+v, made %v", r.Outcomes, made)
			}
		})
	}
}
