package migration

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/money"

	"github.com/shopspring/decimal"
)

type raw = json.RawMessage

// Item is one object of V1's answer: Evotor API V1, definitions, product.
type Item struct {
	Index  int
	UUID   string // as V1 spells it, "" where there is none
	Fields map[string]raw
}

// Catalog is everything that V1 holds of a store, in its order.
type Catalog struct{ Items []Item }

// Read reads the answer of V1: Evotor API V1, paths, GET
// /stores/{storeUuid}/products. Groups and products come in one array. Anything
// else is an error: a part would be taken for the whole.
func Read(body []byte) (*Catalog, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	open, err := d.Token()
	if err != nil || open != json.Delim('[') {
		return nil, i18n.Errorf(i18n.T("the answer of Evotor's API V1 is not a list of products", "ответ API V1 Эвотора — не список товаров"))
	}
	c := &Catalog{}
	for d.More() {
		var fields map[string]raw
		if err := d.Decode(&fields); err != nil {
			return nil, i18n.Errorf(i18n.T("item %d of the answer of Evotor's API V1 cannot be read: %v",
				"элемент %d в ответе API V1 Эвотора не читается: %v"), len(c.Items)+1, err)
		}
		it := Item{Index: len(c.Items), Fields: spelled(fields)}
		it.UUID, _ = text(it.Fields["uuid"])
		c.Items = append(c.Items, it)
	}
	if _, err := d.Token(); err != nil {
		return nil, cut(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, cut(err)
	}
	return c, nil
}

func cut(err error) error {
	return i18n.Errorf(i18n.T("the answer of Evotor's API V1 is damaged (%v): try again", "ответ API V1 Эвотора повреждён (%v): повторите попытку"), err)
}

// oldNames were V1's own spellings before 2018: Evotor API V1, release notes.
var oldNames = [...][2]string{{"barcodes", "barCodes"}, {"alcocodes", "alcoCodes"}}

func spelled(fields map[string]raw) map[string]raw {
	for _, n := range oldNames {
		if _, ok := fields[n[1]]; !ok {
			if v, ok := fields[n[0]]; ok {
				fields[n[1]] = v
			}
		}
		delete(fields, n[0])
	}
	return fields
}

// Name is the item's name, "" where it has none.
func (i Item) Name() string {
	s, _ := text(i.Fields["name"])
	return s
}

// Signs of what V1 holds where that is no value.
const (
	shownAbsent = "∅"
	shownEmpty  = `""`
)

// Shown spells what V1 holds in a field: the text or number itself, null, "" in
// quotes for an empty text, ∅ for a field that is not there, else compact JSON.
func (i Item) Shown(field string) string {
	v, ok := i.Fields[field]
	if !ok {
		return shownAbsent
	}
	if s, isText := text(v); isText {
		if s == "" {
			return shownEmpty
		}
		return short(s)
	}
	var b bytes.Buffer
	if json.Compact(&b, v) != nil {
		return short(string(v))
	}
	return short(b.String())
}

// shownLimit is how many characters of a value are shown.
const shownLimit = 1000

func short(s string) string {
	if len(s) <= shownLimit {
		return s
	}
	if r := []rune(s); len(r) > shownLimit {
		return string(r[:shownLimit]) + "…"
	}
	return s
}

// missing says that a field is not there or null.
func (i Item) missing(field string) bool {
	v, ok := i.Fields[field]
	return !ok || isNull(v)
}

func isNull(v raw) bool { return len(v) == 0 || string(v) == "null" }

// blank says that a field holds nothing: not there, null, "", [], {} or 0.
func (i Item) blank(field string) bool {
	v := i.Fields[field]
	if isNull(v) {
		return true
	}
	if d, ok := number(v); ok {
		return d.IsZero()
	}
	s := strings.Join(strings.Fields(string(v)), "")
	return s == `""` || s == "[]" || s == "{}"
}

func text(v raw) (string, bool) {
	if len(v) == 0 || v[0] != '"' {
		return "", false
	}
	var s string
	if json.Unmarshal(v, &s) != nil {
		return "", false
	}
	return s, true
}

// number reads a JSON number, or a text that is one and nothing else.
func number(v raw) (decimal.Decimal, bool) {
	s := string(v)
	if t, ok := text(v); ok {
		s = t
	}
	if s == "" || !strings.ContainsRune("-0123456789", rune(s[0])) {
		return decimal.Decimal{}, false
	}
	d, err := money.Parse(s)
	return d, err == nil
}

func flag(v raw) (value, ok bool) {
	switch string(v) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	return false, false
}

// texts reads a list of texts without empty and repeated ones; whole numbers
// count as their digits.
func texts(v raw) ([]string, bool) {
	if isNull(v) {
		return nil, true
	}
	var list []raw
	if json.Unmarshal(v, &list) != nil {
		return nil, false
	}
	var out []string
	seen := map[string]bool{}
	for _, e := range list {
		s, ok := text(e)
		switch {
		case ok, isNull(e):
		case isDigits(string(e)):
			s = string(e)
		default:
			return nil, false
		}
		if s = strings.TrimSpace(s); s != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out, true
}

// attributes reads the characteristics of a modification: name to value.
func attributes(v raw) (map[string]string, bool) {
	if isNull(v) {
		return nil, true
	}
	var m map[string]raw
	if json.Unmarshal(v, &m) != nil {
		return nil, false
	}
	out := map[string]string{}
	for name, e := range m {
		s, ok := text(e)
		if !ok {
			if isNull(e) || e[0] == '{' || e[0] == '[' {
				return nil, false
			}
			s = string(e)
		}
		if name == "" || s == "" {
			return nil, false
		}
		out[name] = s
	}
	return out, true
}
