package importer

import (
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/sheet"
)

var languages = [...]i18n.Lang{i18n.En, i18n.Ru}

// fate is what a row turned out to be.
type fate uint8

const (
	isItem fate = iota
	isNew
	isBad
)

// keyIndex finds the base's rows by the text of the key column (and the store,
// where the sheet has one). Rows of one key are chained by next.
type keyIndex struct {
	first map[string]int32
	next  []int32
	store int // position of the store in the schema, -1
}

// chain lists the rows of a key.
func (x *keyIndex) chain(key string) []int32 {
	i, ok := x.first[key]
	if !ok {
		return nil
	}
	list := []int32{i}
	if x.next != nil {
		for i = x.next[i]; i >= 0; i = x.next[i] {
			list = append(list, i)
		}
	}
	return list
}

func (r *reader) indexKeys(t *table) keyIndex {
	items := r.base.Items
	x := keyIndex{first: make(map[string]int32, len(items)), store: -1}
	if t.store >= 0 {
		x.store = t.cols[t.store].at
	}
	last := map[string]int32{}
	for i := range items {
		for _, text := range keyTexts(&t.cols[t.key], &items[i]) {
			if x.store >= 0 {
				text += "\x00" + locale.Fold(items[i].Cells[x.store].Text())
			}
			if _, ok := x.first[text]; !ok {
				x.first[text] = int32(i)
				continue
			}
			if x.next == nil {
				x.next = make([]int32, len(items))
				for j := range x.next {
					x.next[j] = -1
				}
			}
			from, ok := last[text]
			if !ok {
				from = x.first[text]
			}
			if from != int32(i) {
				x.next[from], last[text] = int32(i), int32(i)
			}
		}
	}
	return x
}

// keyTexts is what the key column may say for an item.
func keyTexts(c *column, item *catalog.Item) []string {
	v := item.Cells[c.at]
	switch {
	case v.IsSet() && c.Kind == catalog.Barcodes:
		var list []string
		for code := range strings.SplitSeq(v.Text(), "\n") {
			if _, bare, ok := strings.Cut(code, ":"); ok {
				list = append(list, bare)
			}
			list = append(list, code)
		}
		return list
	case v.IsSet() && c.Kind == catalog.ID:
		id := strings.ToLower(v.Text())
		// An id of the user interface that the service led to its own.
		if asked := strings.ToLower(item.Key.ID); c.Field == catalog.FieldID && item.Key.Type == item.Target.Type && asked != id {
			return []string{id, asked}
		}
		return []string{id}
	case v.IsSet():
		return []string{locale.Trim(v.Text())}
	case c.Field == catalog.FieldID:
		return []string{item.Target.ID}
	case c.Field == catalog.FieldConsignmentID:
		return []string{item.Key.ID}
	}
	return nil
}

// identify finds the item that the current row stands for.
func (r *reader) identify(l *line) (int32, fate) {
	t := &r.e.tables[l.table]
	c, cell := &t.cols[t.key], r.cells[t.key]
	if cell == nil {
		return r.withoutKey(l, t)
	}
	keys, d := r.keyList(c, cell)
	if d != nil {
		r.report(l, t.key, *d)
		return -1, isBad
	}
	var list []int32
	for _, key := range keys {
		if r.keys.store >= 0 {
			key += "\x00"
			if s := r.cells[t.store]; s != nil {
				key += locale.Fold(s.Text)
			}
		}
		for _, i := range r.keys.chain(key) {
			if !slices.Contains(list, i) {
				list = append(list, i)
			}
		}
	}
	if t.store < 0 {
		list = r.ofSheet(t, list)
		if r.severalStores(list) {
			r.report(l, t.key, diag.Variant("id-unknown", "stores"))
			return -1, isBad
		}
	}
	switch {
	case len(list) == 1:
		return list[0], isItem
	case len(list) == 0:
		r.unknownKey(l, t, keys[0])
		return -1, isBad
	case c.Kind != catalog.ID:
		r.report(l, t.key, diag.Variant("id-unknown", "several", cell.Text, r.candidates(list)))
		return -1, isBad
	}
	return r.likeliest(t, list), isItem
}

