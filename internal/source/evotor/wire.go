package evotor

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/rest"
	"catalogsheet/internal/source"
)

// The media types: Evotor REST API, Обзор. The version of V2 is in them.
const (
	mediaV1   = "application/json"
	mediaOne  = "application/vnd.evotor.v2+json"
	mediaBulk = "application/vnd.evotor.v2+bulk+json"
)

// The collections of a store: Evotor REST API, Товары; Группы товаров.
const (
	collectionProducts = "products"
	collectionGroups   = "product-groups"
)

// fields is one object as the API gave it.
type fields = map[string]json.RawMessage

// page is one page of a list: Evotor REST API, Товары, paging. Some clients met
// bare arrays, and V1 gives nothing else.
type page struct {
	Items  []fields `json:"items"`
	Paging struct {
		Next string `json:"next_cursor"`
	} `json:"paging"`
}

func decodePage(body []byte) (page, error) {
	var p page
	body = bytes.TrimSpace(body)
	if len(body) > 0 && body[0] == '[' {
		return p, json.Unmarshal(body, &p.Items)
	}
	if err := json.Unmarshal(body, &p); err != nil {
		return page{}, err
	}
	if p.Items == nil {
		return page{}, errors.New("the answer holds no items")
	}
	return p, nil
}

// wireStore is a store: Evotor REST API, Магазины; in V1 its id is uuid.
type wireStore struct {
	ID      string `json:"id"`
	UUID    string `json:"uuid"`
	Name    string `json:"name"`
	Address string `json:"address"`
	UserID  string `json:"user_id"`
}

// groupOf reads a product group: Evotor REST API, Модификации товара. One with
// attributes holds modifications; in V1 hasVariants says so, and its attributes
// are free: Evotor API V1, definitions. What V1 holds in a wrong form is read as
// far as it goes, for it is only shown.
func groupOf(f fields, api string) group {
	one := func(key string) string {
		if raw := f[key]; !isEmpty(raw) {
			return textOf(raw)
		}
		return ""
	}
	g := group{id: strings.ToLower(one("id")), wire: one("id"), name: one("name"), parent: strings.ToLower(one("parent_id"))}
	g.variants = !isEmpty(f["attributes"])
	if api == apiV1 {
		g.variants = one("hasVariants") == "true"
	}
	return g
}

// wireTask is a bulk task: Evotor REST API, Асинхронные задачи.
type wireTask struct {
	ID      string   `json:"id"`
	Status  string   `json:"status"`
	Details []fields `json:"details"`
}

// The states of a bulk task. FAILED is done with errors, not undone.
const (
	taskAccepted  = "ACCEPTED"
	taskRunning   = "RUNNING"
	taskCompleted = "COMPLETED"
	taskFailed    = "FAILED"
	taskDeclined  = "DECLINED"
)

// wireError is an error in either generation: Evotor REST API, Ответы; Evotor
// API V1, responses. The words come in the server's language and are shown as
// they are.
type wireError struct {
	Code       json.RawMessage `json:"code"`
	Message    string          `json:"message"`
	Reason     string          `json:"reason"`
	Subject    string          `json:"subject"`
	Value      json.RawMessage `json:"value"`
	Violations []wireError     `json:"violations"`
	Errors     []wireError     `json:"errors"`
}

func (e wireError) words() string {
	parts := make([]string, 0, 3)
	for _, p := range []string{e.Subject, e.Reason, e.Message} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	said := strings.Join(parts, ": ")
	if v := plainText(e.Value); v != "" {
		said += " (" + v + ")"
	}
	return said
}

// list gives one APIError per violation, or one for the whole.
func (e wireError) list() []rest.APIError {
	var all []rest.APIError
	code := plainText(e.Code)
	for _, v := range append(e.Violations, e.Errors...) {
		own := plainText(v.Code)
		if own == "" {
			own = code
		}
		all = append(all, rest.APIError{Code: own, Message: v.words(), Parameter: v.Subject})
	}
	if len(all) == 0 && (code != "" || e.Message != "" || e.Reason != "") {
		all = append(all, rest.APIError{Code: code, Message: e.words(), Parameter: e.Subject})
	}
	return all
}

