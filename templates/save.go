package templates

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
)

// save writes the workbook: the template's, with other rows in its sheets.
func (r *renderer) save(out io.Writer) (err error) {
	defer func() {
		if p := recover(); p != nil { // as in loadXLSX
			err = i18n.Errorf(errNotTemplate, fmt.Errorf("%v", p))
		}
	}()
	f, err := openWorkbook(r.t.data)
	if err != nil {
		return i18n.Errorf(errNotTemplate, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for _, s := range r.t.tabs {
		if err := r.out[s].prepare(f); err != nil {
			return i18n.Wrapf(i18n.T("lay out sheet %s", "оформление листа %s"), err, s.name)
		}
	}
	// Programs compute the formulas anew when they open the file.
	yes := true
	if err := f.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &yes}); err != nil {
		return err
	}
	parts := &capture{}
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return parts })
	if err := f.Write(io.Discard); err != nil {
		return i18n.Wrap(i18n.T("lay out the report", "оформление отчёта"), err)
	}
	return r.zip(out, parts)
}

// prepare changes what a sheet has besides its rows.
func (s *report) prepare(f *excelize.File) error {
	name := s.tab.name
	// The formulas go, and with them the order in which they were computed.
	for _, row := range s.tab.rows {
		for _, c := range row.cells {
			if c.kind == formulaCell {
				if err := f.SetCellFormula(name, diag.ColumnName(c.col)+strconv.Itoa(c.row), ""); err != nil {
					return err
				}
			}
		}
	}
	if err := s.setWidths(f); err != nil {
		return err
	}
	end := diag.ColumnName(max(s.part.col, 1)) + strconv.Itoa(max(s.part.row, 1))
	return f.SetSheetDimension(name, "A1:"+end)
}

// setWidths gives the columns that a loop made the widths of those that they
// were copied from.
func (s *report) setWidths(f *excelize.File) error {
	type width struct {
		col  string
		want float64
	}
	var changed []width
	for _, out := range slices.Sorted(maps.Keys(s.widths)) {
		col := diag.ColumnName(out)
		have, err := f.GetColWidth(s.tab.name, col)
		if err != nil {
			return err
		}
		want, err := f.GetColWidth(s.tab.name, diag.ColumnName(s.widths[out]))
		if err != nil {
			return err
		}
		if want != have {
			changed = append(changed, width{col, want})
		}
	}
	for _, w := range changed {
		if err := f.SetColWidth(s.tab.name, w.col, w.col, w.want); err != nil {
			return err
		}
	}
	return nil
}

// capture holds the parts of a workbook that has no rows yet.
type capture struct{ parts []*capturedPart }

type capturedPart struct {
	bytes.Buffer
	name string
}

var _ excelize.ZipWriter = (*capture)(nil)

func (c *capture) Create(name string) (io.Writer, error) {
	p := &capturedPart{name: strings.TrimPrefix(name, "/")}
	c.parts = append(c.parts, p)
	return p, nil
}

func (c *capture) AddFS(fs.FS) error { return errors.ErrUnsupported }
func (c *capture) Close() error      { return nil }

// zip writes the parts, sheets with their new rows.
func (r *renderer) zip(out io.Writer, c *capture) error {
	// Programs that sniff look for this part at the beginning.
	slices.SortStableFunc(c.parts, func(a, b *capturedPart) int {
		const first = "[Content_Types].xml"
		switch {
		case a.name == b.name:
			return 0
		case a.name == first:
			return -1
		case b.name == first:
			return 1
		}
		return strings.Compare(a.name, b.name)
	})
	if err := r.moveParts(c.parts); err != nil {
		return i18n.Wrap(i18n.T("lay out the report", "оформление отчёта"), err)
	}
	zw := zip.NewWriter(out)
	zw.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, 3) })
	for _, p := range c.parts {
		w, err := zw.Create(p.name)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(r.t.tabs, func(s *tab) bool { return s.part == p.name })
		if at < 0 {
			_, err = w.Write(p.Bytes())
		} else {
			err = r.out[r.t.tabs[at]].splice(r, w, p.Bytes())
		}
		if err != nil {
			return i18n.Wrap(i18n.T("write the report", "запись отчёта"), err)
		}
	}
	return zw.Close()
}

