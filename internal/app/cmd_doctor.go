package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"catalogsheet/internal/i18n"
)

func doctorCommand() command {
	return command{
		name:     "doctor",
		about:    i18n.T("check the configuration, credentials and connection", "проверить настройки, учётные данные и связь"),
		examples: []string{"catalogsheet doctor", "catalogsheet doctor --profile second-shop"},
		tolerant: true,
		run: func(ctx context.Context, e *Env, _ *Args) error {
			return doctor(ctx, e)
		},
	}
}

// finding is one line of the doctor's report.
type finding struct {
	what i18n.Text
	// state is what was found, when nothing is wrong.
	state error
	wrong error
	// absent: not set up, which is wrong only if nothing else is.
	absent bool
}

// doctor reports everything that it can find out, not just the first trouble.
func doctor(ctx context.Context, e *Env) error {
	found := []finding{checkConfig(e), checkHome(e)}
	opened := 0
	for _, s := range sources() {
		lines := checkSystem(ctx, e, s)
		if !lines[0].absent {
			opened++
		}
		found = append(found, lines...)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	bad := 0
	for _, f := range found {
		wrong := f.wrong != nil && (!f.absent || opened == 0)
		if wrong {
			bad++
		}
		if err := printFinding(e, f, wrong); err != nil {
			return err
		}
	}
	if bad > 0 {
		return &Exit{Code: Failed, Err: i18n.Errorf(i18n.T(
			"%[1]d {1:thing needs|things need} attention", "{1:требует|требуют|требуют} внимания: %[1]d"), bad)}
	}
	return nil
}

func printFinding(e *Env, f finding, wrong bool) error {
	mark, said := i18n.T("ok", "хорошо"), f.state
	switch {
	case wrong:
		mark, said = i18n.T("wrong", "плохо"), f.wrong
	case f.absent:
		mark, said = i18n.T("–", "–"), i18n.Errorf(i18n.T("not set up", "не настроено"))
	}
	line := fmt.Sprintf("%-10s%-24s%s\n", mark.In(e.Lang), f.what.In(e.Lang), i18n.Describe(e.Lang, said))
	var x *Exit
	if wrong && errors.As(said, &x) {
		line = strings.Replace(line, x.Error(), i18n.Describe(e.Lang, x.Err), 1)
		if x.Hint != nil {
			line += fmt.Sprintf("%-34s%s: %s\n", "", textHint.In(e.Lang), i18n.Describe(e.Lang, x.Hint))
		}
	}
	_, err := fmt.Fprint(e.Stdout, line)
	return err
}

func checkConfig(e *Env) finding {
	f := finding{what: i18n.T("configuration", "настройки"), wrong: e.trouble}
	switch {
	case e.configPath == "":
		f.state = i18n.Errorf(i18n.T("no file, the defaults serve", "файла нет, действуют значения по умолчанию"))
	default:
		f.state = i18n.Errorf(i18n.T("%s", "%s"), e.configPath)
	}
	return f
}

func checkHome(e *Env) finding {
	f := finding{what: i18n.T("home folder", "папка программы")}
	dir, err := e.HomeDir()
	if err == nil {
		err = tryWrite(dir)
	}
	f.wrong = err
	f.state = i18n.Errorf(i18n.T("%s can be written", "%s, запись возможна"), dir)
	return f
}

func tryWrite(dir string) error {
	probe, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return i18n.Wrap(i18n.T("write into the home folder", "запись в папку программы"), err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// patience is how long the doctor waits for a system to answer.
const patience = 30 * time.Second

// checkSystem checks the credentials first, then the connection.
func checkSystem(ctx context.Context, e *Env, s system) []finding {
	credentials := finding{what: i18n.Text{En: s.title + " credentials", Ru: s.title + ": доступ"}}
	c, from, err := e.credential(s)
	credentials.wrong = err
	credentials.absent = err != nil && errors.Is(err, errNoCredential)
	credentials.state = i18n.Errorf(i18n.T("%s from %s, profile %s", "%s, источник — %s, профиль %s"), c.kindOf(), from, e.Profile)
	if err != nil {
		return []finding{credentials}
	}
	connection := finding{what: i18n.Text{En: s.title + " connection", Ru: s.title + ": связь"}}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	name, err := tryConnection(ctx, e, s)
	connection.wrong = err
	connection.state = i18n.Errorf(i18n.T("account %s answers", "аккаунт %s отвечает"), name)
	return []finding{credentials, connection}
}

func tryConnection(ctx context.Context, e *Env, s system) (string, error) {
	src, err := e.open(s, nil)
	if err != nil {
		return "", err
	}
	if err := src.Check(ctx); err != nil {
		return "", err
	}
	account, err := src.Account(ctx)
	return first(clean(account.Name), account.ID), err
}
