package sheet

import (
	"archive/zip"
	"errors"
	"io"
	"iter"
	"os"
	"path"
	"strings"

	"catalogsheet/internal/i18n"

	"github.com/klauspost/compress/flate"
)

// xlsxBook is a workbook whose sheets are scanned as bytes.
type xlsxBook struct {
	file   *os.File
	limits Limits
	parts  map[string]*zip.File // by lower-case name
	sheets []xlsxSheet
	shows  []Show // by cell format
	date04 bool

	stringsPart string
	texts       *texts // nil until first needed
}

type xlsxSheet struct {
	Info
	part   string
	merges []Range
	// scanned: the sheet was read to its end, so that merges are known.
	scanned bool
}

// openZip opens a workbook, or says what other zip it is.
func openZip(f *os.File, size int64, o ReadOptions) (Book, error) {
	zr, err := zip.NewReader(f, size)
	if errors.Is(err, zip.ErrFormat) {
		return nil, unreadable("broken", i18n.Errorf(i18n.T("its end is missing", "у файла нет конца")))
	}
	if err != nil {
		return nil, unreadable("broken", err)
	}
	if len(zr.File) > o.Limits.Entries {
		return nil, tooLarge("entries")
	}
	zr.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	if err := checkSizes(zr.File, size, o.Limits); err != nil {
		return nil, err
	}
	b := &xlsxBook{file: f, limits: o.Limits, parts: make(map[string]*zip.File, len(zr.File))}
	for _, part := range zr.File {
		name := partName(part.Name)
		if _, twice := b.parts[name]; twice {
			return nil, unreadable("broken", i18n.Errorf(i18n.T("two parts named %s", "две части с именем %s"), shorten(part.Name)))
		}
		if part.Flags&1 != 0 {
			return nil, &FileError{Code: CodeEncrypted, Kind: "password"}
		}
		b.parts[name] = part
	}
	kind := b.otherKind()
	if kind == "ods" {
		return openODS(b)
	}
	if kind != "" {
		return nil, unreadable(kind, nil)
	}
	if err := b.load(); err != nil {
		return nil, err
	}
	return b, nil
}

var errOverlap = i18n.Errorf(i18n.T("its parts overlap", "её части перекрываются"))

// checkSizes judges by what the zip says of its parts, to which reading them
// holds it: parts that share bytes of the file, or are too much together, are
// a bomb.
func checkSizes(parts []*zip.File, size int64, limits Limits) error {
	var packed, unpacked uint64
	for _, part := range parts {
		if part.UncompressedSize64 > uint64(limits.Parts) {
			return tooLarge("part")
		}
		packed += min(part.CompressedSize64, uint64(size)+1)
		unpacked += part.UncompressedSize64
	}
	switch {
	case packed > uint64(size):
		return unreadable("broken", errOverlap)
	case unpacked > uint64(limits.Parts):
		return tooLarge("part")
	}
	return nil
}

// partName makes part names comparable: they are equal whatever their case,
// and some programs write backslashes.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, `\`, "/"), "/"))
}

// otherKind tells what a zip is that is no workbook.
func (b *xlsxBook) otherKind() string {
	for _, k := range []struct{ part, kind string }{
		{"xl/workbook.bin", "xlsb"},
		{"xl/workbook.xml", ""},
		{"_rels/.rels", ""},
		{"content.xml", "ods"},
		{"encrypted-package", "ods"}, // a whole OpenDocument, encrypted
	} {
		if _, ok := b.parts[k.part]; !ok {
			continue
		}
		if _, word := b.parts["word/document.xml"]; word {
			return "word"
		}
		return k.kind
	}
	return "zip"
}

// load reads what names the sheets and how numbers are shown.
func (b *xlsxBook) load() error {
	workbook := "xl/workbook.xml"
	rels, err := b.relations("_rels/.rels", "")
	if err != nil {
		return err
	}
	for _, r := range rels {
		if r.kind == "officedocument" {
			workbook = r.target
		}
	}
	if _, ok := b.parts[workbook]; !ok {
		return unreadable("broken", i18n.Errorf(i18n.T("there is no workbook part", "нет части с книгой")))
	}
	dir, name := path.Split(workbook)
	rels, err = b.relations(dir+"_rels/"+name+".rels", dir)
	if err != nil {
		return err
	}
	byID := make(map[string]relation, len(rels))
	for _, r := range rels {
		byID[r.id] = r
		switch r.kind {
		case "sharedstrings":
			b.stringsPart = r.target
		case "styles":
			if b.shows, err = b.readStyles(r.target); err != nil {
				return err
			}
		}
	}
	return b.readWorkbook(workbook, byID)
}

// part opens a part's scanner; the second value closes it. A part that is not
// there is broken.
func (b *xlsxBook) part(name string) (*scanner, io.Closer, error) {
	f, ok := b.parts[name]
	if !ok {
		return nil, nil, broken(name, i18n.Errorf(i18n.T("it is missing", "её нет")))
	}
	if int64(f.UncompressedSize64) < 0 || int64(f.UncompressedSize64) > b.limits.Part {
		return nil, nil, tooLarge("part")
	}
	rc, err := f.Open()
	if err != nil {
		return nil, nil, broken(name, err)
	}
	s := newScanner(rc, b.limits)
	if err := s.begin(); err != nil {
		return nil, nil, errors.Join(partErr(name, err), rc.Close())
	}
	return s, rc, nil
}

