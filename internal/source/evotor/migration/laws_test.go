package migration

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/source"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// samples are values of every member, in its canonical spelling.
var samples = map[catalog.Field][]string{
	catalog.FieldName: {"Сидр <1>", "a & b"}, catalog.FieldType: {typeNormal}, catalog.FieldParentID: {id(7)}, catalog.FieldCode: {"0006"},
	catalog.FieldArticle: {"сид123"}, fieldDescription: {"две\nстроки"}, catalog.FieldBarcodes: {"2000000000060", "1\n2"},
	fieldPrice: {"123.12", "0"}, fieldCostPrice: {"100.123"}, fieldQuantity: {"-175", "0.5"}, fieldMeasure: {"дроб"}, fieldTax: {"VAT_18"},
	fieldAllowToSell: {"true", "false"}, fieldAlcoCodes: {"0000000000000000001"}, fieldAlcoholByVolume: {"5.45"}, fieldAlcoholKind: {"123"},
	fieldTareVolume: {"0.57"}, fieldAttributes: {`[{"id":"` + id(1) + `","name":"цвет","choices":[{"id":"` + id(2) + `","name":"Синий"}]}]`},
	fieldChoices: {`{"` + id(1) + `":"` + id(2) + `"}`},
}

func TestLensLaws(t *testing.T) {
	for _, m := range members {
		lens := m.lens()
		if len(samples[m.field]) == 0 {
			t.Errorf("%s has no samples", m.field)
		}
		for _, text := range samples[m.field] {
			doc := source.Doc{Fields: map[string]json.RawMessage{"images": raw(`[{"id":"x"}]`), "new_field": raw(`{"a":1}`)}}
			others := maps.Clone(doc.Fields)
			want := catalog.Of(text)
			if err := lens.Set(doc, want); err != nil {
				t.Fatal(err)
			}
			got, err := lens.Get(doc)
			if err != nil || !m.equal(got, want) {
				t.Errorf("%s: set %q, got %q, %v", m.field, want.Text(), got.Text(), err)
			}
			spelled := string(doc.Fields[m.key])
			if err := lens.Set(doc, got); err != nil || string(doc.Fields[m.key]) != spelled {
				t.Errorf("%s: setting what it holds changes %s to %s", m.field, spelled, doc.Fields[m.key])
			}
			delete(doc.Fields, m.key)
			if diff := cmp.Diff(others, doc.Fields); diff != "" {
				t.Errorf("%s touches other fields: %s", m.field, diff)
			}
		}
	}
}

// Whatever the tree, a parent is written before what lies in it, every item is
// a target or has a finding, and nothing is both whole and held back.
func TestAnyTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 14).Draw(t, "items")
		var items []string
		for i := 1; i <= n; i++ {
			var pairs []string
			if p := rapid.IntRange(0, n+1).Draw(t, "parent"); p > 0 {
				pairs = []string{"parentUuid", `"` + id(p) + `"`}
			}
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				items = append(items, product(i, pairs...))
			case 1:
				items = append(items, product(i, append(pairs, "attributes", `{"цвет":"`+rapid.SampledFrom([]string{"Синий", "Красный"}).Draw(t, "value")+`"}`)...))
			case 2:
				items = append(items, group(i, append(pairs, "hasVariants", "true")...))
			default:
				items = append(items, group(i, pairs...))
			}
		}
		c, err := Read([]byte("[" + strings.Join(items, ",") + "]"))
		if err != nil {
			t.Fatal(err)
		}
		r := Build(c, State{}, Options{Store: shopID})
		held, written := map[string]bool{}, map[string]Target{}
		for _, f := range r.Findings {
			held[f.key] = held[f.key] || f.Status.Holds()
		}
		p := plan.New(plan.Plan{}, Order(Steps(r, State{}, shopID, i18n.En)), Steps(r, State{}, shopID, i18n.En))
		at := map[string]int{}
		for i, s := range p.Steps {
			at[s.Target.ID] = i + 1
		}
		for _, target := range r.Targets {
			written[target.ID] = target
			if parent := value(target, catalog.FieldParentID); parent != "" && (at[parent] == 0 || at[parent] >= at[target.ID]) {
				t.Fatalf("%s is written %d., its group %s %d.", target.ID, at[target.ID], parent, at[parent])
			}
			if value(target, fieldChoices) != "" && value(written[value(target, catalog.FieldParentID)], fieldAttributes) == "" {
				t.Fatalf("%s has choices in a plain group", target.ID)
			}
		}
		for i := 1; i <= n; i++ {
			if _, ok := written[id(i)]; ok == held[id(i)] {
				t.Fatalf("%s: written %v, held %v: %v", id(i), ok, held[id(i)], found(r))
			}
		}
	})
}

