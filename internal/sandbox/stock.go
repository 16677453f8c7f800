package sandbox

import (
	"sort"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// stockRow is what a report says of one good.
type stockRow struct {
	e      *entity
	levels []level // one per store
	sum    level
}

// quantity is what can be sold (Отчёт Остатки, "Атрибуты").
func (l level) quantity() int64 { return l.stock - l.reserve + l.transit }

// stockQuery is a parsed filter of a stock report.
type stockQuery struct {
	group          string
	stockMode      string
	quantityMode   string
	stores, except map[string]bool
	only           map[string]bool // ids of goods
	notThese       map[string]bool
	folders        []string
	subFolders     bool
	archived       map[string]bool
	search         string
	inTransit      bool
	reserved       bool
	supplier       *string
}

const modes = "all positiveOnly negativeOnly empty nonEmpty underMinimum"

// stockFilters are the fields and operators of each report's filter.
var stockFilters = map[string]map[string]string{
	"all": {
		"stockMode": "=", "quantityMode": "=", "store": "= !=", "product": "= !=", "variant": "= !=", "consignment": "= !=",
		"productFolder": "=", "withSubFolders": "=", "archived": "=", "moment": "=", "supplier": "= !=", "search": "= !~",
		"inTransitOnly": "=", "reserveOnly": "=", "soldByWeight": "=", "stockDaysFrom": "=", "stockDaysTo": "=",
	},
	"bystore": {
		"stockMode": "=", "store": "=", "moment": "=", "supplier": "=", "soldByWeight": "=",
		"product": "=", "variant": "=", "consignment": "=", "productFolder": "=", "search": "=",
	},
}

// onlyOne are the fields of which bystore takes one.
const onlyOne = "product variant consignment productFolder search"

func (s *Server) stockQuery(c *call, report string) (*stockQuery, error) {
	q := &stockQuery{
		group: "variant", stockMode: "all", quantityMode: "nonEmpty", stores: map[string]bool{}, except: map[string]bool{},
		only: map[string]bool{}, notThese: map[string]bool{}, archived: map[string]bool{}, subFolders: true,
	}
	if report == "bystore" {
		q.stockMode, q.quantityMode = "nonEmpty", "all"
	}
	if g := c.query.Get("groupBy"); c.query.Has("groupBy") {
		if !inWords(g, "product variant consignment") {
			return nil, refuseAt(1034, "groupBy")
		}
		q.group = g
	}
	if v := c.query.Get("async"); v != "" && v != "false" {
		return nil, refuse(61000)
	}
	seen := map[string]string{}
	for _, text := range c.query["filter"] {
		for _, part := range splitFilter(text) {
			if part == "" && text == "" {
				continue
			}
			cond, ok := splitCondition(part)
			if !ok || !inWords(cond.op, stockFilters[report][cond.field]) {
				return nil, refuseAt(1034, part)
			}
			if err := checkMix(seen, cond, report); err != nil {
				return nil, err
			}
			if err := s.takeStockCondition(q, cond, c.r.Host, report); err != nil {
				return nil, err
			}
		}
	}
	if c.query.Get("includeRelated") == "true" {
		if len(q.only) == 0 {
			return nil, refuseAt(1069, "includeRelated")
		}
		q.group = "consignment"
	}
	return q, nil
}

// checkMix: the fields that choose goods take one kind of operator, and in
// bystore one of them may be given.
func checkMix(seen map[string]string, c condition, report string) error {
	if c.field == "stockMode" || c.field == "quantityMode" || c.field == "moment" {
		if _, twice := seen[c.field]; twice {
			return refuseAt(1030, c.field)
		}
		seen[c.field] = c.op
	}
	if !inWords(c.field, onlyOne) {
		return nil
	}
	if op, ok := seen["goods op"]; ok && op[0] != c.op[0] {
		return refuseAt(1034, c.field)
	}
	if f, ok := seen["goods field"]; ok && report == "bystore" && f != c.field {
		return refuseAt(1034, c.field)
	}
	seen["goods op"], seen["goods field"] = c.op, c.field
	return nil
}

func (s *Server) takeStockCondition(q *stockQuery, c condition, host, report string) error {
	switch c.field {
	case "stockMode", "quantityMode":
		if !inWords(c.value, modes) {
			return refuseAt(1041, c.field)
		}
		if c.field == "stockMode" {
			q.stockMode = c.value
		} else {
			q.quantityMode = c.value
		}
		return nil
	case "store", "product", "variant", "consignment", "productFolder", "supplier":
		return s.takeStockRef(q, c, host, report)
	case "archived", "inTransitOnly", "reserveOnly", "soldByWeight", "withSubFolders":
		return takeStockFlag(q, c)
	case "moment":
		if !isDate(c.value) {
			return refuseAt(1035, c.field)
		}
	case "search":
		q.search = strings.ToLower(c.value)
	case "stockDaysFrom", "stockDaysTo":
		if _, err := strconv.Atoi(c.value); err != nil {
			return refuseAt(1014, c.field)
		}
	}
	return nil
}

func takeStockFlag(q *stockQuery, c condition) error {
	if c.value != "true" && c.value != "false" {
		return refuseAt(1014, c.field)
	}
	yes := c.value == "true"
	switch c.field {
	case "archived":
		q.archived[c.value] = true
	case "inTransitOnly":
		q.inTransit = yes
	case "reserveOnly":
		q.reserved = yes
	case "withSubFolders":
		q.subFolders = yes
	}
	return nil
}

func (s *Server) takeStockRef(q *stockQuery, c condition, host, report string) error {
	id := lastSegment(c.value)
	if c.value == "" {
		if c.field != "supplier" || report == "bystore" {
			return refuseAt(1014, c.field)
		}
	} else if err := checkHost(c.value, host); err != nil {
		return err
	} else if !isUUID(id) {
		return refuseAt(1014, c.field)
	}
	equal := c.op == "="
	switch {
	case c.field == "supplier":
		q.supplier = &id
	case c.field == "productFolder":
		q.folders = append(q.folders, id)
	case c.field == "store" && equal:
		q.stores[id] = true
	case c.field == "store":
		q.except[id] = true
	case equal:
		q.only[id] = true
	default:
		q.notThese[id] = true
	}
	return nil
}

// stockRows gives the rows of a report, by folder and name.
func (s *Server) stockRows(q *stockQuery) ([]stockRow, error) {
	var out []stockRow
	for _, e := range s.stocked(q.group) {
		if !s.wanted(q, e) {
			continue
		}
		r := stockRow{e: e, levels: s.levelsOf(e, q.group)}
		r.sum = s.sumOf(q, r.levels)
		if !inMode(q.stockMode, r.sum.stock, e.minimum) || !inMode(q.quantityMode, r.sum.quantity(), e.minimum) {
			continue
		}
		if q.inTransit && r.sum.transit == 0 || q.reserved && r.sum.reserve == 0 {
			continue
		}
		ok, err := s.suppliedBy(q, e)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, r)
		}
	}
	return out, nil
}

