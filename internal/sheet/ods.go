package sheet

import (
	"errors"
	"io"
	"iter"
	"slices"
	"strings"

	"catalogsheet/internal/i18n"
)

// odsBook is an OpenDocument sheet (OASIS OpenDocument 1.3 part 3). Its
// content is one part, read once when it is opened, for what the sheets are,
// and once more for the rows of each sheet.
type odsBook struct {
	zip    *xlsxBook // for its parts alone
	sheets []odsSheet
	styles odsStyles
}

type odsSheet struct {
	Info
	at     int // its place among the tables of the content
	style  string
	merges []Range
}

const odsContent = "content.xml"

// openODS takes over the parts of zip when it succeeds.
func openODS(zip *xlsxBook) (Book, error) {
	b := &odsBook{zip: zip, styles: newODSStyles()}
	if _, ok := zip.parts["meta-inf/manifest.xml"]; ok {
		err := zip.starts("meta-inf/manifest.xml", func(_ *scanner, tag string) error {
			if tag == "encryption-data" {
				return &FileError{Code: CodeEncrypted, Kind: "password"}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for _, part := range []string{"styles.xml", odsContent} {
		if _, ok := zip.parts[part]; !ok && part != odsContent {
			continue
		}
		if err := b.tables(part, -1, nil); err != nil {
			return nil, err
		}
	}
	for i := range b.sheets {
		b.sheets[i].Hidden = b.styles.hidden[b.sheets[i].style]
	}
	if err := checkInfos(b.Sheets()); err != nil {
		return nil, err
	}
	// Each sheet is found by reading the content up to it.
	if size := zip.parts[odsContent].UncompressedSize64; size > maxODSWork/uint64(len(b.sheets)) {
		return nil, tooLarge("sheets")
	}
	return b, nil
}

// maxODSWork bounds the bytes that are unpacked to read each sheet once.
const maxODSWork = 8 << 30

func (b *odsBook) Format() Format    { return ODS }
func (b *odsBook) Detected() Dialect { return Dialect{} }
func (b *odsBook) Close() error      { return b.zip.Close() }

// Date1904 is false: the file spells its dates out, and their serials are
// counted here.
func (b *odsBook) Date1904() bool { return false }

func (b *odsBook) Sheets() []Info {
	infos := make([]Info, len(b.sheets))
	for i, s := range b.sheets {
		infos[i] = s.Info
	}
	return infos
}

func (b *odsBook) sheet(name string) (*odsSheet, error) {
	for i := range b.sheets {
		if b.sheets[i].Name == name {
			return &b.sheets[i], nil
		}
	}
	return nil, unreadable("sheet", errors.New(name))
}

func (b *odsBook) Merges(name string) ([]Range, error) {
	s, err := b.sheet(name)
	if err != nil {
		return nil, err
	}
	return slices.Clone(s.merges), nil
}

func (b *odsBook) Rows(name string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		s, err := b.sheet(name)
		if err == nil {
			err = b.tables(odsContent, s.at, func(r Row) bool { return yield(r, nil) })
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(Row{}, err)
		}
	}
}

var errStopped = errors.New("stopped")

// tables reads a part: with a yield, the rows of the table at that place, else
// the styles and the sheets.
func (b *odsBook) tables(part string, at int, yield func(Row) bool) error {
	s, rc, err := b.zip.pipedPart(part)
	if err != nil {
		return err
	}
	r := &odsReader{scanner: s, book: b, yield: yield, at: at}
	err = errors.Join(r.document(), rc.Close())
	if errors.Is(err, errStopped) {
		return errStopped
	}
	return partErr(part, err)
}

// odsReader reads one part.
type odsReader struct {
	*scanner
	book  *odsBook
	yield func(Row) bool // nil while the sheets are listed
	at    int            // the table that is wanted
	table int            // the number of tables passed
	grid  odsGrid
}

// prefixes are those that every program binds to these name spaces; attributes
// are found by them.
var prefixes = []struct{ prefix, space string }{
	{"office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"},
	{"table", "urn:oasis:names:tc:opendocument:xmlns:table:1.0"},
	{"text", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"},
	{"style", "urn:oasis:names:tc:opendocument:xmlns:style:1.0"},
}

var errPrefixes = i18n.Errorf(i18n.T(
	"its names are not spelled as other programs spell them: save the file as .xlsx",
	"имена в ней записаны не так, как у других программ: сохраните файл как .xlsx"))

// checkPrefixes refuses a part that names them otherwise.
func (r *odsReader) checkPrefixes() error {
	for rest := r.attrs; ; {
		name, value, after := nextAttr(rest)
		if len(name) == 0 {
			return nil
		}
		rest = after
		for _, p := range prefixes {
			if string(value) == p.space && string(name) != "xmlns:"+p.prefix {
				return errPrefixes
			}
		}
	}
}

// document reads a part to its end.
func (r *odsReader) document() error {
	for depth := 0; ; {
		tok, err := r.next()
		if err != nil {
			return err
		}
		switch tok {
		case tokenEOF:
			if depth != 0 {
				return io.ErrUnexpectedEOF
			}
			return nil
		case tokenEnd:
			depth--
		case tokenStart:
			if depth == 0 {
				if err := r.checkPrefixes(); err != nil {
					return err
				}
			}
			inside, err := r.element(string(r.name))
			if err != nil {
				return err
			}
			if inside {
				depth++
			}
		}
	}
}

// odsOpaque are elements with nothing to read, some of which have tables of
// their own inside.
var odsOpaque = []string{
	"tracked-changes", "dde-links", "forms", "scripts", "font-face-decls", "master-styles",
	"named-expressions", "database-ranges", "content-validations", "data-pilot-tables",
}

// element reads an element of the part's frame; inside says that its content
// is still to be read.
func (r *odsReader) element(name string) (inside bool, err error) {
	switch {
	case name == "text":
		return false, unreadable("word", nil)
	case name == "table":
		return false, r.oneTable()
	case slices.Contains(odsOpaque, name):
		return false, r.skip()
	case r.yield == nil && name == "style":
		return false, r.style()
	case r.yield == nil && strings.HasSuffix(name, "-style"):
		return false, r.dataStyle(name)
	case r.yield != nil && name == "automatic-styles":
		return false, r.skip()
	}
	return true, nil
}

// oneTable reads a table of the spreadsheet, or passes over it.
func (r *odsReader) oneTable() error {
	name, err := r.attrText("table:name")
	if err != nil {
		return err
	}
	at := r.table
	r.table++
	switch {
	case r.yield != nil && at != r.at:
		return r.skip()
	case isLinkCache(name):
		return r.skip()
	}
	r.grid = odsGrid{}
	if r.yield == nil {
		style := string(attr(r.attrs, "table:style-name"))
		r.book.sheets = append(r.book.sheets, odsSheet{Info: Info{Name: name}, at: at, style: style})
		if len(r.book.sheets) > maxSheets {
			return tooLarge("sheets")
		}
	}
	if err := r.rows(); err != nil {
		return err
	}
	if r.yield != nil {
		return errStopped
	}
	r.book.sheets[len(r.book.sheets)-1].merges = r.grid.merges
	return nil
}

// isLinkCache tells the tables in which LibreOffice keeps what it saw in other
// files: 'file:///…'#$Sheet1.
func isLinkCache(name string) bool {
	return strings.HasPrefix(name, "'") && strings.Contains(name, "'#")
}
