// Package xlsxtest finds in a workbook what Excel would repair: an .xlsx in
// which it finds nothing opens without a question. Only tests use it.
package xlsxtest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// worksheetOrder is the order of the elements of a worksheet (ECMA-376 part 1,
// 18.3.1.99 and the schema in annex A.2).
var worksheetOrder = []string{
	"sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
	"protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
	"phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
	"headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing",
	"legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts",
	"extLst",
}

// Valid fails the test for each thing in a workbook that Excel would repair.
func Valid(t testing.TB, data []byte) {
	t.Helper()
	all, err := Faults(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range all {
		t.Error(fault)
	}
}

// Faults lists what Excel would repair.
func Faults(data []byte) ([]string, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	b := &book{parts: map[string][]byte{}}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		part, err := io.ReadAll(r)
		if err = errors.Join(err, r.Close()); err != nil {
			return nil, err
		}
		if _, twice := b.parts[f.Name]; twice {
			b.fault("%s is there twice", f.Name)
		}
		b.parts[f.Name] = part
		b.names = append(b.names, f.Name)
	}
	slices.Sort(b.names)
	b.types()
	b.relations()
	b.strings = b.count("xl/sharedStrings.xml", "sst", "si")
	b.styles = b.count("xl/styles.xml", "cellXfs", "xf")
	for _, name := range b.names {
		if ok, _ := path.Match("xl/worksheets/*.xml", name); ok {
			b.worksheet(name)
		}
	}
	return b.faults, nil
}

type book struct {
	parts           map[string][]byte
	names           []string
	strings, styles int
	faults          []string
}

func (b *book) fault(format string, args ...any) {
	b.faults = append(b.faults, fmt.Sprintf(format, args...))
}

// types looks whether every part has a content type (part 2, 10.1.2).
func (b *book) types() {
	var x struct {
		Defaults []struct {
			Extension string `xml:",attr"`
		} `xml:"Default"`
		Overrides []struct {
			PartName string `xml:",attr"`
		} `xml:"Override"`
	}
	const list = "[Content_Types].xml"
	if err := xml.Unmarshal(b.parts[list], &x); err != nil {
		b.fault("%s: %v", list, err)
	}
	typed := map[string]int{}
	for _, o := range x.Overrides {
		typed[o.PartName]++
		if _, ok := b.parts[strings.TrimPrefix(o.PartName, "/")]; !ok || typed[o.PartName] > 1 {
			b.fault("%s names %s, which is not there or was named", list, o.PartName)
		}
	}
	for _, name := range b.names {
		known := name == list || typed["/"+name] > 0
		for _, d := range x.Defaults {
			known = known || strings.EqualFold(path.Ext(name), "."+d.Extension)
		}
		if !known {
			b.fault("%s has no content type", name)
		}
	}
}

// relations looks whether every target is there and no id is used twice.
func (b *book) relations() {
	of := map[string]map[string]bool{}
	for _, name := range b.names {
		if !strings.HasSuffix(name, ".rels") {
			continue
		}
		var x struct {
			Relationship []struct {
				ID         string `xml:"Id,attr"`
				Target     string `xml:",attr"`
				TargetMode string `xml:",attr"`
			}
		}
		if err := xml.Unmarshal(b.parts[name], &x); err != nil {
			b.fault("%s: %v", name, err)
		}
		folder := path.Dir(path.Dir(name))
		ids := map[string]bool{}
		for _, r := range x.Relationship {
			if ids[r.ID] {
				b.fault("%s: %s is there twice", name, r.ID)
			}
			ids[r.ID] = true
			target := strings.TrimPrefix(r.Target, "/")
			if target == r.Target {
				target = path.Join(folder, target)
			}
			if _, ok := b.parts[target]; !ok && r.TargetMode != "External" {
				b.fault("%s: %s is not there", name, target)
			}
		}
		of[path.Join(folder, strings.TrimSuffix(path.Base(name), ".rels"))] = ids
	}
	for _, name := range b.names {
		b.relationsUsed(name, of[name])
	}
}

const relationSpace = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

// relationsUsed looks whether a part names only relations that it has.
func (b *book) relationsUsed(name string, ids map[string]bool) {
	b.elements(name, func(_ []string, e xml.StartElement) {
		for _, a := range e.Attr {
			if (a.Name.Space == relationSpace || a.Name.Space == "r") && a.Value != "" && !ids[a.Value] {
				b.fault("%s: <%s> names the relation %s, which is not there", name, e.Name.Local, a.Value)
			}
		}
	})
}

// elements gives every element of a part with the names of those around it.
func (b *book) elements(name string, each func(above []string, e xml.StartElement)) {
	part, ok := b.parts[name]
	if !ok || !strings.HasSuffix(name, ".xml") {
		return
	}
	d := xml.NewDecoder(bytes.NewReader(part))
	var above []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			b.fault("%s: %v", name, err)
			return
		}
		switch e := token.(type) {
		case xml.StartElement:
			each(above, e)
			above = append(above, e.Name.Local)
		case xml.EndElement:
			above = above[:len(above)-1]
		}
	}
}

