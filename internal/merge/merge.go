// Package merge judges base × mine × theirs: each target's field gets exactly
// one verdict.
package merge

import (
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
)

// Verdict is what a three-way comparison says of one field.
type Verdict uint8

// The verdicts. Edit: only we changed it. Drift: only they did. Already: both,
// to the same value. Conflict: both, to different values.
const (
	Same Verdict = iota
	Edit
	Drift
	Already
	Conflict
)

var verdicts = [...]string{Same: "same", Edit: "edit", Drift: "drift", Already: "already", Conflict: "conflict"}

// String gives the name used in JSON.
func (v Verdict) String() string { return verdicts[v] }

// Judge compares three values of a kind.
func Judge(k catalog.Kind, base, mine, theirs catalog.Value) Verdict {
	we, they := !k.Equal(base, mine), !k.Equal(base, theirs)
	switch {
	case !we && !they:
		return Same
	case we && !they:
		return Edit
	case !we:
		return Drift
	case k.Equal(mine, theirs):
		return Already
	}
	return Conflict
}

// Change is one field of one target that somebody changed.
type Change struct {
	Target catalog.Key
	// Name is the item's name, for people.
	Name   string
	Column catalog.Column
	// Header is the column's title as the file has it.
	Header             string
	Base, Mine, Theirs catalog.Value
	Verdict            Verdict
	// At is every cell that asks for the change; the first one leads.
	At []diag.At
	// HiddenRow: the first cell stands in a hidden row.
	HiddenRow bool
}

// Created is a row without an id that asks for a new item.
type Created struct {
	Type string
	Name string
	// Store is where it is to be, as the row says it; "" where it does not.
	Store string
	// Values are the filled cells of editable columns.
	Values []Change
	At     diag.At // the row
}
