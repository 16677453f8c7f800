package sandbox

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"catalogsheet/internal/i18n"
)

// problem is one error of the API: its HTTP status and its words.
type problem struct {
	status int
	text   i18n.Text
}

// problems are the codes this imitation gives (JSON API 1.2, "Ошибки").
// Statuses that the page does not name are in assumptions.md.
var problems = map[int]problem{
	1002:  {404, i18n.T("unknown path: %v", "Неизвестный путь: %v")},
	1005:  {412, i18n.T("unknown type: '%v'", "Неизвестный тип: '%v'")},
	1007:  {412, i18n.T("unknown field '%v'", "Неизвестное поле '%v'")},
	1012:  {400, i18n.T("the id of the object is missing", "Не указан идентификатор объекта")},
	1014:  {412, i18n.T("wrong value of filter '%v'", "Неправильное значение фильтра '%v'")},
	1021:  {404, i18n.T("object '%v' not found", "Объект '%v' не найден")},
	1030:  {412, i18n.T("filter field '%v' may be given once only", "Поле фильтрации '%v' можно указать только один раз")},
	1034:  {412, i18n.T("wrong parameter or filter: '%v'", "Неверный параметр или фильтр: '%v'")},
	1035:  {412, i18n.T("wrong date in filter '%v'", "Неверный формат даты в фильтре '%v'")},
	1037:  {415, i18n.T("the Content-Type must be application/json", "Content-Type должен быть application/json")},
	1041:  {412, i18n.T("unknown value of '%v'", "Неизвестное значение '%v'")},
	1044:  {413, i18n.T("the request body is too large", "Превышен размер тела запроса")},
	1047:  {412, i18n.T("syncId may not be changed", "Поле syncId нельзя изменить")},
	1049:  {429, i18n.T("too many requests", "Превышено ограничение на количество запросов")},
	1052:  {400, i18n.T("wrong UUID: '%v'", "Неверный формат UUID: '%v'")},
	405:   {405, i18n.T("method %v is not supported here", "Метод %v здесь не поддерживается")},
	1056:  {401, i18n.T("authentication failed: check login and password or the token", "Ошибка аутентификации: неправильный логин, пароль или токен")},
	1058:  {400, i18n.T("the address cannot be decoded", "Не удалось декодировать адрес запроса")},
	1059:  {412, i18n.T("the href points to another server: '%v'", "Ссылка указывает на другой сервер: '%v'")},
	1060:  {412, i18n.T("meta.type '%v' does not match the href", "Тип meta.type '%v' не соответствует ссылке")},
	1061:  {403, i18n.T("access to the API is switched off; turn to the support", "Доступ к API отключён; обратитесь в поддержку")},
	1062:  {400, i18n.T("wrong value of the Accept header; use application/json;charset=utf-8", "Неверное значение заголовка Accept; используйте application/json;charset=utf-8")},
	1063:  {412, i18n.T("sorting by '%v' is not supported", "Сортировка по полю '%v' не поддерживается")},
	1065:  {409, i18n.T("the object was changed or deleted in a parallel request", "Объект уже изменён или удалён в параллельном запросе")},
	1069:  {412, i18n.T("incompatible parameters: %v", "Несовместимые параметры: %v")},
	1073:  {429, i18n.T("too many parallel requests", "Превышено ограничение на количество параллельных запросов")},
	1074:  {503, i18n.T("maintenance, try again in a minute", "Ведутся технические работы, повторите запрос через минуту")},
	1075:  {403, i18n.T("no right to edit field '%v'", "Нет прав на изменение поля '%v'")},
	1088:  {504, i18n.T("processing took too long; use smaller arrays", "Превышено время обработки; используйте массивы меньшего размера")},
	1089:  {412, i18n.T("expand of '%v' is not supported", "Раскрытие поля '%v' не поддерживается")},
	2001:  {400, i18n.T("the body is not JSON", "Тело запроса не является JSON")},
	2005:  {400, i18n.T("the body must begin with an object or an array", "Тело запроса должно начинаться с объекта или массива")},
	2006:  {400, i18n.T("objects nest deeper than 10", "Превышена вложенность объектов: больше 10")},
	2007:  {413, i18n.T("more than 1000 elements in the array", "Больше 1000 элементов в массиве")},
	2009:  {400, i18n.T("one object is expected, not an array", "Ожидается один объект, а не массив")},
	2010:  {412, i18n.T("field '%v': meta.href is missing", "Поле '%v': отсутствует meta.href")},
	2011:  {412, i18n.T("field '%v': meta.type is missing", "Поле '%v': отсутствует meta.type")},
	2012:  {412, i18n.T("unknown meta.type '%v'", "Неизвестный meta.type '%v'")},
	2013:  {412, i18n.T("wrong href: '%v'", "Неверная ссылка: '%v'")},
	2014:  {412, i18n.T("field '%v': reference to an entity of a wrong type", "Поле '%v': ссылка на сущность неподходящего типа")},
	2016:  {412, i18n.T("wrong format: the value of field '%v' has the wrong type", "Ошибка формата: значение поля '%v' имеет неверный тип")},
	2024:  {412, i18n.T("the meta is of another entity: '%v'", "Метаданные другой сущности: '%v'")},
	2029:  {412, i18n.T("field '%v': the value is not one of the list", "Поле '%v': значение не из списка")},
	3000:  {412, i18n.T("cannot save: field '%v' may not be empty or missing", "Ошибка сохранения объекта: поле '%v' не может быть пустым или отсутствовать")},
	3001:  {412, i18n.T("cannot save: field '%v' is read-only", "Ошибка сохранения объекта: поле '%v' только для чтения")},
	3002:  {412, i18n.T("cannot save: field '%v' may not be negative", "Ошибка сохранения объекта: поле '%v' не может быть отрицательным")},
	3003:  {412, i18n.T("cannot save: field '%v' must be above zero", "Ошибка сохранения объекта: поле '%v' должно быть больше нуля")},
	3005:  {412, i18n.T("cannot save: value not allowed in field '%v'", "Ошибка сохранения объекта: недопустимое значение поля '%v'")},
	3006:  {412, i18n.T("cannot save: field '%v' must be unique", "Ошибка сохранения объекта: нарушена уникальность поля '%v'")},
	3008:  {412, i18n.T("cannot save: field '%v' is above the maximum", "Ошибка сохранения объекта: значение поля '%v' больше допустимого")},
	3011:  {412, i18n.T("cannot save: a barcode is longer than 255 characters", "Ошибка сохранения объекта: штрихкод длиннее 255 символов")},
	3012:  {412, i18n.T("cannot save: null or a plain value in array '%v'", "Ошибка сохранения объекта: null или простое значение в массиве '%v'")},
	3013:  {412, i18n.T("cannot save: the same element twice in array '%v'", "Ошибка сохранения объекта: повтор элемента в массиве '%v'")},
	3014:  {412, i18n.T("cannot save: wrong GTIN '%v'", "Ошибка сохранения объекта: неверный GTIN '%v'")},
	3023:  {412, i18n.T("cannot save: custom field '%v' is required", "Ошибка сохранения объекта: дополнительное поле '%v' обязательно")},
	3040:  {412, i18n.T("cannot save: field '%v' is longer than allowed", "Ошибка сохранения объекта: превышена длина поля '%v'")},
	3042:  {412, i18n.T("fields= takes one value", "Параметр fields принимает одно значение")},
	3043:  {412, i18n.T("unknown value of fields=: '%v'", "Неизвестное значение fields: '%v'")},
	3051:  {412, i18n.T("cannot save: names along the folder path exceed 255 characters", "Ошибка сохранения объекта: имена по пути группы длиннее 255 символов")},
	14000: {412, i18n.T("custom field '%v' belongs to another entity", "Дополнительное поле '%v' относится к другой сущности")},
	14001: {412, i18n.T("custom field '%v' holds a file", "Дополнительное поле '%v' содержит файл")},
	14009: {412, i18n.T("custom field '%v': value is missing", "Дополнительное поле '%v': отсутствует value")},
	15000: {412, i18n.T("a variant with these characteristics exists", "Модификация с такими характеристиками уже есть")},
	15001: {412, i18n.T("unknown characteristic '%v'", "Неизвестная характеристика '%v'")},
	15002: {412, i18n.T("variant without characteristics", "Не указаны характеристики модификации")},
	16002: {412, i18n.T("serial numbers cannot be switched off", "Нельзя отключить учёт по серийным номерам")},
	16008: {412, i18n.T("packs need a unit of measure", "Для упаковок нужна единица измерения")},
	16010: {412, i18n.T("vatEnabled needs vat", "При vatEnabled нужно указать vat")},
	29000: {412, i18n.T("a bundle has 1 to 50 components", "В комплекте должно быть от 1 до 50 компонентов")},
	29002: {412, i18n.T("the same component twice", "Компонент указан дважды")},
	61000: {412, i18n.T("async is not supported here", "Асинхронный режим здесь не поддерживается")},
	71000: {412, i18n.T("a consignment of a consignment", "Нельзя создать партию партии")},
	71001: {412, i18n.T("label or expiryDate is required", "Нужно указать label или expiryDate")},
}

