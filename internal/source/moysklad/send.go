package moysklad

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

// Send writes entities of one type in one array: MoySklad JSON API 1.2,
// Создание и обновление нескольких объектов. Elements are saved or refused one
// by one, whatever the status of the answer says.
func (s *Source) Send(ctx context.Context, writes []source.Write) ([]source.Result, error) {
	if len(writes) == 0 {
		return nil, nil
	}
	kind := writes[0].Step.Target.Type
	if !slices.Contains(entityOrder[:], kind) {
		return nil, fmt.Errorf("write a %q: no such type", kind)
	}
	if len(writes) > maxBatch {
		return nil, source.ErrTooLarge
	}
	r, _ := s.prepared()
	if err := s.supplierIDs(ctx, r, wantedSuppliers(writes)); err != nil {
		return nil, err
	}
	results := make([]source.Result, len(writes))
	var sent []int // which writes the elements are
	var body []byte
	for i, w := range writes {
		if w.Step.Target.Type != kind {
			return nil, fmt.Errorf("write %s and %s in one request", kind, w.Step.Target.Type)
		}
		element, err := r.element(w)
		if err != nil {
			results[i] = refused(w, "", i18n.Describe(s.cfg.Lang, err))
			continue
		}
		body = append(append(body, ','), element...)
		sent = append(sent, i)
	}
	if len(sent) == 0 {
		return results, nil
	}
	body[0] = '['
	if body = append(body, ']'); len(body) > maxBody {
		return nil, source.ErrTooLarge
	}
	answer, err := s.http.Do(ctx, rest.Request{Method: http.MethodPost, Path: "/entity/" + kind,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: body})
	if err := s.judge(writes, sent, results, answer, err); err != nil {
		return nil, err
	}
	return results, nil
}

func refused(w source.Write, code, message string) source.Result {
	return source.Result{Outcome: plan.Outcome{Target: w.Step.Target, State: plan.Rejected, Code: code, Message: message}, Again: code == codeMeantime}
}

func wantedSuppliers(writes []source.Write) []string {
	var names []string
	for _, w := range writes {
		for _, a := range w.Step.Set {
			if a.Field == fieldSupplier && a.Want.IsSet() && a.Exact == nil && !slices.Contains(names, a.Want.Text()) {
				names = append(names, a.Want.Text())
			}
		}
	}
	return names
}

// element spells one element of the array: the address and what changes. An
// element without an address would create a second item, so an update without
// one is refused here.
func (r *refs) element(w source.Write) ([]byte, error) {
	var p patch
	doc := w.Live
	if w.Step.Op == plan.Create {
		doc = source.Doc{Key: catalog.Key{Type: w.Step.Target.Type}, Fields: map[string]json.RawMessage{}}
	}
	for _, a := range w.Step.Set {
		if w.Step.Op == plan.Create && a.Field == catalog.FieldType {
			continue
		}
		b, ok := r.line(a.Field)
		if !ok {
			return nil, i18n.Errorf(i18n.T("field %s does not exist", "поля %s нет"), string(a.Field))
		}
		q, err := r.change(b, doc, a.Want)
		if a.Exact != nil {
			q, err = r.exact(a.Field, a.Exact)
		}
		if err != nil {
			return nil, err
		}
		p.add(q)
	}
	body := p.body()
	if w.Step.Op == plan.Create {
		if err := created(w.Step, body); err != nil {
			return nil, err
		}
		return json.Marshal(body)
	}
	m, err := address(w)
	if err != nil {
		return nil, err
	}
	if body["meta"], err = json.Marshal(m); err != nil {
		return nil, err
	}
	return json.Marshal(body)
}

// address is the meta of the live document, checked to be that of the target.
func address(w source.Write) (meta, error) {
	var m meta
	if err := json.Unmarshal(w.Live.Fields["meta"], &m); err != nil {
		return meta{}, fmt.Errorf("the item's address: %w", err)
	}
	m = m.plain()
	t := w.Step.Target
	if m.Href == "" || m.Type != t.Type || m.id() != strings.ToLower(t.ID) || !strings.HasSuffix(m.Href, "/entity/"+m.Type+"/"+m.id()) {
		return meta{}, i18n.Errorf(i18n.T("the item's address does not fit %s %s: export anew",
			"адрес позиции не соответствует %s %s: выгрузите лист заново"), t.Type, t.ID)
	}
	return m, nil
}

