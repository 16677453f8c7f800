package diag

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"catalogsheet/internal/i18n"

	"github.com/google/go-cmp/cmp"
)

// TestTable holds every text to the rules of messages: both languages, no
// capital first letter, no full stop, the same arguments.
func TestTable(t *testing.T) {
	seen := map[entryKey]bool{}
	for _, e := range Table() {
		key := entryKey{e.Code, e.Variant}
		if seen[key] {
			t.Errorf("%s/%s is there twice", e.Code, e.Variant)
		}
		seen[key] = true
		if e.Message.En == "" {
			t.Errorf("%s/%s has no message", e.Code, e.Variant)
		}
		for _, text := range []i18n.Text{e.Message, e.Hint} {
			checkText(t, e, text)
		}
	}
	for key := range seen {
		if !seen[entryKey{key.code, ""}] && !firstVariantOnly[key.code] {
			t.Errorf("%s has variants and no message of its own", key.code)
		}
	}
}

// firstVariantOnly are the codes that are only ever said in a variant.
var firstVariantOnly = map[Code]bool{"price-hundredfold": true, "price-jump": true}

var indexed = regexp.MustCompile(`%(?:\[(\d+)\])?[a-z]`)

func checkText(t *testing.T, e Entry, text i18n.Text) {
	t.Helper()
	if (text.En == "") != (text.Ru == "") {
		t.Errorf("%s/%s: one language is missing: %q", e.Code, e.Variant, text)
	}
	for _, s := range []string{text.En, text.Ru} {
		if s == "" {
			continue
		}
		first, _ := utf8.DecodeRuneInString(s)
		word, _, _ := strings.Cut(s, " ")
		if unicode.IsUpper(first) && strings.ToUpper(word) != word {
			t.Errorf("%s/%s begins with a capital: %q", e.Code, e.Variant, s)
		}
		if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "!") {
			t.Errorf("%s/%s ends with a stop: %q", e.Code, e.Variant, s)
		}
	}
	if diff := cmp.Diff(args(text.En), args(text.Ru)); diff != "" {
		t.Errorf("%s/%s: the languages use different arguments: %s", e.Code, e.Variant, diff)
	}
}

// args lists the arguments a text uses.
func args(s string) []string {
	var list []string
	for i, m := range indexed.FindAllStringSubmatch(strings.ReplaceAll(s, "%%", ""), -1) {
		n := m[1]
		if n == "" {
			n = strconv.Itoa(i + 1)
		}
		if !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	return list
}

// TestUnusedArguments: a text that does not use an argument says nothing of it.
func TestUnusedArguments(t *testing.T) {
	for _, e := range Table() {
		d := Variant(e.Code, e.Variant, 1, 2, 3, 4)
		for _, l := range []i18n.Lang{i18n.En, i18n.Ru} {
			for _, s := range []string{d.Message(l), d.Hint(l)} {
				if strings.Contains(s, "EXTRA") {
					t.Errorf("%s/%s: %s", e.Code, e.Variant, s)
				}
			}
		}
	}
}

func TestUnknownVariantFallsBack(t *testing.T) {
	d := Variant("file-unreadable", "a kind nobody knows", "it is a stone")
	if got := d.Message(i18n.En); got != "it is a stone" || d.Severity != Error {
		t.Errorf("%s, %s", got, d.Severity)
	}
}

func TestCell(t *testing.T) {
	for _, c := range []struct {
		at   At
		want string
	}{
		{At{Sheet: "Stock", Row: 12, Col: 13}, "Stock!M12"},
		{At{Sheet: "Stock", Row: 12, Col: 27}, "Stock!AA12"},
		{At{Sheet: "Stock", Row: 12}, "Stock!12"},
		{At{Row: 13, Col: 7, CSV: true}, "13:7"},
		{At{Sheet: "Stock"}, ""},
	} {
		if got := c.at.Cell(); got != c.want {
			t.Errorf("%+v is %s, want %s", c.at, got, c.want)
		}
	}
}

func TestSort(t *testing.T) {
	l := List{New("base-old", 8).In(At{Row: 3, Col: 1}), New("number-invalid").In(At{Row: 2, Col: 5}), New("cell-error").In(At{Row: 3, Col: 1}), New("header-missing")}
	l.Sort()
	var got []Code
	for _, d := range l {
		got = append(got, d.Code)
	}
	if diff := cmp.Diff([]Code{"header-missing", "number-invalid", "cell-error", "base-old"}, got); diff != "" {
		t.Error(diff)
	}
}
