package templates

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"catalogsheet/internal/diag"
)

// What the engine damages is said and not repeated.
var damaged = map[string]string{"14_same_row_two_vertical": "loops-in-row"}

func TestTemplatesOfTheEngine(t *testing.T) {
	cases := readCases(t)
	for _, c := range cases.Templates {
		t.Run(c.Name, func(t *testing.T) {
			// The engine's data has a formatter that JSON cannot say.
			for i := range c.In.Rows {
				for j := range c.In.Rows[i].Cells {
					if v, ok := c.In.Rows[i].Cells[j].V.(string); ok {
						c.In.Rows[i].Cells[j].V = strings.ReplaceAll(v, `formatter.fmt("x")`, `formatter.format("%td.%tm.%tY", "2026-02-01", "2026-02-01", "2026-02-01")`)
					}
				}
			}
			f, found, err := render(t, c.In.workbook(t), cases.scope())
			if c.Error != "" {
				if !errors.Is(err, ErrBroken) || !slices.ContainsFunc(found, func(f Finding) bool { return f.Fatal && f.Severity == diag.Error }) {
					t.Errorf("the engine fails with %q; here %v, %v", c.Error, err, found)
				}
				return
			}
			if err != nil {
				t.Fatal(err, found)
			}
			if code := damaged[c.Name]; code != "" {
				if !slices.ContainsFunc(found, func(f Finding) bool { return f.Code == code }) {
					t.Errorf("no %s among %v", code, found)
				}
				return
			}
			if d := cmp.Diff(c.Out.want(t), seen(t, f)); d != "" {
				t.Errorf("%s\nfindings: %v", d, found)
			}
			for _, r := range c.Out.Rows {
				height, err := f.GetRowHeight("Лист1", r.R)
				must(t, err)
				if r.H > 0 && height != r.H/20 {
					t.Errorf("row %d is %v points high, want %v", r.R, height, r.H/20)
				}
				for _, cell := range r.Cells {
					id, err := f.GetCellStyle("Лист1", cell.A)
					must(t, err)
					style, err := f.GetStyle(id)
					must(t, err)
					if got := style.CustomNumFmt; cell.Fmt != "" && cell.Fmt != "General" && (got == nil || *got != cell.Fmt) {
						t.Errorf("%s has the format %v, want %s", cell.A, got, cell.Fmt)
					}
				}
			}
			if merged, err := f.GetMergeCells("Лист1"); err != nil || len(merged) != len(c.Out.Merged) {
				t.Errorf("merges %v (%v), want %v", merged, err, c.Out.Merged)
			}
		})
	}
}

// differs are the expressions for which the engine's result is not repeated:
// the data of these cases is another, or the fraction of whole numbers is kept.
// The engine's own result is lost kopecks; a preview that repeated it would show
// a price that nobody set, so it keeps the fraction and has a finding.
var differs = map[string]string{
	`${rows.size()}`:               "A1=#9.0 A2=#9.0 A3=#9.0",
	`${sum(stock):rows}`:           "A1=#20.5",
	`${avg(stock):rows} руб`:       "A1='6.833333333333333 руб'",
	`${row1.priceInt / 100}`:       "A1=#7538.5 render-integer",
	`${10/4}`:                      "A1=#2.5 render-integer",
	`${(row1.priceInt * 3) / 100}`: "A1=#22615.5 render-integer",
	`<jx:out expr="row1.nope"/>`:   "A1=BLANK render-unknown",
}

var resultPattern = regexp.MustCompile(`([A-Z]\d+)(=BLANK|=='?|='|=#)`)

func TestExpressionsOfTheEngine(t *testing.T) {
	cases := readCases(t)
	for _, c := range cases.Expressions {
		t.Run(c.Cell, func(t *testing.T) {
			var s sheetCase
			text := c.Cell
			s.Rows = append(s.Rows, cases.Templates[0].In.Rows[0])
			s.Rows[0].Cells = slices.Clone(s.Rows[0].Cells[:1])
			s.Rows[0].Cells[0].V = text
			f, found, err := render(t, s.workbook(t), cases.scope())
			want := c.Result
			code := ""
			if other, ok := differs[c.Cell]; ok {
				want, code, _ = strings.Cut(other, " render-")
			}
			if strings.HasPrefix(want, "EXC") {
				if !errors.Is(err, ErrBroken) || len(found) == 0 {
					t.Errorf("want %s, got %v %v", want, err, found)
				}
				return
			}
			if err != nil {
				t.Fatal(err, found)
			}
			if code != "" && !slices.ContainsFunc(found, func(f Finding) bool { return f.Code == "render-"+code }) {
				t.Errorf("no %s among %v", code, found)
			}
			if d := cmp.Diff(expected(want), seen(t, f)); d != "" {
				t.Errorf("%s\n%s\nfindings: %v", want, d, found)
			}
		})
	}
}

// expected reads A1=#10.0 A2='text' A3==SUM(A1) A4=BLANK.
func expected(s string) map[string]string {
	all := map[string]string{}
	places := resultPattern.FindAllStringSubmatchIndex(s, -1)
	for i, m := range places {
		end := len(s)
		if i+1 < len(places) {
			end = places[i+1][0]
		}
		cell, sign, rest := s[m[2]:m[3]], s[m[4]:m[5]], strings.TrimSuffix(s[m[1]:end], " ")
		if i+1 == len(places) {
			rest = s[m[1]:end]
		}
		switch sign {
		case "=#":
			n, _ := numberText(rest)
			all[cell] = "n:" + n.String()
		case "='":
			if rest = strings.TrimSuffix(rest, "'"); rest != "" {
				all[cell] = "s:" + rest
			}
		case "==":
			all[cell] = "f:" + rest
		}
	}
	return all
}
