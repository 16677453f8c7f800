package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

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

// spoil does to a sheet what people do: turns a column's cells by one row,
// copies a row, hides one, merges two cells, types a date, counts days from
// 1904, copies the sheet.
func spoil(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || spoilages[args[1]] == nil {
		ts.Fatalf("usage: spoil FILE torn TITLE | copy|hide|merge|date|percent TITLE=VALUE [TITLE] | 1904 | twin | rename NAME | forget")
	}
	t := openTable(ts, args[0])
	spoilages[args[1]](ts, t, args[2:])
	t.save(ts)
}

// spoilages are what spoil can do, by name.
var spoilages = map[string]func(*testscript.TestScript, *sheetFile, []string){
	"torn": func(ts *testscript.TestScript, t *sheetFile, args []string) { t.turn(ts, t.column(ts, args[0])) },
	"copy": func(ts *testscript.TestScript, t *sheetFile, args []string) {
		for i, text := range t.rows(ts, t.name)[t.named(ts, args[0])-1] {
			t.set(ts, t.last(ts, i+1), `"`+text+`"`)
		}
	},
	"hide": func(ts *testscript.TestScript, t *sheetFile, args []string) {
		ts.Check(t.book.SetRowVisible(t.name, t.named(ts, args[0]), false))
	},
	"merge": func(ts *testscript.TestScript, t *sheetFile, args []string) {
		row, col := t.named(ts, args[0]), t.column(ts, args[1])
		ts.Check(t.book.MergeCell(t.name, t.cell(ts, row, col), t.cell(ts, row+1, col)))
	},
	"date": func(ts *testscript.TestScript, t *sheetFile, args []string) {
		at := t.cell(ts, t.named(ts, args[0]), t.column(ts, args[1]))
		ts.Check(t.book.SetCellValue(t.name, at, time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)))
	},
	"percent": func(ts *testscript.TestScript, t *sheetFile, args []string) {
		at := t.cell(ts, t.named(ts, args[0]), t.column(ts, args[1]))
		style, err := t.book.NewStyle(&excelize.Style{NumFmt: 9})
		ts.Check(err)
		ts.Check(t.book.SetCellStyle(t.name, at, at, style))
		ts.Check(t.book.SetCellDefault(t.name, at, "0.1"))
	},
	"1904": func(ts *testscript.TestScript, t *sheetFile, _ []string) {
		yes := true
		ts.Check(t.book.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
	},
	"twin": func(ts *testscript.TestScript, t *sheetFile, _ []string) {
		from, err := t.book.GetSheetIndex(t.name)
		ts.Check(err)
		to, err := t.book.NewSheet(t.name + " (2)")
		ts.Check(err)
		ts.Check(t.book.CopySheet(from, to))
	},
	"rename": func(ts *testscript.TestScript, t *sheetFile, args []string) {
		ts.Check(t.book.SetSheetName(t.name, args[0]))
	},
	"forget": func(ts *testscript.TestScript, t *sheetFile, _ []string) {
		for _, name := range t.book.GetSheetList() {
			if strings.HasPrefix(name, "_") {
				ts.Check(t.book.DeleteSheet(name))
			}
		}
	},
}

// named finds the row that TITLE=VALUE names.
func (t *sheetFile) named(ts *testscript.TestScript, arg string) int {
	title, value, _ := strings.Cut(arg, "=")
	return t.find(ts, t.column(ts, title), value)
}

func (t *sheetFile) cell(ts *testscript.TestScript, row, col int) string {
	at, err := excelize.CoordinatesToCellName(col, row)
	ts.Check(err)
	return at
}

// turn moves the texts of a column down by one row, the last to the top.
func (t *sheetFile) turn(ts *testscript.TestScript, col int) {
	rows := t.rows(ts, t.name)
	texts := make([]string, len(rows))
	for i, r := range rows {
		if col <= len(r) {
			texts[i] = r[col-1]
		}
	}
	for i := 1; i < len(rows); i++ {
		from := i - 1
		if from == 0 {
			from = len(rows) - 1
		}
		t.set(ts, spot{t.name, i + 1, col}, texts[from])
	}
}

// last is a cell of the row being added: its first cell makes the row.
func (t *sheetFile) last(ts *testscript.TestScript, col int) spot {
	n := len(t.rows(ts, t.name))
	if t.csv != nil && col == 1 {
		t.csv.records = append(t.csv.records, nil)
		return spot{"", n + 1, 1}
	}
	if col == 1 {
		n++
	}
	return spot{t.name, n, col}
}
