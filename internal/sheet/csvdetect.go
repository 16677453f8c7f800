package sheet

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"catalogsheet/internal/i18n"
)

// The names of encodings in a Dialect.
const (
	UTF8        = "utf-8"
	UTF8BOM     = "utf-8-bom"
	UTF16LE     = "utf-16le"
	UTF16BE     = "utf-16be"
	Windows1251 = "windows-1251"
)

// encodings are what --encoding may name.
var encodings = []struct {
	names []string
	enc   encoding.Encoding // nil is UTF-8
}{
	{[]string{UTF8, "utf8"}, nil},
	{[]string{UTF8BOM, "utf8bom"}, nil},
	{[]string{UTF16LE, "utf16le"}, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
	{[]string{UTF16BE, "utf16be"}, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
	{[]string{Windows1251, "cp1251", "win1251", "1251"}, charmap.Windows1251},
	{[]string{"koi8-r", "koi8r"}, charmap.KOI8R},
	{[]string{"cp866", "ibm866", "866"}, charmap.CodePage866},
}

// findEncoding gives an encoding by any of its names, with its first name.
func findEncoding(name string) (string, encoding.Encoding, error) {
	lower := strings.ToLower(strings.TrimSpace(name))
	for _, e := range encodings {
		for _, n := range e.names {
			if n == lower {
				return e.names[0], e.enc, nil
			}
		}
	}
	return "", nil, i18n.Errorf(i18n.T(
		"unknown encoding %q: utf-8, utf-16le, utf-16be, windows-1251, koi8-r and cp866 are known",
		"неизвестная кодировка %q: известны utf-8, utf-16le, utf-16be, windows-1251, koi8-r и cp866"), name)
}

// Lacks says that the file's encoding has no byte for some sign of text.
func (d Dialect) Lacks(text string) bool {
	_, enc, err := findEncoding(d.Encoding)
	table, single := enc.(*charmap.Charmap)
	if err != nil || !single {
		return false
	}
	return strings.ContainsFunc(text, func(r rune) bool {
		_, ok := table.EncodeRune(r)
		return !ok
	})
}

// boms are the byte order marks.
var boms = []struct{ mark, name string }{
	{"\xEF\xBB\xBF", UTF8BOM},
	{"\xFF\xFE", UTF16LE},
	{"\xFE\xFF", UTF16BE},
}

// bom gives the encoding that a byte order mark names, and its length.
func bom(head []byte) (string, int) {
	for _, b := range boms {
		if bytes.HasPrefix(head, []byte(b.mark)) {
			return b.name, len(b.mark)
		}
	}
	return "", 0
}

// detectEncoding names a text's encoding: by its mark, else UTF-8 if every
// byte of it is, else windows-1251 if its bytes are that alphabet's letters.
func detectEncoding(r io.Reader) (string, error) {
	var census [256]int
	var tail []byte
	valid, first := true, true
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf[copy(buf, tail):])
		b := buf[:len(tail)+n]
		for _, c := range b[len(tail):] {
			census[c]++
		}
		if first && n > 0 {
			if name, _ := bom(b); name != "" {
				return name, nil
			}
			first = false
		}
		end := len(b)
		if err == nil {
			end = wholeRunes(b)
		}
		valid = valid && utf8.Valid(b[:end])
		tail = bytes.Clone(b[end:])
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", err
		}
	}
	switch {
	case census[0] > 0:
		return "", unreadable("binary", nil)
	case valid:
		return UTF8, nil
	case looksCyrillic(&census):
		return Windows1251, nil
	}
	return "", unreadable("encoding", nil)
}

// wholeRunes gives how much of b ends with a whole character.
func wholeRunes(b []byte) int {
	for i := 1; i <= min(utf8.UTFMax, len(b)); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return len(b) - i
			}
			break
		}
	}
	return len(b)
}

// looksCyrillic judges a census of bytes: in windows-1251 the letters are
// 0xC0 to 0xFF with Ё and ё, 0x98 is nothing.
func looksCyrillic(census *[256]int) bool {
	letters, high := census[0xA8]+census[0xB8], 0
	for c := 0x80; c <= 0xFF; c++ {
		high += census[c]
		if c >= 0xC0 {
			letters += census[c]
		}
	}
	return census[0x98] == 0 && letters*2 >= high
}

// decoded gives a file as UTF-8 without its byte order mark.
func decoded(f io.ReaderAt, size int64, name string) (io.Reader, error) {
	_, enc, err := findEncoding(name)
	if err != nil {
		return nil, err
	}
	head := make([]byte, 3)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	skip := 0
	if marked, length := bom(head[:n]); marked == name || marked == UTF8BOM && enc == nil {
		skip = length
	}
	r := io.Reader(io.NewSectionReader(f, int64(skip), size-int64(skip)))
	if enc != nil {
		r = enc.NewDecoder().Reader(r)
	}
	return r, nil
}

// delimiters are the candidates, the likeliest first.
var delimiters = []rune{';', ',', '\t'}

// detectDelimiter judges the first records of a text: the candidate that cuts
// all of them into the same number of fields, else the most of them; then the
// most fields win.
func detectDelimiter(sample []byte, whole bool) rune {
	best, bestScore := ',', 0
	for _, d := range delimiters {
		if score := delimiterScore(sample, d, whole); score > bestScore {
			best, bestScore = d, score
		}
	}
	return best
}

// consistent weighs equal counts above any number of fields.
const consistent = 1 << 30

func delimiterScore(sample []byte, d rune, whole bool) int {
	r := NewReader(bytes.NewReader(sample), d)
	var counts []int
	for len(counts) < 50 {
		record, err := r.Read()
		if err != nil {
			// The sample's last record may be torn.
			if !whole && len(counts) > 1 && !errors.Is(err, io.EOF) {
				break
			}
			if !whole && errors.Is(err, io.EOF) && len(counts) > 1 {
				counts = counts[:len(counts)-1]
			}
			break
		}
		if len(record) > 1 || record[0] != "" {
			counts = append(counts, len(record))
		}
	}
	return agreement(counts)
}

// agreement weighs the numbers of fields that a candidate cuts records into: how
// many records agree on one number, then the number. Titles above a header and
// notes below the rows agree with nothing.
func agreement(counts []int) int {
	agree := map[int]int{}
	most, fields := 0, 0
	for _, n := range counts {
		agree[n]++
		if k := agree[n]; n > 1 && (k > most || k == most && n > fields) {
			most, fields = k, n
		}
	}
	score := min(fields, MaxColumns)
	if most == len(counts) {
		score += consistent
	}
	return score + most*(MaxColumns+1)
}
