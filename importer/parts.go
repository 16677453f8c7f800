package importer

import (
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/money"
	"catalogsheet/internal/sheet"
)

// parts reads the columns that hold one kind of barcodes each: together they are
// one list. A blank one says nothing about its kind.
func (r *reader) parts(l *line) {
	at, base := r.partsBase(l)
	if at < 0 {
		return
	}
	item := &r.base.Items[l.item]
	col, v, ok := r.joinParts(l, base)
	if !ok || col < 0 || v == base.Text() {
		return
	}
	t := &r.e.tables[l.table]
	c := &t.cols[col]
	if !c.EditableOn(item.Key.Type) || base.Absent() {
		r.readOnly(l, col, base)
		return
	}
	value := catalog.Of(v)
	if d := check(c, value, base); d != nil {
		r.report(l, col, *d)
		return
	}
	r.edits = append(r.edits, edit{line: r.lineNo(), item: l.item, col: col, at: at, value: value, typed: r.cells[col].Text})
}

// partsBase gives the place of the list in the schema and the item's value, -1
// for a sheet without such columns.
func (r *reader) partsBase(l *line) (int, catalog.Value) {
	t := &r.e.tables[l.table]
	i := slices.IndexFunc(t.cols, func(c column) bool { return c.part != "" })
	if i < 0 {
		return -1, catalog.Value{}
	}
	at := t.cols[i].at
	if l.item < 0 {
		return at, catalog.Blank()
	}
	return at, r.base.Items[l.item].Cells[at]
}

// joinParts makes one list of the row's columns; col is the first one that says
// something new, -1 for none, ok false where one of them cannot be read.
func (r *reader) joinParts(l *line, base catalog.Value) (col int, list string, ok bool) {
	t := &r.e.tables[l.table]
	said := map[string][]string{}
	col, ok = -1, true
	var added []string
	for i := range t.cols {
		c := &t.cols[i]
		if c.part == "" || r.cells[i] == nil {
			continue
		}
		codes, d := r.partCodes(c, r.cells[i], base)
		if d != nil {
			r.report(l, i, *d)
			ok = false
			continue
		}
		said[c.part] = codes
		news, gone := newCodes(codes, c.part, base)
		if added = append(added, news...); col < 0 && len(news)+gone > 0 {
			col = i
		}
	}
	var kept []string
	for _, code := range codesOf(base) {
		kind, _, _ := strings.Cut(code, ":")
		if codes, edited := said[kind]; !edited || slices.Contains(codes, code) {
			kept = append(kept, code)
		}
	}
	return col, strings.Join(append(kept, added...), "\n"), ok
}

func codesOf(v catalog.Value) []string {
	if !v.IsSet() {
		return nil
	}
	return strings.Split(v.Text(), "\n")
}

// newCodes lists what base does not have, and counts what base has of a kind
// and the codes have not.
func newCodes(codes []string, kind string, base catalog.Value) (news []string, gone int) {
	had := codesOf(base)
	for _, c := range codes {
		if !slices.Contains(had, c) && !slices.Contains(news, c) {
			news = append(news, c)
		}
	}
	for _, c := range had {
		if strings.HasPrefix(c, kind+":") && !slices.Contains(codes, c) {
			gone++
		}
	}
	return news, gone
}

// partCodes reads the barcodes of one kind out of a cell, with their kind before
// each.
func (r *reader) partCodes(c *column, cell *sheet.Cell, base catalog.Value) ([]string, *diag.Diagnostic) {
	text := cell.Text
	if cell.Type == sheet.Number {
		d, err := money.Parse(text)
		if err != nil || !d.IsInteger() || d.Abs().GreaterThanOrEqual(lost15) {
			return nil, found(diag.Variant("number-scientific", "digits"))
		}
		text = money.Plain(d)
	}
	switch {
	case cell.Uncached:
		return nil, found(diag.New("formula-uncached"))
	case cell.Type == sheet.Error || isErrorText(text):
		return nil, found(diag.New("cell-error"))
	}
	var codes []string
	for _, one := range strings.FieldsFunc(locale.Lines(text), func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		if one = locale.Trim(one); one == "" {
			continue
		}
		if locale.Scientific(one) {
			return nil, found(diag.New("number-scientific"))
		}
		if known := padded(one, c.part, base); known != "" {
			codes = append(codes, known)
			continue
		}
		if d := r.undatedPart(one, c.part, base); d != nil {
			return nil, d
		}
		code, d := locale.Barcodes(c.part+":"+one, base.Text(), true)
		if d != nil {
			return nil, d
		}
		codes = append(codes, code)
	}
	return codes, nil
}

// padded finds the barcode of base that lost its leading zeros, "" for none.
func padded(code, kind string, base catalog.Value) string {
	for _, had := range codesOf(base) {
		if v, ok := strings.CutPrefix(had, kind+":"); ok && strings.TrimLeft(v, "0") == strings.TrimLeft(code, "0") && len(code) < len(v) {
			return had
		}
	}
	return ""
}

// undatedPart says that a code is the date that a program made of one of the
// base's, nil where it is none.
func (r *reader) undatedPart(code, kind string, base catalog.Value) *diag.Diagnostic {
	for _, had := range codesOf(base) {
		if v, ok := strings.CutPrefix(had, kind+":"); ok && v != code {
			if got, ok := r.undated(code, v); ok && got.bad != nil {
				return got.bad
			}
		}
	}
	return nil
}
