package templates

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"
)

// ErrBroken says that MoySklad would make no report of the template, and none was
// written; the findings say why.
var ErrBroken = i18n.Errorf(i18n.T(
	"no report can be made of this template: correct the cells that are named",
	"по этому шаблону отчёт не строится: исправьте названные ячейки"))

// Options of a rendering. The zero value is ready to use.
type Options struct {
	// Lang is the language of month names and of the decimal sign that the
	// formatter writes.
	Lang i18n.Lang
	// MaxSteps bounds the iterations of all loops together: 20,000,000.
	MaxSteps int
}

// Render writes the report of a template as .xlsx: what MoySklad's engine makes
// of it, save that fractions of whole numbers are kept and formulas have their
// values. Collections of the type Rows are read once per loop and not held,
// except for groupBy. With ErrBroken nothing was written.
func Render(ctx context.Context, t *Template, scope Scope, out io.Writer, o Options) (found Findings, err error) {
	r := &renderer{
		ctx: ctx, t: t, out: map[*tab]*report{}, calls: xlCalls(), seen: map[seenKey]int{},
		env: env{scope: scope, vars: map[string]any{}, formats: &formats{o.Lang}}, left: o.MaxSteps,
	}
	if r.left <= 0 {
		r.left = 20_000_000
	}
	defer func() {
		for _, s := range t.tabs {
			if rep := r.out[s]; rep != nil {
				err = errors.Join(err, rep.part.spill.Close())
			}
		}
	}()
	r.found = t.live()
	err = r.all()
	if err == nil {
		err = r.save(out)
	}
	r.found.sort(t.tabs)
	if errors.Is(err, errFatal) {
		err = ErrBroken
	}
	return r.found, err
}

// errFatal ends a rendering whose finding was noted.
var errFatal = errors.New("the engine fails")

type seenKey struct {
	cell       *cell
	code, name string
}

// renderer makes one report.
type renderer struct {
	ctx   context.Context
	t     *Template
	env   env
	out   map[*tab]*report
	calls map[string]xlFunc
	found Findings
	seen  map[seenKey]int
	left  int // steps
	// complete: all rows of all sheets are there.
	complete bool
	// online: the last expression asked for what MoySklad alone knows.
	online bool

	// Of the sheet in work:
	s *report
}

// report is one sheet of the report in the making.
type report struct {
	tab  *tab
	part part
	// first is where the first copy of every row of the template went; index 0
	// is row 1, 0 is nowhere.
	first []int
	// runs is where all its copies went.
	runs [][]run
	// copies are those of the cells that formulas name.
	copies map[place][]copied
	// values are those of the columns that formulas look at.
	values map[int]*column
	merges []sheet.Range
	// widths is where columns went, of the widest row with a loop over columns.
	widths map[int]int
	// formulas are those that wait.
	formulas []*pending
	// collapsed is set for the row after a collapsed outline.
	collapsed bool
	outline   int
	hidden    int
}

// place is a cell of the template.
type place struct{ row, col int }

func (r *renderer) all() error {
	for _, s := range r.t.tabs {
		r.s = &report{tab: s, copies: map[place][]copied{}, values: map[int]*column{}}
		last := 0
		if n := len(s.rows); n > 0 {
			last = s.rows[n-1].num
		}
		r.s.first, r.s.runs = make([]int, last), make([][]run, last)
		r.out[s] = r.s
		rows := make([]line, 0, len(s.rows))
		for _, row := range s.rows {
			rows = append(rows, newLine(row))
		}
		if err := r.rows(rows, &frame{fromRow: 1}); err != nil {
			return err
		}
	}
	r.complete = true
	for _, s := range r.t.tabs {
		for _, f := range r.out[s].formulas {
			if err := r.finish(f); err != nil {
				return err
			}
		}
		if err := r.out[s].part.flush(); err != nil {
			return err
		}
	}
	return nil
}

// step counts an iteration and looks whether to go on.
func (r *renderer) step(c *cell) error {
	if r.left--; r.left < 0 {
		return r.fail(found(r.s.tab, c, "too-many-steps"))
	}
	if r.left&255 == 0 {
		return r.ctx.Err()
	}
	return nil
}

// note keeps a finding, once for a cell.
func (r *renderer) note(f Finding, c *cell, name string) {
	key := seenKey{c, f.Code, name}
	if i, ok := r.seen[key]; ok {
		r.found[i].Times++
		return
	}
	f.Times = 1
	if i := slices.IndexFunc(r.found, func(was Finding) bool {
		return was.Times == 0 && was.Code == f.Code && was.At == f.At
	}); i >= 0 { // the check said it
		r.seen[key] = i
		return
	}
	r.seen[key] = len(r.found)
	r.found = append(r.found, f)
}

// fail notes a finding at which the engine gives up.
func (r *renderer) fail(f Finding) error {
	f.Times, f.Severity, f.Fatal = 1, diag.Error, true
	r.found = append(r.found, f)
	return errFatal
}

// evaluate computes an expression of a cell and notes its remarks.
func (r *renderer) evaluate(c *cell, x *expression) (any, error) {
	v, err := x.value(&r.env)
	r.remarks(c, x)
	return v, err
}

// remarks notes what evaluations said.
func (r *renderer) remarks(c *cell, x *expression) {
	for _, m := range r.env.remarks {
		if m.code == "unknown" && slices.ContainsFunc(r.found, func(f Finding) bool {
			return f.Code == "tag-unclosed" || f.Code == "tag-close-untidy"
		}) {
			continue // its loop was not carried out, and that was said
		}
		r.online = r.online || m.code == "formatter-online"
		f := found(r.s.tab, c, "render-"+m.code, m.name)
		if m.code == "unknown" {
			f = unknownName(r.s.tab, c, m.name, r.names(m.name))
		}
		if m.code == "integer" && x != nil {
			f = f.fixed(withDoubles(c.text))
		}
		r.note(f, c, m.name)
	}
	r.env.remarks = r.env.remarks[:0]
}

// names lists what could be meant in place of the last name of a path.
func (r *renderer) names(path string) []string {
	head, _ := cutLast(path)
	if head == "" {
		names := slices.Collect(maps.Keys(r.env.scope))
		names = slices.AppendSeq(names, maps.Keys(r.env.vars))
		slices.Sort(names)
		return names
	}
	m, ok := r.env.walk(strings.Split(head, ".")).(map[string]any)
	if !ok {
		return nil
	}
	return slices.Sorted(maps.Keys(m))
}

// frame is one turn of a block: the rows, or in a row the columns, that it
// filled. Formulas inside mean the copies of the same turn.
type frame struct {
	up *frame
	// opened is the cell with the block's tag; nil for the sheet itself.
	opened *cell
	// size is how many rows, or columns, the template has between the tags.
	size           int
	across         bool
	fromRow, toRow int
	fromCol, toCol int
	// number is which turn of the frame above it is, counted over all blocks.
	number, turns int
}

// copied is where a cell of the template went.
type copied struct {
	row, col int
	f        *frame
}

func (r *renderer) newFrame(up *frame, opened *cell, size int) *frame {
	up.turns++
	return &frame{up: up, opened: opened, size: size, fromRow: r.s.part.row + 1, number: up.turns}
}
