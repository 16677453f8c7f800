package app

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/source"
)

// dialects are the CSV dialects of an export.
var dialects = []string{"excel-ru", "rfc4180"}

func exportCommand() command {
	return command{
		name:  "export",
		about: i18n.T("write a sheet of an account", "выгрузить данные аккаунта в лист"),
		sub: perSource(func(s system) command {
			c := command{name: s.name, about: i18n.Text{En: s.title, Ru: s.title}, sub: s.exports("catalogsheet export " + s.name + " ")}
			for i, kind := range c.sub {
				c.sub[i].run = func(ctx context.Context, e *Env, a *Args) error {
					x, err := readExportArgs(e, s, kind.name, a)
					if err != nil {
						return err
					}
					return export(ctx, e, x)
				}
			}
			return c
		}),
	}
}

// exportOptions belong to every export.
func exportOptions() []option {
	return []option{
		{name: "output", short: "o", kind: value, arg: "FILE", about: i18n.T("the sheet: .xlsx or .csv; - is stdout (with --format csv)", "лист: .xlsx или .csv; - — stdout (с --format csv)")},
		{name: "format", kind: value, arg: "xlsx|csv", choices: formats, about: i18n.T("format of the sheet (by the file's name)", "формат листа (по имени файла)")},
		{name: "csv", kind: value, arg: "excel-ru|rfc4180", choices: dialects, about: i18n.T("spelling of a CSV sheet (by language)", "вид листа CSV (по языку)")},
		{name: "force", about: i18n.T("replace a file even if it holds edits", "заменить файл, даже если в нём есть правки")},
		{name: "columns", kind: list, arg: "a,b,c", about: i18n.T("only these columns (all)", "только эти колонки (все)")},
		{name: "template", kind: value, arg: "FILE", about: i18n.T("make a report of this template instead of the sheet", "построить вместо листа отчёт по этому шаблону")},
	}
}

// assortmentOptions choose among the goods of MoySklad.
func assortmentOptions() []option {
	return []option{
		{name: "folder", kind: repeated, arg: "PATH|ID", about: i18n.T("only this folder with those below it", "только эта группа с вложенными")},
		{name: "price-type", kind: repeated, arg: "NAME", about: i18n.T("only this price type (all)", "только этот тип цены (все)")},
	}
}

// evotorExports is the table of exports of Evotor.
func evotorExports(name string) []command {
	return []command{{
		name:  "products",
		about: i18n.T("the products of one store, several, or all", "товары одного, нескольких или всех магазинов"),
		examples: []string{
			name + `products -o products.xlsx --store "Shop 1"`,
			name + "products -o products.csv --store all",
		},
		options: append(exportOptions(),
			option{name: "store", kind: repeated, arg: "NAME|ID|all", about: i18n.T("this store; all is every store, each on a sheet of its own", "этот магазин; all — все, каждый на своём листе")},
			option{name: "group", kind: repeated, arg: "PATH|ID", about: i18n.T("only this group with those below it", "только эта группа с вложенными")},
			option{name: "api", kind: value, arg: "v2|v1", choices: []string{"v2", "v1"}, about: i18n.T("which generation of the API is read (v2)", "какое поколение API читать (v2)")},
		),
	}}
}

var formats = []string{"xlsx", "csv"}

// moyskladExports is the table of exports of MoySklad; examples begin with
// name.
func moyskladExports(name string) []command {
	return []command{
		{
			name:  "stock",
			about: i18n.T("the stock report", "отчёт об остатках"),
			examples: []string{
				name + "stock -o stock.xlsx",
				name + "stock -o stock.xlsx --group-by consignment --by-store",
				name + `stock -o shop.csv --store "Shop 1" --stock-mode positive`,
			},
			options: append(append(exportOptions(), assortmentOptions()...),
				option{name: "group-by", kind: value, arg: "product|variant|consignment", choices: []string{"product", "variant", "consignment"}, about: i18n.T("what a row is (variant)", "что в строке (variant)")},
				option{name: "store", kind: repeated, arg: "NAME|ID", about: i18n.T("only this store (all)", "только этот склад (все)")},
				option{name: "by-store", about: i18n.T("one more column per store", "ещё по колонке на склад")},
				option{name: "stock-mode", kind: value, arg: "MODE", choices: []string{"all", "positive", "negative", "empty", "nonempty", "under-minimum"}, about: i18n.T("which stock (all)", "какой остаток (all)")},
				option{name: "moment", kind: value, arg: "TIME", about: i18n.T("stock at that moment, Moscow time: \"2026-11-21 10:00\" (now)", "остаток на момент, время московское: \"2026-11-21 10:00\" (сейчас)")},
			),
		},
		{
			name:  "products",
			about: i18n.T("the catalog", "каталог"),
			examples: []string{
				name + "products -o products.xlsx",
				name + "products -o products.csv --types product,variant --archived yes",
				name + `products -o - --format csv --since 2026-11-01 --columns id,name,code`,
			},
			options: append(append(exportOptions(), assortmentOptions()...),
				option{name: "types", kind: list, arg: "product,variant,service,bundle", choices: []string{"product", "variant", "service", "bundle"}, about: i18n.T("which kinds of items (all four)", "какие виды номенклатуры (все четыре)")},
				option{name: "archived", kind: value, arg: "no|yes|only", choices: []string{"no", "yes", "only"}, about: i18n.T("with archived items, or only those (no)", "вместе с архивными или только они (no)")},
				option{name: "since", kind: value, arg: "TIME", about: i18n.T("only what changed since, Moscow time: 2026-11-21", "только изменённое с этого времени, московского: 2026-11-21")},
			),
		},
	}
}

