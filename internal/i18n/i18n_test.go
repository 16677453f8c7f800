package i18n

import (
	"errors"
	"fmt"
	"testing"
)

func TestCountedNouns(t *testing.T) {
	text := T("%d {1:price|prices} of %d {2:item|items}", "%d {1:цена|цены|цен} у %d {2:товара|товаров|товаров}")
	for _, c := range []struct {
		prices, items int
		en, ru        string
	}{
		{1, 1, "1 price of 1 item", "1 цена у 1 товара"},
		{2, 5, "2 prices of 5 items", "2 цены у 5 товаров"},
		{11, 21, "11 prices of 21 items", "11 цен у 21 товара"},
		{0, 0, "0 prices of 0 items", "0 цен у 0 товаров"},
	} {
		if got := text.In(En, c.prices, c.items); got != c.en {
			t.Errorf("got %q, want %q", got, c.en)
		}
		if got := text.In(Ru, c.prices, c.items); got != c.ru {
			t.Errorf("got %q, want %q", got, c.ru)
		}
	}
}

func TestErrorsAreSaidInTheLanguage(t *testing.T) {
	cause := errors.New("EOF")
	inner := Errorf(T("the page %d failed: %v", "страница %d не получена: %v"), 3, cause)
	outer := Wrap(T("export", "выгрузка"), inner)
	if got, want := Describe(Ru, outer), "выгрузка: страница 3 не получена: EOF"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	wrapped := fmt.Errorf("fetch: %w", inner)
	if got, want := Describe(Ru, wrapped), "fetch: страница 3 не получена: EOF"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(outer, cause) {
		t.Error("the cause is lost")
	}
}

func TestParse(t *testing.T) {
	for in, want := range map[string]Lang{"ru_RU.UTF-8": Ru, "RU": Ru, "en_US": En, "C": En, "": En, "russian": En, "rum": En} {
		if got, _ := Parse(in); got != want {
			t.Errorf("Parse(%q) = %v, want %v", in, got, want)
		}
	}
}