// apiError is a refusal in the API's own form.
type apiError struct {
	code      int
	parameter string // field or parameter at fault
	arg       any
	offset    int // where in the body the value begins; -1 is nowhere
}

func (e *apiError) Error() string { return e.say(i18n.En) }

func (e *apiError) say(l i18n.Lang) string {
	p := problems[e.code]
	if e.arg == nil {
		return p.text.In(l)
	}
	return p.text.In(l, e.arg)
}

func (e *apiError) status() int {
	if p, ok := problems[e.code]; ok {
		return p.status
	}
	return http.StatusInternalServerError
}

// refuse is an error that names nothing.
func refuse(code int) *apiError { return &apiError{code: code, offset: -1} }

// refuseAt is an error that names what is at fault.
func refuseAt(code int, what string) *apiError {
	return &apiError{code: code, parameter: what, arg: what, offset: -1}
}

// refuseField names the field and says a value.
func refuseField(code int, field, value string) *apiError {
	return &apiError{code: code, parameter: field, arg: value, offset: -1}
}

// errorBody writes {"errors":[…]} (Общие сведения, "Обработка ошибок").
func errorBody(err error, l i18n.Lang, body []byte) []byte {
	var e *apiError
	if !errors.As(err, &e) {
		return fmt.Appendf(nil, `{"errors":[{"error":%s}]}`, quote(err.Error()))
	}
	dst := fmt.Appendf(nil, `{"errors":[{"error":%s`, quote(e.say(l)))
	if e.code < 1000 {
		// A refusal without a code: the HTTP status says it.
		return append(dst, "}]}"...)
	}
	dst = fmt.Appendf(dst, `,"code":%d`, e.code)
	if e.parameter != "" {
		dst = fmt.Appendf(dst, `,"parameter":%s`, quote(e.parameter))
	}
	dst = fmt.Appendf(dst, `,"moreInfo":"https://dev.moysklad.ru/doc/api/remap/1.2/#error_%d"`, e.code)
	if e.offset >= 0 && e.offset <= len(body) {
		line, column := place(body, e.offset)
		dst = append(dst, `,"line":`...)
		dst = strconv.AppendInt(dst, int64(line), 10)
		dst = append(dst, `,"column":`...)
		dst = strconv.AppendInt(dst, int64(column), 10)
	}
	return append(dst, "}]}"...)
}

// place counts lines from 1; the column is the one after the brace that opens
// the refused object, as captured answers have it.
func place(body []byte, offset int) (line, column int) {
	line, start := 1, 0
	for i := 0; i < offset; i++ {
		if body[i] == '\n' {
			line++
			start = i + 1
		}
	}
	return line, offset - start + 2
}
