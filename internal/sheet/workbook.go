package sheet

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// OutType is the type of a cell to write.
type OutType uint8

// The types of written cells. A blank one may still have a style.
const (
	OutBlank OutType = iota
	OutText
	OutNumber // Text is a decimal number with a point
	OutBool   // Text is "true" or "false"
)

// Out is one cell to write; Style is what Workbook.Style gave, 0 for none.
// A CSV file has no styles.
type Out struct {
	Type  OutType
	Style int
	Text  string
}

// Writer takes the rows of a table. The cells may be used again after Row.
type Writer interface{ Row(cells []Out) error }

// Style is how a cell looks. Colours are RRGGBB; the zero value is plain.
type Style struct {
	Format string // number format code, "" is General
	Bold   bool
	Color  string
	Fill   string
	Border string // colour of thin lines below and on the right
	Align  string // left, center, right; "" is by type
	Middle bool   // centred vertically, else at the top
	Wrap   bool
}

// Note is a note on a cell of the first row.
type Note struct {
	Col  int // 1-based
	Text string
}

// Check is a validation of a column's cells below the first row. Values is the
// range of allowed values, e.g. '_lists'!$D$2:$D$9, which makes a drop-down;
// without it every typed value gets the warning.
type Check struct {
	Col            int // 1-based
	Values         string
	Title, Message string
}

// Layout is what a sheet is besides its rows. It may change until Finish.
type Layout struct {
	Widths  []float64 // in characters
	Styles  []int     // of the columns' cells that are not written
	Header  bool      // the first row is frozen and filterable
	Notes   []Note
	Checks  []Check
	Hidden  bool // very hidden
	TabFill string
}

// Name is a defined name of the workbook.
type Name struct{ Name, RefersTo string }

// Workbook is a workbook in the making. Sheets may be written side by side by
// one goroutine; memory does not grow with them.
type Workbook struct {
	// Subject and Custom become document properties.
	Subject string
	Custom  map[string]string
	Names   []Name

	f      *excelize.File
	pool   *deflaters
	sheets []*SheetWriter
}

// NewWorkbook begins a workbook. Close gives it up or ends it.
func NewWorkbook() *Workbook {
	return &Workbook{f: excelize.NewFile(), pool: newDeflaters()}
}

// Style gives a style's number.
func (w *Workbook) Style(s Style) (int, error) {
	style := excelize.Style{
		Font:      &excelize.Font{Bold: s.Bold, Color: s.Color, Family: "Calibri", Size: 11},
		Alignment: &excelize.Alignment{Horizontal: s.Align, Vertical: "top", WrapText: s.Wrap},
	}
	if s.Middle {
		style.Alignment.Vertical = "center"
	}
	if s.Fill != "" {
		style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{s.Fill}}
	}
	if s.Border != "" {
		for _, side := range []string{"bottom", "right"} {
			style.Border = append(style.Border, excelize.Border{Type: side, Color: s.Border, Style: 1})
		}
	}
	switch s.Format {
	case "":
	case "@":
		style.NumFmt = 49
	case "#,##0.00":
		style.NumFmt = 4
	default:
		style.CustomNumFmt = &s.Format
	}
	return w.f.NewStyle(&style)
}

// Sheet begins a sheet; sheets stand in the order in which they were begun.
func (w *Workbook) Sheet(name string, l Layout) *SheetWriter {
	s := &SheetWriter{Name: name, Layout: l, part: newPart(w.pool)}
	w.sheets = append(w.sheets, s)
	return s
}

// Close ends the workbook's goroutines and removes its temporary files; it is
// safe to call twice.
func (w *Workbook) Close() error {
	if w.pool == nil {
		return nil
	}
	var err error
	for _, s := range w.sheets {
		for _, j := range s.part.queue {
			<-j.done
		}
		err = errors.Join(err, s.part.out.Close())
	}
	w.pool.close()
	w.pool = nil
	return errors.Join(err, w.f.Close())
}

// Finish writes the workbook.
func (w *Workbook) Finish(out io.Writer) error {
	for _, s := range w.sheets {
		if err := s.part.finish(); err != nil {
			return err
		}
	}
	if err := w.skeleton(); err != nil {
		return fmt.Errorf("lay out the workbook: %w", err)
	}
	parts := &captured{}
	w.f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return parts })
	if err := w.f.Write(io.Discard); err != nil {
		return fmt.Errorf("lay out the workbook: %w", err)
	}
	return w.zip(out, parts)
}

// captured holds the parts that excelize makes, in memory: without rows they
// are small.
type captured struct{ parts []*capturedPart }

type capturedPart struct {
	bytes.Buffer
	name string
}

func (c *captured) Create(name string) (io.Writer, error) {
	p := &capturedPart{name: name}
	c.parts = append(c.parts, p)
	return p, nil
}

func (c *captured) AddFS(fs.FS) error { return errors.ErrUnsupported }
func (c *captured) Close() error      { return nil }

// firstParts stand first in the zip: programs that sniff look for them there.
var firstParts = []string{"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"}

// zip writes the parts, those of sheets with their rows spliced in.
func (w *Workbook) zip(out io.Writer, c *captured) error {
	rank := func(p *capturedPart) int {
		if i := slices.Index(firstParts, p.name); i >= 0 {
			return i
		}
		return len(firstParts)
	}
	slices.SortStableFunc(c.parts, func(a, b *capturedPart) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.name, b.name))
	})
	rows := map[string]*SheetWriter{}
	for i, s := range w.sheets {
		rows[fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1)] = s
	}
	zw := zip.NewWriter(out)
	for _, p := range c.parts {
		before, after := p.Bytes(), []byte(nil)
		middle := &part{}
		if s := rows[p.name]; s != nil {
			var err error
			if before, after, err = splitSheet(before); err != nil {
				return err
			}
			middle = s.part
		}
		body, err := middle.around(before, after)
		if err != nil {
			return err
		}
		if err := addRaw(zw, p.name, body); err != nil {
			return err
		}
	}
	return zw.Close()
}

// addRaw adds a part that is deflated already.
func addRaw(zw *zip.Writer, name string, body whole) error {
	to, err := zw.CreateRaw(&zip.FileHeader{
		Name: name, Method: zip.Deflate, CRC32: body.crc,
		CompressedSize64: uint64(body.compressed), UncompressedSize64: uint64(body.length),
	})
	if err != nil {
		return err
	}
	_, err = io.Copy(to, io.MultiReader(body.body...))
	return err
}

// splitSheet cuts a sheet's XML where its rows go.
func splitSheet(xml []byte) (before, after []byte, err error) {
	const open, end = "<sheetData>", "</sheetData>"
	text := string(xml)
	// A filter is there; none is applied.
	text = strings.Replace(text, `<sheetPr filterMode="true"`, `<sheetPr`, 1)
	text = strings.Replace(text, "<sheetData/>", open+end, 1)
	from, to := strings.Index(text, open), strings.Index(text, end)
	if from < 0 || to < from {
		return nil, nil, errors.New("a sheet without place for rows")
	}
	return []byte(text[:from+len(open)]), []byte(text[to:]), nil
}
