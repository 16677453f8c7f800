package plan

import (
	"fmt"
	"iter"
	"slices"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/merge"
)

var (
	sale    = catalog.Column{Field: "salePrice:1", Kind: catalog.Money, On: []string{"product"}, PriceRole: "sale", ClearBy: "0"}
	buy     = catalog.Column{Field: "buyPrice", Kind: catalog.Money, On: []string{"product"}, PriceRole: "buy", ClearBy: "0", Currency: "currency:buyPrice"}
	minimum = catalog.Column{Field: "minPrice", Kind: catalog.Money, On: []string{"product"}, PriceRole: "minimum"}
	code    = catalog.Column{Field: "code", Kind: catalog.Code, On: []string{"product"}, Unique: true}
	bars    = catalog.Column{Field: "barcodes", Kind: catalog.Barcodes, On: []string{"product"}, Unique: true}
	article = catalog.Column{Field: "article", Kind: catalog.Code, On: []string{"product"}}
)

// rows is a sheet of targets with what they show.
type rows map[string]map[catalog.Field]string

func (r rows) value(k catalog.Key, f catalog.Field) catalog.Value {
	text, ok := r[k.ID][f]
	if !ok {
		return catalog.Value{}
	}
	return catalog.Of(text)
}

func (r rows) each(f catalog.Field) iter.Seq2[catalog.Key, catalog.Value] {
	return func(yield func(catalog.Key, catalog.Value) bool) {
		for id := range r {
			if !yield(catalog.Key{ID: id}, r.value(catalog.Key{ID: id}, f)) {
				return
			}
		}
	}
}

func change(id string, c catalog.Column, base, mine string) merge.Change {
	return merge.Change{
		Target: catalog.Key{Type: "product", ID: id}, Column: c, Base: catalog.Of(base), Mine: catalog.Of(mine),
		At: []diag.At{{Sheet: "Stock", Row: 2, Col: 3}},
	}
}

