package templates

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"
)

// Bounds of a template: what people write by hand is far below.
const (
	maxFile     = 32 << 20
	maxUnzipped = 64 << 20
	maxCells    = 200_000
	maxMerges   = 20_000
)

// Open reads a template file. The caller knows its name.
func Open(name string) (*Template, error) {
	f, err := sheet.OpenFile(name)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, i18n.Wrapf(i18n.T("read %s", "чтение %s"), err, name)
	}
	return Load(data)
}

var (
	errTooLarge = i18n.Errorf(i18n.T(
		"the template is too large: delete sheets and cells that the report does not need",
		"шаблон слишком велик: удалите листы и ячейки, которые отчёту не нужны"))
	errNotTemplate = i18n.T(
		"this is not a workbook: a template is an .xls or .xlsx file (%v)",
		"это не книга Excel: шаблон — файл .xls или .xlsx (%v)")
)

// Load reads a template by what it holds.
func Load(data []byte) (*Template, error) {
	if len(data) > maxFile {
		return nil, errTooLarge
	}
	if bytes.HasPrefix(data, []byte("\xD0\xCF\x11\xE0")) {
		return loadXLS(data)
	}
	return loadXLSX(data, sheet.XLSX, nil)
}

// loadXLSX reads a workbook. The library that reads it may panic at a file that
// breaks its own rules; such a file is no template. computed are the cells, by
// sheet, with the value of a formula that cannot be spelled.
func loadXLSX(data []byte, format sheet.Format, computed map[string]map[place]bool) (t *Template, err error) {
	defer func() {
		if r := recover(); r != nil {
			t, err = nil, i18n.Errorf(errNotTemplate, fmt.Errorf("%v", r))
		}
	}()
	f, err := openWorkbook(data)
	if err != nil {
		return nil, i18n.Errorf(errNotTemplate, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	l := &loader{f: f, t: &Template{Format: format, data: data}, computed: computed}
	if err := checkTags(f); err != nil {
		return nil, err
	}
	if err := l.load(); err != nil {
		return nil, err
	}
	l.t.compile()
	return l.t, nil
}

func openWorkbook(data []byte) (*excelize.File, error) {
	return excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxUnzipped, RawCellValue: true,
	})
}

type loader struct {
	f     *excelize.File
	t     *Template
	cells int
	// computed is that of loadXLSX.
	computed map[string]map[place]bool
}

func (l *loader) load() error {
	parts, err := sheetParts(func(name string) []byte {
		b, _ := l.f.Pkg.Load(name)
		data, _ := b.([]byte)
		return data
	})
	if err != nil {
		return i18n.Errorf(errNotTemplate, err)
	}
	for _, name := range l.f.GetSheetList() {
		part, ok := parts[name]
		if !ok {
			continue // a chart sheet
		}
		b, _ := l.f.Pkg.Load(part)
		data, _ := b.([]byte)
		visible, err := l.f.GetSheetVisible(name)
		if err != nil {
			return i18n.Errorf(errNotTemplate, err)
		}
		if err := checkGrid(data); err != nil {
			return err
		}
		s := &tab{name: name, part: part, hidden: !visible}
		if err := l.rows(s, data); err != nil {
			return err
		}
		if err := l.merges(s); err != nil {
			return err
		}
		s.hangs = l.hanging(s, data)
		l.t.tabs = append(l.t.tabs, s)
	}
	if len(l.t.tabs) == 0 {
		return i18n.Errorf(errNotTemplate, errors.New("no sheets"))
	}
	return nil
}

