package migration

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/money"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/source"
)

// Cloud is what a migration needs of Evotor; *evotor.Source is one.
type Cloud interface {
	Name() string
	Account(ctx context.Context) (source.Account, error)
	// CatalogV1 and ExtrasV1 give V1's answers as they are.
	CatalogV1(ctx context.Context, store string) ([]byte, error)
	ExtrasV1(ctx context.Context, store string) ([]byte, error)
	// ProductsWhole and Groups read a store whole by V2.
	ProductsWhole(ctx context.Context, store string) ([]source.Doc, error)
	Groups(ctx context.Context, store string) ([]source.Doc, error)
	// ReplaceProducts and ReplaceGroups put whole documents by their ids.
	ReplaceProducts(ctx context.Context, store string, docs []source.Doc) ([]source.Result, error)
	ReplaceGroups(ctx context.Context, store string, docs []source.Doc) ([]source.Result, error)
	// Await waits for the tasks that those two have told of: see source.Waiter.
	source.Waiter
}

// Source writes the steps of a migration: whole documents of V2 under the ids
// that V1 gave. It looks again before a write where what it read is old.
type Source struct {
	Cloud
	now func() time.Time

	mu  sync.Mutex
	two map[string]*seen
	old map[string]stock
	// sent is the stock that was written, by key.
	sent map[catalog.Key]catalog.Value
	// planned is what V1 held when the plan was made, by store.
	planned map[string]items
}

var (
	_ source.Source = (*Source)(nil)
	_ source.Waiter = (*Source)(nil)
)

// seen is V2 as it was read, with what was written since.
type seen struct {
	State
	at time.Time
}

// stock is what V1 said last: of quantities, and of all else.
type stock struct {
	quantities map[string]raw
	items      items
	at         time.Time
}

// How old a look may be when something is written by it. What a till sells
// after the look at the stock is lost, for the API has no conditional write.
const (
	freshStock = 5 * time.Second
	freshV2    = time.Minute
)

// batch is how many documents go out in one request. All of them carry a stock
// that was read before the first.
const batch = 1000

// NewSource makes a source of a connection.
func NewSource(c Cloud, now func() time.Time) *Source {
	return &Source{Cloud: c, now: now, two: map[string]*seen{}, old: map[string]stock{}, sent: map[catalog.Key]catalog.Value{}, planned: map[string]items{}}
}

