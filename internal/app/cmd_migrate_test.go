package app

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"catalogsheet/internal/sandbox/evotor"
)

// oldStore is a sandbox of Evotor with the environment of somebody who moves it.
type oldStore struct {
	*evotor.Server
	store string
	env   map[string]string
}

func newOldStore(t *testing.T, o evotor.Options) *oldStore {
	t.Helper()
	o.NoLimits = true
	// A request meets one fault, the first that fits it.
	o.Faults = strings.TrimPrefix(o.Faults+",bulk-at-once:100%", ",")
	s, err := evotor.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	dir := t.TempDir()
	return &oldStore{s, s.Stores()[0], map[string]string{
		"EVOTOR_URL": server.URL, "EVOTOR_TOKEN": evotor.DefaultToken, "CATALOGSHEET_HOME": filepath.Join(dir, "home"),
		"HOME": dir, "XDG_CONFIG_HOME": dir, "AppData": dir,
	}}
}

// move migrates and gives what was printed as JSON.
func (s *oldStore) move(t *testing.T, want Code, args ...string) moveJSON {
	t.Helper()
	got := start(t, "", s.env, append([]string{"migrate", "evotor", "--store", s.store, "--format", "json"}, args...)...)
	if got.Code != int(want) {
		t.Fatalf("migrate %v ended with %d, want %d:\n%s%s", args, got.Code, want, got.Stdout[:min(len(got.Stdout), 6000)], got.Stderr)
	}
	var m moveJSON
	if err := json.Unmarshal([]byte(got.Stdout), &m); err != nil {
		t.Fatalf("%v in %s %s", err, got.Stdout, got.Stderr)
	}
	return m
}

// writes counts what reached the API besides reads, by method.
func (s *oldStore) writes() map[string]int {
	n := map[string]int{}
	for _, r := range s.Requests() {
		if r.Method != "GET" {
			n[r.Method]++
		}
	}
	return n
}

func TestMigrateStoreWithDefects(t *testing.T) {
	s := newOldStore(t, evotor.Options{Products: 5000, Legacy: true, Defects: 4})
	dir := t.TempDir()
	report := filepath.Join(dir, "moved.xlsx")

	dry := s.move(t, SheetErrors, "--dry-run", "--report", report)
	if n := s.writes(); len(n) > 0 {
		t.Fatalf("a dry run wrote: %v", n)
	}
	rows := map[string]bool{}
	for _, r := range dry.Rows {
		rows[r.ID+" "+r.Field] = rows[r.ID+" "+r.Field] || r.Proposal != ""
	}
	defects := s.Defects()
	if len(defects) != 40 {
		t.Fatalf("%d defects", len(defects))
	}
	for _, d := range defects {
		if !rows[d.ID+" "+d.Field] {
			t.Errorf("the report does not name %s (%s of %s, V1 holds %s) with a proposal", d.Kind, d.Field, d.ID, d.Value)
		}
	}

	moved := s.move(t, Partly, "--yes", "--report", report)
	if n := s.writes(); n["POST"]+n["DELETE"]+n["PATCH"] > 0 || n["PUT"] == 0 {
		t.Errorf("writes: %v", n)
	}
	t.Logf("counts %v, applied %d rejected %d", moved.Counts, moved.Applied, moved.Rejected)
	if moved.Rejected+moved.Unsent+moved.Stale+moved.Counts["different"] > 0 {
		t.Errorf("%+v", moved.Counts)
	}
	if moved.Applied+moved.Counts["waiting"] != moved.Counts["items"] {
		t.Errorf("%d written and %d waiting of %d", moved.Applied, moved.Counts["waiting"], moved.Counts["items"])
	}

	s.ResetRequests()
	again := s.move(t, Partly, "--yes", "--report", report)
	if n := s.writes(); len(n) > 0 || again.Run != "" {
		t.Errorf("the second run wrote: %v", n)
	}
	info, err := os.Stat(moved.Snapshot)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the snapshot: %v %v", info, err)
	}
}
