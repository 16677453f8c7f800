package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"catalogsheet/internal/sandbox/fault"
)

func TestFaultTable(t *testing.T) {
	for _, k := range faultKinds() {
		if _, err := fault.Parse(k.Name, faultKinds()); err != nil {
			t.Errorf("%s: %v", k.Name, err)
		}
	}
	for _, name := range byChance() {
		if _, err := fault.Parse(name, faultKinds()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzFilter(f *testing.F) {
	f.Add(`name~a\;b;id!=1;updated>=2025-01-01 00:00`)
	s, err := New(Options{Products: 10})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if q, err := s.parseFilter("product", []string{text}, ""); err == nil {
			if _, err := s.filtered(s.st.byType["product"], q, ""); err != nil {
				t.Errorf("%q: %v", text, err)
			}
		}
	})
}

// web serves s over loopback and gives a client that follows nothing.
func web(t *testing.T, s *Server) func(method, path, body string) (int, []byte, error) {
	t.Helper()
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	c := srv.Client()
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.Timeout = 300 * time.Millisecond
	return func(method, path, body string) (int, []byte, error) {
		r, err := http.NewRequest(method, srv.URL+basePath+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+DefaultToken)
		if body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		res, err := c.Do(r)
		if err != nil {
			return 0, nil, err
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		return res.StatusCode, b, err
	}
}

func TestFaultsBeforeAndAfter(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int // 0: no whole answer comes
		saved  bool
		html   bool
	}{
		{"500-before", 500, false, true}, {"502-before", 502, false, true}, {"503-before", 503, false, true}, {"504-before", 504, false, true},
		{"maintenance", 503, false, false}, {"429-time", 429, false, false}, {"429-parallel", 429, false, false}, {"413", 413, false, false},
		{"drop-before", 0, false, false}, {"html-error", 404, false, true}, {"html-error=200", 200, false, true},
		{"500-after", 500, true, true}, {"503-after", 503, true, true}, {"504-after", 504, true, true},
		{"drop-after", 0, true, false}, {"lost-answer", 0, true, false}, {"cut-body", 0, true, false}, {"empty-body", 200, true, false}, {"no-gzip", 200, true, false},
		{"revoke-token", 401, false, false}, {"1065", 400, false, false}, {"partial-bulk=1", 400, false, false}, {"1088", 504, true, false}, {"short-bulk", 200, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newTest(t, Options{NoLimits: true, Products: 20, Faults: c.name + ":POST:/entity/product:x1"})
			do := web(t, s)
			id := s.IDs("product")[0]
			status, body, err := do("POST", "/entity/product", `[{"meta":`+metaJSON("product", id, "")+`,"code":"saved"}]`)
			if c.status == 0 && err == nil || c.status != 0 && (err != nil || status != c.status) {
				t.Errorf("%d %v %s", status, err, body)
			}
			if c.html != bytes.HasPrefix(body, []byte("<html>")) {
				t.Errorf("body %s", body)
			}
			if saved := now(t, s, "product", id).text("code") == "saved"; saved != c.saved {
				t.Errorf("saved %v", saved)
			}
			if log := s.Requests(); log[0].Fault != strings.Split(c.name, "=")[0] {
				t.Errorf("log %+v", log[0])
			}
			if c.name != "revoke-token" {
				if status, body, err := do("POST", "/entity/product", `[{"name":"x"}]`); status != 200 {
					t.Errorf("the fault comes twice: %d %v %s", status, err, body)
				}
			}
		})
	}
}

func TestFaultsOfPages(t *testing.T) {
	page := func(t *testing.T, s *Server, offset int) ([]string, int) {
		l := list(t, s, fmt.Sprintf("/entity/product?order=id&limit=10&offset=%d&%s", offset, filterOfText(both)))
		return idsOf(t, l.Rows), l.Meta.Size
	}
	for name, check := range map[string]func(before, got []string, was, is int) bool{
		"duplicate-row":         func(b, g []string, was, is int) bool { return g[0] == b[9] && was == is },
		"missing-row":           func(b, g []string, was, is int) bool { return g[0] == b[11] && len(g) == 9 && was == is },
		"changed-between-pages": func(b, g []string, was, is int) bool { return g[0] == b[10] && was == is },
		"deleted-between-pages": func(b, g []string, was, is int) bool { return g[0] == b[11] && is == was-1 },
		"created-between-pages": func(b, g []string, was, is int) bool { return g[0] == b[9] && is == was+1 },
	} {
		t.Run(name, func(t *testing.T) {
			s := newTest(t, Options{NoLimits: true})
			ids := s.IDs("product")
			_, was := page(t, s, 0)
			if err := s.Fault(name + ":GET:/entity/product:x1"); err != nil {
				t.Fatal(err)
			}
			got, is := page(t, s, 10)
			if !check(ids, got, was, is) {
				t.Errorf("sizes %d %d, rows %v of %v", was, is, got, ids[:12])
			}
			if next, size := page(t, s, 20); size != is || len(next) != 10 {
				t.Errorf("afterwards %d %d", size, len(next))
			}
		})
	}
	s := newTest(t, Options{NoLimits: true, Faults: "variant-order"})
	if r := ask(t, s, "GET", "/entity/variant?order=id", ""); r.code() != 1063 {
		t.Errorf("variant-order: %d %s", r.status, r.body)
	}
}

