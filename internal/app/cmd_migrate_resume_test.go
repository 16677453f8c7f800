package app

import (
	"io"
	"slices"
	"strings"
	"testing"

	"catalogsheet/internal/sandbox/evotor"
)

// A migration that was resumed reads V2 whole: what was written before the
// interruption and is not there any more as it was written is said. What was
// changed in V1 since the plan was made is left to another plan.
func TestResumedMigrationVerifies(t *testing.T) {
	s := newOldStore(t, evotor.Options{Products: 40, Legacy: true})
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(s.Fault("none,403:PUT:/stores/" + s.store + "/products:x1,bulk-at-once:100%"))
	s.move(t, Failed, "--yes")
	groups, products := s.Groups(s.store), s.Products(s.store)
	check(s.Change(s.store, groups[0], map[string]any{"name": "Другое имя"}))
	check(s.Change(s.store, products[3], map[string]any{"price": 0.5}))
	check(s.Sell(s.store, products[4], 1))
	s.ResetRequests()

	got := start(t, "", s.env, "resume", "--yes")
	for _, want := range []string{"not-kept", "V2: name: Другое имя", "price: ", " → 0.5", "1 item of V1 is not in V2", "catalogsheet migrate evotor --store " + s.store} {
		if got.Code != int(Partly) || !strings.Contains(got.Stdout, want) {
			t.Errorf("resume ended with %d and does not say %q:\n%s%s", got.Code, want, got.Stdout, got.Stderr)
		}
	}
	if n := s.writes(); n["PUT"] != 1 || len(n) != 1 {
		t.Errorf("resume wrote %v", n)
	}
	m := s.move(t, Done, "--yes")
	if m.Applied != 1 || !slices.ContainsFunc(s.Requests(), func(r evotor.Request) bool { return strings.HasSuffix(r.Path, "/products/"+products[3]) }) {
		t.Errorf("the run after it: %+v", m)
	}
}

// Without the bytes that V1 gave, nothing can be known to be as it was planned.
func TestResumedMigrationNeedsWhatV1Held(t *testing.T) {
	s := newOldStore(t, evotor.Options{Products: 40, Legacy: true, Faults: "403:PUT:/stores:x1"})
	snapshot := s.move(t, Failed, "--yes").Snapshot
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(writePrivate(snapshot, func(w io.Writer) error { _, err := io.WriteString(w, "[]"); return err }))
	s.ResetRequests()
	got := start(t, "", s.env, "resume", "--yes")
	if got.Code != int(Failed) || !strings.Contains(got.Stderr, "what V1 held") || !strings.Contains(got.Stderr, "catalogsheet migrate evotor") {
		t.Errorf("resume ended with %d: %s%s", got.Code, got.Stdout, got.Stderr)
	}
	if n := s.writes(); len(n) > 0 {
		t.Errorf("resume wrote %v", n)
	}
}
