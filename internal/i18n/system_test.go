package i18n

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestSystemErrors: what the operating system refuses is said in the language of
// the reader, wrapped as it may be.
func TestSystemErrors(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "нет.xlsx")
	_, err := os.Open(missing)
	read := T("read %s", "чтение %s")
	for _, test := range []struct {
		err  error
		want string
	}{
		{err, missing + ": нет такого файла или папки"},
		{Wrapf(read, Reason(err, missing), "a.xlsx"), "чтение a.xlsx: нет такого файла или папки"},
		{Wrapf(read, errors.Join(err, nil), "a.xlsx"), "чтение a.xlsx: " + missing + ": нет такого файла или папки"},
		{fmt.Errorf("copy: %w", &fs.PathError{Op: "open", Path: "b", Err: fs.ErrPermission}), "copy: b: нет доступа"},
		{&os.LinkError{Op: "rename", Old: "a", New: "b", Err: syscall.EISDIR}, "b: это папка, а не файл"},
		{errors.New("EOF"), "EOF"},
		{&fs.PathError{Op: "open", Path: "b", Err: errors.New("odd")}, "open b: odd"},
	} {
		if got := Describe(Ru, test.err); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
	if !errors.Is(Wrapf(read, Reason(err, missing), "a"), fs.ErrNotExist) {
		t.Error("the cause is lost")
	}
}
