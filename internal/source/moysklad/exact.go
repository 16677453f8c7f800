package moysklad

import (
	"encoding/json"
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/source"
)

// Exact gives what a document holds of a field as the API wrote it, where a
// sheet's value does not tell all of it: the line ends of a text, and which of
// two entries with one name was meant. Writing it back restores the field. nil
// for any other field.
func (s *Source) Exact(f catalog.Field, d source.Doc) json.RawMessage {
	r, _ := s.prepared()
	b, ok := r.line(f)
	if !ok || b.put == nil {
		return nil
	}
	raw := d.Fields[b.keys[0]]
	if f.Family() == familyAttr {
		e, err := read(d, b.keys)
		if err != nil || e.attribute(f.Member()) == nil {
			return nil
		}
		raw = e.attribute(f.Member()).Value
	}
	switch {
	case b.Kind == catalog.Text && first(raw) == '"' && strings.Contains(string(raw), `\r`):
		return raw
	case b.Kind == catalog.Choice && first(raw) == '{':
		var to ref
		if json.Unmarshal(raw, &to) != nil || to.Meta.Href == "" {
			return nil
		}
		plain, err := json.Marshal(ref{Meta: to.Meta.plain()})
		if err != nil {
			return nil
		}
		return plain
	}
	return nil
}

// exact is the patch that writes back what Exact gave.
func (r *refs) exact(f catalog.Field, raw json.RawMessage) (patch, error) {
	b, _ := r.line(f)
	if f.Family() != familyAttr {
		return onePatch(b.keys[0], raw)
	}
	i := slices.IndexFunc(r.attrs, func(d definition) bool { return d.id() == f.Member() })
	if i < 0 {
		return patch{}, i18n.Errorf(i18n.T("field %s does not exist", "поля %s нет"), string(f))
	}
	d := r.attrs[i]
	w, err := json.Marshal(wireAttribute{Meta: d.Meta.plain(), Value: raw})
	return patch{attrs: []member1{{d.id(), w}}}, err
}
