package rest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"catalogsheet/internal/i18n"

	"github.com/klauspost/compress/gzip"
)

// slot is one place in flight with its own connection, so that its uses can be
// counted. The request that holds the slot is the only one that touches it.
type slot struct {
	transport http.RoundTripper
	own       *http.Transport
	uses      int
}

func newSlot(given http.RoundTripper) slot {
	if given != nil {
		return slot{transport: given}
	}
	t := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:   15 * time.Second,
		MaxIdleConnsPerHost:   1,
		IdleConnTimeout:       25 * time.Second,
		DisableCompression:    true,
		ExpectContinueTimeout: time.Second,
	}
	return slot{transport: t, own: t}
}

// lastUse counts a use and says whether the connection is to be given up
// after it.
func (s *slot) lastUse(most int) bool {
	if s.uses++; s.uses >= most {
		s.uses = 0
		return true
	}
	return false
}

func (s *slot) close() {
	if s.own != nil {
		s.own.CloseIdleConnections()
	}
}

var errTooBig = errors.New("the answer is too large")

// gunzipPool keeps inflaters for reuse.
type gunzipPool struct{ pool sync.Pool }

func (p *gunzipPool) get(r io.Reader) (*gzip.Reader, error) {
	if z, ok := p.pool.Get().(*gzip.Reader); ok {
		return z, z.Reset(r)
	}
	return gzip.NewReader(r)
}

func (c *Client) readBody(r *http.Response) ([]byte, error) {
	var body io.Reader = r.Body
	switch encoding := strings.ToLower(r.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
	case "gzip":
		z, err := c.gunzip.get(r.Body)
		if errors.Is(err, io.EOF) {
			return nil, nil // an empty body stays empty whatever its header says
		}
		if err != nil {
			return nil, fmt.Errorf("inflate the answer: %w", err)
		}
		defer c.gunzip.pool.Put(z)
		body = z
	default:
		return nil, fmt.Errorf("the answer has the unknown encoding %q", encoding)
	}
	b, err := readAll(body, c.cfg.MaxBody, c.buffer(sizeHint(r)))
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	return b, nil
}

// sizeHint guesses how large the inflated body will be: catalogs deflate to
// less than a tenth.
func sizeHint(r *http.Response) int {
	n := r.ContentLength
	if r.Header.Get("Content-Encoding") != "" {
		n *= 12
	}
	return int(max(4<<10, min(n, 8<<20)))
}

// buffer takes a used body that is large enough, or makes one.
func (c *Client) buffer(size int) []byte {
	if b, ok := c.bodies.Get().(*[]byte); ok && cap(*b) >= size {
		return (*b)[:0]
	}
	return make([]byte, 0, size)
}

// Recycle takes a Response's body back when nothing refers to it any more, so
// that pages do not cost new memory each.
func (c *Client) Recycle(body []byte) {
	if cap(body) > 64<<10 {
		c.bodies.Put(&body)
	}
}

func readAll(r io.Reader, most int64, b []byte) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		switch {
		case int64(len(b)) > most:
			return nil, fmt.Errorf("%w: over %d MB", errTooBig, most>>20)
		case errors.Is(err, io.EOF):
			return b, nil
		case err != nil:
			return nil, err
		}
	}
}

// parseBase checks a base URL: a token may only travel over https, or to a
// loopback address.
func parseBase(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, i18n.Errorf(i18n.T(
			"the address of the service is not a plain https address: check the URL setting",
			"адрес сервиса задан неверно: нужен простой адрес https, проверьте настройку URL"))
	}
	switch {
	case u.Scheme == "https":
	case u.Scheme == "http" && loopback(u.Hostname()):
	default:
		return nil, i18n.Errorf(i18n.T(
			"%s://%s would send the token unprotected: use https (http is only for a loopback address)",
			"%s://%s передал бы токен без защиты: нужен https (http разрешён только для адреса этого компьютера)"), u.Scheme, u.Host)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = ""
	return u, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// RetryAfter is the standard pace: the header Retry-After in seconds.
func RetryAfter(a Answer) Pace {
	if a.Status != http.StatusTooManyRequests && a.Status != http.StatusServiceUnavailable {
		return Pace{}
	}
	seconds, err := strconv.Atoi(a.Header.Get("Retry-After"))
	if err != nil || seconds < 0 {
		return Pace{}
	}
	return Pace{Pause: min(time.Duration(seconds)*time.Second, 5*time.Minute)}
}
