package sandbox

import (
	"sort"
	"strconv"
	"strings"
	"time"
)

// stockOrders are the fields of order= (Отчёт Остатки, "Сортировка").
var stockOrders = map[string]string{
	"all":     "name code productCode pathName stock reserve inTransit quantity price salePrice minimumBalance avgStockDays sumTotal",
	"bystore": "pathName name code productCode stockOnAllStores",
}

// stockList is what one page of a report needed, kept for the next one.
type stockList struct {
	key     string
	version int
	rows    []stockRow
}

// stockPage parses, selects and sorts one report.
func (s *Server) stockPage(c *call, report string) (rows []stockRow, w window, err error) {
	if w, err = c.window(); err != nil {
		return nil, w, err
	}
	q, err := s.stockQuery(c, report)
	if err != nil {
		return nil, w, err
	}
	order := c.query.Get("order")
	key := strings.Join(append([]string{report, q.group, order}, c.query["filter"]...), "\x00")
	if s.stock.key == key && s.stock.version == s.st.version {
		return s.stock.rows, w, nil
	}
	if rows, err = s.stockRows(q); err != nil {
		return nil, w, err
	}
	if order != "" {
		keys, err := parseOrder(order, stockOrders[report])
		if err != nil {
			return nil, w, err
		}
		s.sortStock(rows, keys)
	}
	s.stock = stockList{key, s.st.version, rows}
	return rows, w, nil
}

func (s *Server) sortStock(rows []stockRow, keys []sortKey) {
	sort.SliceStable(rows, func(i, j int) bool {
		for _, k := range keys {
			cmp := s.compareStock(rows[i], rows[j], k.name)
			if cmp != 0 {
				return (cmp < 0) != k.desc
			}
		}
		return false
	})
}

func (s *Server) compareStock(a, b stockRow, name string) int {
	switch name {
	case "name":
		return strings.Compare(a.e.name, b.e.name)
	case "code":
		return strings.Compare(a.e.code, b.e.code)
	case "productCode":
		return strings.Compare(a.e.article, b.e.article)
	case "pathName":
		return strings.Compare(s.pathOf(a.e), s.pathOf(b.e))
	case "stock", "stockOnAllStores":
		return compareInts(a.sum.stock, b.sum.stock)
	case "reserve":
		return compareInts(a.sum.reserve, b.sum.reserve)
	case "inTransit":
		return compareInts(a.sum.transit, b.sum.transit)
	case "quantity":
		return compareInts(a.sum.quantity(), b.sum.quantity())
	case "price", "sumTotal":
		return compareNumbers(a.e.cost, b.e.cost)
	case "salePrice":
		return compareNumbers(s.firstPrice(a.e), s.firstPrice(b.e))
	case "minimumBalance":
		return compareInts(a.e.minimum, b.e.minimum)
	}
	return 0
}

