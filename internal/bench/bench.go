// Package bench measures export, read and diff over generated catalogs that are
// the same on every computer: 1,000, 10,000 and 100,000 rows of twenty columns.
//
//	go test ./internal/bench -bench . -run '^$'
//	go test ./internal/bench -bench 'Export/xlsx/10000' -run '^$' -count 6 | tee new.txt
//
// Each benchmark prints rows per second beside time and memory; compare two
// runs with benchstat before calling one faster. What the whole program takes
// of memory for an export of 100,000 rows is bounded and told by
//
//	go test ./internal/bench -run MemoryOfExport -v -args -products 83334
package bench

import (
	"fmt"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/source/moysklad"
)

// Columns is how many columns a generated sheet has.
const Columns = 20

// Schema gives the columns of a generated sheet: the first of those that every
// account has.
func Schema() catalog.Schema { return catalog.Schema(moysklad.Known())[:Columns] }

// Snapshot makes a catalog of n rows. Every every-th row has another price,
// none for 0: two snapshots that differ in that are an export and its edit.
func Snapshot(n, every int) catalog.Snapshot {
	schema := Schema()
	return catalog.Snapshot{
		Total: n,
		Head: catalog.Head{
			Format: 1, Source: "moysklad", Kind: "stock", Account: "bench", AccountName: "bench", Currency: "RUB",
			Taken: time.Date(2026, 11, 21, 10, 0, 0, 0, time.UTC), Lang: i18n.En, Schema: schema,
			KeyField: catalog.FieldConsignmentID, SheetName: i18n.T("Stock", "Остатки"),
		},
		Items: func(yield func(catalog.Item, error) bool) {
			for i := range n {
				if !yield(item(schema, i, every > 0 && i%every == 0), nil) {
					return
				}
			}
		},
	}
}

func item(schema catalog.Schema, i int, edited bool) catalog.Item {
	key := catalog.Key{Type: "product", ID: fmt.Sprintf("%08x-0000-11ef-0a80-%012x", i*2654435761&0xffffffff, i)}
	cells := make([]catalog.Value, len(schema))
	for j, c := range schema {
		switch c.Field {
		case catalog.FieldID, catalog.FieldConsignmentID:
			cells[j] = catalog.Of(key.ID)
		case catalog.FieldType:
			cells[j] = catalog.Of(key.Type)
		case catalog.FieldParentID:
		default:
			cells[j] = value(c, i)
			if edited && c.PriceRole == "minimum" {
				cells[j] = catalog.Of(fmt.Sprintf("%d.%02d", 101+i%5000, i%100))
			}
		}
	}
	return catalog.Item{Key: key, Target: key, Cells: cells}
}

// value is an ordinary value of a kind.
func value(c catalog.Column, i int) catalog.Value {
	switch c.Kind {
	case catalog.Money:
		return catalog.Of(fmt.Sprintf("%d.%02d", 100+i%5000, i%100))
	case catalog.Number, catalog.Integer:
		return catalog.Of(fmt.Sprint(1 + i%900))
	case catalog.Flag:
		return catalog.Of("false")
	case catalog.VAT:
		return catalog.Of("20%")
	case catalog.Barcodes:
		return catalog.Of(fmt.Sprintf("ean13:2%012d", i))
	case catalog.Code:
		return catalog.Of(fmt.Sprintf("%07d", i))
	case catalog.Choice:
		return catalog.Of([]string{"Напитки/Вода", "Канцелярия", "Сладости"}[i%3])
	case catalog.Time:
		return catalog.Of("2026-01-31 10:00:00.000")
	}
	return catalog.Of(fmt.Sprintf("Наименование товара %d, 1,5 л", i))
}
