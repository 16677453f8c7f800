package evotor

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// shown gives a product as V2 shows it.
func shown(t testing.TB, s *Server, store, id string) object {
	t.Helper()
	raw, ok := s.Product(store, id)
	if !ok {
		t.Fatalf("no product %s", id)
	}
	var o object
	decode(t, raw, &o)
	return o
}

func num(o object, name string) string { n, _ := o[name].(json.Number); return n.String() }

// aPlain gives the id of a NORMAL product with stock.
func aPlain(t testing.TB, s *Server, store string) string {
	t.Helper()
	for _, id := range s.Products(store)[30:] {
		if o := shown(t, s, store, id); o.text("type") == "NORMAL" && o["attributes_choices"] == nil && o["description"] != nil {
			return id
		}
	}
	t.Fatal("no plain product")
	return ""
}

func TestAPutCarriesTheStock(t *testing.T) {
	s := newTest(t, Options{})
	store := s.Stores()[0]
	id := aPlain(t, s, store)
	path := "/stores/" + store + "/products/" + id
	read := ask(t, s, "GET", path, "").body
	before := shown(t, s, store, id)
	if err := s.Sell(store, id, 3); err != nil {
		t.Fatal(err)
	}
	sold := shown(t, s, store, id)
	if num(sold, "quantity") == num(before, "quantity") || sold["updated_at"] == before["updated_at"] {
		t.Errorf("nothing was sold: %v", sold)
	}
	if r := ask(t, s, "PATCH", path, `{"price":99.90}`); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if o := shown(t, s, store, id); num(o, "quantity") != num(sold, "quantity") || num(o, "price") != "99.9" {
		t.Errorf("PATCH of a price: %v", o)
	}
	if r := ask(t, s, "PUT", path, string(read)); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if o := shown(t, s, store, id); num(o, "quantity") != num(before, "quantity") {
		t.Errorf("a PUT of what was read before the sale leaves %v, not %v", o["quantity"], before["quantity"])
	}
	if r := ask(t, s, "PUT", path, plain()); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if o := shown(t, s, store, id); num(o, "quantity") != "0" || num(o, "cost_price") != "0" || o["description"] != nil || o["code"] != nil || o["created_at"] != before["created_at"] {
		t.Errorf("a PUT without the rest: %v", o)
	}
}

func TestPatchWritesThreeFields(t *testing.T) {
	s := newTest(t, Options{})
	store := s.Stores()[0]
	id := aPlain(t, s, store)
	before := shown(t, s, store, id)
	for body, c := range map[string]struct {
		status int
		after  map[string]string
	}{
		`{"price":1.5}`: {200, map[string]string{"price": "1.5"}},
		`{"price":1.50,"cost_price":2,"quantity":-1}`: {200, map[string]string{"price": "1.5", "cost_price": "2", "quantity": "-1"}},
		`{"price":3,"name":"Другое"}`:                 {200, map[string]string{"price": "3"}},
		`{}`:                                          {400, nil},
		`{"name":"Другое"}`:                           {400, nil},
		`{"price":null}`:                              {400, nil},
		`{"price":"3"}`:                               {400, nil},
		`{"price":-1,"quantity":5}`:                   {400, nil},
		`[{"price":1}]`:                               {400, nil},
	} {
		if err := s.Change(store, id, map[string]any{"price": 7, "cost_price": 8, "quantity": 9}); err != nil {
			t.Fatal(err)
		}
		want := shown(t, s, store, id)
		for k, v := range c.after {
			want[k] = json.Number(v)
		}
		r := ask(t, s, "PATCH", "/stores/"+store+"/products/"+id, body, "Content-Type", mediaV2)
		got := shown(t, s, store, id)
		delete(want, "updated_at")
		delete(got, "updated_at")
		if diff := cmp.Diff(want, got); r.status != c.status || diff != "" {
			t.Errorf("%s: %d %s", body, r.status, diff)
		}
	}
	if o := shown(t, s, store, id); o["name"] != before["name"] {
		t.Errorf("the name is %v", o["name"])
	}
	if r := ask(t, s, "PATCH", "/stores/"+store+"/products/"+newID, `{"price":1}`); r.status != 404 {
		t.Errorf("PATCH of nothing: %d", r.status)
	}
	group := s.Groups(store)[0]
	if r := ask(t, s, "PATCH", "/stores/"+store+"/product-groups/"+group, `{"name":"Новое","parent_id":"x"}`); r.status != 200 || !strings.Contains(string(r.body), "Новое") {
		t.Errorf("PATCH of a group: %d %s", r.status, r.body)
	}
}

