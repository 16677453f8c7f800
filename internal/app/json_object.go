package app

import (
	"context"
	"errors"
	"io"
	"slices"

	"catalogsheet/internal/report"
)

// jsonObjects are the commands that promise one object on stdout whatever they
// end with.
var jsonObjects = [...]string{"review", "import", "resume", "undo"}

// promisesJSON says that a command line, understood or not, asks for the one
// object.
func promisesJSON(args []string) bool {
	asked := slices.Contains(args, "--format=json")
	for i := range args[:max(0, len(args)-1)] {
		asked = asked || args[i] == "--format" && args[i+1] == "json"
	}
	return asked && slices.ContainsFunc(args, func(a string) bool { return slices.Contains(jsonObjects[:], a) })
}

// runOwing is run for a command line that may promise an object.
func (e *Env) runOwing(ctx context.Context, args []string) error {
	if !promisesJSON(args) {
		return run(ctx, e, args)
	}
	out := &counted{Writer: e.Stdout}
	e.Stdout = out
	err := run(ctx, e, args)
	if failed := out.owed(e, err); failed != nil {
		return errors.Join(err, failed)
	}
	return err
}

// counted knows whether anything was written.
type counted struct {
	io.Writer
	n int
}

func (c *counted) Write(b []byte) (int, error) {
	c.n += len(b)
	return c.Writer.Write(b)
}

// owed writes the object of a command that failed before it could write one:
// a mistyped flag, settings that cannot be read.
func (c *counted) owed(e *Env, err error) error {
	if err == nil || c.n > 0 {
		return nil
	}
	return report.JSON(c.Writer, report.Model{Failed: exitCause(err)}, e.Lang)
}
