package templates

import (
	"slices"

	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
)

// kind is one line of the table of findings.
type kind struct {
	code, rule string
	severity   diag.Severity
	// fatal: MoySklad makes no report; live: rendering says it as well as the
	// check.
	fatal, live   bool
	message, hint i18n.Text
}

// kindOf finds a kind by its code.
func kindOf(code string) kind {
	for _, table := range [][]kind{tagKinds[:], formulaKinds[:], textKinds[:], renderKinds[:]} {
		if i := slices.IndexFunc(table, func(k kind) bool { return k.code == code }); i >= 0 {
			return table[i]
		}
	}
	return kind{code: code, severity: diag.Error, message: i18n.T(code, code)}
}

// tagKinds are about the file and its tags. The tables never change.
var tagKinds = [...]kind{
	{"not-xls", "L01", diag.Warning, false, false,
		i18n.T("MoySklad takes templates of the old format .xls only, and this file is .xlsx", "МойСклад принимает шаблоны только в старом формате .xls, а это файл .xlsx"),
		i18n.T("before uploading, save it as “Excel 97–2003 workbook (.xls)”", "перед загрузкой сохраните его как «Книга Excel 97–2003 (.xls)»")},
	{"tag-indented", "L02", diag.Error, false, true,
		i18n.T("the cell has something before <jx:, so MoySklad prints the tag instead of repeating rows", "перед <jx: в ячейке что-то стоит, поэтому МойСклад напечатает тег, а строки не повторит"),
		i18n.T("begin the cell with the tag", "начните ячейку с тега")},
	{"tag-unknown", "L03", diag.Error, true, false,
		i18n.T("there is no tag jx:%[1]s (case counts): MoySklad makes no report", "тега jx:%[1]s нет (регистр букв важен): МойСклад не построит отчёт"),
		i18n.T("the tags are jx:forEach, jx:if, jx:outline and jx:out", "есть теги jx:forEach, jx:if, jx:outline и jx:out")},
	{"tag-case", "L03", diag.Error, false, true,
		i18n.T("a tag begins with <jx: in small letters: MoySklad prints this one as text", "тег начинается с <jx: строчными буквами: этот МойСклад напечатает как текст"),
		i18n.Text{}},
	{"tag-quotes", "L04", diag.Error, true, false,
		i18n.T("the tag has typographic quotes: MoySklad makes no report", "в теге типографские кавычки: МойСклад не построит отчёт"),
		i18n.T("use straight quotes \" and switch their replacement off in Excel", "поставьте прямые кавычки \" и отключите их автозамену в Excel")},
	{"tag-malformed", "L04", diag.Error, true, false,
		i18n.T("the tag is not written as name=\"value\" with > at the end: MoySklad makes no report", "тег записан не в виде имя=\"значение\" с > в конце: МойСклад не построит отчёт"),
		i18n.T("check the quotes and the brackets of the tag", "проверьте кавычки и скобки тега")},
	{"attribute-bare", "L05", diag.Error, true, false,
		i18n.T("%[1]s is not written as ${…}: MoySklad makes no report", "%[1]s записан без ${…}: МойСклад не построит отчёт"),
		i18n.Text{}},
	{"attribute-missing", "L05", diag.Error, true, false,
		i18n.T("the tag has no %[1]s: MoySklad makes no report", "в теге нет %[1]s: МойСклад не построит отчёт"),
		i18n.T("add %[1]s=\"${…}\" to the tag", "добавьте в тег %[1]s=\"${…}\"")},
	{"attribute-broken", "L05", diag.Error, true, false,
		i18n.T("the expression of %[1]s cannot be read (%[2]s): MoySklad makes no report", "выражение в %[1]s не разобрать (%[2]s): МойСклад не построит отчёт"),
		i18n.T("correct the expression", "исправьте выражение")},
	{"select-variable", "L05", diag.Error, true, false,
		i18n.T("select names %[1]s, which a loop with groupBy does not set: MoySklad makes no report", "select обращается к %[1]s, а цикл с groupBy эту переменную не задаёт: МойСклад не построит отчёт"),
		i18n.T("use group.item", "используйте group.item")},
	{"tag-unclosed", "L06", diag.Error, false, true,
		i18n.T("</jx:%[1]s> is not found: MoySklad prints the tag as text and leaves the data blank", "не найден </jx:%[1]s>: МойСклад напечатает тег как текст, а данные останутся пустыми"),
		i18n.T("put </jx:%[1]s>, and nothing else, into a cell below or to the right", "поставьте </jx:%[1]s> без чего-либо ещё в ячейку ниже или правее")},
	{"tag-close-untidy", "L06", diag.Error, false, true,
		i18n.T("a closing tag with anything around it is not seen: MoySklad prints the tags as text", "закрывающий тег, вокруг которого что-то есть, не виден: МойСклад напечатает теги как текст"),
		i18n.Text{}},
	{"tag-close-stray", "L06", diag.Warning, false, true,
		i18n.T("nothing opens this tag: MoySklad prints it as text", "этот тег ничего не закрывает: МойСклад напечатает его как текст"),
		i18n.T("delete it or add the opening tag above", "удалите его или добавьте выше открывающий тег")},
	{"tag-one-cell", "L06", diag.Error, false, true,
		i18n.T("a loop within one cell is not carried out: MoySklad prints its text", "цикл внутри одной ячейки не выполняется: МойСклад напечатает его текст"),
		i18n.T("put the tag, the expression and the closing tag into cells of three rows, or of one row side by side", "разнесите тег, выражение и закрывающий тег по ячейкам трёх строк или рядом в одной строке")},
	{"tag-self-closed", "L06", diag.Error, false, true,
		i18n.T("jx:%[1]s closes itself, so it repeats nothing", "jx:%[1]s закрыт сам в себе и ничего не повторяет"),
		i18n.T("end the tag with > and put </jx:%[1]s> below", "закончите тег знаком > и поставьте ниже </jx:%[1]s>")},
	{"loops-in-row", "L07", diag.Error, false, true,
		i18n.T("another loop over rows opens in this row (%[1]s): MoySklad spoils the data of both", "в этой строке открывается ещё один цикл по строкам (%[1]s): МойСклад испортит данные обоих"),
		i18n.T("put the loops below each other", "разместите циклы один под другим")},
	{"tag-row-content", "L08", diag.Warning, false, false,
		i18n.T("the row holds a tag (%[1]s), so MoySklad deletes it with everything in it", "в строке стоит тег (%[1]s), поэтому МойСклад удалит её со всем содержимым"),
		i18n.T("move this text to a row without tags", "перенесите этот текст в строку без тегов")},
	{"merge-rows", "L09", diag.Error, true, false,
		i18n.T("cells of several rows are merged inside a loop: MoySklad makes no report or a damaged one", "внутри цикла объединены ячейки нескольких строк: МойСклад не построит отчёт или испортит файл"),
		i18n.T("split the merge, or merge within one row", "разъедините ячейки или объединяйте в пределах одной строки")},
	{"test-null-possible", "L20", diag.Warning, false, false,
		i18n.T("where %[1]s is empty, MoySklad never finishes the report", "если %[1]s не заполнено, МойСклад не закончит построение отчёта"),
		i18n.T("compare with null first", "сначала сравните с null")},
	{"no-country", "L21", diag.Error, true, false,
		i18n.T("the file has no COUNTRY record: MoySklad fails when it moves rows", "в файле нет записи COUNTRY: МойСклад не сможет сдвинуть строки"),
		i18n.T("open the file in Excel or LibreOffice and save it as .xls again", "откройте файл в Excel или LibreOffice и снова сохраните как .xls")},
	{"no-id", "L22", diag.Warning, false, false,
		i18n.T("the loop in rows %[1]d–%[2]d prints no id, so the report cannot be matched with the catalog", "цикл в строках %[1]d–%[2]d не печатает идентификатор, поэтому отчёт не сопоставить с каталогом"),
		i18n.T("put UUID into %[3]s and %[4]s into %[5]s", "впишите UUID в %[3]s и %[4]s в %[5]s")},
	{"no-loop", "L22", diag.Warning, false, false,
		i18n.T("the template has no loop over rows, so it prints no list", "в шаблоне нет цикла по строкам, поэтому списка в отчёте не будет"),
		i18n.T("start from a ready template: template new stock", "возьмите за основу готовый шаблон: template new stock")},
}

