package diag

import (
	"slices"

	"catalogsheet/internal/i18n"
)

// errorCodes is what makes a row, or a whole file, impossible to send. The
// comment over an entry names its arguments.
func errorCodes() []Entry {
	return slices.Concat(fileCodes(), identityCodes(), numberCodes(), textCodes(), valueCodes())
}

// fileCodes is about a file as a whole, its headers and its sheets.
func fileCodes() []Entry {
	return []Entry{
		// 1 what the file is, in words.
		{
			"file-unreadable", "", Error,
			i18n.T("%[1]v", "%[1]v"),
			i18n.T("open it in a spreadsheet program, save as .xlsx and use that file", "откройте его в табличной программе, сохраните как .xlsx и возьмите этот файл"),
		},
		// 1 what is damaged, in words.
		{
			"file-unreadable", "broken", Error,
			i18n.T("%[1]v", "%[1]v"),
			i18n.T("take the file from a copy, or export the sheet again; where a spreadsheet program still opens it, save it there as .xlsx", "возьмите файл из копии или выгрузите таблицу заново; если табличная программа его открывает, сохраните его в ней как .xlsx"),
		},
		{
			"file-unreadable", "empty", Error,
			i18n.T("the file is empty", "файл пуст"),
			i18n.T("export the sheet again, or take the file from a copy", "выгрузите таблицу заново или возьмите файл из копии"),
		},
		// 1 the decoder's own words.
		{
			"file-unreadable", "base", Error,
			i18n.T("what the sheet remembers of its export cannot be read: %[1]v", "сведения о выгрузке внутри таблицы не читаются: %[1]v"),
			i18n.T("name the original file with --base FILE, or export again", "укажите исходный файл: --base ФАЙЛ, или выгрузите таблицу заново"),
		},
		// 1 the name of the file given as the base.
		{
			"file-unreadable", "no-base", Error,
			i18n.T("the file %[1]s given as the base remembers no export", "в файле %[1]s, указанном как исходный, нет сведений о выгрузке"),
			i18n.T("give --base the exported .xlsx file or the .base.csv file beside the exported .csv", "укажите в --base выгруженный файл .xlsx или файл .base.csv рядом с выгруженным .csv"),
		},
		{
			"file-encrypted", "", Error,
			i18n.T("the file is protected with a password", "файл защищён паролем"),
			i18n.T("open it in a spreadsheet program, remove the password and save", "откройте его в табличной программе, снимите пароль и сохраните"),
		},
		// 1 which limit it passes, in words.
		{
			"file-too-large", "", Error,
			i18n.T("%[1]v", "%[1]v"),
			i18n.T("delete blank rows and columns that carry only formats, or split the file", "удалите пустые строки и столбцы, в которых осталось только оформление, или разделите файл"),
		},
		// 1 which limit it passes, in words.
		{
			"file-too-large", "cell", Error,
			i18n.T("%[1]v", "%[1]v"),
			i18n.T("find the cell with a very long text and shorten it: a spreadsheet program keeps 32,767 characters of it", "найдите ячейку с очень длинным текстом и сократите его: табличная программа хранит не больше 32 767 знаков"),
		},
		// 1 which limit it passes, in words.
		{
			"file-too-large", "cells", Error,
			i18n.T("%[1]v", "%[1]v"),
			i18n.T("name the exported file with --base, delete the columns that are not needed, or split the file", "укажите выгруженный файл в --base, удалите ненужные столбцы или разделите файл"),
		},
		// 1 which limit it passes, in words.
		{
			"file-too-large", "merges", Error,
			i18n.T("%[1]v", "%[1]v"),
			i18n.T("unmerge the cells", "отмените объединение ячеек"),
		},
		{
			"header-missing", "", Error,
			i18n.T("there is no UUID column: the rows cannot be told apart", "нет столбца UUID: строки не опознать"),
			i18n.T("bring back the UUID column of the export, or find the rows by another column: --key code, article, barcode", "верните столбец UUID из выгрузки или сопоставьте строки по другому столбцу: --key code, article, barcode"),
		},
		// 1 the title of the column that --key names.
		{
			"header-missing", "key", Error,
			i18n.T("there is no column “%[1]v”, by which --key finds the rows", "нет столбца «%[1]v», по которому --key ищет строки"),
			i18n.T("name it with --map \"HEADER=KEY\"", "назовите его: --map \"ЗАГОЛОВОК=КЛЮЧ\""),
		},
		{
			"header-missing", "nothing", Error,
			i18n.T("no row of column titles in the first 40 rows", "в первых 40 строках нет строки с заголовками столбцов"),
			i18n.T("put back the header row of the export, or name columns with --map \"HEADER=KEY\"", "верните строку заголовков из выгрузки или назовите столбцы: --map \"ЗАГОЛОВОК=КЛЮЧ\""),
		},
		{
			"header-missing", "review", Error,
			i18n.T("the review has lost its columns of decisions", "в проверке нет столбцов с решениями"),
			i18n.T("bring the titles back, or make the review again", "верните заголовки или сделайте проверку заново"),
		},
		// 1 the name of the sheet.
		{
			"review-stale", "", Error,
			i18n.T("%[1]s was saved after this review was made", "%[1]s сохранён уже после этой проверки"),
			i18n.T("make the review again: what it shows is no longer what the sheet says", "сделайте проверку заново: она показывает не то, что теперь в листе"),
		},
		{
			"review-stale", "missing", Error,
			i18n.T("the reviewed sheet %[1]s is not beside the review", "рядом с проверкой нет листа %[1]s, о котором она"),
			i18n.T("put it there, unchanged", "положите его туда без изменений"),
		},
		{
			"review-changed", "", Error,
			i18n.T("this row of the review no longer belongs together", "части этой строки проверки больше не относятся друг к другу"),
			i18n.T("change only the column of decisions; select all columns when sorting", "меняйте только столбец решений; при сортировке выделяйте все столбцы"),
		},
		// 1 the value that stood there.
		{
			"review-changed", "value", Error,
			i18n.T("the review shows another value than it was made with: “%[1]s”", "значение в проверке изменено; было «%[1]s»"),
			i18n.T("values are edited in the sheet itself; here only decide", "значения правят в самом листе; здесь только решают"),
		},
		// 1 the title, 2 the cell of the other header.
		{
			"header-duplicate", "", Error,
			i18n.T("column “%[1]s” is already in %[2]s", "столбец «%[1]s» уже есть в %[2]s"),
			i18n.T("keep one of the two columns", "оставьте один из двух столбцов"),
		},
		// 1 the names of the sheets.
		{
			"sheet-ambiguous", "", Error,
			i18n.T("several sheets can be meant: %[1]s", "подходит несколько листов: %[1]s"),
			i18n.T("leave one of them in the file", "оставьте в файле один из них"),
		},
		// 1 the account of the sheet, 2 that of the base.
		{
			"account-mismatch", "", Error,
			i18n.T("the sheet comes from %[1]s and its base from %[2]s", "таблица выгружена из %[1]s, а исходный файл из %[2]s"),
			i18n.T("give --base the file of the same account", "укажите в --base файл той же учётной записи"),
		},
		// 1 the account of the sheet, 2 that of the credentials.
		{
			"account-mismatch", "credentials", Error,
			i18n.T("the sheet comes from account %[1]s and the credentials belong to %[2]s", "таблица выгружена из учётной записи %[1]s, а доступ открыт к %[2]s"),
			i18n.T("use the credentials of the account that the sheet comes from", "возьмите доступ к той учётной записи, из которой таблица"),
		},
		// 1 the number of rows.
		{
			"rows-torn", "", Error,
			i18n.T("in %[1]d {1:row|rows} the UUID no longer fits the code and name: columns were sorted apart", "в %[1]d {1:строке|строках|строках} UUID не подходит к коду и наименованию: столбцы сортировали порознь"),
			i18n.T("undo the sorting or take a copy made before it; select all columns when sorting", "отмените сортировку или возьмите копию до неё; при сортировке выделяйте все столбцы"),
		},
		// 1 the number of cells, 2 the column's title, 3 and 4 the first and last row.
		{
			"rows-torn", "column", Error,
			i18n.T("column “%[2]s” holds its own old values in other rows (%[1]d {1:cell|cells} in rows %[3]d–%[4]d): it was sorted or shifted alone", "в столбце «%[2]s» прежние значения стоят в других строках (%[1]d {1:ячейка|ячейки|ячеек} в строках %[3]d–%[4]d): его отсортировали или сдвинули отдельно от остальных"),
			i18n.T("undo the sorting or take a copy made before it; select all columns when sorting. Values that are meant to change places can be imported a few rows at a time", "отмените сортировку или возьмите копию до неё; при сортировке выделяйте все столбцы. Если значения и правда меняются местами, загружайте их по нескольку строк"),
		},
	}
}

