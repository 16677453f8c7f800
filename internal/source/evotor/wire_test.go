package evotor

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/rest"
	"catalogsheet/internal/source"

	"github.com/google/go-cmp/cmp"
)

func TestWaitsInEveryFormMet(t *testing.T) {
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name   string
		status int
		header map[string]string
		want   time.Duration
	}{
		{"seconds left", 429, map[string]string{"X-RateLimit-Reset": "7"}, 7 * time.Second},
		{"a part of a second", 429, map[string]string{"X-RateLimit-Reset": "1.5"}, 2 * time.Second},
		{"a whole second spelled with a part", 503, map[string]string{"Retry-After": "2.0"}, 2 * time.Second},
		{"a time in seconds", 429, map[string]string{"X-RateLimit-Reset": "1795255209"}, 9 * time.Second},
		{"a time in milliseconds", 429, map[string]string{"X-RateLimit-Reset": "1795255202500"}, 2500 * time.Millisecond},
		{"a time that has passed", 429, map[string]string{"X-RateLimit-Reset": "1795255100"}, 0},
		{"Retry-After wins", 429, map[string]string{"Retry-After": "3", "X-RateLimit-Reset": "7"}, 3 * time.Second},
		{"Retry-After as a date", 503, map[string]string{"Retry-After": "Sat, 21 Nov 2026 10:00:04 GMT"}, 4 * time.Second},
		{"half an hour is capped", 429, map[string]string{"Retry-After": "1800"}, longestWait},
		{"nothing said", 429, nil, 0},
		{"the last of an interval", 200, map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "2"}, 2 * time.Second},
		{"some left", 200, map[string]string{"X-RateLimit-Remaining": "5", "X-RateLimit-Reset": "2"}, 0},
		{"not a number", 200, map[string]string{"X-RateLimit-Remaining": "many"}, 0},
	} {
		h := http.Header{}
		for k, v := range c.header {
			h.Set(k, v)
		}
		if got := pace(rest.Answer{Status: c.status, Header: h}, now).Pause; got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestTimesAreShownInMoscow(t *testing.T) {
	for text, want := range map[string]string{
		"2018-09-11T16:18:35.397+0000":  "2018-09-11 19:18:35.397",
		"2018-01-01T00:00:00.000Z":      "2018-01-01 03:00:00",
		"2018-09-11T19:18:35+0300":      "2018-09-11 19:18:35",
		"2018-09-11T19:18:35.5+03:00":   "2018-09-11 19:18:35.5",
		"no time":                       "no time",
		"2018-09-11T21:59:59.999+0000":  "2018-09-12 00:59:59.999",
		"2018-09-11T21:59:59.999+00:00": "2018-09-12 00:59:59.999",
	} {
		if got := shownTime(text); got != want {
			t.Errorf("%s is shown as %s, want %s", text, got, want)
		}
	}
}

func TestErrorsInEveryFormMet(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       []rest.APIError
	}{
		{"a validation", `{"code":"validation_failed","message":"validation failed for specified payload","violations":[{"reason":"размер от 0 до 160","subject":"name"},{"reason":"must not be null","subject":"tax"}]}`,
			[]rest.APIError{{Code: "validation_failed", Message: "name: размер от 0 до 160", Parameter: "name"}, {Code: "validation_failed", Message: "tax: must not be null", Parameter: "tax"}}},
		{"under errors", `{"code":"x","errors":[{"reason":"r","subject":"s"}]}`, []rest.APIError{{Code: "x", Message: "s: r", Parameter: "s"}}},
		{"of V1", `{"errors":[{"code":2003,"reason":"incorrect","subject":"deviceUuid","value":"null"}]}`,
			[]rest.APIError{{Code: "2003", Message: "deviceUuid: incorrect (null)", Parameter: "deviceUuid"}}},
		{"without violations", `{"code":"not_found","message":"no such store"}`, []rest.APIError{{Code: "not_found", Message: "no such store"}}},
		{"empty", `{}`, nil},
		{"no JSON", `<html>`, nil},
		{"nothing", ``, nil},
	} {
		if diff := cmp.Diff(c.want, parseErrors(400, []byte(c.body))); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
	}
}

