package sheet

import (
	"errors"

	"catalogsheet/internal/i18n"
)

// The codes of a FileError: those of the table of findings.
const (
	CodeUnreadable = "file-unreadable"
	CodeEncrypted  = "file-encrypted"
	CodeTooLarge   = "file-too-large"
)

// FileError says why a file cannot be read at all. Code is one of the three
// codes, Kind what the file turned out to be (see kinds) or which limit it
// passed.
type FileError struct {
	Code string
	Kind string
	Err  error
}

// KindEncoding is a text whose encoding is not recognized. What it says names an
// option, which not every command has.
const KindEncoding = "encoding"

// KindCells is a sheet with more cells than can be kept at once, which only
// matters to who has to keep them.
const KindCells = "cells"

// kinds says what a file is that cannot be read, by Kind.
var kinds = map[string]i18n.Text{
	"empty":      i18n.T("the file is empty", "файл пуст"),
	"xls":        i18n.T("this is a workbook of Excel 4 or older: save it as .xlsx", "это книга Excel 4 или старше: сохраните её как .xlsx"),
	"ods":        i18n.T("this is an OpenDocument sheet (.ods)", "это таблица OpenDocument (.ods)"),
	"xlsb":       i18n.T("this is a binary Excel workbook (.xlsb)", "это двоичная книга Excel (.xlsb)"),
	"html":       i18n.T("this is a web page (HTML), whatever its name says", "это веб-страница (HTML), что бы ни говорило имя файла"),
	"xml2003":    i18n.T("this is an XML 2003 table", "это таблица XML 2003"),
	"xml":        i18n.T("this is an XML document", "это документ XML"),
	"pdf":        i18n.T("this is a PDF document", "это документ PDF"),
	"word":       i18n.T("this is a text document", "это текстовый документ"),
	"zip":        i18n.T("this is an archive without a workbook in it", "это архив, в котором нет книги"),
	"archive":    i18n.T("this is an archive", "это архив"),
	"image":      i18n.T("this is a picture", "это картинка"),
	"binary":     i18n.T("this is neither a sheet nor text", "это не таблица и не текст"),
	KindEncoding: i18n.T("the text's encoding is not known: name it with --encoding", "кодировка текста не распознана: укажите --encoding"),
	"quotes":     i18n.T("a quotation mark is not closed", "кавычка не закрыта"),
	"broken":     i18n.T("the workbook is damaged", "книга повреждена"),
	"sheet":      i18n.T("the workbook has no such sheet", "в книге нет такого листа"),
	"directory":  i18n.T("this is a folder", "это папка"),
	"device":     i18n.T("this is no file that can be read twice: save it as one", "это не обычный файл: сохраните данные в файл"),
	"password":   i18n.T("the file has a password: save it without one", "файл защищён паролем: сохраните его без пароля"),
	"file":       i18n.T("the file is too large", "файл слишком велик"),
	"entries":    i18n.T("the workbook has too many parts", "в книге слишком много частей"),
	"part":       i18n.T("a part of the workbook is too large when unpacked", "часть книги после распаковки слишком велика"),
	"strings":    i18n.T("the workbook holds too many texts", "в книге слишком много текстов"),
	"sheets":     i18n.T("the workbook has too many sheets", "в книге слишком много листов"),
	"styles":     i18n.T("the workbook has too many styles", "в книге слишком много стилей"),
	"row":        i18n.T("a row is too long", "строка слишком длинная"),
	"cell":       i18n.T("a cell is too long", "ячейка слишком длинная"),
	"rows":       i18n.T("the sheet has more rows than a spreadsheet can hold", "на листе больше строк, чем бывает в таблице"),
	"columns":    i18n.T("the sheet has more columns than a spreadsheet can hold", "на листе больше столбцов, чем бывает в таблице"),
	KindCells:    i18n.T("the sheet has too many cells to be compared without what was exported", "на листе слишком много ячеек, чтобы сравнить его без исходной выгрузки"),
	"merges":     i18n.T("the sheet has too many merged ranges", "на листе слишком много объединённых ячеек"),
}

// In says what the file is, with the cause where there is one.
func (e *FileError) In(l i18n.Lang, _ ...any) string {
	text, ok := kinds[e.Kind]
	if !ok {
		text = i18n.T("the file cannot be read", "файл не читается")
	}
	said := text.In(l)
	if e.Err != nil {
		said += ": " + i18n.Describe(l, e.Err)
	}
	return said
}

func (e *FileError) Error() string { return e.In(i18n.En) }

// Unwrap gives the cause.
func (e *FileError) Unwrap() error { return e.Err }

func unreadable(kind string, err error) error {
	return &FileError{Code: CodeUnreadable, Kind: kind, Err: err}
}

func tooLarge(kind string) error { return &FileError{Code: CodeTooLarge, Kind: kind} }

// broken marks a workbook's part as damaged, unless err already says more.
func broken(part string, err error) error {
	if fe, ok := errors.AsType[*FileError](err); ok {
		return fe
	}
	return unreadable("broken", i18n.Wrapf(i18n.T("part %s", "часть %s"), err, part))
}
