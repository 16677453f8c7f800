package app

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"catalogsheet/internal/i18n"
)

// resultName matches the stem of a result sheet; it is imported again as a
// sheet of its own and then holds its result itself.
var resultName = regexp.MustCompile(`\.result(-\d+)?$`)

// resultPath is where the result sheet goes unless it was said.
func resultPath(file, said string) string {
	if said != "" {
		return said
	}
	ext := filepath.Ext(file)
	stem := strings.TrimSuffix(file, ext)
	if resultName.MatchString(stem) {
		return file
	}
	return stem + ".result" + ext
}

// freeResult gives the first of NAME.result, NAME.result-2 … that does not exist
// or is as this program wrote it: a result sheet is a valid input, so a person
// may have corrected the rows in it.
func (e *Env) freeResult(path string) string {
	ext := filepath.Ext(path)
	stem := strings.TrimSuffix(path, ext)
	for n := 2; ; n++ {
		// A name that cannot even be looked at is left to the write, which says why.
		if _, err := os.Lstat(path); err != nil {
			return path
		}
		if hash, err := fileHash(path); err == nil && hash == e.writtenResult(path) {
			return path
		}
		path = stem + "-" + strconv.Itoa(n) + ext
	}
}

// writtenResult is the hash of a result sheet as it was written, "" where that
// is not known.
func (e *Env) writtenResult(path string) string {
	name, err := e.resultRecord(path)
	if err != nil {
		return ""
	}
	hash, err := os.ReadFile(name)
	if err != nil {
		return ""
	}
	return string(hash)
}

// rememberResult keeps the hash of a result sheet that was just written.
func (e *Env) rememberResult(path string) error {
	name, err := e.resultRecord(path)
	if err != nil {
		return err
	}
	hash, err := fileHash(path)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return i18n.Wrap(i18n.T("remember the result sheet", "запоминание листа результата"), err)
	}
	return writePrivate(name, func(w io.Writer) error {
		_, err := io.WriteString(w, hash)
		return err
	})
}

// resultRecord is the file of the home folder that tells of a result sheet.
func (e *Env) resultRecord(path string) (string, error) {
	home, err := e.HomeDir()
	if err != nil {
		return "", err
	}
	if path, err = filepath.Abs(path); err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(path))
	return filepath.Join(home, "results", hex.EncodeToString(sum[:16])), nil
}