// created completes a new item: MoySklad JSON API 1.2, Общие сведения, syncId.
// The same syncId sent again gives the item made before.
func created(s plan.Step, body map[string]json.RawMessage) error {
	if s.Target.Type != typeProduct && s.Target.Type != typeService {
		return i18n.Errorf(i18n.T(
			"a %s cannot be created from a sheet: create it in MoySklad",
			"создать из листа строку типа %s нельзя: создайте её в МоёмСкладе"), s.Target.Type)
	}
	if len(body["name"]) == 0 {
		return i18n.Errorf(i18n.T("a new item needs a name", "новой позиции нужно наименование"))
	}
	if s.ClientID == "" {
		return errors.New("a create without a client id could be made twice")
	}
	id, err := json.Marshal(s.ClientID)
	body["syncId"] = id
	return err
}

// judge reads what became of the elements sent.
func (s *Source) judge(writes []source.Write, sent []int, results []source.Result, answer *rest.Response, err error) error {
	if err != nil && answer == nil {
		return transportOutcome(err)
	}
	if first(answer.Body) == '[' && answer.Status < 500 {
		return elements(writes, sent, results, answer.Body)
	}
	he, ok := errors.AsType[*rest.HTTPError](err)
	switch {
	case !ok:
		// A success of another form says nothing of the elements.
		return fmt.Errorf("%w: the answer is not an array", source.ErrUnknown)
	case he.Has(codeTimeout):
		return fmt.Errorf("%w: %w: %w", source.ErrTooLarge, source.ErrUnknown, explain(err))
	case he.Status >= 500:
		return fmt.Errorf("%w: %w", source.ErrUnknown, explain(err))
	case he.Status == http.StatusRequestEntityTooLarge, he.Has(codeTooLarge, codeTooMany):
		return fmt.Errorf("%w: %w", source.ErrTooLarge, explain(err))
	case stopsAll(err), he.Status == http.StatusTooManyRequests, len(he.All) == 0 && he.Status != http.StatusBadRequest:
		return fmt.Errorf("%w: %w", source.ErrStop, explain(err))
	case len(he.All) == 0:
		return fmt.Errorf("%w: %w", source.ErrUnknown, explain(err))
	}
	// Nowhere is it said that such an answer leaves every element unsaved.
	for _, i := range sent {
		results[i] = refused(writes[i], he.Code, he.Message)
		results[i].Inferred = true
	}
	return nil
}

func transportOutcome(err error) error {
	te, ok := errors.AsType[*rest.TransportError](err)
	if ok && te.Sent {
		return fmt.Errorf("%w: %w", source.ErrUnknown, explain(err))
	}
	if _, ok := errors.AsType[*rest.RepeatedError](err); ok {
		return fmt.Errorf("%w: %w", source.ErrStop, err)
	}
	return explain(err)
}

// elements matches the elements of the answer with those sent: by place, and
// a saved one by its id as well.
func elements(writes []source.Write, sent []int, results []source.Result, body []byte) error {
	var list []map[string]json.RawMessage
	if err := json.Unmarshal(body, &list); err != nil {
		return fmt.Errorf("%w: read the answer: %w", source.ErrUnknown, err)
	}
	if len(list) != len(sent) {
		return fmt.Errorf("%w: %d elements were sent and %d came back", source.ErrUnknown, len(sent), len(list))
	}
	for n, i := range sent {
		w := writes[i]
		if raw, failed := list[n]["errors"]; failed {
			var errs []apiError
			if json.Unmarshal(raw, &errs) != nil || len(errs) == 0 {
				return fmt.Errorf("%w: element %d of the answer cannot be read", source.ErrUnknown, n+1)
			}
			e := errs[0].rest(0)
			results[i] = refused(w, e.Code, e.Message)
			continue
		}
		d, err := document(list[n])
		if err != nil {
			return fmt.Errorf("%w: %w", source.ErrUnknown, err)
		}
		if w.Step.Op == plan.Update && d.Key.ID != strings.ToLower(w.Step.Target.ID) {
			return fmt.Errorf("%w: element %d of the answer is another item", source.ErrUnknown, n+1)
		}
		target := w.Step.Target
		if w.Step.Op == plan.Create {
			target = d.Key
		}
		results[i] = source.Result{Outcome: plan.Outcome{Target: target, State: plan.Applied}, Saved: d}
	}
	return nil
}
