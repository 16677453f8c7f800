package app

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"
)

func moyskladSystem(t *testing.T) system {
	t.Helper()
	for _, s := range systems() {
		if s.name == "moysklad" {
			return s
		}
	}
	t.Fatal("no moysklad in the table")
	return system{}
}

// fileEnv is an environment whose credentials go to files.
func fileEnv(t *testing.T) (env map[string]string, dir string) {
	t.Helper()
	dir = t.TempDir()
	env = map[string]string{"HOME": dir, "XDG_CONFIG_HOME": dir, "AppData": dir, "LocalAppData": dir}
	config := foldersOf(runtime.GOOS, func(k string) string { return env[k] }).config
	if err := os.MkdirAll(config, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(config, "config.toml"), []byte("credentials = 'file'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return env, filepath.Join(config, "credentials")
}

func TestLoginStoresForTheOwnerOnly(t *testing.T) {
	env, dir := fileEnv(t)
	got := start(t, "very-secret\n", env, "login", "moysklad", "--token-stdin")
	if got.Code != 0 || got.Stdout != "" || strings.Contains(got.Stderr, "very-secret") {
		t.Fatalf("login: %+v", got)
	}
	path := filepath.Join(dir, "default.moysklad.json")
	if !strings.Contains(got.Stderr, path) {
		t.Errorf("the file is not named: %s", got.Stderr)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	e, err := settled(t, nil, env)
	if err != nil {
		t.Fatal(err)
	}
	c, from, err := e.credential(moyskladSystem(t))
	if err != nil || c.Token != "very-secret" || from != fromFile {
		t.Errorf("credential: %v from %v, %v", c, from, err)
	}
	other, err := settled(t, []string{"--profile=other"}, env)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := other.credential(moyskladSystem(t)); codeOf(err, false) != Usage {
		t.Errorf("another profile: %v", err)
	}
	env["MOYSKLAD_LOGIN"], env["MOYSKLAD_PASSWORD"] = "me", "pass"
	if c, from, err := e.credential(moyskladSystem(t)); err != nil || c.Login != "me" || from != fromEnvironment {
		t.Errorf("the environment does not win: %v from %v, %v", c, from, err)
	}
	if got := start(t, "", env, "logout", "moysklad"); got.Code != 0 {
		t.Errorf("logout: %+v", got)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("after logout: %v", err)
	}
	if got := start(t, "", env, "logout", "moysklad"); got.Code != 0 || !strings.Contains(got.Stderr, "nothing was stored") {
		t.Errorf("second logout: %+v", got)
	}
}

func TestKeyringIsPreferred(t *testing.T) {
	keyring.MockInit()
	env, dir := fileEnv(t)
	config := filepath.Join(filepath.Dir(dir), "config.toml")
	if err := os.WriteFile(config, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := start(t, "very-secret", env, "login", "moysklad", "--token-stdin", "--profile", "second"); got.Code != 0 {
		t.Fatalf("login: %+v", got)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("a file was written as well: %v", err)
	}
	e, err := settled(t, []string{"--profile=second"}, env)
	if err != nil {
		t.Fatal(err)
	}
	if c, from, err := e.credential(moyskladSystem(t)); err != nil || c.Token != "very-secret" || from != fromKeyring {
		t.Errorf("credential: %v from %v, %v", c, from, err)
	}
	keyring.MockInitWithError(keyring.ErrUnsupportedPlatform)
	got := start(t, "very-secret", env, "login", "moysklad", "--token-stdin")
	if got.Code != 0 || !strings.Contains(got.Stderr, "default.moysklad.json") {
		t.Errorf("without a keyring: %+v", got)
	}
}

func TestBadCredentials(t *testing.T) {
	for _, c := range []struct {
		stdin string
		args  []string
		want  string
	}{
		{"", []string{"--token-stdin"}, "the credential is empty"},
		{"very secret\n", []string{"--token-stdin"}, "the token holds a space"},
		{"very\x00secret\n", []string{"--token-stdin"}, "a control character"},
		{"very-secret\n", nil, "nobody can be asked"},
	} {
		env, dir := fileEnv(t)
		got := start(t, c.stdin, env, append([]string{"login", "moysklad"}, c.args...)...)
		if got.Code != int(Usage) || !strings.Contains(got.Stderr, c.want) || strings.Contains(got.Stderr, "secret") {
			t.Errorf("%q: %+v, want %s", c.stdin, got, c.want)
		}
		if _, err := os.Stat(dir); !os.IsNotExist(err) {
			t.Errorf("%q: something was stored", c.stdin)
		}
	}
}

func TestCredentialsAreNeverShown(t *testing.T) {
	c := Credential{Token: "very-secret", Login: "me", Password: "very-secret"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if s := fmt.Sprintf(verb, c); strings.Contains(s, "secret") {
			t.Errorf("%s shows %s", verb, s)
		}
	}
	env := map[string]string{"MOYSKLAD_LOGIN": "me"}
	e, err := settled(t, nil, env)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := e.credential(moyskladSystem(t)); err == nil || !strings.Contains(err.Error(), "go together") {
		t.Errorf("half a pair: %v", err)
	}
}

func TestURLs(t *testing.T) {
	for _, c := range []struct{ url, wrong string }{
		{"", ""},
		{"https://example.com/api", ""},
		{"http://127.0.0.1:8077/api", ""},
		{"http://localhost:1/api", ""},
		{"http://[::1]:1/api", ""},
		{"http://example.com/api", "plain http"},
		{"http://127.0.0.1.example.com/api", "plain http"},
		{"http://10.0.0.1/api", "plain http"},
		{"ftp://127.0.0.1/", "not a web address"},
		{"example.com", "not a web address"},
		{"https://me:very-secret@example.com", "must not hold a login"},
	} {
		e, err := settled(t, nil, map[string]string{"MOYSKLAD_URL": c.url})
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.url(moyskladSystem(t))
		switch {
		case c.wrong == "" && err != nil:
			t.Errorf("%s: %v", c.url, err)
		case c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong) || codeOf(err, false) != Usage || strings.Contains(err.Error(), "very-secret")):
			t.Errorf("%s: said %v, want %s", c.url, err, c.wrong)
		}
	}
}
