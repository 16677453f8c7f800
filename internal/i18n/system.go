package i18n

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// systemTexts says in words what the operating system refuses most often; it
// has its own language for the rest.
func systemTexts() []systemText {
	return append([]systemText{
		{fs.ErrNotExist, T("there is no such file or folder", "нет такого файла или папки")},
		{fs.ErrPermission, T("access is denied", "нет доступа")},
		{fs.ErrExist, T("it exists already", "уже существует")},
		{syscall.EISDIR, T("it is a folder, not a file", "это папка, а не файл")},
		{syscall.ENOTDIR, T("a part of the path is a file, not a folder", "часть пути — файл, а не папка")},
		{syscall.ENOSPC, T("there is no space left on the disk", "на диске не осталось места")},
		{syscall.EROFS, T("the disk can only be read", "диск доступен только для чтения")},
	}, platformTexts()...)
}

type systemText struct {
	err  error
	text Text
}

// describeSystem says an error of the operating system: the file that it is
// about, if it tells, and the reason.
func describeSystem(l Lang, err error) (said string, ok bool) {
	path, cause := "", err
	switch e := err.(type) {
	case *fs.PathError:
		path, cause = e.Path, e.Err
	case *os.LinkError:
		path, cause = e.New, e.Err
	case *os.SyscallError:
		cause = e.Err
	case syscall.Errno:
	default:
		return "", false
	}
	for _, t := range systemTexts() {
		if errors.Is(cause, t.err) {
			return strings.TrimPrefix(path+": "+t.text.In(l), ": "), true
		}
	}
	return "", false
}

// Reason is err without the name of a file that the message around it says: a
// read of stock.xlsx fails for want of the file, not of "open stock.xlsx".
func Reason(err error, path string) error {
	var e *fs.PathError
	if errors.As(err, &e) && e.Path == path {
		return e.Err
	}
	return err
}
