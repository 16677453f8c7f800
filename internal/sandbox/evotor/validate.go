package evotor

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"catalogsheet/internal/money"
)

// limits of one field in V2. The numbers of a text are its length in
// characters, those of a list are of each element.
type bounds struct {
	field    field
	required bool
	min, max string // of a number
	scale    int32  // digits after the point
	short    int    // of a text
	long     int
	words    string // the values of an enumeration
}

// productBounds (API V2, Товары; the vendor's SDK, model of products). A cost
// price has three digits in the vendor's examples.
func productBounds() []bounds {
	const most = "9999999.99"
	return []bounds{
		{field: fType, required: true, words: typesV2},
		{field: fName, required: true, short: 1, long: 160},
		{field: fPrice, required: true, min: "0", max: most, scale: 2},
		{field: fCostPrice, min: "0", max: most, scale: 3},
		{field: fQuantity, min: "-9999999.999", max: "9999999.999", scale: 3},
		{field: fMeasure, required: true, short: 1, long: 100},
		{field: fTax, required: true, words: taxesV2},
		{field: fAllow, required: true},
		{field: fBarcodes, short: 1, long: 128},
		{field: fAlcocodes, short: 19, long: 19},
		{field: fStrength, min: "0.001", max: "99.999", scale: 3},
		{field: fAlcoKind, min: "1", max: "999"},
		{field: fTare, min: "0.001", max: "999.999", scale: 3},
	}
}

func groupBounds() []bounds {
	return []bounds{
		{field: fName, required: true, short: 1, long: 160},
		{field: fBarcodes, short: 1, long: 128},
	}
}

// fits tells whether a value has the form, whatever its content.
func (f form) fits(raw json.RawMessage) bool {
	var err error
	switch f {
	case formText:
		var v string
		err = json.Unmarshal(raw, &v)
	case formNumber, formWhole:
		if len(raw) == 0 || raw[0] == '"' {
			return false
		}
		d, bad := money.Parse(string(raw))
		return bad == nil && (f == formNumber || d.IsInteger())
	case formBool:
		var v bool
		err = json.Unmarshal(raw, &v)
	case formTexts:
		var v []*string
		if err = json.Unmarshal(raw, &v); err == nil {
			for _, x := range v {
				if x == nil {
					return false
				}
			}
		}
	case formMap:
		var v map[string]string
		err = json.Unmarshal(raw, &v)
	}
	return err == nil
}

// read takes the members that V2 knows in that entity; others are silently
// ignored, as are those that only the Cloud writes.
func read(body []byte, list []member, group bool) (doc [fieldCount]string, bad []violation, err *apiError) {
	for _, m := range list {
		f, known := fieldV2(m.name, group)
		if !known || meanings[f].server {
			continue
		}
		if string(m.raw) == "null" {
			bad = append(bad, violation{subject: m.name, reason: reasonNull})
			continue
		}
		if !meanings[f].form.fits(m.raw) {
			return doc, nil, malformed(body, m.at, m.name)
		}
		doc[f] = string(m.raw)
		if form := meanings[f].form; form == formNumber || form == formWhole {
			doc[f] = number(m.raw)
		}
	}
	return doc, bad, nil
}

// number writes a number without exponent and trailing zeros.
func number(raw json.RawMessage) string {
	d, err := money.Parse(string(raw))
	if err != nil {
		return string(raw)
	}
	return money.Plain(d)
}

// check gives what is wrong with the fields by themselves.
func check(doc *[fieldCount]string, table []bounds, partial bool) (bad []violation) {
	for _, b := range table {
		name, raw := meanings[b.field].v2, doc[b.field]
		if raw == "" {
			if b.required && !partial {
				bad = append(bad, violation{subject: name, reason: reasonNull})
			}
			continue
		}
		if v, ok := b.broken(raw); ok {
			v.subject = name
			bad = append(bad, v)
		}
	}
	return bad
}

func (b bounds) broken(raw string) (violation, bool) {
	switch {
	case b.words != "":
		var word string
		if json.Unmarshal([]byte(raw), &word) != nil || !inWords(word, b.words) {
			return violation{reason: reasonUnknown}, true
		}
	case b.max != "":
		return b.outside(raw)
	case b.long > 0 && meanings[b.field].form == formTexts:
		var list []string
		_ = json.Unmarshal([]byte(raw), &list)
		for _, s := range list {
			if n := utf8.RuneCountInString(s); n < b.short || n > b.long || strings.TrimSpace(s) == "" {
				return violation{reason: reasonInvalid}, true
			}
			if b.field == fAlcocodes && strings.Trim(s, "0123456789") != "" {
				return violation{reason: reasonInvalid}, true
			}
		}
	case b.long > 0:
		var s string
		_ = json.Unmarshal([]byte(raw), &s)
		if strings.TrimSpace(s) == "" {
			return violation{reason: reasonBlank}, true
		}
		if utf8.RuneCountInString(s) > b.long {
			return violation{reason: reasonSize, args: []any{0, b.long}}, true
		}
	}
	return violation{}, false
}

