package migration

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"catalogsheet/internal/plan"
)

// codeChanged is the code of an item that somebody changed in V1 after the plan
// was made.
const codeChanged = "changed"

// items finds the items of V1 by their id in lower case; a wrong catalog has
// several under one.
type items map[string][]Item

func (c *Catalog) items() items {
	m := make(items, len(c.Items))
	for _, it := range c.Items {
		id := strings.ToLower(it.UUID)
		m[id] = append(m[id], it)
	}
	return m
}

// Planned tells what V1 held when the plan was made: what V1 holds otherwise by
// the time it is to be written is left to another plan.
func (s *Source) Planned(store string, c *Catalog) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.planned[store] = c.items()
}

// changedInV1 says in which fields V1 holds something else now than the plan
// was made of, "" where it does not. An item that V2 has is not looked at: V1
// shows it as V2 keeps it.
func (s *Source) changedInV1(step plan.Step, two State) string {
	if _, there := two.of(step.Target); there || step.Op != plan.Create {
		return ""
	}
	id := strings.ToLower(step.Target.ID)
	s.mu.Lock()
	was, now := s.planned[step.Target.Store][id], s.old[step.Target.Store].items[id]
	s.mu.Unlock()
	if len(was) == 0 || sameItems(was, now) {
		return ""
	}
	if len(was) != 1 || len(now) != 1 {
		return "uuid"
	}
	return strings.Join(differing(was[0], now[0]), "; ")
}

// SameButStock says that two answers of V1 differ in nothing but what tills
// sell.
func SameButStock(a, b *Catalog) bool {
	was, now := a.items(), b.items()
	same := len(was) == len(now)
	for id, list := range was {
		same = same && sameItems(list, now[id])
	}
	return same
}

func sameItems(a, b []Item) bool { return slices.Equal(spellings(a), spellings(b)) }

func spellings(list []Item) []string {
	texts := make([]string, len(list))
	for i, it := range list {
		texts[i] = withoutStock(it)
	}
	slices.Sort(texts)
	return texts
}

// differing lists the fields, stock left out, in which two items differ.
func differing(was, now Item) (list []string) {
	fields := slices.Concat(sortedKeys(was.Fields), sortedKeys(now.Fields))
	slices.Sort(fields)
	for _, key := range slices.Compact(fields) {
		if key != "quantity" && !bytes.Equal(was.Fields[key], now.Fields[key]) {
			list = append(list, key+": "+was.Shown(key)+" → "+now.Shown(key))
		}
	}
	return list
}

func withoutStock(it Item) string {
	fields := make(map[string]raw, len(it.Fields))
	for k, v := range it.Fields {
		if k != "quantity" {
			fields[k] = v
		}
	}
	text, err := json.Marshal(fields) // with its keys sorted
	if err != nil {
		return ""
	}
	return string(text)
}
