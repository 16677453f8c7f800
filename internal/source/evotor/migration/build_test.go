package migration

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"

	"github.com/google/go-cmp/cmp"
)

const shopID = "20170228-F4F1-401B-80FA-9ECCA8451FFB"

// id makes a uuid of a number.
func id(n int) string { return fmt.Sprintf("%08x-0000-4000-8000-000000000000", n) }

// product spells a product of V1; pairs of key and JSON replace its fields, ""
// takes one away.
func product(n int, pairs ...string) string {
	return object(map[string]string{
		"uuid": `"` + id(n) + `"`, "group": "false", "name": fmt.Sprintf(`"Товар %d"`, n), "type": `"NORMAL"`, "quantity": "12.5",
		"measureName": `"шт"`, "tax": `"VAT_18"`, "price": "123.12", "costPrice": "100.123", "allowToSell": "true",
	}, pairs)
}

func group(n int, pairs ...string) string {
	return object(map[string]string{"uuid": `"` + id(n) + `"`, "group": "true", "name": fmt.Sprintf(`"Группа %d"`, n)}, pairs)
}

func object(fields map[string]string, pairs []string) string {
	for i := 0; i < len(pairs); i += 2 {
		fields[pairs[i]] = pairs[i+1]
		if pairs[i+1] == "" {
			delete(fields, pairs[i])
		}
	}
	var parts []string
	for k, v := range fields {
		parts = append(parts, `"`+k+`":`+v)
	}
	slices.Sort(parts)
	return "{" + strings.Join(parts, ",") + "}"
}

func build(t *testing.T, o Options, two State, items ...string) Result {
	t.Helper()
	c, err := Read([]byte("[" + strings.Join(items, ",") + "]"))
	if err != nil {
		t.Fatal(err)
	}
	o.Store = shopID
	return Build(c, two, o)
}

// found spells findings as uuid's number, field, code, status and value.
func found(r Result) []string {
	var list []string
	for _, f := range r.Findings {
		n := strings.TrimLeft(strings.SplitN(f.ID, "-", 2)[0], "0")
		list = append(list, fmt.Sprintf("%s %s %s %d %s", n, f.Field, f.Code, f.Status, f.Value))
	}
	return list
}

