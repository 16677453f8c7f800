package main

import (
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// envOut puts what the last command printed into a variable.
func envOut(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: envout NAME")
	}
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile("stdout")))
}
