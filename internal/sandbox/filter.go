package sandbox

import (
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"catalogsheet/internal/money"
)

// condition is one part of a filter: field, operator, value.
type condition struct {
	field, op, value string
	kind             filterKind
}

type filterKind uint8

const (
	filterText filterKind = iota
	filterFlag
	filterDate
	filterNumber
	filterRef
	filterID
	filterBarcode
	filterAttribute
	filterWord // one of a list, given as it is
)

// operators, the longer ones first (Общие сведения, "Фильтрация").
var operators = []string{"!=", ">=", "<=", "~=", "=~", "!~", "=", ">", "<", "~"}

const (
	opsText  = "= != ~ ~= =~"
	opsFlag  = "= !="
	opsOrder = "= != > < >= <="
)

type filterField struct {
	kind filterKind
	ops  string
}

// commonFilters are those of all goods; the others add to them.
var commonFilters = map[string]filterField{
	"id": {filterID, opsFlag}, "name": {filterText, opsText}, "code": {filterText, opsText},
	"externalCode": {filterText, opsText}, "description": {filterText, opsText}, "archived": {filterFlag, opsFlag},
	"updated": {filterDate, opsOrder}, "updatedBy": {filterText, opsFlag}, "shared": {filterFlag, opsFlag},
	"owner": {filterRef, opsFlag}, "group": {filterRef, opsFlag},
}

var goodFilters = map[string]filterField{
	"pathName": {filterText, opsText}, "productFolder": {filterRef, opsFlag}, "withSubFolders": {filterFlag, "="},
	"barcode": {filterBarcode, opsText}, "syncId": {filterID, opsFlag},
}

// ownFilters are the fields of one type besides; the tables are those of each
// type's page, "Атрибуты сущности", column "Фильтрация".
var ownFilters = map[string]map[string]filterField{
	"product": {
		"article": {filterText, opsText}, "supplier": {filterRef, opsFlag}, "uom": {filterRef, opsFlag}, "weight": {filterNumber, opsOrder},
		"volume": {filterNumber, opsOrder}, "isSerialTrackable": {filterFlag, opsFlag}, "weighed": {filterFlag, opsFlag}, "minimumBalance": {filterNumber, opsOrder},
	},
	"variant":       {"productid": {filterID, "="}, "article": {filterText, opsText}, "barcode": {filterBarcode, opsText}},
	"service":       {},
	"bundle":        {"article": {filterText, opsText}, "weight": {filterNumber, opsOrder}, "volume": {filterNumber, opsOrder}},
	"consignment":   {"label": {filterText, opsText}, "assortment": {filterRef, opsFlag}, "barcode": {filterBarcode, opsText}, "expiryDate": {filterDate, opsOrder}},
	"productfolder": {"pathName": {filterText, opsText}, "productFolder": {filterRef, opsFlag}, "withSubFolders": {filterFlag, "="}},
	"store":         {"pathName": {filterText, opsText}, "parent": {filterRef, opsFlag}, "address": {filterText, opsText}},
	"currency":      {"isoCode": {filterText, opsText}, "fullName": {filterText, opsText}},
	"taxrate":       {"rate": {filterNumber, opsOrder}},
	"uom":           {}, "country": {}, "employee": {}, "counterparty": {"companyType": {filterText, opsText}},
}

func hasFolders(typ string) bool { return typ == "product" || typ == "service" || typ == "bundle" }

func filterOf(typ, name string) (filterField, bool) {
	if f, ok := ownFilters[typ][name]; ok {
		return f, true
	}
	if hasFolders(typ) {
		if f, ok := goodFilters[name]; ok {
			return f, true
		}
	}
	f, ok := commonFilters[name]
	return f, ok
}

// filter is a parsed filter: conditions by field, in order of appearance.
type filter struct {
	typ        string
	groups     [][]condition
	subFolders bool
	host       string
}

func (f *filter) add(c condition) {
	for i, g := range f.groups {
		if g[0].field == c.field {
			f.groups[i] = append(g, c)
			return
		}
	}
	f.groups = append(f.groups, []condition{c})
}

