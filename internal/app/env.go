package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/report"

	"golang.org/x/term"
)

// Env is what a command is run with: everything it knows of the world outside.
type Env struct {
	Lang i18n.Lang
	// Home is the folder of the journal and the saved bases; HomeDir makes it.
	Home    string
	Profile string
	Config  Config

	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// Interactive: a person sits at stdin and sees what is asked.
	Interactive bool
	// ShowProgress, ColorOut and ColorErr are what auto came to.
	ShowProgress, ColorOut, ColorErr bool
	Quiet, Verbose                   bool

	Getenv func(string) string
	Now    func() time.Time
	// Hard ends with the second Ctrl-C, while the context of a command ends
	// with the first: what must not be cut in two runs under Hard and takes the
	// command's context as the wish to end.
	Hard context.Context

	// atExit ends what a command has opened.
	atExit    []func()
	configDir string
	// configPath is the configuration file, "" where there is none.
	configPath string
	// trouble is what was wrong with the settings, for a command that tolerates
	// it.
	trouble error
	lines   *bufio.Reader
}

var whens = []string{"auto", "always", "never"}

func newEnv(stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) *Env {
	return &Env{
		Stdin: stdin, Stdout: stdout, Stderr: stderr,
		Getenv: getenv, Now: time.Now,
		lines: bufio.NewReader(stdin),
	}
}

// earlyLang finds the language before the command line is understood, so that
// what is wrong with the command line can be said in it.
func earlyLang(args []string, getenv func(string) string) i18n.Lang {
	lang := envLang(getenv)
	for i, word := range args {
		name, text, ok := strings.Cut(strings.TrimLeft(word, "-"), "=")
		if name != "lang" || !strings.HasPrefix(word, "-") {
			continue
		}
		if !ok && i+1 < len(args) {
			text = args[i+1]
		}
		if l, known := i18n.Parse(text); known {
			lang = l
		}
	}
	return lang
}

// langVars are looked at in this order; the first that is set decides.
var langVars = [...]string{"CATALOGSHEET_LANG", "LC_ALL", "LC_MESSAGES", "LANG"}

func envLang(getenv func(string) string) i18n.Lang {
	for _, name := range langVars {
		if s := getenv(name); s != "" {
			l, _ := i18n.Parse(s)
			return l
		}
	}
	return i18n.En
}

// settle fills the environment in: flags win, then environment variables, then
// the configuration file. After an error the environment can still be used by
// a command that tolerates it.
func (e *Env) settle(a *Args) error {
	file, configErr := e.loadConfig(a)
	e.Config = file
	langErr := e.settleLang(a)
	e.Home = first(a.String("home", ""), e.Getenv("CATALOGSHEET_HOME"), file.Home, e.folders().state)
	e.Profile = first(a.String("profile", ""), e.Getenv("CATALOGSHEET_PROFILE"), file.Profile, "default")
	e.Quiet, e.Verbose = a.Bool("quiet"), a.Bool("verbose")
	out, errTTY := isTerminal(e.Stdout), isTerminal(e.Stderr)
	e.Interactive = isTerminal(e.Stdin) && (errTTY || terminal() != "")
	// Lines about requests and a bar would overwrite each other.
	e.ShowProgress = !e.Quiet && !e.Verbose && when(first(a.String("progress", ""), file.Progress), errTTY)
	color := first(a.String("color", ""), noColor(e.Getenv), file.Color)
	dumb := e.Getenv("TERM") == "dumb"
	e.ColorOut, e.ColorErr = when(color, out && !dumb), when(color, errTTY && !dumb)
	for _, err := range []error{configErr, langErr, checkProfile(e.Profile)} {
		if err != nil {
			return err
		}
	}
	return nil
}

func (e *Env) settleLang(a *Args) error {
	if s := e.Getenv("CATALOGSHEET_LANG"); s != "" && !a.Given("lang") {
		if _, ok := i18n.Parse(s); !ok {
			return Usagef(i18n.T("CATALOGSHEET_LANG cannot be %q: ru or en", "CATALOGSHEET_LANG не может быть «%s»: ru или en"), s)
		}
	}
	said := a.Given("lang")
	for _, name := range langVars {
		said = said || e.Getenv(name) != ""
	}
	if !said && e.Config.Lang != "" {
		e.Lang, _ = i18n.Parse(e.Config.Lang)
	}
	return nil
}

