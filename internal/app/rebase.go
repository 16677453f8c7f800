package app

import (
	"context"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/journal"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/report"
	"catalogsheet/internal/source"
)

// cellOf names one field of one item.
type cellOf struct {
	target catalog.Key
	field  catalog.Field
}

// ownWrite is a value that this program wrote from the same export.
type ownWrite struct {
	value catalog.Value
	run   string
}

// rebase takes what this home's journal shows as our own last write from the
// same export for the base: a second import of a sheet that was edited further
// would else be in conflict with the first. What anybody else wrote, or another
// sheet of ours, stays a conflict.
func (j *job) rebase(ctx context.Context, src source.Source, docs map[catalog.Key]source.Doc) error {
	theirs := map[cellOf]catalog.Value{}
	for _, c := range j.changes {
		doc, found := docs[c.Target]
		if !found || j.edited.Head.ID == "" {
			continue
		}
		now, err := theirValue(src, c.Column.Field, doc)
		if err != nil {
			return err
		}
		if merge.Judge(c.Column.Kind, c.Base, c.Mine, now) == merge.Conflict {
			theirs[cellOf{c.Target, c.Column.Field}] = now
		}
	}
	if len(theirs) == 0 {
		return nil
	}
	own, err := j.ownWrites(ctx)
	if err != nil || len(own) == 0 {
		return err
	}
	taken, last := 0, ""
	for i := range j.edited.Changes {
		c := &j.edited.Changes[i]
		at := cellOf{c.Target, c.Column.Field}
		now, open := theirs[at]
		if w, ok := own[at]; open && ok && c.Column.Kind.Equal(w.value, now) {
			c.Base, last = now, max(last, w.run)
			taken++
		}
	}
	if taken > 0 {
		j.notices = append(j.notices, report.Say(i18n.T(
			"%[1]d {1:value is|values are} as this sheet's earlier import left {1:it|them} (run %[2]s): that is taken as the base",
			"%[1]d {1:значение осталось таким|значения остались такими|значений остались такими}, как после прошлой загрузки этого листа (запуск %[2]s): оно взято за основу"),
			taken, last))
		j.guard()
	}
	return nil
}

// ownWrites reads from the journals what the runs of this sheet's export wrote
// last, field by field. An undo is such a run too; a later write from another
// sheet, or one whose outcome is not known, makes the field anybody's.
func (j *job) ownWrites(ctx context.Context) (map[cellOf]ownWrite, error) {
	dir, err := j.e.journals()
	if err != nil {
		return nil, err
	}
	// A damaged journal proves nothing: without it there is just a conflict.
	runs, _, err := dir.List()
	if err != nil {
		return nil, i18n.Wrap(i18n.T("read the journals of earlier imports", "чтение журналов прошлых загрузок"), err)
	}
	own := map[cellOf]ownWrite{}
	for _, r := range runs {
		if r.Source != j.edited.Head.Source || r.Account != j.edited.Head.Account {
			continue
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		j.addWrites(own, r)
	}
	return own, nil
}

func (j *job) addWrites(own map[cellOf]ownWrite, r *journal.Run) {
	for i, step := range r.Plan.Steps {
		applied := r.Outcomes[i] != nil && r.Outcomes[i].State == plan.Applied
		if !applied && !r.Intended[i] {
			continue
		}
		target := step.Target
		if applied && target.ID == "" {
			target = r.Outcomes[i].Target
		}
		for _, a := range step.Set {
			at := cellOf{target, a.Field}
			if applied && r.Plan.Snapshot == j.edited.Head.ID {
				own[at] = ownWrite{a.Want, r.Run}
			} else {
				delete(own, at)
			}
		}
	}
}
