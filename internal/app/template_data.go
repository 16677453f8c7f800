package app

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/money"
	"catalogsheet/internal/sheet"
	"catalogsheet/templates"

	"github.com/shopspring/decimal"
)

// reportData is the rows of a snapshot on their way into a report. They wait
// packed, past a megabyte in a temporary file: a template may loop over them
// more than once, and a service is asked once.
type reportData struct {
	head   catalog.Head
	spill  sheet.Spill
	totals map[string]decimal.Decimal // of the numbers of all rows, by name
}

// summed are the names of a row that batch.totalRow has the sum of.
var summed = [...]string{"stock", "reserve", "inTransit", "quantity", "sumTotal", "saleAmount"}

// gatherReport reads all rows of a snapshot.
func gatherReport(ctx context.Context, s catalog.Snapshot) (*reportData, error) {
	d := &reportData{head: s.Head, totals: map[string]decimal.Decimal{}}
	var packed []byte
	for item, err := range s.Items {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			packed = packItem(packed[:0], item)
			_, err = d.spill.Write(packed)
		}
		if err != nil {
			return nil, errors.Join(err, d.close())
		}
		d.add(item)
	}
	return d, nil
}

func (d *reportData) close() error { return d.spill.Close() }

// add counts a row into the totals.
func (d *reportData) add(item catalog.Item) {
	row := d.row(item)
	for _, name := range summed {
		if n, ok := row[name].(decimal.Decimal); ok {
			d.totals[name] = d.totals[name].Add(n)
		}
	}
	for i, c := range d.head.Schema {
		if n, ok := reportValue(c, item.Cells[i]).(decimal.Decimal); ok && isStore(c) {
			d.totals[string(c.Field)] = d.totals[string(c.Field)].Add(n)
		}
	}
}

// isStore says that a column is the stock in one store.
func isStore(c catalog.Column) bool { return c.Field.Family() == "stock" && c.Field.Member() != "" }

// scope is the data of the report by the names that templates use.
func (d *reportData) scope() templates.Scope {
	total := map[string]any{}
	for _, name := range summed {
		if n, ok := d.totals[name]; ok {
			total[name] = n
		}
	}
	if stores := d.storeList(func(c catalog.Column) any { return d.totals[string(c.Field)] }); stores != nil {
		total["stockTotal"] = stores
	}
	rows := templates.Rows(d.rows)
	return templates.Scope{
		"rows":  rows,
		"batch": map[string]any{"totalRow": total},
		"o": map[string]any{
			"name": d.head.AccountName, "moment": d.head.Taken, "description": nil, "applicable": true,
			"state": map[string]any{"name": nil}, "positions": rows,
		},
	}
}

// rows reads the packed rows.
func (d *reportData) rows(yield func(any, error) bool) {
	r := bufio.NewReaderSize(d.spill.Reader(), 64<<10)
	for {
		item, err := unpackItem(r, len(d.head.Schema))
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			yield(nil, err)
			return
		}
		if !yield(d.row(item), nil) {
			return
		}
	}
}

// reportAliases are the columns of a source whose sheets have other names for
// what a template asks.
var reportAliases = map[catalog.Field]catalog.Field{
	"salePrice": "price", "cost": "costPrice", "stock": "quantity", "uom": "measure", "folder": "group", "vat": "tax",
}

// row makes the data of one row: MoySklad's names, and those of our columns
// where no name of MoySklad's is the same.
func (d *reportData) row(item catalog.Item) map[string]any {
	cell := func(f catalog.Field) catalog.Value { return d.cell(item, f) }
	data := templates.Row(templates.KindStock, cell)
	for name, v := range templates.Row(templates.KindProducts, cell) {
		data[name] = v
	}
	members := map[string]map[string]any{}
	for i, c := range d.head.Schema {
		family, v := c.Field.Family(), reportValue(c, item.Cells[i])
		if c.Field.Member() == "" {
			if _, taken := data[family]; !taken {
				data[family] = v
			}
			continue
		}
		if name := memberMaps[family]; name != "" {
			if members[name] == nil {
				members[name] = map[string]any{}
				data[name] = members[name]
			}
			members[name][memberTitle(c)] = v
		}
	}
	if stores := d.storeList(func(c catalog.Column) any {
		return reportValue(c, item.Cells[d.head.Schema.Index(c.Field)])
	}); stores != nil {
		data["stockTotal"] = stores
	}
	return data
}

