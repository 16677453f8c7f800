package app

import (
	"net"
	"net/url"

	"catalogsheet/internal/i18n"
)

// system is one line of the table of systems: where it is and what opens it.
type system struct {
	name, title string
	// The environment variables; loginVar and passwordVar may be "".
	urlVar, tokenVar, loginVar, passwordVar string
	defaultURL                              string
	configured                              func(Config) string
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
		},
		{
			name: "evotor", title: "Evotor",
			urlVar: "EVOTOR_URL", tokenVar: "EVOTOR_TOKEN",
			defaultURL: "https://api.evotor.ru",
			configured: func(c Config) string { return c.Evotor.URL },
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
