package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// looks are the cell formats of annotations, as the s of a cell; "" where the
// workbook has no formats to add to.
type looks struct{ plain, warn, fail string }

func (l looks) of(m Mark) string {
	switch m {
	case Failed:
		return l.fail
	case Warned:
		return l.warn
	}
	return l.plain
}

// maxStyles bounds the styles part, which is held in memory.
const maxStyles = 64 << 20

// Fills of marked cells: those of Excel's own "bad" and "neutral".
const (
	failFill = "FFFFC7CE"
	warnFill = "FFFFEB9C"
)

// markStyles gives the styles part with three cell formats more, for text
// without and with a mark; nil where the part is missing or lacks the lists.
func (b *xlsxBook) markStyles(name string) ([]byte, looks, error) {
	part, ok := b.parts[name]
	if !ok {
		return nil, looks{}, nil
	}
	rc, err := b.open(part)
	if err != nil {
		return nil, looks{}, err
	}
	body, err := io.ReadAll(io.LimitReader(rc, maxStyles+1))
	if err = errors.Join(err, rc.Close()); err != nil {
		return nil, looks{}, broken(name, err)
	}
	if len(body) > maxStyles {
		return nil, looks{}, tooLarge("part")
	}
	fills, err := children(body, "fills")
	if err == nil && fills > 0 {
		var formats int
		if formats, err = children(body, "cellXfs"); err == nil && formats > 0 {
			body, err = addStyles(body, fills, formats)
			return body, looks{strconv.Itoa(formats), strconv.Itoa(formats + 1), strconv.Itoa(formats + 2)}, err
		}
	}
	return nil, looks{}, err
}

func rawOf(body []byte) *rawXML {
	return &rawXML{r: bufio.NewReader(bytes.NewReader(body)), left: int64(len(body)), longest: len(body) + 1}
}

// children counts the elements right inside the first element of a name.
func children(body []byte, of string) (int, error) {
	x := rawOf(body)
	depth, n := 0, 0
	for {
		tok, err := x.next()
		if err != nil || tok == nil {
			return 0, err
		}
		name, end, empty := tagName(tok)
		switch {
		case len(name) == 0:
		case depth == 0:
			if string(name) == of && !end && !empty {
				depth = 1
			}
		case end:
			if depth--; depth == 0 {
				return n, nil
			}
		default:
			if depth == 1 {
				n++
			}
			if !empty {
				depth++
			}
		}
	}
}

// addStyles adds two fills and three formats at the ends of their lists.
func addStyles(body []byte, fills, formats int) ([]byte, error) {
	x := rawOf(body)
	out := make([]byte, 0, len(body)+1024)
	for {
		tok, err := x.next()
		if err != nil {
			return nil, err
		}
		if tok == nil {
			return out, nil
		}
		name, end, _ := tagName(tok)
		p := tagPrefixOf(tok)
		switch {
		case string(name) == "fills" && !end:
			tok = withAttr(tok, "count", strconv.Itoa(fills+2))
		case string(name) == "cellXfs" && !end:
			tok = withAttr(tok, "count", strconv.Itoa(formats+3))
		case string(name) == "fills":
			for _, rgb := range []string{warnFill, failFill} {
				out = fmt.Appendf(out, `<%[1]sfill><%[1]spatternFill patternType="solid"><%[1]sfgColor rgb="%[2]s"/><%[1]sbgColor indexed="64"/></%[1]spatternFill></%[1]sfill>`, p, rgb)
			}
		case string(name) == "cellXfs":
			for _, fill := range []int{0, fills, fills + 1} {
				out = fmt.Appendf(out, `<%sxf numFmtId="49" fontId="0" fillId="%d" borderId="0" xfId="0" applyNumberFormat="1" applyFill="1"/>`, p, fill)
			}
		}
		out = append(out, tok...)
	}
}

// tagPrefixOf is tagPrefix for a start or end tag.
func tagPrefixOf(tok []byte) string {
	if len(tok) > 2 && tok[1] == '/' {
		return tagPrefix(tok[1:])
	}
	return tagPrefix(tok)
}
