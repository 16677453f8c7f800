package moysklad

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/money"
)

// given is a value that is always there when the API gives it.
func given(s string) catalog.Value {
	if s == "" {
		return catalog.Value{}
	}
	return catalog.Of(s)
}

// decimalValue spells a JSON number; none is absent.
func decimalValue(text string) catalog.Value {
	if text == "" {
		return catalog.Value{}
	}
	if d, err := money.Parse(text); err == nil {
		return catalog.Of(money.Plain(d))
	}
	return catalog.Of(text)
}

// minorValue spells an amount in hundredths; none is absent.
func minorValue(text string) catalog.Value {
	if text == "" {
		return catalog.Value{}
	}
	if amount, err := money.FromMinor(text); err == nil {
		return catalog.Of(amount)
	}
	return catalog.Of(text)
}

// priceValue of a price that is not given is absent: the user may have no
// right to see it, for an unset price is given as 0.
func priceValue(p *price) catalog.Value {
	if p == nil {
		return catalog.Value{}
	}
	return minorValue(p.Value.String())
}

// applies says whether a row type has a column at all.
func applies(c catalog.Column, e *entity) bool {
	if e.Meta.Type == typeConsignment {
		return slices.Contains(consignmentOwn[:], c.Field)
	}
	return c.EditableOn(e.Meta.Type) || c.Field == catalog.FieldName
}

// consignmentOwn are the fields in which a consignment's row shows the
// consignment's own values: MoySklad JSON API 1.2, Партия.
var consignmentOwn = [...]catalog.Field{
	catalog.FieldName, catalog.FieldCode, catalog.FieldExternalCode, catalog.FieldArticle,
	fieldFolder, catalog.FieldBarcodes, fieldDescription, fieldArchived,
}

// textLine is a text field: the API leaves an empty one out.
func textLine(c catalog.Column, key string, field func(*entity) *string) bind {
	return bind{Column: c, keys: []string{key, "meta"},
		get: func(_ *refs, e *entity) catalog.Value {
			if s := field(e); s != nil {
				return catalog.Of(normalLines(*s))
			}
			if !applies(c, e) || c.Required {
				return catalog.Value{}
			}
			return catalog.Blank()
		},
		put: func(_ *refs, _ *entity, v catalog.Value) (patch, error) {
			if v.IsEmpty() && c.Required {
				return patch{}, errRequired(c)
			}
			return onePatch(key, v.Text())
		}}
}

