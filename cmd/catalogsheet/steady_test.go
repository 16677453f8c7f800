package main

import (
	"os"
	"regexp"

	"github.com/rogpeppe/go-internal/testscript"
)

// passing is what differs from run to run in what a script compares.
var passing = []struct {
	pattern *regexp.Regexp
	stands  string
}{
	{regexp.MustCompile(`\d{8}-\d{6}-[0-9a-f]{4}`), "RUN"},
	{regexp.MustCompile(`("snapshot": )"[0-9a-f]{16}"`), `$1"SNAPSHOT"`},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+03:00`), "TIME"},
}

// steadied puts words in place of what differs from run to run.
func steadied(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: steady FILE")
	}
	text := ts.ReadFile(args[0])
	for _, p := range passing {
		text = p.pattern.ReplaceAllString(text, p.stands)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}
