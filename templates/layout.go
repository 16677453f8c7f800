package templates

import (
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/locale"
)

// Layout says what the columns of one table of a report mean, as the template
// has them.
type Layout struct {
	Sheet   string
	Columns []LayoutColumn
}

// LayoutColumn is one column of a table. Dynamic columns, such as those of
// stores, have none.
type LayoutColumn struct {
	// Col is the column of the template, 1-based; Blocks is how many blocks of
	// dynamic columns are before it, each of which may move it.
	Col, Blocks int
	// Title is what the template has above the data, "" where that is computed.
	Title string
	// Name is the variable without its loop, "consignmentID"; "" for a cell
	// that holds none, or something else too.
	Name string
	// Field is the column of our sheets that shows the same; salePrice alone
	// is the first price, salePrice:NAME that of a name.
	Field catalog.Field
	// ID: the cells name the item.
	ID bool
	// Scale turns the number of a cell into that of Field's column: 1 where the
	// template divides kopecks by 100, 0.01 where it does not.
	Scale decimal.Decimal
	// Whole: the template divides by a whole number, so that MoySklad drops the
	// fraction of a whole number of kopecks.
	Whole bool
	// Before and After are the texts around the number of an amount.
	Before, After string
}

// Mentions says whether some cell of the template has a word.
func (t *Template) Mentions(word string) bool {
	for _, s := range t.tabs {
		for _, r := range s.rows {
			for _, c := range r.cells {
				if c.kind == textCell && strings.Contains(c.text, word) {
					return true
				}
			}
		}
	}
	return false
}

// Layouts reads what the tables of the template's reports mean: of each sheet
// that of the first loop whose rows name an item, else of the first one whose
// rows have a column that we know.
func (t *Template) Layouts() []Layout {
	var all []Layout
	for _, s := range t.tabs {
		if s.excluded() {
			continue
		}
		lines := make([]line, len(s.rows))
		for i, r := range s.rows {
			lines[i] = newLine(r)
		}
		f := &layoutFinder{s: s}
		f.lines(lines, "")
		if f.best.Columns != nil {
			all = append(all, f.best)
		}
	}
	return all
}

// layoutFinder looks for the data row of one sheet.
type layoutFinder struct {
	s    *tab
	best Layout
	ids  bool // best has an id
	head []*cell
}

// lines looks at the rows of a block whose innermost loop variable is name.
func (f *layoutFinder) lines(lines []line, name string) {
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		at, end := -1, 0
		if l.hasTags() {
			at, end = openedBelow(lines, i)
		}
		if at >= 0 {
			inner := name
			if tag := l.cells[at].tag; tag.name == tagForEach {
				inner, _ = tag.attr("var")
			}
			f.lines(lines[i+1:end], inner)
			i = end
			continue
		}
		if name != "" {
			f.data(l, name)
		}
		f.header(l)
	}
}

// header remembers a row of titles for the data below it.
func (f *layoutFinder) header(l line) {
	var titles []*cell
	for _, c := range l.cells {
		if c.kind == textCell && c.tag == nil && !strings.HasPrefix(c.text, "</jx:") && (c.parsed == nil || !c.parsed.hasExpression()) && strings.TrimSpace(c.text) != "" {
			titles = append(titles, c.cell)
		}
	}
	if len(titles) > 1 || len(titles) == 1 && len(l.cells) == 1 && f.head == nil {
		f.head = titles
	}
}

// data reads a row inside a loop.
func (f *layoutFinder) data(l line, name string) {
	var columns []LayoutColumn
	known, ids := 0, 0
	blocks, across := 0, 0
	filled := map[int]bool{}
	for i, c := range l.cells {
		if across > 0 {
			filled[c.col] = true
			if i == across {
				across, blocks = 0, blocks+1
			}
			continue
		}
		if c.tag != nil && !c.tag.self {
			if across = closingCell(l.cells, i); across > 0 {
				filled[c.col] = true
				continue
			}
		}
		col := LayoutColumn{Col: c.col, Blocks: blocks, Title: f.title(c.col), Scale: decimal.NewFromInt(1)}
		col.mean(c.cell, name)
		filled[c.col] = true
		if col.ID {
			ids++
		}
		if col.Field != "" {
			known++
		}
		columns = append(columns, col)
	}
	for _, t := range f.head {
		if !filled[t.col] {
			columns = append(columns, LayoutColumn{Col: t.col, Blocks: blocksBefore(columns, t.col, blocks), Title: strings.TrimSpace(t.text), Scale: decimal.NewFromInt(1)})
		}
	}
	if ids > 0 && !f.ids || known > 0 && f.best.Columns == nil {
		f.best, f.ids = Layout{Sheet: f.s.name, Columns: columns}, ids > 0
	}
}

// blocksBefore is how many blocks are before a column that the data row does
// not have.
func blocksBefore(columns []LayoutColumn, col, all int) int {
	for _, c := range columns {
		if c.Col > col {
			return c.Blocks
		}
	}
	return all
}

