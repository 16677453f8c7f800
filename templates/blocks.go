package templates

import (
	"cmp"
	"errors"
	"slices"
	"strings"
)

// block carries out a tag that closes in a line below, for the lines between.
func (r *renderer) block(c lineCell, body []line, f *frame) error {
	if !knownTag(c.tag.name) {
		return r.fail(found(r.s.tab, c.cell, "tag-unknown", c.tag.name))
	}
	if err := r.wellFormed(c.cell); err != nil {
		return err
	}
	size := 0
	for _, l := range body {
		size += max(1, l.span())
	}
	if c.tag.name == tagOutline {
		defer r.outline(c.tag)()
	}
	turn := 0
	return r.turns(c.cell, func() error {
		if err := r.step(c.cell); err != nil {
			return err
		}
		if turn++; turn == 2 {
			if tall := r.s.tab.tallMerge(body); tall != nil {
				return r.fail(found(r.s.tab, tall, "merge-rows"))
			}
		}
		inner := r.newFrame(f, c.cell, size)
		err := r.rows(body, inner)
		inner.toRow = r.s.part.row
		return err
	})
}

func (l line) span() int {
	if l.row == nil {
		return 1
	}
	return l.row.span
}

// tallMerge finds a merge over several rows that begins among the lines.
func (s *tab) tallMerge(body []line) *cell {
	for _, l := range body {
		if l.row == nil {
			continue
		}
		for _, m := range s.merges {
			if m.LastRow > m.FirstRow && m.FirstRow >= l.row.num && m.FirstRow < l.row.num+l.row.span {
				for _, c := range l.row.cells {
					if c.col == m.FirstCol {
						return c
					}
				}
				return &cell{row: m.FirstRow, col: m.FirstCol}
			}
		}
	}
	return nil
}

// outline makes the rows to come a group; the function that it gives ends it.
func (r *renderer) outline(t *tag) (end func()) {
	detail, _ := t.attr("detail")
	s, shown := r.s, strings.EqualFold(detail, "true")
	s.outline++
	if !shown {
		s.hidden++
	}
	return func() {
		s.outline--
		if !shown {
			s.hidden--
			s.collapsed = true
		}
	}
}

// wellFormed refuses a tag that the engine's XML reader refuses.
func (r *renderer) wellFormed(c *cell) error {
	switch c.tag.broken {
	case curlyQuotes:
		return r.fail(found(r.s.tab, c, "tag-quotes").fixed(straightQuotes(c.text)))
	case malformed:
		return r.fail(found(r.s.tab, c, "tag-malformed"))
	}
	return nil
}

// turns calls turn for each time that a block is repeated.
func (r *renderer) turns(c *cell, turn func() error) error {
	switch c.tag.name {
	case tagForEach:
		return r.forEach(c, turn)
	case tagIf:
		yes, err := r.when(c)
		if err != nil || !yes {
			return err
		}
	}
	return turn()
}

// when computes the test of jx:if.
func (r *renderer) when(c *cell) (bool, error) {
	t := c.tag
	if t.testErr != nil || t.test == nil {
		return false, r.fail(attributeFinding(r.s.tab, c, "test", t.testErr))
	}
	r.online = false
	v, err := r.evaluate(c, t.test)
	if err != nil {
		return false, r.failed(c, err)
	}
	if v == nil && r.online {
		return false, nil
	}
	switch v := v.(type) {
	case bool:
		return v, nil
	case nil:
		return false, r.fail(found(r.s.tab, c, "test-null").fixed(nullSafeTest(c.text, t.test.source)))
	}
	return false, r.fail(found(r.s.tab, c, "test-not-boolean", textOf(v)))
}

// failed ends the rendering for an attribute that cannot be computed.
func (r *renderer) failed(c *cell, err error) error {
	var source *sourceError
	if errors.As(err, &source) {
		return source.err
	}
	return r.fail(found(r.s.tab, c, "attribute-not-computed"))
}

// forEach sets the variables of a loop and calls turn for each item.
func (r *renderer) forEach(c *cell, turn func() error) error {
	t := c.tag
	if t.itemsErr != nil || t.items == nil {
		return r.fail(attributeFinding(r.s.tab, c, "items", t.itemsErr))
	}
	r.online = false
	items, err := r.evaluate(c, t.items)
	if err != nil {
		return r.failed(c, err)
	}
	switch {
	case items == nil && r.online:
		return nil // MoySklad has it, and that was said
	case items == nil:
		return r.fail(found(r.s.tab, c, "items-null", t.items.source))
	case !isCollection(items):
		return r.fail(found(r.s.tab, c, "items-no-collection", t.items.source))
	}
	if t.pickErr != nil {
		return r.fail(attributeFinding(r.s.tab, c, "select", t.pickErr))
	}
	if by, _ := t.attr("groupBy"); by != "" {
		return r.groups(c, items, by, turn)
	}
	return r.each(c, items, turn)
}

