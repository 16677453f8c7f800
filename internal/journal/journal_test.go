package journal

import (
	"bytes"
	"os"
	"path/filepath"
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
	run := written(t, d, 450)
	whole, err := os.ReadFile(d.path(run))
	if err != nil {
		t.Fatal(err)
	}
	for cut := 0; cut <= len(whole); cut += 97 {
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
