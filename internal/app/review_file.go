package app

import (
	"bytes"
	"context"
	"io"
	"os"

	"catalogsheet/importer"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/report"
)

// reviewView is a file that a review can be written into.
type reviewView struct {
	flag  string
	write func(io.Writer, report.Model, report.Style) error
	// kept says why a file that is there already must not be replaced.
	kept func(ctx context.Context, e *Env, path string) (said, bool)
}

func reviewViews() []reviewView {
	return []reviewView{{"html", report.HTML, foreignPage}, {"xlsx", report.XLSX, decidedReview}}
}

// replaceableViews refuses, before anything is read, to replace files that hold
// somebody's work; force replaces them.
func (e *Env) replaceableViews(ctx context.Context, a *Args) error {
	for _, view := range reviewViews() {
		path := a.String(view.flag, "")
		if path == "" || a.Bool("force") {
			continue
		}
		if sameFile(path, a.Arg(0)) {
			return Usagef(i18n.T("%s is the sheet itself: give the review another name", "%s — это сам лист: дайте проверке другое имя"), path)
		}
		was, err := stateOf(path)
		if err != nil {
			return err
		}
		if !was.exists {
			continue
		}
		if why, kept := view.kept(ctx, e, path); kept {
			return Hinted(textForce, i18n.T("%s is there already: %v", "%s уже есть: %v"), path, why)
		}
	}
	return nil
}

var textForce = i18n.Errorf(i18n.T("give another name, or --force to replace it", "укажите другое имя или --force, чтобы заменить его"))

// decidedReview keeps a review in which a person has decided, and what is no
// review at all.
func decidedReview(ctx context.Context, e *Env, path string) (said, bool) {
	edited, err := importer.Read(ctx, path, importer.Options{Lang: e.Lang, Now: e.Now()})
	switch {
	case err != nil || edited.Review == nil:
		return said{text: i18n.T("it is not a review", "это не проверка")}, true
	case len(edited.Problems) > 0 || edited.Review.Touched():
		return said{text: i18n.T("it holds somebody's decisions", "в ней чьи-то решения")}, true
	}
	return said{}, false
}

// foreignPage keeps a page that is no review.
func foreignPage(_ context.Context, _ *Env, path string) (said, bool) {
	foreign := said{text: i18n.T("it is not a review", "это не проверка")}
	f, err := os.Open(path)
	if err != nil {
		return foreign, true
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, 1024))
	return foreign, err != nil || !bytes.Contains(head, []byte(report.PageMark))
}
