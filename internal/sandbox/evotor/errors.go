package evotor

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"

	"catalogsheet/internal/i18n"
)

// violation is what is wrong with one field.
type violation struct {
	subject string
	reason  i18n.Text
	args    []any
}

// apiError is a refusal (API V2, Ошибки).
type apiError struct {
	status     int
	code       string
	message    string
	value      string
	id         string // of the element of a bulk task
	violations []violation
	legacy     int // code of V1
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

func invalid(list ...violation) *apiError {
	return &apiError{status: http.StatusBadRequest, code: "validation_failed", message: "validation failed for specified payload", violations: list}
}

// malformed refuses a value of the wrong form; at counts bytes in the body.
func malformed(body []byte, at int, subject string) *apiError {
	e := &apiError{status: http.StatusBadRequest, code: "invalid_format", message: "invalid value format for field", value: place(body, at)}
	if subject != "" {
		e.violations = []violation{{subject: subject, reason: reasonInvalid}}
	}
	return e
}

// refuse gives a status whose body the documents leave open: it is empty.
func refuse(status int) *apiError { return &apiError{status: status} }

// The reasons. Their language depends on the server, so a client must show and
// never parse them.
var (
	reasonInvalid  = i18n.T("invalid value", "недействительное значение")
	reasonNull     = i18n.T("must not be null", "не должно равняться null")
	reasonBlank    = i18n.T("must not be empty", "не должно быть пустым")
	reasonSize     = i18n.T("size must be between %d and %d", "размер должен находиться в диапазоне от %d до %d")
	reasonRange    = i18n.T("must be between %s and %s", "должно находиться в диапазоне от %s до %s")
	reasonScale    = i18n.T("no more than %d digits after the point are allowed", "допустимо не более %d знаков после точки")
	reasonUnknown  = i18n.T("unknown value", "неизвестное значение")
	reasonMissing  = i18n.T("is required for this type", "обязательно для этого типа")
	reasonMisfit   = i18n.T("is not allowed for this type", "недопустимо для этого типа")
	reasonUUID     = i18n.T("must be a UUID", "должно быть UUID")
	reasonTaken    = i18n.T("belongs to another entity", "принадлежит другой сущности")
	reasonTwice    = i18n.T("comes twice", "встречается дважды")
	reasonNoParent = i18n.T("no such group", "нет такой группы")
	reasonCircle   = i18n.T("a group cannot lie in itself", "группа не может лежать в самой себе")
	reasonVariants = i18n.T("the group holds modifications only", "в группе могут быть только модификации")
	reasonChoice   = i18n.T("no such attribute or choice in the group", "нет такого атрибута или значения в группе")
	reasonCount    = i18n.T("%d to %d elements are allowed", "допустимо от %d до %d элементов")
	reasonAny      = i18n.T("at least one field is required", "нужно хотя бы одно поле")
	reasonRefused  = i18n.T("refused on purpose", "отказано намеренно")
)

// body writes the refusal in a language; key is "violations" or, as some
// servers say, "errors".
func (e *apiError) body(l i18n.Lang, key string) []byte {
	if e.legacy != 0 {
		return []byte(`{"errors":[{"code":` + strconv.Itoa(e.legacy) + `}]}`)
	}
	if e.code == "" {
		return nil
	}
	dst := []byte(`{"code":"` + e.code + `","message":"` + e.message + `"`)
	if e.value != "" {
		dst = append(dst, `,"value":`...)
		dst = append(dst, quote(e.value)...)
	}
	if e.id != "" {
		dst = append(dst, `,"product_id":`...)
		dst = append(dst, quote(e.id)...)
	}
	if len(e.violations) > 0 {
		dst = append(dst, `,"`+key+`":[`...)
		for i, v := range e.violations {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(dst, `{"reason":`...)
			dst = append(dst, quote(v.reason.In(l, v.args...))...)
			dst = append(dst, `,"subject":`...)
			dst = append(dst, quote(v.subject)...)
			dst = append(dst, '}')
		}
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

// place says where in the body a byte stands.
func place(body []byte, at int) string {
	at = min(max(at, 0), len(body))
	line := 1 + bytes.Count(body[:at], []byte("\n"))
	column := at - bytes.LastIndexByte(body[:at], '\n')
	return "line " + strconv.Itoa(line) + ", column " + strconv.Itoa(column)
}

// member is one member of a JSON object and where its value begins.
type member struct {
	name string
	raw  json.RawMessage
	at   int
}

// members reads one JSON object that begins at base in body. Of a name that
// comes twice the last value counts.
func members(body []byte, object json.RawMessage, base int) ([]member, *apiError) {
	dec := json.NewDecoder(bytes.NewReader(object))
	bad := func() *apiError { return malformed(body, base+int(dec.InputOffset()), "") }
	if tok, err := dec.Token(); err != nil || tok != json.Delim('{') {
		return nil, bad()
	}
	var out []member
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, bad()
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, bad()
		}
		name, _ := key.(string)
		m := member{name: name, raw: compact(raw), at: base + int(dec.InputOffset()) - len(raw)}
		out = replaceMember(out, m)
	}
	if _, err := dec.Token(); err != nil {
		return nil, bad()
	}
	if dec.More() {
		return nil, bad()
	}
	return out, nil
}

func replaceMember(list []member, m member) []member {
	for i := range list {
		if list[i].name == m.name {
			list[i] = m
			return list
		}
	}
	return append(list, m)
}

// elements reads one JSON array of objects.
func elements(body []byte) ([]member, *apiError) {
	dec := json.NewDecoder(bytes.NewReader(body))
	bad := func() *apiError { return malformed(body, int(dec.InputOffset()), "") }
	if tok, err := dec.Token(); err != nil || tok != json.Delim('[') {
		return nil, bad()
	}
	out := []member{}
	for dec.More() {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil || len(raw) == 0 || raw[0] != '{' {
			return nil, bad()
		}
		out = append(out, member{raw: raw, at: int(dec.InputOffset()) - len(raw)})
	}
	if _, err := dec.Token(); err != nil || dec.More() {
		return nil, bad()
	}
	return out, nil
}

func compact(raw []byte) json.RawMessage {
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return raw
	}
	return b.Bytes()
}