func TestDefaultFaultsByChance(t *testing.T) {
	run := func(seed int64) (statuses []int) {
		s := newTest(t, Options{NoLimits: true, Products: 10, Seed: seed, Faults: "default"})
		row := 0
		for i := range 400 {
			r := ask(t, s, "GET", fmt.Sprintf("/entity/uom?limit=%d", 1+i%40), "")
			if statuses = append(statuses, r.status); r.status != 200 && r.status != 429 && r.status != 503 {
				t.Fatalf("%d %s", r.status, r.body)
			}
		}
		for range 200 { // one request again and again
			if ask(t, s, "GET", "/entity/store", "").status == 200 {
				row = 0
			} else if row++; row > fault.MaxRow {
				t.Fatal("too many faults in a row")
			}
		}
		return statuses
	}
	a := run(1)
	bad := 0
	for _, st := range a {
		if st != 200 {
			bad++
		}
	}
	if bad < 8 || bad > 40 {
		t.Errorf("%d of 400 failed, want about 20", bad)
	}
	if !slices.Equal(a, run(1)) || slices.Equal(a, run(2)) {
		t.Error("the seed does not decide")
	}
}

func TestServeIsLoopbackOnly(t *testing.T) {
	for _, listen := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:0", "127.0.0.1"} {
		if err := Serve(context.Background(), listen, Options{Products: 1}, nil); err == nil {
			t.Errorf("%s is served", listen)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	err := Serve(ctx, "127.0.0.1:0", Options{Products: 5, Token: "abc"}, func(base, token string) {
		defer cancel()
		r, err := http.NewRequest("GET", base+"/entity/product", nil)
		if err != nil {
			t.Error(err)
			return
		}
		r.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Error(err)
			return
		}
		defer res.Body.Close()
		if res.StatusCode != 200 || token != "abc" {
			t.Errorf("%d, token %q", res.StatusCode, token)
		}
	})
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestControlsOverHTTP(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	srv := httptest.NewServer(s)
	defer srv.Close()
	do := func(method, path, body string) (int, string) {
		r, err := http.NewRequest(method, srv.URL+"/_sandbox/"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		res, err := srv.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(b)
	}
	id := s.IDs("product")[0]
	if st, b := do("POST", "change/product/"+id, `{"code":"чужой"}`); st != 204 {
		t.Errorf("change: %d %s", st, b)
	}
	if st, b := do("GET", "entity/product/"+id, ""); st != 200 || !strings.Contains(b, `"code":"чужой"`) {
		t.Errorf("entity: %d %s", st, b)
	}
	if st, b := do("GET", "dump?without=updated", ""); st != 200 || b != string(s.Dump("updated")) {
		t.Errorf("dump: %d", st)
	}
	if st, b := do("POST", "fault", "503-before:GET:x1\n"); st != 204 {
		t.Errorf("fault: %d %s", st, b)
	}
	if st, _ := do("POST", "fault", "nonsense"); st != 400 {
		t.Errorf("bad fault: %d", st)
	}
	if r := ask(t, s, "GET", "/entity/uom", ""); r.status != 503 {
		t.Errorf("the fault does not strike: %d", r.status)
	}
	if st, b := do("GET", "requests", ""); st != 200 || !strings.Contains(b, `"fault": "503-before"`) {
		t.Errorf("requests: %d %s", st, b)
	}
	for _, path := range []string{"entity/product/none", "nothing", "change/product/" + id} {
		if st, _ := do("GET", path, ""); st != 404 {
			t.Errorf("%s: %d", path, st)
		}
	}
}
