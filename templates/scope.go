package templates

import (
	"encoding/json"
	"errors"
	"io"

	"catalogsheet/internal/i18n"
)

// ReadScope reads the data of a report from JSON: one object, whose names are
// those that the template uses. A number with a point or an exponent is a
// Double, any other a Long.
func ReadScope(r io.Reader) (Scope, error) {
	d := json.NewDecoder(r)
	d.UseNumber()
	var s Scope
	err := d.Decode(&s)
	if err == nil && s == nil {
		err = errors.New("null")
	}
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("text after the object")
		}
	}
	if err != nil {
		return nil, i18n.Errorf(i18n.T(
			"the data is not a JSON object such as {\"rows\": [{\"name\": \"…\"}]} (%v)",
			"данные — не объект JSON вида {\"rows\": [{\"name\": \"…\"}]} (%v)"), err)
	}
	return s, nil
}
