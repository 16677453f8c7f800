//go:build unix

package sheet

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A pipe is not waited for, a device not read.
func TestOtherThanFiles(t *testing.T) {
	dir := t.TempDir()
	pipe, link := filepath.Join(dir, "pipe"), filepath.Join(dir, "link")
	if err := errors.Join(syscall.Mkfifo(pipe, 0o600), os.Symlink(pipe, link)); err != nil {
		t.Fatal(err)
	}
	for path, kind := range map[string]string{pipe: "device", link: "device", "/dev/zero": "device", dir: "directory"} {
		refused(t, path, ReadOptions{}, kind)
	}
}
