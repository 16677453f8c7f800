package importer

import (
	"archive/zip"
	"bytes"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sheet"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// otherFile is a file that is no sheet, whatever its name; word says what it is.
type otherFile struct{ name, text, word string }

func otherFiles() []otherFile {
	return []otherFile{
		{"S31 HTML", "<html><table><tr><td>UUID</td></tr></table></html>", "HTML"},
		{"S31 XML 2003", `<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>`, "XML"},
		{"S31 PDF", "%PDF-1.7\n", "PDF"},
	}
}

// textFile is an export as CSV that another program saved in its own way.
type textFile struct {
	name string
	make func(string) (string, error)
	want sheet.Dialect
}

func textFiles() []textFile {
	cp1251, utf16 := charmap.Windows1251.NewEncoder(), unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder()
	return []textFile{
		{"S32 windows-1251", cp1251.String, sheet.Dialect{Encoding: "windows-1251", Delimiter: ';'}},
		{"S32 Unicode text", func(s string) (string, error) { return utf16.String(strings.ReplaceAll(s, ";", "\t")) }, sheet.Dialect{Encoding: "utf-16le", Delimiter: '\t'}},
		{"S33 zeros and powers lost", func(s string) (string, error) {
			return strings.NewReplacer("0012345", "12345", "12E5", "1200000", "1.10", "1,1").Replace(s), nil
		}, sheet.Dialect{Encoding: "utf-8", Delimiter: ';'}},
		{"S34 a delimiter after every line", func(s string) (string, error) { return strings.ReplaceAll(s, "\r\n", ";\r\n"), nil }, sheet.Dialect{Encoding: "utf-8", Delimiter: ';'}},
	}
}

// lockedFile is a file with a password.
type lockedFile struct {
	name, file string
	raw        []byte
}

// TestSpoiledFiles: what a file is is told by its content (S31, S38), whatever
// its encoding and delimiter (S32); what a CSV file lost is put right (S33).
func TestSpoiledFiles(t *testing.T) {
	for _, test := range otherFiles() {
		path := filepath.Join(t.TempDir(), "report.xls")
		if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := Read(t.Context(), path, Options{Known: testSchema()})
		if err != nil || len(e.Problems) != 1 || e.Problems[0].Code != "file-unreadable" || !strings.Contains(e.Problems[0].Message(i18n.Ru), test.word) {
			t.Errorf("%s: %v %v", test.name, told(e), err)
		}
	}
	for _, test := range lockedFiles(t) {
		path := filepath.Join(t.TempDir(), test.file)
		if err := os.WriteFile(path, test.raw, 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := Read(t.Context(), path, Options{Known: testSchema()})
		if err != nil || !cmp.Equal([]string{"error file-encrypted/password"}, told(e)) || !e.Refused() || !strings.Contains(e.Problems[0].Message(i18n.Ru), "паролем") {
			t.Errorf("%s: %v %v", test.name, told(e), err)
		}
	}
	for _, test := range textFiles() {
		path, _ := export(t, "c.csv", i18n.Ru)
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text, err := test.make(strings.TrimPrefix(string(raw), "\ufeff"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := Read(t.Context(), path, Options{})
		if err != nil || len(e.Changes) > 0 || e.Problems.Has(diag.Error) || e.Unchanged != 3 || e.Dialect != test.want {
			t.Errorf("%s: %v %v %v %+v", test.name, err, told(e), changed(e), e.Dialect)
		}
	}
}

// lockedFiles makes workbooks with a password: those that hold a whole one
// behind it, and the least that says so: the records of an .xls with FILEPASS
// among them ([MS-XLS] 2.4.117), an .ods whose manifest says so, an .xlsx whose
// parts are encrypted as a zip's.
func lockedFiles(t *testing.T) []lockedFile {
	t.Helper()
	begin := append([]byte{0x09, 0x08, 0x10, 0, 0, 6, 5, 0}, make([]byte, 12)...)
	filePass := append([]byte{0x2F, 0, 54, 0, 1, 0, 1, 0, 1, 0}, make([]byte, 48)...)
	pack := func(flags uint16, parts ...string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for i := 0; i < len(parts); i += 2 {
			w, err := z.CreateRaw(&zip.FileHeader{
				Name: parts[i], Flags: flags, CRC32: crc32.ChecksumIEEE([]byte(parts[i+1])),
				CompressedSize64: uint64(len(parts[i+1])), UncompressedSize64: uint64(len(parts[i+1])),
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Write([]byte(parts[i+1])); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	const manifest = `<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry m:full-path="content.xml"><m:encryption-data/></m:file-entry></m:manifest>`
	list := []lockedFile{
		{"S38 an .xls of nothing but a password", "s.xls", slices.Concat(begin, filePass, []byte{0x0A, 0, 0, 0})},
		{"S38 an encrypted part of an .ods", "s.ods", pack(0, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "META-INF/manifest.xml", manifest, "content.xml", "\x01\x02")},
		{"S38 encrypted parts of an .xlsx", "s.xlsx", pack(1, "[Content_Types].xml", "\x01\x02", "xl/workbook.xml", "\x01\x02")},
	}
	for _, ext := range []string{".xlsx", ".xls", ".ods"} {
		b := workbook(testBase())
		b.locked = true
		raw, err := b.spelled().File(ext)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, lockedFile{"S38 a password of a whole " + ext, "s" + ext, raw})
	}
	return list
}
