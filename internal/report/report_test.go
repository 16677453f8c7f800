package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/plan"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var (
	retail = catalog.Column{
		Field: "salePrice:11", Kind: catalog.Money, PriceRole: "sale",
		Title: i18n.T("Price: Розничная", "Цена: Розничная"),
	}
	title = catalog.Column{Field: catalog.FieldName, Kind: catalog.Text, Title: i18n.T("Name", "Наименование")}
	code  = catalog.Column{Field: catalog.FieldCode, Kind: catalog.Code, Title: i18n.T("Code", "Код")}
)

func at(row, col int) diag.At { return diag.At{Sheet: "Остатки", Row: row, Col: col} }

func key(n int) catalog.Key {
	return catalog.Key{Type: "product", ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", n)}
}

func edit(n, row int, name string, c catalog.Column, base, mine string) merge.Change {
	col := map[catalog.Field]int{title.Field: 5, code.Field: 6, retail.Field: 13}[c.Field]
	return merge.Change{
		Target: key(n), Name: name, Column: c, Header: c.Title.Ru,
		Base: catalog.Of(base), Mine: catalog.Of(mine), Verdict: merge.Edit, At: []diag.At{at(row, col)},
	}
}

// shop is a review with everything in it.
func shop() Model {
	held := edit(3, 14, "Сахар-песок 1 кг", retail, "80.00", "8000.00")
	cleared := edit(4, 15, "Соль", code, "00045", "")
	hiddenRow := edit(5, 16, "Чай чёрный байховый", retail, "1299.00", "1399.00")
	hiddenRow.HiddenRow = true
	many := edit(6, 17, "Мука пшеничная хлебопекарная высшего сорта, мешок 50 кг", retail, "1850.00", "1790.00")
	many.At = append(many.At, at(18, 13), at(19, 13))
	bad := diag.New("test-error").In(diag.At{Sheet: "Остатки", Row: 20, Col: 13, Header: "Цена: Розничная", Item: "Рис"}).Typed("1,299")
	return Model{
		File: "цены.xlsx", Source: "moysklad", Kind: "stock", Snapshot: "s1",
		Taken:   time.Date(2026, 11, 21, 10, 0, 0, 0, time.FixedZone("", 3*3600)),
		Notices: []i18n.Localizer{Say(i18n.T("compared with the export of %s", "сравнение с выгрузкой от %s"), "21.11.2026")},
		Closing: []i18n.Localizer{i18n.T("nothing was sent", "ничего не отправлено")},
		Rows:    1240, Unchanged: 1204, Missing: 2,
		Changes: []merge.Change{
			held, cleared, many, hiddenRow,
			edit(1, 12, "Кофе зерновой 1 кг", retail, "100.00", "120.00"),
			edit(1, 12, "Кофе зерновой 1 кг", title, "Кофе зерновой 1 кг", "Кофе зерновой «Арабика» 1 кг, вакуумная упаковка"),
			edit(2, 13, "Чай", retail, "", "95.50"),
		},
		Created:  []merge.Created{{Type: "product", Name: "Какао", At: diag.At{Sheet: "Остатки", Row: 21}, Values: []merge.Change{edit(0, 21, "", retail, "", "250.00")}}},
		Problems: diag.List{bad, diag.New("test-jump").As(diag.Held).In(at(14, 13)), diag.New("test-file").As(diag.Warning)},
	}
}

// online is the same shop after the server was read.
func online() Model {
	m := shop()
	m.Online = true
	for i := range m.Changes {
		m.Changes[i].Theirs = m.Changes[i].Base
	}
	m.Changes[2].Theirs, m.Changes[2].Verdict = catalog.Of("1900.00"), merge.Conflict
	m.Changes[4].Theirs, m.Changes[4].Verdict = catalog.Of("120.00"), merge.Already
	drift := edit(7, 30, "Перец", retail, "50.00", "50.00")
	drift.Theirs, drift.Verdict = catalog.Of("55.00"), merge.Drift
	m.Changes = append(m.Changes, drift)
	return m
}

// sent is the same shop after an import.
func sent() Model {
	m := shop()
	m.Run = "20261121-1"
	price := plan.Assign{Field: retail.Field, Header: "Цена: Розничная", Kind: catalog.Money, Was: catalog.Of("100.00"), Want: catalog.Of("120.00")}
	name := plan.Assign{Field: title.Field, Header: "Наименование", Was: catalog.Of("Кофе"), Want: catalog.Of("Кофе 1 кг")}
	m.Items = []Item{
		{ID: key(1).ID, Type: "product", Name: "Кофе зерновой 1 кг", Cells: []string{"Остатки!M12"}, State: plan.Applied, Set: []plan.Assign{name, price}},
		{ID: key(2).ID, Type: "product", Name: "Чай", Cells: []string{"Остатки!M13"}, State: plan.Already, Set: []plan.Assign{price}},
		{ID: key(3).ID, Type: "product", Name: "Сахар", Cells: []string{"Остатки!M14"}, State: plan.Rejected, Code: "3006", Message: "price is refused", Set: []plan.Assign{price}},
		{ID: key(4).ID, Type: "product", Name: "Соль", State: plan.Stale, Set: []plan.Assign{price}, Live: []catalog.Value{catalog.Of("99.00")}},
		{ID: key(5).ID, Type: "product", Name: "Рис", State: plan.Unsent, Set: []plan.Assign{price}},
	}
	return m
}

// comma stands in for the display of amounts in Russian.
func comma(_ catalog.Column, v catalog.Value, l i18n.Lang) string { return point(v.Text(), l) }

func runs() []Run {
	when := time.Date(2026, 11, 21, 10, 5, 0, 0, time.FixedZone("", 3*3600))
	return []Run{
		{Run: "r1", When: when, Command: "import", File: "цены.xlsx", Source: "moysklad", Account: "acc", State: "undone", Applied: 2},
		{Run: "r2", When: when.Add(time.Hour), Command: "undo", File: "цены.xlsx", Source: "moysklad", Account: "acc", State: "partly", Applied: 1, Stale: 1, Items: sent().Items[:2]},
	}
}

func values() []Written {
	when := time.Date(2026, 11, 21, 10, 5, 0, 0, time.UTC)
	a := sent().Items[0].Set[1]
	return []Written{
		{Run: "r2", When: when.Add(time.Hour), State: plan.Rejected, Assign: plan.Assign{Field: a.Field, Header: a.Header, Kind: a.Kind, Was: a.Want, Want: a.Was}},
		{Run: "r1", When: when, State: plan.Applied, Assign: a},
	}
}

func TestGolden(t *testing.T) {
	for _, l := range []i18n.Lang{i18n.En, i18n.Ru} {
		s := Style{Lang: l, Display: comma}
		narrow := s
		narrow.Width = 50
		for _, g := range []struct {
			name string
			view func(io.Writer) error
		}{
			{"review.txt", func(w io.Writer) error { return Text(w, shop(), s) }},
			{"narrow.txt", func(w io.Writer) error { return Text(w, shop(), narrow) }},
			{"online.txt", func(w io.Writer) error { return Text(w, online(), s) }},
			{"import.txt", func(w io.Writer) error { return Text(w, sent(), s) }},
			{"undo.txt", func(w io.Writer) error { return UndoText(w, sent(), s) }},
			{"history.txt", func(w io.Writer) error { return HistoryText(w, runs(), s) }},
			{"values.txt", func(w io.Writer) error { return ValuesText(w, key(1).ID, values(), s) }},
			{"review.json", func(w io.Writer) error { return JSON(w, shop(), l) }},
			{"online.json", func(w io.Writer) error { return JSON(w, online(), l) }},
			{"undo.json", func(w io.Writer) error { return UndoJSON(w, sent(), l) }},
			{"history.json", func(w io.Writer) error { return HistoryJSON(w, runs()) }},
			{"values.json", func(w io.Writer) error { return ValuesJSON(w, key(1).ID, values()) }},
		} {
			t.Run(l.String()+"/"+g.name, func(t *testing.T) {
				var b bytes.Buffer
				if err := g.view(&b); err != nil {
					t.Fatal(err)
				}
				golden(t, filepath.Join("testdata", l.String(), g.name), b.Bytes())
			})
		}
	}
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want = bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n"))
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Error(d)
	}
}

