// Package evotor accepts only what the documents say the Evotor Cloud accepts:
// it imitates both generations of its API, V1 and V2, over one catalog, as a
// second, independent reading of those documents. It shares no types with the
// client it tests. What it believes beyond the documents is numbered in
// assumptions.md.
package evotor

import (
	"context"
	"net/http"
	"sync"
	"time"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sandbox/fault"
	"catalogsheet/internal/sandbox/loopback"
	"catalogsheet/internal/sandbox/wire"
)

// DefaultToken is the token accepted when Options names none.
const DefaultToken = "sandbox-evotor-token"

// Options describe the imitated account and its manners. The zero value is a
// small account that behaves.
type Options struct {
	// Products is the number of products and modifications in the first store,
	// 500 when 0. The second store holds a tenth of them, at least 20.
	Products int
	// Groups is the number of plain groups in the first store; a fortieth of
	// the products when 0. Groups of modifications come on top.
	Groups int
	// Seed makes the data and the faults; the same seed is the same data.
	Seed int64
	// Faults is a SPEC by the grammar of package fault over the table in
	// faults.go: "none" or "" for none, "default", or entries joined by commas.
	Faults string
	// Latency is added to every request of the API.
	Latency time.Duration
	// NoLimits switches the rate limit off: no 429 comes of itself.
	NoLimits bool
	// Clock gives the time; nil is time.Now.
	Clock func() time.Time
	// Token is the token of the Cloud; "" is DefaultToken.
	Token string
	// Legacy makes a catalog that V1 alone has written: V2 shows nothing of it
	// until each item is written by V2. Without it both generations show the
	// same items from the start.
	Legacy bool
	// Defects is how many products of each kind of wrong schema the first store
	// holds, readable by V1; Products counts them. Defects lists them.
	Defects int
	// Unmapped is how many items of each kind have what V2 has no place for:
	// codes of groups, free attributes, plain products among modifications,
	// groups in a circle, extras. Defects lists them too.
	Unmapped int
	// Page is the number of items on a page of V2, 1000 when 0.
	Page int
	// BulkTime is how long a task takes that nobody asks about, 2 s when 0. A
	// question moves it on at once: ACCEPTED, RUNNING, done.
	BulkTime time.Duration
}

const (
	maxPage         = 1000
	defaultBulkTime = 2 * time.Second
)

// Server is an http.Handler with V2 under /, V1 under /api/v1/inventories and
// its controls under /_sandbox. It is safe for use by several goroutines.
type Server struct {
	o      Options
	sender wire.Sender

	mu           sync.Mutex
	shops        []*shop
	tasks        []*task
	limit        limiter
	bad          *fault.Set
	log          []*Request
	inFlight     int
	token        string // "" when revoked
	made         int    // ids made by the Cloud
	catastrophes int
	defects      []Defect
}

// New makes an account and its server.
func New(o Options) (*Server, error) {
	if o.Products == 0 {
		o.Products = 500
	}
	if o.Products < 0 || o.Products > 1_000_000 {
		return nil, i18n.Errorf(i18n.T("products: %d is out of 1 to 1000000", "products: %d вне пределов от 1 до 1000000"), o.Products)
	}
	if o.Defects < 0 || o.Unmapped < 0 || len(flaws())*o.Defects+2*o.Unmapped > o.Products {
		return nil, i18n.Errorf(i18n.T("%d products cannot hold %d of each defect", "в %d товарах не поместятся дефекты каждого вида по %d"), o.Products, max(o.Defects, o.Unmapped))
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Token == "" {
		o.Token = DefaultToken
	}
	if o.Page <= 0 || o.Page > maxPage {
		o.Page = maxPage
	}
	if o.BulkTime <= 0 {
		o.BulkTime = defaultBulkTime
	}
	s := &Server{o: o, token: o.Token, bad: fault.NewSet(o.Seed, faultKinds(), "429", "503-before")}
	if err := s.bad.Add(o.Faults); err != nil {
		return nil, err
	}
	s.shops, s.defects = generate(o)
	return s, nil
}

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
			ready(origin, s.o.Token)
		}
	})
}

var _ http.Handler = (*Server)(nil)
