package app

import (
	"strings"

	"catalogsheet/internal/i18n"
)

// usage is wrong usage with a pointer to the help of the command meant.
func (p *parser) usage(t i18n.Text, args ...any) error {
	return Hinted(i18n.Errorf(textSeeHelp, p.call.name()), t, args...)
}

// unknown is a word nobody knows, with the nearest known one.
func (p *parser) unknown(t i18n.Text, word string, known []string) error {
	if near := nearest(word, known); near != "" {
		return Hinted(i18n.Errorf(textDidYouMean, near), t, word)
	}
	return p.usage(t, word)
}

// choice is a value that a flag does not take.
func (p *parser) choice(flag, text string, choices []string) error {
	err := i18n.Errorf(textNotAChoice, flag, text, strings.Join(choices, ", "))
	x := &Exit{Code: Usage, Err: err}
	if near := nearest(text, choices); near != "" {
		x.Hint = i18n.Errorf(textDidYouMean, near)
	}
	return x
}

// missing asks for the subcommand.
func (p *parser) missing(cmd command) error {
	names := make([]string, len(cmd.sub))
	for i, s := range cmd.sub {
		names[i] = s.name
	}
	return p.usage(textWhichOne, p.call.name(), strings.Join(names, ", "))
}

// nearest finds the known word that a mistyped one most likely is: at most a
// third of its letters differ. "" when none is near.
func nearest(word string, known []string) string {
	best, found := len([]rune(word))/3+1, ""
	for _, k := range known {
		if d := distance(strings.ToLower(word), strings.ToLower(k)); d < best {
			best, found = d, k
		}
	}
	return found
}

// distance counts the letters to insert, delete, replace or swap.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	rows := [3][]int{make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i, r := range s {
		before, last, now := rows[i%3], rows[(i+1)%3], rows[(i+2)%3]
		now[0] = i + 1
		for j, q := range t {
			cost := 1
			if r == q {
				cost = 0
			}
			now[j+1] = min(last[j]+cost, last[j+1]+1, now[j]+1)
			if i > 0 && j > 0 && r == t[j-1] && s[i-1] == q {
				now[j+1] = min(now[j+1], before[j-1]+1)
			}
		}
	}
	return rows[(len(s)+1)%3][len(t)]
}
