package evotor

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"catalogsheet/internal/sandbox/fault"
)

// layout of every timestamp: the offset has no colon (API V2, Товары).
const layout = "2006-01-02T15:04:05.000-0700"

// userID is the user whom the account belongs to.
const userID = "01-000000000015463"

// item is a product, a modification or a group of one store.
type item struct {
	seq     int
	id      string // as it was given; some of V1 are no lower-case UUIDs
	group   bool
	doc     [fieldCount]string
	created time.Time
	updated time.Time
	images  []*picture
	// modern says that V2 knows the item.
	modern bool
}

// shop is one store with its items; its callers hold the server's lock.
type shop struct {
	id, name, address, code string
	created, updated        time.Time
	seq                     int
	items                   []*item          // in order of creation
	byID                    map[string]*item // by lower-case id
	extras                  []extra
}

// find gives an item by its id in whatever case.
func (s *shop) find(id string) *item { return s.byID[strings.ToLower(id)] }

func (s *shop) add(it *item) {
	s.seq++
	it.seq = s.seq
	s.items = append(s.items, it)
	s.byID[strings.ToLower(it.id)] = it
}

func (s *shop) remove(it *item) {
	delete(s.byID, strings.ToLower(it.id))
	at, ok := slices.BinarySearchFunc(s.items, it.seq, func(x *item, seq int) int { return x.seq - seq })
	if ok {
		s.items = slices.Delete(s.items, at, at+1)
	}
}

// touch moves updated_at: two changes within a millisecond are two changes.
func (it *item) touch(now time.Time) {
	now = now.UTC().Truncate(time.Millisecond)
	if !now.After(it.updated) {
		now = it.updated.Add(time.Millisecond)
	}
	it.updated = now
}

// text gives a member that is a JSON string, else "".
func (it *item) text(f field) string {
	var s string
	if it.doc[f] == "" || json.Unmarshal([]byte(it.doc[f]), &s) != nil {
		return ""
	}
	return s
}

// hasVariants tells a group of modifications.
func (it *item) hasVariants() bool {
	return it.group && (it.doc[fVariants] == "true" || it.doc[fAttributes] != "" && it.doc[fAttributes] != "[]")
}

func isNull(raw string) bool { return raw == "" || raw == "null" }

// shown tells whether V2 lists the item in that collection.
func (it *item) shown(group bool) bool { return it.modern && it.group == group }

// view is how an answer of V2 shows items.
type view struct {
	list     bool // a row of a list
	poor     bool // rows lack what belongs to alcohol
	noStock  bool // the application has no right to see the stock
	noImages bool
}

func (s *Server) view(list bool) view {
	return view{list: list, poor: s.bad.On("poor-list"), noStock: s.bad.On("no-stock-right"), noImages: s.bad.On("no-image-right")}
}

func (v view) hides(f field) bool {
	switch f {
	case fQuantity:
		return v.noStock
	case fAlcocodes, fStrength, fAlcoKind, fTare:
		return v.list && v.poor
	}
	return false
}

// appendV2 writes an item as V2 shows it: without nulls, numbers as they were
// written.
func (s *shop) appendV2(dst []byte, it *item, v view) []byte {
	dst = append(dst, `{"id":`...)
	dst = append(dst, quote(strings.ToLower(it.id))...)
	for i, m := range meanings {
		in := m.product && !it.group || m.group && it.group
		if raw := it.doc[i]; in && !isNull(raw) && !v.hides(field(i)) {
			dst = append(dst, `,"`+m.v2+`":`+raw...)
		}
	}
	dst = append(dst, `,"store_id":"`+s.id+`","user_id":"`+userID+`","created_at":"`...)
	dst = it.created.AppendFormat(dst, layout)
	dst = append(dst, `","updated_at":"`...)
	dst = it.updated.AppendFormat(dst, layout)
	dst = append(dst, '"')
	if len(it.images) > 0 && !v.noImages {
		dst = append(dst, `,"images":[`...)
		for i, img := range it.images {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = s.appendImage(dst, it, img)
		}
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

// appendV1 writes an item as V1 shows it: what is wrong stays as it is.
func (s *shop) appendV1(dst []byte, it *item) []byte {
	dst = append(dst, `{"uuid":`...)
	dst = append(dst, quote(it.id)...)
	dst = append(dst, fmt.Sprintf(`,"group":%t`, it.group)...)
	for i, m := range meanings {
		raw := it.doc[i]
		switch {
		case m.v1 == "" || it.group && field(i) == fBarcodes:
			continue
		case field(i) == fVariants && it.hasVariants():
			raw = "true"
		case field(i) == fFree && raw == "":
			raw = s.freeAttributes(it)
		}
		if raw != "" {
			dst = append(dst, `,"`+m.v1+`":`+raw...)
		}
	}
	return append(dst, '}')
}

// attribute is a characteristic of the modifications in a group (API V2,
// Модификации товаров).
type attribute struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Choices []choice `json:"choices"`
}

type choice struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (it *item) attributes() []attribute {
	var list []attribute
	if it.doc[fAttributes] == "" || json.Unmarshal([]byte(it.doc[fAttributes]), &list) != nil {
		return nil
	}
	return list
}

// freeAttributes gives the choices of a modification as V1 has them: names.
func (s *shop) freeAttributes(it *item) string {
	var chosen map[string]string
	parent := s.find(it.text(fParent))
	if parent == nil || it.doc[fChoices] == "" || json.Unmarshal([]byte(it.doc[fChoices]), &chosen) != nil {
		return ""
	}
	var pairs []string
	for _, a := range parent.attributes() {
		for _, c := range a.Choices {
			if chosen[a.ID] == c.ID {
				pairs = append(pairs, string(quote(a.Name))+":"+string(quote(c.Name)))
			}
		}
	}
	if len(pairs) == 0 {
		return ""
	}
	return "{" + strings.Join(pairs, ",") + "}"
}

// quote writes a JSON string without the HTML escapes of encoding/json.
func quote(s string) json.RawMessage {
	if isPlain(s) {
		return json.RawMessage(`"` + s + `"`)
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return json.RawMessage(`""`)
	}
	return json.RawMessage(strings.TrimSuffix(b.String(), "\n"))
}

// isPlain tells that a text needs no escapes: almost all do not.
func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' {
			return false
		}
	}
	return utf8.ValidString(s)
}

// uuid makes the id of a name: equal names, equal ids. It reads as a random
// one.
func uuid(seed int64, parts ...string) string {
	a := fault.Hash(seed, append([]string{"a"}, parts...)...)
	b := fault.Hash(seed, append([]string{"b"}, parts...)...)
	return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>48&0x3fff|0x8000, b&0xffffffffffff)
}

func isLowerHex(s string) bool {
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// isUUID tells a lower-case UUID. Its version is not looked at: examples of the
// documents have none.
func isUUID(s string) bool {
	p := strings.Split(s, "-")
	if len(p) != 5 {
		return false
	}
	for i, n := range []int{8, 4, 4, 4, 12} {
		if len(p[i]) != n || !isLowerHex(p[i]) {
			return false
		}
	}
	return true
}
