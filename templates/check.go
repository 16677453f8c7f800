package templates

import (
	"slices"
	"strings"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/sheet"
)

// Check finds what MoySklad will stumble over, without any data: each finding
// has its cell, what MoySklad does, and the corrected text where there is one.
func (t *Template) Check() Findings {
	var all Findings
	switch {
	case t.Format == sheet.XLSX:
		all = append(all, found(&tab{}, &cell{}, "not-xls"))
	case !t.country:
		all = append(all, found(&tab{}, &cell{}, "no-country"))
	}
	checkers := map[*tab]*checker{}
	for _, s := range t.tabs {
		if s.excluded() {
			continue
		}
		c := &checker{t: t, s: s, used: map[*cell]bool{}, checkers: checkers, inside: map[int]*loop{}}
		checkers[s] = c
		lines := make([]line, len(s.rows))
		for i, r := range s.rows {
			lines[i] = newLine(r)
		}
		c.lines(lines, nil)
	}
	loops := 0
	for _, s := range t.tabs {
		c := checkers[s]
		if c == nil {
			continue
		}
		c.afterwards()
		loops += len(c.loops) + c.brokenTags
		all = append(all, c.all...)
	}
	if loops == 0 && len(t.tabs) > 0 {
		all = append(all, found(t.tabs[0], &cell{}, "no-loop"))
	}
	all.sort(t.tabs)
	return all
}

// live is what rendering says of a template without looking at the data.
func (t *Template) live() Findings {
	all := slices.DeleteFunc(t.Check(), func(f Finding) bool { return !kindOf(f.Code).live })
	for _, x := range t.left {
		all = append(all, found(t.tab(x.sheet, nil), &cell{}, x.code, x.count))
	}
	for _, s := range t.tabs {
		all = append(all, s.attachedAcross()...)
	}
	return all
}

// loop is a jx:forEach over rows or columns as the check sees it.
type loop struct {
	opened   *cell
	up       *loop
	from, to int // rows of the tags
	body     []line
	across   bool
	// name is the loop variable, status the varStatus; source is items.
	name, status, source string
	grouped              bool
}

// checker checks one sheet.
type checker struct {
	t     *Template
	s     *tab
	all   Findings
	loops []*loop
	// used are the closing tags that have an opening one.
	used map[*cell]bool
	// inside says in which loop over rows a row of the template is.
	inside map[int]*loop
	// checkers are those of all sheets.
	checkers map[*tab]*checker
	// brokenTags counts the tags that are not carried out; the names that they
	// would set are known all the same.
	brokenTags int
	declared   []string
	hasID      bool
	// list: the rows are documents or counterparties, which are not matched
	// with a catalog.
	list bool
}

func (c *checker) add(f Finding) {
	if breaksTag(f.Code) {
		c.brokenTags++
		c.declared = append(c.declared, declaredNames(f.Value)...)
	}
	c.all = append(c.all, f)
}

// lines checks rows and the blocks among them.
func (c *checker) lines(lines []line, up *loop) {
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		if up != nil {
			for n := range l.row.span {
				c.inside[l.row.num+n] = up
				if n > 1000 {
					break
				}
			}
		}
		at, end := -1, 0
		if l.hasTags() {
			at, end = openedBelow(lines, i)
		}
		if at < 0 {
			c.cells(l.cells, up)
			continue
		}
		inner := c.opening(l.cells[at].cell, up, l.row.num, lines[end].row.num, lines[i+1:end])
		c.border(l, lines[end], l.cells[at].cell)
		c.lines(lines[i+1:end], inner)
		i = end
	}
}

// newLoop is what a jx:forEach sets.
func newLoop(o *cell, up *loop) *loop {
	l := &loop{opened: o, up: up}
	l.name, _ = o.tag.attr("var")
	l.status, _ = o.tag.attr("varStatus")
	by, _ := o.tag.attr("groupBy")
	l.grouped = by != ""
	if o.tag.items != nil {
		l.source = strings.TrimSpace(o.tag.items.source)
	}
	return l
}

// opening checks the tag of a block; it gives the loop for what is inside.
func (c *checker) opening(o *cell, up *loop, from, to int, body []line) *loop {
	c.tag(o, up)
	if o.tag.name != tagForEach {
		return up
	}
	l := newLoop(o, up)
	l.from, l.to, l.body = from, to, body
	c.loops = append(c.loops, l)
	if tall := c.s.tallMerge(body); tall != nil {
		c.add(found(c.s, tall, "merge-rows"))
	}
	return l
}

// cells checks the cells of a row that is written, with the loops over columns
// in it.
func (c *checker) cells(cells []lineCell, up *loop) {
	for i := 0; i < len(cells); i++ {
		x := cells[i]
		if x.tag == nil {
			c.cell(x.cell, up)
			continue
		}
		if x.tag.self {
			c.tag(x.cell, up)
			switch {
			case knownTag(x.tag.name) && x.tag.name != tagOut:
				c.add(found(c.s, x.cell, "tag-self-closed", x.tag.name))
			case x.tag.out != nil:
				c.expression(x.cell, x.tag.out, up, true)
			}
			continue
		}
		end := closingCell(cells, i)
		if end == 0 {
			c.unclosed(x.cell)
			continue
		}
		c.used[cells[end].cell] = true
		c.closing(x.tag.name, cells[end].cell)
		inner := c.opening(x.cell, up, x.row, x.row, nil)
		if inner != up {
			inner.across = true
		}
		c.cells(cells[i+1:end], inner)
		i = end
	}
}

