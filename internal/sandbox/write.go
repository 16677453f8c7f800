package sandbox

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

// bodyObject reads a body that must be one object.
func bodyObject(body []byte) (object, error) {
	switch first(body) {
	case '[':
		return nil, refuse(2009)
	case '{':
	case 0:
		return nil, refuse(2001)
	default:
		return nil, refuse(2005)
	}
	if depth(body) > maxDepth {
		return nil, refuse(2006)
	}
	o, err := parseObject(body)
	if err != nil {
		return nil, refuse(2001)
	}
	return o, nil
}

func (s *Server) putNoID(*call) (answer, error) { return answer{}, refuse(1012) }

// putOne changes the fields that are sent (Общие сведения, "Создание и
// обновление"). What a web uuid does here is unknown: it is not found.
func (s *Server) putOne(c *call) (answer, error) {
	typ, id := c.parts[1], c.parts[2]
	if schemas[typ] == nil {
		return answer{}, refuseAt(405, c.r.Method)
	}
	if !isUUID(id) {
		return answer{}, refuseAt(1052, id)
	}
	patch, err := bodyObject(c.body)
	if err != nil {
		return answer{}, err
	}
	x, err := s.expansion(c, typ, 1)
	if err != nil {
		return answer{}, err
	}
	e := s.st.find(typ, id)
	if e == nil {
		return answer{}, refuseAt(1021, id)
	}
	if raw, ok := patch.get("meta"); ok {
		if other, err := s.metaTarget(typ, raw, c.r.Host); err != nil {
			return answer{}, err
		} else if other != e {
			return answer{}, refuseAt(2024, id)
		}
	}
	if c.during("1065") {
		return answer{}, refuse(1065)
	}
	if err := s.update(e, patch); err != nil {
		return answer{}, err
	}
	dst, err := s.appendExpanded(nil, e, x)
	return answer{body: dst}, err
}

// postEntities creates one, or creates and updates many (Общие сведения,
// "Создание и обновление нескольких объектов").
func (s *Server) postEntities(c *call) (answer, error) {
	typ := c.parts[1]
	if schemas[typ] == nil {
		return answer{}, refuseAt(405, c.r.Method)
	}
	x, err := s.expansion(c, typ, 1)
	if err != nil {
		return answer{}, err
	}
	if first(c.body) == '[' {
		return s.postArray(c, typ, x)
	}
	o, err := bodyObject(c.body)
	if err != nil {
		return answer{}, err
	}
	e, err := s.save(typ, o, c.r.Host)
	if err != nil {
		return answer{}, at(err, strings.IndexByte(string(c.body), '{'))
	}
	dst, err := s.appendExpanded(nil, e, x)
	return answer{body: dst}, err
}

