package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"catalogsheet/internal/app"
	"catalogsheet/internal/sandbox"
)

// A thousand changed prices among ten thousand products cost one write per
// type and at most 25 reads, meet no refusal under the service's limits, and
// move nothing else on the server.
func TestThousandPrices(t *testing.T) {
	t.Parallel()
	products := 10_000
	if testing.Short() {
		products = 2_000
	}
	prices := products / 10
	server, err := sandbox.New(sandbox.Options{Products: products, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	dir := t.TempDir()
	vars := map[string]string{
		"MOYSKLAD_URL": web.URL + "/api/remap/1.2", "MOYSKLAD_TOKEN": sandbox.DefaultToken,
		"CATALOGSHEET_HOME": filepath.Join(dir, "home"), "XDG_CONFIG_HOME": dir,
	}
	run := func(args ...string) (int, []byte) {
		var out, errs bytes.Buffer
		code := app.Main(t.Context(), append([]string{"catalogsheet"}, args...), strings.NewReader(""), &out, &errs, func(name string) string { return vars[name] })
		if code != 0 {
			t.Fatalf("%q ended with %d: %s", args, code, errs.String())
		}
		return code, out.Bytes()
	}
	file := filepath.Join(dir, "p.csv")
	run("export", "moysklad", "products", "-o", file, "--columns", "name,code,salePrice", "--price-type", "Цена продажи")
	wanted := raise(t, file, prices)
	before := server.Dump()
	server.ResetRequests()
	_, out := run("import", file, "--yes", "--format", "json", "--allow", "many-changes")
	reads, writes := 0, map[string]int{}
	for _, r := range server.Requests() {
		switch {
		case r.Status == http.StatusTooManyRequests:
			t.Errorf("%s %s was refused", r.Method, r.Path)
		case r.Method == http.MethodGet:
			reads++
		default:
			writes[r.Path]++
		}
	}
	for path, n := range writes {
		if n > 1 {
			t.Errorf("%d writes to %s", n, path)
		}
	}
	if reads > 25 {
		t.Errorf("%d reads", reads)
	}
	t.Logf("%d reads, writes %v", reads, writes)
	var told struct{ Applied, Rejected, Stale, Unsent int }
	if err := json.Unmarshal(out, &told); err != nil || told.Applied != prices || told.Rejected+told.Stale+told.Unsent != 0 {
		t.Errorf("told %+v (%v)", told, err)
	}
	unmoved(t, before, server.Dump(), wanted)
}

// raise adds 0.01 to the price of n rows, evenly spread, and gives the prices in
// kopecks that the server is to hold then, by id.
func raise(t *testing.T, file string, n int) map[string]string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string]string{}
	for i := 1; i < len(rows) && len(wanted) < n; i += 3 {
		last := len(rows[i]) - 1
		rubles, kopecks, ok := strings.Cut(rows[i][last], ".")
		if kopecks = strings.TrimRight(kopecks, "0"); rows[i][1] != "product" || !ok || len(kopecks) > 1 || rubles == "0" {
			continue
		}
		kopecks = (kopecks + "0")[:1] + "1"
		rows[i][last], wanted[rows[i][0]] = rubles+"."+kopecks, rubles+kopecks+".0"
	}
	if len(wanted) != n {
		t.Fatalf("only %d prices", len(wanted))
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return wanted
}

// unmoved says that nothing but the prices of wanted differs between two dumps
// of the server. A variant that follows its product goes along.
func unmoved(t *testing.T, before, after []byte, wanted map[string]string) {
	t.Helper()
	was, is := dumped(t, before), dumped(t, after)
	for typ, list := range was {
		if len(list) != len(is[typ]) {
			t.Fatalf("%d %ss became %d", len(list), typ, len(is[typ]))
		}
		for i, raw := range list {
			var e struct {
				ID      string
				Product struct{ Meta struct{ Href string } }
			}
			if err := json.Unmarshal(raw, &e); err != nil {
				t.Fatal(err)
			}
			kopecks, changed := wanted[e.ID]
			if _, follows := wanted[path.Base(e.Product.Meta.Href)]; follows {
				continue
			}
			now := is[typ][i]
			if changed {
				raw = updated.ReplaceAll(firstPrice.ReplaceAll(raw, []byte("${1}"+kopecks)), nil)
				now = updated.ReplaceAll(now, nil)
			}
			if !bytes.Equal(raw, now) {
				t.Fatalf("%s %s:\n- %s\n+ %s", typ, e.ID, raw, now)
			}
		}
	}
}

var (
	firstPrice = regexp.MustCompile(`("salePrices":\[\{"value":)[0-9.]+`)
	updated    = regexp.MustCompile(`"updated":"[^"]*",`)
)

func dumped(t *testing.T, dump []byte) map[string][]json.RawMessage {
	t.Helper()
	var all map[string][]json.RawMessage
	if err := json.Unmarshal(dump, &all); err != nil {
		t.Fatal(err)
	}
	return all
}
