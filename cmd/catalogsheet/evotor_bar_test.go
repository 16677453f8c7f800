package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"catalogsheet/internal/app"
	"catalogsheet/internal/sandbox/evotor"
)

var patches = flag.Int("patches", 100, "prices changed in an Evotor store of five times as many products; the bar is 2000")

// Two thousand changed prices in a store of ten thousand are two thousand
// PATCHes and no other write: every other field, and what a till sells
// meanwhile, stays.
func TestChangedPricesArePatches(t *testing.T) {
	t.Parallel()
	prices := *patches
	products := 5 * prices
	server, err := evotor.New(evotor.Options{Products: products, Seed: 3, NoLimits: true})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	dir, store := t.TempDir(), server.Stores()[0]
	vars := map[string]string{
		"EVOTOR_URL": web.URL, "EVOTOR_TOKEN": evotor.DefaultToken, "CATALOGSHEET_LANG": "en",
		"CATALOGSHEET_HOME": filepath.Join(dir, "home"), "XDG_CONFIG_HOME": dir,
	}
	run := func(args ...string) []byte {
		var out, errs bytes.Buffer
		code := app.Main(t.Context(), append([]string{"catalogsheet"}, args...), strings.NewReader(""), &out, &errs, func(name string) string { return vars[name] })
		if code != 0 {
			t.Fatalf("%q ended with %d: %s", args, code, errs.String())
		}
		return out.Bytes()
	}
	file := filepath.Join(dir, "p.csv")
	run("export", "evotor", "products", "--store", store, "-o", file, "--csv", "rfc4180")
	wanted := raisePrices(t, file, prices)
	for id := range wanted {
		if err := server.Sell(store, id, 3); err != nil && !strings.Contains(string(product(t, server, store, id)), "SERVICE") {
			t.Fatal(err)
		}
	}
	before := map[string]json.RawMessage{}
	for _, id := range server.Products(store) {
		before[id] = product(t, server, store, id)
	}
	server.ResetRequests()
	var told struct{ Applied, Rejected, Stale, Unsent int }
	if err := json.Unmarshal(run("import", file, "--yes", "--format", "json", "--allow", "many-changes,price-jump,price-below-cost"), &told); err != nil || told.Applied != prices {
		t.Errorf("told %+v (%v)", told, err)
	}
	writes := map[string]int{}
	for _, r := range server.Requests() {
		if r.Method != http.MethodGet {
			writes[r.Method+" "+r.Path]++
		}
	}
	for id := range wanted {
		if n := writes["PATCH /stores/"+store+"/products/"+id]; n != 1 {
			t.Fatalf("%d PATCHes of %s", n, id)
		}
	}
	if len(writes) != prices {
		t.Errorf("%d addresses were written to, want %d", len(writes), prices)
	}
	for id, was := range before {
		now := product(t, server, store, id)
		if price, changed := wanted[id]; changed {
			was, now = without(t, was, "price", ""), without(t, now, "price", price)
		}
		if !bytes.Equal(was, now) {
			t.Fatalf("%s:\n- %s\n+ %s", id, was, now)
		}
	}
}

func product(t *testing.T, server *evotor.Server, store, id string) json.RawMessage {
	t.Helper()
	raw, ok := server.Product(store, id)
	if !ok {
		t.Fatalf("no product %s", id)
	}
	return raw
}

// without drops a member of a document, which is to be want where that is
// given, and the time of the last change.
func without(t *testing.T, raw json.RawMessage, key, want string) json.RawMessage {
	t.Helper()
	var doc map[string]json.RawMessage
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	if want != "" && string(doc[key]) != want {
		t.Errorf("%s is %s, want %s", key, doc[key], want)
	}
	delete(doc, key)
	delete(doc, "updated_at")
	less, err := json.Marshal(doc) // with its keys sorted
	if err != nil {
		t.Fatal(err)
	}
	return less
}

// raisePrices writes prices with other kopecks into n rows, evenly spread, and
// gives the numbers that the server is to hold then, by id.
func raisePrices(t *testing.T, file string, n int) map[string]string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	col := -1
	for i, title := range rows[0] {
		if title == "Price" {
			col = i
		}
	}
	wanted := map[string]string{}
	for i := 1; i < len(rows) && len(wanted) < n; i += 4 {
		rubles, kopecks, _ := strings.Cut(rows[i][col], ".")
		if rubles == "0" || rubles == "9999999" || kopecks == "37" {
			continue
		}
		rows[i][col] = rubles + ".37"
		wanted[rows[i][0]] = rows[i][col]
	}
	if len(wanted) != n {
		t.Fatalf("only %d prices", len(wanted))
	}
	var out bytes.Buffer
	if err := csv.NewWriter(&out).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return wanted
}
