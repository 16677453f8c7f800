package app

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"sync"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/rest"
	"catalogsheet/internal/source"
	"catalogsheet/internal/source/evotor"
	"catalogsheet/internal/source/moysklad"
)

// system is one line of the table of systems: where it is and what opens it.
type system struct {
	name, title string
	// The environment variables; loginVar and passwordVar may be "".
	urlVar, tokenVar, loginVar, passwordVar string
	defaultURL                              string
	configured                              func(Config) string
	// known and families are the columns that its sheets can have.
	known    func() []catalog.Column
	families func() []catalog.Family
	// chooseStore: an export must name its stores.
	chooseStore bool
	// exports is the table of what can be exported.
	exports func(prefix string) []command
	connect func(e *Env, baseURL string, c Credential, p *Progress, spent []rest.Spend) (connection, error)
}

// connection is a source with what a person asks of an account besides its
// catalog.
type connection interface {
	source.Source
	// Check says in words what is wrong with the connection.
	Check(ctx context.Context) error
	Stores(ctx context.Context) ([]catalog.Entry, error)
	// Spent tells what is still held of the service's budget.
	Spent() []rest.Spend
	// Close drops idle connections; leave calls it.
	Close()
}

// systems is the table of systems that catalogs are moved to and from.
func systems() []system {
	return []system{
		{
			name: "moysklad", title: "MoySklad",
			urlVar: "MOYSKLAD_URL", tokenVar: "MOYSKLAD_TOKEN",
			loginVar: "MOYSKLAD_LOGIN", passwordVar: "MOYSKLAD_PASSWORD",
			defaultURL: "https://api.moysklad.ru/api/remap/1.2",
			configured: func(c Config) string { return c.MoySklad.URL },
			known:      moysklad.Known,
			families:   moysklad.Families,
			connect:    connectMoySklad,
			exports:    moyskladExports,
		},
		{
			name: "evotor", title: "Evotor",
			urlVar: "EVOTOR_URL", tokenVar: "EVOTOR_TOKEN",
			defaultURL: "https://api.evotor.ru",
			configured: func(c Config) string { return c.Evotor.URL },
			known:      evotor.Known,
			families:   evotor.Families,
			connect:    connectEvotor,
			exports:    evotorExports, chooseStore: true,
		},
	}
}

// url gives a system's base URL: plain http only where nobody can listen.
func (e *Env) url(s system) (string, error) {
	text := first(e.Getenv(s.urlVar), s.configured(e.Config), s.defaultURL)
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return "", Usagef(i18n.T("%s is not a web address: %s expects https://…", "%s — не адрес сайта: в %s ожидается https://…"), redacted(text, u), s.urlVar)
	}
	if u.User != nil {
		return "", Usagef(i18n.T("%s must not hold a login: use %s", "в %s не должно быть логина: используйте %s"), s.urlVar, s.tokenVar)
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		return "", Usagef(i18n.T(
			"%s: plain http to %s would show the token on the way: use https",
			"%s: по http токен по дороге к %s увидят посторонние: используйте https"), s.urlVar, u.Host)
	}
	return text, nil
}

func redacted(text string, u *url.URL) string {
	if u != nil {
		return u.Redacted()
	}
	return text[:min(len(text), 8)] + "…"
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// sources lists the systems that catalogs can be fetched from.
func sources() []system {
	return systems()
}

func perSource(make func(system) command) []command {
	var all []command
	for _, s := range sources() {
		all = append(all, make(s))
	}
	return all
}

// open connects to a system with the credentials of the profile. It sends
// nothing yet. A fetch shows how far it is on p, which may be nil.
func (e *Env) open(s system, p *Progress) (connection, error) {
	base, err := e.url(s)
	if err != nil {
		return nil, err
	}
	c, _, err := e.credential(s)
	if err != nil {
		return nil, err
	}
	spent := e.paceFile(s.name, base, c)
	left := spent.load(e.Now())
	if err := tooMany(left); err != nil {
		return nil, err
	}
	src, err := s.connect(e, base, c, p, left)
	if err != nil {
		return nil, err
	}
	e.atExit = append(e.atExit, func() {
		spent.save(src.Spent(), e.Now())
		src.Close()
	})
	return src, nil
}

// openSource is open for a sheet that names its system.
func openSource(e *Env, name string) (source.Source, error) {
	for _, s := range sources() {
		if s.name == name {
			return e.open(s, nil)
		}
	}
	return nil, i18n.Errorf(i18n.T("the sheet comes from %q, which this program does not know", "лист выгружен из «%s», а программа такой системы не знает"), name)
}

func connectMoySklad(e *Env, baseURL string, c Credential, p *Progress, spent []rest.Spend) (connection, error) {
	return moysklad.New(moysklad.Config{
		BaseURL: baseURL,
		Token:   c.Token, Login: c.Login, Password: c.Password,
		Lang: e.Lang, Trace: e.trace(), Progress: p.Set, Now: e.Now, Spent: spent,
	})
}

func connectEvotor(e *Env, baseURL string, c Credential, p *Progress, _ []rest.Spend) (connection, error) {
	src, err := evotor.New(evotor.Config{
		BaseURL: baseURL, Token: c.Token, Lang: e.Lang, Trace: e.trace(), Progress: p.Set, Now: e.Now,
		Warn: func(said i18n.Localizer) { e.Warn(i18n.T("%s", "%s"), said) },
	})
	return unmetered{src}, err
}

// unmetered is a system whose budget is not counted in units of a window.
type unmetered struct{ *evotor.Source }

// Spent is nothing.
func (unmetered) Spent() []rest.Spend { return nil }

// trace prints one request when verbose is wanted.
func (e *Env) trace() func(rest.Trace) {
	if !e.Verbose {
		return nil
	}
	var mu sync.Mutex
	return func(t rest.Trace) {
		mu.Lock()
		defer mu.Unlock()
		status := strconv.Itoa(t.Status)
		if t.Status == 0 {
			status = "-"
		}
		fmt.Fprintf(e.Stderr, "%s\n", e.paint(dim, fmt.Sprintf("%s %s weight=%d status=%s wait=%s time=%s bytes=%d attempt=%d",
			t.Method, withQuery(t), t.Weight, status, t.Wait.Round(time.Millisecond), t.Dur.Round(time.Millisecond), t.Bytes, t.Attempt)))
	}
}

func withQuery(t rest.Trace) string {
	if t.Query == "" {
		return t.Path
	}
	return t.Path + "?" + t.Query
}
