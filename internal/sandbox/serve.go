package sandbox

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sandbox/fault"
	"catalogsheet/internal/sandbox/wire"
)

// Sizes of a request (Ограничения, "Ограничения на размер").
const (
	maxHead  = 8 << 10
	maxBody  = 20 << 20
	maxDepth = 10
	maxArray = 1000
)

// call is one request on its way.
type call struct {
	w     http.ResponseWriter
	r     *http.Request
	path  string // after the base, with its leading slash
	parts []string
	query url.Values
	body  []byte
	size  int // of the body as sent
	lang  i18n.Lang
	fault *fault.Fault
	log   *Request
}

// answer is what a handler says; status 0 is 200.
type answer struct {
	status   int
	body     []byte
	html     bool
	location string
	plain    bool // not compressed
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, wire.ControlPath) {
		s.control(w, r)
		return
	}
	c := &call{w: w, r: r, lang: i18n.Ru}
	if strings.HasPrefix(r.Header.Get("Accept-Language"), "en") {
		c.lang = i18n.En
	}
	path, ok := strings.CutPrefix(r.URL.Path, basePath)
	if !ok || path == "" {
		s.write(c, answer{status: http.StatusNotFound, body: page(404), html: true})
		return
	}
	c.path = path
	c.parts = strings.Split(strings.Trim(path, "/"), "/")
	s.enter(c)
	defer s.leave(c)
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
// real service is believed to make them, to its handler.
func (s *Server) answer(c *call) (answer, error) {
	if headSize(c.r) > maxHead {
		return answer{status: http.StatusRequestURITooLong, body: page(414), html: true}, nil
	}
	if !acceptsGzip(c.r) {
		return answer{status: http.StatusUnsupportedMediaType}, nil
	}
	if err := readBody(c); err != nil {
		return answer{}, err
	}
	rt, routeErr := s.route(c)
	if err := s.admit(c, rt); err != nil {
		return answer{}, err
	}
	if a, struck, err := s.strikeBefore(c); struck {
		return a, err
	}
	if err := checkHead(c); err != nil {
		return answer{}, err
	}
	if routeErr != nil {
		return answer{}, routeErr
	}
	query, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		return answer{}, refuse(1058)
	}
	c.query = query
	if err := checkQuery(query, rt.params); err != nil {
		return answer{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.host = c.r.Host
	return rt.serve(s, c)
}

func acceptsGzip(r *http.Request) bool {
	for _, v := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(v), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") && strings.TrimSpace(q) != "q=0" {
			return true
		}
	}
	return false
}

// headSize sums the address and the headers.
func headSize(r *http.Request) int {
	n := len(r.URL.RequestURI())
	for k, vs := range r.Header {
		for _, v := range vs {
			n += len(k) + len(v) + len(": \r\n")
		}
	}
	return n
}

func readBody(c *call) error {
	if c.r.Body == nil {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(c.r.Body, maxBody+1))
	if err != nil {
		return refuse(2001)
	}
	c.size = len(body)
	if len(body) > maxBody {
		return refuse(1044)
	}
	c.body = body
	return nil
}

// checkHead checks the headers that matter (Общие сведения, "Заголовки").
func checkHead(c *call) error {
	if v := c.r.Header.Get("Accept"); v != "" && v != "*/*" && v != "application/json;charset=utf-8" {
		return refuseAt(1062, v)
	}
	if len(c.body) > 0 {
		kind, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
		if err != nil || kind != "application/json" {
			return refuse(1037)
		}
	}
	return nil
}

// checkQuery refuses parameters that are not documented for the resource.
func checkQuery(q url.Values, allowed string) error {
	for _, name := range sortedKeys(q) {
		if !inWords(name, allowed) {
			return refuseAt(1034, name)
		}
		if len(q[name]) > 1 && name != "filter" {
			return refuseAt(1034, name)
		}
	}
	return nil
}

// admit checks the credentials and books the units.
func (s *Server) admit(c *call, rt route) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.authenticate(c.r); err != nil {
		return err
	}
	if s.watch.off {
		return refuse(1061)
	}
	units := s.o.Weight
	if rt.weight > 0 {
		units = rt.weight
	}
	c.log.Weight = units
	if s.unlimited() {
		return nil
	}
	now := s.o.Clock()
	err, wait := s.limit.take(now, units)
	s.limit.headers(c.w.Header(), now, units)
	if err != nil {
		c.log.Weight = 0
		refusedHeaders(c.w.Header(), err.code, wait)
		return err
	}
	return nil
}

// authenticate takes a token that is alive, or the login for everything.
func (s *Server) authenticate(r *http.Request) error {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok && s.tokens[token] {
		return nil
	}
	if user, password, ok := r.BasicAuth(); ok && user == Login && password == Password {
		return nil
	}
	return refuse(1056)
}

func (s *Server) enter(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limit.inFlight++
	c.log = &Request{Method: c.r.Method, Path: c.path, Query: c.r.URL.RawQuery, At: s.o.Clock(), InFlight: s.limit.inFlight}
	s.log = append(s.log, c.log)
}

func (s *Server) leave(c *call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limit.inFlight--
}

func (s *Server) failure(c *call, err error) answer {
	status := http.StatusInternalServerError
	var e *apiError
	if errors.As(err, &e) {
		status = e.status()
	}
	return answer{status: status, body: errorBody(err, c.lang, c.body)}
}

// note writes down the status of the answer before it goes out, so that a
// client that has its answer also finds it in the log.
func (s *Server) note(c *call, status int) {
	if c.log == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.log.Status, c.log.BodySize = status, c.size
	if c.fault != nil {
		c.log.Fault = c.fault.Name
	}
	if !s.unlimited() {
		s.watch.see(c, status, s.o.Clock())
	}
}

// unlimited says that neither limit is kept.
func (s *Server) unlimited() bool { return s.o.NoLimits || s.bad.On("no-limits") }

// write sends the answer.
func (s *Server) write(c *call, a answer) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	s.note(c, a.status)
	if a.location != "" {
		c.w.Header().Set("Location", a.location)
	}
	media := mediaJSON
	if a.html {
		media = "text/html;charset=UTF-8"
	}
	s.sender.Send(c.w, a.status, media, a.body, a.plain)
}

const mediaJSON = "application/json;charset=utf-8"

// page is an HTML error page as a proxy gives it.
func page(status int) []byte {
	text := strconv.Itoa(status) + " " + http.StatusText(status)
	return []byte("<html>\r\n<head><title>" + text + "</title></head>\r\n<body>\r\n<center><h1>" + text + "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n")
}