// candidates names the items that a row may mean, the first ones of many.
func (r *reader) candidates(list []int32) string {
	const shown = 5
	schema := r.base.Head.Schema
	name, code := schema.Index(catalog.FieldName), schema.Index(catalog.FieldCode)
	var names []string
	for _, i := range list[:min(shown, len(list))] {
		item := &r.base.Items[i]
		text := item.Target.ID
		if name >= 0 && item.Cells[name].IsSet() {
			text = "«" + item.Cells[name].Text() + "»"
		}
		if code >= 0 && item.Cells[code].IsSet() {
			text += " (" + item.Cells[code].Text() + ")"
		}
		names = append(names, text)
	}
	if len(list) > shown {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// keyText reads the cell that names the row.
func (r *reader) keyText(c *column, cell *sheet.Cell) (string, *diag.Diagnostic) {
	if c.Kind == catalog.ID && cell.Type == sheet.String && locale.IsUUID(cell.Text) {
		return cell.Text, nil
	}
	got := r.read(c, cell, catalog.Value{})
	if got.bad != nil {
		return "", got.bad
	}
	return locale.Trim(got.value.Text()), nil
}

// keyList is keyText for a cell that may name the row in several ways: by each
// of its barcodes. A barcode is sought by its digits, whatever its kind.
func (r *reader) keyList(c *column, cell *sheet.Cell) ([]string, *diag.Diagnostic) {
	key, d := r.keyText(c, cell)
	if d != nil || c.Kind != catalog.Barcodes {
		return []string{key}, d
	}
	var keys []string
	for code := range strings.SplitSeq(key, "\n") {
		if _, bare, ok := strings.Cut(code, ":"); ok && !c.Bare {
			code = bare
		}
		keys = append(keys, code)
	}
	return keys, nil
}

// withoutKey judges a row whose key cell is blank: it is new, unless its other
// UUID says that it was exported.
func (r *reader) withoutKey(l *line, t *table) (int32, fate) {
	if t.id >= 0 && t.id != t.key && r.cells[t.id] != nil && t.cols[t.key].Kind == catalog.ID {
		was := ""
		if id, d := r.keyText(&t.cols[t.id], r.cells[t.id]); d == nil {
			was = r.rowOf(id)
		}
		if was != "" {
			r.report(l, t.key, diag.New("id-changed", was))
		} else {
			r.report(l, t.id, diag.New("id-unknown"))
		}
		return -1, isBad
	}
	switch {
	case r.foreign && r.heading(t):
		r.note(l, -1, diag.New("row-ignored"))
		return -1, isBad
	case r.foreign && r.e.Keyed():
		r.report(l, t.key, diag.Variant("id-malformed", "key", t.cols[t.key].header))
		return -1, isBad
	case !r.e.o.Create:
		r.report(l, t.key, diag.Variant("id-malformed", "missing"))
		return -1, isBad
	}
	return -1, isNew
}

// rowOf gives the id of a row of the base by what it edits, "" for none.
func (r *reader) rowOf(target string) string {
	if r.owners == nil {
		r.owners = make(map[string]string, len(r.base.Items))
		for _, it := range r.base.Items {
			if r.owners[it.Target.ID] == "" {
				r.owners[it.Target.ID] = it.Key.ID
			}
		}
	}
	return r.owners[target]
}

// likeliest chooses among the rows of one id in a sheet that lost the column
// which tells them apart: by type, else the first not yet shown.
func (r *reader) likeliest(t *table, list []int32) int32 {
	best, bestScore := list[0], -1
	for _, i := range list {
		score := 0
		if t.typ >= 0 && r.cells[t.typ] != nil {
			if v, _ := locale.Parse(t.cols[t.typ].Column, r.cells[t.typ].Text, 0); v == r.base.Items[i].Cells[t.cols[t.typ].at] {
				score += 2
			}
		}
		if t.name >= 0 && r.cells[t.name] != nil && r.cells[t.name].Text == r.base.Items[i].Cells[t.cols[t.name].at].Text() {
			score += 2
		}
		if r.seen[i] == 0 {
			score++
		}
		if score > bestScore {
			best, bestScore = i, score
		}
	}
	return best
}

// unknownKey says that the base has no such row, or which one it was.
func (r *reader) unknownKey(l *line, t *table, key string) {
	if item := r.byName(t); item >= 0 && t.cols[t.key].Kind == catalog.ID {
		was := keyTexts(&t.cols[t.key], &r.base.Items[item])
		if len(was) > 0 && was[0] != key {
			l.item = item // for the row's name in the finding
			r.report(l, t.key, diag.New("id-changed", was[0]))
			l.item = -1
			return
		}
	}
	switch {
	case r.foreign && r.e.Keyed() && r.heading(t):
		r.note(l, t.key, diag.New("row-ignored"))
	case r.e.Keyed():
		r.report(l, t.key, diag.Variant("id-unknown", "key", key))
	case r.foreign:
		r.report(l, t.key, diag.Variant("id-unknown", "server", key))
	default:
		r.report(l, t.key, diag.New("id-unknown"))
	}
}

// checkKeys compares the columns that name a row with the item found.
func (r *reader) checkKeys(l *line) {
	t := &r.e.tables[l.table]
	item := &r.base.Items[l.item]
	if t.typ >= 0 {
		r.checkType(l, &t.cols[t.typ], item)
	}
	if t.id < 0 || t.id == t.key {
		return
	}
	was := item.Target.ID
	if v := item.Cells[t.cols[t.id].at]; v.IsSet() {
		was = v.Text()
	}
	cell := r.cells[t.id]
	if cell != nil && cell.Text == was {
		return
	}
	if cell != nil {
		if id, d := r.keyText(&t.cols[t.id], cell); d != nil {
			r.report(l, t.id, *d)
			return
		} else if id == was {
			return
		}
	}
	r.report(l, t.id, diag.New("id-changed", was))
	r.torn = append(r.torn, tornRow{line: r.lineNo(), certain: true})
}

func (r *reader) checkType(l *line, c *column, item *catalog.Item) {
	base := item.Cells[c.at]
	cell := r.cells[r.e.tables[l.table].typ]
	if cell == nil && !base.IsSet() {
		return
	}
	if cell != nil {
		got := r.read(c, cell, base)
		switch {
		case got.same:
			return
		case got.bad != nil && hard[got.bad.Code]:
			r.report(l, r.e.tables[l.table].typ, *got.bad)
			return
		}
	}
	r.report(l, r.e.tables[l.table].typ, diag.New("type-changed", said{c.Column, base}))
}

// said is a value as an argument of a message.
type said struct {
	column catalog.Column
	value  catalog.Value
}

// In spells the value in the language of the message.
func (s said) In(l i18n.Lang, _ ...any) string { return locale.Display(s.column, s.value, l) }
