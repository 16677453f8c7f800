package sandbox

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// What a user may do in a minute before access is switched off for good
// (Ограничения, "Автоматическое отключение доступа к API").
const (
	watchWindow   = time.Minute
	maxSameErrors = 200
	maxThrottled  = 200
	maxPuts       = 100
)

// watchman counts what leads to switching off. The real one gives access back
// through the support only; this one never does.
type watchman struct {
	off  bool
	seen map[string][]time.Time
}

// see counts one answer.
func (w *watchman) see(c *call, status int, now time.Time) {
	if w.seen == nil {
		w.seen = map[string][]time.Time{}
	}
	if status == http.StatusTooManyRequests {
		w.count("429", maxThrottled, now)
	}
	if status >= 400 {
		key := hash(0, c.r.Method, c.path, c.r.URL.RawQuery, string(c.body))
		w.count("error "+strconv.FormatUint(key, 16), maxSameErrors, now)
	}
	if c.r.Method == http.MethodPut && len(c.parts) > 1 {
		// "The same entity" is taken to be the type.
		w.count("put "+strings.Join(c.parts[:2], "/"), maxPuts, now)
	}
}

func (w *watchman) count(what string, limit int, now time.Time) {
	list := append(w.seen[what], now)
	for len(list) > 0 && now.Sub(list[0]) >= watchWindow {
		list = list[1:]
	}
	w.seen[what] = list
	if len(list) > limit {
		w.off = true
	}
}
