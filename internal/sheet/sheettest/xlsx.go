package sheettest

import (
	"fmt"
	"strings"

	"catalogsheet/internal/sheet"
)

const (
	spreadsheetML = `http://schemas.openxmlformats.org/spreadsheetml/2006/main`
	relationships = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	packages      = `http://schemas.openxmlformats.org/package/2006/`
	xmlHead       = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	xlsxTypes     = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
	// xlsxStyles has a cell format for every sheet.Show, in their order.
	xlsxStyles = xmlHead + `<styleSheet xmlns="` + spreadsheetML + `"><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>` +
		`<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="10" applyNumberFormat="1"/><xf numFmtId="49" applyNumberFormat="1"/></cellXfs></styleSheet>`
)

// xlsx spells the book as the parts of ECMA-376; a locked one is a compound file
// around them.
func (b *Book) xlsx() ([]byte, error) {
	var types, sheets, rels strings.Builder
	var parts []part
	for i, s := range b.Sheets {
		n := i + 1
		state := ""
		if s.Hidden {
			state = ` state="hidden"`
		}
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d"%s r:id="rId%d"/>`, escape(s.Name), n, state, n)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, n, relationships, n)
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`, n, xlsxTypes)
		parts = append(parts, part{fmt.Sprintf("xl/worksheets/sheet%d.xml", n), s.xlsx()})
	}
	fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/>`, len(b.Sheets)+1, relationships)
	parts = append([]part{
		{"[Content_Types].xml", xmlHead + `<Types xmlns="` + packages + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="` + xlsxTypes + `sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="` + xlsxTypes + `styles+xml"/>` + types.String() + `</Types>`},
		{"_rels/.rels", xmlHead + `<Relationships xmlns="` + packages + `relationships"><Relationship Id="rId1" Type="` + relationships + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", fmt.Sprintf(`%s<workbook xmlns="%s" xmlns:r="%s"><workbookPr date1904="%t"/><sheets>%s</sheets></workbook>`, xmlHead, spreadsheetML, relationships, b.Date1904, sheets.String())},
		{"xl/_rels/workbook.xml.rels", xmlHead + `<Relationships xmlns="` + packages + `relationships">` + rels.String() + `</Relationships>`},
		{"xl/styles.xml", xlsxStyles},
	}, parts...)
	file, err := pack(parts)
	if err != nil || !b.Locked {
		return file, err
	}
	return Compound("EncryptedPackage", file), nil
}

func (s *Sheet) xlsx() string {
	var b strings.Builder
	b.WriteString(xmlHead + `<worksheet xmlns="` + spreadsheetML + `"><sheetData>`)
	for _, row := range s.Rows {
		hidden := ""
		if row.Hidden {
			hidden = ` hidden="1"`
		}
		fmt.Fprintf(&b, `<row r="%d"%s>`, row.Num, hidden)
		for _, c := range row.Cells {
			fmt.Fprintf(&b, `<c r="%s%d" s="%d"%s</c>`, letters(c.Col), row.Num, c.Show, xlsxCell(c))
		}
		b.WriteString(`</row>`)
	}
	b.WriteString(`</sheetData>`)
	if len(s.Merges) > 0 {
		fmt.Fprintf(&b, `<mergeCells count="%d">`, len(s.Merges))
		for _, m := range s.Merges {
			fmt.Fprintf(&b, `<mergeCell ref="%s%d:%s%d"/>`, letters(m.FirstCol), m.FirstRow, letters(m.LastCol), m.LastRow)
		}
		b.WriteString(`</mergeCells>`)
	}
	b.WriteString(`</worksheet>`)
	return b.String()
}

// xlsxCell is the type and the content of a <c>.
func xlsxCell(c sheet.Cell) string {
	formula := ""
	if c.Formula {
		formula = "<f>" + escape(formulaOf(c)) + "</f>"
	}
	value := func(kind, text string) string { return ` t="` + kind + `">` + formula + "<v>" + escape(text) + "</v>" }
	switch {
	case c.Type == sheet.Blank:
		return ">" + formula
	case c.Type == sheet.Bool:
		return value("b", bit(c))
	case c.Type == sheet.Error:
		return value("e", c.Text)
	case c.Type == sheet.Number:
		return value("n", c.Text)
	case c.Formula:
		return value("str", c.Text)
	}
	return ` t="inlineStr"><is><t xml:space="preserve">` + escape(c.Text) + `</t></is>`
}

// letters spells a 1-based column.
func letters(col int) string {
	s := ""
	for ; col > 0; col = (col - 1) / 26 {
		s = string(rune('A'+(col-1)%26)) + s
	}
	return s
}
