// Package wire knows no imitated service: it sends the answers of all of them
// in one way, whole, cut or late, and reads what steers them over HTTP.
package wire

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"

	"catalogsheet/internal/i18n"
)

// Sender sends answers; its zero value works.
type Sender struct{ gzips sync.Pool }

// smallest is how many bytes are worth compressing: a client must look at
// Content-Encoding.
const smallest = 256

// Send sends a body of a media type under a status; plain is not compressed.
func (s *Sender) Send(w http.ResponseWriter, status int, media string, body []byte, plain bool) {
	h := w.Header()
	if len(body) == 0 {
		w.WriteHeader(status)
		return
	}
	h.Set("Content-Type", media)
	if plain || len(body) < smallest {
		h.Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(status)
		// The client may be gone; nobody is left to tell.
		_, _ = w.Write(body)
		return
	}
	h.Set("Content-Encoding", "gzip")
	w.WriteHeader(status)
	zw, _ := s.gzips.Get().(*gzip.Writer)
	if zw == nil {
		// BestSpeed is a valid level, so there is no error.
		zw, _ = gzip.NewWriterLevel(nil, gzip.BestSpeed)
	}
	zw.Reset(w)
	_, _ = zw.Write(body)
	_ = zw.Close()
	s.gzips.Put(zw)
}

// Cut sends half of a body under the length of the whole and drops the
// connection; it does not return.
func Cut(w http.ResponseWriter, media string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler)
}

// Sleep waits, unless the client gives up first.
func Sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// ControlPath is where a sandbox is steered.
const ControlPath = "/_sandbox/"

// ErrNoControl answers a control that a sandbox does not have.
var ErrNoControl = i18n.Errorf(i18n.T("no such control in the sandbox", "нет такой команды у песочницы"))

// Steering is how a sandbox is steered over HTTP.
type Steering struct {
	// Item is what follows a control's name where it is about one item, such as
	// /{type}/{id}.
	Item string
	Most int64 // bytes of a body
	// Missing are the errors of what is not there, besides ErrNoControl.
	Missing []error
	// Do carries a control out. key is the method, the control's name and Item;
	// parts are at least three. No bytes are an answer without a body.
	Do func(key string, parts []string, body []byte) ([]byte, error)
}

// Serve answers one control.
func (s Steering) Serve(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, ControlPath), "/")
	key := r.Method + " " + parts[0]
	if len(parts) == 3 {
		key += s.Item
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, s.Most))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	out, err := s.Do(key, append(parts, "", ""), body)
	switch {
	case errors.Is(err, ErrNoControl), slices.ContainsFunc(s.Missing, func(one error) bool { return errors.Is(err, one) }):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	case out == nil:
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		// The client may be gone; nobody is left to tell.
		_, _ = w.Write(out)
	}
}
