package migration

import "catalogsheet/internal/i18n"

// Code names a kind of finding; all are in the table below.
type Code string

// entry is one line of the table: what is wrong, and what is proposed where no
// value is. The arguments are the finding's.
type entry struct {
	code     Code
	wrong    i18n.Text
	proposal i18n.Text
}

// codes is the table of findings, in the order in which they are looked for:
// Evotor, migration guide V1→V2, and the schemes of V2 that refuse such items.
var codes = [...]entry{
	{
		"uuid-double", i18n.T("%[1]d items of V1 have this uuid: %[2]s", "этот uuid в V1 у нескольких позиций (%[1]d): %[2]s"),
		i18n.T("type the number of the one to keep", "укажите номер позиции, которую оставить"),
	},
	{
		"uuid-repeated", i18n.T("V1 lists the item %[1]d times, word for word: it is taken once", "V1 показывает позицию %[1]d {1:раз|раза|раз} без различий: взята одна"),
		i18n.T("take it once", "взять один раз"),
	},
	{
		"uuid-malformed", i18n.T("this is not a uuid, and V2 takes no other id", "это не uuid, а другой идентификатор V2 не примет"),
		i18n.T("make the item anew by hand; it will have another id", "создайте позицию заново вручную; у неё будет другой идентификатор"),
	},
	{
		"uuid-case", i18n.T("the uuid has capital letters; V2 writes it in small ones, and whether that is the same item only shows afterwards", "в uuid есть заглавные буквы; V2 пишет строчные, и та ли это позиция, будет видно только после записи"),
		i18n.Text{},
	},
	{
		"uuid-case-same", i18n.T("the uuid has capital letters; V2 shows the same item in small ones", "в uuid есть заглавные буквы; V2 показывает эту же позицию строчными"),
		i18n.Text{},
	},
	{
		"entity-other", i18n.T("V2 holds a group under this id where V1 has a product, or the other way round", "под этим идентификатором в V2 группа, а в V1 товар, или наоборот"),
		i18n.T("make the item anew by hand; it will have another id", "создайте позицию заново вручную; у неё будет другой идентификатор"),
	},
	{"group-missing", i18n.T("V1 does not say whether this is a group", "V1 не говорит, группа ли это"), i18n.Text{}},
	{"parent-unknown", i18n.T("V1 has no group with this uuid", "группы с таким uuid в V1 нет"), i18n.Text{}},
	{"parent-product", i18n.T("the item lies in a product, «%[1]s», not in a group", "позиция лежит в товаре «%[1]s», а не в группе"), i18n.Text{}},
	{"parent-malformed", i18n.T("this is not the uuid of a group", "это не uuid группы"), i18n.Text{}},
	{"parent-circle", i18n.T("the groups lie in one another in a circle: %[1]s", "группы вложены друг в друга по кругу: %[1]s"), i18n.Text{}},
	{"plain-in-variants", i18n.T("«%[1]s» may hold modifications only, and this item has no characteristics", "в «%[1]s» могут быть только модификации, а у этой позиции нет характеристик"), i18n.Text{}},
	{"group-in-variants", i18n.T("«%[1]s» may hold modifications only, and this is a group", "в «%[1]s» могут быть только модификации, а это группа"), i18n.Text{}},
	{"attributes-free", i18n.T("characteristics outside a group of modifications have no place in V2", "характеристикам вне группы модификаций нет места в V2"), i18n.T("leave them out", "не переносить их")},
	{
		"attributes-malformed", i18n.T("the characteristics are not names with values", "характеристики заданы не парами «имя — значение»"),
		i18n.T("type skip, and correct them in V1", "напишите «пропустить» и исправьте их в V1"),
	},
	{
		"attributes-many", i18n.T("V2 takes 200 characteristics with 500 values each at most", "V2 принимает не больше 200 характеристик по 500 значений"),
		i18n.T("type skip, and split the group in V1", "напишите «пропустить» и разделите группу в V1"),
	},
	{
		"attributes-unshown", i18n.T("the characteristics hold characters that do not show: %[1]s", "в характеристиках есть невидимые служебные символы: %[1]s"),
		i18n.T("type skip, and correct them in V1", "напишите «пропустить» и исправьте их в V1"),
	},
	{"variants-malformed", i18n.T("V1 does not say by true or false whether the group is for modifications", "V1 не говорит через true или false, группа ли это для модификаций"), i18n.Text{}},
	{"variants-empty", i18n.T("a group for modifications without any: V2 knows such a group only by its characteristics", "группа для модификаций, в которой их нет: V2 узнаёт такую группу только по характеристикам"), i18n.T("move it as a plain group", "перенести как обычную группу")},
	{"name-missing", i18n.T("the item has no name", "у позиции нет наименования"), i18n.T("type a name", "впишите наименование")},
	{"name-long", i18n.T("the name has %[1]d characters: V2 refuses more than 160", "в наименовании %[1]d {1:знак|знака|знаков}: V2 не принимает больше 160"), i18n.Text{}},
	{"name-longish", i18n.T("the name has %[1]d characters: over 128 is more than Evotor promises to take", "в наименовании %[1]d {1:знак|знака|знаков}: больше 128 Эвотор принимать не обещает"), i18n.T("send it as it is", "отправить как есть")},
	{"type-missing", i18n.T("the product has no type", "у товара нет типа"), i18n.Text{}},
	{
		"type-missing-alcohol", i18n.T("the product has no type, and fields of alcohol", "у товара нет типа, но есть поля алкоголя"),
		i18n.T("type ALCOHOL_MARKED, ALCOHOL_NOT_MARKED or another type", "укажите ALCOHOL_MARKED, ALCOHOL_NOT_MARKED или другой тип"),
	},
	{"type-unknown", i18n.T("this type is not among those known: it is sent as it is", "среди известных такого типа нет: он отправляется как есть"), i18n.T("send it as it is", "отправить как есть")},
	{
		"alcohol-number", i18n.T("alcohol needs %[1]s above 0", "для алкоголя нужно значение больше 0: %[1]s"),
		i18n.T("type a number from %[2]s to %[3]s", "укажите число от %[2]s до %[3]s"),
	},
	{
		"alcohol-codes", i18n.T("marked alcohol needs its codes, of 19 digits each", "маркированному алкоголю нужны алкокоды из 19 цифр"),
		i18n.T("type the codes, with spaces between them", "укажите алкокоды через пробел"),
	},
	{"alcohol-misplaced", i18n.T("a product of the type %[1]s cannot have fields of alcohol", "у товара типа %[1]s не может быть полей алкоголя"), i18n.T("leave it out", "не переносить")},
	{
		"tax-missing", i18n.T("the product has no tax rate", "у товара нет ставки НДС"),
		i18n.T("type one of %[1]s", "укажите одну из ставок: %[1]s"),
	},
	{"tax-unknown", i18n.T("this tax rate is not among those known (%[1]s)", "среди известных ставок (%[1]s) такой нет"), i18n.Text{}},
	{"measure-missing", i18n.T("the product has no unit", "у товара нет единицы измерения"), i18n.Text{}},
	{"price-missing", i18n.T("the product has no price", "у товара нет цены"), i18n.Text{}},
	{"cost-missing", i18n.T("the product has no cost price", "у товара нет закупочной цены"), i18n.Text{}},
	{
		"amount-range", i18n.T("V2 takes amounts from 0 to 9999999.99", "V2 принимает суммы от 0 до 9999999.99"),
		i18n.T("type an amount from 0 to 9999999.99", "укажите сумму от 0 до 9999999.99"),
	},
	{"amount-decimals", i18n.T("V2 takes two decimals", "V2 принимает два знака после запятой"), i18n.Text{}},
	{"quantity-missing", i18n.T("the product has no quantity", "у товара нет количества"), i18n.Text{}},
	{
		"quantity-range", i18n.T("V2 takes quantities of seven digits", "V2 принимает количество не длиннее семи цифр"),
		i18n.T("type a quantity", "укажите количество"),
	},
	{"quantity-decimals", i18n.T("V2 takes three decimals", "V2 принимает три знака после запятой"), i18n.Text{}},
	{
		"number-malformed", i18n.T("this is not a number", "это не число"),
		i18n.T("type a number", "укажите число"),
	},
	{"service-stock", i18n.T("a service has no stock and no cost price in V2", "у услуги в V2 нет остатка и закупочной цены"), i18n.T("leave it out", "не переносить")},
	{"sell-missing", i18n.T("V1 does not say whether the product may be sold", "V1 не говорит, разрешена ли продажа"), i18n.Text{}},
	{
		"text-malformed", i18n.T("V2 takes a text here", "V2 принимает здесь только текст"),
		i18n.T("type the text, or skip", "впишите текст или «пропустить»"),
	},
	{
		"text-unshown", i18n.T("the text holds characters that do not show: %[1]s", "в тексте есть невидимые служебные символы: %[1]s"),
		i18n.T("type the text, or skip", "впишите текст или «пропустить»"),
	},
	{
		"list-malformed", i18n.T("V2 takes a list of texts here", "V2 принимает здесь только список текстов"),
		i18n.T("type the codes, with spaces between them", "укажите коды через пробел"),
	},
	{
		"list-unshown", i18n.T("the codes hold characters that do not show: %[1]s", "в кодах есть невидимые служебные символы: %[1]s"),
		i18n.T("type the codes, with spaces between them", "укажите коды через пробел"),
	},
	{"code-of-group", i18n.T("groups have no code in V2", "у групп в V2 нет кода"), i18n.T("leave it out", "не переносить")},
	{"field-unmapped", i18n.T("V2 has no such field", "в V2 такого поля нет"), i18n.T("leave it out", "не переносить")},
	{"extra-unmapped", i18n.T("additional fields have no form in V2: they stay in V1", "дополнительным полям нет места в V2: они остаются в V1"), i18n.T("leave it in V1", "оставить в V1")},
	{"stock-hidden", i18n.T("V1 shows no stock at all: the application has no right to it", "V1 не показывает остатков: у приложения нет на них права"), i18n.T("move the products without stock", "перенести товары без остатков")},
	{"stock-unseen", i18n.T("V2 shows no stock: the application has no right to it, so what was sent of it could not be verified", "V2 не показывает остатков: у приложения нет на них права, поэтому отправленные остатки не проверены"), i18n.T("look at the stock on a till", "проверьте остатки на кассе")},
	{"group-waits", i18n.T("it lies in «%[1]s», which is not moved", "лежит в «%[1]s», а эта группа не перенесена"), i18n.T("decide on the group first", "сначала решите вопрос с группой")},
}

func lookup(c Code) entry {
	for _, e := range codes {
		if e.code == c {
			return e
		}
	}
	return entry{code: c, wrong: i18n.Text{En: string(c), Ru: string(c)}}
}

// Wrong says what is wrong.
func (f Finding) Wrong(l i18n.Lang) string { return lookup(f.Code).wrong.In(l, f.Args...) }

// Proposal says what is proposed: a value that can be accepted, else words.
func (f Finding) Proposal(l i18n.Lang) string {
	if f.Value != "" {
		return shownValue(f.Value, l)
	}
	return lookup(f.Code).proposal.In(l, f.Args...)
}
