package exporter

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/sheet"
)

// table is what a snapshot looks like as a sheet, and its base as it grows.
type table struct {
	o       Options
	head    catalog.Head
	columns []column
	headers []string

	sum     hash.Hash
	scratch []byte
	record  []string
	// side is the base as the text of a sidecar; nil where nobody wants it.
	side  *sheet.CSVWriter
	spool sheet.Spill
}

// newTable describes the columns and begins the base.
func newTable(h catalog.Head, o Options) (*table, error) {
	t := &table{o: o, head: h, sum: sha256.New()}
	t.head.ID = ""
	t.headers = headers(h)
	for i, c := range h.Schema {
		t.columns = append(t.columns, newColumn(c, h, t.headers[i]))
	}
	if o.SaveBase != nil || o.Format == sheet.CSV && o.Path != "" {
		t.side = sheet.NewCSVWriter(&t.spool, sheet.RFC4180)
	}
	records, err := baseline.MetaRecords(t.head, t.headers)
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		if err := t.note(r); err != nil {
			return nil, err
		}
	}
	// How a sheet is spelled is no part of what it says: not of the hash.
	if t.side != nil && o.Format == sheet.CSV {
		if err := t.side.Record([]string{"meta", "decimal", string(rune(o.CSV.Decimal))}); err != nil {
			return nil, err
		}
	}
	if t.side != nil {
		for _, r := range baseline.ListRecords(h) {
			if err := t.side.Record(r); err != nil {
				return nil, err
			}
		}
	}
	return t, t.note(baseline.RowHeader(h))
}

// note takes a record into the base and into its hash, each field under its
// length, so that no two bases sound alike.
func (t *table) note(record []string) error {
	b := binary.AppendUvarint(t.scratch[:0], uint64(len(record)))
	for _, f := range record {
		b = binary.AppendUvarint(b, uint64(len(f)))
		b = append(b, f...)
	}
	t.scratch = b
	t.sum.Write(b)
	if t.side == nil {
		return nil
	}
	return t.side.Record(record)
}

// seal ends the base with its id, hands it to who saves it, and gives the id.
// The id comes last: a base that was cut off has none.
func (t *table) seal() (string, error) {
	t.head.ID = hex.EncodeToString(t.sum.Sum(nil))[:16]
	if t.side == nil {
		return t.head.ID, nil
	}
	if err := t.side.Record([]string{"meta", "snapshot", t.head.ID}); err != nil {
		return "", err
	}
	if err := t.side.Finish(); err != nil {
		return "", err
	}
	if t.o.SaveBase != nil {
		if err := t.o.SaveBase(t.head.ID, t.spool.Reader()); err != nil {
			return "", fmt.Errorf("save the base: %w", err)
		}
	}
	return t.head.ID, nil
}

func (t *table) close() error { return t.spool.Close() }

// headers gives the titles of the columns; those that would be equal to a
// reader who ignores case and spaces get the beginning of their member's id.
func headers(h catalog.Head) []string {
	titles := make([]string, len(h.Schema))
	count := map[string]int{}
	for i, c := range h.Schema {
		titles[i] = strings.TrimSpace(c.Title.In(h.Lang))
		if titles[i] == "" {
			titles[i] = string(c.Field)
		}
		count[folded(titles[i])]++
	}
	used := map[string]bool{}
	for i, c := range h.Schema {
		title := titles[i]
		if count[folded(title)] > 1 {
			id := c.Field.Member()
			if id == "" {
				id = string(c.Field)
			}
			for n := min(8, len(id)); ; n++ {
				title = titles[i] + " (" + id[:min(n, len(id))] + ")"
				if !used[folded(title)] || n >= len(id) {
					break
				}
			}
		}
		used[folded(title)] = true
		titles[i] = title
	}
	return titles
}

// folded is how a header is compared.
func folded(s string) string {
	s = strings.Join(strings.Fields(strings.ToLower(s)), "")
	return strings.ReplaceAll(s, "ё", "е")
}
