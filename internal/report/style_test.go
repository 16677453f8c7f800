package report

import (
	"encoding/json"
	"strings"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"

	"github.com/google/go-cmp/cmp"
)

// TestAmounts keeps money exact, with at least two decimals, and the three
// values apart.
func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		value catalog.Value
		want  string
	}{
		{catalog.Of("129.9"), `"129.90"`},
		{catalog.Of("502.6086956521739"), `"502.6086956521739"`},
		{catalog.Of("0"), `"0.00"`},
		{catalog.Blank(), `""`},
		{catalog.Value{}, `null`},
	} {
		got, err := json.Marshal(exact(catalog.Money, c.value))
		if err != nil || string(got) != c.want {
			t.Errorf("%v: %s, %v, want %s", c.value, got, err, c.want)
		}
	}
}

func TestPercent(t *testing.T) {
	for _, c := range []struct{ from, to, en, ru string }{
		{"100.00", "120.00", "+20%", "+20\u00a0%"},
		{"129.90", "120.00", "−7.6%", "−7,6\u00a0%"},
		{"399.00", "39900.00", "×100", "×100"},
		{"100000.00", "100000.01", "+<0.1%", "+<0,1\u00a0%"},
		{"100000.00", "0.01", "−>99.9%", "−>99,9\u00a0%"},
		{"100.00", "0.00", "−100%", "−100\u00a0%"},
		{"0.00", "5.00", "", ""},
		{"", "5.00", "", ""},
		{"5.00", "", "", ""},
		{"5.00", "5.000", "", ""},
	} {
		change := edit(1, 1, "", retail, c.from, c.to)
		if d := cmp.Diff([]string{c.en, c.ru}, []string{percent(change, i18n.En), percent(change, i18n.Ru)}); d != "" {
			t.Errorf("%s → %s: %s", c.from, c.to, d)
		}
	}
}

// TestColor: without colour there is no escape sequence whatever names hold,
// and with colour the text is the same.
func TestColor(t *testing.T) {
	m := online()
	m.File = "a\x1b[2J.xlsx"
	m.Changes[0].Name = "evil\x1b]0;title\x07\nname\u202egpj\u009b31m"
	m.Problems[0].At.Item = "\x1b[31mred"
	m.Problems[0].Value = "a\rb\u2028c"
	plainText := say(t, m, Style{Lang: i18n.Ru})
	if i := strings.IndexFunc(plainText, func(r rune) bool { return r != '\n' && hidden(r) }); i >= 0 {
		t.Errorf("a control character: %q", plainText[i:min(i+20, len(plainText))])
	}
	coloured := say(t, m, Style{Lang: i18n.Ru, Color: true})
	for _, c := range []tone{red, green, yellow, cyan, bold, dim, "0"} {
		coloured = strings.ReplaceAll(coloured, "\x1b["+string(c)+"m", "")
	}
	if d := cmp.Diff(plainText, coloured); d != "" {
		t.Error(d)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"Кофе №1 – 100\u00a0г 👨‍👩‍👧": "Кофе №1 – 100\u00a0г 👨‍👩‍👧",
		"a\r\nb\nc\td":                "a⏎b⏎c␉d",
		"\x1b[31m":                    "␛[31m",
		"\x7f\u009b":                  "␡<U+009B>",
		"\u202eabc\u2066\ufeff\u00ad": "<U+202E>abc<U+2066><U+FEFF><U+00AD>",
		"bad\xff":                     "bad<FF>",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestWrap breaks between words only, and only where there is a terminal.
func TestWrap(t *testing.T) {
	const text = "похоже на копейки: впишите рубли или разрешите: --allow price-hundredfold"
	for _, c := range []struct {
		name  string
		text  string
		width int
		want  string
	}{
		{"a pipe", text, 0, text},
		{"wide enough", text, 90, text},
		{"broken", text, 44, "похоже на копейки: впишите рубли или\n    разрешите: --allow price-hundredfold"},
		{"one long word", strings.Repeat("х", 60), 44, strings.Repeat("х", 60)},
		{"no-break spaces hold", "в прайс-листе поставщика нет цены 1\u00a0292,80\u00a0₽", 44,
			"в прайс-листе поставщика нет цены\n    1\u00a0292,80\u00a0₽"},
	} {
		if d := cmp.Diff(c.want, Wrap(c.text, 4, "    ", c.width)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}
