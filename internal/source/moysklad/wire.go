package moysklad

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"catalogsheet/internal/rest"
)

// meta names an object: MoySklad JSON API 1.2, Метаданные.
type meta struct {
	Href      string `json:"href"`
	Type      string `json:"type"`
	MediaType string `json:"mediaType,omitempty"`
	UUIDHref  string `json:"uuidHref,omitempty"`
}

// id is the last element of the href without the query that reports append.
func (m meta) id() string { return hrefID(m.Href) }

func hrefID(href string) string {
	href, _, _ = strings.Cut(href, "?")
	return strings.ToLower(href[strings.LastIndexByte(href, '/')+1:])
}

// plain is the meta as it is written: without query and UI address.
func (m meta) plain() meta {
	href, _, _ := strings.Cut(m.Href, "?")
	return meta{Href: href, Type: m.Type, MediaType: "application/json"}
}

// ref is a reference to an object.
type ref struct {
	Meta meta `json:"meta"`
}

func (r *ref) id() string {
	if r == nil {
		return ""
	}
	return r.Meta.id()
}

// listMeta is the meta of a list: MoySklad JSON API 1.2, Метаданные.
type listMeta struct {
	Size int `json:"size"`
}

// price is an amount in hundredths of its currency: MoySklad JSON API 1.2,
// Товар, Цены продажи. PriceType is empty for buyPrice and minPrice.
type price struct {
	Value     json.Number `json:"value"`
	Currency  *ref        `json:"currency"`
	PriceType ref         `json:"priceType"`
}

// attribute is a custom field's value: MoySklad JSON API 1.2, Дополнительные
// поля.
type attribute struct {
	Meta  meta            `json:"meta"`
	ID    string          `json:"id"`
	Type  string          `json:"type"`
	Value json.RawMessage `json:"value"`
}

func (a attribute) id() string {
	if a.ID != "" {
		return strings.ToLower(a.ID)
	}
	return a.Meta.id()
}

// characteristic of a variant: MoySklad JSON API 1.2, Модификация.
type characteristic struct {
	ID    string `json:"id"`
	Value string `json:"value"`
}

// entity is what the columns read of a product, variant, service, bundle or
// consignment: MoySklad JSON API 1.2, Товар, Модификация, Услуга, Комплект,
// Партия. A pointer, a nil slice or an empty number is a field that the answer
// did not hold. Names are matched in any case: some answers say minprice.
type entity struct {
	Meta            meta                `json:"meta"`
	ID              string              `json:"id"`
	Updated         string              `json:"updated"`
	Name            *string             `json:"name"`
	Code            *string             `json:"code"`
	ExternalCode    *string             `json:"externalCode"`
	Article         *string             `json:"article"`
	Description     *string             `json:"description"`
	Archived        *bool               `json:"archived"`
	PathName        string              `json:"pathName"`
	ProductFolder   *ref                `json:"productFolder"`
	Product         *ref                `json:"product"`
	Assortment      *ref                `json:"assortment"`
	UOM             *ref                `json:"uom"`
	Country         *ref                `json:"country"`
	Supplier        *ref                `json:"supplier"`
	VAT             json.Number         `json:"vat"`
	VATEnabled      *bool               `json:"vatEnabled"`
	UseParentVAT    *bool               `json:"useParentVat"`
	Weight          json.Number         `json:"weight"`
	Volume          json.Number         `json:"volume"`
	BuyPrice        *price              `json:"buyPrice"`
	MinPrice        *price              `json:"minPrice"`
	SalePrices      []price             `json:"salePrices"`
	Barcodes        []map[string]string `json:"barcodes"`
	Attributes      []attribute         `json:"attributes"`
	Characteristics []characteristic    `json:"characteristics"`
}

func (e *entity) id() string {
	if e.ID != "" {
		return strings.ToLower(e.ID)
	}
	return e.Meta.id()
}

func (e *entity) salePrice(id string) *price {
	for i := range e.SalePrices {
		if e.SalePrices[i].PriceType.id() == id {
			return &e.SalePrices[i]
		}
	}
	return nil
}

func (e *entity) attribute(id string) *attribute {
	for i := range e.Attributes {
		if e.Attributes[i].id() == id {
			return &e.Attributes[i]
		}
	}
	return nil
}

// stockRow is a row of the extended stock report: MoySklad JSON API 1.2,
// Отчет Остатки, Расширенный отчет об остатках. Price is the cost in kopecks,
// with a fraction.
type stockRow struct {
	Meta         meta        `json:"meta"`
	Name         *string     `json:"name"`
	Code         *string     `json:"code"`
	ExternalCode *string     `json:"externalCode"`
	Article      *string     `json:"article"`
	Stock        json.Number `json:"stock"`
	Reserve      json.Number `json:"reserve"`
	InTransit    json.Number `json:"inTransit"`
	Quantity     json.Number `json:"quantity"`
	Price        json.Number `json:"price"`
	StockDays    json.Number `json:"stockDays"`
	Folder       *struct {
		Meta     meta   `json:"meta"`
		Name     string `json:"name"`
		PathName string `json:"pathName"` // of the parent
	} `json:"folder"`
	UOM struct {
		Name string `json:"name"`
	} `json:"uom"`
}

