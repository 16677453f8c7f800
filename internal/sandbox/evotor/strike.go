package evotor

import (
	"net/http"
	"strconv"
	"time"

	"catalogsheet/internal/sandbox/fault"
	"catalogsheet/internal/sandbox/wire"
)

// Request is one request that reached the API.
type Request struct {
	API      string    `json:"api"` // v1 or v2
	Method   string    `json:"method"`
	Path     string    `json:"path"`
	Query    string    `json:"query,omitempty"`
	Status   int       `json:"status"`          // 0 while it runs or where no answer was sent
	At       time.Time `json:"at"`              // when it came
	BodySize int       `json:"bodySize"`        // bytes
	InFlight int       `json:"inFlight"`        // requests under way when it began, itself included
	Fault    string    `json:"fault,omitempty"` // the fault it met
}

// strikeBefore picks the fault of the request and carries out those that come
// before the handler; struck tells that there is nothing left to do.
func (s *Server) strikeBefore(c *call) (a answer, struck bool, err error) {
	s.mu.Lock()
	f := s.bad.Next(c.r.Method, c.path, c.r.URL.RawQuery, c.body)
	c.fault = f
	s.mu.Unlock()
	if f == nil || f.Phase != fault.Before {
		return answer{}, false, nil
	}
	switch f.Name {
	case "500-before", "502-before", "503-before", "504-before":
		return failed(f), true, nil
	case "html-error":
		return answer{status: f.Number(), body: page(f.Number()), html: true}, true, nil
	case "402":
		return answer{}, true, &apiError{status: http.StatusPaymentRequired, code: "payment_required", message: "payment required", legacy: legacyCode(c.v1, 1004)}
	case "403":
		return answer{}, true, refuse(http.StatusForbidden)
	case "413":
		return answer{}, true, refuse(http.StatusRequestEntityTooLarge)
	case "429":
		s.mu.Lock()
		defer s.mu.Unlock()
		s.throttled(c.w.Header(), f.Duration())
		return answer{}, true, tooMany()
	case "drop-before":
		s.note(c, 0)
		panic(http.ErrAbortHandler)
	case "slow-page":
		return answer{}, !wire.Sleep(c.r.Context(), f.Duration()), nil
	case "revoke-token":
		s.RevokeToken()
		return answer{}, true, &apiError{status: http.StatusUnauthorized, legacy: legacyCode(c.v1, 1001)}
	}
	return answer{}, false, nil
}

// failed is the answer of a fault whose name begins with its status.
func failed(f *fault.Fault) answer {
	status, _ := strconv.Atoi(f.Name[:3])
	return answer{status: status, body: page(status), html: true}
}

// finish sends the answer, or spoils it where a fault says so. By now
// everything is carried out.
func (s *Server) finish(c *call, a answer) {
	f := c.fault
	if f == nil || f.Phase != fault.After {
		s.write(c, a)
		return
	}
	switch f.Name {
	case "500-after", "503-after", "504-after":
		s.write(c, failed(f))
	case "drop-after":
		s.note(c, 0)
		panic(http.ErrAbortHandler)
	case "lost-answer":
		s.note(c, 0)
		wire.Sleep(c.r.Context(), f.Duration())
		panic(http.ErrAbortHandler)
	case "cut-body":
		s.cut(c, a)
	case "empty-body":
		s.write(c, answer{})
	case "no-gzip":
		a.plain = true
		s.write(c, a)
	default:
		s.write(c, a)
	}
}

// cut sends half of the body.
func (s *Server) cut(c *call, a answer) {
	s.note(c, http.StatusOK)
	wire.Cut(c.w, c.media(a), a.body)
}

// page is an HTML error page as a proxy gives it.
func page(status int) []byte {
	text := strconv.Itoa(status) + " " + http.StatusText(status)
	return []byte("<html>\r\n<head><title>" + text + "</title></head>\r\n<body>\r\n<center><h1>" + text + "</h1></center>\r\n</body>\r\n</html>\r\n")
}
