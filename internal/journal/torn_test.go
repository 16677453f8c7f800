package journal

import (
	"bytes"
	"errors"
	"os"
	"reflect"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/plan"

	"github.com/google/go-cmp/cmp"
)

// A power failure may cut a journal at any byte: it replays to what its whole
// lines say, and whatever it has begun can be gone on with to an end.
func TestPowerFailsAtAnyByte(t *testing.T) {
	d := testDir(t)
	run := whole(t, d)
	text, err := os.ReadFile(d.path(run))
	if err != nil {
		t.Fatal(err)
	}
	var want *Run
	for cut := range len(text) + 1 {
		kept := text[:bytes.LastIndexByte(text[:cut], '\n')+1]
		got, n, err := Replay(bytes.NewReader(text[:cut]))
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if cut == len(kept) {
			want = got
		}
		if torn := cut > len(kept); got.Torn != torn || n != int64(len(kept)) {
			t.Fatalf("cut at %d: torn %v, %d bytes whole of %d", cut, got.Torn, n, len(kept))
		}
		got.Torn = false
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("cut at %d: -whole lines +cut:\n%s", cut, cmp.Diff(want, got, cmp.AllowUnexported(Run{}, mark{}, catalog.Value{})))
		}
		// Syncing a file takes its time: some cuts of every line will do.
		if got.Ready && (cut-len(kept))%41 == 1 {
			goOn(t, d, run, text[:cut], want)
		}
	}
}

// whole writes a journal in which every kind of line comes up.
func whole(t *testing.T, d Dir) string {
	t.Helper()
	run := d.NewRun()
	w, err := d.Create(Begin{Run: run, Command: "import", File: "a.xlsx", Source: "moysklad", Account: "a"}, testPlan(4))
	if err != nil {
		t.Fatal(err)
	}
	before := func(steps ...int) {
		var list []Before
		for _, i := range steps {
			list = append(list, Before{Step: i, Values: map[catalog.Field]catalog.Value{"salePrice:1": catalog.Of("1.00")}})
		}
		_, err = w.Intent(list)
	}
	done := func(batch int, state plan.State, steps ...int) error {
		var list []Outcome
		for _, i := range steps {
			list = append(list, Outcome{Step: i, Outcome: plan.Outcome{State: state, Message: "цена"}})
		}
		return w.Done(batch, list, "")
	}
	for _, write := range []func(){
		func() { before(0, 1) },
		func() { err = done(1, plan.Applied, 0, 1) },
		func() { before(2, 3) },
		func() { err = w.Unsent(2, []int{2, 3}) },
		func() { err = w.Close() },
		func() { w, _, err = d.Append(run) },
		func() { err = done(0, plan.Stale, 2) },
		func() { before(3) },
		func() { err = done(3, plan.Rejected, 3) },
		func() { err = errors.Join(w.End(Partly), w.Close()) },
	} {
		if write(); err != nil {
			t.Fatal(err)
		}
	}
	return run
}

// goOn gives what has no outcome one and ends the run.
func goOn(t *testing.T, d Dir, run string, text []byte, known *Run) {
	t.Helper()
	if err := os.WriteFile(d.path(run), text, 0o600); err != nil {
		t.Fatal(err)
	}
	w, r, err := d.Append(run)
	if err != nil {
		t.Fatalf("cut at %d: %v", len(text), err)
	}
	var rest []Outcome
	for i, o := range r.Outcomes {
		if o == nil {
			rest = append(rest, Outcome{Step: i, Outcome: plan.Outcome{State: plan.Already}})
		}
	}
	if err := errors.Join(w.Done(0, rest, ""), w.End(Done), w.Close()); err != nil {
		t.Fatal(err)
	}
	r, err = d.Open(run)
	if err != nil || r.Torn || r.State != Done {
		t.Fatalf("cut at %d: %+v, %v", len(text), r, err)
	}
	for i, o := range r.Outcomes {
		if o == nil || known.Outcomes[i] != nil && o.State != known.Outcomes[i].State {
			t.Fatalf("cut at %d: step %d ended %+v", len(text), i, o)
		}
	}
}

// Steps that were not carried out are as they were before their intent, and
// only what was about to be sent can be said not to have been.
func TestUnsentTakesTheIntentBack(t *testing.T) {
	d := testDir(t)
	run := d.NewRun()
	w, err := d.Create(Begin{Run: run}, testPlan(2))
	if err != nil {
		t.Fatal(err)
	}
	unclear := map[catalog.Field]catalog.Value{"salePrice:1": catalog.Of("1.00")}
	for _, b := range [][]Before{{{Step: 0, Values: unclear}}, {{Step: 0}, {Step: 1, Values: unclear}}} {
		if _, err := w.Intent(b); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Unsent(2, []int{0, 1}), w.Close()); err != nil {
		t.Fatal(err)
	}
	r, err := d.Open(run)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Intended[0] || len(r.Before[0].Values) != 1 || r.Intended[1] || r.Before[1] != nil {
		t.Errorf("%+v %+v %v", r.Before[0], r.Before[1], r.Intended)
	}
	w, _, err = d.Append(run)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Unsent(3, []int{1}), w.End(Done), w.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Open(run); err == nil {
		t.Error("a step was not sent twice after one intent")
	}
}
