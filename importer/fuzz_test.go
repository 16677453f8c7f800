package importer

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"
)

// FuzzRead gives the reader any bytes beside a real base: it must neither
// fail nor lose count of a row, and what it says must be sayable.
func FuzzRead(f *testing.F) {
	path, _ := export(f, "f.csv", i18n.Ru)
	text, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	base, err := os.ReadFile(sheet.BasePath(path))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(strings.ReplaceAll(string(text), "129,90", "1,299")))
	f.Add([]byte(strings.ReplaceAll(string(text), idA, "")))
	f.Add([]byte(strings.ReplaceAll(string(text), idA, idB)))
	f.Add([]byte("UUID;Код;Цена: Розница\n" + idA + ";0012345;${x}\n;;\n;x;1\n" + idC + ";#N/A;-5\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		dir := t.TempDir()
		path := filepath.Join(dir, "f.csv")
		for name, data := range map[string][]byte{path: data, sheet.BasePath(path): base} {
			if err := os.WriteFile(name, data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		e, err := Read(t.Context(), path, Options{Create: true})
		if err != nil {
			t.Fatalf("an error, where a finding is due: %v", err)
		}
		checkEdited(t, e)
	})
}

// checkEdited holds what was read to the package's invariant.
func checkEdited(t *testing.T, e *Edited) {
	t.Helper()
	lines := 0
	for l := range e.Lines() {
		lines++
		if l.Row <= 0 {
			t.Errorf("a line without a row: %+v", l)
		}
	}
	if lines != e.Rows || e.Unchanged > e.Rows {
		t.Errorf("%d rows, %d lines, %d unchanged", e.Rows, lines, e.Unchanged)
	}
	for _, c := range e.Changes {
		if c.Column.Kind.Equal(c.Base, c.Mine) || len(c.At) == 0 || c.Mine.Absent() {
			t.Errorf("no change: %+v", c)
		}
		if e.Value(c.Target, c.Column.Field) != c.Mine {
			t.Errorf("the sheet does not show the change %+v", c)
		}
	}
	for _, d := range e.Problems {
		for _, l := range []i18n.Lang{i18n.En, i18n.Ru} {
			if m := d.Message(l) + "|" + d.Hint(l); strings.Contains(m, "%!") || strings.HasPrefix(m, "|") {
				t.Errorf("%s says %q", d.Code, m)
			}
		}
	}
}
