package templates

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"catalogsheet/internal/sheet/xlsxtest"
)

// engineCases are templates with what MoySklad's engine made of them.
type engineCases struct {
	Data      map[string]any `json:"data"`
	Templates []struct {
		Name  string     `json:"name"`
		In    sheetCase  `json:"in"`
		Out   *sheetCase `json:"out"`
		Error string     `json:"error"`
	} `json:"templates"`
	Expressions []struct {
		Cell   string `json:"cell"`
		Result string `json:"result"`
	} `json:"expressions"`
}

type sheetCase struct {
	Merged []string `json:"merged"`
	Rows   []struct {
		R     int     `json:"r"`
		H     float64 `json:"h"`
		Cells []struct {
			A   string `json:"a"`
			T   string `json:"t"`
			V   any    `json:"v"`
			Fmt string `json:"fmt"`
		} `json:"cells"`
	} `json:"rows"`
}

func readCases(t testing.TB) engineCases {
	t.Helper()
	data, err := os.ReadFile("testdata/engine.json")
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var c engineCases
	if err := d.Decode(&c); err != nil {
		t.Fatal(err)
	}
	return c
}

// scope is the data of the cases as JSON can say it.
func (c engineCases) scope() Scope {
	s := Scope(c.Data)
	delete(s, "formatter")
	s["bean"].(map[string]any)["positions"] = []any{map[string]any{"n": json.Number("1")}, map[string]any{"n": json.Number("2")}}
	row := s["row1"].(map[string]any)
	row["date"] = json.Number("46037.0")
	row["priceBD"] = json.Number("753850.0")
	return s
}

// workbook makes the .xlsx of a case.
func (s sheetCase) workbook(t testing.TB) []byte {
	t.Helper()
	f := excelize.NewFile()
	const name = "Лист1"
	must(t, f.SetSheetName("Sheet1", name))
	for _, r := range s.Rows {
		if r.H > 0 {
			must(t, f.SetRowHeight(name, r.R, r.H/20))
		}
		for _, c := range r.Cells {
			text, _ := c.V.(string)
			switch c.T {
			case "f":
				must(t, f.SetCellFormula(name, c.A, text))
			case "n":
				n, err := c.V.(json.Number).Float64()
				must(t, err)
				must(t, f.SetCellFloat(name, c.A, n, -1, 64))
			default:
				must(t, f.SetCellStr(name, c.A, text))
			}
			if c.Fmt != "" && c.Fmt != "General" {
				style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &c.Fmt})
				must(t, err)
				must(t, f.SetCellStyle(name, c.A, c.A, style))
			}
		}
	}
	for _, m := range s.Merged {
		from, to, _ := strings.Cut(m, ":")
		must(t, f.MergeCell(name, from, to))
	}
	var b bytes.Buffer
	must(t, f.Write(&b))
	return b.Bytes()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// render makes a report of a workbook and opens it.
func render(t testing.TB, data []byte, scope Scope) (*excelize.File, Findings, error) {
	t.Helper()
	tpl, err := Load(data)
	must(t, err)
	var out bytes.Buffer
	found, err := Render(t.Context(), tpl, scope, &out, Options{})
	if err != nil {
		return nil, found, err
	}
	xlsxtest.Valid(t, out.Bytes())
	f, err := excelize.OpenReader(&out)
	must(t, err)
	t.Cleanup(func() { must(t, f.Close()) })
	return f, found, nil
}

// seen lists the filled cells of the first sheet: A1=s:text, B1=n:10,
// C1=f:SUM(A1) and the value that the file has for it.
func seen(t testing.TB, f *excelize.File) map[string]string {
	t.Helper()
	name := f.GetSheetList()[0]
	rows, err := f.Rows(name)
	must(t, err)
	all := map[string]string{}
	for num := 1; rows.Next(); num++ {
		for col := 1; col <= 20; col++ {
			a, err := excelize.CoordinatesToCellName(col, num)
			must(t, err)
			formula, err := f.GetCellFormula(name, a)
			must(t, err)
			value, err := f.GetCellValue(name, a, excelize.Options{RawCellValue: true})
			must(t, err)
			kind, err := f.GetCellType(name, a)
			must(t, err)
			switch {
			case formula != "":
				all[a] = "f:" + formula
			case value == "":
			case kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString:
				all[a] = "s:" + value
			default:
				n, ok := numberText(value)
				if !ok {
					t.Errorf("%s: the number %q", a, value)
				}
				all[a] = "n:" + n.String()
			}
		}
	}
	return all
}

// want lists the cells of a case the same way.
func (s sheetCase) want(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, r := range s.Rows {
		for _, c := range r.Cells {
			switch v := c.V.(type) {
			case string:
				if v != "" {
					all[c.A] = c.T + ":" + v
				}
			case json.Number:
				n, ok := numberText(v.String())
				if !ok {
					t.Fatalf("%s: %v", c.A, v)
				}
				all[c.A] = "n:" + n.String()
			}
		}
	}
	return all
}
