package migration

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"catalogsheet/internal/i18n"
)

// gather makes one node of every id; doubles are settled first, for everything
// else is asked of one item.
func (b *builder) gather(c *Catalog) {
	byID := map[string][]Item{}
	for _, it := range c.Items {
		id := strings.ToLower(it.UUID)
		byID[id] = append(byID[id], it)
	}
	for _, it := range c.Items {
		id := strings.ToLower(it.UUID)
		list := byID[id]
		if id != "" && len(list) > 1 && list[0].Index != it.Index {
			continue
		}
		n := &node{Item: it, id: id}
		b.all = append(b.all, n)
		if id != "" {
			b.nodes[id] = n
		}
		n.kind = kindOf(it)
		if id != "" && len(list) > 1 {
			b.double(n, list)
		}
		b.identity(n)
	}
}

func kindOf(it Item) string {
	group, known := flag(it.Fields["group"])
	switch {
	case group, !known && it.missing("type") && it.missing("price") && it.missing("quantity"):
		return KindGroup
	case !it.blank("attributes"):
		return KindModification
	}
	return KindProduct
}

// double settles an id that several items have: equal ones are one. They are
// numbered by what they hold, for V1 promises no order.
func (b *builder) double(n *node, list []Item) {
	list = slices.SortedStableFunc(slices.Values(list), func(x, y Item) int { return strings.Compare(withoutStock(x), withoutStock(y)) })
	first, _ := json.Marshal(list[0].Fields) // texts of JSON can be joined
	same := true
	for _, it := range list {
		other, _ := json.Marshal(it.Fields)
		same = same && bytes.Equal(first, other)
	}
	f := Finding{Field: "uuid", Code: "uuid-double", V1: numbered(list).held(), Args: []any{len(list), numbered(list)}, Status: Waits}
	if same {
		f.Code, f.Status, f.V1, f.Args = "uuid-repeated", Noted, "", []any{len(list)}
	}
	chosen, ok := b.find(n, f, func(typed string) (string, i18n.Localizer) {
		if i, err := strconv.Atoi(typed); err != nil || i < 1 || i > len(list) {
			return "", say(i18n.T("type a number from 1 to %[1]d", "укажите номер от 1 до %[1]d"), len(list))
		}
		return typed, nil
	})
	if i, err := strconv.Atoi(chosen); ok && err == nil {
		index := n.Index
		n.Item = list[i-1]
		n.Index, n.kind = index, kindOf(n.Item)
	}
}

// numbered is a list of items that a person chooses from by number.
type numbered []Item

// In says it in a language.
func (n numbered) In(l i18n.Lang, _ ...any) string {
	names := make([]string, len(n))
	for i, it := range n {
		names[i] = strconv.Itoa(i+1) + ": " + kindWord(kindOf(it), l) + " «" + it.Name() + "» " + it.Shown("price")
	}
	return strings.Join(names, "; ")
}

// held is what V1 holds of them, so that a number that was typed for other
// items is not taken.
func (n numbered) held() string {
	names := make([]string, len(n))
	for i, it := range n {
		names[i] = strconv.Itoa(i+1) + ": " + it.Shown("name") + ", " + it.Shown("price")
	}
	return short(strings.Join(names, "; "))
}

// identity checks the id itself and which of the two entities it names.
func (b *builder) identity(n *node) {
	switch {
	case !isUUID(n.id):
		b.find(n, Finding{Field: "uuid", Code: "uuid-malformed", Status: Refused}, nil)
		return
	case n.UUID != n.id && (b.two.Groups[n.id] != nil || b.two.Products[n.id] != nil):
		b.find(n, Finding{Field: "uuid", Code: "uuid-case-same", Value: n.id, Status: Repaired}, nil)
	case n.UUID != n.id:
		b.find(n, Finding{Field: "uuid", Code: "uuid-case", Value: n.id, Status: Waits}, func(typed string) (string, i18n.Localizer) {
			if typed != n.id {
				return "", say(i18n.T("an id cannot be another one: type ok or skip", "другой идентификатор задать нельзя: «ok» или «пропустить»"))
			}
			return typed, nil
		})
	}
	if _, known := flag(n.Fields["group"]); !known {
		f := Finding{Field: "group", Code: "group-missing", Value: strconv.FormatBool(n.kind == KindGroup), Status: Waits}
		if value, ok := b.find(n, f, acceptFlag); ok {
			n.take("group", value)
			n.kind = kindOf(n.Item)
		}
	}
	other := b.two.Products
	if n.kind != KindGroup {
		other = b.two.Groups
	}
	if other[n.id] != nil {
		b.find(n, Finding{Field: "uuid", Code: "entity-other", Status: Refused}, nil)
	}
}

