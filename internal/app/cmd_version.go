package app

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"

	"catalogsheet/internal/i18n"
)

func versionCommand() command {
	return command{
		name:     "version",
		about:    i18n.T("print the version", "напечатать версию"),
		examples: []string{"catalogsheet version"},
		run: func(_ context.Context, e *Env, _ *Args) error {
			_, err := fmt.Fprintf(e.Stdout, "%s %s %s/%s %s\n", program, Version(), runtime.GOOS, runtime.GOARCH, runtime.Version())
			return err
		},
	}
}

// Version is what the build knows of itself: the module's version, else the
// revision, else devel.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	revision, dirty := "", ""
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value[:min(12, len(s.Value))]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+dirty"
		}
	}
	if revision == "" {
		return "devel"
	}
	return "devel-" + revision + dirty
}
