package sheet

import (
	"archive/zip"
	"errors"
	"io"
	"iter"
	"os"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"
)

// xlsxBook is a workbook whose sheets are scanned as bytes.
type xlsxBook struct {
	file   *os.File
	path   string
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
func openZip(f *os.File, size int64, path string, o ReadOptions) (Book, error) {
	zr, err := zip.NewReader(f, size)
	if err != nil {
		return nil, unreadable("broken", err)
	}
	if len(zr.File) > o.Limits.Entries {
		return nil, tooLarge("entries")
	}
	zr.RegisterDecompressor(zip.Deflate, func(r io.Reader) io.ReadCloser { return flate.NewReader(r) })
	b := &xlsxBook{file: f, path: path, limits: o.Limits, parts: make(map[string]*zip.File, len(zr.File))}
	for _, part := range zr.File {
		name := partName(part.Name)
		if _, twice := b.parts[name]; twice {
			return nil, unreadable("broken", errors.New("two parts named "+part.Name))
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
		if errors.Is(err, errUnfamiliar) {
			return openFallback(f, path, o)
		}
		return nil, err
	}
	return b, nil
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
		return unreadable("broken", errors.New("no workbook part"))
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
		return nil, nil, broken(name, errors.New("missing"))
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
	case err == nil, errors.Is(err, errUnfamiliar):
		return err
	case errors.Is(err, errTooLong):
		return tooLarge("cell")
	case errors.Is(err, errPartSize):
		return tooLarge("part")
	}
	return broken(name, err)
}

// starts calls each for every start tag of a part.
func (b *xlsxBook) starts(name string, each func(s *scanner, tag string) error) error {
	s, rc, err := b.part(name)
	if err != nil {
		return err
	}
	defer rc.Close()
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
			b.sheets = append(b.sheets, xlsxSheet{
				Info: Info{Name: decodeEscapes(title), Hidden: state == "hidden" || state == "veryHidden"},
				part: rel.target,
			})
		}
		return nil
	})
	if err == nil && len(b.sheets) == 0 {
		return unreadable("broken", errors.New("no sheets"))
	}
	return err
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

// Rows streams a sheet; what the scanner leaves to a full parser is read by it
// from the row after the last one given.
func (b *xlsxBook) Rows(name string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		sh, err := b.sheet(name)
		if err != nil {
			yield(Row{}, err)
			return
		}
		last, stopped := 0, false
		err = b.scanRows(sh, func(r Row) bool {
			last = r.Num
			stopped = !yield(r, nil)
			return !stopped
		})
		switch {
		case stopped, err == nil:
		case errors.Is(err, errUnfamiliar):
			b.fallbackRows(name, last, yield)
		default:
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
		if err := b.scanRows(sh, func(Row) bool { return true }); err != nil && !errors.Is(err, errUnfamiliar) {
			return nil, err
		}
	}
	return sh.merges, nil
}
