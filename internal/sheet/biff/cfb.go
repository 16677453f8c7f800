package biff

import (
	"bytes"
	"encoding/binary"
	"io"
	"sort"
	"strings"
	"unicode/utf16"

	"catalogsheet/internal/i18n"
)

// container is a compound file: streams kept in chains of sectors.
type container struct {
	r       io.ReaderAt
	size    int64
	shift   uint // of a sector: 9 or 12
	sectors uint32
	fat     []uint32
	entries []entry
	cutoff  int64 // streams shorter than this are in the ministream
	miniFAT uint32
}

// entry is one directory entry.
type entry struct {
	name               string
	kind               byte
	left, right, child uint32
	start              uint32
	size               int64
}

const (
	kindStream = 2
	kindRoot   = 5

	// maxRegular and what is above it are no sectors.
	maxRegular = 0xFFFFFFFA
	noEntry    = 0xFFFFFFFF

	miniShift  = 6
	maxEntries = 1 << 16
)

var u16, u32, u64 = binary.LittleEndian.Uint16, binary.LittleEndian.Uint32, binary.LittleEndian.Uint64

var errChain = damaged(i18n.T("a chain of sectors is broken", "цепочка секторов повреждена"))

func openContainer(r io.ReaderAt, size int64) (*container, error) {
	var head [512]byte
	if _, err := r.ReadAt(head[:], 0); err != nil {
		return nil, noEOF(err)
	}
	c := &container{r: r, size: size, shift: uint(u16(head[30:])), cutoff: int64(u32(head[56:])), miniFAT: u32(head[60:])}
	if c.shift != 9 && c.shift != 12 {
		return nil, damaged(i18n.T("unknown sector size", "неизвестный размер сектора"))
	}
	// The header takes one sector; the last sector may be cut short.
	c.sectors = uint32(min(max((size+1<<c.shift-1)>>c.shift-1, 0), maxRegular-1))
	if err := c.readFAT(head[:]); err != nil {
		return nil, err
	}
	return c, c.readDirectory(u32(head[48:]))
}

// readFAT reads the table of sectors; its own sectors are listed in the header
// and, for a large file, in a chain of further lists.
func (c *container) readFAT(head []byte) error {
	perSector := 1 << (c.shift - 2)
	lists, next := head[76:512], u32(head[68:])
	sector := make([]byte, 1<<c.shift)
	for steps := uint32(0); ; steps++ {
		for ; len(lists) >= 4 && len(c.fat) < int(c.sectors); lists = lists[4:] {
			id := u32(lists)
			if id >= maxRegular {
				continue
			}
			if err := c.sector(id, sector); err != nil {
				return err
			}
			for i := range perSector {
				c.fat = append(c.fat, u32(sector[4*i:]))
			}
		}
		if next >= maxRegular || len(c.fat) >= int(c.sectors) {
			return nil
		}
		if steps > c.sectors {
			return errChain
		}
		list := make([]byte, 1<<c.shift)
		if err := c.sector(next, list); err != nil {
			return err
		}
		lists, next = list[:len(list)-4], u32(list[len(list)-4:])
	}
}

// sector reads one sector; what the file lacks of its last one is zero.
func (c *container) sector(id uint32, to []byte) error {
	if id >= c.sectors {
		return errChain
	}
	clear(to)
	n, err := c.r.ReadAt(to, (int64(id)+1)<<c.shift)
	if err == io.EOF && n > 0 {
		return nil
	}
	return err
}

// chain gives the sectors from start on, as far as size bytes need, or to the
// end of the chain when size is negative.
func (c *container) chain(start uint32, size int64) ([]extent, error) {
	var list []extent
	var at int64
	one := int64(1) << c.shift
	seen := make([]uint64, c.sectors/64+1)
	for id := start; size < 0 || at < size; {
		if id >= maxRegular && size < 0 {
			break
		}
		if id >= c.sectors || id >= uint32(len(c.fat)) || seen[id/64]>>(id%64)&1 != 0 {
			return nil, errChain
		}
		seen[id/64] |= 1 << (id % 64)
		from := (int64(id) + 1) << c.shift
		if n := len(list); n > 0 && list[n-1].from+list[n-1].size == from {
			list[n-1].size += one
		} else {
			list = append(list, extent{at: at, from: from, size: one})
		}
		at += one
		id = c.fat[id]
	}
	return list, nil
}

// extent is a piece of a stream that lies in one piece in the file.
type extent struct{ at, from, size int64 }

// stream reads a chain.
type stream struct {
	r       io.ReaderAt
	extents []extent
	size    int64
}

func (s *stream) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for n < len(p) {
		if off >= s.size {
			return n, io.EOF
		}
		i := sort.Search(len(s.extents), func(i int) bool { return s.extents[i].at > off }) - 1
		e := s.extents[i]
		want := min(int64(len(p)-n), e.at+e.size-off, s.size-off)
		k, err := s.r.ReadAt(p[n:n+int(want)], e.from+off-e.at)
		n += k
		off += int64(k)
		if int64(k) < want {
			return n, noEOF(err)
		}
	}
	return n, nil
}

