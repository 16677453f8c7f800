package evotor

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// getStores lists the stores (API V2, Магазины).
func (s *Server) getStores(c *call) (answer, error) {
	if c.query.Has("cursor") {
		return answer{}, invalid(violation{subject: "cursor", reason: reasonUnknown})
	}
	list := []byte{'['}
	for i, x := range s.shops {
		if i > 0 {
			list = append(list, ',')
		}
		list = x.append(list)
	}
	list = append(list, ']')
	if s.bad.On("bare-stores") {
		return answer{body: list}, nil
	}
	return answer{body: envelope(list, "")}, nil
}

func (s *Server) getStore(c *call) (answer, error) {
	return answer{body: c.shop.append(nil)}, nil
}

func (s *shop) append(dst []byte) []byte {
	dst = append(dst, `{"id":"`+s.id+`","name":`+string(quote(s.name))...)
	if s.address != "" {
		dst = append(dst, `,"address":`+string(quote(s.address))...)
	}
	dst = append(dst, `,"user_id":"`+userID+`","created_at":"`...)
	dst = s.created.AppendFormat(dst, layout)
	dst = append(dst, `","updated_at":"`...)
	dst = s.updated.AppendFormat(dst, layout)
	return append(dst, `"}`...)
}

// getDevices lists one till per store (API V2, Смарт-терминалы).
func (s *Server) getDevices(*call) (answer, error) {
	list := []byte{'['}
	for i, x := range s.shops {
		if i > 0 {
			list = append(list, ',')
		}
		list = append(list, fmt.Sprintf(`{"id":"%s","name":"Касса №%d","store_id":"%s","timezone_offset":10800000,"created_at":"%s","updated_at":"%s"}`,
			x.device(), i+1, x.id, x.created.Format(layout), x.updated.Format(layout))...)
	}
	return answer{body: envelope(append(list, ']'), "")}, nil
}

func (s *shop) device() string { return "20200310" + s.id[8:] }

// envelope wraps a page; the last has no next_cursor.
func envelope(list []byte, next string) []byte {
	dst := append([]byte(`{"items":`), list...)
	if next == "" {
		return append(dst, `,"paging":{}}`...)
	}
	return append(dst, `,"paging":{"next_cursor":"`+next+`"}}`...)
}

// position is what a cursor holds: where the page begins and the filter of the
// first request.
type position struct {
	after int // seq of the last item given
	since int64
}

func (p position) cursor(c *call) string {
	text := fmt.Sprintf("%s/%s/%d/%d", c.shop.id, c.parts[2], p.after, p.since)
	return base64.URLEncoding.EncodeToString([]byte(text))
}

// position reads cursor or since; since is given only in the first request of a
// series.
func (c *call) position() (position, error) {
	var p position
	if v := c.query.Get("since"); c.query.Has("since") {
		ms, err := strconv.ParseInt(v, 10, 64)
		if err != nil || ms < 0 || c.query.Has("cursor") {
			return p, invalid(violation{subject: "since", reason: reasonInvalid})
		}
		p.since = ms
	}
	if !c.query.Has("cursor") {
		return p, nil
	}
	bad := invalid(violation{subject: "cursor", reason: reasonInvalid})
	text, err := base64.URLEncoding.DecodeString(c.query.Get("cursor"))
	if err != nil || c.during("lost-cursor") {
		return p, bad
	}
	parts := strings.Split(string(text), "/")
	if len(parts) != 4 || parts[0] != c.shop.id || parts[1] != c.parts[2] {
		return p, bad
	}
	after, err1 := strconv.Atoi(parts[2])
	since, err2 := strconv.ParseInt(parts[3], 10, 64)
	if err1 != nil || err2 != nil {
		return p, bad
	}
	return position{after, since}, nil
}

// getList gives a page of products or of groups, by creation (API V2, Товары,
// Получить товары).
func (s *Server) getList(c *call) (answer, error) {
	from, err := c.position()
	if err != nil {
		return answer{}, err
	}
	rows, more := c.shop.page(c.group(), from, s.o.Page)
	next := ""
	if more {
		next = position{rows[len(rows)-1].seq, from.since}.cursor(c)
	}
	switch {
	case c.during("repeat-cursor") && from.after > 0:
		next = from.cursor(c)
	case c.during("missing-row") && len(rows) > 0:
		rows = rows[1:]
	case c.during("duplicate-row") && from.after > 0:
		if before := c.shop.lastUpTo(c.group(), from.after); before != nil {
			rows = append([]*item{before}, rows...)
		}
	}
	list, v := []byte{'['}, s.view(true)
	for i, it := range rows {
		if i > 0 {
			list = append(list, ',')
		}
		list = c.shop.appendV2(list, it, v)
	}
	return answer{body: envelope(append(list, ']'), next)}, nil
}

// page gives the items behind a position and whether more follow.
func (s *shop) page(group bool, from position, size int) (rows []*item, more bool) {
	at, _ := slices.BinarySearchFunc(s.items, from.after+1, func(x *item, seq int) int { return x.seq - seq })
	since := time.UnixMilli(from.since)
	for _, it := range s.items[at:] {
		if !it.shown(group) || from.since > 0 && it.updated.Before(since) {
			continue
		}
		if len(rows) == size {
			return rows, true
		}
		rows = append(rows, it)
	}
	return rows, false
}

func (s *shop) lastUpTo(group bool, seq int) *item {
	at, _ := slices.BinarySearchFunc(s.items, seq+1, func(x *item, seq int) int { return x.seq - seq })
	for i := at - 1; i >= 0; i-- {
		if s.items[i].shown(group) {
			return s.items[i]
		}
	}
	return nil
}

// one finds the item of the path in its collection.
func (c *call) one() (*item, error) {
	it := c.shop.find(c.parts[3])
	if it == nil || !it.shown(c.group()) {
		return nil, c.notFound()
	}
	return it, nil
}

func (s *Server) getOne(c *call) (answer, error) {
	it, err := c.one()
	if err != nil {
		return answer{}, err
	}
	return answer{body: c.shop.appendV2(nil, it, s.view(false))}, nil
}
