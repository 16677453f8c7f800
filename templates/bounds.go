package templates

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"

	"github.com/xuri/excelize/v2"

	"catalogsheet/internal/i18n"
)

// The library that reads workbooks makes a value of every element, and a cell
// of every place left of the last one in a row, before anything can be asked of
// them. So both are counted first.
const (
	maxTags  = 4_000_000 // of all parts, beginnings and ends
	maxPlace = 1_000_000 // cells of a sheet, those between others included
)

// checkTags counts the tags of all parts.
func checkTags(f *excelize.File) error {
	tags := 0
	f.Pkg.Range(func(_, part any) bool {
		data, _ := part.([]byte)
		tags += bytes.Count(data, []byte("<"))
		return tags <= maxTags
	})
	if tags > maxTags {
		return errTooLarge
	}
	return nil
}

// checkGrid counts the places of a worksheet up to the last cell of each row.
func checkGrid(data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	places, last := 0, 0
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return i18n.Errorf(errNotTemplate, err)
		}
		start, ok := token.(xml.StartElement)
		switch {
		case !ok:
			continue
		case start.Name.Local == "row":
			last = 0
		case start.Name.Local == "c":
			col := last + 1
			for _, a := range start.Attr {
				if a.Name.Local != "r" {
					continue
				}
				if col, _, err = excelize.CellNameToCoordinates(a.Value); err != nil {
					return i18n.Errorf(errNotTemplate, err)
				}
			}
			if places, last = places+max(col-last, 1), max(col, last); places > maxPlace {
				return errTooLarge
			}
		}
	}
}
