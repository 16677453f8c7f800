// Package exporter turns a snapshot into a sheet that carries its own base:
// export, then import without an edit, is no change; a file is there whole or
// not at all; and text that looks like a formula stays text.
package exporter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"
)

// Options says where a sheet goes and how it is spelled.
type Options struct {
	// Format is sheet.XLSX or sheet.CSV; 0 goes by the name of Path.
	Format sheet.Format
	// Path is the file to write; Out takes its place where there is none (a
	// CSV sheet then has no sidecar).
	Path string
	Out  io.Writer
	// Replace allows Path to exist.
	Replace bool
	// CSV is the dialect, e.g. sheet.ExcelRu; its zero value is sheet.RFC4180.
	CSV  sheet.CSVStyle
	Lang i18n.Lang
	// Version is the program's, for the document's properties.
	Version string
	// Progress is told now and then how many rows are written.
	Progress func(rows int)
	// SaveBase is given the whole base, as the text of a sidecar, before the
	// file appears; its error fails the export.
	SaveBase func(id string, base io.Reader) error
}

// Result is what was written.
type Result struct {
	// ID is the snapshot's: 16 hex digits of a hash over head and rows.
	ID   string
	Rows int
	// Files are the names of what appeared: the sheet, the sidecar of CSV.
	Files []string
}

// ErrExists says that the file is there and Options.Replace is not set.
var ErrExists = errors.New("file exists")

// FormatOf tells a format by a file's name.
func FormatOf(path string) (sheet.Format, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".xlsx":
		return sheet.XLSX, nil
	case ".csv":
		return sheet.CSV, nil
	}
	return 0, i18n.Errorf(i18n.T(
		"%s: a sheet is written as .xlsx or .csv: give the file one of these endings",
		"%s: таблица записывается как .xlsx или .csv: дайте файлу одно из этих окончаний"), path)
}

// Write writes a snapshot. An error of the snapshot's items is returned and
// leaves no file.
func Write(ctx context.Context, snap catalog.Snapshot, o Options) (Result, error) {
	if err := o.prepare(); err != nil {
		return Result{}, err
	}
	snap.Head.Lang = o.Lang
	t, err := newTable(snap.Head, o)
	if err != nil {
		return Result{}, err
	}
	out, err := o.target(t)
	if err != nil {
		return Result{}, errors.Join(err, t.close())
	}
	res, err := t.run(ctx, snap, out)
	if err = errors.Join(err, out.close(), t.close()); err != nil {
		return Result{}, err
	}
	return res, nil
}

func (o *Options) prepare() error {
	if o.Format == 0 {
		f, err := FormatOf(o.Path)
		if err != nil {
			return err
		}
		o.Format = f
	}
	if o.CSV == (sheet.CSVStyle{}) {
		o.CSV = sheet.RFC4180
	}
	if o.Path == "" && o.Out == nil {
		return errors.New("nowhere to write")
	}
	if o.Path == "" || o.Replace {
		return nil
	}
	paths := []string{o.Path}
	if o.Format == sheet.CSV {
		paths = append(paths, sheet.BasePath(o.Path))
	}
	for _, path := range paths {
		if _, err := os.Lstat(path); err == nil {
			return i18n.Errorf(i18n.T("%s: %v: replace it with --force", "%s: %v: чтобы заменить, добавьте --force"),
				path, i18n.Wrap(i18n.T("the file is already there", "файл уже есть"), ErrExists))
		} else if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// target is a file in the making.
type target interface {
	// row takes an item with its cells for the sheet.
	row(item catalog.Item, cells []sheet.Out) error
	// finish makes the files appear.
	finish(id string) ([]string, error)
	// close gives up what is not finished.
	close() error
}

func (o Options) target(t *table) (target, error) {
	if o.Format == sheet.CSV {
		return newCSVTarget(t, o)
	}
	return newWorkbookTarget(t, o)
}

// run moves the items through.
func (t *table) run(ctx context.Context, snap catalog.Snapshot, out target) (Result, error) {
	cells := make([]sheet.Out, len(t.columns))
	rows := 0
	for item, err := range snap.Items {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil && len(item.Cells) != len(t.columns) {
			err = fmt.Errorf("item %s has %d cells for %d columns", item.Key.ID, len(item.Cells), len(t.columns))
		}
		if err != nil {
			return Result{}, err
		}
		t.record = baseline.AppendRow(t.record[:0], item)
		if err := t.note(t.record); err != nil {
			return Result{}, err
		}
		for i := range cells {
			cells[i] = t.columns[i].out(item.Key.Type, item.Cells[i])
		}
		if err := out.row(item, cells); err != nil {
			return Result{}, err
		}
		if rows++; rows%1000 == 0 && t.o.Progress != nil {
			t.o.Progress(rows)
		}
	}
	if t.o.Progress != nil {
		t.o.Progress(rows)
	}
	id, err := t.seal()
	if err != nil {
		return Result{}, err
	}
	files, err := out.finish(id)
	return Result{ID: id, Rows: rows, Files: files}, err
}
