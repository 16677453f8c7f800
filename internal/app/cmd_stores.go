package app

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"catalogsheet/internal/i18n"
)

func storesCommand() command {
	return command{
		name:  "stores",
		about: i18n.T("list the stores of an account", "показать склады аккаунта"),
		sub: perSource(func(s system) command {
			return command{
				name:     s.name,
				about:    i18n.Text{En: s.title, Ru: s.title},
				examples: []string{"catalogsheet stores " + s.name, "catalogsheet stores " + s.name + " --format json"},
				options:  []option{formatOption()},
				run: func(ctx context.Context, e *Env, a *Args) error {
					return stores(ctx, e, s, a.String("format", "text"))
				},
			}
		}),
	}
}

// formatOption is --format of what a command reports.
func formatOption() option {
	return option{name: "format", kind: value, arg: "text|json", choices: []string{"text", "json"}, about: i18n.T("what to print on stdout", "что печатать на stdout")}
}

func stores(ctx context.Context, e *Env, s system, format string) error {
	src, err := e.open(s, nil)
	if err != nil {
		return err
	}
	list, err := src.Stores(ctx)
	if err != nil {
		return i18n.Wrap(i18n.T("list the stores", "список складов"), err)
	}
	if format == "json" {
		type store struct {
			ID   string `json:"id"`
			Name string `json:"name"`
		}
		all := make([]store, len(list))
		for i, one := range list {
			all[i] = store{one.ID, one.Name}
		}
		return e.printJSON(map[string]any{"source": s.name, "stores": all})
	}
	if len(list) == 0 {
		e.Say(i18n.T("the account has no stores that you may see", "в аккаунте нет складов, доступных вам"))
	}
	var rows [][2]string
	for _, one := range list {
		rows = append(rows, [2]string{one.ID, clean(one.Name)})
	}
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "%s  %s\n", r[0], r[1])
	}
	_, err = fmt.Fprint(e.Stdout, b.String())
	return err
}

// printJSON writes one indented object to stdout, its keys sorted.
func (e *Env) printJSON(v any) error {
	enc := json.NewEncoder(e.Stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// clean keeps control characters out of a terminal.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || (r >= 0x7f && r < 0xa0) {
			return ' '
		}
		return r
	}, s)
}
