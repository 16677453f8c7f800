package app

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/sandbox"
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
		},
		run: runSandbox,
	}
}

func runSandbox(ctx context.Context, e *Env, a *Args) error {
	o, err := sandboxOptions(a)
	if err != nil {
		return err
	}
	listen := a.String("listen", "127.0.0.1:8077")
	if err := checkListen(listen); err != nil {
		return err
	}
	return sandbox.Serve(ctx, listen, o, func(baseURL, token string) {
		fmt.Fprintf(e.Stdout, "MOYSKLAD_URL=%s MOYSKLAD_TOKEN=%s\n", baseURL, token)
		e.Say(i18n.T("serving until Ctrl-C", "работает до Ctrl-C"))
	})
}

func sandboxOptions(a *Args) (sandbox.Options, error) {
	o := sandbox.Options{Faults: a.String("faults", "default")}
	var err error
	if o.Products, err = strconv.Atoi(a.String("products", "500")); err != nil || o.Products < 1 || o.Products > 1_000_000 {
		return o, Usagef(i18n.T("--products is a number from 1 to 1000000, not %q", "--products — число от 1 до 1000000, а не «%s»"), a.String("products", ""))
	}
	if o.Seed, err = strconv.ParseInt(a.String("seed", "1"), 10, 64); err != nil {
		return o, Usagef(i18n.T("--seed is a whole number, not %q", "--seed — целое число, а не «%s»"), a.String("seed", ""))
	}
	if o.Latency, err = latency(a.String("latency", "0")); err != nil {
		return o, Usagef(i18n.T("--latency is a time such as 200ms, not %q", "--latency — время, например 200ms, а не «%s»"), a.String("latency", ""))
	}
	// A small account tells whether the faults can be understood.
	if _, err := sandbox.New(sandbox.Options{Products: 1, Faults: o.Faults}); err != nil {
		return o, &Exit{Code: Usage, Err: err}
	}
	return o, nil
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
