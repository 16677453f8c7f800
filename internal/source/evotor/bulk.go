package evotor

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/rest"
	"catalogsheet/internal/source"
)

// Answer is what a bulk task says of one document: Applied, or Rejected with
// the service's code and words. It is to be believed only after a read.
type Answer struct {
	State         plan.State
	Code, Message string
}

// Replace writes whole documents of one store and collection (products or
// product-groups) as bulk tasks, as many as their number and bytes need, one
// after the other: Evotor REST API, Товары, Создать или заменить несколько
// товаров. The documents go as they are, each with its id, so they must hold
// nothing that only the server writes. It gives one answer per document, in
// order. An error that is source.ErrUnknown leaves open what became of any.
func (s *Source) Replace(ctx context.Context, store, collection string, docs []source.Doc) ([]Answer, error) {
	answers := make([]Answer, len(docs))
	for first := 0; first < len(docs); {
		body, n, err := chunk(docs[first:])
		if err != nil {
			return nil, partly(err, first > 0)
		}
		if n == 0 {
			answers[first] = Answer{State: plan.Rejected, Code: codeTooLarge,
				Message: i18n.T("larger than a request may be", "больше допустимого размера запроса").In(s.cfg.Lang)}
			first++
			continue
		}
		task, err := s.bulk(ctx, store, collection, body)
		if err != nil {
			return nil, partly(err, first > 0)
		}
		copy(answers[first:], task.answers(docs[first:first+n]))
		first += n
	}
	return answers, nil
}

// chunk spells as many documents as one request may hold; n 0: the first alone
// is too large.
func chunk(docs []source.Doc) (body []byte, n int, err error) {
	body = []byte{'['}
	for _, d := range docs[:min(len(docs), maxBulk)] {
		if plainText(d.Fields["id"]) == "" {
			return nil, 0, errors.New("a document without id would be made anew")
		}
		element, err := spell(d.Fields)
		if err != nil {
			return nil, 0, err
		}
		if len(body)+len(element)+2 > maxBody {
			break
		}
		if n > 0 {
			body = append(body, ',')
		}
		body = append(body, element...)
		n++
	}
	return append(body, ']'), n, nil
}

// bulk sends one array and waits for its task to end.
func (s *Source) bulk(ctx context.Context, store, collection string, body []byte) (wireTask, error) {
	resp, err := s.ask(ctx, s.two, rest.Request{
		Method: http.MethodPut, Path: storePath(store, collection, ""),
		Header: http.Header{"Content-Type": {mediaBulk}}, Body: body,
	})
	if err != nil {
		return wireTask{}, bulkError(err)
	}
	var task wireTask
	if err := json.Unmarshal(resp.Body, &task); err != nil || task.Status == "" {
		return wireTask{}, fmt.Errorf("%w: the answer is no task", source.ErrUnknown)
	}
	if err := source.TaskTaken(ctx, task.ID); err != nil {
		return wireTask{}, fmt.Errorf("%w: %w", source.ErrUnknown, err)
	}
	return s.finish(ctx, task)
}

func bulkError(err error) error {
	code := status(err)
	te, lost := errors.AsType[*rest.TransportError](err)
	switch {
	case code >= 500, lost && te.Sent:
		return fmt.Errorf("%w: %w", source.ErrUnknown, err)
	case stopsAll(err):
		return fmt.Errorf("%w: %w", source.ErrStop, err)
	case code == http.StatusRequestEntityTooLarge:
		return fmt.Errorf("%w: %w", source.ErrTooLarge, err)
	}
	return err
}

// The pace at which a task is asked for; the documents name none.
const (
	firstPoll   = time.Second
	longestPoll = 15 * time.Second
)

// finish asks for a task until it has ended: Evotor REST API, Асинхронные
// задачи. The first answer may already be its end.
func (s *Source) finish(ctx context.Context, task wireTask) (wireTask, error) {
	ended, err := s.poll(ctx, task)
	if err != nil {
		return wireTask{}, fmt.Errorf("%w: %w", source.ErrUnknown, i18n.Wrapf(textTask, err, task.ID))
	}
	return ended, nil
}

