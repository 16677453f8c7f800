package app

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/money"
	"catalogsheet/internal/plan"

	"github.com/BurntSushi/toml"
	"github.com/shopspring/decimal"
)

// Config is the configuration file. Empty means "not said": flags win, then
// the environment, then this file. It holds no tokens.
type Config struct {
	Lang     string `toml:"lang"`
	Home     string `toml:"home"`
	Profile  string `toml:"profile"`
	Progress string `toml:"progress"`
	Color    string `toml:"color"`
	// CSV is the dialect of exports: excel-ru or rfc4180.
	CSV string `toml:"csv"`
	// Credentials says where login stores: auto, keyring or file.
	Credentials string `toml:"credentials"`
	MoySklad    Server `toml:"moysklad"`
	Evotor      Server `toml:"evotor"`
	Limits      Limits `toml:"limits"`
}

// Server is where a system is reached.
type Server struct {
	URL string `toml:"url"`
}

// Limits are those of the guards, as plan.Limits explains them; what is not
// said keeps its default.
type Limits struct {
	MaxJump     Decimal `toml:"max-jump"`
	Hundredfold Decimal `toml:"hundredfold"`
	ManyPercent *int    `toml:"many-percent"`
	ManyRows    *int    `toml:"many-rows"`
	ManyItems   *int    `toml:"many-items"`
	ManyCleared *int    `toml:"many-cleared"`
}

// set changes a limit by its name; false for an unknown name or no number.
func (l *Limits) set(name, text string) bool {
	switch name {
	case "max-jump":
		l.MaxJump = Decimal(text)
		return text != ""
	case "hundredfold":
		l.Hundredfold = Decimal(text)
		return text != ""
	}
	n, err := strconv.Atoi(text)
	to := map[string]**int{
		"many-percent": &l.ManyPercent, "many-rows": &l.ManyRows, "many-items": &l.ManyItems, "many-cleared": &l.ManyCleared,
	}[name]
	if err != nil || to == nil {
		return false
	}
	*to = &n
	return true
}

// limitNames are the names that set knows.
func limitNames() []string {
	var names []string
	for _, key := range configKeys {
		if name, ok := strings.CutPrefix(key, "limits."); ok {
			names = append(names, name)
		}
	}
	return names
}

// Guards gives the limits of the quarantine as configured.
func (c Config) Guards() (plan.Limits, error) {
	limits := plan.DefaultLimits()
	for _, d := range []struct {
		key   string
		text  Decimal
		least int64
		to    *decimal.Decimal
	}{
		{"limits.max-jump", c.Limits.MaxJump, 1, &limits.MaxJump},
		{"limits.hundredfold", c.Limits.Hundredfold, 0, &limits.Hundredfold},
	} {
		if d.text == "" {
			continue
		}
		v, err := money.Parse(string(d.text))
		if err != nil || v.LessThan(decimal.NewFromInt(d.least)) {
			return limits, Usagef(textBadLimit, d.key, string(d.text))
		}
		*d.to = v
	}
	for _, n := range []struct {
		key  string
		said *int
		to   *int
	}{
		{"limits.many-percent", c.Limits.ManyPercent, &limits.ManyPercent},
		{"limits.many-rows", c.Limits.ManyRows, &limits.ManyRows},
		{"limits.many-items", c.Limits.ManyItems, &limits.ManyItems},
		{"limits.many-cleared", c.Limits.ManyCleared, &limits.ManyCleared},
	} {
		switch {
		case n.said == nil:
		case *n.said < 0:
			return limits, Usagef(textBadLimit, n.key, strconv.Itoa(*n.said))
		default:
			*n.to = *n.said
		}
	}
	return limits, nil
}

// Decimal is a number as text, exact; the file may have it as number or text.
type Decimal string

// UnmarshalTOML reads 3, 2.5 or "2.5".
func (d *Decimal) UnmarshalTOML(v any) error {
	switch v := v.(type) {
	case string:
		*d = Decimal(v)
	case int64:
		*d = Decimal(strconv.FormatInt(v, 10))
	case float64:
		*d = Decimal(strconv.FormatFloat(v, 'f', -1, 64))
	default:
		return fmt.Errorf("not a number: %v", v)
	}
	return nil
}

// configChoices are the keys that take one of a few words.
func configChoices(c Config) []struct {
	key, value string
	choices    []string
} {
	return []struct {
		key, value string
		choices    []string
	}{
		{"lang", c.Lang, []string{"ru", "en"}},
		{"progress", c.Progress, whens},
		{"color", c.Color, whens},
		{"csv", c.CSV, dialects},
		{"credentials", c.Credentials, []string{"auto", "keyring", "file"}},
	}
}