// stocked gives the goods of a grouping in the order of the report.
func (s *Server) stocked(group string) []*entity {
	list, _ := s.st.kept("stock "+group, func() ([]*entity, error) { return s.byFolder(group), nil })
	return list
}

// byFolder sorts the goods of a grouping by folder and name.
func (s *Server) byFolder(group string) []*entity {
	list := append([]*entity(nil), s.st.byType["product"]...)
	if group != "product" {
		list = append(list, s.st.byType["variant"]...)
	}
	if group == "consignment" {
		list = append(list, s.st.byType["consignment"]...)
	}
	paths := make(map[*entity]string, len(list))
	for _, e := range list {
		if p := s.productOf(e); p != nil {
			paths[e] = p.path
		}
	}
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if paths[a] != paths[b] {
			return paths[a] < paths[b]
		}
		return a.name < b.name
	})
	return list
}

// productOf gives the product behind a variant or a consignment.
func (s *Server) productOf(e *entity) *entity {
	for range 3 {
		if e == nil || e.typ == "product" {
			return e
		}
		e = s.st.good(e.parent)
	}
	return nil
}

func (s *Server) wanted(q *stockQuery, e *entity) bool {
	if len(q.archived) == 0 && e.archived || len(q.archived) > 0 && !q.archived[strconv.FormatBool(e.archived)] {
		return false
	}
	if len(q.only) > 0 && !q.only[e.id] || q.notThese[e.id] {
		return false
	}
	if q.search != "" && !strings.Contains(strings.ToLower(e.name), q.search) {
		return false
	}
	if len(q.folders) == 0 {
		return true
	}
	p := s.productOf(e)
	if p == nil {
		return false
	}
	for _, f := range q.folders {
		if p.folder == f || q.subFolders && s.within(p.folder, f) {
			return true
		}
	}
	return false
}

func (s *Server) suppliedBy(q *stockQuery, e *entity) (bool, error) {
	if q.supplier == nil {
		return true, nil
	}
	p := s.productOf(e)
	if p == nil {
		return false, nil
	}
	o, err := s.st.object(p)
	if err != nil {
		return false, err
	}
	return refID(o, "supplier") == *q.supplier, nil
}

// levelsOf sums what a row stands for: with groupBy=product also variants and
// consignments, with variant also consignments.
func (s *Server) levelsOf(e *entity, group string) []level {
	out := make([]level, len(s.st.byType["store"]))
	s.addLevels(out, e, group)
	return out
}

func (s *Server) addLevels(out []level, e *entity, group string) {
	for i, l := range e.stock {
		out[i].stock += l.stock
		out[i].reserve += l.reserve
		out[i].transit += l.transit
	}
	if group == "consignment" {
		return
	}
	for _, child := range s.st.children[e.id] {
		if child.typ == "consignment" || group == "product" {
			s.addLevels(out, child, group)
		}
	}
}

func (s *Server) sumOf(q *stockQuery, levels []level) level {
	var sum level
	for i, store := range s.st.byType["store"] {
		if len(q.stores) > 0 && !q.stores[store.id] || q.except[store.id] {
			continue
		}
		sum.stock += levels[i].stock
		sum.reserve += levels[i].reserve
		sum.transit += levels[i].transit
	}
	return sum
}

func inMode(mode string, n, minimum int64) bool {
	switch mode {
	case "positiveOnly":
		return n > 0
	case "negativeOnly":
		return n < 0
	case "empty":
		return n == 0
	case "nonEmpty":
		return n != 0
	case "underMinimum":
		return n < minimum
	}
	return true
}

// milli writes thousandths as the API's Float: 46500 is 46.5, 1000 is 1.0.
func milli(n int64) string {
	s := decimal.New(n, -3).String()
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}
