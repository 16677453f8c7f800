// Package catalog is the domain: keys are unique in a snapshot, absent, empty
// and zero are three values, and equality is of values, never of spellings.
package catalog

import (
	"iter"
	"slices"
	"strings"
	"time"

	"catalogsheet/internal/i18n"
)

// Field names a column everywhere: in --columns, in JSON, in the journal. A
// field of a family carries the id of its member: salePrice:<price type id>.
type Field string

// The fields that the core itself speaks of.
const (
	FieldID            Field = "id"
	FieldType          Field = "type"
	FieldStore         Field = "store"
	FieldConsignmentID Field = "consignmentID"
	FieldParentID      Field = "parentID"
	FieldName          Field = "name"
	FieldCode          Field = "code"
	FieldExternalCode  Field = "externalCode"
	FieldArticle       Field = "article"
	FieldBarcodes      Field = "barcodes"
	FieldUpdated       Field = "updated"
)

// Family gives the part before the colon: salePrice of salePrice:<id>.
func (f Field) Family() string {
	family, _, _ := strings.Cut(string(f), ":")
	return family
}

// Member gives the part after the colon, "" when there is none.
func (f Field) Member() string {
	_, member, _ := strings.Cut(string(f), ":")
	return member
}

// Column describes one column of a sheet.
type Column struct {
	Field Field
	Kind  Kind
	Title i18n.Text
	// Note is the header cell's note: what the column is.
	Note i18n.Text
	// On lists the row types on which the column can be edited; empty means
	// read-only. OnNew also allows it on rows that are to be created.
	On []string
	// OnNew marks a column that a new row may fill in although it is read-only
	// on existing rows (the row's type).
	OnNew bool
	// Required: the value cannot be emptied.
	Required bool
	// Defaults: the service gives a new item a value of its own where the row
	// gives none, although an existing one cannot be emptied.
	Defaults bool
	// ClearBy is what an emptied cell writes: Blank for most; "0" for prices,
	// weights and volumes, which the API cannot empty.
	ClearBy string
	// MaxLen limits text, in characters; 0 is no limit.
	MaxLen int
	// Decimals is how many decimals a person may type (the value that was there
	// may have more); negative is no limit.
	Decimals int
	// Min and Max bound a number, in its canonical text; "" is no bound.
	Min, Max string
	// List names the Head's list of the values that exist (folders, units);
	// Tokens are the fixed values of a Choice or Flag with their titles.
	List   string
	Tokens []Token
	// PriceRole says what guards may compare a price with: "sale", "buy",
	// "minimum", "cost", or "".
	PriceRole string
	// Currency is the field that names the currency of a price's cell, "" where
	// it is the account's.
	Currency Field
	// Unique marks values of which two equal ones deserve a word: code,
	// externalCode, barcodes.
	Unique bool
	// Clearable without a word; false holds an emptied cell in quarantine.
	ClearQuietly bool
	// Bare marks barcodes that have no kinds in the source: values alone.
	Bare bool
	// Width is the column's width in characters.
	Width int
}

// Token is one fixed value of a column with the words people see and type.
type Token struct {
	Value string
	Title i18n.Text
}

// Editable says whether some row type can be edited in this column.
func (c Column) Editable() bool { return len(c.On) > 0 }

// EditableOn says whether rows of a type can be edited in this column.
func (c Column) EditableOn(rowType string) bool { return slices.Contains(c.On, rowType) }

// Schema is the columns of a sheet in order.
type Schema []Column

// Index finds a field's position, -1 when it is not there.
func (s Schema) Index(f Field) int {
	return slices.IndexFunc(s, func(c Column) bool { return c.Field == f })
}

// Column finds a column by its field.
func (s Schema) Column(f Field) (Column, bool) {
	if i := s.Index(f); i >= 0 {
		return s[i], true
	}
	return Column{}, false
}

// Entry is one value that exists in the account, with its id.
type Entry struct{ ID, Name string }

// Key names an item of a source; Store only where a sheet can hold several.
type Key struct {
	Store string `json:"store,omitempty"`
	Type  string `json:"type"`
	ID    string `json:"id"`
}

// Compare orders keys: by store, type, id.
func (k Key) Compare(o Key) int {
	if c := strings.Compare(k.Store, o.Store); c != 0 {
		return c
	}
	if c := strings.Compare(k.Type, o.Type); c != 0 {
		return c
	}
	return strings.Compare(k.ID, o.ID)
}

// Item is one row. Target is what an edit is sent to: the price of a
// consignment belongs to its product. Cells are parallel to the Schema.
type Item struct {
	Key, Target Key
	Cells       []Value
}

// Head is what a sheet says of itself besides its rows.
type Head struct {
	// Format is the number of the sheet's format.
	Format int `json:"format"`
	// ID names the snapshot: a hash over its rows, time and account.
	ID string `json:"id"`
	// Source is the system: moysklad, evotor. Kind is stock or products.
	Source string `json:"source"`
	Kind   string `json:"kind"`
	// Account is the account's id; its name is for people.
	Account     string `json:"account"`
	AccountName string `json:"accountName"`
	// Currency is the name of the account's own currency.
	Currency string    `json:"currency"`
	Taken    time.Time `json:"taken"`
	Lang     i18n.Lang `json:"-"`
	Schema   Schema    `json:"-"`
	// Lists holds the values that exist, by list name.
	Lists map[string][]Entry `json:"-"`
	// KeyField identifies a row: consignmentID where the sheet has it, else id.
	KeyField Field `json:"keyField"`
	// Decimal is the decimal sign that a CSV sheet was written with, "" in a
	// workbook.
	Decimal string `json:"decimal,omitempty"`
	// ReadOnly marks a sheet that import refuses (an export for migration).
	ReadOnly bool `json:"readOnly,omitempty"`
	// SheetName is the visible sheet's name.
	SheetName i18n.Text `json:"-"`
}

// Snapshot is a head with its rows, which stream: the error ends them. ID is
// empty until an exporter has seen every row.
type Snapshot struct {
	Head  Head
	Items iter.Seq2[Item, error]
	// Total is how many items are expected, 0 when not known.
	Total int
}

// Family describes the columns of a field family by their titles, so that they
// are recognised in a sheet that carries no metadata: "Price: " + name.
type Family struct {
	// Field is the family's name: salePrice of salePrice:<id>.
	Field string
	// Before and After surround the member's name in the title.
	Before, After i18n.Text
	// Column is what a member's column is like; its Field, Title and, for
	// custom fields, Kind are those of the member.
	Column Column
}
