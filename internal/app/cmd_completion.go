package app

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"catalogsheet/internal/i18n"
)

// shells is the table of shells that completion is written for.
func shells() []struct {
	name, install string
	write         func(root command, l i18n.Lang) string
} {
	return []struct {
		name, install string
		write         func(root command, l i18n.Lang) string
	}{
		{"bash", "source <(catalogsheet completion bash)", bashCompletion},
		{"zsh", "source <(catalogsheet completion zsh)", zshCompletion},
		{"fish", "catalogsheet completion fish | source", fishCompletion},
		{"powershell", "catalogsheet completion powershell | Out-String | Invoke-Expression", powershellCompletion},
	}
}

func completionCommand() command {
	c := command{
		name:  "completion",
		about: i18n.T("print a completion script for a shell", "напечатать скрипт автодополнения для оболочки"),
	}
	for _, s := range shells() {
		c.sub = append(c.sub, command{
			name:     s.name,
			about:    i18n.Text{En: s.name, Ru: s.name},
			examples: []string{s.install},
			run: func(_ context.Context, e *Env, _ *Args) error {
				_, err := io.WriteString(e.Stdout, s.write(root(), e.Lang))
				return err
			},
		})
	}
	return c
}

// step is what may follow the words of a command typed so far.
type step struct {
	path    string // "export moysklad", "" for the program itself
	words   []string
	options []option
}

// steps walks the table of commands, every command before those below it.
func steps(c command, path string) []step {
	s := step{path: path, options: slices.Concat(c.options, globalOptions())}
	var below []step
	for _, sub := range c.sub {
		s.words = append(s.words, sub.name)
		below = append(below, steps(sub, strings.TrimSpace(path+" "+sub.name))...)
	}
	return append([]step{s}, below...)
}

// candidates are all words that may follow: commands, then flags.
func (s step) candidates() string {
	words := slices.Clone(s.words)
	for _, o := range s.options {
		words = append(words, "--"+o.name)
	}
	return strings.Join(append(words, "--help"), " ")
}

// bashCompletion follows the command's words past the flags; after a flag that
// has choices it offers them, and file names where nothing else fits.
func bashCompletion(root command, _ i18n.Lang) string {
	var b strings.Builder
	b.WriteString(`# bash completion for catalogsheet
_catalogsheet() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} path="" word i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    case "${path:+$path }$word" in
`)
	all := steps(root, "")
	for _, s := range all[1:] {
		fmt.Fprintf(&b, "      %q) path=%q ;;\n", s.path, s.path)
	}
	b.WriteString("    esac\n  done\n  case \"$prev\" in\n")
	for _, o := range choiceOptions(all) {
		fmt.Fprintf(&b, "    --%s) COMPREPLY=($(compgen -W %q -- \"$cur\")); return ;;\n", o.name, strings.Join(o.choices, " "))
	}
	b.WriteString("  esac\n  case \"$path\" in\n")
	for _, s := range all {
		fmt.Fprintf(&b, "    %q) COMPREPLY=($(compgen -W %q -- \"$cur\")) ;;\n", s.path, s.candidates())
	}
	b.WriteString(`  esac
}
complete -o default -F _catalogsheet catalogsheet
`)
	return b.String()
}

func choiceOptions(all []step) []option {
	var options []option
	for _, s := range all {
		for _, o := range s.options {
			known := slices.ContainsFunc(options, func(x option) bool { return x.name == o.name })
			if len(o.choices) > 0 && !known {
				options = append(options, o)
			}
		}
	}
	return options
}

// zshCompletion lets zsh run the bash function.
func zshCompletion(root command, l i18n.Lang) string {
	return "# zsh completion for catalogsheet\nautoload -Uz compinit bashcompinit\n(( $+functions[compdef] )) || compinit\nbashcompinit\n" +
		strings.TrimPrefix(bashCompletion(root, l), "# bash completion for catalogsheet\n")
}

func fishCompletion(root command, l i18n.Lang) string {
	var b strings.Builder
	b.WriteString(`# fish completion for catalogsheet
function __catalogsheet_at
    set -l words (commandline -opc | string match -v -- '-*')
    test "$words[2..-1]" = "$argv"
    or begin
        test (count $argv) -gt 0
        and string match -q -- "$argv *" "$words[2..-1]"
    end
end
`)
	describe(root, "", func(path string, c command) {
		for _, s := range c.sub {
			fmt.Fprintf(&b, "complete -c catalogsheet -f -n %s -a %s -d %s\n", fishQuote("__catalogsheet_at "+path), s.name, fishQuote(s.about.In(l)))
		}
		for _, o := range c.options {
			fmt.Fprintf(&b, "complete -c catalogsheet -n %s %s\n", fishQuote("__catalogsheet_at "+path), fishOption(o, l))
		}
	})
	for _, o := range globalOptions() {
		fmt.Fprintf(&b, "complete -c catalogsheet %s\n", fishOption(o, l))
	}
	return b.String()
}

func describe(c command, path string, say func(path string, c command)) {
	say(path, c)
	for _, s := range c.sub {
		describe(s, strings.TrimSpace(path+" "+s.name), say)
	}
}

func fishOption(o option, l i18n.Lang) string {
	words := []string{"-l", o.name}
	if o.short != "" {
		words = append(words, "-s", o.short)
	}
	switch {
	case len(o.choices) > 0:
		words = append(words, "-x", "-a", fishQuote(strings.Join(o.choices, " ")))
	case o.kind != toggle:
		words = append(words, "-r")
	}
	return strings.Join(append(words, "-d", fishQuote(o.about.In(l))), " ")
}

func fishQuote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(strings.TrimSpace(s)) + "'"
}

func powershellCompletion(root command, _ i18n.Lang) string {
	var b strings.Builder
	b.WriteString(`# PowerShell completion for catalogsheet
Register-ArgumentCompleter -Native -CommandName catalogsheet -ScriptBlock {
  param($word, $ast, $position)
  $next = [ordered]@{
`)
	for _, s := range steps(root, "") {
		fmt.Fprintf(&b, "    '%s' = '%s'\n", s.path, s.candidates())
	}
	b.WriteString(`  }
  $path = ''
  foreach ($element in ($ast.CommandElements | Select-Object -Skip 1)) {
    $longer = ($path + ' ' + $element.ToString()).Trim()
    if ($next.Contains($longer) -and $element.Extent.EndOffset -lt $position) { $path = $longer }
  }
  $next[$path].Split(' ') | Where-Object { $_ -like "$word*" } |
    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
}
`)
	return b.String()
}