func TestFindings(t *testing.T) {
	long := func(n int) string { return `"` + strings.Repeat("ж", n) + `"` }
	drink := []string{"type", `"ALCOHOL_MARKED"`, "alcoholByVolume", "5.45", "alcoholProductKindCode", "123", "tareVolume", "0.57", "alcoCodes", `["0000000000000000001"]`}
	with := func(more ...string) []string { return append(slices.Clone(drink), more...) }
	for _, c := range []struct {
		name  string
		item  string
		want  []string
		sends bool
	}{
		{"a good one", product(1), nil, true},
		{"good alcohol", product(1, drink...), nil, true},
		{"no type", product(1, "type", ""), []string{"1 type type-missing 3 NORMAL"}, false},
		{"no type with alcohol", product(1, "type", "null", "tareVolume", "0.5"), []string{"1 type type-missing-alcohol 3 "}, false},
		{"a type to come", product(1, "type", `"MOON_MARKED"`), []string{"1 type type-unknown 0 "}, true},
		{"no strength", product(1, with("alcoholByVolume", "0")...), []string{"1 alcoholByVolume alcohol-number 3 "}, false},
		{"no kind", product(1, with("alcoholProductKindCode", "")...), []string{"1 alcoholProductKindCode alcohol-number 3 "}, false},
		{"no tare", product(1, with("tareVolume", "null")...), []string{"1 tareVolume alcohol-number 3 "}, false},
		{"no codes", product(1, with("alcoCodes", "[]")...), []string{"1 alcoCodes alcohol-codes 3 "}, false},
		{"a short code", product(1, with("alcoCodes", `["1"]`)...), []string{"1 alcoCodes alcohol-codes 3 "}, false},
		{"alcohol misplaced", product(1, "tareVolume", "0.5"), []string{"1 tareVolume alcohol-misplaced 1 "}, true},
		{"zeros of alcohol", product(1, "tareVolume", "0", "alcoCodes", "[]", "alcoholByVolume", "0.0"), nil, true},
		{"no tax", product(1, "tax", `""`), []string{"1 tax tax-missing 3 "}, false},
		{"a tax to come", product(1, "tax", `"VAT_25"`), []string{"1 tax tax-unknown 3 VAT_25"}, false},
		{"today's tax", product(1, "tax", `"VAT_22"`), nil, true},
		{"no unit", product(1, "measureName", `""`), []string{"1 measureName measure-missing 3 шт"}, false},
		{"a unit of one's own", product(1, "measureName", `"пара"`), nil, true},
		{"no price", product(1, "price", "null"), []string{"1 price price-missing 3 0"}, false},
		{"no cost", product(1, "costPrice", "null"), []string{"1 costPrice cost-missing 1 0"}, true},
		{"cost not there", product(1, "costPrice", ""), nil, true},
		{"a negative price", product(1, "price", "-0.01"), []string{"1 price amount-range 3 "}, false},
		{"a great price", product(1, "price", "10000000"), []string{"1 price amount-range 3 "}, false},
		{"decimals", product(1, "price", "10.999"), []string{"1 price amount-decimals 3 11.00"}, false},
		{"decimals of a cost", product(1, "costPrice", "7.12345"), []string{"1 costPrice amount-decimals 1 7.12"}, true},
		{"no quantity", product(1, "quantity", "null"), []string{"1 quantity quantity-missing 3 0"}, false},
		{"sold below nothing", product(1, "quantity", "-175"), nil, true},
		{"a fine quantity", product(1, "quantity", "1.23456"), []string{"1 quantity quantity-decimals 3 1.235"}, false},
		{"no name", product(1, "name", `" "`), []string{"1 name name-missing 3 "}, false},
		{"a name over 128", product(1, "name", long(129)), []string{"1 name name-longish 0 "}, true},
		{"a name over 160", product(1, "name", long(161)), []string{"1 name name-long 3 " + strings.Repeat("ж", 128)}, false},
		{"no uuid", product(1, "uuid", `"product-1"`), []string{"product uuid uuid-malformed 6 "}, false},
		{"capital letters", product(0xabc, "uuid", `"`+strings.ToUpper(id(0xabc))+`"`), []string{"ABC uuid uuid-case 3 " + id(0xabc)}, false},
		{"an unknown group", product(1, "parentUuid", `"`+id(9)+`"`), []string{"1 parentUuid parent-unknown 3 root"}, false},
		{"free characteristics", product(1, "attributes", `{"цвет":"Синий"}`), []string{"1 attributes attributes-free 0 "}, true},
		{"a field of somebody's", product(1, "shelf", `"A1"`), []string{"1 shelf field-unmapped 0 "}, true},
		{"a group's code", group(1, "code", `"G1"`), []string{"1 code code-of-group 0 "}, true},
		{"may it be sold", product(1, "allowToSell", "null"), []string{"1 allowToSell sell-missing 3 true"}, false},
		{"a service", product(1, "type", `"SERVICE"`, "quantity", "", "costPrice", "", "allowToSell", ""), []string{"1 allowToSell sell-missing 1 true"}, true},
		{"what is a group", product(1, "group", ""), []string{"1 group group-missing 3 false"}, false},
		{"a name with what does not show", product(1, "name", `"Чай\u0001 чёрный\u0000\u0001"`), []string{"1 name text-unshown 3 Чай чёрный"}, false},
		{"a group's name with it", group(1, "name", `"Чай\u007f"`), []string{"1 name text-unshown 3 Чай"}, false},
		{"a name of nothing that shows", product(1, "name", `"\u0001"`), []string{"1 name name-missing 3 "}, false},
		{"a description with it", product(1, "description", `"a\u0085b"`), []string{"1 description text-unshown 3 ab"}, false},
		{"lines of a description", product(1, "description", `"a\r\n\tb"`), nil, true},
		{"a code with it", product(1, "code", `"7\u0002"`), []string{"1 code text-unshown 3 7"}, false},
		{"a unit with it", product(1, "measureName", `"шт\u0002"`), []string{"1 measureName text-unshown 3 шт"}, false},
		{"a barcode with it", product(1, "barCodes", `["20\u0002"]`), []string{"1 barCodes list-unshown 3 "}, false},
		{"characteristics with it", product(1, "attributes", `{"цвет":"Си\u0001ний"}`), []string{"1 attributes attributes-unshown 3 ", "1 attributes attributes-free 0 "}, false},
		{"a group for modifications in words", group(1, "hasVariants", `"true"`), []string{"1 hasVariants variants-malformed 3 true", "1 hasVariants variants-empty 0 "}, false},
		{"a group for modifications by number", group(1, "hasVariants", `0`), []string{"1 hasVariants variants-malformed 3 false"}, false},
		{"old spellings", product(1, "barcodes", `["2000000000060"]`), nil, true},
	} {
		r := build(t, Options{}, State{}, c.item)
		if diff := cmp.Diff(c.want, found(r)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if len(r.Targets) == 1 != c.sends {
			t.Errorf("%s: %d targets", c.name, len(r.Targets))
		}
		for _, f := range r.Findings {
			for _, l := range []i18n.Lang{i18n.En, i18n.Ru} {
				if f.Proposal(l) == "" || f.Wrong(l) == "" || strings.Contains(f.Wrong(l)+f.Proposal(l), "%!") {
					t.Errorf("%s in %s: %q %q", c.name, l, f.Wrong(l), f.Proposal(l))
				}
			}
		}
	}
}

// sent is the document that a target makes, without its id.
func sent(t *testing.T, target Target) string {
	t.Helper()
	doc := map[string]json.RawMessage{}
	for _, v := range target.Values {
		m, ok := memberOf(v.Field)
		if !ok {
			t.Fatal(v.Field)
		}
		raw, err := m.form.put(v.Value)
		if err != nil {
			t.Fatal(err)
		}
		doc[m.key] = raw
	}
	b, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFieldMap(t *testing.T) {
	r := build(t, Options{}, State{}, product(1, "type", `"ALCOHOL_NOT_MARKED"`, "alcoholByVolume", "5.450", "alcoholProductKindCode", "123", "tareVolume", "0.57",
		"alcoCodes", `[]`, "code", `"0006"`, "articleNumber", `"сид<1>"`, "description", `""`, "barCodes", `["2000000000060","","2000000000060",2000000000077]`,
		"parentUuid", `"`+id(2)+`"`, "quantity", "1.250"), group(2))
	want := `{"alcohol_by_volume":5.45,"alcohol_product_kind_code":123,"allow_to_sell":true,"article_number":"сид\u003c1\u003e","barcodes":["2000000000060","2000000000077"],` +
		`"code":"0006","cost_price":100.123,"measure_name":"шт","name":"Товар 1","parent_id":"` + id(2) + `","price":123.12,"quantity":1.25,"tare_volume":0.57,"tax":"VAT_18","type":"ALCOHOL_NOT_MARKED"}`
	if diff := cmp.Diff(want, sent(t, r.Targets[1])); diff != "" || len(r.Findings) > 0 {
		t.Errorf("%s\n%v", diff, found(r))
	}
}

func TestTree(t *testing.T) {
	in := func(n int) []string { return []string{"parentUuid", `"` + strings.ToUpper(id(n)) + `"`} }
	items := []string{
		product(1, in(12)...), group(12, in(11)...), group(11, in(10)...), group(10, "parentUuid", "null"), // children first
		group(20, in(21)...), group(21, in(22)...), group(22, in(20)...), product(2, in(21)...), // a circle
		group(30, in(1)...), product(3, in(30)...), // a group in a product
		product(4), product(4, "price", "1"), product(5), product(5), // doubles
	}
	r := build(t, Options{}, State{}, items...)
	want := []string{
		"14 parentUuid parent-circle 3 root", "15 parentUuid parent-circle 3 root", "16 parentUuid parent-circle 3 root",
		"2 parentUuid group-waits 4 ", "1e parentUuid parent-product 3 root", "3 parentUuid group-waits 4 ",
		"4 uuid uuid-double 3 ", "5 uuid uuid-repeated 0 ",
	}
	if diff := cmp.Diff(want, found(r)); diff != "" {
		t.Error(diff)
	}
	var order []string
	for _, s := range Steps(r, State{}, shopID, i18n.En) {
		order = append(order, s.Target.Type+" "+s.Target.ID[:8])
	}
	if diff := cmp.Diff([]string{"group 0000000a", "group-2 0000000b", "group-3 0000000c", "product 00000001", "product 00000005"}, order); diff != "" {
		t.Error(diff)
	}

	fixed := build(t, Options{Decisions: []Decision{
		{ID: id(20), Field: "parentUuid", Text: "корень"}, {ID: id(30), Field: "parentUuid", Text: id(20)}, {ID: id(4), Field: "uuid", Text: "1"},
	}}, State{}, items...)
	if fixed.Waiting() != 0 || len(fixed.Targets) != 12 {
		t.Errorf("%d wait, %d targets: %v", fixed.Waiting(), len(fixed.Targets), found(fixed))
	}
	for _, target := range fixed.Targets {
		switch target.ID {
		case id(4):
			if !strings.Contains(sent(t, target), `"price":1,`) {
				t.Errorf("the other double: %s", sent(t, target))
			}
		case id(22), id(30):
			if target.Level != 2 {
				t.Errorf("%s is on level %d", target.ID, target.Level)
			}
		}
	}
	bad := build(t, Options{Decisions: []Decision{{ID: id(20), Field: "parentUuid", Text: id(22)}}}, State{}, items...)
	if i := slices.IndexFunc(bad.Findings, func(f Finding) bool { return f.ID == id(20) }); bad.Findings[i].Trouble == nil {
		t.Error("a group was moved below itself")
	}
}

// A number names the same item in whatever order V1 gives them, and none where
// V1 holds other items by then.
func TestDoublesAreNumberedByWhatTheyHold(t *testing.T) {
	dear, cheap, other := product(4), product(4, "price", "1"), product(4, "price", "2")
	first := build(t, Options{}, State{}, dear, cheap).Findings[0]
	decided := Options{Decisions: []Decision{{ID: id(4), Field: "uuid", V1: first.V1, Text: "1"}}}
	for _, items := range [][]string{{dear, cheap}, {cheap, dear}} {
		r := build(t, decided, State{}, items...)
		if len(r.Targets) != 1 || !strings.Contains(sent(t, r.Targets[0]), `"price":1,`) {
			t.Errorf("of %v: %+v", items, r.Targets)
		}
	}
	if r := build(t, decided, State{}, dear, other); len(r.Targets) > 0 || r.Findings[0].Trouble == nil {
		t.Errorf("a decision on other items was taken: %+v", r)
	}
}

func TestModifications(t *testing.T) {
	of := func(n, parent int, attributes string) string {
		return product(n, "parentUuid", `"`+id(parent)+`"`, "attributes", attributes)
	}
	items := []string{
		group(1, "hasVariants", "true"), of(11, 1, `{"размер":"42","цвет":"Синий"}`), of(12, 1, `{"цвет":"Красный"}`),
		of(13, 1, `{}`), group(14, "parentUuid", `"`+id(1)+`"`),
	}
	first := build(t, Options{}, State{}, items...)
	want := []string{"d parentUuid plain-in-variants 3 root", "e parentUuid group-in-variants 3 root"}
	if diff := cmp.Diff(want, found(first)); diff != "" {
		t.Error(diff)
	}
	var attributes []attribute
	if err := json.Unmarshal([]byte(value(first.Targets[0], fieldAttributes)), &attributes); err != nil {
		t.Fatal(err)
	}
	if len(attributes) != 2 || attributes[0].Name != "размер" || len(attributes[1].Choices) != 2 {
		t.Errorf("%+v", attributes)
	}
	for _, a := range attributes {
		if !isUUID(a.ID) || a.ID[14] != '5' || !strings.ContainsRune("89ab", rune(a.ID[19])) {
			t.Errorf("%s is no version 5", a.ID)
		}
	}
	slices.Reverse(items)
	again := build(t, Options{}, State{}, items...)
	if a, b := value(first.Targets[0], fieldAttributes), value(again.Targets[0], fieldAttributes); a != b {
		t.Errorf("another order gives %s, not %s", b, a)
	}
	other := attribute{ID: id(77), Name: "цвет", Choices: []choice{{id(78), "Синий"}}}
	text, _ := json.Marshal([]attribute{other})
	reused := build(t, Options{}, State{Groups: map[string]Document{id(1): {"attributes": text}}}, items...)
	blue := reused.Targets[slices.IndexFunc(reused.Targets, func(t Target) bool { return t.ID == id(11) })]
	if !strings.Contains(value(blue, fieldChoices), `"`+id(77)+`":"`+id(78)+`"`) {
		t.Errorf("ids of V2 are not used: %s", value(blue, fieldChoices))
	}
}

func value(t Target, f catalog.Field) string {
	for _, v := range t.Values {
		if v.Field == f {
			return v.Value.Text()
		}
	}
	return ""
}

func TestDecisions(t *testing.T) {
	for _, c := range []struct {
		field, item, typed string
		status             Status
		want               string // "" no document
	}{
		{"tax", product(1, "tax", ""), "vat_22", Decided, `"tax":"VAT_22"`},
		{"tax", product(1, "tax", ""), "VAT_99", Waits, ""},
		{"tax", product(1, "tax", ""), "ok", Waits, ""},
		{"tax", product(1, "tax", `"VAT_25"`), "да", Decided, `"tax":"VAT_25"`},
		{"name", product(1, "name", `"Чай\u0001"`), "ok", Decided, `"name":"Чай"`},
		{"name", product(1, "name", `"Чай\u0001"`), "Чай\u0002", Waits, ""},
		{"description", product(1, "description", `"Чай\u0001"`), "Чай", Decided, `"description":"Чай"`},
		{"type", product(1, "type", ""), "ok", Decided, `"type":"NORMAL"`},
		{"type", product(1, "type", ""), "пропустить", LeftOut, ""},
		{"price", product(1, "price", "null"), "1 299,50 ₽", Decided, `"price":1299.5`},
		{"price", product(1, "price", "null"), "1,299.50", Waits, ""},
		{"price", product(1, "price", "10.999"), "+", Decided, `"price":11,`},
		{"price", product(1, "price", "-1"), "1e3", Waits, ""},
		{"quantity", product(1, "quantity", ""), "0,5", Decided, `"quantity":0.5`},
		{"allowToSell", product(1, "allowToSell", ""), "нет", Decided, `"allow_to_sell":false`},
		{"uuid", product(1, "uuid", `"x"`), "ok", Refused, ""},
	} {
		r := build(t, Options{Decisions: []Decision{{ID: strings.SplitN(strings.SplitN(c.item, `"uuid":"`, 2)[1], `"`, 2)[0], Field: c.field, Text: c.typed}}}, State{}, c.item)
		if got := r.Findings[0]; got.Status != c.status || (got.Status == Waits) != (got.Trouble != nil) {
			t.Errorf("%s %q: status %d, trouble %v", c.field, c.typed, got.Status, got.Trouble)
		}
		switch {
		case c.want == "" && len(r.Targets) > 0:
			t.Errorf("%s %q: sent", c.field, c.typed)
		case c.want != "" && (len(r.Targets) != 1 || !strings.Contains(sent(t, r.Targets[0]), c.want)):
			t.Errorf("%s %q: %+v", c.field, c.typed, r.Targets)
		}
	}
	stale := build(t, Options{Decisions: []Decision{{ID: id(1), Field: "price", V1: "10.999", Text: "ok"}}}, State{}, product(1, "price", "20.999"))
	if stale.Findings[0].Status != Waits || stale.Findings[0].Trouble == nil {
		t.Error("a decision on another value was taken")
	}
	for typed, v1 := range map[string]string{"VAT_13": `"VAT_13 "`, "дватри": `"два\u0001три"`, "а б\nв": `" а\u00a0б\r\nв"`} {
		same := build(t, Options{Decisions: []Decision{{ID: id(1), Field: "tax", V1: typed, Text: "VAT_10"}}}, State{}, product(1, "tax", v1))
		if same.Findings[0].Status != Decided {
			t.Errorf("a decision on %s was not taken, the sheet shows %q: %+v", v1, typed, same.Findings[0])
		}
	}
}

func TestStepsAreWhatV2Lacks(t *testing.T) {
	item := product(1, "barCodes", `["2","1"]`)
	r := build(t, Options{}, State{}, item)
	held := Document{}
	if err := json.Unmarshal([]byte(sent(t, r.Targets[0])), &held); err != nil {
		t.Fatal(err)
	}
	state := State{Products: map[string]Document{id(1): held}}
	held["barcodes"], held["images"], held["is_excisable"] = raw(`["1","2"]`), raw(`[{}]`), raw(`true`)
	held["quantity"] = raw("3") // sold since
	if steps := Steps(build(t, Options{}, state, item), state, shopID, i18n.En); len(steps) > 0 {
		t.Errorf("what is equal is written: %+v", steps)
	}
	held["price"] = raw("1.00")
	steps := Steps(build(t, Options{}, state, item), state, shopID, i18n.En)
	want := []plan.Step{{
		Op: plan.Update, Target: catalog.Key{Store: shopID, Type: "product", ID: id(1)}, Name: "Товар 1",
		Set: []plan.Assign{{Field: "price", Header: "Price", Kind: catalog.Money, Was: catalog.Of("1"), Want: catalog.Of("123.12")}},
	}}
	if diff := cmp.Diff(want, steps, cmp.Comparer(func(a, b catalog.Value) bool { return a == b })); diff != "" {
		t.Error(diff)
	}
}

// What was decided is put into the items that are moved, not into what V1 holds:
// a later answer of V1 is compared with that.
func TestDecisionsLeaveTheCatalog(t *testing.T) {
	body := []byte("[" + product(1, "group", "") + "," + group(2, "hasVariants", `"да"`) + "]")
	c, err := Read(body)
	if err != nil {
		t.Fatal(err)
	}
	r := Build(c, State{}, Options{Store: shopID, Decisions: []Decision{{ID: id(1), Field: "group", Text: "ok"}, {ID: id(2), Field: "hasVariants", Text: "true"}}})
	if len(r.Targets) != 2 {
		t.Fatalf("%+v", r.Findings)
	}
	again, err := Read(body)
	if err != nil || !SameButStock(c, again) {
		t.Errorf("%v, the decisions stand in the catalog as if V1 held them", err)
	}
}
