package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"catalogsheet/internal/i18n"

	"github.com/klauspost/compress/gzip"
)

const secret = "s3cr3t-token"

// network answers requests without a network; it counts them.
type network func(n int, r *http.Request) (*http.Response, error)

type counted struct {
	n      atomic.Int64
	answer network
}

func (c *counted) RoundTrip(r *http.Request) (*http.Response, error) {
	return c.answer(int(c.n.Add(1)), r)
}

func reply(status int, body string, header ...string) (*http.Response, error) {
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}, nil
}

func newClient(t *testing.T, answer network, change ...func(*Config)) (*Client, *counted) {
	t.Helper()
	c := &counted{answer: answer}
	cfg := Config{BaseURL: "https://api.example/base", Transport: c, Secrets: []string{secret}, Limits: Limits{Units: 45},
		Authorize: func(h http.Header) { h.Set("Authorization", "Bearer "+secret) },
		Errors: func(_ int, body []byte) []APIError {
			var e struct{ Code, Message string }
			if json.Unmarshal(body, &e) != nil || e.Code == "" {
				return nil
			}
			return []APIError{{Code: e.Code, Message: e.Message}}
		}}
	for _, f := range change {
		f(&cfg)
	}
	client, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return client, c
}

func TestRepeatsOnlyWhereThatIsSafe(t *testing.T) {
	broken := func(int, *http.Request) (*http.Response, error) { return nil, errors.New("reset by peer") }
	status := func(code int) network {
		return func(n int, _ *http.Request) (*http.Response, error) {
			return reply(code, fmt.Sprint(`{"code":"`, n, `"}`)) // never twice the same
		}
	}
	for _, c := range []struct {
		name   string
		r      Request
		answer network
		want   int64
	}{
		{"GET 500", Request{Method: "GET"}, status(500), 3},
		{"GET broken", Request{Method: "GET"}, broken, 3},
		{"GET 404", Request{Method: "GET"}, status(404), 1},
		{"GET 429", Request{Method: "GET"}, status(429), 5},
		{"POST 500", Request{Method: "POST"}, status(500), 1},
		{"POST broken", Request{Method: "POST"}, broken, 1},
		{"POST 429", Request{Method: "POST"}, status(429), 5},
		{"PUT repeatable 503", Request{Method: "PUT", Repeatable: true}, status(503), 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, sent := newClient(t, c.answer)
				c.r.Path = "/x"
				if _, err := client.Do(t.Context(), c.r); err == nil {
					t.Error("no error")
				}
				if got := sent.n.Load(); got != c.want {
					t.Errorf("sent %d times, want %d", got, c.want)
				}
			})
		})
	}
}

func TestUnansweredPostMayHaveRun(t *testing.T) {
	client, _ := newClient(t, func(int, *http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF })
	_, err := client.Do(t.Context(), Request{Method: "POST", Path: "/x"})
	if te, ok := errors.AsType[*TransportError](err); !ok || !te.Sent {
		t.Errorf("%v", err)
	}
}

func TestRefusedConnectionWasNotSent(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	client, err := New(Config{BaseURL: closed.URL, Limits: Limits{Tries: 1}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Do(t.Context(), Request{Method: "POST", Path: "/x", Body: []byte("{}")})
	if te, ok := errors.AsType[*TransportError](err); !ok || te.Sent {
		t.Errorf("%v", err)
	}
}

func TestBusyAnswerStopsEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var mu sync.Mutex
		var early []time.Duration
		client, _ := newClient(t, func(n int, _ *http.Request) (*http.Response, error) {
			if n == 1 {
				return reply(429, "", "Retry-After", "9")
			}
			mu.Lock()
			defer mu.Unlock()
			early = append(early, time.Since(began))
			return reply(200, "ok")
		})
		if _, err := client.Do(t.Context(), Request{Method: "GET", Path: "/first"}); err != nil {
			t.Fatal(err)
		}
		if _, err := client.Do(t.Context(), Request{Method: "GET", Path: "/other"}); err != nil {
			t.Fatal(err)
		}
		for _, d := range early {
			if d < 9*time.Second {
				t.Errorf("a request left after %v", d)
			}
		}
	})
}

func TestIdenticalFailuresStopTheRun(t *testing.T) {
	client, sent := newClient(t, func(int, *http.Request) (*http.Response, error) { return reply(400, `{"code":"7"}`) })
	r := Request{Method: "GET", Path: "/x", Query: "a=1"}
	var err error
	for range 10 {
		_, err = client.Do(t.Context(), r)
	}
	if _, ok := errors.AsType[*RepeatedError](err); !ok || sent.n.Load() != 3 {
		t.Errorf("%d requests, %v", sent.n.Load(), err)
	}
	r.Query = "a=2"
	if _, err = client.Do(t.Context(), r); err == nil || sent.n.Load() != 4 {
		t.Errorf("another request was refused: %v", err)
	}
}

