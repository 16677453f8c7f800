package evotor

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// plain is a product that V2 accepts; pairs replace members, "" drops one.
func plain(pairs ...string) string {
	order := []string{"name", "type", "price", "measure_name", "tax", "allow_to_sell"}
	m := map[string]string{"name": `"Сок"`, "type": `"NORMAL"`, "price": "10.5", "measure_name": `"шт"`, "tax": `"NO_VAT"`, "allow_to_sell": "true"}
	for i := 0; i < len(pairs); i += 2 {
		if _, ok := m[pairs[i]]; !ok {
			order = append(order, pairs[i])
		}
		m[pairs[i]] = pairs[i+1]
	}
	var out []string
	for _, k := range order {
		if m[k] != "" {
			out = append(out, `"`+k+`":`+m[k])
		}
	}
	return "{" + strings.Join(out, ",") + "}"
}

const newID = "01ba18b6-8707-5f47-3d9c-4db058054cb2"

func TestHeads(t *testing.T) {
	s := newTest(t, Options{})
	store := s.Stores()[0]
	v2, v1 := "/stores/"+store+"/products", basePathV1+"/stores/"+store+"/products"
	for name, c := range map[string]struct {
		method, path, body string
		header             []string
		want               int
	}{
		"V2":                           {"GET", v2, "", nil, 200},
		"V2 with charset":              {"GET", v2, "", []string{"Accept", mediaV2 + ";charset=UTF-8"}, 200},
		"V2 plain accept":              {"GET", v2, "", []string{"Accept", "application/json"}, 406},
		"V2 no accept":                 {"GET", v2, "", []string{"Accept", ""}, 406},
		"V2 wrong token":               {"GET", v2, "", []string{"Authorization", "Bearer x"}, 401},
		"V2 no scheme":                 {"GET", v2, "", []string{"Authorization", DefaultToken}, 401},
		"V2 with V1's header":          {"GET", v2, "", []string{"Authorization", "", "X-Authorization", DefaultToken}, 401},
		"V1":                           {"GET", v1, "", nil, 200},
		"V1 with V2's header":          {"GET", v1, "", []string{"X-Authorization", "", "Authorization", "Bearer " + DefaultToken}, 401},
		"V1 vendor accept":             {"GET", v1, "", []string{"Accept", mediaV2}, 406},
		"trailing slash":               {"GET", v2 + "/", "", nil, 200},
		"PUT plain JSON":               {"PUT", v2 + "/" + newID, plain(), []string{"Content-Type", "application/json"}, 415},
		"PUT vendor":                   {"PUT", v2 + "/" + newID, plain(), nil, 200},
		"PUT one as bulk":              {"PUT", v2 + "/" + newID, plain(), []string{"Content-Type", mediaBulk}, 415},
		"bulk as one":                  {"PUT", v2, "[" + plain() + "]", []string{"Content-Type", mediaV2}, 415},
		"POST array as one":            {"POST", v2, "[" + plain() + "]", []string{"Content-Type", mediaV2}, 400},
		"POST one as bulk":             {"POST", v2, plain(), []string{"Content-Type", mediaBulk}, 400},
		"gzip body":                    {"PUT", v2 + "/" + newID, plain(), []string{"Content-Encoding", "gzip"}, 415},
		"unknown path":                 {"GET", "/stores/" + store + "/receipts", "", nil, 404},
		"unknown store":                {"GET", "/stores/20200310-0000-0000-0000-000000000000/products", "", nil, 404},
		"store in lower case":          {"GET", "/stores/" + strings.ToLower(store) + "/products", "", nil, 404},
		"unknown product":              {"GET", v2 + "/" + newID[:35] + "0", "", nil, 404},
		"wrong method":                 {"PATCH", v2, "{}", nil, 405},
		"V1 PUT":                       {"PUT", v1, "[]", nil, 405},
		"unknown parameter":            {"GET", v2 + "?limit=5", "", nil, 400},
		"bad cursor":                   {"GET", v2 + "?cursor=x", "", nil, 400},
		"since with a cursor":          {"GET", v2 + "?cursor=x&since=1", "", nil, 400},
		"since as a date":              {"GET", v2 + "?since=2025-01-01", "", nil, 400},
		"syntax":                       {"PUT", v2 + "/" + newID, `{"name":`, nil, 400},
		"V1 syntax":                    {"POST", v1, `[{"uuid":`, nil, 400},
		"more than 5 MB":               {"PUT", v2 + "/" + newID, plain("description", `"`+strings.Repeat("x", 5<<20)+`"`), nil, 413},
		"more than 5 MB in V1":         {"POST", v1, `[` + strings.Repeat(" ", 6<<20) + `]`, nil, 200},
		"more than 10 MB in V1":        {"POST", v1, `[` + strings.Repeat(" ", 10<<20) + `]`, nil, 413},
		"empty bulk":                   {"PUT", v2, "[]", nil, 400},
		"bulk of 1001":                 {"PUT", v2, "[" + strings.Repeat("{},", 1000) + "{}]", nil, 400},
		"bulk of texts":                {"PUT", v2, `["a"]`, nil, 400},
		"delete without ids":           {"DELETE", v2 + "?id=", "", nil, 400},
		"delete 101":                   {"DELETE", v2 + "?id=" + strings.Repeat(newID+",", 100) + newID, "", nil, 400},
		"delete an unknown one":        {"DELETE", v2 + "?id=" + newID[:35] + "1", "", nil, 204},
		"device list":                  {"GET", "/devices", "", nil, 200},
		"unknown task":                 {"GET", "/bulks/" + newID, "", nil, 404},
		"product id of a group":        {"GET", v2 + "/" + s.Groups(store)[0], "", nil, 404},
		"group of a product":           {"GET", "/stores/" + store + "/product-groups/" + s.Products(store)[0], "", nil, 404},
		"id in path differs from body": {"PUT", v2 + "/" + newID, plain("id", `"`+newID[:35]+`0"`), nil, 400},
	} {
		if r := ask(t, s, c.method, c.path, c.body, c.header...); r.status != c.want {
			t.Errorf("%s: %d %.200s", name, r.status, r.body)
		}
	}
}

