package migration

import (
	"cmp"
	"crypto/sha1"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"catalogsheet/internal/catalog"
)

// attribute is one characteristic of a group of modifications: Evotor REST
// API, Модификации товара. Its ids are the client's.
type attribute struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Choices []choice `json:"choices"`
}

type choice struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Limits of a group of modifications: Evotor REST API, Группы товаров.
const (
	maxAttributes = 200
	maxChoices    = 500
)

// variants settles groups of modifications: only modifications may lie in them,
// and their characteristics get ids.
func (b *builder) variants() {
	for _, n := range b.all {
		n.choices = b.characteristics(n)
	}
	for _, n := range b.all {
		b.variantsFlag(n)
	}
	for _, n := range b.all {
		parent := b.nodes[n.parent]
		if parent == nil || !parent.hasVariants() || n.kind != KindGroup && len(n.choices) > 0 {
			continue
		}
		// Where the group itself lies is the nearest place.
		f := Finding{Field: "parentUuid", Code: "plain-in-variants", Args: []any{parent.Name()}, Value: cmp.Or(parent.parent, valueRoot), Status: Waits}
		if n.kind == KindGroup {
			f.Code = "group-in-variants"
		}
		if to, ok := b.find(n, f, b.acceptParent(n)); ok {
			n.parent = to
		}
	}
	for _, n := range b.all {
		if n.hasVariants() {
			b.attributes(n)
		}
	}
	for _, n := range b.all {
		b.choose(n)
	}
}

// variantsFlag asks about a group for modifications that V1 does not mark by a
// plain true or false. What lies in it is looked at as if it was as proposed.
func (b *builder) variantsFlag(n *node) {
	if _, known := flag(n.Fields["hasVariants"]); known || n.missing("hasVariants") || n.kind != KindGroup {
		return
	}
	holds := slices.ContainsFunc(b.all, func(m *node) bool { return m.parent == n.id && len(m.choices) > 0 })
	said, _ := text(n.Fields["hasVariants"])
	likely := holds || flagWords[strings.ToLower(said)] == "true"
	f := Finding{Field: "hasVariants", Code: "variants-malformed", Value: strconv.FormatBool(likely), Status: Waits}
	value, ok := b.find(n, f, acceptFlag)
	if !ok {
		value = f.Value
	}
	n.take("hasVariants", value)
}

func (n *node) hasVariants() bool {
	has, _ := flag(n.Fields["hasVariants"])
	return has && n.kind == KindGroup
}

// characteristics reads name and value of a product's characteristics.
func (b *builder) characteristics(n *node) map[string]string {
	if n.kind == KindGroup || n.blank("attributes") {
		return nil
	}
	m, ok := attributes(n.Fields["attributes"])
	if !ok {
		b.find(n, Finding{Field: "attributes", Code: "attributes-malformed", Status: Waits}, nil)
	}
	for _, name := range keys(m) {
		if _, signs := shownOnly(name + m[name]); signs != "" {
			b.find(n, Finding{Field: "attributes", Code: "attributes-unshown", Args: []any{signs}, Status: Waits}, nil)
			break
		}
	}
	return m
}

// attributes collects the characteristics of a group from its modifications.
// What V2 has of them keeps its ids, everything else gets ids that are the same
// in every run.
func (b *builder) attributes(n *node) {
	list := attributesOf(b.two.Groups[n.id])
	for _, child := range b.all {
		if child.parent != n.id || child.kind == KindGroup {
			continue
		}
		for _, name := range keys(child.choices) {
			list = b.add(list, n.id, name, child.choices[name])
		}
	}
	tooMany := len(list) > maxAttributes
	for _, a := range list {
		tooMany = tooMany || len(a.Choices) > maxChoices
	}
	if tooMany {
		b.find(n, Finding{Field: "attributes", Code: "attributes-many", Status: Waits}, nil)
	}
	if len(list) == 0 {
		b.find(n, Finding{Field: "hasVariants", Code: "variants-empty", Status: Noted}, nil)
		return
	}
	n.choicesOf = list
	n.set(fieldAttributes, attributesValue(list))
}

func (b *builder) add(list []attribute, group, name, value string) []attribute {
	at := slices.IndexFunc(list, func(a attribute) bool { return a.Name == name })
	if at < 0 {
		list = append(list, attribute{ID: deterministic(b.o.Store, group, name), Name: name})
		at = len(list) - 1
	}
	a := &list[at]
	if !slices.ContainsFunc(a.Choices, func(c choice) bool { return c.Name == value }) {
		a.Choices = append(a.Choices, choice{ID: deterministic(b.o.Store, group, name, value), Name: value})
	}
	return list
}

// choose gives a modification the ids of its values.
func (b *builder) choose(n *node) {
	if len(n.choices) == 0 {
		return
	}
	parent := b.nodes[n.parent]
	if parent == nil || parent.choicesOf == nil {
		n.kind = KindProduct
		b.find(n, Finding{Field: "attributes", Code: "attributes-free", Status: Noted}, nil)
		return
	}
	chosen := map[string]string{}
	for _, a := range parent.choicesOf {
		for _, c := range a.Choices {
			if n.choices[a.Name] == c.Name {
				chosen[a.ID] = c.ID
			}
		}
	}
	n.set(fieldChoices, choicesValue(chosen))
}

// attributesOf reads the characteristics that a group of V2 has.
func attributesOf(d Document) []attribute {
	var list []attribute
	if json.Unmarshal(d["attributes"], &list) != nil {
		return nil
	}
	return list
}

// attributesValue spells characteristics so that equal ones are equal texts:
// by name.
func attributesValue(list []attribute) catalog.Value {
	list = slices.Clone(list)
	for i, a := range list {
		list[i].Choices = slices.SortedFunc(slices.Values(a.Choices), func(x, y choice) int {
			return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID))
		})
		if list[i].Choices == nil {
			list[i].Choices = []choice{}
		}
	}
	slices.SortFunc(list, func(x, y attribute) int { return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.ID, y.ID)) })
	return jsonValue(list, len(list) == 0)
}

func choicesValue(chosen map[string]string) catalog.Value { return jsonValue(chosen, len(chosen) == 0) }

func jsonValue(v any, empty bool) catalog.Value {
	if empty {
		return catalog.Value{}
	}
	var text strings.Builder
	e := json.NewEncoder(&text) // it sorts the keys of a map
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return catalog.Value{}
	}
	return catalog.Of(strings.TrimSuffix(text.String(), "\n"))
}

func keys(m map[string]string) []string {
	list := make([]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// namespace is that of URLs: RFC 9562, 6.6.
var namespace = [16]byte{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}

// deterministic makes the id of something that has none in V1: RFC 9562, UUID
// version 5 over its parts, so that every run gives the same.
func deterministic(store, group string, parts ...string) string {
	// A length in front of each part: no two lists of parts are one text.
	name := "evotor-attribute"
	for _, p := range append([]string{strings.ToUpper(store), group}, parts...) {
		name += fmt.Sprintf("/%d:%s", len(p), p)
	}
	h := sha1.New()
	h.Write(namespace[:])
	h.Write([]byte(name))
	id := h.Sum(nil)[:16]
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
