package templates

import (
	"errors"
	"strings"
	"time"
)

// text computes the text of a cell.
func (r *renderer) text(c lineCell, o *outCell) error {
	p := c.parsed
	if p.cut {
		r.note(found(r.s.tab, c.cell, "comment-cut").fixed(withoutSlashes(c.text)), c.cell, "")
	}
	if p.broken != nil {
		r.note(broken(r.s.tab, c.cell), c.cell, "")
		if len(p.pieces) == 0 {
			return nil
		}
	}
	if len(p.pieces) == 0 {
		o.setText(p.plain)
		return nil
	}
	r.env.binds = c.binds
	defer func() { r.env.binds = nil }()
	if len(p.pieces) == 1 && p.pieces[0].expr != nil {
		v, err := r.evaluate(c.cell, p.pieces[0].expr)
		if err != nil {
			return r.unevaluated(c.cell, err, o)
		}
		o.set(v)
		return nil
	}
	var b strings.Builder
	for _, piece := range p.pieces {
		if piece.expr == nil {
			b.WriteString(piece.text)
			continue
		}
		v, err := r.evaluate(c.cell, piece.expr)
		if err == nil && b.Len() > maxText {
			err = errTooLong
		}
		if err != nil {
			return r.unevaluated(c.cell, err, o)
		}
		b.WriteString(textOf(v))
	}
	o.setText(b.String())
	return nil
}

// unevaluated leaves the cell's text as it is: the engine does so when an
// expression cannot be computed.
func (r *renderer) unevaluated(c *cell, err error, o *outCell) error {
	var source *sourceError
	if errors.As(err, &source) {
		return source.err
	}
	r.note(found(r.s.tab, c, "not-computed"), c, "")
	o.kind, o.text = textCell, c.text
	return nil
}

// set gives a cell a computed value; a number stays a number.
func (o *outCell) set(v any) {
	switch v := v.(type) {
	case nil:
		o.kind, o.text = blankCell, ""
	case number:
		o.kind, o.text = numberCell, v.cellText()
	case time.Time:
		o.kind, o.text = numberCell, serial(v).cellText()
	case string:
		o.setText(strings.ReplaceAll(v, "\r\n", "\n"))
	default:
		o.setText(textOf(v))
	}
}

func (o *outCell) setText(text string) {
	o.kind, o.text = textCell, text
	if text == "" {
		o.kind = blankCell
	}
}

// value is what a formula sees of a cell.
func (o *outCell) value() any {
	switch o.kind {
	case numberCell:
		if n, ok := numberText(o.text); ok {
			return n
		}
		return &xlError{"#VALUE!"}
	case textCell:
		return o.text
	case boolCell:
		return o.text == "true"
	case errorCell:
		return &xlError{o.text}
	}
	return nil
}

// single carries out a self-closing tag.
func (r *renderer) single(c *cell, o *outCell) error {
	t := c.tag
	if !knownTag(t.name) {
		return r.fail(found(r.s.tab, c, "tag-unknown", t.name))
	}
	if err := r.wellFormed(c); err != nil {
		return err
	}
	if t.name != tagOut {
		r.note(found(r.s.tab, c, "tag-self-closed", t.name), c, "")
		o.kind, o.text = blankCell, ""
		return nil
	}
	switch {
	case t.outErr != nil:
		r.note(found(r.s.tab, c, "expression-broken", t.outErr), c, "")
		return nil
	case t.out == nil:
		return nil
	}
	v, err := r.evaluate(c, t.out)
	if err != nil {
		return r.unevaluated(c, err, o)
	}
	o.set(v)
	return nil
}