// each is a loop without groups.
func (r *renderer) each(c *cell, items any, turn func() error) error {
	t := c.tag
	name, named := t.attr("var")
	status, counted := t.attr("varStatus")
	index := int64(0)
	seq, _ := elements(items) // a collection, as the caller knows
	for item, err := range seq {
		if err != nil {
			return err
		}
		if named {
			r.env.vars[name] = item
		}
		if t.pick != nil {
			if err := r.step(c); err != nil {
				return err
			}
			take, err := r.picks(c)
			if err != nil {
				return err
			}
			if !take {
				continue
			}
		}
		if counted {
			r.env.vars[status] = map[string]any{"index": long(index)}
		}
		index++
		if err := turn(); err != nil {
			return err
		}
	}
	if counted {
		delete(r.env.vars, status)
	}
	return nil
}

// picks computes the select of a loop for the item that is set.
func (r *renderer) picks(c *cell) (bool, error) {
	v, err := r.evaluate(c, c.tag.pick)
	if err != nil {
		return false, r.failed(c, err)
	}
	take, ok := v.(bool)
	if !ok {
		return false, r.fail(found(r.s.tab, c, "select-not-boolean", textOf(v)))
	}
	return take, nil
}

// groupName is the variable that a loop with groupBy sets.
const groupName = "group"

// groups is a loop over the groups of items with equal values of a property.
func (r *renderer) groups(c *cell, items any, by string, turn func() error) error {
	saved, had := r.env.vars[groupName]
	all, err := r.grouped(c, items, by)
	if err != nil {
		return err
	}
	for _, g := range all {
		r.env.vars[groupName] = g
		if err := turn(); err != nil {
			return err
		}
	}
	delete(r.env.vars, groupName)
	if had {
		r.env.vars[groupName] = saved
	}
	return nil
}

// grouped gathers groups in the order in which their first items come, or in
// the order of their keys. A select decides which items may begin a group; a
// group has all its items.
func (r *renderer) grouped(c *cell, items any, by string) ([]*group, error) {
	t := c.tag
	all, err := gather(items)
	if err != nil {
		return nil, err
	}
	if name := t.selectsItem(); name != "" && !r.knows(name) {
		return nil, r.fail(selectFinding(r.s.tab, c, name))
	}
	byKey := map[string]*group{}
	var groups []*group
	for _, item := range all {
		item = normal(item)
		if err := r.step(c); err != nil {
			return nil, err
		}
		if t.pick != nil {
			r.env.vars[groupName] = &group{item: item, items: []any{item}}
			take, err := r.picks(c)
			if err != nil {
				return nil, err
			}
			if !take {
				continue
			}
		}
		k := r.groupKey(item, by)
		if id := keyID(k); byKey[id] == nil {
			g := &group{key: k}
			byKey[id] = g
			groups = append(groups, g)
		}
	}
	for _, item := range all {
		item = normal(item)
		if g := byKey[keyID(r.groupKey(item, by))]; g != nil {
			if g.items = append(g.items, item); len(g.items) == 1 {
				g.item = item
			}
		}
	}
	r.remarks(c, nil)
	sortGroups(c, groups)
	return groups, nil
}

// groupKey is the member of an item that it is grouped by, a path with dots.
func (r *renderer) groupKey(item any, by string) any {
	v := item
	for name := range strings.SplitSeq(by, ".") {
		was, known := v, false
		if v, known = member(v, name); !known && was != nil {
			r.env.remark("unknown", groupName+".item."+by)
		}
	}
	return v
}

// knows says whether a name has a value outside of the loop that is to set it.
func (r *renderer) knows(name string) bool {
	v, known := r.env.variable(name)
	return known && v != nil
}

// keyID tells keys apart as the engine's equals does: a text is no number, and
// a Long is no Double.
func keyID(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case number:
		if v.long {
			return "long " + v.String()
		}
		return "double " + v.String()
	case string:
		return "text " + v
	}
	return "other " + textOf(v)
}

func sortGroups(c *cell, groups []*group) {
	order, _ := c.tag.attr("groupOrder")
	sign := 0
	switch {
	case strings.EqualFold(order, "asc"):
		sign = 1
	case strings.EqualFold(order, "desc"):
		sign = -1
	default:
		return
	}
	slices.SortStableFunc(groups, func(a, b *group) int {
		if a.key == nil || b.key == nil {
			return sign * cmp.Compare(keyID(a.key), keyID(b.key))
		}
		n, err := compare(a.key, b.key, true)
		if err != nil {
			n = strings.Compare(textOf(a.key), textOf(b.key))
		}
		return sign * n
	})
}
