package evotor_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/plan"
	sandbox "catalogsheet/internal/sandbox/evotor"
	"catalogsheet/internal/source/evotor"
)

// create makes the step of a new row.
func create(store, id string, values map[catalog.Field]string) plan.Step {
	s := plan.Step{Op: plan.Create, Target: catalog.Key{Store: store, Type: "NORMAL"}, ClientID: id}
	for _, c := range evotor.Known() {
		if v, ok := values[c.Field]; ok {
			s.Set = append(s.Set, plan.Assign{Field: c.Field, Kind: c.Kind, Want: catalog.Of(v)})
		}
	}
	return s
}

// TestNewProductsAreMadeOnce: with an id of ours, by PUT, however often the
// same step is sent.
func TestNewProductsAreMadeOnce(t *testing.T) {
	account(t, sandbox.Options{}, func(t *testing.T, server *sandbox.Server, src *evotor.Source) {
		head, _ := fetch(t, src, everything)
		if err := src.Prepare(t.Context(), []catalog.Field{"group"}, nil); err != nil {
			t.Fatal(err)
		}
		stores, _ := src.Stores(t.Context())
		had := len(server.Products(stores[0].ID))
		values := map[catalog.Field]string{"name": "Новый", "price": "10.50", "measure": "шт", "tax": "VAT_20", "allowToSell": "true", "barcodes": "2000000000015"}
		path := ""
		for _, e := range head.Lists["groups"] {
			if slices.Contains(server.Groups(stores[0].ID), e.ID) {
				path = e.Name
				break
			}
		}
		values["group"] = path
		var steps []plan.Step
		for i := range 3 {
			steps = append(steps, create(stores[0].Name, fmt.Sprintf("11111111-2222-4333-8444-55555555555%d", i), values))
		}
		for _, state := range []plan.State{plan.Applied, plan.Already} {
			counts, outcomes := carryOut(t, src, steps)
			if counts[state] != 3 {
				t.Fatalf("%v %+v", counts, *outcomes[0])
			}
			for _, o := range outcomes {
				if _, ok := server.Product(stores[0].ID, o.Target.ID); !ok || o.Target.Store != stores[0].ID {
					t.Errorf("%+v is not there", o.Target)
				}
			}
		}
		if n := len(server.Products(stores[0].ID)); n != had+3 {
			t.Errorf("%d products, there were %d", n, had)
		}
		delete(values, "tax")
		if _, outcomes := carryOut(t, src, []plan.Step{create(stores[0].ID, "11111111-2222-4333-8444-666666666666", values)}); outcomes[0].State != plan.Rejected || outcomes[0].Message == "" {
			t.Errorf("%+v", outcomes[0])
		}
		if _, outcomes := carryOut(t, src, []plan.Step{create("", "11111111-2222-4333-8444-666666666666", values)}); outcomes[0].State != plan.Rejected || !strings.Contains(outcomes[0].Message, "store") {
			t.Errorf("%+v", outcomes[0])
		}
	})
}

// TestRetiringTakesOffSale: the undo of a creation.
func TestRetiringTakesOffSale(t *testing.T) {
	account(t, sandbox.Options{}, func(t *testing.T, server *sandbox.Server, src *evotor.Source) {
		_, rows := fetch(t, src, everything)
		k := firstOf(rows, "NORMAL")
		if err := server.Change(k.Store, k.ID, map[string]any{"allow_to_sell": true}); err != nil {
			t.Fatal(err)
		}
		a, ok := src.Retire("NORMAL")
		if !ok {
			t.Fatal("nothing retires a product")
		}
		if counts, _ := carryOut(t, src, []plan.Step{{Op: plan.Update, Target: catalog.Key{Type: k.Type, ID: k.ID, Store: k.Store}, Set: []plan.Assign{a}}}); counts[plan.Applied] != 1 {
			t.Fatalf("%v", counts)
		}
		now, _ := server.Product(k.Store, k.ID)
		if v := member(t, now, "allow_to_sell"); v != "false" {
			t.Errorf("allow_to_sell is %s", v)
		}
	})
}

// TestCostGrowsWithTheWrites: what is said before asking.
func TestCostGrowsWithTheWrites(t *testing.T) {
	account(t, sandbox.Options{}, func(t *testing.T, _ *sandbox.Server, src *evotor.Source) {
		head, rows := fetch(t, src, everything)
		last := time.Duration(0)
		for _, n := range []int{0, 1, 20, 90} {
			steps := setAll(head, rows, "price", n, func(int) string { return "5.00" })
			d := src.Cost(plan.New(plan.Plan{}, src.Order(), steps))
			if n > 0 && d < last || n == 0 && d != 0 {
				t.Errorf("%d writes take %s, fewer %s", n, d, last)
			}
			last = d
		}
	})
}
