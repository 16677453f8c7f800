package sandbox

import (
	"encoding/json"
	"strings"
)

// expandable lists the references each type unfolds (Общие сведения,
// "Замена ссылок объектами с помощью expand").
var expandable = map[string]string{
	"product":         "owner group supplier uom productFolder country images files",
	"variant":         "owner group product images",
	"service":         "owner group uom productFolder files",
	"bundle":          "owner group uom productFolder country components images files",
	"consignment":     "assortment images",
	"productfolder":   "owner group productFolder",
	"store":           "owner group parent",
	"bundlecomponent": "assortment",
	"counterparty":    "owner group",
	"currency":        "", "uom": "owner group", "country": "owner group", "taxrate": "owner group", "employee": "group",
}

// expansion is the tree of fields to unfold.
type expansion map[string]expansion

// expansion reads expand=; with a limit above 100 it is silently ignored.
func (s *Server) expansion(c *call, typ string, limit int) (expansion, error) {
	if v := c.query.Get("fields"); v != "" {
		if strings.Contains(v, ",") {
			return nil, refuse(3042)
		}
		if v != "minimumStock" || typ != "product" && typ != "variant" {
			return nil, refuseAt(3043, v)
		}
	}
	text := c.query.Get("expand")
	if text == "" {
		return nil, nil
	}
	x := expansion{}
	for _, path := range strings.Split(text, ",") {
		names := strings.Split(strings.TrimSpace(path), ".")
		if len(names) > 3 {
			return nil, refuseAt(1089, path)
		}
		if !inWords(names[0], expandable[typ]) {
			return nil, refuseAt(1089, path)
		}
		at := x
		for _, n := range names {
			if at[n] == nil {
				at[n] = expansion{}
			}
			at = at[n]
		}
	}
	if limit > expandLimit {
		return nil, nil
	}
	return x, nil
}

// appendExpanded appends an entity with the references of x unfolded.
func (s *Server) appendExpanded(dst []byte, e *entity, x expansion) ([]byte, error) {
	if len(x) == 0 {
		return s.st.appendJSON(dst, e), nil
	}
	o, err := s.st.object(e)
	if err != nil {
		return nil, err
	}
	for i, f := range o {
		sub, ok := x[f.name]
		if !ok {
			continue
		}
		raw, err := s.unfold(e, f, sub)
		if err != nil {
			return nil, err
		}
		o[i].raw = raw
	}
	return o.encode(dst), nil
}

// unfold replaces a reference by the entity, a collection by its rows.
func (s *Server) unfold(e *entity, f field, x expansion) (json.RawMessage, error) {
	if f.name == "components" || f.name == "images" || f.name == "files" {
		return s.unfoldRows(e, f, x)
	}
	ref, err := parseObject(f.raw)
	if err != nil {
		return f.raw, nil
	}
	raw, _ := ref.get("meta")
	meta, err := parseObject(raw)
	if err != nil {
		return f.raw, nil
	}
	target := s.st.find(meta.text("type"), lastSegment(meta.text("href")))
	if target == nil {
		return f.raw, nil
	}
	return s.appendExpanded(nil, target, x)
}

func (s *Server) unfoldRows(e *entity, f field, x expansion) (json.RawMessage, error) {
	o, err := parseObject(f.raw)
	if err != nil {
		return f.raw, nil
	}
	rows := []byte{'['}
	if f.name == "components" {
		for i, c := range s.st.parts[e.id] {
			if i > 0 {
				rows = append(rows, ',')
			}
			if rows, err = s.appendExpanded(rows, c, x); err != nil {
				return nil, err
			}
		}
	}
	o.set("rows", append(rows, ']'))
	return o.encode(nil), nil
}
