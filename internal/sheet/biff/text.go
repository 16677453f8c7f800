package biff

import (
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"catalogsheet/internal/i18n"
)

var errText = damaged(i18n.T("a text is cut off", "текст оборван"))

// appendText appends n characters of b: UTF-16 where wide, else its low bytes.
func appendText(dst, b []byte, n int, wide bool) []byte {
	if !wide {
		for _, c := range b[:n] {
			if c < utf8.RuneSelf {
				dst = append(dst, c)
			} else {
				dst = append(dst, 0xC0|c>>6, 0x80|c&0x3F)
			}
		}
		return dst
	}
	for i := 0; i < 2*n; i += 2 {
		c := u16(b[i:])
		switch {
		case c < utf8.RuneSelf:
			dst = append(dst, byte(c))
		case c < 0x800:
			dst = append(dst, 0xC0|byte(c>>6), 0x80|byte(c)&0x3F)
		case utf16.IsSurrogate(rune(c)) && i+2 < 2*n:
			r := utf16.DecodeRune(rune(c), rune(u16(b[i+2:])))
			if r != utf8.RuneError {
				i += 2
			}
			dst = utf8.AppendRune(dst, r)
		default:
			dst = utf8.AppendRune(dst, rune(c))
		}
	}
	return dst
}

// decoder turns the byte strings of an old workbook into UTF-8.
type decoder func(dst, b []byte) ([]byte, error)

// codepages are those that spreadsheet programs wrote, by the number in
// CODEPAGE ([MS-XLS] 2.4.52).
var codepages = []struct {
	number int
	name   string
	table  *charmap.Charmap
}{
	{1251, "windows-1251", charmap.Windows1251},
	{1252, "windows-1252", charmap.Windows1252},
	{0x8001, "", charmap.Windows1252},
	{866, "ibm866", charmap.CodePage866},
	{10007, "x-mac-cyrillic", charmap.MacintoshCyrillic},
	{10000, "macintosh", charmap.Macintosh},
	{0x8000, "", charmap.Macintosh},
	{437, "ibm437", charmap.CodePage437},
	{850, "ibm850", charmap.CodePage850},
	{852, "ibm852", charmap.CodePage852},
	{855, "ibm855", charmap.CodePage855},
	{1250, "windows-1250", charmap.Windows1250},
	{1253, "windows-1253", charmap.Windows1253},
	{1254, "windows-1254", charmap.Windows1254},
	{1255, "windows-1255", charmap.Windows1255},
	{1256, "windows-1256", charmap.Windows1256},
	{1257, "windows-1257", charmap.Windows1257},
	{1258, "windows-1258", charmap.Windows1258},
}

// newDecoder goes by the name, where there is one, else by the code page. What
// it does not know it refuses at the first letter beyond ASCII.
func newDecoder(name string, codepage int) decoder {
	var table *charmap.Charmap
	for _, p := range codepages {
		if name != "" && strings.EqualFold(name, p.name) || name == "" && p.number == codepage {
			table = p.table
			break
		}
	}
	return func(dst, b []byte) ([]byte, error) {
		for _, c := range b {
			switch {
			case c < utf8.RuneSelf:
				dst = append(dst, c)
			case table == nil:
				return dst, ErrEncoding
			default:
				dst = utf8.AppendRune(dst, table.DecodeByte(c))
			}
		}
		return dst, nil
	}
}

// appendString appends a string that lies within one record; its length field
// has size bytes. rest is what follows the characters.
func (w *Workbook) appendString(dst, b []byte, size int) (out, rest []byte, err error) {
	if len(b) < size {
		return dst, nil, errText
	}
	n := int(b[0])
	if size == 2 {
		n = int(u16(b))
	}
	b = b[size:]
	if w.old {
		if len(b) < n {
			return dst, nil, errText
		}
		dst, err = w.decode(dst, b[:n])
		return dst, b[n:], err
	}
	if n == 0 && len(b) == 0 {
		return dst, nil, nil
	}
	if len(b) < 1 {
		return dst, nil, errText
	}
	flags := b[0]
	b = b[1:]
	// Formatting runs and phonetic hints: their counts stand before the text.
	skip := 0
	if flags&8 != 0 {
		skip += 2
	}
	if flags&4 != 0 {
		skip += 4
	}
	width := 1 + int(flags&1)
	if len(b) < skip+n*width {
		return dst, nil, errText
	}
	b = b[skip:]
	return appendText(dst, b, n, width == 2), b[n*width:], nil
}

// text is appendString for a string of its own.
func (w *Workbook) text(b []byte, size int) (string, error) {
	s, _, err := w.appendString(nil, b, size)
	return string(s), err
}

// chunks reads strings that go on in CONTINUE records.
type chunks struct {
	r *reader
	b []byte
}

