package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// changed prints every leaf of every entity that differs from a snapshot, one
// per line: TYPE NAME: PATH: WAS → IS. An element of a list of prices or
// custom fields is named by its type's or its own name, so that its place does
// not matter.
func changed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: changed NAME")
	}
	w := of(ts)
	was, ok := w.states[args[0]]
	if !ok {
		ts.Fatalf("no snapshot %s", args[0])
	}
	before, now := entities(ts, was[1]), entities(ts, w.server.Dump("updated"))
	var lines []string
	for _, id := range slices.Sorted(maps.Keys(now)) {
		old, found := before[id]
		if !found {
			lines = append(lines, fmt.Sprintf("+ %s", now[id].label))
		}
		for _, path := range slices.Sorted(maps.Keys(union(old.leaves, now[id].leaves))) {
			a, b := old.leaves[path], now[id].leaves[path]
			if a == b || !plain(path, b, !found) {
				continue
			}
			if found {
				lines = append(lines, fmt.Sprintf("%s: %s: %s → %s", now[id].label, path, none(a), none(b)))
			} else {
				lines = append(lines, fmt.Sprintf("+ %s: %s: %s", now[id].label, path, b))
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(before)) {
		if _, ok := now[id]; !ok {
			lines = append(lines, "- "+before[id].label)
		}
	}
	slices.Sort(lines)
	for _, line := range lines {
		fmt.Fprintln(ts.Stdout(), line)
	}
}

// plain leaves out what repeats an address, and of a new entity what the
// service gives it of itself.
func plain(path, value string, fresh bool) bool {
	for _, end := range []string{"mediaType", "metadataHref", "uuidHref", "meta.type"} {
		if strings.HasSuffix(path, end) {
			return false
		}
	}
	if !fresh {
		return true
	}
	for _, own := range []string{"accountId", "effectiveVat", "files.", "group.", "images.", "meta.", "owner.", "id", "packs", "pathName", "shared", "variantsCount", "syncId", "barcodes["} {
		if strings.HasPrefix(path, own) {
			return false
		}
	}
	return !strings.Contains(path, "priceType.") && !strings.Contains(path, "currency.") && !strings.HasPrefix(value, `"made-`)
}

func none(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

func union(a, b map[string]string) map[string]bool {
	all := map[string]bool{}
	for k := range a {
		all[k] = true
	}
	for k := range b {
		all[k] = true
	}
	return all
}

// leafy is an entity as its label and its leaves by path.
type leafy struct {
	label  string
	leaves map[string]string
}

func entities(ts *testscript.TestScript, dump []byte) map[string]leafy {
	var all map[string][]json.RawMessage
	ts.Check(json.Unmarshal(dump, &all))
	found := map[string]leafy{}
	for typ, list := range all {
		for _, raw := range list {
			d := json.NewDecoder(bytes.NewReader(raw))
			d.UseNumber()
			var v map[string]any
			ts.Check(d.Decode(&v))
			e := leafy{label: strings.TrimSpace(fmt.Sprint(typ, " ", v["name"])), leaves: map[string]string{}}
			e.add("", v)
			found[fmt.Sprint(typ, "/", v["id"])] = e
		}
	}
	return found
}

func (e leafy) add(path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, next := range v {
			e.add(strings.TrimPrefix(path+"."+k, "."), next)
		}
	case []any:
		for i, next := range v {
			e.add(fmt.Sprintf("%s[%s]", path, elementName(i, next)), next)
		}
	case nil:
		e.leaves[path] = "null"
	case string:
		if strings.HasSuffix(path, "ref") {
			parts := strings.Split(v, "/")
			v = parts[len(parts)-1]
		}
		e.leaves[path] = fmt.Sprintf("%q", v)
	default:
		e.leaves[path] = fmt.Sprint(v)
	}
}

// elementName is the name of a price's type or a custom field, else the place.
func elementName(i int, v any) string {
	m, ok := v.(map[string]any)
	if !ok {
		return fmt.Sprint(i)
	}
	if t, ok := m["priceType"].(map[string]any); ok {
		return fmt.Sprint(t["name"])
	}
	if name, ok := m["name"].(string); ok {
		return name
	}
	return fmt.Sprint(i)
}
