package sheet

import (
	"bytes"
	"errors"
	"io"
	"os"
)

// ReadOptions overrides what is otherwise found by content; its zero value
// detects everything.
type ReadOptions struct {
	// Encoding, Delimiter and Decimal are for CSV: see Dialect.
	Encoding  string
	Delimiter rune
	Decimal   rune
	Limits    Limits
}

// Limits bounds time and memory. A zero field takes its default.
type Limits struct {
	File    int64 // bytes of the file: 1 GiB
	Entries int   // parts of a workbook: 20,000
	Part    int64 // bytes of a part when unpacked: 4 GiB
	Parts   int64 // bytes of all parts when unpacked: 8 GiB
	Strings int64 // bytes of a workbook's shared texts: 512 MiB
	Cell    int   // bytes of a cell: 1 MiB
	Merges  int   // merged ranges of a sheet: 200,000
}

// What a spreadsheet can hold.
const (
	MaxRows    = 1_048_576
	MaxColumns = 16_384
)

func (l Limits) orDefault() Limits {
	return Limits{
		File:    or(l.File, 1<<30),
		Entries: or(l.Entries, 20_000),
		Part:    or(l.Part, 4<<30),
		Parts:   or(l.Parts, 8<<30),
		Strings: or(l.Strings, 512<<20),
		Cell:    or(l.Cell, 1<<20),
		Merges:  or(l.Merges, 200_000),
	}
}

// rowBytes bounds the texts of one row.
func (l Limits) rowBytes() int { return 64 * l.Cell }

func or[T int | int64](n, otherwise T) T {
	if n <= 0 {
		return otherwise
	}
	return n
}

// sniffLen is how much of a file tells what it is.
const sniffLen = 4096

// Open opens a file by what it holds, whatever its name says. What is not a
// sheet gives a *FileError.
func Open(path string, o ReadOptions) (Book, error) {
	o.Limits = o.Limits.orDefault()
	f, err := OpenFile(path)
	if err != nil {
		return nil, err
	}
	book, err := open(f, o)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return book, nil
}

// OpenFile opens a file for reading; a folder, a pipe or a device gives a
// *FileError at once. It asks before it opens: to open a pipe is to wait for
// its other end.
func OpenFile(path string) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		return nil, unreadable("directory", nil)
	case !info.Mode().IsRegular():
		return nil, unreadable("device", nil)
	}
	return os.Open(path)
}

// open takes over f when it succeeds.
func open(f *os.File, o ReadOptions) (Book, error) {
	info, err := f.Stat()
	switch {
	case err != nil:
		return nil, err
	case info.Size() == 0:
		return nil, unreadable("empty", nil)
	case info.Size() > o.Limits.File:
		return nil, tooLarge("file")
	}
	head := make([]byte, sniffLen)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	switch kind := sniff(head[:n]); kind {
	case "zip":
		return openZip(f, info.Size(), o)
	case "biff":
		return openXLS(f, info.Size(), o)
	case "":
		return openCSV(f, info.Size(), o)
	default:
		return nil, unreadable(kind, nil)
	}
}

// magics are the first bytes of what is no text, with the Kind.
var magics = []struct{ prefix, kind string }{
	{"PK\x03\x04", "zip"},
	{"PK\x05\x06", "zip"},
	{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "biff"},
	// The records of BIFF5 and later without a compound file around them.
	{"\x09\x08\x08\x00", "biff"},
	{"\x09\x08\x10\x00", "biff"},
	{"%PDF", "pdf"},
	{"{\\rtf", "word"},
	{"\x89PNG", "image"},
	{"\xFF\xD8\xFF", "image"},
	{"GIF8", "image"},
	{"Rar!", "archive"},
	{"7z\xBC\xAF", "archive"},
	{"\x1F\x8B", "archive"},
	// BIFF2 to BIFF4, before Excel kept workbooks in a compound file.
	{"\x09\x00\x04\x00", "xls"},
	{"\x09\x02\x06\x00", "xls"},
	{"\x09\x04\x06\x00", "xls"},
}

// sniff tells what a file is by its first bytes; "" is text.
func sniff(head []byte) string {
	for _, m := range magics {
		if bytes.HasPrefix(head, []byte(m.prefix)) {
			return m.kind
		}
	}
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), " \t\r\n"))
	switch {
	case bytes.HasPrefix(text, []byte("<?xml")) && bytes.Contains(text, []byte("urn:schemas-microsoft-com:office:spreadsheet")):
		return "xml2003"
	case hasPrefix(text, "<html", "<!doctype html", "<table", "<head", "<meta", "<style"):
		return "html"
	case bytes.HasPrefix(text, []byte("<?xml")) && bytes.Contains(text, []byte("<html")):
		return "html"
	case bytes.HasPrefix(text, []byte("<?xml")):
		return "xml"
	}
	return ""
}

func hasPrefix(b []byte, prefixes ...string) bool {
	for _, p := range prefixes {
		if bytes.HasPrefix(b, []byte(p)) {
			return true
		}
	}
	return false
}
