package evotor_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"catalogsheet/exporter"
	"catalogsheet/importer"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	sandbox "catalogsheet/internal/sandbox/evotor"
	"catalogsheet/internal/source"
	"catalogsheet/internal/source/evotor"
	"catalogsheet/internal/source/sourcetest"

	"github.com/google/go-cmp/cmp"
)

var everything = source.Query{Kind: "products", Stores: []string{"all"}}

// account runs a test on an imitated account in time that does not pass.
func account(t *testing.T, o sandbox.Options, run func(t *testing.T, server *sandbox.Server, src *evotor.Source)) {
	t.Helper()
	if o.Products == 0 {
		o.Products, o.Page = 120, 50
	}
	synctest.Test(t, func(t *testing.T) {
		w := &sourcetest.Wire{}
		server, src := through(t, w, o)
		run(t, server, src)
		for _, r := range server.Requests() {
			if r.Method == http.MethodPost || r.Method == http.MethodDelete {
				t.Errorf("%s %s was sent", r.Method, r.Path)
			}
			if r.InFlight > 1 {
				t.Errorf("%d requests at once", r.InFlight)
			}
		}
		if server.Catastrophes() > 0 {
			t.Error("a catastrophe")
		}
	})
}

func fetch(t *testing.T, src *evotor.Source, q source.Query) (catalog.Head, []catalog.Item) {
	t.Helper()
	snap, err := src.Fetch(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	var all []catalog.Item
	for it, err := range snap.Items {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, it)
	}
	return snap.Head, all
}

func TestEveryStoreInTheOrderOfTheService(t *testing.T) {
	account(t, sandbox.Options{}, func(t *testing.T, server *sandbox.Server, src *evotor.Source) {
		stores, err := src.Stores(t.Context())
		if err != nil || len(stores) != 2 {
			t.Fatalf("%v, %v", stores, err)
		}
		head, rows := fetch(t, src, everything)
		var want, got []catalog.Key
		for _, s := range stores {
			for _, id := range server.Products(s.ID) {
				want = append(want, catalog.Key{Store: s.ID, ID: id})
			}
		}
		for _, it := range rows {
			got = append(got, catalog.Key{Store: it.Key.Store, ID: it.Key.ID})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("not what the stores hold:\n%s", diff)
		}
		if head.ReadOnly || head.Account == "" || head.KeyField != catalog.FieldID || len(head.Lists["groups"]) == 0 {
			t.Errorf("head %+v", head)
		}
		_, one := fetch(t, src, source.Query{Kind: "products", Stores: []string{stores[1].Name}})
		if len(one) != len(server.Products(stores[1].ID)) || len(one) == 0 {
			t.Errorf("%d rows of one store", len(one))
		}
	})
}

// TestNoEditIsNoChange: export, then import without an edit, for every product
// of the sandbox, as a workbook and as CSV.
func TestNoEditIsNoChange(t *testing.T) {
	w := &sourcetest.Wire{}
	_, src := through(t, w, sandbox.Options{Products: 150, NoLimits: true})
	for _, lang := range []i18n.Lang{i18n.Ru, i18n.En} {
		for _, name := range []string{"a.xlsx", "a.csv"} {
			snap, err := src.Fetch(t.Context(), everything)
			if err != nil {
				t.Fatal(err)
			}
			snap.Head.Lang = lang
			path := filepath.Join(t.TempDir(), name)
			if _, err := exporter.Write(t.Context(), snap, exporter.Options{Path: path}); err != nil {
				t.Fatal(err)
			}
			e, err := importer.Read(t.Context(), path, importer.Options{Lang: lang, Known: evotor.Known(), Create: true})
			if err != nil {
				t.Fatal(err)
			}
			if len(e.Changes)+len(e.Created)+len(e.Problems)+e.Missing > 0 || e.Unchanged != snap.Total {
				t.Errorf("%s %s: %d changes, %d created, %d missing, %d of %d unchanged, %v", name, lang,
					len(e.Changes), len(e.Created), e.Missing, e.Unchanged, snap.Total, e.Problems)
			}
		}
	}
}

// cells gives a row's cells by field, without those named.
func cells(head catalog.Head, it catalog.Item, without ...catalog.Field) map[catalog.Field]string {
	out := map[catalog.Field]string{}
	for i, c := range head.Schema {
		if !slices.Contains(without, c.Field) && it.Cells[i].IsSet() {
			out[c.Field] = it.Cells[i].Text()
		}
	}
	return out
}