// memberMaps are the names under which a row has the members of a family, by
// their names.
var memberMaps = map[string]string{"salePrice": "prices", "attr": "attributes", "char": "characteristics", "stock": "stores"}

// memberTitle is the name of a family's member: Retail of “Price: Retail”.
func memberTitle(c catalog.Column) string {
	_, name, _ := strings.Cut(c.Title.Ru, ":")
	return strings.TrimSpace(name)
}

// storeList lists the stores of a report by stores, nil for another report.
func (d *reportData) storeList(stock func(catalog.Column) any) []any {
	var list []any
	for _, c := range d.head.Schema {
		if isStore(c) {
			list = append(list, map[string]any{"id": c.Field.Member(), "name": memberTitle(c), "stock": stock(c)})
		}
	}
	return list
}

// cell gives a column's value; of a family its first member's.
func (d *reportData) cell(item catalog.Item, f catalog.Field) catalog.Value {
	if f == catalog.FieldConsignmentID && d.head.Schema.Index(f) < 0 {
		return catalog.Of(item.Key.ID)
	}
	for i, c := range d.head.Schema {
		if c.Field == f || c.Field.Family() == string(f) && c.Field.Member() != "" && f == "salePrice" {
			return item.Cells[i]
		}
	}
	if other, ok := reportAliases[f]; ok && d.head.Schema.Index(f) < 0 {
		if i := d.head.Schema.Index(other); i >= 0 {
			return item.Cells[i]
		}
	}
	return catalog.Value{}
}

// reportValue is a value in the units of templates: money in kopecks.
func reportValue(c catalog.Column, v catalog.Value) any {
	if !v.IsSet() {
		return nil
	}
	switch c.Kind {
	case catalog.Flag:
		return v.Text() == "true"
	case catalog.Money, catalog.Number, catalog.Integer:
		n, err := money.Parse(v.Text())
		if err != nil {
			return v.Text()
		}
		if c.Kind == catalog.Money {
			n = n.Shift(2)
		}
		return n
	}
	return v.Text()
}

// packItem appends what a report needs of an item: its id and its cells, each
// under its length, 0 for a value that is not there.
func packItem(b []byte, item catalog.Item) []byte {
	b = append(binary.AppendUvarint(b, uint64(len(item.Key.ID))), item.Key.ID...)
	for _, v := range item.Cells {
		if !v.IsSet() {
			b = append(b, 0)
			continue
		}
		text := v.Text()
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	return b
}

// unpackItem reads what packItem wrote; io.EOF is the end.
func unpackItem(r *bufio.Reader, cells int) (catalog.Item, error) {
	id, err := unpackText(r)
	if err != nil {
		return catalog.Item{}, err
	}
	item := catalog.Item{Key: catalog.Key{ID: id}, Cells: make([]catalog.Value, cells)}
	for i := range item.Cells {
		text, err := unpackText(r)
		if err != nil {
			return item, errors.Join(io.ErrUnexpectedEOF, err)
		}
		if text != "" {
			item.Cells[i] = catalog.Of(text)
		}
	}
	return item, nil
}

func unpackText(r *bufio.Reader) (string, error) {
	n, err := binary.ReadUvarint(r)
	if err != nil || n == 0 {
		return "", err
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return "", errors.Join(io.ErrUnexpectedEOF, err)
	}
	return string(text), nil
}
