//go:build unix

package app

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe in place of a file of settings is not waited for, a device not read.
func TestSettingsAreFiles(t *testing.T) {
	dir := t.TempDir()
	store := fileStore{dir: dir}
	pipe, stored := filepath.Join(dir, "config.toml"), store.path("p", "moysklad")
	for _, path := range []string{pipe, stored} {
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const wrong = "this is no file that can be read twice"
	for _, path := range []string{pipe, "/dev/zero"} {
		if _, err := settled(t, []string{"--config=" + path, "--lang=en"}, nil); err == nil || !strings.Contains(err.Error(), wrong) {
			t.Errorf("%s: said %v", path, err)
		}
	}
	if _, err := store.get("p", "moysklad"); err == nil || !strings.Contains(err.Error(), wrong) {
		t.Errorf("a credential: said %v", err)
	}
}
