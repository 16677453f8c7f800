package evotor

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sandbox/wire"
)

var errNoItem = i18n.Errorf(i18n.T("no such item in the sandbox", "нет такого товара или группы в песочнице"))

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

// ResetRequests forgets the requests so far.
func (s *Server) ResetRequests() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = nil
}

// Catastrophes counts what would have destroyed a store: deletions by V1 with
// an empty list, which are carried out, and by V2 without ids.
func (s *Server) Catastrophes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.catastrophes
}

// Stores gives the ids of the stores.
func (s *Server) Stores() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for _, x := range s.shops {
		ids = append(ids, x.id)
	}
	return ids
}

// Products gives the ids of the products and modifications of a store, by
// creation, whichever generation knows them.
func (s *Server) Products(store string) []string { return s.ids(store, false) }

// Groups is Products for groups.
func (s *Server) Groups(store string) []string { return s.ids(store, true) }

func (s *Server) ids(store string, group bool) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	if x := s.shop(store); x != nil {
		for _, it := range x.items {
			if it.group == group {
				ids = append(ids, it.id)
			}
		}
	}
	return ids
}

// Product gives a product as V2 shows it now, or would show it if it knew it.
func (s *Server) Product(store, id string) (json.RawMessage, bool) { return s.item(store, id, false) }

// Group is Product for a group.
func (s *Server) Group(store, id string) (json.RawMessage, bool) { return s.item(store, id, true) }

func (s *Server) item(store, id string, group bool) (json.RawMessage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, it := s.lookUp(store, id)
	if it == nil || it.group != group {
		return nil, false
	}
	return x.appendV2(nil, it, view{}), true
}

// ProductV1 gives a product or group as V1 shows it.
func (s *Server) ProductV1(store, id string) (json.RawMessage, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, it := s.lookUp(store, id)
	if it == nil {
		return nil, false
	}
	return x.appendV1(nil, it), true
}

// Find gives the id of the first item, by creation, with that name, code or
// article.
func (s *Server) Find(store, what string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if x := s.shop(store); x != nil {
		for _, it := range x.items {
			if it.text(fName) == what || it.text(fCode) == what || it.text(fArticle) == what {
				return it.id, true
			}
		}
	}
	return "", false
}

func (s *Server) lookUp(store, id string) (*shop, *item) {
	x := s.shop(store)
	if x == nil {
		return nil, nil
	}
	return x, x.find(id)
}

// Change edits a product or group as somebody else would: the fields of patch,
// by their names in V2, are written unchecked, null removes one, and updated_at
// moves.
func (s *Server) Change(store, id string, patch map[string]any) error {
	raw, err := json.Marshal(patch)
	if err != nil {
		return i18n.Wrap(i18n.T("change an item of the sandbox", "изменение товара в песочнице"), err)
	}
	return s.changeRaw(store, id, raw)
}

func (s *Server) changeRaw(store, id string, raw []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, it := s.lookUp(store, id)
	if it == nil {
		return errNoItem
	}
	list, bad := members(raw, raw, 0)
	if bad != nil {
		return i18n.Wrap(i18n.T("change an item of the sandbox", "изменение товара в песочнице"), bad)
	}
	for _, m := range list {
		f, known := fieldV2(m.name, it.group)
		if !known {
			return i18n.Errorf(i18n.T("no field %q in the sandbox", "нет поля %q в песочнице"), m.name)
		}
		it.doc[f] = string(m.raw)
		if string(m.raw) == "null" {
			it.doc[f] = ""
		}
	}
	it.touch(s.now())
	return nil
}

// Sell takes n pieces off the stock, as a till does; updated_at moves.
func (s *Server) Sell(store, id string, n int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, it := s.lookUp(store, id)
	if it == nil || it.group {
		return errNoItem
	}
	if err := it.shift(itoa(-n)); err != nil {
		return i18n.Wrap(i18n.T("sell a product of the sandbox", "продажа товара в песочнице"), err)
	}
	it.touch(s.now())
	return nil
}

// Remove deletes an item, as somebody else would.
func (s *Server) Remove(store, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, it := s.lookUp(store, id)
	if it == nil {
		return errNoItem
	}
	x.remove(it)
	return nil
}

// Fault adds faults by a SPEC; "none" drops all.
func (s *Server) Fault(spec string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bad.Add(spec)
}

// RevokeToken makes the token invalid, as removing the application does.
func (s *Server) RevokeToken() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = ""
}

// Defects lists the items that V2 would refuse or that hold what it has no
// place for, by store and creation.
func (s *Server) Defects() []Defect {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.defects)
}

// Dump writes every item as JSON by store, id and generation, without the
// members of V2 that are named: equal accounts give equal bytes.
func (s *Server) Dump(without ...string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	dst := []byte{'{'}
	for i, x := range s.shops {
		if i > 0 {
			dst = append(dst, ",\n"...)
		}
		dst = append(dst, `"`+x.id+`":[`...)
		items := slices.Clone(x.items)
		slices.SortFunc(items, func(a, b *item) int { return strings.Compare(a.id, b.id) })
		for j, it := range items {
			if j > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, "\n{\"v2\":"...)
			if it.modern {
				dst = x.appendWithout(dst, it, without)
			} else {
				dst = append(dst, "null"...)
			}
			dst = append(dst, `,"v1":`...)
			dst = append(x.appendV1(dst, it.without(without)), '}')
		}
		dst = append(dst, ']')
	}
	return append(dst, "}\n"...)
}

// without gives a copy that lacks fields of V2.
func (it *item) without(names []string) *item {
	less := *it
	for i, m := range meanings {
		if m.v2 != "" && slices.Contains(names, m.v2) {
			less.doc[i] = ""
		}
	}
	return &less
}

func (s *shop) appendWithout(dst []byte, it *item, names []string) []byte {
	raw := s.appendV2(nil, it, view{})
	list, bad := members(raw, raw, 0)
	if bad != nil || len(names) == 0 {
		return append(dst, raw...)
	}
	dst = append(dst, '{')
	first := true
	for _, m := range list {
		if slices.Contains(names, m.name) {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(dst, `"`+m.name+`":`...)
		dst = append(dst, m.raw...)
	}
	return append(dst, '}')
}

// control serves the same controls over HTTP, outside of every limit, for
// scripts that steer a running sandbox:
//
//	GET    /_sandbox/requests                  what reached the API
//	DELETE /_sandbox/requests                  forget it
//	GET    /_sandbox/stores                    ids of the stores
//	GET    /_sandbox/product/{store}/{id}      one product as V2 shows it
//	GET    /_sandbox/group/{store}/{id}        one group
//	GET    /_sandbox/v1/{store}/{id}           one of both as V1 shows it
//	GET    /_sandbox/dump[?without=updated_at] all of them
//	GET    /_sandbox/defects                   the wrong items, by name
//	GET    /_sandbox/catastrophes              how many
//	POST   /_sandbox/change/{store}/{id}       edit: the body holds fields of V2
//	POST   /_sandbox/sell/{store}/{id}         a till sells: the body is a number
//	POST   /_sandbox/remove/{store}/{id}       delete it
//	POST   /_sandbox/fault                     add faults: the body is a SPEC
//	POST   /_sandbox/revoke-token              the token is not valid any more
func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	wire.Steering{
		Item: "/{store}/{id}", Most: maxSent, Missing: []error{errNoItem},
		Do: func(key string, parts []string, body []byte) ([]byte, error) {
			return s.steer(key, parts, r, strings.TrimSpace(string(body)))
		},
	}.Serve(w, r)
}
