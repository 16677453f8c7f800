//go:build linux || darwin

package main

import (
	"bytes"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"catalogsheet/internal/sandbox"
)

// nearlyFull is the program on a disk that takes no file longer than
// CATALOGSHEET_TEST_FSIZE bytes.
func nearlyFull() {
	size, err := strconv.ParseUint(os.Getenv("CATALOGSHEET_TEST_FSIZE"), 10, 64)
	if err != nil {
		panic(err)
	}
	signal.Ignore(syscall.SIGXFSZ) // a write then fails instead
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: size}); err != nil {
		panic(err)
	}
	main()
}

func (d *desk) full(size int, args ...string) (code int) {
	d.t.Helper()
	d.env = append(d.env, "CATALOGSHEET_TEST_FSIZE="+strconv.Itoa(size))
	code, _ = d.run("catalogsheet-nearly-full", args...)
	return code
}

// A disk that is full while exporting: a clear error, no part of a file, the old
// one intact.
func TestFullDiskExport(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a.csv", "a.xlsx"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, t.TempDir(), sandbox.Options{Products: 40})
			export := []string{"export", "moysklad", "products", "-o", name, "--force"}
			if code := d.full(4000, export...); code != 1 || !strings.Contains(d.stderr.String(), "no file was written") {
				t.Fatalf("ended with %d: %s", code, d.stderr.String())
			}
			if left, err := filepath.Glob(filepath.Join(d.dir, "*")); err != nil || len(left) > 0 && filepath.Base(left[0]) != "home" {
				t.Errorf("left behind: %v, %v", left, err)
			}
			d.must(export...)
			before, err := os.ReadFile(filepath.Join(d.dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if code := d.full(4000, export...); code != 1 {
				t.Errorf("ended with %d: %s", code, d.stderr.String())
			}
			if after, err := os.ReadFile(filepath.Join(d.dir, name)); err != nil || !bytes.Equal(before, after) {
				t.Errorf("the old file was touched: %v", err)
			}
		})
	}
}

// A disk that fills up while importing: nothing is sent without an intent, and
// a resume with room again ends as an undisturbed import.
func TestFullDiskImport(t *testing.T) {
	t.Parallel()
	o := sandbox.Options{Products: 40, Seed: 9}
	sheet := sheetOf(t, o)
	calm := newDesk(t, copied(t, sheet), o)
	calm.must(importing...)
	want := calm.server.Dump("updated")
	runs, err := filepath.Glob(filepath.Join(calm.dir, "home", "runs", "*"))
	if err != nil || len(runs) != 1 {
		t.Fatal(runs, err)
	}
	journal, err := os.ReadFile(runs[0])
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for at, kind := range [][]byte{[]byte(`"kind":"intent"`), []byte(`"kind":"done"`), []byte(`"kind":"end"`)} {
		sizes = append(sizes, bytes.Index(journal, kind), bytes.LastIndex(journal, kind))
		if sizes[2*at] < 0 {
			t.Fatalf("no %s in the journal", kind)
		}
	}
	for _, size := range append([]int{300}, sizes...) {
		t.Run(strconv.Itoa(size), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, copied(t, sheet), o)
			code := d.full(size, importing...)
			said := d.stderr.String()
			posts := 0
			for _, r := range d.server.Requests() {
				if r.Method == "POST" {
					posts++
				}
			}
			kept, _ := filepath.Glob(filepath.Join(d.dir, "home", "runs", "*"))
			intents := 0
			for _, path := range kept {
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				intents += bytes.Count(text, []byte(`"kind":"intent"`))
			}
			if posts > intents {
				t.Errorf("%d batches were sent with %d intents", posts, intents)
			}
			switch {
			case code != 1 || !strings.Contains(said, "journal") || !strings.Contains(said, "file too large"):
				t.Fatalf("ended with %d: %s", code, said)
			case len(kept) == 0:
				if !strings.Contains(said, "nothing was sent") {
					t.Errorf("said %s", said)
				}
				d.must(importing...)
			default:
				if !strings.Contains(said, "catalogsheet resume") {
					t.Errorf("said %s", said)
				}
				d.must("resume", "--yes")
			}
			if !bytes.Equal(want, d.server.Dump("updated")) {
				t.Error("the server differs")
			}
		})
	}
}
