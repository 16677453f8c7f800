package evotor

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func v1Path(store, rest string) string { return basePathV1 + "/stores/" + store + "/products" + rest }

// old is a product that V1 accepts.
func old(id string, more string) string {
	return `{"uuid":"` + id + `","name":"Сок","group":false,"type":"NORMAL","quantity":5,"measureName":"","tax":"VAT_18","price":10.5,"allowToSell":true` + more + `}`
}

func TestV1ReplacesByUUID(t *testing.T) {
	s := newTest(t, Options{})
	store := s.Stores()[0]
	r := ask(t, s, "POST", v1Path(store, ""), "["+old(newID, `,"code":"7","parentUuid":null`)+"]")
	if r.status != 200 || len(r.body) > 0 || r.header.Get("X-Products-Violations-Count") != "" {
		t.Fatalf("%d %s %v", r.status, r.body, r.header)
	}
	if o := shown(t, s, store, newID); o["code"] != "7" || num(o, "quantity") != "5" || o["measure_name"] != "" {
		t.Errorf("V2 shows %v", o)
	}
	modern := ask(t, s, "PUT", "/stores/"+store+"/products/"+newID, plain("is_age_limited", "true", "description", `"x"`))
	if modern.status != 200 {
		t.Fatalf("%s", modern.body)
	}
	ask(t, s, "POST", v1Path(store, ""), "["+old(newID, "")+"]")
	if o := shown(t, s, store, newID); o["is_age_limited"] != nil || o["description"] != nil || o["code"] != nil {
		t.Errorf("old fields are still there: %v", o)
	}
}

func TestV1TellsViolationsInHeaders(t *testing.T) {
	s := newTest(t, Options{})
	store := s.Stores()[0]
	id := func(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }
	list := []string{old(id(1), "")}
	for i := range 30 {
		list = append(list, strings.Replace(old(id(100+i), ""), `"price":10.5`, `"price":-1`, 1))
	}
	r := ask(t, s, "POST", v1Path(store, ""), "["+strings.Join(list, ",")+"]")
	var told []map[string]string
	if err := json.Unmarshal([]byte(r.header.Get("X-Products-Violations")), &told); err != nil {
		t.Fatal(err)
	}
	if r.status != 200 || r.header.Get("X-Products-Violations-Count") != "30" || len(told) != 20 || told[0]["subject"] != "price" {
		t.Errorf("%d %v", r.status, r.header)
	}
	if _, ok := s.Product(store, id(1)); !ok {
		t.Error("what was good was not saved")
	}
	if _, ok := s.Product(store, id(100)); ok {
		t.Error("what was wrong was saved")
	}
	if err := s.Fault("v1-refuse-all:POST"); err != nil {
		t.Fatal(err)
	}
	ask(t, s, "POST", v1Path(store, ""), "["+old(id(2), "")+","+strings.Replace(old(id(3), ""), `"price":10.5`, `"price":-1`, 1)+"]")
	if _, ok := s.Product(store, id(2)); ok {
		t.Error("one wrong element does not keep the others out")
	}
}

func TestV1Schema(t *testing.T) {
	s := newTest(t, Options{})
	store := s.Stores()[0]
	for change, ok := range map[string]bool{
		`,"x":1`: true, `,"name":""`: false, `,"name":"` + strings.Repeat("Ы", 101) + `"`: false, `,"name":"` + strings.Repeat("Ы", 100) + `"`: true,
		`,"type":"BEER_MARKED"`: false, `,"tax":"VAT_22"`: false, `,"tax":"VAT_18_118"`: true, `,"price":1.005`: false, `,"costPrice":100.123`: true,
		`,"costPrice":null`: false, `,"quantity":null`: false, `,"measureName":null`: false, `,"allowToSell":null`: false, `,"code":"12345678901"`: false,
		`,"articleNumber":null`: true, `,"articleNumber":"` + strings.Repeat("1", 21) + `"`: false, `,"barCodes":["3773-9001"]`: false, `,"barcodes":["377"]`: true,
		`,"parentUuid":""`: false, `,"parentUuid":null`: true, `,"type":"ALCOHOL_MARKED"`: false,
		`,"type":"ALCOHOL_MARKED","alcoCodes":["0015932000001190604"],"alcoholByVolume":5,"alcoholProductKindCode":400,"tareVolume":0.5`: true,
		`,"type":"ALCOHOL_MARKED","alcoCodes":["0015932000001190604"],"alcoholByVolume":0,"alcoholProductKindCode":400,"tareVolume":0.5`: false,
		`,"alcoCodes":[]`: true, `,"alcoholByVolume":0`: true, `,"attributes":{"ключ":"значение"}`: true, `,"uuid":"x"`: false, `,"group":null`: false,
	} {
		r := ask(t, s, "POST", v1Path(store, ""), "["+old(newID, change)+"]")
		if (r.header.Get("X-Products-Violations-Count") == "") != ok {
			t.Errorf("%s: %v", change, r.header.Get("X-Products-Violations"))
		}
	}
	group := `[{"uuid":"` + newID[:35] + `5","name":"Группа","group":true,"code":"G1","hasVariants":false}]`
	if r := ask(t, s, "POST", v1Path(store, ""), group); r.header.Get("X-Products-Violations-Count") != "" {
		t.Errorf("a group: %v", r.header)
	}
	if r := ask(t, s, "POST", v1Path(store, ""), "["+old(newID[:35]+"6", "")+","+old(newID[:35]+"6", "")+"]"); r.status != 200 {
		t.Errorf("%d", r.status)
	}
	if _, ok := s.Product(store, newID[:35]+"6"); ok {
		t.Error("a uuid that comes twice was saved")
	}
}