func TestQuarantine(t *testing.T) {
	for _, c := range []struct {
		name   string
		change merge.Change
		rows   rows
		want   []string
	}{
		{"a small rise", change("a", sale, "100.00", "120.00"), nil, nil},
		{"kopecks for rubles", change("a", sale, "399.00", "39900"), nil, []string{"price-hundredfold"}},
		{"rubles for kopecks", change("a", sale, "399.00", "3.99"), nil, []string{"price-hundredfold"}},
		{"96 times", change("a", sale, "100.00", "9600"), nil, []string{"price-hundredfold"}},
		{"106 times", change("a", sale, "100.00", "10600"), nil, []string{"price-jump"}},
		{"three times is allowed", change("a", sale, "100.00", "300"), nil, nil},
		{"over three times", change("a", sale, "100.00", "300.01"), nil, []string{"price-jump"}},
		{"a third is allowed", change("a", sale, "300.00", "100"), nil, nil},
		{"under a third", change("a", sale, "300.00", "99.99"), nil, []string{"price-jump"}},
		{"zero", change("a", sale, "1.00", "0"), nil, []string{"price-zero"}},
		{"emptied", change("a", sale, "1.00", ""), nil, []string{"price-zero"}},
		{"from zero", change("a", sale, "0.00", "39900"), nil, nil},
		{"below cost", change("a", sale, "100.00", "80"), rows{"a": {"buyPrice": "90.00"}}, []string{"price-below-cost"}},
		{"raised, still below cost", change("a", sale, "70.00", "80"), rows{"a": {"buyPrice": "90.00"}}, nil},
		{"cost in another currency", change("a", sale, "100.00", "80"), rows{"a": {"buyPrice": "90.00", "currency:buyPrice": "USD"}}, nil},
		{"cost in the account's currency", change("a", sale, "100.00", "80"), rows{"a": {"buyPrice": "90.00", "currency:buyPrice": "руб"}}, []string{"price-below-cost"}},
		{"below minimum", change("a", sale, "100.00", "80"), rows{"a": {"minPrice": "90.00"}}, []string{"price-below-minimum"}},
		{"a code emptied", change("a", code, "17", ""), nil, []string{"cleared"}},
		{"an article emptied", change("a", article, "A-1", ""), nil, []string{"cleared"}},
		{"a code that another row has", change("a", code, "17", "18"), rows{"a": {"code": "18"}, "b": {"code": "18"}}, []string{"duplicate-code"}},
		{"a barcode that another row has", change("a", bars, "ean8:1", "ean8:1\nean8:2"), rows{"a": {"barcodes": "ean8:1\nean8:2"}, "b": {"barcodes": "ean8:2\nean8:3"}}, []string{"duplicate-barcode"}},
		{"a barcode that was double before", change("a", bars, "ean8:1", "ean8:1\nean8:9"), rows{"a": {"barcodes": "ean8:1\nean8:9"}, "b": {"barcodes": "ean8:1"}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := Guards(Proposal{
				Changes: []merge.Change{c.change}, Rows: 10, Schema: catalog.Schema{sale, buy, minimum, code, bars},
				Currency: "руб", Value: c.rows.value, Each: c.rows.each,
			}, DefaultLimits())
			var got []string
			for _, d := range found {
				got = append(got, string(d.Code))
				if d.Severity != diag.Held || d.At.Cell() != "Stock!C2" {
					t.Errorf("%s is %s at %q", d.Code, d.Severity, d.At.Cell())
				}
				for _, l := range []i18n.Lang{i18n.En, i18n.Ru} {
					if m := d.Message(l); m == "" || m == string(d.Code) || slices.Contains([]string{m, d.Hint(l)}, "%!") {
						t.Errorf("%s says %q", d.Code, m)
					}
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("held %v, want %v", got, c.want)
			}
		})
	}
}

func TestManyChanges(t *testing.T) {
	edits := func(n int) (list []merge.Change) {
		for i := range n {
			list = append(list, change(fmt.Sprint(i), sale, "100.00", "101.00"))
		}
		return list
	}
	for _, c := range []struct {
		edits, rows int
		held        bool
	}{
		{50, 100, false}, {51, 100, true}, {99, 99, false}, {5000, 20000, false}, {5001, 20000, true},
	} {
		p := Proposal{Changes: edits(c.edits), Rows: c.rows, Value: rows(nil).value, Each: rows(nil).each}
		if got := len(Guards(p, DefaultLimits())) > 0; got != c.held {
			t.Errorf("%d of %d rows: held is %v", c.edits, c.rows, got)
		}
	}
}

func TestManyCleared(t *testing.T) {
	text := catalog.Column{Field: "description", Kind: catalog.Text, On: []string{"product"}}
	var edits []merge.Change
	for i := range 11 {
		edits = append(edits, change(fmt.Sprint(i), text, "text", ""))
	}
	p := Proposal{Changes: edits[:10], Rows: 1000, Value: rows(nil).value, Each: rows(nil).each}
	if found := Guards(p, DefaultLimits()); len(found) != 0 {
		t.Errorf("ten emptied cells are held: %v", found)
	}
	p.Changes = edits
	if found := Guards(p, DefaultLimits()); len(found) != 1 || found[0].Code != "cleared" {
		t.Errorf("eleven emptied cells: %v", found)
	}
}

func TestAllowed(t *testing.T) {
	found := diag.List{diag.New("price-jump", "1", "9", "9"), diag.New("price-zero", "1"), diag.New("base-old", "1")}
	held := Held(found, []diag.Code{"price-jump"})
	if len(held) != 1 || held[0].Code != "price-zero" {
		t.Errorf("held %v", held)
	}
}

func TestInherit(t *testing.T) {
	product := catalog.Key{Type: "product", ID: "p"}
	variant := func(base, mine string) merge.Change {
		c := change("v", sale, base, mine)
		c.Target.Type = "variant"
		return c
	}
	above := change("p", sale, "100.00", "120.00")
	parent := func(k catalog.Key) (catalog.Key, bool) { return product, k.Type == "variant" }
	shows := rows{"p": {"salePrice:1": "100.00"}}.value
	for _, c := range []struct {
		name    string
		changes []merge.Change
		kept    int
		code    diag.Code
	}{
		{"both get the same", []merge.Change{variant("100.00", "120"), above}, 1, "variant-inherits"},
		{"both get different ones", []merge.Change{variant("100.00", "130"), above}, 2, "variant-pinned"},
		{"only the variant", []merge.Change{variant("100.00", "130")}, 1, "variant-pinned"},
		{"the variant has its own", []merge.Change{variant("90.00", "120"), above}, 2, ""},
		{"only the product", []merge.Change{above}, 1, ""},
	} {
		kept, found := Inherit(c.changes, parent, shows)
		var code diag.Code
		if len(found) > 0 {
			code = found[0].Code
		}
		if len(kept) != c.kept || code != c.code {
			t.Errorf("%s: kept %d, %q; want %d, %q", c.name, len(kept), code, c.kept, c.code)
		}
	}
}
