package exporter

import (
	"errors"
	"io"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/sheet"
)

// csvTarget is a CSV sheet with its sidecar.
type csvTarget struct {
	t    *table
	path string
	file *sheet.AtomicFile // nil where the sheet goes to Options.Out
	w    *sheet.CSVWriter
}

func newCSVTarget(t *table, o Options) (target, error) {
	c := &csvTarget{t: t, path: o.Path}
	out := o.Out
	if o.Path != "" {
		var err error
		if c.file, err = sheet.CreateAtomic(o.Path); err != nil {
			return nil, err
		}
		out = c.file
	}
	for i := range t.columns {
		t.columns[i].csv = true
	}
	c.w = sheet.NewCSVWriter(out, o.CSV)
	header := make([]sheet.Out, len(t.headers))
	for i, h := range t.headers {
		header[i] = sheet.Out{Type: sheet.OutText, Text: h}
	}
	if err := c.w.Row(header); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

func (c *csvTarget) row(_ catalog.Item, cells []sheet.Out) error { return c.w.Row(cells) }

// finish makes the sheet and its sidecar appear together.
func (c *csvTarget) finish(string) ([]string, error) {
	if err := c.w.Finish(); err != nil || c.file == nil {
		return nil, err
	}
	side, err := sheet.CreateAtomic(sheet.BasePath(c.path))
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(side, c.t.spool.Reader())
	if err == nil {
		err = sheet.CommitAll(side, c.file)
	}
	if err = errors.Join(err, side.Close()); err != nil {
		return nil, err
	}
	return []string{c.file.Target(), side.Target()}, nil
}

func (c *csvTarget) close() error {
	if c.file == nil {
		return nil
	}
	return c.file.Close()
}
