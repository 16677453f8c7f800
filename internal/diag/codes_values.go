package diag

import "catalogsheet/internal/i18n"

// numberCodes is about what cannot be taken for a number.
func numberCodes() []Entry {
	return []Entry{
		{
			"number-invalid", "", Error,
			i18n.T("this is not a number", "это не число"),
			i18n.T("write digits with a decimal comma or point: 1299,50", "запишите цифры с десятичной запятой или точкой: 1299,50"),
		},
		{
			"number-invalid", "whole", Error,
			i18n.T("a whole number is expected", "здесь нужно целое число"),
			i18n.T("write the number without decimals", "запишите число без дробной части"),
		},
		// 1 the text, 2 the currency of the price.
		{
			"number-invalid", "currency", Error,
			i18n.T("the price is in %[2]s and the cell says rubles", "цена указана в валюте «%[2]s», а в ячейке рубли"),
			i18n.T("write the amount in the price's own currency, without a sign", "запишите сумму в валюте цены, без знака валюты"),
		},
		// 1 the text, 2 and 3 its two readings.
		{
			"number-ambiguous", "", Error,
			i18n.T("the number can be read in two ways: %[2]v or %[3]v", "число читается двояко: %[2]v или %[3]v"),
			i18n.T("write it without a sign between thousands (1299 or 1299.00); for a CSV file --decimal comma or point settles it", "запишите без знака между тысячами (1299 или 1299,00); для файла CSV можно указать --decimal comma или point"),
		},
		{
			"number-scientific", "", Error,
			i18n.T("a spreadsheet program shortened the code, its digits are lost", "табличная программа сократила код, его цифры потеряны"),
			i18n.T("restore the full value from the export as text (cell format “Text”)", "верните полное значение из выгрузки как текст (формат ячейки «Текстовый»)"),
		},
		{
			"number-scientific", "number", Error,
			i18n.T("the number is shortened, its digits may be lost", "число записано сокращённо, часть цифр могла потеряться"),
			i18n.T("write all its digits", "запишите все цифры"),
		},
		{
			"number-scientific", "digits", Error,
			i18n.T("the number has more than 15 digits: a spreadsheet program replaces the rest by zeros", "в числе больше 15 цифр: остальные табличная программа заменяет нулями"),
			i18n.T("set the cell format to “Text” and type the value again", "задайте ячейке формат «Текстовый» и введите значение снова"),
		},
		{
			"price-negative", "", Error,
			i18n.T("a price cannot be below zero", "цена не может быть меньше нуля"),
			i18n.T("write a price of zero or more", "запишите цену от нуля"),
		},
		// 1 the number of decimals allowed.
		{
			"price-decimals", "", Error,
			i18n.T("more than %[1]d {1:decimal|decimals}", "знаков после запятой больше %[1]d"),
			i18n.T("round the value: the program does not do it for you", "округлите значение: сама программа этого не делает"),
		},
		// 1 the least, 2 the greatest value.
		{
			"value-range", "", Error,
			i18n.T("the value must be between %[1]v and %[2]v", "значение должно быть от %[1]v до %[2]v"),
			i18n.T("write a value in these limits", "запишите значение в этих пределах"),
		},
		// 1 the least value.
		{
			"value-range", "min", Error,
			i18n.T("the value must be %[1]v or more", "значение должно быть не меньше %[1]v"),
			i18n.T("write a value in this limit", "запишите значение не меньше указанного"),
		},
		// 1 the greatest value.
		{
			"value-range", "max", Error,
			i18n.T("the value must be %[1]v or less", "значение должно быть не больше %[1]v"),
			i18n.T("write a value in this limit", "запишите значение не больше указанного"),
		},
		// 1 the barcode.
		{
			"value-range", "gtin", Error,
			i18n.T("%[1]s is not a GTIN: 14 digits, the last of which checks the others", "%[1]s не подходит для GTIN: нужно 14 цифр, последняя из них контрольная"),
			i18n.T("correct the digits, or give the barcode another kind: code128:…", "исправьте цифры или укажите другой вид штрихкода: code128:…"),
		},
		{
			"percent-in-price", "", Error,
			i18n.T("a percentage stands where an amount is expected", "вместо суммы указан процент"),
			i18n.T("write the price itself; set the cell format to “Number”", "запишите саму цену; задайте ячейке формат «Числовой»"),
		},
		// 1 the date that the cell shows.
		{
			"date-in-text", "", Error,
			i18n.T("the cell holds a date (%[1]v) where text is expected: a spreadsheet program made it of what was typed", "в ячейке дата (%[1]v), а нужен текст: табличная программа сделала её из введённого"),
			i18n.T("set the cell format to “Text” and type the value again", "задайте ячейке формат «Текстовый» и введите значение снова"),
		},
		// 1 the date as it stands in the cell, 2 what was exported.
		{
			"date-in-text", "was", Error,
			i18n.T("the text became a date: %[1]s", "текст превратился в дату: %[1]s"),
			i18n.T("set the cell format to “Text” and type “%[2]s” again", "задайте ячейке формат «Текстовый» и введите «%[2]s» снова"),
		},
		// 1 the date that the cell shows.
		{
			"date-in-text", "price", Error,
			i18n.T("the cell holds a date (%[1]v) where a price is expected: a spreadsheet program made it of what was typed", "в ячейке дата (%[1]v), а нужна цена: табличная программа сделала её из введённого"),
			i18n.T("set the cell format to “Number” and type the price again", "задайте ячейке формат «Числовой» и введите цену снова"),
		},
		// 1 the date that the cell shows.
		{
			"date-in-text", "number", Error,
			i18n.T("the cell holds a date (%[1]v) where a number is expected: a spreadsheet program made it of what was typed", "в ячейке дата (%[1]v), а нужно число: табличная программа сделала её из введённого"),
			i18n.T("set the cell format to “Number” and type the number again", "задайте ячейке формат «Числовой» и введите число снова"),
		},
	}
}