// cell checks a cell without a tag.
func (c *checker) cell(x *cell, up *loop) {
	switch {
	case x.real != nil || x.computed:
		c.ordinaryFormula(x, up)
	case x.formula != nil:
		c.formula(x)
	case x.kind == textCell && x.parsed != nil:
		c.text(x, up)
	}
}

// text checks a text and its expressions.
func (c *checker) text(x *cell, up *loop) {
	p := x.parsed
	if fixed, ok := smallTag(x.text); ok {
		c.add(found(c.s, x, "tag-case").fixed(fixed))
		return
	}
	if at := strings.Index(x.text, "<jx:"); at > 0 {
		c.add(found(c.s, x, "tag-indented").fixed(x.text[at:]))
		return
	}
	if at := strings.Index(x.text, "</jx:"); at >= 0 {
		end := strings.IndexByte(x.text[at:], '>')
		switch {
		case end > 0 && x.text != x.text[at:at+end+1]:
			c.add(found(c.s, x, "tag-close-untidy").fixed(x.text[at : at+end+1]))
		case !c.used[x]:
			c.add(found(c.s, x, "tag-close-stray").fixed(closingFix(x.text)))
		}
		return
	}
	if at := strings.Index(x.text, "$["); at > 0 && strings.Contains(x.text[at:], "]") {
		c.add(found(c.s, x, "formula-prefixed").fixed(x.text[at:]))
	}
	if p.cut {
		c.add(found(c.s, x, "comment-cut").fixed(withoutSlashes(x.text)))
	}
	c.braces(x)
	switch {
	case p.broken != nil:
		c.add(broken(c.s, x))
	case !p.cut && strings.Contains(p.plain, "${") && openExpression(p):
		c.add(found(c.s, x, "expression-open").fixed(x.text + "}"))
	}
	c.expressions(x, up)
}

// expressions checks the expressions of a text.
func (c *checker) expressions(x *cell, up *loop) {
	p, id := x.parsed, false
	for _, piece := range p.pieces {
		if piece.expr != nil {
			c.expression(x, piece.expr, up, true)
			id = id || isID(piece.expr)
			if path := joinedID(piece.expr.root); path != "" {
				c.hasID = true
				c.add(found(c.s, x, "id-in-text").fixed("${" + path + "}"))
			}
		}
	}
	if c.hasID = c.hasID || id; id && len(p.pieces) > 1 {
		for _, piece := range p.pieces {
			if piece.expr != nil && isID(piece.expr) {
				c.add(found(c.s, x, "id-in-text").fixed("${" + piece.expr.source + "}"))
			}
		}
	}
}

// openExpression says that the last ${ of a text has no }.
func openExpression(p *parsedText) bool {
	last := p.plain
	if n := len(p.pieces); n > 0 {
		last = p.pieces[n-1].text
	}
	return strings.Contains(last, "${")
}

// afterwards checks what needs the whole sheet.
func (c *checker) afterwards() {
	c.all = slices.DeleteFunc(c.all, func(f Finding) bool {
		if f.Code != "unknown-name" {
			return false
		}
		path, _ := f.Args[0].(string)
		root, _, _ := strings.Cut(path, ".")
		return slices.Contains(c.declared, root)
	})
	c.totals()
	if c.hasID || c.list {
		return
	}
	for _, l := range c.loops {
		if l.across || l.grouped || !l.overRows() {
			continue
		}
		c.suggestID(l)
		return
	}
}

// overRows says that the loop goes over the lines of a report or a document.
func (l *loop) overRows() bool {
	return l.source == "rows" || l.source == "group.items" || l.source == "o.positions"
}

// suggestID says where an id can be added: a title into the row above the
// outermost loop, the expression into the row with most expressions.
func (c *checker) suggestID(l *loop) {
	var data *row
	most := 0
	for _, b := range l.body {
		n := 0
		for _, x := range b.cells {
			if x.parsed != nil && x.parsed.hasExpression() {
				n++
			}
		}
		if n > most {
			data, most = b.row, n
		}
	}
	if data == nil {
		return
	}
	outer := l
	for outer.up != nil {
		outer = outer.up
	}
	last := lastFilled(data)
	title := outer.from - 1
	for _, r := range c.s.rows {
		if r.num < outer.from && len(r.cells) > 0 && lastFilled(r) > 0 {
			title = r.num
		}
		if r.num == title && r.num >= outer.from-1 {
			last = max(last, lastFilled(r))
		}
	}
	name := l.name
	if name == "" {
		name = "row"
	}
	text := "${" + name + ".consignmentID}"
	if l.source == "o.positions" {
		text = "${" + name + ".consignment.id}"
	}
	at := c.s.at(data.num, last+1)
	head := at
	if title > 0 {
		head = c.s.at(title, last+1)
	}
	f := found(c.s, l.opened, "no-id", outer.from, outer.to, cellName(head), text, cellName(at))
	f.Value, f.Fix, f.FixAt = "", text, at
	c.add(f)
}

func cellName(at diag.At) string {
	_, name, _ := strings.Cut(at.Cell(), "!")
	return name
}

// lastFilled is the last column of a row that is not blank.
func lastFilled(r *row) int {
	last := 0
	for _, x := range r.cells {
		if x.kind != blankCell {
			last = max(last, x.col)
		}
	}
	return last
}