func (c *container) readDirectory(start uint32) error {
	list, err := c.chain(start, -1)
	if err != nil {
		return err
	}
	var size int64
	for _, e := range list {
		size += e.size
	}
	if size == 0 || size/128 > maxEntries {
		return damaged(i18n.T("the directory is broken", "каталог файла повреждён"))
	}
	for _, e := range list {
		b := make([]byte, e.size)
		if n, err := c.r.ReadAt(b, e.from); err != nil && (err != io.EOF || n == 0) {
			return noEOF(err)
		}
		for ; len(b) >= 128; b = b[128:] {
			c.entries = append(c.entries, readEntry(b, c.shift))
		}
	}
	return nil
}

func readEntry(b []byte, shift uint) entry {
	units := make([]uint16, 0, 32)
	for i := 0; i < 64 && u16(b[i:]) != 0; i += 2 {
		units = append(units, u16(b[i:]))
	}
	e := entry{
		name: string(utf16.Decode(units)), kind: b[66],
		left: u32(b[68:]), right: u32(b[72:]), child: u32(b[76:]),
		start: u32(b[116:]), size: int64(u32(b[120:])),
	}
	if shift == 12 {
		e.size = int64(u64(b[120:]))
	}
	return e
}

// children lists the entries at the top of the file, in no order: storages
// inside, which may hold further workbooks, are not entered.
func (c *container) children() []entry {
	if len(c.entries) == 0 || c.entries[0].kind != kindRoot {
		return nil
	}
	var found []entry
	seen := make([]bool, len(c.entries))
	for todo := []uint32{c.entries[0].child}; len(todo) > 0; {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if id >= uint32(len(c.entries)) || seen[id] {
			continue
		}
		seen[id] = true
		found = append(found, c.entries[id])
		todo = append(todo, c.entries[id].left, c.entries[id].right)
	}
	return found
}

// workbookStreams are the streams of a compound file that tell what it is;
// Excel 97 and later look for the first one first.
var workbookStreams = []struct {
	name string
	err  error
}{
	{"EncryptedPackage", ErrPassword},
	{"Workbook", nil},
	{"Book", nil},
	{"WordDocument", ErrWord},
}

// workbook finds the stream of the records.
func (c *container) workbook() (io.ReaderAt, int64, error) {
	children := c.children()
	for _, want := range workbookStreams {
		for _, e := range children {
			if e.kind != kindStream || !strings.EqualFold(e.name, want.name) {
				continue
			}
			if want.err != nil {
				return nil, 0, want.err
			}
			r, err := c.open(e)
			return r, e.size, err
		}
	}
	return nil, 0, ErrNoWorkbook
}

func (c *container) open(e entry) (io.ReaderAt, error) {
	if e.size < 0 || e.size > c.size {
		return nil, damaged(i18n.T("a stream is longer than the file", "поток длиннее файла"))
	}
	if e.size < c.cutoff && e.size < 1<<20 {
		return c.openMini(e)
	}
	list, err := c.chain(e.start, e.size)
	return &stream{r: c.r, extents: list, size: e.size}, err
}

// openMini reads a short stream, which is kept in the stream of the root.
func (c *container) openMini(e entry) (io.ReaderAt, error) {
	root := c.entries[0]
	if root.size < 0 || root.size > c.size {
		return nil, errChain
	}
	list, err := c.chain(root.start, root.size)
	if err != nil {
		return nil, err
	}
	mini := &stream{r: c.r, extents: list, size: root.size}
	table, err := c.chain(c.miniFAT, -1)
	if err != nil {
		return nil, err
	}
	var tableSize int64
	for _, x := range table {
		tableSize += x.size
	}
	links := &stream{r: c.r, extents: table, size: tableSize}
	buf := make([]byte, 0, e.size+1<<miniShift)
	seen := make(map[uint32]bool, e.size>>miniShift)
	for id := e.start; int64(len(buf)) < e.size; {
		if seen[id] {
			return nil, errChain
		}
		seen[id] = true
		at := len(buf)
		buf = buf[:at+1<<miniShift]
		// The last one may be cut short.
		want := min(int64(1<<miniShift), e.size-int64(at))
		if n, err := mini.ReadAt(buf[at:], int64(id)<<miniShift); int64(n) < want {
			return nil, noEOF(err)
		}
		var link [4]byte
		if int64(len(buf)) < e.size {
			if _, err := links.ReadAt(link[:], 4*int64(id)); err != nil {
				return nil, noEOF(err)
			}
		}
		id = u32(link[:])
	}
	return bytes.NewReader(buf[:e.size]), nil
}