func TestReport(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.xlsx")
	items := []string{product(1, "price", "10.999"), product(2, "name", `"=1+1"`, "tax", ""), product(3), group(4, "code", `"G"`)}
	for _, l := range []i18n.Lang{i18n.En, i18n.Ru} {
		c, err := Read([]byte("[" + strings.Join(items, ",") + "]"))
		if err != nil {
			t.Fatal(err)
		}
		rows, quiet := Rows(c, Build(c, State{}, Options{Store: shopID}), State{}, nil, []Extra{{Product: id(1), Data: raw(`{"value":"Полка"}`)}}, l)
		if len(rows) != 4 || len(quiet) != 1 || NotEqual(rows) != 3 {
			t.Fatalf("%d rows, %d quiet, %d not equal", len(rows), len(quiet), NotEqual(rows))
		}
		for i := range rows {
			rows[i].Decision = fmt.Sprint(i + 1)
		}
		if err := Write(path, rows, quiet, l); err != nil {
			t.Fatal(err)
		}
		list, problems, err := ReadFixes(t.Context(), path)
		if err != nil || len(problems) > 0 {
			t.Fatal(err, problems)
		}
		want := []Decision{
			{id(1), "price", "10.999", "1", list[0].Cell}, {id(2), "tax", shownAbsent, "2", list[1].Cell},
			{id(4), "code", "G", "3", list[2].Cell}, {id(1), "extras", `{"value":"Полка"}`, "4", list[3].Cell},
		}
		if diff := cmp.Diff(want, list); diff != "" || !strings.HasSuffix(list[1].Cell, "!F3") {
			t.Error(diff, list[1].Cell)
		}
		ids, err := ReadIDs(t.Context(), path)
		if diff := cmp.Diff([]string{id(1), id(2), id(4), id(1), id(3)}, ids); diff != "" || err != nil {
			t.Error(diff, err)
		}
	}
}

// cloud is a store that keeps what it is given.
type cloud struct {
	v1       string
	products map[string]source.Doc
	puts     int
}

func (c *cloud) Name() string { return "evotor" }
func (c *cloud) Account(context.Context) (source.Account, error) {
	return source.Account{ID: "a"}, nil
}
func (c *cloud) CatalogV1(context.Context, string) ([]byte, error) { return []byte(c.v1), nil }
func (c *cloud) ExtrasV1(context.Context, string) ([]byte, error)  { return []byte("[]"), nil }
func (c *cloud) ProductsWhole(context.Context, string) ([]source.Doc, error) {
	return slices.Collect(maps.Values(c.products)), nil
}
func (c *cloud) Groups(context.Context, string) ([]source.Doc, error) { return nil, nil }
func (c *cloud) ReplaceProducts(_ context.Context, _ string, docs []source.Doc) ([]source.Result, error) {
	results := make([]source.Result, len(docs))
	for i, d := range docs {
		c.puts++
		c.products[d.Key.ID] = d
		results[i].Outcome.State = plan.Applied
	}
	return results, nil
}
func (c *cloud) Await(context.Context, []string) error { return nil }
func (c *cloud) ReplaceGroups(context.Context, string, []source.Doc) ([]source.Result, error) {
	return nil, source.ErrStop
}

