package evotor

import (
	"encoding/json"
	"net/http"
	"strconv"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sandbox/wire"
)

// steering is one control over HTTP; part 1 and 2 of the path are the store and
// the item where the key names them.
type steering struct {
	key string
	do  func(s *Server, parts []string, r *http.Request, body string) ([]byte, error)
}

func steerings() []steering {
	return []steering{
		{"GET requests", func(s *Server, _ []string, _ *http.Request, _ string) ([]byte, error) {
			return json.MarshalIndent(s.Requests(), "", "  ")
		}},
		{"DELETE requests", func(s *Server, _ []string, _ *http.Request, _ string) ([]byte, error) {
			s.ResetRequests()
			return nil, nil
		}},
		{"GET stores", func(s *Server, _ []string, _ *http.Request, _ string) ([]byte, error) {
			return json.Marshal(s.Stores())
		}},
		{"GET dump", func(s *Server, _ []string, r *http.Request, _ string) ([]byte, error) {
			return s.Dump(r.URL.Query()["without"]...), nil
		}},
		{"GET defects", func(s *Server, _ []string, _ *http.Request, _ string) ([]byte, error) {
			return json.MarshalIndent(s.Defects(), "", "  ")
		}},
		{"GET catastrophes", func(s *Server, _ []string, _ *http.Request, _ string) ([]byte, error) {
			return json.Marshal(s.Catastrophes())
		}},
		{"GET product/{store}/{id}", func(s *Server, p []string, _ *http.Request, _ string) ([]byte, error) {
			return found(s.Product(p[1], p[2]))
		}},
		{"GET group/{store}/{id}", func(s *Server, p []string, _ *http.Request, _ string) ([]byte, error) {
			return found(s.Group(p[1], p[2]))
		}},
		{"GET v1/{store}/{id}", func(s *Server, p []string, _ *http.Request, _ string) ([]byte, error) {
			return found(s.ProductV1(p[1], p[2]))
		}},
		{"POST change/{store}/{id}", func(s *Server, p []string, _ *http.Request, body string) ([]byte, error) {
			return nil, s.changeRaw(p[1], p[2], []byte(body))
		}},
		{"POST sell/{store}/{id}", func(s *Server, p []string, _ *http.Request, body string) ([]byte, error) {
			return nil, s.sellText(p[1], p[2], body)
		}},
		{"POST remove/{store}/{id}", func(s *Server, p []string, _ *http.Request, _ string) ([]byte, error) {
			return nil, s.Remove(p[1], p[2])
		}},
		{"POST fault", func(s *Server, _ []string, _ *http.Request, body string) ([]byte, error) {
			return nil, s.Fault(body)
		}},
		{"POST revoke-token", func(s *Server, _ []string, _ *http.Request, _ string) ([]byte, error) {
			s.RevokeToken()
			return nil, nil
		}},
	}
}

func (s *Server) sellText(store, id, pieces string) error {
	n, err := strconv.Atoi(pieces)
	if err != nil {
		return i18n.Errorf(i18n.T("a number of pieces is expected, not %q", "ожидается число штук, а не %q"), pieces)
	}
	return s.Sell(store, id, n)
}

func found(raw json.RawMessage, ok bool) ([]byte, error) {
	if !ok {
		return nil, errNoItem
	}
	return raw, nil
}

func (s *Server) steer(key string, parts []string, r *http.Request, body string) ([]byte, error) {
	for _, x := range steerings() {
		if x.key == key {
			return x.do(s, parts, r, body)
		}
	}
	return nil, wire.ErrNoControl
}
