package sandbox

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

// newTest makes a small account without limits.
func newTest(t *testing.T, o Options) *Server {
	t.Helper()
	if o.Products == 0 {
		o.Products = 60
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

// code gives the code of the first error in the body.
func (r reply) code() int {
	var e struct {
		Errors []struct {
			Code int `json:"code"`
		} `json:"errors"`
	}
	if json.Unmarshal(r.body, &e) != nil || len(e.Errors) == 0 {
		return 0
	}
	return e.Errors[0].Code
}

// ask sends one request to the handler; header pairs follow, an empty value
// removes the header.
func ask(t *testing.T, s *Server, method, path, body string, header ...string) reply {
	t.Helper()
	r := httptest.NewRequest(method, "http://127.0.0.1"+basePath+path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+DefaultToken)
	r.Header.Set("Accept-Encoding", "gzip")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
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

type listing struct {
	Meta struct {
		Size, Limit, Offset int
		NextHref            string
	}
	Rows []json.RawMessage
}

func list(t *testing.T, s *Server, path string) listing {
	t.Helper()
	r := ask(t, s, "GET", path, "")
	if r.status != 200 {
		t.Fatalf("GET %s: %d %s", path, r.status, r.body)
	}
	var l listing
	if err := json.Unmarshal(r.body, &l); err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return l
}

func filterOfText(text string) string { return "filter=" + url.QueryEscape(text) }

const both = "archived=true;archived=false"

func TestEveryListIsJSON(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	for _, typ := range entityTypes() {
		l := list(t, s, "/entity/"+typ+"?limit=1000")
		if len(l.Rows) == 0 {
			t.Errorf("%s: no rows", typ)
		}
		for _, raw := range l.Rows {
			o, err := parseObject(raw)
			if err != nil {
				t.Fatalf("%s: %v in %s", typ, err, raw)
			}
			if !bytes.Equal(compact(raw), raw) {
				t.Errorf("%s: not compact: %s", typ, raw)
			}
			id := o.text("id")
			if !isUUID(id) {
				t.Errorf("%s: id %q", typ, id)
			}
			if meta, _ := o.get("meta"); !strings.Contains(string(meta), "/entity/"+typ+"/"+id+`"`) {
				t.Errorf("%s: meta %s of %s", typ, meta, id)
			}
		}
	}
	for _, path := range []string{
		"/context/companysettings", "/context/companysettings/metadata", "/context/companysettings/pricetype", "/context/companysettings/pricetype/default",
		"/context/employee", "/entity/assortment/settings", "/entity/product/metadata", "/entity/product/metadata/attributes",
		"/entity/variant/metadata", "/report/stock/all", "/report/stock/bystore", "/report/stock/all/current", "/report/stock/bystore/current?stockType=quantity",
		"/entity/bundle/" + s.IDs("bundle")[0] + "/components", "/entity/customentity/" + s.acc.dictionaries[0].id,
		"/entity/customentity/" + s.acc.dictionaries[0].id + "/" + s.acc.dictionaries[0].elements[0].id,
	} {
		r := ask(t, s, "GET", path, "")
		if r.status != 200 || !json.Valid(r.body) {
			t.Errorf("GET %s: %d %s", path, r.status, r.body)
		}
	}
}

func TestIndexAgreesWithText(t *testing.T) {
	s := newTest(t, Options{Products: 200})
	for _, typ := range entityTypes() {
		for _, e := range s.st.byType[typ] {
			o, err := s.st.object(e)
			if err != nil {
				t.Fatal(err)
			}
			was := *e
			s.st.put(e, o, e.inherits)
			if was.name != e.name || was.code != e.code || was.article != e.article || was.external != e.external || was.path != e.path ||
				was.updated != e.updated || was.archived != e.archived || was.folder != e.folder || was.parent != e.parent || was.uom != e.uom ||
				was.prices != e.prices || strings.Join(was.barcodes, " ") != strings.Join(e.barcodes, " ") || was.packed != e.packed {
				t.Errorf("%s %s: index\n%+v\ntext\n%+v", typ, e.id, was, *e)
			}
		}
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	a, b := newTest(t, Options{Seed: 7}), newTest(t, Options{Seed: 7})
	if !bytes.Equal(a.Dump(), b.Dump()) {
		t.Error("two accounts of one seed differ")
	}
	if !json.Valid(a.Dump()) || !json.Valid(a.Dump("updated")) {
		t.Error("the dump is not JSON")
	}
	if bytes.Contains(a.Dump("updated"), []byte(`"updated"`)) {
		t.Error("updated is still in the dump")
	}
	if c := newTest(t, Options{Seed: 8}); bytes.Equal(a.Dump(), c.Dump()) {
		t.Error("two seeds give one account")
	}
}
