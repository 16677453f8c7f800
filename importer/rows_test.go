package importer

import (
	"fmt"
	"testing"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"

	"github.com/google/go-cmp/cmp"
)

// stockBase has a product with two consignments, and another product.
func stockBase() *baseline.Base {
	b := testBase()
	b.Head.Kind, b.Head.KeyField = "stock", "consignmentID"
	t := i18n.T
	b.Head.Schema = append(b.Head.Schema[:2:2], append(catalog.Schema{
		{Field: "consignmentID", Kind: catalog.ID, Title: t("Consignment ID", "ID партии")},
	}, b.Head.Schema[2:]...)...)
	row := func(key, target catalog.Key, name, price string) catalog.Item {
		return catalog.Item{Key: key, Target: target, Cells: []catalog.Value{
			catalog.Of(target.ID), catalog.Of(key.Type), catalog.Of(key.ID), catalog.Of(name), catalog.Of("C-" + name), {}, catalog.Blank(), {},
			catalog.Of(price), {}, catalog.Of("false"), {}, {}, catalog.Of("1"),
		}}
	}
	p := func(id string) catalog.Key { return catalog.Key{Type: "product", ID: id} }
	c := func(n int) catalog.Key {
		return catalog.Key{Type: "consignment", ID: fmt.Sprintf("cccccccc-0000-4000-8000-%012d", n)}
	}
	b.Items = []catalog.Item{
		row(c(1), p(idA), "Партия 1", "100.00"),
		row(c(2), p(idA), "Партия 2", "100.00"),
		row(p(idB), p(idB), "Чай", "50.00"),
	}
	return b
}

func TestConsignments(t *testing.T) {
	for _, test := range []struct {
		name    string
		edit    func(*book)
		changes []string
		at      int // cells of the first change
		told    []string
	}{
		{
			"one row edited, the other still shows the old price",
			func(b *book) { b.put("I2", num("120")) },
			[]string{"Products!I2 salePrice:p1 100.00 -> 120.00"}, 1, []string{},
		},
		{
			"the same price twice is one change",
			func(b *book) { b.put("I2", num("120")); b.put("I3", str("120,00")) },
			[]string{"Products!I2 salePrice:p1 100.00 -> 120.00"}, 2, []string{},
		},
		{
			"two prices are refused at both cells",
			func(b *book) { b.put("I2", num("120")); b.put("I3", num("130")) },
			[]string{}, 0, []string{"error id-conflict I2", "error id-conflict I3"},
		},
		{
			"a consignment's own code is read-only",
			func(b *book) { b.put("E2", str("X")) },
			[]string{}, 0, []string{"error read-only/was E2"},
		},
		{
			"the product's id is not the row's",
			func(b *book) { b.put("A2", str(idB)) },
			[]string{}, 0, []string{"error id-changed A2"},
		},
		{
			"the row's id is gone",
			func(b *book) { b.put("C2", sheet.Cell{}) },
			[]string{}, 0, []string{"error id-changed C2"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := workbook(stockBase())
			test.edit(b)
			e := mustRead(t, b, Options{})
			if diff := cmp.Diff(test.changes, changed(e)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.told, told(e)); diff != "" {
				t.Error(diff)
			}
			if len(e.Changes) > 0 {
				c := e.Changes[0]
				if len(c.At) != test.at || c.Target != (catalog.Key{Type: "product", ID: idA}) {
					t.Errorf("%d cells of %v", len(c.At), c.Target)
				}
				if got := e.Value(c.Target, c.Column.Field); got != c.Mine {
					t.Errorf("the sheet shows %v for the target", got)
				}
			}
		})
	}
}

// TestConsignmentColumnDeleted: rows are then told apart by what else they say.
func TestConsignmentColumnDeleted(t *testing.T) {
	b := workbook(stockBase())
	for i := range b.sheets[0].rows {
		var kept []sheet.Cell
		for _, c := range b.sheets[0].rows[i].Cells {
			if c.Col != 3 {
				kept = append(kept, c)
			}
		}
		b.sheets[0].rows[i].Cells = kept
	}
	b.put("I3", num("120"))
	e := mustRead(t, b, Options{})
	if diff := cmp.Diff([]string{}, told(e)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Products!I3 salePrice:p1 100.00 -> 120.00"}, changed(e)); diff != "" {
		t.Error(diff)
	}
}

