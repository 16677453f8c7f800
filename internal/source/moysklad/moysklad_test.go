package moysklad

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/rest"
	"catalogsheet/internal/sandbox"
	"catalogsheet/internal/source"
)

const basePath = "/api/remap/1.2"

// live makes an imitated account and a source that reads it.
func live(t *testing.T, o sandbox.Options) (*sandbox.Server, *Source) {
	t.Helper()
	if o.Products == 0 {
		o.Products = 40
	}
	server, err := sandbox.New(o)
	if err != nil {
		t.Fatal(err)
	}
	hs := httptest.NewServer(server)
	t.Cleanup(hs.Close)
	cfg := Config{BaseURL: hs.URL + basePath, Token: sandbox.DefaultToken}
	if o.NoLimits {
		cfg.Limits = &rest.Limits{Tries: 1}
	}
	src, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(src.Close)
	return server, src
}

// items reads a whole snapshot.
func items(t *testing.T, s catalog.Snapshot) []catalog.Item {
	t.Helper()
	var all []catalog.Item
	for it, err := range s.Items {
		if err != nil {
			t.Fatal(err)
		}
		if len(it.Cells) != len(s.Head.Schema) {
			t.Fatalf("%d cells for %d columns", len(it.Cells), len(s.Head.Schema))
		}
		all = append(all, it)
	}
	return all
}

