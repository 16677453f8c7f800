package app

import (
	"io"
	"os"

	"catalogsheet/internal/sheet"
)

// maxSettings bounds a file of settings or of a credential, in bytes.
const maxSettings = 1 << 20

// readSettings is os.ReadFile of a file that a person may have named: a pipe is
// not waited for, a device not read, and a file of another kind that is too large
// is refused (sheet.FileError). The null device is an empty file.
func readSettings(path string) ([]byte, error) {
	if path == os.DevNull {
		return nil, nil
	}
	f, err := sheet.OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxSettings+1))
	if err == nil && len(text) > maxSettings {
		return nil, &sheet.FileError{Code: sheet.CodeTooLarge, Kind: "file"}
	}
	return text, err
}
