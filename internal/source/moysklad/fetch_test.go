package moysklad

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sandbox"
	"catalogsheet/internal/source"
)

func TestPagesThatMove(t *testing.T) {
	server, src := live(t, sandbox.Options{NoLimits: true, Products: 1100})
	ids := server.IDs(typeProduct)
	q := source.Query{Kind: kindProducts, Types: []string{typeProduct}, Archived: "yes", Columns: []string{"name"}}
	for _, c := range []struct {
		fault string
		fails bool
	}{
		{"duplicate-row:GET:/entity/product:x1", false},
		{"missing-row:GET:/entity/product:x1", false},
		{"changed-between-pages:GET:/entity/product:x1", false},
		{"missing-row:GET:/entity/product", true},
		{"html-error=500:GET:/entity/product", true},
	} {
		if err := errors.Join(server.Fault("none"), server.Fault(c.fault)); err != nil {
			t.Fatal(err)
		}
		seen := map[string]int{}
		snap, err := src.Fetch(t.Context(), q)
		if err == nil {
			for it, e := range snap.Items {
				if err = e; err != nil {
					break
				}
				seen[it.Key.ID]++
			}
		}
		if (err != nil) != c.fails {
			t.Errorf("%s: %v", c.fault, err)
		}
		if err != nil && !strings.Contains(err.Error(), "/entity/product") {
			t.Errorf("%s: the list is not named in %v", c.fault, err)
		}
		for _, id := range ids {
			if !c.fails && seen[id] != 1 {
				t.Fatalf("%s: %s is there %d times", c.fault, id, seen[id])
			}
		}
	}
}

func TestCancelledFetchEnds(t *testing.T) {
	_, src := live(t, sandbox.Options{NoLimits: true, Products: 1100})
	ctx, cancel := context.WithCancel(t.Context())
	snap, err := src.Fetch(ctx, source.Query{Kind: kindProducts, Types: []string{typeProduct}, Archived: "yes"})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	for range snap.Items {
		continue
	}
}

func TestFoldersNarrowAnExport(t *testing.T) {
	_, src := live(t, sandbox.Options{NoLimits: true, Products: 120})
	for _, kind := range []string{kindProducts, kindStock} {
		snap, rows := export(t, src, source.Query{Kind: kind})
		at := snap.Head.Schema.Index("folder")
		i := slices.IndexFunc(rows, func(it catalog.Item) bool { return strings.Contains(it.Cells[at].Text(), "/") })
		top, _, _ := strings.Cut(rows[i].Cells[at].Text(), "/")
		_, inside := export(t, src, source.Query{Kind: kind, Folders: []string{top}})
		want := map[catalog.Key]bool{}
		for _, it := range rows {
			path := it.Cells[at].Text()
			if it.Key.Type != typeVariant && (path == top || strings.HasPrefix(path, top+"/")) {
				want[it.Key] = true
			}
		}
		got := 0
		for _, it := range inside {
			if it.Key.Type == typeVariant {
				continue
			}
			got++
			if !want[it.Key] {
				t.Errorf("%s: %v is not in %s", kind, it.Key, top)
			}
		}
		if got != len(want) || got == len(rows) {
			t.Errorf("%s: %d rows in %s, want %d", kind, got, top, len(want))
		}
	}
}

func TestQueriesThatMeanNothingAreRefused(t *testing.T) {
	_, src := live(t, sandbox.Options{NoLimits: true})
	for _, c := range []struct {
		q    source.Query
		says string
	}{
		{source.Query{Kind: "orders"}, "orders"},
		{source.Query{Kind: kindStock, Since: time.Now()}, "since"},
		{source.Query{Kind: kindProducts, ByStore: true}, "by-store"},
		{source.Query{Kind: kindProducts, Types: []string{"varint"}}, `did you mean "variant"`},
		{source.Query{Kind: kindProducts, Columns: []string{"nmae"}}, `did you mean "name"`},
		{source.Query{Kind: kindProducts, PriceTypes: []string{"нет такой"}}, "price type"},
		{source.Query{Kind: kindProducts, Folders: []string{"нет такой"}}, "folder"},
		{source.Query{Kind: kindStock, Stores: []string{"нет такого"}}, "store"},
		{source.Query{Kind: kindStock, StockMode: "some"}, "some"},
		{source.Query{Kind: kindProducts, Archived: "maybe"}, "maybe"},
	} {
		_, err := src.Fetch(t.Context(), c.q)
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", c.q, err)
		}
		if err != nil && i18n.Describe(i18n.Ru, err) == err.Error() {
			t.Errorf("%v has no Russian text", err)
		}
	}
}

func TestChosenColumnsAndPrices(t *testing.T) {
	_, src := live(t, sandbox.Options{NoLimits: true})
	all, _ := export(t, src, source.Query{Kind: kindProducts})
	var name string
	for _, c := range all.Head.Schema {
		if c.PriceRole == "sale" {
			name = strings.TrimPrefix(c.Title.Ru, "Цена: ")
		}
	}
	one, _ := export(t, src, source.Query{Kind: kindProducts, PriceTypes: []string{name}, Columns: []string{"name", "salePrice"}})
	var fields []string
	for _, c := range one.Head.Schema {
		fields = append(fields, c.Field.Family())
	}
	if got := strings.Join(fields, " "); got != "id type name salePrice" && got != "id type name salePrice currency" {
		t.Errorf("columns %s", got)
	}
	named, _ := export(t, src, source.Query{Kind: kindProducts, Columns: []string{"salePrice:" + name}})
	if len(named.Head.Schema) < 3 {
		t.Errorf("columns %v", named.Head.Schema)
	}
}

