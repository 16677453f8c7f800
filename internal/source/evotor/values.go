package evotor

import (
	"encoding/json"
	"strconv"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/money"
	"catalogsheet/internal/source"
)

// given is a value that is always there when the API gives it.
func given(s string) catalog.Value {
	if s == "" {
		return catalog.Value{}
	}
	return catalog.Of(s)
}

// field gives a field's JSON, ok false where it is missing or null.
func field(d source.Doc, key string) (json.RawMessage, bool) {
	raw, ok := d.Fields[key]
	return raw, ok && len(raw) > 0 && string(raw) != "null"
}

// missing is what a field that the API left out means: nothing where the type
// has it, for empty fields are left out; absent where it has not.
func missing(on func(string) bool, d source.Doc) catalog.Value {
	if on(d.Key.Type) {
		return catalog.Blank()
	}
	return catalog.Value{}
}

// set writes a field; the raw values that were there are never changed in
// place.
func set(d source.Doc, key string, v any) error {
	raw, err := spell(v)
	if err == nil {
		d.Fields[key] = raw
	}
	return err
}

// textLine is a text; a cleared one is left out: Evotor REST API, Обзор,
// empty optional fields are not sent.
func textLine(c catalog.Column, key string, on func(string) bool) bind {
	return bind{Column: c, key: key, on: on,
		get: func(_ *refs, d source.Doc) catalog.Value {
			raw, ok := field(d, key)
			if !ok {
				return missing(on, d)
			}
			return catalog.Of(normalLines(textOf(raw)))
		},
		put: func(_ *refs, d source.Doc, v catalog.Value) error {
			if !v.IsSet() {
				delete(d.Fields, key)
				return nil
			}
			return set(d, key, v.Text())
		}}
}

// textOf spells a value that should be a string; another kind is shown as its
// JSON, so that nothing is hidden.
func textOf(raw json.RawMessage) string {
	if raw[0] == '"' {
		var s string
		if json.Unmarshal(raw, &s) == nil {
			return s
		}
	}
	return string(raw)
}

func normalLines(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// numberLine is a number, exact from its JSON text. A quantity that is left out
// is unknown: the application has no right to see the stock.
func numberLine(c catalog.Column, key string, on func(string) bool) bind {
	return bind{Column: c, key: key, on: on,
		get: func(_ *refs, d source.Doc) catalog.Value {
			raw, ok := field(d, key)
			switch {
			case !ok && c.Field == fieldQuantity:
				return catalog.Value{}
			case !ok:
				return missing(on, d)
			}
			text := textOf(raw)
			n, err := money.Parse(text)
			switch {
			case err != nil:
				return catalog.Of(text)
			case c.Kind == catalog.Money:
				return catalog.Of(money.Amount(n))
			}
			return catalog.Of(money.Plain(n))
		},
		put: func(_ *refs, d source.Doc, v catalog.Value) error {
			if !v.IsSet() {
				if c.ClearBy == "" {
					return errRequired(c)
				}
				v = catalog.Of(c.ClearBy)
			}
			n, err := money.Parse(v.Text())
			if err != nil {
				return err
			}
			d.Fields[key] = json.RawMessage(money.Plain(n))
			return nil
		}}
}

func flagLine(c catalog.Column, key string, on func(string) bool) bind {
	return bind{Column: c, key: key, on: on,
		get: func(_ *refs, d source.Doc) catalog.Value {
			raw, ok := field(d, key)
			if !ok {
				return missing(on, d)
			}
			return catalog.Of(textOf(raw))
		},
		put: func(_ *refs, d source.Doc, v catalog.Value) error {
			b, err := strconv.ParseBool(v.Text())
			if err != nil {
				return i18n.Errorf(i18n.T("%q is neither yes nor no", "%q — не «да» и не «нет»"), v.Text())
			}
			return set(d, key, b)
		}}
}

// listLine is a list of texts, one a line; an empty list clears it.
func listLine(c catalog.Column, key string, on func(string) bool) bind {
	return bind{Column: c, key: key, on: on,
		get: func(_ *refs, d source.Doc) catalog.Value {
			raw, ok := field(d, key)
			if !ok {
				return missing(on, d)
			}
			var list []json.RawMessage
			if json.Unmarshal(raw, &list) != nil {
				return catalog.Of(textOf(raw))
			}
			var lines []string
			for _, one := range list {
				if text := textOf(one); text != "" && text != "null" {
					lines = append(lines, text)
				}
			}
			if len(lines) == 0 {
				return missing(on, d)
			}
			return catalog.Of(strings.Join(lines, "\n"))
		},
		put: func(_ *refs, d source.Doc, v catalog.Value) error {
			list := []string{}
			for code := range strings.SplitSeq(v.Text(), "\n") {
				if code = strings.TrimSpace(code); code != "" {
					list = append(list, code)
				}
			}
			return set(d, key, list)
		}}
}

// getImage gives the address of the picture: Evotor REST API, Изображения, at
// most one a product. Without the right to see pictures there is none given.
func getImage(_ *refs, d source.Doc) catalog.Value {
	raw, ok := field(d, "images")
	if !ok {
		return catalog.Value{}
	}
	var list []struct {
		URL string `json:"url"`
	}
	if json.Unmarshal(raw, &list) == nil && len(list) > 0 {
		return catalog.Of(list[0].URL)
	}
	var plain []string
	if json.Unmarshal(raw, &plain) == nil && len(plain) > 0 {
		return catalog.Of(plain[0])
	}
	return catalog.Blank()
}

func getUpdated(_ *refs, d source.Doc) catalog.Value {
	raw, ok := field(d, "updated_at")
	if !ok {
		return catalog.Value{}
	}
	return given(shownTime(textOf(raw)))
}

func errRequired(c catalog.Column) error {
	return i18n.Errorf(i18n.T("%s cannot be emptied", "поле «%s» нельзя очистить"), c.Title)
}

func errReadOnly(c catalog.Column, kind string) error {
	return i18n.Errorf(i18n.T("%s of type %s can only be read", "поле «%s» у типа %s только для чтения"), c.Title, kind)
}
