package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"catalogsheet/internal/sandbox/evotor"
)

// mover is a person who moves a store of Evotor with the real program.
type mover struct {
	t      *testing.T
	server *evotor.Server
	env    []string
	dir    string
}

func newMover(t *testing.T, o evotor.Options) *mover {
	t.Helper()
	o.NoLimits, o.Legacy, o.Faults = true, true, "bulk-at-once:100%"
	o.Clock = func() time.Time { return time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC) }
	server, err := evotor.New(o)
	if err != nil {
		t.Fatal(err)
	}
	hs := httptest.NewServer(server)
	t.Cleanup(func() {
		hs.CloseClientConnections()
		hs.Close()
	})
	dir := t.TempDir()
	return &mover{t: t, server: server, dir: dir, env: append(os.Environ(), "EVOTOR_URL="+hs.URL, "EVOTOR_TOKEN="+evotor.DefaultToken,
		"CATALOGSHEET_HOME="+filepath.Join(dir, "home"), "HOME="+dir, "XDG_CONFIG_HOME="+dir, "AppData="+dir, "CATALOGSHEET_LANG=en")}
}

func (m *mover) command(args ...string) *exec.Cmd {
	m.t.Helper()
	path, err := exec.LookPath("catalogsheet")
	if err != nil {
		m.t.Fatal(err)
	}
	cmd := exec.CommandContext(m.t.Context(), path, args...)
	cmd.Dir, cmd.Env = m.dir, m.env
	return cmd
}

func (m *mover) run(args ...string) (code int, stdout, stderr string) {
	m.t.Helper()
	cmd := m.command(args...)
	var out, problems bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &problems
	var ended *exec.ExitError
	switch err := cmd.Run(); {
	case errors.As(err, &ended):
		code = ended.ExitCode()
	case err != nil:
		m.t.Fatal(err)
	}
	return code, out.String(), problems.String()
}

// migrate is the arguments of a move of the first store.
func (m *mover) migrate(more ...string) []string {
	return append([]string{"migrate", "evotor", "--store", m.server.Stores()[0], "--yes"}, more...)
}

// puts counts the requests that wrote products.
func (m *mover) puts() int {
	n := 0
	for _, r := range m.server.Requests() {
		if r.Method == "PUT" && strings.Contains(r.Path, "/products") {
			n++
		}
	}
	return n
}

// killed migrates, and kills the program once so many requests have written
// products.
func (m *mover) killed(after int) {
	m.t.Helper()
	m.killedWhen(func() bool { return m.puts() >= after })
}

// killedWhen migrates, and kills the program at a moment.
func (m *mover) killedWhen(now func() bool) {
	m.t.Helper()
	cmd := m.command(m.migrate()...)
	if err := cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	for !now() {
		time.Sleep(time.Millisecond)
	}
	if err := cmd.Process.Kill(); err != nil {
		m.t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
}

// A migration that is killed between two of its requests ends, resumed, as one
// that nobody has disturbed.
func TestKilledMigrationResumes(t *testing.T) {
	options := evotor.Options{Products: 2600, Defects: 2, Seed: 7}
	calm := newMover(t, options)
	if code, _, stderr := calm.run(calm.migrate()...); code != 6 {
		t.Fatalf("the calm one ended with %d: %s", code, stderr)
	}
	for _, after := range []int{1, 2} {
		m := newMover(t, options)
		m.killed(after)
		if bytes.Equal(m.server.Dump("updated"), calm.server.Dump("updated")) {
			t.Fatalf("killed after %d requests, it had nothing left to do", after)
		}
		if code, stdout, stderr := m.run("resume", "--yes"); code != 6 {
			t.Fatalf("resume ended with %d, not as the calm one: %s%s", code, stdout, stderr)
		} else if !strings.Contains(stdout, "V2 was read whole") || !strings.Contains(stdout, "of V1 are not in V2") || !strings.Contains(stdout, "for a decision") {
			t.Errorf("resume does not say what it verified: %s", stdout)
		}
		if got, want := m.server.Dump("updated"), calm.server.Dump("updated"); !bytes.Equal(got, want) {
			t.Errorf("killed after %d requests: %s", after, firstDifference(want, got))
		}
		m.server.ResetRequests()
		code, stdout, stderr := m.run(m.migrate("--format", "json")...)
		var said struct {
			Run    string         `json:"run"`
			Counts map[string]int `json:"counts"`
		}
		if err := json.Unmarshal([]byte(stdout), &said); err != nil {
			t.Fatal(err, stderr)
		}
		if code != 6 || said.Run != "" || m.puts() != 0 || said.Counts["pending"]+said.Counts["different"] != 0 {
			t.Errorf("the run after it ended with %d and %+v", code, said)
		}
		for _, r := range m.server.Requests() {
			if r.Method != "GET" {
				t.Errorf("the run after it sent %s %s", r.Method, r.Path)
			}
		}
	}
}

// A migration that is killed while Evotor works at its bulk task is resumed
// after the end of that task: nothing is sent again, and nothing differs.
func TestMigrationKilledInATaskResumes(t *testing.T) {
	options := evotor.Options{Products: 60, Seed: 7}
	calm := newMover(t, options)
	if code, _, stderr := calm.run(calm.migrate()...); code != 0 {
		t.Fatalf("the calm one ended with %d: %s", code, stderr)
	}
	m := newMover(t, options)
	of := "/stores/" + m.server.Stores()[0]
	if err := m.server.Fault("none,bulk-at-once:PUT:" + of + "/product-groups,bulk-slow=1:PUT:" + of + "/products"); err != nil {
		t.Fatal(err)
	}
	m.killedWhen(func() bool {
		return slices.ContainsFunc(m.server.Requests(), func(r evotor.Request) bool { return strings.HasPrefix(r.Path, "/bulks/") })
	})
	m.server.ResetRequests()
	if code, stdout, stderr := m.run("resume", "--yes"); code != 0 {
		t.Fatalf("resume ended with %d: %s%s", code, stdout, stderr)
	} else if !strings.Contains(stderr, "waiting until the service") {
		t.Errorf("nothing is said of the wait: %s", stderr)
	}
	if n := m.puts(); n != 0 {
		t.Errorf("resume sent %d requests over a task that was on its way", n)
	}
	if got, want := m.server.Dump("updated"), calm.server.Dump("updated"); !bytes.Equal(got, want) {
		t.Errorf("the stores differ: %s", firstDifference(want, got))
	}
}