// formulaKinds are about formulas.
var formulaKinds = [...]kind{
	{"formula-copied", "L10", diag.Warning, false, true,
		i18n.T("an ordinary formula is copied as it is: in every row it computes from the first one", "обычная формула копируется как есть: в каждой строке она считает по первой"),
		i18n.Text{}},
	{"formula-total", "L10", diag.Warning, false, true,
		i18n.T("an ordinary formula over the rows of a loop does not grow with them", "обычная формула по строкам цикла не растёт вместе с ними"),
		i18n.Text{}},
	{"formula-kept", "L10", diag.Warning, false, true,
		i18n.T("the preview of an .xls template shows the last value of an ordinary formula and does not compute it", "в предпросмотре шаблона .xls обычная формула показана последним значением и не вычисляется"),
		i18n.T("write the formula as $[…]", "запишите формулу как $[…]")},
	{"formula-prefixed", "L11", diag.Error, false, true,
		i18n.T("the cell does not begin with $[, so MoySklad prints the formula as text", "ячейка не начинается с $[, поэтому МойСклад напечатает формулу как текст"),
		i18n.T("begin the cell with the formula", "начните ячейку с формулы")},
	{"formula-tail", "L11", diag.Warning, false, true,
		i18n.T("text after ] is dropped", "текст после ] отбрасывается"),
		i18n.Text{}},
	{"formula-broken", "L11", diag.Error, true, false,
		i18n.T("the formula cannot be read (%[1]s): MoySklad makes no report", "формулу не разобрать (%[1]s): МойСклад не построит отчёт"),
		i18n.T("write functions in English, commas between arguments, a point in numbers", "пишите функции по-английски, аргументы через запятую, дроби через точку")},
	{"formula-russian", "L11", diag.Error, false, true,
		i18n.T("%[1]s is a Russian name of a function: the report shows #NAME?", "%[1]s — русское имя функции: в отчёте будет #ИМЯ?"),
		i18n.Text{}},
	{"formula-sheet", "L11", diag.Warning, false, true,
		i18n.T("the name of the sheet %[1]s is not in quotes, so the formula does not follow its rows where a loop repeats them", "имя листа %[1]s не в кавычках, поэтому формула не учтёт строк, которые повторит цикл"),
		i18n.Text{}},
	{"formula-default", "L11", diag.Warning, false, true,
		i18n.T("only an integer is taken after @", "после @ допускается только целое число"),
		i18n.Text{}},
	{"formula-list", "L11", diag.Warning, false, true,
		i18n.T("names between @ are not found, so MoySklad prints the formula as text", "имена между @ не находятся, поэтому МойСклад напечатает формулу как текст"),
		i18n.T("name cells of the template: $[SUM(B3)@0]", "называйте ячейки шаблона: $[SUM(B3)@0]")},
	{"formula-no-default", "L12", diag.Warning, false, false,
		i18n.T("if the report is empty, no cells are left and the formula breaks", "если отчёт пуст, ячеек не останется и формула сломается"),
		i18n.Text{}},
	{"formula-range", "L13", diag.Warning, false, true,
		i18n.T("a range inside a loop is doubled (B1:B3:B1:B3)", "диапазон внутри цикла удваивается (B1:B3:B1:B3)"),
		i18n.T("name one cell of the loop", "назовите одну ячейку цикла")},
}