func parseErrors(_ int, body []byte) []rest.APIError {
	var e wireError
	if json.Unmarshal(body, &e) != nil {
		return nil
	}
	return e.list()
}

// spell writes JSON as people would: what the server gave stays byte for byte,
// where encoding/json would escape < and >.
func spell(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// plainText spells a JSON string or number; anything else is "".
func plainText(raw json.RawMessage) string {
	if len(raw) == 0 {
		return ""
	}
	if raw[0] == '"' {
		var s string
		if json.Unmarshal(raw, &s) == nil {
			return s
		}
		return ""
	}
	if c := raw[0]; c == '-' || c >= '0' && c <= '9' {
		return string(raw)
	}
	return ""
}

// moscow is the zone in which times are shown, as people in shops expect.
var moscow = time.FixedZone("MSK", 3*60*60)

// timeLayouts: Evotor REST API writes the offset without a colon; the example
// of a bulk task has Z.
var timeLayouts = [...]string{"2006-01-02T15:04:05.999999999-0700", time.RFC3339Nano}

// shownTime spells a timestamp as a Time value; what is none stays as it is.
func shownTime(text string) string {
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.In(moscow).Format("2006-01-02 15:04:05.999999999")
		}
	}
	return text
}

// v1Names are the keys of V1 with those of V2: Evotor API V1, definitions. The
// spellings barcodes and alcocodes were V1's own before 2018.
var v1Names = [...][2]string{
	{"uuid", "id"}, {"parentUuid", "parent_id"}, {"barCodes", "barcodes"}, {"alcoCodes", "alcocodes"},
	{"costPrice", "cost_price"}, {"measureName", "measure_name"}, {"allowToSell", "allow_to_sell"},
	{"articleNumber", "article_number"}, {"alcoholByVolume", "alcohol_by_volume"},
	{"alcoholProductKindCode", "alcohol_product_kind_code"}, {"tareVolume", "tare_volume"},
}

// asV2 gives an object of V1 the names of V2, to be shown; it is never sent.
func asV2(f fields) fields {
	out := make(fields, len(f))
	for k, raw := range f {
		out[k] = raw
	}
	for _, n := range v1Names {
		if raw, ok := f[n[0]]; ok {
			delete(out, n[0])
			out[n[1]] = raw
		}
	}
	return out
}

// document makes a Doc of a product's fields.
func document(store string, f fields) (source.Doc, error) {
	id := plainText(f["id"])
	if id == "" {
		return source.Doc{}, errors.New("a product without id")
	}
	return source.Doc{Key: catalog.Key{Store: store, Type: plainText(f["type"]), ID: strings.ToLower(id)}, Fields: f}, nil
}

// decodeProduct reads a product out of an answer; one that holds none (an
// empty body, another product) is no document.
func decodeProduct(store, id string, body []byte) (source.Doc, bool) {
	var f fields
	if json.Unmarshal(body, &f) != nil {
		return source.Doc{}, false
	}
	d, err := document(store, f)
	return d, err == nil && strings.EqualFold(d.Key.ID, id)
}

// Violations are what V1 says of a wrong schema, in headers of an answer 200:
// Evotor API V1, paths, X-Products-Violations.
type Violations struct {
	Count   string
	Details string // of the first 20
}

// In says the violations in a language.
func (v *Violations) In(l i18n.Lang, _ ...any) string {
	return i18n.T("Evotor API V1 refused %s objects for their form: %s", "Evotor API V1 не принял объектов: %s, из-за их вида: %s").
		In(l, v.Count, v.Details)
}

func (v *Violations) Error() string { return v.In(i18n.En) }

// violated reads the headers of an answer of V1.
func violated(resp *rest.Response) error {
	count := strings.TrimSpace(resp.Header.Get("X-Products-Violations-Count"))
	details := strings.TrimSpace(resp.Header.Get("X-Products-Violations"))
	if (count == "" || count == "0") && (details == "" || details == "[]") {
		return nil
	}
	return fmt.Errorf("%w", &Violations{Count: count, Details: details})
}
