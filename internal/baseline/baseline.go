// Package baseline is what a sheet carries about itself: export, then read
// back, and head, lists and every cell are equal. It speaks records of text,
// so the same lines fill the hidden sheets of a workbook, the sidecar of a CSV
// file and the snapshot kept in the home folder.
package baseline

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
)

// Format is the number of the sheet's format.
const Format = 1

// The hidden sheets, found by name and never by their hidden state.
const (
	MetaSheet = "_catalogsheet"
	BaseSheet = "_base"
	ListSheet = "_lists"
)

// Tags of records: the first field of every record says what it is.
const (
	tagMeta   = "meta"
	tagColumn = "column"
	tagList   = "list"
	tagBase   = "base"
	tagRow    = "row"
)

// absent is how a value that the API did not give is written; a text that
// begins with a backslash is written with one more.
const absent = `\absent`

// keyFields come before the cells in a row's record.
var keyFields = []string{"store", "type", "id", "targetType", "targetID"}

// MetaRecords gives the records of the head and its columns. headers are the
// column titles as written into the sheet.
func MetaRecords(h catalog.Head, headers []string) ([][]string, error) {
	records := [][]string{
		{tagMeta, "format", strconv.Itoa(Format)},
		{tagMeta, "snapshot", h.ID},
		{tagMeta, "source", h.Source},
		{tagMeta, "kind", h.Kind},
		{tagMeta, "account", h.Account},
		{tagMeta, "accountName", h.AccountName},
		{tagMeta, "currency", h.Currency},
		{tagMeta, "taken", h.Taken.Format(time.RFC3339)},
		{tagMeta, "language", h.Lang.String()},
		{tagMeta, "keyField", string(h.KeyField)},
		{tagMeta, "readOnly", strconv.FormatBool(h.ReadOnly)},
		{tagMeta, "sheet", h.SheetName.In(h.Lang)},
	}
	for i, c := range h.Schema {
		def, err := json.Marshal(c)
		if err != nil {
			return nil, fmt.Errorf("describe column %s: %w", c.Field, err)
		}
		records = append(records, []string{tagColumn, string(c.Field), headers[i], string(def)})
	}
	return records, nil
}

