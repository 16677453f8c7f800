package sandbox

import (
	"net/url"
	"sort"
	"strconv"
	"strings"
)

// route is one resource. Pattern segments in braces match anything; params are
// the query parameters documented for it.
type route struct {
	method  string
	pattern string
	params  string
	weight  int // units; 0 is the weight of an ordinary request
	serve   func(*Server, *call) (answer, error)
}

const (
	listParams  = "limit offset filter order search expand fields async"
	stockParams = "limit offset filter order groupBy includeRelated async"
)

// routes in the order in which they are tried: fixed names before {type}.
func routes() []route {
	return []route{
		{"POST", "security/token", "", 0, (*Server).postToken},
		{"GET", "context/companysettings", "expand", 0, (*Server).getCompany},
		{"GET", "context/companysettings/metadata", "", 0, (*Server).getCompanyMetadata},
		{"GET", "context/companysettings/pricetype", "", 0, (*Server).getPriceTypes},
		{"GET", "context/companysettings/pricetype/default", "", 0, (*Server).getPriceType},
		{"GET", "context/companysettings/pricetype/{id}", "", 0, (*Server).getPriceType},
		{"GET", "context/employee", "expand", 0, (*Server).getMe},
		{"GET", "entity/assortment/settings", "", 0, (*Server).getSettings},
		{"PUT", "entity/assortment/settings", "", 0, (*Server).putSettings},
		{"GET", "entity/product/metadata", "", 0, (*Server).getProductMetadata},
		{"GET", "entity/product/metadata/attributes", "limit offset", 0, (*Server).getAttributes},
		{"GET", "entity/product/metadata/attributes/{id}", "", 0, (*Server).getAttribute},
		{"GET", "entity/variant/metadata", "", 0, (*Server).getVariantMetadata},
		{"GET", "entity/bundle/{id}/components", "limit offset expand", 0, (*Server).getComponents},
		{"GET", "entity/customentity/{id}", listParams, 0, (*Server).getDictionary},
		{"GET", "entity/customentity/{id}/{element}", "expand", 0, (*Server).getDictionaryElement},
		{"GET", "entity/assortment", "", 0, (*Server).getAssortment},
		{"GET", "report/stock/all", stockParams, stockWeight, (*Server).getStockAll},
		{"GET", "report/stock/bystore", stockParams, stockWeight, (*Server).getStockByStore},
		{"GET", "report/stock/all/current", "filter stockType include changedSince", 0, (*Server).getStockCurrent},
		{"GET", "report/stock/bystore/current", "filter stockType include changedSince withRecalculate", 0, (*Server).getStockCurrent},
		{"GET", "entity/{type}", listParams, 0, (*Server).getList},
		{"POST", "entity/{type}", "expand limit", 0, (*Server).postEntities},
		{"PUT", "entity/{type}", "", 0, (*Server).putNoID},
		{"GET", "entity/{type}/{id}", "expand fields", 0, (*Server).getOne},
		{"PUT", "entity/{type}/{id}", "expand", 0, (*Server).putOne},
	}
}

// route finds the resource: an unknown path is 1002, a known path with another
// method 405.
func (s *Server) route(c *call) (route, error) {
	known := false
	for _, rt := range routes() {
		if !matches(rt.pattern, c.parts) {
			continue
		}
		if strings.HasPrefix(rt.pattern, "entity/{type}") && !isEntityType(c.parts[1]) {
			return route{}, refuseAt(1005, c.parts[1])
		}
		known = true
		if rt.method == c.r.Method {
			return rt, nil
		}
	}
	if known {
		return route{}, refuseAt(405, c.r.Method)
	}
	return route{}, refuseAt(1002, c.r.URL.Path)
}

func matches(pattern string, parts []string) bool {
	want := strings.Split(pattern, "/")
	if len(want) != len(parts) {
		return false
	}
	for i, w := range want {
		if w[0] != '{' && w != parts[i] {
			return false
		}
	}
	return true
}

// last gives the last segment of the path.
func (c *call) last() string { return c.parts[len(c.parts)-1] }

func sortedKeys(q url.Values) []string {
	keys := make([]string, 0, len(q))
	for k := range q {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// inWords tells whether word is one of the words of list.
func inWords(word, list string) bool {
	for _, w := range strings.Fields(list) {
		if w == word {
			return true
		}
	}
	return false
}

func itoa(n int) string { return strconv.Itoa(n) }