func TestPostMakesANewIDEachTime(t *testing.T) {
	s := newTest(t, Options{})
	path := "/stores/" + s.Stores()[0] + "/products"
	before := len(s.Products(s.Stores()[0]))
	var ids []string
	for range 2 {
		var o object
		decode(t, ask(t, s, "POST", path, plain("id", `"`+newID+`"`)).body, &o)
		ids = append(ids, o.text("id"))
	}
	if ids[0] == ids[1] || ids[0] == newID || !isUUID(ids[0]) || len(s.Products(s.Stores()[0])) != before+2 {
		t.Errorf("ids %v", ids)
	}
}

func TestDeletion(t *testing.T) {
	s := newTest(t, Options{})
	store := s.Stores()[0]
	path, ids := "/stores/"+store+"/products", s.Products(store)
	if r := ask(t, s, "DELETE", path+"/"+ids[0], ""); r.status != 204 || len(r.body) > 0 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := ask(t, s, "DELETE", path+"?id="+strings.Join(ids[:3], ","), ""); r.status != 204 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if left := s.Products(store); len(left) != len(ids)-3 || left[0] != ids[3] {
		t.Errorf("%d of %d are left", len(left), len(ids))
	}
	if r := ask(t, s, "DELETE", path, ""); r.status != 400 || s.Catastrophes() != 1 {
		t.Errorf("without ids: %d, %d catastrophes", r.status, s.Catastrophes())
	}
}

type taskJSON struct {
	ID, Status, Type string
	Details          []map[string]any
}

func sendBulk(t testing.TB, s *Server, method, path string, elements ...string) taskJSON {
	t.Helper()
	r := ask(t, s, method, path, "["+strings.Join(elements, ",")+"]")
	if r.status != 202 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	return readTask(t, r.body)
}

func readTask(t testing.TB, body []byte) (out taskJSON) {
	t.Helper()
	decode(t, body, &out)
	return out
}

// poll asks about a task until it is over and gives the states on the way.
func poll(t testing.TB, s *Server, id string) (taskJSON, []string) {
	t.Helper()
	var states []string
	for range 20 {
		x := readTask(t, ask(t, s, "GET", "/bulks/"+id, "").body)
		if states = append(states, x.Status); x.Status != "ACCEPTED" && x.Status != "RUNNING" {
			return x, states
		}
	}
	t.Fatal("the task does not end")
	return taskJSON{}, nil
}

func withID(n int, pairs ...string) string {
	return plain(append([]string{"id", fmt.Sprintf(`"00000000-0000-4000-8000-%012d"`, n)}, pairs...)...)
}

func TestTaskIsCarriedOutLater(t *testing.T) {
	s := newTest(t, Options{})
	store := s.Stores()[0]
	path, before := "/stores/"+store+"/products", len(s.Products(store))
	x := sendBulk(t, s, "PUT", path, withID(1), withID(2), withID(3), withID(4))
	if x.Status != "ACCEPTED" || x.Details != nil || len(s.Products(store)) != before {
		t.Errorf("%+v, %d more products", x, len(s.Products(store))-before)
	}
	x, states := poll(t, s, x.ID)
	if diff := cmp.Diff([]string{"RUNNING", "COMPLETED"}, states); diff != "" {
		t.Error(diff)
	}
	if len(x.Details) != 4 || x.Details[3]["id"] != "00000000-0000-4000-8000-000000000004" || len(s.Products(store)) != before+4 {
		t.Errorf("%+v", x)
	}
	x = sendBulk(t, s, "POST", path, withID(9))
	x, _ = poll(t, s, x.ID)
	if id, _ := x.Details[0]["id"].(string); !isUUID(id) || id == "00000000-0000-4000-8000-000000000009" {
		t.Errorf("POST gave the id %v", x.Details)
	}
	var list envelopeJSON
	decode(t, ask(t, s, "GET", "/bulks", "").body, &list)
	if len(list.Items) != 2 || list.Items[0]["status"] != "COMPLETED" {
		t.Errorf("the list of tasks: %v", list)
	}
}

func TestTaskThatNobodyAsksAbout(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s := newTest(t, Options{Clock: func() time.Time { return now }})
	store := s.Stores()[0]
	before := len(s.Products(store))
	sendBulk(t, s, "PUT", "/stores/"+store+"/products", withID(1), withID(2))
	for _, want := range []int{0, 1, 2} {
		ask(t, s, "GET", "/stores", "")
		if got := len(s.Products(store)) - before; got != want {
			t.Errorf("%d carried out, want %d", got, want)
		}
		now = now.Add(time.Second)
	}
}

