package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// rawXML cuts a part into tags and the text between them without changing a
// byte, so that what is copied stays as it was.
type rawXML struct {
	r       *bufio.Reader
	left    int64 // bytes that may still be read
	longest int   // of a token
	tok     []byte
}

// next gives the next token, valid until the following call: one tag (comments
// and instructions count as one), or the text up to the next tag. At the end
// it is nil.
func (x *rawXML) next() ([]byte, error) {
	x.tok = x.tok[:0]
	first, err := x.r.ReadByte()
	switch {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, err
	}
	if err := x.r.UnreadByte(); err != nil {
		return nil, err
	}
	if first == '<' {
		err = x.tag()
	} else {
		err = x.text()
	}
	if x.left -= int64(len(x.tok)); x.left < 0 {
		return nil, errPartSize
	}
	return x.tok, err
}

// read appends up to and with the next end byte.
func (x *rawXML) read(end byte) error {
	for {
		part, err := x.r.ReadSlice(end)
		x.tok = append(x.tok, part...)
		if len(x.tok) > x.longest {
			return errTooLong
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

func (x *rawXML) text() error {
	err := x.read('<')
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	}
	x.tok = x.tok[:len(x.tok)-1]
	return x.r.UnreadByte()
}

func (x *rawXML) tag() error {
	for {
		if err := x.read('>'); err != nil {
			if errors.Is(err, io.EOF) {
				return io.ErrUnexpectedEOF
			}
			return err
		}
		if tagEnds(x.tok) {
			return nil
		}
	}
}

// tagEnds says whether a token that ends with '>' is whole.
func tagEnds(tok []byte) bool {
	switch {
	case bytes.HasPrefix(tok, []byte("<!--")):
		return len(tok) >= 7 && bytes.HasSuffix(tok, []byte("-->"))
	case bytes.HasPrefix(tok, []byte("<![CDATA[")):
		return bytes.HasSuffix(tok, []byte("]]>"))
	case bytes.HasPrefix(tok, []byte("<?")):
		return bytes.HasSuffix(tok, []byte("?>"))
	}
	return !openQuote(tok)
}

// tagName gives the name of a tag without its prefix; end says that it is an
// end tag, empty that it has no content. What is no tag has no name.
func tagName(tok []byte) (name []byte, end, empty bool) {
	if len(tok) < 3 || tok[0] != '<' || tok[1] == '!' || tok[1] == '?' {
		return nil, false, false
	}
	body := tok[1 : len(tok)-1]
	if end = body[0] == '/'; end {
		body = body[1:]
	}
	if n := len(body); n > 0 && body[n-1] == '/' {
		empty, body = true, body[:n-1]
	}
	n := 0
	for n < len(body) && !isSpace(body[n]) {
		n++
	}
	return local(body[:n]), end, empty
}

// tagPrefix gives the prefix of a tag's name with its colon.
func tagPrefix(tok []byte) string {
	for i := 1; i < len(tok); i++ {
		switch c := tok[i]; {
		case c == ':':
			return string(tok[1 : i+1])
		case isSpace(c) || c == '>' || c == '/':
			return ""
		}
	}
	return ""
}

// tagAttrs gives what follows the name of a start tag.
func tagAttrs(tok []byte) []byte {
	body := bytes.TrimSuffix(tok[1:len(tok)-1], []byte("/"))
	for i, c := range body {
		if isSpace(c) {
			return body[i:]
		}
	}
	return nil
}

// withAttr gives a start tag with one attribute set; "" takes it away. The
// other attributes stay as they are.
func withAttr(tok []byte, name, value string) []byte {
	attrs := tagAttrs(tok)
	head := len(tok) - 1 - len(attrs)
	if tok[len(tok)-2] == '/' {
		head--
	}
	var out []byte
	out = append(out, tok[:head]...)
	done := value == ""
	for b := attrs; ; {
		n, v, rest := nextAttr(b)
		if len(n) == 0 {
			break
		}
		switch raw := b[:len(b)-len(rest)]; {
		case string(n) != name:
			out = append(out, raw...)
		case value != "":
			at := len(raw) - 1 - len(v) // before the closing quote
			out = append(append(append(out, raw[:at]...), value...), raw[at+len(v):]...)
			done = true
		}
		b = rest
	}
	if !done {
		out = append(out, " "+name+`="`+value+`"`...)
	}
	return append(out, tok[head+len(attrs):]...)
}
