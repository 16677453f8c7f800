package sheet

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
)

func csvFile(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "цены.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestAnnotateCSV adds two fields and leaves every other byte as it is.
func TestAnnotateCSV(t *testing.T) {
	cp1251 := func(s string) string {
		b, err := charmap.Windows1251.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	utf16 := func(s string) string {
		var b strings.Builder
		b.WriteString("\xff\xfe")
		for _, r := range s {
			b.Write([]byte{byte(r), byte(r >> 8)})
		}
		return b.String()
	}
	const reason = "'=цена <1> & \"\"2\"\"\x1b _x000D_"
	for _, c := range []struct{ name, in, want string }{
		{
			"windows-1251, quotes, a ragged record, no end of line",
			cp1251("UUID;Цена\r\n\"a \"\"x\"\"\";1,5\r\nb\r\nc;3"),
			cp1251("UUID;Цена;Статус;Причина\r\n\"a \"\"x\"\"\";1,5;;\r\nb;;отклонено;\"" + reason + "\"\r\nc;3;применено;"),
		},
		{
			"UTF-8 with a mark, a line break in a field counts as a line",
			"\uFEFFUUID,N\n\"a\nb\",1\nc,2\n",
			"\uFEFFUUID,N,Статус,Причина\n\"a\nb\",1,,\nc,2,применено,\n",
		},
		{
			"UTF-16 and tabs, a trailing delimiter, a blank line",
			utf16("UUID\tЦена\t\r\na\t1\t\r\nb\t2\t\r\n\r\n"),
			utf16("UUID\tЦена\tСтатус\tПричина\r\na\t1\t\t\r\nb\t2\tотклонено\t\"" + reason + "\"\r\n\r\n"),
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := csvFile(t, c.in)
			if err := os.WriteFile(basePath(src), []byte("base"), 0o600); err != nil {
				t.Fatal(err)
			}
			dst := filepath.Join(t.TempDir(), "out.result.csv")
			if err := Annotate(t.Context(), src, dst, notes("")); err != nil {
				t.Fatal(err)
			}
			got, err := os.ReadFile(dst)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, string(got)); d != "" {
				t.Error(d)
			}
			base, err := os.ReadFile(strings.TrimSuffix(dst, ".csv") + ".base.csv")
			if err != nil || string(base) != "base" {
				t.Errorf("sidecar %q, %v", base, err)
			}
		})
	}
}

// TestAnnotateUnknownLetters: what the encoding lacks is a question mark.
func TestAnnotateUnknownLetters(t *testing.T) {
	src := csvFile(t, "UUID;\xd6\xe5\xed\xe0\r\na;1\r\n")
	dst := filepath.Join(t.TempDir(), "out.csv")
	a := notes("")
	a.Cell = func(int) ([]string, Mark) { return []string{"ok", "日本 – €\nz"}, Plain }
	if err := Annotate(t.Context(), src, dst, a); err != nil {
		t.Fatal(err)
	}
	if got := cellsOf(t, dst, "")["2:4"]; got != "?? – € z" {
		t.Errorf("got %q", got)
	}
}

// TestAnnotateStaleBase takes away a base that is not the result's.
func TestAnnotateStaleBase(t *testing.T) {
	src, dst := csvFile(t, "UUID;N\na;1\n"), filepath.Join(t.TempDir(), "out.csv")
	if err := os.WriteFile(basePath(dst), []byte("older"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Annotate(t.Context(), src, dst, notes("")); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(basePath(dst)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the older base is still there: %v", err)
	}
}
