package evotor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/rest"
	"catalogsheet/internal/source"
)

// patchKeys are the fields that PATCH takes: Evotor REST API, Товары, Изменить
// товар.
var patchKeys = map[catalog.Field]string{fieldPrice: "price", fieldCostPrice: "cost_price", fieldQuantity: "quantity"}

// patchable says that a step changes nothing but what PATCH takes.
func patchable(step plan.Step) bool {
	return step.Op == plan.Update && len(step.Set) > 0 &&
		!slices.ContainsFunc(step.Set, func(a plan.Assign) bool { return patchKeys[a.Field] == "" })
}

// Codes of outcomes that are this source's own, not the service's.
const (
	codeGone     = "gone"      // the product is no longer there
	codeChanged  = "changed"   // somebody changed it between the reading and the write
	codeNoAnswer = "no-answer" // the service did not say, and nothing changed
	codeTooLarge = "413"
	codeDeclined = taskDeclined
)

// settle is how long the service is given before it is asked what became of a
// write that it did not answer.
const settle = time.Second

// tries is how often a write is sent that, as a look has shown, was not carried
// out.
const tries = 3

// Send writes products. Prices and stock alone go by PATCH, one after the
// other; everything else is merged into the document as it is at that moment
// and goes whole, one by PUT, several as a bulk task. Such a PUT carries the
// stock that was read just before: a sale between the two is lost, for the API
// has no conditional write.
func (s *Source) Send(ctx context.Context, writes []source.Write) ([]source.Result, error) {
	if len(writes) > maxBatch {
		return nil, source.ErrTooLarge
	}
	results := make([]source.Result, len(writes))
	var whole []int
	sent := false
	for i, w := range writes {
		if !patchable(w.Step) {
			whole = append(whole, i)
			continue
		}
		var err error
		if results[i], err = s.patch(ctx, w); err != nil {
			return nil, partly(err, sent)
		}
		sent = true
	}
	if err := s.putAll(ctx, writes, whole, results); err != nil {
		return nil, partly(err, sent)
	}
	return results, nil
}

// partly makes an error say that some writes of the batch were carried out, so
// that all of them are read back.
func partly(err error, sent bool) error {
	if sent && !errors.Is(err, source.ErrUnknown) {
		return fmt.Errorf("%w: %w", source.ErrUnknown, err)
	}
	return err
}

// patch writes prices and stock of one product. The stock is the new number,
// not a difference, so a PATCH of it is never repeated unread.
func (s *Source) patch(ctx context.Context, w source.Write) (source.Result, error) {
	body := fields{}
	repeatable := true
	doc := source.Doc{Key: w.Live.Key, Fields: fields{}}
	for _, a := range w.Step.Set {
		b, _ := line(a.Field)
		if err := b.change(s.read(), doc, a.Want); err != nil {
			return s.refused(w, "", err), nil
		}
		if raw, ok := doc.Fields[b.key]; ok {
			body[b.key] = raw
		}
		repeatable = repeatable && a.Field != fieldQuantity
	}
	raw, err := spell(body)
	if err != nil {
		return source.Result{}, err
	}
	for try := 1; ; try++ {
		resp, err := s.ask(ctx, s.two, rest.Request{
			Method: http.MethodPatch, Path: storePath(w.Live.Key.Store, collectionProducts, apiID(w.Live)),
			Header: http.Header{"Content-Type": {mediaOne}}, Body: raw, Repeatable: repeatable,
		})
		r, err := s.outcome(ctx, w, resp, err)
		if err != nil || !r.Again || try == tries {
			return r, err
		}
	}
}

// apiID is a document's id as the API spells it.
func apiID(d source.Doc) string {
	if id := plainText(d.Fields["id"]); id != "" {
		return id
	}
	return d.Key.ID
}

func (s *Source) refused(w source.Write, code string, err error) source.Result {
	return result(w, plan.Rejected, code, i18n.Describe(s.cfg.Lang, err))
}

func result(w source.Write, state plan.State, code, message string) source.Result {
	return source.Result{Outcome: plan.Outcome{Target: w.Step.Target, State: state, Code: code, Message: message}}
}