func (b bounds) outside(raw string) (violation, bool) {
	d, err := money.Parse(raw)
	if err != nil {
		return violation{reason: reasonInvalid}, true
	}
	low, high := decimal.RequireFromString(b.min), decimal.RequireFromString(b.max)
	if d.LessThan(low) || d.GreaterThan(high) {
		return violation{reason: reasonRange, args: []any{b.min, b.max}}, true
	}
	if !d.Equal(d.Truncate(b.scale)) {
		return violation{reason: reasonScale, args: []any{b.scale}}, true
	}
	return violation{}, false
}

func textOf(raw string) string {
	var s string
	_ = json.Unmarshal([]byte(raw), &s)
	return s
}

func isEmpty(raw string) bool { return raw == "" || raw == `""` || raw == "[]" || raw == "{}" }

// checkType gives what does not go with the type of the product.
func checkType(doc *[fieldCount]string) (bad []violation) {
	typ := textOf(doc[fType])
	for _, f := range []field{fAlcocodes, fStrength, fAlcoKind, fTare} {
		switch {
		case isEmpty(doc[f]) && typ == "ALCOHOL_MARKED":
			bad = append(bad, violation{subject: meanings[f].v2, reason: reasonMissing})
		case !isEmpty(doc[f]) && !inWords(typ, typesAlcohol):
			bad = append(bad, violation{subject: meanings[f].v2, reason: reasonMisfit})
		}
	}
	if !isEmpty(doc[fClassCode]) && !inWords(typ, typesClassed) {
		bad = append(bad, violation{subject: meanings[fClassCode].v2, reason: reasonMisfit})
	}
	return bad
}

// checkPlace gives what is wrong with where an item lies: a modification lies
// in a group of modifications, which holds nothing else (API V2, Модификации
// товаров).
func (s *shop) checkPlace(doc *[fieldCount]string, id string, group bool) []violation {
	chosen := map[string]string{}
	if !isEmpty(doc[fChoices]) {
		_ = json.Unmarshal([]byte(doc[fChoices]), &chosen)
	}
	wrong := func(f field, v violation) []violation {
		v.subject = meanings[f].v2
		return []violation{v}
	}
	if doc[fParent] == "" {
		if len(chosen) > 0 {
			return wrong(fChoices, violation{reason: reasonChoice})
		}
		return nil
	}
	parentID := textOf(doc[fParent])
	if !isUUID(parentID) {
		return wrong(fParent, violation{reason: reasonUUID})
	}
	parent := s.find(parentID)
	if parent == nil || !parent.shown(true) {
		return wrong(fParent, violation{reason: reasonNoParent})
	}
	attributes := parent.attributes()
	switch {
	case group && s.inside(parent, id):
		return wrong(fParent, violation{reason: reasonCircle})
	case len(attributes) > 0 && (group || len(chosen) == 0):
		return wrong(fParent, violation{reason: reasonVariants})
	}
	for a, c := range chosen {
		if !hasChoice(attributes, a, c) {
			return wrong(fChoices, violation{reason: reasonChoice})
		}
	}
	return nil
}

// inside tells whether a group lies in the group with that id, or is it.
func (s *shop) inside(g *item, id string) bool {
	for range len(s.items) {
		if g == nil {
			return false
		}
		if strings.EqualFold(g.id, id) {
			return true
		}
		g = s.find(g.text(fParent))
	}
	return true
}

func hasChoice(list []attribute, a, c string) bool {
	for _, x := range list {
		if x.ID != a {
			continue
		}
		for _, y := range x.Choices {
			if y.ID == c {
				return true
			}
		}
	}
	return false
}

// Limits of a group of modifications (API V2, Группы товаров).
const (
	maxAttributes = 200
	maxChoices    = 500
)

// checkAttributes gives what is wrong with the attributes of a group; their ids
// are the client's.
func checkAttributes(raw string) []violation {
	if raw == "" {
		return nil
	}
	var list []attribute
	if json.Unmarshal([]byte(raw), &list) != nil {
		return []violation{{subject: "attributes", reason: reasonInvalid}}
	}
	if len(list) > maxAttributes {
		return []violation{{subject: "attributes", reason: reasonCount, args: []any{0, maxAttributes}}}
	}
	seen := map[string]bool{}
	for _, a := range list {
		if len(a.Choices) > maxChoices {
			return []violation{{subject: "attributes.choices", reason: reasonCount, args: []any{0, maxChoices}}}
		}
		for _, c := range append([]choice{{ID: a.ID, Name: a.Name}}, a.Choices...) {
			switch {
			case !isUUID(c.ID):
				return []violation{{subject: "attributes.id", reason: reasonUUID}}
			case seen[c.ID]:
				return []violation{{subject: "attributes.id", reason: reasonTwice}}
			case strings.TrimSpace(c.Name) == "":
				return []violation{{subject: "attributes.name", reason: reasonBlank}}
			}
			seen[c.ID] = true
		}
	}
	return nil
}
