package rest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"sync"
)

// identical is how often one request may fail in one way.
const identical = 3

// breaker remembers the requests that failed. A 429 is not counted here: it
// has its own number of tries.
type breaker struct {
	mu    sync.Mutex
	fails map[[32]byte]failure
}

type failure struct {
	times int
	how   string
	err   error
}

func fingerprint(r Request) [32]byte {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%s %s?%s\n", r.Method, r.Path, r.Query)
	_, _ = h.Write(r.Body)
	return [32]byte(h.Sum(nil))
}

// check refuses a request that has failed too often.
func (b *breaker) check(r Request) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.fails) == 0 {
		return nil
	}
	if f := b.fails[fingerprint(r)]; f.times >= identical {
		return &RepeatedError{Times: f.times, Err: f.err}
	}
	return nil
}

func (b *breaker) succeeded(r Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.fails) > 0 {
		delete(b.fails, fingerprint(r))
	}
}

// failed counts a failure and gives the error that stops the run when it is
// one too many.
func (b *breaker) failed(r Request, err error) error {
	how := manner(err)
	if he, ok := errors.AsType[*HTTPError](err); how == "" || ok && r.missed(he.Status) {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fails == nil {
		b.fails = map[[32]byte]failure{}
	}
	key := fingerprint(r)
	f := b.fails[key]
	if f.how != how {
		f = failure{how: how}
	}
	f.times, f.err = f.times+1, err
	b.fails[key] = f
	if f.times >= identical {
		return &RepeatedError{Times: f.times, Err: err}
	}
	return nil
}

// manner names the way in which a request failed, "" where the server saw no
// failure.
func manner(err error) string {
	if he, ok := errors.AsType[*HTTPError](err); ok && he.Status >= 400 && he.Status != http.StatusTooManyRequests {
		return fmt.Sprint(he.Status, " ", he.Code)
	}
	return ""
}
