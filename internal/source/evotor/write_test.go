package evotor_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"catalogsheet/internal/apply"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/money"
	"catalogsheet/internal/plan"
	sandbox "catalogsheet/internal/sandbox/evotor"
	"catalogsheet/internal/source"
	"catalogsheet/internal/source/evotor"

	"github.com/google/go-cmp/cmp"
)

// edit makes the write of one field of a product, with what it holds now.
func edit(t *testing.T, src *evotor.Source, k catalog.Key, f catalog.Field, kind catalog.Kind, want string) source.Write {
	t.Helper()
	if err := src.Prepare(t.Context(), []catalog.Field{f}, nil); err != nil {
		t.Fatal(err)
	}
	docs, err := src.Live(t.Context(), []catalog.Key{k})
	if err != nil {
		t.Fatal(err)
	}
	d, ok := docs[k]
	if !ok {
		t.Fatalf("%v is not there", k)
	}
	l, _ := src.Lens(f)
	was, err := l.Get(d)
	if err != nil {
		t.Fatal(err)
	}
	return source.Write{Live: d, Step: plan.Step{Op: plan.Update, Target: k, Set: []plan.Assign{{Field: f, Kind: kind, Was: was, Want: catalog.Of(want)}}}}
}

func send(t *testing.T, src *evotor.Source, writes ...source.Write) []source.Result {
	t.Helper()
	res, err := src.Send(t.Context(), writes)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// log is a journal that forgets.
type log struct{ n int }

func (l *log) Intent([]journal.Before) (int, error)      { l.n++; return l.n, nil }
func (l *log) Task(int, string) error                    { return nil }
func (l *log) Done(int, []journal.Outcome, string) error { return nil }
func (l *log) Unsent(int, []int) error                   { return nil }

// carryOut sends steps as an import does.
func carryOut(t *testing.T, src *evotor.Source, steps []plan.Step) (map[plan.State]int, []*plan.Outcome) {
	t.Helper()
	p := plan.New(plan.Plan{Source: src.Name()}, src.Order(), steps)
	s := apply.NewState(p)
	e := apply.Engine{Source: src, Log: &log{}, Now: time.Now}
	if err := e.Run(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	counts := map[plan.State]int{}
	for _, o := range s.Outcomes {
		counts[o.State]++
	}
	return counts, s.Outcomes
}

// setAll makes steps that give the first n editable rows a value each.
func setAll(head catalog.Head, rows []catalog.Item, f catalog.Field, n int, want func(i int) string) []plan.Step {
	at := head.Schema.Index(f)
	c := head.Schema[at]
	var steps []plan.Step
	for _, it := range rows {
		if len(steps) < n && c.EditableOn(it.Key.Type) && !it.Cells[at].Absent() {
			steps = append(steps, plan.Step{Op: plan.Update, Target: it.Target, Set: []plan.Assign{
				{Field: f, Kind: c.Kind, Was: it.Cells[at], Want: catalog.Of(want(len(steps)))},
			}})
		}
	}
	return steps
}

// held is what the products of an account hold, by value: what is empty is as
// good as missing.
func held(t *testing.T, server *sandbox.Server, without ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, store := range server.Stores() {
		for _, id := range server.Products(store) {
			raw, _ := server.Product(store, id)
			var f map[string]json.RawMessage
			if err := json.Unmarshal(raw, &f); err != nil {
				t.Fatal(err)
			}
			for k, v := range f {
				text := string(v)
				if n, err := money.Parse(text); err == nil {
					text = money.Plain(n)
				}
				if k != "updated_at" && !slices.Contains(without, k) && !slices.Contains([]string{`""`, "[]", "{}"}, text) {
					out[store+" "+id+" "+k] = text
				}
			}
		}
	}
	return out
}

func methods(server *sandbox.Server) map[string]int {
	counts := map[string]int{}
	for _, r := range server.Requests() {
		if r.Method != http.MethodGet && r.Fault == "" && r.Status < 400 {
			counts[r.Method]++
		}
	}
	return counts
}

// TestPricesAndStockGoByPatchAlone: one per item, no other write, and nothing
// else in the account changes.
func TestPricesAndStockGoByPatchAlone(t *testing.T) {
	for _, faults := range []string{"", "default"} {
		t.Run("faults "+faults, func(t *testing.T) {
			account(t, sandbox.Options{Products: 400, Faults: faults}, func(t *testing.T, server *sandbox.Server, src *evotor.Source) {
				head, rows := fetch(t, src, everything)
				if err := src.Prepare(t.Context(), []catalog.Field{"price", "quantity"}, map[string]int{"NORMAL": len(rows)}); err != nil {
					t.Fatal(err)
				}
				before := server.Dump("updated_at", "price", "quantity", "cost_price")
				server.ResetRequests()
				price := func(i int) string { return fmt.Sprintf("%d.37", 1000+i) }
				counts, _ := carryOut(t, src, setAll(head, rows, "price", 250, price))
				if diff := cmp.Diff(map[plan.State]int{plan.Applied: 250}, counts); diff != "" {
					t.Error(diff)
				}
				if diff := cmp.Diff(map[string]int{http.MethodPatch: 250}, methods(server)); diff != "" {
					t.Errorf("writes:\n%s", diff)
				}
				for _, f := range []catalog.Field{"quantity", "costPrice"} {
					if counts, _ := carryOut(t, src, setAll(head, rows, f, 30, price)); counts[plan.Applied] != 30 {
						t.Errorf("%s: %v", f, counts)
					}
				}
				if string(server.Dump("updated_at", "price", "quantity", "cost_price")) != string(before) {
					t.Error("something else changed")
				}
				_, now := fetch(t, src, everything)
				for i, s := range setAll(head, rows, "price", 250, price) {
					at := slices.IndexFunc(now, func(it catalog.Item) bool { return it.Key == s.Target })
					if v := now[at].Cells[head.Schema.Index("price")]; v.Text() != price(i) {
						t.Fatalf("price %d is %v", i, v)
					}
				}
			})
		})
	}
}

// TestASaleMeanwhileIsKept: between export and import, and between the reading
// and the write of another field.
func TestASaleMeanwhileIsKept(t *testing.T) {
	for _, f := range []struct {
		field catalog.Field
		kind  catalog.Kind
	}{{"price", catalog.Money}, {"name", catalog.Text}} {
		account(t, sandbox.Options{}, func(t *testing.T, server *sandbox.Server, src *evotor.Source) {
			head, rows := fetch(t, src, everything)
			k := firstOf(rows, "NORMAL")
			if err := server.Change(k.Store, k.ID, map[string]any{"quantity": 10}); err != nil {
				t.Fatal(err)
			}
			w := edit(t, src, k, f.field, f.kind, "123.45")
			if err := server.Sell(k.Store, k.ID, 3); err != nil {
				t.Fatal(err)
			}
			if r := send(t, src, w); r[0].Outcome.State != plan.Applied {
				t.Fatalf("%+v", r)
			}
			now, _ := server.Product(k.Store, k.ID)
			if q := member(t, now, "quantity"); q != "7" {
				t.Errorf("after the sale 7 are left, the server holds %s", q)
			}
			_ = head
		})
	}
}

// TestCardsKeepWhatIsNotKnown: every product is renamed, types and taxes to
// come and unknown fields stay.
func TestCardsKeepWhatIsNotKnown(t *testing.T) {
	for _, c := range []struct {
		size   int
		faults string
	}{{1, ""}, {1000, ""}, {1000, "poor-list"}} {
		size := c.size
		account(t, sandbox.Options{Products: 120, Page: 50, Faults: c.faults}, func(t *testing.T, server *sandbox.Server, src *evotor.Source) {
			head, rows := fetch(t, src, everything)
			if err := src.Prepare(t.Context(), nil, nil); err != nil {
				t.Fatal(err)
			}
			k := firstOf(rows, "NORMAL")
			if err := server.Change(k.Store, k.ID, map[string]any{"traceability": map[string]any{"lot": "A-1", "n": 3}}); err != nil {
				t.Fatal(err)
			}
			before := held(t, server, "name")
			steps := setAll(head, rows, "name", size, func(i int) string { return fmt.Sprintf("Товар №%d", i) })
			counts, outcomes := carryOut(t, src, steps)
			if counts[plan.Applied] != len(steps) {
				t.Errorf("%v", counts)
				for _, o := range outcomes {
					if o.State != plan.Applied {
						t.Logf("%+v", *o)
					}
				}
			}
			if diff := cmp.Diff(before, held(t, server, "name")); diff != "" {
				t.Errorf("something else changed:\n%s", diff)
			}
			if m := methods(server); size == 1 && m[http.MethodPut] != 1 || m[http.MethodPut] > 60 {
				t.Errorf("%v", m)
			}
		})
	}
}

// TestTasksEndInOutcomes: whatever becomes of a task, the outcomes are what
// the server holds.
func TestTasksEndInOutcomes(t *testing.T) {
	for _, faults := range []string{
		"", "bulk-at-once", "partial-bulk", "partial-bulk,bulk-at-once", "partial-bulk,errors-key", "bulk-declined", "bulk-half", "bulk-slow", "bulk-no-details",
		"503-after:PUT:x1", "503-before:PUT:x1", "drop-after:PUT:x1", "lost-answer:PUT:x1", "empty-body:PUT:x1", "cut-body:GET:/bulks:x1",
	} {
		t.Run(faults, func(t *testing.T) {
			account(t, sandbox.Options{}, func(t *testing.T, server *sandbox.Server, src *evotor.Source) {
				head, rows := fetch(t, src, everything)
				rows = slices.DeleteFunc(rows, func(it catalog.Item) bool { return it.Key.Type != "NORMAL" || it.Key.Store != rows[0].Key.Store })
				if err := src.Prepare(t.Context(), nil, nil); err != nil {
					t.Fatal(err)
				}
				if err := server.Fault(faults); err != nil {
					t.Fatal(err)
				}
				steps := setAll(head, rows, "description", 12, func(i int) string { return fmt.Sprintf("Описание %d", i) })
				counts, outcomes := carryOut(t, src, steps)
				if counts[plan.Applied]+counts[plan.Rejected] != len(steps) {
					t.Errorf("%v", counts)
				}
				if refuses := strings.Contains(faults, "partial") || strings.Contains(faults, "declined") || strings.Contains(faults, "half"); refuses == (counts[plan.Rejected] == 0) {
					t.Errorf("%v", counts)
				}
				for _, o := range outcomes {
					now, _ := server.Product(o.Target.Store, o.Target.ID)
					i := slices.IndexFunc(steps, func(s plan.Step) bool { return s.Target == o.Target })
					if kept := member(t, now, "description") == `"`+steps[i].Set[0].Want.Text()+`"`; kept != (o.State == plan.Applied) {
						t.Errorf("%s: %+v, the server holds %s", faults, *o, member(t, now, "description"))
					}
					if o.State == plan.Rejected && o.Code == "" {
						t.Errorf("a refusal without a code: %+v", *o)
					}
				}
			})
		})
	}
}

// TestLostAnswersAreLookedUp: a write of the stock is never repeated unread.
func TestLostAnswersAreLookedUp(t *testing.T) {
	for _, faults := range []string{"503-after:PATCH:x1", "drop-after:PATCH:x1", "lost-answer:PATCH:x1", "empty-body:PATCH:x1", "cut-body:PATCH:x1"} {
		t.Run(faults, func(t *testing.T) {
			account(t, sandbox.Options{}, func(t *testing.T, server *sandbox.Server, src *evotor.Source) {
				_, rows := fetch(t, src, everything)
				w := edit(t, src, firstOf(rows, "NORMAL"), "quantity", catalog.Number, "41")
				if err := server.Fault(faults); err != nil {
					t.Fatal(err)
				}
				server.ResetRequests()
				if r := send(t, src, w); r[0].Outcome.State != plan.Applied {
					t.Errorf("%+v", r[0])
				}
				patches := 0
				for _, r := range server.Requests() {
					if r.Method == http.MethodPatch {
						patches++
					}
				}
				if patches != 1 {
					t.Errorf("%d PATCHes", patches)
				}
			})
		})
	}
}

func TestRefusalsStopOrReject(t *testing.T) {
	for _, c := range []struct {
		faults string
		want   error
	}{{"403:PATCH", source.ErrStop}, {"402:PATCH", source.ErrStop}, {"revoke-token:PATCH", source.ErrStop}} {
		account(t, sandbox.Options{}, func(t *testing.T, server *sandbox.Server, src *evotor.Source) {
			_, rows := fetch(t, src, everything)
			w := edit(t, src, firstOf(rows, "NORMAL"), "price", catalog.Money, "41.00")
			if err := server.Fault(c.faults); err != nil {
				t.Fatal(err)
			}
			if _, err := src.Send(t.Context(), []source.Write{w}); !errors.Is(err, c.want) || errors.Is(err, source.ErrUnknown) {
				t.Errorf("%s: %v", c.faults, err)
			}
		})
	}
	account(t, sandbox.Options{}, func(t *testing.T, server *sandbox.Server, src *evotor.Source) {
		_, rows := fetch(t, src, everything)
		k := firstOf(rows, "NORMAL")
		w := edit(t, src, k, "price", catalog.Money, "41.00")
		long := edit(t, src, k, "name", catalog.Text, strings.Repeat("я", 400))
		if r := send(t, src, long)[0].Outcome; r.State != plan.Rejected || r.Code != "validation_failed" || !strings.Contains(r.Message, "name") {
			t.Errorf("%+v", r)
		}
		if err := server.Remove(k.Store, k.ID); err != nil {
			t.Fatal(err)
		}
		if r := send(t, src, w)[0].Outcome; r.State != plan.Stale {
			t.Errorf("%+v", r)
		}
	})
}

// TestSomebodysChangeIsNotOverwritten: a card is read again right before it is
// written.
func TestSomebodysChangeIsNotOverwritten(t *testing.T) {
	account(t, sandbox.Options{}, func(t *testing.T, server *sandbox.Server, src *evotor.Source) {
		_, rows := fetch(t, src, everything)
		k := firstOf(rows, "NORMAL")
		w := edit(t, src, k, "name", catalog.Text, "Моё")
		if err := server.Change(k.Store, k.ID, map[string]any{"name": "Чужое"}); err != nil {
			t.Fatal(err)
		}
		if r := send(t, src, w)[0].Outcome; r.State != plan.Stale || !strings.Contains(r.Message, "Чужое") {
			t.Errorf("%+v", r)
		}
	})
}