var textTask = i18n.T("bulk task %s", "массовая задача %s")

// Await waits until none of the tasks runs any more. A later run asks for them
// too, so one that the service has forgotten is taken to have ended: nothing is
// known of how long it keeps them.
func (s *Source) Await(ctx context.Context, tasks []string) error {
	for _, id := range tasks {
		if _, err := s.poll(ctx, wireTask{ID: id, Status: taskRunning}); err != nil && status(err) != http.StatusNotFound {
			return i18n.Wrapf(textTask, err, id)
		}
	}
	return nil
}

// poll asks for a task until it has ended.
func (s *Source) poll(ctx context.Context, task wireTask) (wireTask, error) {
	began := s.cfg.Now()
	for pause := firstPoll; ; pause = min(pause*3/2, longestPoll) {
		switch task.Status {
		case taskCompleted, taskFailed, taskDeclined:
			return task, nil
		case taskAccepted, taskRunning:
		default:
			return wireTask{}, i18n.Errorf(i18n.T("its state %q is not known", "её состояние %q неизвестно"), task.Status)
		}
		if waited := s.cfg.Now().Sub(began); waited > s.cfg.TaskWait {
			return wireTask{}, &runningError{waited.Round(time.Second)}
		}
		if err := wait(ctx, pause); err != nil {
			return wireTask{}, err
		}
		body, err := s.get(ctx, "/bulks/"+url.PathEscape(task.ID), "")
		if err != nil {
			return wireTask{}, err
		}
		id := task.ID
		if err := json.Unmarshal(body, &task); err != nil {
			return wireTask{}, err
		}
		task.ID = id
	}
}

// runningError is a task that was waited for in vain: source.ErrRunning.
type runningError struct{ waited time.Duration }

func (e *runningError) Error() string { return e.In(i18n.En) }

// In says it in a language.
func (e *runningError) In(l i18n.Lang, _ ...any) string {
	return i18n.T("it has not ended after %s", "она не закончилась за %s").In(l, e.waited)
}

// Is makes it a source.ErrRunning.
func (e *runningError) Is(target error) bool { return target == source.ErrRunning }

// answers matches the details of a task with the documents sent: by id, and by
// place only where details without an id are as many as the documents.
func (t wireTask) answers(docs []source.Doc) []Answer {
	answers := make([]Answer, len(docs))
	if t.Status == taskDeclined {
		for i := range answers {
			answers[i] = Answer{State: plan.Rejected, Code: codeDeclined, Message: t.words()}
		}
		return answers
	}
	at := make(map[string]int, len(docs))
	for i, d := range docs {
		answers[i].State = plan.Applied
		at[strings.ToLower(plainText(d.Fields["id"]))] = i
	}
	for n, detail := range t.Details {
		i, ok := at[detailID(detail)]
		if !ok && detailID(detail) == "" && len(t.Details) == len(docs) {
			i, ok = n, true
		}
		if e, failed := failure(detail); ok && failed {
			answers[i] = e
		}
	}
	return answers
}

func detailID(f fields) string {
	for _, key := range []string{"product_id", "product_group_id", "id"} {
		if id := plainText(f[key]); id != "" {
			return strings.ToLower(id)
		}
	}
	return ""
}

// failure reads a detail that is the answer of a refused request. A product has
// a code of its own, so the message tells.
func failure(f fields) (Answer, bool) {
	if isEmpty(f["message"]) && isEmpty(f["violations"]) && isEmpty(f["errors"]) {
		return Answer{}, false
	}
	var e wireError
	if err := decode(f, &e); err != nil {
		return Answer{State: plan.Rejected, Message: string(bytes.TrimSpace(f["message"]))}, true
	}
	a := Answer{State: plan.Rejected, Code: plainText(e.Code)}
	var words []string
	for _, one := range e.list() {
		words = append(words, one.Message)
	}
	a.Message = strings.Join(words, "; ")
	return a, true
}

func (t wireTask) words() string {
	for _, d := range t.Details {
		if a, ok := failure(d); ok {
			return a.Message
		}
	}
	return ""
}
