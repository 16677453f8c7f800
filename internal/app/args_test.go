package app

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"catalogsheet/internal/i18n"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// spoken is what a command of a test was called with.
type spoken struct {
	Name  string
	Files []string
	Text  string
	Many  []string
	Parts []string
	Force bool
}

func testRoot(got *spoken) command {
	hear := func(name string) func(context.Context, *Env, *Args) error {
		return func(_ context.Context, _ *Env, a *Args) error {
			*got = spoken{name, a.Files, a.String("text", "none"), a.Strings("many"), a.List("parts"), a.Bool("force")}
			return nil
		}
	}
	options := []option{
		{name: "text", short: "t", kind: value, arg: "TEXT"},
		{name: "many", kind: repeated, arg: "NAME"},
		{name: "parts", kind: list, arg: "a,b", choices: []string{"a", "b", "c"}},
		{name: "force", short: "f"},
	}
	return command{name: program, sub: []command{
		{name: "send", args: "FILE...", min: 1, max: 9, options: options, run: hear("send")},
		{name: "fetch", sub: []command{
			{name: "stock", options: options, run: hear("fetch stock")},
			{name: "goods", options: []option{{name: "only", kind: value, arg: "X"}}, run: hear("fetch goods")},
		}},
	}}
}

// speak runs a command line against the test's commands.
func speak(t interface{ Helper() }, args ...string) (spoken, error) {
	t.Helper()
	var got spoken
	r := testRoot(&got)
	c, err := parse(r, globalOptions(), args)
	if err != nil {
		return got, err
	}
	env := map[string]string{}
	e := newEnv(strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}, func(k string) string { return env[k] })
	app := newCLI(context.Background(), e)
	app.Commands = cliCommands(context.Background(), e, r.sub)
	err = app.RunContext(context.Background(), append([]string{program}, c.argv...))
	return got, err
}

func TestFlagsStandAnywhere(t *testing.T) {
	want := spoken{Name: "send", Files: []string{"a.xlsx", "b.xlsx"}, Text: "x y", Many: []string{"A, B", "C"}, Parts: []string{"a", "b", "c"}, Force: true}
	for _, line := range [][]string{
		{"send", "--text", "x y", "--many", "A, B", "--many", "C", "--parts", "a,b", "--parts", " c,", "--force", "a.xlsx", "b.xlsx"},
		{"send", "a.xlsx", "b.xlsx", "--text=x y", "--many=A, B", "--many=C", "--parts=a,b,c", "--force"},
		{"send", "a.xlsx", "-f", "-t", "x y", "--many", "A, B", "b.xlsx", "--many", "C", "--parts", "a,b,c"},
		{"--lang", "ru", "--force", "send", "-v", "a.xlsx", "--text", "x y", "--many", "A, B", "--many", "C", "--parts=a,b,c", "-q", "--", "b.xlsx"},
		{"--text=x y", "send", "-fqv", "--many", "A, B", "--many", "C", "--parts", "a,b,c", "a.xlsx", "b.xlsx"},
	} {
		got, err := speak(t, line...)
		if err != nil {
			t.Errorf("%q: %v", line, err)
			continue
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q (-want +got):\n%s", line, d)
		}
	}
}

func TestOddValuesArriveAsTyped(t *testing.T) {
	for _, c := range []struct {
		line []string
		want spoken
	}{
		{[]string{"send", "-t", "-", "f"}, spoken{Name: "send", Files: []string{"f"}, Text: "-"}},
		{[]string{"send", "--text=", "f"}, spoken{Name: "send", Files: []string{"f"}}},
		{[]string{"send", "--text=--force", "f"}, spoken{Name: "send", Files: []string{"f"}, Text: "--force"}},
		{[]string{"send", "--text", "-5", "f"}, spoken{Name: "send", Files: []string{"f"}, Text: "-5"}},
		{[]string{"send", "--text", "a=b", "f"}, spoken{Name: "send", Files: []string{"f"}, Text: "a=b"}},
		{[]string{"send", "--", "--force"}, spoken{Name: "send", Files: []string{"--force"}, Text: "none"}},
		{[]string{"send", "-", "--force=false"}, spoken{Name: "send", Files: []string{"-"}, Text: "none"}},
		{[]string{"fetch", "--many", "stock", "stock"}, spoken{Name: "fetch stock", Text: "none", Many: []string{"stock"}}},
	} {
		got, err := speak(t, c.line...)
		if err != nil {
			t.Errorf("%q: %v", c.line, err)
			continue
		}
		if len(got.Files) == 0 {
			got.Files = nil
		}
		if len(got.Many) == 0 {
			got.Many = nil
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%q (-want +got):\n%s", c.line, d)
		}
	}
}