// storeStock is a row of the report by stores: MoySklad JSON API 1.2, Отчет
// Остатки, Остатки по складам.
type storeStock struct {
	Meta         meta `json:"meta"`
	StockByStore []struct {
		Meta  meta        `json:"meta"`
		Stock json.Number `json:"stock"`
	} `json:"stockByStore"`
}

// named is an element of a reference list: MoySklad JSON API 1.2, Единица
// измерения, Страна, Контрагент, Группа товаров, Склад, Валюта, Тип цен.
type named struct {
	Meta      meta        `json:"meta"`
	ID        string      `json:"id"`
	AccountID string      `json:"accountId"`
	Name      string      `json:"name"`
	PathName  string      `json:"pathName"`
	ISOCode   string      `json:"isoCode"`
	Default   bool        `json:"default"`
	Archived  bool        `json:"archived"`
	Rate      json.Number `json:"rate"`
	Parent    *ref        `json:"productFolder"`
}

func (n named) id() string {
	if n.ID != "" {
		return strings.ToLower(n.ID)
	}
	return n.Meta.id()
}

// definition is a custom field or a characteristic: MoySklad JSON API 1.2,
// Дополнительные поля; Модификация, Метаданные.
type definition struct {
	Meta             meta   `json:"meta"`
	ID               string `json:"id"`
	Name             string `json:"name"`
	Type             string `json:"type"`
	Required         bool   `json:"required"`
	CustomEntityMeta *meta  `json:"customEntityMeta"`
}

func (d definition) id() string {
	if d.ID != "" {
		return strings.ToLower(d.ID)
	}
	return d.Meta.id()
}

// decodeList walks {"meta": …, "rows": […]} and hands on one row at a time.
func decodeList[T any](body []byte, each func(*T) error) (listMeta, error) {
	var m listMeta
	dec := json.NewDecoder(bytes.NewReader(body))
	if err := delim(dec, '{'); err != nil {
		return m, err
	}
	rows := false
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return m, err
		}
		switch key {
		case "meta":
			err = dec.Decode(&m)
		case "rows":
			rows = true
			err = decodeRows(dec, each)
		default:
			var skip json.RawMessage
			err = dec.Decode(&skip)
		}
		if err != nil {
			return m, err
		}
	}
	if err := delim(dec, '}'); err != nil {
		return m, err
	}
	if !rows {
		return m, errors.New("a list without rows")
	}
	return m, nil
}

func decodeRows[T any](dec *json.Decoder, each func(*T) error) error {
	if err := delim(dec, '['); err != nil {
		return err
	}
	for dec.More() {
		var row T
		if err := dec.Decode(&row); err != nil {
			return err
		}
		if err := each(&row); err != nil {
			return err
		}
	}
	return delim(dec, ']')
}

func delim(dec *json.Decoder, want json.Delim) error {
	t, err := dec.Token()
	if err != nil {
		return err
	}
	if t != want {
		return fmt.Errorf("%v instead of %v", t, want)
	}
	return nil
}

// apiError is one error: MoySklad JSON API 1.2, Обработка ошибок.
type apiError struct {
	Error     string          `json:"error"`
	Code      int             `json:"code"`
	Parameter string          `json:"parameter"`
	More      string          `json:"error_message"`
	Meta      json.RawMessage `json:"meta"`
}

func (e apiError) rest(status int) rest.APIError {
	code := e.Code
	if code == 0 {
		code = status
	}
	message := e.Error
	if e.More != "" && e.More != e.Error {
		message = strings.TrimSpace(message + " " + e.More)
	}
	return rest.APIError{Code: strconv.Itoa(code), Message: message, Parameter: e.Parameter, Meta: e.Meta}
}

// parseErrors reads {"errors": […]}, alone or as elements of an array.
func parseErrors(status int, body []byte) []rest.APIError {
	type failed struct {
		Errors []apiError `json:"errors"`
	}
	var list []failed
	switch first(body) {
	case '{':
		list = make([]failed, 1)
		if json.Unmarshal(body, &list[0]) != nil {
			return nil
		}
	case '[':
		if json.Unmarshal(body, &list) != nil {
			return nil
		}
	}
	var all []rest.APIError
	for _, f := range list {
		for _, e := range f.Errors {
			all = append(all, e.rest(status))
		}
	}
	return all
}

// first gives the first byte that is no space, 0 for none.
func first(body []byte) byte {
	body = bytes.TrimLeft(body, " \t\r\n\ufeff")
	if len(body) == 0 {
		return 0
	}
	return body[0]
}