func first(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

func noColor(getenv func(string) string) string {
	if getenv("NO_COLOR") != "" {
		return "never"
	}
	return ""
}

func when(word string, auto bool) bool {
	switch word {
	case "always":
		return true
	case "never":
		return false
	}
	return auto
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// The colours, as ANSI codes.
const (
	red    = "31"
	yellow = "33"
	dim    = "2"
)

// paint colours a text that goes to stderr.
func (e *Env) paint(color, s string) string {
	if !e.ColorErr {
		return s
	}
	return "\x1b[" + color + "m" + s + "\x1b[0m"
}

// Say prints one line on stderr unless quiet is wanted.
func (e *Env) Say(t i18n.Text, args ...any) {
	if !e.Quiet {
		fmt.Fprintln(e.Stderr, e.wrap(t.In(e.Lang, args...), 0, "  "))
	}
}

// Warn prints one line on stderr even when quiet is wanted.
func (e *Env) Warn(t i18n.Text, args ...any) {
	name := textWarning.In(e.Lang)
	fmt.Fprintf(e.Stderr, "%s: %s\n", e.paint(yellow, name), e.wrap(t.In(e.Lang, args...), utf8.RuneCountInString(name)+2, "  "))
}

// wrap breaks a text for stderr between words, where that is a terminal.
func (e *Env) wrap(text string, used int, indent string) string {
	return report.Wrap(text, used, indent, widthOf(e.Stderr))
}

// widthOf is the width of a terminal in columns, 0 where w is none.
func widthOf(w io.Writer) int {
	if f, ok := w.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil {
			return width
		}
	}
	return 0
}

// Ask prints a question on stderr and reads a line from stdin, without its end
// and without spaces around. With nobody to ask it is wrong usage.
func (e *Env) Ask(t i18n.Text, args ...any) (string, error) {
	if !e.Interactive {
		return "", Usagef(textNobodyToAsk)
	}
	if err := e.prompt(t.In(e.Lang, args...) + " "); err != nil {
		return "", err
	}
	return e.readLine()
}

// AskSecret is Ask without an echo.
func (e *Env) AskSecret(t i18n.Text, args ...any) (string, error) {
	f, ok := e.Stdin.(*os.File)
	if !e.Interactive || !ok {
		return "", Usagef(textNobodyToAsk)
	}
	if err := e.prompt(t.In(e.Lang, args...) + " "); err != nil {
		return "", err
	}
	b, err := term.ReadPassword(int(f.Fd()))
	if err := errors.Join(err, e.prompt("\n")); err != nil {
		return "", i18n.Wrap(i18n.T("read the answer", "чтение ответа"), err)
	}
	return strings.TrimSpace(string(b)), nil
}

// prompt shows a question on stderr or, where that goes to a file, on the
// terminal itself.
func (e *Env) prompt(s string) error {
	if isTerminal(e.Stderr) {
		_, err := io.WriteString(e.Stderr, s)
		return err
	}
	tty, err := os.OpenFile(terminal(), os.O_WRONLY, 0)
	if err != nil {
		return i18n.Wrap(i18n.T("ask", "вопрос"), err)
	}
	_, err = io.WriteString(tty, s)
	return errors.Join(err, tty.Close())
}

// terminal names the terminal of the process, "" where it has none.
func terminal() string {
	name := "/dev/tty"
	if runtime.GOOS == "windows" {
		name = "CONOUT$"
	}
	tty, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return ""
	}
	// Nothing was written.
	_ = tty.Close()
	return name
}

func (e *Env) readLine() (string, error) {
	line, err := e.lines.ReadString('\n')
	if err != nil && (err != io.EOF || line == "") {
		return "", i18n.Wrap(i18n.T("read the answer", "чтение ответа"), err)
	}
	return strings.TrimSpace(line), nil
}

// HomeDir makes the home folder, for this user only, and gives its path.
func (e *Env) HomeDir() (string, error) {
	if e.Home == "" {
		return "", Usagef(textNoHome)
	}
	if err := os.MkdirAll(e.Home, 0o700); err != nil {
		return "", i18n.Wrap(i18n.T("make the home folder", "создание папки программы"), err)
	}
	return e.Home, nil
}
