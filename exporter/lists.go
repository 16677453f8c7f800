package exporter

import (
	"fmt"
	"slices"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/sheet"
)

// lists fills the sheet of the values that exist and gives, for every column,
// the range of its drop-down. The records of the base come first; the words of
// flags and other fixed values follow in rows of their own, which no reader of
// records takes for one. Drop-downs point there because a list inside a
// validation ends at 255 characters.
func (w *workbookTarget) lists(to *sheet.SheetWriter) ([]string, error) {
	h := w.t.head
	ranges := map[string]string{}
	from := 1
	for _, name := range baseline.ListNames(h) {
		if n := len(h.Lists[name]); n > 0 {
			ranges[name] = listRange(from, n)
			from += n
		}
	}
	if err := w.records(to, baseline.ListRecords(h)...); err != nil {
		return nil, err
	}
	of := make([]string, len(w.t.columns))
	for i := range w.t.columns {
		c := &w.t.columns[i]
		if !c.editable() && !c.OnNew {
			continue
		}
		words := c.choices(h)
		if len(words) == 0 {
			of[i] = ranges[c.List]
			continue
		}
		of[i] = listRange(to.Rows()+1, len(words))
		for _, word := range words {
			if err := w.records(to, []string{"", "", "", word}); err != nil {
				return nil, err
			}
		}
	}
	return of, nil
}

// listRange is n entries of the lists' sheet from a row on: their names stand
// in its fourth column.
func listRange(from, n int) string {
	return fmt.Sprintf("%s!$D$%d:$D$%d", baseline.ListSheet, from, from+n-1)
}

// choices are the words of a column with fixed values, in their order, after
// the account's own rates of a VAT column; none where the account's list is
// shown as it is.
func (c *column) choices(h catalog.Head) []string {
	var words []string
	add := func(word string) {
		if word != "" && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	switch {
	case c.Kind == catalog.VAT:
		for _, e := range h.Lists[c.List] {
			if word, ok := c.words[e.Name]; ok {
				add(word)
			} else {
				add(e.Name)
			}
		}
		add(c.words["none"])
		add(c.words["folder"])
	case len(c.Tokens) > 0:
		for _, t := range c.Tokens {
			add(c.words[t.Value])
		}
	case c.Kind == catalog.Flag:
		add(c.words["true"])
		add(c.words["false"])
	}
	return words
}