func TestWrongUsageIsSaidInBothLanguages(t *testing.T) {
	for _, c := range []struct {
		line   string
		en, ru string
		hint   string
	}{
		{"sned f", `unknown command "sned"`, "неизвестная команда «sned»", "did you mean send?"},
		{"send f --froce", "unknown flag --froce", "неизвестный флаг --froce", "did you mean --force?"},
		{"send f --zzzzzz=1", "unknown flag --zzzzzz", "неизвестный флаг --zzzzzz", "see catalogsheet send --help"},
		{"send", "an argument is missing: FILE...", "не хватает аргумента: FILE...", "see catalogsheet send --help"},
		{"send f --text", "flag --text needs a value: --text=TEXT", "флагу --text нужно значение: --text=TEXT", ""},
		{"send f --text --force", "flag --text needs a value: --text=TEXT", "флагу --text нужно значение: --text=TEXT", ""},
		{"send f --force=maybe", `flag --force takes no value, not "maybe"`, "флаг --force не принимает значения, а дано «maybe»", ""},
		{"send f --parts a,d", `flag --parts cannot be "d": one of a, b, c`, "флаг --parts не может быть «d»: допустимо a, b, c", ""},
		{"send f --text a --text b", `flag --text is given twice, as "a" and "b"`, "флаг --text указан дважды: «a» и «b»", ""},
		{"fetch", "catalogsheet fetch what? one of stock, goods", "catalogsheet fetch — что именно? одно из: stock, goods", ""},
		{"fetch goods --text a", "flag --text does not belong", "флаг --text не относится", ""},
		{"fetch goods --lang de", `flag --lang cannot be "de": one of ru, en`, "флаг --lang не может быть «de»: допустимо ru, en", ""},
		{"fetch goods x", `one argument too many: "x"`, "лишний аргумент: «x»", ""},
	} {
		_, err := speak(t, strings.Fields(c.line)...)
		if codeOf(err, false) != Usage {
			t.Errorf("%q: exit %d (%v), want %d", c.line, codeOf(err, false), err, Usage)
			continue
		}
		var x *Exit
		if !errors.As(err, &x) {
			t.Errorf("%q: %T", c.line, err)
			continue
		}
		// fetch goods knows no --text, yet the word is known elsewhere.
		if c.line == "fetch goods --text a" {
			c.en, c.ru = "unknown flag --text", "неизвестный флаг --text"
		}
		if en := i18n.Describe(i18n.En, x.Err); en != c.en {
			t.Errorf("%q: said %q, want %q", c.line, en, c.en)
		}
		if ru := i18n.Describe(i18n.Ru, x.Err); ru != c.ru {
			t.Errorf("%q: said %q, want %q", c.line, ru, c.ru)
		}
		if hint := i18n.Describe(i18n.En, x.Hint); c.hint != "" && hint != c.hint {
			t.Errorf("%q: hinted %q, want %q", c.line, hint, c.hint)
		}
	}
}

func TestForeignFlagBeforeItsCommand(t *testing.T) {
	_, err := speak(t, "fetch", "--text", "a", "goods")
	if err == nil || err.Error() != "flag --text does not belong to catalogsheet fetch goods" {
		t.Errorf("said %v", err)
	}
}

