// Package rest is never over its budget and never shows a secret: one client
// paces all requests of one credential, and a token reaches no URL, no error
// and no trace.
package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Config is a client's settings. BaseURL is required; every other zero value
// works.
type Config struct {
	// BaseURL is where all paths begin: https, or http on a loopback address.
	BaseURL string
	// Authorize sets the credential's header; nil sends none.
	Authorize func(http.Header)
	// Secrets are texts that errors must not hold even if the server echoes
	// them.
	Secrets []string
	// Header is sent with every request.
	Header http.Header
	// Transport replaces the network; nil is a pool of kept connections.
	Transport http.RoundTripper
	// Timeout bounds one attempt, the body included; 0 is 310 s.
	Timeout time.Duration
	// MaxBody bounds an inflated answer in bytes; 0 is 256 MB.
	MaxBody int64
	Limits  Limits
	// Spent is what an earlier process has left held of the budget.
	Spent []Spend
	// Weight gives the units that a request costs; nil is 1.
	Weight func(method, path string) int
	// Pace reads what an answer says about the pace; nil obeys Retry-After.
	Pace func(Answer) Pace
	// Errors takes the service's errors out of an answer's body.
	Errors func(status int, body []byte) []APIError
	// Trace is told of every attempt; it must be fast and may be called by
	// several goroutines.
	Trace func(Trace)
	// Now is the clock of the pace, which must run; nil is time.Now.
	Now func() time.Time
}

// Answer is what a Pace function judges by.
type Answer struct {
	Status int
	Header http.Header
	Errors []APIError
	// Weight is what the request cost.
	Weight int
}

// Pace slows a client down: no request leaves before Pause has passed, and
// Halve halves the number of requests in flight.
type Pace struct {
	Pause time.Duration
	Halve bool
}

// Trace is one attempt of one request. It holds no header and no body.
type Trace struct {
	Method, Path string
	Query        string
	Status       int // 0: no answer
	Weight       int
	Wait         time.Duration // for the budget
	Dur          time.Duration // from sending to the end of the body
	Bytes        int           // of the inflated body
	Attempt      int           // from 1
}

// Request is one call below the base URL.
type Request struct {
	Method string
	// Path begins with a slash; its elements are already escaped.
	Path string
	// Query is encoded.
	Query  string
	Header http.Header
	Body   []byte
	// Repeatable says that doing it twice is the same as once, so it may be
	// sent again after a 5xx or a broken connection. A GET always is.
	Repeatable bool
	// MayMiss says that a 404 is an answer (there is none), not a failure: it is
	// not counted against the client.
	MayMiss bool
}

// missed says that a status is the answer to a request that may find nothing.
func (r Request) missed(status int) bool { return r.MayMiss && status == http.StatusNotFound }

// Response is an answer read whole.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Client sends requests with one credential. Several goroutines may use it.
type Client struct {
	cfg     Config
	base    *url.URL
	window  *window
	breaker breaker
	slots   []slot
	gunzip  gunzipPool
	bodies  sync.Pool // of *[]byte
}

// New checks the settings and makes a client; it opens no connection.
func New(cfg Config) (*Client, error) {
	base, err := parseBase(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	cfg.Timeout = cmpOr(cfg.Timeout, 310*time.Second)
	cfg.MaxBody = cmpOr(cfg.MaxBody, 256<<20)
	cfg.Limits = cfg.Limits.withDefaults()
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Weight == nil {
		cfg.Weight = func(string, string) int { return 1 }
	}
	if cfg.Pace == nil {
		cfg.Pace = RetryAfter
	}
	c := &Client{cfg: cfg, base: base, window: newWindow(cfg.Limits, cfg.Now)}
	c.window.hold(cfg.Spent)
	for range cfg.Limits.InFlight {
		c.slots = append(c.slots, newSlot(cfg.Transport))
	}
	return c, nil
}

func cmpOr[T comparable](v, standard T) T {
	var zero T
	if v == zero {
		return standard
	}
	return v
}

// Close drops the idle connections.
func (c *Client) Close() {
	for i := range c.slots {
		c.slots[i].close()
	}
}

// BaseURL gives the address below which all requests go, without a slash at
// its end.
func (c *Client) BaseURL() string { return c.base.String() }

// Do sends a request, again where that is safe, and reads the answer whole. An
// answer other than 2xx is an *HTTPError, beside which the Response is given;
// no answer is a *TransportError, which tells whether the request may have
// been carried out.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	if err := c.breaker.check(r); err != nil {
		return nil, err
	}
	for attempt := 1; ; attempt++ {
		resp, err := c.attempt(ctx, r, attempt)
		if err == nil {
			c.breaker.succeeded(r)
			return resp, nil
		}
		if stop := c.breaker.failed(r, err); stop != nil {
			return resp, stop
		}
		if ctx.Err() != nil || !again(c.cfg.Limits, r, err, attempt) {
			return resp, err
		}
		if stop := sleep(ctx, backoff(err, attempt)); stop != nil {
			return resp, &TransportError{Method: r.Method, Path: r.Path, Sent: mayHaveRun(err), Final: true, Err: stop}
		}
	}
}

