// Package evotor never loses a sale and never deletes: stock alone goes by
// PATCH, everything else is merged into the whole document as it was just read,
// unknown fields survive a write, and a page that cannot be read fails the
// fetch. It speaks the Evotor Cloud API V2, and reads V1.
package evotor

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/rest"
	"catalogsheet/internal/source"
)

// DefaultURL is where both generations of the API are.
const DefaultURL = "https://api.evotor.ru"

// Config is a source's settings. Token is required.
type Config struct {
	BaseURL string // "": DefaultURL
	// Token is the token of the Evotor Cloud: Evotor REST API, Авторизация.
	Token string
	// Lang is the language of what is said of single items.
	Lang i18n.Lang
	// Transport replaces the network; nil is a pool of kept connections.
	Transport http.RoundTripper
	Trace     func(rest.Trace)
	// Progress is told how many rows of a fetch were read; total is 0, the API
	// does not tell it.
	Progress func(done, total int)
	// Warn is told once of each announcement that an address of the API is to be
	// switched off; nil drops it.
	Warn func(i18n.Localizer)
	Now  func() time.Time // nil: time.Now
	// Limits replaces the client's limits for an imitated server; nil keeps them.
	Limits *rest.Limits
	// TaskWait is how long a bulk task is waited for; 0 is ten minutes.
	TaskWait time.Duration
}

// Source is Evotor behind one token.
type Source struct {
	cfg  Config
	two  *client // V2
	one  *client // V1
	pace meter
	// warned holds the announcements that were passed on.
	warned sync.Map

	mu   sync.Mutex
	refs *refs // what was read of stores and groups
	// wantGroups: the lenses need the groups of every store that is read.
	wantGroups bool
	rows       int            // items that the sheet shows, in all stores
	sizes      map[string]int // products of a store as last read whole
	who        *source.Account
}

var (
	_ source.Source = (*Source)(nil)
	_ source.Waiter = (*Source)(nil)
)

// New checks the settings; it opens no connection.
func New(cfg Config) (*Source, error) {
	if cfg.BaseURL == "" {
		cfg.BaseURL = DefaultURL
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.TaskWait == 0 {
		cfg.TaskWait = 10 * time.Minute
	}
	if err := checkToken(cfg.Token); err != nil {
		return nil, err
	}
	s := &Source{cfg: cfg, refs: &refs{}, sizes: map[string]int{}}
	var err error
	if s.two, err = s.newClient(mediaOne, bearer, plainToken); err != nil {
		return nil, err
	}
	s.one, err = s.newClient(mediaV1, plainToken, bearer)
	return s, err
}

func checkToken(token string) error {
	if token == "" {
		return i18n.Errorf(i18n.T(
			"no token for Evotor: set EVOTOR_TOKEN, or run catalogsheet login evotor",
			"нет токена Эвотора: задайте EVOTOR_TOKEN или выполните catalogsheet login evotor"))
	}
	if strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return i18n.Errorf(i18n.T(
			"the token holds a space or a character that tokens do not have: copy it once more",
			"в токене есть пробел или посторонний символ: скопируйте его ещё раз"))
	}
	return nil
}

// The forms of the credential: Evotor REST API, Авторизация; Evotor API V1,
// parameters, X-Authorization.
var (
	bearer     = authForm{"Authorization", "Bearer "}
	plainToken = authForm{"X-Authorization", ""}
)

type authForm struct{ header, prefix string }

// client is one generation of the API. Both documents and working programs
// name two forms of the credential, so a 401 is asked once more in the other.
type client struct {
	*rest.Client
	forms   [2]authForm
	current atomic.Int32
	settled atomic.Bool
}

func (s *Source) newClient(media string, first, second authForm) (*client, error) {
	c := &client{forms: [2]authForm{first, second}}
	allowed := limits()
	if s.cfg.Limits != nil {
		allowed = *s.cfg.Limits
	}
	// One look at a 429 here, the others in ask: it knows how long is too long.
	allowed.TriesBusy = 1
	var err error
	c.Client, err = rest.New(rest.Config{
		BaseURL: s.cfg.BaseURL,
		Authorize: func(h http.Header) {
			f := c.forms[c.current.Load()]
			h.Set(f.header, f.prefix+s.cfg.Token)
		},
		Secrets:   []string{s.cfg.Token},
		Header:    http.Header{"Accept": {media}},
		Transport: s.cfg.Transport,
		Limits:    allowed,
		Pace:      func(a rest.Answer) rest.Pace { return pace(a, s.cfg.Now()) },
		Errors:    parseErrors,
		Trace:     s.traced,
		Now:       s.cfg.Now,
	})
	return c, err
}

func (s *Source) traced(t rest.Trace) {
	s.pace.add(t)
	if s.cfg.Trace != nil {
		s.cfg.Trace(t)
	}
}

// ask sends a request, again after a 429 that says to come back soon, and once
// in the other form of the credential after a 401. The Response is given beside
// an *rest.HTTPError.
func (s *Source) ask(ctx context.Context, c *client, r rest.Request) (*rest.Response, error) {
	form := c.current.Load()
	for try := 1; ; try++ {
		resp, err := c.Do(ctx, r)
		if resp != nil {
			s.announced(r.Path, resp.Header)
		}
		if err == nil {
			c.settled.Store(true)
			return resp, nil
		}
		he, ok := errors.AsType[*rest.HTTPError](err)
		switch {
		case !ok:
			return resp, explain(err)
		case he.Status == http.StatusUnauthorized && !c.settled.Load():
			if c.current.Load() == form {
				c.current.Store(1 - form)
				continue
			}
			c.current.Store(form)
		case he.Status == http.StatusTooManyRequests && try < triesBusy:
			if wait := waitFor(resp.Header, s.cfg.Now()); wait > longestWait {
				return resp, &busyError{wait: wait, err: err}
			}
			continue // the client as a whole pauses
		}
		return resp, explain(err)
	}
}

// announced passes on what V1 says of addresses to be switched off: Evotor API
// V1, paths, Warning.
func (s *Source) announced(path string, h http.Header) {
	text := h.Get("Warning")
	if text == "" || s.cfg.Warn == nil {
		return
	}
	if _, known := s.warned.LoadOrStore(text, true); !known {
		s.cfg.Warn(&i18n.Error{Text: i18n.T("Evotor announces for %s: %s", "Эвотор предупреждает о %s: %s"), Args: []any{path, text}})
	}
}

// get reads a path of V2.
func (s *Source) get(ctx context.Context, path, query string) ([]byte, error) {
	resp, err := s.ask(ctx, s.two, rest.Request{Method: http.MethodGet, Path: path, Query: query})
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

// Close drops the idle connections.
func (s *Source) Close() {
	s.two.Close()
	s.one.Close()
}

// Name is the system's name as in the sheet.
func (s *Source) Name() string { return "evotor" }

// MaxBatch is the greatest number of writes of one Send. It is far below what
// the API takes: a PUT carries the stock as it was read, and every item of a
// batch is read before the first is written.
func (s *Source) MaxBatch() int { return maxBatch }

// Order lists the known row types; others are written after them.
func (s *Source) Order() []string { return slices.Clone(knownTypes[:]) }
