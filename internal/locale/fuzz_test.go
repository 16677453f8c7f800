package locale

import (
	"strings"
	"testing"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/money"
)

// fuzz checks that a parser neither fails nor gives two meanings: what it
// accepts it accepts again in its canonical form, unchanged, and what it
// refuses has a message.
func fuzz(f *testing.F, parse func(string) (string, *diag.Diagnostic), seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, d := parse(text)
		if d != nil {
			for _, l := range []i18n.Lang{i18n.En, i18n.Ru} {
				if m := d.Message(l) + d.Hint(l); strings.Contains(m, "%!") || d.Message(l) == "" {
					t.Errorf("message of %s: %q", d.Code, m)
				}
			}
			return
		}
		again, d := parse(v)
		if d != nil || again != v {
			t.Errorf("%q was read as %q, and that as %q (%v)", text, v, again, d)
		}
	})
}

func FuzzMoney(f *testing.F) {
	for _, c := range moneyCases {
		f.Add(c.text)
	}
	fuzz(f, func(s string) (string, *diag.Diagnostic) {
		v, d := Money(s, '.')
		if d == nil {
			if _, err := money.Parse(v); err != nil {
				panic(err)
			}
		}
		return v, d
	})
}

func FuzzNumber(f *testing.F) {
	fuzz(f, func(s string) (string, *diag.Diagnostic) { return Number(s, '.') }, "1 299,5", "40%", "-0", "1,299,000")
}

func FuzzInteger(f *testing.F) {
	fuzz(f, func(s string) (string, *diag.Diagnostic) { return Integer(s, 0) }, "1 299", "12,0", "-0")
}

func FuzzFlag(f *testing.F) { fuzz(f, Flag, "да", "FALSE", "+", "1") }

func FuzzVAT(f *testing.F) {
	fuzz(f, func(s string) (string, *diag.Diagnostic) { return VAT(s, '.') }, "20 %", "без НДС", "5,5%")
}

func FuzzBarcodes(f *testing.F) {
	fuzz(f, func(s string) (string, *diag.Diagnostic) { return Barcodes(s, "", true) },
		"ean13:2000000000015", "12345670 2000000000015", "code128:A B\nX", "gtin:1", ",;")
}

func FuzzUUID(f *testing.F) {
	fuzz(f, UUID, "aaaaaaaa-0000-4000-8000-00000000000f", "ааааaaaa–0000–4000–8000–00000000000f")
}

func FuzzTime(f *testing.F) { fuzz(f, Time, "2026-11-21 10:00", "21.11.2026", "2026-11-21 10:00:00.5") }

func FuzzParse(f *testing.F) {
	f.Add("x", uint8(0))
	f.Fuzz(func(t *testing.T, text string, kind uint8) {
		c := catalog.Column{Kind: catalog.Kind(kind % uint8(catalog.Time+1))}
		v, d := Parse(c, text, 0)
		if d != nil && v.IsSet() {
			t.Error("a value and a refusal")
		}
		_ = Display(c, v, i18n.Ru)
	})
}