// textCodes is about cells whose content cannot be taken as it stands.
func textCodes() []Entry {
	return []Entry{
		// 1 the merged range.
		{
			"merged-cells", "", Error,
			i18n.T("merged cells %[1]s hide the values of other cells", "объединённые ячейки %[1]s скрывают значения других ячеек"),
			i18n.T("unmerge them and restore what was in each", "отмените объединение и верните значение каждой ячейки"),
		},
		{
			"cell-error", "", Error,
			i18n.T("the cell holds an error value instead of a value", "в ячейке ошибка вместо значения"),
			i18n.T("correct the formula, or type the value", "исправьте формулу или введите значение"),
		},
		{
			"formula-uncached", "", Error,
			i18n.T("the formula has no computed value", "у формулы нет вычисленного значения"),
			i18n.T("open and save the file in a spreadsheet program", "откройте и сохраните файл в табличной программе"),
		},
		// 1 the limit, 2 the length, in characters.
		{
			"text-too-long", "", Error,
			i18n.T("the text has %[2]d {2:character|characters}, the limit is %[1]d", "в тексте %[2]d {2:знак|знака|знаков}, а поместится %[1]d"),
			i18n.T("shorten the text", "сократите текст"),
		},
		// 1 the character, U+0007.
		{
			"text-invalid", "", Error,
			i18n.T("the text holds a control character: %[1]s", "в тексте есть управляющий символ: %[1]s"),
			i18n.T("type the text again", "введите текст заново"),
		},
		{
			"text-invalid", "encoding", Error,
			i18n.T("the text is garbled: some of its characters were lost", "текст испорчен: часть его знаков потеряна"),
			i18n.T("type the text again; for a CSV file check --encoding", "введите текст заново; для файла CSV проверьте --encoding"),
		},
		{
			"template-broken", "", Error,
			i18n.T("a report template was left in the cell unfilled", "в ячейке осталась незаполненная разметка шаблона отчёта"),
			i18n.T("type the value", "введите значение"),
		},
		{
			"value-required", "", Error,
			i18n.T("this value cannot be empty", "это значение не может быть пустым"),
			i18n.T("write a value, or restore it from the export", "запишите значение или верните его из выгрузки"),
		},
	}
}

