package evotor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"catalogsheet/internal/sandbox/fault"
)

func idsOf(items []object) []string {
	var out []string
	for _, o := range items {
		out = append(out, o.text("id"))
	}
	return out
}

func TestPagesHoldEveryItemOnce(t *testing.T) {
	s := newTest(t, Options{Page: 7})
	for _, store := range s.Stores() {
		for kind, want := range map[string][]string{"products": s.Products(store), "product-groups": s.Groups(store)} {
			items, pages := all(t, s, "/stores/"+store+"/"+kind)
			if got := idsOf(items); !slices.Equal(got, want) || pages != (len(want)+6)/7 {
				t.Errorf("%s: %d items on %d pages, want %d", kind, len(got), pages, len(want))
			}
		}
	}
}

func TestACursorOutlivesChanges(t *testing.T) {
	s := newTest(t, Options{Page: 10})
	store := s.Stores()[0]
	ids := s.Products(store)
	var e envelopeJSON
	decode(t, ask(t, s, "GET", "/stores/"+store+"/products", "").body, &e)
	for _, id := range []string{ids[2], ids[9], ids[12]} {
		if err := s.Remove(store, id); err != nil {
			t.Fatal(err)
		}
	}
	decode(t, ask(t, s, "GET", "/stores/"+store+"/products?cursor="+url.QueryEscape(e.Paging.Next), "").body, &e)
	if got := idsOf(e.Items); got[0] != ids[10] || got[2] != ids[13] {
		t.Errorf("%v", got[:3])
	}
	for _, path := range []string{"/stores/" + store + "/product-groups", "/stores/" + s.Stores()[1] + "/products"} {
		if r := ask(t, s, "GET", path+"?cursor="+url.QueryEscape(e.Paging.Next), ""); r.status != 400 {
			t.Errorf("a cursor of another list: %d", r.status)
		}
	}
}

func TestSinceGoesByTheLastChange(t *testing.T) {
	s := newTest(t, Options{Page: 1})
	store := s.Stores()[0]
	ids := s.Products(store)
	for _, id := range []string{ids[5], ids[50]} {
		if err := s.Change(store, id, map[string]any{"price": 1}); err != nil {
			t.Fatal(err)
		}
	}
	since := strconv.FormatInt(time.Now().Add(-time.Minute).UnixMilli(), 10)
	items, pages := all(t, s, "/stores/"+store+"/products?since="+since)
	if got := idsOf(items); !slices.Equal(got, []string{ids[5], ids[50]}) || pages != 2 {
		t.Errorf("%v on %d pages", got, pages)
	}
}

func TestFaultsOfPages(t *testing.T) {
	second := func(s *Server, spec string) (before []string, got envelopeJSON, cursor string, r reply) {
		path := "/stores/" + s.Stores()[0] + "/products"
		var first envelopeJSON
		decode(t, ask(t, s, "GET", path, "").body, &first)
		if err := s.Fault(spec + ":GET:x1"); err != nil {
			t.Fatal(err)
		}
		r = ask(t, s, "GET", path+"?cursor="+url.QueryEscape(first.Paging.Next), "")
		if r.status == 200 {
			decode(t, r.body, &got)
		}
		return idsOf(first.Items), got, first.Paging.Next, r
	}
	for name, check := range map[string]func(all, before []string, got envelopeJSON, cursor string, r reply) bool{
		"repeat-cursor": func(_, _ []string, got envelopeJSON, cursor string, _ reply) bool { return got.Paging.Next == cursor },
		"lost-cursor":   func(_, _ []string, _ envelopeJSON, _ string, r reply) bool { return r.status == 400 },
		"duplicate-row": func(_, before []string, got envelopeJSON, _ string, _ reply) bool {
			return idsOf(got.Items)[0] == before[9]
		},
		"missing-row": func(all, _ []string, got envelopeJSON, _ string, _ reply) bool { return idsOf(got.Items)[0] == all[11] },
	} {
		s := newTest(t, Options{Page: 10})
		before, got, cursor, r := second(s, name)
		if !check(s.Products(s.Stores()[0]), before, got, cursor, r) {
			t.Errorf("%s: %d %v", name, r.status, idsOf(got.Items))
		}
	}
}

