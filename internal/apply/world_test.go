package apply_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"catalogsheet/internal/apply"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/rest"
	"catalogsheet/internal/sandbox"
	"catalogsheet/internal/source"
	"catalogsheet/internal/source/moysklad"
)

// world is an account on a server, a home folder and a plan.
type world struct {
	t      *testing.T
	server *sandbox.Server
	http   *httptest.Server
	dir    journal.Dir
	plan   plan.Plan
	price  catalog.Field
	// batch is how many elements one request holds.
	batch int
	runs  int // processes so far
}

const run = "20261121-100500-1a2b"

func newWorld(t *testing.T, o sandbox.Options) *world {
	t.Helper()
	o.NoLimits = true
	o.Clock = func() time.Time { return time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC) }
	server, err := sandbox.New(o)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, server: server, http: httptest.NewServer(server), batch: 3}
	t.Cleanup(w.close)
	w.reset()
	return w
}

func (w *world) close() {
	w.http.CloseClientConnections()
	w.http.Close()
}

// reset begins anew on the account as it is now.
func (w *world) reset() {
	w.dir, w.runs = journal.Dir{Home: w.t.TempDir(), Now: time.Now}, 0
}

func (w *world) source(transport http.RoundTripper) *moysklad.Source {
	w.t.Helper()
	src, err := moysklad.New(moysklad.Config{BaseURL: w.http.URL + "/api/remap/1.2", Token: sandbox.DefaultToken,
		Transport: transport, Limits: &rest.Limits{Tries: 1}})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(src.Close)
	return src
}

// keys lists the first n items of a type.
func (w *world) keys(typ string, n int) []catalog.Key {
	ids := w.server.IDs(typ)
	var keys []catalog.Key
	for _, id := range ids[:min(n, len(ids))] {
		keys = append(keys, catalog.Key{Type: typ, ID: id})
	}
	return keys
}

// raise makes a plan that raises a sale price of the items.
func (w *world) raise(keys []catalog.Key, more ...plan.Step) {
	w.t.Helper()
	src := w.source(nil)
	head, err := src.Head(w.t.Context(), "products")
	if err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(head.Schema, func(c catalog.Column) bool { return c.PriceRole == "sale" })
	w.price = head.Schema[i].Field
	docs, lens := w.live(src, keys, w.price)
	var steps []plan.Step
	for n, k := range keys {
		was, err := lens.Get(docs[k])
		if err != nil {
			w.t.Fatal(err)
		}
		steps = append(steps, plan.Step{Op: plan.Update, Target: k, Set: []plan.Assign{{
			Field: w.price, Kind: catalog.Money, Was: was, Want: catalog.Of(fmt.Sprintf("%d.50", 700000+n)),
		}}})
	}
	w.plan = plan.New(plan.Plan{Source: "moysklad", Account: "a"}, src.Order(), append(steps, more...))
}

func (w *world) live(src source.Source, keys []catalog.Key, f catalog.Field) (map[catalog.Key]source.Doc, source.Lens) {
	w.t.Helper()
	if err := src.Prepare(w.t.Context(), []catalog.Field{f}, nil); err != nil {
		w.t.Fatal(err)
	}
	docs, err := src.Live(w.t.Context(), keys)
	if err != nil {
		w.t.Fatal(err)
	}
	lens, ok := src.Lens(f)
	if !ok {
		w.t.Fatalf("no lens of %s", f)
	}
	return docs, lens
}

// limited sends less in one request.
type limited struct {
	source.Source
	most int
}

func (l limited) MaxBatch() int { return l.most }

// What a source can do besides its contract.
func (l limited) Made(ctx context.Context, typ string, ids []string) (map[string]source.Doc, error) {
	return l.Source.(*moysklad.Source).Made(ctx, typ, ids)
}

func (l limited) Exact(f catalog.Field, d source.Doc) json.RawMessage {
	return l.Source.(*moysklad.Source).Exact(f, d)
}

// process begins the run, or goes on with it, as a process does that fate may
// kill, and gives the error that it ended with.
func (w *world) process(f *fate) error {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	defer cancel()
	f.die = cancel
	log, state := w.begin()
	f.file = filepath.Join(w.dir.Home, "runs", run+".jsonl")
	defer log.Close()
	src := w.source(f)
	fields := []catalog.Field{w.price, catalog.FieldCode, catalog.FieldName, catalog.FieldType}
	if err := src.Prepare(ctx, fields, nil); err != nil {
		return err
	}
	engine := &apply.Engine{Source: limited{src, w.batch}, Log: &mortalLog{f, log}, Now: time.Now, Stop: f.stop,
		Pause: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }}
	if err := engine.Run(ctx, state); err != nil {
		return err
	}
	return f.write(func() error { return log.End(journal.Done) })
}

func (w *world) begin() (*journal.Writer, *apply.State) {
	w.t.Helper()
	w.runs++
	if w.runs == 1 {
		log, err := w.dir.Create(journal.Begin{Run: run, Command: "import", File: "a.xlsx", Source: "moysklad", Account: "a"}, w.plan)
		if err != nil {
			w.t.Fatal(err)
		}
		return log, apply.NewState(w.plan)
	}
	log, r, err := w.dir.Append(run)
	if err != nil {
		w.t.Fatal(err)
	}
	return log, &apply.State{Plan: r.Plan, Outcomes: r.Outcomes, Intended: r.Intended, Before: r.Before, Tasks: r.Tasks}
}

