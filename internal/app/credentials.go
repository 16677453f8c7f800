package app

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"catalogsheet/internal/i18n"

	"github.com/zalando/go-keyring"
)

// Credential opens one system: a token, or a login with its password. Printing
// one never shows what is in it.
type Credential struct {
	Token    string `json:"token,omitempty"`
	Login    string `json:"login,omitempty"`
	Password string `json:"password,omitempty"`
}

// String keeps the secret out of anything printed.
func (c Credential) String() string { return "[credential]" }

// GoString is String for %#v.
func (c Credential) GoString() string { return c.String() }

// Empty says that there is nothing in it.
func (c Credential) Empty() bool { return c.Token == "" && (c.Login == "" || c.Password == "") }

// kindOf names what a credential is, for people.
func (c Credential) kindOf() i18n.Text {
	if c.Token != "" {
		return i18n.T("a token", "токен")
	}
	return i18n.T("a login and a password", "логин и пароль")
}

// origin says where a credential comes from.
type origin uint8

const (
	nowhere origin = iota
	fromEnvironment
	fromKeyring
	fromFile
)

var origins = [...]i18n.Text{
	nowhere:         i18n.T("nowhere", "нигде"),
	fromEnvironment: i18n.T("the environment", "переменные окружения"),
	fromKeyring:     i18n.T("the system's keyring", "системное хранилище паролей"),
	fromFile:        i18n.T("a file", "файл"),
}

// In names the origin in a language.
func (o origin) In(l i18n.Lang, _ ...any) string { return origins[o].In(l) }

// errNoCredential: nothing is stored under the profile.
var errNoCredential = errors.New("no credential")

// credential finds what opens a system: the environment wins over the stored
// profile.
func (e *Env) credential(s system) (Credential, origin, error) {
	c := Credential{Token: e.Getenv(s.tokenVar)}
	if c.Token == "" && s.loginVar != "" {
		c.Login, c.Password = e.Getenv(s.loginVar), e.Getenv(s.passwordVar)
		if (c.Login == "") != (c.Password == "") {
			return Credential{}, nowhere, Usagef(i18n.T(
				"%s and %s go together: one of them is empty",
				"%s и %s задаются вместе: одна из переменных пуста"), s.loginVar, s.passwordVar)
		}
	}
	if !c.Empty() {
		return c, fromEnvironment, checkCredential(c)
	}
	for _, store := range e.stores() {
		c, err := store.get(e.Profile, s.name)
		switch {
		case err == nil:
			return c, store.origin(), checkCredential(c)
		case !errors.Is(err, errNoCredential):
			return Credential{}, nowhere, err
		}
	}
	return Credential{}, nowhere, &Exit{
		Code: Usage,
		Err: &i18n.Error{
			Text: i18n.T("no credentials for %s in profile %s", "нет учётных данных для %s в профиле %s"),
			Args: []any{s.title, e.Profile}, Err: errNoCredential,
		},
		Hint: i18n.Errorf(i18n.T("catalogsheet login %s, or set %s", "выполните catalogsheet login %s или задайте %s"), s.name, s.tokenVar),
	}
}

// checkCredential refuses what cannot stand in a request's header: a stray
// line break from a copied token.
func checkCredential(c Credential) error {
	for _, s := range []string{c.Token, c.Login, c.Password} {
		if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return Usagef(i18n.T(
				"the credential holds a line break or a control character: copy it again",
				"в учётных данных есть перевод строки или управляющий символ: скопируйте их заново"))
		}
	}
	if strings.ContainsAny(c.Token, " \u00a0") {
		return Usagef(i18n.T("the token holds a space: copy it again", "в токене есть пробел: скопируйте его заново"))
	}
	return nil
}

// store keeps credentials by profile and system.
type store interface {
	origin() origin
	// get fails with errNoCredential when nothing is stored.
	get(profile, system string) (Credential, error)
	// set says where the credential went, for people.
	set(profile, system string, c Credential) (place string, err error)
	// remove says whether something was stored.
	remove(profile, system string) (bool, error)
}

// stores lists the places to look in, in order.
func (e *Env) stores() []store {
	file := fileStore{dir: under(e.configDir, "credentials")}
	switch e.Config.Credentials {
	case "file":
		return []store{file}
	case "keyring":
		return []store{keyringStore{}}
	}
	return []store{keyringStore{}, file}
}

// keyringStore is the keyring of the operating system. Where there is none it
// holds nothing, and cannot be written to.
type keyringStore struct{}

func (keyringStore) origin() origin { return fromKeyring }

func (keyringStore) get(profile, system string) (Credential, error) {
	text, err := keyring.Get(program, profile+"/"+system)
	if err != nil {
		return Credential{}, errNoCredential
	}
	return decodeCredential([]byte(text))
}

func (keyringStore) set(profile, system string, c Credential) (string, error) {
	b, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	if err := keyring.Set(program, profile+"/"+system, string(b)); err != nil {
		return "", i18n.Wrap(i18n.T("write to the system's keyring", "запись в системное хранилище паролей"), err)
	}
	return "", nil
}

func (keyringStore) remove(profile, system string) (bool, error) {
	return keyring.Delete(program, profile+"/"+system) == nil, nil
}

// fileStore keeps one file per profile and system, readable by its owner only.
type fileStore struct{ dir string }

func (fileStore) origin() origin { return fromFile }

func (f fileStore) path(profile, system string) string {
	return filepath.Join(f.dir, profile+"."+system+".json")
}

func (f fileStore) get(profile, system string) (Credential, error) {
	if f.dir == "" {
		return Credential{}, errNoCredential
	}
	b, err := readSettings(f.path(profile, system))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Credential{}, errNoCredential
	case err != nil:
		return Credential{}, i18n.Wrap(i18n.T("read the stored credentials", "чтение сохранённых учётных данных"), err)
	}
	return decodeCredential(b)
}

func (f fileStore) set(profile, system string, c Credential) (string, error) {
	if f.dir == "" {
		return "", Usagef(i18n.T("the configuration folder is not known", "папка настроек неизвестна"))
	}
	b, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	path := f.path(profile, system)
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return "", i18n.Wrap(i18n.T("make the folder of credentials", "создание папки учётных данных"), err)
	}
	if err := writePrivate(path, func(w io.Writer) error {
		_, err := w.Write(append(b, '\n'))
		return err
	}); err != nil {
		return "", i18n.Wrap(i18n.T("store the credentials", "сохранение учётных данных"), err)
	}
	return path, nil
}

func (f fileStore) remove(profile, system string) (bool, error) {
	if f.dir == "" {
		return false, nil
	}
	err := os.Remove(f.path(profile, system))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func decodeCredential(b []byte) (Credential, error) {
	var c Credential
	if err := json.Unmarshal(b, &c); err != nil || c.Empty() {
		// The decoder's own message may quote the secret.
		return c, Usagef(i18n.T("the stored credentials cannot be read: log in again", "сохранённые учётные данные не читаются: войдите заново"))
	}
	return c, nil
}
