package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
)

// findings prints the problems of a report in JSON, one a line; -bare leaves
// out their addresses, so that two formats can be compared.
func findings(ts *testscript.TestScript, neg bool, args []string) {
	bare := len(args) == 2 && args[0] == "-bare"
	if neg || len(args) != 1 && !bare {
		ts.Fatalf("usage: findings [-bare] FILE")
	}
	var report struct {
		Problems []struct{ Severity, Code, Cell, Value, Message, Hint string }
	}
	if err := json.Unmarshal([]byte(ts.ReadFile(args[len(args)-1])), &report); err != nil {
		ts.Fatalf("%s: %v", args[len(args)-1], err)
	}
	for _, p := range report.Problems {
		at := " " + p.Cell
		if bare || p.Cell == "" {
			at = ""
		}
		line := fmt.Sprintf("%s %s%s %q: %s | %s", p.Severity, p.Code, at, p.Value, p.Message, p.Hint)
		fmt.Fprintln(ts.Stdout(), strings.TrimSuffix(line, " | "))
	}
}

// webExport spells a Russian export of ours as MoySklad's own web interface
// does: titles above the header, prices as text, a column per kind of barcode,
// no names of variants, and a "product of the variant" that is not the
// product's id. With "ui" the ids are those of the interface.
func webExport(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: webexport FROM.xlsx TO.xlsx [ui]")
	}
	t := openTable(ts, args[0])
	rows := t.rows(ts, t.name)
	ts.Check(t.book.Close())
	w := web{ts: ts, world: of(ts), head: rows[0], ui: len(args) == 3}
	book := excelize.NewFile()
	write := func(num int, cells []string) {
		for i, text := range cells {
			if text == "" {
				continue
			}
			at, err := excelize.CoordinatesToCellName(i+1, num)
			ts.Check(err)
			ts.Check(book.SetCellStr("Sheet1", at, strings.ReplaceAll(text, "_x", "_x005F_x")))
		}
	}
	write(1, []string{"Товары и услуги"})
	write(3, w.header())
	write(4, w.group())
	for i, row := range rows[1:] {
		write(i+5, w.row(row))
	}
	ts.Check(book.SetSheetDimension("Sheet1", "A1"))
	ts.Check(book.SaveAs(ts.MkAbs(args[1])))
	ts.Check(book.Close())
}

type web struct {
	ts    *testscript.TestScript
	world *world
	head  []string
	ui    bool
}

var webBarcodes = []struct{ title, kind string }{
	{"Штрихкод EAN13", "ean13"},
	{"Штрихкод EAN8", "ean8"},
	{"Штрихкод Code128", "code128"},
	{"Штрихкод UPC", "upc"},
	{"Штрихкод GTIN", "gtin"},
}

func (w *web) header() []string {
	head := slices.Clone(w.head)
	for _, b := range webBarcodes {
		head = append(head, b.title)
	}
	head = append(head, "Код товара модификации", "Весовой товар")
	for i, title := range head {
		if title == "Штрихкоды" || title == "Обновлено" {
			head[i] = ""
		}
	}
	return head
}

// group is the row of a group: its path where items have their name.
func (w *web) group() []string {
	row := make([]string, len(w.head))
	row[slices.Index(w.head, "Наименование")] = "Напитки/Вода"
	return row
}

func (w *web) row(from []string) []string {
	row := make([]string, len(w.head))
	copy(row, from)
	get := func(title string) *string { return &row[slices.Index(w.head, title)] }
	kinds := map[string][]string{}
	for code := range strings.SplitSeq(*get("Штрихкоды"), "\n") {
		kind, value, _ := strings.Cut(code, ":")
		kinds[kind] = append(kinds[kind], value)
	}
	for i, title := range w.head {
		switch {
		case title == "Штрихкоды" || title == "Обновлено":
			row[i] = ""
		case strings.HasPrefix(title, "Цена: ") || strings.HasSuffix(title, " цена"):
			row[i] = strings.Replace(row[i], ".", ",", 1)
		case title == "НДС":
			row[i] = strings.TrimSuffix(row[i], "%")
		}
	}
	parent := ""
	if *get("Тип") == "Модификация" {
		*get("Наименование") = ""
		parent = w.field("product", *get("UUID товара модификации"), "code")
		*get("UUID товара модификации") = "11111111-2222-4333-8444-555555555555"
	}
	if id := get("UUID"); w.ui {
		*id = w.uiID(*get("Тип"), *id)
	}
	for _, b := range webBarcodes {
		row = append(row, strings.Join(kinds[b.kind], ","))
	}
	return append(row, parent, "Нет")
}

func (w *web) field(typ, id, name string) string {
	raw, _ := w.world.server.Entity(typ, id)
	var e map[string]json.RawMessage
	w.ts.Check(json.Unmarshal(raw, &e))
	var text string
	if e[name] != nil {
		w.ts.Check(json.Unmarshal(e[name], &text))
	}
	return text
}

var uiHref = regexp.MustCompile(`"uuidHref":"[^"]*\?id=([0-9a-f-]{36})"`)

// uiID gives the id that the interface shows for an item.
func (w *web) uiID(typ, id string) string {
	types := map[string]string{"Товар": "product", "Модификация": "variant", "Услуга": "service", "Комплект": "bundle"}
	raw, _ := w.world.server.Entity(types[typ], id)
	if m := uiHref.FindSubmatch(raw); m != nil {
		return string(m[1])
	}
	return id
}

// respell replaces bytes of a file: \t, \n and \r stand for what they say.
func respell(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 || len(args)%2 == 0 {
		ts.Fatalf("usage: respell FILE OLD NEW ...")
	}
	pairs := slices.Clone(args[1:])
	for i := range pairs {
		pairs[i] = strings.NewReplacer(`\t`, "\t", `\n`, "\n", `\r`, "\r", `\a`, "\a").Replace(pairs[i])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.NewReplacer(pairs...).Replace(ts.ReadFile(args[0]))), 0o600))
}
