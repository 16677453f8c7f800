package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/plan"
)

func testPlan(n int) plan.Plan {
	var steps []plan.Step
	for i := range n {
		steps = append(steps, plan.Step{
			Op: plan.Update, Target: catalog.Key{Type: "product", ID: string(rune('a'+i/26)) + string(rune('a'+i%26))},
			Set: []plan.Assign{{Field: "salePrice:1", Kind: catalog.Money, Was: catalog.Of("1.00"), Want: catalog.Of("2.00")}},
		})
	}
	return plan.New(plan.Plan{Source: "moysklad", Account: "a"}, []string{"product"}, steps)
}

func testDir(t *testing.T) Dir {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	return Dir{Home: t.TempDir(), Now: func() time.Time { now = now.Add(time.Second); return now }}
}

func written(t *testing.T, d Dir, n int) string {
	t.Helper()
	run := d.NewRun()
	w, err := d.Create(Begin{Run: run, Command: "import", File: "a.xlsx", Source: "moysklad", Account: "a"}, testPlan(n))
	if err != nil {
		t.Fatal(err)
	}
	batch, err := w.Intent([]Before{{Step: 0, Values: map[catalog.Field]catalog.Value{"salePrice:1": catalog.Of("1.00")}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Done(batch, []Outcome{{Step: 0, Outcome: plan.Outcome{State: plan.Applied}}}, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Intent([]Before{{Step: 1}}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return run
}

// A journal cut at any byte replays to what its whole lines say.
func TestTornAnywhere(t *testing.T) {
	d := testDir(t)
	run := written(t, d, 210)
	whole, err := os.ReadFile(d.path(run))
	if err != nil {
		t.Fatal(err)
	}
	for cut := 0; cut <= len(whole); cut += 149 {
		r, kept, err := Replay(bytes.NewReader(whole[:cut]))
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if want := int64(bytes.LastIndexByte(whole[:cut], '\n') + 1); kept != want {
			t.Fatalf("cut at %d: %d bytes are whole, want %d", cut, kept, want)
		}
		if r.Torn != (int64(cut) > kept) {
			t.Fatalf("cut at %d: torn is %v", cut, r.Torn)
		}
	}
}

func TestDamagedMiddleIsCorruption(t *testing.T) {
	d := testDir(t)
	run := written(t, d, 3)
	path := d.path(run)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	lines[1] = lines[1][:len(lines[1])/2] + "\n"
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Open(run); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Fatalf("got %v, want the number of the damaged line", err)
	}
}

func TestAppendCutsTheTornLine(t *testing.T) {
	d := testDir(t)
	run := written(t, d, 3)
	f, err := os.OpenFile(d.path(run), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"v":1,"kind":"done","ba`); err != nil {
		t.Fatal(err)
	}
	f.Close()
	w, r, err := d.Append(run)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Torn || r.Outcomes[0] == nil || !r.Intended[1] || r.Intended[0] || r.Outcomes[2] != nil {
		t.Fatalf("replayed wrongly: %+v", r)
	}
	if err := w.End(Done); err != nil {
		t.Fatal(err)
	}
	w.Close()
	r, err = d.Open(run)
	if err != nil || r.State != Done || r.Torn {
		t.Fatalf("after the cut: %+v, %v", r, err)
	}
}

func TestSecondWriterIsToldWho(t *testing.T) {
	d := testDir(t)
	unlock, err := d.Lock("moysklad", "acc", "20261121-1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Lock("moysklad", "acc", "20261121-2"); err == nil || !strings.Contains(err.Error(), "20261121-1") {
		t.Fatalf("got %v, want the run that holds the lock", err)
	}
	unlock()
	unlock, err = d.Lock("moysklad", "acc", "20261121-2")
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestFilesArePrivate(t *testing.T) {
	d := testDir(t)
	run := written(t, d, 2)
	info, err := os.Stat(filepath.Join(d.Home, "runs", run+".jsonl"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info.Mode(), err)
	}
}

func FuzzReplay(f *testing.F) {
	f.Add([]byte(`{"v":1,"kind":"begin","begin":{"run":"r"},"plan":{"format":1}}` + "\n"))
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, whole, err := Replay(bytes.NewReader(b))
		if err == nil && (r == nil || whole > int64(len(b))) {
			t.Fatal("impossible")
		}
	})
}

// One journal that cannot be read hides no other and is never pruned.
func TestDamagedRunHidesNoOther(t *testing.T) {
	d := testDir(t)
	one, bad, three := written(t, d, 3), written(t, d, 3), written(t, d, 3)
	for _, run := range []string{one, three} {
		w, _, err := d.Append(run)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.End(Partly), w.Close()); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(d.path(bad))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.path(bad), bytes.Replace(text, []byte(`"kind":"ready"`), []byte(`"kind":"raedy"`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	runs, damaged, err := d.List()
	if err != nil || len(runs) != 2 || runs[0].Run != one || runs[1].Run != three || len(damaged) != 1 || damaged[0].Run != bad {
		t.Fatalf("%v, %v, %v", runs, damaged, err)
	}
	removed, err := d.Prune(time.Millisecond)
	if err != nil || !slices.Equal(removed, []string{one, three}) {
		t.Errorf("removed %v, %v", removed, err)
	}
}

// A run is undone by an undo that wrote something, and stands again when that
// undo was undone.
func TestUndoneByTheLatestWord(t *testing.T) {
	applied := []*plan.Outcome{{State: plan.Applied}}
	for _, c := range []struct {
		undo []Run
		want State
	}{
		{nil, Done},
		{[]Run{{Begin: Begin{Run: "b", UndoOf: "a"}, State: Done, Outcomes: applied}}, Undone},
		{[]Run{{Begin: Begin{Run: "b", UndoOf: "a"}, State: Done}}, Done},
		{[]Run{{Begin: Begin{Run: "b", UndoOf: "a"}, State: Interrupted, Outcomes: applied}}, Done},
		{[]Run{
			{Begin: Begin{Run: "b", UndoOf: "a"}, State: Done, Outcomes: applied},
			{Begin: Begin{Run: "c", UndoOf: "b"}, State: Done, Outcomes: applied},
		}, Done},
		{[]Run{
			{Begin: Begin{Run: "b", UndoOf: "a"}, State: Done, Outcomes: applied},
			{Begin: Begin{Run: "c", UndoOf: "b"}, State: Done, Outcomes: applied},
			{Begin: Begin{Run: "d", UndoOf: "a"}, State: Partly, Outcomes: applied},
		}, Undone},
	} {
		runs := []*Run{{Begin: Begin{Run: "a"}, State: Done, Outcomes: applied}}
		for i := range c.undo {
			runs = append(runs, &c.undo[i])
		}
		if markUndone(runs); runs[0].State != c.want {
			t.Errorf("%d undos: %s, want %s", len(c.undo), runs[0].State, c.want)
		}
	}
}

// What an earlier intent wrote down stays known to an undo.
func TestLaterIntentForgetsNothing(t *testing.T) {
	d := testDir(t)
	run := d.NewRun()
	w, err := d.Create(Begin{Run: run}, testPlan(1))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []catalog.Field{"name", "code"} {
		if _, err := w.Intent([]Before{{Step: 0, Values: map[catalog.Field]catalog.Value{f: catalog.Of("was")},
			Exact: map[catalog.Field]json.RawMessage{f: json.RawMessage(`"was"`)}}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := d.Open(run)
	if err != nil {
		t.Fatal(err)
	}
	if b := r.Before[0]; len(b.Values) != 2 || len(b.Exact) != 2 || b.Values["name"].Text() != "was" {
		t.Errorf("%+v", b)
	}
}

// A line that stands where no run has it, a file under another run's name and
// a format of a later version are said, each in its own words; nothing of them
// is taken for a run.
func TestForeignLinesAreRefused(t *testing.T) {
	d := testDir(t)
	run := written(t, d, 450)
	text, err := os.ReadFile(d.path(run))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	begin, steps, ready, intent := lines[0], lines[1], lines[4], lines[5]
	for name, c := range map[string]struct {
		lines [][]byte
		want  string
	}{
		"begin twice":       {[][]byte{begin, begin}, `line 2 is damaged (a line "begin"`},
		"steps too late":    {append(slices.Clone(lines[:5]), steps), `line 6 is damaged (a line "steps"`},
		"ready twice":       {append(slices.Clone(lines[:6]), ready), `line 7 is damaged (a line "ready"`},
		"intent too early":  {[][]byte{begin, steps, intent}, `line 3 is damaged (a line "intent"`},
		"no begin":          {[][]byte{intent, steps}, `line 1 is damaged (a line "intent"`},
		"two in one line":   {[][]byte{begin[:len(begin)-1], steps, steps}, "line 1 is damaged"},
		"a later format":    {[][]byte{begin, bytes.Replace(steps, []byte(`"v":1`), []byte(`"v":2`), 1)}, "line 2 has format 2, this program knows 1: update the program"},
		"no format":         {[][]byte{begin, bytes.Replace(steps, []byte(`"v":1`), []byte(`"v":0`), 1)}, "line 2 is damaged (no format number)"},
		"an unknown state":  {append(slices.Clone(lines[:6]), bytes.Replace(lines[6], []byte(`"applied"`), []byte(`"paid"`), 1)), "line 7 is damaged"},
		"an unknown ending": {append(slices.Clone(lines[:5]), []byte(`{"v":1,"kind":"end","state":"over"}`+"\n")), "line 6 is damaged"},
	} {
		if _, _, err := Replay(bytes.NewReader(bytes.Join(c.lines, nil))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	if err := os.WriteFile(d.path("copy"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Open("copy"); err == nil || !strings.Contains(err.Error(), "holds another run ("+run+")") {
		t.Errorf("a copy under another name: %v", err)
	}
}

// Which of two undos was first is told by whom they name, not by a clock.
func TestUndoneByAClockThatWentBack(t *testing.T) {
	applied := []*plan.Outcome{{State: plan.Applied}}
	run := func(name, undoOf string) *Run {
		return &Run{Begin: Begin{Run: name, UndoOf: undoOf}, State: Done, Outcomes: applied}
	}
	a, b, c := run("a", ""), run("b", "a"), run("c", "b")
	if markUndone([]*Run{c, b, a}); a.State != Done || b.State != Undone || c.State != Done {
		t.Errorf("got %s, %s, %s", a.State, b.State, c.State)
	}
	x, y := run("x", "y"), run("y", "x")
	markUndone([]*Run{x, y}) // edited by hand: it only has to end
}

// What another process may be writing right now is not pruned, however short
// the age.
func TestPruneLeavesWhatHasJustBegun(t *testing.T) {
	d := testDir(t)
	run := written(t, d, 3)
	text, err := os.ReadFile(d.path(run))
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ := bytes.Cut(text, []byte("\n"))
	if err := os.WriteFile(d.path(run), append(head, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	if removed, err := d.Prune(time.Millisecond); err != nil || len(removed) > 0 {
		t.Errorf("removed %v, %v", removed, err)
	}
	began := d.Now()
	d.Now = func() time.Time { return began.Add(2 * time.Hour) }
	if removed, err := d.Prune(time.Millisecond); err != nil || !slices.Equal(removed, []string{run}) {
		t.Errorf("two hours later: removed %v, %v", removed, err)
	}
}

// The ids of tasks stand on lines that tell a reader without them nothing new;
// they are waited for until an outcome is written.
func TestTasksUntilAnOutcome(t *testing.T) {
	d := testDir(t)
	run := written(t, d, 3)
	w, r, err := d.Append(run)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for _, id := range []string{"one", "two"} {
		if err := w.Task(r.Batches, id); err != nil {
			t.Fatal(err)
		}
	}
	before := r
	if r, err = d.Open(run); err != nil || !slices.Equal(r.Tasks, []string{"one", "two"}) {
		t.Fatalf("%v, tasks %q", err, r.Tasks)
	}
	if !slices.Equal(r.Intended, before.Intended) || r.Batches != before.Batches || r.Counts()[plan.Unsent] != before.Counts()[plan.Unsent] {
		t.Errorf("a task has changed the steps: %+v", r)
	}
	text, err := os.ReadFile(d.path(run))
	if err != nil || !strings.Contains(string(text), `{"v":1,"kind":"intent",`) || strings.Contains(string(text), `"kind":"task"`) {
		t.Errorf("%v, the lines are of a kind that is not known: %s", err, text)
	}
	if err := w.Done(r.Batches, nil, ""); err != nil {
		t.Fatal(err)
	}
	if r, err = d.Open(run); err != nil || len(r.Tasks) > 0 {
		t.Errorf("%v, tasks %q", err, r.Tasks)
	}
}