func (f *layoutFinder) title(col int) string {
	for _, t := range f.head {
		if t.col == col {
			return strings.TrimSpace(t.text)
		}
	}
	return ""
}

// mean finds out what a cell of the data row shows.
func (c *LayoutColumn) mean(x *cell, loop string) {
	var e *expression
	var before, after string
	switch {
	case x.tag != nil && x.tag.name == tagOut:
		e = x.tag.out
	case x.parsed != nil && !x.parsed.cut && x.parsed.broken == nil:
		for _, p := range x.parsed.pieces {
			switch {
			case p.expr != nil && e != nil:
				return
			case p.expr != nil:
				e = p.expr
			case e == nil:
				before += strings.TrimSpace(p.text)
			default:
				after += strings.TrimSpace(p.text)
			}
		}
	}
	if e == nil || e.aggregate != "" {
		return
	}
	shown, ok := shownBy(e.root)
	if !ok {
		return
	}
	path, ok := strings.CutPrefix(shown.path, loop+".")
	if !ok {
		return
	}
	v, known := layoutVariable(path)
	around := before+after != ""
	if !known || around && !v.id && !v.minor {
		return
	}
	if around && v.minor {
		c.Before, c.After = before, after
	}
	c.Name, c.Field, c.ID, c.Whole = path, v.field, v.id, shown.whole
	c.Scale = shown.scale
	if v.minor {
		c.Scale = c.Scale.Shift(-2)
	}
}

// traceTitles are the titles under which a template usually shows a field, the
// surest first.
var traceTitles = map[catalog.Field][]string{
	catalog.FieldCode:    {"Код", "Code"},
	catalog.FieldArticle: {"Артикул", "Article"},
	catalog.FieldName:    {"Наименование", "Name", "Название", "Товар"},
	"salePrice":          {"Цена продажи", "Sale price", "Цена продажи, руб.", "Цена продажи, ₽"},
}

// barePrices are the titles of a price that is the only amount of one item.
var barePrices = []string{"Цена", "Price", "Цена, руб.", "Цена, ₽", "Старая цена", "Old price"}

// Trace makes a layout of the texts that a report still holds of its template:
// columns without a place, by the titles that such columns usually have. ok is
// false where the texts name no id.
func Trace(texts []string) (l Layout, ok bool) {
	loop := ""
	for _, text := range texts {
		if t := readTag(text); t != nil && t.name == tagForEach {
			loop, _ = t.attr("var")
		}
	}
	if loop == "" {
		return l, false
	}
	var columns []LayoutColumn
	amounts := map[catalog.Field]bool{}
	for _, text := range texts {
		c := LayoutColumn{Scale: decimal.NewFromInt(1)}
		c.mean(&cell{kind: textCell, text: text, parsed: parseText(text)}, loop)
		if c.Field == "" {
			continue
		}
		ok = ok || c.ID
		columns = append(columns, c)
		if v, _ := layoutVariable(c.Name); v.minor {
			amounts[c.Field] = true
		}
	}
	for _, c := range columns {
		titles := traceTitles[c.Field]
		if c.Field == "salePrice" && len(amounts) == 1 {
			titles = slices.Concat(titles, barePrices)
		}
		for _, title := range titles {
			c.Title = title
			l.Columns = append(l.Columns, c)
		}
		if titles == nil {
			l.Columns = append(l.Columns, c)
		}
	}
	return l, ok
}

// meaning is what a variable of a row is to us.
type meaning struct {
	field catalog.Field
	id    bool
	minor bool
}

// layoutMembers are the names of a row that hold a family by the names of its
// members.
var layoutMembers = map[string]meaning{
	"prices": {field: "salePrice", minor: true}, "attributes": {field: "attr"},
}

// layoutNames are the names of a row that MoySklad's reports do not have.
var layoutNames = map[string]meaning{
	"id": {field: catalog.FieldID, id: true}, "good.id": {field: catalog.FieldID, id: true},
	"buyPrice": {field: "buyPrice", minor: true}, "minPrice": {field: "minPrice", minor: true},
	"store": {field: catalog.FieldStore},
	"code":  {field: catalog.FieldCode}, "article": {field: catalog.FieldArticle}, "externalCode": {field: catalog.FieldExternalCode},
}

// layoutVariable finds a name of a row, without its loop.
func layoutVariable(path string) (meaning, bool) {
	if family, name, ok := strings.Cut(strings.TrimSuffix(path, "]"), "["); ok {
		m, known := layoutMembers[family]
		m.field += catalog.Field(":" + name)
		return m, known && locale.Trim(name) != ""
	}
	for _, kind := range []string{KindStock, KindProducts} {
		for _, v := range Variables(kind) {
			if _, name, ok := strings.Cut(v.Name, "."); ok && name == path && v.Field != "" {
				return meaning{field: v.Field, id: v.Field == catalog.FieldConsignmentID, minor: v.Unit == UnitMinor}, true
			}
		}
	}
	m, ok := layoutNames[path]
	return m, ok
}
