package sheet

import (
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"

	"catalogsheet/internal/i18n"
)

// token is what the scanner stands on.
type token uint8

const (
	tokenEOF token = iota
	tokenStart
	tokenEnd
	tokenText
)

// What is wrong with XML. errUnfamiliar is of elements that a part does not
// have by its standard: passing over them could lose cells.
var (
	errUnfamiliar = i18n.Errorf(i18n.T("it holds what no worksheet has", "в ней есть то, чего не бывает на листах"))
	errMarkup     = i18n.Errorf(i18n.T("its markup is broken", "её разметка повреждена"))
	errDoctype    = i18n.Errorf(i18n.T("it declares a document type", "в ней объявлен тип документа"))
	errNotUTF8    = i18n.Errorf(i18n.T("its text is not UTF-8", "её текст — не UTF-8"))
	errCharset    = i18n.Errorf(i18n.T("its encoding is not known", "её кодировка неизвестна"))
	errTooLong    = errors.New("token too long")
	errPartSize   = errors.New("part too large")
)

// scanner reads the XML of a workbook's part as bytes: no names are resolved
// and no nesting is checked, which the callers' loops do as far as they need
// it. The slices of a token are valid until the next one.
type scanner struct {
	r        io.Reader
	buf      []byte
	pos, end int
	eof      bool
	maxToken int
	maxText  int   // bytes of an element's text
	left     int64 // bytes that may still be read
	settled  bool  // the encoding is known

	name      []byte // without its prefix
	attrs     []byte // between the name and the end of the tag
	selfClose bool
	pending   bool // the end of a self-closing tag is still to be told
	text      []byte
	cdata     bool
}

func newScanner(r io.Reader, limits Limits) *scanner {
	return &scanner{r: r, buf: make([]byte, 128<<10), maxToken: 2*limits.Cell + 1024, maxText: limits.Cell, left: limits.Part}
}

// fill reads more; it moves what is not read yet to the front of the buffer.
func (s *scanner) fill() error {
	if s.eof {
		return io.ErrUnexpectedEOF
	}
	if s.pos > 0 {
		copy(s.buf, s.buf[s.pos:s.end])
		s.end -= s.pos
		s.pos = 0
	}
	if s.end == len(s.buf) {
		if len(s.buf) >= s.maxToken {
			return errTooLong
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	n, err := s.r.Read(s.buf[s.end:])
	s.end += n
	if s.left -= int64(n); s.left < 0 {
		return errPartSize
	}
	if errors.Is(err, io.EOF) {
		s.eof = true
		return nil
	}
	return err
}

// find gives the distance from pos to the next c at or after from; at the end
// of the part ok is false.
func (s *scanner) find(c byte, from int) (at int, ok bool, err error) {
	for {
		if i := bytes.IndexByte(s.buf[s.pos+from:s.end], c); i >= 0 {
			return from + i, true, nil
		}
		from = s.end - s.pos
		if s.eof {
			return from, false, nil
		}
		if err := s.fill(); err != nil {
			return 0, false, err
		}
	}
}

// next moves to the next token.
func (s *scanner) next() (token, error) {
	if s.pending {
		s.pending = false
		return tokenEnd, nil
	}
	for {
		for s.pos == s.end {
			if s.eof {
				return tokenEOF, nil
			}
			if err := s.fill(); err != nil {
				return 0, err
			}
		}
		if s.buf[s.pos] != '<' {
			n, _, err := s.find('<', 0)
			if err != nil {
				return 0, err
			}
			s.text, s.cdata = s.buf[s.pos:s.pos+n], false
			s.pos += n
			return tokenText, nil
		}
		t, ok, err := s.markup()
		if err != nil || ok {
			return t, err
		}
	}
}

// markup reads from '<'; ok is false for what is passed over.
func (s *scanner) markup() (t token, ok bool, err error) {
	for s.end-s.pos < 3 && !s.eof {
		if err := s.fill(); err != nil {
			return 0, false, err
		}
	}
	if s.end-s.pos < 3 {
		return 0, false, errMarkup
	}
	switch s.buf[s.pos+1] {
	case '!':
		return s.declaration()
	case '?':
		return 0, false, s.instruction()
	case '/':
		n, found, err := s.find('>', 2)
		if err != nil || !found {
			return 0, false, cmpErr(err)
		}
		s.name = local(trimSpace(s.buf[s.pos+2 : s.pos+n]))
		s.pos += n + 1
		return tokenEnd, true, nil
	}
	return s.start()
}

func cmpErr(err error) error {
	if err == nil {
		return errMarkup
	}
	return err
}

// start reads a start tag; '>' may stand inside a quoted attribute.
func (s *scanner) start() (token, bool, error) {
	n := 1
	for {
		at, found, err := s.find('>', n)
		if err != nil || !found {
			return 0, false, cmpErr(err)
		}
		n = at + 1
		if !openQuote(s.buf[s.pos+1 : s.pos+at]) {
			break
		}
	}
	tag := s.buf[s.pos+1 : s.pos+n-1]
	s.pos += n
	if s.selfClose = len(tag) > 0 && tag[len(tag)-1] == '/'; s.selfClose {
		tag = tag[:len(tag)-1]
		s.pending = true
	}
	end := 0
	for end < len(tag) && !isSpace(tag[end]) {
		end++
	}
	s.name, s.attrs = local(tag[:end]), tag[end:]
	if len(s.name) == 0 {
		return 0, false, errMarkup
	}
	return tokenStart, true, nil
}

// openQuote says whether a tag that was cut at a '>' was cut inside a quoted
// attribute.
func openQuote(tag []byte) bool {
	if bytes.IndexByte(tag, '\'') < 0 {
		return bytes.Count(tag, doubleQuote)%2 == 1
	}
	var quote byte
	for _, c := range tag {
		switch {
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case c == quote:
			quote = 0
		}
	}
	return quote != 0
}

// declaration reads <!…: a comment is passed over, CDATA is text, and a
// document type, which workbooks never have, is refused.
func (s *scanner) declaration() (token, bool, error) {
	for s.end-s.pos < 9 && !s.eof {
		if err := s.fill(); err != nil {
			return 0, false, err
		}
	}
	rest := s.buf[s.pos:s.end]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		_, err := s.until("-->", 4)
		return 0, false, err
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		body, err := s.until("]]>", 9)
		if err != nil {
			return 0, false, err
		}
		s.text, s.cdata = body, true
		return tokenText, true, nil
	}
	return 0, false, errDoctype
}

// until moves past end and gives what stands before it.
func (s *scanner) until(end string, from int) ([]byte, error) {
	for at := from; ; {
		n, found, err := s.find('>', at)
		if err != nil || !found {
			return nil, cmpErr(err)
		}
		at = n + 1
		if first := at - len(end); first >= from && string(s.buf[s.pos+first:s.pos+at]) == end {
			body := s.buf[s.pos+from : s.pos+first]
			s.pos += at
			return body, nil
		}
	}
}

// instruction passes over <?…?>, and goes on in the encoding that it names.
func (s *scanner) instruction() error {
	body, err := s.until("?>", 2)
	if err != nil || !bytes.HasPrefix(body, []byte("xml ")) {
		return err
	}
	name := string(bytes.ToLower(attr(body[3:], "encoding")))
	if name == "" || s.settled {
		return nil
	}
	s.settled = true
	_, enc, err := findEncoding(name)
	switch {
	case err != nil:
		return errCharset
	case enc == nil:
		return nil
	}
	s.recode(enc)
	return nil
}

// recode reads the rest of the part in another encoding.
func (s *scanner) recode(enc encoding.Encoding) {
	rest := bytes.NewReader(bytes.Clone(s.buf[s.pos:s.end]))
	s.r = enc.NewDecoder().Reader(io.MultiReader(rest, s.r))
	s.pos, s.end, s.eof, s.settled = 0, 0, false, true
}

// utf16Starts are how a part in UTF-16 begins, with or without its mark.
var utf16Starts = []struct {
	start  string
	mark   int
	endian unicode.Endianness
}{
	{"\xFF\xFE", 2, unicode.LittleEndian},
	{"\xFE\xFF", 2, unicode.BigEndian},
	{"<\x00", 0, unicode.LittleEndian},
	{"\x00<", 0, unicode.BigEndian},
}

// begin passes over a byte order mark and finds UTF-16.
func (s *scanner) begin() error {
	for s.end-s.pos < 3 && !s.eof {
		if err := s.fill(); err != nil {
			return err
		}
	}
	head := s.buf[s.pos:s.end]
	if bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")) {
		s.pos += 3
		return nil
	}
	for _, u := range utf16Starts {
		if bytes.HasPrefix(head, []byte(u.start)) {
			s.pos += u.mark
			s.recode(unicode.UTF16(u.endian, unicode.IgnoreBOM))
			break
		}
	}
	return nil
}