// TestJSONKeys holds the shape that scripts rely on: which keys are there when.
func TestJSONKeys(t *testing.T) {
	base := []string{"changes", "counts", "file", "kind", "problems", "snapshot", "source", "taken"}
	run := []string{"already", "applied", "items", "rejected", "run", "stale", "unsent"}
	change := []string{"cell", "field", "from", "header", "id", "name", "to", "type"}
	for _, c := range []struct {
		name        string
		model       Model
		top, change []string
	}{
		{"offline", shop(), base, change},
		{"online", online(), base, append([]string{"server", "verdict"}, change...)},
		{"sent", sent(), append(run[:len(run):len(run)], base...), change},
		{"empty", Model{}, base, nil},
		{"failed", Model{Failed: errors.New("fetch page 3")}, base, nil},
		{"run without items", Model{Run: "r"}, append(run[:len(run):len(run)], base...), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := JSON(&b, c.model, i18n.En); err != nil {
				t.Fatal(err)
			}
			dec := json.NewDecoder(&b)
			var got map[string]any
			if err := dec.Decode(&got); err != nil {
				t.Fatal(err)
			}
			if _, err := dec.Token(); err != io.EOF {
				t.Errorf("more than one object: %v", err)
			}
			if d := cmp.Diff(sorted(c.top), keys(got)); d != "" {
				t.Error(d)
			}
			for _, list := range []string{"changes", "problems"} {
				if _, ok := got[list].([]any); !ok {
					t.Errorf("%s is %T", list, got[list])
				}
			}
			for _, x := range got["changes"].([]any) {
				if d := cmp.Diff(sorted(c.change), keys(x.(map[string]any))); d != "" {
					t.Error(d)
				}
			}
			for _, k := range []string{"rows", "changed_items", "changes", "created", "missing", "errors", "held", "warnings", "conflicts"} {
				if _, ok := got["counts"].(map[string]any)[k].(float64); !ok {
					t.Errorf("counts has no %s", k)
				}
			}
		})
	}
}

