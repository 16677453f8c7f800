package diag

import "catalogsheet/internal/i18n"

// noticeCodes is what is sent but said, and what a person may like to know.
func noticeCodes() []Entry {
	return []Entry{
		// 1 the characters that look alike.
		{
			"mixed-script", "", Warning,
			i18n.T("the code mixes Latin and Cyrillic letters that look alike: %[1]s", "в коде смешаны похожие латинские и русские буквы: %[1]s"),
			i18n.T("type it again in one alphabet, unless this is meant", "введите его одним алфавитом, если так не задумано"),
		},
		// 1 the characters, U+200B.
		{
			"invisible-characters", "", Warning,
			i18n.T("the text holds characters that cannot be seen: %[1]s", "в тексте есть невидимые символы: %[1]s"),
			i18n.T("type the text again, unless they are meant", "введите текст заново, если они не нужны"),
		},
		{
			"hidden-row-edited", "", Warning,
			i18n.T("this row is hidden and was edited", "эта строка скрыта, и в ней есть правки"),
			i18n.T("show all rows and check: pasting over a filtered list fills hidden rows too", "покажите все строки и проверьте: вставка поверх фильтра заполняет и скрытые строки"),
		},
		{
			"external-formula", "", Warning,
			i18n.T("the value comes from another workbook as it was when the file was saved", "значение взято из другой книги и не обновлялось с сохранения файла"),
			i18n.T("check it, or replace the formula by its value", "проверьте его или замените формулу значением"),
		},
		{
			"variant-pinned", "", Warning,
			i18n.T("the variant may take this price from its product; written here, it becomes its own", "модификация могла брать эту цену у товара; записанная здесь, она станет её собственной"),
			i18n.T("later changes of the product's price will not reach it, and no undo brings that back", "дальнейшие изменения цены товара её не коснутся, и отмена этого не вернёт"),
		},
		// 1 the age in days.
		{
			"base-old", "", Warning,
			i18n.T("the sheet was exported %[1]d {1:day|days} ago", "таблица выгружена %[1]d {1:день|дня|дней} назад"),
			i18n.T("what changed in the service meanwhile will show as conflicts", "то, что с тех пор изменилось в сервисе, будет показано как конфликты"),
		},
		// 1 the value in the export.
		{
			"repaired", "", Notice,
			i18n.T("a spreadsheet program changed how the value is written; it still counts as “%[1]s”", "табличная программа изменила запись значения; оно по-прежнему считается «%[1]s»"),
			i18n.Text{},
		},
		// 1 the server's value.
		{
			"repaired", "report", Notice,
			i18n.T("the template divides by a whole number, so MoySklad dropped the kopecks; it counts as “%[1]s”", "шаблон делит на целое число, поэтому МойСклад отбросил копейки; значение считается «%[1]s»"),
			i18n.T("write / 100.0 in the template", "в шаблоне пишите / 100.0"),
		},
		{
			"read-only", "spelling", Notice,
			i18n.T("a read-only cell is written differently; its value is the same", "ячейка только для чтения записана иначе; значение прежнее"),
			i18n.Text{},
		},
		{
			"variant-inherits", "", Notice,
			i18n.T("the product gets the same new price, so the variant is left to take it from there", "товар получает ту же новую цену, поэтому модификация возьмёт её у него"),
			i18n.Text{},
		},
		// 1 the title.
		{
			"column-unknown", "", Notice,
			i18n.T("the column is not known and was left out", "столбец не опознан и не читался"),
			i18n.T("if it holds edits, name it: --map \"%[1]s=KEY\"", "если в нём есть правки, назовите его: --map \"%[1]s=КЛЮЧ\""),
		},
		// 1 the title that it may have had, 2 the key, 3 the title that it has.
		{
			"column-unknown", "near", Notice,
			i18n.T("the column is not known and was left out; was it “%[1]s”?", "столбец не опознан и не читался; это бывший «%[1]s»?"),
			i18n.T("put the title back, or use --map \"%[3]s=%[2]s\"", "верните заголовок или укажите --map \"%[3]s=%[2]s\""),
		},
		{
			"formula-value", "", Notice,
			i18n.T("the value is that of a formula, as it was computed last", "значение взято из формулы, как она была вычислена в последний раз"),
			i18n.Text{},
		},
		// 1 the key that --map gives.
		{
			"column-unknown", "key", Error,
			i18n.T("--map gives the column the key “%[1]s”, which is no column of the account, or several", "--map даёт столбцу ключ «%[1]s»: в аккаунте нет такого столбца или их несколько"),
			i18n.T("give the key as JSON shows it: salePrice:ID, or salePrice:NAME where the name is unique", "укажите ключ, как он назван в JSON: salePrice:ID или salePrice:НАЗВАНИЕ, если название единственное"),
		},
		// 1 the key of the column, 2 the title.
		{
			"column-unknown", "unmapped", Notice,
			i18n.T("the column was not read: of a sheet matched by --key only prices are taken by their titles", "столбец не читался: из листа, сопоставленного по --key, по заголовкам берутся только цены"),
			i18n.T("if it holds edits, name it: --map \"%[2]s=%[1]s\"", "если в нём есть правки, назовите его: --map \"%[2]s=%[1]s\""),
		},
		// 1 how many changes.
		{
			"review-skipped", "", Notice,
			i18n.T("%[1]d {1:change was|changes were} left out by the decisions of the review", "по решениям проверки пропущено изменений: %[1]d"),
			i18n.Text{},
		},
		// 1 how many changes.
		{
			"review-skipped", "new", Notice,
			i18n.T("%[1]d {1:change is|changes are} not in the review and left out", "изменений, которых нет в проверке: %[1]d; они пропущены"),
			i18n.T("make the review again to decide on them", "чтобы решить о них, сделайте проверку заново"),
		},
		// 1 how many cells.
		{
			"blank-ignored", "", Notice,
			i18n.T("%[1]d blank {1:cell was|cells were} left alone: without a base a blank cell is no edit", "пустых ячеек: %[1]d; без исходной выгрузки пустая ячейка не считается правкой"),
			i18n.T("to clear values, export a sheet and clear them there", "чтобы очистить значения, выгрузите лист и очистите их в нём"),
		},
		{
			"row-ignored", "", Notice,
			i18n.T("the row names no item and holds no value: a title or a total", "строка не называет позицию и не содержит значений: заголовок или итог"),
			i18n.Text{},
		},
		// 1 the column's name as typed.
		{
			"column-unknown", "map", Notice,
			i18n.T("--map names the column “%[1]s”, which the sheet does not have", "в --map указан столбец «%[1]s», которого в таблице нет"),
			i18n.T("check the title", "проверьте заголовок"),
		},
		// 1 the row's first occurrence.
		{
			"row-repeated", "", Notice,
			i18n.T("the row says the same as %[1]s and counts once", "строка повторяет %[1]s и учтена один раз"),
			i18n.Text{},
		},
		// 1 the names of the other sheets.
		{
			"sheet-ignored", "", Notice,
			i18n.T("other sheets were not read: %[1]s", "другие листы не читались: %[1]s"),
			i18n.Text{},
		},
		// 1 the titles of the columns.
		{
			"create-ignores", "", Notice,
			i18n.T("a new row cannot set: %[1]s", "в новой строке не задаётся: %[1]s"),
			i18n.Text{},
		},
	}
}