func normalLines(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// numberLine is a number that 0 clears.
func numberLine(c catalog.Column, key string, field func(*entity) string) bind {
	return bind{Column: c, keys: []string{key, "meta"},
		get: func(_ *refs, e *entity) catalog.Value {
			if !applies(c, e) {
				return catalog.Value{}
			}
			if text := field(e); text != "" {
				return decimalValue(text)
			}
			return catalog.Blank()
		},
		put: func(_ *refs, _ *entity, v catalog.Value) (patch, error) {
			n, err := plainNumber(v)
			if err != nil {
				return patch{}, err
			}
			return onePatch(key, json.RawMessage(n))
		}}
}

func plainNumber(v catalog.Value) (string, error) {
	if !v.IsSet() {
		return "", i18n.Errorf(i18n.T("the value cannot be emptied: write 0", "значение нельзя очистить: напишите 0"))
	}
	d, err := money.Parse(v.Text())
	if err != nil {
		return "", err
	}
	return money.Plain(d), nil
}

// refLine is a reference shown by name.
func refLine(c catalog.Column, key string, what i18n.Text, list func(*refs) *dict, field func(*entity) *ref) bind {
	return bind{Column: c, keys: []string{key, "meta", "pathName"},
		get: func(r *refs, e *entity) catalog.Value {
			target := field(e)
			if target == nil {
				if !applies(c, e) || e.Meta.Type == typeConsignment {
					return catalog.Value{}
				}
				return catalog.Blank()
			}
			if name, ok := list(r).name(target.id()); ok {
				return catalog.Of(name)
			}
			if c.Field == fieldFolder {
				return given(e.PathName)
			}
			return catalog.Value{}
		},
		put: func(r *refs, _ *entity, v catalog.Value) (patch, error) {
			if v.IsEmpty() {
				return onePatch(key, nil)
			}
			d := list(r)
			id, err := d.find(what, v.Text())
			if err != nil {
				return patch{}, err
			}
			return onePatch(key, ref{Meta: d.metaOf(id)})
		}}
}

// getBarcodes writes one barcode a line with its kind: MoySklad JSON API 1.2,
// Товар, Штрихкоды.
func getBarcodes(_ *refs, e *entity) catalog.Value {
	lines := make([]string, 0, len(e.Barcodes))
	for _, b := range e.Barcodes {
		for _, kind := range slices.Sorted(mapKeys(b)) {
			if b[kind] != "" {
				lines = append(lines, kind+":"+b[kind])
			}
		}
	}
	return catalog.Of(strings.Join(lines, "\n"))
}

func mapKeys(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// barcodeKinds are the kinds that the API knows.
var barcodeKinds = [...]string{"ean13", "ean8", "code128", "gtin", "upc"}

func putBarcodes(_ *refs, _ *entity, v catalog.Value) (patch, error) {
	list := []map[string]string{}
	for line := range strings.SplitSeq(v.Text(), "\n") {
		if line == "" {
			continue
		}
		kind, code, ok := strings.Cut(line, ":")
		kind = strings.ToLower(strings.TrimSpace(kind))
		if !ok || strings.TrimSpace(code) == "" || !slices.Contains(barcodeKinds[:], kind) {
			return patch{}, i18n.Errorf(i18n.T(
				"barcode %q: write the kind in front, one of %s: ean13:2000000000015",
				"штрихкод %q: перед ним нужен вид, один из %s: ean13:2000000000015"), line, strings.Join(barcodeKinds[:], ", "))
		}
		list = append(list, map[string]string{kind: strings.TrimSpace(code)})
	}
	return onePatch("barcodes", list)
}

// The words of the VAT cell that are no rate.
const (
	vatNone   = "none"
	vatFolder = "folder"
)

func vatTokens() []catalog.Token {
	return []catalog.Token{
		{Value: vatNone, Title: i18n.T("no VAT", "без НДС")},
		{Value: vatFolder, Title: i18n.T("as folder", "как у группы")},
	}
}

// getVAT makes one cell of three fields: MoySklad JSON API 1.2, Товар.
func getVAT(_ *refs, e *entity) catalog.Value {
	switch {
	case e.UseParentVAT != nil && *e.UseParentVAT:
		return catalog.Of(vatFolder)
	case e.VATEnabled != nil && !*e.VATEnabled:
		return catalog.Of(vatNone)
	case e.VAT != "":
		return catalog.Of(decimalValue(e.VAT.String()).Text() + "%")
	}
	return catalog.Value{}
}

// putVAT always sends the three together: a rate alone would switch the other
// two.
func putVAT(_ *refs, _ *entity, v catalog.Value) (patch, error) {
	rate, enabled, parent := json.RawMessage("0"), false, false
	switch text := v.Text(); text {
	case "":
		return patch{}, i18n.Errorf(i18n.T("VAT cannot be emptied: write a rate, no VAT, or as folder",
			"НДС нельзя очистить: напишите ставку, «без НДС» или «как у группы»"))
	case vatNone:
	case vatFolder:
		parent = true
	default:
		d, err := money.Parse(strings.TrimSuffix(text, "%"))
		if err != nil || !strings.HasSuffix(text, "%") || d.IsNegative() || d.GreaterThan(hundred) || !d.IsInteger() {
			return patch{}, i18n.Errorf(i18n.T("%q is no VAT rate: write it as 20%%", "%q — не ставка НДС: напишите так: 20%%"), text)
		}
		rate, enabled = json.RawMessage(money.Plain(d)), true
	}
	var p patch
	err := p.set("vat", rate)
	if err == nil {
		err = p.set("vatEnabled", enabled)
	}
	if err == nil {
		err = p.set("useParentVat", parent)
	}
	return p, err
}

func getArchived(_ *refs, e *entity) catalog.Value {
	if e.Archived == nil {
		return catalog.Value{}
	}
	return catalog.Of(fmt.Sprint(*e.Archived))
}

func putArchived(_ *refs, _ *entity, v catalog.Value) (patch, error) {
	b, err := flag(v)
	if err != nil {
		return patch{}, err
	}
	return onePatch("archived", b)
}

func flag(v catalog.Value) (bool, error) {
	switch v.Text() {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, i18n.Errorf(i18n.T("%q is neither yes nor no", "%q — не «да» и не «нет»"), v.Text())
}

func errRequired(c catalog.Column) error {
	return i18n.Errorf(i18n.T("%s cannot be emptied", "поле «%s» нельзя очистить"), c.Title)
}
