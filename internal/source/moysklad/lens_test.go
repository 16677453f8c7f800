package moysklad

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/sandbox"
	"catalogsheet/internal/source"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// account reads every document and every column of an imitated account.
func account(t *testing.T) (*Source, catalog.Snapshot, []source.Doc) {
	t.Helper()
	_, src := live(t, sandbox.Options{NoLimits: true, Products: 25})
	snap, rows := export(t, src, source.Query{Kind: kindProducts, Archived: "yes"})
	var fields []catalog.Field
	var keys []catalog.Key
	for _, c := range snap.Head.Schema {
		fields = append(fields, c.Field)
	}
	for _, it := range rows {
		keys = append(keys, it.Key)
	}
	if err := src.Prepare(t.Context(), fields, nil); err != nil {
		t.Fatal(err)
	}
	found, err := src.Live(t.Context(), keys)
	if err != nil {
		t.Fatal(err)
	}
	var docs []source.Doc
	for _, k := range keys {
		docs = append(docs, found[k])
	}
	return src, snap, docs
}

// someValue draws a value that a column can hold.
func someValue(rt *rapid.T, c catalog.Column, lists map[string][]catalog.Entry) catalog.Value {
	blank := !c.Required && c.ClearBy == "" && rapid.IntRange(0, 4).Draw(rt, "blank") == 0
	switch {
	case blank:
		return catalog.Blank()
	case c.Kind == catalog.VAT:
		return catalog.Of(rapid.SampledFrom([]string{"20%", "0%", vatNone, vatFolder}).Draw(rt, "vat"))
	case len(c.Tokens) > 0:
		return catalog.Of(rapid.SampledFrom(c.Tokens).Draw(rt, "token").Value)
	case c.List != "":
		// Of two entries with one name neither can be meant.
		var names []string
		for _, e := range lists[c.List] {
			if !slices.Contains(names, e.Name) {
				names = append(names, e.Name)
			} else {
				names = slices.DeleteFunc(names, func(n string) bool { return n == e.Name })
			}
		}
		return catalog.Of(rapid.SampledFrom(names).Draw(rt, "entry"))
	}
	switch c.Kind {
	case catalog.Money:
		return catalog.Of(fmt.Sprintf("%d.%02d", rapid.IntRange(0, 1e12).Draw(rt, "rubles"), rapid.IntRange(0, 99).Draw(rt, "kopecks")))
	case catalog.Integer:
		return catalog.Of(fmt.Sprint(rapid.Int64().Draw(rt, "integer")))
	case catalog.Number:
		return catalog.Of(fmt.Sprintf("%d.%d", rapid.IntRange(0, 1e9).Draw(rt, "whole"), rapid.IntRange(1, 9).Draw(rt, "tenths")))
	case catalog.Time:
		return catalog.Of(fmt.Sprintf("2026-%02d-03 04:%02d:00", rapid.IntRange(1, 12).Draw(rt, "month"), rapid.IntRange(0, 59).Draw(rt, "minute")))
	case catalog.Barcodes:
		return catalog.Of("ean13:2000000000015\ncode128:" + rapid.StringMatching(`[A-Z0-9]{1,12}`).Draw(rt, "code"))
	}
	return catalog.Of(rapid.StringMatching(`[ -~а-яА-Я"\\<&]{1,20}`).Draw(rt, "text"))
}

func TestLensLawsOfEveryEditableColumn(t *testing.T) {
	src, snap, docs := account(t)
	editable := slices.DeleteFunc(slices.Clone(snap.Head.Schema), func(c catalog.Column) bool { return !c.Editable() })
	for _, f := range []string{"buyPrice", "minPrice", familySale, familyAttr, "name", "folder", "vat", "barcodes"} {
		if !slices.ContainsFunc(editable, func(c catalog.Column) bool { return c.Field.Family() == f }) {
			t.Fatalf("the account has no %s", f)
		}
	}
	tried := map[catalog.Field]int{}
	rapid.Check(t, func(rt *rapid.T) {
		c := rapid.SampledFrom(editable).Draw(rt, "column")
		d := rapid.SampledFrom(docs).Draw(rt, "document")
		if !c.EditableOn(d.Key.Type) {
			return
		}
		tried[c.Field]++
		l, _ := src.Lens(c.Field)
		lensLaws(rt, src, snap.Head.Schema, l, c, d, someValue(rt, c, snap.Head.Lists))
	})
	// A short run draws too few columns to say.
	if !testing.Short() && len(tried) < len(editable)/2 {
		t.Errorf("only %d of %d columns were tried", len(tried), len(editable))
	}
}

func lensLaws(rt *rapid.T, src *Source, schema catalog.Schema, l source.Lens, c catalog.Column, d source.Doc, v catalog.Value) {
	before := d.Clone()
	had, err := l.Get(d)
	if err != nil {
		rt.Fatal(err)
	}
	same := d.Clone()
	if !had.Absent() {
		if err := l.Set(same, had); err != nil {
			rt.Fatalf("set %s to what it is: %v", c.Field, err)
		}
		if diff := cmp.Diff(before.Fields, same.Fields); diff != "" {
			rt.Fatalf("setting %s to what it was changed the document:\n%s", c.Field, diff)
		}
	}
	changed := d.Clone()
	if err := l.Set(changed, v); err != nil {
		rt.Fatalf("set %s to %q: %v", c.Field, v.Text(), err)
	}
	if got, err := l.Get(changed); err != nil || !c.Kind.Equal(got, v) {
		rt.Fatalf("%s of %s: set %v, got %v, %v", c.Field, d.Key.Type, v, got, err)
	}
	if diff := cmp.Diff(before.Fields, d.Fields); diff != "" {
		rt.Fatalf("the original was changed:\n%s", diff)
	}
	for _, other := range schema {
		o, ok := src.Lens(other.Field)
		if !ok || o.Get == nil || other.Field == c.Field {
			continue
		}
		x, _ := o.Get(before)
		if y, err := o.Get(changed); err != nil || x != y {
			rt.Fatalf("setting %s changed %s from %v to %v (%v)", c.Field, other.Field, x, y, err)
		}
	}
}

