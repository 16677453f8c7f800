package importer

import (
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/merge"
)

// create reads a row without a UUID as a new item.
func (r *reader) create(l *line) {
	t := &r.e.tables[l.table]
	made := merge.Created{Type: r.newType(l, t), At: r.at(l, -1), Store: r.newStore(t)}
	var ignored []string
	for i := range t.cols {
		c, cell := &t.cols[i], r.cells[i]
		if cell == nil || i == t.key || i == t.typ || i == t.store || c.ghost != "" || c.part != "" {
			continue
		}
		if !c.EditableOn(made.Type) && !c.OnNew {
			ignored = append(ignored, c.header)
			continue
		}
		got := r.read(c, cell, catalog.Blank())
		if got.bad == nil && !got.same {
			got.bad = check(c, got.value, catalog.Blank())
		}
		if got.bad != nil {
			r.report(l, i, *got.bad)
			continue
		}
		for _, d := range warn(c, got.value, catalog.Blank()) {
			r.note(l, i, d)
		}
		if c.Field == catalog.FieldName {
			made.Name = got.value.Text()
		}
		made.Values = append(made.Values, merge.Change{
			Column: c.Column, Header: c.header, Mine: got.value, Verdict: merge.Edit, At: []diag.At{r.at(l, i)}, HiddenRow: l.hidden,
		})
	}
	if at, none := r.partsBase(l); at >= 0 {
		if col, v, ok := r.joinParts(l, none); ok && col >= 0 {
			made.Values = append(made.Values, merge.Change{
				Column: t.cols[col].Column, Header: t.cols[col].header, Mine: catalog.Of(v), Verdict: merge.Edit,
				At: []diag.At{r.at(l, col)}, HiddenRow: l.hidden,
			})
		}
	}
	for i := range t.cols {
		if c := &t.cols[i]; r.cells[i] == nil && c.Required && !c.Defaults && c.EditableOn(made.Type) {
			r.report(l, i, diag.New("value-required"))
		}
	}
	if ignored != nil {
		r.note(l, -1, diag.New("create-ignores", strings.Join(ignored, ", ")))
	}
	r.e.Created = append(r.e.Created, made)
}

// newType is the type of a new row: what its cell says, else the first type
// that can have a name.
func (r *reader) newType(l *line, t *table) string {
	if t.typ >= 0 && r.cells[t.typ] != nil {
		c := &t.cols[t.typ]
		got := r.read(c, r.cells[t.typ], catalog.Value{})
		if got.bad != nil {
			r.report(l, t.typ, *got.bad)
			return ""
		}
		return got.value.Text()
	}
	if c, ok := r.base.Head.Schema.Column(catalog.FieldName); ok && len(c.On) > 0 {
		return c.On[0]
	}
	return ""
}
