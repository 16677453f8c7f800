package app

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"catalogsheet/internal/i18n"
)

// help says in a language what a command does, takes and ends with.
func help(l i18n.Lang, c call) string {
	var b strings.Builder
	cmd := c.command()
	fmt.Fprintf(&b, "%s — %s\n", c.name(), cmd.about.In(l))
	if more := cmd.more.In(l); more != "" {
		fmt.Fprintf(&b, "\n%s\n", more)
	}
	fmt.Fprintf(&b, "\n%s:\n  %s\n", textHelpUsage.In(l), synopsis(l, c))
	if len(cmd.sub) > 0 {
		fmt.Fprintf(&b, "\n%s:\n", textHelpCommands.In(l))
		var rows [][2]string
		for _, s := range cmd.sub {
			rows = append(rows, [2]string{s.name, s.about.In(l)})
		}
		table(&b, rows)
	}
	if len(cmd.options) > 0 {
		fmt.Fprintf(&b, "\n%s:\n", textHelpFlags.In(l))
		table(&b, optionRows(l, cmd.options))
	}
	if examples := examplesOf(cmd); len(examples) > 0 {
		fmt.Fprintf(&b, "\n%s:\n", textHelpExamples.In(l))
		for _, line := range examples {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	fmt.Fprintf(&b, "\n%s:\n", textHelpGlobal.In(l))
	table(&b, append(optionRows(l, globalOptions()), [2]string{"-h, --help", textHelpFlag.In(l)}))
	if len(c.path) == 1 {
		exits(&b, l)
	}
	return b.String()
}

func synopsis(l i18n.Lang, c call) string {
	cmd, line := c.command(), c.name()
	if len(cmd.sub) > 0 {
		line += " " + textHelpCmdArg.In(l)
	}
	if cmd.args != "" {
		line += " " + cmd.args
	}
	return line + " " + textHelpFlagsArg.In(l)
}

// examplesOf gives a command's own examples, or those of the commands below.
func examplesOf(c command) []string {
	if len(c.examples) > 0 {
		return c.examples
	}
	var all []string
	for _, s := range c.sub {
		if below := examplesOf(s); len(below) > 0 {
			all = append(all, below[0])
		}
	}
	return all
}

func optionRows(l i18n.Lang, options []option) [][2]string {
	var rows [][2]string
	for _, o := range options {
		name := "--" + o.name
		if o.short != "" {
			name = "-" + o.short + ", " + name
		}
		if o.kind != toggle {
			name += " " + o.arg
		}
		about := o.about.In(l)
		if o.kind == repeated {
			about += " (" + textHelpRepeat.In(l) + ")"
		}
		if o.arg != "" && len(o.choices) > 0 && !slices.Equal(strings.Split(o.arg, "|"), o.choices) {
			about += " (" + textHelpOneOf.In(l) + ": " + strings.Join(o.choices, ", ") + ")"
		}
		rows = append(rows, [2]string{name, about})
	}
	return rows
}

func exits(b *strings.Builder, l i18n.Lang) {
	fmt.Fprintf(b, "\n%s:\n", textHelpExit.In(l))
	var rows [][2]string
	for _, x := range exitTable {
		rows = append(rows, [2]string{fmt.Sprintf("%3d", x.code), x.means.In(l)})
	}
	table(b, rows)
	fmt.Fprintf(b, "\n%s\n", textHelpMore.In(l))
}

// table lines two columns up; a long first one gets a line of its own.
func table(b *strings.Builder, rows [][2]string) {
	const widest = 34
	width := 0
	for _, r := range rows {
		if n := utf8.RuneCountInString(r[0]); n <= widest {
			width = max(width, n)
		}
	}
	for _, r := range rows {
		n := utf8.RuneCountInString(r[0])
		if n > width {
			fmt.Fprintf(b, "  %s\n  %s  %s\n", r[0], strings.Repeat(" ", width), r[1])
			continue
		}
		fmt.Fprintf(b, "  %s%s  %s\n", r[0], strings.Repeat(" ", width-n), r[1])
	}
}
