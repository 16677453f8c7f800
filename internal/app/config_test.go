package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

func TestParseConfig(t *testing.T) {
	ten := 10
	for _, c := range []struct {
		name, text string
		want       Config
		wrong      string
	}{
		{"empty", "", Config{}, ""},
		{"all", "lang = 'ru'\nhome = '/h'\nprofile = 'p'\nprogress = 'never'\ncolor = 'always'\ncsv = 'rfc4180'\ncredentials = 'file'\n[moysklad]\nurl = 'https://x'\n[limits]\nmax-jump = 2.5\nmany-items = 10\n",
			Config{Lang: "ru", Home: "/h", Profile: "p", Progress: "never", Color: "always", CSV: "rfc4180", Credentials: "file",
				MoySklad: Server{URL: "https://x"}, Limits: Limits{MaxJump: "2.5", ManyItems: &ten}}, ""},
		{"a token", "[moysklad]\ntoken = 'very-secret'\n", Config{}, `c.toml: "moysklad.token" looks like a secret, and the configuration holds none`},
		{"a password", "MOYSKLAD_PASSWORD = 'very-secret'\n", Config{}, `c.toml: "MOYSKLAD_PASSWORD" looks like a secret, and the configuration holds none`},
		{"a typo", "langg = 'ru'\n", Config{}, `c.toml: unknown key "langg"`},
		{"a wrong word", "color = 'red'\n", Config{}, `c.toml: color cannot be "red": one of auto, always, never`},
		{"no toml", "lang = 'ru'\ntoken: very-secret\n", Config{}, "c.toml is not a configuration file: line 2"},
		{"a limit below", "[limits]\nmax-jump = 0.5\n", Config{}, "the limit limits.max-jump cannot be 0.5"},
		{"a limit of words", "[limits]\nmax-jump = 'three'\n", Config{}, "the limit limits.max-jump cannot be three"},
		{"a negative limit", "[limits]\nmany-rows = -1\n", Config{}, "the limit limits.many-rows cannot be -1"},
	} {
		got, err := parseConfig("c.toml", c.text)
		switch {
		case c.wrong == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.wrong == "":
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s (-want +got):\n%s", c.name, d)
			}
		case err == nil || err.Error() != c.wrong:
			t.Errorf("%s: said %v, want %s", c.name, err, c.wrong)
		case codeOf(err, false) != Usage:
			t.Errorf("%s: exit %d", c.name, codeOf(err, false))
		case strings.Contains(err.Error(), "very-secret"):
			t.Errorf("%s: the secret is in the message", c.name)
		}
	}
}

func TestGuardsKeepWhatIsNotConfigured(t *testing.T) {
	zero := 0
	got, err := Config{Limits: Limits{MaxJump: "1.5", ManyPercent: &zero}}.Guards()
	if err != nil {
		t.Fatal(err)
	}
	want := plan.DefaultLimits()
	want.MaxJump, want.ManyPercent = decimal.RequireFromString("1.5"), 0
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestFolders(t *testing.T) {
	for _, c := range []struct {
		goos string
		env  map[string]string
		want folders
	}{
		{"linux", map[string]string{"HOME": "/h"}, folders{"/h/.config/catalogsheet", "/h/.local/state/catalogsheet"}},
		{"linux", map[string]string{"HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s"}, folders{"/c/catalogsheet", "/s/catalogsheet"}},
		{"linux", map[string]string{"HOME": "/h", "XDG_STATE_HOME": "relative"}, folders{"/h/.config/catalogsheet", "/h/.local/state/catalogsheet"}},
		{"linux", nil, folders{}},
		{"darwin", map[string]string{"HOME": "/h"}, folders{"/h/Library/Application Support/catalogsheet", "/h/Library/Application Support/catalogsheet/state"}},
		{"windows", map[string]string{"AppData": "/a", "LocalAppData": "/l"}, folders{"/a/catalogsheet", "/l/catalogsheet"}},
	} {
		got := foldersOf(c.goos, func(k string) string { return c.env[k] })
		want := folders{filepath.FromSlash(c.want.config), filepath.FromSlash(c.want.state)}
		if got != want {
			t.Errorf("%s %v: %+v, want %+v", c.goos, c.env, got, want)
		}
	}
}

// Flags win, then the environment, then the file.
func TestSettingsHaveAnOrder(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(file, []byte("lang = 'ru'\nhome = '/file'\nprofile = 'file'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	type settings struct {
		Lang          i18n.Lang
		Home, Profile string
	}
	for _, c := range []struct {
		name string
		args []string
		env  map[string]string
		want settings
	}{
		{"file", nil, nil, settings{i18n.Ru, "/file", "file"}},
		{"environment", nil, map[string]string{"CATALOGSHEET_LANG": "en", "CATALOGSHEET_HOME": "/env", "CATALOGSHEET_PROFILE": "env"}, settings{i18n.En, "/env", "env"}},
		{"locale", nil, map[string]string{"LC_ALL": "en_US.UTF-8", "LANG": "ru_RU.UTF-8"}, settings{i18n.En, "/file", "file"}},
		{"Russian locale", nil, map[string]string{"LANG": "ru_RU.UTF-8"}, settings{i18n.Ru, "/file", "file"}},
		{"flags", []string{"--lang=ru", "--home=/flag", "--profile=flag"}, map[string]string{"CATALOGSHEET_LANG": "en", "CATALOGSHEET_HOME": "/env", "CATALOGSHEET_PROFILE": "env"}, settings{i18n.Ru, "/flag", "flag"}},
	} {
		e, err := settled(t, append(c.args, "--config="+file), c.env)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := (settings{e.Lang, e.Home, e.Profile}); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestWrongSettings(t *testing.T) {
	for _, c := range []struct {
		args  []string
		env   map[string]string
		wrong string
	}{
		{[]string{"--config=/does/not/exist.toml"}, nil, "read the configuration: "},
		{[]string{"--profile=a/b"}, nil, "a profile's name is up to 64"},
		{[]string{"--profile=.."}, nil, "a profile's name is up to 64"},
		{nil, map[string]string{"CATALOGSHEET_LANG": "de"}, `CATALOGSHEET_LANG cannot be "de"`},
	} {
		_, err := settled(t, c.args, c.env)
		if err == nil || !strings.HasPrefix(err.Error(), c.wrong) || codeOf(err, false) != Usage {
			t.Errorf("%v %v: said %v (exit %d), want %s", c.args, c.env, err, codeOf(err, false), c.wrong)
		}
	}
}