func TestProductValidation(t *testing.T) {
	s := newTest(t, Options{})
	store := s.Stores()[0]
	variants := variantGroup(t, s, store)
	for name, c := range map[string]struct{ body, code, subjects string }{
		"complete":                   {plain(), "", ""},
		"unknown key":                {plain("alcocode", `["x"]`), "", ""},
		"key of the Cloud":           {plain("store_id", `"x"`, "created_at", "null"), "", ""},
		"type to come":               {plain("type", `"HOLOGRAM_MARKED"`, "tax", `"VAT_25"`), "", ""},
		"cost of three digits":       {plain("cost_price", "100.123"), "", ""},
		"no barcodes":                {plain("barcodes", "[]"), "", ""},
		"barcode not of digits":      {plain("barcodes", `["3773-9001-046"]`), "", ""},
		"negative stock":             {plain("quantity", "-3"), "", ""},
		"drink without details":      {plain("type", `"ALCOHOL_NOT_MARKED"`), "", ""},
		"no name":                    {plain("name", ""), "validation_failed", "name"},
		"null name":                  {plain("name", "null"), "validation_failed", "name"},
		"empty name":                 {plain("name", `""`), "validation_failed", "name"},
		"long name":                  {plain("name", `"`+strings.Repeat("Ы", 161)+`"`), "validation_failed", "name"},
		"longest name":               {plain("name", `"`+strings.Repeat("Ы", 160)+`"`), "", ""},
		"nothing":                    {"{}", "validation_failed", "type name price measure_name tax allow_to_sell"},
		"null description":           {plain("description", "null"), "validation_failed", "description"},
		"price as text":              {plain("price", `"10.50"`), "invalid_format", "price"},
		"price below zero":           {plain("price", "-0.01"), "validation_failed", "price"},
		"price of three digits":      {plain("price", "1.005"), "validation_failed", "price"},
		"price too high":             {plain("price", "10000000"), "validation_failed", "price"},
		"highest price":              {plain("price", "9999999.99"), "", ""},
		"cost of four digits":        {plain("cost_price", "1.0005"), "validation_failed", "cost_price"},
		"quantity of four digits":    {plain("quantity", "1.0005"), "validation_failed", "quantity"},
		"allow as text":              {plain("allow_to_sell", `"true"`), "invalid_format", "allow_to_sell"},
		"unknown type":               {plain("type", `"normal"`), "validation_failed", "type"},
		"unknown tax":                {plain("tax", `"VAT_13"`), "validation_failed", "tax"},
		"empty measure":              {plain("measure_name", `""`), "validation_failed", "measure_name"},
		"barcodes as text":           {plain("barcodes", `"123"`), "invalid_format", "barcodes"},
		"empty barcode":              {plain("barcodes", `[""]`), "validation_failed", "barcodes"},
		"null barcode":               {plain("barcodes", `[null]`), "invalid_format", "barcodes"},
		"alcohol on NORMAL":          {plain("alcohol_by_volume", "5"), "validation_failed", "alcohol_by_volume"},
		"marked without details":     {plain("type", `"ALCOHOL_MARKED"`), "validation_failed", "alcocodes alcohol_by_volume alcohol_product_kind_code tare_volume"},
		"short alcohol code":         {plain("type", `"BEER_MARKED"`, "alcocodes", `["123"]`), "validation_failed", "alcocodes"},
		"no alcohol in alcohol":      {plain("type", `"BEER_MARKED"`, "alcohol_by_volume", "0"), "validation_failed", "alcohol_by_volume"},
		"kind not whole":             {plain("type", `"BEER_MARKED"`, "alcohol_product_kind_code", "1.5"), "invalid_format", "alcohol_product_kind_code"},
		"class code on shoes":        {plain("type", `"SHOES_MARKED"`, "classification_code", `"64"`), "validation_failed", "classification_code"},
		"parent not a UUID":          {plain("parent_id", `"x"`), "validation_failed", "parent_id"},
		"unknown parent":             {plain("parent_id", `"`+newID[:35]+`9"`), "validation_failed", "parent_id"},
		"parent is a product":        {plain("parent_id", `"`+s.Products(store)[0]+`"`), "validation_failed", "parent_id"},
		"parent is a group":          {plain("parent_id", `"`+s.Groups(store)[1]+`"`), "", ""},
		"plain among modifications":  {plain("parent_id", `"`+variants+`"`), "validation_failed", "parent_id"},
		"choice out of the group":    {plain("parent_id", `"`+variants+`"`, "attributes_choices", `{"`+newID+`":"`+newID+`"}`), "validation_failed", "attributes_choices"},
		"choice without a group":     {plain("attributes_choices", `{"`+newID+`":"`+newID+`"}`), "validation_failed", "attributes_choices"},
		"no choice without a group":  {plain("attributes_choices", `{}`), "", ""},
		"attributes of a group":      {plain("attributes", `[{}]`), "", ""},
		"several are told in one go": {plain("name", "null", "price", "-1", "tax", ""), "validation_failed", "name price tax"},
	} {
		r := ask(t, s, "PUT", "/stores/"+store+"/products/"+newID, c.body)
		code, subjects := r.problem()
		if code != c.code || subjects != c.subjects || (c.code == "") != (r.status == 200) {
			t.Errorf("%s: %d %q %q: %s", name, r.status, code, subjects, r.body)
		}
	}
	if r := ask(t, s, "PUT", "/stores/"+store+"/products/not-a-uuid", plain()); r.status != 400 {
		t.Errorf("an id that is no UUID: %d", r.status)
	}
	if r := ask(t, s, "PUT", "/stores/"+store+"/products/"+s.Groups(store)[0], plain()); r.status != 400 {
		t.Errorf("a group's id for a product: %d", r.status)
	}
}

