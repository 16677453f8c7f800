package sheet

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"catalogsheet/internal/i18n"
)

// AtomicFile is a file in the making: it appears under its name whole, on
// Commit, or not at all.
type AtomicFile struct {
	*os.File
	target string
	done   bool
}

// CreateAtomic begins a file that will be called path. It is written beside
// it, so that the last step is a rename; a file that is replaced leaves its
// permissions, and one behind a symbolic link is replaced where it is.
func CreateAtomic(path string) (*AtomicFile, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	mode := fs.FileMode(0o666)
	info, err := os.Stat(path)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return nil, i18n.Errorf(i18n.T("%s is not a file", "%s — не файл"), path)
	case err == nil:
		mode = info.Mode().Perm()
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	temp := besides(path, "tmp")
	f, err := os.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return nil, err
	}
	if info != nil {
		// The umask took its part of the old file's permissions away.
		if err := f.Chmod(mode); err != nil && runtime.GOOS != "windows" {
			return nil, errors.Join(err, f.Close(), os.Remove(temp))
		}
	}
	return &AtomicFile{File: f, target: path}, nil
}

// besides names a new file in the folder of path.
func besides(path, suffix string) string {
	var b [6]byte
	_, _ = rand.Read(b[:]) // it never fails
	dir, name := filepath.Split(path)
	return filepath.Join(dir, fmt.Sprintf(".%s.%x.%s", name, b, suffix))
}

// Target is the name under which the file will appear.
func (f *AtomicFile) Target() string { return f.target }

// Close removes the file unless it was committed; it is safe to call twice and
// after Commit.
func (f *AtomicFile) Close() error {
	if f.done {
		return nil
	}
	f.done = true
	// A commit that failed has closed the file, and may have moved it away.
	closed, removed := f.File.Close(), os.Remove(f.Name())
	if errors.Is(closed, fs.ErrClosed) {
		closed = nil
	}
	if errors.Is(removed, fs.ErrNotExist) {
		removed = nil
	}
	return errors.Join(closed, removed)
}

// Commit makes the file appear under its name, safe on the disk.
func (f *AtomicFile) Commit() error { return CommitAll(f) }

// CommitAll makes several files appear; when one cannot, none does, and what
// they would have replaced is back in its place.
func CommitAll(files ...*AtomicFile) error {
	for _, f := range files {
		if err := errors.Join(f.Sync(), f.File.Close()); err != nil {
			return saveErr(f.target, err)
		}
	}
	var backups []backup
	for _, f := range files {
		b, err := replace(f)
		if err != nil {
			return errors.Join(saveErr(f.target, err), restore(backups))
		}
		backups = append(backups, b)
	}
	var err error
	for i, f := range files {
		f.done = true
		err = errors.Join(err, backups[i].drop(), syncDir(filepath.Dir(f.target)))
	}
	return err
}

func saveErr(path string, err error) error {
	if runtime.GOOS == "windows" && errors.Is(err, fs.ErrPermission) {
		return i18n.Errorf(i18n.T(
			"%s cannot be replaced, it may be open in a spreadsheet program: close it there (%v)",
			"%s не заменить: возможно, файл открыт в табличном редакторе, закройте его там (%v)"), path, err)
	}
	return i18n.Wrapf(i18n.T("save %s", "сохранение %s"), err, path)
}

// backup keeps what a file replaced until all of them are in place.
type backup struct{ target, kept string }

// replace renames the file to its name; what was there is kept under another
// one, by a second link where the file system knows them, so that the name is
// never without a file.
func replace(f *AtomicFile) (backup, error) {
	b := backup{target: f.target}
	if info, err := os.Lstat(f.target); err == nil {
		if info.IsDir() {
			return backup{}, unreadable("directory", nil)
		}
		b.kept = besides(f.target, "old")
		if err := os.Link(f.target, b.kept); err != nil {
			if err := os.Rename(f.target, b.kept); err != nil {
				return backup{}, err
			}
		}
	}
	if err := os.Rename(f.Name(), f.target); err != nil {
		return backup{}, errors.Join(err, restore([]backup{{b.target, b.kept}}))
	}
	return b, nil
}

// drop forgets what was replaced.
func (b backup) drop() error {
	if b.kept == "" {
		return nil
	}
	return os.Remove(b.kept)
}

// restore puts back what was replaced.
func restore(backups []backup) error {
	var err error
	for _, b := range backups {
		switch {
		case b.kept != "":
			err = errors.Join(err, os.Rename(b.kept, b.target))
		default:
			if e := os.Remove(b.target); !errors.Is(e, fs.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
	}
	return err
}

// syncDir makes a rename last; Windows does so by itself.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, d.Close())
}
