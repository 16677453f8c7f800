// Package sourcetest is what every source must pass: pages in order and whole
// or an error, unknown fields that survive a write, one outcome per write in
// order, an end within one request when it is asked to stop, and the lens laws
// for every editable column.
package sourcetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/source"

	"github.com/google/go-cmp/cmp"
)

// Fixture is what the suite needs to know of a system.
type Fixture struct {
	// New starts a fresh imitated server with a catalog of several pages or
	// types and gives a source that reaches it through w alone.
	New func(t *testing.T, w *Wire) Server
	// Query reads the whole catalog.
	Query source.Query
	// IsPage tells a request for a page of items.
	IsPage func(*http.Request) bool
	// Text is an editable text field, Price an editable price, of rows of Type.
	Text, Price catalog.Field
	Type        string
	// Value gives values for columns of which the suite knows none (barcodes,
	// VAT); ok false leaves the value to the suite.
	Value func(c catalog.Column, n int) (v catalog.Value, ok bool)
}

// Server is an imitated system with its source.
type Server struct {
	Source source.Source
	// Order gives the ids of the items in the order in which they are to come;
	// nil: the service promises none.
	Order func() []string
	// Entity gives an entity as the API would show it now.
	Entity func(catalog.Key) (json.RawMessage, bool)
	// Moves lists the fields of an entity that any write may change by itself.
	Moves []string
}

// Run runs the suite.
func Run(t *testing.T, f Fixture) {
	t.Run("every item comes once and in order", f.order)
	t.Run("a failed page fails the fetch", f.failedPage)
	t.Run("a cut page fails the fetch", f.cutPage)
	t.Run("live documents show what the fetch showed", f.live)
	t.Run("a write changes its fields and nothing else", f.narrowWrite)
	t.Run("unknown fields survive lenses", f.unknownFields)
	t.Run("outcomes come in the order of the writes", f.outcomes)
	t.Run("cancelling ends a fetch within one request", f.cancelFetch)
	t.Run("cancelling ends a send within one request", f.cancelSend)
	t.Run("lens laws", f.lensLaws)
}

// open starts a server.
func (f Fixture) open(t *testing.T) (*Wire, Server) {
	t.Helper()
	w := &Wire{}
	return w, f.New(t, w)
}

// items reads a fetch whole.
func items(ctx context.Context, src source.Source, q source.Query) (catalog.Head, []catalog.Item, error) {
	snap, err := src.Fetch(ctx, q)
	if err != nil {
		return catalog.Head{}, nil, err
	}
	var all []catalog.Item
	for it, err := range snap.Items {
		if err != nil {
			return snap.Head, all, err
		}
		all = append(all, it)
	}
	return snap.Head, all, nil
}

func mustItems(t *testing.T, src source.Source, q source.Query) (catalog.Head, []catalog.Item) {
	t.Helper()
	head, all, err := items(t.Context(), src, q)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("the catalog is empty")
	}
	return head, all
}

func (f Fixture) order(t *testing.T) {
	_, s := f.open(t)
	head, first := mustItems(t, s.Source, f.Query)
	seen := map[catalog.Key]bool{}
	var ids []string
	for _, it := range first {
		if seen[it.Key] {
			t.Errorf("%v came twice", it.Key)
		}
		seen[it.Key] = true
		ids = append(ids, it.Key.ID)
		if len(it.Cells) != len(head.Schema) {
			t.Fatalf("%v: %d cells for %d columns", it.Key, len(it.Cells), len(head.Schema))
		}
	}
	if s.Order != nil {
		if diff := cmp.Diff(s.Order(), ids); diff != "" {
			t.Errorf("not the order of the service (-service +source):\n%s", diff)
		}
	}
	_, second := mustItems(t, s.Source, f.Query)
	if diff := cmp.Diff(keysOf(first), keysOf(second)); diff != "" {
		t.Errorf("the second fetch differs:\n%s", diff)
	}
}

func keysOf(list []catalog.Item) []catalog.Key {
	keys := make([]catalog.Key, len(list))
	for i, it := range list {
		keys[i] = it.Key
	}
	return keys
}

// failedPage: whichever page it is that fails, none of the others is taken for
// the whole.
func (f Fixture) failedPage(t *testing.T) {
	f.spoil(t, func(*http.Request, *http.Response) (*http.Response, error) {
		return plainAnswer(http.StatusForbidden, ""), nil
	})
}

func (f Fixture) cutPage(t *testing.T) {
	f.spoil(t, func(_ *http.Request, resp *http.Response) (*http.Response, error) {
		return plainAnswer(http.StatusOK, `{"rows":[{"id`), resp.Body.Close()
	})
}

