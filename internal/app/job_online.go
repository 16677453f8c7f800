package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/source"
)

// onlineSource is what an import needs of a system besides its contract.
type onlineSource interface {
	source.Source
	// Head describes the columns and lists of a sheet of a kind as they are in
	// the account now.
	Head(ctx context.Context, kind string) (catalog.Head, error)
	// Retire is what stands for deleting an item of a type.
	Retire(typ string) (plan.Assign, bool)
}

// openNamed connects to the system that a sheet or a run names.
func (e *Env) openNamed(name string) (onlineSource, error) {
	src, err := openSource(e, name)
	if err != nil {
		return nil, err
	}
	return src.(onlineSource), nil
}

// open connects to the system of the sheet; one that does not name any comes
// from the first one.
func (j *job) open() (onlineSource, error) {
	return j.e.openNamed(first(j.edited.Head.Source, j.system, sources()[0].name))
}

// live is what was read of the server: documents by key, and when.
type live struct {
	keys []catalog.Key
	docs map[catalog.Key]source.Doc
	at   time.Time
}

// judge reads what the server holds now and gives every change its verdict. A
// target that is not there any more is an error at its cells.
func (j *job) judge(ctx context.Context, src source.Source) (live, error) {
	if err := j.checkAccount(ctx, src); err != nil || j.problems.Has(diag.Error) && len(j.changes) == 0 {
		return live{}, err
	}
	fields, keys := j.touched()
	if err := src.Prepare(ctx, fields, j.rowsByType()); err != nil {
		return live{}, i18n.Wrap(i18n.T("read the account's lists", "чтение справочников аккаунта"), err)
	}
	if len(keys) == 0 {
		j.online = true
		return live{}, nil
	}
	began := j.e.Now()
	docs, err := src.Live(ctx, keys)
	if err != nil {
		return live{}, i18n.Wrap(i18n.T("read what the server holds now", "чтение того, что сейчас на сервере"), err)
	}
	if err := j.lookAbove(ctx, src, docs); err != nil {
		return live{}, err
	}
	if err := j.rebase(ctx, src, docs); err != nil {
		return live{}, err
	}
	return live{keys, docs, began}, j.judgeAll(src, docs)
}

// judgeAll gives every change its verdict by the documents that were read.
func (j *job) judgeAll(src source.Source, docs map[catalog.Key]source.Doc) error {
	kept := j.changes[:0:0]
	for _, c := range j.changes {
		doc, found := docs[c.Target]
		if !found {
			for _, at := range c.At {
				j.problems.Add(diag.Variant("id-unknown", "server", c.Target.ID).In(at))
			}
			continue
		}
		theirs, err := theirValue(src, c.Column.Field, doc)
		if err != nil {
			return err
		}
		c.Theirs, c.Verdict = theirs, merge.Judge(c.Column.Kind, c.Base, c.Mine, theirs)
		kept = append(kept, c)
	}
	j.changes, j.online = kept, true
	j.problems.Sort()
	return nil
}

func theirValue(src source.Source, f catalog.Field, doc source.Doc) (catalog.Value, error) {
	lens, ok := src.Lens(f)
	if !ok {
		return catalog.Value{}, i18n.Errorf(i18n.T(
			"the account has no field %s any more: export afresh", "в аккаунте больше нет поля %s: сделайте новую выгрузку"), string(f))
	}
	v, err := lens.Get(doc)
	if err != nil {
		return v, fmt.Errorf("read %s of %s: %w", f, doc.Key.ID, err)
	}
	return v, nil
}

// checkAccount refuses a sheet of another account.
func (j *job) checkAccount(ctx context.Context, src source.Source) error {
	account, err := src.Account(ctx)
	if err != nil {
		return i18n.Wrap(i18n.T("ask whose account it is", "проверка аккаунта"), err)
	}
	if have := j.edited.Head.Account; have != "" && account.ID != "" && have != account.ID {
		theirs, ours := first(j.edited.Head.AccountName, have), first(account.Name, account.ID)
		if theirs == ours { // accounts may share a name, never an id
			theirs, ours = theirs+" ("+have+")", ours+" ("+account.ID+")"
		}
		j.problems.Add(diag.Variant("account-mismatch", "credentials", theirs, ours))
		j.changes = nil
	}
	return nil
}

// touched lists the fields and targets of the changes and new rows, sorted.
func (j *job) touched() (fields []catalog.Field, keys []catalog.Key) {
	for _, c := range j.changes {
		fields, keys = append(fields, c.Column.Field), append(keys, c.Target)
	}
	for _, n := range j.edited.Created {
		for _, v := range n.Values {
			fields = append(fields, v.Column.Field)
		}
	}
	slices.Sort(fields)
	slices.SortFunc(keys, catalog.Key.Compare)
	return slices.Compact(fields), slices.Compact(keys)
}

// rowsByType counts the sheet's rows by type, so that the source can choose
// the cheaper way to read.
func (j *job) rowsByType() map[string]int {
	rows := map[string]int{}
	for key := range j.edited.Each(catalog.FieldID) {
		rows[key.Type]++
	}
	return rows
}

