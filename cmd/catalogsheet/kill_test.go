package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"catalogsheet/internal/sandbox"

	"github.com/shopspring/decimal"
)

var kills = flag.Int("kills", 3, "how many imports are killed at a random moment")

// desk is a person with an account, a folder and the real program.
type desk struct {
	t      *testing.T
	server *sandbox.Server
	dir    string
	env    []string
	stderr bytes.Buffer
}

func newDesk(t *testing.T, dir string, o sandbox.Options) *desk {
	t.Helper()
	o.NoLimits = true
	o.Clock = func() time.Time { return time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC) }
	server, err := sandbox.New(o)
	if err != nil {
		t.Fatal(err)
	}
	hs := httptest.NewServer(server)
	t.Cleanup(func() {
		hs.CloseClientConnections()
		hs.Close()
	})
	return &desk{t: t, server: server, dir: dir, env: append(os.Environ(), "MOYSKLAD_URL="+hs.URL+"/api/remap/1.2",
		"MOYSKLAD_TOKEN="+sandbox.DefaultToken, "CATALOGSHEET_HOME="+filepath.Join(dir, "home"), "HOME="+dir,
		"XDG_CONFIG_HOME="+dir, "AppData="+dir, "CATALOGSHEET_LANG=en")}
}

func (d *desk) command(program string, args ...string) *exec.Cmd {
	d.t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		d.t.Fatal(err)
	}
	cmd := exec.CommandContext(d.t.Context(), path, args...)
	cmd.Dir, cmd.Env = d.dir, d.env
	return cmd
}

// run runs the program to its end and gives its exit code.
func (d *desk) run(program string, args ...string) (code int, stdout string) {
	d.t.Helper()
	cmd := d.command(program, args...)
	var out bytes.Buffer
	d.stderr.Reset()
	cmd.Stdout, cmd.Stderr = &out, &d.stderr
	var ended *exec.ExitError
	switch err := cmd.Run(); {
	case errors.As(err, &ended):
		return ended.ExitCode(), out.String()
	case err != nil:
		d.t.Fatal(err)
	}
	return 0, out.String()
}

// must is run for what has to end well.
func (d *desk) must(args ...string) string {
	d.t.Helper()
	code, out := d.run("catalogsheet", args...)
	if code != 0 {
		d.t.Fatalf("%v ended with %d\n%s%s", args, code, out, d.stderr.Bytes())
	}
	return out
}

// raise adds a ruble to every price of a kind in a CSV sheet.
func (d *desk) raise(name string) {
	d.t.Helper()
	path := filepath.Join(d.dir, name)
	text, err := os.ReadFile(path)
	if err != nil {
		d.t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		d.t.Fatal(err)
	}
	for _, row := range rows[1:] {
		for i, title := range rows[0] {
			if price, err := decimal.NewFromString(row[i]); err == nil && title == "Price: Цена продажи" {
				row[i] = price.Add(decimal.NewFromInt(1)).StringFixed(2)
			}
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if err := errors.Join(w.WriteAll(rows), os.WriteFile(path, b.Bytes(), 0o600)); err != nil {
		d.t.Fatal(err)
	}
}

type historyOfRuns struct {
	Runs []struct {
		Run, State                                string
		Applied, Already, Rejected, Stale, Unsent int
	}
}

func (d *desk) history() historyOfRuns {
	d.t.Helper()
	var h historyOfRuns
	if err := json.Unmarshal([]byte(d.must("history", "--format", "json")), &h); err != nil {
		d.t.Fatal(err)
	}
	return h
}

var importing = []string{"import", "a.csv", "--yes", "--allow", "many-changes,price-jump,price-hundredfold,price-below-cost,price-below-minimum"}

// sheetOf exports a sheet, edits it and gives its folder.
func sheetOf(t *testing.T, o sandbox.Options) string {
	dir := t.TempDir()
	d := newDesk(t, dir, o)
	d.must("export", "moysklad", "products", "-o", "a.csv", "--csv", "rfc4180")
	d.raise("a.csv")
	return dir
}

func copied(t *testing.T, from string) string {
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}

// However an import is killed, its journal replays, the history agrees with
// itself, and a resume ends where an undisturbed import does.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	o := sandbox.Options{Products: 120, Seed: 9}
	sheet := sheetOf(t, o)
	o.Latency = 15 * time.Millisecond
	calm := newDesk(t, copied(t, sheet), o)
	began := time.Now()
	calm.must(importing...)
	took, want := time.Since(began), calm.server.Dump("updated")
	items := calm.history().Runs[0].Applied
	for n := range *kills {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, copied(t, sheet), o)
			random := rand.New(rand.NewPCG(uint64(n), uint64(time.Now().UnixNano())))
			cmd := d.command("catalogsheet", importing...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			at := time.Duration(random.Int64N(int64(took)))
			if n%3 != 0 { // near the writes, where it matters most
				d.awaitPost()
				at = time.Duration(random.Int64N(int64(150 * time.Millisecond)))
			}
			time.Sleep(at)
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			h := d.history()
			if len(h.Runs) == 0 {
				d.must(importing...) // it had not begun
			} else if r := h.Runs[0]; r.Applied+r.Already+r.Unsent != items || r.State != "interrupted" && r.State != "done" {
				t.Errorf("after %v: %+v of %d items", at, r, items)
			}
			d.must("resume", "--yes")
			if h := d.history(); len(h.Runs) != 1 || h.Runs[0].State != "done" || h.Runs[0].Applied != items {
				t.Errorf("after %v and a resume: %+v", at, h)
			}
			if !bytes.Equal(want, d.server.Dump("updated")) {
				t.Errorf("after %v and a resume the server differs", at)
			}
		})
	}
}

// awaitPost returns once a write has reached the server.
func (d *desk) awaitPost() {
	d.t.Helper()
	for range 1000 {
		for _, r := range d.server.Requests() {
			if r.Method == "POST" {
				return
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	d.t.Fatal("nothing was written in 10 s")
}

// Two processes on one home folder and account: the second sends nothing and
// says who is writing.
func TestSecondProcessIsToldWho(t *testing.T) {
	t.Parallel()
	o := sandbox.Options{Products: 20, Seed: 9}
	d := newDesk(t, sheetOf(t, o), o)
	if err := d.server.Fault("slow-page=20s:POST:x1"); err != nil {
		t.Fatal(err)
	}
	one := d.command("catalogsheet", importing...)
	if err := one.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = one.Process.Kill()
		_ = one.Wait()
	}()
	d.awaitPost()
	code, _ := d.run("catalogsheet", importing...)
	who := "another process is writing to this account (pid " + strconv.Itoa(one.Process.Pid)
	if code != 1 || !strings.Contains(d.stderr.String(), who) {
		t.Errorf("the second ended with %d and said %s, want %q", code, d.stderr.String(), who)
	}
	posts := 0
	for _, r := range d.server.Requests() {
		if r.Method == "POST" {
			posts++
		}
	}
	if posts != 1 {
		t.Errorf("%d writes reached the server", posts)
	}
}
