//go:build !windows

package i18n

import "syscall"

func platformTexts() []systemText {
	locked := T("another program uses the file: close it there", "файл занят другой программой: закройте его там")
	return []systemText{{syscall.EBUSY, locked}, {syscall.ETXTBSY, locked}}
}
