package report

import (
	"strings"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
)

// The words of the views. The headline is a sentence; parts of it follow after
// a semicolon. Arguments 1 and 3 count, 2 and 4 are the same numbers as shown.
var (
	wordEmpty   = i18n.T("(empty)", "(пусто)")
	wordUnknown = i18n.T("(unknown)", "(неизвестно)")
	wordHint    = i18n.T("hint", "подсказка")
	wordWas     = i18n.T("was", "было")
	wordNow     = i18n.T("now", "стало")
	wordCells   = i18n.T("and %[2]s more {1:cell|cells}", "и ещё %[2]s {1:ячейка|ячейки|ячеек}")

	headPrices = i18n.T(
		"%[2]s {1:price|prices} of %[4]s {3:item|items} will change",
		"{1:Изменится|Изменятся|Изменится} %[2]s {1:цена|цены|цен} у %[4]s {3:товара|товаров|товаров}")
	headFields = i18n.T(
		"%[2]s {1:field|fields} of %[4]s {3:item|items} will change",
		"{1:Изменится|Изменятся|Изменится} %[2]s {1:поле|поля|полей} у %[4]s {3:товара|товаров|товаров}")
	headCreated = i18n.T(
		"%[2]s {1:item|items} will be created",
		"{1:Будет создан|Будут созданы|Будет создано} %[2]s {1:товар|товара|товаров}")
	headNone       = i18n.T("No changes", "Изменений нет")
	headUncompared = i18n.T(
		"%[2]s {1:row|rows} read, nothing to compare {1:it|them} with",
		"{1:Прочитана|Прочитаны|Прочитано} %[2]s {1:строка|строки|строк}, сравнить {1:её|их|их} не с чем")

	donePrices = i18n.T(
		"%[2]s {1:price|prices} of %[4]s {3:item|items} changed",
		"{1:Изменена|Изменены|Изменено} %[2]s {1:цена|цены|цен} у %[4]s {3:товара|товаров|товаров}")
	doneFields = i18n.T(
		"%[2]s {1:field|fields} of %[4]s {3:item|items} changed",
		"{1:Изменено|Изменены|Изменено} %[2]s {1:поле|поля|полей} у %[4]s {3:товара|товаров|товаров}")
	doneCreated = i18n.T(
		"%[2]s {1:item|items} created",
		"{1:Создан|Созданы|Создано} %[2]s {1:товар|товара|товаров}")
	doneNone = i18n.T("Nothing was changed", "Ничего не изменено")

	partFields = i18n.T(
		"%[2]s other {1:field|fields} of %[4]s {3:item|items}",
		"%[2]s {1:другое поле|других поля|других полей} у %[4]s {3:товара|товаров|товаров}")
	partCreated   = i18n.T("%[2]s new {1:item|items}", "%[2]s {1:новый товар|новых товара|новых товаров}")
	partUnchanged = i18n.T("%[2]s {1:row|rows} unchanged", "%[2]s {1:строка|строки|строк} без изменений")
	partMissing   = i18n.T(
		"%[2]s {1:row|rows} not in the file and left as {1:it is|they are}",
		"%[2]s {1:строки|строк|строк} в файле нет, их товары не меняются")
	partErrors    = i18n.T("%[2]s {1:error|errors}", "%[2]s {1:ошибка|ошибки|ошибок}")
	partHeld      = i18n.T("%[2]s held for your word", "%[2]s {1:ждёт|ждут|ждут} подтверждения")
	partConflicts = i18n.T("%[2]s {1:conflict|conflicts} with the server", "%[2]s {1:конфликт|конфликта|конфликтов} с сервером")
	partWarnings  = i18n.T("%[2]s {1:warning|warnings}", "%[2]s {1:предупреждение|предупреждения|предупреждений}")

	partAlready  = i18n.T("%[2]s {1:item was|items were} so already", "%[2]s {1:товар уже был таким|товара уже были такими|товаров уже были такими}")
	partRejected = i18n.T("%[2]s {1:item|items} refused by the service", "%[2]s {1:товар отклонён|товара отклонены|товаров отклонено} сервисом")
	partStale    = i18n.T(
		"%[2]s {1:item|items} not sent, changed on the server meanwhile",
		"%[2]s {1:товар не отправлен: его|товара не отправлены: их|товаров не отправлено: их} успели изменить на сервере")
	partUnsent = i18n.T("%[2]s {1:item|items} not sent", "%[2]s {1:товар не отправлен|товара не отправлены|товаров не отправлено}")

	sectionHidden = i18n.T("In hidden rows:", "В скрытых строках:")
	sectionDrift  = i18n.T("Changed on the server since the export, untouched by this file:", "Изменилось на сервере после выгрузки, файл этого не касается:")
	sectionNew    = i18n.T("New items:", "Новые товары:")

	sayConflict = i18n.T("the server holds %s now: conflict, both sides changed it", "на сервере сейчас %s: конфликт, изменили обе стороны")
	sayAlready  = i18n.T("the server holds this value already: nothing to send", "на сервере уже это значение: отправлять нечего")
	sayServer   = i18n.T("the server holds %s now", "на сервере сейчас %s")
	sayDrift    = i18n.T("%s at the export, %s on the server now", "при выгрузке %s, на сервере сейчас %s")

	moreChanges  = i18n.T("%[2]s more {1:change|changes}: -v shows all", "ещё %[2]s {1:изменение|изменения|изменений}: -v покажет все")
	moreProblems = i18n.T("%[2]s more: %[3]s", "ещё %[2]s: %[3]s")
	moreItems    = i18n.T("%[2]s more {1:item|items}: -v shows all", "ещё %[2]s {1:товар|товара|товаров}: -v покажет все")
	moreNew      = i18n.T("%[2]s more new {1:item|items}: -v shows all", "ещё %[2]s {1:новый товар|новых товара|новых товаров}: -v покажет все")
)

