package diag

import "catalogsheet/internal/i18n"

// heldCodes is the quarantine: what a person may allow by its code or by typing
// how many changes are held. Prices are given as text in the person's units.
func heldCodes() []Entry {
	t := i18n.T
	return []Entry{
		// from, to, times
		{"price-hundredfold", "up", Held,
			t("the price rises a hundredfold: %[1]s → %[2]s", "цена вырастет в сто раз: %[1]s → %[2]s"),
			t("it looks like kopecks: type rubles, or allow it with --allow price-hundredfold",
				"похоже на копейки: впишите рубли или разрешите: --allow price-hundredfold")},
		{"price-hundredfold", "down", Held,
			t("the price falls a hundredfold: %[1]s → %[2]s", "цена упадёт в сто раз: %[1]s → %[2]s"),
			t("rubles and kopecks may be mixed up: check it, or allow it with --allow price-hundredfold",
				"возможно, спутаны рубли и копейки: проверьте или разрешите: --allow price-hundredfold")},
		{"price-jump", "up", Held,
			t("the price rises %[3]s times: %[1]s → %[2]s", "цена вырастет в разы (×%[3]s): %[1]s → %[2]s"),
			t("check it, or allow it with --allow price-jump (the limit is --max-jump)",
				"проверьте или разрешите: --allow price-jump (предел задаёт --max-jump)")},
		{"price-jump", "down", Held,
			t("the price falls %[3]s times: %[1]s → %[2]s", "цена упадёт в разы (÷%[3]s): %[1]s → %[2]s"),
			t("check it, or allow it with --allow price-jump (the limit is --max-jump)",
				"проверьте или разрешите: --allow price-jump (предел задаёт --max-jump)")},
		// from
		{"price-zero", "", Held,
			t("the price %[1]s becomes zero", "цена %[1]s станет нулевой"),
			t("type the price back, or allow it with --allow price-zero",
				"верните цену или разрешите: --allow price-zero")},
		// what was there
		{"cleared", "", Held,
			t("the cell was emptied, it held “%[1]s”", "ячейка очищена, в ней было «%[1]s»"),
			t("put the value back, or allow it with --allow cleared",
				"верните значение или разрешите: --allow cleared")},
		// how many, column
		{"cleared", "column", Held,
			t("%[1]d {1:cell|cells} of the column “%[2]s” {1:was|were} emptied", "в столбце «%[2]s» очищено %[1]d {1:значение|значения|значений}"),
			t("delete the column if it is not to be edited, or allow it with --allow cleared",
				"если столбец править не нужно, удалите его целиком; или разрешите: --allow cleared")},
		{"no-base", "", Held,
			t("there is nothing to compare the sheet with: what the server holds now is taken as the base",
				"сравнить лист не с чем: за исходное принято то, что сейчас на сервере"),
			t("name the exported file with --base, or allow it with --allow no-base",
				"укажите исходную выгрузку: --base ФАЙЛ; или разрешите: --allow no-base")},
		// new price, floor, the floor's column
		{"price-below-cost", "", Held,
			t("the new price %[1]s is under %[2]s (%[3]s)", "новая цена %[1]s ниже, чем %[2]s (%[3]s)"),
			t("check it, or allow it with --allow price-below-cost",
				"проверьте или разрешите: --allow price-below-cost")},
		{"price-below-minimum", "", Held,
			t("the new price %[1]s is under the minimum price %[2]s", "новая цена %[1]s ниже минимальной цены %[2]s"),
			t("check it, or allow it with --allow price-below-minimum",
				"проверьте или разрешите: --allow price-below-minimum")},
		// items, rows, limit in percent
		{"many-changes", "", Held,
			t("%[1]d of %[2]d {2:row|rows} are changed: over %[3]d%% of the sheet", "изменено %[1]d из %[2]d {2:строки|строк|строк}: больше %[3]d%% листа"),
			t("if that is meant, allow it with --allow many-changes",
				"если так и задумано, разрешите: --allow many-changes")},
		// items, limit
		{"many-changes", "items", Held,
			t("%[1]d {1:item is|items are} changed, more than %[2]d", "изменено товаров: %[1]d, больше чем %[2]d"),
			t("if that is meant, allow it with --allow many-changes",
				"если так и задумано, разрешите: --allow many-changes")},
		// value, holders
		{"duplicate-code", "", Held,
			t("the code “%[1]s” would belong to %[2]d {2:item|items} of this sheet", "код «%[1]s» окажется у %[2]d {2:товара|товаров|товаров} этого листа"),
			t("type another code, or allow it with --allow duplicate-code",
				"впишите другой код или разрешите: --allow duplicate-code")},
		{"duplicate-barcode", "", Held,
			t("the barcode “%[1]s” would belong to %[2]d {2:item|items} of this sheet", "штрихкод «%[1]s» окажется у %[2]d {2:товара|товаров|товаров} этого листа"),
			t("type another barcode, or allow it with --allow duplicate-barcode",
				"впишите другой штрихкод или разрешите: --allow duplicate-barcode")},
		// name
		{"create", "", Held,
			t("a new item will be created: “%[1]s”", "будет создан новый товар: «%[1]s»"),
			t("allow it with --allow create", "разрешите: --allow create")},
	}
}
