// Package sheettest spells one book in every format that the program reads, so
// that a test holds all readers to the same cells. The bytes are spelled here
// and by no writer of the program or of a library: what is read is what the
// test means.
package sheettest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"catalogsheet/internal/sheet"
)

// Book is a workbook as the readers of package sheet should give it back. A
// formula's own text is not part of it: TRUE() stands for a truth value, a cell
// of another workbook for an external one, 1+1 for any other.
type Book struct {
	// Date1904: the serials of its dates count from 1904.
	Date1904 bool
	// Locked: it has a password. What is inside stays readable to a program
	// that does not care.
	Locked bool
	Sheets []Sheet
}

// Sheet is one sheet of a Book; its rows and their cells are in order.
type Sheet struct {
	Name   string
	Hidden bool
	Rows   []sheet.Row
	Merges []sheet.Range
}

// File spells the book in the format that an extension names (.xlsx, .xls,
// .ods, .csv); an error says what the format cannot hold.
func (b *Book) File(ext string) ([]byte, error) {
	switch ext {
	case ".xlsx":
		return b.xlsx()
	case ".xls":
		return b.xls()
	case ".ods":
		return b.ods()
	case ".csv":
		return b.csv()
	}
	return nil, fmt.Errorf("no format has the extension %s", ext)
}

// merge says what a cell of the sheet is to a merged range: its first cell, with
// the range, or hidden behind it.
func (s *Sheet) merge(row, col int) (first, behind bool, r sheet.Range) {
	for _, r := range s.Merges {
		if row >= r.FirstRow && row <= r.LastRow && col >= r.FirstCol && col <= r.LastCol {
			first = row == r.FirstRow && col == r.FirstCol
			return first, !first, r
		}
	}
	return false, false, sheet.Range{}
}

// formulaOf is the formula of a cell in the words of Excel.
func formulaOf(c sheet.Cell) string {
	switch {
	case c.External:
		return "[1]Sheet1!A1"
	case c.Type == sheet.Bool:
		return strings.ToUpper(c.Text) + "()"
	}
	return "1+1"
}

// bit spells a truth value as files do.
func bit(c sheet.Cell) string {
	if c.Text == "true" {
		return "1"
	}
	return "0"
}

// moment is the time that a serial means.
func (b *Book) moment(serial string) (time.Time, error) {
	days, err := strconv.ParseFloat(serial, 64)
	if err != nil {
		return time.Time{}, err
	}
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if b.Date1904 {
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	whole := math.Floor(days)
	return first.AddDate(0, 0, int(whole)).Add(time.Duration(math.Round((days-whole)*86_400_000)) * time.Millisecond), nil
}

// part is a file inside a zip.
type part struct{ name, text string }

// pack makes a zip; its first part is readable at the file's begin, as the type
// of an .ods has to be.
func pack(parts []part) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, p := range parts {
		method := zip.Deflate
		if i == 0 {
			method = zip.Store
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: method})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(p.text)); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func escape(s string) string {
	if !strings.ContainsAny(s, "&<>\"\r") {
		return s
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\r", "&#13;").Replace(s)
}

// csv spells the first sheet as Excel does where the decimal sign is a comma:
// what is shown, in UTF-8, and no more of a long number than fits.
func (b *Book) csv() ([]byte, error) {
	out := bytes.NewBufferString("\ufeff")
	num := 1
	for _, row := range b.Sheets[0].Rows {
		for ; num < row.Num; num++ {
			out.WriteString("\r\n")
		}
		num++
		col := 1
		for _, c := range row.Cells {
			for ; col < c.Col; col++ {
				out.WriteByte(';')
			}
			text, err := b.shown(c)
			if err != nil {
				return nil, err
			}
			if strings.ContainsAny(text, ";\"\r\n") {
				text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
			}
			out.WriteString(text)
		}
		out.WriteString("\r\n")
	}
	return out.Bytes(), nil
}

// shown is what a cell shows.
func (b *Book) shown(c sheet.Cell) (string, error) {
	switch {
	case c.Type == sheet.Bool:
		return map[string]string{"true": "ИСТИНА", "false": "ЛОЖЬ"}[c.Text], nil
	case c.Type != sheet.Number:
		return c.Text, nil
	case c.Show == sheet.ShowDate:
		at, err := b.moment(c.Text)
		if err == nil && at.Equal(at.Truncate(24*time.Hour)) {
			return at.Format("02.01.2006"), nil
		}
		return at.Format("02.01.2006 15:04:05"), err
	}
	n, err := strconv.ParseFloat(c.Text, 64)
	if err != nil {
		return "", err
	}
	text := c.Text
	const fits = 1e11 // the digits that the format General shows
	switch {
	case c.Show == sheet.ShowPercent:
		text = strconv.FormatFloat(n*100, 'f', -1, 64) + "%"
	case math.Abs(n) >= fits:
		mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(n, 'E', 5, 64), "E")
		text = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".") + "E" + exponent
	}
	return strings.Replace(text, ".", ",", 1), nil
}
