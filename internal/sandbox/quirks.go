package sandbox

import (
	"fmt"
	"math/rand/v2"
)

// Kinds of VAT; any other number is the rate.
const (
	vatNone   = -1
	vatFolder = -2
)

// quirk is what is particular about one good. Indexes below zero mean none.
type quirk struct {
	name, code, article, external, description string
	archived, dollars                          bool
	folder, supplier, unit, vat                int
	prices                                     [3]string // kopecks, as JSON text
	buy, minimum, weight, volume               string
	barcodes                                   [][2]string
}

// oddNames are the names that break spreadsheets and parsers; the first
// products get them.
func oddNames() []string {
	return []string{
		`Сок "Добрый" яблочный 1,5 л`, "=СУММ(A1:A2) не формула", "+7 (473) брелок", "-20 % ткань", "@home коврик",
		"Резерв весь", "Чай\u00a0с неразрывным пробелом", "Кофе ☕ в зёрнах 🎁", "Йогурт (разложенное й)",
		"Конфеты «Мишка»", "Нить <b>красная</b> & синяя", `C:\путь\с обратной чертой`, "Имя с ; точкой, запятой", "TRUE", "00123", "1/2 дюйма",
		"2025-03-01", " пробел в начале и в конце ", "Очень длинное название товара, которое не помещается в ячейку таблицы и продолжается ещё немного дальше",
		"'Апостроф впереди", "Ёлка искусственная", "\tТабуляция",
	}
}

// oddCodes are codes and articles that spreadsheets turn into numbers and
// dates.
func oddCodes() []string {
	return []string{"0012345", "12E5", "1.10", "00001", "DUPLICATE", "DUPLICATE", "3-4", "12345678901234567890", "_xc_17", "=1+1", "+100", "код с пробелом", "№ 5", "1,50", "01.02", "TRUE"}
}

func oddPrices() [][3]string {
	return [][3]string{
		{"12990.0", "11990.0", "150.0"},
		{"40438.66", "50260.86956521739", "0.0"},
		{"0.0", "0.0", "0.0"},
		{"100.0", "99.5", "0.5"},
		{"346347237000.0", "1.0", "12.0"},
		{"9990.0", "9900.0", "100.0"},
	}
}

func words() (things, kinds, sizes []string) {
	return []string{"Молоко", "Хлеб", "Сок", "Вода", "Тетрадь", "Ручка", "Шоколад", "Печенье", "Батарейка", "Лампа", "Кабель", "Чехол", "Кружка", "Тарелка", "Полотенце", "Щётка", "Крем", "Шампунь", "Мыло", "Свеча"},
		[]string{"классический", "«Люкс»", "детский", "эконом", "синий", "красный", "большой", "малый", "зимний", "летний", "с ароматом", "б/у", "импортный"},
		[]string{"1 шт.", "0,5 л", "1 кг", "200 г", "10 м", "№ 3", "А4", "XL", "12 В", "3×4 см"}
}

// productQuirk decides everything about product i.
func productQuirk(i int, r *rand.Rand) quirk {
	things, kinds, sizes := words()
	q := quirk{
		name:     fmt.Sprintf("%s %s %s %d", things[r.IntN(len(things))], kinds[r.IntN(len(kinds))], sizes[r.IntN(len(sizes))], i),
		code:     fmt.Sprintf("%05d", i+1),
		external: externalCode(r),
		archived: i%20 == 13,
		folder:   r.IntN(12) - 2, supplier: r.IntN(7) - 2, unit: r.IntN(6) - 1,
		vat:     []int{20, 10, 22, vatNone, vatFolder, vatFolder, 0}[r.IntN(7)],
		dollars: i%10 == 4, minimum: "0.0", weight: "0.0", volume: "0.0",
		buy: itoa(100+r.IntN(400_000)) + ".0",
	}
	price := 1000 + r.IntN(2_000_000)
	q.prices = [3]string{itoa(price/10*10) + ".0", itoa(price*9/10) + ".0", itoa(price/90) + ".0"}
	if r.IntN(4) > 0 {
		q.article = fmt.Sprintf("ART-%d", 1000+r.IntN(9000))
	}
	if r.IntN(3) == 0 {
		q.weight, q.volume = fmt.Sprintf("%d.%d", r.IntN(20), 1+r.IntN(9)), string(floatText(fmt.Sprintf("0.%03d", 1+r.IntN(999))))
	}
	if r.IntN(5) == 0 {
		q.minimum = itoa(price/2) + ".0"
	}
	switch r.IntN(8) {
	case 0:
		q.description = "Первая строка\nвторая строка\r\n\"третья\"; с запятой, и <тегом>"
	case 1:
		q.description = "Хранить в сухом месте"
	}
	if i%25 == 6 {
		q.buy = "" // no right to see it
	}
	q.barcodes = productBarcodes(i, r)
	q.odd(i)
	return q
}

// odd gives the first products one oddity each, so that a small account has
// them all.
func (q *quirk) odd(i int) {
	if names := oddNames(); i < len(names) {
		q.name = names[i]
	}
	if codes := oddCodes(); i < len(codes) {
		q.code, q.article = codes[i], codes[len(codes)-1-i]
	}
	if prices := oddPrices(); i < len(prices) {
		q.prices = prices[i]
	}
	switch i {
	case 3:
		q.code = "" // no code at all
	case 7:
		q.external = "a_xc_b_x000D_"
	case 8:
		q.name = "И\u0306огурт" // the letter in two code points
	case 10:
		q.description = "Скобки {1} и ${row.name}"
	}
}

func externalCode(r *rand.Rand) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	b := make([]byte, 22)
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	return string(b)
}

// productBarcodes gives none, one, or several of every kind.
func productBarcodes(i int, r *rand.Rand) [][2]string {
	ean := [2]string{"ean13", withCheckDigit(fmt.Sprintf("2%011d", i))}
	switch i % 10 {
	case 0:
		return [][2]string{ean, {"ean8", withCheckDigit(fmt.Sprintf("20%05d", i%100_000))}, {"code128", fmt.Sprintf("C128-%06d", i)},
			{"gtin", withCheckDigit(fmt.Sprintf("0%012d", r.IntN(1_000_000_000)))}, {"upc", withCheckDigit(fmt.Sprintf("0%010d", i))}}
	case 1:
		return nil
	case 2:
		return [][2]string{{"code128", "000123"}, ean}
	case 3:
		return [][2]string{{"ean13", withCheckDigit(fmt.Sprintf("%012d", 460_000_000_000+i))}, ean}
	}
	return [][2]string{ean}
}

// withCheckDigit appends the check digit of GS1: weights 3 and 1 from the
// right.
func withCheckDigit(digits string) string {
	return digits + string(rune('0'+checkDigit(digits)))
}

func checkDigit(digits string) int {
	sum, weight := 0, 3
	for i := len(digits) - 1; i >= 0; i-- {
		sum += int(digits[i]-'0') * weight
		weight = 4 - weight
	}
	return (10 - sum%10) % 10
}