// identityCodes is about which item a row stands for.
func identityCodes() []Entry {
	return []Entry{
		{
			"id-malformed", "", Error,
			i18n.T("this is not a UUID", "это не UUID"),
			i18n.T("copy the UUID of the row from the export, or delete the row", "скопируйте UUID строки из выгрузки или удалите строку"),
		},
		// 1 the text, 2 the letters that pass for others.
		{
			"id-malformed", "look-alike", Error,
			i18n.T("the UUID has characters that only look right: %[2]s", "в UUID есть знаки, похожие на нужные: %[2]s"),
			i18n.T("copy the UUID of the row from the export", "скопируйте UUID строки из выгрузки"),
		},
		{
			"id-malformed", "missing", Error,
			i18n.T("the row has no UUID", "в строке нет UUID"),
			i18n.T("restore its UUID, delete the row, or use --create to make new items of such rows", "верните UUID, удалите строку или укажите --create, чтобы создать из таких строк новые позиции"),
		},
		{
			"id-malformed", "report", Error,
			i18n.T("the row names no item, so this value is nobody's", "строка не называет позицию, поэтому это значение ни к чему не относится"),
			i18n.T("type it into the row of the item, or clear the cell", "впишите его в строку позиции или очистите ячейку"),
		},
		// 1 the title of the column.
		{
			"id-malformed", "key", Error,
			i18n.T("the row has nothing in “%[1]s”, by which rows are found", "в строке пусто в столбце «%[1]s», по которому ищутся строки"),
			i18n.T("fill it in, or delete the row", "заполните его или удалите строку"),
		},
		{
			"id-unknown", "", Error,
			i18n.T("the export has no row with this UUID", "в выгрузке нет строки с таким UUID"),
			i18n.T("restore the UUID (dragging a cell down changes it), or delete the row", "верните прежний UUID (он меняется, если протянуть ячейку вниз) или удалите строку"),
		},
		{
			"id-unknown", "server", Error,
			i18n.T("the service holds no item with this UUID", "на сервере нет позиции с таким UUID"),
			i18n.T("the item may have been deleted: delete the row, or export again", "возможно, позицию удалили: удалите строку или выгрузите таблицу заново"),
		},
		// 1 the value that several items have, 2 these items.
		{
			"id-unknown", "several", Error,
			i18n.T("“%[1]s” fits several items: %[2]s", "«%[1]s» подходит нескольким позициям: %[2]s"),
			i18n.T("match rows by UUID (--key id), or make the value unique in the service", "сопоставляйте строки по UUID (--key id) или сделайте значение в сервисе единственным"),
		},
		{
			"id-unknown", "stores", Error,
			i18n.T("several stores have an item with this UUID, and the sheet no longer tells which is meant", "позиция с таким UUID есть в нескольких магазинах, а лист больше не говорит, о каком речь"),
			i18n.T("bring back the column “Store”, or the sheet's name from the export", "верните столбец «Магазин» или прежнее имя листа"),
		},
		// 1 the value that no item has.
		{
			"id-unknown", "key", Error,
			i18n.T("no item has “%[1]s” here", "ни у одной позиции здесь нет значения «%[1]s»"),
			i18n.T("correct it, delete the row, or leave such rows out with --skip-bad-rows; archived items are not looked at", "исправьте его, удалите строку или пропустите такие строки: --skip-bad-rows; в архиве позиции не ищутся"),
		},
		// 1 the UUID in the export.
		{
			"id-changed", "", Error,
			i18n.T("the UUID was changed; in the export the row has %[1]s", "UUID изменён; в выгрузке у строки %[1]s"),
			i18n.T("write the former UUID back", "верните прежний UUID"),
		},
		// 1 the name, 2 the code of the item.
		{
			"id-changed", "item", Error,
			i18n.T("neither name nor code is that of the item with this UUID: “%[1]s”, code “%[2]s”", "ни наименование, ни код не подходят к позиции с этим UUID: «%[1]s», код «%[2]s»"),
			i18n.T("correct the UUID; to rename the item, change its code in another import", "исправьте UUID; чтобы переименовать позицию, меняйте её код отдельной загрузкой"),
		},
		// 1 what the item has.
		{
			"id-changed", "report", Error,
			i18n.T("the item with this UUID has “%[1]s” here", "у позиции с этим UUID здесь «%[1]s»"),
			i18n.T("if the row is of another item, correct its UUID; if the item was changed since, print the report again", "если строка о другой позиции, исправьте UUID; если позицию с тех пор изменили, постройте отчёт заново"),
		},
		// 1 the type in the export, in words.
		{
			"type-changed", "", Error,
			i18n.T("the type of a row cannot be changed; in the export it is “%[1]v”", "тип строки менять нельзя; в выгрузке это «%[1]v»"),
			i18n.T("write the former type back", "верните прежний тип"),
		},
		// 1 the other cell, 2 its value.
		{
			"id-conflict", "", Error,
			i18n.T("one item is given different values here and in %[1]s (“%[2]s”)", "одной позиции даны разные значения: здесь и в %[1]s («%[2]s»)"),
			i18n.T("write the same value in both cells, or keep one row", "запишите в обе ячейки одно значение или оставьте одну строку"),
		},
		{
			"read-only", "", Error,
			i18n.T("this cell cannot be edited", "эту ячейку изменить нельзя"),
			i18n.T("restore its value from the export, or delete the whole column", "верните значение из выгрузки или удалите столбец целиком"),
		},
		// 1 the value in the export.
		{
			"read-only", "was", Error,
			i18n.T("this cell cannot be edited; in the export it is “%[1]s”", "эту ячейку изменить нельзя; в выгрузке здесь «%[1]s»"),
			i18n.T("restore that value, or delete the whole column", "верните это значение или удалите столбец целиком"),
		},
		{
			"read-only", "absent", Error,
			i18n.T("the service did not give this value at export, so it cannot be edited", "сервис не отдал это значение при выгрузке, поэтому изменить его нельзя"),
			i18n.T("clear the cell; with the right to see the value, export again", "очистите ячейку; если есть право видеть значение, выгрузите таблицу заново"),
		},
		{
			"read-only", "sheet", Error,
			i18n.T("this sheet was exported for reading only", "эта таблица выгружена только для чтения"),
			i18n.T("export a sheet for editing and make the changes there", "выгрузите таблицу для правки и внесите изменения в ней"),
		},
	}
}