// outcome reads what became of one write that went alone. An answer that does
// not tell is looked up; an error says that nothing more can be sent, or that
// even that failed.
func (s *Source) outcome(ctx context.Context, w source.Write, resp *rest.Response, err error) (source.Result, error) {
	if err == nil {
		r := result(w, plan.Applied, "", "")
		r.Saved, _ = decodeProduct(w.Live.Key.Store, w.Live.Key.ID, resp.Body)
		r.Outcome.Target = created(w)
		return r, nil
	}
	switch code := status(err); {
	case code >= 500:
		return s.lookUp(ctx, w, err)
	case stopsAll(err):
		return source.Result{}, fmt.Errorf("%w: %w", source.ErrStop, err)
	case code == http.StatusNotFound:
		return result(w, plan.Stale, codeGone, ""), nil
	case code == http.StatusRequestEntityTooLarge:
		return s.refused(w, codeTooLarge, err), nil
	case code >= 400:
		return rejected(w, err), nil
	}
	if te, ok := errors.AsType[*rest.TransportError](err); ok && !te.Sent {
		return source.Result{}, err
	}
	return s.lookUp(ctx, w, err)
}

// created is the target of a write; that of a new product has its id at last.
func created(w source.Write) catalog.Key {
	if w.Step.Op == plan.Create {
		return w.Live.Key
	}
	return w.Step.Target
}

// rejected shows the service's own words, all of them.
func rejected(w source.Write, err error) source.Result {
	he, _ := errors.AsType[*rest.HTTPError](err)
	var words []string
	for _, a := range he.All {
		words = append(words, a.Message)
	}
	if len(words) == 0 {
		words = append(words, he.Snippet)
	}
	code := he.Code
	if code == "" {
		code = fmt.Sprint(he.Status)
	}
	return result(w, plan.Rejected, code, strings.Join(words, "; "))
}

// lookUp finds out what became of a write without an answer: as wanted is
// applied; as before is worth one more try; anything else is somebody's change.
func (s *Source) lookUp(ctx context.Context, w source.Write, why error) (source.Result, error) {
	unclear := fmt.Errorf("%w: %w", source.ErrUnknown, why)
	if err := wait(ctx, settle); err != nil {
		return source.Result{}, unclear
	}
	d, ok, err := s.Product(ctx, w.Live.Key.Store, w.Live.Key.ID)
	switch {
	case err != nil:
		return source.Result{}, unclear
	case !ok && w.Step.Op == plan.Update:
		return result(w, plan.Stale, codeGone, ""), nil
	case !ok:
		r := s.refused(w, codeNoAnswer, why)
		r.Again = true
		return r, nil
	}
	held := s.compare(w.Step, d)
	switch {
	case held.wanted:
		r := result(w, plan.Applied, "", "")
		r.Saved, r.Outcome.Target = d, created(w)
		return r, nil
	case len(held.moved) > 0:
		return result(w, plan.Stale, codeChanged, strings.Join(held.moved, "; ")), nil
	}
	r := s.refused(w, codeNoAnswer, why)
	r.Again = true
	return r, nil
}

// held is how a document compares with a step.
type held struct {
	wanted bool     // it holds every wanted value
	moved  []string // fields that hold neither what was nor what is wanted
}

func (s *Source) compare(step plan.Step, d source.Doc) held {
	h := held{wanted: true}
	r := s.read()
	for _, a := range step.Set {
		b, ok := line(a.Field)
		if !ok || b.put == nil {
			continue
		}
		now := b.get(r, d)
		if b.Kind.Equal(now, a.Want) {
			continue
		}
		h.wanted = false
		if step.Op == plan.Update && !b.Kind.Equal(now, a.Was) {
			h.moved = append(h.moved, fmt.Sprintf("%s: %s → %s", a.Field, said(a.Was), said(now)))
		}
	}
	return h
}

func said(v catalog.Value) string {
	if v.IsSet() {
		return v.Text()
	}
	return "∅"
}

func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
