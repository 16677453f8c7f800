package templates

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"catalogsheet/internal/i18n"
)

func scopeOf(t testing.TB, text string) Scope {
	t.Helper()
	s, err := ReadScope(strings.NewReader(text))
	must(t, err)
	return s
}

const threeRows = `{"rows": [
	{"name": "a", "group": "x", "stock": 1.0, "price": 250.0, "cells": [1, 2]},
	{"name": "b", "group": "y", "stock": 2.5, "price": 1000.0, "cells": [3, 4]},
	{"name": "c", "group": "x", "stock": 4.0, "price": 1.0, "cells": [5, 6]}]}`

// What readers see of a formula is its value, wherever its cells are.
func TestCachedValues(t *testing.T) {
	f, found, err := render(t, book(t,
		"A1", "$[SUM(B4)@0]", "B1", "$[SUM(C4)@0]", "C1", "=A1+1",
		"A2", `<jx:forEach items="${rows}" groupBy="group">`,
		"A3", `<jx:forEach items="${group.items}" var="row">`,
		"A4", "${row.name}", "B4", "${row.stock}", "C4", "$[ROUND(B4*D4/100,2)]", "D4", "${row.price}",
		"A5", "</jx:forEach>", "A6", "$[COUNT(B4)]", "B6", "$[SUM(B4)@0]", "C6", "$[IF(B6>3,\"много\",\"мало\")]",
		"A7", "</jx:forEach>",
		"B8", "$[SUM(B6)@0]", "C8", "$[AVERAGE(B4)]", "D8", `$["итого "&B8]`,
	), scopeOf(t, threeRows))
	if err != nil {
		t.Fatal(err, found)
	}
	want := map[string]string{
		"A1": "SUM(B2:B3,B5) 7.5", "B1": "SUM(C2:C3,C5) 27.54", "C1": "A1+1 8.5",
		"C2": "ROUND(B2*D2/100,2) 2.5", "C3": "ROUND(B3*D3/100,2) 0.04", "C5": "ROUND(B5*D5/100,2) 25",
		"A4": "COUNT(B2:B3) 2", "B4": "SUM(B2:B3) 5", "C4": `IF(B4>3,"много","мало") много`,
		"A6": "COUNT(B5) 1", "B6": "SUM(B5) 2.5", "C6": `IF(B6>3,"много","мало") мало`,
		"B7": "SUM(B4,B6) 7.5", "C7": "AVERAGE(B2:B3,B5) 2.5", "D7": `"итого "&B7 итого 7.5`,
	}
	got := map[string]string{}
	for a, v := range seen(t, f) {
		if formula, ok := strings.CutPrefix(v, "f:"); ok {
			value, err := f.GetCellValue("Sheet1", a, excelize.Options{RawCellValue: true})
			must(t, err)
			got[a] = formula + " " + value
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestRender(t *testing.T) {
	for _, c := range []struct {
		name  string
		cells []string
		want  map[string]string
	}{
		{
			"a collection outside of a loop pushes down its own columns alone",
			[]string{"A1", "${rows.name}", "B1", "once", "A2", "below", "B2", "stays"},
			map[string]string{"A1": "s:a", "A2": "s:b", "A3": "s:c", "B1": "s:once", "A4": "s:below", "B2": "s:stays"},
		},
		{
			"a collection alone in its row repeats the row",
			[]string{"A1", "${rows.name}", "B1", "${rows.stock} шт", "A2", "below", "B2", "as well"},
			map[string]string{
				"A1": "s:a", "A2": "s:b", "A3": "s:c", "B1": "s:1.0 шт", "B2": "s:2.5 шт", "B3": "s:4.0 шт",
				"A4": "s:below", "B4": "s:as well",
			},
		},
		{
			"loops over columns within a loop over rows, with totals",
			[]string{
				"A1", `<jx:forEach items="${rows}" var="row">`,
				"A2", "${row.name}", "B2", `<jx:forEach items="${row.cells}" var="c" varStatus="s">`, "C2", "${c + s.index}", "D2", "</jx:forEach>", "E2", "end",
				"A3", "</jx:forEach>", "A4", "$[SUM(C2)@0]",
			},
			map[string]string{
				"A1": "s:a", "B1": "n:1.0", "C1": "n:3.0", "D1": "s:end",
				"A2": "s:b", "B2": "n:3.0", "C2": "n:5.0", "D2": "s:end",
				"A3": "s:c", "B3": "n:5.0", "C3": "n:7.0", "D3": "s:end", "A4": "f:SUM(B1:C1:B3:C3)",
			},
		},
		{
			"a block in a row that is not wanted goes, and the rest moves left",
			[]string{"A1", "x", "B1", `<jx:if test="${rows[0].stock > 5}">`, "C1", "y", "D1", "</jx:if>", "E1", "z"},
			map[string]string{"A1": "s:x", "B1": "s:z"},
		},
		{
			"a loop variable keeps its last item",
			[]string{"A1", `<jx:forEach items="${rows}" var="row">`, "A2", "${row.name}", "A3", "</jx:forEach>", "A4", "последний ${row.name}"},
			map[string]string{"A1": "s:a", "A2": "s:b", "A3": "s:c", "A4": "s:последний c"},
		},
		{
			"two loops below each other, with a gap",
			[]string{
				"A1", `<jx:forEach items="${rows}" var="row">`, "A2", "${row.stock}", "A3", "</jx:forEach>",
				"A6", `<jx:forEach items="${rows}" var="r" select="${r.stock > 2}">`, "A7", "${r.stock}", "A8", "</jx:forEach>", "A9", "$[SUM(A2)@0]", "B9", "$[SUM(A7)@0]",
			},
			map[string]string{
				"A1": "n:1.0", "A2": "n:2.5", "A3": "n:4.0", "A6": "n:2.5", "A7": "n:4.0", "A8": "f:SUM(A1:A3)", "B8": "f:SUM(A6:A7)",
			},
		},
		{
			"groups in the order of their keys, the first items with them",
			[]string{
				"A1", `<jx:forEach items="${rows}" groupBy="group" groupOrder="desc">`,
				"A2", "${group.item.group} ${group.item.name}", "A3", "</jx:forEach>",
			},
			map[string]string{"A1": "s:y b", "A2": "s:x a"},
		},
		{
			"text that Excel would take for a formula stays text",
			[]string{"A1", "${\"=1+1\"}", "B1", "<jx:out expr=\"rows[0].name\"/>", "C1", "a <b> & c"},
			map[string]string{"A1": "s:=1+1", "B1": "s:a", "C1": "s:a <b> & c"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, found, err := render(t, book(t, c.cells...), scopeOf(t, threeRows))
			if err != nil {
				t.Fatal(err, found)
			}
			if d := cmp.Diff(c.want, seen(t, f)); d != "" {
				t.Errorf("%s\n%v", d, found)
			}
		})
	}
}

// An unknown name is said with the name that was meant, and once for all rows.
func TestRenderSaysUnknownNames(t *testing.T) {
	_, found, err := render(t, book(t,
		"A1", `<jx:forEach items="${rows}" var="row">`, "A2", "${row.nmae}", "B2", "${formater.round(1)}", "A3", "</jx:forEach>",
	), scopeOf(t, threeRows))
	must(t, err)
	var got []string
	for _, f := range found {
		got = append(got, f.Code+" "+f.At.Cell()+" "+f.Fix+" "+f.Message(i18n.En))
	}
	want := []string{
		"render-unknown Sheet1!A2 ${row.name} the data has no row.nmae: the value is blank",
		"render-unknown Sheet1!B2  the data has no formater: the value is blank",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if found[0].Times != 3 {
		t.Errorf("met %d times", found[0].Times)
	}
}

// Nothing appears when the engine would fail, when the source fails, or when
// the person gives up.
func TestRenderFails(t *testing.T) {
	tpl, err := Load(looped(t))
	must(t, err)
	broken := errors.New("page 3 did not come")
	source := Rows(func(yield func(any, error) bool) {
		_ = yield(map[string]any{"consignmentID": "1"}, nil) && yield(nil, broken)
	})
	var out bytes.Buffer
	if _, err := Render(t.Context(), tpl, Scope{"rows": source}, &out, Options{}); !errors.Is(err, broken) || out.Len() > 0 {
		t.Errorf("%v, %d bytes", err, out.Len())
	}
	if _, err := Render(t.Context(), tpl, Scope{"rows": nil}, &out, Options{}); !errors.Is(err, ErrBroken) || out.Len() > 0 {
		t.Errorf("%v, %d bytes", err, out.Len())
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Render(ctx, tpl, Scope{"rows": manyRows(1000)}, &out, Options{}); !errors.Is(err, context.Canceled) || out.Len() > 0 {
		t.Errorf("%v, %d bytes", err, out.Len())
	}
	if _, err := Render(t.Context(), tpl, Scope{"rows": manyRows(1000)}, &out, Options{MaxSteps: 10}); !errors.Is(err, ErrBroken) || out.Len() > 0 {
		t.Errorf("%v, %d bytes", err, out.Len())
	}
}

// Rows of a stream are taken one by one and not kept.
func TestRenderStreams(t *testing.T) {
	tpl, err := Load(wideTemplate(t))
	must(t, err)
	var out bytes.Buffer
	found, err := Render(t.Context(), tpl, Scope{"rows": manyRows(2000)}, &out, Options{})
	if err != nil || len(found) > 0 {
		t.Fatal(err, found)
	}
	if path := os.Getenv("CATALOGSHEET_KEEP"); path != "" {
		must(t, os.WriteFile(path, out.Bytes(), 0o644))
	}
	f, err := excelize.OpenReader(&out)
	must(t, err)
	defer func() { must(t, f.Close()) }()
	for a, want := range map[string]string{"E1": "99000", "E2003": "99000", "G2002": "746311.5", "C2002": "A-1", "J2002": ""} {
		if got, err := f.GetCellValue("Sheet1", a, excelize.Options{RawCellValue: true}); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", a, got, err, want)
		}
	}
}

// A group of rows, folded unless detail is true.
func TestOutline(t *testing.T) {
	for _, detail := range []string{"", ` detail="true"`} {
		f, _, err := render(t, book(t, "A1", "x", "A2", "<jx:outline"+detail+">", "A3", "y", "A4", "</jx:outline>", "A5", "z"), Scope{})
		must(t, err)
		level, err := f.GetRowOutlineLevel("Sheet1", 2)
		must(t, err)
		visible, err := f.GetRowVisible("Sheet1", 2)
		must(t, err)
		if level != 1 || visible != (detail != "") {
			t.Errorf("%q: level %d, visible %v", detail, level, visible)
		}
		if v, _ := f.GetCellValue("Sheet1", "A3"); v != "z" {
			t.Errorf("A3 is %q", v)
		}
	}
}

// The widths of columns go with the columns that a loop makes.
func TestWidths(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(book(t,
		"A1", `<jx:forEach items="${rows}" var="r">`, "B1", "${r.name}", "C1", "</jx:forEach>", "D1", "end")))
	must(t, err)
	must(t, f.SetColWidth("Sheet1", "B", "B", 33))
	must(t, f.SetColWidth("Sheet1", "D", "D", 7))
	var b bytes.Buffer
	must(t, f.Write(&b))
	out, _, err := render(t, b.Bytes(), scopeOf(t, threeRows))
	must(t, err)
	for col, want := range map[string]float64{"A": 33, "B": 33, "C": 33, "D": 7} {
		if got, err := out.GetColWidth("Sheet1", col); err != nil || got != want {
			t.Errorf("%s is %v wide (%v), want %v", col, got, err, want)
		}
	}
}

func TestReadScope(t *testing.T) {
	for _, bad := range []string{"", "null", "[]", "{} {}", `{"rows": [}`, "1"} {
		if _, err := ReadScope(strings.NewReader(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

// A number is spelled in text as Java spells it, and kept exactly in a cell.
func TestNumberText(t *testing.T) {
	for _, c := range []struct {
		json       string
		text, cell string
	}{
		{"10.0", "10.0", "10"}, {"10", "10", "10"}, {"753850.5", "753850.5", "753850.5"}, {"12345678.0", "1.2345678E7", "12345678"},
		{"0.001", "0.001", "0.001"}, {"0.0001", "1.0E-4", "0.0001"}, {"-0.5", "-0.5", "-0.5"}, {"1e3", "1000.0", "1000"},
		{"9999999.0", "9999999.0", "9999999"}, {"10000000.0", "1.0E7", "10000000"}, {"4607001234567", "4607001234567", "4607001234567"},
		{"3.3333333333333335", "3.3333333333333335", "3.3333333333333335"}, {"0.0", "0.0", "0"}, {"-12.340", "-12.34", "-12.34"},
	} {
		n, ok := normal(json.Number(c.json)).(number)
		if !ok || n.String() != c.text || n.cellText() != c.cell {
			t.Errorf("%s: %q in text and %q in a cell, want %q and %q", c.json, n.String(), n.cellText(), c.text, c.cell)
		}
	}
}