func TestRepeatedRows(t *testing.T) {
	copyOf := func(b *book, from, to int) {
		row := sheet.Row{Num: to}
		for _, r := range b.sheets[0].rows {
			if r.Num == from {
				row.Cells = append(row.Cells, r.Cells...)
			}
		}
		b.sheets[0].rows = append(b.sheets[0].rows, row)
	}
	t.Run("equal copies count once", func(t *testing.T) {
		b := workbook(testBase())
		b.put("H2", num("150"))
		copyOf(b, 2, 5)
		e := mustRead(t, b, Options{})
		if diff := cmp.Diff([]string{"notice row-repeated A5"}, told(e)); diff != "" {
			t.Error(diff)
		}
		if len(e.Changes) != 1 {
			t.Error(changed(e))
		}
	})
	t.Run("an edited copy beside an unedited row is refused at both", func(t *testing.T) {
		b := workbook(testBase())
		copyOf(b, 2, 5)
		b.put("H5", num("150"))
		e := mustRead(t, b, Options{})
		if diff := cmp.Diff([]string{"error id-conflict H2", "error id-conflict H5"}, told(e)); diff != "" {
			t.Error(diff)
		}
		if len(e.Changes) != 0 {
			t.Error(changed(e))
		}
	})
}

func TestMergedCells(t *testing.T) {
	b := workbook(testBase())
	b.put("H3", sheet.Cell{})
	b.put("H2", num("150"))
	b.sheets[0].merges = []sheet.Range{{FirstRow: 2, FirstCol: 8, LastRow: 3, LastCol: 8}, {FirstRow: 90, FirstCol: 1, LastRow: 91, LastCol: 2}}
	e := mustRead(t, b, Options{})
	if diff := cmp.Diff([]string{"error merged-cells H2"}, told(e)); diff != "" {
		t.Error(diff)
	}
	if good, _ := e.Good(); len(good) != 0 {
		t.Error("a row under a merge would be sent")
	}
}

func TestHiddenRow(t *testing.T) {
	b := workbook(testBase())
	b.put("H2", num("150"))
	b.sheets[0].rows[1].Hidden = true
	b.sheets[0].rows[2].Hidden = true
	e := mustRead(t, b, Options{})
	if diff := cmp.Diff([]string{"warning hidden-row-edited H2"}, told(e)); diff != "" {
		t.Error(diff)
	}
	if len(e.Changes) != 1 || !e.Changes[0].HiddenRow {
		t.Error("the change does not say that its row is hidden")
	}
}

func TestNewRows(t *testing.T) {
	row := func(b *book) {
		b.put("C5", str("Какао"))
		b.put("B5", str("Товар"))
		b.put("E5", str("Кофе"))
		b.put("H5", str("99,50"))
		b.put("M5", num("3"))
	}
	b := workbook(testBase())
	row(b)
	e := mustRead(t, b, Options{})
	if diff := cmp.Diff([]string{"error id-malformed/missing A5"}, told(e)); diff != "" {
		t.Error(diff)
	}
	e = mustRead(t, b, Options{Create: true})
	if diff := cmp.Diff([]string{"notice create-ignores A5"}, told(e)); diff != "" {
		t.Error(diff)
	}
	var made []string
	for _, c := range e.Created {
		made = append(made, c.Type+" "+c.Name)
		for _, v := range c.Values {
			made = append(made, string(v.Column.Field)+"="+v.Mine.Text())
		}
	}
	if diff := cmp.Diff([]string{"product Какао", "name=Какао", "folder=Кофе", "salePrice:p1=99.50"}, made); diff != "" {
		t.Error(diff)
	}
	b.put("C5", sheet.Cell{})
	e = mustRead(t, b, Options{Create: true})
	if diff := cmp.Diff([]string{"notice create-ignores A5", "error value-required C5"}, told(e)); diff != "" {
		t.Error(diff)
	}
}

