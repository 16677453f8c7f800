package sandbox

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"catalogsheet/internal/money"
)

// apply checks a patch against the tables and writes it into o; o is changed
// only where the whole patch is right.
func (s *Server) apply(e *entity, o *object, patch object, creating bool) error {
	next := o.clone()
	for _, f := range patch {
		r, ok := ruleOf(e.typ, f.name)
		if !ok {
			return refuseAt(1007, f.name)
		}
		f.name = shownName(e.typ, f.name)
		if r.fixed && !creating || r.kind == kindComponents {
			continue
		}
		if err := s.applyField(e, &next, f, r, creating); err != nil {
			return err
		}
	}
	if err := s.derive(e, &next, patch); err != nil {
		return err
	}
	// Components are entities of their own: they come last, when nothing else
	// can be refused any more.
	if raw, ok := patch.get("components"); ok && e.typ == "bundle" {
		if err := s.applyComponents(e, &next, field{"components", raw}); err != nil {
			return err
		}
	}
	*o = next
	return nil
}

func (s *Server) applyField(e *entity, o *object, f field, r rule, creating bool) error {
	switch r.kind {
	case kindIgnored:
		if r.of == "id" && first(f.raw) != '"' {
			return refuseAt(2016, f.name)
		}
		return nil
	case kindText:
		return s.applyText(e, o, f, r)
	case kindFlag:
		return applyFlag(o, f)
	case kindNumber, kindVat:
		return applyNumber(o, f, r)
	case kindEnum:
		return applyEnum(o, f, r)
	case kindDate:
		return applyDate(o, f)
	case kindRef:
		return s.applyRef(e, o, f, r)
	case kindPrice:
		return s.applyPrice(o, f)
	case kindPrices:
		return s.applyPrices(o, f)
	case kindBarcodes:
		return applyBarcodes(o, f)
	case kindAttributes:
		return s.applyAttributes(o, f)
	case kindFeatures:
		return s.applyFeatures(o, f)
	case kindPacks:
		return applyPacks(o, f)
	case kindOpaque:
		return applyOpaque(o, f)
	case kindSync:
		if !creating && o.text("syncId") != plainValue(object{f}, f.name) {
			return refuse(1047)
		}
		o.set(f.name, f.raw)
		return nil
	}
	return refuseAt(3001, f.name)
}

// applyText: "" clears a field that may be empty, null never does.
func (s *Server) applyText(e *entity, o *object, f field, r rule) error {
	var text string
	if first(f.raw) != '"' || json.Unmarshal(f.raw, &text) != nil {
		return refuseAt(2016, f.name)
	}
	if utf8.RuneCountInString(text) > r.max {
		return refuseAt(3040, f.name)
	}
	if strings.TrimSpace(text) == "" && r.required {
		return refuseAt(3000, f.name)
	}
	if f.name == "code" && text != "" && text != e.code && s.unique && s.codeTaken(e, text) {
		return refuseAt(3006, "code")
	}
	if text == "" {
		if f.name != "externalCode" {
			o.drop(f.name)
		}
		return nil
	}
	o.set(f.name, quote(text))
	return nil
}

func (s *Server) codeTaken(e *entity, code string) bool {
	for _, typ := range goodTypes() {
		for _, other := range s.st.byType[typ] {
			if other != e && other.code == code {
				return true
			}
		}
	}
	return false
}

// applyFlag: some flags are in answers only when true.
func applyFlag(o *object, f field) error {
	v := string(f.raw)
	if v != "true" && v != "false" {
		return refuseAt(2016, f.name)
	}
	if f.name == "isSerialTrackable" && o.isTrue(f.name) && v == "false" {
		return refuse(16002)
	}
	if v == "false" && (f.name == "weighed" || f.name == "onTap") {
		o.drop(f.name)
		return nil
	}
	o.set(f.name, f.raw)
	return nil
}

// isNumber tells a JSON number from texts and the rest.
func isNumber(raw json.RawMessage) bool {
	c := first(raw)
	return c == '-' || c >= '0' && c <= '9'
}

// applyNumber writes a number as the service would: as a Float, whole for VAT.
func applyNumber(o *object, f field, r rule) error {
	if !isNumber(f.raw) {
		return refuseAt(2016, f.name)
	}
	d, err := money.Parse(string(f.raw))
	switch {
	case err != nil:
		return refuseAt(2016, f.name)
	case d.IsNegative():
		return refuseAt(3002, f.name)
	case r.kind == kindVat && !d.IsInteger():
		return refuseAt(2016, f.name)
	case r.kind == kindVat && d.IntPart() > 99:
		return refuseAt(3008, f.name)
	case r.kind == kindVat:
		o.set(f.name, json.RawMessage(d.StringFixed(0)))
		return nil
	}
	o.set(f.name, floatText(string(f.raw)))
	return nil
}

