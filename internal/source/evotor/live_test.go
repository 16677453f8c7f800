package evotor_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/plan"
	sandbox "catalogsheet/internal/sandbox/evotor"
	"catalogsheet/internal/source/evotor"
)

// TestLiveFindsByStore: ids are unique in a store only, so the store tells, by
// id or by name; where it is not said, two products of one id are none.
func TestLiveFindsByStore(t *testing.T) {
	account(t, sandbox.Options{}, func(t *testing.T, server *sandbox.Server, src *evotor.Source) {
		if err := src.Prepare(t.Context(), nil, nil); err != nil {
			t.Fatal(err)
		}
		stores, _ := src.Stores(t.Context())
		a, b := stores[0], stores[1]
		shared, own := "", ""
		for _, id := range server.Products(a.ID) {
			if slices.Contains(server.Products(b.ID), id) {
				shared = id
			} else {
				own = id
			}
		}
		if shared == "" {
			t.Fatal("the stores share no id")
		}
		keys := []catalog.Key{
			{Store: a.ID, ID: shared}, {Store: b.Name, ID: strings.ToUpper(shared)}, {ID: own}, {ID: shared},
			{Store: "no such store", ID: shared}, {Store: a.ID, Type: "WRONG_TYPE", ID: own}, {Store: a.ID},
		}
		docs, err := src.Live(t.Context(), keys)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []string{a.ID, b.ID, a.ID, "", "", a.ID, ""} {
			d, ok := docs[keys[i]]
			if ok != (want != "") || d.Key.Store != want {
				t.Errorf("%+v: %v %+v", keys[i], ok, d.Key)
			}
			if ok && (d.Key.ID != strings.ToLower(keys[i].ID) || d.Key.Type == "" || d.Key.Type == "WRONG_TYPE") {
				t.Errorf("%+v is taken for %+v", keys[i], d.Key)
			}
		}
	})
}

// TestLiveReadsWhatIsCheaper: few products one by one, many by the list.
func TestLiveReadsWhatIsCheaper(t *testing.T) {
	account(t, sandbox.Options{Products: 300}, func(t *testing.T, server *sandbox.Server, src *evotor.Source) {
		_, rows := fetch(t, src, everything)
		if err := src.Prepare(t.Context(), nil, nil); err != nil {
			t.Fatal(err)
		}
		for n, most := range map[int]int{1: 1, 3: 3, 200: 10} {
			server.ResetRequests()
			var keys []catalog.Key
			for _, it := range rows[:n] {
				keys = append(keys, it.Key)
			}
			docs, err := src.Live(t.Context(), keys)
			if err != nil || len(docs) != n {
				t.Fatalf("%d of %d, %v", len(docs), n, err)
			}
			if got := len(server.Requests()); got > most {
				t.Errorf("%d products took %d requests", n, got)
			}
		}
	})
}

// TestAlcoholIsEditedByItsOwnFields: also where lists leave them out.
func TestAlcoholIsEditedByItsOwnFields(t *testing.T) {
	account(t, sandbox.Options{Faults: "poor-list"}, func(t *testing.T, server *sandbox.Server, src *evotor.Source) {
		head, rows := fetch(t, src, everything)
		if err := src.Prepare(t.Context(), nil, nil); err != nil {
			t.Fatal(err)
		}
		for f, key := range map[catalog.Field]string{"alcoholByVolume": "alcohol_by_volume", "tareVolume": "tare_volume", "alcoholKindCode": "alcohol_product_kind_code"} {
			steps := setAll(head, rows, f, 5, func(i int) string { return fmt.Sprint(10 + i) })
			if len(steps) == 0 {
				t.Fatalf("no product has %s", f)
			}
			if counts, outcomes := carryOut(t, src, steps); counts[plan.Applied] != len(steps) {
				t.Errorf("%s: %v %+v", f, counts, *outcomes[0])
			}
			for _, s := range steps {
				now, _ := server.Product(s.Target.Store, s.Target.ID)
				if got := member(t, now, key); got != s.Set[0].Want.Text() {
					t.Errorf("%s is %s", key, got)
				}
			}
		}
		if m := methods(server); m[http.MethodPatch] != 0 {
			t.Errorf("%v", m)
		}
	})
}
