package sandbox

import (
	"encoding/json"
	"net/http"
	"sort"
	"strings"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sandbox/wire"
)

var errNoEntity = i18n.Errorf(i18n.T("no such entity in the sandbox", "нет такой сущности в песочнице"))

// Requests gives what reached the API since the start or ResetRequests, in
// order of arrival.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Request, len(s.log))
	for i, r := range s.log {
		out[i] = *r
	}
	return out
}

// Throttled counts the answers 429.
func (s *Server) Throttled() int {
	n := 0
	for _, r := range s.Requests() {
		if r.Status == http.StatusTooManyRequests {
			n++
		}
	}
	return n
}

// SwitchedOff tells that the service has taken the user's access to the API
// away, as it does after too many refused or identical requests.
func (s *Server) SwitchedOff() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.watch.off
}

// ResetRequests forgets the requests so far.
func (s *Server) ResetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = nil
}

// Entity gives one entity as the API would show it now.
func (s *Server) Entity(typ, id string) (json.RawMessage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.st.find(typ, id)
	if e == nil {
		return nil, false
	}
	return s.st.appendJSON(nil, e), true
}

// IDs gives the ids of a type, sorted.
func (s *Server) IDs(typ string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for _, e := range s.st.byType[typ] {
		ids = append(ids, e.id)
	}
	sort.Strings(ids)
	return ids
}

// UUID gives the id that the web pages use for an entity, which for goods is
// not the API's.
func (s *Server) UUID(typ, id string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.st.find(typ, id)
	if e == nil || e.uuid == "" {
		return "", false
	}
	return e.uuid, true
}

// Find gives the id of the first entity, by creation, with that name, code or
// external code.
func (s *Server) Find(typ, what string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.st.byType[typ] {
		if e.name == what || e.code == what || e.external == what {
			return e.id, true
		}
	}
	return "", false
}

// Change edits an entity as somebody else would: the fields of patch are
// written by the rules of the API, and updated moves.
func (s *Server) Change(typ, id string, patch map[string]any) error {
	raw, err := json.Marshal(patch)
	if err != nil {
		return i18n.Wrap(i18n.T("change an entity of the sandbox", "изменение сущности в песочнице"), err)
	}
	return s.changeRaw(typ, id, raw)
}

func (s *Server) changeRaw(typ, id string, raw []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.st.find(typ, id)
	if e == nil {
		return errNoEntity
	}
	patch, err := parseObject(raw)
	if err != nil {
		return i18n.Wrap(i18n.T("change an entity of the sandbox", "изменение сущности в песочнице"), err)
	}
	return s.update(e, patch)
}

// SetPrice sets one sale price, in kopecks as decimal text, and keeps its
// currency.
func (s *Server) SetPrice(typ, id, priceTypeID, kopecks string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.st.find(typ, id)
	if e == nil {
		return errNoEntity
	}
	o, err := s.st.object(e)
	if err != nil {
		return err
	}
	raw, _ := o.get("salePrices")
	price := object{{"value", json.RawMessage(kopecks)}}
	for _, p := range objects(raw) {
		pt, _ := p.get("priceType")
		if ref, err := parseObject(pt); err == nil && ref.text("id") == priceTypeID {
			if cur, ok := p.get("currency"); ok {
				price.set("currency", cur)
			}
			price.set("priceType", pt)
		}
	}
	if !price.has("priceType") {
		return i18n.Errorf(i18n.T("no price type %s in the sandbox", "нет типа цены %s в песочнице"), priceTypeID)
	}
	return s.update(e, object{{"salePrices", encodeArray([]object{price})}})
}

// Remove deletes an entity, as somebody else would.
func (s *Server) Remove(typ, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.st.find(typ, id)
	if e == nil {
		return errNoEntity
	}
	s.st.remove(e)
	return nil
}

// Fault adds faults by a SPEC; "none" drops all.
func (s *Server) Fault(spec string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bad.Add(spec)
}

// RevokeToken makes every token of the user invalid, as issuing another does.
func (s *Server) RevokeToken() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tokens = map[string]bool{}
}

// SetUniqueCodes switches the account's setting of unique codes.
func (s *Server) SetUniqueCodes(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unique = on
}

// Dump writes every entity as JSON, by type and id, without the fields named:
// equal accounts give equal bytes.
func (s *Server) Dump(without ...string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	var dst []byte
	dst = append(dst, '{')
	for i, typ := range entityTypes() {
		if i > 0 {
			dst = append(dst, ",\n"...)
		}
		dst = append(dst, '"')
		dst = append(dst, typ...)
		dst = append(dst, "\":["...)
		for j, e := range s.st.byOrder(typ, "id", byID) {
			if j > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, '\n')
			dst = s.dumpOne(dst, e, without)
		}
		dst = append(dst, ']')
	}
	return append(dst, "}\n"...)
}

func (s *Server) dumpOne(dst []byte, e *entity, without []string) []byte {
	if len(without) == 0 {
		return s.st.appendJSON(dst, e)
	}
	o, err := s.st.object(e)
	if err != nil {
		return s.st.appendJSON(dst, e)
	}
	for _, name := range without {
		o.drop(name)
	}
	return o.encode(dst)
}

func byID(a, b *entity) bool { return a.id < b.id }

// control serves the same controls over HTTP, outside of every limit, for
// scripts that steer a running sandbox:
//
//	GET    /_sandbox/requests               what reached the API
//	DELETE /_sandbox/requests               forget it
//	GET    /_sandbox/entity/{type}/{id}     one entity
//	GET    /_sandbox/dump[?without=updated] all of them
//	POST   /_sandbox/change/{type}/{id}     edit it: the body holds the fields
//	POST   /_sandbox/fault                  add faults: the body is a SPEC
//	POST   /_sandbox/revoke-token           no token is valid any more
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	wire.Steering{
		Item: "/{type}/{id}", Most: maxBody, Missing: []error{errNoEntity},
		Do: func(key string, parts []string, body []byte) ([]byte, error) {
			return s.steer(key, parts, r, body)
		},
	}.Serve(w, r)
}

func (s *Server) steer(key string, parts []string, r *http.Request, body []byte) ([]byte, error) {
	switch key {
	case "GET requests":
		return json.MarshalIndent(s.Requests(), "", "  ")
	case "DELETE requests":
		s.ResetRequests()
		return nil, nil
	case "GET dump":
		return s.Dump(r.URL.Query()["without"]...), nil
	case "GET entity/{type}/{id}":
		raw, ok := s.Entity(parts[1], parts[2])
		if !ok {
			return nil, errNoEntity
		}
		return raw, nil
	case "POST change/{type}/{id}":
		return nil, s.changeRaw(parts[1], parts[2], body)
	case "POST fault":
		return nil, s.Fault(strings.TrimSpace(string(body)))
	case "POST revoke-token":
		s.RevokeToken()
		return nil, nil
	}
	return nil, wire.ErrNoControl
}
