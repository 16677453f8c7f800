package importer

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/sheet"
)

// Mapping says what the columns of a foreign sheet mean: HEADER -> KEY, and by
// which column its rows are found.
type Mapping struct {
	Map map[string]string
	Key catalog.Field
}

// Said says that the mapping says anything.
func (m Mapping) Said() bool { return len(m.Map) > 0 || m.Key != "" }

// fingerprint names a header by its titles, whatever their order and spelling:
// 16 hex digits, "" for fewer than two titles.
func fingerprint(heads []sheet.Cell) string {
	var titles []string
	for _, c := range heads {
		if t := locale.Fold(c.Text); t != "" && c.Type == sheet.String && !isOurs(c.Text) {
			titles = append(titles, t)
		}
	}
	if len(titles) < 2 {
		return ""
	}
	slices.Sort(titles)
	sum := sha256.Sum256([]byte(strings.Join(titles, "\x00")))
	return hex.EncodeToString(sum[:8])
}

// recall takes the mapping that was saved for a header of this file, where none
// was given.
func (e *Edited) recall(book sheet.Book) error {
	given := Mapping{e.o.Map, e.o.Key}
	if e.o.Recall == nil || given.Said() || e.base != nil {
		return nil
	}
	for _, info := range book.Sheets() {
		for row, err := range book.Rows(info.Name) {
			if err != nil {
				return err
			}
			if row.Num > headerRows {
				break
			}
			print := fingerprint(row.Cells)
			if print == "" {
				continue
			}
			if m, ok := e.o.Recall(print); ok {
				e.o.Map, e.o.Key, e.Recalled = m.Map, m.Key, m
				return nil
			}
		}
	}
	return nil
}
