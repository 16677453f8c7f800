package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"catalogsheet/internal/app"
	"catalogsheet/internal/sandbox"
	"catalogsheet/internal/sheet"

	"github.com/google/go-cmp/cmp"
)

// volatile is what differs from run to run in what the documents show.
var volatile = []struct {
	pattern *regexp.Regexp
	stands  string
}{
	{regexp.MustCompile(`\d{8}-\d{6}-[0-9a-f]{4}`), "RUN"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d|\d\d\.\d\d\.\d{4} \d\d:\d\d`), "WHEN"},
	{regexp.MustCompile(`(in|за) \d+([.,]\d+)?\s?(ms|s|мс|с)(:|$)`), "TIME$4"},
}

func steady(s string) string {
	s = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s)
	for _, v := range volatile {
		s = v.pattern.ReplaceAllString(s, v.stands)
	}
	return strings.TrimSpace(s)
}

// step is a command of a document with what it shows, or an edit of a sheet,
// which a document hides in a comment.
type step struct {
	command, shows string
	edit           []string
}

func steps(text string) []step {
	var list []step
	inBlock := false
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "```console"):
			inBlock = true
		case strings.HasPrefix(line, "```"):
			inBlock = false
		case inBlock && strings.HasPrefix(line, "$ "):
			list = append(list, step{command: strings.TrimSpace(line[2:])})
		case inBlock && len(list) > 0:
			list[len(list)-1].shows += line
		case strings.HasPrefix(line, "<!-- edit "):
			list = append(list, step{edit: strings.Fields(strings.TrimSuffix(strings.TrimSpace(line[10:]), "-->"))})
		}
	}
	return list
}

// Every console block of the documents shows what the program prints.
func TestDocuments(t *testing.T) {
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, "../../README.md") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if list := steps(string(text)); len(list) > 0 {
			t.Run(filepath.Base(file), func(t *testing.T) { tell(t, list, filepath.Base(file)) })
		}
	}
}

func tell(t *testing.T, list []step, file string) {
	server, err := sandbox.New(sandbox.Options{Products: 120, Seed: 1, NoLimits: true})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	defer web.Close()
	lang := "en"
	if strings.Contains(file, ".ru.") {
		lang = "ru"
	}
	vars := map[string]string{
		"MOYSKLAD_URL": web.URL + "/api/remap/1.2", "MOYSKLAD_TOKEN": sandbox.DefaultToken,
		"CATALOGSHEET_HOME": t.TempDir(), "XDG_CONFIG_HOME": t.TempDir(), "CATALOGSHEET_LANG": lang,
	}
	t.Chdir(t.TempDir())
	run := ""
	for _, s := range list {
		if s.edit != nil {
			typeInto(t, s.edit)
			continue
		}
		args := strings.Fields(regexp.MustCompile(`\d{8}-\d{6}-[0-9a-f]{4}`).ReplaceAllString(s.command, run))
		var out bytes.Buffer
		app.Main(t.Context(), args, strings.NewReader(""), &out, &out, func(name string) string { return vars[name] })
		if name := regexp.MustCompile(`\d{8}-\d{6}-[0-9a-f]{4}`).FindString(out.String()); name != "" {
			run = name
		}
		if diff := cmp.Diff(steady(s.shows), steady(out.String())); diff != "" {
			t.Errorf("%s (-documented +printed):\n%s\nprinted:\n%s", s.command, diff, out.String())
		}
	}
}

// typeInto makes the edits of FILE Sheet!Cell=value ….
func typeInto(t *testing.T, words []string) {
	t.Helper()
	cells := map[string]string{}
	name := ""
	for _, w := range words[1:] {
		place, value, ok := strings.Cut(w, "=")
		on, cell, found := strings.Cut(place, "!")
		if !ok || !found {
			t.Fatalf("cannot read the edit %q", w)
		}
		name, cells[cell] = on, value
	}
	if err := sheet.Edit(words[0], name, cells); err != nil {
		t.Fatal(err)
	}
}
