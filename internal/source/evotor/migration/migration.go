// Package migration guesses nothing: of a catalog that Evotor's API V1 holds it
// makes documents of V2 under the same ids, and whatever does not map by itself
// is a finding that waits for a person's decision. It reads and computes; the
// network is behind the Cloud that its caller gives.
package migration

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
)

// The kinds of items, as the report names them.
const (
	KindGroup        = "group"
	KindProduct      = "product"
	KindModification = "modification"
	KindExtra        = "extra"
)

// Status is what a finding means for its item.
type Status uint8

// The statuses. An item is written when none of its findings Waits or is
// Refused or LeftOut.
const (
	Noted    Status = iota // written without what V2 has no place for, or as it is
	Repaired               // written as proposed, without a word
	Decided                // written as a person decided
	Waits                  // for a person's decision
	Blocked                // its group is not there
	LeftOut                // by a person's decision
	Refused                // cannot be moved under this id
)

// Holds says that the item of such a finding is not written.
func (s Status) Holds() bool { return s >= Waits }

// Finding is one thing about one item that does not map by itself.
type Finding struct {
	// ID is the item's uuid as V1 spells it, Name its name.
	ID, Name string
	Kind     string // see KindGroup
	Field    string // V1's name of the field
	V1       string // what V1 holds, see Shown
	Code     Code
	Args     []any
	// Value is the proposal where it is a value that a person can accept; ""
	// where only a person knows.
	Value    string
	Status   Status
	Decision string // as typed
	Cell     string // where it was typed
	// Trouble says why a decision cannot be used, nil otherwise.
	Trouble i18n.Localizer

	key   string // the item's id in lower case
	index int    // the item's place in V1's answer
}

// State is what is known of V2: its documents by id.
type State struct{ Groups, Products map[string]Document }

// Document is one entity of V2 as it was read.
type Document = map[string]raw

// Options of a build. Store is required.
type Options struct {
	Store string
	// DefaultMeasure is the unit of products without one, "" asks.
	DefaultMeasure string
	Decisions      []Decision
	// Only lists the uuids that are to be moved; empty is all of them. The
	// groups that they lie in come along.
	Only []string
}

// Target is one document of V2 that is to be.
type Target struct {
	ID, Name string
	Group    bool
	// Level of a group: 1 lies in the root. 0 for products.
	Level  int
	Values []Assigned
	index  int
}

// Assigned is one value of a target.
type Assigned struct {
	Field catalog.Field
	Value catalog.Value
}

// Result is what became of a catalog.
type Result struct {
	// Targets hold what can be written, groups top-down, then products.
	Targets  []Target
	Findings []Finding
	// Items counts what V1 holds as far as it was selected: Groups and Products.
	Items, Groups, Products int
	// Unknown lists the uuids of Only that V1 does not hold.
	Unknown []string
	// Unused lists decisions that no finding asked for.
	Unused []Decision
}

// Waiting counts the items that a person must decide on, those below them
// included.
func (r Result) Waiting() int {
	held := map[int]bool{}
	for _, f := range r.Findings {
		if f.Status == Waits || f.Status == Blocked || f.Status == Refused {
			held[f.index] = true
		}
	}
	return len(held)
}

// Impossible counts the items among Waiting that no decision can move.
func (r Result) Impossible() int {
	held := map[int]bool{}
	for _, f := range r.Findings {
		if f.Status == Refused {
			held[f.index] = true
		}
	}
	return len(held)
}

// Hash names what V1 held: SHA-256 over the bytes of its answer.
func Hash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Build maps a catalog of V1 to documents of V2: Evotor, migration guide V1→V2.
func Build(c *Catalog, two State, o Options) Result {
	b := &builder{two: two, o: o, decisions: index(o.Decisions), nodes: map[string]*node{}}
	b.gather(c)
	b.tree()
	b.variants()
	b.fields(c)
	b.block()
	return b.result()
}

// builder carries one build. Its stages run in the order of Build.
type builder struct {
	two       State
	o         Options
	decisions decisions
	nodes     map[string]*node // by lower-case id
	all       []*node          // in V1's order
	findings  []Finding
	noStock   bool // no product shows a quantity: the right is missing
}

// node is an item on its way.
type node struct {
	Item
	id     string // lower case
	parent string // "" is the root
	kind   string
	typ    string
	values []Assigned
	level  int
	hold   Status // the worst status of its findings
	// choices are name and value of a modification; choicesOf what the
	// modifications of a group can be.
	choices   map[string]string
	choicesOf []attribute
}

func (n *node) set(f catalog.Field, v catalog.Value) {
	if v.IsSet() {
		n.values = append(n.values, Assigned{f, v})
	}
}

// take puts a decided value in the place of V1's, of which a copy stays: what V1
// holds later is compared with that.
func (n *node) take(field, value string) {
	n.Fields = maps.Clone(n.Fields)
	n.Fields[field] = raw(value)
}

// find records a finding, looks for the decision on it, and gives the value
// that was decided.
func (b *builder) find(n *node, f Finding, accept accepter) (value string, ok bool) {
	f.ID, f.Name, f.Kind, f.key, f.index = n.UUID, n.Name(), n.kind, n.id, n.Index
	if f.V1 == "" {
		f.V1 = n.Shown(f.Field)
	}
	value, ok = f.Value, f.Status == Repaired
	if f.Status == Waits {
		value, ok = b.decide(&f, accept)
	}
	n.hold = max(n.hold, f.Status)
	b.findings = append(b.findings, f)
	return value, ok
}