// TestV1ShowsWhatV2Shows: both generations have the same data behind them. V1
// has no times and no pictures.
func TestV1ShowsWhatV2Shows(t *testing.T) {
	account(t, sandbox.Options{}, func(t *testing.T, _ *sandbox.Server, src *evotor.Source) {
		h2, v2 := fetch(t, src, everything)
		q := everything
		q.API = "v1"
		h1, v1 := fetch(t, src, q)
		if !h1.ReadOnly {
			t.Error("a sheet of V1 can be imported")
		}
		byKey := map[string]catalog.Item{}
		for _, it := range v1 {
			byKey[it.Key.Store+it.Key.ID] = it
		}
		if len(v1) != len(v2) {
			t.Errorf("%d rows by V1, %d by V2", len(v1), len(v2))
		}
		for _, it := range v2 {
			old, ok := byKey[it.Key.Store+it.Key.ID]
			if !ok {
				t.Fatalf("V1 lacks %v", it.Key)
			}
			if diff := cmp.Diff(cells(h2, it, "updated", "image"), cells(h1, old)); diff != "" {
				t.Errorf("%v (-v2 +v1):\n%s", it.Key, diff)
			}
		}
	})
}

func TestWrongSchemasOfV1AreExportedAsTheyAre(t *testing.T) {
	account(t, sandbox.Options{Products: 200, Legacy: true, Defects: 2, Unmapped: 2}, func(t *testing.T, server *sandbox.Server, src *evotor.Source) {
		_, rows := fetch(t, src, source.Query{Kind: "products", Stores: []string{"all"}, API: "v1"})
		if len(server.Defects()) == 0 {
			t.Fatal("the sandbox has no defects")
		}
		want := 0
		for _, s := range server.Stores() {
			want += len(server.Products(s))
		}
		if len(rows) != want {
			t.Errorf("%d rows, the stores hold %d products", len(rows), want)
		}
	})
}

func TestGroupsAreChosenByPath(t *testing.T) {
	account(t, sandbox.Options{}, func(t *testing.T, server *sandbox.Server, src *evotor.Source) {
		head, all := fetch(t, src, everything)
		at := head.Schema.Index("group")
		path := ""
		for _, it := range all {
			if p := it.Cells[at].Text(); strings.Contains(p, "/") {
				path = p
				break
			}
		}
		top, _, _ := strings.Cut(path, "/")
		want := 0
		for _, it := range all {
			if p := it.Cells[at].Text(); p == top || strings.HasPrefix(p, top+"/") {
				want++
			}
		}
		q := everything
		q.Folders = []string{top}
		if _, some := fetch(t, src, q); len(some) != want || want == 0 || want == len(all) {
			t.Errorf("%d rows in %q, want %d of %d", len(some), top, want, len(all))
		}
		q.Folders = []string{"нет такой"}
		if _, err := src.Fetch(t.Context(), q); err == nil {
			t.Error("a group that does not exist was accepted")
		}
	})
}

// TestReadingSurvives: what the service may do while it is read, none of which
// may change what is read.
func TestReadingSurvives(t *testing.T) {
	var want []map[catalog.Field]string
	read := func(t *testing.T, src *evotor.Source, without ...catalog.Field) (rows []map[catalog.Field]string) {
		head, all := fetch(t, src, everything)
		for _, it := range all {
			rows = append(rows, cells(head, it, without...))
		}
		return rows
	}
	account(t, sandbox.Options{}, func(t *testing.T, _ *sandbox.Server, src *evotor.Source) { want = read(t, src) })
	for _, faults := range []string{
		"default", "other-auth", "bare-stores", "poor-list", "duplicate-row", "lost-cursor:GET:/stores:x1", "errors-key", "no-gzip",
		"429=3s:GET:x3", "429=1s:GET:x2,reset-epoch", "429=1s:GET:x2,reset-epoch-ms", "429=1s:GET:x2,retry-after", "503-before:GET:x2", "drop-before:GET:x2",
	} {
		t.Run(faults, func(t *testing.T) {
			account(t, sandbox.Options{Products: 120, Page: 50, Faults: faults}, func(t *testing.T, _ *sandbox.Server, src *evotor.Source) {
				if diff := cmp.Diff(want, read(t, src)); diff != "" {
					t.Errorf("the sheet differs:\n%s", diff)
				}
			})
		})
	}
}

func TestReadingStops(t *testing.T) {
	for _, c := range []struct{ faults, says string }{
		{"repeat-cursor", "same cursor twice"},
		{"lost-cursor", "cursor"},
		{"revoke-token", "does not accept the token"},
		{"402", "not installed on some till"},
		{"403", "no right"},
		{"503-before", "503"},
	} {
		t.Run(c.faults, func(t *testing.T) {
			account(t, sandbox.Options{Products: 120, Page: 50, Faults: c.faults}, func(t *testing.T, _ *sandbox.Server, src *evotor.Source) {
				_, err := src.Fetch(t.Context(), everything)
				if err == nil || !strings.Contains(err.Error(), c.says) {
					t.Fatalf("%v, want %q", err, c.says)
				}
				if strings.Contains(err.Error(), sandbox.DefaultToken) {
					t.Error("the token is in the error")
				}
				if said := i18n.Describe(i18n.Ru, err); said == err.Error() && !strings.Contains(c.says, "503") {
					t.Errorf("no Russian words: %s", said)
				}
			})
		})
	}
}