// postArray answers element by element, in order: HTTP 400 with the array
// where some were refused, 200 where none was.
func (s *Server) postArray(c *call, typ string, x expansion) (answer, error) {
	if depth(c.body) > maxDepth {
		return answer{}, refuse(2006)
	}
	list, err := parseArray(c.body)
	if err != nil {
		return answer{}, refuse(2001)
	}
	if len(list) > maxArray {
		return answer{}, refuse(2007)
	}
	if len(list) > expandLimit {
		x = nil
	}
	a := answer{}
	dst := []byte{'['}
	for i, el := range list {
		if c.during("1088") && i >= (len(list)+1)/2 {
			return answer{}, refuse(1088)
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		e, err := s.saveElement(c, typ, el, i)
		if err == nil {
			if dst, err = s.appendExpanded(dst, e, x); err == nil {
				continue
			}
		}
		a.status = http.StatusBadRequest
		dst = append(dst, errorBody(at(err, el.offset), c.lang, c.body)...)
	}
	if c.during("1088") {
		return answer{}, refuse(1088)
	}
	a.body = append(dst, ']')
	return a, nil
}

func (s *Server) saveElement(c *call, typ string, el element, i int) (*entity, error) {
	switch {
	case first(el.raw) != '{':
		return nil, refuseAt(3012, itoa(i))
	case c.during("1065") && i+1 == c.fault.Number():
		return nil, refuse(1065)
	case c.during("partial-bulk") && (i+1)%c.fault.Number() == 0:
		return nil, refuseAt(1075, "salePrices")
	}
	o, err := parseObject(el.raw)
	if err != nil {
		return nil, refuse(2001)
	}
	return s.save(typ, o, c.r.Host)
}

// at adds the place in the body to a refusal.
func at(err error, offset int) error {
	var e *apiError
	if errors.As(err, &e) && e.offset < 0 {
		there := *e
		there.offset = offset
		return &there
	}
	return err
}

// save updates the entity that the meta names, or creates one without meta.
func (s *Server) save(typ string, patch object, host string) (*entity, error) {
	raw, ok := patch.get("meta")
	if !ok {
		return s.create(typ, patch)
	}
	e, err := s.metaTarget(typ, raw, host)
	if err != nil {
		return nil, err
	}
	return e, s.update(e, patch)
}

// metaTarget finds the entity of a meta in a body of that type.
func (s *Server) metaTarget(typ string, raw json.RawMessage, host string) (*entity, error) {
	meta, err := parseObject(raw)
	if err != nil {
		return nil, refuseAt(2016, "meta")
	}
	got, id, err := checkMeta("meta", meta, host)
	if err != nil {
		return nil, err
	}
	if got != typ {
		return nil, refuseAt(2024, got)
	}
	e := s.st.find(typ, id)
	if e == nil {
		return nil, refuseAt(1021, id)
	}
	return e, nil
}

// checkMeta reads href and type, which must agree (Общие сведения,
// "Метаданные").
func checkMeta(field string, meta object, host string) (typ, id string, err error) {
	href := meta.text("href")
	if href == "" {
		return "", "", refuseAt(2010, field)
	}
	if err := checkHost(href, host); err != nil {
		return "", "", err
	}
	typ = meta.text("type")
	if typ == "" {
		return "", "", refuseAt(2011, field)
	}
	if strings.ContainsAny(href, "?#") {
		return "", "", refuseAt(2013, href)
	}
	parts := strings.Split(href[strings.Index(href, basePath)+len(basePath)+1:], "/")
	id = parts[len(parts)-1]
	if !isUUID(id) {
		return "", "", refuseAt(2013, href)
	}
	switch {
	case len(parts) == 3 && parts[0] == "entity":
		if parts[1] != typ {
			return "", "", refuseAt(1060, typ)
		}
	case typ == "pricetype" && strings.HasPrefix(strings.Join(parts, "/"), "context/companysettings/pricetype/"):
	case typ == "customentity" && len(parts) == 4 && parts[1] == "customentity":
	case typ == "attributemetadata" && len(parts) == 5 && parts[2] == "metadata":
	default:
		return "", "", refuseAt(2013, href)
	}
	return typ, id, nil
}

// update writes a patch to an entity; updated moves, nothing else does.
func (s *Server) update(e *entity, patch object) error {
	o, err := s.st.object(e)
	if err != nil {
		return err
	}
	before := *e
	if err := s.apply(e, &o, patch, false); err != nil {
		return err
	}
	o.setText("updated", stamp(s.now(), e.updated))
	s.st.put(e, o, e.inherits && !patch.has("salePrices"))
	return s.followUp(e, before)
}

// followUp carries a new name or folder over to what shows it.
func (s *Server) followUp(e *entity, old entity) error {
	if e.typ == "productfolder" && (e.name != old.name || e.path != old.path) {
		return s.repath(e)
	}
	if e.name != old.name && (e.typ == "product" || e.typ == "variant") {
		for _, child := range s.st.children[e.id] {
			if err := s.rename(child, strings.Replace(child.name, old.name, e.name, 1)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Server) rename(e *entity, name string) error {
	old := *e
	if err := s.rewrite(e, "name", name); err != nil {
		return err
	}
	return s.followUp(e, old)
}

// rewrite changes one derived text without moving updated.
func (s *Server) rewrite(e *entity, field, value string) error {
	o, err := s.st.object(e)
	if err != nil {
		return err
	}
	o.setText(field, value)
	s.st.put(e, o, e.inherits)
	return nil
}

// repath renews pathName in everything below a folder.
func (s *Server) repath(folder *entity) error {
	path := joinPath(folder.path, folder.name)
	for _, typ := range []string{"productfolder", "product", "service", "bundle"} {
		for _, e := range s.st.byType[typ] {
			if e.folder != folder.id || e == folder {
				continue
			}
			if err := s.rewrite(e, "pathName", path); err != nil {
				return err
			}
			if typ == "productfolder" {
				if err := s.repath(e); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
