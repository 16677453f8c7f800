package sheet

import "strings"

// readStyles tells what each cell format makes of a number: the formats of
// <cellXfs> by their numFmtId, built-in or of the workbook.
func (b *xlsxBook) readStyles(name string) ([]Show, error) {
	if _, ok := b.parts[name]; !ok {
		return nil, nil
	}
	custom := map[int]Show{}
	var shows []Show
	inCellXfs := false
	err := b.starts(name, func(s *scanner, tag string) error {
		switch tag {
		case "numFmt":
			code, err := s.attrText("formatCode")
			if err != nil {
				return err
			}
			if id, ok := atoi(attr(s.attrs, "numFmtId")); ok {
				custom[id] = showOf(code)
			}
			if len(custom) > maxFormats {
				return tooLarge("styles")
			}
		case "cellXfs":
			inCellXfs = true
		case "cellStyles", "dxfs", "cellStyleXfs", "tableStyles":
			inCellXfs = false
		case "xf":
			if !inCellXfs {
				return nil
			}
			if len(shows) >= maxFormats {
				return tooLarge("styles")
			}
			id, _ := atoi(attr(s.attrs, "numFmtId"))
			show, ok := custom[id]
			if !ok {
				show = builtinShow(id)
			}
			shows = append(shows, show)
		}
		return nil
	})
	return shows, err
}

// maxFormats bounds the formats of a workbook: a cell whose format is not known
// could be taken for a plain number.
const maxFormats = 1 << 18

// builtinShow tells of the formats that no workbook spells out
// (ECMA-376 part 1, 18.8.30, numFmt); 27 to 36 and 50 to 58 are dates in
// Chinese, Japanese and Korean programs.
func builtinShow(id int) Show {
	switch {
	case id >= 14 && id <= 22, id >= 27 && id <= 36, id >= 45 && id <= 47, id >= 50 && id <= 58:
		return ShowDate
	case id == 9, id == 10:
		return ShowPercent
	case id == 49:
		return ShowText
	}
	return ShowNumber
}

// showOf reads a format code: letters of a date outside quotes, escapes and
// colours make it a date, % a percentage, a lone @ text.
func showOf(code string) Show {
	code = bareFormat(code)
	first, _, _ := strings.Cut(code, ";")
	lower := strings.ToLower(first)
	switch {
	case strings.TrimSpace(first) == "@":
		return ShowText
	case strings.Contains(first, "%"):
		return ShowPercent
	case strings.Contains(lower, "general"):
		return ShowNumber
	case strings.ContainsAny(lower, "ymdhs"):
		return ShowDate
	}
	return ShowNumber
}

// bareFormat drops what a format code writes literally: quoted and escaped
// text, fill and width characters, and brackets except elapsed time.
func bareFormat(code string) string {
	var b strings.Builder
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '\\', '_', '*':
			i++
		case '"':
			end := strings.IndexByte(code[i+1:], '"')
			if end < 0 {
				return b.String()
			}
			i += end + 1
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return b.String()
			}
			switch strings.ToLower(code[i : i+end+1]) {
			case "[h]", "[hh]", "[m]", "[mm]", "[s]", "[ss]":
				b.WriteByte('h')
			}
			i += end
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
