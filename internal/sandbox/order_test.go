package sandbox

import (
	"bytes"
	"encoding/json"
	"testing"
)

// What the account begins with is in the order in which answers are.
func TestMembersStandInOneOrder(t *testing.T) {
	s := newTest(t, Options{NoLimits: true, Products: 120})
	for _, typ := range []string{"product", "service", "bundle", "variant"} {
		for _, id := range s.IDs(typ) {
			o, err := s.st.object(s.st.find(typ, id))
			if err != nil {
				t.Fatal(err)
			}
			if a, b := o.encode(nil), o.ordered(typ).encode(nil); !bytes.Equal(a, b) {
				t.Fatalf("%s has the order\n%s\nwant\n%s", typ, a, b)
			}
			if raw, ok := o.get("attributes"); ok {
				list := objects(raw)
				s.acc.inOrder(list)
				if got := encodeArray(list); string(got) != string(raw) {
					t.Fatalf("custom fields of %s:\n%s\nwant\n%s", typ, raw, got)
				}
			}
		}
	}
}

// An entity whose fields were emptied and filled again has the text that it had.
func TestWritingBackRestoresTheText(t *testing.T) {
	s := newTest(t, Options{NoLimits: true})
	for _, id := range s.IDs("product") {
		before, _ := s.Entity("product", id)
		var e map[string]json.RawMessage
		if err := json.Unmarshal(before, &e); err != nil {
			t.Fatal(err)
		}
		empty, back := map[string]any{}, map[string]any{}
		for _, name := range []string{"code", "article", "description"} {
			if raw, ok := e[name]; ok {
				empty[name], back[name] = "", raw
			}
		}
		for _, name := range []string{"supplier", "country"} {
			if raw, ok := e[name]; ok {
				empty[name], back[name] = nil, raw
			}
		}
		for _, patch := range []map[string]any{empty, back} {
			if err := s.Change("product", id, patch); err != nil {
				t.Fatal(err)
			}
		}
		after := now(t, s, "product", id)
		after.drop("updated")
		was, err := parseObject(before)
		if err != nil {
			t.Fatal(err)
		}
		was.drop("updated")
		if a, b := was.encode(nil), after.encode(nil); !bytes.Equal(a, b) {
			t.Fatalf("was\n%s\nis\n%s", a, b)
		}
	}
}
