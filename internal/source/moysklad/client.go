// Package moysklad loses nothing: unknown fields survive a write, a page that
// cannot be read fails the fetch, and an element without its own address is
// never sent. It speaks the MoySklad JSON API 1.2.
package moysklad

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/rest"
	"catalogsheet/internal/source"
)

// DefaultURL is where the API is.
const DefaultURL = "https://api.moysklad.ru/api/remap/1.2"

// moscow is the zone of all times of the API, which do not name it.
var moscow = time.FixedZone("MSK", 3*60*60)

// Config is a source's settings. Token, or Login with Password, is required.
type Config struct {
	BaseURL         string // "": DefaultURL
	Token           string
	Login, Password string
	// Lang is the language of the service's messages and of ours about items.
	Lang i18n.Lang
	// Transport replaces the network; nil is a pool of kept connections.
	Transport http.RoundTripper
	Trace     func(rest.Trace)
	// Progress is told how many rows of a fetch were read; it may be called by
	// several goroutines.
	Progress func(done, total int)
	// Now dates snapshots and weights; the pace has the machine's own clock.
	// nil is time.Now.
	Now func() time.Time
	// Limits replaces the API's limits for an imitated server; nil keeps them.
	Limits *rest.Limits
	// Spent is what an earlier process has left held of the budget.
	Spent []rest.Spend
}

// Source is MoySklad behind one credential.
type Source struct {
	cfg  Config
	http *rest.Client

	mu   sync.Mutex
	refs *refs // what Prepare read
	rows map[string]int
	who  *source.Account
}

var _ source.Source = (*Source)(nil)

// New checks the settings; it opens no connection.
func New(cfg Config) (*Source, error) {
	if cfg.BaseURL == "" {
		cfg.BaseURL = DefaultURL
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	authorization, err := credential(cfg)
	if err != nil {
		return nil, err
	}
	var learn learned
	allowed := limits()
	if cfg.Limits != nil {
		allowed = *cfg.Limits
	}
	client, err := rest.New(rest.Config{
		BaseURL:   cfg.BaseURL,
		Authorize: func(h http.Header) { h.Set("Authorization", authorization) },
		Secrets:   []string{cfg.Token, cfg.Password, strings.TrimPrefix(authorization, "Basic ")},
		Header:    http.Header{"Accept-Language": {cfg.Lang.String()}},
		Transport: cfg.Transport,
		Limits:    allowed,
		Spent:     cfg.Spent,
		Weight:    func(_, path string) int { return learn.weight(path, cfg.Now()) },
		Pace:      learn.pace,
		Errors:    parseErrors,
		Trace:     cfg.Trace,
	})
	if err != nil {
		return nil, err
	}
	return &Source{cfg: cfg, http: client}, nil
}

// credential spells the Authorization header: MoySklad JSON API 1.2,
// Аутентификация. A token is never asked for: issuing one revokes all others.
func credential(cfg Config) (string, error) {
	bad := func(r rune) bool { return r < ' ' || r == 0x7f }
	switch {
	case strings.ContainsFunc(cfg.Token+cfg.Login+cfg.Password, bad), strings.Contains(cfg.Token, " "):
		return "", i18n.Errorf(i18n.T(
			"the token or password holds a space or a control character: copy it once more",
			"в токене или пароле есть пробел или управляющий символ: скопируйте его ещё раз"))
	case cfg.Token != "":
		return "Bearer " + cfg.Token, nil
	case cfg.Login != "" && cfg.Password != "":
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(cfg.Login+":"+cfg.Password)), nil
	}
	return "", i18n.Errorf(i18n.T(
		"no credentials for MoySklad: set MOYSKLAD_TOKEN, or run catalogsheet login moysklad",
		"нет данных для входа в МойСклад: задайте MOYSKLAD_TOKEN или выполните catalogsheet login moysklad"))
}

// Spent tells what is still held of the budget.
func (s *Source) Spent() []rest.Spend { return s.http.Spent() }

// Close drops the idle connections.
func (s *Source) Close() { s.http.Close() }

// Name is the system's name as in the sheet.
func (s *Source) Name() string { return "moysklad" }

// MaxBatch is the greatest number of writes of one Send.
func (s *Source) MaxBatch() int { return maxBatch }

// Order lists the row types in the order in which they are to be written:
// variants first, or a product's new price is taken for somebody else's edit
// of the variants that inherit it.
func (s *Source) Order() []string { return slices.Clone(entityOrder[:]) }

var entityOrder = [...]string{typeVariant, typeProduct, typeService, typeBundle}

// get reads a path into out.
func (s *Source) get(ctx context.Context, path string, query url.Values, out any) error {
	body, err := s.fetch(ctx, path, query)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, out); err != nil {
		return explain(i18n.Wrapf(i18n.T("read the answer to GET %s", "чтение ответа на GET %s"), err, path))
	}
	return nil
}

func (s *Source) fetch(ctx context.Context, path string, query url.Values) ([]byte, error) {
	resp, err := s.http.Do(ctx, rest.Request{Method: http.MethodGet, Path: path, Query: encode(query)})
	if err != nil {
		return nil, explain(err)
	}
	return resp.Body, nil
}

// encode spells a query with %20 for a space, which every server understands.
func encode(q url.Values) string { return strings.ReplaceAll(q.Encode(), "+", "%20") }

// Account asks whom the credentials belong to: MoySklad JSON API 1.2, Контекст
// запроса сотрудника. A solution without a user has no employee; then any
// store tells the account.
func (s *Source) Account(ctx context.Context) (source.Account, error) {
	s.mu.Lock()
	known := s.who
	s.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	var who struct{ AccountID, UID string }
	err := s.get(ctx, "/context/employee", nil, &who)
	if err != nil && (stopsAll(err) || ctx.Err() != nil || !isHTTP(err)) {
		return source.Account{}, err
	}
	a := source.Account{ID: strings.ToLower(who.AccountID)}
	if _, name, ok := strings.Cut(who.UID, "@"); ok {
		a.Name = name
	}
	for _, path := range []string{"/entity/store", "/entity/product"} {
		if a.ID != "" {
			break
		}
		var list struct{ Rows []named }
		if err := s.get(ctx, path, url.Values{"limit": {"1"}}, &list); err != nil {
			return source.Account{}, err
		}
		if len(list.Rows) > 0 {
			a.ID = strings.ToLower(list.Rows[0].AccountID)
		}
	}
	if a.ID == "" {
		return source.Account{}, i18n.Errorf(i18n.T(
			"MoySklad did not tell which account this is: the account has no store and no product that the user may see",
			"МойСклад не сообщил, чей это аккаунт: пользователю не виден ни один склад или товар"))
	}
	s.mu.Lock()
	s.who = &a
	s.mu.Unlock()
	return a, nil
}

// Stores lists the stores that are not archived, by name.
func (s *Source) Stores(ctx context.Context) ([]catalog.Entry, error) {
	d, err := s.loadDict(ctx, "/entity/store", nil, namedName)
	if err != nil {
		return nil, err
	}
	return d.list(), nil
}

func jitter(d time.Duration) time.Duration { return rand.N(d/5 + 50*time.Millisecond) }