// again says whether a failed attempt is repeated: a 429 was certainly not
// carried out; a 5xx or a broken connection may have been.
func again(l Limits, r Request, err error, attempt int) bool {
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead || r.Repeatable
	if he, ok := errors.AsType[*HTTPError](err); ok {
		switch {
		case he.Status == http.StatusTooManyRequests:
			return attempt < l.TriesBusy
		case he.Status >= 500:
			return safe && attempt < l.Tries
		}
		return false
	}
	if te, ok := errors.AsType[*TransportError](err); ok && !te.Final {
		return (safe || !te.Sent) && attempt < l.Tries
	}
	return false
}

// mayHaveRun: only a refusal by 4xx or a request that never left was certainly
// not carried out.
func mayHaveRun(err error) bool {
	if he, ok := errors.AsType[*HTTPError](err); ok {
		return he.Status >= 500
	}
	te, ok := errors.AsType[*TransportError](err)
	return ok && te.Sent
}

// backoff is how long one request waits before its next attempt; a 429 waits
// in the window, together with all others.
func backoff(err error, attempt int) time.Duration {
	if he, ok := errors.AsType[*HTTPError](err); ok && he.Status == http.StatusTooManyRequests {
		return 0
	}
	d := time.Second << (attempt - 1)
	return d + rand.N(d/2)
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// attempt waits for the budget, sends once and obeys the answer's pace.
func (c *Client) attempt(ctx context.Context, r Request, n int) (*Response, error) {
	t := Trace{Method: r.Method, Path: r.Path, Query: r.Query, Weight: c.cfg.Weight(r.Method, r.Path), Attempt: n}
	queued := c.cfg.Now()
	slot, err := c.window.acquire(ctx, t.Weight)
	if err != nil {
		return nil, &TransportError{Method: r.Method, Path: r.Path, Final: true, Err: err}
	}
	sent := c.cfg.Now()
	t.Wait = sent.Sub(queued)
	answered := false
	resp, err := c.send(ctx, r, slot, func() {
		answered = true
		c.window.answered(t.Weight)
	})
	if !answered {
		c.window.answered(t.Weight)
	}
	t.Dur = c.cfg.Now().Sub(sent)
	if resp != nil {
		t.Status, t.Bytes = resp.Status, len(resp.Body)
		if resp.Status < 200 || resp.Status > 299 {
			err = c.httpError(r, resp)
		}
		c.obey(r, resp, err, t.Weight)
	}
	c.window.done(slot, resp != nil && err == nil)
	if c.cfg.Trace != nil {
		c.cfg.Trace(t)
	}
	return resp, err
}

func (c *Client) obey(r Request, resp *Response, err error, weight int) {
	a := Answer{Status: resp.Status, Header: resp.Header, Weight: weight}
	if he, ok := errors.AsType[*HTTPError](err); ok {
		a.Errors = he.All
	}
	p := c.cfg.Pace(a)
	if resp.Status == http.StatusTooManyRequests && p.Pause <= 0 {
		p.Pause = time.Second + rand.N(2*time.Second)
	}
	c.window.slow(p)
	if resp.Status >= 400 && !r.missed(resp.Status) {
		c.window.failed()
	}
}

// send makes one round trip; onAnswer runs when the headers are there.
func (c *Client) send(ctx context.Context, r Request, slotNo int, onAnswer func()) (*Response, error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	connected := false
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected = true }})
	req, err := c.request(ctx, r)
	if err != nil {
		return nil, &TransportError{Method: r.Method, Path: r.Path, Final: true, Err: err}
	}
	s := &c.slots[slotNo]
	req.Close = s.lastUse(c.cfg.Limits.ConnUses)
	hr, err := s.transport.RoundTrip(req)
	if err != nil {
		// A transport of a test reports no connection: assume the worse.
		return nil, c.transportError(r, err, connected || c.cfg.Transport != nil)
	}
	defer func() { _ = hr.Body.Close() }()
	onAnswer()
	body, err := c.readBody(hr)
	if err != nil {
		te := c.transportError(r, err, true)
		te.Final = errors.Is(err, errTooBig)
		return nil, te
	}
	return &Response{Status: hr.StatusCode, Header: hr.Header, Body: body}, nil
}

func (c *Client) transportError(r Request, err error, sent bool) *TransportError {
	final := certificateError(err)
	return &TransportError{Method: r.Method, Path: r.Path, Sent: sent && !final, Final: final, Err: err}
}

func (c *Client) request(ctx context.Context, r Request) (*http.Request, error) {
	if !strings.HasPrefix(r.Path, "/") || strings.ContainsAny(r.Path, "?#") {
		return nil, fmt.Errorf("path %q does not begin with a slash or holds a query", r.Path)
	}
	address := c.base.String() + r.Path
	if r.Query != "" {
		address += "?" + r.Query
	}
	var body io.Reader
	if r.Body != nil {
		body = bytes.NewReader(r.Body)
	}
	req, err := http.NewRequestWithContext(ctx, r.Method, address, body)
	if err != nil {
		return nil, err
	}
	for _, h := range []http.Header{c.cfg.Header, r.Header} {
		for name, values := range h {
			req.Header[name] = values
		}
	}
	req.Header.Set("Accept-Encoding", "gzip")
	req.Header.Set("User-Agent", "catalogsheet")
	if c.cfg.Authorize != nil && req.URL.Host == c.base.Host {
		c.cfg.Authorize(req.Header)
	}
	return req, nil
}
