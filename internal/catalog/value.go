package catalog

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"catalogsheet/internal/money"

	"golang.org/x/text/unicode/norm"
)

// State tells the three values apart that spreadsheets mix up: what the API
// did not give, what is there and empty, and what is set (zero included).
type State uint8

// The states. The zero value is Absent.
const (
	Absent State = iota
	Empty
	Set
)

// Value is one cell's value in its canonical spelling (see Kind). The zero
// value is absent. Values compare with == by spelling; Kind.Equal compares by
// meaning.
type Value struct {
	state State
	text  string
}

// Of makes a value from canonical text; "" is an empty value.
func Of(text string) Value {
	if text == "" {
		return Value{state: Empty}
	}
	return Value{state: Set, text: text}
}

// Blank is the empty value: the field is there and holds nothing.
func Blank() Value { return Value{state: Empty} }

// State gives the state.
func (v Value) State() State { return v.state }

// Absent says that the API did not give the value.
func (v Value) Absent() bool { return v.state == Absent }

// IsEmpty says that the value is there and empty.
func (v Value) IsEmpty() bool { return v.state == Empty }

// IsSet says that the value is there and not empty.
func (v Value) IsSet() bool { return v.state == Set }

// Text gives the canonical text, "" unless set.
func (v Value) Text() string { return v.text }

// MarshalJSON writes null for absent, else a string.
func (v Value) MarshalJSON() ([]byte, error) {
	if v.state == Absent {
		return []byte("null"), nil
	}
	return json.Marshal(v.text)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (v *Value) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*v = Value{}
		return nil
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*v = Of(s)
	return nil
}

// Kind says how a value is spelled, compared and shown.
type Kind uint8

// The kinds with their canonical spelling.
const (
	Text     Kind = iota // free text; line breaks are LF
	Code                 // an identifier people read: code, article; always a text cell
	ID                   // a UUID in lower case
	Money                // decimal rubles with a point, all decimals, at least two: 129.90
	Number               // a decimal with a point, no trailing zeros
	Integer              // a whole number
	Flag                 // true or false
	Choice               // one name out of Column.List, or a token of Column.Tokens
	Barcodes             // one per line, kind:value
	VAT                  // 20%, none, folder
	Time                 // 2006-01-02 15:04:05 with an optional fraction, as the API wrote it
)

var kindNames = [...]string{
	Text: "text", Code: "code", ID: "id", Money: "money", Number: "number", Integer: "integer",
	Flag: "flag", Choice: "choice", Barcodes: "barcodes", VAT: "vat", Time: "time",
}

// String gives the kind's name in files.
func (k Kind) String() string { return kindNames[k] }

// MarshalText writes the name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the name.
func (k *Kind) UnmarshalText(b []byte) error {
	i := slices.Index(kindNames[:], string(b))
	if i < 0 {
		return fmt.Errorf("unknown kind %q", b)
	}
	*k = Kind(i)
	return nil
}

// Numeric says that the canonical text is a decimal number.
func (k Kind) Numeric() bool { return k == Money || k == Number || k == Integer }

// Equal compares two values by meaning: 129.9 equals 129.90, NFD equals NFC.
// Absent equals only absent.
func (k Kind) Equal(a, b Value) bool {
	if a == b {
		return true
	}
	if a.state != b.state {
		return false
	}
	if k.Numeric() {
		x, errX := money.Parse(a.text)
		y, errY := money.Parse(b.text)
		return errX == nil && errY == nil && x.Equal(y)
	}
	return canonicalText(a.text) == canonicalText(b.text)
}

func canonicalText(s string) string {
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	if norm.NFC.IsNormalString(s) {
		return s
	}
	return norm.NFC.String(s)
}
