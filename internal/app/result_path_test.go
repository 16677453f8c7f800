package app

import (
	"path/filepath"
	"strings"
	"testing"
)

// A name that the disk does not take is no reason to look for another one.
func TestFreeResultOfALongName(t *testing.T) {
	e := &Env{Home: t.TempDir()}
	path := filepath.Join(t.TempDir(), strings.Repeat("x", 300)+".result.xlsx")
	if got := e.freeResult(path); got != path {
		t.Error(got)
	}
}