func (f *filter) has(field string) bool {
	for _, g := range f.groups {
		if g[0].field == field {
			return true
		}
	}
	return false
}

// splitFilter cuts at semicolons; \; is a semicolon in a value.
func splitFilter(text string) []string {
	var out []string
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text) && text[i+1] == ';':
			b.WriteByte(';')
			i++
		case text[i] == ';':
			out = append(out, b.String())
			b.Reset()
		default:
			b.WriteByte(text[i])
		}
	}
	return append(out, b.String())
}

// splitCondition cuts at the first operator.
func splitCondition(text string) (condition, bool) {
	at := strings.IndexAny(text, "=!<>~")
	if at < 1 {
		return condition{}, false
	}
	for _, op := range operators {
		if strings.HasPrefix(text[at:], op) {
			return condition{field: text[:at], op: op, value: text[at+len(op):]}, true
		}
	}
	return condition{}, false
}

func (s *Server) parseFilter(typ string, texts []string, host string) (*filter, error) {
	f := &filter{typ: typ, subFolders: true, host: host}
	for _, text := range texts {
		if text == "" {
			continue
		}
		for _, part := range splitFilter(text) {
			c, ok := splitCondition(part)
			if !ok {
				return nil, refuseAt(1034, part)
			}
			if err := s.checkCondition(f, &c); err != nil {
				return nil, err
			}
			if c.field == "withSubFolders" {
				f.subFolders = c.value == "true"
				continue
			}
			f.add(c)
		}
	}
	for _, g := range f.groups {
		if err := checkGroup(g); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (s *Server) checkCondition(f *filter, c *condition) error {
	if strings.HasPrefix(c.field, "http://") || strings.HasPrefix(c.field, "https://") {
		c.kind = filterAttribute
		d, ok := s.acc.attribute(lastSegment(c.field))
		if !ok || d.typ == "file" || f.typ != "product" && f.typ != "service" && f.typ != "bundle" {
			return refuseAt(1034, c.field)
		}
		return checkHost(c.field, f.host)
	}
	rule, ok := filterOf(f.typ, c.field)
	if !ok || !inWords(c.op, rule.ops) {
		return refuseAt(1034, c.field)
	}
	c.kind = rule.kind
	return checkFilterValue(*c, f.host)
}

func checkFilterValue(c condition, host string) error {
	if c.value == "" {
		return nil
	}
	switch c.kind {
	case filterFlag:
		if c.value != "true" && c.value != "false" {
			return refuseAt(1014, c.field)
		}
	case filterDate:
		if !isDate(c.value) {
			return refuseAt(1035, c.field)
		}
	case filterNumber:
		if _, err := money.Parse(c.value); err != nil {
			return refuseAt(1014, c.field)
		}
	case filterID:
		if !isUUID(c.value) {
			return refuseAt(1052, c.value)
		}
	case filterRef:
		if !isUUID(lastSegment(c.value)) {
			return refuseAt(1014, c.field)
		}
		return checkHost(c.value, host)
	}
	return nil
}

// checkGroup refuses = beside an inequality on one field.
func checkGroup(g []condition) error {
	equal, other := false, false
	for _, c := range g {
		equal = equal || c.op == "="
		other = other || inWords(c.op, "!= > < >= <=")
	}
	if equal && other {
		return refuseAt(1034, g[0].field)
	}
	return nil
}

func isDate(s string) bool {
	for _, layout := range []string{"2006-01-02 15:04:05.000", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}

// checkHost takes addresses of the API's own host, and of this server.
func checkHost(href, host string) error {
	rest, ok := strings.CutPrefix(href, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(href, "http://")
	}
	server, path, _ := strings.Cut(rest, "/")
	if !ok || server != apiHost && server != host {
		return refuseAt(1059, href)
	}
	if !strings.HasPrefix("/"+path, basePath+"/") {
		return refuseAt(2013, href)
	}
	return nil
}

// compareNumbers gives the order of two decimal texts.
func compareNumbers(a, b string) int {
	x, errX := money.Parse(a)
	y, errY := money.Parse(b)
	if errX != nil {
		x = decimal.Zero
	}
	if errY != nil {
		y = decimal.Zero
	}
	return x.Cmp(y)
}
