package apply_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"catalogsheet/internal/apply"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/sandbox"
	"catalogsheet/internal/source/moysklad"
)

// wire carries requests to a handler without a network and notes how each
// ended.
type wire struct {
	handler http.Handler
	mu      sync.Mutex
	log     []ended
}

type ended struct {
	at     time.Time
	method string
	what   string // the whole request
	status int
}

func (w *wire) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	var body []byte
	if r.Body != nil {
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
	}
	in := r.Clone(r.Context())
	in.RequestURI, in.Host, in.Body = r.URL.RequestURI(), r.URL.Host, io.NopCloser(bytes.NewReader(body))
	out := httptest.NewRecorder()
	defer func() {
		status := out.Code
		if recover() != nil {
			status, resp, err = 0, nil, errors.New("connection reset by peer")
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		w.log = append(w.log, ended{time.Now(), r.Method, fmt.Sprint(r.Method, r.URL, string(body)), status})
	}()
	w.handler.ServeHTTP(out, in)
	return out.Result(), nil
}

// most gives the greatest number of answers that any minute holds, by key; an
// answer whose key is "" does not count.
func (w *wire) most(key func(ended) string) int {
	times := map[string][]time.Time{}
	most := 0
	for _, e := range w.log {
		k := key(e)
		if k == "" {
			continue
		}
		list := append(times[k], e.at)
		for e.at.Sub(list[0]) >= time.Minute {
			list = list[1:]
		}
		times[k] = list
		most = max(most, len(list))
	}
	return most
}

// MoySklad switches the API off for a user who sends over 200 identical
// failing requests, gets over 200 answers 429 or sends over 100 PUTs to one
// entity in a minute (MoySklad JSON API 1.2, Ограничения). Whatever the server
// answers, and however often an impatient person resumes, no run comes near.
func TestNeverNearTheSafetyStops(t *testing.T) {
	for _, faults := range []string{
		"429-time=1ms", "429-time=1ms:POST", "429-parallel", "429-parallel:POST", "429-time=1ms:50%", "500-before", "500-after:POST", "503-before:POST",
		"maintenance:POST", "504-after:POST", "drop-before:POST", "drop-after:POST", "cut-body:POST", "empty-body:POST", "short-bulk:POST", "413:POST",
		"1065:POST", "1088:POST", "partial-bulk=1:POST", "html-error=200:POST", "html-error=404:POST", "html-error=400:POST", "html-error=404:GET",
		"revoke-token:POST", "default",
	} {
		t.Run(faults, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { impatient(t, faults) })
		})
	}
}

// impatient imports 120 items in batches of 6 and resumes at once, again and
// again, for as long as it fails.
func impatient(t *testing.T, faults string) {
	items := 120
	if testing.Short() {
		items = 48
	}
	server, err := sandbox.New(sandbox.Options{Products: items, Clock: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{handler: server}
	open := func() *moysklad.Source {
		src, err := moysklad.New(moysklad.Config{BaseURL: "https://api.example/api/remap/1.2", Token: sandbox.DefaultToken, Transport: w})
		if err != nil {
			t.Fatal(err)
		}
		return src
	}
	dir := journal.Dir{Home: t.TempDir(), Now: time.Now}
	log, err := dir.Create(journal.Begin{Run: run}, renaming(server, open()))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(log.Close(), server.Fault(faults)); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		log, r, err := dir.Append(run)
		if err != nil {
			t.Fatal(err)
		}
		src := open()
		if err = src.Prepare(t.Context(), []catalog.Field{catalog.FieldName}, nil); err == nil {
			engine := &apply.Engine{Source: limited{src, 6}, Log: log, Now: time.Now}
			err = engine.Run(t.Context(), &apply.State{Plan: r.Plan, Outcomes: r.Outcomes, Intended: r.Intended, Before: r.Before, Tasks: r.Tasks})
		}
		if closed := log.Close(); closed != nil {
			t.Fatal(closed)
		}
		if err == nil {
			break
		}
		time.Sleep(time.Second) // to type "catalogsheet resume"
	}
	w.judge(t, server)
}

// judge fails what comes near a safety stop.
func (w *wire) judge(t *testing.T, server *sandbox.Server) {
	same := w.most(func(e ended) string {
		if e.status >= 400 {
			return e.what
		}
		return ""
	})
	busy := w.most(func(e ended) string {
		if e.status == http.StatusTooManyRequests {
			return "429"
		}
		return ""
	})
	for _, e := range w.log {
		if e.method == http.MethodPut {
			t.Errorf("a PUT: %s", e.what)
		}
	}
	if same > 50 || busy > 100 || server.SwitchedOff() {
		t.Errorf("%d identical failures and %d answers 429 in a minute; switched off: %v", same, busy, server.SwitchedOff())
	}
}

func renaming(server *sandbox.Server, src *moysklad.Source) plan.Plan {
	var steps []plan.Step
	for _, id := range server.IDs("product") {
		raw, _ := server.Entity("product", id)
		name := nameOf(raw)
		steps = append(steps, plan.Step{Op: plan.Update, Target: catalog.Key{Type: "product", ID: id}, Set: []plan.Assign{
			{Field: catalog.FieldName, Kind: catalog.Text, Was: catalog.Of(name), Want: catalog.Of("new " + name)},
		}})
	}
	return plan.New(plan.Plan{Source: "moysklad", Account: "a"}, src.Order(), steps)
}

func nameOf(raw []byte) string {
	var e struct{ Name string }
	if json.Unmarshal(raw, &e) != nil {
		return ""
	}
	return e.Name
}
