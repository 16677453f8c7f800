package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"catalogsheet/internal/sheet"
	"catalogsheet/internal/sheet/sheettest"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// resave writes a workbook in another format, as a spreadsheet program would;
// the extension says which. Of a CSV file nothing remembers the export.
func resave(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: resave FROM.xlsx TO.xls|TO.ods|TO.csv ...")
	}
	saveAs(ts, readBook(ts, args[0]), args[1:])
}

// lock saves a workbook as programs do that were given a password: in formats
// of today the whole file is encrypted.
func lock(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: lock FROM.xlsx TO.xlsx|TO.xls|TO.ods ...")
	}
	book := readBook(ts, args[0])
	book.Locked = true
	saveAs(ts, book, args[1:])
}

func saveAs(ts *testscript.TestScript, book *sheettest.Book, files []string) {
	for _, to := range files {
		file, err := book.File(filepath.Ext(to))
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(to), file, 0o600))
	}
}

// halve leaves the first half of a file.
func halve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: halve FILE ...")
	}
	for _, file := range args {
		text := ts.ReadFile(file)
		ts.Check(os.WriteFile(ts.MkAbs(file), []byte(text[:len(text)/2]), 0o600))
	}
}

// bloat makes a text of the file longer than a cell can be; of an .xls, whose
// cells have no room for that, it makes more merged ranges than there can be.
func bloat(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: bloat FILE TEXT")
	}
	path := ts.MkAbs(args[0])
	long := strings.Repeat("x", 1<<20+1)
	switch filepath.Ext(path) {
	case ".xls":
		s := sheettest.Sheet{Name: "Sheet1", Rows: []sheet.Row{{Num: 1, Cells: []sheet.Cell{
			{Col: 1, Type: sheet.String, Text: "UUID"}, {Col: 2, Type: sheet.String, Text: args[1]},
		}}}}
		for i := range 200_001 {
			row, col := 2*i%65_534+2, i/32_767*2+1
			s.Merges = append(s.Merges, sheet.Range{FirstRow: row, FirstCol: col, LastRow: row + 1, LastCol: col})
		}
		saveAs(ts, &sheettest.Book{Sheets: []sheettest.Sheet{s}}, args[:1])
	case ".csv":
		respell(ts, false, []string{args[0], args[1], long})
	default:
		z, err := zip.OpenReader(path)
		ts.Check(err)
		var parts [][2]string
		for _, f := range z.File {
			r, err := f.Open()
			ts.Check(err)
			text, err := io.ReadAll(r)
			ts.Check(errors.Join(err, r.Close()))
			parts = append(parts, [2]string{f.Name, strings.ReplaceAll(string(text), args[1], long)})
		}
		ts.Check(z.Close())
		ts.Check(os.WriteFile(path, zipOf(ts, parts), 0o600))
	}
}

// readBook reads a workbook as the library does that wrote it: what a person
// sees of its cells, not how they are spelled.
func readBook(ts *testscript.TestScript, file string) *sheettest.Book {
	book, err := excelize.OpenFile(ts.MkAbs(file))
	ts.Check(err)
	defer func() { ts.Check(book.Close()) }()
	props, err := book.GetWorkbookProps()
	ts.Check(err)
	made := &sheettest.Book{Date1904: props.Date1904 != nil && *props.Date1904}
	for _, name := range book.GetSheetList() {
		visible, err := book.GetSheetVisible(name)
		ts.Check(err)
		made.Sheets = append(made.Sheets, readSheet(ts, book, sheettest.Sheet{Name: name, Hidden: !visible}))
	}
	return made
}

func readSheet(ts *testscript.TestScript, book *excelize.File, s sheettest.Sheet) sheettest.Sheet {
	rows, err := book.GetRows(s.Name, excelize.Options{RawCellValue: true})
	ts.Check(err)
	for r, texts := range rows {
		shown, err := book.GetRowVisible(s.Name, r+1)
		ts.Check(err)
		row := sheet.Row{Num: r + 1, Hidden: !shown}
		for c, text := range texts {
			if cell, ok := readCell(ts, book, s.Name, r+1, c+1, text); ok {
				row.Cells = append(row.Cells, cell)
			}
		}
		s.Rows = append(s.Rows, row)
	}
	merged, err := book.GetMergeCells(s.Name)
	ts.Check(err)
	for _, m := range merged {
		c1, r1, err := excelize.CellNameToCoordinates(m.GetStartAxis())
		ts.Check(err)
		c2, r2, err := excelize.CellNameToCoordinates(m.GetEndAxis())
		ts.Check(err)
		s.Merges = append(s.Merges, sheet.Range{FirstRow: r1, FirstCol: c1, LastRow: r2, LastCol: c2})
	}
	return s
}

// readCell reads a cell; ok says that it holds something.
func readCell(ts *testscript.TestScript, book *excelize.File, name string, row, col int, text string) (cell sheet.Cell, ok bool) {
	at, err := excelize.CoordinatesToCellName(col, row)
	ts.Check(err)
	formula, err := book.GetCellFormula(name, at)
	ts.Check(err)
	if formula == "" && text == "" {
		return cell, false
	}
	typ, err := book.GetCellType(name, at)
	ts.Check(err)
	cell = sheet.Cell{Col: col, Type: sheet.String, Text: text, Formula: formula != "", External: strings.HasPrefix(formula, "[")}
	switch {
	case text == "":
		cell.Type, cell.Uncached = sheet.Blank, true
	case typ != excelize.CellTypeSharedString && typ != excelize.CellTypeInlineString && numeric.MatchString(text):
		cell.Type = sheet.Number
	}
	cell.Show = shownAs(ts, book, name, at)
	return cell, true
}

func shownAs(ts *testscript.TestScript, book *excelize.File, name, at string) sheet.Show {
	id, err := book.GetCellStyle(name, at)
	ts.Check(err)
	style, err := book.GetStyle(id)
	ts.Check(err)
	code := ""
	if style.CustomNumFmt != nil {
		code = *style.CustomNumFmt
	}
	switch {
	case style.NumFmt == 9 || style.NumFmt == 10 || strings.Contains(code, "%"):
		return sheet.ShowPercent
	case style.NumFmt >= 14 && style.NumFmt <= 22 || strings.Contains(code, "yy"):
		return sheet.ShowDate
	case style.NumFmt == 49 || code == "@":
		return sheet.ShowText
	}
	return sheet.ShowNumber
}

func zipOf(ts *testscript.TestScript, parts [][2]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, part := range parts {
		method := zip.Deflate
		if i == 0 {
			method = zip.Store // the type of an .ods is readable at its begin
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: part[0], Method: method})
		ts.Check(err)
		_, err = w.Write([]byte(part[1]))
		ts.Check(err)
	}
	ts.Check(z.Close())
	return b.Bytes()
}
