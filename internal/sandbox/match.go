package sandbox

import (
	"sort"
	"strings"
)

// filtered keeps what passes the filter; archived goods are hidden where the
// filter does not speak of them.
func (s *Server) filtered(list []*entity, f *filter, search string) ([]*entity, error) {
	hide := hidesArchived(f)
	if len(f.groups) == 0 && !hide && search == "" {
		return list, nil
	}
	out := make([]*entity, 0, len(list))
	for _, e := range list {
		if hide && e.archived || search != "" && !found(e, search) {
			continue
		}
		ok, err := s.passes(e, f)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, e)
		}
	}
	return out, nil
}

// hidesArchived: for products and services a filter by id shows archived ones
// (Товары and Услуги, "Получить список").
func hidesArchived(f *filter) bool {
	switch f.typ {
	case "product", "service":
		return !f.has("archived") && !f.has("id")
	case "variant", "bundle", "consignment":
		return !f.has("archived")
	}
	return false
}

// ids gives the ids of a filter by id, which need no look at the whole list.
func (f *filter) ids() (ids []string, ok bool) {
	for _, g := range f.groups {
		if g[0].field != "id" || g[0].op != "=" {
			continue
		}
		for _, c := range g {
			ids = append(ids, strings.ToLower(c.value))
		}
		return ids, true
	}
	return nil, false
}

func found(e *entity, search string) bool {
	search = strings.ToLower(search)
	for _, v := range []string{e.name, e.code, e.article} {
		if strings.Contains(strings.ToLower(v), search) {
			return true
		}
	}
	return false
}

func (s *Server) passes(e *entity, f *filter) (bool, error) {
	for _, g := range f.groups {
		if f.typ == "product" || f.typ == "service" {
			if g[0].field == "archived" && f.has("id") {
				continue
			}
		}
		values, err := s.values(e, g[0])
		if err != nil {
			return false, err
		}
		if !s.groupPasses(values, g, f) {
			return false, nil
		}
	}
	return true, nil
}

// groupPasses: several = are joined by or, several != by and, of several
// greater or less only the first counts.
func (s *Server) groupPasses(values []string, g []condition, f *filter) bool {
	equal, anyEqual := false, false
	counted := map[string]bool{}
	for _, c := range g {
		switch c.op {
		case "=":
			equal = true
			anyEqual = anyEqual || s.holds(values, c, f)
		case ">", "<", ">=", "<=":
			side := c.op[:1]
			if counted[side] {
				continue
			}
			counted[side] = true
			if !s.holds(values, c, f) {
				return false
			}
		default:
			if !s.holds(values, c, f) {
				return false
			}
		}
	}
	return !equal || anyEqual
}

// holds tells whether one condition is true of one of the values.
func (s *Server) holds(values []string, c condition, f *filter) bool {
	if c.value == "" && (c.op == "=" || c.op == "!=") {
		return (len(values) == 0 || values[0] == "") == (c.op == "=")
	}
	switch c.op {
	case "!=":
		c.op = "="
		return !s.holds(values, c, f)
	case "!~":
		c.op = "~"
		return !s.holds(values, c, f)
	}
	for _, v := range values {
		if s.one(v, c, f) {
			return true
		}
	}
	return false
}

func (s *Server) one(v string, c condition, f *filter) bool {
	want := c.value
	switch c.kind {
	case filterRef:
		want = lastSegment(want)
		if c.field == "productFolder" && f.subFolders && f.typ != "productfolder" {
			return s.within(v, want)
		}
		return v == want
	case filterID:
		return strings.EqualFold(v, want)
	case filterNumber:
		return ordered(compareNumbers(v, want), c.op)
	case filterDate:
		return ordered(strings.Compare(v, fullDate(want)), c.op)
	case filterAttribute:
		if c.op == "=" {
			return v == want || v == lastSegment(want)
		}
	}
	return textHolds(strings.ToLower(v), c.op, strings.ToLower(want))
}

func textHolds(v, op, want string) bool {
	switch op {
	case "=":
		return v == want
	case "~":
		return strings.Contains(v, want)
	case "~=":
		return strings.HasPrefix(v, want)
	case "=~":
		return strings.HasSuffix(v, want)
	}
	return ordered(strings.Compare(v, want), op)
}

func ordered(cmp int, op string) bool {
	switch op {
	case ">":
		return cmp > 0
	case "<":
		return cmp < 0
	case ">=":
		return cmp >= 0
	case "<=":
		return cmp <= 0
	}
	return cmp == 0
}

// fullDate pads a date to milliseconds, so that texts compare as moments.
func fullDate(s string) string {
	const full = "0000-00-00 00:00:00.000"
	if len(s) < len(full) {
		return s + full[len(s):]
	}
	return s
}

// within tells whether folder is want or lies below it.
func (s *Server) within(folder, want string) bool {
	for folder != "" {
		if folder == want {
			return true
		}
		e := s.st.find("productfolder", folder)
		if e == nil {
			return false
		}
		folder = e.parent
	}
	return false
}

