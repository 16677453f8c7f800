package moysklad

import (
	"encoding/binary"

	"catalogsheet/internal/catalog"
)

// pack writes cells into one string, a fraction of the memory of the values:
// a row that waits for the others costs little more than its text.
func pack(cells []catalog.Value, scratch []byte) (string, []byte) {
	b := scratch[:0]
	for _, v := range cells {
		switch v.State() {
		case catalog.Absent:
			b = append(b, 0)
		case catalog.Empty:
			b = append(b, 1)
		default:
			b = binary.AppendUvarint(b, uint64(len(v.Text()))+1)
			b = append(b, v.Text()...)
		}
	}
	return string(b), b
}

// unpack reads what pack wrote; the texts share the packed string.
func unpack(s string, cells []catalog.Value) {
	for i := range cells {
		n, at := uint64(0), 0
		for shift := 0; at < len(s); shift += 7 {
			c := s[at]
			at++
			n |= uint64(c&0x7f) << shift
			if c < 0x80 {
				break
			}
		}
		s = s[at:]
		switch n {
		case 0:
			cells[i] = catalog.Value{}
		case 1:
			cells[i] = catalog.Blank()
		default:
			cells[i] = catalog.Of(s[:n-1])
			s = s[n-1:]
		}
	}
}
