package app

import (
	"context"
	"errors"

	"catalogsheet/internal/i18n"
)

// Code is what the program ends with.
type Code int

// The exit codes.
const (
	Done        Code = 0   // done, or nothing to do
	Failed      Code = 1   // the program or the network failed
	Usage       Code = 2   // wrong usage, or nobody can be asked; nothing was sent
	SheetErrors Code = 3   // errors in the sheet, or changes held; nothing was sent
	Changes     Code = 4   // changes found, where asked for
	Conflicts   Code = 5   // conflicts with what the server holds; nothing was sent
	Partly      Code = 6   // partly applied
	Interrupted Code = 130 // the batch in flight was finished and journaled
)

// exitTable says every code for people, in the order of the documentation.
var exitTable = [...]struct {
	code  Code
	means i18n.Text
}{
	{Done, i18n.T("done, or nothing to do", "готово или делать нечего")},
	{Failed, i18n.T("the program or the network failed", "сбой программы или сети")},
	{Usage, i18n.T("wrong usage, or nobody can be asked; nothing was sent", "неверный вызов или некого спросить; ничего не отправлено")},
	{SheetErrors, i18n.T("the sheet has errors or changes held; nothing was sent", "в листе ошибки или задержанные изменения; ничего не отправлено")},
	{Changes, i18n.T("changes found (review --exit-code)", "найдены изменения (review --exit-code)")},
	{Conflicts, i18n.T("conflicts with the server; nothing was sent", "конфликты с сервером; ничего не отправлено")},
	{Partly, i18n.T("partly applied: see the result sheet", "применено частично: смотрите лист результата")},
	{Interrupted, i18n.T("interrupted; the command to resume was printed", "прервано; команда продолжения напечатана")},
}

// Exit is an error that says what the program ends with. A nil Err prints
// nothing: the command has said it all.
type Exit struct {
	Code Code
	Err  error
	// Hint says what to do next, nil where the message says it all.
	Hint error
}

func (x *Exit) Error() string {
	if x.Err == nil {
		return ""
	}
	return x.Err.Error()
}

// Unwrap gives the cause.
func (x *Exit) Unwrap() error { return x.Err }

// Usagef is wrong usage: exit 2.
func Usagef(t i18n.Text, args ...any) error {
	return &Exit{Code: Usage, Err: i18n.Errorf(t, args...)}
}

// Hinted is Usagef with a hint.
func Hinted(hint error, t i18n.Text, args ...any) error {
	return &Exit{Code: Usage, Err: i18n.Errorf(t, args...), Hint: hint}
}

// codeOf finds the exit code of what a command returned: its own, else that of
// an interrupted or a failed program.
func codeOf(err error, interrupted bool) Code {
	var x *Exit
	switch {
	case err == nil:
		return Done
	case errors.As(err, &x):
		return x.Code
	case interrupted && errors.Is(err, context.Canceled):
		return Interrupted
	}
	return Failed
}