func TestSteadyFaults(t *testing.T) {
	s := newTest(t, Options{})
	store := s.Stores()[0]
	drink, _ := s.Find(store, "Сидр")
	path := "/stores/" + store + "/products"
	one := func() object {
		var o object
		decode(t, ask(t, s, "GET", path+"/"+drink, "").body, &o)
		return o
	}
	row := func() object {
		items, _ := all(t, s, path)
		return items[slices.Index(idsOf(items), drink)]
	}
	if err := s.Fault("poor-list,no-stock-right,bare-stores,other-auth,warning"); err != nil {
		t.Fatal(err)
	}
	if r := ask(t, s, "GET", "/stores", ""); r.status != 401 {
		t.Errorf("other-auth: %d", r.status)
	}
	if r := ask(t, s, "GET", "/stores", "", "X-Authorization", DefaultToken); r.body[0] != '[' {
		t.Errorf("bare-stores: %s", r.body)
	}
	if r := ask(t, s, "GET", basePathV1+"/stores/search", "", "Authorization", "Bearer "+DefaultToken); r.status != 200 || r.header.Get("Warning") == "" {
		t.Errorf("V1: %d %v", r.status, r.header)
	}
	if err := s.Fault("none,poor-list,no-stock-right"); err != nil {
		t.Fatal(err)
	}
	if o := one(); o["quantity"] != nil || o["alcohol_by_volume"] == nil {
		t.Errorf("one: %v", o)
	}
	if o := row(); o["quantity"] != nil || o["alcohol_by_volume"] != nil {
		t.Errorf("row: %v", o)
	}
	stock := num(shown(t, s, store, drink), "quantity")
	if r := ask(t, s, "PATCH", path+"/"+drink, `{"quantity":5}`); r.status != 403 {
		t.Errorf("PATCH of stock without the right: %d", r.status)
	}
	if r := ask(t, s, "PUT", path+"/"+drink, plain("quantity", "77")); r.status != 200 || num(shown(t, s, store, drink), "quantity") != stock {
		t.Errorf("PUT without the right: %d, stock %v", r.status, shown(t, s, store, drink)["quantity"])
	}
}

func TestFaultTable(t *testing.T) {
	for _, k := range faultKinds() {
		if _, err := fault.Parse(k.Name, faultKinds()); err != nil {
			t.Errorf("%s: %v", k.Name, err)
		}
	}
	for _, name := range []string{"nothing", "503-before=1"} {
		if _, err := New(Options{Products: 1, Faults: name}); err == nil {
			t.Errorf("%q is taken", name)
		}
	}
}

func TestFaultsOfWrites(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		done   bool
	}{
		"500-before": {500, false}, "503-before": {503, false}, "html-error=502": {502, false}, "402": {402, false}, "403": {403, false}, "413": {413, false},
		"429=3s": {429, false}, "drop-before": {0, false}, "revoke-token": {401, false}, "slow-page=1ms": {200, true},
		"500-after": {500, true}, "504-after": {504, true}, "drop-after": {0, true}, "lost-answer=1ms": {0, true}, "cut-body": {0, true}, "empty-body": {200, true}, "no-gzip": {200, true},
	} {
		s := newTest(t, Options{Faults: name + ":PUT:/stores/:x1"})
		web := httptest.NewServer(s)
		r, err := http.NewRequest("PUT", web.URL+"/stores/"+s.Stores()[0]+"/products/"+newID, strings.NewReader(plain()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+DefaultToken)
		r.Header.Set("Accept", mediaV2)
		r.Header.Set("Content-Type", mediaV2)
		status := 0
		if res, err := web.Client().Do(r); err == nil {
			if _, err := io.ReadAll(res.Body); err == nil {
				status = res.StatusCode
			}
			res.Body.Close()
			if name == "429=3s" && res.Header.Get("X-RateLimit-Reset") != "3" {
				t.Errorf("%s: %v", name, res.Header)
			}
		}
		web.Close()
		if _, done := s.Product(s.Stores()[0], newID); status != c.status || done != c.done {
			t.Errorf("%s: %d, carried out: %t", name, status, done)
		}
	}
}

