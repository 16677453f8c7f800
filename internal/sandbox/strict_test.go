package sandbox

import (
	"strings"
	"testing"
)

// strictCase is one request and how it must be answered; code 0 is none.
type strictCase struct {
	method, path, body string
	header             []string
	status, code       int
}

func TestStrictness(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	p := s.IDs("product")[0]
	ui, _ := s.UUID("product", p)
	for _, cases := range []map[string]strictCase{requestCases(p), listCases(p, ui), fieldCases(p, ui), referenceCases(p)} {
		for name, c := range cases {
			t.Run(name, func(t *testing.T) { checkStrict(t, s, c) })
		}
	}
}

func checkStrict(t *testing.T, s *Server, c strictCase) {
	r := ask(t, s, c.method, c.path, c.body, c.header...)
	if r.status != c.status || r.code() != c.code {
		t.Errorf("%s %.80s: %d code %d, want %d code %d: %.300s", c.method, c.path, r.status, r.code(), c.status, c.code, r.body)
	}
	if c.status == 415 && c.code == 0 && len(r.body) > 0 {
		t.Errorf("415 without gzip has a body: %s", r.body)
	}
}

func requestCases(p string) map[string]strictCase {
	one := "/entity/product/" + p
	return map[string]strictCase{
		"no gzip":           {"GET", "/entity/product", "", []string{"Accept-Encoding", ""}, 415, 0},
		"other coding":      {"GET", "/entity/product", "", []string{"Accept-Encoding", "deflate, br"}, 415, 0},
		"gzip among others": {"GET", "/entity/uom", "", []string{"Accept-Encoding", "gzip, deflate, br"}, 200, 0},
		"accept":            {"GET", "/entity/product", "", []string{"Accept", "application/json"}, 400, 1062},
		"accept exact":      {"GET", "/entity/uom", "", []string{"Accept", "application/json;charset=utf-8"}, 200, 0},
		"no credentials":    {"GET", "/entity/product", "", []string{"Authorization", ""}, 401, 1056},
		"other token":       {"GET", "/entity/product", "", []string{"Authorization", "Bearer x"}, 401, 1056},
		"basic":             {"GET", "/entity/uom", "", []string{"Authorization", "Basic YWRtaW5Ac2FuZGJveDpzYW5kYm94"}, 200, 0},
		"content type":      {"PUT", one, `{}`, []string{"Content-Type", "text/plain"}, 415, 1037},
		"unknown path":      {"GET", "/report/nothing", "", nil, 404, 1002},
		"unknown type":      {"GET", "/entity/product2", "", nil, 412, 1005},
		"method":            {"DELETE", one, "", nil, 405, 0},
		"bulk delete":       {"POST", "/entity/product/delete", "[]", nil, 405, 0},
		"parameter":         {"GET", "/entity/product?stockMode=all", "", nil, 412, 1034},
	}
}

func listCases(p, ui string) map[string]strictCase {
	return map[string]strictCase{
		"limit 0":           {"GET", "/entity/product?limit=0", "", nil, 412, 1034},
		"limit 1001":        {"GET", "/entity/product?limit=1001", "", nil, 412, 1034},
		"offset -1":         {"GET", "/entity/product?offset=-1", "", nil, 412, 1034},
		"filter field":      {"GET", "/entity/product?" + filterOfText("price=1"), "", nil, 412, 1034},
		"filter operator":   {"GET", "/entity/product?" + filterOfText("id~1"), "", nil, 412, 1034},
		"filter without op": {"GET", "/entity/product?" + filterOfText("name"), "", nil, 412, 1034},
		"filter flag":       {"GET", "/entity/product?" + filterOfText("archived=yes"), "", nil, 412, 1014},
		"filter date":       {"GET", "/entity/product?" + filterOfText("updated>2025"), "", nil, 412, 1035},
		"filter host":       {"GET", "/entity/product?" + filterOfText("supplier=https://example.com/api/remap/1.2/entity/counterparty/"+p), "", nil, 412, 1059},
		"filter = beside >": {"GET", "/entity/product?" + filterOfText("updated=2025-01-01 00:00:00;updated>2025-01-01 00:00:00"), "", nil, 412, 1034},
		"bad escape":        {"GET", "/entity/product?filter=%zz", "", nil, 400, 1058},
		"order":             {"GET", "/entity/product?order=salePrices", "", nil, 412, 1063},
		"expand unknown":    {"GET", "/entity/product?expand=salePrices&limit=10", "", nil, 412, 1089},
		"fields":            {"GET", "/entity/product?fields=stock", "", nil, 412, 3043},
		"async":             {"GET", "/entity/product?async=true", "", nil, 412, 61000},
		"not a uuid":        {"GET", "/entity/product/1", "", nil, 400, 1052},
		"not found":         {"GET", "/entity/product/00000000-0000-0000-0000-000000000000", "", nil, 404, 1021},
		"ui uuid":           {"GET", "/entity/product/" + ui, "", nil, 308, 0},
		"ui uuid on write":  {"PUT", "/entity/product/" + ui, `{"name":"x"}`, nil, 404, 1021},
	}
}