func TestTaskThatPartlyFails(t *testing.T) {
	s := newTest(t, Options{})
	store := s.Stores()[0]
	x := sendBulk(t, s, "PUT", "/stores/"+store+"/products",
		withID(1), withID(2, "price", "-1"), plain(), withID(3), withID(3), withID(4, "price", `"x"`), `{"id":17,"name":"x"}`, withID(5))
	x, _ = poll(t, s, x.ID)
	var got []string
	for _, d := range x.Details {
		if d["code"] == nil || d["price"] != nil {
			got = append(got, "ok")
			continue
		}
		v, _ := d["violations"].([]any)
		first, _ := v[0].(map[string]any)
		got = append(got, fmt.Sprint(d["code"], " ", first["subject"], " ", d["product_id"]))
	}
	want := []string{
		"ok", "validation_failed price 00000000-0000-4000-8000-000000000002", "validation_failed id <nil>",
		"validation_failed id 00000000-0000-4000-8000-000000000003", "validation_failed id 00000000-0000-4000-8000-000000000003",
		"invalid_format price 00000000-0000-4000-8000-000000000004", "validation_failed id <nil>", "ok",
	}
	if diff := cmp.Diff(want, got); diff != "" || x.Status != "FAILED" {
		t.Error(x.Status, diff)
	}
	if _, ok := s.Product(store, "00000000-0000-4000-8000-000000000005"); !ok {
		t.Error("what was good was not saved")
	}
}

func TestGroupsOfATaskComeInOrder(t *testing.T) {
	s := newTest(t, Options{})
	store := s.Stores()[0]
	path := "/stores/" + store + "/product-groups"
	child, parent := `{"id":"00000000-0000-4000-8000-000000000002","name":"Ребёнок","parent_id":"00000000-0000-4000-8000-000000000001"}`, `{"id":"00000000-0000-4000-8000-000000000001","name":"Родитель"}`
	x, _ := poll(t, s, sendBulk(t, s, "PUT", path, child, parent).ID)
	if x.Status != "FAILED" || x.Details[0]["code"] != "validation_failed" || x.Details[1]["name"] != "Родитель" || x.Type != "product" {
		t.Errorf("child first: %+v", x)
	}
	if x, _ = poll(t, s, sendBulk(t, s, "PUT", path, parent, child).ID); x.Status != "COMPLETED" {
		t.Errorf("parent first: %+v", x)
	}
}

func TestFaultsOfTasks(t *testing.T) {
	four := []string{withID(1), withID(2), withID(3), withID(4)}
	for name, c := range map[string]struct {
		status string
		saved  int
		states int
	}{
		"partial-bulk=2":  {"FAILED", 2, 2},
		"bulk-declined":   {"DECLINED", 0, 2},
		"bulk-half":       {"DECLINED", 2, 2},
		"bulk-slow=4":     {"COMPLETED", 4, 6},
		"bulk-no-details": {"COMPLETED", 4, 2},
		"bulk-at-once":    {"COMPLETED", 4, 1},
	} {
		s := newTest(t, Options{Faults: name + ":PUT:/stores/:x1"})
		store := s.Stores()[0]
		before := len(s.Products(store))
		first := sendBulk(t, s, "PUT", "/stores/"+store+"/products", four...)
		if at := first.Status == "COMPLETED"; at != (name == "bulk-at-once") {
			t.Errorf("%s: %+v", name, first)
		}
		x, states := poll(t, s, first.ID)
		if saved := len(s.Products(store)) - before; x.Status != c.status || saved != c.saved || len(states) != c.states {
			t.Errorf("%s: %s, %d saved, %v", name, x.Status, saved, states)
		}
		if name == "bulk-no-details" && len(x.Details[0]) > 0 {
			t.Errorf("%s: %v", name, x.Details)
		}
		if log := s.Requests(); log[0].Fault != strings.Split(name, "=")[0] {
			t.Errorf("%s: %+v", name, log[0])
		}
	}
}

func TestImages(t *testing.T) {
	s := newTest(t, Options{})
	store := s.Stores()[0]
	id := s.Products(store)[0]
	path := "/stores/" + store + "/products/" + id + "/images"
	post := func(side int) reply {
		var data, form bytes.Buffer
		if err := png.Encode(&data, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
			t.Fatal(err)
		}
		w := multipart.NewWriter(&form)
		part, err := w.CreateFormFile("datafile", "a.png")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(data.Bytes()); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return ask(t, s, "POST", path, form.String(), "Content-Type", w.FormDataContentType())
	}
	if r := post(299); r.status != 400 {
		t.Errorf("299 pixels: %d", r.status)
	}
	if r := post(300); r.status != 200 {
		t.Errorf("300 pixels: %d %s", r.status, r.body)
	}
	if r := post(300); r.status != 400 {
		t.Errorf("a second image: %d", r.status)
	}
	if r := ask(t, s, "PUT", strings.TrimSuffix(path, "/images"), plain()); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
	items, _ := all(t, s, path)
	if o := shown(t, s, store, id); len(items) != 1 || o["images"] == nil {
		t.Errorf("a PUT loses the image: %v %v", items, o)
	}
	if r := ask(t, s, "DELETE", path+"/"+items[0].text("id"), ""); r.status != 204 {
		t.Errorf("%d", r.status)
	}
	if items, _ = all(t, s, path); len(items) != 0 {
		t.Errorf("%v is left", items)
	}
}