// spoil spoils every page in turn, for good.
func (f Fixture) spoil(t *testing.T, how func(*http.Request, *http.Response) (*http.Response, error)) {
	w, s := f.open(t)
	mustItems(t, s.Source, f.Query)
	var pages []string
	for _, r := range w.Requests() {
		if f.IsPage(r) && !slices.Contains(pages, r.URL.String()) {
			pages = append(pages, r.URL.String())
		}
	}
	if len(pages) < 2 {
		t.Fatalf("the catalog has %d pages, at least 2 are needed", len(pages))
	}
	for i := range pages {
		w, s := f.open(t)
		seen := map[string]bool{}
		w.After = func(r *http.Request, resp *http.Response) (*http.Response, error) {
			if !f.IsPage(r) {
				return resp, nil
			}
			seen[r.URL.RequestURI()] = true
			if len(seen) > i {
				return how(r, resp)
			}
			return resp, nil
		}
		_, all, err := items(t.Context(), s.Source, f.Query)
		if err == nil {
			t.Errorf("page %d of %d failed, and the fetch gave %d items as if they were all", i+1, len(pages), len(all))
		}
	}
}

// prepare readies a source for the columns of a head.
func prepare(t *testing.T, src source.Source, head catalog.Head) {
	t.Helper()
	var fields []catalog.Field
	for _, c := range head.Schema {
		fields = append(fields, c.Field)
	}
	if err := src.Prepare(t.Context(), fields, nil); err != nil {
		t.Fatal(err)
	}
}

// documents reads the documents of items that are their own targets.
func documents(t *testing.T, src source.Source, head catalog.Head, list []catalog.Item) []source.Doc {
	t.Helper()
	prepare(t, src, head)
	found, err := src.Live(t.Context(), keysOf(list))
	if err != nil {
		t.Fatal(err)
	}
	docs := make([]source.Doc, 0, len(list))
	for _, it := range list {
		d, ok := found[it.Key]
		if !ok {
			t.Fatalf("%v was exported and is not found", it.Key)
		}
		docs = append(docs, d)
	}
	return docs
}

func (f Fixture) live(t *testing.T) {
	_, s := f.open(t)
	head, list := mustItems(t, s.Source, f.Query)
	docs := documents(t, s.Source, head, list)
	for i, it := range list {
		for n, c := range head.Schema {
			if !c.EditableOn(it.Key.Type) {
				continue
			}
			l, ok := s.Source.Lens(c.Field)
			if !ok || l.Set == nil {
				t.Fatalf("%s is editable and has no lens", c.Field)
			}
			if v, err := l.Get(docs[i]); err != nil || v != it.Cells[n] {
				t.Fatalf("%s of %v: the sheet shows %v, the document %v (%v)", c.Field, it.Key, it.Cells[n], v, err)
			}
		}
	}
	gone := catalog.Key{Store: list[0].Key.Store, Type: list[0].Key.Type, ID: "00000000-0000-4000-8000-00000000dead"}
	if found, err := s.Source.Live(t.Context(), []catalog.Key{gone}); err != nil || len(found) != 0 {
		t.Errorf("an item that does not exist: %v, %v", found, err)
	}
}

// some gives n documents of the fixture's type.
func (f Fixture) some(t *testing.T, s Server, n int) []source.Doc {
	t.Helper()
	head, list := mustItems(t, s.Source, f.Query)
	var of []catalog.Item
	for _, it := range list {
		if it.Key.Type == f.Type && (len(of) == 0 || it.Key.Store == of[0].Key.Store) {
			of = append(of, it)
		}
	}
	if len(of) < n {
		t.Fatalf("%d items of type %s, %d are needed", len(of), f.Type, n)
	}
	return documents(t, s.Source, head, of[:n])
}

// change makes a write that gives a field of a document a value.
func (f Fixture) change(t *testing.T, src source.Source, d source.Doc, field catalog.Field, kind catalog.Kind, want string) source.Write {
	t.Helper()
	l, ok := src.Lens(field)
	if !ok {
		t.Fatalf("no lens for %s", field)
	}
	was, err := l.Get(d)
	if err != nil {
		t.Fatal(err)
	}
	return source.Write{Live: d, Step: plan.Step{Op: plan.Update, Target: d.Key, Set: []plan.Assign{
		{Field: field, Kind: kind, Was: was, Want: catalog.Of(want)},
	}}}
}

