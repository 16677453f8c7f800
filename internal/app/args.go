package app

import (
	"context"
	"slices"
	"strings"

	"catalogsheet/internal/i18n"

	"github.com/urfave/cli/v2"
)

// kind is what an option takes.
type kind uint8

// A toggle takes nothing, a value one text; repeated collects one text per use
// and never splits it; list splits at commas.
const (
	toggle kind = iota
	value
	repeated
	list
)

// option is one flag. The long name has one kind in all commands, so a flag is
// understood before its command is known.
type option struct {
	name, short string
	kind        kind
	// arg names the value in the help: FILE.
	arg string
	// choices are the only values accepted; empty accepts any.
	choices []string
	about   i18n.Text
}

// command is one line of the table of commands: either it has subcommands or
// it runs.
type command struct {
	name string
	// args names the positional arguments in the help, of which there must be
	// from min to max.
	args     string
	min, max int
	about    i18n.Text
	more     i18n.Text
	examples []string
	options  []option
	sub      []command
	// tolerant: the command runs although the settings are wrong, and says so.
	tolerant bool
	run      func(ctx context.Context, e *Env, a *Args) error
}

// Args is what a command was called with.
type Args struct {
	// Files are the positional arguments.
	Files []string
	c     *cli.Context
}

// Arg gives the positional argument i, "" when it was not given.
func (a *Args) Arg(i int) string {
	if i < len(a.Files) {
		return a.Files[i]
	}
	return ""
}

// Given says whether the flag was given at all.
func (a *Args) Given(name string) bool { return a.c.IsSet(name) }

// Bool gives a toggle.
func (a *Args) Bool(name string) bool { return a.c.Bool(name) }

// String gives a value, or what stands for it when it was not given.
func (a *Args) String(name, otherwise string) string {
	if !a.c.IsSet(name) {
		return otherwise
	}
	return a.c.String(name)
}

// Strings gives every use of a repeated flag as typed.
func (a *Args) Strings(name string) []string {
	if t, ok := a.c.Generic(name).(*texts); ok {
		return *t
	}
	return nil
}

// texts is what a repeated flag collects: the library's own slices trim.
type texts []string

func (t *texts) Set(s string) error {
	*t = append(*t, s)
	return nil
}

func (t *texts) String() string { return strings.Join(*t, ", ") }

// List gives the parts of a list flag, trimmed, without empty ones.
func (a *Args) List(name string) []string {
	var parts []string
	for _, s := range a.Strings(name) {
		parts = append(parts, splitList(s)...)
	}
	return parts
}

