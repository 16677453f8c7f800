package app

import (
	"strings"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/locale"
)

// usage is wrong usage with a pointer to the help of the command meant.
func (p *parser) usage(t i18n.Text, args ...any) error {
	return Hinted(i18n.Errorf(textSeeHelp, p.call.name()), t, args...)
}

// unknown is a word nobody knows, with the nearest known one.
func (p *parser) unknown(t i18n.Text, word string, known []string) error {
	if near := locale.Nearest(word, known); near != "" {
		return Hinted(i18n.Errorf(textDidYouMean, near), t, word)
	}
	return p.usage(t, word)
}

// choice is a value that a flag does not take.
func (p *parser) choice(flag, text string, choices []string) error {
	err := i18n.Errorf(textNotAChoice, flag, text, strings.Join(choices, ", "))
	x := &Exit{Code: Usage, Err: err}
	if near := locale.Nearest(text, choices); near != "" {
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
