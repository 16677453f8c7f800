package locale

import (
	"fmt"
	"strings"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// outcome is a value, or the code of what is wrong.
func outcome(s string, d *diag.Diagnostic) string {
	if d != nil {
		if d.Variant != "" {
			return "! " + string(d.Code) + "/" + d.Variant
		}
		return "! " + string(d.Code)
	}
	return s
}

var moneyCases = []struct {
	text  string
	point rune
	want  string
}{
	{"129,9", 0, "129.90"},
	{"129.90", 0, "129.90"},
	{"1320,00", 0, "1320.00"},
	{"1 500,00", 0, "1500.00"},
	{"1\u00a0500,00", 0, "1500.00"},
	{"1\u202f500", 0, "1500.00"},
	{"1 234 567,5", 0, "1234567.50"},
	{"1'500.25", 0, "1500.25"},
	{"1’500", 0, "1500.00"},
	{"1 299,50 ₽", 0, "1299.50"},
	{"₽1299", 0, "1299.00"},
	{"1320 руб.", 0, "1320.00"},
	{"1320руб", 0, "1320.00"},
	{"1320 р.", 0, "1320.00"},
	{"1320 RUB", 0, "1320.00"},
	{"\u2212 5", 0, "-5.00"},
	{"-5", 0, "-5.00"},
	{"+5", 0, "5.00"},
	{",5", 0, "0.50"},
	{"0,125", 0, "0.125"},
	{"1299,500", 0, "1299.50"},
	{"1 299,500", 0, "1299.50"},
	{"1,299", 0, "! number-ambiguous"},
	{"1.299", 0, "! number-ambiguous"},
	{"999.999 ₽", 0, "! number-ambiguous"},
	{"1,299", ',', "1.299"},
	{"1,299", '.', "1299.00"},
	{"1.299", ',', "1299.00"},
	{"1.299", '.', "1.299"},
	{"1.5", ',', "1.50"},
	{"1,299,000", 0, "1299000.00"},
	{"1.299,50", 0, "1299.50"},
	{"1,299.50", 0, "1299.50"},
	{"1,299,50", 0, "! number-invalid"},
	{"1,299.500.1", 0, "! number-invalid"},
	{"12 50", 0, "! number-invalid"},
	{"1 2345", 0, "! number-invalid"},
	{"12 руб 3", 0, "! number-invalid"},
	{"12.", 0, "! number-invalid"},
	{"", 0, "! number-invalid"},
	{"-", 0, "! number-invalid"},
	{"--5", 0, "! number-invalid"},
	{"(5)", 0, "! number-invalid"},
	{"5 $", 0, "! number-invalid"},
	{"10%", 0, "! percent-in-price"},
	{"4,60712E+12", 0, "! number-scientific/number"},
	{"１２", 0, "! number-invalid"},
}

func TestMoney(t *testing.T) {
	for _, c := range moneyCases {
		if got := outcome(Money(c.text, c.point)); got != c.want {
			t.Errorf("Money(%q, %q) = %s, want %s", c.text, c.point, got, c.want)
		}
	}
}

func TestAmbiguousNamesBothReadings(t *testing.T) {
	_, d := Money("1,299", 0)
	if got, want := d.Message(i18n.Ru), "число читается двояко: 1299 или 1,299"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := d.Message(i18n.En), "the number can be read in two ways: 1299 or 1.299"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWords(t *testing.T) {
	type parser func(string) (string, *diag.Diagnostic)
	vat := func(s string) (string, *diag.Diagnostic) { return VAT(s, 0) }
	integer := func(s string) (string, *diag.Diagnostic) { return Integer(s, 0) }
	number := func(s string) (string, *diag.Diagnostic) { return Number(s, 0) }
	codes := func(s string) (string, *diag.Diagnostic) { return Barcodes(s, "ean13:4607001234569", true) }
	bare := func(s string) (string, *diag.Diagnostic) { return Barcodes(s, "", false) }
	for _, c := range []struct {
		name  string
		parse parser
		text  string
		want  string
	}{
		{"Flag", Flag, "Да", "true"},
		{"Flag", Flag, "ЛОЖЬ", "false"},
		{"Flag", Flag, "TRUE()", "true"},
		{"Flag", Flag, "+", "true"},
		{"Flag", Flag, "0", "false"},
		{"Flag", Flag, "может", "! value-unknown/flag"},
		{"VAT", vat, "20 %", "20%"},
		{"VAT", vat, "20", "20%"},
		{"VAT", vat, "0", "0%"},
		{"VAT", vat, "Без НДС", "none"},
		{"VAT", vat, "no vat", "none"},
		{"VAT", vat, "как у группы", "folder"},
		{"VAT", vat, "0.2", "! vat-unknown"},
		{"VAT", vat, "120", "! vat-unknown"},
		{"VAT", vat, "НДС", "! vat-unknown"},
		{"Integer", integer, "12 345", "12345"},
		{"Integer", integer, "12,5", "! number-invalid/whole"},
		{"Number", number, "0,750", "0.75"},
		{"Number", number, "40%", "40"},
		{"Number", number, "5 руб", "! number-invalid"},
		{"Code", Code, " 0012 ", "0012"},
		{"Code", Code, "12E5", "12E5"},
		{"Code", Code, "4,60712E+12", "! number-scientific"},
		{"Code", Code, "1E+10", "! number-scientific"},
		{"Barcodes", codes, "ean13:2000000000015", "ean13:2000000000015"},
		{"Barcodes", codes, "2000000000015", "ean13:2000000000015"},
		{"Barcodes", codes, "2000000000016", "code128:2000000000016"},
		{"Barcodes", codes, "4607001234569", "ean13:4607001234569"},
		{"Barcodes", codes, "12345670, 2000000000015", "ean8:12345670\nean13:2000000000015"},
		{"Barcodes", codes, "EAN8: 12345670", "ean8:12345670"},
		{"Barcodes", codes, "code128:AB 12", "code128:AB 12"},
		{"Barcodes", codes, "ean8:12345670 code128:X", "ean8:12345670\ncode128:X"},
		{"Barcodes", codes, "AB, CD", "! value-unknown/barcode"},
		{"Barcodes", codes, "ABC-1", "code128:ABC-1"},
		{"Barcodes", codes, "gtin:123", "! value-range/gtin"},
		{"Barcodes", codes, "4,60712E+12", "! number-scientific"},
		{"Barcodes", bare, "3773-9001-046\n2000000000015", "3773-9001-046\n2000000000015"},
		{"UUID", UUID, " AAAAAAAA-0000-4000-8000-00000000000F ", "aaaaaaaa-0000-4000-8000-00000000000f"},
		{"UUID", UUID, "aaaaaaaa-0000-4000-8000-00000000000", "! id-malformed"},
		{"UUID", UUID, "аaaaaaaa-0000-4000-8000-00000000000f", "! id-malformed/look-alike"},
		{"Time", Time, "2026-11-21", "2026-11-21 00:00:00"},
		{"Time", Time, "21.11.2026, 10:00", "2026-11-21 10:00:00"},
		{"Time", Time, "2026-11-21 10:00:05.120", "2026-11-21 10:00:05.120"},
		{"Time", Time, "11/21/2026", "! value-unknown/time"},
		{"Time", Time, "31.02.2026", "! value-unknown/time"},
	} {
		if got := outcome(c.parse(c.text)); got != c.want {
			t.Errorf("%s(%q) = %s, want %s", c.name, c.text, got, c.want)
		}
	}
}

func TestLookAlikeIsNamed(t *testing.T) {
	_, d := UUID("аaaaaaaa-0000-4000-8000-00000000000f")
	if got := d.Message(i18n.En); !strings.Contains(got, "«а» U+0430") {
		t.Errorf("the letter is not named: %s", got)
	}
}

func TestSerial(t *testing.T) {
	for _, c := range []struct {
		text     string
		from1904 bool
		want     string
	}{
		{"46347", false, "2026-11-21 00:00:00"},
		{"44885", true, "2026-11-21 00:00:00"},
		{"46347.416666666664", false, "2026-11-21 10:00:00"},
		{"46347.5243", false, "2026-11-21 12:34:59.52"},
	} {
		if got, ok := Serial(c.text, c.from1904); !ok || got != c.want {
			t.Errorf("Serial(%s) = %s, want %s", c.text, got, c.want)
		}
	}
	if _, ok := Serial("-1", false); ok {
		t.Error("a negative serial is no date")
	}
}

func TestFind(t *testing.T) {
	entries := []catalog.Entry{{Name: "Чай"}, {Name: "Чай/Зелёный"}, {Name: "кг"}, {Name: "Кг"}}
	for _, c := range []struct{ text, name, near string }{
		{"Чай", "Чай", ""},
		{"чай / зеленый", "Чай/Зелёный", ""},
		{"кг", "кг", ""},
		{"КГ", "", "кг"},
		{"Чая", "", "Чай"},
		{"Велосипед", "", ""},
	} {
		name, _, near := Find(entries, c.text)
		if diff := cmp.Diff([]string{c.name, c.near}, []string{name, near}); diff != "" {
			t.Errorf("Find(%q): %s", c.text, diff)
		}
	}
}

// values are canonical values of every kind.
var values = map[catalog.Kind]*rapid.Generator[string]{
	catalog.Text: rapid.StringMatching(`[ -~а-яё]{1,12}`).Filter(func(s string) bool { return trim(s) != "" }),
	catalog.Code: rapid.StringMatching(`[A-Za-z0-9-]{1,12}`),
	catalog.ID:   rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`),
	catalog.Money: rapid.Custom(func(t *rapid.T) string {
		return sign(t) + fmt.Sprint(rapid.Uint32().Draw(t, "whole")) + "." + rapid.StringMatching(`\d\d|\d{2,11}[1-9]`).Draw(t, "decimals")
	}).Filter(positiveZero),
	catalog.Number: rapid.Custom(func(t *rapid.T) string {
		return sign(t) + fmt.Sprint(rapid.Uint32().Draw(t, "whole")) + rapid.StringMatching(`|\.\d{0,8}[1-9]`).Draw(t, "decimals")
	}).Filter(positiveZero),
	catalog.Integer: rapid.Custom(func(t *rapid.T) string { return fmt.Sprint(rapid.Int64().Draw(t, "n")) }),
	catalog.Flag:    rapid.SampledFrom([]string{"true", "false"}),
	catalog.Choice:  rapid.SampledFrom([]string{"product", "variant", "UNKNOWN_TYPE"}),
	catalog.Barcodes: rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"ean13:2000000000015", "code128:A B", "upc:1", "ean8:12345670"}), 1, 4).Draw(t, "list"), "\n")
	}),
	catalog.VAT:  rapid.SampledFrom([]string{"20%", "0%", "none", "folder", "5.5%"}),
	catalog.Time: rapid.StringMatching(`20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8]) ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{3})?`),
}

func sign(t *rapid.T) string { return rapid.SampledFrom([]string{"", "-"}).Draw(t, "sign") }

func positiveZero(s string) bool { return !strings.HasPrefix(s, "-0") }

// TestDisplayParses: what is shown reads back as the value, for every kind in
// both languages; the spelling of cells too.
func TestDisplayParses(t *testing.T) {
	tokens := []catalog.Token{{Value: "product", Title: i18n.T("Product", "Товар")}, {Value: "variant", Title: i18n.T("Variant", "Модификация")}}
	for kind := catalog.Text; kind <= catalog.Time; kind++ {
		c := catalog.Column{Kind: kind}
		if kind == catalog.Choice {
			c.Tokens = tokens
		}
		t.Run(fmt.Sprint(kind), rapid.MakeCheck(func(t *rapid.T) {
			v := catalog.Of(values[kind].Draw(t, "value"))
			l := rapid.SampledFrom([]i18n.Lang{i18n.En, i18n.Ru}).Draw(t, "language")
			for _, text := range []string{Display(c, v, l), Cell(c, v, l, Decimal(l))} {
				got, d := Parse(c, text, Decimal(l))
				if d != nil || got != v {
					t.Errorf("%q was shown as %q and read as %q (%v)", v.Text(), text, got.Text(), d)
				}
			}
		}))
	}
}

// TestOneMeaning: without a known decimal sign a number either reads the same
// as with each sign, or is refused as ambiguous.
func TestOneMeaning(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?[0-9]{0,4}([ .,'][0-9]{0,4}){0,3}`).Draw(t, "text")
		got := outcome(Money(text, 0))
		comma, point := outcome(Money(text, ',')), outcome(Money(text, '.'))
		if got == "! number-ambiguous" {
			if comma == point {
				t.Errorf("%q is called ambiguous and reads %s", text, comma)
			}
			return
		}
		if got != comma || got != point {
			t.Errorf("%q reads %s, with a comma %s, with a point %s", text, got, comma, point)
		}
	})
}
