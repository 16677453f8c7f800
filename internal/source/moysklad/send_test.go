package moysklad

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/rest"
	"catalogsheet/internal/sandbox"
	"catalogsheet/internal/source"
)

const (
	idA = "00000000-0000-0000-0000-00000000000a"
	idB = "00000000-0000-0000-0000-00000000000b"
)

// scripted is a source whose service answers every request in one way.
func scripted(t *testing.T, h http.HandlerFunc) *Source {
	t.Helper()
	hs := httptest.NewServer(h)
	t.Cleanup(hs.Close)
	src, err := New(Config{BaseURL: hs.URL, Token: "t", Limits: &rest.Limits{Tries: 1, TriesBusy: 1}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(src.Close)
	return src
}

func rename(id, name string) source.Write {
	key := catalog.Key{Type: typeProduct, ID: id}
	m := json.RawMessage(`{"href":"https://x/entity/product/` + id + `?expand=supplier","type":"product","mediaType":"application/json"}`)
	return source.Write{
		Step: plan.Step{Op: plan.Update, Target: key, Set: []plan.Assign{assign(catalog.FieldName, catalog.Text, "old", name)}},
		Live: source.Doc{Key: key, Fields: map[string]json.RawMessage{"meta": m, "name": json.RawMessage(`"old"`)}},
	}
}

func saved(id string) string {
	return `{"meta":{"href":"https://x/entity/product/` + id + `","type":"product"},"id":"` + id + `","name":"new"}`
}

func TestAnswersToABulkWrite(t *testing.T) {
	failed := `{"errors":[{"error":"нет","code":3006,"parameter":"code"}]}`
	for _, c := range []struct {
		name   string
		status int
		kind   string
		body   string
		is     []error // what the error is
		states string  // of the results, one letter each
	}{
		{"saved", 200, "application/json", "[" + saved(idA) + "," + saved(idB) + "]", nil, "aa"},
		{"partly, with 400", 400, "application/json", "[" + failed + "," + saved(idB) + "]", nil, "ra"},
		{"refused whole", 400, "application/json", failed, nil, "rr"},
		{"too short", 200, "application/json", "[" + saved(idA) + "]", []error{source.ErrUnknown}, ""},
		{"other order", 200, "application/json", "[" + saved(idB) + "," + saved(idA) + "]", []error{source.ErrUnknown}, ""},
		{"cut", 200, "application/json", "[" + saved(idA) + ",", []error{source.ErrUnknown}, ""},
		{"empty", 200, "application/json", "", []error{source.ErrUnknown}, ""},
		{"HTML", 502, "text/html", "<html>", []error{source.ErrUnknown}, ""},
		{"HTML 404", 404, "text/html", "<html>", []error{source.ErrStop}, ""},
		{"500", 500, "application/json", failed, []error{source.ErrUnknown}, ""},
		{"time-out of the batch", 400, "application/json", `{"errors":[{"error":"долго","code":1088}]}`, []error{source.ErrUnknown, source.ErrTooLarge}, ""},
		{"413", 413, "text/html", "", []error{source.ErrTooLarge}, ""},
		{"1044", 400, "application/json", `{"errors":[{"error":"много","code":1044}]}`, []error{source.ErrTooLarge}, ""},
		{"password", 401, "application/json", `{"errors":[{"error":"нет","code":1056}]}`, []error{source.ErrStop}, ""},
		{"tariff", 403, "application/json", `{"errors":[{"error":"нет","code":1070}]}`, []error{source.ErrStop}, ""},
		{"busy", 429, "application/json", `{"errors":[{"error":"нет","code":1049}]}`, []error{source.ErrStop}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := scripted(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", c.kind)
				w.WriteHeader(c.status)
				_, _ = w.Write([]byte(c.body))
			})
			results, err := src.Send(t.Context(), []source.Write{rename(idA, "new"), rename(idB, "new")})
			for _, known := range []error{source.ErrUnknown, source.ErrTooLarge, source.ErrStop} {
				want := false
				for _, is := range c.is {
					want = want || is == known
				}
				if errors.Is(err, known) != want {
					t.Errorf("%v: is %q %v", err, known, !want)
				}
			}
			states := ""
			for _, r := range results {
				states += string(r.Outcome.State[:1])
				if r.Outcome.State == plan.Rejected && (r.Outcome.Code != "3006" || r.Outcome.Message != "нет") {
					t.Errorf("%+v", r.Outcome)
				}
			}
			if states != c.states {
				t.Errorf("results %q, want %q (%v)", states, c.states, err)
			}
		})
	}
}

