package rest

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"catalogsheet/internal/i18n"
)

// APIError is one error as the service words it.
type APIError struct {
	Code      string
	Message   string
	Parameter string
	// Meta is the object at fault as the service gave it.
	Meta json.RawMessage
}

// HTTPError is an answer other than 2xx. Code, Message, Parameter and Meta are
// those of the first of All.
type HTTPError struct {
	Status int
	Method string
	Path   string
	APIError
	All         []APIError
	ContentType string
	// Snippet is the beginning of a body that holds no APIError, at most 2 KB.
	Snippet string
}

// In says the error in a language.
func (e *HTTPError) In(l i18n.Lang, _ ...any) string {
	said := i18n.T("%s %s: the service answered %s", "%s %s: сервис ответил %s").
		In(l, e.Method, e.Path, strings.TrimSpace(fmt.Sprint(e.Status, " ", http.StatusText(e.Status))))
	for _, a := range e.All {
		said += "; " + strings.TrimSpace(a.Code+" "+a.Message)
	}
	if len(e.All) == 0 && e.Snippet != "" {
		said += fmt.Sprintf(" (%.120q)", e.Snippet)
	}
	return said
}

func (e *HTTPError) Error() string { return e.In(i18n.En) }

// Has says whether one of the errors has one of the codes.
func (e *HTTPError) Has(codes ...string) bool {
	for _, a := range e.All {
		for _, code := range codes {
			if a.Code == code {
				return true
			}
		}
	}
	return false
}

// TransportError is a request without a readable answer.
type TransportError struct {
	Method, Path string
	// Sent: the request may have been carried out.
	Sent bool
	// Final: trying again cannot help.
	Final bool
	Err   error
}

// In says the error in a language.
func (e *TransportError) In(l i18n.Lang, _ ...any) string {
	return i18n.T("%s %s: no answer from the service: %v", "%s %s: нет ответа от сервиса: %v").In(l, e.Method, e.Path, e.Err)
}

func (e *TransportError) Error() string { return e.In(i18n.En) }

// Unwrap gives the cause.
func (e *TransportError) Unwrap() error { return e.Err }

// RepeatedError stops a run in which one request keeps failing in one way:
// services switch such clients off.
type RepeatedError struct {
	Times int
	Err   error
}

// In says the error in a language.
func (e *RepeatedError) In(l i18n.Lang, _ ...any) string {
	return i18n.T("the same request failed %d times in the same way and is not sent again: %v",
		"один и тот же запрос %d раза завершился одной и той же ошибкой и больше не отправляется: %v").In(l, e.Times, e.Err)
}

func (e *RepeatedError) Error() string { return e.In(i18n.En) }

// Unwrap gives the failure that repeats.
func (e *RepeatedError) Unwrap() error { return e.Err }

const snippetSize = 2 << 10

func (c *Client) httpError(r Request, resp *Response) *HTTPError {
	e := &HTTPError{Status: resp.Status, Method: r.Method, Path: r.Path, ContentType: resp.Header.Get("Content-Type")}
	if c.cfg.Errors != nil {
		for _, a := range c.cfg.Errors(resp.Status, resp.Body) {
			a.Message = c.redact(a.Message)
			e.All = append(e.All, a)
		}
	}
	if len(e.All) > 0 {
		e.APIError = e.All[0]
		return e
	}
	head := resp.Body[:min(len(resp.Body), snippetSize)]
	e.Snippet = c.redact(strings.ToValidUTF8(string(head), ""))
	return e
}

func (c *Client) redact(s string) string {
	for _, secret := range c.cfg.Secrets {
		switch {
		case secret == "":
		case utf8.RuneCountInString(secret) < wordSecret:
			s = redactWord(s, secret)
		default:
			s = strings.ReplaceAll(s, secret, mask)
		}
	}
	return s
}

const (
	mask = "***"
	// wordSecret is the length below which a secret may be part of common words.
	wordSecret = 6
)

// redactWord masks a short secret where it stands by itself: a password "tok"
// is no reason to spoil every "token".
func redactWord(s, secret string) string {
	var b strings.Builder
	for at := 0; ; {
		i := strings.Index(s[at:], secret)
		if i < 0 {
			b.WriteString(s[at:])
			return b.String()
		}
		begin, end := at+i, at+i+len(secret)
		before, _ := utf8.DecodeLastRuneInString(s[:begin])
		after, _ := utf8.DecodeRuneInString(s[end:])
		shown := mask
		if inWord(before) || inWord(after) {
			shown = secret
		}
		b.WriteString(s[at:begin] + shown)
		at = end
	}
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// certificateError: the other side could not prove who it is, so nothing was
// written to it and trying again cannot help.
func certificateError(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return true
	}
	_, ok := errors.AsType[x509.HostnameError](err)
	return ok
}
