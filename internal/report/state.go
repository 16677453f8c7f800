package report

import (
	"strings"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"
)

var stateWords = map[plan.State]i18n.Text{
	plan.Applied:  i18n.T("applied", "применено"),
	plan.Already:  i18n.T("was so already", "уже было так"),
	plan.Rejected: i18n.T("refused", "отклонено"),
	plan.Stale:    i18n.T("changed on the server, not sent", "изменилось на сервере, не отправлено"),
	plan.Unsent:   i18n.T("not sent", "не отправлено"),
}

// StateWord names a step's state in a word or two, as in a result sheet.
func StateWord(s plan.State, l i18n.Lang) string { return stateWords[known(s)].In(l) }

// Reason says in one line why an item was not written: the service's code and
// words, else ours; "" where the state says it all.
func Reason(it Item, l i18n.Lang) string {
	if why := reason(it); why != "" || it.State != plan.Stale || len(it.Live) == 0 {
		return why
	}
	held := make([]string, len(it.Live))
	for i, v := range it.Live {
		held[i] = Style{Lang: l}.show(catalog.Column{}, v)
	}
	return sayServer.In(l, strings.Join(held, ", "))
}
