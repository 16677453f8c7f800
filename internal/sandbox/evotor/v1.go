package evotor

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"catalogsheet/internal/money"
	"catalogsheet/internal/sandbox/fault"
)

// extra is an additional field of an application at a product, which V2 has no
// form for.
type extra struct{ id, product, value string }

func malformedV1() error {
	return &apiError{status: http.StatusBadRequest, code: "2001", legacy: 2001}
}

// v1Stores lists the stores as a bare array (API V1, stores/search).
func (s *Server) v1Stores(*call) (answer, error) {
	list := []byte{'['}
	for i, x := range s.shops {
		if i > 0 {
			list = append(list, ',')
		}
		address, code := "null", "null"
		if x.address != "" {
			address = string(quote(x.address))
		}
		if x.code != "" {
			code = string(quote(x.code))
		}
		list = append(list, fmt.Sprintf(`{"uuid":"%s","address":%s,"name":%s,"code":%s}`, x.id, address, quote(x.name), code)...)
	}
	return answer{body: append(list, ']')}, nil
}

func (s *Server) v1Devices(*call) (answer, error) {
	list := []byte{'['}
	for i, x := range s.shops {
		if i > 0 {
			list = append(list, ',')
		}
		list = append(list, fmt.Sprintf(`{"uuid":"%s","name":"Касса №%d","storeUuid":"%s","timezoneOffset":10800000}`, x.device(), i+1, x.id)...)
	}
	return answer{body: append(list, ']')}, nil
}

// v1Products gives products and groups mixed, in no order: children may come
// before their group.
func (s *Server) v1Products(c *call) (answer, error) {
	type ranked struct {
		it   *item
		rank uint64
	}
	rows := make([]ranked, len(c.shop.items))
	for i, it := range c.shop.items {
		rows[i] = ranked{it, fault.Hash(s.o.Seed, it.id)}
	}
	slices.SortFunc(rows, func(a, b ranked) int {
		switch {
		case a.rank < b.rank:
			return -1
		case a.rank > b.rank:
			return 1
		}
		return 0
	})
	list := []byte{'['}
	for i, r := range rows {
		if i > 0 {
			list = append(list, ',')
		}
		list = c.shop.appendV1(list, r.it)
	}
	return answer{body: append(list, ']')}, nil
}

// maxViolations is how many violations the header of an answer describes.
const maxViolations = 20

// v1Post creates or replaces by uuid. The answer is 200 whatever was wrong; the
// headers say it (API V1, stores/{storeUuid}/products).
func (s *Server) v1Post(c *call) (answer, error) {
	list, bad := elements(c.body)
	if bad != nil {
		return answer{}, malformedV1()
	}
	type wrong struct {
		UUID    string `json:"uuid"`
		Subject string `json:"subject"`
		Reason  string `json:"reason"`
	}
	var good []*item
	var told []wrong
	broken, seen := 0, map[string]int{}
	for _, e := range list {
		it, violations := c.shop.readV1(c.body, e)
		seen[it.id]++
		if len(violations) == 0 {
			good = append(good, it)
			continue
		}
		broken++
		for _, v := range violations {
			if len(told) < maxViolations {
				told = append(told, wrong{it.id, v.subject, v.reason.En})
			}
		}
	}
	if broken > 0 {
		text, err := json.Marshal(told)
		if err != nil {
			return answer{}, malformedV1()
		}
		c.w.Header().Set("X-Products-Violations-Count", itoa(broken))
		c.w.Header().Set("X-Products-Violations", ascii(string(text)))
		if c.during("v1-refuse-all") {
			return answer{}, nil
		}
	}
	for _, it := range good {
		if seen[it.id] == 1 { // a uuid that comes twice is not saved
			s.putV1(c.shop, it)
		}
	}
	return answer{}, nil
}

// ascii writes other characters as a header can carry them.
func ascii(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < 0x7f:
			b.WriteRune(r)
		case r > 0xffff:
			b.WriteByte('?')
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// putV1 replaces all that was there, what only V2 knows included.
func (s *Server) putV1(x *shop, in *item) {
	it := x.find(in.id)
	if it == nil {
		it = &item{id: in.id, created: s.now().UTC(), modern: !s.o.Legacy}
		x.add(it)
	}
	it.id, it.group, it.doc = in.id, in.group, in.doc
	it.touch(s.now())
}

// v1Delete deletes by uuid. An empty array deletes everything in the store, as
// the documents say (API V1, products/delete); so does no body at all.
func (s *Server) v1Delete(c *call) (answer, error) {
	var list []struct {
		UUID string `json:"uuid"`
	}
	if len(c.body) > 0 && json.Unmarshal(c.body, &list) != nil {
		return answer{}, malformedV1()
	}
	if len(list) == 0 {
		s.catastrophes++
		c.shop.items, c.shop.byID = nil, map[string]*item{}
		return answer{}, nil
	}
	for _, e := range list {
		if it := c.shop.find(e.UUID); it != nil {
			c.shop.remove(it)
		}
	}
	return answer{}, nil
}

// v1Quantities gives the stock as texts, by uuid (API V1, products/quantities).
func (s *Server) v1Quantities(c *call) (answer, error) {
	dst := []byte{'{'}
	for _, it := range c.shop.items {
		if it.group || isNull(it.doc[fQuantity]) {
			continue
		}
		if len(dst) > 1 {
			dst = append(dst, ',')
		}
		dst = append(dst, fmt.Sprintf(`%s:"%s"`, quote(it.id), it.doc[fQuantity])...)
	}
	return answer{body: append(dst, '}')}, nil
}

func (s *Server) v1Quantity(c *call) (answer, error) {
	it := c.shop.find(c.parts[3])
	if it == nil || it.group {
		return answer{status: http.StatusNotFound, body: []byte("{}")}, nil
	}
	return answer{body: []byte(fmt.Sprintf(`{%s:"%s"}`, quote(it.id), it.doc[fQuantity]))}, nil
}

func (s *Server) v1SetQuantities(c *call) (answer, error) {
	list, bad := members(c.body, c.body, 0)
	if bad != nil {
		return answer{}, malformedV1()
	}
	for _, m := range list {
		d, err := money.Parse(strings.Trim(string(m.raw), `"`))
		if err != nil {
			return answer{}, malformedV1()
		}
		if it := c.shop.find(m.name); it != nil && !it.group {
			it.doc[fQuantity] = money.Plain(d)
			it.touch(s.now())
		}
	}
	return answer{}, nil
}

// v1Schemes gives the schemes of the application's own fields (API V1,
// products/schemes); a store without extras has none.
func (s *Server) v1Schemes(c *call) (answer, error) {
	if len(c.shop.extras) == 0 {
		return answer{body: []byte("[]")}, nil
	}
	return answer{body: []byte(fmt.Sprintf(`[{"uuid":"%s","appId":"%s","items":[{"title":"Место на полке","editable":true,"uuid":"%s","type":"TEXT_FIELD","data":{},"regexp":"\\w+"}]}]`,
		uuid(s.o.Seed, "scheme"), uuid(s.o.Seed, "app"), uuid(s.o.Seed, "scheme", "field")))}, nil
}

func (s *Server) v1Extras(c *call) (answer, error) {
	dst := []byte{'['}
	for i, e := range c.shop.extras {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, fmt.Sprintf(`{"uuid":"%s","commodityUuid":%s,"appUuid":"%s","data":{"title":"Место на полке","value":%s}}`,
			e.id, quote(e.product), uuid(s.o.Seed, "app"), quote(e.value))...)
	}
	return answer{body: append(dst, ']')}, nil
}
