package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"catalogsheet/internal/app"
)

// An export that another program opened and saved asks for nothing: it carries
// its base with it, so nothing but the file is needed.
func TestResaved(t *testing.T) {
	files, err := filepath.Glob("testdata/resaved/*.xlsx")
	if err != nil || len(files) != 4 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			vars := map[string]string{"CATALOGSHEET_HOME": t.TempDir(), "XDG_CONFIG_HOME": t.TempDir()}
			var out, errs bytes.Buffer
			code := app.Main(t.Context(), []string{"catalogsheet", "import", file}, strings.NewReader(""), &out, &errs, func(name string) string { return vars[name] })
			if code != 0 || !strings.HasPrefix(out.String(), "No changes; ") || errs.Len() > 0 {
				t.Errorf("ended with %d: %s%s", code, out.String(), errs.String())
			}
			if strings.Contains(out.String(), "error") || strings.Contains(out.String(), "warning") {
				t.Errorf("found something:\n%s", out.String())
			}
		})
	}
}