func TestWhatIsSent(t *testing.T) {
	var body []map[string]json.RawMessage
	src := scripted(t, func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		_, _ = w.Write([]byte("[" + saved(idA) + "]"))
	})
	if _, err := src.Send(t.Context(), []source.Write{rename(idA, "new")}); err != nil {
		t.Fatal(err)
	}
	want := `{"href":"https://x/entity/product/` + idA + `","type":"product","mediaType":"application/json"}`
	if len(body) != 1 || len(body[0]) != 2 || string(body[0]["meta"]) != want || string(body[0]["name"]) != `"new"` {
		t.Errorf("sent %s", body)
	}
}

func TestUpdateWithoutItsAddressIsNeverSent(t *testing.T) {
	src := scripted(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("sent %s", r.URL) })
	none, other, kind := rename(idA, "new"), rename(idA, "new"), rename(idA, "new")
	delete(none.Live.Fields, "meta")
	other.Live.Fields["meta"] = rename(idB, "new").Live.Fields["meta"]
	kind.Live.Fields["meta"] = json.RawMessage(strings.ReplaceAll(string(kind.Live.Fields["meta"]), "product", "service"))
	results, err := src.Send(t.Context(), []source.Write{none, other, kind})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Outcome.State != plan.Rejected || r.Outcome.Message == "" {
			t.Errorf("%+v", r.Outcome)
		}
	}
}

func TestCreateIsRepeatable(t *testing.T) {
	server, src := live(t, sandbox.Options{NoLimits: true})
	if err := src.Prepare(t.Context(), []catalog.Field{"buyPrice"}, nil); err != nil {
		t.Fatal(err)
	}
	before := len(server.IDs(typeProduct))
	w := source.Write{Step: plan.Step{Op: plan.Create, Target: catalog.Key{Type: typeProduct}, ClientID: "11111111-2222-3333-4444-555555555555",
		Set: []plan.Assign{assign("name", catalog.Text, "", "Новый"), assign("buyPrice", catalog.Money, "", "10.50")}}}
	var ids []string
	for range 2 {
		results, err := src.Send(t.Context(), []source.Write{w})
		if err != nil || results[0].Outcome.State != plan.Applied {
			t.Fatal(results, err)
		}
		ids = append(ids, results[0].Saved.Key.ID)
	}
	if n := len(server.IDs(typeProduct)); n != before+1 || ids[0] != ids[1] || ids[0] == "" {
		t.Errorf("%d products after %d, ids %v", n, before, ids)
	}
	for _, kind := range []string{typeVariant, typeBundle} {
		w.Step.Target.Type = kind
		if results, err := src.Send(t.Context(), []source.Write{w}); err != nil || results[0].Outcome.State != plan.Rejected {
			t.Errorf("a %s: %v %v", kind, results, err)
		}
	}
}

func TestPartlyRefusedBatch(t *testing.T) {
	server, src := live(t, sandbox.Options{NoLimits: true, Faults: "partial-bulk=2:POST"})
	_, rows := export(t, src, source.Query{Kind: kindProducts, Types: []string{typeProduct}})
	var keys []catalog.Key
	for _, it := range rows[:6] {
		keys = append(keys, it.Key)
	}
	docs, err := src.Live(t.Context(), keys)
	if err != nil {
		t.Fatal(err)
	}
	var writes []source.Write
	for _, k := range keys {
		writes = append(writes, source.Write{Live: docs[k], Step: plan.Step{Op: plan.Update, Target: k, Set: []plan.Assign{assign("description", catalog.Text, "", "стало")}}})
	}
	results, err := src.Send(t.Context(), writes)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		raw, _ := server.Entity(typeProduct, keys[i].ID)
		if written := strings.Contains(string(raw), "стало"); written != (r.Outcome.State == plan.Applied) || r.Outcome.Target != keys[i] {
			t.Errorf("%d: %+v, written %v", i, r.Outcome, written)
		}
	}
}