func TestV1DeletesEverythingAndItIsCounted(t *testing.T) {
	for _, body := range []string{"[]", ""} {
		s := newTest(t, Options{})
		store := s.Stores()[0]
		ids := s.Products(store)
		if r := ask(t, s, "POST", v1Path(store, "/delete"), `[{"uuid":"`+ids[0]+`"}]`); r.status != 200 || s.Catastrophes() != 0 || len(s.Products(store)) != len(ids)-1 {
			t.Fatalf("one: %d, %d catastrophes", r.status, s.Catastrophes())
		}
		if r := ask(t, s, "POST", v1Path(store, "/delete"), body); r.status != 200 {
			t.Errorf("%q: %d", body, r.status)
		}
		if left := len(s.Products(store)) + len(s.Groups(store)); left != 0 || s.Catastrophes() != 1 {
			t.Errorf("%q: %d left, %d catastrophes", body, left, s.Catastrophes())
		}
		if len(s.Products(s.Stores()[1])) == 0 {
			t.Error("the other store is empty too")
		}
	}
}

func TestV1Quantities(t *testing.T) {
	s := newTest(t, Options{})
	store := s.Stores()[0]
	id := s.Products(store)[3]
	if r := ask(t, s, "POST", v1Path(store, "/quantities"), `{"`+id+`":1.25,"unknown":3}`); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	var list map[string]string
	decode(t, ask(t, s, "GET", v1Path(store, "/quantities"), "").body, &list)
	if list[id] != "1.25" || num(shown(t, s, store, id), "quantity") != "1.25" {
		t.Errorf("%q", list[id])
	}
	if r := ask(t, s, "GET", v1Path(store, "/"+id+"/quantities"), ""); string(r.body) != `{"`+id+`":"1.25"}` {
		t.Errorf("%s", r.body)
	}
}

func TestV1GivesChildrenBeforeTheirGroups(t *testing.T) {
	s := newTest(t, Options{Legacy: true})
	seen, before := map[string]bool{}, 0
	for _, o := range v1All(t, s, s.Stores()[0]) {
		if parent := o.text("parentUuid"); parent != "" && !seen[parent] {
			before++
		}
		seen[o.text("uuid")] = true
	}
	if before == 0 {
		t.Error("every group comes before its children")
	}
}

// modern says in V2 what V1 says of an item; the rest of the move is left out.
func modern(o object, attributes map[string]string) map[string]any {
	out := map[string]any{}
	for _, m := range meanings {
		if v := o[m.v1]; m.v1 != "" && m.v2 != "" && v != nil && (o["group"] == true && m.group || o["group"] == false && m.product) {
			out[m.v2] = v
		}
	}
	if choices := attributes[o.text("uuid")]; choices != "" {
		out["attributes_choices"] = json.RawMessage(choices)
	}
	return out
}

