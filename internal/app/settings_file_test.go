package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestSettingsFileIsBounded: what is no small file is refused before it is read,
// and said so.
func TestSettingsFileIsBounded(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	fits := write("fits.toml", "lang = 'ru'\n"+strings.Repeat("#", maxSettings-12))
	for path, wrong := range map[string]string{
		fits:       "",
		os.DevNull: "",
		dir:        "read the configuration: this is a folder",
		write("large.toml", strings.Repeat("#", maxSettings+1)): "read the configuration: the file is too large",
	} {
		_, err := settled(t, []string{"--config=" + path, "--lang=en"}, nil)
		switch {
		case wrong == "" && err != nil:
			t.Errorf("%s: %v", path, err)
		case wrong != "" && (err == nil || err.Error() != wrong || codeOf(err, false) != Usage):
			t.Errorf("%s: said %v (exit %d), want %s", path, err, codeOf(err, false), wrong)
		}
	}
}

// TestCredentialFileIsBounded: a stored credential is a small file.
func TestCredentialFileIsBounded(t *testing.T) {
	dir := t.TempDir()
	f := fileStore{dir: dir}
	if err := os.WriteFile(f.path("p", "moysklad"), make([]byte, maxSettings+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.get("p", "moysklad"); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("said %v", err)
	}
	if _, err := f.get("q", "moysklad"); err != errNoCredential {
		t.Errorf("none stored: %v", err)
	}
}