var (
	dataPattern   = regexp.MustCompile(`(?s)<sheetData\s*/>|<sheetData>.*</sheetData>`)
	mergesPattern = regexp.MustCompile(`(?s)<mergeCells\b[^>]*/>|<mergeCells\b.*</mergeCells>`)
	formatPattern = regexp.MustCompile(`<sheetFormatPr\b[^>]*>`)
	levelPattern  = regexp.MustCompile(` outlineLevelRow="\d+"`)
)

// splice writes a sheet with the rows of the report.
func (s *report) splice(r *renderer, w io.Writer, xml []byte) error {
	at := dataPattern.FindIndex(xml)
	if at == nil {
		return errors.New("a sheet without place for rows")
	}
	before, after := xml[:at[0]], s.attached(r, xml[at[1]:])
	if s.part.outline > 0 {
		before = formatPattern.ReplaceAllFunc(before, func(b []byte) []byte {
			b = levelPattern.ReplaceAll(b, nil)
			return bytes.Replace(b, []byte("<sheetFormatPr"), []byte(`<sheetFormatPr outlineLevelRow="`+strconv.Itoa(s.part.outline)+`"`), 1)
		})
	}
	if _, err := fmt.Fprintf(w, "%s<sheetData>", before); err != nil {
		return err
	}
	if err := s.part.copyTo(w); err != nil {
		return err
	}
	merges := mergesPattern.FindIndex(after)
	if merges == nil {
		_, err := fmt.Fprintf(w, "</sheetData>%s", after)
		return err
	}
	if _, err := fmt.Fprintf(w, "</sheetData>%s", after[:merges[0]]); err != nil {
		return err
	}
	if err := s.writeMerges(w); err != nil {
		return err
	}
	_, err := w.Write(after[merges[1]:])
	return err
}

// copyTo writes the rows, formulas in their holes.
func (p *part) copyTo(w io.Writer) error {
	from := p.spill.Reader()
	var at int64
	var b []byte
	for _, h := range p.holes {
		if _, err := io.CopyN(w, from, h.at-at); err != nil {
			return err
		}
		at = h.at
		b = h.f.appendCell(b[:0], p.name)
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	_, err := io.Copy(w, from)
	return err
}

// writeMerges writes the merges: those of one row went with each copy of it,
// those over several rows go with the first copies.
func (s *report) writeMerges(w io.Writer) error {
	all := slices.Clone(s.merges)
	for _, m := range s.tab.merges {
		if m.FirstRow == m.LastRow && (m.FirstRow > len(s.first) || s.tab.hasCell(m.FirstRow, m.FirstCol)) {
			continue
		}
		gone := m.FirstRow <= len(s.first) && s.first[m.FirstRow-1] == 0
		if gone && m.FirstRow == m.LastRow {
			continue
		}
		height := m.LastRow - m.FirstRow
		m.FirstRow, m.LastRow = s.firstOf(m.FirstRow), s.firstOf(m.LastRow)
		m.LastRow = max(m.LastRow, m.FirstRow)
		if gone && height > 0 && m.LastRow == m.FirstRow && m.FirstCol == m.LastCol {
			continue
		}
		all = append(all, m)
	}
	if len(all) == 0 {
		return nil
	}
	if _, err := fmt.Fprintf(w, `<mergeCells count="%d">`, len(all)); err != nil {
		return err
	}
	for _, m := range all {
		_, err := fmt.Fprintf(w, `<mergeCell ref="%s%d:%s%d"/>`,
			diag.ColumnName(m.FirstCol), m.FirstRow, diag.ColumnName(m.LastCol), m.LastRow)
		if err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, `</mergeCells>`)
	return err
}

// hasCell says whether the template has the cell, so that its merge went with
// it.
func (s *tab) hasCell(num, col int) bool {
	at, ok := s.rowAt(num)
	return ok && slices.ContainsFunc(s.rows[at].cells, func(c *cell) bool { return c.col == col })
}