func fieldCases(p, ui string) map[string]strictCase {
	one := "/entity/product/" + p
	return map[string]strictCase{
		"put without id":     {"PUT", "/entity/product", `{}`, nil, 400, 1012},
		"put array":          {"PUT", one, `[]`, nil, 400, 2009},
		"put atom":           {"PUT", one, `1`, nil, 400, 2005},
		"put nonsense":       {"PUT", one, `{"name":`, nil, 400, 2001},
		"put twice":          {"PUT", one, `{} {}`, nil, 400, 2001},
		"nesting":            {"PUT", one, `{"a":` + strings.Repeat("[", 10) + strings.Repeat("]", 10) + `}`, nil, 400, 2006},
		"array of 1001":      {"POST", "/entity/product", "[" + strings.Repeat(`{},`, 1000) + `{}]`, nil, 413, 2007},
		"long address":       {"GET", "/entity/product?search=" + strings.Repeat("a", 8200), "", nil, 414, 0},
		"unknown field":      {"PUT", one, `{"foo":1}`, nil, 412, 1007},
		"name null":          {"PUT", one, `{"name":null}`, nil, 412, 2016},
		"name empty":         {"PUT", one, `{"name":""}`, nil, 412, 3000},
		"name long":          {"PUT", one, `{"name":"` + strings.Repeat("я", 256) + `"}`, nil, 412, 3040},
		"name 255":           {"PUT", one, `{"name":"` + strings.Repeat("я", 255) + `"}`, nil, 200, 0},
		"description long":   {"PUT", one, `{"description":"` + strings.Repeat("я", 4097) + `"}`, nil, 412, 3040},
		"code null":          {"PUT", one, `{"code":null}`, nil, 412, 2016},
		"flag null":          {"PUT", one, `{"archived":null}`, nil, 412, 2016},
		"weight text":        {"PUT", one, `{"weight":"1"}`, nil, 412, 2016},
		"weight negative":    {"PUT", one, `{"weight":-1}`, nil, 412, 3002},
		"vat 100":            {"PUT", one, `{"vat":100}`, nil, 412, 3008},
		"enum":               {"PUT", one, `{"taxSystem":"NONE"}`, nil, 412, 2029},
		"sync":               {"PUT", one, `{"syncId":"` + p + `"}`, nil, 412, 1047},
		"images":             {"PUT", one, `{"images":[]}`, nil, 412, 3001},
		"id of a wrong type": {"PUT", one, `{"id":1}`, nil, 412, 2016},
		"id is ignored":      {"PUT", one, `{"id":"` + ui + `","updated":"x","pathName":"no"}`, nil, 200, 0},
		"gtin":               {"PUT", one, `{"barcodes":[{"gtin":"00000000000131"}]}`, nil, 412, 3014},
		"code128 long":       {"PUT", one, `{"barcodes":[{"code128":"` + strings.Repeat("1", 256) + `"}]}`, nil, 412, 3011},
	}
}

