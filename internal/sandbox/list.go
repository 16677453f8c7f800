package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// page bounds of a list (Общие сведения, "Пагинация").
const (
	maxLimit    = 1000
	expandLimit = 100
)

// window is the part of a list that was asked for.
type window struct{ limit, offset int }

func (c *call) window() (window, error) {
	w := window{limit: maxLimit}
	for _, p := range []struct {
		name     string
		at       *int
		min, max int
	}{{"limit", &w.limit, 1, maxLimit}, {"offset", &w.offset, 0, 1 << 40}} {
		if !c.query.Has(p.name) {
			continue
		}
		n, err := strconv.Atoi(c.query.Get(p.name))
		if err != nil || n < p.min || n > p.max {
			return w, refuseAt(1034, p.name)
		}
		*p.at = n
	}
	return w, nil
}

func (w window) of(size int) (from, to int) {
	from = min(w.offset, size)
	return from, min(from+w.limit, size)
}

const employeeContext = `"context":{"employee":{"meta":{"href":"` + apiBase + `context/employee","metadataHref":"` + apiBase +
	`entity/employee/metadata","type":"employee","mediaType":"application/json"}}}`

// openList writes what stands before the rows.
func (c *call) openList(dst []byte, typ string, w window, size int) []byte {
	href := apiBase + c.path[1:]
	dst = append(dst, '{')
	dst = append(dst, employeeContext...)
	dst = append(dst, `,"meta":{"href":`...)
	if c.r.URL.RawQuery != "" {
		dst = append(dst, quote(href+"?"+c.r.URL.RawQuery)...)
	} else {
		dst = append(dst, quote(href)...)
	}
	dst = append(dst, `,"type":"`+typ+`","mediaType":"application/json","size":`...)
	dst = strconv.AppendInt(dst, int64(size), 10)
	dst = append(dst, `,"limit":`+itoa(w.limit)+`,"offset":`+itoa(w.offset)...)
	link := func(name string, offset int) {
		q := c.r.URL.Query()
		q.Set("offset", itoa(offset))
		q.Set("limit", itoa(w.limit))
		dst = append(dst, `,"`+name+`":`...)
		dst = append(dst, quote(href+"?"+q.Encode())...)
	}
	if w.offset+w.limit < size {
		link("nextHref", w.offset+w.limit)
	}
	if w.offset > 0 && size > w.limit {
		link("previousHref", max(0, w.offset-w.limit))
	}
	return append(dst, `},"rows":[`...)
}

// getList serves the list of a type.
func (s *Server) getList(c *call) (answer, error) {
	typ := c.parts[1]
	if c.query.Has("async") && c.query.Get("async") != "false" {
		return answer{}, refuse(61000)
	}
	w, err := c.window()
	if err != nil {
		return answer{}, err
	}
	list, err := s.selected(c, typ)
	if err != nil {
		return answer{}, err
	}
	x, err := s.expansion(c, typ, w.limit)
	if err != nil {
		return answer{}, err
	}
	if w.offset > 0 && len(list) > 0 && c.fault != nil {
		if list, err = s.changeBehind(c, typ, list); err != nil {
			return answer{}, err
		}
	}
	rows, err := s.rows(c, list, w)
	if err != nil {
		return answer{}, err
	}
	dst := c.openList(make([]byte, 0, 4096*(len(rows)+1)), typ, w, len(list))
	for i, e := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, err = s.appendExpanded(dst, e, x); err != nil {
			return answer{}, err
		}
	}
	return answer{body: append(dst, "]}"...)}, nil
}

// rows cuts the page out, or spoils it.
func (s *Server) rows(c *call, list []*entity, w window) ([]*entity, error) {
	from, to := w.of(len(list))
	rows := list[from:to]
	switch {
	case c.during("duplicate-row") && from > 0 && from < to:
		rows = append([]*entity{list[from-1]}, list[from:to-1]...)
	case c.during("missing-row") && len(rows) > 0:
		rows = rows[1:]
	}
	return rows, nil
}

// changeBehind is what others do to the list between two pages.
func (s *Server) changeBehind(c *call, typ string, list []*entity) ([]*entity, error) {
	e := list[0]
	switch c.fault.Name {
	case "changed-between-pages":
		if err := s.update(e, object{{"code", quote(e.code + "+")}}); err != nil {
			return nil, err
		}
	case "deleted-between-pages":
		s.st.remove(e)
	case "created-between-pages":
		if err := s.insertBefore(e); err != nil {
			return nil, err
		}
	default:
		return list, nil
	}
	return s.selected(c, typ)
}

// insertBefore adds a copy of e whose id sorts before all others.
func (s *Server) insertBefore(e *entity) error {
	o, err := s.st.object(e)
	if err != nil {
		return err
	}
	s.made++
	id := fmt.Sprintf("00000000-0000-11ef-0a80-%012x", s.made)
	twin := &entity{typ: e.typ, id: id, uuid: id}
	o.set("meta", json.RawMessage(metaJSON(e.typ, id, twin.shownUUID())))
	o.setText("id", id)
	s.st.put(twin, o, e.inherits)
	s.st.add(twin)
	return nil
}

// selected applies filter, search and order. What one page needed is kept for
// the next one until something changes.
func (s *Server) selected(c *call, typ string) ([]*entity, error) {
	f, err := s.parseFilter(typ, c.query["filter"], c.r.Host)
	if err != nil {
		return nil, err
	}
	order, search := c.query.Get("order"), c.query.Get("search")
	if ids, ok := f.ids(); ok {
		list, err := s.ordered(typ, order, s.st.among(typ, ids))
		if err != nil {
			return nil, err
		}
		return s.filtered(list, f, search)
	}
	key := strings.Join(append([]string{"list", typ, order, search}, c.query["filter"]...), "\x00")
	return s.st.kept(key, func() ([]*entity, error) {
		list, err := s.ordered(typ, order, nil)
		if err != nil {
			return nil, err
		}
		return s.filtered(list, f, search)
	})
}

// getOne serves one entity; an id of the web interface is answered 308
// (Товары, "Получить Товар").
func (s *Server) getOne(c *call) (answer, error) {
	typ, id := c.parts[1], c.parts[2]
	if !isUUID(id) {
		return answer{}, refuseAt(1052, id)
	}
	x, err := s.expansion(c, typ, 1)
	if err != nil {
		return answer{}, err
	}
	e := s.st.find(typ, id)
	if e == nil {
		if other := s.st.byUUID[typ+"/"+id]; other != nil {
			return answer{status: http.StatusPermanentRedirect, location: "http://" + c.r.Host + basePath + "/entity/" + typ + "/" + other.id}, nil
		}
		return answer{}, refuseAt(1021, id)
	}
	dst, err := s.appendExpanded(nil, e, x)
	return answer{body: dst}, err
}

func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F':
		default:
			return false
		}
	}
	return true
}