// TestStockThatMayNotBeSeenIsUnknown: neither zero nor empty, and a card is
// written without it.
func TestStockThatMayNotBeSeenIsUnknown(t *testing.T) {
	account(t, sandbox.Options{Products: 60, Faults: "no-stock-right"}, func(t *testing.T, server *sandbox.Server, src *evotor.Source) {
		head, rows := fetch(t, src, everything)
		for _, it := range rows {
			if v := it.Cells[head.Schema.Index("quantity")]; !v.Absent() {
				t.Fatalf("quantity of %v is %v", it.Key, v)
			}
		}
		k := firstOf(rows, "NORMAL")
		before, _ := server.Product(k.Store, k.ID)
		if r := send(t, src, edit(t, src, k, "description", catalog.Text, "Новое")); r[0].Outcome.State != "applied" {
			t.Fatalf("%+v", r)
		}
		after, _ := server.Product(k.Store, k.ID)
		if a, b := member(t, before, "quantity"), member(t, after, "quantity"); a != b {
			t.Errorf("stock %s became %s", a, b)
		}
	})
}

func TestWarningsArePassedOnOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, err := sandbox.New(sandbox.Options{Products: 30, Faults: "warning"})
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		src, err := evotor.New(evotor.Config{Token: sandbox.DefaultToken, Transport: &sourcetest.Wire{Handler: server},
			Warn: func(l i18n.Localizer) { said = append(said, l.In(i18n.Ru)) }})
		if err != nil {
			t.Fatal(err)
		}
		q := everything
		q.API = "v1"
		fetch(t, src, q)
		fetch(t, src, q)
		if len(said) != 1 || !strings.Contains(said[0], "предупреждает") {
			t.Errorf("said %q", said)
		}
	})
}

// TestALongWaitIsSaidNotSat: half an hour is not waited for in silence.
func TestALongWaitIsSaidNotSat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		src, err := evotor.New(evotor.Config{Token: "t", Transport: &sourcetest.Wire{
			Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("X-RateLimit-Reset", "1800")
				w.WriteHeader(http.StatusTooManyRequests)
			})}})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if err := src.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "30m0s") {
			t.Errorf("%v", err)
		}
		if waited := time.Since(began); waited > time.Minute {
			t.Errorf("waited %s", waited)
		}
	})
}

func TestQueriesThatMeanNothingAreRefused(t *testing.T) {
	account(t, sandbox.Options{Products: 20}, func(t *testing.T, _ *sandbox.Server, src *evotor.Source) {
		for _, q := range []source.Query{
			{Kind: "stock", Stores: []string{"all"}},
			{Kind: "products"},
			{Kind: "products", Stores: []string{"Нет такого"}},
			{Kind: "products", Stores: []string{"all"}, Types: []string{"NORMAL"}},
			{Kind: "products", Stores: []string{"all"}, API: "v3"},
			{Kind: "products", Stores: []string{"all"}, Columns: []string{"prise"}},
		} {
			if _, err := src.Fetch(t.Context(), q); err == nil {
				t.Errorf("%+v was accepted", q)
			}
		}
		head, _ := fetch(t, src, source.Query{Kind: "products", Stores: []string{"all"}, Columns: []string{"price"}})
		var got []catalog.Field
		for _, c := range head.Schema {
			got = append(got, c.Field)
		}
		if diff := cmp.Diff([]catalog.Field{"id", "store", "type", "price"}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTokensAreChecked(t *testing.T) {
	for _, token := range []string{"", "a b", "a\n", "тoken"} {
		if _, err := evotor.New(evotor.Config{Token: token}); err == nil {
			t.Errorf("%q was accepted", token)
		}
	}
	if _, err := evotor.New(evotor.Config{Token: "t", BaseURL: "http://example.com"}); err == nil {
		t.Error("the token would travel unprotected")
	}
}

func firstOf(rows []catalog.Item, typ string) catalog.Key {
	i := slices.IndexFunc(rows, func(it catalog.Item) bool { return it.Key.Type == typ })
	return rows[i].Key
}

func member(t *testing.T, raw json.RawMessage, key string) string {
	t.Helper()
	var f map[string]json.RawMessage
	if err := json.Unmarshal(raw, &f); err != nil {
		t.Fatal(err)
	}
	return string(f[key])
}
