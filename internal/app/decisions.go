package app

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"catalogsheet/importer"
	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/report"
)

// decided is a change of a review workbook with what a person decided of it.
type decided struct {
	baseline.ReviewRow
	apply bool
}

// asked names a change: by its target and field, a new row by its address.
type asked struct {
	target catalog.Key
	field  catalog.Field
	cell   string
}

// reviewed gives the marks by which a review workbook is read back.
func (j *job) reviewed(path string) (*baseline.Review, error) {
	if j.edited == nil || j.edited.Refused() {
		return nil, nil
	}
	hash, err := fileHash(j.file)
	if err != nil {
		return nil, err
	}
	name := j.file
	if rel, err := filepath.Rel(filepath.Dir(absolute(path)), absolute(j.file)); err == nil {
		name = filepath.ToSlash(rel)
	}
	return &baseline.Review{File: name, Hash: hash, Options: j.readOptions()}, nil
}

// readOptions are the options under which the sheet was read, so that its
// review is imported under the same.
func (j *job) readOptions() [][2]string {
	o := j.read
	if r := j.edited.Recalled; r.Said() {
		o.Map, o.Key = r.Map, r.Key
	}
	var list [][2]string
	headers := make([]string, 0, len(o.Map))
	for h := range o.Map {
		headers = append(headers, h)
	}
	slices.Sort(headers)
	for _, h := range headers {
		list = append(list, [2]string{"map", h + "=" + o.Map[h]})
	}
	for _, pair := range [][2]string{
		{"key", string(o.Key)}, {"base", absolute(o.BasePath)}, {"encoding", o.Encoding}, {"delimiter", o.Delimiter}, {"decimal", o.Decimal}, {"template", absolute(j.template)}, {"source", j.system},
	} {
		if pair[1] != "" {
			list = append(list, pair)
		}
	}
	if o.Create {
		list = append(list, [2]string{"create", "true"})
	}
	return list
}

// underOptions reads the sheet as its review was read; what was said now wins.
func (j *job) underOptions(list [][2]string) error {
	o := &j.read
	template, system := "", j.system
	maps := len(o.Map) == 0
	for _, pair := range list {
		switch name, text := pair[0], pair[1]; {
		case name == "map" && maps:
			if i := strings.LastIndexByte(text, '='); i > 0 {
				o.Map[text[:i]] = text[i+1:]
			}
		case name == "key" && o.Key == "":
			o.Key = catalog.Field(text)
		case name == "base" && o.BasePath == "":
			o.BasePath = text
		case name == "encoding" && o.Encoding == "":
			o.Encoding = text
		case name == "delimiter" && o.Delimiter == "":
			o.Delimiter = text
		case name == "decimal" && o.Decimal == "":
			o.Decimal = text
		case name == "create":
			o.Create = true
		case name == "template" && j.template == "":
			template = text
		case name == "source" && system == "":
			system = text
		}
	}
	if template != "" {
		if err := j.readTemplate(template); err != nil {
			return err
		}
	}
	j.setSource(system)
	return nil
}

// followReview goes from a review workbook to the sheet that it is about, which
// must be as it was. found is false where the review itself cannot be used: its
// findings are then the job's.
func (j *job) followReview(ctx context.Context, review *importer.Edited) (edited *importer.Edited, err error) {
	if review.Problems.Has(diag.Error) {
		return review, nil
	}
	r := review.Review
	path := filepath.Join(filepath.Dir(j.file), filepath.FromSlash(r.File))
	hash, err := fileHash(path)
	if errors.Is(err, fs.ErrNotExist) {
		path = filepath.Join(filepath.Dir(j.file), filepath.Base(filepath.FromSlash(r.File)))
		hash, err = fileHash(path)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		review.Problems.Add(diag.Variant("review-stale", "missing", r.File))
		return review, nil
	case err != nil:
		return nil, err
	case hash != r.Hash:
		review.Problems.Add(diag.New("review-stale", path))
		return review, nil
	}
	j.decisions = map[asked]decided{}
	for _, row := range r.Rows {
		d := decided{row, r.Apply[row.Number]}
		if !row.Create {
			j.decisions[asked{target: row.Target, field: row.Field}] = d
		}
		if row.Create || row.Target.Type == "" { // the offline review of a report knows no types
			j.decisions[asked{cell: row.Cell}] = d
		}
	}
	j.notices = append(j.notices, report.Say(i18n.T("the decisions of %s on %s are followed", "учтены решения из %s о листе %s"), j.file, path))
	j.file = path
	if err := j.underOptions(r.Options); err != nil {
		return nil, err
	}
	return importer.Read(ctx, path, j.read)
}

// decide leaves out what the review decided against, and what it does not show.
func (j *job) decide(changes []merge.Change, created []merge.Created) ([]merge.Change, []merge.Created, diag.List) {
	if j.decisions == nil {
		return changes, created, nil
	}
	skipped, unknown := 0, 0
	allowed := func(d decided, known bool) bool {
		switch {
		case !known:
			unknown++
		case !d.apply:
			skipped++
		}
		return known && d.apply
	}
	var kept []merge.Change
	for _, c := range changes {
		d, ok := j.decisions[asked{target: c.Target, field: c.Column.Field}]
		if !ok && len(c.At) > 0 {
			d, ok = j.decisions[asked{cell: c.At[0].Cell()}]
		}
		if allowed(d, ok && !d.Create && c.Column.Kind.Equal(d.Mine, c.Mine)) {
			kept = append(kept, c)
		}
	}
	var made []merge.Created
	for _, c := range created {
		d, ok := j.decisions[asked{cell: c.At.Cell()}]
		if allowed(d, ok && d.Create) {
			made = append(made, c)
		}
	}
	var said diag.List
	if skipped > 0 {
		said.Add(diag.New("review-skipped", skipped))
	}
	if unknown > 0 {
		said.Add(diag.Variant("review-skipped", "new", unknown))
	}
	return kept, made, said
}

// settled says that a person saw this very conflict in a review and decided to
// apply the change all the same.
func (j *job) settled(c merge.Change) bool {
	d, ok := j.decisions[asked{target: c.Target, field: c.Column.Field}]
	return ok && d.apply && d.Conflict && c.Column.Kind.Equal(d.Theirs, c.Theirs) && c.Column.Kind.Equal(d.Mine, c.Mine)
}

// sameFile says that two paths lead to one file.
func sameFile(a, b string) bool {
	x, errA := os.Stat(a)
	y, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(x, y)
}