// variantGroup gives the id of a group of modifications.
func variantGroup(t testing.TB, s *Server, store string) string {
	t.Helper()
	for _, id := range s.Groups(store) {
		raw, _ := s.Group(store, id)
		var o object
		decode(t, raw, &o)
		if o["attributes"] != nil {
			return id
		}
	}
	t.Fatal("no group of modifications")
	return ""
}

func TestGroupValidation(t *testing.T) {
	s := newTest(t, Options{})
	store := s.Stores()[0]
	groups := s.Groups(store)
	for name, c := range map[string]struct{ id, body, subjects string }{
		"name alone":            {newID, `{"name":"Группа"}`, ""},
		"no name":               {newID, `{}`, "name"},
		"in a group":            {newID, `{"name":"А","parent_id":"` + groups[2] + `"}`, ""},
		"in itself":             {groups[0], `{"name":"А","parent_id":"` + groups[0] + `"}`, "parent_id"},
		"in its child":          {groups[0], `{"name":"А","parent_id":"` + groups[3] + `"}`, "parent_id"},
		"in modifications":      {newID, `{"name":"А","parent_id":"` + variantGroup(t, s, store) + `"}`, "parent_id"},
		"of modifications":      {newID, `{"name":"А","attributes":[{"id":"` + newID + `","name":"Цвет","choices":[{"id":"` + newID[:35] + `3","name":"Синий"}]}]}`, ""},
		"the same id twice":     {newID, `{"name":"А","attributes":[{"id":"` + newID + `","name":"Цвет","choices":[{"id":"` + newID + `","name":"Синий"}]}]}`, "attributes.id"},
		"attribute without id":  {newID, `{"name":"А","attributes":[{"name":"Цвет"}]}`, "attributes.id"},
		"attributes as a map":   {newID, `{"name":"А","attributes":{}}`, "attributes"},
		"code is ignored":       {newID, `{"name":"А","code":"7"}`, ""},
		"a product's id":        {s.Products(store)[0], `{"name":"А"}`, "id"},
		"parent that is absent": {newID, `{"name":"А","parent_id":"` + newID[:35] + `8"}`, "parent_id"},
	} {
		r := ask(t, s, "PUT", "/stores/"+store+"/product-groups/"+c.id, c.body)
		if _, subjects := r.problem(); subjects != c.subjects || (c.subjects == "") != (r.status == 200) {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
}

func TestRefusalsInBothLanguages(t *testing.T) {
	s := newTest(t, Options{})
	path := "/stores/" + s.Stores()[0] + "/products/" + newID
	body := "{\n  \"name\": \"x\",\n  \"allow_to_sell\": 1}"
	r := ask(t, s, "PUT", path, body)
	want := `{"code":"invalid_format","message":"invalid value format for field","value":"line 3, column 20","violations":[{"reason":"недействительное значение","subject":"allow_to_sell"}]}`
	if string(r.body) != want {
		t.Errorf("%s", r.body)
	}
	if r := ask(t, s, "PUT", path, body, "Accept-Language", "en"); !strings.Contains(string(r.body), `"reason":"invalid value"`) {
		t.Errorf("%s", r.body)
	}
	if err := s.Fault("errors-key"); err != nil {
		t.Fatal(err)
	}
	if r := ask(t, s, "PUT", path, plain("name", "null")); !strings.Contains(string(r.body), `"errors":[{"reason":"не должно равняться null","subject":"name"}]`) {
		t.Errorf("%s", r.body)
	}
	if r := ask(t, s, "GET", basePathV1+"/stores/search", "", "X-Authorization", "x"); r.status != 401 || string(r.body) != `{"errors":[{"code":1001}]}` {
		t.Errorf("V1: %d %s", r.status, r.body)
	}
}

func TestTokenIsNeverLogged(t *testing.T) {
	s := newTest(t, Options{Token: "secret-of-the-test"})
	ask(t, s, "GET", "/stores", "", "Authorization", "Bearer secret-of-the-test")
	raw, err := json.Marshal(s.Requests())
	if err != nil || strings.Contains(string(raw), "secret") {
		t.Errorf("%v %s", err, raw)
	}
	if got := s.Requests(); len(got) != 1 || got[0].Status != 200 || got[0].API != "v2" || got[0].Method != http.MethodGet {
		t.Errorf("%+v", got)
	}
}

// TestWhatIsReadCanBeWritten: every product and group that V2 shows is accepted
// back as it is and stays equal.
func TestWhatIsReadCanBeWritten(t *testing.T) {
	s := newTest(t, Options{Products: 300})
	before := state(t, s)
	for _, store := range s.Stores() {
		for _, kind := range []string{"product-groups", "products"} {
			items, _ := all(t, s, "/stores/"+store+"/"+kind)
			for _, o := range items {
				raw, err := json.Marshal(o)
				if err != nil {
					t.Fatal(err)
				}
				if r := ask(t, s, "PUT", fmt.Sprintf("/stores/%s/%s/%s", store, kind, o["id"]), string(raw)); r.status != 200 {
					t.Fatalf("%s: %d %s", raw, r.status, r.body)
				}
			}
		}
	}
	if diff := cmp.Diff(before, state(t, s)); diff != "" {
		t.Error(diff)
	}
}