// exportArgs is what an export was asked for.
type exportArgs struct {
	system  system
	query   source.Query
	path    string // "-" is stdout
	format  string
	dialect string
	force   bool
	// template is a report template's file, "" for the standard sheet.
	template string
}

func readExportArgs(e *Env, s system, kind string, a *Args) (exportArgs, error) {
	x := exportArgs{
		system: s,
		path:   a.String("output", ""),
		force:  a.Bool("force"), template: a.String("template", ""),
		query: source.Query{
			Kind:    kind,
			Columns: a.List("columns"),
			// A flag that a command lacks, or that was not given, is empty.
			Folders:    append(a.Strings("folder"), a.Strings("group")...),
			PriceTypes: a.Strings("price-type"),
			Stores:     a.Strings("store"),
			API:        a.String("api", ""),
			GroupBy:    a.String("group-by", ""),
			ByStore:    a.Bool("by-store"),
			StockMode:  a.String("stock-mode", ""),
			Types:      a.List("types"),
			Archived:   a.String("archived", ""),
		},
	}
	if s.chooseStore && len(x.query.Stores) == 0 {
		return x, Hinted(i18n.Errorf(i18n.T("catalogsheet stores %[1]s lists them, --store all takes all", "их список — catalogsheet stores %[1]s, все сразу — --store all"), s.name),
			i18n.T("which store? --store is missing", "какой магазин? не указан --store"))
	}
	var err error
	if x.query.Moment, err = moscowTime("--moment", a.String("moment", "")); err == nil {
		x.query.Since, err = moscowTime("--since", a.String("since", ""))
	}
	if err != nil {
		return x, err
	}
	if x.format, err = formatOf(x.path, a.String("format", "")); err != nil {
		return x, err
	}
	if a.Given("csv") && x.format != "csv" {
		return x, Usagef(i18n.T("--csv is for a CSV sheet, and %s is a workbook", "--csv — для листа CSV, а %s — книга Excel"), x.path)
	}
	switch {
	case x.template != "" && x.format != "xlsx":
		return x, Usagef(i18n.T("a report is written as .xlsx, not %s", "отчёт пишется в .xlsx, а не в %s"), x.path)
	case x.template != "" && len(x.query.Columns) > 0:
		return x, Usagef(i18n.T("--columns is for the standard sheet: what a report shows is said by its template", "--columns — для обычного листа: что показать в отчёте, решает шаблон"))
	}
	x.dialect = first(a.String("csv", ""), e.Config.CSV, map[i18n.Lang]string{i18n.Ru: "excel-ru", i18n.En: "rfc4180"}[e.Lang])
	return x, nil
}

// formatOf finds the format by the flag and the file's name, which must agree.
func formatOf(path, flag string) (string, error) {
	byName := strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), ".")
	switch {
	case path == "":
		return "", Hinted(i18n.Errorf(i18n.T("for example -o stock.xlsx", "например, -o stock.xlsx")),
			i18n.T("where to? -o FILE is missing", "куда? не указан -o FILE"))
	case path == "-" && flag != "csv":
		return "", Usagef(i18n.T("-o - needs --format csv: a workbook cannot go to stdout", "для -o - нужен --format csv: книгу Excel нельзя вывести в stdout"))
	case path == "-":
		return flag, nil
	case !slices.Contains(formats, byName) && flag == "":
		return "", Usagef(i18n.T("the format of %s is not clear: name it .xlsx or .csv, or give --format", "формат %s неясен: назовите файл .xlsx или .csv или задайте --format"), path)
	case slices.Contains(formats, byName) && flag != "" && flag != byName:
		return "", Usagef(i18n.T("%s and --format %s contradict each other", "%s и --format %s противоречат друг другу"), path, flag)
	case flag != "":
		return flag, nil
	}
	return byName, nil
}

// timeLayouts are the spellings of a time that people use.
var timeLayouts = []string{
	"2006-01-02", "2006-01-02 15:04", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05",
	"02.01.2006", "02.01.2006 15:04", "02.01.2006 15:04:05",
}

// moscowTime reads a time as the service keeps it, in Moscow time (UTC+3),
// unless it says its zone; "" is no time.
func moscowTime(flag, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	for _, layout := range timeLayouts {
		if t, err := time.ParseInLocation(layout, s, time.FixedZone("MSK", 3*60*60)); err == nil {
			return t, nil
		}
	}
	return time.Time{}, Usagef(i18n.T("%s: %q is not a time: write 2026-11-21 or \"2026-11-21 10:00\"", "%s: «%s» — не время: напишите 2026-11-21 или \"2026-11-21 10:00\""), flag, s)
}
