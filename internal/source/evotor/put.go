package evotor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/rest"
	"catalogsheet/internal/source"
)

// readOnlyKeys are what the server writes itself: Evotor REST API, Товары. They
// are taken out of a document before it is sent.
var readOnlyKeys = [...]string{"store_id", "user_id", "created_at", "updated_at", "images", "quantity_in_package"}

// neededKeys stay in a document that is sent even where they are empty: Evotor
// REST API, Товары, the examples of writing.
var neededKeys = [...]string{"id", "type", "name", "price", "cost_price", "measure_name", "tax", "allow_to_sell"}

// body is a document as it is sent: without what the server writes itself and
// without empty fields, which the API does not want. cleared names lists that
// are emptied by sending them empty.
func body(d source.Doc, cleared ...string) fields {
	out := make(fields, len(d.Fields))
	for k, raw := range d.Fields {
		needed := slices.Contains(neededKeys[:], k) && string(raw) != "null" || slices.Contains(cleared, k)
		if slices.Contains(readOnlyKeys[:], k) || isEmpty(raw) && !needed {
			continue
		}
		out[k] = raw
	}
	return out
}

// ready is one write whose whole document is made.
type ready struct {
	at  int // among the writes
	w   source.Write
	doc source.Doc
	// cleared are the lists to be emptied.
	cleared []string
}

// putAll writes whole documents. Those of one store go together: each is read
// before the first is sent.
func (s *Source) putAll(ctx context.Context, writes []source.Write, which []int, results []source.Result) error {
	byStore := map[string][]ready{}
	var stores []string
	for _, i := range which {
		r, decided, err := s.merge(ctx, writes[i])
		switch {
		case err != nil:
			return err
		case decided != nil:
			results[i] = *decided
			continue
		}
		r.at = i
		store := r.doc.Key.Store
		if byStore[store] == nil {
			stores = append(stores, store)
		}
		byStore[store] = append(byStore[store], r)
	}
	sent := false
	for _, store := range stores {
		if err := s.putStore(ctx, store, byStore[store], results); err != nil {
			return partly(err, sent)
		}
		sent = true
	}
	return nil
}

func (s *Source) putStore(ctx context.Context, store string, list []ready, results []source.Result) error {
	if len(list) == 1 {
		out, err := s.putOne(ctx, list[0])
		results[list[0].at] = out
		return err
	}
	docs := make([]source.Doc, len(list))
	for i, r := range list {
		docs[i] = source.Doc{Key: r.doc.Key, Fields: body(r.doc, r.cleared...)}
	}
	answers, err := s.Replace(ctx, store, collectionProducts, docs)
	if err != nil {
		return err
	}
	for i, a := range answers {
		r := list[i]
		out, err := s.settled(ctx, r.w, a)
		if err != nil {
			return fmt.Errorf("%w: %w", source.ErrUnknown, err)
		}
		results[r.at] = out
	}
	return nil
}

// putOne sends one document, after a try that was not carried out once more as
// the product is by then.
func (s *Source) putOne(ctx context.Context, r ready) (source.Result, error) {
	for try := 1; ; try++ {
		out, err := s.put(ctx, r)
		if err != nil || !out.Again || try == tries {
			return out, err
		}
		again, decided, err := s.merge(ctx, r.w)
		if err != nil {
			return out, fmt.Errorf("%w: %w", source.ErrUnknown, err)
		}
		if decided != nil {
			return *decided, nil
		}
		r = again
	}
}

// put sends one document: Evotor REST API, Товары, Создать или заменить товар.
// It is not repeated unread: it carries the stock.
func (s *Source) put(ctx context.Context, r ready) (source.Result, error) {
	doc := body(r.doc, r.cleared...)
	delete(doc, "id") // it is in the path
	raw, err := spell(doc)
	if err != nil {
		return source.Result{}, err
	}
	resp, err := s.ask(ctx, s.two, rest.Request{
		Method: http.MethodPut, Path: storePath(r.doc.Key.Store, collectionProducts, apiID(r.doc)),
		Header: http.Header{"Content-Type": {mediaOne}}, Body: raw,
	})
	return s.outcome(ctx, r.w, resp, err)
}

// settled makes a result of what a bulk task says of one document. What it
// says is done is read back: by the engine where the product was there before,
// here where it is new or where the task was declined.
func (s *Source) settled(ctx context.Context, w source.Write, a Answer) (source.Result, error) {
	if a.State == plan.Rejected && a.Code != codeDeclined {
		return result(w, plan.Rejected, a.Code, a.Message), nil
	}
	if w.Step.Op == plan.Update && a.State == plan.Applied {
		return result(w, plan.Applied, "", ""), nil
	}
	d, ok, err := s.Product(ctx, w.Live.Key.Store, w.Live.Key.ID)
	if err != nil {
		return source.Result{}, err
	}
	if ok && s.compare(w.Step, d).wanted {
		r := result(w, plan.Applied, "", "")
		r.Saved, r.Outcome.Target = d, created(w)
		return r, nil
	}
	if a.State == plan.Applied {
		return result(w, plan.Rejected, "not-kept", ""), nil
	}
	return result(w, plan.Rejected, a.Code, a.Message), nil
}