func referenceCases(p string) map[string]strictCase {
	one := "/entity/product/" + p
	return map[string]strictCase{
		"price negative":      {"PUT", one, `{"buyPrice":{"value":-1}}`, nil, 412, 3002},
		"price null":          {"PUT", one, `{"buyPrice":{"value":null}}`, nil, 412, 2016},
		"price text":          {"PUT", one, `{"buyPrice":{"value":"1"}}`, nil, 412, 2016},
		"price type missing":  {"PUT", one, `{"salePrices":[{"value":1}]}`, nil, 412, 3000},
		"price in an atom":    {"PUT", one, `{"salePrices":[1]}`, nil, 412, 3012},
		"ref other host":      {"PUT", one, `{"country":` + meta("https://online.moysklad.ru/api/remap/1.1/entity/country/"+p, "country") + `}`, nil, 412, 1059},
		"ref other version":   {"PUT", one, `{"country":` + meta("https://api.moysklad.ru/api/remap/1.1/entity/country/"+p, "country") + `}`, nil, 412, 2013},
		"ref with expand":     {"PUT", one, `{"country":` + meta(apiBase+"entity/country/"+p+"?expand=x", "country") + `}`, nil, 412, 2013},
		"ref type mismatch":   {"PUT", one, `{"country":` + meta(apiBase+"entity/uom/"+p, "country") + `}`, nil, 412, 1060},
		"ref of a wrong type": {"PUT", one, `{"country":` + meta(apiBase+"entity/uom/"+p, "uom") + `}`, nil, 412, 2014},
		"ref not there":       {"PUT", one, `{"country":` + meta(apiBase+"entity/country/"+p, "country") + `}`, nil, 404, 1021},
		"ref without href":    {"PUT", one, `{"country":{"meta":{"type":"country"}}}`, nil, 412, 2010},
		"ref without type":    {"PUT", one, `{"country":{"meta":{"href":"` + apiBase + `entity/country/` + p + `"}}}`, nil, 412, 2011},
		"ref null":            {"PUT", one, `{"country":null,"supplier":null}`, nil, 200, 0},
		"attribute unknown":   {"PUT", one, `{"attributes":[{"meta":{"href":"` + apiBase + "entity/product/metadata/attributes/" + p + `","type":"attributemetadata"},"value":1}]}`, nil, 412, 14000},
		"name missing":        {"POST", "/entity/product", `{"code":"1"}`, nil, 412, 3000},
		"variant of nothing":  {"POST", "/entity/variant", `{"characteristics":[]}`, nil, 412, 3000},
		"store is not ours":   {"POST", "/entity/store", `{"name":"x"}`, nil, 405, 0},
		"stock filter":        {"GET", "/report/stock/all?" + filterOfText("name=1"), "", nil, 412, 1034},
		"stock parameter":     {"GET", "/report/stock/all?stockMode=all", "", nil, 412, 1034},
		"stock mode":          {"GET", "/report/stock/all?" + filterOfText("stockMode=some"), "", nil, 412, 1041},
		"bystore archived":    {"GET", "/report/stock/bystore?" + filterOfText("archived=true"), "", nil, 412, 1034},
		"bystore quantity":    {"GET", "/report/stock/bystore?" + filterOfText("quantityMode=all"), "", nil, 412, 1034},
		"stock group":         {"GET", "/report/stock/all?groupBy=good", "", nil, 412, 1034},
		"stock order":         {"GET", "/report/stock/all?order=id", "", nil, 412, 1063},
		"current href":        {"GET", "/report/stock/all/current?" + filterOfText("assortmentId="+apiBase+"entity/product/"+p), "", nil, 400, 1052},
	}
}

func meta(href, typ string) string {
	return `{"meta":{"href":"` + href + `","type":"` + typ + `","mediaType":"application/json"}}`
}

func TestRedirectGoesToTheAPIID(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	for _, typ := range []string{"product", "service", "bundle", "variant"} {
		id := s.IDs(typ)[0]
		ui, ok := s.UUID(typ, id)
		if !ok || ui == id {
			t.Errorf("%s: no uuid of its own", typ)
		}
		r := ask(t, s, "GET", "/entity/"+typ+"/"+ui, "")
		if want := "/entity/" + typ + "/" + id; r.status != 308 || !strings.HasSuffix(r.header.Get("Location"), want) {
			t.Errorf("%s: %d %q, want a redirect to %s", typ, r.status, r.header.Get("Location"), want)
		}
	}
}

func TestErrorsSpeakBothLanguages(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	for code, p := range problems {
		if p.text.En == "" || p.text.Ru == "" || p.status < 400 {
			t.Errorf("%d: %+v", code, p)
		}
	}
	ru := ask(t, s, "GET", "/entity/x", "")
	en := ask(t, s, "GET", "/entity/x", "", "Accept-Language", "en")
	if !strings.Contains(string(ru.body), "Неизвестный тип") || !strings.Contains(string(en.body), "unknown type") {
		t.Errorf("ru %s en %s", ru.body, en.body)
	}
}

func TestErrorPointsIntoTheBody(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	r := ask(t, s, "POST", "/entity/product", "[{\"code\":\"1\"},\n {\"name\":\"ok\"},\n {\"weight\":1}]")
	if r.status != 400 || r.code() != 0 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	list, err := parseArray(r.body)
	if err != nil || len(list) != 3 {
		t.Fatalf("%v: %s", err, r.body)
	}
	for i, want := range []string{`"line":1,"column":3`, `"name":"ok"`, `"line":3,"column":3`} {
		if !strings.Contains(string(list[i].raw), want) {
			t.Errorf("element %d: %s lacks %s", i, list[i].raw, want)
		}
	}
}

func TestUniqueCodes(t *testing.T) {
	s := newTest(t, Options{NoLimits: true, UniqueCodes: true})
	a, b := s.IDs("product")[0], s.IDs("product")[1]
	code := s.st.find("product", b).code
	if code == "" {
		t.Fatal("no code to take")
	}
	if r := ask(t, s, "PUT", "/entity/product/"+a, `{"code":"`+code+`"}`); r.status != 412 || r.code() != 3006 {
		t.Errorf("taken code: %d %s", r.status, r.body)
	}
	s.SetUniqueCodes(false)
	if r := ask(t, s, "PUT", "/entity/product/"+a, `{"code":"`+code+`"}`); r.status != 200 {
		t.Errorf("setting off: %d %s", r.status, r.body)
	}
}
