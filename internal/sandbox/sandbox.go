// Package sandbox accepts only what the documents say the real service
// accepts: it imitates the MoySklad JSON API 1.2 as a second, independent
// reading of those documents, and it misbehaves on purpose. It shares no types
// with the client it tests. What it believes beyond the documents is numbered
// in assumptions.md.
package sandbox

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"catalogsheet/internal/i18n"
)

// DefaultToken is the bearer token accepted when Options names none.
const DefaultToken = "sandbox-moysklad-token"

// The login and password for Basic.
const (
	Login    = "admin@sandbox"
	Password = "sandbox"
)

// Options describe the imitated account and its manners. The zero value is a
// small account that behaves.
type Options struct {
	// Products is the number of products, 500 when 0; the other types follow
	// in proportion.
	Products int
	// Seed makes the data and the faults; the same seed is the same data.
	Seed int64
	// Faults is a SPEC of faults.go: "none" or "" for none, "default", or
	// name[=arg][:METHOD[:path-prefix[:xN or N%]]] joined by commas.
	Faults string
	// Latency is added to every request of the API.
	Latency time.Duration
	// NoLimits switches off both limits: no 429 comes of itself.
	NoLimits bool
	// Weight is what a request other than a stock report costs, in units of
	// 45 per 3 s; 4 when 0.
	Weight int
	// UniqueCodes makes the account refuse a code that another good has.
	UniqueCodes bool
	// Clock gives the time; nil is time.Now.
	Clock func() time.Time
	// Token is the bearer token; "" is DefaultToken.
	Token string
}

// Server is an http.Handler with the API under /api/remap/1.2 and its controls
// under /_sandbox. It is safe for use by several goroutines.
type Server struct {
	o     Options
	gzips sync.Pool
	busy  sync.WaitGroup

	mu     sync.Mutex
	st     *store
	acc    *account
	stock  stockList
	limit  limiter
	watch  watchman
	bad    *misfortune
	log    []*Request
	tokens map[string]bool
	issued int
	made   int
	unique bool
	host   string // of the request being served
}

// New makes an account and its server.
func New(o Options) (*Server, error) {
	if o.Products == 0 {
		o.Products = 500
	}
	if o.Products < 0 || o.Products > 1_000_000 {
		return nil, i18n.Errorf(i18n.T("products: %d is out of 1 to 1000000", "products: %d вне пределов от 1 до 1000000"), o.Products)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Token == "" {
		o.Token = DefaultToken
	}
	if o.Weight <= 0 {
		o.Weight = defaultWeight
	}
	s := &Server{o: o, bad: newMisfortune(o.Seed), tokens: map[string]bool{o.Token: true}, unique: o.UniqueCodes}
	if err := s.bad.add(o.Faults); err != nil {
		return nil, err
	}
	s.acc, s.st = generate(o.Seed, o.Products)
	return s, nil
}

// now is the server's clock; the caller holds the lock.
func (s *Server) now() time.Time { return s.o.Clock().Add(s.bad.skew) }

// Serve serves an account on a loopback address until ctx ends. ready is called
// with the base URL and the token once connections are accepted.
func Serve(ctx context.Context, listen string, o Options, ready func(baseURL, token string)) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return i18n.Wrapf(i18n.T("listen on %q", "слушать на %q"), err, listen)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return i18n.Errorf(i18n.T("listen on %q: only loopback addresses are served, such as 127.0.0.1:8077", "слушать на %q: допустимы только адреса этого компьютера, например 127.0.0.1:8077"), listen)
	}
	s, err := New(o)
	if err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return i18n.Wrapf(i18n.T("listen on %q", "слушать на %q"), err, listen)
	}
	return s.serve(ctx, l, ready)
}

func (s *Server) serve(ctx context.Context, l net.Listener, ready func(baseURL, token string)) error {
	srv := &http.Server{Handler: s, ReadHeaderTimeout: 30 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	if ready != nil {
		ready("http://"+l.Addr().String()+basePath, s.o.Token)
	}
	select {
	case err := <-done:
		return i18n.Wrap(i18n.T("serve the sandbox", "работа песочницы"), err)
	case <-ctx.Done():
	}
	err := srv.Close()
	s.busy.Wait()
	if err != nil {
		return i18n.Wrap(i18n.T("close the sandbox", "остановка песочницы"), err)
	}
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return i18n.Wrap(i18n.T("serve the sandbox", "работа песочницы"), err)
	}
	return nil
}
