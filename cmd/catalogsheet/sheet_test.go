package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

var numeric = regexp.MustCompile(`^-?[0-9]+([.,][0-9]+)?$`)

// typed is a text as a person types it into a cell: a number where it looks
// like one, a text where it is quoted.
func typed(s string) (text string, number bool) {
	if len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1], false
	}
	return s, numeric.MatchString(s)
}

func isCSV(file string) bool { return strings.EqualFold(filepath.Ext(file), ".csv") }

func edit(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: edit FILE CELL=VALUE ...")
	}
	t := openTable(ts, args[0])
	for _, arg := range args[1:] {
		cell, value, ok := strings.Cut(arg, "=")
		if !ok {
			ts.Fatalf("edit: %s", arg)
		}
		t.set(ts, t.locate(ts, cell), value)
	}
	t.save(ts)
}

func editRow(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: editrow FILE,FILE KEYCOL=VALUE COL=VALUE ...")
	}
	for file := range strings.SplitSeq(args[0], ",") {
		editRowOf(ts, file, args)
	}
}

func editRowOf(ts *testscript.TestScript, file string, args []string) {
	t := openTable(ts, file)
	title, value, _ := strings.Cut(args[1], "=")
	row := t.find(ts, t.column(ts, title), value)
	for _, arg := range args[2:] {
		title, value, ok := strings.Cut(arg, "=")
		if !ok {
			ts.Fatalf("editrow: %s", arg)
		}
		t.set(ts, spot{t.name, row, t.column(ts, title)}, value)
	}
	t.save(ts)
}

func cells(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: cells FILE [SHEET]")
	}
	t := openTable(ts, args[0])
	for _, name := range t.sheets(args[1:]) {
		for r, row := range t.rows(ts, name) {
			for c, text := range row {
				if text != "" {
					fmt.Fprintf(ts.Stdout(), "%s = %s\n", t.spell(spot{name, r + 1, c + 1}), strings.ReplaceAll(text, "\n", `\n`))
				}
			}
		}
	}
}

// spot is a cell, 1-based; of a CSV file the row is the record.
type spot struct {
	sheet    string
	row, col int
}

// sheetFile is a workbook or a CSV file being edited.
type sheetFile struct {
	path string
	name string // the first visible sheet
	book *excelize.File
	csv  *csvFile
}

type csvFile struct {
	bom     bool
	comma   rune
	crlf    bool
	records [][]string
	lines   []int
}

func openTable(ts *testscript.TestScript, file string) *sheetFile {
	t := &sheetFile{path: ts.MkAbs(file)}
	if isCSV(file) {
		t.csv = readCSV(ts, ts.ReadFile(file))
		return t
	}
	book, err := excelize.OpenFile(t.path)
	ts.Check(err)
	t.book = book
	t.name = t.sheets(nil)[0]
	return t
}

func readCSV(ts *testscript.TestScript, text string) *csvFile {
	c := &csvFile{comma: ','}
	text, c.bom = strings.CutPrefix(text, "\ufeff")
	head, _, _ := strings.Cut(text, "\n")
	c.crlf = strings.HasSuffix(head, "\r")
	if strings.Count(head, ";") > strings.Count(head, ",") {
		c.comma = ';'
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = c.comma, -1
	for {
		record, err := r.Read()
		if err != nil {
			return c
		}
		line, _ := r.FieldPos(0)
		c.records, c.lines = append(c.records, record), append(c.lines, line)
	}
}

// sheets lists the sheets named, or the visible ones.
func (t *sheetFile) sheets(named []string) []string {
	if t.csv != nil {
		return []string{""}
	}
	if len(named) > 0 {
		return named
	}
	return slices.DeleteFunc(t.book.GetSheetList(), func(s string) bool { return strings.HasPrefix(s, "_") })
}

func (t *sheetFile) rows(ts *testscript.TestScript, name string) [][]string {
	if t.csv != nil {
		return t.csv.records
	}
	rows, err := t.book.GetRows(name, excelize.Options{RawCellValue: true})
	ts.Check(err)
	return rows
}

func (t *sheetFile) spell(s spot) string {
	if t.csv != nil {
		return fmt.Sprintf("%d:%d", t.csv.lines[s.row-1], s.col)
	}
	cell, err := excelize.CoordinatesToCellName(s.col, s.row)
	if err != nil {
		return err.Error()
	}
	return s.sheet + "!" + cell
}

// locate finds a cell by its address: Stock!F17, F17, or LINE:COLUMN.
func (t *sheetFile) locate(ts *testscript.TestScript, cell string) spot {
	if t.csv != nil {
		l, c, _ := strings.Cut(cell, ":")
		line, err := strconv.Atoi(l)
		ts.Check(err)
		col, err := strconv.Atoi(c)
		ts.Check(err)
		i := slices.Index(t.csv.lines, line)
		if i < 0 {
			ts.Fatalf("no record begins on line %d", line)
		}
		return spot{"", i + 1, col}
	}
	name, at, ok := strings.Cut(cell, "!")
	if !ok {
		name, at = t.name, cell
	}
	col, row, err := excelize.CellNameToCoordinates(at)
	ts.Check(err)
	return spot{name, row, col}
}

func (t *sheetFile) column(ts *testscript.TestScript, title string) int {
	head := t.rows(ts, t.name)[0]
	i := slices.Index(head, title)
	if i < 0 {
		ts.Fatalf("no column %q in %q", title, head)
	}
	return i + 1
}

func (t *sheetFile) find(ts *testscript.TestScript, col int, value string) int {
	for r, row := range t.rows(ts, t.name) {
		if r > 0 && col <= len(row) && row[col-1] == value {
			return r + 1
		}
	}
	ts.Fatalf("no row has %q in column %d", value, col)
	return 0
}

// set types a value. In a workbook "=…" is a formula, and nothing empties the
// cell.
func (t *sheetFile) set(ts *testscript.TestScript, s spot, value string) {
	text, number := typed(value)
	if t.csv != nil {
		record := t.csv.records[s.row-1]
		for len(record) < s.col {
			record = append(record, "")
		}
		record[s.col-1] = text
		t.csv.records[s.row-1] = record
		return
	}
	cell, err := excelize.CoordinatesToCellName(s.col, s.row)
	ts.Check(err)
	switch {
	case value == "":
		err = t.book.SetCellValue(s.sheet, cell, nil)
	case number:
		err = t.book.SetCellDefault(s.sheet, cell, strings.Replace(text, ",", ".", 1))
	case value[0] == '=':
		err = t.book.SetCellFormula(s.sheet, cell, value[1:])
	default:
		err = t.book.SetCellStr(s.sheet, cell, text)
	}
	ts.Check(err)
}

func (t *sheetFile) save(ts *testscript.TestScript) {
	if t.csv == nil {
		ts.Check(t.book.Save())
		ts.Check(t.book.Close())
		return
	}
	var b bytes.Buffer
	if t.csv.bom {
		b.WriteString("\ufeff")
	}
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = t.csv.comma, t.csv.crlf
	ts.Check(w.WriteAll(t.csv.records))
	ts.Check(os.WriteFile(t.path, b.Bytes(), 0o600))
}
