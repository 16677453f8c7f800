package migration

import (
	"slices"
	"strings"
	"unicode/utf8"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/money"

	"github.com/shopspring/decimal"
)

var (
	flagWords = map[string]string{
		"true": "true", "1": "true", "истина": "true", "false": "false", "0": "false", "ложь": "false", "no": "false", "нет": "false",
	}
	textNotNumber = i18n.T("%[1]s is not a number", "%[1]s — не число")
)

func acceptFlag(typed string) (string, i18n.Localizer) {
	if value, ok := flagWords[strings.ToLower(typed)]; ok {
		return value, nil
	}
	return "", say(i18n.T("type true or false", "укажите true или false"))
}

// acceptText takes a text of up to limit characters; 0 is no limit.
func acceptText(limit int) accepter {
	return func(typed string) (string, i18n.Localizer) {
		if n := utf8.RuneCountInString(typed); limit > 0 && n > limit {
			return "", say(i18n.T("%[1]d characters are more than %[2]d", "%[1]d знаков — больше %[2]d"), n, limit)
		}
		if _, signs := shownOnly(typed); signs != "" {
			return "", say(i18n.T("the decision holds characters that do not show: %[1]s", "в решении есть невидимые служебные символы: %[1]s"), signs)
		}
		return typed, nil
	}
}

// acceptOne takes one of a list, in whatever case.
func acceptOne(list []string) accepter {
	return func(typed string) (string, i18n.Localizer) {
		if i := slices.IndexFunc(list, func(s string) bool { return strings.EqualFold(s, typed) }); i >= 0 {
			return list[i], nil
		}
		return "", say(i18n.T("%[1]s is none of %[2]s", "%[1]s — не из списка: %[2]s"), typed, strings.Join(list, ", "))
	}
}

// acceptList takes texts with spaces, commas or semicolons between them; each
// of the given characters and length where they are given.
func acceptList(characters string, length int) accepter {
	return func(typed string) (string, i18n.Localizer) {
		list := strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune(" \t\r\n,;", r) })
		for _, s := range list {
			if characters != "" && (strings.Trim(s, characters) != "" || len(s) != length) {
				return "", say(i18n.T("%[1]s does not have %[2]d digits", "в %[1]s не %[2]d цифр"), s, length)
			}
		}
		return strings.Join(list, "\n"), nil
	}
}

// typedNumber reads a number as people type it. What has both a comma and a
// point, or two of one, is read in no way.
func typedNumber(typed string) (decimal.Decimal, bool) {
	s := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", "₽", "", "\u2212", "-").Replace(typed)
	if strings.Count(s, ",")+strings.Count(s, ".") > 1 || strings.ContainsAny(s, "eE") {
		return decimal.Decimal{}, false
	}
	d, err := money.Parse(strings.Replace(s, ",", ".", 1))
	return d, err == nil
}

func acceptAmount(typed string) (string, i18n.Localizer) {
	d, ok := typedNumber(typed)
	switch {
	case !ok:
		return "", say(textNotNumber, typed)
	case d.IsNegative() || d.GreaterThan(mostAmount) || !d.Equal(d.Truncate(2)):
		return "", say(i18n.T("type an amount from 0 to 9999999.99", "укажите сумму от 0 до 9999999.99"))
	}
	return money.Amount(d), nil
}

func acceptQuantity(typed string) (string, i18n.Localizer) {
	d, ok := typedNumber(typed)
	switch {
	case !ok:
		return "", say(textNotNumber, typed)
	case d.Abs().GreaterThan(mostQuantity) || !d.Equal(d.Truncate(3)):
		return "", say(i18n.T("type a quantity with three decimals at most", "укажите количество, не больше трёх знаков после запятой"))
	}
	return money.Plain(d), nil
}

// acceptNumber takes a number within bounds; args are those of the finding.
func acceptNumber(takes func(decimal.Decimal) bool, args []any) accepter {
	return func(typed string) (string, i18n.Localizer) {
		d, ok := typedNumber(typed)
		switch {
		case !ok:
			return "", say(textNotNumber, typed)
		case !takes(d):
			return "", say(i18n.T("type a number from %[2]s to %[3]s", "укажите число от %[2]s до %[3]s"), args...)
		}
		return money.Plain(d), nil
	}
}
