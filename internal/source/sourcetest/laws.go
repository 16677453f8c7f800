package sourcetest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/source"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// strange is a field that no document of today has.
const strange = "fieldOfTheFuture"

// unknownFields: no lens touches what it does not know.
func (f Fixture) unknownFields(t *testing.T) {
	_, s := f.open(t)
	d := f.some(t, s, 1)[0].Clone()
	odd := json.RawMessage(`{"kept":  [1.10, "as it was"]}`)
	d.Fields[strange] = odd
	for _, field := range []catalog.Field{f.Text, f.Price} {
		l, _ := s.Source.Lens(field)
		if err := l.Set(d, catalog.Of("12.30")); err != nil {
			t.Fatal(err)
		}
		if string(d.Fields[strange]) != string(odd) {
			t.Errorf("setting %s made %s of an unknown field", field, d.Fields[strange])
		}
	}
}

// columnsAtOnce is how many columns one check of the laws tries.
const columnsAtOnce = 3

// lensLaws tries every editable column on documents of every type: Get after
// Set gives the value, Set of what Get gave changes nothing, other fields stay.
func (f Fixture) lensLaws(t *testing.T) {
	_, s := f.open(t)
	head, list := mustItems(t, s.Source, f.Query)
	l := newLaws(s.Source, head, documents(t, s.Source, head, list))
	tried, taken := map[catalog.Field]int{}, map[catalog.Field]int{}
	rapid.Check(t, func(rt *rapid.T) {
		first := rapid.IntRange(0, len(l.columns)-1).Draw(rt, "column")
		for n := range min(columnsAtOnce, len(l.columns)) {
			c := l.columns[(first+n)%len(l.columns)]
			tried[c.Field]++
			if l.hold(rt, c, rapid.SampledFrom(l.fit[c.Field]).Draw(rt, "document"), f.value(rt, c, head.Lists)) {
				taken[c.Field]++
			}
		}
	})
	for _, c := range l.columns {
		if taken[c.Field] == 0 && tried[c.Field] > 0 {
			t.Errorf("%s took none of %d values", c.Field, tried[c.Field])
		}
	}
}

// laws are the editable columns with the documents on which each can be
// edited, and what every lens shows of them.
type laws struct {
	src     source.Source
	columns []catalog.Column
	lenses  map[catalog.Field]source.Lens
	docs    []source.Doc
	shown   []map[catalog.Field]catalog.Value // by document
	fit     map[catalog.Field][]int           // documents
}

func newLaws(src source.Source, head catalog.Head, docs []source.Doc) *laws {
	l := &laws{src: src, docs: docs, lenses: map[catalog.Field]source.Lens{}, fit: map[catalog.Field][]int{}}
	for _, c := range head.Schema {
		lens, ok := src.Lens(c.Field)
		if ok && lens.Get != nil {
			l.lenses[c.Field] = lens
		}
	}
	for _, d := range docs {
		values := map[catalog.Field]catalog.Value{}
		for _, c := range head.Schema {
			if lens, ok := l.lenses[c.Field]; ok {
				values[c.Field], _ = lens.Get(d)
			}
		}
		l.shown = append(l.shown, values)
	}
	// What the service did not give cannot be edited.
	for _, c := range head.Schema {
		for i, d := range docs {
			if c.EditableOn(d.Key.Type) && !l.shown[i][c.Field].Absent() {
				l.fit[c.Field] = append(l.fit[c.Field], i)
			}
		}
		if len(l.fit[c.Field]) > 0 {
			l.columns = append(l.columns, c)
		}
	}
	return l
}

// changes tells two documents apart, "" where they are equal byte for byte.
func changes(before, after source.Doc) string {
	if maps.EqualFunc(before.Fields, after.Fields, func(a, b json.RawMessage) bool { return bytes.Equal(a, b) }) {
		return ""
	}
	return cmp.Diff(before.Fields, after.Fields)
}

