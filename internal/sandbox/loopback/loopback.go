// Package loopback never listens beyond this computer, and no request outlives
// the call that served it.
package loopback

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"catalogsheet/internal/i18n"
)

// Serve serves h on a loopback address such as 127.0.0.1:8077 until ctx ends.
// ready is called with the origin, such as http://127.0.0.1:8077, once
// connections are accepted.
func Serve(ctx context.Context, listen string, h http.Handler, ready func(origin string)) error {
	if err := Check(listen); err != nil {
		return err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return i18n.Wrapf(i18n.T("listen on %q", "слушать на %q"), err, listen)
	}
	return serve(ctx, l, h, ready)
}

// Check refuses an address that other computers could reach.
func Check(listen string) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return i18n.Wrapf(i18n.T("listen on %q", "слушать на %q"), err, listen)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return i18n.Errorf(i18n.T("listen on %q: only loopback addresses are served, such as 127.0.0.1:8077", "слушать на %q: допустимы только адреса этого компьютера, например 127.0.0.1:8077"), listen)
	}
	return nil
}

// waited counts the requests under way.
type waited struct {
	http.Handler
	busy sync.WaitGroup
}

func (w *waited) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.busy.Add(1)
	defer w.busy.Done()
	w.Handler.ServeHTTP(rw, r)
}

func serve(ctx context.Context, l net.Listener, h http.Handler, ready func(origin string)) error {
	w := &waited{Handler: h}
	srv := &http.Server{Handler: w, ReadHeaderTimeout: 30 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	done := make(chan error, 1)
	go func() { done <- srv.Serve(l) }()
	if ready != nil {
		ready("http://" + l.Addr().String())
	}
	select {
	case err := <-done:
		return i18n.Wrap(i18n.T("serve the sandbox", "работа песочницы"), err)
	case <-ctx.Done():
	}
	err := srv.Close()
	w.busy.Wait()
	if err != nil {
		return i18n.Wrap(i18n.T("close the sandbox", "остановка песочницы"), err)
	}
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return i18n.Wrap(i18n.T("serve the sandbox", "работа песочницы"), err)
	}
	return nil
}