// TestJSONFailed says a failure in the one object, counted like any error.
func TestJSONFailed(t *testing.T) {
	var b bytes.Buffer
	m := Model{File: "a.xlsx", Failed: i18n.Errorf(i18n.T("no network", "нет сети"))}
	if err := JSON(&b, m, i18n.Ru); err != nil {
		t.Fatal(err)
	}
	var got reviewJSON
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := []problemJSON{{Severity: "error", Code: "failed", Message: "нет сети"}}
	if d := cmp.Diff(want, got.Problems); d != "" || got.Counts.Errors != 1 {
		t.Error(d, got.Counts.Errors)
	}
}

// TestFolding cuts long lists, says how much was cut, and never cuts what needs
// a look before what does not.
func TestFolding(t *testing.T) {
	var m Model
	for i := range 100 {
		m.Changes = append(m.Changes, edit(i, i+2, fmt.Sprintf("item %d", i), retail, "1.00", "2.00"))
	}
	for i := range 138 {
		m.Problems.Add(diag.New("test-ambiguous").In(at(200+i, 13)))
	}
	m.Problems.Add(diag.New("test-jump").As(diag.Held).In(at(101, 13)))
	text := say(t, m, Style{})
	for _, want := range []string{"50 more changes", "118 more: test-ambiguous", "! Остатки!M101", "Остатки!M219"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if strings.Contains(text, "Остатки!M220") {
		t.Error("the 21st finding of one code is there")
	}
	all := say(t, m, Style{Verbose: true})
	if strings.Contains(all, "more") || !strings.Contains(all, "Остатки!M337") {
		t.Error("verbose folds")
	}
}

// TestHints shows the hint of every code that has one, in both languages.
func TestHints(t *testing.T) {
	for _, e := range diag.Table() {
		d := diag.Diagnostic{Code: e.Code, Variant: e.Variant, Severity: e.Severity}
		for _, l := range []i18n.Lang{i18n.En, i18n.Ru} {
			text := say(t, Model{Problems: diag.List{d}}, Style{Lang: l})
			if hint := Clean(d.Hint(l)); !strings.Contains(text, hint) {
				t.Errorf("%s: no hint %q", e.Code, hint)
			}
		}
	}
}

// TestWords: every text has both languages, and as many forms of a counted noun
// as the language has.
func TestWords(t *testing.T) {
	for _, n := range []int{0, 1, 2, 5, 11, 21, 22, 1204} {
		for _, l := range []i18n.Lang{i18n.En, i18n.Ru} {
			m := sent()
			m.Run = ""
			m.Rows, m.Unchanged, m.Missing = n, n, n
			for _, s := range []string{Headline(m, l), Headline(sent(), l), undoHeadline(sent().Items, l)} {
				if strings.ContainsAny(s, "{}|") || strings.Contains(s, "%!") {
					t.Errorf("%s %d: %s", l, n, s)
				}
			}
		}
	}
}

func say(t *testing.T, m Model, s Style) string {
	t.Helper()
	var b bytes.Buffer
	if err := Text(&b, m, s); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func keys(m map[string]any) []string {
	var list []string
	for k := range m {
		list = append(list, k)
	}
	return sorted(list)
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}
