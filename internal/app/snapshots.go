package app

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"catalogsheet/importer"
	"catalogsheet/internal/baseline"
	"catalogsheet/internal/i18n"
)

// snapshotPath is where the base of an export is kept.
func snapshotPath(home, id string) string {
	return filepath.Join(home, "snapshots", id+".base.csv.gz")
}

// saveBase keeps the base of an export in the home folder, for its owner only.
func (e *Env) saveBase(id string, base io.Reader) error {
	home, err := e.HomeDir()
	if err != nil {
		return err
	}
	path := snapshotPath(home, id)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return writePrivate(path, func(w io.Writer) error {
		zip, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
		if err != nil {
			return err
		}
		if _, err := io.Copy(zip, base); err != nil {
			return err
		}
		return zip.Close()
	})
}

// savedBase reads the base of an export from the home folder; it fails with
// fs.ErrNotExist where none was saved.
func (e *Env) savedBase(id string) (*baseline.Base, error) {
	if !safeID(id) || e.Home == "" {
		return nil, fs.ErrNotExist
	}
	f, err := os.Open(snapshotPath(e.Home, id))
	if err != nil {
		return nil, i18n.Wrap(textReadBase, err)
	}
	defer f.Close()
	base, err := readBase(f)
	return base, i18n.Wrap(textReadBase, err)
}

func readBase(r io.Reader) (*baseline.Base, error) {
	zip, err := gzip.NewReader(bufio.NewReader(r))
	if err != nil {
		return nil, err
	}
	return importer.ReadBase(zip)
}

// safeID says that an id out of a file can be part of a path.
func safeID(id string) bool {
	return id != "" && len(id) <= 64 && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z')
	})
}

// writePrivate writes a whole file for its owner only, or leaves the old one.
func writePrivate(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			// What failed says why; that closing fails as well adds nothing.
			_ = f.Close()
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := write(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