func docs(ids ...string) []source.Doc {
	list := make([]source.Doc, len(ids))
	for i, id := range ids {
		list[i].Fields = fields{"id": json.RawMessage(`"` + id + `"`)}
	}
	return list
}

// TestDetailsAreMatchedByID: products and errors come mixed, in any order and
// not all of them.
func TestDetailsAreMatchedByID(t *testing.T) {
	refusal := func(id string) string {
		return `{"message":"validation failed","code":"validation_failed","product_id":"` + id + `","violations":[{"reason":"must not be null","subject":"name"}]}`
	}
	ok, no := Answer{State: plan.Applied}, Answer{State: plan.Rejected, Code: "validation_failed", Message: "name: must not be null"}
	for _, c := range []struct {
		name, body string
		want       []Answer
	}{
		{"all done", `{"status":"COMPLETED","details":[{},{},{}]}`, []Answer{ok, ok, ok}},
		{"no details", `{"status":"COMPLETED"}`, []Answer{ok, ok, ok}},
		{"another order", `{"status":"FAILED","details":[` + refusal("C") + `,{"id":"a","code":"42","name":"x"}]}`, []Answer{ok, ok, no}},
		{"a product has a code too", `{"status":"COMPLETED","details":[{"id":"b","code":"7"}]}`, []Answer{ok, ok, ok}},
		{"by place only where as many", `{"status":"FAILED","details":[{},` + strings.Replace(refusal(""), `"product_id":"",`, "", 1) + `,{}]}`, []Answer{ok, no, ok}},
		{"a stranger", `{"status":"FAILED","details":[` + refusal("z") + `]}`, []Answer{ok, ok, ok}},
		{"declined", `{"status":"DECLINED"}`, []Answer{{State: plan.Rejected, Code: "DECLINED"}, {State: plan.Rejected, Code: "DECLINED"}, {State: plan.Rejected, Code: "DECLINED"}}},
	} {
		var task wireTask
		if err := json.Unmarshal([]byte(c.body), &task); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, task.answers(docs("a", "b", "c"))); diff != "" {
			t.Errorf("%s:\n%s", c.name, diff)
		}
	}
}

func TestChunksAreCutByNumberAndBytes(t *testing.T) {
	many := docs()
	for range maxBulk + 5 {
		many = append(many, docs("a")...)
	}
	if _, n, err := chunk(many); n != maxBulk || err != nil {
		t.Errorf("%d documents in one request, %v", n, err)
	}
	large := docs("a", "b", "c")
	for i := range large {
		large[i].Fields["description"] = json.RawMessage(`"` + strings.Repeat("x", maxBody*2/5) + `"`)
	}
	body, n, err := chunk(large)
	if n != 2 || len(body) > maxBody || err != nil || !json.Valid(body) {
		t.Errorf("%d documents, %d bytes, %v", n, len(body), err)
	}
	large[0].Fields["description"] = json.RawMessage(`"` + strings.Repeat("x", maxBody) + `"`)
	if _, n, err := chunk(large); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if _, _, err := chunk([]source.Doc{{Fields: fields{}}}); err == nil {
		t.Error("a document without id would be made anew")
	}
}

