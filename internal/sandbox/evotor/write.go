package evotor

import (
	"encoding/json"
	"net/http"
	"strings"

	"catalogsheet/internal/money"
)

// Numbers of objects (API V2, Товары).
const (
	maxBulk   = 1000
	maxDelete = 100
)

// sent is one object of a write: what it says and whom it is for.
type sent struct {
	body    []byte
	members []member
	id      string // "" lets the Cloud make one
	group   bool
}

// store creates or replaces one item: what is not sent is gone, apart from what
// only the Cloud writes.
func (s *Server) store(x *shop, in sent) (*item, *apiError) {
	doc, bad, err := read(in.body, in.members, in.group)
	if err != nil {
		return nil, err
	}
	if in.group {
		bad = append(bad, check(&doc, groupBounds(), false)...)
		bad = append(bad, checkAttributes(doc[fAttributes])...)
	} else {
		bad = append(bad, check(&doc, productBounds(), false)...)
		bad = append(bad, checkType(&doc)...)
	}
	bad = append(bad, x.checkPlace(&doc, in.id, in.group)...)
	it := x.find(in.id)
	switch {
	case in.id != "" && !isUUID(in.id):
		bad = append(bad, violation{subject: "id", reason: reasonUUID})
	case it != nil && it.group != in.group:
		bad = append(bad, violation{subject: "id", reason: reasonTaken})
	}
	if len(bad) > 0 {
		return nil, invalid(distinct(bad)...)
	}
	if it == nil {
		it = &item{id: in.id, group: in.group, created: s.now().UTC()}
		if it.id == "" {
			s.made++
			it.id = uuid(s.o.Seed, "made", itoa(s.made))
		}
		x.add(it)
	}
	s.complete(&doc, it)
	it.doc, it.modern, it.id = doc, true, strings.ToLower(it.id)
	it.touch(s.now())
	return it, nil
}

// distinct keeps the first violation of each field.
func distinct(list []violation) (out []violation) {
	seen := map[string]bool{}
	for _, v := range list {
		if !seen[v.subject] {
			out = append(out, v)
		}
		seen[v.subject] = true
	}
	return out
}

// complete fills in what a replacement does not say: stock and cost become 0,
// and a service has neither. The attributes of a group lose unknown keys.
func (s *Server) complete(doc *[fieldCount]string, it *item) {
	if it.group {
		var list []attribute
		if json.Unmarshal([]byte(doc[fAttributes]), &list) == nil {
			doc[fAttributes] = attributesJSON(list)
		}
		return
	}
	doc[fPackage] = it.doc[fPackage]
	if s.bad.On("no-stock-right") {
		doc[fQuantity] = it.doc[fQuantity]
	}
	if textOf(doc[fType]) == "SERVICE" {
		doc[fQuantity], doc[fCostPrice] = "", ""
		return
	}
	for _, f := range []field{fQuantity, fCostPrice} {
		if doc[f] == "" {
			doc[f] = "0"
		}
	}
}

// putOne creates or replaces (API V2, Товары, Создать/заменить товар).
func (s *Server) putOne(c *call) (answer, error) {
	list, bad := members(c.body, c.body, 0)
	if bad != nil {
		return answer{}, bad
	}
	id := c.parts[3]
	for _, m := range list {
		if m.name == "id" && textOf(string(m.raw)) != id {
			return answer{}, invalid(violation{subject: "id", reason: reasonInvalid})
		}
	}
	it, bad := s.store(c.shop, sent{c.body, list, id, c.group()})
	if bad != nil {
		return answer{}, bad
	}
	return answer{body: c.shop.appendV2(nil, it, s.view(false))}, nil
}

// patchable are the fields of PATCH (API V2, Товары, Изменить товар; the
// vendor's SDK, update of a group).
func patchable(group bool) []field {
	if group {
		return []field{fName, fBarcodes}
	}
	return []field{fPrice, fCostPrice, fQuantity}
}

// patchOne writes the few fields that PATCH knows; others are silently ignored.
func (s *Server) patchOne(c *call) (answer, error) {
	it, err := c.one()
	if err != nil {
		return answer{}, err
	}
	list, bad := members(c.body, c.body, 0)
	if bad != nil {
		return answer{}, bad
	}
	var known []member
	for _, m := range list {
		for _, f := range patchable(it.group) {
			if meanings[f].v2 == m.name {
				known = append(known, m)
			}
		}
	}
	if len(known) == 0 {
		return answer{}, invalid(violation{reason: reasonAny})
	}
	doc, wrong, bad := read(c.body, known, it.group)
	if bad != nil {
		return answer{}, bad
	}
	table := productBounds()
	if it.group {
		table = groupBounds()
	}
	if wrong = append(wrong, check(&doc, table, true)...); len(wrong) > 0 {
		return answer{}, invalid(wrong...)
	}
	if doc[fQuantity] != "" && s.bad.On("no-stock-right") {
		return answer{}, refuse(http.StatusForbidden)
	}
	for _, f := range patchable(it.group) {
		service := it.text(fType) == "SERVICE" && f != fPrice
		if doc[f] != "" && !service {
			it.doc[f] = doc[f]
		}
	}
	it.touch(s.now())
	return answer{body: c.shop.appendV2(nil, it, s.view(false))}, nil
}

// postMany creates one object, or several by a task; the Cloud makes the ids.
func (s *Server) postMany(c *call) (answer, error) {
	if c.bulk {
		return s.accept(c, true)
	}
	list, bad := members(c.body, c.body, 0)
	if bad != nil {
		return answer{}, bad
	}
	it, bad := s.store(c.shop, sent{c.body, list, "", c.group()})
	if bad != nil {
		return answer{}, bad
	}
	return answer{body: c.shop.appendV2(nil, it, s.view(false))}, nil
}

func (s *Server) putMany(c *call) (answer, error) { return s.accept(c, false) }

func (s *Server) deleteOne(c *call) (answer, error) {
	it, err := c.one()
	if err != nil {
		return answer{}, err
	}
	c.shop.remove(it)
	return answer{status: http.StatusNoContent}, nil
}

// deleteMany deletes by a list of ids; to ask for it without one is counted as
// a catastrophe, though this server refuses it.
func (s *Server) deleteMany(c *call) (answer, error) {
	var ids []string
	for _, id := range strings.Split(c.query.Get("id"), ",") {
		if id = strings.TrimSpace(id); id != "" {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		s.catastrophes++
	}
	if len(ids) == 0 || len(ids) > maxDelete {
		return answer{}, invalid(violation{subject: "id", reason: reasonCount, args: []any{1, maxDelete}})
	}
	for _, id := range ids {
		if it := c.shop.find(id); it != nil && it.shown(c.group()) {
			c.shop.remove(it)
		}
	}
	return answer{status: http.StatusNoContent}, nil
}

// shift adds to the stock of a product.
func (it *item) shift(by string) error {
	d, err := money.Parse(by)
	if err != nil {
		return err
	}
	if !isNull(it.doc[fQuantity]) {
		have, err := money.Parse(it.doc[fQuantity])
		if err != nil {
			return err
		}
		d = d.Add(have)
	}
	it.doc[fQuantity] = money.Plain(d)
	return nil
}