// Any mixture of flags and arguments means the same, as long as each kind
// keeps its own order.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[ -~а-я]{0,6}`)
		files := rapid.SliceOfN(rapid.StringMatching(`[a-z][a-z,=]{0,4}`), 1, 4).Draw(t, "files")
		many := rapid.SliceOfN(text, 0, 4).Draw(t, "many")
		force := rapid.Bool().Draw(t, "force")
		var flags [][]string
		for _, m := range many {
			flags = append(flags, []string{"--many=" + m})
		}
		if force {
			flags = append(flags, []string{"-f"})
		}
		line := []string{"send"}
		f, g := slices.Clone(files), flags
		for len(f)+len(g) > 0 {
			if len(g) == 0 || (len(f) > 0 && rapid.Bool().Draw(t, "file next")) {
				line, f = append(line, f[0]), f[1:]
			} else {
				line, g = append(line, g[0]...), g[1:]
			}
		}
		got, err := speak(t, line...)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if !slices.Equal(got.Files, files) || !slices.Equal(got.Many, many) || got.Force != force {
			t.Fatalf("%q: got %+v", line, got)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, line := range []string{"send\n-t\nx\nf", "fetch\n--many=\nstock", "--\n--", "-qv\nsend\n-", "-=\n--=x", "send\n--force=false\n\nf"} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		var got spoken
		c, err := parse(testRoot(&got), globalOptions(), strings.Split(line, "\n"))
		if err != nil && codeOf(err, false) != Usage {
			t.Errorf("%q: %v is not wrong usage", line, err)
		}
		if err == nil && !c.help && c.command().run != nil && len(c.files) < c.command().min {
			t.Errorf("%q: %d files", line, len(c.files))
		}
	})
}

// A flag is understood before its command is known, so one name cannot take a
// value here and none there.
func TestOneNameOneKind(t *testing.T) {
	takes := map[string]bool{}
	var walk func(c command)
	walk = func(c command) {
		for _, o := range slices.Concat(c.options, globalOptions()) {
			for _, name := range []string{o.name, o.short} {
				if name == "" {
					continue
				}
				if was, ok := takes[name]; ok && was != (o.kind != toggle) {
					t.Errorf("%s: --%s takes a value in one command and none in another", c.name, name)
				}
				takes[name] = o.kind != toggle
			}
		}
		for _, s := range c.sub {
			walk(s)
		}
	}
	walk(root())
}

func TestEveryCommandIsExplained(t *testing.T) {
	var walk func(path []command)
	walk = func(path []command) {
		c := call{path: path}
		cmd := c.command()
		if cmd.about.En == "" || cmd.about.Ru == "" {
			t.Errorf("%s has no description in both languages", c.name())
		}
		if len(examplesOf(cmd)) == 0 {
			t.Errorf("%s has no example", c.name())
		}
		for _, o := range cmd.options {
			if o.about.En == "" || o.about.Ru == "" {
				t.Errorf("%s --%s has no description in both languages", c.name(), o.name)
			}
			if o.kind != toggle && o.arg == "" {
				t.Errorf("%s --%s does not name its value", c.name(), o.name)
			}
		}
		if (cmd.run == nil) == (len(cmd.sub) == 0) {
			t.Errorf("%s neither runs nor has commands below it, or both", c.name())
		}
		for _, s := range cmd.sub {
			walk(append(slices.Clone(path), s))
		}
	}
	walk([]command{root()})
}

// Every example of the help is a command line that the program understands.
func TestExamplesAreUnderstood(t *testing.T) {
	var walk func(c command)
	walk = func(c command) {
		for _, line := range c.examples {
			rest, ok := strings.CutPrefix(line, program+" ")
			if !ok {
				continue
			}
			rest, _, _ = strings.Cut(rest, " < ")
			rest, _, _ = strings.Cut(rest, " | ")
			if _, err := parse(root(), globalOptions(), shellWords(rest)); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
		for _, s := range c.sub {
			walk(s)
		}
	}
	walk(root())
}

func shellWords(line string) []string {
	var words []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	return words
}