// values gives what a condition's field holds; the indexed ones without
// reading the text.
func (s *Server) values(e *entity, c condition) ([]string, error) {
	switch c.field {
	case "id":
		return []string{e.id}, nil
	case "name":
		return []string{e.name}, nil
	case "code":
		return []string{e.code}, nil
	case "article":
		return []string{e.article}, nil
	case "externalCode":
		return []string{e.external}, nil
	case "pathName":
		return []string{e.path}, nil
	case "updated":
		return []string{e.updated}, nil
	case "productFolder":
		return []string{e.folder}, nil
	case "productid", "assortment", "parent":
		return []string{e.parent}, nil
	case "barcode":
		return e.barcodes, nil
	case "archived":
		if e.archived {
			return []string{"true"}, nil
		}
		return []string{"false"}, nil
	}
	o, err := s.st.object(e)
	if err != nil {
		return nil, err
	}
	return fieldValues(o, c), nil
}

func fieldValues(o object, c condition) []string {
	switch c.kind {
	case filterRef:
		return []string{refID(o, c.field)}
	case filterAttribute:
		raw, _ := o.get("attributes")
		for _, a := range objects(raw) {
			if a.text("id") == lastSegment(c.field) {
				return []string{plainValue(a, "value")}
			}
		}
		return nil
	}
	if !o.has(c.field) {
		return nil
	}
	return []string{plainValue(o, c.field)}
}

// plainValue gives a member as a filter writes it: text without quotes, a
// reference as its id, anything else as it stands.
func plainValue(o object, name string) string {
	raw, _ := o.get(name)
	switch first(raw) {
	case '"':
		return o.text(name)
	case '{':
		return refID(o, name)
	}
	return string(raw)
}

// sortable lists the fields each type can be ordered by (Общие сведения,
// "Сортировка").
var sortable = map[string]string{
	"product":       "id version updated updatedBy name code externalCode archived pathName article isSerialTrackable weighed weight volume syncId",
	"service":       "id version updated updatedBy name code externalCode archived pathName syncId",
	"bundle":        "id version updated updatedBy name code externalCode archived pathName article weight volume syncId description",
	"variant":       "id version updated updatedBy name description code externalCode article",
	"consignment":   "id version updated updatedBy name code externalCode archived label",
	"productfolder": "id version updated updatedBy name code externalCode archived pathName",
	"uom":           "id version updated name code externalCode",
	"store":         "id version updated updatedBy name code externalCode archived pathName",
	"currency":      "id name code isoCode",
	"country":       "id version updated name code externalCode",
	"counterparty":  "id version updated updatedBy name code externalCode archived",
	"taxrate":       "id updated rate",
	"employee":      "id updated name externalCode archived",
}

// ordered gives the entities of a type, or some of them, in the order asked
// for; without one, in the order of creation.
func (s *Server) ordered(typ, order string, some []*entity) ([]*entity, error) {
	list := some
	if list == nil {
		list = s.st.byType[typ]
	}
	if order == "" {
		return list, nil
	}
	keys, err := parseOrder(order, sortable[typ])
	if err != nil {
		return nil, err
	}
	if typ == "variant" && s.bad.On("variant-order") && keys[0].name == "id" {
		return nil, refuseAt(1063, "id")
	}
	if len(keys) == 1 && keys[0].name == "id" && !keys[0].desc && some == nil {
		return s.st.byOrder(typ, "id", byID), nil
	}
	return s.sortBy(list, keys)
}

type sortKey struct {
	name string
	desc bool
}

func parseOrder(order, allowed string) ([]sortKey, error) {
	var keys []sortKey
	for _, part := range strings.Split(order, ";") {
		name, dir, _ := strings.Cut(part, ",")
		if !inWords(name, allowed) {
			return nil, refuseAt(1063, name)
		}
		if dir != "" && dir != "asc" && dir != "desc" {
			return nil, refuseAt(1034, "order")
		}
		keys = append(keys, sortKey{name, dir == "desc"})
	}
	return keys, nil
}

// sortBy sorts a copy; empty values come last on asc.
func (s *Server) sortBy(list []*entity, keys []sortKey) ([]*entity, error) {
	type row struct {
		e      *entity
		values []string
	}
	rows := make([]row, len(list))
	for i, e := range list {
		rows[i].e = e
		for _, k := range keys {
			v, err := s.values(e, condition{field: k.name})
			if err != nil {
				return nil, err
			}
			rows[i].values = append(rows[i].values, strings.ToLower(strings.Join(v, "")))
		}
	}
	sort.SliceStable(rows, func(i, j int) bool {
		for n, k := range keys {
			a, b := rows[i].values[n], rows[j].values[n]
			if a == b {
				continue
			}
			return k.desc != sortsFirst(k.name, a, b)
		}
		return false
	})
	out := make([]*entity, len(rows))
	for i, r := range rows {
		out[i] = r.e
	}
	return out, nil
}

// sortsFirst orders two values of a field, the empty one last.
func sortsFirst(name, a, b string) bool {
	switch {
	case a == "" || b == "":
		return b == ""
	case inWords(name, "weight volume rate"):
		return compareNumbers(a, b) < 0
	}
	return a < b
}
