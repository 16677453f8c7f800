package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

func parse(t *testing.T, raw []byte) object {
	t.Helper()
	o, err := parseObject(raw)
	if err != nil {
		t.Fatalf("%v: %s", err, raw)
	}
	return o
}

func now(t *testing.T, s *Server, typ, id string) object {
	t.Helper()
	raw, ok := s.Entity(typ, id)
	if !ok {
		t.Fatalf("no %s %s", typ, id)
	}
	return parse(t, raw)
}

// onlyChanged fails where a field outside names differs.
func onlyChanged(t *testing.T, was, is object, names ...string) {
	t.Helper()
	for _, f := range is {
		old, ok := was.get(f.name)
		same := ok && bytes.Equal(old, f.raw)
		if same == inWords(f.name, strings.Join(names, " ")) {
			t.Errorf("%s: was %s, is %s", f.name, old, f.raw)
		}
	}
	for _, f := range was {
		if !is.has(f.name) && !inWords(f.name, strings.Join(names, " ")) {
			t.Errorf("%s is gone", f.name)
		}
	}
}

func priceOf(o object, n int) object {
	raw, _ := o.get("salePrices")
	return objects(raw)[n]
}

func priceBody(id, value, currency string) string {
	c := ""
	if currency != "" {
		c = `,"currency":` + refJSON("currency", currency, "")
	}
	return fmt.Sprintf(`{"salePrices":[{"value":%s%s,"priceType":%s}]}`, value, c, meta(apiBase+"context/companysettings/pricetype/"+id, "pricetype"))
}

func TestPricesMergeByType(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	id := s.st.byType["product"][4].id // its third price is in dollars
	pt := s.acc.priceTypes
	was := now(t, s, "product", id)
	if refID(priceOf(was, 2), "currency") != s.acc.usd {
		t.Fatalf("the third price is not in dollars: %v", priceOf(was, 2))
	}
	r := ask(t, s, "PUT", "/entity/product/"+id, priceBody(pt[1].id, "129.5", s.acc.rub))
	if r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	is := now(t, s, "product", id)
	onlyChanged(t, was, is, "updated", "salePrices")
	for n, want := range []string{"", "129.5", ""} {
		if want == "" {
			if a, b := priceOf(was, n), priceOf(is, n); !bytes.Equal(a.encode(nil), b.encode(nil)) {
				t.Errorf("price %d moved: %s → %s", n, a.encode(nil), b.encode(nil))
			}
			continue
		}
		if v, _ := priceOf(is, n).get("value"); string(v) != want {
			t.Errorf("price %d is %s, want %s", n, v, want)
		}
	}
	if !bytes.Equal(r.body, is.encode(nil)) {
		t.Error("the answer is not the saved entity")
	}
	// A price sent without its currency falls to the account's.
	ask(t, s, "PUT", "/entity/product/"+id, priceBody(pt[2].id, "100", ""))
	third := priceOf(now(t, s, "product", id), 2)
	if v, _ := third.get("value"); refID(third, "currency") != s.acc.rub || string(v) != "100.0" {
		t.Errorf("without currency: %s", third.encode(nil))
	}
}

func TestVariantInheritsUntilWritten(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	v := s.st.byType["variant"][0]
	pt := s.acc.priceTypes[0].id
	show := func() string {
		raw, _ := priceOf(now(t, s, "variant", v.id), 0).get("value")
		return string(raw)
	}
	if err := s.SetPrice("product", v.parent, pt, "77700"); err != nil {
		t.Fatal(err)
	}
	if show() != "77700.0" {
		t.Errorf("an inheriting variant shows %s", show())
	}
	before := now(t, s, "variant", v.id).text("updated")
	if err := s.Change("variant", v.id, map[string]any{"code": "own"}); err != nil {
		t.Fatal(err)
	}
	if !v.inherits || before == now(t, s, "variant", v.id).text("updated") {
		t.Error("another field pinned the prices or did not move updated")
	}
	if err := s.SetPrice("variant", v.id, pt, "100"); err != nil {
		t.Fatal(err)
	}
	if err := s.SetPrice("product", v.parent, pt, "88800"); err != nil {
		t.Fatal(err)
	}
	if show() != "100.0" {
		t.Errorf("a written variant shows %s", show())
	}
}