// textKinds are about texts and expressions.
var textKinds = [...]kind{
	{"comment-cut", "L14", diag.Warning, false, true,
		i18n.T("MoySklad cuts everything from the last // on", "МойСклад обрежет всё, начиная с последнего //"),
		i18n.T("divide the // of an address, or write the formula $[HYPERLINK(\"https://…\",\"…\")]", "в адресе разделите // или запишите его формулой $[HYPERLINK(\"https://…\",\"…\")]")},
	{"expression-brace", "L15", diag.Error, false, true,
		i18n.T("the expression ends at the first }, so it stays in the report as text", "выражение заканчивается на первой }, поэтому останется в отчёте текстом"),
		i18n.T("leave braces out of texts", "не используйте фигурные скобки в текстах")},
	{"expression-open", "L15", diag.Error, false, true,
		i18n.T("${ has no }, so the text stays in the report as it is", "у ${ нет }, поэтому текст останется в отчёте как есть"),
		i18n.Text{}},
	{"expression-brace-extra", "L15", diag.Warning, false, true,
		i18n.T("there is one } too many: it is printed after the value", "скобка } лишняя: она напечатается после значения"),
		i18n.Text{}},
	{"expression-lookalike", "L15", diag.Warning, false, true,
		i18n.T("this is not written as ${…}, so it stays in the report as text", "это записано не в виде ${…}, поэтому останется в отчёте текстом"),
		i18n.Text{}},
	{"expression-broken", "L15", diag.Error, false, true,
		i18n.T("the expression cannot be read (%[1]s), so it stays in the report as text", "выражение не разобрать (%[1]s), поэтому оно останется в отчёте текстом"),
		i18n.T("correct the expression", "исправьте выражение")},
	{"colon-letter", "L16", diag.Warning, false, true,
		i18n.T("a Latin letter or a parenthesis right before : makes MoySklad take the wrong branch", "латинская буква или скобка прямо перед : — и МойСклад возьмёт не ту ветвь"),
		i18n.T("put spaces around ? and :", "поставьте пробелы вокруг ? и :")},
	{"money-minor", "L17", diag.Error, false, false,
		i18n.T("%[1]s is in kopecks, so the report shows a price a hundred times too high", "%[1]s — в копейках, поэтому цена в отчёте будет в сто раз выше"),
		i18n.Text{}},
	{"money-aggregate", "L17", diag.Error, false, false,
		i18n.T("%[1]s is in kopecks, so the sum is a hundred times too high", "%[1]s — в копейках, поэтому сумма будет в сто раз выше"),
		i18n.T("print %[1]s / 100.0 in a column and sum that with $[SUM(…)@0]", "выведите %[1]s / 100.0 колонкой и сложите её формулой $[SUM(…)@0]")},
	{"money-integer", "L17", diag.Warning, false, false,
		i18n.T("where %[1]s is a whole number, / 100 drops the kopecks", "если %[1]s — целое число, / 100 отбросит копейки"),
		i18n.Text{}},
	{"unknown-name", "L18", diag.Warning, false, false,
		i18n.T("%[1]s is not a known variable: the cells will be blank", "%[1]s — неизвестная переменная: ячейки будут пустыми"),
		i18n.T("template vars lists the variables", "список переменных выводит команда template vars")},
	{"id-in-text", "L19", diag.Warning, false, false,
		i18n.T("the id has text or a space around it, so the cell does not hold it alone", "вокруг идентификатора есть текст или пробел, поэтому ячейка содержит не только его"),
		i18n.Text{}},
	{"method-unknown", "", diag.Warning, false, false,
		i18n.T("%[1]s is not computed here, so the preview leaves the value blank", "%[1]s здесь не вычисляется, в предпросмотре значение будет пустым"),
		i18n.Text{}},
	{"code-call", "", diag.Error, false, false,
		i18n.T("a template cannot make objects with new", "создавать объекты через new в шаблоне нельзя"),
		i18n.T("use the variables and functions that template vars lists", "используйте переменные и функции из списка template vars")},
}
