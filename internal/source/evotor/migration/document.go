package migration

import (
	"encoding/json"
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/money"
	"catalogsheet/internal/source"
)

// The fields of a document that the core does not speak of.
const (
	fieldDescription     catalog.Field = "description"
	fieldPrice           catalog.Field = "price"
	fieldCostPrice       catalog.Field = "costPrice"
	fieldQuantity        catalog.Field = "quantity"
	fieldMeasure         catalog.Field = "measure"
	fieldTax             catalog.Field = "tax"
	fieldAllowToSell     catalog.Field = "allowToSell"
	fieldAlcoCodes       catalog.Field = "alcoCodes"
	fieldAlcoholByVolume catalog.Field = "alcoholByVolume"
	fieldAlcoholKind     catalog.Field = "alcoholKindCode"
	fieldTareVolume      catalog.Field = "tareVolume"
	fieldAttributes      catalog.Field = "attributes"
	fieldChoices         catalog.Field = "attributesChoices"
)

// member is one member of a document of V2: Evotor REST API, Товары; Группы
// товаров.
type member struct {
	field catalog.Field
	key   string // in V2
	v1    string // in V1
	kind  catalog.Kind
	title i18n.Text
	form  form
}

// form reads and spells a member's JSON. get is absent for what is missing,
// null or empty: to V2 they are one.
type form struct {
	get func(raw) catalog.Value
	put func(catalog.Value) (raw, error)
}

var members = []member{
	{catalog.FieldName, "name", "name", catalog.Text, i18n.T("Name", "Наименование"), textForm},
	{catalog.FieldType, "type", "type", catalog.Choice, i18n.T("Type", "Тип"), textForm},
	{catalog.FieldParentID, "parent_id", "parentUuid", catalog.ID, i18n.T("Group UUID", "UUID группы"), idForm},
	{catalog.FieldCode, "code", "code", catalog.Code, i18n.T("Code", "Код"), textForm},
	{catalog.FieldArticle, "article_number", "articleNumber", catalog.Code, i18n.T("Article", "Артикул"), textForm},
	{fieldDescription, "description", "description", catalog.Text, i18n.T("Description", "Описание"), textForm},
	{catalog.FieldBarcodes, "barcodes", "barCodes", catalog.Barcodes, i18n.T("Barcodes", "Штрихкоды"), listForm},
	{fieldPrice, "price", "price", catalog.Money, i18n.T("Price", "Цена"), numberForm},
	{fieldCostPrice, "cost_price", "costPrice", catalog.Money, i18n.T("Cost price", "Закупочная цена"), numberForm},
	{fieldQuantity, "quantity", "quantity", catalog.Number, i18n.T("Quantity", "Количество"), numberForm},
	{fieldMeasure, "measure_name", "measureName", catalog.Choice, i18n.T("Unit", "Единица измерения"), textForm},
	{fieldTax, "tax", "tax", catalog.Choice, i18n.T("Tax", "НДС"), textForm},
	{fieldAllowToSell, "allow_to_sell", "allowToSell", catalog.Flag, i18n.T("Allow to sell", "Разрешить продажу"), flagForm},
	{fieldAlcoCodes, "alcocodes", "alcoCodes", catalog.Barcodes, i18n.T("Alcohol codes", "Алкокоды"), listForm},
	{fieldAlcoholByVolume, "alcohol_by_volume", "alcoholByVolume", catalog.Number, i18n.T("Alcohol by volume", "Крепость"), numberForm},
	{fieldAlcoholKind, "alcohol_product_kind_code", "alcoholProductKindCode", catalog.Integer, i18n.T("Alcohol kind code", "Код вида"), numberForm},
	{fieldTareVolume, "tare_volume", "tareVolume", catalog.Number, i18n.T("Tare volume", "Объём тары"), numberForm},
	{fieldAttributes, "attributes", "attributes", catalog.Text, i18n.T("Characteristics", "Характеристики"), attributesForm},
	{fieldChoices, "attributes_choices", "attributes", catalog.Text, i18n.T("Values of characteristics", "Значения характеристик"), choicesForm},
}

func memberOf(f catalog.Field) (member, bool) {
	i := slices.IndexFunc(members, func(m member) bool { return m.field == f })
	if i < 0 {
		return member{}, false
	}
	return members[i], true
}

// lens reads and writes the member of a document.
func (m member) lens() source.Lens {
	return source.Lens{
		Get: func(d source.Doc) (catalog.Value, error) { return m.form.get(d.Fields[m.key]), nil },
		Set: func(d source.Doc, v catalog.Value) error {
			if m.equal(m.form.get(d.Fields[m.key]), v) {
				return nil
			}
			if !v.IsSet() {
				delete(d.Fields, m.key)
				return nil
			}
			spelled, err := m.form.put(v)
			if err == nil {
				d.Fields[m.key] = spelled
			}
			return err
		},
	}
}

// equal compares two values of a member: lists are sets.
func (m member) equal(a, b catalog.Value) bool {
	if m.kind == catalog.Barcodes {
		return slices.Equal(sortedLines(a), sortedLines(b))
	}
	return m.kind.Equal(a, b) || !a.IsSet() && !b.IsSet()
}

func sortedLines(v catalog.Value) []string {
	return slices.Compact(slices.Sorted(strings.SplitSeq(v.Text(), "\n")))
}

func given(s string) catalog.Value {
	if s == "" {
		return catalog.Value{}
	}
	return catalog.Of(s)
}

var textForm = form{
	get: func(v raw) catalog.Value {
		s, _ := text(v)
		return given(s)
	},
	put: putText,
}

var idForm = form{
	get: func(v raw) catalog.Value {
		s, _ := text(v)
		return given(strings.ToLower(s))
	},
	put: putText,
}

func putText(v catalog.Value) (raw, error) { return spell(v.Text()) }

// spell writes JSON without the escapes that only pages need.
func spell(v any) (raw, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return raw(strings.TrimSuffix(b.String(), "\n")), err
}

var numberForm = form{
	get: func(v raw) catalog.Value {
		d, ok := number(v)
		if !ok {
			return catalog.Value{}
		}
		return catalog.Of(money.Plain(d))
	},
	put: func(v catalog.Value) (raw, error) {
		d, err := money.Parse(v.Text())
		return raw(money.Plain(d)), err
	},
}

var flagForm = form{
	get: func(v raw) catalog.Value {
		if _, ok := flag(v); !ok {
			return catalog.Value{}
		}
		return catalog.Of(string(v))
	},
	put: func(v catalog.Value) (raw, error) { return raw(v.Text()), nil },
}

var listForm = form{
	get: func(v raw) catalog.Value {
		list, _ := texts(v)
		return given(strings.Join(list, "\n"))
	},
	put: func(v catalog.Value) (raw, error) { return spell(strings.Split(v.Text(), "\n")) },
}

var attributesForm = form{
	get: func(v raw) catalog.Value { return attributesValue(attributesOf(Document{"attributes": v})) },
	put: func(v catalog.Value) (raw, error) { return raw(v.Text()), nil },
}

var choicesForm = form{
	get: func(v raw) catalog.Value {
		var m map[string]string
		if json.Unmarshal(v, &m) != nil {
			return catalog.Value{}
		}
		return choicesValue(m)
	},
	put: func(v catalog.Value) (raw, error) { return raw(v.Text()), nil },
}
