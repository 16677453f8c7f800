// Package source is the contract between the core and a system that holds a
// catalog: a failed page fails the fetch, unknown fields survive a write, and
// every write has exactly one outcome, in order.
package source

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/plan"
)

// Query says what to fetch. A field that a source or kind has no use for is
// refused by the source, not ignored.
type Query struct {
	Kind       string   // stock or products
	GroupBy    string   // product, variant, consignment (stock)
	Stores     []string // names or ids
	ByStore    bool
	StockMode  string // all, positive, negative, empty, nonempty, under-minimum
	Moment     time.Time
	Folders    []string // paths or ids
	Types      []string // row types
	Archived   string   // no, yes, only
	Since      time.Time
	PriceTypes []string // names or ids
	Columns    []string // fields; empty is all
	API        string   // v2, v1 (Evotor)
}

// Account is whom the credentials belong to.
type Account struct{ ID, Name string }

// Doc is one whole entity as the API gave it; unknown fields survive in it.
type Doc struct {
	Key    catalog.Key
	Fields map[string]json.RawMessage
}

// Clone copies the document; the raw values are shared and never changed in
// place.
func (d Doc) Clone() Doc {
	fields := make(map[string]json.RawMessage, len(d.Fields))
	for k, v := range d.Fields {
		fields[k] = v
	}
	return Doc{Key: d.Key, Fields: fields}
}

// Lens reads and writes one field of a document. Set changes only what the
// field stands for: Get after Set gives the value, Set of what Get gave changes
// nothing, and other fields stay equal byte for byte.
type Lens struct {
	Get func(Doc) (catalog.Value, error)
	// Set is nil for a read-only field. It changes the document it is given.
	Set func(Doc, catalog.Value) error
}

// Write is one entity to write.
type Write struct {
	Step plan.Step
	// Live is the entity as it was just read; its Fields are nil for a create.
	Live Doc
}

// Result is what became of one Write.
type Result struct {
	Outcome plan.Outcome
	// Saved is the entity as the answer gave it; Fields are nil where it gave
	// none.
	Saved Doc
	// Inferred: the service refused the request as a whole, without a word about
	// the entity: it is to be read before that is believed.
	Inferred bool
	// Again: the entity was refused only because somebody wrote to it at the
	// same moment, so it is worth another look and one more try.
	Again bool
}

// ErrQuery: a query asks for what does not exist: a folder, a store, a type of
// prices. Nothing is wrong with the service.
var ErrQuery = errors.New("bad query")

// Errors of Send. ErrUnknown: the request may or may not have been carried out
// (a timeout, a broken connection, an answer that cannot be read), so what
// became of each write must be read back. ErrTooLarge: the batch must be
// halved; what became of it must be read back too when it also is ErrUnknown.
// ErrStop: nothing more may be sent (credentials refused, API switched off).
var (
	ErrUnknown  = errors.New("outcome unknown")
	ErrTooLarge = errors.New("batch too large")
	ErrStop     = errors.New("stopped by the service")
)

// Source is a system that holds a catalog. A Source belongs to one credential
// and may be used by several goroutines.
type Source interface {
	// Name is the system's name as in the sheet: moysklad, evotor.
	Name() string
	// Account asks whom the credentials belong to.
	Account(ctx context.Context) (Account, error)
	// Fetch yields every item or an error, never a part as if it were all.
	Fetch(ctx context.Context, q Query) (catalog.Snapshot, error)
	// Prepare reads what the lenses of the fields need (folders, units) and
	// must be called before Live, Lens and Send. rows tells, by row type, how
	// many items the account holds as far as the sheet shows: Live chooses by
	// it between reading single ids and whole lists.
	Prepare(ctx context.Context, fields []catalog.Field, rows map[string]int) error
	// Live reads the whole documents behind keys as they are now, in no
	// particular order of requests. A key that does not exist (any more) is
	// absent from the answer. A key whose Type is "" or wrong is looked for
	// among all types; the Doc's Key tells what it is.
	Live(ctx context.Context, keys []catalog.Key) (map[catalog.Key]Doc, error)
	// Lens gives the lens of a field, ok false for an unknown field.
	Lens(f catalog.Field) (Lens, bool)
	// Send writes entities of one type in one request: one result per write,
	// in order, or an error that says what is known of all of them.
	Send(ctx context.Context, writes []Write) ([]Result, error)
	// MaxBatch is the greatest number of writes of one Send.
	MaxBatch() int
	// Order lists the row types in the order in which they are to be written.
	Order() []string
}
