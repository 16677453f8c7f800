package sheettest

import (
	"fmt"
	"strings"

	"catalogsheet/internal/sheet"
)

const (
	odsType = "application/vnd.oasis.opendocument.spreadsheet"
	odsNS   = "urn:oasis:names:tc:opendocument:xmlns:"
)

// ods spells the book as OpenDocument 1.3. Its dates are dates: the first day of
// serials shows in no cell.
func (b *Book) ods() ([]byte, error) {
	var out strings.Builder
	fmt.Fprintf(&out, `<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="%[1]soffice:1.0" xmlns:table="%[1]stable:1.0"`+
		` xmlns:text="%[1]stext:1.0" xmlns:style="%[1]sstyle:1.0" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.3"><office:automatic-styles>`+
		`<style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/></style:style>`+
		`</office:automatic-styles><office:body><office:spreadsheet>`, odsNS)
	if b.Date1904 {
		out.WriteString(`<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>`)
	}
	for _, s := range b.Sheets {
		if err := b.odsSheet(&out, s); err != nil {
			return nil, err
		}
	}
	out.WriteString(`</office:spreadsheet></office:body></office:document-content>`)
	encrypted := ""
	if b.Locked {
		encrypted = `<manifest:encryption-data manifest:checksum-type="SHA256"/>`
	}
	return pack([]part{
		{"mimetype", odsType},
		{"content.xml", out.String()},
		{"META-INF/manifest.xml", `<?xml version="1.0" encoding="UTF-8"?><manifest:manifest xmlns:manifest="` + odsNS + `manifest:1.0" manifest:version="1.3">` +
			`<manifest:file-entry manifest:full-path="/" manifest:media-type="` + odsType + `"/>` +
			`<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml">` + encrypted + `</manifest:file-entry></manifest:manifest>`},
	})
}

func (b *Book) odsSheet(out *strings.Builder, s Sheet) error {
	style := ""
	if s.Hidden {
		style = ` table:style-name="hidden"`
	}
	fmt.Fprintf(out, `<table:table table:name="%s"%s>`, escape(s.Name), style)
	last := 0
	for _, row := range s.Rows {
		if gap := row.Num - last - 1; gap > 0 {
			fmt.Fprintf(out, `<table:table-row table:number-rows-repeated="%d"><table:table-cell/></table:table-row>`, gap)
		}
		last = row.Num
		visibility := ""
		if row.Hidden {
			visibility = ` table:visibility="collapse"`
		}
		fmt.Fprintf(out, `<table:table-row%s>`, visibility)
		col := 1
		for _, c := range row.Cells {
			if c.Col > col {
				fmt.Fprintf(out, `<table:table-cell table:number-columns-repeated="%d"/>`, c.Col-col)
			}
			col = c.Col + 1
			cell, err := b.odsCell(&s, row.Num, c)
			if err != nil {
				return err
			}
			out.WriteString(cell)
		}
		out.WriteString(`</table:table-row>`)
	}
	out.WriteString(`</table:table>`)
	return nil
}

func (b *Book) odsCell(s *Sheet, row int, c sheet.Cell) (string, error) {
	tag, attrs := "table:table-cell", ""
	switch first, behind, m := s.merge(row, c.Col); {
	case first:
		attrs = fmt.Sprintf(` table:number-rows-spanned="%d" table:number-columns-spanned="%d"`, m.LastRow-m.FirstRow+1, m.LastCol-m.FirstCol+1)
	case behind:
		tag = "table:covered-table-cell"
	}
	switch {
	case c.External:
		attrs += ` table:formula="of:=['file:///other.ods'#$Sheet1.A1]"`
	case c.Type == sheet.Error && !c.Formula:
		attrs += ` table:formula="of:=` + escape(c.Text) + `"`
	case c.Formula:
		attrs += ` table:formula="of:=` + escape(formulaOf(c)) + `"`
	}
	value, err := b.odsValue(c)
	if err != nil || c.Type == sheet.Blank {
		return "<" + tag + attrs + "/>", err
	}
	return "<" + tag + attrs + value + ">" + paragraphs(c.Text) + "</" + tag + ">", nil
}

// odsValue is the typed value of a cell.
func (b *Book) odsValue(c sheet.Cell) (string, error) {
	switch {
	case c.Type == sheet.Error:
		return ` office:value-type="string" office:string-value="" calcext:value-type="error"`, nil
	case c.Type == sheet.Bool:
		return ` office:value-type="boolean" office:boolean-value="` + c.Text + `"`, nil
	case c.Type == sheet.String:
		return ` office:value-type="string"`, nil
	case c.Show == sheet.ShowPercent:
		return ` office:value-type="percentage" office:value="` + c.Text + `"`, nil
	case c.Type == sheet.Number && c.Show == sheet.ShowDate:
		at, err := b.moment(c.Text)
		return ` office:value-type="date" office:date-value="` + strings.TrimSuffix(at.Format("2006-01-02T15:04:05.999"), "T00:00:00") + `"`, err
	}
	return ` office:value-type="float" office:value="` + c.Text + `"`, nil
}

// paragraphs spells a text: every space that would be lost is an element.
func paragraphs(text string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString("<text:p>")
		after := ' '
		for _, r := range line {
			switch {
			case r == ' ' && after == ' ':
				b.WriteString("<text:s/>")
			case r == '\t':
				b.WriteString("<text:tab/>")
			default:
				b.WriteString(escape(string(r)))
			}
			after = r
		}
		b.WriteString("</text:p>")
	}
	return b.String()
}
