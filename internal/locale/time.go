package locale

import (
	"strings"
	"time"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/money"

	"github.com/shopspring/decimal"
)

// stamp is the canonical form, a fraction of a second is optional in it.
const stamp = "2006-01-02 15:04:05"

var stamps = []string{
	stamp, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02",
	"02.01.2006 15:04:05", "02.01.2006 15:04", "02.01.2006",
}

// Time reads a date, or a date and time: 2026-11-21 10:00:05 or 21.11.2026
// 10:00. The result has the seconds, and a fraction where one was typed.
func Time(text string) (string, *diag.Diagnostic) {
	s := strings.ReplaceAll(trim(text), ",", "")
	for _, layout := range stamps {
		if t, err := time.Parse(layout, s); err == nil {
			out := t.Format(stamp)
			if i := strings.LastIndexByte(s, '.'); i > strings.LastIndexByte(s, ':') && strings.IndexByte(s, ':') > 0 {
				out += s[i:]
			}
			return out, nil
		}
	}
	return "", found(diag.Variant("value-unknown", "time", text), text)
}

// SameTime says whether two canonical times are one moment: 10:00:00 is
// 10:00:00.000.
func SameTime(a, b string) bool {
	x, errX := time.Parse(stamp, a)
	y, errY := time.Parse(stamp, b)
	return errX == nil && errY == nil && x.Equal(y)
}

var dayMillis = decimal.NewFromInt(24 * 60 * 60 * 1000)

// Serial turns a workbook's date serial (days since 1899-12-30, or 1904-01-01)
// into a canonical time, to the millisecond.
func Serial(text string, from1904 bool) (string, bool) {
	d, err := money.Parse(text)
	if err != nil || d.IsNegative() || d.GreaterThan(decimal.NewFromInt(2958466)) {
		return "", false
	}
	begin := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if from1904 {
		begin = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	ms := d.Mul(dayMillis).Round(0).IntPart()
	days, rest := ms/dayMillis.IntPart(), ms%dayMillis.IntPart()
	t := begin.AddDate(0, 0, int(days)).Add(time.Duration(rest) * time.Millisecond)
	return t.Format(stamp + ".999"), true
}

func displayTime(s string, l i18n.Lang) string {
	t, err := time.Parse(stamp, s)
	if err != nil || l == i18n.En {
		return s
	}
	out := t.Format("02.01.2006 15:04:05")
	if i := strings.IndexByte(s, '.'); i >= 0 {
		out += s[i:]
	}
	return out
}
