package sandbox

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func idsOf(t *testing.T, rows []json.RawMessage) []string {
	t.Helper()
	var ids []string
	for _, raw := range rows {
		ids = append(ids, parse(t, raw).text("id"))
	}
	return ids
}

func TestPagesCoverTheListOnce(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	for _, typ := range goodTypes() {
		var got []string
		for offset := 0; ; {
			l := list(t, s, fmt.Sprintf("/entity/%s?order=id&limit=7&offset=%d&%s", typ, offset, filterOfText(both)))
			if l.Meta.Size != len(s.IDs(typ)) || l.Meta.Limit != 7 || l.Meta.Offset != offset {
				t.Fatalf("%s: meta %+v", typ, l.Meta)
			}
			if more := l.Meta.NextHref != ""; more != (offset+7 < l.Meta.Size) {
				t.Errorf("%s at %d: nextHref %q", typ, offset, l.Meta.NextHref)
			}
			got = append(got, idsOf(t, l.Rows)...)
			if offset += len(l.Rows); offset >= l.Meta.Size {
				break
			}
		}
		if !slices.Equal(got, s.IDs(typ)) {
			t.Errorf("%s: pages give %d ids, want %d in order", typ, len(got), len(s.IDs(typ)))
		}
	}
}

func TestFilters(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	first, second := s.st.byType["product"][0], s.st.byType["product"][1]
	archived := s.st.byType["product"][13]
	all := len(s.IDs("product"))
	gone := 0
	for _, e := range s.st.byType["product"] {
		if e.archived {
			gone++
		}
	}
	drinks := s.st.byType["productfolder"][0]
	own, below := 0, 0
	for _, e := range s.st.byType["product"] {
		if !e.archived && e.folder == drinks.id {
			own++
		}
		if !e.archived && s.within(e.folder, drinks.id) {
			below++
		}
	}
	if own == below || gone == 0 {
		t.Fatal("the account is too small for this test")
	}
	folder := "productFolder=" + apiBase + "entity/productfolder/" + drinks.id
	for text, want := range map[string]int{
		"":                                     all - gone,
		"archived=true":                        gone,
		both:                                   all,
		"id=" + archived.id:                    1,
		"id=" + first.id + ";id=" + second.id:  2,
		"id=" + first.id + ";archived=true":    1, // the flag is ignored beside ids
		"id!=" + first.id + ";" + both:         all - 1,
		folder:                                 below,
		folder + ";withSubFolders=false":       own,
		"code=" + first.code:                   1,
		"code~=" + first.code[:4] + ";" + both: 1,
		"name~ДОБРЫЙ;" + both:                  1,
		`name~\; точкой;` + both:               1,
		"barcode=" + first.barcodes[1]:         1,
		"code=;" + both:                        1,
		"code!=;" + both:                       all - 1,
		"updated>=2030-01-01 00:00;" + both:    0,
		"updated>=2020-01-01 00:00;updated>2030-01-01 00:00;" + both: all, // only the first counts
	} {
		l := list(t, s, "/entity/product?"+filterOfText(text))
		if l.Meta.Size != want || len(l.Rows) != want {
			t.Errorf("%q: size %d, rows %d, want %d", text, l.Meta.Size, len(l.Rows), want)
		}
	}
}

// For variants and bundles ids do not show archived ones by themselves.
func TestFilterByIDAndArchived(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	for _, typ := range []string{"variant", "bundle"} {
		id := s.IDs(typ)[0]
		if err := s.Change(typ, id, map[string]any{"archived": true}); err != nil {
			t.Fatal(err)
		}
		for text, want := range map[string]int{"id=" + id: 0, "id=" + id + ";" + both: 1} {
			if l := list(t, s, "/entity/"+typ+"?"+filterOfText(text)); l.Meta.Size != want {
				t.Errorf("%s %q: %d, want %d", typ, text, l.Meta.Size, want)
			}
		}
	}
}

func TestCustomFieldFilter(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	text := apiBase + "entity/product/metadata/attributes/" + s.acc.attributes[3].id + "=12345678901234567"
	l := list(t, s, "/entity/product?"+filterOfText(text+";"+both))
	if l.Meta.Size == 0 || l.Meta.Size == len(s.IDs("product")) {
		t.Errorf("%d of %d", l.Meta.Size, len(s.IDs("product")))
	}
}

func TestOrders(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	l := list(t, s, "/entity/product?order=name,desc%3Bid&"+filterOfText(both))
	var names []string
	for _, raw := range l.Rows {
		names = append(names, strings.ToLower(parse(t, raw).text("name")))
	}
	if !slices.IsSortedFunc(names, func(a, b string) int { return strings.Compare(b, a) }) {
		t.Errorf("not by name: %q", names)
	}
	l = list(t, s, "/entity/product?order=code&"+filterOfText(both))
	if last := parse(t, l.Rows[len(l.Rows)-1]); last.has("code") {
		t.Errorf("an empty code is not last: %s", last.text("code"))
	}
}