// count says a text about n things.
func count(t i18n.Text, n int, l i18n.Lang) string { return t.In(l, n, group(n, l)) }

// fields says a text about values and the items that have them.
func fields(t i18n.Text, f fieldCount, l i18n.Lang) string {
	return t.In(l, f.Fields, group(f.Fields, l), f.Items, group(f.Items, l))
}

// Headline says in one sentence what will change (before anything was sent) or
// what has changed (after), counts first.
func Headline(m Model, l i18n.Lang) string {
	if m.Run != "" {
		return strings.Join(afterParts(Tally(m.Items), l), "; ")
	}
	return strings.Join(beforeParts(m, l), "; ")
}

func beforeParts(m Model, l i18n.Lang) []string {
	c := m.Counts()
	parts := mainParts(c.prices, c.others, c.Created, [4]i18n.Text{headPrices, headFields, headCreated, headNone}, l)
	if c.prices.Fields+c.others.Fields+c.Created == 0 {
		switch {
		case c.Errors > 0: // what cannot be read may well be a change
			parts = nil
		case m.Uncompared:
			parts = []string{count(headUncompared, m.Rows, l)}
		}
	}
	for _, p := range []struct {
		n    int
		text i18n.Text
		tail string
	}{
		{m.Unchanged, partUnchanged, ""},
		{c.Missing, partMissing, ""},
		{c.Errors, partErrors, errorCells(m)},
		{c.Held, partHeld, ""},
		{c.Conflicts, partConflicts, ""},
		{c.Warnings, partWarnings, ""},
	} {
		if p.n > 0 {
			parts = append(parts, count(p.text, p.n, l)+p.tail)
		}
	}
	return parts
}

func afterParts(o Outcomes, l i18n.Lang) []string {
	parts := mainParts(o.prices, o.others, o.created, [4]i18n.Text{donePrices, doneFields, doneCreated, doneNone}, l)
	for _, p := range []struct {
		n    int
		text i18n.Text
	}{{o.Already, partAlready}, {o.Rejected, partRejected}, {o.Stale, partStale}, {o.Unsent, partUnsent}} {
		if p.n > 0 {
			parts = append(parts, count(p.text, p.n, l))
		}
	}
	return parts
}

// mainParts leads with prices, else other fields, else new items, else nothing:
// the texts are in that order. What does not lead follows in its short form.
func mainParts(prices, others fieldCount, created int, lead [4]i18n.Text, l i18n.Lang) []string {
	var parts []string
	if prices.Fields > 0 {
		parts = append(parts, fields(lead[0], prices, l))
	}
	if others.Fields > 0 {
		text := partFields
		if len(parts) == 0 {
			text = lead[1]
		}
		parts = append(parts, fields(text, others, l))
	}
	if created > 0 {
		text := partCreated
		if len(parts) == 0 {
			text = lead[2]
		}
		parts = append(parts, count(text, created, l))
	}
	if len(parts) == 0 {
		parts = append(parts, lead[3].In(l))
	}
	return parts
}

// errorCells names the first cells with errors: " (C17, F203)". The sheet is
// left out where all are in one.
func errorCells(m Model) string {
	var cells []string
	sheet, many := "", false
	for _, d := range m.problems() {
		if d.Severity != diag.Error || d.At.Row == 0 {
			continue
		}
		many = many || len(cells) > 0 && d.At.Sheet != sheet
		sheet = d.At.Sheet
		cells = append(cells, d.At.Cell())
	}
	if len(cells) == 0 {
		return ""
	}
	tail := ""
	if len(cells) > foldCells {
		cells, tail = cells[:foldCells], ", …"
	}
	for i, c := range cells {
		if !many {
			c = strings.TrimPrefix(c, sheet+"!")
		}
		cells[i] = Clean(c)
	}
	return " (" + strings.Join(cells, ", ") + tail + ")"
}