// TestNothingThereIsAnAnswerWhereItMayBe: looking for an item again and again
// is no failure, and it is found once it is there.
func TestNothingThereIsAnAnswerWhereItMayBe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, sent := newClient(t, func(n int, _ *http.Request) (*http.Response, error) {
			if n <= 250 {
				return reply(404, "")
			}
			return reply(200, "{}")
		}, func(cfg *Config) { cfg.Limits = Limits{InFlight: 1} })
		began := time.Now()
		for range 250 {
			if _, err := c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/x", MayMiss: true}); err == nil {
				t.Fatal("a 404 is still an error to the caller")
			}
		}
		if _, err := c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/x", MayMiss: true}); err != nil {
			t.Error(err)
		}
		if waited := time.Since(began); waited > 0 || sent.n.Load() != 251 {
			t.Errorf("%d requests in %s", sent.n.Load(), waited)
		}
	})
}

func TestNoSecretGetsOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var traces []Trace
		client, _ := newClient(t, func(n int, r *http.Request) (*http.Response, error) {
			if got := r.Header.Get("Authorization"); got != "Bearer "+secret {
				t.Errorf("sent %q", got)
			}
			switch n {
			case 1:
				return reply(502, "<html>"+secret, "Content-Type", "text/html")
			case 2:
				return reply(401, `{"code":"1","message":"bad `+secret+`"}`)
			}
			return nil, errors.New("unreachable")
		}, func(c *Config) { c.Trace = func(t Trace) { traces = append(traces, t) } })
		said := ""
		for _, method := range []string{"POST", "PUT", "DELETE"} {
			_, err := client.Do(t.Context(), Request{Method: method, Path: "/x", Query: "q=1"})
			said += fmt.Sprintf("%v %s %+v\n", err, i18n.Describe(i18n.Ru, err), err)
		}
		said += fmt.Sprintf("%+v", traces)
		if strings.Contains(said, secret) || len(traces) != 3 {
			t.Errorf("%s", said)
		}
	})
}

func TestOnlyHTTPSOrLoopback(t *testing.T) {
	for url, ok := range map[string]bool{
		"https://api.example/base": true, "http://127.0.0.1:80": true, "http://localhost:1/x": true, "http://[::1]:1": true,
		"http://api.example": false, "http://127.0.0.1.example": false, "ftp://x": false, "": false, "https://u:p@api.example": false,
		"http://0.0.0.0": false, "https://api.example?token=1": false,
	} {
		_, err := New(Config{BaseURL: url})
		if (err == nil) != ok {
			t.Errorf("%q: %v", url, err)
		}
		if err != nil && i18n.Describe(i18n.Ru, err) == err.Error() {
			t.Errorf("%q: no Russian text in %v", url, err)
		}
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("followed with %v", r.Header)
	}))
	defer elsewhere.Close()
	server := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusPermanentRedirect))
	defer server.Close()
	client, err := New(Config{BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	resp, err := client.Do(t.Context(), Request{Method: "GET", Path: "/x"})
	if he, ok := errors.AsType[*HTTPError](err); !ok || he.Status != 308 || resp.Header.Get("Location") != elsewhere.URL {
		t.Errorf("%v", err)
	}
}

func squeeze(t *testing.T, size int) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.CopyN(z, zeros{}, int64(size)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestBodies(t *testing.T) {
	small, bomb := squeeze(t, 1000), squeeze(t, 5<<20)
	for _, c := range []struct {
		name, body, encoding string
		want                 int // -1: an error
	}{
		{"plain", "abc", "", 3},
		{"gzip", small, "gzip", 1000},
		{"empty gzip", "", "gzip", 0},
		{"bomb", bomb, "gzip", -1},
		{"cut", small[:len(small)-4], "gzip", -1},
		{"no gzip", "abc", "gzip", -1},
		{"unknown", "abc", "br", -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, _ := newClient(t, func(_ int, r *http.Request) (*http.Response, error) {
					if r.Header.Get("Accept-Encoding") != "gzip" || r.Header.Get("User-Agent") != "catalogsheet" || r.Header.Get("Accept") != "" {
						t.Errorf("headers %v", r.Header)
					}
					return reply(200, c.body, "Content-Encoding", c.encoding)
				}, func(c *Config) { c.MaxBody = 1 << 20 })
				resp, err := client.Do(t.Context(), Request{Method: "GET", Path: "/x"})
				if (err != nil) != (c.want < 0) || err == nil && len(resp.Body) != c.want {
					t.Errorf("%v", err)
				}
			})
		})
	}
}

func TestCancelEndsWithinOneRequest(t *testing.T) {
	block := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-block }))
	defer server.Close()
	defer close(block)
	client, err := New(Config{BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = client.Do(ctx, Request{Method: "GET", Path: "/x"})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestConnectionsAreKeptAndGivenUp(t *testing.T) {
	var conns atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			conns.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	client, err := New(Config{BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for range 200 {
		if _, err := client.Do(t.Context(), Request{Method: "GET", Path: "/x"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := conns.Load(); n != 3 {
		t.Errorf("200 requests over %d connections, want 3 of at most 90", n)
	}
}