// A stock is written as V1 shows it at that moment, and an item that an earlier
// try has written is left alone with what was sold since.
func TestSendKeepsTheStockOfTheMoment(t *testing.T) {
	c := &cloud{v1: "[" + product(1) + "," + product(2, "quantity", "7") + "]", products: map[string]source.Doc{}}
	now := time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC)
	s := NewSource(c, func() time.Time { return now })
	_, old, err := s.V1(t.Context(), shopID)
	if err != nil {
		t.Fatal(err)
	}
	steps := Steps(Build(old, State{}, Options{Store: shopID}), State{}, shopID, i18n.En)
	c.v1, now = strings.Replace(c.v1, `"quantity":12.5`, `"quantity":9.5`, 1), now.Add(time.Hour)
	write := func() {
		t.Helper()
		var writes []source.Write
		for _, step := range steps {
			writes = append(writes, source.Write{Step: step})
		}
		results, err := s.Send(t.Context(), writes)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range results {
			if r.Outcome.State != plan.Applied || r.Outcome.Target != steps[i].Target {
				t.Errorf("%+v", r.Outcome)
			}
		}
	}
	write()
	if q := string(c.products[id(1)].Fields["quantity"]); q != "9.5" {
		t.Errorf("the stock of an hour ago was written: %s", q)
	}
	c.products[id(2)].Fields["quantity"] = raw("5") // sold
	now = now.Add(time.Hour)
	puts := c.puts
	write()
	if q := string(c.products[id(2)].Fields["quantity"]); q != "5" || c.puts != puts {
		t.Errorf("a second try wrote again: %s, %d", q, c.puts-puts)
	}
}

// What V2 knows besides, and its stock, survive an update.
func TestUpdateKeepsTheRest(t *testing.T) {
	c := &cloud{v1: "[" + product(1) + "]", products: map[string]source.Doc{}}
	s := NewSource(c, time.Now)
	_, old, err := s.V1(t.Context(), shopID)
	if err != nil {
		t.Fatal(err)
	}
	r := Build(old, State{}, Options{Store: shopID})
	held := source.Doc{Key: catalog.Key{Store: shopID, ID: id(1)}, Fields: map[string]json.RawMessage{
		"id": raw(`"` + id(1) + `"`), "price": raw("1.00"), "quantity": raw("3"), "is_excisable": raw("true"), "new_field": raw(`{"a":1}`),
	}}
	c.products[id(1)] = held
	state, err := s.V2(t.Context(), shopID)
	if err != nil {
		t.Fatal(err)
	}
	steps := Steps(r, state, shopID, i18n.En)
	if len(steps) != 1 || steps[0].Op != plan.Update {
		t.Fatalf("%+v", steps)
	}
	if _, err := s.Send(t.Context(), []source.Write{{Step: steps[0], Live: held}}); err != nil {
		t.Fatal(err)
	}
	got := c.products[id(1)].Fields
	for key, want := range map[string]string{"price": "123.12", "quantity": "3", "is_excisable": "true", "new_field": `{"a":1}`, "name": `"Товар 1"`} {
		if string(got[key]) != want {
			t.Errorf("%s is %s, want %s", key, got[key], want)
		}
	}
	if string(held.Fields["price"]) != "1.00" {
		t.Error("the document that was read is changed")
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"[]", "[" + product(1) + "]", "[" + group(1, "hasVariants", "true") + "," + product(2, "attributes", `{"a":1}`) + "]", "{}", "[{", `[{"uuid":1}] x`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		c, err := Read([]byte(body))
		if err != nil {
			return
		}
		r := Build(c, State{}, Options{Store: shopID})
		for _, target := range r.Targets {
			if !isUUID(target.ID) || value(target, catalog.FieldName) == "" {
				t.Errorf("%+v", target)
			}
		}
		Rows(c, r, State{}, nil, nil, i18n.Ru)
	})
}
