package evotor

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/rest"
)

// explanations says what to do about a status: Evotor REST API, Ответы.
var explanations = [...]struct {
	status int
	stops  bool // no other request can succeed either
	text   i18n.Text
}{
	{http.StatusUnauthorized, true, i18n.T(
		"Evotor does not accept the token (it was revoked, or the application was removed): run catalogsheet login evotor",
		"Эвотор не принимает токен (он отозван или приложение удалено): выполните catalogsheet login evotor")},
	{http.StatusPaymentRequired, true, i18n.T(
		"the application is not installed on some till of the store, or more tills use it than were paid for: see the application in Evotor's cabinet",
		"приложение установлено не на всех кассах магазина или касс больше, чем оплачено: проверьте приложение в личном кабинете Эвотора")},
	{http.StatusForbidden, true, i18n.T(
		"the application has no right to do this: see its rights in Evotor's cabinet",
		"у приложения нет прав на это действие: проверьте его права в личном кабинете Эвотора")},
	{http.StatusNotAcceptable, true, i18n.T(
		"Evotor refused the form of the request, which a proxy on the way may have changed",
		"Эвотор отверг форму запроса: возможно, его изменил прокси-сервер по пути")},
	{http.StatusTooManyRequests, true, i18n.T(
		"Evotor asks to wait again and again: another program uses the same token, try later",
		"Эвотор снова и снова просит подождать: тем же токеном работает другая программа, повторите позже")},
}

// explained is an error with the words for it in front.
type explained struct {
	text i18n.Text
	err  error
}

func (e *explained) In(l i18n.Lang, _ ...any) string {
	return e.text.In(l) + " (" + i18n.Describe(l, e.err) + ")"
}
func (e *explained) Error() string { return e.In(i18n.En) }
func (e *explained) Unwrap() error { return e.err }

// busyError is a request to wait that is too long to stay for.
type busyError struct {
	wait time.Duration
	err  error
}

func (e *busyError) In(l i18n.Lang, _ ...any) string {
	return i18n.T("Evotor asks to wait %s: run the command again then (%s)", "Эвотор просит подождать %s: повторите команду после этого (%s)").
		In(l, e.wait.Round(time.Second), i18n.Describe(l, e.err))
}
func (e *busyError) Error() string { return e.In(i18n.En) }
func (e *busyError) Unwrap() error { return e.err }

// explain puts what to do in front of an error that has a known cause.
func explain(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*explained](err); ok {
		return err
	}
	if he, ok := errors.AsType[*rest.HTTPError](err); ok {
		for _, x := range explanations {
			if x.status == he.Status {
				return &explained{text: x.text, err: err}
			}
		}
		return err
	}
	if te, ok := errors.AsType[*rest.TransportError](err); ok {
		if text, ok := unreachable(te); ok {
			return &explained{text: text, err: err}
		}
	}
	return err
}

func unreachable(te *rest.TransportError) (i18n.Text, bool) {
	if _, ok := errors.AsType[*net.DNSError](te); ok {
		return i18n.T("the address of Evotor cannot be found: check the network connection",
			"адрес Эвотора не найден: проверьте подключение к сети"), true
	}
	switch {
	case errors.Is(te, context.Canceled):
		return i18n.Text{}, false
	case errors.Is(te, context.DeadlineExceeded):
		return i18n.T("Evotor did not answer in time: try again later", "Эвотор не ответил вовремя: повторите позже"), true
	case strings.Contains(te.Err.Error(), "x509"), strings.Contains(te.Err.Error(), "tls:"):
		return i18n.T("the connection to Evotor is not secure: check the clock of this computer, the antivirus and the proxy",
			"соединение с Эвотором незащищено: проверьте часы компьютера, антивирус и прокси"), true
	}
	return i18n.T("Evotor cannot be reached: check the network connection", "Эвотор недоступен: проверьте подключение к сети"), true
}

// status gives an error's HTTP status, 0 for none.
func status(err error) int {
	if he, ok := errors.AsType[*rest.HTTPError](err); ok {
		return he.Status
	}
	return 0
}

// stopsAll says that no other request can succeed either.
func stopsAll(err error) bool {
	for _, x := range explanations {
		if x.stops && x.status == status(err) {
			return true
		}
	}
	_, repeated := errors.AsType[*rest.RepeatedError](err)
	return repeated
}

// Check tries the token without changing anything and says in words what is
// wrong.
func (s *Source) Check(ctx context.Context) error {
	_, err := s.Account(ctx)
	return err
}