// merge makes the whole document of a write, of the product as it is now.
func (s *Source) merge(ctx context.Context, w source.Write) (ready, *source.Result, error) {
	decide := func(r source.Result) (ready, *source.Result, error) { return ready{}, &r, nil }
	if w.Step.Op == plan.Create {
		return s.fresh(ctx, w)
	}
	d, ok, err := s.Product(ctx, w.Live.Key.Store, apiID(w.Live))
	switch {
	case err != nil && stopsAll(err):
		return ready{}, nil, fmt.Errorf("%w: %w", source.ErrStop, err)
	case err != nil:
		return ready{}, nil, err
	case !ok:
		return decide(result(w, plan.Stale, codeGone, ""))
	}
	h := s.compare(w.Step, d)
	switch {
	case len(h.moved) > 0:
		return decide(result(w, plan.Stale, codeChanged, strings.Join(h.moved, "; ")))
	case h.wanted:
		r := result(w, plan.Already, "", "")
		r.Saved = d
		return decide(r)
	}
	w.Live = d
	return s.assign(w, d.Clone())
}

// assign puts the wanted values into a document.
func (s *Source) assign(w source.Write, d source.Doc) (ready, *source.Result, error) {
	out := ready{w: w, doc: d}
	for _, a := range w.Step.Set {
		b, ok := line(a.Field)
		if !ok {
			r := s.refused(w, "", i18n.Errorf(i18n.T("field %s does not exist", "поля %s нет"), string(a.Field)))
			return ready{}, &r, nil
		}
		if b.put == nil {
			continue // a new row's type and store are in its key
		}
		if err := b.change(s.read(), d, a.Want); err != nil {
			r := s.refused(w, "", err)
			return ready{}, &r, nil
		}
		if b.Kind == catalog.Barcodes && !a.Want.IsSet() {
			out.cleared = append(out.cleared, b.key)
		}
	}
	return out, nil, nil
}

// createNeeds are the columns without which a product is not made: nothing is
// guessed. A cost price that is not given is 0, which stands for none.
var createNeeds = [...]catalog.Field{catalog.FieldName, fieldPrice, fieldMeasure, fieldTax, fieldAllowToSell}

// fresh makes the document of a new product. Its id is the step's, so that it
// cannot be made twice: one that is there already was made by an earlier try,
// and is left as it is.
func (s *Source) fresh(ctx context.Context, w source.Write) (ready, *source.Result, error) {
	decide := func(r source.Result) (ready, *source.Result, error) { return ready{}, &r, nil }
	if w.Step.ClientID == "" {
		return ready{}, nil, errors.New("a create without a client id could be made twice")
	}
	key, err := s.newKey(ctx, w.Step)
	if err != nil {
		return decide(s.refused(w, "", err))
	}
	if err := s.needGroups(ctx, key.Store); err != nil {
		return ready{}, nil, err
	}
	old, ok, err := s.Product(ctx, key.Store, key.ID)
	switch {
	case err != nil && stopsAll(err):
		return ready{}, nil, fmt.Errorf("%w: %w", source.ErrStop, err)
	case err != nil:
		return ready{}, nil, err
	case ok:
		r := result(w, plan.Already, "", "")
		r.Saved, r.Outcome.Target = old, key
		return decide(r)
	}
	d := source.Doc{Key: key, Fields: fields{}}
	for name, v := range map[string]string{"id": key.ID, "type": key.Type} {
		if err := set(d, name, v); err != nil {
			return ready{}, nil, err
		}
	}
	w.Live = source.Doc{Key: key}
	out, decided, err := s.assign(w, d)
	if err != nil || decided != nil {
		return out, decided, err
	}
	for _, f := range createNeeds {
		if b, _ := line(f); !b.get(s.read(), d).IsSet() {
			return decide(s.refused(w, "", i18n.Errorf(i18n.T("a new product needs a value in %q", "новому товару нужно значение в столбце %q"), b.Title)))
		}
	}
	if _, ok := d.Fields["cost_price"]; !ok && onGoods(key.Type) {
		d.Fields["cost_price"] = json.RawMessage("0")
	}
	return out, nil, nil
}

// newKey is the key of a new product; its store is the step's, or the only one
// of the account.
func (s *Source) newKey(ctx context.Context, step plan.Step) (catalog.Key, error) {
	r, err := s.known(ctx)
	if err != nil {
		return catalog.Key{}, err
	}
	text := step.Target.Store
	for _, a := range step.Set {
		if a.Field == catalog.FieldStore && text == "" {
			text = a.Want.Text()
		}
	}
	key := catalog.Key{Type: step.Target.Type, ID: strings.ToLower(step.ClientID)}
	switch {
	case key.Type == "":
		return key, i18n.Errorf(i18n.T("a new product needs a type", "новому товару нужен тип"))
	case text == "" && len(r.stores) == 1:
		key.Store = r.stores[0].ID
		return key, nil
	case text == "":
		return key, i18n.Errorf(i18n.T("a new product needs a store: fill in its column", "новому товару нужен магазин: заполните столбец «Магазин»"))
	}
	store, err := r.mustStore(text)
	key.Store = store.ID
	return key, err
}
