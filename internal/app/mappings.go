package app

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"catalogsheet/importer"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/report"
)

// savedMapping is what is kept of --map and --key for the next sheet with the
// same header.
type savedMapping struct {
	Format int               `json:"format"`
	Map    map[string]string `json:"map"`
	Key    catalog.Field     `json:"key,omitempty"`
}

const mappingFormat = 1

// mappingPath is where the mapping of a header is kept.
func mappingPath(home, fingerprint string) string {
	return filepath.Join(home, "mappings", fingerprint+".json")
}

// recallMapping gives the mapping saved for a header; what cannot be read is
// none, and the sheet then says what it lacks.
func (e *Env) recallMapping(fingerprint string) (importer.Mapping, bool) {
	if e.Home == "" || !safeID(fingerprint) {
		return importer.Mapping{}, false
	}
	text, err := os.ReadFile(mappingPath(e.Home, fingerprint))
	if errors.Is(err, fs.ErrNotExist) {
		return importer.Mapping{}, false
	}
	var saved savedMapping
	if err == nil {
		err = json.Unmarshal(text, &saved)
	}
	if err == nil && saved.Format != mappingFormat {
		err = i18n.Errorf(i18n.T("unknown format %d", "неизвестный формат %d"), saved.Format)
	}
	if err != nil {
		e.Warn(i18n.T("the saved mapping %s was left alone: %v", "сохранённое сопоставление %s не использовано: %v"),
			mappingPath(e.Home, fingerprint), i18n.Describe(e.Lang, err))
		return importer.Mapping{}, false
	}
	return importer.Mapping{Map: saved.Map, Key: saved.Key}, true
}

// saveMapping keeps what --map and --key said for a header that was found,
// instead of what was kept before.
func (e *Env) saveMapping(fingerprint string, m importer.Mapping) error {
	home, err := e.HomeDir()
	if err != nil {
		return err
	}
	path := mappingPath(home, fingerprint)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	text, err := json.MarshalIndent(savedMapping{mappingFormat, m.Map, m.Key}, "", "  ")
	if err != nil {
		return err
	}
	return writePrivate(path, func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

// keepMapping says which mapping is in use, or keeps the one that was given for
// a sheet that could be read with it.
func (j *job) keepMapping() {
	e := j.edited
	given := importer.Mapping{Map: j.read.Map, Key: j.read.Key}
	switch {
	case e.Recalled.Said():
		j.recalled = report.Say(i18n.T(
			"the columns are read as at the last import of such a sheet (--map, --key): give --map anew to change that",
			"столбцы читаются как при прошлой загрузке такого листа (--map, --key): чтобы изменить это, укажите --map заново"))
		j.notices = append(j.notices, j.recalled)
	case !given.Said() || e.Fingerprint == "" || e.HasBase() || e.Refused():
	default:
		if err := j.e.saveMapping(e.Fingerprint, given); err != nil {
			j.e.Warn(i18n.T("the mapping was not kept: %v", "сопоставление не сохранено: %v"), i18n.Describe(j.e.Lang, err))
		}
	}
}
