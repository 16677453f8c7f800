package importer

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/locale"
)

// dayMonth is a day of no year in particular.
type dayMonth struct{ day, month int }

// undated judges a text that may be the date which a spreadsheet program made of
// the base's: 1-2 comes back as 01.02.2026, 1.10 as 01.окт. ok is false where it
// is no such date.
func (r *reader) undated(text, base string) (got reading, ok bool) {
	fields, typed := dateFields(text), dateFields(base)
	if len(fields) < 2 || len(typed) < 2 {
		return reading{}, false
	}
	switch {
	case len(typed) == 3:
		// A whole date means the same day whichever way it is spelled; in a workbook
		// a text cell is spelled as somebody typed it.
		if r.csv && sameDate(fields, typed) {
			return repaired, true
		}
	case shareDay(shownDays(fields), typedDays(typed)):
		return bad(diag.Variant("date-in-text", "was", locale.Trim(text), base)), true
	}
	return reading{}, false
}

// dateFields cuts a text into the two or three numbers and names of months that
// may be a date, nil for any other text.
func dateFields(text string) []string {
	text = locale.Trim(text)
	for _, midnight := range []string{" 00:00:00", "T00:00:00", " 00:00", " 0:00", " г."} {
		text = strings.TrimSuffix(text, midnight)
	}
	if len(text) > 40 || strings.IndexFunc(text, unicode.IsDigit) < 0 {
		return nil
	}
	fields := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("./- ", r) })
	if len(fields) > 3 {
		return nil
	}
	for _, f := range fields {
		if _, ok := atMost(f, 9999); !ok && monthOf(f) == 0 {
			return nil
		}
	}
	return fields
}

// typedDays lists the days that a program may take a code of two numbers for:
// day and month, month and day, month and year.
func typedDays(fields []string) []dayMonth {
	a, okA := atMost(fields[0], 31)
	b, okB := atMost(fields[1], 9999)
	if !okA || !okB || len(fields) != 2 {
		return nil
	}
	days := realDays(dayMonth{a, b}, dayMonth{b, a})
	if b > 31 {
		days = append(days, realDays(dayMonth{1, a})...)
	}
	return days
}

// shownDays lists the days that a date may mean as a program shows it: with a
// year, or with the name of the month.
func shownDays(fields []string) []dayMonth {
	var numbers []int
	month := 0
	for _, f := range fields {
		switch n, ok := atMost(f, 9999); {
		case ok:
			numbers = append(numbers, n)
		case month > 0:
			return nil
		default:
			month = monthOf(f)
		}
	}
	switch {
	case month > 0 && len(numbers) == 2:
		return realDays(dayMonth{numbers[0], month}, dayMonth{numbers[1], month})
	case month > 0:
		return realDays(dayMonth{numbers[0], month}, dayMonth{1, month})
	case len(numbers) != 3:
		return nil
	case len(fields[0]) == 4:
		return realDays(dayMonth{numbers[2], numbers[1]})
	case len(fields[2]) == 4 || len(fields[2]) == 2:
		return realDays(dayMonth{numbers[0], numbers[1]}, dayMonth{numbers[1], numbers[0]})
	}
	return nil
}

// sameDate says that two dates of three parts are one day; that of the base may
// have a year of two digits.
func sameDate(shown, base []string) bool {
	year := func(fields []string) (string, bool) {
		if len(fields) != 3 {
			return "", false
		}
		if len(fields[0]) == 4 {
			return fields[0][2:], true
		}
		y := fields[2]
		return y[max(len(y)-2, 0):], len(y) == 2 || len(y) == 4
	}
	a, okA := year(shown)
	b, okB := year(base)
	days, was := shownDays(shown), shownDays(base)
	return okA && okB && a == b && len(days) > 0 && len(was) > 0 && days[0] == was[0]
}

func realDays(list ...dayMonth) (days []dayMonth) {
	for _, d := range list {
		if d.day >= 1 && d.day <= 31 && d.month >= 1 && d.month <= 12 {
			days = append(days, d)
		}
	}
	return days
}

func shareDay(a, b []dayMonth) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}

// atMost reads a number of up to four digits.
func atMost(s string, limit int) (int, bool) {
	if len(s) > 4 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n <= limit
}

// months are the names of the months as dates have them; programs shorten them
// to three letters or more.
var months = [12][]string{
	{"january", "январь", "января"},
	{"february", "февраль", "февраля"},
	{"march", "март", "марта"},
	{"april", "апрель", "апреля"},
	{"may", "май", "мая"},
	{"june", "июнь", "июня"},
	{"july", "июль", "июля"},
	{"august", "август", "августа"},
	{"september", "сентябрь", "сентября"},
	{"october", "октябрь", "октября"},
	{"november", "ноябрь", "ноября"},
	{"december", "декабрь", "декабря"},
}

// monthOf gives the number of a month by its name or the beginning of it, 0 for
// another word.
func monthOf(word string) int {
	word = strings.ToLower(word)
	if utf8.RuneCountInString(word) < 3 {
		return 0
	}
	for i, names := range months {
		for _, name := range names {
			if strings.HasPrefix(name, word) {
				return i + 1
			}
		}
	}
	return 0
}
