package evotor

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sandbox/fault"
	"catalogsheet/internal/sandbox/wire"
)

// Sizes of a body (API V2, Ошибки; API V1, info).
const (
	maxBodyV2 = 5 << 20
	maxBodyV1 = 10 << 20
	// maxSent is where reading stops, whatever the generation.
	maxSent = 16 << 20
)

// call is one request on its way.
type call struct {
	w     http.ResponseWriter
	r     *http.Request
	v1    bool
	bulk  bool // by Content-Type
	path  string
	parts []string
	query url.Values
	body  []byte
	size  int // of the body as sent
	lang  i18n.Lang
	shop  *shop
	fault *fault.Fault
	log   *Request
}

// answer is what a handler says; status 0 is 200.
type answer struct {
	status int
	body   []byte
	html   bool
	plain  bool // not compressed
}

// during tells whether the request meets that fault in its handler.
func (c *call) during(name string) bool { return c.fault != nil && c.fault.Name == name }

// group tells the collection of V2.
func (c *call) group() bool { return len(c.parts) > 2 && c.parts[2] == "product-groups" }

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, wire.ControlPath) {
		s.control(w, r)
		return
	}
	c := &call{w: w, r: r, path: r.URL.Path, lang: i18n.Ru}
	if strings.HasPrefix(r.Header.Get("Accept-Language"), "en") {
		c.lang = i18n.En
	}
	rest, v1 := strings.CutPrefix(c.path, basePathV1)
	c.v1 = v1
	c.parts = strings.Split(strings.Trim(rest, "/"), "/")
	s.enter(c)
	defer s.leave()
	if !wire.Sleep(r.Context(), s.o.Latency) {
		return
	}
	a, err := s.answer(c)
	if err != nil {
		a = s.failure(c, err)
	}
	s.finish(c, a)
}

// answer carries the request through the checks, in the order in which the
// Cloud is believed to make them, to its handler.
func (s *Server) answer(c *call) (answer, error) {
	if err := readBody(c); err != nil {
		return answer{}, err
	}
	rt, routeErr := c.route()
	if err := s.admit(c, rt); err != nil {
		return answer{}, err
	}
	if a, struck, err := s.strikeBefore(c); struck {
		return a, err
	}
	if routeErr != nil {
		return answer{}, routeErr
	}
	if err := c.checkHead(rt); err != nil {
		return answer{}, err
	}
	var err error
	if c.query, err = url.ParseQuery(c.r.URL.RawQuery); err != nil {
		return answer{}, invalid()
	}
	if err := c.checkQuery(rt); err != nil {
		return answer{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runTasks()
	if strings.Contains(rt.pattern, "{store}") {
		if c.shop = s.shop(c.parts[1]); c.shop == nil {
			return answer{}, c.notFound()
		}
	}
	return rt.serve(s, c)
}

// shop finds a store; ids are upper-case.
func (s *Server) shop(id string) *shop {
	for _, x := range s.shops {
		if x.id == id {
			return x
		}
	}
	return nil
}

func readBody(c *call) error {
	if c.r.Body == nil {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(c.r.Body, maxSent))
	if err != nil {
		return malformed(nil, 0, "")
	}
	c.size = len(body)
	limit := maxBodyV2
	switch {
	case c.v1:
		limit = maxBodyV1
	case mediaOf(c.r.Header.Get("Content-Type")) == "multipart/form-data":
		limit += 64 << 10 // the envelope of an image
	}
	if len(body) > limit {
		return refuse(http.StatusRequestEntityTooLarge)
	}
	c.body = body
	return nil
}

// admit checks the token and counts the request.
func (s *Server) admit(c *call, rt route) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.known(c) {
		return &apiError{status: http.StatusUnauthorized, code: "unauthorized", message: "invalid token", legacy: legacyCode(c.v1, 1001)}
	}
	if s.o.NoLimits || s.bad.On("no-limits") {
		return nil
	}
	store := ""
	if len(c.parts) > 1 {
		store = c.parts[1]
	}
	left, reset, ok := s.limit.take(c.r.Method+" "+strconv.FormatBool(c.v1)+" "+rt.pattern+" "+store, s.o.Clock())
	if !ok {
		s.throttled(c.w.Header(), reset)
		return tooMany()
	}
	s.rateHeaders(c.w.Header(), left, reset)
	return nil
}

func tooMany() *apiError {
	return &apiError{status: http.StatusTooManyRequests, code: "too_many_requests", message: "rate limit exceeded"}
}

func legacyCode(v1 bool, code int) int {
	if v1 {
		return code
	}
	return 0
}

// known checks the token: V2 takes Authorization: Bearer, V1 X-Authorization.
func (s *Server) known(c *call) bool {
	bearer, isBearer := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	token := c.r.Header.Get("X-Authorization")
	if c.v1 == s.bad.On("other-auth") {
		token = ""
		if isBearer {
			token = bearer
		}
	}
	return token != "" && token == s.token
}

func (s *Server) now() time.Time { return s.o.Clock().Add(s.bad.Duration("clock-skew")) }

func (s *Server) enter(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFlight++
	api := "v2"
	if c.v1 {
		api = "v1"
	}
	c.log = &Request{API: api, Method: c.r.Method, Path: c.path, Query: c.r.URL.RawQuery, At: s.o.Clock(), InFlight: s.inFlight}
	s.log = append(s.log, c.log)
}

func (s *Server) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inFlight--
}

func (s *Server) failure(c *call, err error) answer {
	var e *apiError
	if !errors.As(err, &e) {
		return answer{status: http.StatusInternalServerError}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return answer{status: e.status, body: e.body(c.lang, s.violationsKey())}
}

func (s *Server) violationsKey() string {
	if s.bad.On("errors-key") {
		return "errors"
	}
	return "violations"
}

// note writes down the status of the answer before it goes out, so that a
// client that has its answer also finds it in the log.
func (s *Server) note(c *call, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.log.Status, c.log.BodySize = status, c.size
	if c.fault != nil {
		c.log.Fault = c.fault.Name
	}
	if c.v1 && s.bad.On("warning") {
		c.w.Header().Set("Warning", `299 api.evotor.ru "URL will be switched off"`)
	}
}

// write sends the answer.
func (s *Server) write(c *call, a answer) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	s.note(c, a.status)
	plain := a.plain || !strings.Contains(c.r.Header.Get("Accept-Encoding"), "gzip")
	s.sender.Send(c.w, a.status, c.media(a), a.body, plain)
}

func (c *call) media(a answer) string {
	switch {
	case a.html:
		return "text/html;charset=UTF-8"
	case c.v1:
		return mediaV1 + ";charset=UTF-8"
	}
	return mediaV2 + ";charset=UTF-8"
}