// ListNames gives the names of the lists in the order in which they are
// written.
func ListNames(h catalog.Head) []string {
	names := make([]string, 0, len(h.Lists))
	for name := range h.Lists {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// ListRecords gives one record per entry of every list.
func ListRecords(h catalog.Head) [][]string {
	var records [][]string
	for _, name := range ListNames(h) {
		for _, e := range h.Lists[name] {
			records = append(records, []string{tagList, name, e.ID, e.Name})
		}
	}
	return records
}

// RowHeader is the record that names the cells of the row records.
func RowHeader(h catalog.Head) []string {
	record := append([]string{tagBase}, keyFields...)
	for _, c := range h.Schema {
		record = append(record, string(c.Field))
	}
	return record
}

// AppendRow appends the record of an item to dst.
func AppendRow(dst []string, item catalog.Item) []string {
	dst = append(dst, tagRow, item.Key.Store, item.Key.Type, item.Key.ID, item.Target.Type, item.Target.ID)
	for _, v := range item.Cells {
		dst = append(dst, EncodeValue(v))
	}
	return dst
}

// EncodeValue writes a value so that the three states stay apart.
func EncodeValue(v catalog.Value) string {
	switch v.State() {
	case catalog.Absent:
		return absent
	case catalog.Empty:
		return ""
	}
	if v.Text()[0] == '\\' {
		return `\` + v.Text()
	}
	return v.Text()
}

// DecodeValue reads what EncodeValue wrote.
func DecodeValue(s string) catalog.Value {
	switch {
	case s == absent:
		return catalog.Value{}
	case len(s) > 1 && s[0] == '\\':
		return catalog.Of(s[1:])
	}
	return catalog.Of(s)
}

// Base is a decoded baseline.
type Base struct {
	Head catalog.Head
	// Headers are the titles as written, by field.
	Headers map[catalog.Field]string
	// Stores are the ids of the stores by the name of the sheet that each was
	// exported to, nil where all went to one.
	Stores map[string]string
	// Items are the rows in the order of the export.
	Items []catalog.Item

	order []int // position of a row record's cell in the schema, -1 unknown
}

// Add takes one record, in the order in which they were written. Trailing
// empty fields may be missing: spreadsheet programs drop them.
func (b *Base) Add(record []string) error {
	if len(record) == 0 {
		return nil
	}
	switch record[0] {
	case tagMeta:
		return b.addMeta(field(record, 1), field(record, 2))
	case tagColumn:
		return b.addColumn(record)
	case tagList:
		if b.Head.Lists == nil {
			b.Head.Lists = map[string][]catalog.Entry{}
		}
		name := field(record, 1)
		b.Head.Lists[name] = append(b.Head.Lists[name], catalog.Entry{ID: field(record, 2), Name: field(record, 3)})
	case tagBase:
		return b.addHeader(record)
	case tagRow:
		b.addRow(record)
	case "":
	default:
		return fmt.Errorf("unknown record %q", record[0])
	}
	return nil
}

func field(record []string, i int) string {
	if i < len(record) {
		return record[i]
	}
	return ""
}

func (b *Base) addMeta(key, value string) error {
	h := &b.Head
	var err error
	switch key {
	case "format":
		if h.Format, err = strconv.Atoi(value); err == nil && h.Format > Format {
			err = i18n.Errorf(i18n.T(
				"the sheet has format %d and this program knows %d: use a newer catalogsheet",
				"формат листа %d, а программа знает %d: нужна более новая версия catalogsheet"), h.Format, Format)
		}
	case "snapshot":
		h.ID = value
	case "source":
		h.Source = value
	case "kind":
		h.Kind = value
	case "account":
		h.Account = value
	case "accountName":
		h.AccountName = value
	case "currency":
		h.Currency = value
	case "taken":
		h.Taken, err = time.Parse(time.RFC3339, value)
	case "language":
		h.Lang, _ = i18n.Parse(value)
	case "keyField":
		h.KeyField = catalog.Field(value)
	case "decimal":
		h.Decimal = value
	case "readOnly":
		h.ReadOnly = value == "true"
	case "sheet":
		h.SheetName = i18n.Text{En: value, Ru: value}
	default:
		b.addStore(key, value)
	}
	return err
}

// addStore reads which sheet was made for a store: sheet:ID and its name. What
// another version wrote besides is passed over.
func (b *Base) addStore(key, name string) {
	id, ok := strings.CutPrefix(key, "sheet:")
	if !ok || id == "" || name == "" {
		return
	}
	if b.Stores == nil {
		b.Stores = map[string]string{}
	}
	b.Stores[name] = id
}

func (b *Base) addColumn(record []string) error {
	var c catalog.Column
	if err := json.Unmarshal([]byte(field(record, 3)), &c); err != nil {
		return fmt.Errorf("column %s: %w", field(record, 1), err)
	}
	if b.Headers == nil {
		b.Headers = map[catalog.Field]string{}
	}
	b.Headers[c.Field] = field(record, 2)
	b.Head.Schema = append(b.Head.Schema, c)
	return nil
}

func (b *Base) addHeader(record []string) error {
	first := 1 + len(keyFields)
	if len(record) < first || !slices.Equal(record[1:first], keyFields) {
		return fmt.Errorf("the base does not begin with %v", keyFields)
	}
	for _, name := range record[first:] {
		b.order = append(b.order, b.Head.Schema.Index(catalog.Field(name)))
	}
	return nil
}

func (b *Base) addRow(record []string) {
	item := catalog.Item{
		Key:    catalog.Key{Store: field(record, 1), Type: field(record, 2), ID: field(record, 3)},
		Target: catalog.Key{Store: field(record, 1), Type: field(record, 4), ID: field(record, 5)},
		Cells:  make([]catalog.Value, len(b.Head.Schema)),
	}
	for i, at := range b.order {
		if at >= 0 {
			item.Cells[at] = DecodeValue(field(record, 1+len(keyFields)+i))
		}
	}
	b.Items = append(b.Items, item)
}
