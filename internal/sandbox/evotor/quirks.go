package evotor

// quirk is what is particular about one product: JSON texts by field, "" takes
// the field away.
type quirk map[field]string

// quirks are what breaks spreadsheets and parsers, and one product of each kind
// that reads unlike the others. The first products of a store have them. Those
// of a V1 catalog fit the schema of V1.
func quirks(legacy bool) []quirk {
	list := []quirk{
		{fName: `"Сидр"`, fType: `"ALCOHOL_NOT_MARKED"`, fCode: `"42"`, fBarcodes: `["2000000000060"]`, fDescription: `"Вкусный яблочный сидр"`,
			fArticle: `"СДР-ЯБЛЧ"`, fStrength: "5.45", fAlcoKind: "500", fTare: "0.57", fPrice: "123.12", fCostPrice: "100.12"},
		{fName: `"Вино красное"`, fType: `"ALCOHOL_MARKED"`, fAlcocodes: `["0015932000001190604","0000000000000000001"]`, fStrength: "12.5", fAlcoKind: "400", fTare: "0.75"},
		{fName: `"Доставка"`, fType: `"SERVICE"`, fQuantity: "", fCostPrice: "", fMeasure: `"ед"`},
		{fName: `"=СУММ(A1:A2) не формула"`, fCode: `"0012345"`, fArticle: `"12E5"`},
		{fName: `"+7 (473) брелок"`, fCode: `"12E5"`, fArticle: `"=1+1"`},
		{fName: `"-20 % ткань"`, fCode: `"1.10"`, fMeasure: `"м"`, fQuantity: "12.346"},
		{fName: `"@home коврик"`, fCode: `"DUPLICATE"`, fPrice: "0"},
		{fName: `"Чай с неразрывным пробелом"`, fCode: `"DUPLICATE"`, fPrice: "9999999.99"},
		{fName: `"Кофе ☕ в зёрнах 🎁"`, fCode: "", fArticle: "", fBarcodes: "", fDescription: ""},
		{fName: `"Камбала с/м"`, fMeasure: `"дроб"`, fQuantity: "12.346", fPrice: "200.10"},
		{fName: `"Сок \"Добрый\" яблочный; 1,5 л"`, fDescription: `"Первая строка\nвторая строка\r\n\"третья\"; с запятой, и <тегом>"`},
		{fName: `"Пицца мясная 5,4,3"`, fQuantity: "-3", fPrice: "43.00"},
		{fName: `" пробел в начале и в конце "`, fBarcodes: `["2000000000015","4600000000008","00012345"]`},
		{fName: `"00123"`, fBarcodes: `["00012345"]`},
		{fName: `"2025-03-01"`, fQuantity: "0", fPrice: "0.01", fCostPrice: "0"},
		{fName: `"И\u0306огурт в двух кодовых точках"`, fAllow: "false"},
	}
	if legacy {
		return list
	}
	return append(list,
		quirk{fName: `"Пиво светлое"`, fType: `"BEER_MARKED"`, fStrength: "4.7", fAlcoKind: "500", fTare: "0.5", fAgeLimit: "true", fExcisable: "true"},
		quirk{fName: `"Голограмма"`, fType: `"HOLOGRAM_MARKED"`, fTax: `"VAT_25"`},
		quirk{fName: `"Сигареты"`, fType: `"TOBACCO_MARKED"`, fTax: `"VAT_22"`, fAgeLimit: "true", fExcisable: "true"},
		quirk{fName: `"Ботинки"`, fType: `"SHOES_MARKED"`, fTax: `"VAT_20_120"`, fMeasure: `"пара"`},
		quirk{fName: `"Вода"`, fType: `"WATER_MARKED"`, fClassCode: `"2201101100"`},
		quirk{fName: `"Батарейка GP Alkaline"`, fDescription: `""`, fArticle: `""`, fClassCode: `""`, fBarcodes: `[]`, fChoices: "{}", fPackage: "0"},
		quirk{fName: `"Сидр по образцу"`, fCostPrice: "100.123", fPrice: "111.0"},
		quirk{fName: `"Куртка"`, fCode: `"00-00006902"`, fArticle: `"3773-9001-046-а-длиннее-двадцати"`, fBarcodes: `["3773-9001-046","2000000000077"]`},
		quirk{fName: `"Очень длинное название товара, которое не помещается в ячейку таблицы, длиннее ста знаков и продолжается ещё немного дальше"`},
		quirk{fName: `"Кефир"`, fType: `"DAIRY_MARKED"`, fTax: `"VAT_10_110"`, fMeasure: `"литр"`},
	)
}
