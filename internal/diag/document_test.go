package diag

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"catalogsheet/internal/i18n"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write docs/errors.md anew")

const documented = "../../docs/errors.md"

// TestDocument keeps the list of findings in the documentation equal to the
// table: go test ./internal/diag -update writes it.
func TestDocument(t *testing.T) {
	want := document()
	if *update {
		if err := os.WriteFile(documented, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(documented)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, strings.ReplaceAll(string(got), "\r\n", "\n")); diff != "" {
		t.Errorf("%s is not made of the table; run go test ./internal/diag -update (-want +got):\n%s", documented, diff)
	}
}

// chapters are the parts of the document, gravest first.
var chapters = []struct {
	severity Severity
	title    string
	about    string
}{
	{Error, "Errors / Ошибки", "The row, or the whole file, sends nothing until the cell is changed.\nСтрока или весь файл не отправляется, пока ячейка не исправлена."},
	{Held, "Held / Задержано", "Nothing is sent until a person allows the code with `--allow CODE`, or types the number of held changes when asked.\nНичего не отправляется, пока человек не разрешит код через `--allow КОД` или не введёт число задержанных изменений."},
	{Warning, "Warnings / Предупреждения", "Sent, but said.\nОтправляется, но об этом сказано."},
	{Notice, "Notices / К сведению", "Nothing to do.\nДелать ничего не нужно."},
}

func document() string {
	var b strings.Builder
	b.WriteString("# Findings / Замечания\n\n" +
		"Made of the tables in `internal/diag`. A finding names its cell, the text as typed, what is wrong and what to do.\n" +
		"`…` stands for a part that depends on the cell.\n")
	for _, c := range chapters {
		b.WriteString("\n## " + c.title + "\n\n" + strings.ReplaceAll(c.about, "\n", "\n\n") + "\n\n| code | message | what to do |\n|---|---|---|\n")
		last := Code("")
		for _, e := range Table() {
			if e.Severity != c.severity {
				continue
			}
			code := ""
			if e.Code != last {
				code, last = "`"+string(e.Code)+"`", e.Code
			}
			b.WriteString("| " + code + " | " + both(e.Message) + " | " + both(e.Hint) + " |\n")
		}
	}
	return b.String()
}

func both(t i18n.Text) string {
	if t == (i18n.Text{}) {
		return ""
	}
	return open(t.En) + "<br>" + open(t.Ru)
}

var (
	verb   = regexp.MustCompile(`%(\[\d+\])?[a-z]`)
	quoted = regexp.MustCompile(`%(\[\d+\])?q`)
	forms  = regexp.MustCompile(`\{\d+:(?:[^|}]*\|)*([^|}]*)\}`)
)

// open shows a text without arguments.
func open(s string) string {
	s = quoted.ReplaceAllString(s, "“…”")
	s = verb.ReplaceAllString(forms.ReplaceAllString(s, "$1"), "…")
	return strings.NewReplacer("%%", "%", "|", "\\|", "<", "&lt;").Replace(s)
}