// V1 reads the catalog of V1 and remembers its stock.
func (s *Source) V1(ctx context.Context, store string) ([]byte, *Catalog, error) {
	at := s.now()
	body, err := s.CatalogV1(ctx, store)
	if err != nil {
		return nil, nil, i18n.Wrap(i18n.T("read the catalog by Evotor's API V1", "чтение каталога по API V1 Эвотора"), err)
	}
	c, err := Read(body)
	if err != nil {
		return nil, nil, err
	}
	held := stock{map[string]raw{}, c.items(), at}
	for _, it := range c.Items {
		if d, ok := number(it.Fields["quantity"]); ok && d.Equal(d.Truncate(3)) && !d.Abs().GreaterThan(mostQuantity) {
			held.quantities[strings.ToLower(it.UUID)] = raw(money.Plain(d))
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.old[store] = held
	return body, c, nil
}

// V2 reads a store whole.
func (s *Source) V2(ctx context.Context, store string) (State, error) {
	at := s.now()
	groups, err := s.Groups(ctx, store)
	if err != nil {
		return State{}, i18n.Wrap(i18n.T("read the groups by V2", "чтение групп по V2"), err)
	}
	products, err := s.ProductsWhole(ctx, store)
	if err != nil {
		return State{}, i18n.Wrap(i18n.T("read the products by V2", "чтение товаров по V2"), err)
	}
	state := State{Groups: byID(groups), Products: byID(products)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.two[store] = &seen{state, at}
	return state, nil
}

func byID(docs []source.Doc) map[string]Document {
	m := make(map[string]Document, len(docs))
	for _, d := range docs {
		m[strings.ToLower(d.Key.ID)] = d.Fields
	}
	return m
}

// Fetch is not what a migration reads by.
func (s *Source) Fetch(context.Context, source.Query) (catalog.Snapshot, error) {
	return catalog.Snapshot{}, fmt.Errorf("a migration has no sheet: %w", source.ErrStop)
}

// Head is not what a migration has.
func (s *Source) Head(context.Context, string) (catalog.Head, error) {
	return catalog.Head{}, fmt.Errorf("a migration has no sheet: %w", source.ErrStop)
}

// Retire gives nothing: an item that V2 has since a migration was on sale
// before, so taking the migration back must not take it off sale.
func (s *Source) Retire(string) (plan.Assign, bool) { return plan.Assign{}, false }

// Prepare has nothing to read: the members of documents are known.
func (s *Source) Prepare(context.Context, []catalog.Field, map[string]int) error { return nil }

// Lens gives the lens of a member of documents.
func (s *Source) Lens(f catalog.Field) (source.Lens, bool) {
	m, ok := memberOf(f)
	return m.lens(), ok
}

// MaxBatch is the greatest number of writes of one Send.
func (s *Source) MaxBatch() int { return batch }

// levels is how deep groups may lie for Order to name them; deeper ones are
// written in the order of their plan all the same.
const levels = 64

// Order lists the types: groups by level, then products.
func (s *Source) Order() []string {
	return Order([]plan.Step{{Target: catalog.Key{Type: Target{Group: true, Level: levels}.keyType()}}})
}

// Live reads documents as they are now.
func (s *Source) Live(ctx context.Context, keys []catalog.Key) (map[catalog.Key]source.Doc, error) {
	states := map[string]State{}
	docs := make(map[catalog.Key]source.Doc, len(keys))
	for _, k := range keys {
		state, read := states[k.Store]
		if !read {
			var err error
			if state, err = s.V2(ctx, k.Store); err != nil {
				return nil, err
			}
			states[k.Store] = state
		}
		if d, ok := state.of(k); ok {
			docs[k] = source.Doc{Key: k, Fields: d}
		}
	}
	return docs, nil
}

func (s State) of(k catalog.Key) (Document, bool) {
	d, ok := s.Products[strings.ToLower(k.ID)]
	if isGroupType(k.Type) {
		d, ok = s.Groups[strings.ToLower(k.ID)]
	}
	return d, ok
}

// Send writes documents of one type and store. A new item that V2 shows by now
// as wanted was written by an earlier try and is not sent again; one that was
// changed in V1 since the plan was made is not sent at all.
func (s *Source) Send(ctx context.Context, writes []source.Write) ([]source.Result, error) {
	if len(writes) == 0 {
		return nil, nil
	}
	first := writes[0].Step.Target
	two, quantities, err := s.now2(ctx, first)
	if err != nil {
		return nil, err
	}
	results := make([]source.Result, len(writes))
	var docs []source.Doc
	var which []int
	for i, w := range writes {
		if changed := s.changedInV1(w.Step, two); changed != "" {
			results[i] = source.Result{Outcome: plan.Outcome{Target: w.Step.Target, State: plan.Stale, Code: codeChanged, Message: changed}}
			continue
		}
		d, done, err := document(w, two, quantities)
		if err != nil {
			return nil, err
		}
		if done {
			results[i] = source.Result{Outcome: plan.Outcome{Target: w.Step.Target, State: plan.Applied}, Saved: d}
			continue
		}
		docs, which = append(docs, d), append(which, i)
		s.remember(w.Step.Target, d)
	}
	if len(docs) == 0 {
		return results, nil
	}
	replace := s.ReplaceProducts
	if isGroupType(first.Type) {
		replace = s.ReplaceGroups
	}
	answers, err := replace(ctx, first.Store, docs)
	if err != nil {
		s.forget(first.Store)
		return nil, err
	}
	for n, a := range answers {
		i := which[n]
		a.Outcome.Target = writes[i].Step.Target
		results[i] = a
	}
	if isGroupType(first.Type) {
		return results, s.confirm(ctx, first.Store, writes, results)
	}
	return results, nil
}

func (s *Source) remember(k catalog.Key, d source.Doc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent[catalog.Key{Store: k.Store, ID: k.ID}] = numberForm.get(d.Fields["quantity"])
}

// AsSent leaves out a stock that differs from the plan's but is what was
// written: a till had sold meanwhile.
func (s *Source) AsSent(store, id string, list []plan.Assign) []plan.Assign {
	s.mu.Lock()
	sent := s.sent[catalog.Key{Store: store, ID: id}]
	s.mu.Unlock()
	return slices.DeleteFunc(list, func(a plan.Assign) bool { return a.Field == fieldQuantity && a.Kind.Equal(a.Was, sent) })
}

func (s *Source) forget(store string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.two, store)
}

// now2 gives V2 and the stock of V1, read anew where they are too old.
func (s *Source) now2(ctx context.Context, k catalog.Key) (State, map[string]raw, error) {
	s.mu.Lock()
	two, old := s.two[k.Store], s.old[k.Store]
	s.mu.Unlock()
	unread := func(err error) error {
		return i18n.Wrap(i18n.T("look again before writing", "повторная проверка перед записью"), err)
	}
	if two == nil || s.now().Sub(two.at) > freshV2 {
		if _, err := s.V2(ctx, k.Store); err != nil {
			return State{}, nil, unread(err)
		}
	}
	if old.quantities == nil || !isGroupType(k.Type) && s.now().Sub(old.at) > freshStock {
		if _, _, err := s.V1(ctx, k.Store); err != nil {
			return State{}, nil, unread(err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.two[k.Store].State, s.old[k.Store].quantities, nil
}

// document makes the whole document of a write; done says that V2 holds all of
// it already. The stock of a new item is V1's of this moment, that of another
// one is V2's own.
func document(w source.Write, two State, quantities map[string]raw) (d source.Doc, done bool, err error) {
	fields, there := w.Live.Fields, w.Live.Fields != nil
	if !there {
		fields, there = two.of(w.Step.Target)
	}
	d = source.Doc{Key: w.Step.Target, Fields: fields}.Clone()
	if d.Fields["id"], err = spell(strings.ToLower(w.Step.Target.ID)); err != nil {
		return d, false, err
	}
	done = there
	for _, a := range w.Step.Set {
		m, ok := memberOf(a.Field)
		if !ok {
			return d, false, fmt.Errorf("a migration writes no field %s", a.Field)
		}
		now := m.form.get(d.Fields[m.key])
		want := a.Want
		if now.IsSet() && w.Step.Op == plan.Create && a.Field == fieldQuantity {
			continue // a till may have sold since
		}
		if q, ok := quantities[strings.ToLower(w.Step.Target.ID)]; ok && w.Step.Op == plan.Create && a.Field == fieldQuantity {
			want = catalog.Of(string(q))
		}
		done = done && m.equal(now, want)
		if err := m.lens().Set(d, want); err != nil {
			return d, false, fmt.Errorf("write %s of %s: %w", a.Field, d.Key.ID, err)
		}
	}
	return d, done && w.Step.Op == plan.Create, nil
}

// confirm reads groups back: what lies in them is written next.
func (s *Source) confirm(ctx context.Context, store string, writes []source.Write, results []source.Result) error {
	docs, err := s.Groups(ctx, store)
	if err != nil {
		return fmt.Errorf("%w: %w", source.ErrUnknown, err)
	}
	two := State{Groups: byID(docs)}
	s.mu.Lock()
	if was := s.two[store]; was != nil {
		s.two[store] = &seen{State{Groups: two.Groups, Products: was.Products}, was.at}
	}
	s.mu.Unlock()
	for i, w := range writes {
		if results[i].Outcome.State != plan.Applied {
			continue
		}
		d, ok := two.of(w.Step.Target)
		for _, a := range w.Step.Set {
			m, _ := memberOf(a.Field)
			if !ok || !m.equal(m.form.get(d[m.key]), a.Want) {
				results[i].Outcome = plan.Outcome{Target: w.Step.Target, State: plan.Rejected, Code: "not-kept"}
			}
		}
		results[i].Saved = source.Doc{Key: w.Step.Target, Fields: d}
	}
	return nil
}