func compareInts(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (s *Server) pathOf(e *entity) string {
	if p := s.productOf(e); p != nil {
		return p.path
	}
	return ""
}

// firstPrice gives the value of the default price type as it is shown.
func (s *Server) firstPrice(e *entity) string {
	prices := e.prices
	switch {
	case e.inherits:
		prices = s.st.inherited(e)
	case e.typ == "consignment":
		if p := s.st.good(e.parent); p != nil {
			return s.firstPrice(p)
		}
	}
	_, rest, ok := strings.Cut(prices, `"value":`)
	if !ok {
		return "0.0"
	}
	end := strings.IndexAny(rest, ",}")
	return rest[:max(end, 0)]
}

func (s *Server) getStockAll(c *call) (answer, error) {
	rows, w, err := s.stockPage(c, "all")
	if err != nil {
		return answer{}, err
	}
	rows, from, to := s.spoil(c, rows, w)
	dst := c.openList(nil, "stock", w, len(rows))
	for i, r := range rows[from:to] {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = s.appendStockRow(dst, r)
	}
	return answer{body: append(dst, "]}"...)}, nil
}

// spoil applies the faults of pages to a report.
func (s *Server) spoil(c *call, rows []stockRow, w window) ([]stockRow, int, int) {
	from, to := w.of(len(rows))
	switch {
	case from < to && from > 0 && c.during("duplicate-row"):
		rows = append([]stockRow(nil), rows...)
		copy(rows[from+1:to], rows[from:to-1])
		rows[from] = rows[from-1]
	case from < to && c.during("missing-row"):
		from++
	}
	return rows, from, to
}

// appendStockRow writes one row (Отчёт Остатки, "Расширенный отчёт"): code and
// article are left out where they are empty, the href carries an expand.
func (s *Server) appendStockRow(dst []byte, r stockRow) []byte {
	e := r.e
	str := func(name, value string) {
		dst = append(dst, `,"`+name+`":`...)
		dst = append(dst, quote(value)...)
	}
	num := func(name, value string) { dst = append(dst, `,"`+name+`":`+value...) }
	dst = append(dst, `{"meta":`+s.stockMeta(e)...)
	num("stock", milli(r.sum.stock))
	num("inTransit", milli(r.sum.transit))
	num("reserve", milli(r.sum.reserve))
	num("quantity", milli(r.sum.quantity()))
	str("name", e.name)
	if e.code != "" {
		str("code", e.code)
	}
	if e.article != "" {
		str("article", e.article)
	}
	num("price", orZero(e.cost))
	num("salePrice", s.firstPrice(e))
	p := s.productOf(e)
	num("uom", s.stockUom(p))
	if p != nil && p.folder != "" {
		num("folder", s.stockFolder(p.folder))
	}
	str("externalCode", e.external)
	num("stockDays", "0.0")
	return append(dst, '}')
}

func orZero(s string) string {
	if s == "" {
		return "0.0"
	}
	return s
}

func (s *Server) stockMeta(e *entity) string {
	suffix := map[string]string{"product": "?expand=supplier", "variant": "?expand=product.supplier", "consignment": ""}[e.typ]
	m := metaJSON(e.typ, e.id, e.uuid)
	return strings.Replace(m, "/"+e.id+`",`, "/"+e.id+suffix+`",`, 1)
}

// stockUom is an empty object for goods without a unit.
func (s *Server) stockUom(p *entity) string {
	if p == nil || p.uom == "" {
		return "{}"
	}
	u := s.st.find("uom", p.uom)
	if u == nil {
		return "{}"
	}
	return `{"meta":` + metaJSON("uom", u.id, "") + `,"name":` + string(quote(u.name)) + "}"
}

// stockFolder has the parent folder's name in pathName.
func (s *Server) stockFolder(id string) string {
	f := s.st.find("productfolder", id)
	if f == nil {
		return "{}"
	}
	parent := ""
	if up := s.st.find("productfolder", f.parent); up != nil {
		parent = up.name
	}
	return `{"meta":` + metaJSON("productfolder", f.id, f.uuid) + `,"name":` + string(quote(f.name)) + `,"pathName":` + string(quote(parent)) + "}"
}

func (s *Server) getStockByStore(c *call) (answer, error) {
	rows, w, err := s.stockPage(c, "bystore")
	if err != nil {
		return answer{}, err
	}
	rows, from, to := s.spoil(c, rows, w)
	dst := c.openList(nil, "stockbystore", w, len(rows))
	for i, r := range rows[from:to] {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"meta":`+s.stockMeta(r.e)+`,"stockByStore":[`...)
		for n, store := range s.st.byType["store"] {
			if n > 0 {
				dst = append(dst, ',')
			}
			l := r.levels[n]
			dst = append(dst, `{"meta":`+metaJSON("store", store.id, store.uuid)+`,"name":`...)
			dst = append(dst, quote(store.name)...)
			dst = append(dst, `,"stock":`+milli(l.stock)+`,"reserve":`+milli(l.reserve)+`,"inTransit":`+milli(l.transit)+`}`...)
		}
		dst = append(dst, "]}"...)
	}
	return answer{body: append(dst, "]}"...)}, nil
}

// getStockCurrent serves both short reports: a bare array without pages, in no
// particular order (Отчёт Остатки, "Краткий отчёт").
func (s *Server) getStockCurrent(c *call) (answer, error) {
	typ := c.query.Get("stockType")
	if typ == "" {
		typ = "stock"
	}
	if !inWords(typ, "stock freeStock quantity reserve inTransit") {
		return answer{}, refuseAt(1034, "stockType")
	}
	if v := c.query.Get("include"); v != "" && v != "zeroLines" {
		return answer{}, refuseAt(1034, "include")
	}
	goods, stores, err := currentFilter(c.query.Get("filter"))
	if err != nil {
		return answer{}, err
	}
	since := c.query.Get("changedSince")
	if since != "" {
		if err := s.checkSince(since); err != nil {
			return answer{}, err
		}
	}
	zero := c.query.Get("include") == "zeroLines" || since != ""
	dst := []byte{'['}
	// By store and all together differ in whether each store is a row.
	each := c.parts[2] == "bystore"
	for _, t := range []string{"consignment", "variant", "product"} {
		for _, e := range s.st.byType[t] {
			if len(e.stock) == 0 || len(goods) > 0 && !goods[e.id] || since != "" {
				continue
			}
			dst = s.appendCurrent(dst, e, typ, stores, each, zero)
		}
	}
	return answer{body: append(dst, ']')}, nil
}

func (s *Server) appendCurrent(dst []byte, e *entity, typ string, stores map[string]bool, each, zero bool) []byte {
	var sum int64
	row := func(store string, n int64) {
		if n == 0 && !zero {
			return
		}
		if len(dst) > 1 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"assortmentId":"`+e.id+`"`...)
		if store != "" {
			dst = append(dst, `,"storeId":"`+store+`"`...)
		}
		dst = append(dst, `,"`+typ+`":`+strings.TrimSuffix(milli(n), ".0")+`}`...)
	}
	for i, l := range e.stock {
		store := s.st.byType["store"][i].id
		if len(stores) > 0 && !stores[store] {
			continue
		}
		n := map[string]int64{"stock": l.stock, "freeStock": l.stock - l.reserve, "quantity": l.quantity(), "reserve": l.reserve, "inTransit": l.transit}[typ]
		sum += n
		if each {
			row(store, n)
		}
	}
	if !each {
		row("", sum)
	}
	return dst
}

// currentFilter takes ids, not hrefs: assortmentId=a,b;storeId=c.
func currentFilter(text string) (goods, stores map[string]bool, err error) {
	goods, stores = map[string]bool{}, map[string]bool{}
	if text == "" {
		return goods, stores, nil
	}
	for _, part := range splitFilter(text) {
		name, list, ok := strings.Cut(part, "=")
		into := map[string]map[string]bool{"assortmentId": goods, "storeId": stores}[name]
		if !ok || into == nil {
			return nil, nil, refuseAt(1034, part)
		}
		for _, id := range strings.Split(list, ",") {
			if !isUUID(id) {
				return nil, nil, refuseAt(1052, id)
			}
			into[id] = true
		}
	}
	return goods, stores, nil
}

// checkSince: at most a day back.
func (s *Server) checkSince(text string) error {
	at, err := time.ParseInLocation("2006-01-02 15:04:05", text, moscow())
	if err != nil {
		return refuseAt(1035, "changedSince")
	}
	if s.now().Sub(at) > 24*time.Hour {
		return refuseAt(1034, "changedSince="+strconv.Quote(text))
	}
	return nil
}