// skip passes over the element whose start the scanner stands on.
func (s *scanner) skip() error {
	for depth := 1; depth > 0; {
		t, err := s.next()
		if err != nil {
			return err
		}
		switch t {
		case tokenStart:
			depth++
		case tokenEnd:
			depth--
		case tokenEOF:
			return io.ErrUnexpectedEOF
		}
	}
	return nil
}

// textInto appends the text of the element that the scanner stands on, and
// moves past its end. Elements inside are passed over.
func (s *scanner) textInto(dst []byte) ([]byte, error) {
	for from := len(dst); ; {
		t, err := s.next()
		if err != nil {
			return dst, err
		}
		switch t {
		case tokenText:
			if dst, err = s.appendText(dst); err != nil {
				return dst, err
			}
			if len(dst)-from > s.maxText {
				return dst, errTooLong
			}
		case tokenStart:
			if err := s.skip(); err != nil {
				return dst, err
			}
		case tokenEnd:
			return dst, nil
		case tokenEOF:
			return dst, io.ErrUnexpectedEOF
		}
	}
}

// appendText appends the text token with its references resolved and its line
// ends as XML has them: CR LF and CR are LF.
func (s *scanner) appendText(dst []byte) ([]byte, error) {
	b := s.text
	for {
		i := bytes.IndexByte(b, '\r')
		if amp := bytes.IndexByte(b[:or(i, len(b))], '&'); amp >= 0 && !s.cdata {
			i = amp
		}
		if i < 0 {
			return append(dst, b...), nil
		}
		dst = append(dst, b[:i]...)
		b = b[i:]
		if b[0] == '\r' {
			dst = append(dst, '\n')
			b = bytes.TrimPrefix(b[1:], []byte("\n"))
			continue
		}
		r, n := reference(b)
		if n == 0 {
			return dst, errMarkup
		}
		dst = utf8.AppendRune(dst, r)
		b = b[n:]
	}
}
