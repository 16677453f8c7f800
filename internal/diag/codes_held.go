package diag

import "catalogsheet/internal/i18n"

// heldCodes is the quarantine: what a person may allow by its code or by typing
// how many changes are held. Prices are given as text in the person's units.
func heldCodes() []Entry {
	return []Entry{
		{Code: "create", Severity: Held, Message: i18n.T("%[1]s", "%[1]s")},
	}
}