func (b *book) count(name, in, of string) int {
	n := 0
	b.elements(name, func(above []string, e xml.StartElement) {
		if len(above) > 0 && above[len(above)-1] == in && e.Name.Local == of {
			n++
		}
	})
	return n
}

// worksheet is what was seen of one sheet.
type worksheet struct {
	place, row, col int
	merges          [][]int
	counts          map[string][2]int // of a list: said and found
}

func (b *book) worksheet(name string) {
	s := &worksheet{counts: map[string][2]int{}}
	b.elements(name, func(above []string, e xml.StartElement) {
		if len(above) == 1 {
			at := slices.Index(worksheetOrder, e.Name.Local)
			if at < s.place || at == s.place && e.Name.Local != "conditionalFormatting" && s.place > 0 {
				b.fault("%s: <%s> is unknown, repeated or behind <%s>", name, e.Name.Local, worksheetOrder[s.place])
			}
			s.place = max(s.place, at)
		}
		attributes := map[string]string{}
		for _, a := range e.Attr {
			attributes[a.Name.Local] = a.Value
		}
		s.list(above, e.Name.Local, attributes)
		switch e.Name.Local {
		case "row":
			b.row(name, s, attributes)
		case "c":
			b.cell(name, s, attributes)
		case "mergeCell":
			b.merge(name, s, attributes["ref"])
		}
	})
	for _, list := range []string{"mergeCells", "dataValidations", "tableParts"} {
		if n, ok := s.counts[list]; ok && (n[0] != n[1] && n[0] != unsaid || n[1] == 0) {
			b.fault("%s: <%s> says %d and has %d", name, list, n[0], n[1])
		}
	}
	b.sharedStrings(name)
}

// list counts what the lists of a sheet say and have.
func (s *worksheet) list(above []string, name string, attributes map[string]string) {
	switch {
	case len(above) == 1 && (name == "mergeCells" || name == "dataValidations" || name == "tableParts"):
		n, err := strconv.Atoi(attributes["count"])
		if err != nil {
			n = unsaid
		}
		s.counts[name] = [2]int{n, 0}
	case len(above) == 2:
		if n, ok := s.counts[above[1]]; ok {
			s.counts[above[1]] = [2]int{n[0], n[1] + 1}
		}
	}
}

// unsaid is the count of a list that says none.
const unsaid = -1

func (b *book) row(name string, s *worksheet, attributes map[string]string) {
	num := s.row + 1
	if r, ok := attributes["r"]; ok {
		num, _ = strconv.Atoi(r)
	}
	if num <= s.row || num > excelize.TotalRows {
		b.fault("%s: row %d stands behind row %d", name, num, s.row)
	}
	s.row, s.col = num, 0
}

func (b *book) cell(name string, s *worksheet, attributes map[string]string) {
	col, row := s.col+1, s.row
	if r, ok := attributes["r"]; ok {
		var err error
		if col, row, err = excelize.CellNameToCoordinates(r); err != nil {
			b.fault("%s: %v", name, err)
		}
	}
	if row != s.row || col <= s.col {
		b.fault("%s: cell %s stands in row %d behind column %d", name, attributes["r"], s.row, s.col)
	}
	s.col = col
	if style, _ := strconv.Atoi(attributes["s"]); style < 0 || style > 0 && style >= b.styles {
		b.fault("%s: %s has style %d of %d", name, attributes["r"], style, b.styles)
	}
	if !slices.Contains([]string{"", "b", "d", "e", "inlineStr", "n", "s", "str"}, attributes["t"]) {
		b.fault("%s: %s is of the type %q", name, attributes["r"], attributes["t"])
	}
}

func (b *book) merge(name string, s *worksheet, ref string) {
	from, to, two := strings.Cut(ref, ":")
	c1, r1, err1 := excelize.CellNameToCoordinates(from)
	c2, r2, err2 := excelize.CellNameToCoordinates(to)
	if !two || err1 != nil || err2 != nil || c1 > c2 || r1 > r2 || from == to {
		b.fault("%s: %q is no merge", name, ref)
		return
	}
	for _, m := range s.merges {
		if c1 <= m[2] && m[0] <= c2 && r1 <= m[3] && m[1] <= r2 {
			b.fault("%s: the merge %s overlaps another one", name, ref)
		}
	}
	s.merges = append(s.merges, []int{c1, r1, c2, r2})
}

// sharedStrings looks whether every index is that of a shared string.
func (b *book) sharedStrings(name string) {
	var x struct {
		Cells []struct {
			Ref   string `xml:"r,attr"`
			Type  string `xml:"t,attr"`
			Value string `xml:"v"`
		} `xml:"sheetData>row>c"`
	}
	if err := xml.Unmarshal(b.parts[name], &x); err != nil {
		return // said before
	}
	for _, c := range x.Cells {
		if n, err := strconv.Atoi(c.Value); c.Type == "s" && (err != nil || n < 0 || n >= b.strings) {
			b.fault("%s: %s is the shared string %s of %d", name, c.Ref, c.Value, b.strings)
		}
	}
}