func TestCurrenciesStandOnlyBesideForeignPrices(t *testing.T) {
	_, src := live(t, sandbox.Options{NoLimits: true, Products: 200})
	snap, rows := export(t, src, source.Query{Kind: kindProducts, Archived: "yes"})
	s := snap.Head.Schema
	for i, c := range s {
		if c.Currency == "" {
			continue
		}
		at := s.Index(c.Currency)
		if at != i+1 {
			t.Fatalf("%s stands at %d, its currency at %d", c.Field, i, at)
		}
		seen := map[string]bool{}
		for _, it := range rows {
			seen[it.Cells[at].Text()] = true
		}
		if delete(seen, ""); len(seen) < 2 {
			t.Errorf("%s: all prices are in %v", c.Field, seen)
		}
	}
}

func TestIDsOfTheUserInterfaceAndOfOtherTypes(t *testing.T) {
	server, src := live(t, sandbox.Options{NoLimits: true})
	product, variant := server.IDs(typeProduct)[3], server.IDs(typeVariant)[0]
	ui, ok := server.UUID(typeProduct, product)
	if !ok || ui == product {
		t.Fatal("the account has one id for both")
	}
	consignment := server.IDs(typeConsignment)[0]
	keys := []catalog.Key{{Type: typeProduct, ID: product}, {ID: ui}, {Type: typeProduct, ID: variant}, {ID: idA}, {Type: typeConsignment, ID: consignment}}
	docs, err := src.Live(t.Context(), keys)
	if err != nil {
		t.Fatal(err)
	}
	want := []catalog.Key{{Type: typeProduct, ID: product}, {Type: typeProduct, ID: product}, {Type: typeVariant, ID: variant}, {}, docs[keys[4]].Key}
	for i, k := range keys {
		if docs[k].Key != want[i] {
			t.Errorf("%v led to %v, want %v", k, docs[k].Key, want[i])
		}
	}
	if k := docs[keys[4]].Key; k.Type != typeProduct && k.Type != typeVariant {
		t.Errorf("a consignment led to %v", k)
	}
	if _, there := docs[keys[3]]; there {
		t.Error("an id of nothing was found")
	}
}

func TestLiveTakesTheCheaperWay(t *testing.T) {
	server, src := live(t, sandbox.Options{NoLimits: true, Products: 400})
	var keys []catalog.Key
	for _, id := range server.IDs(typeProduct) {
		keys = append(keys, catalog.Key{Type: typeProduct, ID: id})
	}
	for _, c := range []struct {
		rows map[string]int
		want int
	}{{map[string]int{typeProduct: len(keys)}, 1}, {nil, 3}} {
		if err := src.Prepare(t.Context(), nil, c.rows); err != nil {
			t.Fatal(err)
		}
		server.ResetRequests()
		docs, err := src.Live(t.Context(), keys)
		if err != nil || len(docs) != len(keys) {
			t.Fatal(len(docs), err)
		}
		if n := len(server.Requests()); n != c.want {
			t.Errorf("%d requests, want %d", n, c.want)
		}
	}
}

func TestVariantsThatCannotBeSortedAreRead(t *testing.T) {
	server, src := live(t, sandbox.Options{NoLimits: true, Faults: "variant-order"})
	_, rows := export(t, src, source.Query{Kind: kindProducts, Types: []string{typeVariant}, Archived: "yes"})
	if len(rows) != len(server.IDs(typeVariant)) {
		t.Errorf("%d rows", len(rows))
	}
}

func TestCheckSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		en, ru string
	}{
		{401, `{"errors":[{"error":"x","code":1056}]}`, "login", "логин"},
		{401, `{"errors":[{"error":"x","code":1048}]}`, "too many attempts", "попыток"},
		{403, `{"errors":[{"error":"x","code":1061}]}`, "may not use the API", "доступа к API"},
		{403, `{"errors":[{"error":"x","code":1070}]}`, "tariff", "тариф"},
		{400, `{"errors":[{"error":"x","code":1998}]}`, "old address", "старый адрес"},
		{410, ``, "switched off", "отключена"},
		{415, ``, "proxy", "прокси"},
	} {
		src := scripted(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
		})
		err := src.Check(t.Context())
		if err == nil || !strings.Contains(i18n.Describe(i18n.En, err), c.en) || !strings.Contains(i18n.Describe(i18n.Ru, err), c.ru) {
			t.Errorf("%d %s: %v / %s", c.status, c.body, err, i18n.Describe(i18n.Ru, err))
		}
	}
	old := scripted(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/employee"):
			_, _ = w.Write([]byte(`{"accountId":"a"}`))
		case strings.HasSuffix(r.URL.Path, "/pricetype"):
			_, _ = w.Write([]byte(`[]`))
		case strings.HasSuffix(r.URL.Path, "/entity/product"):
			_, _ = w.Write([]byte(`{"meta":{"size":1},"rows":[{"meta":{"href":"https://x/entity/product/a","type":"product"},"salePrices":[{"value":100.0,"priceType":"Цена продажи"}]}]}`))
		default:
			_, _ = w.Write([]byte(`{"meta":{"size":0},"rows":[]}`))
		}
	})
	_, err := old.Fetch(t.Context(), source.Query{Kind: kindProducts, Types: []string{typeProduct}, Columns: []string{"salePrice"}})
	if err == nil || !strings.Contains(err.Error(), "API 1.1") {
		t.Errorf("the old form: %v", err)
	}
}