// Relations of a workbook and its sheets (ECMA-376 part 1, 18.2.19 and 15.2).
type (
	xmlWorkbook struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	xmlRelations struct {
		Relations []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
)

// sheetParts finds the part of every worksheet.
func sheetParts(part func(string) []byte) (map[string]string, error) {
	var roots, rels xmlRelations
	var book xmlWorkbook
	if err := decodePart(part("_rels/.rels"), &roots); err != nil {
		return nil, err
	}
	main := "xl/workbook.xml"
	for _, r := range roots.Relations {
		if strings.HasSuffix(r.Type, "/officeDocument") {
			main = partPath("", r.Target)
		}
	}
	folder, file := path.Split(main)
	if err := decodePart(part(main), &book); err != nil {
		return nil, err
	}
	if err := decodePart(part(folder+"_rels/"+file+".rels"), &rels); err != nil {
		return nil, err
	}
	parts := map[string]string{}
	for _, s := range book.Sheets {
		for _, r := range rels.Relations {
			if r.ID == s.ID && strings.HasSuffix(r.Type, "/worksheet") {
				parts[s.Name] = partPath(folder, r.Target)
			}
		}
	}
	return parts, nil
}

// partPath resolves a target: from the root or from the workbook's folder.
func partPath(folder, target string) string {
	if strings.HasPrefix(target, "/") {
		return strings.TrimPrefix(path.Clean(target), "/")
	}
	return strings.TrimPrefix(path.Join(folder, target), "/")
}

func decodePart(data []byte, to any) error {
	if len(data) == 0 {
		return io.ErrUnexpectedEOF
	}
	return xml.NewDecoder(bytes.NewReader(data)).Decode(to)
}

// A row and a cell of a worksheet (ECMA-376 part 1, 18.3.1.73 and 18.3.1.4).
type (
	xmlRow struct {
		Num     int       `xml:"r,attr"`
		Height  string    `xml:"ht,attr"`
		Custom  string    `xml:"customHeight,attr"`
		Hidden  string    `xml:"hidden,attr"`
		Outline int       `xml:"outlineLevel,attr"`
		Style   int       `xml:"s,attr"`
		Format  string    `xml:"customFormat,attr"`
		Cells   []xmlCell `xml:"c"`
	}
	xmlCell struct {
		Ref     string    `xml:"r,attr"`
		Style   int       `xml:"s,attr"`
		Type    string    `xml:"t,attr"`
		Formula *struct{} `xml:"f"`
		Value   string    `xml:"v"`
		Inline  *struct{} `xml:"is"`
	}
)

// rows reads the rows of a sheet; the rows between them are there as well.
func (l *loader) rows(s *tab, data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	last := 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return i18n.Errorf(errNotTemplate, err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "row" {
			continue
		}
		var x xmlRow
		if err := d.DecodeElement(&x, &start); err != nil {
			return i18n.Errorf(errNotTemplate, err)
		}
		if x.Num == 0 {
			x.Num = last + 1
		}
		if x.Num <= last || x.Num > sheet.MaxRows {
			return i18n.Errorf(errNotTemplate, fmt.Errorf("row %d after row %d", x.Num, last))
		}
		if x.Num > last+1 {
			s.rows = append(s.rows, &row{num: last + 1, span: x.Num - last - 1})
		}
		r, err := l.row(s, x)
		if err != nil {
			return err
		}
		s.rows = append(s.rows, r)
		last = x.Num
	}
}

func (l *loader) row(s *tab, x xmlRow) (*row, error) {
	r := &row{num: x.Num, span: 1, hidden: isTrue(x.Hidden), outline: min(max(x.Outline, 0), 7)}
	if isTrue(x.Format) {
		r.customFormatted = max(x.Style, 0)
	}
	if h, err := strconv.ParseFloat(x.Height, 64); err == nil && isTrue(x.Custom) && h > 0 && h <= 409.5 {
		r.height = math.Round(h*100) / 100
	}
	last := 0
	for _, c := range x.Cells {
		col, num := last+1, x.Num
		if c.Ref != "" {
			var err error
			if col, num, err = excelize.CellNameToCoordinates(c.Ref); err != nil || num != x.Num || col <= last {
				return nil, i18n.Errorf(errNotTemplate, fmt.Errorf("cell %s in row %d", c.Ref, x.Num))
			}
		}
		last = col
		if l.cells++; l.cells > maxCells {
			return nil, errTooLarge
		}
		made, err := l.cell(s, c, num, col)
		if err != nil {
			return nil, i18n.Errorf(errNotTemplate, err)
		}
		r.cells = append(r.cells, made)
	}
	return r, nil
}

func isTrue(s string) bool { return s == "1" || s == "true" }

func (l *loader) cell(s *tab, x xmlCell, num, col int) (*cell, error) {
	c := &cell{row: num, col: col, style: max(x.Style, 0), text: x.Value, computed: l.computed[s.name][place{num, col}]}
	name, err := excelize.CoordinatesToCellName(col, num)
	if err != nil {
		return nil, err
	}
	if x.Formula != nil {
		if c.text, err = l.f.GetCellFormula(s.name, name); err != nil {
			return nil, err
		}
		if c.text = strings.TrimPrefix(c.text, "="); c.text != "" {
			c.kind = formulaCell
			return c, nil
		}
		c.text = x.Value
	}
	switch x.Type {
	case "b":
		c.kind, c.text = boolCell, strconv.FormatBool(x.Value == "1")
	case "e":
		c.kind = errorCell
	case "s", "inlineStr", "str":
		c.kind = textCell
		if c.text, err = l.f.GetCellValue(s.name, name, excelize.Options{RawCellValue: true}); err != nil {
			return nil, err
		}
	default:
		if c.text != "" {
			c.kind = numberCell
			if _, ok := numberText(c.text); !ok {
				c.kind = textCell
			}
		}
	}
	if c.kind == textCell && c.text == "" {
		c.kind = blankCell
	}
	return c, nil
}

// merges reads the merged ranges in their order.
func (l *loader) merges(s *tab) error {
	merged, err := l.f.GetMergeCells(s.name)
	if err != nil {
		return i18n.Errorf(errNotTemplate, err)
	}
	if len(merged) > maxMerges {
		return errTooLarge
	}
	for _, m := range merged {
		var r sheet.Range
		var errFrom, errTo error
		r.FirstCol, r.FirstRow, errFrom = excelize.CellNameToCoordinates(m.GetStartAxis())
		r.LastCol, r.LastRow, errTo = excelize.CellNameToCoordinates(m.GetEndAxis())
		if errFrom != nil || errTo != nil || r.LastRow < r.FirstRow || r.LastCol < r.FirstCol {
			continue
		}
		s.merges = append(s.merges, r)
	}
	slices.SortFunc(s.merges, func(a, b sheet.Range) int {
		return cmp.Or(cmp.Compare(a.FirstRow, b.FirstRow), cmp.Compare(a.FirstCol, b.FirstCol))
	})
	return nil
}