func splitList(s string) []string {
	var parts []string
	for p := range strings.SplitSeq(s, ",") {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	return parts
}

// call is a command line understood: flags in front of their arguments, each
// as --name=value, so that what follows cannot misread them.
type call struct {
	path  []command // from the root; the last one is meant
	argv  []string
	files []string
	help  bool
}

func (c call) command() command { return c.path[len(c.path)-1] }

// name spells the command as typed: catalogsheet export moysklad.
func (c call) name() string {
	words := make([]string, len(c.path))
	for i, p := range c.path {
		words[i] = p.name
	}
	return strings.Join(words, " ")
}

// parser reads a command line word by word.
type parser struct {
	globals []option
	call    call
	given   []given
}

type given struct {
	option option
	typed  string
	text   string
}

// parse understands a command line: flags before and after arguments, -- ends
// them. On an error the call still holds what was understood.
func parse(root command, globals []option, args []string) (call, error) {
	p := &parser{globals: globals, call: call{path: []command{root}}}
	for i := 0; i < len(args); i++ {
		word := args[i]
		switch {
		case word == "--":
			p.call.files = append(p.call.files, args[i+1:]...)
			i = len(args)
		case len(word) > 1 && word[0] == '-':
			used, err := p.flag(word, args[i+1:])
			if err != nil {
				return p.call, err
			}
			i += used
		default:
			if err := p.word(word); err != nil {
				return p.call, err
			}
		}
	}
	return p.call, p.finish()
}

// word takes a command's name or a positional argument.
func (p *parser) word(word string) error {
	cmd := p.call.command()
	if len(cmd.sub) == 0 {
		p.call.files = append(p.call.files, word)
		return nil
	}
	if word == "help" && len(p.call.path) == 1 {
		p.call.help = true
		return nil
	}
	i := slices.IndexFunc(cmd.sub, func(c command) bool { return c.name == word })
	if i < 0 {
		names := make([]string, len(cmd.sub))
		for i, c := range cmd.sub {
			names[i] = c.name
		}
		return p.unknown(textUnknownCommand, word, names)
	}
	p.call.path = append(p.call.path, cmd.sub[i])
	return nil
}

// flag takes one word that begins with a dash, and says how many further words
// belong to it.
func (p *parser) flag(word string, rest []string) (int, error) {
	name, text, hasText := strings.Cut(strings.TrimLeft(word, "-"), "=")
	if name == "help" || name == "h" {
		p.call.help = true
		return 0, nil
	}
	o, ok := p.find(name)
	if !ok {
		if cluster := p.cluster(word); cluster != nil {
			for _, c := range cluster {
				p.given = append(p.given, given{c, "-" + c.short, "true"})
			}
			return 0, nil
		}
		return 0, p.unknown(textUnknownFlag, word[:len(word)-len(text)-btoi(hasText)], p.names())
	}
	typed := strings.TrimSuffix(word, "="+text)
	switch {
	case o.kind == toggle && !hasText:
		text = "true"
	case o.kind == toggle && text != "true" && text != "false":
		return 0, p.usage(textToggleValue, typed, text)
	case o.kind == toggle, hasText:
	case len(rest) == 0 || p.isFlag(rest[0]):
		return 0, p.usage(textNeedsValue, typed, o.arg, "--"+o.name)
	default:
		p.given = append(p.given, given{o, typed, rest[0]})
		return 1, nil
	}
	p.given = append(p.given, given{o, typed, text})
	return 0, nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (p *parser) isFlag(word string) bool {
	if len(word) < 2 || word[0] != '-' {
		return false
	}
	name, _, _ := strings.Cut(strings.TrimLeft(word, "-"), "=")
	_, ok := p.find(name)
	return ok || word == "--" || name == "help"
}

// cluster reads -qv as -q -v.
func (p *parser) cluster(word string) []option {
	if strings.HasPrefix(word, "--") {
		return nil
	}
	var all []option
	for _, r := range word[1:] {
		o, ok := p.find(string(r))
		if !ok || o.kind != toggle {
			return nil
		}
		all = append(all, o)
	}
	return all
}

// find looks a flag up among the global ones, the command's own and those of
// the commands below it, which may be named later.
func (p *parser) find(name string) (option, bool) {
	for _, o := range slices.Concat(p.globals, p.call.command().all()) {
		if o.name == name || (o.short != "" && o.short == name) {
			return o, true
		}
	}
	return option{}, false
}

func (p *parser) names() []string {
	var names []string
	for _, o := range slices.Concat(p.globals, p.call.command().all()) {
		names = append(names, "--"+o.name)
	}
	return names
}

// all lists the options of a command and of every command below it.
func (c command) all() []option {
	all := slices.Clone(c.options)
	for _, s := range c.sub {
		all = append(all, s.all()...)
	}
	return all
}

// finish checks what was given against the command that it turned out to be,
// and spells the call.
func (p *parser) finish() error {
	cmd := p.call.command()
	if p.call.help {
		return nil
	}
	var front, back []string
	seen := map[string]string{}
	for _, g := range p.given {
		own := slices.ContainsFunc(cmd.options, func(o option) bool { return o.name == g.option.name })
		global := slices.ContainsFunc(p.globals, func(o option) bool { return o.name == g.option.name })
		if !own && !global {
			return p.usage(textForeignFlag, g.typed, p.call.name())
		}
		if err := p.check(g, seen); err != nil {
			return err
		}
		word := "--" + g.option.name + "=" + g.text
		if own {
			back = append(back, word)
		} else {
			front = append(front, word)
		}
	}
	if len(p.call.path) > 1 && cmd.run == nil {
		return p.missing(cmd)
	}
	p.call.argv = append(p.call.argv, front...)
	for _, c := range p.call.path[1:] {
		p.call.argv = append(p.call.argv, c.name)
	}
	p.call.argv = append(append(append(p.call.argv, back...), "--"), p.call.files...)
	switch n := len(p.call.files); {
	case n < cmd.min:
		return p.usage(textTooFewArgs, cmd.args)
	case n > cmd.max && cmd.run != nil:
		return p.usage(textTooManyArgs, p.call.files[cmd.max])
	}
	return nil
}

// check holds a flag's value against its choices and against an earlier use.
func (p *parser) check(g given, seen map[string]string) error {
	o := g.option
	values := []string{g.text}
	if o.kind == list {
		values = splitList(g.text)
	}
	if len(o.choices) > 0 {
		for _, v := range values {
			if !slices.Contains(o.choices, v) {
				return p.choice(g.typed, v, o.choices)
			}
		}
	}
	if o.kind == repeated || o.kind == list {
		return nil
	}
	if was, ok := seen[o.name]; ok && was != g.text {
		return p.usage(textGivenTwice, g.typed, was, g.text)
	}
	seen[o.name] = g.text
	return nil
}