// outcomes is what the journal says became of every step.
func (w *world) outcomes() []string {
	w.t.Helper()
	r, err := w.dir.Open(run)
	if err != nil {
		w.t.Fatal(err)
	}
	list := make([]string, len(r.Outcomes))
	for i, o := range r.Outcomes {
		if o == nil {
			list[i] = "open"
			continue
		}
		list[i] = fmt.Sprintf("%s %s %s %s", o.Target.Type, o.Target.ID, o.State, o.Code)
	}
	return list
}

// held is what the server holds of the plan's fields now, by step.
func (w *world) held() []catalog.Value {
	w.t.Helper()
	src := w.source(nil)
	var keys []catalog.Key
	for _, s := range w.plan.Steps {
		keys = append(keys, s.Target)
	}
	docs, lens := w.live(src, keys, w.price)
	values := make([]catalog.Value, len(keys))
	for i, k := range keys {
		if doc, ok := docs[k]; ok {
			v, err := lens.Get(doc)
			if err != nil {
				w.t.Fatal(err)
			}
			values[i] = v
		}
	}
	return values
}

// moment is where a process is killed.
type moment string

const (
	never       moment = ""
	beforeWrite moment = "before a write"
	tornWrite   moment = "in the middle of a write"
	afterWrite  moment = "after a write"
	beforeSend  moment = "before a request"
	lostAnswer  moment = "before the answer"
	afterAnswer moment = "after the answer"
)

var errKilled = errors.New("killed")

// fate kills a process at an event: a line of the journal or a request. From
// then on nothing of it reaches the disk or the server.
type fate struct {
	at   int // the number of the event, from 1
	how  moment
	stop chan struct{}
	// each is told of every request before it leaves.
	each func(*http.Request, []byte)
	// below carries the requests; nil is the network.
	below http.RoundTripper

	mu     sync.Mutex
	n      int
	dead   bool
	die    func()
	file   string
	events []string // write or the request
}

func (f *fate) next(what string) moment {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead {
		return beforeSend
	}
	f.n++
	f.events = append(f.events, what)
	if f.n == f.at {
		return f.how
	}
	return never
}

func (f *fate) kill() error {
	f.mu.Lock()
	f.dead = true
	f.mu.Unlock()
	f.die()
	return errKilled
}

// write carries out one write of the journal.
func (f *fate) write(do func() error) error {
	switch f.next("write") {
	case beforeWrite, beforeSend:
		return f.kill()
	case tornWrite:
		file, err := os.OpenFile(f.file, os.O_WRONLY|os.O_APPEND, 0)
		if err == nil {
			_, err = file.WriteString(`{"v":1,"kind":"done","batch":1,"outcomes":[{"step":0,"target"`)
			err = errors.Join(err, file.Close())
		}
		return errors.Join(err, f.kill())
	case afterWrite:
		return errors.Join(do(), f.kill())
	}
	return do()
}

func (f *fate) RoundTrip(r *http.Request) (*http.Response, error) {
	how := f.next(r.Method + " " + r.URL.Path)
	if how == beforeSend {
		return nil, f.kill()
	}
	if f.each != nil {
		var body []byte
		if r.Body != nil {
			body, _ = io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		f.each(r, body)
	}
	below := f.below
	if below == nil {
		below = http.DefaultTransport
	}
	resp, err := below.RoundTrip(r)
	if err != nil || how == never {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	if how == afterAnswer {
		// The answer arrived and nothing comes of it.
		f.mu.Lock()
		defer f.mu.Unlock()
		f.dead = true
		return resp, err
	}
	return nil, errors.Join(err, f.kill())
}

// mortalLog is the journal of a process that may die.
type mortalLog struct {
	f   *fate
	log *journal.Writer
}

func (m *mortalLog) Intent(before []journal.Before) (batch int, err error) {
	err = m.f.write(func() error { batch, err = m.log.Intent(before); return err })
	return batch, err
}

func (m *mortalLog) Task(batch int, id string) error {
	return m.f.write(func() error { return m.log.Task(batch, id) })
}

func (m *mortalLog) Done(batch int, outcomes []journal.Outcome, unclear string) error {
	return m.f.write(func() error { return m.log.Done(batch, outcomes, unclear) })
}

func (m *mortalLog) Unsent(batch int, steps []int) error {
	return m.f.write(func() error { return m.log.Unsent(batch, steps) })
}

// sentIDs takes the ids of the elements out of a bulk write.
func sentIDs(body []byte) []string {
	var list []struct {
		Meta struct {
			Href string `json:"href"`
		} `json:"meta"`
		SyncID string `json:"syncId"`
	}
	if json.Unmarshal(body, &list) != nil {
		return nil
	}
	var ids []string
	for _, e := range list {
		ids = append(ids, e.SyncID+e.Meta.Href[strings.LastIndexByte(e.Meta.Href, '/')+1:])
	}
	return ids
}
