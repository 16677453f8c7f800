package report

import (
	"io"
	"strings"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"
)

// undoJSON counts the items of an undo: Reversed hold their former values
// again, Kept were changed by somebody since and stay as they are, Failed could
// not be written.
type undoJSON struct {
	Reversed int `json:"reversed"`
	Kept     int `json:"kept"`
	Failed   int `json:"failed"`
}

// undoStates are the words of an undo.
var undoStates = map[plan.State]stateWord{
	plan.Applied:  {signChange, i18n.T("put back", "возвращено")},
	plan.Already:  {signDrift, i18n.T("was back already", "уже было возвращено")},
	plan.Rejected: {signCheck, i18n.T("not put back: refused by the service", "не возвращено: сервис отклонил")},
	plan.Stale:    {signCheck, i18n.T("kept: changed on the server since", "оставлено: с тех пор изменено на сервере")},
	plan.Unsent:   {signCheck, i18n.T("not put back: not sent", "не возвращено: не отправлено")},
}

var (
	undoPrices = i18n.T(
		"%[2]s {1:price|prices} of %[4]s {3:item|items} put back",
		"{1:Возвращена|Возвращены|Возвращено} %[2]s {1:цена|цены|цен} у %[4]s {3:товара|товаров|товаров}")
	undoFields = i18n.T(
		"%[2]s {1:field|fields} of %[4]s {3:item|items} put back",
		"{1:Возвращено|Возвращены|Возвращено} %[2]s {1:поле|поля|полей} у %[4]s {3:товара|товаров|товаров}")
	undoNone   = i18n.T("Nothing was put back", "Ничего не возвращено")
	undoBefore = i18n.T("%[2]s {1:item was|items were} back already", "%[2]s {1:товар уже был возвращён|товара уже были возвращены|товаров уже были возвращены}")
	undoKept   = i18n.T(
		"%[2]s {1:item|items} kept, changed on the server since",
		"%[2]s {1:товар оставлен: он изменён|товара оставлены: они изменены|товаров оставлено: они изменены} на сервере с тех пор")
	undoFailed = i18n.T("%[2]s {1:item|items} not put back", "%[2]s {1:товар не возвращён|товара не возвращены|товаров не возвращено}")
)

// UndoText writes what an undo did: every item with both values, those that
// stay with what the server holds. The items' Was is what the undone run had
// written, Want the former value. Before anything was sent the same model goes
// through Text.
func UndoText(w io.Writer, m Model, s Style) error {
	p := newPage(w, s)
	for _, n := range m.Notices {
		p.line(p.paint(dim, Wrap(Clean(n.In(s.Lang)), 0, "  ", s.Width)))
	}
	p.headline(undoHeadline(m.Items, s.Lang))
	p.outcome(m.Items, undoStates)
	p.failed(m.Failed)
	p.closing(m.Closing)
	return p.w.Flush()
}

func undoHeadline(items []Item, l i18n.Lang) string {
	o := Tally(items)
	parts := mainParts(o.prices, o.others, 0, [4]i18n.Text{undoPrices, undoFields, {}, undoNone}, l)
	for _, p := range []struct {
		n    int
		text i18n.Text
	}{{o.Already, undoBefore}, {o.Stale, undoKept}, {o.Rejected + o.Unsent, undoFailed}} {
		if p.n > 0 {
			parts = append(parts, count(p.text, p.n, l))
		}
	}
	return strings.Join(parts, "; ")
}

// UndoJSON writes the object of JSON with, under run, the counts reversed, kept
// and failed, and with every item's fields: from, to and server (null where
// not known).
func UndoJSON(w io.Writer, m Model, l i18n.Lang) error {
	r := review(m, l)
	if r.runJSON != nil {
		o := Tally(m.Items)
		r.undoJSON = &undoJSON{Reversed: o.Applied + o.Already, Kept: o.Stale, Failed: o.Rejected + o.Unsent}
		for i, it := range m.Items {
			r.Items[i] = itemWithFields(it, true)
		}
	}
	return encode(w, r)
}
