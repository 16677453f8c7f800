package evotor

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/rest"
	"catalogsheet/internal/source"
)

// alone is how many documents are rather written one by one: a task takes
// longer to be asked about.
const alone = 3

// ProductsWhole reads the products of a store with the details that the rows of
// a list may leave out.
func (s *Source) ProductsWhole(ctx context.Context, store string) ([]source.Doc, error) {
	docs, err := s.Products(ctx, store)
	if err != nil {
		return nil, err
	}
	return docs, s.complete(ctx, docs, nil)
}

// ExtrasV1 reads the additional fields of a store's products by V1, the bytes
// of one JSON array: Evotor API V1, paths, products/extras. An
// application that has none of its own may be refused: that is none.
func (s *Source) ExtrasV1(ctx context.Context, store string) ([]byte, error) {
	body, err := s.getV1(ctx, storePath(store, collectionProducts, "extras"))
	switch status(err) {
	case http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed:
		return []byte("[]"), nil
	}
	return body, err
}

// ReplaceProducts writes whole products by their ids, new or not: one result per
// document, in order. Nothing that only the server writes is sent. An error that
// is source.ErrUnknown leaves open what became of any.
func (s *Source) ReplaceProducts(ctx context.Context, store string, docs []source.Doc) ([]source.Result, error) {
	return s.replace(ctx, store, collectionProducts, docs)
}

// ReplaceGroups is ReplaceProducts for groups.
func (s *Source) ReplaceGroups(ctx context.Context, store string, docs []source.Doc) ([]source.Result, error) {
	return s.replace(ctx, store, collectionGroups, docs)
}

func (s *Source) replace(ctx context.Context, store, collection string, docs []source.Doc) ([]source.Result, error) {
	sendable := make([]source.Doc, len(docs))
	for i, d := range docs {
		sendable[i] = source.Doc{Key: d.Key, Fields: body(d)}
	}
	results := make([]source.Result, len(docs))
	if len(docs) <= alone {
		for i, d := range sendable {
			a, err := s.replaceOne(ctx, store, collection, d)
			if err != nil {
				return nil, partly(err, i > 0)
			}
			results[i] = answered(d, a)
		}
		return results, nil
	}
	answers, err := s.Replace(ctx, store, collection, sendable)
	if err != nil {
		return nil, err
	}
	for i, a := range answers {
		if a.Code == codeDeclined {
			return nil, fmt.Errorf("%w: %w", source.ErrUnknown, i18n.Errorf(i18n.T(
				"Evotor stopped the bulk task half-way: %s", "Эвотор остановил массовую задачу на полпути: %s"), a.Message))
		}
		results[i] = answered(sendable[i], a)
	}
	return results, nil
}

func answered(d source.Doc, a Answer) source.Result {
	return source.Result{Outcome: plan.Outcome{Target: d.Key, State: a.State, Code: a.Code, Message: a.Message}}
}

// replaceOne writes one document: Evotor REST API, Товары, Создать или заменить
// товар. It carries the stock, so it is not repeated unread.
func (s *Source) replaceOne(ctx context.Context, store, collection string, d source.Doc) (Answer, error) {
	id := plainText(d.Fields["id"])
	if id == "" {
		return Answer{}, errors.New("a document without id would be made anew")
	}
	delete(d.Fields, "id") // it is in the path
	raw, err := spell(d.Fields)
	if err != nil {
		return Answer{}, err
	}
	_, err = s.ask(ctx, s.two, rest.Request{
		Method: http.MethodPut, Path: storePath(store, collection, id),
		Header: http.Header{"Content-Type": {mediaOne}}, Body: raw,
	})
	code := status(err)
	te, lost := errors.AsType[*rest.TransportError](err)
	switch {
	case err == nil:
		return Answer{State: plan.Applied}, nil
	case stopsAll(err):
		return Answer{}, fmt.Errorf("%w: %w", source.ErrStop, err)
	case code >= 400 && code < 500:
		o := rejected(source.Write{}, err).Outcome
		return Answer{State: o.State, Code: o.Code, Message: o.Message}, nil
	case lost && !te.Sent:
		return Answer{}, err
	}
	return Answer{}, fmt.Errorf("%w: %w", source.ErrUnknown, err)
}
