package evotor

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// newTest makes a small account, without limits unless it has a clock.
func newTest(t testing.TB, o Options) *Server {
	t.Helper()
	if o.Products == 0 {
		o.Products = 120
	}
	if o.Clock == nil {
		o.NoLimits = true
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type reply struct {
	status int
	header http.Header
	body   []byte
}

// problem is what a refusal says: its code and the subjects of its violations.
func (r reply) problem() (code string, subjects string) {
	var e struct {
		Code       string
		Violations []struct{ Subject string }
	}
	if json.Unmarshal(r.body, &e) != nil {
		return "", ""
	}
	var list []string
	for _, v := range e.Violations {
		list = append(list, v.Subject)
	}
	return e.Code, strings.Join(list, " ")
}

// ask sends one request; header pairs follow, an empty value removes the
// header.
func ask(t testing.TB, s *Server, method, path, body string, header ...string) reply {
	t.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1"+path, strings.NewReader(body))
	if strings.HasPrefix(path, basePathV1) {
		r.Header.Set("X-Authorization", DefaultToken)
		r.Header.Set("Accept", mediaV1)
		r.Header.Set("Content-Type", mediaV1)
	} else {
		r.Header.Set("Authorization", "Bearer "+DefaultToken)
		r.Header.Set("Accept", mediaV2)
		r.Header.Set("Content-Type", mediaV2)
		if strings.HasPrefix(strings.TrimSpace(body), "[") {
			r.Header.Set("Content-Type", mediaBulk)
		}
	}
	r.Header.Set("Accept-Encoding", "gzip")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Del(header[i])
		if header[i+1] != "" {
			r.Header.Set(header[i], header[i+1])
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	out := reply{w.Code, w.Header(), w.Body.Bytes()}
	if w.Header().Get("Content-Encoding") == "gzip" {
		zr, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if out.body, err = io.ReadAll(zr); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

type object map[string]any

func (o object) text(name string) string { s, _ := o[name].(string); return s }

// decode reads JSON with numbers as text.
func decode(t testing.TB, raw []byte, into any) {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		t.Fatalf("%v in %.300s", err, raw)
	}
}

type envelopeJSON struct {
	Items  []object
	Paging struct {
		Next string `json:"next_cursor"`
	}
}

// all reads every page of a collection.
func all(t testing.TB, s *Server, path string) (items []object, pages int) {
	t.Helper()
	cursor := ""
	for {
		at := path
		if cursor != "" {
			at = strings.Split(path, "?")[0] + "?cursor=" + url.QueryEscape(cursor)
		}
		r := ask(t, s, "GET", at, "")
		if r.status != 200 {
			t.Fatalf("GET %s: %d %s", at, r.status, r.body)
		}
		var e envelopeJSON
		decode(t, r.body, &e)
		items = append(items, e.Items...)
		if pages++; e.Paging.Next == "" || pages > 1000 {
			return items, pages
		}
		cursor = e.Paging.Next
	}
}

// same makes numbers of one value equal.
func same(v any) any {
	switch v := v.(type) {
	case json.Number:
		return json.Number(number(json.RawMessage(v)))
	case map[string]any:
		for k := range v {
			v[k] = same(v[k])
		}
	case []any:
		for i := range v {
			v[i] = same(v[i])
		}
	}
	return v
}

// state is everything in the account without the times of changes.
func state(t testing.TB, s *Server, without ...string) map[string]any {
	t.Helper()
	var out map[string]any
	decode(t, s.Dump(append(without, "updated_at")...), &out)
	same(out)
	return out
}

func v1All(t testing.TB, s *Server, store string) []object {
	t.Helper()
	var list []object
	r := ask(t, s, "GET", basePathV1+"/stores/"+store+"/products", "")
	if r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	decode(t, r.body, &list)
	return list
}

func TestStoresOfBothGenerations(t *testing.T) {
	s := newTest(t, Options{})
	items, _ := all(t, s, "/stores")
	if len(items) != 2 || items[0].text("id") != s.Stores()[0] || items[0].text("user_id") != userID || items[1]["address"] != nil {
		t.Errorf("V2: %v", items)
	}
	if id := items[0].text("id"); id != strings.ToUpper(id) || !strings.HasSuffix(items[0].text("created_at"), "+0000") {
		t.Errorf("id %s created %s", id, items[0].text("created_at"))
	}
	var v1 []object
	decode(t, ask(t, s, "GET", basePathV1+"/stores/search", "").body, &v1)
	if len(v1) != 2 || v1[0].text("uuid") != s.Stores()[0] || v1[1]["address"] != nil {
		t.Errorf("V1: %v", v1)
	}
}

func TestBothGenerationsShowTheSameItems(t *testing.T) {
	s := newTest(t, Options{Defects: 1})
	for _, store := range s.Stores() {
		products, _ := all(t, s, "/stores/"+store+"/products")
		groups, _ := all(t, s, "/stores/"+store+"/product-groups")
		byID := map[string]object{}
		for _, o := range v1All(t, s, store) {
			byID[strings.ToLower(o.text("uuid"))] = o
		}
		if len(byID) != len(products)+len(groups) {
			t.Fatalf("%d in V1, %d + %d in V2", len(byID), len(products), len(groups))
		}
		for _, p := range products {
			old := byID[p.text("id")]
			for _, m := range meanings {
				if m.v1 == "" || m.v2 == "" || old == nil || old[m.v1] == nil {
					continue
				}
				a, _ := json.Marshal(old[m.v1])
				b, _ := json.Marshal(p[m.v2])
				if !bytes.Equal(a, b) {
					t.Errorf("%s: %s is %s in V1 and %s in V2", p.text("id"), m.v2, a, b)
				}
			}
			if old == nil || old["group"] != false {
				t.Errorf("%s: V1 has %v", p.text("id"), old)
			}
		}
		for _, g := range groups {
			old := byID[g.text("id")]
			if old == nil || old["group"] != true || (g["attributes"] != nil) != (old["hasVariants"] == true) {
				t.Errorf("group %v: V1 has %v", g, old)
			}
		}
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	a, b := newTest(t, Options{Seed: 7, Defects: 2}), newTest(t, Options{Seed: 7, Defects: 2})
	if !bytes.Equal(a.Dump(), b.Dump()) {
		t.Error("two accounts of one seed differ")
	}
	if !json.Valid(a.Dump()) || !json.Valid(a.Dump("updated_at", "price")) {
		t.Error("the dump is not JSON")
	}
	if bytes.Contains(a.Dump("price"), []byte(`"price"`)) {
		t.Error("a field that was left out is still there")
	}
	if c := newTest(t, Options{Seed: 8, Defects: 2}); bytes.Equal(a.Dump(), c.Dump()) {
		t.Error("two seeds give one account")
	}
}
