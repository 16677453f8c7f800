package templates

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"catalogsheet/internal/i18n"
)

// one spells a value by a format specifier.
func (f *formats) one(sp spec, v any) (string, bool) {
	var text string
	switch sp.verb {
	case 's', 'S':
		text = textOf(v)
		if v == nil {
			text = "null"
		}
		if sp.precision >= 0 && utf8.RuneCountInString(text) > sp.precision {
			text = string([]rune(text)[:sp.precision])
		}
		if sp.verb == 'S' {
			text = strings.ToUpper(text)
		}
	case 'd', 'f':
		n, ok := v.(number)
		if !ok || sp.verb == 'd' && !n.long {
			return "", false
		}
		decimals := int32(0)
		if sp.verb == 'f' {
			decimals = 6
			if sp.precision >= 0 {
				decimals = int32(sp.precision)
			}
		}
		text = f.digits(n.d.StringFixed(decimals), sp.flags)
	case 'b':
		text = fmt.Sprint(truth(v))
	case 't', 'T':
		t, ok := moment(v)
		if !ok {
			return "", false
		}
		if text, ok = f.date(t, sp.date); !ok {
			return "", false
		}
		if sp.verb == 'T' {
			text = strings.ToUpper(text)
		}
	default:
		return "", false
	}
	return pad(text, sp), true
}

// digits adds what the flags ask for: a sign, thousands.
func (f *formats) digits(plain, flags string) string {
	plain = f.spell(plain)
	sign := ""
	if rest, ok := strings.CutPrefix(plain, "-"); ok {
		sign, plain = "-", rest
	} else if strings.Contains(flags, "+") {
		sign = "+"
	}
	if strings.Contains(flags, ",") {
		whole := strings.IndexAny(plain, ".,")
		if whole < 0 {
			whole = len(plain)
		}
		separator := ","
		if f != nil && f.lang == i18n.Ru {
			separator = "\u00a0"
		}
		for at := whole - 3; at > 0; at -= 3 {
			plain = plain[:at] + separator + plain[at:]
		}
	}
	return sign + plain
}

func pad(text string, sp spec) string {
	missing := min(sp.width, 200) - utf8.RuneCountInString(text)
	switch {
	case missing <= 0:
		return text
	case strings.Contains(sp.flags, "-"):
		return text + strings.Repeat(" ", missing)
	case strings.Contains(sp.flags, "0"):
		return strings.Repeat("0", missing) + text
	}
	return strings.Repeat(" ", missing) + text
}

// The names of months and days in Russian: of a date (the genitive) and short.
var (
	monthsRu = [...]string{"января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"}
	daysRu   = [...]string{"воскресенье", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота"}
	shortRu  = [...]string{"вс", "пн", "вт", "ср", "чт", "пт", "сб"}
)

// date spells a part of a date: %td is the day of the month, %tB its name.
func (f *formats) date(t time.Time, part byte) (string, bool) {
	if f != nil && f.lang == i18n.Ru {
		switch part {
		case 'B':
			return monthsRu[t.Month()-1], true
		case 'b', 'h':
			return string([]rune(monthsRu[t.Month()-1])[:3]), true
		case 'A':
			return daysRu[t.Weekday()], true
		case 'a':
			return shortRu[t.Weekday()], true
		}
	}
	for _, d := range dateParts {
		if d.letter == part {
			return t.Format(d.layout), true
		}
	}
	switch part {
	case 'k':
		return fmt.Sprint(t.Hour()), true
	case 'j':
		return fmt.Sprintf("%03d", t.YearDay()), true
	case 's':
		return fmt.Sprint(t.Unix()), true
	case 'C':
		return fmt.Sprintf("%02d", t.Year()/100), true
	}
	return "", false
}

// dateParts are the letters after %t that a layout of package time spells.
var dateParts = [...]struct {
	letter byte
	layout string
}{
	{'d', "02"}, {'e', "2"}, {'m', "01"}, {'Y', "2006"}, {'y', "06"},
	{'B', "January"}, {'b', "Jan"}, {'h', "Jan"}, {'A', "Monday"}, {'a', "Mon"},
	{'H', "15"}, {'I', "03"}, {'l', "3"}, {'M', "04"}, {'S', "05"}, {'L', "000"}, {'p', "pm"},
	{'R', "15:04"}, {'T', "15:04:05"}, {'D', "01/02/06"}, {'F', "2006-01-02"}, {'Z', "MST"}, {'z', "-0700"},
}
