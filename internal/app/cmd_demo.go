package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"catalogsheet/importer"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/sandbox"
)

func demoCommand() command {
	return command{
		name:  "demo",
		about: i18n.T("show the main job on invented data: no account, no network", "показать главное на вымышленных данных: без аккаунта и сети"),
		more: i18n.T(
			"Starts a sandbox of MoySklad inside the program, exports a stock sheet, edits prices, reviews, imports, looks at the server and takes it all back. Every command is printed as you would type it.",
			"Запускает внутри программы учебный МойСклад, выгружает остатки, правит цены, проверяет, загружает, смотрит на сервер и возвращает всё назад. Каждая команда печатается так, как её набрали бы вы."),
		examples: []string{"catalogsheet demo", "catalogsheet demo --keep demo"},
		options:  []option{{name: "keep", kind: value, arg: "DIR", about: i18n.T("leave the files in this folder", "оставить файлы в этой папке")}},
		run:      func(ctx context.Context, e *Env, a *Args) error { return demo(ctx, e, a.String("keep", "")) },
	}
}

const demoProducts = 120

// story is a demo on its way: commands run in its folder against its sandbox.
type story struct {
	e     *Env
	dir   string
	child *Env
	goods []good
	// price is the column that the story edits.
	price importer.Mapped
}

// good is a product of the story with the cell of its price.
type good struct {
	key               catalog.Key
	name, cell, price string
}

func demo(ctx context.Context, e *Env, keep string) error {
	dir, err := demoDir(keep)
	if err != nil {
		return err
	}
	server, err := sandbox.New(sandbox.Options{Products: demoProducts, Seed: 1})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return i18n.Wrap(i18n.T("start the sandbox", "запуск учебного сервера"), err)
	}
	web := &http.Server{Handler: server, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	defer func() {
		web.Close()
		<-ended
	}()
	back, err := os.Getwd()
	if err != nil {
		return err
	}
	if err := os.Chdir(dir); err != nil {
		return i18n.Wrap(i18n.T("enter the demo's folder", "переход в папку примера"), err)
	}
	defer os.Chdir(back)
	s := &story{e: e, dir: dir}
	s.child = e.demoEnv("http://"+listener.Addr().String()+"/api/remap/1.2", dir)
	return s.tell(ctx)
}

func demoDir(keep string) (string, error) {
	if keep == "" {
		return os.MkdirTemp("", "catalogsheet-demo-")
	}
	if err := os.MkdirAll(keep, 0o755); err != nil {
		return "", i18n.Wrap(i18n.T("make the demo's folder", "создание папки примера"), err)
	}
	return filepath.Abs(keep)
}

// demoEnv is an environment in which the sandbox is the only account.
func (e *Env) demoEnv(url, dir string) *Env {
	vars := map[string]string{
		"MOYSKLAD_URL": url, "MOYSKLAD_TOKEN": sandbox.DefaultToken, "MOYSKLAD_LOGIN": "", "MOYSKLAD_PASSWORD": "",
		"CATALOGSHEET_HOME": filepath.Join(dir, "home"), "CATALOGSHEET_LANG": e.Lang.String(),
	}
	child := newEnv(strings.NewReader(""), e.Stdout, e.Stdout, func(name string) string {
		if v, ok := vars[name]; ok {
			return v
		}
		return e.Getenv(name)
	})
	child.Lang, child.Hard, child.Now = e.Lang, e.Hard, e.Now
	return child
}

// say prints a line of the story.
func (s *story) say(t i18n.Text, args ...any) {
	fmt.Fprintf(s.e.Stdout, "\n# %s\n", t.In(s.e.Lang, args...))
}

// do runs a command as a user would type it; want is how it is to end.
func (s *story) do(ctx context.Context, want Code, args ...string) error {
	fmt.Fprintf(s.e.Stdout, "\n$ %s %s\n", program, strings.Join(args, " "))
	err := run(ctx, s.child, append([]string{"--progress", "never"}, args...))
	s.child.report(err, false)
	if got := codeOf(err, false); got != want {
		return fmt.Errorf("the demo's command ended with %d, not %d: %w", got, want, err)
	}
	return nil
}

func (s *story) tell(ctx context.Context) error {
	s.say(i18n.T("A shop of %d products lives in a sandbox on this computer. Files are kept in %s", "Магазин из %d товаров живёт в учебном сервере на этом компьютере. Файлы — в %s"), demoProducts, s.dir)
	s.say(i18n.T("Export the stock report with ids and all prices", "Выгружаем остатки с идентификаторами и всеми ценами"))
	if err := s.do(ctx, Done, "export", "moysklad", "stock", "-o", "stock.xlsx", "--force"); err != nil {
		return err
	}
	if err := s.pick(ctx); err != nil {
		return err
	}
	edits := s.edits()
	s.say(i18n.T("Someone edits three prices in Excel, one of them in kopecks by mistake", "Кто-то правит в Excel три цены, одну — по ошибке в копейках"))
	if err := s.edit(edits); err != nil {
		return err
	}
	s.say(i18n.T("Look the changes over, offline", "Смотрим правки, без сети"))
	if err := s.do(ctx, SheetErrors, "review", "stock.xlsx"); err != nil {
		return err
	}
	edits[2].text = repaired(edits[2].text)
	s.say(i18n.T("The mistake is held. Correct it", "Ошибка задержана. Исправляем"))
	if err := s.edit(edits[2:]); err != nil {
		return err
	}
	s.say(i18n.T("Send the changes", "Отправляем правки"))
	if err := s.do(ctx, Done, "import", "stock.xlsx", "--yes"); err != nil {
		return err
	}
	if err := s.server(ctx); err != nil {
		return err
	}
	return s.takeBack(ctx)
}

func (s *story) takeBack(ctx context.Context) error {
	runs, err := journal.Dir{Home: s.child.Home, Now: s.e.Now}.Names()
	if err != nil || len(runs) == 0 {
		return errors.Join(err, errors.New("the demo's run left no journal"))
	}
	s.say(i18n.T("Changed your mind? Take it back", "Передумали? Возвращаем"))
	if err := s.do(ctx, Done, "history"); err != nil {
		return err
	}
	if err := s.do(ctx, Done, "undo", runs[len(runs)-1], "--yes"); err != nil {
		return err
	}
	if err := s.server(ctx); err != nil {
		return err
	}
	s.say(i18n.T("The sheet, its result and the journal are in %s", "Лист, его результат и журнал — в %s"), s.dir)
	return nil
}
