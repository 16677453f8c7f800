package app

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"

	"github.com/google/go-cmp/cmp"
)

func TestMoscowTime(t *testing.T) {
	msk := time.FixedZone("MSK", 3*60*60)
	for s, want := range map[string]time.Time{
		"":                          {},
		"2026-11-21":                time.Date(2026, 11, 21, 0, 0, 0, 0, msk),
		"2026-11-21 10:00":          time.Date(2026, 11, 21, 10, 0, 0, 0, msk),
		"2026-11-21 10:00:30":       time.Date(2026, 11, 21, 10, 0, 30, 0, msk),
		"21.11.2026 10:00":          time.Date(2026, 11, 21, 10, 0, 0, 0, msk),
		"2026-11-21T10:00:00+10:00": time.Date(2026, 11, 21, 3, 0, 0, 0, msk),
	} {
		got, err := moscowTime("--moment", s)
		if err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v, want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"yesterday", "11/21/2026", "2026-13-01", "10:00"} {
		if _, err := moscowTime("--moment", s); codeOf(err, false) != Usage {
			t.Errorf("%q is taken for a time: %v", s, err)
		}
	}
}

func TestFormatOf(t *testing.T) {
	for _, c := range []struct {
		path, flag, want string
		wrong            bool
	}{
		{"a.xlsx", "", "xlsx", false},
		{"a.CSV", "", "csv", false},
		{"a.txt", "csv", "csv", false},
		{"-", "csv", "csv", false},
		{"a.csv", "csv", "csv", false},
		{"", "csv", "", true},
		{"-", "", "", true},
		{"-", "xlsx", "", true},
		{"a.xls", "", "", true},
		{"a", "", "", true},
		{"a.xlsx", "csv", "", true},
	} {
		got, err := formatOf(c.path, c.flag)
		if (codeOf(err, false) == Usage) != c.wrong || (!c.wrong && got != c.want) {
			t.Errorf("formatOf(%q, %q) = %q, %v", c.path, c.flag, got, err)
		}
	}
}

// What is saved at export is what a sheet that lost its base gets back.
func TestSavedBaseComesBack(t *testing.T) {
	home := filepath.Join(t.TempDir(), "home")
	e, err := settled(t, []string{"--home=" + home}, nil)
	if err != nil {
		t.Fatal(err)
	}
	head := catalog.Head{
		ID: "0123abc", Source: "moysklad", Account: "a", Taken: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC),
		Schema: catalog.Schema{{Field: catalog.FieldName, Kind: catalog.Text, Title: i18n.T("Name", "Наименование")}},
	}
	items := []catalog.Item{
		{Key: catalog.Key{Type: "product", ID: "1"}, Target: catalog.Key{Type: "product", ID: "1"}, Cells: []catalog.Value{catalog.Of("a;\n\"b\"")}},
		{Key: catalog.Key{Type: "product", ID: "2"}, Target: catalog.Key{Type: "product", ID: "2"}, Cells: []catalog.Value{{}}},
		{Key: catalog.Key{Type: "product", ID: "3"}, Target: catalog.Key{Type: "product", ID: "3"}, Cells: []catalog.Value{catalog.Blank()}},
	}
	records, err := baseline.MetaRecords(head, []string{"Name"})
	if err != nil {
		t.Fatal(err)
	}
	records = append(records, baseline.RowHeader(head))
	for _, item := range items {
		records = append(records, baseline.AppendRow(nil, item))
	}
	var text bytes.Buffer
	if err := csv.NewWriter(&text).WriteAll(records); err != nil {
		t.Fatal(err)
	}
	if err := e.saveBase(head.ID, &text); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(snapshotPath(home, head.ID))
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("saved as %v, %v", info, err)
	}
	got, err := e.savedBase(head.ID)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(items, got.Items, cmp.AllowUnexported(catalog.Value{})); d != "" || got.Head.ID != head.ID {
		t.Errorf("id %s (-want +got):\n%s", got.Head.ID, d)
	}
	for _, id := range []string{"", "unknown", "../0123abc", "0123ABC", "a/b"} {
		if _, err := e.savedBase(id); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestFileStateNoticesASave(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	absent, err := stateOf(path)
	if err != nil || absent.unchanged() != nil {
		t.Fatalf("%v, %v", err, absent.unchanged())
	}
	if err := os.WriteFile(path, []byte("one"), 0o600); err != nil {
		t.Fatal(err)
	}
	if absent.unchanged() == nil {
		t.Error("a new file was not noticed")
	}
	was, err := stateOf(path)
	if err != nil || was.unchanged() != nil {
		t.Fatalf("%v, %v", err, was.unchanged())
	}
	if err := os.WriteFile(path, []byte("more"), 0o600); err != nil {
		t.Fatal(err)
	}
	if was.unchanged() == nil {
		t.Error("a saved file was not noticed")
	}
}

func TestSpent(t *testing.T) {
	for d, want := range map[time.Duration][2]string{
		350 * time.Millisecond:         {"400ms", "400 мс"},
		1200 * time.Millisecond:        {"1.2s", "1,2 с"},
		62*time.Second + 3*time.Second: {"1m5s", "1 мин 5 с"},
	} {
		if got := [2]string{spent(i18n.En, d), spent(i18n.Ru, d)}; got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}
