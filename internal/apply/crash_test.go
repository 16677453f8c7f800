package apply_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/sandbox"

	"github.com/google/go-cmp/cmp"
)

// mixed is an import of several batches in which every outcome comes up: raised
// prices of several types, an item that is as wanted already, one that somebody
// changed, one that the service refuses, and new items.
func mixed(t *testing.T) *world {
	w := newWorld(t, sandbox.Options{Products: 12, Seed: 3})
	products := w.keys("product", 9)
	w.raise(append(append(w.keys("variant", 4), products[:7]...), w.keys("service", 1)...),
		plan.Step{Op: plan.Update, Target: products[7], Set: []plan.Assign{{
			Field: catalog.FieldCode, Kind: catalog.Code, Was: code(w, products[7]), Want: catalog.Of(strings.Repeat("9", 256)),
		}}},
		plan.Step{Op: plan.Update, Target: products[8], Set: []plan.Assign{{
			Field: catalog.FieldCode, Kind: catalog.Code, Was: catalog.Of("long ago"), Want: code(w, products[8]),
		}}},
		create("new one", "0a7f6c1e-6d4b-8c1a-9f00-000000000001"),
		create("new two", "0a7f6c1e-6d4b-8c1a-9f00-000000000002"),
	)
	last := w.plan.Steps[6] // the first of the raised products is somebody else's
	if err := w.server.SetPrice(last.Target.Type, last.Target.ID, w.price.Member(), "4200"); err != nil {
		t.Fatal(err)
	}
	return w
}

func code(w *world, k catalog.Key) catalog.Value {
	docs, lens := w.live(w.source(nil), []catalog.Key{k}, catalog.FieldCode)
	v, err := lens.Get(docs[k])
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

func create(name, client string) plan.Step {
	return plan.Step{Op: plan.Create, Target: catalog.Key{Type: "product"}, Name: name, ClientID: client, Set: []plan.Assign{
		{Field: catalog.FieldName, Kind: catalog.Text, Want: catalog.Of(name)},
	}}
}

// after is what an uninterrupted run leaves.
type after struct {
	server   string
	outcomes []string
}

func (w *world) after() after { return after{string(w.server.Dump("updated")), w.outcomes()} }

// moments lists how a process may die at an event.
func moments(event string) []moment {
	if event == "write" {
		return []moment{beforeWrite, tornWrite, afterWrite}
	}
	if strings.HasPrefix(event, "POST") {
		return []moment{beforeSend, lostAnswer, afterAnswer}
	}
	return []moment{beforeSend}
}

// A run that was killed anywhere, and resumed, ends as an uninterrupted one;
// so it does when the resumed one is killed too.
func TestCrashMatrix(t *testing.T) {
	w := mixed(t)
	calm := &fate{}
	if err := w.process(calm); err != nil {
		t.Fatal(err)
	}
	want := w.after()
	for _, state := range []plan.State{plan.Applied, plan.Already, plan.Rejected, plan.Stale} {
		if !slices.ContainsFunc(want.outcomes, func(s string) bool { return strings.Contains(s, string(state)) }) {
			t.Fatalf("nothing is %s: %q", state, want.outcomes)
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	cells := 0
	for i, event := range calm.events {
		for _, how := range moments(event) {
			cells++
			t.Run(fmt.Sprintf("%d %s/%s", i+1, event, how), func(t *testing.T) {
				t.Parallel()
				w := mixed(t)
				if err := w.process(&fate{at: i + 1, how: how}); err == nil {
					t.Fatal("it was not killed")
				}
				finish(w, 1)
				if diff := cmp.Diff(want, w.after(), cmp.AllowUnexported(after{})); diff != "" {
					t.Errorf("-uninterrupted +resumed:\n%s", diff)
				}
			})
			if testing.Short() && cells%4 > 0 {
				continue // killed twice: some of them
			}
			again := []*fate{{at: 1 + random.IntN(12), how: beforeWrite}, {at: 1 + random.IntN(12), how: lostAnswer}}
			t.Run(fmt.Sprintf("%d %s/%s/again", i+1, event, how), func(t *testing.T) {
				t.Parallel()
				w := mixed(t)
				_ = w.process(&fate{at: i + 1, how: how})
				for _, f := range again {
					_ = w.process(f)
				}
				finish(w, 1)
				if diff := cmp.Diff(want, w.after(), cmp.AllowUnexported(after{})); diff != "" {
					t.Errorf("-uninterrupted +resumed:\n%s", diff)
				}
			})
		}
	}
	t.Logf("%d cells, %d steps, %d events", cells, len(w.plan.Steps), len(calm.events))
}

// finish resumes until the run is through.
func finish(w *world, most int) {
	w.t.Helper()
	var err error
	for range most {
		if err = w.process(&fate{}); err == nil {
			return
		}
	}
	w.t.Fatalf("the run does not end: %v", err)
}
