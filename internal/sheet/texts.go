package sheet

import (
	"errors"
	"io"
	"unicode/utf8"
)

// texts holds a workbook's shared texts: a few large blocks and one word per
// text, so that a million of them cost little more than their letters.
type texts struct {
	blocks []string
	// refs are block<<40 | start<<20 | length; a text never spans blocks.
	refs []uint64
}

const (
	blockBits = 20
	blockSize = 1 << blockBits
	blockMask = blockSize - 1
	maxTexts  = 24 << 20
)

// at gives a text by its index.
func (t *texts) at(i int) (string, bool) {
	if t == nil || i < 0 || i >= len(t.refs) {
		return "", false
	}
	ref := t.refs[i]
	start := int(ref >> blockBits & blockMask)
	return t.blocks[ref>>(2*blockBits)][start : start+int(ref&blockMask)], true
}

// loadTexts reads the shared texts once.
func (b *xlsxBook) loadTexts() error {
	if b.texts != nil || b.stringsPart == "" {
		return nil
	}
	if _, ok := b.parts[b.stringsPart]; !ok {
		return nil
	}
	s, rc, err := b.pipedPart(b.stringsPart)
	if err != nil {
		return err
	}
	t, err := readTexts(s, b.limits)
	if err = errors.Join(err, rc.Close()); err != nil {
		return partErr(b.stringsPart, err)
	}
	b.texts = t
	return nil
}

func readTexts(s *scanner, limits Limits) (*texts, error) {
	t := &texts{}
	block := make([]byte, 0, blockSize)
	var total int64
	flush := func() { t.blocks = append(t.blocks, string(block)); block = block[:0] }
	var one []byte
	for depth := 0; ; {
		tok, err := s.next()
		if err != nil {
			return nil, err
		}
		switch {
		case tok == tokenEOF && depth != 0:
			return nil, io.ErrUnexpectedEOF
		case tok == tokenEOF:
			flush()
			return t, nil
		case tok == tokenEnd:
			depth--
		case tok == tokenStart && string(s.name) == "si":
			if one, err = s.richText(one[:0]); err != nil {
				return nil, err
			}
			if !utf8.Valid(one) {
				return nil, errNotUTF8
			}
			if len(one) >= blockSize || len(one) > limits.Cell {
				return nil, errTooLong
			}
			if total += int64(len(one)); total > limits.Strings || len(t.refs) >= maxTexts {
				return nil, tooLarge("strings")
			}
			if len(block)+len(one) > blockSize-1 {
				flush()
			}
			t.refs = append(t.refs, uint64(len(t.blocks))<<(2*blockBits)|uint64(len(block))<<blockBits|uint64(len(one)))
			block = append(block, one...)
		case tok == tokenStart:
			depth++
		}
	}
}

// richText appends the text of an <si> or <is>: its <t>, or those of its runs,
// without the phonetic hints; it moves past the element's end.
func (s *scanner) richText(dst []byte) ([]byte, error) {
	from := len(dst)
	for depth := 1; depth > 0; {
		tok, err := s.next()
		if err != nil {
			return dst, err
		}
		switch tok {
		case tokenEOF:
			return dst, io.ErrUnexpectedEOF
		case tokenEnd:
			depth--
		case tokenStart:
			switch string(s.name) {
			case "t":
				dst, err = s.textInto(dst)
				if err == nil && len(dst)-from > s.maxText {
					err = errTooLong
				}
			case "r":
				depth++
			default:
				err = s.skip()
			}
			if err != nil {
				return dst, err
			}
		}
	}
	return unescapeInto(dst, from), nil
}

// unescapeInto undoes the _xHHHH_ of dst[from:].
func unescapeInto(dst []byte, from int) []byte {
	for i := from; i+6 < len(dst); i++ {
		if dst[i] == '_' && dst[i+1] == 'x' && dst[i+6] == '_' {
			return append(dst[:from], decodeEscapes(string(dst[from:]))...)
		}
	}
	return dst
}
