// Package money keeps a price exact from JSON text to cell and back: no binary
// float takes part, and rounding happens only where a call names it.
package money

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// Parse reads a plain JSON or workbook number (12345.0, 1E2, -0.5) exactly.
func Parse(text string) (decimal.Decimal, error) {
	if len(text) > 100 {
		return decimal.Decimal{}, fmt.Errorf("a number of %d characters", len(text))
	}
	d, err := decimal.NewFromString(strings.TrimSpace(text))
	if err != nil {
		return decimal.Decimal{}, fmt.Errorf("not a number: %q", text)
	}
	if d.Exponent() > 60 || d.Exponent() < -60 {
		return decimal.Decimal{}, fmt.Errorf("a number out of range: %q", text)
	}
	return d, nil
}

// FromMinor turns an amount in hundredths (kopecks, which may be fractional)
// into rubles, exactly: "50260.86956521739" becomes "502.6086956521739".
func FromMinor(text string) (string, error) {
	d, err := Parse(text)
	if err != nil {
		return "", err
	}
	return Amount(d.Shift(-2)), nil
}

// ToMinor turns rubles into hundredths, exactly: "129.90" becomes "12990".
func ToMinor(rubles string) (string, error) {
	d, err := Parse(rubles)
	if err != nil {
		return "", err
	}
	return Plain(d.Shift(2)), nil
}

// Amount writes an amount of money: all its decimals, at least two.
func Amount(d decimal.Decimal) string {
	s := Plain(d)
	point := strings.IndexByte(s, '.')
	switch {
	case point < 0:
		return s + ".00"
	case len(s)-point == 2:
		return s + "0"
	}
	return s
}

// Plain writes a decimal without exponent and without trailing zeros.
func Plain(d decimal.Decimal) string {
	s := d.String()
	if strings.IndexByte(s, '.') >= 0 {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" || s == "" {
		return "0"
	}
	return s
}

// Digits counts the significant digits of a decimal.
func Digits(d decimal.Decimal) int {
	s := strings.Trim(strings.Replace(strings.TrimLeft(Plain(d), "-"), ".", "", 1), "0")
	return len(s)
}

// Round15 rounds to 15 significant digits: what a spreadsheet's number, an
// IEEE double that programs spell differently, holds for certain.
func Round15(d decimal.Decimal) decimal.Decimal {
	if d.IsZero() {
		return d
	}
	excess := d.NumDigits() - 15
	if excess <= 0 {
		return d
	}
	return d.Round(-(d.Exponent() + int32(excess)))
}

// SameNumber says that two texts may spell one spreadsheet number: programs
// write a double with 15, 16 or 17 digits, some by way of one another, so equal
// doubles agree to two thirds of a unit of the fifteenth digit (a half for the
// rounding, the rest for the double and a sixteenth digit on the way), even
// where rounding each to 15 does not.
func SameNumber(a, b decimal.Decimal) bool {
	if Round15(a).Equal(Round15(b)) {
		return true
	}
	if a.NumDigits() <= 15 && b.NumDigits() <= 15 {
		return false
	}
	larger := a.Abs()
	if b.Abs().GreaterThan(larger) {
		larger = b.Abs()
	}
	fifteenth := larger.Exponent() + int32(larger.NumDigits()) - 15
	return a.Sub(b).Abs().LessThanOrEqual(decimal.New(67, fifteenth-2))
}
