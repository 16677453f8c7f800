package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sandbox"
	tillbox "catalogsheet/internal/sandbox/evotor"
	onlyhere "catalogsheet/internal/sandbox/loopback"
)

func sandboxCommand() command {
	return command{
		name:  "sandbox",
		about: i18n.T("serve an imitated account on this computer", "поднять на этом компьютере учебный аккаунт"),
		more: i18n.T(
			"Prints the settings that make the other commands use it, then serves until Ctrl-C.",
			"Печатает настройки, с которыми остальные команды работают с ним, и обслуживает их до Ctrl-C."),
		examples: []string{
			"catalogsheet sandbox",
			"catalogsheet sandbox --listen 127.0.0.1:9000 --products 10000 --faults none",
		},
		options: []option{
			{name: "listen", kind: value, arg: "HOST:PORT", about: i18n.T("address on this computer (127.0.0.1:8077)", "адрес на этом компьютере (127.0.0.1:8077)")},
			{name: "products", kind: value, arg: "N", about: i18n.T("how many products (500)", "сколько товаров (500)")},
			{name: "seed", kind: value, arg: "N", about: i18n.T("the same number makes the same account (1)", "одно и то же число даёт один и тот же аккаунт (1)")},
			{name: "faults", kind: value, arg: "default|none|SPEC", about: i18n.T("what goes wrong on purpose (default)", "что намеренно идёт не так (default)")},
			{name: "latency", kind: value, arg: "DURATION", about: i18n.T("added to every answer, such as 200ms (0)", "добавка к каждому ответу, например 200ms (0)")},
			{name: "legacy", about: i18n.T("an Evotor catalog that API V1 alone has written", "каталог Эвотора, записанный только через API V1")},
			{name: "defects", kind: value, arg: "N", about: i18n.T("how many defects of each kind that catalog has (0)", "сколько в нём дефектов каждого вида (0)")},
		},
		run: runSandbox,
	}
}

// evotorPrefix is where the Evotor account begins: both APIs share one address.
const evotorPrefix = "/evotor"

func runSandbox(ctx context.Context, e *Env, a *Args) error {
	shop, tills, err := sandboxes(a)
	if err != nil {
		return err
	}
	listen := a.String("listen", "127.0.0.1:8077")
	if err := checkListen(listen); err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/", shop)
	mux.Handle(evotorPrefix+"/", http.StripPrefix(evotorPrefix, tills))
	return onlyhere.Serve(ctx, listen, mux, func(origin string) {
		fmt.Fprintf(e.Stdout, "MOYSKLAD_URL=%s/api/remap/1.2 MOYSKLAD_TOKEN=%s\n", origin, sandbox.DefaultToken)
		fmt.Fprintf(e.Stdout, "EVOTOR_URL=%s%s EVOTOR_TOKEN=%s\n", origin, evotorPrefix, tillbox.DefaultToken)
		e.Say(i18n.T("in another terminal, type export before each of these lines (in PowerShell: $env:NAME=\"VALUE\"); serving until Ctrl-C",
			"в другом окне терминала наберите export перед каждой из этих строк (в PowerShell: $env:ИМЯ=\"ЗНАЧЕНИЕ\"); работает до Ctrl-C"))
	})
}

// sandboxes makes the two accounts. A fault that only one of the APIs knows
// happens there.
func sandboxes(a *Args) (http.Handler, http.Handler, error) {
	products, err := countOf(a, "products", 500, 1, 1_000_000)
	if err != nil {
		return nil, nil, err
	}
	defects, err := countOf(a, "defects", 0, 0, 1000)
	if err != nil {
		return nil, nil, err
	}
	seed, err := strconv.ParseInt(a.String("seed", "1"), 10, 64)
	if err != nil {
		return nil, nil, Usagef(i18n.T("--seed is a whole number, not %q", "--seed — целое число, а не «%s»"), a.String("seed", ""))
	}
	delay, err := latency(a.String("latency", "0"))
	if err != nil {
		return nil, nil, Usagef(i18n.T("--latency is a time such as 200ms, not %q", "--latency — время, например 200ms, а не «%s»"), a.String("latency", ""))
	}
	faults := a.String("faults", "default")
	// A small account tells whether the faults can be understood.
	_, shopErr := sandbox.New(sandbox.Options{Products: 1, Faults: faults})
	_, tillErr := tillbox.New(tillbox.Options{Products: 20, Faults: faults})
	if shopErr != nil && tillErr != nil {
		return nil, nil, &Exit{Code: Usage, Err: shopErr}
	}
	shopFaults, tillFaults := faults, faults
	if shopErr != nil {
		shopFaults = "none"
	}
	if tillErr != nil {
		tillFaults = "none"
	}
	shop, err := sandbox.New(sandbox.Options{Products: products, Seed: seed, Latency: delay, Faults: shopFaults})
	if err != nil {
		return nil, nil, err
	}
	tills, err := tillbox.New(tillbox.Options{
		Products: products, Seed: seed, Latency: delay, Faults: tillFaults, Legacy: a.Bool("legacy"), Defects: defects,
	})
	return shop, tills, err
}

// countOf reads a flag that is a number between two bounds.
func countOf(a *Args, name string, standard, least, most int) (int, error) {
	n, err := strconv.Atoi(a.String(name, strconv.Itoa(standard)))
	if err != nil || n < least || n > most {
		return 0, Usagef(i18n.T("--%s is a number from %d to %d, not %q", "--%s — число от %d до %d, а не «%s»"), name, least, most, a.String(name, ""))
	}
	return n, nil
}

func latency(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err == nil && (d < 0 || d > time.Minute) {
		return 0, strconv.ErrRange
	}
	return d, err
}

func checkListen(listen string) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return Usagef(i18n.T("--listen is HOST:PORT such as 127.0.0.1:8077, not %q", "--listen — адрес вида 127.0.0.1:8077, а не «%s»"), listen)
	}
	if !loopback(host) {
		return Usagef(i18n.T(
			"--listen %s: the sandbox is for this computer only: use 127.0.0.1",
			"--listen %s: учебный аккаунт — только для этого компьютера: используйте 127.0.0.1"), listen)
	}
	return nil
}