func TestExpandNeedsASmallLimit(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	for query, want := range map[string]bool{"limit=100": true, "limit=101": false, "": false} {
		l := list(t, s, "/entity/variant?expand=product.uom&"+query)
		raw, _ := parse(t, l.Rows[0]).get("product")
		p := parse(t, raw)
		if p.has("name") != want {
			t.Errorf("%q: product is %s", query, raw)
		}
	}
	id := s.IDs("bundle")[0]
	o := parse(t, ask(t, s, "GET", "/entity/bundle/"+id+"?expand=components.assortment", "").body)
	raw, _ := o.get("components")
	rows, _ := parse(t, raw).get("rows")
	if list := objects(rows); len(list) < 2 {
		t.Errorf("components %s", raw)
	} else if good, _ := list[0].get("assortment"); !parse(t, good).has("name") {
		t.Errorf("component %s", good)
	}
}

type stockRowJSON struct {
	Meta                                struct{ Href, Type string }
	Stock, Reserve, InTransit, Quantity json.Number
	Price, SalePrice                    json.Number
	Code                                *string
	StockByStore                        []struct{ Stock json.Number }
}

func stockRowsOf(t *testing.T, s *Server, path, filter, more string) []stockRowJSON {
	t.Helper()
	l := list(t, s, path+"?"+"filter="+url.QueryEscape(filter)+more)
	out := make([]stockRowJSON, len(l.Rows))
	for i, raw := range l.Rows {
		if err := json.Unmarshal(raw, &out[i]); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func TestStockDefaultsHide(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	const all = "stockMode=all;quantityMode=all;" + both
	reserved := s.st.byType["product"][5]
	has := func(rows []stockRowJSON) bool {
		return slices.ContainsFunc(rows, func(r stockRowJSON) bool { return strings.Contains(r.Meta.Href, reserved.id) })
	}
	if rows := stockRowsOf(t, s, "/report/stock/all", all, ""); len(rows) != len(s.IDs("product"))+len(s.IDs("variant")) || !has(rows) {
		t.Errorf("all: %d rows", len(rows))
	}
	if rows := stockRowsOf(t, s, "/report/stock/all", "stockMode=all", ""); has(rows) {
		t.Error("the default quantityMode shows a good that is all reserved")
	}
	byStore := func(filter string) int { return len(stockRowsOf(t, s, "/report/stock/bystore", filter, "")) }
	if byStore("") >= byStore("stockMode=all") {
		t.Error("bystore does not hide empty rows by default")
	}
	for _, r := range stockRowsOf(t, s, "/report/stock/all", all, "&groupBy=consignment") {
		suffix := map[string]string{"product": "?expand=supplier", "variant": "?expand=product.supplier", "consignment": ""}[r.Meta.Type]
		if !strings.HasSuffix(r.Meta.Href, suffix) || r.Meta.Type == "consignment" && strings.Contains(r.Meta.Href, "?") {
			t.Errorf("%s href %s", r.Meta.Type, r.Meta.Href)
		}
	}
}

// TestStockSumsAgree: however the rows are grouped, the goods are the same.
func TestStockSumsAgree(t *testing.T) {
	s := newTest(t, Options{NoLimits: true, Products: 120})
	sum := func(path, filter, more string) string {
		total := int64(0)
		for _, r := range stockRowsOf(t, s, path, filter, more) {
			if r.StockByStore == nil {
				total += thousandths(t, r.Stock)
			}
			for _, l := range r.StockByStore {
				total += thousandths(t, l.Stock)
			}
		}
		return milli(total)
	}
	const all = "stockMode=all;quantityMode=all;" + both
	want := sum("/report/stock/all", all, "&groupBy=product")
	for _, group := range []string{"variant", "consignment"} {
		if got := sum("/report/stock/all", all, "&groupBy="+group); got != want {
			t.Errorf("%s: %s, want %s", group, got, want)
		}
	}
	stores := int64(0)
	for _, e := range s.st.byType["store"] {
		rows := stockRowsOf(t, s, "/report/stock/all", all+";store="+apiBase+"entity/store/"+e.id, "")
		for _, r := range rows {
			stores += thousandths(t, r.Stock)
		}
	}
	if milli(stores) != want {
		t.Errorf("store by store: %s, want %s", milli(stores), want)
	}
}

func thousandths(t *testing.T, n json.Number) int64 {
	t.Helper()
	whole, part, _ := strings.Cut(n.String(), ".")
	var v int64
	if _, err := fmt.Sscan(whole+(part + "000")[:3], &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestCurrentStock(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	rows := func(path string) []map[string]any {
		var out []map[string]any
		r := ask(t, s, "GET", path, "")
		if err := json.Unmarshal(r.body, &out); err != nil {
			t.Fatalf("%s: %v", r.body, err)
		}
		return out
	}
	plain := rows("/report/stock/all/current?stockType=quantity")
	for _, r := range plain {
		if r["quantity"] == nil || r["quantity"] == 0.0 || r["assortmentId"] == nil {
			t.Errorf("%v", r)
		}
	}
	if zero := rows("/report/stock/all/current?stockType=quantity&include=zeroLines"); len(zero) <= len(plain) {
		t.Errorf("zeroLines adds nothing: %d, %d", len(zero), len(plain))
	}
	id := plain[0]["assortmentId"].(string)
	if one := rows("/report/stock/bystore/current?include=zeroLines&" + filterOfText("assortmentId="+id)); len(one) != 3 {
		t.Errorf("one good by store: %v", one)
	}
}
