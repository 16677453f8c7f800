package app

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"

	"catalogsheet/internal/i18n"
)

func loginCommand() command {
	return command{
		name:  "login",
		about: i18n.T("store credentials in the system's keyring", "сохранить учётные данные в системном хранилище паролей"),
		more: i18n.T(
			"Without a keyring they go to a file that only you can read. The environment wins over what is stored.",
			"Если хранилища нет — в файл, доступный только вам. Переменные окружения важнее сохранённого."),
		sub: perSystem(func(s system) command {
			return command{
				name:     s.name,
				about:    i18n.Text{En: s.title, Ru: s.title},
				examples: []string{"catalogsheet login " + s.name, "catalogsheet login " + s.name + " --token-stdin < token.txt"},
				options: []option{
					{name: "token-stdin", about: i18n.T("read a token from stdin instead of asking", "прочитать токен из stdin, не спрашивая")},
				},
				run: func(_ context.Context, e *Env, a *Args) error { return login(e, s, a.Bool("token-stdin")) },
			}
		}),
	}
}

func logoutCommand() command {
	return command{
		name:  "logout",
		about: i18n.T("forget stored credentials", "забыть сохранённые учётные данные"),
		sub: perSystem(func(s system) command {
			return command{
				name:     s.name,
				about:    i18n.Text{En: s.title, Ru: s.title},
				examples: []string{"catalogsheet logout " + s.name, "catalogsheet logout " + s.name + " --profile second-shop"},
				run:      func(_ context.Context, e *Env, _ *Args) error { return logout(e, s) },
			}
		}),
	}
}

func perSystem(make func(system) command) []command {
	var all []command
	for _, s := range systems() {
		all = append(all, make(s))
	}
	return all
}

// login stores what a person types, or the token on stdin. It asks the system
// nothing: issuing or checking tokens is not its business.
func login(e *Env, s system, tokenStdin bool) error {
	c, err := readCredential(e, s, tokenStdin)
	if err != nil {
		return err
	}
	if c.Empty() {
		return Usagef(i18n.T("the credential is empty: nothing was stored", "учётные данные пусты: ничего не сохранено"))
	}
	if err := checkCredential(c); err != nil {
		return err
	}
	var failed error
	for _, st := range e.stores() {
		place, err := st.set(e.Profile, s.name, c)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		if place == "" {
			e.Say(i18n.T("stored %s for %s, profile %s, in %s", "%s для %s, профиль %s: сохранено, место — %s"), c.kindOf(), s.title, e.Profile, st.origin())
		} else {
			e.Say(i18n.T(
				"stored %s for %s, profile %s, in the file %s, which only you can read",
				"%s для %s, профиль %s: сохранено в файл %s, доступный только вам"), c.kindOf(), s.title, e.Profile, place)
		}
		e.Say(i18n.T("to try it: catalogsheet doctor", "проверить: catalogsheet doctor"))
		return nil
	}
	return failed
}

// maxToken bounds what is read from stdin: a token is a line, not a file.
const maxToken = 16 << 10

func readCredential(e *Env, s system, tokenStdin bool) (Credential, error) {
	if tokenStdin {
		line, err := bufio.NewReader(io.LimitReader(e.lines, maxToken)).ReadString('\n')
		if err != nil && err != io.EOF {
			return Credential{}, i18n.Wrap(i18n.T("read the token", "чтение токена"), err)
		}
		return Credential{Token: strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))}, nil
	}
	if !e.Interactive {
		return Credential{}, Hinted(
			i18n.Errorf(i18n.T("use --token-stdin, or set %s", "используйте --token-stdin или задайте %s"), s.tokenVar), textNobodyToAsk)
	}
	if s.loginVar == "" {
		token, err := e.AskSecret(i18n.T("%s token (not shown):", "токен %s (не показывается):"), s.title)
		return Credential{Token: token}, err
	}
	token, err := e.AskSecret(i18n.T(
		"%s token (not shown; empty to give login and password):",
		"токен %s (не показывается; пусто — ввести логин и пароль):"), s.title)
	if err != nil || token != "" {
		return Credential{Token: token}, err
	}
	name, err := e.Ask(i18n.T("login:", "логин:"))
	if err != nil {
		return Credential{}, err
	}
	password, err := e.AskSecret(i18n.T("password (not shown):", "пароль (не показывается):"))
	return Credential{Login: name, Password: password}, err
}

func logout(e *Env, s system) error {
	found := false
	for _, st := range e.stores() {
		was, err := st.remove(e.Profile, s.name)
		if err != nil {
			return i18n.Wrap(i18n.T("forget the credentials", "удаление учётных данных"), err)
		}
		found = found || was
	}
	if !found {
		e.Say(i18n.T("nothing was stored for %s in profile %s", "для %s в профиле %s ничего не сохранено"), s.title, e.Profile)
		return nil
	}
	e.Say(i18n.T("forgot the credentials for %s, profile %s", "учётные данные для %s, профиль %s, удалены"), s.title, e.Profile)
	return nil
}
