package templates

import "strings"

// Mentions says whether some cell of the template has a word.
func (t *Template) Mentions(word string) bool {
	for _, s := range t.tabs {
		for _, r := range s.rows {
			for _, c := range r.cells {
				if c.kind == textCell && strings.Contains(c.text, word) {
					return true
				}
			}
		}
	}
	return false
}
