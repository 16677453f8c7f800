package app

import "catalogsheet/internal/i18n"

// Texts of the frame; those of a command stand in its own file.
var (
	textError   = i18n.T("error", "ошибка")
	textHint    = i18n.T("hint", "подсказка")
	textWarning = i18n.T("warning", "внимание")

	textInterrupted = i18n.T("interrupted", "прервано")

	textUnknownCommand = i18n.T("unknown command %q", "неизвестная команда «%s»")
	textUnknownFlag    = i18n.T("unknown flag %s", "неизвестный флаг %s")
	textForeignFlag    = i18n.T("flag %s does not belong to %s", "флаг %s не относится к команде %s")
	textNeedsValue     = i18n.T("flag %[1]s needs a value: %[3]s=%[2]s", "флагу %[1]s нужно значение: %[3]s=%[2]s")
	textToggleValue    = i18n.T("flag %s takes no value, not %q", "флаг %s не принимает значения, а дано «%s»")
	textGivenTwice     = i18n.T("flag %s is given twice, as %q and %q", "флаг %s указан дважды: «%s» и «%s»")
	textNotAChoice     = i18n.T("flag %s cannot be %q: one of %s", "флаг %s не может быть «%s»: допустимо %s")
	textTooFewArgs     = i18n.T("an argument is missing: %s", "не хватает аргумента: %s")
	textTooManyArgs    = i18n.T("one argument too many: %q", "лишний аргумент: «%s»")
	textWhichOne       = i18n.T("%s what? one of %s", "%s — что именно? одно из: %s")
	textDidYouMean     = i18n.T("did you mean %s?", "возможно, имелось в виду %s?")
	textSeeHelp        = i18n.T("see %s --help", "смотрите %s --help")

	textNobodyToAsk = i18n.T("nobody can be asked: this is not a terminal", "спросить некого: это не терминал")
	textReadBase    = i18n.T("read the saved base", "чтение сохранённой базы")

	textBadLimit = i18n.T("the limit %s cannot be %s", "предел %s не может быть %s")
	textNoHome   = i18n.T(
		"the home folder is not known: give it with --home or CATALOGSHEET_HOME",
		"папка программы неизвестна: укажите её через --home или CATALOGSHEET_HOME")
)

// Headings of the help.
var (
	textHelpUsage    = i18n.T("usage", "вызов")
	textHelpCommands = i18n.T("commands", "команды")
	textHelpFlags    = i18n.T("flags", "флаги")
	textHelpGlobal   = i18n.T("global flags", "общие флаги")
	textHelpExamples = i18n.T("examples", "примеры")
	textHelpExit     = i18n.T("exit codes", "коды выхода")
	textHelpOneOf    = i18n.T("one of", "одно из")
	textHelpRepeat   = i18n.T("may be repeated", "можно повторять")
	textHelpFlagsArg = i18n.T("[flags]", "[флаги]")
	textHelpCmdArg   = i18n.T("COMMAND", "КОМАНДА")
	textHelpMore     = i18n.T(
		"catalogsheet COMMAND --help tells more of a command",
		"catalogsheet КОМАНДА --help расскажет о команде подробнее")
	textAbout = i18n.T(
		"catalog data between MoySklad and spreadsheets: export, edit offline, review, import, undo",
		"каталог МойСклад и таблицы: выгрузить, править без сети, проверить, загрузить, отменить")
	textHelpFlag = i18n.T("show this help", "показать эту справку")
)