// many rows for the tests of torn sheets.
func longBase(n int) *baseline.Base {
	b := testBase()
	b.Items = nil
	for i := range n {
		id := fmt.Sprintf("aaaaaaaa-0000-4000-8000-%012d", i)
		b.Items = append(b.Items, item(id, "product", fmt.Sprint("Товар ", i), fmt.Sprint("K", i), "Кофе", "", "20%", fmt.Sprintf("%d.00", 100+i), "1", "false", "", "", fmt.Sprint(i)))
	}
	return b
}

// rotate moves the cells of columns down by one, the last to the top.
func rotate(b *book, cols ...int) {
	rows := b.sheets[0].rows[1:]
	for _, col := range cols {
		texts := make([]sheet.Cell, len(rows))
		for i, r := range rows {
			for _, c := range r.Cells {
				if c.Col == col {
					texts[(i+1)%len(rows)] = c
				}
			}
		}
		for i, r := range rows {
			for j := range r.Cells {
				if r.Cells[j].Col == col {
					r.Cells[j] = texts[i]
				}
			}
		}
	}
}

func TestTornRows(t *testing.T) {
	for _, test := range []struct {
		name string
		cols []int
		want string
	}{
		{"UUID alone", []int{1}, "error rows-torn"},
		{"all but the UUID", []int{2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, "error rows-torn"},
		{"the names alone", []int{3}, "error rows-torn/column"},
		{"the prices alone", []int{8}, "error rows-torn/column"},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := workbook(longBase(60))
			rotate(b, test.cols...)
			e := mustRead(t, b, Options{})
			if diff := cmp.Diff([]string{test.want}, told(e)); diff != "" {
				t.Error(diff)
			}
			if len(e.Changes) != 0 || !e.Refused() {
				t.Error("the file is not refused as a whole")
			}
		})
	}
	t.Run("prices raised by one step are an edit", func(t *testing.T) {
		b := workbook(longBase(60))
		for i := range b.sheets[0].rows[1:] {
			for j := range b.sheets[0].rows[i+1].Cells {
				if c := &b.sheets[0].rows[i+1].Cells[j]; c.Col == 8 {
					c.Text = fmt.Sprint(101 + i)
				}
			}
		}
		e := mustRead(t, b, Options{})
		if len(e.Changes) != 60 || len(e.Problems) != 0 {
			t.Errorf("%d changes, %v", len(e.Changes), told(e))
		}
	})
	t.Run("one row with another's code and name", func(t *testing.T) {
		b := workbook(longBase(100))
		for i := range b.sheets[0].rows[1].Cells {
			switch c := &b.sheets[0].rows[1].Cells[i]; c.Col {
			case 3:
				c.Text = "Товар 7"
			case 4:
				c.Text = "K7"
			}
		}
		e := mustRead(t, b, Options{})
		if diff := cmp.Diff([]string{"error id-changed A2"}, told(e)); diff != "" {
			t.Error(diff)
		}
		if good, _ := e.Good(); len(good) != 0 {
			t.Error("the torn row would be sent")
		}
	})
}

func TestGoodRows(t *testing.T) {
	b := workbook(testBase())
	b.put("H2", num("150"))
	b.put("D2", str("a\x01"))
	b.put("H3", num("600"))
	e := mustRead(t, b, Options{})
	good, _ := e.Good()
	if len(e.Changes) != 2 || len(good) != 1 || good[0].Target.ID != idB {
		t.Errorf("%v", good)
	}
	if e.Refused() {
		t.Error("a bad row refuses the file")
	}
	if !e.BadRow(diag.At{Sheet: "Products", Row: 2}) || e.BadRow(diag.At{Sheet: "Products", Row: 3}) {
		t.Error("the wrong rows are bad")
	}
}

func TestMissingAndBlankRows(t *testing.T) {
	b := workbook(testBase())
	rows := b.sheets[0].rows
	b.sheets[0].rows = append(rows[:2:2], sheet.Row{Num: 9, Cells: []sheet.Cell{{Col: 3, Type: sheet.String, Text: "  "}, {Col: 40, Type: sheet.String, Text: "note"}}})
	e := mustRead(t, b, Options{})
	if e.Missing != 2 || e.Rows != 1 || len(e.Problems) != 0 || len(e.Changes) != 0 {
		t.Errorf("missing %d, rows %d, %v", e.Missing, e.Rows, told(e))
	}
}