// valueCodes is about values that must be among those that exist. Their
// arguments: 1 the text, 2 the nearest known value.
func valueCodes() []Entry {
	return []Entry{
		{
			"folder-unknown", "", Error,
			i18n.T("there is no such folder", "такой группы нет"),
			i18n.T("choose one from the list of the cell, or create the folder in the service and export again", "выберите группу из списка ячейки или создайте её в сервисе и выгрузите таблицу заново"),
		},
		{
			"folder-unknown", "near", Error,
			i18n.T("there is no such folder", "такой группы нет"),
			i18n.T("did you mean “%[2]s”?", "возможно, «%[2]s»?"),
		},
		{
			"uom-unknown", "", Error,
			i18n.T("there is no such unit", "такой единицы измерения нет"),
			i18n.T("choose one from the list of the cell", "выберите единицу из списка ячейки"),
		},
		{
			"uom-unknown", "near", Error,
			i18n.T("there is no such unit", "такой единицы измерения нет"),
			i18n.T("did you mean “%[2]s”?", "возможно, «%[2]s»?"),
		},
		{
			"vat-unknown", "", Error,
			i18n.T("there is no such VAT rate", "такой ставки НДС нет"),
			i18n.T("write 20%%, no VAT, or as folder", "запишите 20%%, без НДС или как у группы"),
		},
		// 2 the rates that exist.
		{
			"vat-unknown", "known", Error,
			i18n.T("there is no such VAT rate", "такой ставки НДС нет"),
			i18n.T("the rates are: %[2]s", "есть ставки: %[2]s"),
		},
		{
			"entry-unknown", "", Error,
			i18n.T("the account has no such entry", "в учётной записи нет такого значения"),
			i18n.T("choose one from the list of the cell, or add the entry in the service and export again", "выберите значение из списка ячейки или добавьте его в сервисе и выгрузите таблицу заново"),
		},
		{
			"entry-unknown", "near", Error,
			i18n.T("the account has no such entry", "в учётной записи нет такого значения"),
			i18n.T("did you mean “%[2]s”?", "возможно, «%[2]s»?"),
		},
		{
			"value-unknown", "", Error,
			i18n.T("there is no such value", "такого значения нет"),
			i18n.T("choose one from the list of the cell", "выберите значение из списка ячейки"),
		},
		{
			"value-unknown", "near", Error,
			i18n.T("there is no such value", "такого значения нет"),
			i18n.T("did you mean “%[2]v”?", "возможно, «%[2]v»?"),
		},
		{
			"value-unknown", "flag", Error,
			i18n.T("yes or no is expected", "здесь нужно «да» или «нет»"),
			i18n.T("write yes or no", "запишите «да» или «нет»"),
		},
		{
			"value-unknown", "decision", Error,
			i18n.T("a decision is missing", "нет решения"),
			i18n.T("choose apply or skip", "выберите «применить» или «пропустить»"),
		},
		{
			"value-unknown", "time", Error,
			i18n.T("this is not a date", "это не дата"),
			i18n.T("write it as 2026-11-21 10:00 or 21.11.2026 10:00", "запишите так: 21.11.2026 10:00 или 2026-11-21 10:00"),
		},
		// 1 the text of the barcode.
		{
			"value-unknown", "barcode", Error,
			i18n.T("“%[1]s” can be one barcode or several", "«%[1]s» может быть одним штрихкодом или несколькими"),
			i18n.T("write one per line with its kind: ean13:2000000000015", "запишите по одному в строке вместе с видом: ean13:2000000000015"),
		},
	}
}