func export(t *testing.T, src *Source, q source.Query) (catalog.Snapshot, []catalog.Item) {
	t.Helper()
	snap, err := src.Fetch(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return snap, items(t, snap)
}

func TestProductsHoldEveryItemOnce(t *testing.T) {
	server, src := live(t, sandbox.Options{NoLimits: true})
	snap, rows := export(t, src, source.Query{Kind: "products", Archived: "yes"})
	want := 0
	for _, kind := range entityOrder {
		want += len(server.IDs(kind))
	}
	if len(rows) != want {
		t.Errorf("%d rows, the account holds %d items", len(rows), want)
	}
	seen := map[catalog.Key]bool{}
	for _, it := range rows {
		if seen[it.Key] {
			t.Errorf("%v is there twice", it.Key)
		}
		seen[it.Key] = true
	}
	if snap.Head.Account == "" || snap.Head.KeyField != catalog.FieldID || len(snap.Head.Lists[listFolders]) == 0 {
		t.Errorf("head %+v", snap.Head)
	}
}

func TestCellsAreWhatTheDocumentHolds(t *testing.T) {
	_, src := live(t, sandbox.Options{NoLimits: true})
	for _, kind := range []string{kindProducts, kindStock} {
		snap, rows := export(t, src, source.Query{Kind: kind})
		var fields []catalog.Field
		for _, c := range snap.Head.Schema {
			fields = append(fields, c.Field)
		}
		if err := src.Prepare(t.Context(), fields, nil); err != nil {
			t.Fatal(err)
		}
		var keys []catalog.Key
		for _, it := range rows {
			keys = append(keys, it.Target)
		}
		docs, err := src.Live(t.Context(), keys)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range rows {
			d, ok := docs[it.Target]
			if !ok {
				t.Fatalf("%v was not found", it.Target)
			}
			for i, c := range snap.Head.Schema {
				if !c.EditableOn(it.Key.Type) {
					continue
				}
				l, ok := src.Lens(c.Field)
				if !ok {
					t.Fatalf("no lens for %s", c.Field)
				}
				v, err := l.Get(d)
				if err != nil || v != it.Cells[i] {
					t.Fatalf("%s of %v: cell %q, document %q, %v", c.Field, it.Key, it.Cells[i], v, err)
				}
			}
		}
	}
}

func TestStockOfEveryGrouping(t *testing.T) {
	server, src := live(t, sandbox.Options{NoLimits: true})
	last := 0
	for _, group := range []string{typeProduct, typeVariant, typeConsignment} {
		snap, rows := export(t, src, source.Query{Kind: kindStock, GroupBy: group, ByStore: true})
		if len(rows) < last || len(rows) == 0 || snap.Total != len(rows) {
			t.Errorf("%s: %d rows of %d", group, len(rows), snap.Total)
		}
		last = len(rows)
		if snap.Head.KeyField != catalog.FieldConsignmentID {
			t.Errorf("key %s", snap.Head.KeyField)
		}
		s := snap.Head.Schema
		for _, it := range rows {
			if it.Key.Type == typeConsignment && it.Target.Type == typeConsignment {
				t.Fatalf("a consignment is its own target: %v", it)
			}
			if it.Cells[s.Index("id")].Text() != it.Target.ID || it.Cells[s.Index("consignmentID")].Text() != it.Key.ID {
				t.Fatalf("ids of %v: %v", it.Key, it.Cells)
			}
			if !it.Cells[s.Index("stock")].IsSet() {
				t.Fatalf("no stock in %v", it)
			}
		}
		stores := 0
		for _, c := range s {
			if c.Field.Family() == familyStock && c.Field.Member() != "" {
				stores++
			}
		}
		if stores == 0 {
			t.Errorf("no column by store: %d stores", len(server.IDs("store")))
		}
	}
}

func TestPricesAreChangedAndNothingElse(t *testing.T) {
	server, src := live(t, sandbox.Options{NoLimits: true})
	ctx := t.Context()
	snap, rows := export(t, src, source.Query{Kind: kindProducts})
	var price catalog.Field
	for _, c := range snap.Head.Schema {
		if c.PriceRole == "sale" && price == "" {
			price = c.Field
		}
	}
	at := snap.Head.Schema.Index(price)
	target := rows[slices.IndexFunc(rows, func(it catalog.Item) bool { return it.Key.Type == typeProduct })]
	before, _ := server.Entity(typeProduct, target.Key.ID)
	if err := src.Prepare(ctx, []catalog.Field{price}, nil); err != nil {
		t.Fatal(err)
	}
	docs, err := src.Live(ctx, []catalog.Key{target.Target})
	if err != nil {
		t.Fatal(err)
	}
	w := source.Write{Live: docs[target.Target]}
	w.Step.Op, w.Step.Target = "~", target.Target
	w.Step.Set = append(w.Step.Set, assign(price, catalog.Money, target.Cells[at].Text(), "1234.56"))
	res, err := src.Send(ctx, []source.Write{w})
	if err != nil {
		t.Fatal(err)
	}
	if res[0].Outcome.State != "applied" {
		t.Fatalf("%+v", res[0].Outcome)
	}
	l, _ := src.Lens(price)
	if v, err := l.Get(res[0].Saved); err != nil || v.Text() != "1234.56" {
		t.Errorf("saved %v, %v", v, err)
	}
	after, _ := server.Entity(typeProduct, target.Key.ID)
	for k, raw := range fieldsOf(t, before) {
		if now := fieldsOf(t, after)[k]; k != "updated" && k != "salePrices" && string(now) != string(raw) {
			t.Errorf("%s changed from %s to %s", k, raw, now)
		}
	}
	var b, a struct {
		SalePrices []json.RawMessage
	}
	_ = json.Unmarshal(before, &b)
	_ = json.Unmarshal(after, &a)
	for i := range b.SalePrices {
		if mine := strings.Contains(string(b.SalePrices[i]), price.Member()); mine == (string(b.SalePrices[i]) == string(a.SalePrices[i])) {
			t.Errorf("price %d: %s became %s", i, b.SalePrices[i], a.SalePrices[i])
		}
	}
}

func fieldsOf(t *testing.T, raw json.RawMessage) map[string]json.RawMessage {
	t.Helper()
	var m map[string]json.RawMessage
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestDefaultFaultsAndLimitsAreSurvived(t *testing.T) {
	if testing.Short() {
		return
	}
	server, src := live(t, sandbox.Options{Faults: "default", Products: 30})
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	snap, err := src.Fetch(ctx, source.Query{Kind: kindStock})
	if err != nil {
		t.Fatal(err)
	}
	if len(items(t, snap)) == 0 {
		t.Error("no rows")
	}
	for _, r := range server.Requests() {
		if r.Status == 429 && r.Fault == "" {
			t.Errorf("%s %s went over the budget", r.Method, r.Path)
		}
	}
}