// hold holds one document and value against the laws; a lens may refuse a
// value, if it then changes nothing.
func (l *laws) hold(rt *rapid.T, c catalog.Column, doc int, v catalog.Value) (taken bool) {
	lens, d := l.lenses[c.Field], l.docs[doc]
	before, same, changed := d.Clone(), d.Clone(), d.Clone()
	had, err := lens.Get(d)
	if err != nil {
		rt.Fatal(err)
	}
	if err := lens.Set(same, had); err != nil {
		rt.Fatalf("set %s to what it is: %v", c.Field, err)
	}
	if diff := changes(before, same); diff != "" {
		rt.Fatalf("setting %s to what it was changed the document:\n%s", c.Field, diff)
	}
	err = lens.Set(changed, v)
	if diff := changes(before, d); diff != "" {
		rt.Fatalf("the original was changed:\n%s", diff)
	}
	if err != nil {
		if diff := changes(before, changed); diff != "" {
			rt.Fatalf("%s refused %q and changed the document:\n%s", c.Field, v.Text(), diff)
		}
		return false
	}
	if got, err := lens.Get(changed); err != nil || !c.Kind.Equal(got, v) {
		rt.Fatalf("%s of %s: set %v, got %v, %v", c.Field, d.Key.Type, v, got, err)
	}
	for field, other := range l.lenses {
		if field == c.Field {
			continue
		}
		if y, err := other.Get(changed); err != nil || y != l.shown[doc][field] {
			rt.Fatalf("setting %s changed %s from %v to %v (%v)", c.Field, field, l.shown[doc][field], y, err)
		}
	}
	return true
}

// value draws a value that a column can hold.
func (f Fixture) value(rt *rapid.T, c catalog.Column, lists map[string][]catalog.Entry) catalog.Value {
	if !c.Required && c.ClearBy == "" && rapid.IntRange(0, 4).Draw(rt, "blank") == 0 {
		return catalog.Blank()
	}
	if f.Value != nil {
		if v, ok := f.Value(c, rapid.IntRange(0, 9).Draw(rt, "n")); ok {
			return v
		}
	}
	switch {
	case c.Kind == catalog.Flag:
		return catalog.Of(rapid.SampledFrom([]string{"true", "false"}).Draw(rt, "flag"))
	case len(c.Tokens) > 0:
		return catalog.Of(rapid.SampledFrom(c.Tokens).Draw(rt, "token").Value)
	case c.List != "":
		return catalog.Of(rapid.SampledFrom(only(lists[c.List])).Draw(rt, "entry"))
	}
	whole := rapid.IntRange(1, 98).Draw(rt, "whole")
	switch c.Kind {
	case catalog.Money:
		return catalog.Of(fmt.Sprintf("%d.%02d", whole*rapid.IntRange(1, 100_000).Draw(rt, "thousands"), rapid.IntRange(0, 99).Draw(rt, "kopecks")))
	case catalog.Integer:
		return catalog.Of(fmt.Sprint(whole))
	case catalog.Number:
		return catalog.Of(fmt.Sprintf("%d.%d", whole, rapid.IntRange(1, 9).Draw(rt, "tenths")))
	case catalog.Time:
		return catalog.Of(fmt.Sprintf("2026-%02d-03 04:%02d:00", rapid.IntRange(1, 12).Draw(rt, "month"), rapid.IntRange(0, 59).Draw(rt, "minute")))
	}
	return catalog.Of(rapid.StringMatching(`[ -~а-яА-Я"\\<&]{1,20}`).Draw(rt, "text"))
}

// only lists the names that stand for one entry: of two entries with one name
// neither can be meant.
func only(entries []catalog.Entry) []string {
	var names, twice []string
	for _, e := range entries {
		if slices.Contains(names, e.Name) {
			twice = append(twice, e.Name)
		}
		names = append(names, e.Name)
	}
	return slices.DeleteFunc(names, func(n string) bool { return slices.Contains(twice, n) })
}