// partErr says which part an error of its scanner is of.
func partErr(name string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errTooLong):
		return tooLarge("cell")
	case errors.Is(err, errPartSize):
		return tooLarge("part")
	}
	return broken(name, err)
}

// maxFrame bounds the parts that hold no cells: what they name is kept.
const maxFrame = 64 << 20

// starts calls each for every start tag of a part that holds no cells.
func (b *xlsxBook) starts(name string, each func(s *scanner, tag string) error) error {
	s, rc, err := b.part(name)
	if err != nil {
		return err
	}
	defer rc.Close()
	s.left = min(s.left, maxFrame)
	depth := 0
	for {
		t, err := s.next()
		if err != nil {
			return partErr(name, err)
		}
		switch t {
		case tokenStart:
			depth++
			if err := each(s, string(s.name)); err != nil {
				return partErr(name, err)
			}
		case tokenEnd:
			depth--
		case tokenEOF:
			if depth != 0 {
				return broken(name, io.ErrUnexpectedEOF)
			}
			return nil
		}
	}
}

// relation is one line of a .rels part; its target is a part's name.
type relation struct{ id, kind, target string }

// relations reads a .rels part; where there is none, there are none. Targets
// are relative to dir and are looked up among the parts only: they can name no
// file outside.
func (b *xlsxBook) relations(name, dir string) ([]relation, error) {
	var rels []relation
	if _, ok := b.parts[name]; !ok {
		return nil, nil
	}
	err := b.starts(name, func(s *scanner, tag string) error {
		if tag != "Relationship" || strings.EqualFold(string(attr(s.attrs, "TargetMode")), "External") {
			return nil
		}
		if len(rels) >= b.limits.Entries {
			return tooLarge("entries")
		}
		target, err := s.attrText("Target")
		if err != nil {
			return err
		}
		if !strings.HasPrefix(target, "/") {
			target = path.Join("/", dir, target)
		}
		kind := string(attr(s.attrs, "Type"))
		rels = append(rels, relation{
			id:     string(attr(s.attrs, "Id")),
			kind:   strings.ToLower(kind[strings.LastIndexByte(kind, '/')+1:]),
			target: partName(path.Clean(target)),
		})
		return nil
	})
	return rels, err
}

// readWorkbook lists the sheets in the order of their tabs.
func (b *xlsxBook) readWorkbook(name string, byID map[string]relation) error {
	err := b.starts(name, func(s *scanner, tag string) error {
		switch tag {
		case "workbookPr":
			b.date04 = isTrue(attr(s.attrs, "date1904"))
		case "sheet":
			title, err := s.attrText("name")
			if err != nil {
				return err
			}
			rel := byID[relationID(s.attrs)]
			if rel.kind != "" && rel.kind != "worksheet" {
				return nil
			}
			state := string(attr(s.attrs, "state"))
			if len(b.sheets) >= maxSheets {
				return tooLarge("sheets")
			}
			b.sheets = append(b.sheets, xlsxSheet{
				Info: Info{Name: decodeEscapes(title), Hidden: state == "hidden" || state == "veryHidden"},
				part: rel.target,
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.checkSheets()
}

// checkSheets refuses a workbook whose sheets cannot be told apart: they are
// asked for by name, and each is a part of its own.
func (b *xlsxBook) checkSheets() error {
	infos := b.Sheets()
	parts := map[string]bool{}
	for _, s := range b.sheets {
		if parts[s.part] {
			return unreadable("broken", i18n.Errorf(i18n.T("two sheets are one part", "два листа хранятся в одной части")))
		}
		parts[s.part] = true
	}
	return checkInfos(infos)
}

// relationID finds r:id, whose prefix may be another one.
func relationID(attrs []byte) string {
	for {
		name, value, rest := nextAttr(attrs)
		if len(name) == 0 {
			return ""
		}
		if strings.HasSuffix(string(name), ":id") {
			return string(value)
		}
		attrs = rest
	}
}

func isTrue(b []byte) bool { return string(b) == "1" || string(b) == "true" }

func (b *xlsxBook) Format() Format    { return XLSX }
func (b *xlsxBook) Detected() Dialect { return Dialect{} }
func (b *xlsxBook) Date1904() bool    { return b.date04 }
func (b *xlsxBook) Close() error      { return b.file.Close() }

func (b *xlsxBook) Sheets() []Info {
	infos := make([]Info, len(b.sheets))
	for i, s := range b.sheets {
		infos[i] = s.Info
	}
	return infos
}

func (b *xlsxBook) sheet(name string) (*xlsxSheet, error) {
	for i := range b.sheets {
		if b.sheets[i].Name == name {
			return &b.sheets[i], nil
		}
	}
	return nil, unreadable("sheet", errors.New(name))
}

// Rows streams a sheet.
func (b *xlsxBook) Rows(name string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		sh, err := b.sheet(name)
		if err != nil {
			yield(Row{}, err)
			return
		}
		stopped := false
		err = b.scanRows(sh, func(r Row) bool {
			stopped = !yield(r, nil)
			return !stopped
		})
		if err != nil && !stopped {
			yield(Row{}, err)
		}
	}
}

// Merges lists a sheet's merged ranges: at once after its rows were read to
// the end, else by reading them.
func (b *xlsxBook) Merges(name string) ([]Range, error) {
	sh, err := b.sheet(name)
	if err != nil {
		return nil, err
	}
	if !sh.scanned {
		if err := b.scanRows(sh, func(Row) bool { return true }); err != nil {
			return nil, err
		}
	}
	return sh.merges, nil
}