func TestRateLimit(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s := newTest(t, Options{Clock: func() time.Time { return now }})
	path := "/stores/" + s.Stores()[0] + "/products/" + s.Products(s.Stores()[0])[0]
	for i := range limitRequests {
		r := ask(t, s, "PATCH", path, `{"price":1}`)
		if r.status != 200 || r.header.Get("X-RateLimit-Remaining") != strconv.Itoa(limitRequests-1-i) || r.header.Get("X-RateLimit-Limit") != "200" {
			t.Fatalf("%d: %d %v", i, r.status, r.header)
		}
	}
	now = now.Add(1500 * time.Millisecond)
	r := ask(t, s, "PATCH", path, `{"price":2}`)
	if r.status != 429 || r.header.Get("X-RateLimit-Reset") != "4" || r.header.Get("X-RateLimit-Remaining") != "0" || r.header.Get("Retry-After") != "" {
		t.Errorf("%d %v", r.status, r.header)
	}
	if o := shown(t, s, s.Stores()[0], s.Products(s.Stores()[0])[0]); num(o, "price") != "1" {
		t.Errorf("a refused request was carried out: %v", o)
	}
	if r := ask(t, s, "GET", path, ""); r.status != 200 {
		t.Errorf("another resource: %d", r.status)
	}
	for _, c := range [][2]string{{"reset-epoch", "1772366405"}, {"none,reset-epoch-ms", "1772366405000"}, {"none,retry-after", "4"}} {
		if err := s.Fault(c[0]); err != nil {
			t.Fatal(err)
		}
		if r := ask(t, s, "PATCH", path, `{"price":2}`); r.header.Get("X-RateLimit-Reset") != c[1] {
			t.Errorf("%s: %v", c[0], r.header)
		}
	}
	if r := ask(t, s, "PATCH", path, `{"price":2}`); r.header.Get("Retry-After") != "4" {
		t.Errorf("%v", r.header)
	}
	now = now.Add(3500 * time.Millisecond)
	if r := ask(t, s, "PATCH", path, `{"price":2}`); r.status != 200 {
		t.Errorf("in the next interval: %d", r.status)
	}
}

