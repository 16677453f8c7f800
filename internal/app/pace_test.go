package app

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"catalogsheet/internal/rest"
)

// A loop that begins the program again and again after a refusal is stopped by
// the program itself, in words, before the service switches the account off.
func TestManyFailuresStopTheNextCommand(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	vars := map[string]string{"MOYSKLAD_URL": server.URL, "MOYSKLAD_TOKEN": "t0ken", "CATALOGSHEET_HOME": dir, "XDG_CONFIG_HOME": dir, "HOME": dir}
	run := func(lang string) (code int, said string) {
		var out, errs bytes.Buffer
		code = Main(t.Context(), []string{"catalogsheet", "stores", "moysklad", "--lang", lang}, strings.NewReader(""), &out, &errs,
			func(name string) string { return vars[name] })
		return code, errs.String()
	}
	if code, said := run("en"); code != int(Failed) || asked.Load() == 0 || strings.Contains(said, "within a minute") {
		t.Fatalf("the first: %d, %s", code, said)
	}
	files, err := filepath.Glob(filepath.Join(dir, "pace", "*.json"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	pace, began := paceFile(files[0]), time.Now()
	if left := pace.load(began); len(left) == 0 {
		t.Fatal("the failure was not written down")
	}
	var failures []rest.Spend
	for i := range mostFailures {
		failures = append(failures, rest.Spend{Until: began.Add(time.Minute - time.Duration(i)), Failed: true})
	}
	pace.save(failures, began)
	asked.Store(0)
	for lang, want := range map[string]string{"en": "requests within a minute, so nothing is sent", "ru": "сервис за минуту отклонил"} {
		if code, said := run(lang); code != int(Failed) || asked.Load() > 0 || !strings.Contains(said, want) || strings.Contains(said, "t0ken") {
			t.Errorf("after %d failures: %d, %d requests, %s", mostFailures, code, asked.Load(), said)
		}
	}
}

// What two commands at once have been refused adds up.
func TestFailuresOfTwoCommandsAddUp(t *testing.T) {
	t.Parallel()
	p, now := paceFile(filepath.Join(t.TempDir(), "pace", "a.json")), time.Now()
	at := func(n int) rest.Spend {
		return rest.Spend{Until: now.Add(time.Duration(n) * time.Second), Failed: true}
	}
	p.save([]rest.Spend{at(10), at(20)}, now)
	p.save([]rest.Spend{at(10), at(30), {Until: now.Add(time.Second), Units: 4}}, now)
	if left := p.load(now); len(left) != 4 {
		t.Errorf("kept %v", left)
	}
	if left := p.load(now.Add(-time.Hour)); len(left) != 1 || left[0].Failed {
		t.Errorf("by a clock that was set back %v counts", left)
	}
	if left := p.load(now.Add(25 * time.Second)); len(left) != 1 {
		t.Errorf("25 s later kept %v", left)
	}
}
