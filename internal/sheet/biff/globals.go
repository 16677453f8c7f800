package biff

import (
	"catalogsheet/internal/i18n"
)

// readGlobals reads the first substream. A bare stream may hold a single sheet
// and nothing else.
func (w *Workbook) readGlobals() error {
	r := newReader(w.src, w.size, 0)
	id, body, err := r.next()
	if err != nil {
		return err
	}
	if id != recBOF || len(body) < 4 {
		return ErrNoWorkbook
	}
	w.old = u16(body) != biff8Version
	w.styles.old = w.old
	if version := u16(body); version > biff8Version || w.old && version != 0 && version < oldestBOFVersion {
		return ErrNoWorkbook
	}
	w.decode = newDecoder(w.options.Encoding, 0)
	switch u16(body[2:]) {
	case bofGlobals:
	case bofWorksheet:
		w.sheets = []sheet{{SheetInfo: SheetInfo{Name: "Sheet1"}}}
		return nil
	default:
		return ErrNoWorkbook
	}
	err = newReader(w.src, w.size, 0).globals(w)
	if err == nil && len(w.sheets) == 0 {
		return damaged(i18n.T("the workbook has no sheets", "в книге нет листов"))
	}
	return err
}

func (r *reader) globals(w *Workbook) error {
	return r.substream(func(id uint16, body []byte) error {
		if id == recSST {
			return w.sst(r, body)
		}
		for _, g := range globalRecords {
			if g.id != id {
				continue
			}
			if len(body) < g.least {
				return short(id)
			}
			return g.read(w, body)
		}
		return nil
	})
}

// globalRecords are the records of the whole workbook, with the least length
// that their reading needs.
var globalRecords = []struct {
	id    uint16
	least int
	read  func(w *Workbook, body []byte) error
}{
	{recFilePass, 0, func(*Workbook, []byte) error { return ErrPassword }},
	{recCodePage, 2, func(w *Workbook, b []byte) error {
		w.codepage = int(u16(b))
		w.decode = newDecoder(w.options.Encoding, w.codepage)
		return nil
	}},
	{recDate1904, 2, func(w *Workbook, b []byte) error { w.date1904 = u16(b) == 1; return nil }},
	{recBoundSheet, 8, (*Workbook).boundSheet},
	{recFont, 14, (*Workbook).font},
	{recFormat, 3, (*Workbook).format},
	{recXF, 16, (*Workbook).xf},
	{recPalette, 2, func(w *Workbook, b []byte) error { w.styles.palette = readPalette(b); return nil }},
	{recSupBook, 4, func(w *Workbook, b []byte) error { w.books = append(w.books, isOtherBook(b)); return nil }},
	{recCountry, 4, func(w *Workbook, _ []byte) error { w.country = true; return nil }},
	{recExternSheet, 2, (*Workbook).externSheet},
}

const maxSheets = 1 << 12

// boundSheet reads BOUNDSHEET ([MS-XLS] 2.4.28).
func (w *Workbook) boundSheet(b []byte) error {
	if len(w.tabs) >= maxSheets {
		return ErrSheets
	}
	name, err := w.text(b[6:], 1)
	w.tabs = append(w.tabs, name)
	if b[5] != boundWorksheet {
		return nil
	}
	at := int64(u32(b))
	for _, s := range w.sheets {
		if s.at == at {
			return damaged(i18n.T("two sheets begin at one place", "два листа начинаются в одном месте"))
		}
	}
	state := b[4] & 3
	w.sheets = append(w.sheets, sheet{
		SheetInfo: SheetInfo{Name: name, Hidden: state != 0, VeryHidden: state == 2},
		at:        at,
	})
	return err
}

// isOtherBook tells a reference to another workbook from those to this one and
// to add-in functions ([MS-XLS] 2.4.271, SupBook).
func isOtherBook(b []byte) bool {
	kind := u16(b[2:])
	return len(b) != 4 || kind != 0x0401 && kind != 0x3A01
}

// externSheet lists what references to sheets mean; an old workbook has it in
// its references themselves.
func (w *Workbook) externSheet(b []byte) error {
	if w.old {
		return nil
	}
	for b = b[2:]; len(b) >= 6; b = b[6:] {
		w.externs = append(w.externs, u16(b))
		w.externTabs = append(w.externTabs, [2]uint16{u16(b[2:]), u16(b[4:])})
	}
	return nil
}
