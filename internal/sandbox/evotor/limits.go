package evotor

import (
	"net/http"
	"strconv"
	"time"
)

// The numbers are not published; requests are counted per token and address
// (release notes of 2017-08-29). These are ours.
const (
	limitRequests = 200
	limitInterval = 5 * time.Second
)

type interval struct {
	began time.Time
	count int
}

// limiter counts requests per resource in intervals that begin with the first
// request.
type limiter struct{ seen map[string]*interval }

// take counts a request to a resource and gives what is left and the time until
// the next interval; ok is false where nothing was left.
func (l *limiter) take(key string, now time.Time) (left int, reset time.Duration, ok bool) {
	if l.seen == nil {
		l.seen = map[string]*interval{}
	}
	i := l.seen[key]
	if i == nil || now.Sub(i.began) >= limitInterval {
		i = &interval{began: now}
		l.seen[key] = i
	}
	reset = limitInterval - now.Sub(i.began)
	if i.count >= limitRequests {
		return 0, reset, false
	}
	i.count++
	return limitRequests - i.count, reset, true
}

// rateHeaders writes the three headers (API V1, info); the documents contradict
// themselves about Reset, so steady faults choose among the forms that clients
// met.
func (s *Server) rateHeaders(h http.Header, left int, reset time.Duration) {
	h.Set("X-RateLimit-Limit", strconv.Itoa(limitRequests))
	h.Set("X-RateLimit-Remaining", strconv.Itoa(left))
	value := int64((reset + time.Second - 1) / time.Second)
	switch at := s.now().Add(reset); {
	case s.bad.On("reset-epoch"):
		value = at.Add(time.Second - 1).Unix()
	case s.bad.On("reset-epoch-ms"):
		value = at.UnixMilli()
	}
	h.Set("X-RateLimit-Reset", strconv.FormatInt(value, 10))
}

// throttled writes the headers of a 429.
func (s *Server) throttled(h http.Header, reset time.Duration) {
	s.rateHeaders(h, 0, reset)
	if s.bad.On("retry-after") {
		h.Set("Retry-After", strconv.FormatInt(int64((reset+time.Second-1)/time.Second), 10))
	}
}
