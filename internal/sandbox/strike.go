package sandbox

import (
	"net/http"
	"strings"
	"time"

	"catalogsheet/internal/sandbox/fault"
	"catalogsheet/internal/sandbox/wire"
)

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
	case "500-before", "502-before", "503-before", "504-before", "html-error":
		status := f.Number()
		if f.Name != "html-error" {
			status = int(f.Name[0]-'0')*100 + int(f.Name[2]-'0')
		}
		return answer{status: status, body: page(status), html: true}, true, nil
	case "maintenance":
		return answer{}, true, refuse(1074)
	case "413":
		return answer{}, true, refuse(1044)
	case "429-time":
		refusedHeaders(c.w.Header(), 1049, f.Duration())
		return answer{}, true, refuse(1049)
	case "429-parallel":
		refusedHeaders(c.w.Header(), 1073, 0)
		return answer{}, true, refuse(1073)
	case "drop-before":
		s.note(c, 0)
		panic(http.ErrAbortHandler)
	case "slow-page":
		return answer{}, !wire.Sleep(c.r.Context(), f.Duration()), nil
	case "revoke-token":
		s.RevokeToken()
		return answer{}, true, refuse(1056)
	}
	return answer{}, false, nil
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
		status := int(f.Name[0]-'0')*100 + int(f.Name[2]-'0')
		s.write(c, answer{status: status, body: page(status), html: true})
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
	case "short-bulk":
		if list, err := parseArray(a.body); err == nil && len(list) > 0 {
			a.body = append(trimComma(a.body[:list[len(list)-1].offset]), ']')
		}
		s.write(c, a)
	case "no-gzip":
		a.plain = true
		s.write(c, a)
	default:
		s.write(c, a)
	}
}

func trimComma(b []byte) []byte { return []byte(strings.TrimRight(string(b), ", \n")) }

// cut sends half of the body.
func (s *Server) cut(c *call, a answer) {
	s.note(c, http.StatusOK)
	wire.Cut(c.w, mediaJSON, a.body)
}

// during tells whether the request meets that fault in its handler.
func (c *call) during(name string) bool {
	return c.fault != nil && c.fault.Name == name
}

// Request is one request that reached the API.
type Request struct {
	Method   string    `json:"method"`
	Path     string    `json:"path"` // after the base
	Query    string    `json:"query,omitempty"`
	Status   int       `json:"status"`          // 0 while it runs or where no answer was sent
	Weight   int       `json:"weight"`          // units booked
	At       time.Time `json:"at"`              // when it came
	BodySize int       `json:"bodySize"`        // bytes
	InFlight int       `json:"inFlight"`        // requests under way when it began, itself included
	Fault    string    `json:"fault,omitempty"` // the fault it met
}