// tree gives every node its parent: one that exists, is a group, and does not
// lie below the node itself.
func (b *builder) tree() {
	for _, n := range b.all {
		b.place(n)
	}
	for _, n := range b.all {
		circle := b.circle(n)
		if circle == nil {
			continue
		}
		var names []string
		for _, m := range circle {
			names = append(names, "«"+m.Name()+"»")
		}
		f := Finding{Field: "parentUuid", Code: "parent-circle", Args: []any{strings.Join(names, " → ")}, Value: valueRoot, Status: Waits}
		if to, ok := b.find(n, f, b.acceptParent(n)); ok {
			n.parent = to
		}
	}
}

// place reads the parent as V1 has it.
func (b *builder) place(n *node) {
	v := n.Fields["parentUuid"]
	name, isText := text(v)
	id := strings.ToLower(name)
	parent := b.nodes[id]
	f := Finding{Field: "parentUuid", Value: valueRoot, Status: Waits}
	switch {
	case isNull(v), isText && id == "":
		return
	case !isText || !isUUID(id) && parent == nil:
		f.Code = "parent-malformed"
	case parent == nil && b.two.Groups[id] != nil:
		n.parent = id
		return
	case parent == nil:
		f.Code = "parent-unknown"
	case parent.kind != KindGroup:
		f.Code, f.Args = "parent-product", []any{parent.Name()}
	default:
		n.parent = id
		return
	}
	if to, ok := b.find(n, f, b.acceptParent(n)); ok {
		n.parent = to
	}
}

// acceptParent reads where a person wants an item: the root, or a group that
// there is and that does not lie below the item.
func (b *builder) acceptParent(n *node) accepter {
	return func(typed string) (string, i18n.Localizer) {
		id := strings.ToLower(typed)
		switch {
		case slices.Contains(rootWords, id):
			return "", nil
		case b.nodes[id] == nil && b.two.Groups[id] == nil, b.nodes[id] != nil && b.nodes[id].kind != KindGroup:
			return "", say(i18n.T("there is no group %[1]s: type root or the uuid of a group", "группы %[1]s нет: укажите «корень» или uuid группы"), typed)
		}
		seen := map[string]bool{}
		for at := b.nodes[id]; at != nil && !seen[at.id]; at = b.nodes[at.parent] {
			if at == n {
				return "", say(i18n.T("the group %[1]s lies in this one", "группа %[1]s лежит в этой"), typed)
			}
			seen[at.id] = true
		}
		return id, nil
	}
}

// circle gives the groups of the circle that a group is part of, from it on;
// nil where it is in none.
func (b *builder) circle(n *node) []*node {
	var path []*node
	seen := map[string]bool{}
	for at := n; at != nil; at = b.nodes[at.parent] {
		if at == n && len(path) > 0 {
			return path
		}
		if seen[at.id] || at.parent == "" {
			return nil
		}
		seen[at.id] = true
		path = append(path, at)
	}
	return nil
}

// block holds back what lies in a group that is not moved, and finds the level
// of every group that is.
func (b *builder) block() {
	done := map[*node]bool{}
	var visit func(n *node)
	visit = func(n *node) {
		if done[n] {
			return
		}
		done[n] = true // a circle holds its own groups back
		n.level = 1
		parent := b.nodes[n.parent]
		if n.parent == "" || parent == nil {
			return
		}
		visit(parent)
		n.level = parent.level + 1
		there := b.two.Groups[parent.id] != nil && parent.choicesOf == nil
		if parent.hold.Holds() && !there && !n.hold.Holds() {
			b.find(n, Finding{Field: "parentUuid", Code: "group-waits", Args: []any{parent.Name()}, Status: Blocked}, nil)
		}
	}
	for _, n := range b.all {
		visit(n)
	}
}

// isUUID says whether an id is a uuid in small letters: Evotor REST API,
// Товары, id. Which version it is does not matter: the documents' own examples
// have none.
func isUUID(id string) bool {
	if len(id) != 36 {
		return false
	}
	for i, c := range []byte(id) {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case (c < '0' || c > '9') && (c < 'a' || c > 'f'):
			return false
		}
	}
	return true
}