func TestBulkIsPerElement(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	ids := s.IDs("product")
	m := func(id string) string { return `"meta":` + metaJSON("product", id, "") }
	body := fmt.Sprintf(`[{%s,"code":"A1"},{"weight":1},{%s,"weight":-1},{"name":"новый"},{%s,"code":"A3"},1]`, m(ids[0]), m(ids[1]), m(s.IDs("variant")[0]))
	r := ask(t, s, "POST", "/entity/product", body)
	list, err := parseArray(r.body)
	if r.status != 400 || err != nil || len(list) != 6 {
		t.Fatalf("%d %v %s", r.status, err, r.body)
	}
	for i, code := range []int{0, 3000, 3002, 0, 1021, 3012} {
		got := reply{body: list[i].raw}.code()
		if got != code && i != 4 || i == 4 && got == 0 {
			t.Errorf("element %d: code %d, want %d: %s", i, got, code, list[i].raw)
		}
	}
	if now(t, s, "product", ids[0]).text("code") != "A1" {
		t.Error("a good element was not saved beside bad ones")
	}
	made := parse(t, list[3].raw)
	if _, ok := s.Entity("product", made.text("id")); !ok || len(s.st.find("product", made.text("id")).barcodes) != 1 {
		t.Errorf("an element without meta did not create with a barcode: %s", list[3].raw)
	}
	if r := ask(t, s, "POST", "/entity/product", `[{`+m(ids[0])+`,"code":"A2"}]`); r.status != 200 {
		t.Errorf("all good: %d", r.status)
	}
	// The wrong type in the meta is refused, whatever the href says.
	wrong := `[{"meta":` + metaJSON("variant", s.IDs("variant")[0], "") + `}]`
	if r := ask(t, s, "POST", "/entity/product", wrong); !strings.Contains(string(r.body), "2024") {
		t.Errorf("wrong type: %s", r.body)
	}
}

func TestSyncIDMakesOnce(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	body := `{"name":"раз","syncId":"11111111-2222-3333-4444-555555555555"}`
	a, b := ask(t, s, "POST", "/entity/product", body), ask(t, s, "POST", "/entity/product", body)
	if a.status != 200 || !bytes.Equal(a.body, b.body) {
		t.Errorf("%s\n%s", a.body, b.body)
	}
	c := ask(t, s, "POST", "/entity/product", `{"name":"раз"}`)
	if parse(t, c.body).text("id") == parse(t, a.body).text("id") {
		t.Error("without syncId a create makes no second one")
	}
}

func TestVATFieldsAgree(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	id := s.IDs("product")[0]
	for _, c := range []struct{ body, want string }{
		{`{"vat":3}`, "3 true false 3 true"},
		{`{"vat":0}`, "0 true false 0 true"},
		{`{"vat":0,"vatEnabled":false,"useParentVat":false}`, "0 false false 0 false"},
		{`{"useParentVat":true,"productFolder":` + refJSON("productfolder", s.st.byType["productfolder"][2].id, "") + `}`, "  true 10 true"},
		{`{"useParentVat":true,"productFolder":null}`, "  true  "},
		{`{"vat":22,"vatEnabled":true,"useParentVat":false}`, "22 true false 22 true"},
	} {
		r := ask(t, s, "PUT", "/entity/product/"+id, c.body)
		o := parse(t, r.body)
		var got []string
		for _, n := range []string{"vat", "vatEnabled", "useParentVat", "effectiveVat", "effectiveVatEnabled"} {
			raw, _ := o.get(n)
			got = append(got, string(raw))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", c.body, strings.Join(got, " "), c.want)
		}
	}
	ask(t, s, "PUT", "/entity/product/"+id, `{"useParentVat":true}`)
	if r := ask(t, s, "PUT", "/entity/product/"+id, `{"vatEnabled":true,"useParentVat":false}`); r.code() != 16010 {
		t.Errorf("vatEnabled without vat: %s", r.body)
	}
}

func TestBarcodesAreReplacedAsAWhole(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	id := s.st.byType["product"][0].id
	was := now(t, s, "product", id)
	old, _ := was.get("barcodes")
	if len(objects(old)) != 5 {
		t.Fatalf("barcodes %s", old)
	}
	body := `{"barcodes":[{"ean13":"0000000000017"},null,"2000",{"other":"1"},{"gtin":"00000000000130"}]}`
	o := parse(t, ask(t, s, "PUT", "/entity/product/"+id, body).body)
	if raw, _ := o.get("barcodes"); string(raw) != `[{"ean13":"0000000000017"},{"gtin":"00000000000130"}]` {
		t.Errorf("barcodes are %s", raw)
	}
	onlyChanged(t, was, o, "updated", "barcodes")
	if o := parse(t, ask(t, s, "PUT", "/entity/product/"+id, `{"barcodes":[]}`).body); o.has("barcodes") {
		t.Error("[] does not delete all")
	}
}