// floatText spells a written number as the service's Float does: 12990 comes
// back as 12990.0.
func floatText(text string) json.RawMessage {
	d, err := money.Parse(text)
	if err != nil {
		return json.RawMessage(text)
	}
	out := money.Plain(d)
	if !strings.Contains(out, ".") {
		out += ".0"
	}
	return json.RawMessage(out)
}

func applyEnum(o *object, f field, r rule) error {
	if first(f.raw) != '"' {
		return refuseAt(2016, f.name)
	}
	if !inWords(plainValue(object{f}, f.name), r.of) {
		return refuseAt(2029, f.name)
	}
	o.set(f.name, f.raw)
	return nil
}

func applyDate(o *object, f field) error {
	if isNull(f.raw) {
		o.drop(f.name)
		return nil
	}
	text := plainValue(object{f}, f.name)
	if first(f.raw) != '"' || !isDate(text) {
		return refuseAt(2016, f.name)
	}
	o.setText(f.name, fullDate(text))
	return nil
}

func applyOpaque(o *object, f field) error {
	if c := first(f.raw); c != '{' && !isNull(f.raw) {
		return refuseAt(2016, f.name)
	}
	if isNull(f.raw) || string(f.raw) == "{}" {
		o.drop(f.name)
		return nil
	}
	o.set(f.name, f.raw)
	return nil
}

// applyRef: null clears, anything else must be the meta of an entity that
// exists.
func (s *Server) applyRef(e *entity, o *object, f field, r rule) error {
	if isNull(f.raw) {
		if r.required {
			return refuseAt(3000, f.name)
		}
		o.drop(f.name)
		return nil
	}
	target, err := s.reference(f, r.of)
	if err != nil {
		return err
	}
	if f.name == "productFolder" && e.typ == "productfolder" && s.within(target.id, e.id) {
		return refuseAt(3005, f.name)
	}
	o.set(f.name, json.RawMessage(refJSON(target.typ, target.id, target.shownUUID())))
	return nil
}

// shownUUID is the uuid in the meta of an entity; units have none.
func (e *entity) shownUUID() string {
	if e.typ == "uom" {
		return ""
	}
	return e.uuid
}

// reference finds what a member {"meta":…} points to.
func (s *Server) reference(f field, types string) (*entity, error) {
	ref, err := parseObject(f.raw)
	if err != nil {
		return nil, refuseAt(2016, f.name)
	}
	raw, _ := ref.get("meta")
	meta, err := parseObject(raw)
	if err != nil {
		return nil, refuseAt(2010, f.name)
	}
	typ, id, err := checkMeta(f.name, meta, s.host)
	if err != nil {
		return nil, err
	}
	if !inWords(typ, types) {
		return nil, refuseAt(2014, f.name)
	}
	target := s.st.find(typ, id)
	if target == nil {
		return nil, refuseField(1021, f.name, id)
	}
	return target, nil
}

// derive renews what follows from other fields.
func (s *Server) derive(e *entity, o *object, patch object) error {
	if e.typ == "consignment" && !o.has("label") && !o.has("expiryDate") {
		return refuse(71001)
	}
	if o.has("packs") && !o.has("uom") && e.typ == "product" {
		return refuse(16008)
	}
	if hasFolders(e.typ) || e.typ == "productfolder" {
		s.derivePath(o)
		if err := s.deriveVat(o, patch); err != nil {
			return err
		}
		if e.typ == "productfolder" && utf8.RuneCountInString(joinPath(o.text("pathName"), o.text("name"))) > 255 {
			return refuse(3051)
		}
	}
	return nil
}

func (s *Server) derivePath(o *object) {
	path := ""
	if f := s.st.find("productfolder", refID(*o, "productFolder")); f != nil {
		path = joinPath(f.path, f.name)
	}
	o.setText("pathName", path)
}

// deriveVat makes the three VAT fields agree: vat alone switches the other two
// (Товары, "Изменить Товар", the answer to a sent vat).
func (s *Server) deriveVat(o *object, patch object) error {
	if patch.has("vat") && !patch.has("useParentVat") {
		o.set("useParentVat", json.RawMessage("false"))
	}
	if patch.has("vat") && !patch.has("vatEnabled") && !o.isTrue("useParentVat") {
		o.set("vatEnabled", json.RawMessage("true"))
	}
	if o.isTrue("useParentVat") {
		o.drop("vat")
		o.drop("vatEnabled")
		for _, name := range []string{"effectiveVat", "effectiveVatEnabled"} {
			o.drop(name)
			if f := s.st.find("productfolder", refID(*o, "productFolder")); f != nil {
				fo, err := s.st.object(f)
				if err != nil {
					return err
				}
				if raw, ok := fo.get(name); ok {
					o.set(name, raw)
				}
			}
		}
		return nil
	}
	if o.isTrue("vatEnabled") && !o.has("vat") {
		return refuseAt(16010, "vat")
	}
	for _, p := range [][2]string{{"vat", "effectiveVat"}, {"vatEnabled", "effectiveVatEnabled"}} {
		if raw, ok := o.get(p[0]); ok {
			o.set(p[1], raw)
		}
	}
	return nil
}