// compareOnline stands in for a lost base: what the server holds now is taken
// as what the sheet was made of.
func (j *job) compareOnline(ctx context.Context, src onlineSource) error {
	if err := j.checkAccount(ctx, src); err != nil {
		return err
	}
	if j.edited.Keyed() {
		return j.compareKeyed(ctx, src)
	}
	head, err := src.Head(ctx, j.edited.Head.Kind)
	if err != nil {
		return i18n.Wrap(i18n.T("read the account's columns", "чтение столбцов аккаунта"), err)
	}
	var fields []catalog.Field
	for _, c := range head.Schema {
		if c.Editable() {
			fields = append(fields, c.Field)
		}
	}
	if err := src.Prepare(ctx, fields, nil); err != nil {
		return i18n.Wrap(i18n.T("read the account's lists", "чтение справочников аккаунта"), err)
	}
	docs, err := src.Live(ctx, j.edited.Keys())
	if err != nil {
		return i18n.Wrap(i18n.T("read what the server holds now", "чтение того, что сейчас на сервере"), err)
	}
	err = j.edited.Compare(ctx, head, func(k catalog.Key) (catalog.Item, bool) {
		doc, ok := docs[k]
		if !ok {
			return catalog.Item{}, false
		}
		return itemOf(src, head.Schema, k, doc), true
	})
	if err != nil {
		return err
	}
	j.compared()
	return nil
}

// compareKeyed reads the whole lists of the account: which item a row means is
// only known where no other item fits.
func (j *job) compareKeyed(ctx context.Context, src onlineSource) error {
	snapshot, err := src.Fetch(ctx, source.Query{Kind: "products"})
	if err != nil {
		return i18n.Wrap(i18n.T("read the account's items", "чтение позиций аккаунта"), err)
	}
	if err := j.edited.CompareKeyed(ctx, snapshot.Head, snapshot.Items); err != nil {
		return i18n.Wrap(i18n.T("read the account's items", "чтение позиций аккаунта"), err)
	}
	j.compared()
	return nil
}

// compared goes on with what the server holds in the place of a base.
func (j *job) compared() {
	j.serverBase = j.edited.ServerBased()
	j.notices = append(slices.Clip(j.opening), j.readAs()...)
	if j.recalled != nil {
		j.notices = append(j.notices, j.recalled)
	}
	j.guard()
}

// shower is a source that tells of columns without a lens what they show.
type shower interface {
	Shown(f catalog.Field, d source.Doc) (v catalog.Value, ok bool)
}

// itemOf shows a document as the row of a sheet.
func itemOf(src source.Source, schema catalog.Schema, k catalog.Key, doc source.Doc) catalog.Item {
	item := catalog.Item{Key: k, Target: doc.Key, Cells: make([]catalog.Value, len(schema))}
	item.Key.Type = doc.Key.Type
	for i, c := range schema {
		switch c.Field {
		case catalog.FieldID:
			item.Cells[i] = catalog.Of(doc.Key.ID)
			continue
		case catalog.FieldType:
			item.Cells[i] = catalog.Of(doc.Key.Type)
			continue
		}
		lens, ok := src.Lens(c.Field)
		if !ok {
			if s, shows := src.(shower); shows {
				item.Cells[i], _ = s.Shown(c.Field, doc)
			}
			continue
		}
		if v, err := lens.Get(doc); err == nil {
			item.Cells[i] = v
		}
	}
	return item
}

// conflicts lists the changes on which the server moved too.
func (j *job) conflicts() []merge.Change {
	var list []merge.Change
	for _, c := range j.changes {
		if j.online && c.Verdict == merge.Conflict && !j.settled(c) {
			list = append(list, c)
		}
	}
	return list
}

// leaveOut drops the rows that have an error or something held, and says how
// many changes and new rows that were.
func (j *job) leaveOut() int {
	type row struct {
		sheet string
		num   int
	}
	bad := map[row]bool{}
	for _, d := range j.problems {
		if d.Severity >= diag.Held && d.At.Row > 0 {
			bad[row{d.At.Sheet, d.At.Row}] = true
		}
	}
	isBad := func(at diag.At) bool { return bad[row{at.Sheet, at.Row}] }
	before := len(j.changes) + len(j.edited.Created)
	j.changes = slices.DeleteFunc(slices.Clone(j.changes), func(c merge.Change) bool { return slices.ContainsFunc(c.At, isBad) })
	j.edited.Created = slices.DeleteFunc(slices.Clone(j.edited.Created), func(c merge.Created) bool { return isBad(c.At) })
	return before - len(j.changes) - len(j.edited.Created)
}

// fileBlocked says that a finding is about the whole file, so that leaving
// rows out does not help.
func (j *job) fileBlocked() bool {
	return slices.ContainsFunc(j.problems, func(d diag.Diagnostic) bool { return d.Severity >= diag.Held && d.At.Row == 0 })
}

// refused says that an error is about no row, so that the sheet as a whole must
// not be sent.
func (j *job) refused() bool {
	return j.edited.Refused() || slices.ContainsFunc(j.problems, func(d diag.Diagnostic) bool { return d.Severity == diag.Error && d.At.Row == 0 })
}

// held lists what is in quarantine and not allowed.
func (j *job) held() diag.List { return plan.Held(j.problems, j.allow) }
