package app

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"catalogsheet/importer"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/money"
	"catalogsheet/internal/sheet"

	"github.com/shopspring/decimal"
)

// typed is what somebody types into a cell of the demo's sheet.
type typed struct {
	good good
	text string
}

// pick finds three products with a price in the exported sheet.
func (s *story) pick(ctx context.Context) error {
	edited, err := importer.Read(ctx, "stock.xlsx", importer.Options{Lang: s.e.Lang})
	if err != nil {
		return err
	}
	at := map[catalog.Field]importer.Mapped{}
	for _, m := range edited.Columns {
		at[m.Column.Field] = m
		if m.Column.PriceRole == "sale" && s.price.Column.Field == "" {
			s.price = m
		}
	}
	for line := range edited.Lines() {
		show := func(f catalog.Field) string { return edited.Value(line.Target, f).Text() }
		price, err := money.Parse(show(s.price.Column.Field))
		if err != nil || line.Key.Type != "product" || price.LessThan(decimal.NewFromInt(100)) || !price.Equal(price.Round(2)) {
			continue
		}
		if name := show(catalog.FieldName); plainName(name) {
			s.goods = append(s.goods, good{line.Target, name, diag.ColumnName(s.price.Col) + strconv.Itoa(line.Row), money.Amount(price)})
		}
		if len(s.goods) == 3 {
			return nil
		}
	}
	return errors.New("the demo's shop has too few priced products")
}

// plainName leaves out the names that are there to be hard to read.
func plainName(name string) bool {
	return len(name) > 8 && name == strings.TrimSpace(name) && strings.Trim(name, " .,№×«»0123456789") != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.In(r, unicode.Cyrillic) && !unicode.IsDigit(r) && !strings.ContainsRune(" .,№×«»", r)
	})
}

// edits raise one price by a tenth and one by 5 %, and type the third in
// kopecks.
func (s *story) edits() []typed {
	factor := []string{"1.1", "1.05", "100"}
	list := make([]typed, len(factor))
	for i, f := range factor {
		price, _ := money.Parse(s.goods[i].price)
		by, _ := money.Parse(f)
		list[i] = typed{s.goods[i], money.Amount(price.Mul(by).Round(1))}
	}
	return list
}

// repaired is the mistaken price as it was meant: rubles, ten more.
func repaired(text string) string {
	d, _ := money.Parse(text)
	return money.Amount(d.Shift(-2).Add(decimal.NewFromInt(10)))
}

func (s *story) edit(list []typed) error {
	cells := map[string]string{}
	for _, t := range list {
		fmt.Fprintf(s.e.Stdout, "  %s!%s: %s → %s  %s\n", s.price.Sheet, t.good.cell, s.amount(t.good.price), s.amount(t.text), short(t.good.name, 40))
		cells[t.good.cell] = t.text
	}
	return sheet.Edit("stock.xlsx", s.price.Sheet, cells)
}

func (s *story) amount(text string) string {
	d, err := money.Parse(text)
	if err != nil {
		return text
	}
	return locale.Display(catalog.Column{Kind: catalog.Money}, catalog.Of(money.Amount(d)), s.e.Lang)
}

// server shows what the server holds now, through the API.
func (s *story) server(ctx context.Context) error {
	s.say(i18n.T("What the server holds now", "Что сейчас на сервере"))
	defer s.child.leave()
	src, err := s.child.openNamed("moysklad")
	if err != nil {
		return err
	}
	price := s.price.Column
	if err := src.Prepare(ctx, []catalog.Field{price.Field}, nil); err != nil {
		return err
	}
	var keys []catalog.Key
	for _, g := range s.goods {
		keys = append(keys, g.key)
	}
	docs, err := src.Live(ctx, keys)
	if err != nil {
		return err
	}
	for i, g := range s.goods {
		v, err := theirValue(src, price.Field, docs[keys[i]])
		if err != nil {
			return err
		}
		fmt.Fprintf(s.e.Stdout, "  %-40s %12s\n", short(g.name, 40), locale.Display(price, v, s.e.Lang))
	}
	return nil
}
