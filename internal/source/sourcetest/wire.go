package sourcetest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// Wire stands between a source and its imitated server: it counts requests and
// spoils answers. It is an http.RoundTripper; Handler must be set.
type Wire struct {
	Handler http.Handler
	// Before runs when a request arrives; After may replace its answer. They run
	// one at a time, whatever the source does.
	Before func(*http.Request)
	After  func(*http.Request, *http.Response) (*http.Response, error)

	mu    sync.Mutex
	seen  []*http.Request
	hooks sync.Mutex
}

// Requests gives what was sent so far.
func (w *Wire) Requests() []*http.Request {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]*http.Request(nil), w.seen...)
}

// RoundTrip hands a request to the handler. A request whose context has ended
// gets no answer, as on a network.
func (w *Wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.seen = append(w.seen, r)
	w.mu.Unlock()
	if w.Before != nil {
		w.hooks.Lock()
		w.Before(r)
		w.hooks.Unlock()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	if r.Body == nil {
		r.Body = http.NoBody
	}
	resp, err := serve(w.Handler, r)
	if err != nil {
		return nil, err
	}
	if w.After != nil {
		w.hooks.Lock()
		defer w.hooks.Unlock()
		return w.After(r, resp)
	}
	return resp, nil
}

// serve runs a handler; one that aborts cuts the connection, before an answer
// or in the middle of its body.
func serve(h http.Handler, r *http.Request) (resp *http.Response, err error) {
	rec := httptest.NewRecorder()
	defer func() {
		switch cause := recover(); {
		case cause == nil:
		case cause != http.ErrAbortHandler:
			panic(cause)
		case rec.Body.Len() == 0:
			resp, err = nil, io.ErrUnexpectedEOF
		default:
			resp = rec.Result()
			resp.Body = io.NopCloser(io.MultiReader(resp.Body, cut{}))
		}
	}()
	h.ServeHTTP(rec, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return rec.Result(), nil
}

// cut is the end of a connection.
type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// plainAnswer makes an answer of a status and a body.
func plainAnswer(status int, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
}
