package locale_test

import (
	"testing"

	"catalogsheet/internal/locale"
)

// What is offered must look like what was typed.
func TestNearest(t *testing.T) {
	known := []string{"ru", "en", "uom", "name", "variant", "шт", "кг"}
	for typed, want := range map[string]string{
		"nmae": "name", "varaint": "variant", "шт.": "шт", "rU": "ru", "кд": "кг",
		"de": "", "foo": "", "x": "", "colour": "",
	} {
		if got := locale.Nearest(typed, known); got != want {
			t.Errorf("%q: %q is offered, want %q", typed, got, want)
		}
	}
}
