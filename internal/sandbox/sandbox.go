// Package sandbox accepts only what the documents say the real service
// accepts: it imitates the MoySklad JSON API 1.2 as a second, independent
// reading of those documents, and it misbehaves on purpose. It shares no types
// with the client it tests. What it believes beyond the documents is numbered
// in assumptions.md.
package sandbox

import (
	"context"
	"sync"
	"time"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sandbox/fault"
	"catalogsheet/internal/sandbox/loopback"
	"catalogsheet/internal/sandbox/wire"
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
	o      Options
	sender wire.Sender

	mu     sync.Mutex
	st     *store
	acc    *account
	stock  stockList
	limit  limiter
	watch  watchman
	bad    *fault.Set
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
	s := &Server{o: o, bad: fault.NewSet(o.Seed, faultKinds(), byChance()...), tokens: map[string]bool{o.Token: true}, unique: o.UniqueCodes}
	if err := s.bad.Add(o.Faults); err != nil {
		return nil, err
	}
	s.acc, s.st = generate(o.Seed, o.Products)
	return s, nil
}

// now is the server's clock; the caller holds the lock.
func (s *Server) now() time.Time { return s.o.Clock().Add(s.bad.Duration("clock-skew")) }

// Serve serves an account on a loopback address until ctx ends. ready is called
// with the base URL and the token once connections are accepted.
func Serve(ctx context.Context, listen string, o Options, ready func(baseURL, token string)) error {
	if err := loopback.Check(listen); err != nil {
		return err
	}
	s, err := New(o)
	if err != nil {
		return err
	}
	return loopback.Serve(ctx, listen, s, func(origin string) {
		if ready != nil {
			ready(origin+basePath, s.o.Token)
		}
	})
}