func TestDefaultFaultsByChance(t *testing.T) {
	run := func(seed int64) (statuses []int) {
		s := newTest(t, Options{Products: 20, Seed: seed, Faults: "default"})
		path := "/stores/" + s.Stores()[0] + "/products/"
		for _, id := range s.Products(s.Stores()[0]) {
			for range 10 {
				statuses = append(statuses, ask(t, s, "GET", path+id, "").status)
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
	if bad < 2 || bad > 25 || !slices.Equal(a, run(1)) {
		t.Errorf("%d of %d failed", bad, len(a))
	}
}

func TestControlsOverHTTP(t *testing.T) {
	s := newTest(t, Options{Defects: 1})
	store := s.Stores()[0]
	id := s.Products(store)[3]
	control := func(method, path, body string) reply {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(method, "/_sandbox/"+path, strings.NewReader(body)))
		return reply{w.Code, w.Header(), w.Body.Bytes()}
	}
	at := store + "/" + id
	for _, c := range []struct {
		method, path, body string
		want               int
	}{
		{"GET", "requests", "", 200}, {"GET", "stores", "", 200}, {"GET", "dump", "", 200}, {"GET", "dump?without=price", "", 200}, {"GET", "defects", "", 200},
		{"GET", "catastrophes", "", 200}, {"GET", "product/" + at, "", 200}, {"GET", "group/" + at, "", 404}, {"GET", "v1/" + at, "", 200},
		{"POST", "change/" + at, `{"price":5,"description":null}`, 204}, {"POST", "change/" + at, `{"nothing":5}`, 400}, {"POST", "change/" + store + "/x", `{}`, 404},
		{"POST", "sell/" + at, "2", 204}, {"POST", "sell/" + at, "two", 400}, {"POST", "fault", "poor-list", 204}, {"POST", "fault", "nothing", 400},
		{"DELETE", "requests", "", 204}, {"POST", "remove/" + store + "/" + s.Products(store)[4], "", 204}, {"POST", "nothing", "", 404}, {"POST", "revoke-token", "", 204},
	} {
		if r := control(c.method, c.path, c.body); r.status != c.want || c.want == 200 && !json.Valid(r.body) {
			t.Errorf("%s %s: %d %.100s", c.method, c.path, r.status, r.body)
		}
	}
	if o := shown(t, s, store, id); num(o, "price") != "5" {
		t.Errorf("%v", o)
	}
	if r := ask(t, s, "GET", "/stores", ""); r.status != 401 {
		t.Errorf("after revoke-token: %d", r.status)
	}
}

func TestServeIsLoopbackOnly(t *testing.T) {
	for _, listen := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "127.0.0.1"} {
		if err := Serve(context.Background(), listen, Options{Products: 1}, nil); err == nil {
			t.Errorf("%s is served", listen)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	err := Serve(ctx, "127.0.0.1:0", Options{Products: 20, Token: "abc"}, func(base, token string) {
		defer cancel()
		r, err := http.NewRequest("GET", base+"/stores", nil)
		if err != nil {
			t.Error(err)
			return
		}
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Accept", mediaV2)
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

func TestManyAtOnce(t *testing.T) {
	s := newTest(t, Options{Products: 60})
	store := s.Stores()[0]
	ids := s.Products(store)
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 20 {
				ask(t, s, "PATCH", "/stores/"+store+"/products/"+ids[w*10+i%10], fmt.Sprintf(`{"price":%d}`, i))
				ask(t, s, "GET", "/stores/"+store+"/products", "")
				sendBulk(t, s, "PUT", "/stores/"+store+"/products", withID(w*100+i))
			}
		})
	}
	wg.Wait()
	for w := range 4 {
		if o := shown(t, s, store, ids[w*10+9]); num(o, "price") != "19" {
			t.Errorf("%v", o["price"])
		}
	}
}

func FuzzBodies(f *testing.F) {
	f.Add(plain(), true)
	f.Add("["+withID(1)+"]", false)
	f.Add(`[{"uuid":"`+newID+`","group":true,"name":"x","attributes":[{}]}]`, false)
	f.Fuzz(func(t *testing.T, body string, single bool) {
		s := newTest(t, Options{Products: 10})
		store := s.Stores()[0]
		for _, path := range []string{"/products", "/product-groups"} {
			media := mediaBulk
			if single {
				path, media = path+"/"+newID, mediaV2
			}
			r := ask(t, s, "PUT", "/stores/"+store+path, body, "Content-Type", media)
			if r.status >= 500 || len(r.body) > 0 && !json.Valid(r.body) {
				t.Errorf("%s: %d %s", path, r.status, r.body)
			}
			if r.status == 202 {
				poll(t, s, readTask(t, r.body).ID)
			}
		}
		ask(t, s, "POST", v1Path(store, ""), body)
		if dump := s.Dump(); !json.Valid(dump) {
			t.Errorf("%s", bytes.TrimSpace(dump))
		}
	})
}

func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		newTest(b, Options{Products: 10_000})
	}
}

func BenchmarkPage(b *testing.B) {
	s := newTest(b, Options{Products: 10_000})
	path := "/stores/" + s.Stores()[0] + "/products"
	for b.Loop() {
		ask(b, s, "GET", path, "")
	}
}

func BenchmarkPatch(b *testing.B) {
	s := newTest(b, Options{Products: 10_000})
	path := "/stores/" + s.Stores()[0] + "/products/" + s.Products(s.Stores()[0])[7000]
	for b.Loop() {
		ask(b, s, "PATCH", path, `{"price":12.5}`)
	}
}
