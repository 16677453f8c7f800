package i18n

import "syscall"

// Windows keeps others from a file that a program has open.
const (
	sharingViolation = syscall.Errno(32)
	lockViolation    = syscall.Errno(33)
	diskFull         = syscall.Errno(112)
)

func platformTexts() []systemText {
	locked := T("another program has the file open: close it there", "файл открыт в другой программе: закройте его там")
	return []systemText{
		{sharingViolation, locked},
		{lockViolation, locked},
		{diskFull, T("there is no space left on the disk", "на диске не осталось места")},
	}
}