func (f Fixture) narrowWrite(t *testing.T) {
	for _, c := range []struct {
		field catalog.Field
		kind  catalog.Kind
		want  string
	}{{f.Text, catalog.Text, "Другое значение"}, {f.Price, catalog.Money, "1234.56"}} {
		_, s := f.open(t)
		d := f.some(t, s, 1)[0]
		before := entity(t, s, d.Key)
		res, err := s.Source.Send(t.Context(), []source.Write{f.change(t, s.Source, d, c.field, c.kind, c.want)})
		if err != nil || len(res) != 1 || res[0].Outcome.State != plan.Applied {
			t.Fatalf("%s: %+v, %v", c.field, res, err)
		}
		now, err := s.Source.Live(t.Context(), []catalog.Key{d.Key})
		if err != nil {
			t.Fatal(err)
		}
		l, _ := s.Source.Lens(c.field)
		if v, err := l.Get(now[d.Key]); err != nil || !c.kind.Equal(v, catalog.Of(c.want)) {
			t.Errorf("%s is %v, %v", c.field, v, err)
		}
		after, changed := entity(t, s, d.Key), 0
		for k, raw := range before {
			if !slices.Contains(s.Moves, k) && !sameJSON(raw, after[k]) {
				changed++
				t.Logf("%s: %s became %s", k, raw, after[k])
			}
		}
		for k := range after {
			if _, ok := before[k]; !ok && !slices.Contains(s.Moves, k) {
				changed++
				t.Logf("%s is new: %s", k, after[k])
			}
		}
		if changed != 1 {
			t.Errorf("writing %s changed %d fields of the entity", c.field, changed)
		}
	}
}

func entity(t *testing.T, s Server, k catalog.Key) map[string]json.RawMessage {
	t.Helper()
	raw, ok := s.Entity(k)
	if !ok {
		t.Fatalf("the server has no %v", k)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		t.Fatal(err)
	}
	return fields
}

func sameJSON(a, b json.RawMessage) bool {
	var x, y bytes.Buffer
	return json.Compact(&x, a) == nil && json.Compact(&y, b) == nil && bytes.Equal(x.Bytes(), y.Bytes())
}

// outcomes: of three writes the middle one cannot succeed.
func (f Fixture) outcomes(t *testing.T) {
	_, s := f.open(t)
	docs := f.some(t, s, 3)
	var writes []source.Write
	for i, want := range []string{"Первый", strings.Repeat("длинное ", 2000), "Третий"} {
		writes = append(writes, f.change(t, s.Source, docs[i], f.Text, catalog.Text, want))
	}
	res, err := s.Source.Send(t.Context(), writes)
	if err != nil {
		t.Fatal(err)
	}
	var states []plan.State
	for i, r := range res {
		states = append(states, r.Outcome.State)
		if r.Outcome.Target != writes[i].Step.Target {
			t.Errorf("outcome %d is of %v, not of %v", i, r.Outcome.Target, writes[i].Step.Target)
		}
	}
	if diff := cmp.Diff([]plan.State{plan.Applied, plan.Rejected, plan.Applied}, states); diff != "" {
		t.Fatalf("outcomes:\n%s", diff)
	}
	if res[1].Outcome.Code == "" || res[1].Outcome.Message == "" {
		t.Errorf("the refusal says nothing: %+v", res[1].Outcome)
	}
}

func (f Fixture) cancelFetch(t *testing.T) {
	w, s := f.open(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stopAt := 0
	w.Before = func(r *http.Request) {
		if f.IsPage(r) && stopAt == 0 {
			stopAt = len(w.Requests())
			cancel()
		}
	}
	if _, _, err := items(ctx, s.Source, f.Query); !errors.Is(err, context.Canceled) {
		t.Errorf("the fetch ended with %v", err)
	}
	// Requests that were under way beside it are not counted against it.
	if more := len(w.Requests()) - stopAt; stopAt == 0 || more > inFlight {
		t.Errorf("%d requests were sent after the cancellation", more)
	}
}

// inFlight is how many requests a source may have under way at once.
const inFlight = 5

func (f Fixture) cancelSend(t *testing.T) {
	w, s := f.open(t)
	docs := f.some(t, s, 3)
	var writes []source.Write
	for _, d := range docs {
		writes = append(writes, f.change(t, s.Source, d, f.Price, catalog.Money, "77.70"))
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	sent := 0
	w.Before = func(*http.Request) {
		sent++
		cancel()
	}
	if _, err := s.Source.Send(ctx, writes); err == nil {
		t.Error("the send was cancelled and gave outcomes")
	}
	if sent > 1 {
		t.Errorf("%d requests were sent after the cancellation", sent-1)
	}
}
