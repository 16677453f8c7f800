package app

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// settled runs a command that does nothing and gives the environment that it
// saw.
func settled(t *testing.T, args []string, env map[string]string) (*Env, error) {
	t.Helper()
	e := newEnv(strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{}, func(k string) string { return env[k] })
	e.Lang = earlyLang(args, e.Getenv)
	cmd := command{name: "nothing", run: func(context.Context, *Env, *Args) error { return nil }}
	c, err := parse(command{name: program, sub: []command{cmd}}, globalOptions(), append([]string{"nothing"}, args...))
	if err != nil {
		return e, err
	}
	app := newCLI(t.Context(), e)
	app.Commands = cliCommands(t.Context(), e, []command{cmd})
	return e, app.RunContext(t.Context(), append([]string{program}, c.argv...))
}

// outcome is what a person sees of one run of the program.
type outcome struct {
	Code           int
	Stdout, Stderr string
}

func start(t *testing.T, stdin string, env map[string]string, args ...string) outcome {
	t.Helper()
	var out, err bytes.Buffer
	code := Main(t.Context(), append([]string{program}, args...), strings.NewReader(stdin), &out, &err, func(k string) string { return env[k] })
	return outcome{code, out.String(), err.String()}
}

func TestErrorsAreSaidOnceOnStderrInTheLanguageAsked(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		args []string
		want string
	}{
		{nil, []string{"nonsense"}, "error: unknown command \"nonsense\"\n  hint: see catalogsheet --help\n"},
		{map[string]string{"LANG": "ru_RU.UTF-8"}, []string{"nonsense"}, "ошибка: неизвестная команда «nonsense»\n  подсказка: смотрите catalogsheet --help\n"},
		{map[string]string{"LANG": "ru_RU.UTF-8"}, []string{"nonsense", "--lang", "en"}, "error: unknown command \"nonsense\"\n  hint: see catalogsheet --help\n"},
		{nil, []string{"--lang=ru", "version", "--verbos"}, "ошибка: неизвестный флаг --verbos\n  подсказка: возможно, имелось в виду --verbose?\n"},
	} {
		got := start(t, "", c.env, c.args...)
		if want := (outcome{int(Usage), "", c.want}); got != want {
			t.Errorf("%v: %+v, want %+v", c.args, got, want)
		}
	}
}

func TestHelp(t *testing.T) {
	for _, args := range [][]string{{}, {"--help"}, {"help"}, {"-h"}} {
		got := start(t, "", nil, args...)
		if got.Code != 0 || got.Stderr != "" || !strings.Contains(got.Stdout, "export") {
			t.Errorf("%v: %+v", args, got)
		}
	}
	for _, args := range [][]string{{"export", "moysklad", "stock", "--help"}, {"--help", "export", "moysklad", "stock"}, {"help", "export", "moysklad", "stock"}, {"export", "moysklad", "stock", "-o", "x.xlsx", "-h"}} {
		got := start(t, "", nil, append([]string{"--lang=ru"}, args...)...)
		if got.Code != 0 || !strings.Contains(got.Stdout, "примеры:\n  catalogsheet export moysklad stock -o stock.xlsx") {
			t.Errorf("%v: %+v", args, got)
		}
	}
}

func TestColorOnlyWhereWanted(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		args []string
		want bool
	}{
		{nil, nil, false},
		{nil, []string{"--color=always"}, true},
		{map[string]string{"NO_COLOR": "1"}, []string{"--color=always"}, true},
		{map[string]string{"NO_COLOR": "1"}, nil, false},
	} {
		e, err := settled(t, c.args, c.env)
		if err != nil {
			t.Fatal(err)
		}
		if e.ColorErr != c.want || e.ColorOut != c.want {
			t.Errorf("%v %v: colours %v", c.env, c.args, e.ColorErr)
		}
	}
}

func TestNobodyToAsk(t *testing.T) {
	e, err := settled(t, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Ask(textHint); codeOf(err, false) != Usage {
		t.Errorf("Ask: %v", err)
	}
	if _, err := e.AskSecret(textHint); codeOf(err, false) != Usage {
		t.Errorf("AskSecret: %v", err)
	}
}
