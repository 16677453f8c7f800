package baseline

import (
	"fmt"
	"strconv"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
)

// ReviewSheet is the hidden sheet of a review workbook, found by its name: what
// was reviewed, and which change each numbered row stands for.
const ReviewSheet = "_review"

// ReviewFormat is the number of the review's format.
const ReviewFormat = 1

// The columns by which a review is read back; the others are for people.
var (
	ReviewDecision = i18n.T("Decision", "Решение")
	ReviewCell     = i18n.T("Cell", "Ячейка")
	ReviewID       = i18n.T("UUID", "UUID")
	ReviewMine     = i18n.T("Mine", "В файле")
	ReviewNumber   = i18n.T("No.", "№")
)

// What a person may decide of a change.
var (
	ReviewApply = i18n.T("apply", "применить")
	ReviewSkip  = i18n.T("skip", "пропустить")
)

// Review is what a review workbook says of itself.
type Review struct {
	// File is the sheet that was reviewed, from the review's own folder; Hash
	// is its SHA-256 in hex.
	File, Hash string
	// Online says that the server was read.
	Online bool
	// Options are those under which the sheet was read, name and value.
	Options [][2]string
	Rows    []ReviewRow
}

// ReviewRow is one change as it was reviewed, or a new row.
type ReviewRow struct {
	// Number stands in the visible row; rows may be sorted and deleted there.
	Number int
	// Cell is the change's leading cell, of a new row its address.
	Cell   string
	Create bool
	Target catalog.Key
	Field  catalog.Field
	Mine   catalog.Value
	// Theirs is what the server held, absent where it was not read; Conflict
	// says that the server had moved too.
	Theirs   catalog.Value
	Conflict bool
	// Shown is the text or number of the visible cell with the new value.
	Shown string
}

// Tags of the records of a review.
const (
	tagReview = "review"
	tagChoice = "choice"
	tagOption = "option"
	tagChange = "change"
)

// ReviewRecords gives the records of a review. The first two hold the decisions
// in a language, for a drop-down.
func ReviewRecords(r Review, l i18n.Lang) [][]string {
	records := [][]string{
		{tagChoice, ReviewApply.In(l)},
		{tagChoice, ReviewSkip.In(l)},
		{tagReview, "format", strconv.Itoa(ReviewFormat)},
		{tagReview, "file", r.File},
		{tagReview, "hash", r.Hash},
		{tagReview, "online", strconv.FormatBool(r.Online)},
	}
	for _, o := range r.Options {
		records = append(records, []string{tagOption, o[0], o[1]})
	}
	for _, row := range r.Rows {
		records = append(records, []string{
			tagChange, strconv.Itoa(row.Number), row.Cell, strconv.FormatBool(row.Create),
			row.Target.Store, row.Target.Type, row.Target.ID, string(row.Field),
			EncodeValue(row.Mine), EncodeValue(row.Theirs), strconv.FormatBool(row.Conflict), row.Shown,
		})
	}
	return records
}

// Add takes one record; trailing empty fields may be missing.
func (r *Review) Add(record []string) error {
	switch field(record, 0) {
	case "", tagChoice:
	case tagReview:
		return r.addMeta(field(record, 1), field(record, 2))
	case tagOption:
		r.Options = append(r.Options, [2]string{field(record, 1), field(record, 2)})
	case tagChange:
		n, err := strconv.Atoi(field(record, 1))
		if err != nil {
			return fmt.Errorf("number of a change: %w", err)
		}
		r.Rows = append(r.Rows, ReviewRow{
			Number: n, Cell: field(record, 2), Create: field(record, 3) == "true",
			Target: catalog.Key{Store: field(record, 4), Type: field(record, 5), ID: field(record, 6)},
			Field:  catalog.Field(field(record, 7)), Mine: DecodeValue(field(record, 8)), Theirs: DecodeValue(field(record, 9)),
			Conflict: field(record, 10) == "true", Shown: field(record, 11),
		})
	default:
		return fmt.Errorf("unknown record %q", record[0])
	}
	return nil
}

func (r *Review) addMeta(key, value string) error {
	switch key {
	case "format":
		if n, err := strconv.Atoi(value); err != nil || n != ReviewFormat {
			return i18n.Errorf(i18n.T(
				"the review has format %s and this program knows %d", "формат проверки %s, а программа знает %d"), value, ReviewFormat)
		}
	case "file":
		r.File = value
	case "hash":
		r.Hash = value
	case "online":
		r.Online = value == "true"
	}
	return nil
}