func TestAttributesMerge(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	id := s.st.byType["product"][0].id // has them all
	was := now(t, s, "product", id)
	raw, _ := was.get("attributes")
	list := objects(raw)
	if len(list) != len(s.acc.attributes)-1 { // its "product" field would point to itself
		t.Fatalf("%d attributes", len(list))
	}
	if v, _ := list[3].get("value"); string(v) != "12345678901234567" {
		t.Errorf("the long is %s", v)
	}
	at := func(n int, value string) string {
		return `{"meta":` + strings.TrimSuffix(strings.TrimPrefix(meta(apiBase+"entity/product/metadata/attributes/"+s.acc.attributes[n].id, "attributemetadata"), `{"meta":`), "}") + `,"value":` + value + "}"
	}
	body := `{"attributes":[` + at(0, `"Лён"`) + "," + at(1, "null") + "," + at(3, "98765432109876543") + "]}"
	o := parse(t, ask(t, s, "PUT", "/entity/product/"+id, body).body)
	onlyChanged(t, was, o, "updated", "attributes")
	raw, _ = o.get("attributes")
	is := objects(raw)
	if len(is) != len(list)-1 || is[0].text("value") != "Лён" {
		t.Fatalf("attributes are %s", raw)
	}
	if v, _ := is[2].get("value"); string(v) != "98765432109876543" {
		t.Errorf("the long is %s", v)
	}
	if !bytes.Equal(is[len(is)-1].encode(nil), list[len(list)-1].encode(nil)) {
		t.Error("an attribute that was not sent changed")
	}
}

func TestUpdatedAlwaysMoves(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s := newTest(t, Options{NoLimits: true, Clock: func() time.Time { return at }})
	id := s.IDs("product")[0]
	var last string
	for i, want := range []string{"2026-03-01 15:00:00.000", "2026-03-01 15:00:00.001", "2026-03-01 15:00:00.002"} {
		if err := s.Change("product", id, map[string]any{"code": "x"}); err != nil {
			t.Fatal(err)
		}
		if last = now(t, s, "product", id).text("updated"); last != want {
			t.Errorf("change %d: %s, want %s", i, last, want)
		}
	}
}

func TestFolderNamesReachTheGoods(t *testing.T) {
	s := newTest(t, Options{NoLimits: true, Products: 200})
	root := s.st.byType["productfolder"][0]
	deep := s.st.byType["productfolder"][3] // Напитки/Вода/Газированная
	if err := s.Change("productfolder", root.id, map[string]any{"name": "Питьё"}); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, e := range s.st.byType["product"] {
		if e.folder == deep.id {
			n++
			if got := now(t, s, "product", e.id).text("pathName"); got != "Питьё/Вода/Газированная" {
				t.Errorf("pathName %q", got)
			}
		}
	}
	if n == 0 {
		t.Fatal("no product lies there")
	}
	body := `{"productFolder":` + refJSON("productfolder", deep.id, "") + `}`
	if r := ask(t, s, "PUT", "/entity/productfolder/"+root.id, body); r.code() != 3005 {
		t.Errorf("a folder below itself: %d %s", r.status, r.body)
	}
}

func TestEchoChangesOnlyUpdated(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	for _, typ := range goodTypes() {
		for _, id := range s.IDs(typ) {
			was := now(t, s, typ, id)
			patch := object{}
			for _, f := range was {
				if r, ok := ruleOf(typ, f.name); ok && r.kind != kindIgnored && r.kind != kindRefused && f.name != "attributes" && !(typ == "variant" && f.name == "salePrices") {
					patch.set(f.name, f.raw)
				}
			}
			r := ask(t, s, "PUT", "/entity/"+typ+"/"+id, string(patch.encode(nil)))
			if r.status != 200 {
				t.Fatalf("%s: %d %s", typ, r.status, r.body)
			}
			is := parse(t, r.body)
			for _, f := range is {
				old, _ := was.get(f.name)
				if f.name != "updated" && !bytes.Equal(old, f.raw) && !sameNumbers(old, f.raw) {
					t.Errorf("%s %s: was %s, is %s", typ, f.name, old, f.raw)
				}
			}
		}
	}
}

// sameNumbers allows 9990 to come back as 9990.0: a written number is spelled
// anew.
func sameNumbers(a, b json.RawMessage) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && fmt.Sprint(x) == fmt.Sprint(y)
}
