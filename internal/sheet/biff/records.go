package biff

import (
	"io"

	"catalogsheet/internal/i18n"
)

// The records that are read, by their number in [MS-XLS] 2.3.
const (
	recFormula       = 0x0006
	recEOF           = 0x000A
	recHeader        = 0x0014
	recFooter        = 0x0015
	recExternSheet   = 0x0017
	recNote          = 0x001C
	recDate1904      = 0x0022
	recFilePass      = 0x002F
	recFont          = 0x0031
	recContinue      = 0x003C
	recCodePage      = 0x0042
	recDefColWidth   = 0x0055
	recObj           = 0x005D
	recColInfo       = 0x007D
	recBoundSheet    = 0x0085
	recCountry       = 0x008C
	recPalette       = 0x0092
	recStandardWidth = 0x0099
	recSetup         = 0x00A1
	recWsBool        = 0x0081
	recSharedOld     = 0x00BC
	recMulRK         = 0x00BD
	recMulBlank      = 0x00BE
	recRString       = 0x00D6
	recXF            = 0x00E0
	recMergedCells   = 0x00E5
	recSST           = 0x00FC
	recLabelSST      = 0x00FD
	recSupBook       = 0x01AE
	recCondFmt       = 0x01B0
	recHLink         = 0x01B8
	recDV            = 0x01BE
	recBlank         = 0x0201
	recNumber        = 0x0203
	recLabel         = 0x0204
	recBoolErr       = 0x0205
	recFormula3      = 0x0206
	recString        = 0x0207
	recRow           = 0x0208
	recArray         = 0x0221
	recDefaultRow    = 0x0225
	recTable         = 0x0236
	recRK            = 0x027E
	recFormula4      = 0x0406
	recFormat        = 0x041E
	recShared        = 0x04BC
	recBOF           = 0x0809
	maxRecord        = 4 + 1<<16
	recordBuffer     = 256 << 10
	bofGlobals       = 0x0005
	bofWorksheet     = 0x0010
	biff8Version     = 0x0600
	oldestBOFVersion = 0x0500
	boundWorksheet   = 0
)

// reader cuts a stream into records.
type reader struct {
	r        io.ReaderAt
	size     int64
	off      int64 // of the end of the buffer
	buf      []byte
	pos, end int
	work     *int64 // bytes that may still be read, nil for any number
}

func newReader(r io.ReaderAt, size, at int64) *reader {
	return &reader{r: r, size: size, off: at, buf: make([]byte, min(recordBuffer, max(size-at, 8)))}
}

// need makes the next n bytes stand in the buffer; false is the stream's end.
func (r *reader) need(n int) (bool, error) {
	if r.end-r.pos >= n {
		return true, nil
	}
	copy(r.buf, r.buf[r.pos:r.end])
	r.end -= r.pos
	r.pos = 0
	if n > len(r.buf) {
		grown := make([]byte, max(n, min(maxRecord, 2*len(r.buf))))
		copy(grown, r.buf[:r.end])
		r.buf = grown
	}
	want := int(min(int64(len(r.buf)-r.end), r.size-r.off))
	if r.end+want < n {
		return false, nil
	}
	k, err := r.r.ReadAt(r.buf[r.end:r.end+want], r.off)
	if k < want {
		return false, noEOF(err)
	}
	r.end += k
	r.off += int64(k)
	return true, nil
}

// next gives a record; body is valid until the next call. The stream's end is
// an error: every substream has a record that ends it.
func (r *reader) next() (id uint16, body []byte, err error) {
	if ok, err := r.need(4); err != nil || !ok {
		return 0, nil, orEOF(err)
	}
	n := 4 + int(u16(r.buf[r.pos+2:]))
	if ok, err := r.need(n); err != nil || !ok {
		return 0, nil, orEOF(err)
	}
	b := r.buf[r.pos : r.pos+n]
	r.pos += n
	return u16(b), b[4:], nil
}

// peek tells the number of the next record, 0 at the end.
func (r *reader) peek() (uint16, error) {
	ok, err := r.need(4)
	if !ok || err != nil {
		return 0, err
	}
	return u16(r.buf[r.pos:]), nil
}

func orEOF(err error) error {
	if err == nil {
		err = io.ErrUnexpectedEOF
	}
	return noEOF(err)
}

// short says that a record is shorter than its fields.
func short(id uint16) error {
	return damaged(i18n.T("record %#04x is too short", "запись %#04x слишком короткая"), id)
}

// substream calls each for the records of the substream that begins at the
// reader's place, without its BOF and EOF and without the charts inside it.
func (r *reader) substream(each func(id uint16, body []byte) error) error {
	id, _, err := r.next()
	if err != nil {
		return err
	}
	if id != recBOF {
		return damaged(i18n.T("a sheet does not begin where it should", "лист начинается не там, где указано"))
	}
	for depth := 1; ; {
		id, body, err := r.next()
		if err != nil {
			return err
		}
		if r.work != nil {
			if *r.work -= int64(4 + len(body)); *r.work < 0 {
				return ErrSheets
			}
		}
		switch {
		case id == recBOF:
			depth++
		case id == recEOF:
			if depth--; depth == 0 {
				return nil
			}
		case depth == 1:
			if err := each(id, body); err != nil {
				return err
			}
		}
	}
}

// records calls each for the records of a sheet.
func (w *Workbook) records(s *sheet, each func(id uint16, body []byte) error) error {
	if s.at < 0 || s.at >= w.size {
		return damaged(i18n.T("a sheet does not begin where it should", "лист начинается не там, где указано"))
	}
	return w.reader(s.at).substream(each)
}

// reader cuts the workbook into records from at on, as long as there is work
// left.
func (w *Workbook) reader(at int64) *reader {
	r := newReader(w.src, w.size, at)
	r.work = &w.work
	return r
}
