package templates

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

// What an expression shows is understood with its scale, or not at all.
func TestWhatACellShows(t *testing.T) {
	for text, want := range map[string]string{
		"${row.consignmentID}":                                    "consignmentID 1 id",
		"UUID: ${row.consignmentID}":                              "consignmentID 1 id",
		"${row.good.id}":                                          "id 1 id",
		"${row.consignment.id}":                                   "consignmentID 1 id",
		"${row.salePrice / 100}":                                  "salePrice 1 whole",
		"${row.salePrice / 100.0}":                                "salePrice 1",
		"${row.salePrice}":                                        "salePrice 0.01",
		"${row.salePrice * 0.01}":                                 "salePrice 1",
		"${0.01 * row.salePrice}":                                 "salePrice 1",
		"${row.salePrice / 100.0 / 1000.0}":                       "salePrice 1000",
		"${(row.salePrice) / 100.0}":                              "salePrice 1",
		"${formatter.round(row.price/100.0)}":                     "cost 1",
		"${row.salePrice != null ? row.salePrice / 100.0 : null}": "salePrice 1",
		"${row.name ?: \"\"}":                                     "name 1",
		"${row.name.trim()}":                                      "name 1",
		"${row.modificationCode}":                                 "code 1",
		"${row.prices[\"Опт\"] / 100.0}":                          "salePrice:Опт 1",
		"${row.attributes[\"Цвет\"]}":                             "attr:Цвет 1",
		"${row.salePrice / 100 * 1.2 + 5}":                        " 1",
		"${row.salePrice / row.stock}":                            " 1",
		"${row.salePrice / 100.0} руб.":                           "salePrice 1 [|руб.]",
		"Цена: ${row.salePrice / 100.0} за шт":                    "salePrice 1 [Цена:|за шт]",
		"${row.stock} шт":                                         " 1",
		"${row.name} ${row.modificationCode}":                     " 1",
		"${other.name}":                                           " 1",
		"Цена":                                                    " 1",
	} {
		c := LayoutColumn{Scale: decimal.NewFromInt(1)}
		c.mean(&cell{kind: textCell, text: text, parsed: parseText(text)}, "row")
		got := fmt.Sprintf("%s %s", c.Field, c.Scale)
		if c.ID {
			got += " id"
		}
		if c.Whole {
			got += " whole"
		}
		if c.Before+c.After != "" {
			got += fmt.Sprintf(" [%s|%s]", c.Before, c.After)
		}
		if got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}

// The ready templates say what their columns are.
func TestLayoutsOfReadyTemplates(t *testing.T) {
	for kind, want := range map[string]string{
		KindStock:     "[A UUID=consignmentID B Код=code C Артикул=article D Наименование=name E Остаток=stock F Цена продажи=salePrice G Новая цена=]",
		KindProducts:  "[A UUID=consignmentID B Код=code C Артикул=article D Наименование=name E Группа=folder F Ед. изм.=uom G Внешний код=externalCode H Новая цена=]",
		KindPricelist: "[A UUID=consignmentID B Код=code C Артикул=article D Наименование=name E Ед. изм.=uom F Цена продажи=salePrice G Новая цена=]",
	} {
		for _, format := range []string{"xls", "xlsx"} {
			data, err := New(kind, format)
			must(t, err)
			tpl, err := Load(data)
			must(t, err)
			all := tpl.Layouts()
			if len(all) != 1 {
				t.Fatal(kind, format, all)
			}
			var got []string
			for _, c := range all[0].Columns {
				got = append(got, fmt.Sprintf("%c %s=%s", 'A'+c.Col-1, c.Title, c.Field))
			}
			if diff := cmp.Diff(want, fmt.Sprint(got)); diff != "" {
				t.Error(kind, format, diff)
			}
		}
	}
}

// What is left of a template tells the columns by their usual titles; a bare
// «Цена» is the sale price only where there is no other amount.
func TestTrace(t *testing.T) {
	for name, c := range map[string]struct {
		texts []string
		want  string
	}{
		"one amount":  {[]string{`<jx:forEach items="${rows}" var="r">`, "${r.consignmentID}", "${r.salePrice / 100.0} р."}, "true Цена продажи Цена"},
		"two amounts": {[]string{`<jx:forEach items="${rows}" var="r">`, "${r.consignmentID}", "${r.salePrice / 100.0}", "${r.price / 100.0}"}, "true Цена продажи"},
		"no id":       {[]string{`<jx:forEach items="${rows}" var="r">`, "${r.name}"}, "false Наименование"},
		"no loop":     {[]string{"${r.consignmentID}"}, "false"},
	} {
		l, ok := Trace(c.texts)
		got := fmt.Sprint(ok)
		for _, col := range l.Columns {
			if slices.Contains([]string{"Наименование", "Цена", "Цена продажи"}, col.Title) {
				got += " " + col.Title
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
