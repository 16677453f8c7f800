package sandbox

import (
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestWindowSlides(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s := newTest(t, Options{Clock: func() time.Time { return at }})
	get := func(path string) reply { return ask(t, s, "GET", path, "") }
	for i := range 9 {
		if r := get("/report/stock/all?limit=1"); r.status != 200 {
			t.Fatalf("report %d: %d", i, r.status)
		}
		at = at.Add(100 * time.Millisecond)
	}
	r := get("/entity/uom")
	if r.status != 429 || r.code() != 1049 {
		t.Fatalf("beyond the budget: %d %s", r.status, r.body)
	}
	// The first report leaves the window 3 s after it came; 900 ms are past.
	for name, want := range map[string]string{
		"X-Lognex-Retry-After": "2100", "X-Lognex-Reset": "2100", "X-Lognex-Retry-TimeInterval": "3000",
		"X-RateLimit-Limit": "11", "X-RateLimit-Remaining": "0", "X-Lognex-Auth": "429002", "Retry-After": "",
	} {
		if got := r.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	at = at.Add(2099 * time.Millisecond)
	if r := get("/entity/uom"); r.status != 429 {
		t.Errorf("a millisecond early: %d", r.status)
	}
	at = at.Add(time.Millisecond)
	if r := get("/entity/uom"); r.status != 200 {
		t.Errorf("on time: %d", r.status)
	}
	log := s.Requests()
	if log[0].Weight != 5 || log[9].Weight != 0 || log[11].Weight != 4 || s.Throttled() != 2 {
		t.Errorf("weights %d %d %d, throttled %d", log[0].Weight, log[9].Weight, log[11].Weight, s.Throttled())
	}
}

func TestFiveAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTest(t, Options{Latency: time.Second, Weight: 1})
		var wg sync.WaitGroup
		replies := make([]reply, 6)
		for i := range replies {
			wg.Add(1)
			go func() {
				defer wg.Done()
				time.Sleep(time.Duration(i) * time.Millisecond)
				replies[i] = ask(t, s, "GET", "/entity/uom", "")
			}()
		}
		wg.Wait()
		refusals := 0
		for _, r := range replies {
			if r.status != 429 {
				continue
			}
			refusals++
			if r.code() != 1073 || r.header.Get("X-Lognex-Retry-After") != "" || r.header.Get("X-Lognex-Auth") != "429005" {
				t.Errorf("%s %v", r.body, r.header)
			}
		}
		if refusals != 1 {
			t.Errorf("%d refused, want 1", refusals)
		}
		if r := ask(t, s, "GET", "/entity/uom", ""); r.status != 200 {
			t.Errorf("alone again: %d", r.status)
		}
	})
}

func TestControlsCostNothing(t *testing.T) {
	s := newTest(t, Options{})
	for range 30 {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", "/_sandbox/requests", nil))
		if w.Code != 200 {
			t.Fatal(w.Code)
		}
	}
	if r := ask(t, s, "GET", "/entity/uom", ""); r.status != 200 || r.header.Get("X-RateLimit-Remaining") != strconv.Itoa((45-4)/4) {
		t.Errorf("%d %v", r.status, r.header)
	}
}

func TestTokensAreRevokedByANewOne(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	basic := []string{"Authorization", "Basic YWRtaW5Ac2FuZGJveDpzYW5kYm94"}
	r := ask(t, s, "POST", "/security/token", "", basic...)
	token := parse(t, r.body).text("access_token")
	if r.status != 200 || token == "" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := ask(t, s, "GET", "/entity/uom", ""); r.status != 401 {
		t.Errorf("the earlier token still works: %d", r.status)
	}
	if r := ask(t, s, "GET", "/entity/uom", "", "Authorization", "Bearer "+token); r.status != 200 {
		t.Errorf("the new token: %d", r.status)
	}
	if log := s.Requests(); log[0].Path != "/security/token" {
		t.Errorf("the request is not logged: %+v", log[0])
	}
}

func TestAccessIsSwitchedOff(t *testing.T) {
	for name, c := range map[string]struct {
		method, path, body string
		every              time.Duration
		times              int
		off                bool
	}{
		"the same error":      {"GET", "/entity/none", "", 280 * time.Millisecond, 205, true},
		"the error, slower":   {"GET", "/entity/none", "", 400 * time.Millisecond, 205, false},
		"429 without a pause": {"GET", "/entity/uom", "", time.Millisecond, 220, true},
		"many PUTs":           {"PUT", "/entity/product/{id}", `{"code":"1"}`, 300 * time.Millisecond, 102, true},
		"PUTs, slower":        {"PUT", "/entity/product/{id}", `{"code":"1"}`, 700 * time.Millisecond, 102, false},
	} {
		t.Run(name, func(t *testing.T) {
			at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
			s := newTest(t, Options{Products: 5, Clock: func() time.Time { return at }})
			path := strings.Replace(c.path, "{id}", s.IDs("product")[0], 1)
			for range c.times {
				ask(t, s, c.method, path, c.body)
				at = at.Add(c.every)
			}
			if s.SwitchedOff() != c.off {
				t.Errorf("switched off: %v", s.SwitchedOff())
			}
			at = at.Add(time.Hour)
			if r := ask(t, s, "GET", "/entity/uom", ""); (r.code() == 1061) != c.off {
				t.Errorf("an hour later: %d %s", r.status, r.body)
			}
		})
	}
}
