// Package biff reads legacy Excel workbooks (.xls, BIFF5 to BIFF8): every cell
// that is there is given once, with the value that the file has, or reading
// ends with an error; nothing that the file declares of itself is trusted.
//
// The records are those of "[MS-XLS]: Excel Binary File Format", the container
// is that of "[MS-CFB]: Compound File Binary File Format".
package biff

import (
	"bytes"
	"errors"
	"io"

	"catalogsheet/internal/i18n"
)

// Errors that are more than damage: the caller has its own words for them.
var (
	// ErrPassword: the workbook is encrypted (FILEPASS, or an encrypted
	// package of a newer Excel).
	ErrPassword = errors.New("the workbook has a password")
	// ErrNoWorkbook: a compound file of another program.
	ErrNoWorkbook = errors.New("no workbook in the compound file")
	// ErrWord: a text document of Word.
	ErrWord = errors.New("a text document")
	// ErrEncoding: byte strings whose code page the file does not name.
	ErrEncoding = errors.New("the code page is not known")
	// ErrTexts, ErrMerges, ErrCells, ErrSheets: more than is read.
	ErrTexts  = errors.New("too many texts")
	ErrMerges = errors.New("too many merged ranges")
	ErrCells  = errors.New("too many cells out of order")
	ErrSheets = errors.New("too many sheets")
)

// Options bounds memory; Texts and Merges are needed.
type Options struct {
	Texts  int64 // bytes of the shared texts
	Merges int   // merged ranges of a sheet
	// Formulas: cells have the text of their formula.
	Formulas bool
	// Encoding, where not empty, is used for byte strings in place of the
	// code page that the file names: windows-1251 and the like.
	Encoding string
}

// SheetInfo names a worksheet; charts, macros and modules are not listed.
type SheetInfo struct {
	Name string
	// Hidden is also true for a very hidden sheet, which Excel does not offer
	// to show.
	Hidden, VeryHidden bool
}

// Workbook is an opened workbook. Its methods may not run at the same time.
type Workbook struct {
	src     io.ReaderAt
	size    int64
	options Options
	// old: BIFF5 and BIFF7, whose strings are bytes in a code page.
	old      bool
	codepage int
	decode   decoder

	sheets   []sheet
	texts    []string
	date1904 bool
	styles   styles
	// books tells of each SUPBOOK whether it is another workbook; externs
	// gives, for each reference to sheets of a formula, its SUPBOOK.
	books   []bool
	externs []uint16
	// work is how many bytes of records may still be read: sheets may lie
	// inside each other, and each would be read to its end.
	work int64
	// externTabs gives the first and the last sheet of each such reference, as
	// their places among tabs, the names of all sheets.
	externTabs [][2]uint16
	tabs       []string
	country    bool
}

// worth is how often a file may be read over, with something for small ones.
const worth, leastWork = 50, 64 << 20

type sheet struct {
	SheetInfo
	at     int64
	layout *layout
}

// cfbMagic begins a compound file.
const cfbMagic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

// Open reads what belongs to the whole workbook: sheets, styles and shared
// texts. r is a compound file, or a bare stream of records as some programs
// write it.
func Open(r io.ReaderAt, size int64, o Options) (*Workbook, error) {
	w := &Workbook{src: r, size: size, options: o}
	head := make([]byte, len(cfbMagic))
	if n, err := r.ReadAt(head, 0); err != nil && n < len(head) {
		return nil, noEOF(err)
	}
	if bytes.Equal(head, []byte(cfbMagic)) {
		c, err := openContainer(r, size)
		if err != nil {
			return nil, err
		}
		if w.src, w.size, err = c.workbook(); err != nil {
			return nil, err
		}
	}
	w.work = worth*w.size + leastWork
	if err := w.readGlobals(); err != nil {
		return nil, err
	}
	return w, nil
}

// Sheets lists the worksheets in the order of their tabs.
func (w *Workbook) Sheets() []SheetInfo {
	infos := make([]SheetInfo, len(w.sheets))
	for i, s := range w.sheets {
		infos[i] = s.SheetInfo
	}
	return infos
}

// Date1904 says that day 0 is 1 January 1904.
func (w *Workbook) Date1904() bool { return w.date1904 }

// Country says that the workbook tells the country of its program and system
// ([MS-XLS] 2.4.63, Country). Apache POI moves no rows without it.
func (w *Workbook) Country() bool { return w.country }

// UnusedTexts lists the shared texts that no cell shows, in the order of the
// file: what a program that fills a template leaves of it.
func (w *Workbook) UnusedTexts() ([]string, error) {
	used := make([]bool, len(w.texts))
	for i := range w.sheets {
		err := w.records(&w.sheets[i], func(id uint16, body []byte) error {
			if id == recLabelSST && len(body) >= 10 {
				if n := u32(body[6:]); n < uint32(len(used)) {
					used[n] = true
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	var unused []string
	for i, text := range w.texts {
		if !used[i] && text != "" {
			unused = append(unused, text)
		}
	}
	return unused, nil
}

// damaged is an error in the file; what is said of it is for its user.
func damaged(t i18n.Text, args ...any) error { return i18n.Errorf(t, args...) }

// noEOF: an end where more should be is damage, not an end.
func noEOF(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return damaged(i18n.T("the file ends too early", "файл обрывается"))
	}
	return err
}