// TestLegacyCatalogCanBeMoved: V2 knows nothing of a V1 catalog until it is
// written, takes all that is clean, groups first, and then shows it.
func TestLegacyCatalogCanBeMoved(t *testing.T) {
	s := newTest(t, Options{Legacy: true, Defects: 2, Products: 200})
	store := s.Stores()[0]
	if items, _ := all(t, s, "/stores/"+store+"/products"); len(items) != 0 {
		t.Fatalf("V2 knows %d products", len(items))
	}
	if r := ask(t, s, "PATCH", "/stores/"+store+"/products/"+s.Products(store)[0], `{"price":1}`); r.status != 404 {
		t.Errorf("PATCH of what V2 does not know: %d", r.status)
	}
	list := v1All(t, s, store)
	broken := map[string]bool{}
	for _, d := range s.Defects() {
		broken[d.ID] = true
	}
	children := map[string]bool{}
	for _, o := range list {
		if o["attributes"] != nil {
			children[o.text("parentUuid")] = true
		}
	}
	done := map[string]bool{"": true}
	for again := true; again; {
		again = false
		for _, o := range list {
			id := o.text("uuid")
			if o["group"] != true || done[id] || !done[o.text("parentUuid")] {
				continue
			}
			body, err := json.Marshal(modern(o, nil))
			if err != nil {
				t.Fatal(err)
			}
			if r := ask(t, s, "PUT", "/stores/"+store+"/product-groups/"+id, string(body)); r.status != 200 {
				t.Fatalf("group %s: %d %s", body, r.status, r.body)
			}
			done[id], again = true, true
		}
	}
	refused := map[string]bool{}
	for _, o := range list {
		if o["group"] == true {
			continue
		}
		body, err := json.Marshal(modern(o, nil))
		if err != nil {
			t.Fatal(err)
		}
		id := o.text("uuid")
		r := ask(t, s, "PUT", "/stores/"+store+"/products/"+id, string(body))
		if r.status != 200 && !broken[id] {
			t.Fatalf("clean %s: %d %s", body, r.status, r.body)
		}
		if r.status != 200 {
			refused[id] = true
		}
	}
	if len(refused) < 12 {
		t.Errorf("only %d of %d defects are refused", len(refused), len(broken))
	}
	items, _ := all(t, s, "/stores/"+store+"/products")
	if want := len(s.Products(store)) - len(refused); len(items) != want {
		t.Errorf("V2 shows %d, want %d", len(items), want)
	}
	if len(children) == 0 || len(done) < 10 {
		t.Error("no modifications or groups were moved")
	}
}

func TestDefectsAreListed(t *testing.T) {
	for _, legacy := range []bool{false, true} {
		s := newTest(t, Options{Legacy: legacy, Defects: 4, Unmapped: 2, Products: 200})
		store := s.Stores()[0]
		if len(s.Products(store)) != 200 {
			t.Errorf("%d products", len(s.Products(store)))
		}
		byKind := map[string]int{}
		items := map[string]object{}
		for _, o := range v1All(t, s, store) {
			items[o.text("uuid")] = o
		}
		for _, d := range s.Defects() {
			byKind[d.Kind]++
			o := items[d.ID]
			if o == nil || o["group"] != d.Group || d.Store != store {
				t.Errorf("%+v: V1 has %v", d, o)
				continue
			}
			if d.Field == "extras" {
				continue
			}
			var want any
			if d.Value != nil {
				decode(t, d.Value, &want)
			}
			if diff := cmp.Diff(want, o[d.Field]); diff != "" {
				t.Errorf("%+v: %s", d, diff)
			}
			if _, there := o[d.Field]; there != (d.Value != nil) {
				t.Errorf("%+v: the field is there: %t", d, there)
			}
		}
		var kinds []string
		total := 0
		for k, n := range byKind {
			kinds = append(kinds, fmt.Sprint(k, " ", n))
			if !slices.Contains([]string{"group-code", "free-attributes", "plain-among-variants", "circle", "extras"}, k) {
				total += n
			}
		}
		sort.Strings(kinds)
		want := []string{"alcohol-incomplete 4", "alcohol-on-other 4", "circle 4", "extras 2", "free-attributes 2", "group-code 2", "measure 4", "money 4",
			"name 4", "parent 4", "plain-among-variants 2", "quantity 4", "tax 4", "type-missing 4", "uuid 4"}
		if diff := cmp.Diff(want, kinds); diff != "" || total != 40 {
			t.Error(total, diff)
		}
		var extras []map[string]any
		decode(t, ask(t, s, "GET", v1Path(store, "/extras"), "").body, &extras)
		if r := ask(t, s, "GET", v1Path(store, "/schemes"), ""); len(extras) != 2 || !json.Valid(r.body) || len(r.body) < 10 {
			t.Errorf("extras %v, schemes %s", extras, r.body)
		}
	}
}

// TestCleanLegacyItemsFitTheirSchema: V1 accepts back what it gives, apart from
// the defects.
func TestCleanLegacyItemsFitTheirSchema(t *testing.T) {
	s := newTest(t, Options{Legacy: true, Defects: 2, Products: 200})
	for _, store := range s.Stores() {
		broken := map[string]bool{}
		for _, d := range s.Defects() {
			broken[d.ID] = d.Kind != "parent" && d.Kind != "alcohol-on-other"
		}
		for _, o := range v1All(t, s, store) {
			raw, err := json.Marshal(o)
			if err != nil {
				t.Fatal(err)
			}
			r := ask(t, s, "POST", v1Path(store, ""), "["+string(raw)+"]")
			if wrong := r.header.Get("X-Products-Violations"); wrong != "" && !broken[o.text("uuid")] {
				t.Errorf("%s: %s", raw, wrong)
			}
		}
	}
}
