// Package app joins everything into one program: a command parses its
// arguments into values and calls one function; the result alone goes to
// stdout, and every error ends as one message and one exit code.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"unicode/utf8"

	"catalogsheet/internal/i18n"

	"github.com/urfave/cli/v2"
)

const program = "catalogsheet"

// commands is the table of commands in the order of the help. Adding a command
// is adding a line.
func commands() []command {
	return []command{
		demoCommand(),
		exportCommand(),
		reviewCommand(),
		importCommand(),
		historyCommand(),
		resumeCommand(),
		undoCommand(),
		migrateCommand(),
		templateCommand(),
		storesCommand(),
		loginCommand(),
		logoutCommand(),
		doctorCommand(),
		sandboxCommand(),
		versionCommand(),
		completionCommand(),
	}
}

func root() command {
	return command{name: program, about: textAbout, sub: commands()}
}

// globalOptions stand before or after any command.
func globalOptions() []option {
	return []option{
		{name: "lang", kind: value, arg: "ru|en", choices: []string{"ru", "en"}, about: i18n.T("language of headers, messages, reports", "язык заголовков, сообщений, отчётов")},
		{name: "home", kind: value, arg: "DIR", about: i18n.T("folder of the journal, history and saved snapshots", "папка журнала, истории и сохранённых снимков")},
		{name: "config", kind: value, arg: "FILE", about: i18n.T("configuration file", "файл настроек")},
		{name: "profile", kind: value, arg: "NAME", about: i18n.T("which stored credentials to use", "какие сохранённые учётные данные использовать")},
		{name: "progress", kind: value, arg: "auto|always|never", choices: whens, about: i18n.T("show progress on stderr (auto: on a terminal)", "показывать ход работы на stderr (auto: на терминале)")},
		{name: "color", kind: value, arg: "auto|always|never", choices: whens, about: i18n.T("colours (auto: on a terminal, unless NO_COLOR is set)", "цвета (auto: на терминале, если не задан NO_COLOR)")},
		{name: "quiet", short: "q", about: i18n.T("no notices", "без уведомлений")},
		{name: "verbose", short: "v", about: i18n.T("print every request with its weight and time", "печатать каждый запрос с его весом и временем")},
	}
}

// Main runs one command line, args[0] being the program's name, and returns
// the exit code. The first Ctrl-C asks the command to end, the second makes it
// stop at once.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	e := newEnv(stdin, stdout, stderr, getenv)
	e.Lang = earlyLang(args, getenv)
	soft, hard, release := e.interrupts(ctx)
	defer release()
	e.Hard = hard
	err := e.runOwing(soft, args[min(1, len(args)):])
	interrupted := soft.Err() != nil
	e.report(err, interrupted)
	return int(codeOf(err, interrupted))
}

// interrupts turns the first Ctrl-C into the end of soft and the second into
// the end of hard.
func (e *Env) interrupts(ctx context.Context) (soft, hard context.Context, release func()) {
	hard, stopHard := context.WithCancel(ctx)
	soft, stopSoft := context.WithCancel(hard)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt)
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for _, stop := range []context.CancelFunc{stopSoft, stopHard} {
			select {
			case <-signals:
				stop()
			case <-quit:
				return
			}
		}
		// A third one ends the process as the system sees fit.
		signal.Stop(signals)
	}()
	return soft, hard, func() {
		signal.Stop(signals)
		close(quit)
		<-done
		stopSoft()
		stopHard()
	}
}

// run understands the command line, settles the environment and runs.
func run(ctx context.Context, e *Env, args []string) error {
	if len(args) == 1 && args[0] == "--version" {
		args = []string{"version"}
	}
	c, err := parse(root(), globalOptions(), args)
	if err != nil {
		return err
	}
	if c.help || len(c.path) == 1 {
		_, err := io.WriteString(e.Stdout, help(e.Lang, c))
		return err
	}
	defer e.leave()
	return newCLI(ctx, e).RunContext(ctx, append([]string{program}, c.argv...))
}

// newCLI turns the table into the command-line library's form. By the time it
// runs the words have been checked and put in order.
func newCLI(ctx context.Context, e *Env) *cli.App {
	return &cli.App{
		Name:                      program,
		HideHelp:                  true,
		HideHelpCommand:           true,
		HideVersion:               true,
		DisableSliceFlagSeparator: true,
		Writer:                    e.Stdout,
		ErrWriter:                 e.Stderr,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              asIs,
		Flags:                     cliFlags(globalOptions()),
		Commands:                  cliCommands(ctx, e, commands()),
	}
}

// asIs keeps the library from printing what Main will say.
func asIs(_ *cli.Context, err error, _ bool) error { return &Exit{Code: Usage, Err: err} }

func cliCommands(ctx context.Context, e *Env, table []command) []*cli.Command {
	all := make([]*cli.Command, len(table))
	for i, c := range table {
		all[i] = &cli.Command{
			Name:            c.name,
			HideHelp:        true,
			HideHelpCommand: true,
			OnUsageError:    asIs,
			Flags:           cliFlags(c.options),
			Subcommands:     cliCommands(ctx, e, c.sub),
		}
		if c.run != nil {
			all[i].Action = func(cc *cli.Context) error {
				a := &Args{Files: cc.Args().Slice(), c: cc}
				if e.trouble = e.settle(a); e.trouble != nil && !c.tolerant {
					return e.trouble
				}
				return c.run(ctx, e, a)
			}
		}
	}
	return all
}

func cliFlags(options []option) []cli.Flag {
	flags := make([]cli.Flag, len(options))
	for i, o := range options {
		switch o.kind {
		case toggle:
			flags[i] = &cli.BoolFlag{Name: o.name}
		case value:
			flags[i] = &cli.StringFlag{Name: o.name}
		default:
			flags[i] = &cli.GenericFlag{Name: o.name, Value: &texts{}}
		}
	}
	return flags
}

// report prints an error and what to do next on stderr.
func (e *Env) report(err error, interrupted bool) {
	if err == nil {
		return
	}
	var x *Exit
	if !errors.As(err, &x) {
		x = &Exit{Err: err}
		if interrupted && errors.Is(err, context.Canceled) {
			x.Err = i18n.Errorf(textInterrupted)
		}
	}
	if x.Err == nil {
		return
	}
	name := textError.In(e.Lang)
	fmt.Fprintf(e.Stderr, "%s: %s\n", e.paint(red, name), e.wrap(i18n.Describe(e.Lang, x.Err), utf8.RuneCountInString(name)+2, "  "))
	if x.Hint != nil {
		lead := "  " + textHint.In(e.Lang) + ": "
		indent := strings.Repeat(" ", utf8.RuneCountInString(lead))
		fmt.Fprintln(e.Stderr, lead+e.wrap(i18n.Describe(e.Lang, x.Hint), len(indent), indent))
	}
}
