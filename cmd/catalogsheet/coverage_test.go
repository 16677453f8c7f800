package main

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"catalogsheet/internal/diag"

	"github.com/rogpeppe/go-internal/txtar"
)

// formats are those that a sheet can come back in.
var formats = []string{".xlsx", ".csv", ".xls", ".ods"}

// impossible are the findings that some formats cannot hold, and why.
var impossible = map[diag.Code]struct {
	formats []string
	why     string
}{
	"file-encrypted":    {[]string{".csv"}, "text has no password"},
	"sheet-ambiguous":   {[]string{".csv"}, "a text file is one sheet"},
	"sheet-ignored":     {[]string{".csv"}, "a text file is one sheet"},
	"merged-cells":      {[]string{".csv"}, "text has no merged cells"},
	"formula-uncached":  {[]string{".csv"}, "text has no formulas"},
	"formula-value":     {[]string{".csv"}, "text has no formulas"},
	"external-formula":  {[]string{".csv"}, "text has no formulas"},
	"hidden-row-edited": {[]string{".csv"}, "text has no hidden rows"},
	"review-stale":      {[]string{".csv"}, "a review with decisions is a workbook"},
	"review-changed":    {[]string{".csv"}, "a review with decisions is a workbook"},
	"review-skipped":    {[]string{".csv"}, "a review with decisions is a workbook"},
}

// TestEveryFindingHasScripts: every code of the table of findings is provoked
// by a script in every format that can hold what it is about.
func TestEveryFindingHasScripts(t *testing.T) {
	scripts, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("%d scripts, %v", len(scripts), err)
	}
	seen := map[diag.Code][]string{}
	for _, script := range scripts {
		archive, err := txtar.ParseFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range provoked(archive) {
			if !slices.Contains(seen[p.code], p.format) {
				seen[p.code] = append(seen[p.code], p.format)
			}
		}
	}
	known := map[diag.Code]bool{}
	for _, e := range diag.Table() {
		if known[e.Code] {
			continue
		}
		known[e.Code] = true
		for _, format := range formats {
			has, cannot := slices.Contains(seen[e.Code], format), slices.Contains(impossible[e.Code].formats, format)
			if has == cannot {
				t.Errorf("%s in %s: a script provokes it: %t, it is excepted: %t", e.Code, format, has, cannot)
			}
		}
	}
	for code := range impossible {
		if !known[code] {
			t.Errorf("%s is excepted and no code", code)
		}
	}
}

// provocation is a finding that a script shows for a file of a format.
type provocation struct {
	code   diag.Code
	format string
}

var (
	toldFile  = regexp.MustCompile(`^told \S+(\.[a-z]+) `)
	compared  = regexp.MustCompile(`^cmp stdout (\S+)$`)
	severally = regexp.MustCompile(`(?m)^(?:error|held|warning|notice) ([a-z-]+)`)
)

// provoked reads what a script expects of every told: the file that follows in
// cmp, or the pattern in stdout.
func provoked(archive *txtar.Archive) []provocation {
	texts := map[string]string{}
	for _, f := range archive.Files {
		texts[f.Name] = string(f.Data)
	}
	var list []provocation
	format := ""
	for line := range strings.Lines(string(archive.Comment)) {
		line = strings.TrimSpace(line)
		if m := toldFile.FindStringSubmatch(line); m != nil {
			format = m[1]
			continue
		}
		text := ""
		if m := compared.FindStringSubmatch(line); m != nil {
			text = texts[m[1]]
		} else if pattern, ok := strings.CutPrefix(line, "stdout '"); ok {
			text = strings.TrimPrefix(pattern, "^")
		}
		if text == "" || format == "" {
			format = ""
			continue
		}
		for _, m := range severally.FindAllStringSubmatch(text, -1) {
			list = append(list, provocation{diag.Code(m[1]), format})
		}
	}
	return list
}