// configKeys are the known keys, for "did you mean".
var configKeys = []string{
	"lang", "home", "profile", "progress", "color", "csv", "credentials",
	"moysklad.url", "evotor.url",
	"limits.max-jump", "limits.hundredfold", "limits.many-percent", "limits.many-rows", "limits.many-items", "limits.many-cleared",
}

// loadConfig reads the file that --config names, else the one in the
// configuration folder, where it may be missing.
func (e *Env) loadConfig(a *Args) (Config, error) {
	e.configDir = e.folders().config
	path := a.String("config", "")
	named := path != ""
	if !named && e.configDir == "" {
		return Config{}, nil
	}
	if !named {
		path = filepath.Join(e.configDir, "config.toml")
	}
	text, err := readSettings(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		return Config{}, nil
	case err != nil:
		e.configPath = path
		return Config{}, &Exit{Code: Usage, Err: i18n.Wrap(i18n.T("read the configuration", "чтение файла настроек"), err)}
	}
	e.configPath = path
	c, err := parseConfig(path, string(text))
	if err != nil {
		return Config{}, err
	}
	return c, nil
}

func parseConfig(path, text string) (Config, error) {
	var c Config
	md, err := toml.Decode(text, &c)
	if err != nil {
		// The decoder's own message quotes the line, which may hold a secret.
		return c, Usagef(i18n.T("%s is not a configuration file: line %d", "%s — не файл настроек: строка %d"), path, errorLine(err))
	}
	for _, key := range md.Keys() {
		if secretKey(key.String()) {
			return c, Hinted(i18n.Errorf(i18n.T("remove the line and use catalogsheet login", "удалите строку и используйте catalogsheet login")),
				i18n.T("%s: %q looks like a secret, and the configuration holds none", "%s: «%s» похоже на секрет, а в файле настроек секретов нет"), path, key.String())
		}
	}
	if unknown := md.Undecoded(); len(unknown) > 0 {
		key := unknown[0].String()
		x := &Exit{Code: Usage, Err: i18n.Errorf(i18n.T("%s: unknown key %q", "%s: неизвестный ключ «%s»"), path, key)}
		if near := locale.Nearest(key, configKeys); near != "" {
			x.Hint = i18n.Errorf(textDidYouMean, near)
		}
		return c, x
	}
	for _, k := range configChoices(c) {
		if k.value != "" && !slices.Contains(k.choices, k.value) {
			return c, Usagef(i18n.T("%s: %s cannot be %q: one of %s", "%s: %s не может быть «%s»: допустимо %s"),
				path, k.key, k.value, strings.Join(k.choices, ", "))
		}
	}
	_, err = c.Guards()
	return c, err
}

func errorLine(err error) int {
	var parse toml.ParseError
	if errors.As(err, &parse) {
		return parse.Position.Line
	}
	return 0
}

// secretKey says that a key's name is that of a secret.
func secretKey(key string) bool {
	key = strings.ToLower(key)
	for _, word := range []string{"token", "password", "passwd", "secret", "login", "apikey", "api-key", "api_key"} {
		if strings.Contains(key, word) {
			return true
		}
	}
	return false
}

// folders are where the operating system keeps a program's things; "" where
// the environment does not tell.
type folders struct{ config, state string }

func (e *Env) folders() folders { return foldersOf(runtime.GOOS, e.Getenv) }

func foldersOf(goos string, getenv func(string) string) folders {
	home := getenv("HOME")
	switch goos {
	case "windows":
		return folders{config: under(getenv("AppData"), program), state: under(getenv("LocalAppData"), program)}
	case "darwin":
		support := under(home, "Library", "Application Support", program)
		return folders{config: support, state: under(support, "state")}
	}
	config, state := getenv("XDG_CONFIG_HOME"), getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(config) {
		config = under(home, ".config")
	}
	if !filepath.IsAbs(state) {
		state = under(home, ".local", "state")
	}
	return folders{config: under(config, program), state: under(state, program)}
}

func under(dir string, parts ...string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(append([]string{dir}, parts...)...)
}

func checkProfile(name string) error {
	ok := name != "" && len(name) <= 64 && name[0] != '.'
	for _, r := range name {
		ok = ok && (r == '-' || r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	}
	if !ok {
		return Usagef(i18n.T(
			"a profile's name is up to 64 Latin letters, digits, dots, dashes: not %q",
			"имя профиля — до 64 латинских букв, цифр, точек, дефисов: не «%s»"), name)
	}
	return nil
}
