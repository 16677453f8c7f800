package importer

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"
)

// findBase looks for the base where it can be: the file that was named, the
// sheet itself, the sidecar, the home folder. None is no error: nil.
func (e *Edited) findBase(book sheet.Book) (*baseline.Base, error) {
	own, err := e.ownBase(book)
	if err != nil {
		return nil, err
	}
	if e.o.BasePath != "" {
		return e.namedBase(own)
	}
	if own != nil && own.Items != nil {
		return own, nil
	}
	if own == nil || own.Head.ID == "" || e.o.Saved == nil {
		return nil, nil
	}
	saved, err := e.o.Saved(own.Head.ID)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil || saved == nil {
		return nil, err
	}
	e.BaseFrom = BaseSaved
	return saved, nil
}

// ownBase reads the base that came with the file. A base that cannot be read
// is a finding, and then there is none.
func (e *Edited) ownBase(book sheet.Book) (*baseline.Base, error) {
	var base *baseline.Base
	var err error
	from := BaseSheet
	if book.Format() == sheet.CSV {
		from = BaseSidecar
		base, err = readSidecar(sheet.BasePath(e.File))
	} else {
		base, err = bookBase(book)
	}
	if fe, ok := errors.AsType[*sheet.FileError](err); ok && from == BaseSheet {
		return nil, fe
	}
	if err != nil {
		if e.o.BasePath == "" {
			e.Problems.Add(diag.Variant("file-unreadable", "base", err))
		}
		return nil, nil
	}
	if base != nil && base.Items != nil {
		e.BaseFrom = from
	}
	return base, nil
}

// namedBase reads the file that --base names. own is what the sheet says of
// itself, nil or without rows where it lost that.
func (e *Edited) namedBase(own *baseline.Base) (*baseline.Base, error) {
	e.BaseFrom = ""
	base, err := loadBase(e.o.BasePath)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
			return nil, i18n.Wrapf(i18n.T("read base %s", "чтение исходного файла %s"), err, e.o.BasePath)
		}
		e.Problems.Add(diag.Variant("file-unreadable", "base", err))
		return nil, nil
	}
	if base == nil || base.Items == nil {
		e.Problems.Add(diag.Variant("file-unreadable", "no-base", filepath.Base(e.o.BasePath)))
		return nil, nil
	}
	if own != nil && own.Head.Source != "" && (own.Head.Source != base.Head.Source || own.Head.Account != base.Head.Account) {
		a, b := accountName(own), accountName(base)
		if a == b { // accounts may share a name, never an id
			a, b = a+" ("+own.Head.Account+")", b+" ("+base.Head.Account+")"
		}
		e.Problems.Add(diag.New("account-mismatch", a, b))
		e.alien = true
	}
	e.BaseFrom = BaseFile
	return base, nil
}

func accountName(b *baseline.Base) string {
	name := b.Head.AccountName
	if name == "" {
		name = b.Head.Account
	}
	return strings.TrimSpace(b.Head.Source + " " + name)
}

// loadBase reads the base out of a workbook, a sidecar, or the CSV file that
// the sidecar lies beside; nil where there is none.
func loadBase(path string) (*baseline.Base, error) {
	if strings.HasSuffix(strings.ToLower(path), ".base.csv") {
		return readSidecar(path)
	}
	book, err := sheet.Open(path, sheet.ReadOptions{})
	if err != nil {
		return nil, err
	}
	defer book.Close()
	if book.Format() != sheet.CSV {
		return bookBase(book)
	}
	base, err := readSidecar(path)
	if err == nil && base != nil && base.Head.Source != "" {
		return base, nil
	}
	return readSidecar(sheet.BasePath(path))
}

// readSidecar reads the records of a CSV file; nil where it does not exist.
func readSidecar(path string) (*baseline.Base, error) {
	f, err := sheet.OpenFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return ReadBase(f)
}

// ReadBase reads the records of a sidecar, or of a base saved at export: CSV
// text in UTF-8 with commas, guarded like every CSV file.
func ReadBase(r io.Reader) (*baseline.Base, error) {
	records := sheet.NewReader(skipBOM(r), ',')
	base := &baseline.Base{}
	for {
		record, err := records.Read()
		if errors.Is(err, io.EOF) {
			if base.Items == nil && len(base.Head.Schema) > 0 {
				base.Items = []catalog.Item{}
			}
			return base, nil
		}
		for i := range record {
			record[i] = sheet.UnguardText(record[i])
		}
		if err == nil {
			err = base.Add(record)
		}
		if err != nil {
			return nil, i18n.Wrapf(i18n.T("line %d", "строка %d"), err, records.Line())
		}
	}
}

// bookBase reads the hidden sheets of a workbook, found by name whatever their
// state; nil where there are none. A base without rows has nil Items only
// where the sheet of rows is lost.
func bookBase(book sheet.Book) (*baseline.Base, error) {
	has := map[string]bool{}
	for _, s := range book.Sheets() {
		has[s.Name] = true
	}
	if !has[baseline.MetaSheet] {
		return nil, nil
	}
	base := &baseline.Base{}
	var record []string
	for _, name := range []string{baseline.MetaSheet, baseline.ListSheet, baseline.BaseSheet} {
		if !has[name] {
			continue
		}
		for row, err := range book.Rows(name) {
			if err != nil {
				return nil, err
			}
			record = dense(record[:0], row)
			if err := base.Add(record); err != nil {
				return nil, i18n.Wrapf(i18n.T("sheet %s, row %d", "лист %s, строка %d"), err, name, row.Num)
			}
		}
	}
	if has[baseline.BaseSheet] && base.Items == nil {
		base.Items = []catalog.Item{}
	}
	return base, nil
}

// dense spreads the cells of a row over its columns.
func dense(dst []string, row sheet.Row) []string {
	for _, c := range row.Cells {
		for len(dst) < c.Col {
			dst = append(dst, "")
		}
		dst[c.Col-1] = c.Text
	}
	return dst
}

// skipBOM passes over a byte order mark.
func skipBOM(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 64<<10)
	if mark, err := b.Peek(3); err == nil && string(mark) == "\uFEFF" {
		_, _ = b.Discard(3) // it was peeked at
	}
	return b
}
