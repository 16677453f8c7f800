package moysklad

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/rest"
)

// Codes of the API that the tool acts upon: MoySklad JSON API 1.2, Обработка
// ошибок.
const (
	codeRate     = "1049"
	codeParallel = "1073"
	codeTooLarge = "1044"
	codeTooMany  = "2007"
	codeTimeout  = "1088"
	codeMeantime = "1065" // changed in a parallel request
)

// orderCodes are the refusals of a sort field.
var orderCodes = []string{"1042", "1063", "1096"}

// stopCodes are the refusals after which nothing else can succeed.
var stopCodes = []string{"1043", "1048", "1056", "1061", "1070", "1998"}

// explanations says what to do about a refusal; the first line that fits is
// taken. Status 0 fits any.
var explanations = [...]struct {
	codes  []string
	status int
	text   i18n.Text
}{
	{codes: []string{"1056"}, text: i18n.T(
		"MoySklad does not accept the login, password or token: check it, or run catalogsheet login moysklad",
		"МойСклад не принимает логин, пароль или токен: проверьте их или выполните catalogsheet login moysklad")},
	{codes: []string{"1048"}, text: i18n.T(
		"MoySklad refused to let in after too many attempts: wait some minutes and check the password",
		"МойСклад не пускает после слишком многих попыток входа: подождите несколько минут и проверьте пароль")},
	{codes: []string{"1061"}, text: i18n.T(
		"this user may not use the API: the administrator turns it on in the employee's card of MoySklad",
		"у этого пользователя нет доступа к API: администратор включает его в карточке сотрудника МоегоСклада")},
	{codes: []string{"1043", "1070"}, text: i18n.T(
		"the account's tariff has no access to the API: see the subscription in MoySklad",
		"на тарифе аккаунта нет доступа к API: проверьте подписку в МоёмСкладе")},
	{codes: []string{"1998"}, status: 0, text: i18n.T(
		"this is the old address of the API: MOYSKLAD_URL must be "+DefaultURL,
		"это старый адрес API: MOYSKLAD_URL должен быть "+DefaultURL)},
	{status: http.StatusGone, text: i18n.T(
		"this version of the API is switched off: MOYSKLAD_URL must be "+DefaultURL,
		"эта версия API отключена: MOYSKLAD_URL должен быть "+DefaultURL)},
	{codes: []string{codeRate, codeParallel}, status: http.StatusTooManyRequests, text: i18n.T(
		"MoySklad asks to wait again and again: another program uses the same user, try later",
		"МойСклад снова и снова просит подождать: тем же пользователем работает другая программа, повторите позже")},
	{codes: []string{"1074", "1095"}, text: i18n.T(
		"MoySklad is under maintenance: try again in some minutes",
		"в МоёмСкладе технические работы: повторите через несколько минут")},
	{status: http.StatusUnauthorized, text: i18n.T(
		"MoySklad does not accept the credentials: run catalogsheet login moysklad",
		"МойСклад не принимает данные для входа: выполните catalogsheet login moysklad")},
	{status: http.StatusForbidden, text: i18n.T(
		"the user has no right to do this in MoySklad: ask the administrator of the account",
		"у пользователя нет прав на это в МоёмСкладе: обратитесь к администратору аккаунта")},
	{status: http.StatusUnsupportedMediaType, text: i18n.T(
		"MoySklad refused the form of the request, which a proxy on the way may have changed",
		"МойСклад отверг форму запроса: возможно, его изменил прокси-сервер по пути")},
	{codes: []string{"1002"}, text: textNotTheAPI},
}

// textNotTheAPI is for what only another address than the API's answers.
var textNotTheAPI = i18n.T(
	"this is not the address of API 1.2: MOYSKLAD_URL must be "+DefaultURL,
	"это не адрес API 1.2: MOYSKLAD_URL должен быть "+DefaultURL)

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

// explain puts what to do in front of an error that has a known cause.
func explain(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*explained](err); ok {
		return err
	}
	if text, ok := explanation(err); ok {
		return &explained{text: text, err: err}
	}
	return err
}

func explanation(err error) (i18n.Text, bool) {
	if he, ok := errors.AsType[*rest.HTTPError](err); ok {
		for _, x := range explanations {
			byCode := len(x.codes) > 0 && he.Has(x.codes...)
			byStatus := x.status != 0 && x.status == he.Status
			if byCode || byStatus {
				return x.text, true
			}
		}
		// The API says in JSON what it does not have, and redirects only to
		// the item that a web page's id means.
		astray := he.Status == http.StatusNotFound && len(he.All) == 0 || he.Status/100 == 3
		return textNotTheAPI, astray
	}
	if se, ok := errors.AsType[*json.SyntaxError](err); ok && strings.HasPrefix(se.Error(), "invalid character '<'") {
		return i18n.T(
			"a web page came instead of MoySklad's answer: check the proxy, and whether this network wants you to log in",
			"вместо ответа МоегоСклада пришла веб-страница: проверьте прокси и не требует ли эта сеть входа"), true
	}
	if te, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && strings.Contains(te.Field, "riceType") {
		return i18n.T(
			"the answer has the form of API 1.1, which is switched off: MOYSKLAD_URL must be "+DefaultURL,
			"ответ имеет вид отключённого API 1.1: MOYSKLAD_URL должен быть "+DefaultURL), true
	}
	if te, ok := errors.AsType[*rest.TransportError](err); ok {
		return unreachable(te)
	}
	return i18n.Text{}, false
}

func unreachable(te *rest.TransportError) (i18n.Text, bool) {
	if _, ok := errors.AsType[*net.DNSError](te); ok {
		return i18n.T("the address of MoySklad cannot be found: check the network connection",
			"адрес МоегоСклада не найден: проверьте подключение к сети"), true
	}
	switch {
	case errors.Is(te, context.Canceled):
		return i18n.Text{}, false
	case errors.Is(te, context.DeadlineExceeded):
		return i18n.T("MoySklad did not answer in time: try again later",
			"МойСклад не ответил вовремя: повторите позже"), true
	case strings.Contains(te.Err.Error(), "x509"), strings.Contains(te.Err.Error(), "tls:"):
		return i18n.T("the connection to MoySklad is not secure: check the clock of this computer, the antivirus and the proxy",
			"соединение с МоимСкладом незащищено: проверьте часы компьютера, антивирус и прокси"), true
	}
	return i18n.T("MoySklad cannot be reached: check the network connection",
		"МойСклад недоступен: проверьте подключение к сети"), true
}

func isHTTP(err error) bool {
	_, ok := errors.AsType[*rest.HTTPError](err)
	return ok
}

// stopsAll says that no other request can succeed either.
func stopsAll(err error) bool {
	he, ok := errors.AsType[*rest.HTTPError](err)
	return ok && (he.Status == http.StatusUnauthorized || he.Status == http.StatusGone ||
		slices.ContainsFunc(he.All, func(a rest.APIError) bool { return slices.Contains(stopCodes, a.Code) }))
}

// denied says that the user may not see what was asked for.
func denied(err error) bool {
	he, ok := errors.AsType[*rest.HTTPError](err)
	return ok && he.Status == http.StatusForbidden && !stopsAll(err)
}

// Check tries the credentials without changing anything and says in words what
// is wrong.
func (s *Source) Check(ctx context.Context) error {
	_, err := s.Account(ctx)
	return err
}
