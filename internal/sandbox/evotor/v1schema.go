package evotor

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"catalogsheet/internal/money"
)

// demand says for which types V1 requires a field.
type demand uint8

const (
	optional demand = iota
	always
	notService
	alcohol      // both types of alcohol
	markedOnly   // ALCOHOL_MARKED
	unmarkedOnly // ALCOHOL_NOT_MARKED
)

func (d demand) of(typ string) bool {
	switch d {
	case always:
		return true
	case notService:
		return typ != "SERVICE"
	case alcohol:
		return typ == "ALCOHOL_MARKED" || typ == "ALCOHOL_NOT_MARKED"
	case markedOnly:
		return typ == "ALCOHOL_MARKED"
	case unmarkedOnly:
		return typ == "ALCOHOL_NOT_MARKED"
	}
	return false
}

// ruleV1 is one line of the schema of V1. Numbers: least (leastAlcohol for
// alcohol) to most with so many digits after the point, any where scale is
// below 0. Texts: short to long characters, any length where long is 0.
type ruleV1 struct {
	field               field
	demand              demand
	nullable            bool
	words               string
	least, leastAlcohol string
	most                string
	scale               int32
	short, long         int
	digits              int // of each text of a list; -1 is any number
}

// schemaV1 (API V1, definitions product).
func schemaV1() []ruleV1 {
	const most = "9999999.99"
	return []ruleV1{
		{field: fType, demand: always, words: typesV1},
		{field: fName, demand: always, short: 1, long: 100},
		{field: fCode, demand: unmarkedOnly, nullable: true, long: 10},
		{field: fPrice, demand: always, least: "0", most: most, scale: 2},
		{field: fCostPrice, least: "0", most: most, scale: -1},
		{field: fQuantity, demand: notService, least: "-9999999.999", most: "9999999.999", scale: 3},
		{field: fMeasure, demand: always},
		{field: fTax, demand: always, words: taxesV1},
		{field: fAllow, demand: notService},
		{field: fDescription, demand: unmarkedOnly, nullable: true},
		{field: fArticle, nullable: true, long: 20},
		{field: fParent, nullable: true},
		{field: fBarcodes, demand: unmarkedOnly, nullable: true, digits: -1},
		{field: fAlcocodes, demand: markedOnly, digits: 19},
		{field: fStrength, demand: alcohol, least: "0", leastAlcohol: "0.001", most: "99.999", scale: 3},
		{field: fAlcoKind, demand: alcohol, least: "0", leastAlcohol: "1", most: "999"},
		{field: fTare, demand: alcohol, least: "0", leastAlcohol: "0.001", most: "999.999", scale: 3},
		{field: fFree},
	}
}

func schemaGroupV1() []ruleV1 {
	return []ruleV1{
		{field: fName, demand: always, short: 1, long: 100},
		{field: fCode, nullable: true, long: 10},
		{field: fParent, nullable: true},
		{field: fVariants},
	}
}

// readV1 reads one element of a V1 array by the schema; unknown keys are
// ignored. The spellings barcodes and alcocodes are older ones.
func (s *shop) readV1(body []byte, e member) (*item, []violation) {
	list, bad := members(body, e.raw, e.at)
	if bad != nil {
		return &item{}, []violation{{reason: reasonInvalid}}
	}
	it := &item{}
	var broken []violation
	var kind string
	for _, m := range list {
		switch m.name {
		case "uuid":
			it.id = textOf(string(m.raw))
		case "group":
			kind = string(m.raw)
			it.group = kind == "true"
		}
	}
	if !isUUID(it.id) {
		broken = append(broken, violation{subject: "uuid", reason: reasonUUID})
	}
	if kind != "true" && kind != "false" {
		broken = append(broken, violation{subject: "group", reason: reasonNull})
	}
	schema := schemaV1()
	if it.group {
		schema = schemaGroupV1()
	}
	given := map[string]member{}
	for _, m := range list {
		given[m.name] = m
	}
	var typ string
	if m, ok := given["type"]; ok {
		typ = textOf(string(m.raw))
	}
	for _, r := range schema {
		raw, v := r.check(given, typ)
		if v != nil {
			broken = append(broken, *v)
		}
		it.doc[r.field] = raw
	}
	return it, broken
}

// check reads the field of one rule; the text is "" where it is absent.
func (r ruleV1) check(given map[string]member, typ string) (string, *violation) {
	name := meanings[r.field].v1
	m, ok := given[name]
	if !ok {
		m, ok = given[strings.ToLower(name)]
	}
	bad := &violation{subject: name, reason: reasonInvalid}
	switch {
	case !ok && r.demand.of(typ):
		bad.reason = reasonMissing
		return "", bad
	case !ok:
		return "", nil
	case string(m.raw) == "null" && r.nullable:
		return "null", nil
	case string(m.raw) == "null":
		bad.reason = reasonNull
		return "", bad
	case !meanings[r.field].form.fits(m.raw) || !r.holds(m.raw, alcohol.of(typ)):
		return "", bad
	}
	return string(m.raw), nil
}

// holds checks the content of a value that has its form.
func (r ruleV1) holds(raw json.RawMessage, drink bool) bool {
	switch form := meanings[r.field].form; {
	case r.words != "":
		return inWords(textOf(string(raw)), r.words)
	case r.field == fParent:
		return isUUID(textOf(string(raw)))
	case r.most != "":
		least := r.least
		if drink && r.leastAlcohol != "" {
			least = r.leastAlcohol
		}
		d, err := money.Parse(string(raw))
		return err == nil && !d.LessThan(decimal.RequireFromString(least)) && !d.GreaterThan(decimal.RequireFromString(r.most)) &&
			(r.scale < 0 || d.Equal(d.Truncate(r.scale)))
	case form == formTexts:
		var list []string
		_ = json.Unmarshal(raw, &list)
		for _, s := range list {
			if s == "" || strings.Trim(s, "0123456789") != "" || r.digits > 0 && len(s) != r.digits {
				return false
			}
		}
	case form == formText:
		n := utf8.RuneCountInString(textOf(string(raw)))
		return n >= r.short && (r.long == 0 || n <= r.long)
	}
	return true
}