// more goes on to the next CONTINUE; false means that there is none.
func (c *chunks) more() (bool, error) {
	for len(c.b) == 0 {
		id, err := c.r.peek()
		if err != nil || id != recContinue {
			return false, err
		}
		if _, c.b, err = c.r.next(); err != nil {
			return false, err
		}
	}
	return true, nil
}

// take reads n bytes, which may be split between records.
func (c *chunks) take(buf []byte) error {
	for len(buf) > 0 {
		ok, err := c.more()
		if err != nil {
			return err
		}
		if !ok {
			return errText
		}
		n := copy(buf, c.b)
		buf, c.b = buf[n:], c.b[n:]
	}
	return nil
}

// skip passes over n bytes, or over what there is: the tails of texts are
// known to claim more than they have.
func (c *chunks) skip(n int64) error {
	for n > 0 {
		ok, err := c.more()
		if err != nil || !ok {
			return err
		}
		k := min(n, int64(len(c.b)))
		c.b = c.b[k:]
		n -= k
	}
	return nil
}

// characters appends n characters. Each record after the first says anew how
// wide its characters are; half of a pair of surrogates may end a record.
func (c *chunks) characters(dst, spare []byte, n int, wide bool) (out, scratch []byte, err error) {
	for spare = spare[:0]; n > 0; {
		if len(c.b) == 0 {
			ok, err := c.more()
			if err != nil {
				return dst, spare, err
			}
			if !ok {
				return dst, spare, errText
			}
			wide = c.b[0]&1 != 0
			c.b = c.b[1:]
		}
		width := 1
		if wide {
			width = 2
		}
		k := min(n, len(c.b)/width)
		if k == 0 && len(c.b) > 0 {
			return dst, spare, errText
		}
		piece := c.b[:k*width]
		c.b = c.b[k*width:]
		n -= k
		if n == 0 && len(spare) == 0 {
			return appendText(dst, piece, k, wide), spare, nil
		}
		spare = widen(spare, piece, wide)
	}
	return appendText(dst, spare, len(spare)/2, true), spare, nil
}

// widen appends characters as UTF-16.
func widen(dst, b []byte, wide bool) []byte {
	if wide {
		return append(dst, b...)
	}
	for _, c := range b {
		dst = append(dst, c, 0)
	}
	return dst
}

// sst reads the shared texts ([MS-XLS] 2.4.265). Its counts are not trusted.
func (w *Workbook) sst(r *reader, body []byte) error {
	if len(body) < 8 {
		return short(recSST)
	}
	c := &chunks{r: r, b: body[8:]}
	block := make([]byte, 0, textBlock)
	var ends []int
	flush := func() {
		all, from := string(block), 0
		for _, to := range ends {
			w.texts = append(w.texts, all[from:to])
			from = to
		}
		block, ends = block[:0], ends[:0]
	}
	var total int64
	var spare []byte
	for {
		ok, err := c.more()
		if err != nil {
			return err
		}
		if !ok {
			flush()
			return nil
		}
		at := len(block)
		if block, spare, err = c.richText(block, spare); err != nil {
			return err
		}
		total += int64(len(block) - at)
		if ends = append(ends, len(block)); total > w.options.Texts || len(w.texts)+len(ends) > maxTexts {
			return ErrTexts
		}
		if len(block) > textBlock-maxTextBytes {
			flush()
		}
	}
}

const (
	textBlock    = 1 << 20
	maxTextBytes = 3 << 16
	maxTexts     = 8 << 20
)

// richText appends a string with its header and passes over its tails.
func (c *chunks) richText(dst, spare []byte) (out, scratch []byte, err error) {
	var head [3]byte
	if err := c.take(head[:]); err != nil {
		return dst, spare, err
	}
	var runs, ext int64
	var size [4]byte
	if head[2]&8 != 0 {
		if err := c.take(size[:2]); err != nil {
			return dst, spare, err
		}
		runs = int64(u16(size[:]))
	}
	if head[2]&4 != 0 {
		if err := c.take(size[:]); err != nil {
			return dst, spare, err
		}
		ext = int64(u32(size[:]))
	}
	dst, spare, err = c.characters(dst, spare, int(u16(head[:])), head[2]&1 != 0)
	if err != nil {
		return dst, spare, err
	}
	return dst, spare, c.skip(4*runs + ext)
}

// longString reads a string that may go on in further records, such as the
// value of a formula.
func (w *Workbook) longString(r *reader, body []byte) (string, error) {
	// The reader's buffer may move when it looks ahead.
	body = slices.Clone(body)
	next, err := r.peek()
	if err != nil {
		return "", err
	}
	if next != recContinue || w.old {
		return w.text(body, 2)
	}
	c := &chunks{r: r, b: body}
	text, _, err := c.richText(nil, nil)
	return string(text), err
}