// TestBodiesHoldWhatTheServerGaveAndNothingItWrites: empty fields stay away,
// unknown ones stay as they are, a cleared list goes empty.
func TestBodiesHoldWhatTheServerGaveAndNothingItWrites(t *testing.T) {
	d := source.Doc{Fields: fields{}}
	if err := json.Unmarshal([]byte(`{"id":"a","name":"<б>","measure_name":"","price":1.10,"description":"","code":null,"barcodes":[],"alcocodes":[],
		"attributes_choices":{},"unknown":{"x": [1.0]},"store_id":"s","user_id":"u","created_at":"t","updated_at":"t","images":[{}],"quantity_in_package":3}`), &d.Fields); err != nil {
		t.Fatal(err)
	}
	raw, err := spell(body(d, "barcodes"))
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"barcodes":[],"id":"a","measure_name":"","name":"<б>","price":1.10,"unknown":{"x":[1.0]}}`; string(raw) != want {
		t.Errorf("sent %s\nwant %s", raw, want)
	}
}

func TestGroupsThatGoInCirclesHavePaths(t *testing.T) {
	tr := newTree([]group{
		{id: "a", name: "А", parent: "b"}, {id: "b", name: "Б", parent: "a"}, {id: "c", name: "В", parent: "gone"},
		{id: "d", name: "Г", parent: "c", variants: true}, {id: "e", name: "В"},
	})
	if diff := cmp.Diff(map[string]string{"a": "Б/А", "b": "А/Б", "c": "В", "d": "В/Г", "e": "В"}, tr.paths); diff != "" {
		t.Error(diff)
	}
	if !tr.within("d", "c") || tr.within("c", "d") || tr.within("a", "c") {
		t.Error("what is below what")
	}
	if _, err := tr.find("В"); err == nil {
		t.Error("of two groups with one path one was taken")
	}
	if g, err := tr.find("E"); err != nil || g.id != "e" {
		t.Errorf("by id: %v, %v", g, err)
	}
}

// A catalog of V1 that was written before schemas were checked is shown as far
// as it can be read.
func TestGroupsInEveryFormMet(t *testing.T) {
	for _, c := range []struct {
		api, body string
		want      group
	}{
		{apiV2, `{"id":"A","name":"Чай","parent_id":"B","attributes":[{"id":"1"}]}`, group{id: "a", name: "Чай", parent: "b", wire: "A", variants: true}},
		{apiV2, `{"id":"a","name":"Чай","parent_id":null,"attributes":[]}`, group{id: "a", name: "Чай", wire: "a"}},
		{apiV1, `{"uuid":"a","name":"Чай","parentUuid":"b","hasVariants":true}`, group{id: "a", name: "Чай", parent: "b", wire: "a", variants: true}},
		{apiV1, `{"uuid":"a","name":"Чай","attributes":{}}`, group{id: "a", name: "Чай", wire: "a"}},
		{apiV1, `{"uuid":"a","name":"Чай","attributes":{"Цвет":"белый"},"hasVariants":null}`, group{id: "a", name: "Чай", wire: "a"}},
		{apiV1, `{"uuid":"a","name":5,"parentUuid":7,"hasVariants":"true"}`, group{id: "a", name: "5", parent: "7", wire: "a", variants: true}},
	} {
		var f fields
		if err := json.Unmarshal([]byte(c.body), &f); err != nil {
			t.Fatal(err)
		}
		if c.api == apiV1 {
			f = asV2(f)
		}
		if got := groupOf(f, c.api); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.body, got, c.want)
		}
	}
}

func product(t *testing.T, body string) source.Doc {
	t.Helper()
	var f fields
	if err := json.Unmarshal([]byte(body), &f); err != nil {
		t.Fatal(err)
	}
	d, err := document("S", f)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// twins are two stores of one name, with a group for each kind.
func twins() *refs {
	return &refs{stores: []catalog.Entry{{ID: "S", Name: "Один"}, {ID: "S2", Name: "один"}}, trees: map[string]*tree{"S": newTree([]group{
		{id: "g1", wire: "G1", name: "Чай"}, {id: "g2", wire: "g2", name: "Одежда", variants: true},
	})}}
}

func TestOddDocuments(t *testing.T) {
	r := twins()
	for _, c := range []struct {
		name, body string
		field      catalog.Field
		has        catalog.Value
		set        string // "" for none
		want       string // JSON of the field, or the refusal
	}{
		{"three decimals stay", `{"cost_price":100.123}`, fieldCostPrice, catalog.Of("100.123"), "", ""},
		{"an exponent is a number", `{"price":1E2}`, fieldPrice, catalog.Of("100.00"), "129.90", "129.9"},
		{"a number as text", `{"quantity":"1.230"}`, fieldQuantity, catalog.Of("1.23"), "2", "2"},
		{"no right to see stock", `{}`, fieldQuantity, catalog.Value{}, "", ""},
		{"no stock is zero", `{"quantity":0}`, fieldQuantity, catalog.Of("0"), "-3.5", "-3.5"},
		{"stock of a service", `{"type":"SERVICE"}`, fieldQuantity, catalog.Value{}, "1", "can only be read"},
		{"no cost price yet", `{}`, fieldCostPrice, catalog.Blank(), "1.00", "1"},
		{"a code with zeros", `{"code":"0012"}`, catalog.FieldCode, catalog.Of("0012"), "0013", `"0013"`},
		{"a code as a number", `{"code":12}`, catalog.FieldCode, catalog.Of("12"), "", ""},
		{"an empty code", `{"code":""}`, catalog.FieldCode, catalog.Blank(), "x", `"x"`},
		{"barcodes", `{"barcodes":["0012","", "34"]}`, catalog.FieldBarcodes, catalog.Of("0012\n34"), "5", `["5"]`},
		{"a tax to come", `{"tax":"VAT_99"}`, fieldTax, catalog.Of("VAT_99"), "VAT_101", `"VAT_101"`},
		{"alcohol of a plain product", `{"alcohol_by_volume":5}`, fieldAlcohol, catalog.Of("5"), "6", "can only be read"},
		{"alcohol not given", `{"type":"BEER_MARKED"}`, fieldAlcohol, catalog.Blank(), "4.5", "4.5"},
		{"a group's id as it was given", `{}`, fieldGroup, catalog.Blank(), "Чай", `"G1"`},
		{"a group that is gone", `{"parent_id":"zz"}`, fieldGroup, catalog.Of("zz"), "Чай", `"G1"`},
		{"a group of modifications", `{}`, fieldGroup, catalog.Blank(), "Одежда", "modifications only"},
		{"a modification", `{"parent_id":"g2","attributes_choices":{"a":"b"}}`, fieldGroup, catalog.Of("Одежда"), "Чай", "cannot be moved"},
		{"an unknown group", `{}`, fieldGroup, catalog.Blank(), "Чяй", "did you mean"},
		{"a picture", `{"images":[{"url":"https://e/1.png"}]}`, fieldImage, catalog.Of("https://e/1.png"), "", ""},
		{"no right to see pictures", `{}`, fieldImage, catalog.Value{}, "", ""},
		{"stores with one name", `{}`, catalog.FieldStore, catalog.Of("Один (S)"), "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := product(t, `{"id":"a","type":"NORMAL"}`)
			if err := json.Unmarshal([]byte(c.body), &d.Fields); err != nil {
				t.Fatal(err)
			}
			d.Key.Type = plainText(d.Fields["type"])
			b, _ := line(c.field)
			if v := b.get(r, d); v != c.has {
				t.Errorf("holds %v, want %v", v, c.has)
			}
			if c.set != "" {
				becomes(t, r, b, d, c.set, c.want)
			}
		})
	}
}

// becomes sets a field: want is the JSON that it then is, or what the refusal
// says.
func becomes(t *testing.T, r *refs, b bind, d source.Doc, value, want string) {
	t.Helper()
	err := b.change(r, d, catalog.Of(value))
	if got := string(d.Fields[b.key]); err == nil && got != want {
		t.Errorf("became %s, want %s", got, want)
	}
	if err != nil && !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestWhatMayNotBeEmptied(t *testing.T) {
	d := product(t, `{"id":"a","type":"NORMAL","name":"x","quantity":1,"price":5,"barcodes":["1"],"description":"d"}`)
	for field, want := range map[catalog.Field]string{
		catalog.FieldName: "!", fieldQuantity: "!", fieldTax: "!", fieldAllowToSell: "!",
		fieldPrice: "0", catalog.FieldBarcodes: "[]", fieldDescription: "",
	} {
		b, _ := line(field)
		c := d.Clone()
		err := b.change(&refs{}, c, catalog.Blank())
		if got := string(c.Fields[b.key]); want == "!" && err == nil && field != fieldTax && field != fieldAllowToSell || want != "!" && (err != nil || got != want) {
			t.Errorf("%s emptied: %q, %v", field, got, err)
		}
	}
}

// TestViolationsOfV1AreErrors: V1 says 200 and means no.
func TestViolationsOfV1AreErrors(t *testing.T) {
	for count, want := range map[string]bool{"": false, "0": false, "2": true} {
		h := http.Header{}
		h.Set("X-Products-Violations-Count", count)
		h.Set("X-Products-Violations", "[]")
		err := violated(&rest.Response{Status: 200, Header: h})
		if v, ok := errors.AsType[*Violations](err); ok != want || ok && (v.Count != count || !strings.Contains(i18n.Describe(i18n.Ru, err), "не принял")) {
			t.Errorf("%q: %v", count, err)
		}
	}
}

func FuzzAnswers(f *testing.F) {
	for _, s := range []string{
		`{"items":[{"id":"a","type":"NORMAL","price":1E2}],"paging":{"next_cursor":"c"}}`, `[{"uuid":"a"}]`, `{"items":null}`,
		`{"id":"t","status":"FAILED","details":[{"message":"m","product_id":"a"}]}`, `{"code":1,"violations":[{"reason":"r"}]}`, ``,
		`{"items":[{"id":"a","images":[{"url":1}],"barcodes":"x","parent_id":5,"attributes_choices":[]}]}`,
	} {
		f.Add([]byte(s))
	}
	r := &refs{}
	f.Fuzz(func(t *testing.T, answer []byte) {
		_ = parseErrors(400, answer)
		var task wireTask
		if json.Unmarshal(answer, &task) == nil && len(task.answers(docs("a", "b"))) != 2 {
			t.Error("not one answer per document")
		}
		p, err := decodePage(answer)
		if err != nil {
			return
		}
		for _, o := range p.Items {
			d, err := document("S", asV2(o))
			if err != nil {
				continue
			}
			for _, b := range table() {
				v := b.get(r, d)
				if b.put == nil || v.Absent() || !b.on(d.Key.Type) {
					continue
				}
				before, _ := json.Marshal(d.Fields)
				if err := b.change(r, d, v); err != nil {
					t.Fatalf("%s: set to what it is: %v", b.Field, err)
				}
				if after, _ := json.Marshal(d.Fields); string(after) != string(before) {
					t.Fatalf("%s: setting it to what it is changed the document", b.Field)
				}
			}
		}
	})
}

// An item without an id is told by what people know it by, with what to do.
func TestItemWithoutIDIsNamed(t *testing.T) {
	for _, c := range []struct{ item, en, ru string }{
		{`{"name":"Чай","code":"00042"}`, `item 2 of the list has no uuid (name: "Чай", code: "00042")`, `у позиции 2 в списке нет uuid (наименование: "Чай", код: "00042")`},
		{`{"uuid":null,"name":"Чай"}`, `(name: "Чай", code: ∅)`, "удалите её или создайте заново"},
		{`{"uuid":"","group":true}`, "delete it or make it anew", "(наименование: ∅, код: ∅)"},
	} {
		p, err := decodePage([]byte(`[{"uuid":"a","name":"Сахар"},` + c.item + `]`))
		if err != nil {
			t.Fatal(err)
		}
		for i := range p.Items {
			p.Items[i] = asV2(p.Items[i])
		}
		err = once(p.Items, map[string]bool{}, func(fields) error { return nil })
		if en, ru := i18n.Describe(i18n.En, err), i18n.Describe(i18n.Ru, err); !strings.Contains(en, c.en) || !strings.Contains(ru, c.ru) {
			t.Errorf("%s: %s; %s", c.item, en, ru)
		}
	}
}