// doc makes a document of JSON.
func doc(t *testing.T, kind, body string) source.Doc {
	t.Helper()
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(body), &fields); err != nil {
		t.Fatal(err)
	}
	return source.Doc{Key: catalog.Key{Type: kind, ID: "id"}, Fields: fields}
}

const rub = `{"meta":{"href":"https://x/entity/currency/rub","type":"currency","mediaType":"application/json"}}`

func TestOddDocuments(t *testing.T) {
	r := &refs{base: named{ID: "rub", Meta: meta{Href: "https://x/entity/currency/rub", Type: "currency"}}}
	usd := strings.ReplaceAll(rub, "rub", "usd")
	for _, c := range []struct {
		name, body string
		field      catalog.Field
		has        catalog.Value
		set        string
		want       string // JSON of the field
	}{
		{"minprice in small letters", `{"minprice":{"value":100.5,"currency":` + rub + `}}`, fieldMinPrice, catalog.Of("1.005"), "2.50", `{"value":250,"currency":` + rub + `}`},
		{"no right to see the price", `{}`, fieldBuyPrice, catalog.Value{}, "", ""},
		{"another currency stays", `{"buyPrice":{"value":1E2,"currency":` + usd + `}}`, fieldBuyPrice, catalog.Of("1.00"), "3", `{"value":300,"currency":` + usd + `}`},
		{"a price without currency gets the account's", `{"buyPrice":{"value":0.0}}`, fieldBuyPrice, catalog.Of("0.00"), "3", `{"value":300,"currency":` + rub + `}`},
		{"zero per cent is not no VAT", `{"vat":0,"vatEnabled":true,"useParentVat":false}`, fieldVAT, catalog.Of("0%"), vatNone, `0`},
		{"as folder", `{"useParentVat":true}`, fieldVAT, catalog.Of(vatFolder), "10%", `10`},
		{"description left out is empty", `{}`, fieldDescription, catalog.Blank(), "x", `"x"`},
		{"archived not given", `{}`, fieldArchived, catalog.Value{}, "true", `true`},
		{"half kopecks", `{"buyPrice":{"value":50260.86956521739}}`, fieldBuyPrice, catalog.Of("502.6086956521739"), "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := doc(t, typeProduct, c.body)
			l, ok := r.lens(c.field)
			if !ok {
				t.Fatal("no lens")
			}
			if v, err := l.Get(d); err != nil || v != c.has {
				t.Errorf("holds %v, want %v (%v)", v, c.has, err)
			}
			if c.set == "" {
				return
			}
			if err := l.Set(d, catalog.Of(c.set)); err != nil {
				t.Fatal(err)
			}
			if got := d.Fields[docKey(d, string(c.field))]; string(got) != c.want {
				t.Errorf("became %s, want %s", got, c.want)
			}
		})
	}
}

func TestWhatCannotBeWrittenIsRefused(t *testing.T) {
	r := &refs{uoms: newDict(), base: named{Meta: meta{Href: "https://x/entity/currency/rub"}}}
	r.uoms.add("1", "шт", meta{})
	r.uoms.add("2", "кг", meta{})
	r.uoms.add("3", "кг", meta{})
	for _, c := range []struct {
		kind  string
		field catalog.Field
		value catalog.Value
		says  string
	}{
		{typeProduct, "name", catalog.Blank(), "cannot be emptied"},
		{typeVariant, "name", catalog.Of("x"), "can only be read"},
		{typeService, "article", catalog.Of("x"), "can only be read"},
		{typeProduct, "buyPrice", catalog.Blank(), "write 0"},
		{typeProduct, "vat", catalog.Of("12,5"), "VAT rate"},
		{typeProduct, "uom", catalog.Of("штт"), `did you mean "шт"`},
		{typeProduct, "uom", catalog.Of("кг"), "2 of them"},
		{typeProduct, "barcodes", catalog.Of("2000000000015"), "write the kind"},
		{typeProduct, "archived", catalog.Of("maybe"), "neither yes nor no"},
		{typeProduct, "updated", catalog.Of("2026-01-01"), ""},
		{typeProduct, "salePrice:gone", catalog.Of("1"), "does not exist any more"},
	} {
		l, ok := r.lens(c.field)
		if !ok {
			t.Fatalf("no lens for %s", c.field)
		}
		if l.Set == nil {
			if c.says != "" {
				t.Errorf("%s cannot be written", c.field)
			}
			continue
		}
		if err := l.Set(doc(t, c.kind, `{}`), c.value); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s of %s: %v, want %q", c.field, c.kind, err, c.says)
		}
	}
}

func TestPackedCellsComeBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cells := rapid.SliceOf(rapid.Custom(func(rt *rapid.T) catalog.Value {
			switch rapid.IntRange(0, 2).Draw(rt, "state") {
			case 0:
				return catalog.Value{}
			case 1:
				return catalog.Blank()
			}
			return catalog.Of(strings.Repeat(rapid.String().Draw(rt, "text"), rapid.IntRange(1, 40).Draw(rt, "times")))
		})).Draw(rt, "cells")
		packed, _ := pack(cells, nil)
		back := make([]catalog.Value, len(cells))
		unpack(packed, back)
		if !slices.Equal(cells, back) {
			rt.Fatalf("%v became %v", cells, back)
		}
	})
}
