// Package importer reads an edited sheet against what it held when it was
// exported: every row of the file ends as exactly one of same, edited, new,
// repeated or diagnosed, columns are found by name and rows by key, never by
// position, and what can be read two ways is refused at its cell.
package importer

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"catalogsheet/internal/baseline"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/sheet"
)

// Where a base was found: Edited.BaseFrom.
const (
	BaseSheet   = "sheet"   // the workbook's own hidden sheets
	BaseSidecar = "sidecar" // NAME.base.csv beside a CSV file
	BaseFile    = "file"    // Options.BasePath
	BaseSaved   = "saved"   // Options.Saved
)

// Options say how to read a sheet. The zero value reads a sheet that carries
// its base.
type Options struct {
	// Lang is the language of lists inside findings.
	Lang i18n.Lang
	// BasePath names a file to take the base from: the exported workbook, the
	// sidecar of an exported CSV file, or that CSV file itself.
	BasePath string
	// Saved gives the base saved at export, an error that is fs.ErrNotExist
	// where there is none; nil means that none is saved.
	Saved func(snapshotID string) (*baseline.Base, error)
	// Encoding and Delimiter (one character, or "tab") override what is found
	// in a CSV file; Decimal is "comma", "point" or "".
	Encoding, Delimiter, Decimal string
	// Known and Families describe the columns of a sheet without a base.
	Known    []catalog.Column
	Families []catalog.Family
	// Map gives columns by their header: HEADER -> KEY.
	Map map[string]string
	// Key is the column that names a row; "" is UUID.
	Key catalog.Field
	// Recall gives the mapping saved for a header, by its fingerprint; it is
	// asked for a sheet without a base where Map and Key say nothing.
	Recall func(fingerprint string) (Mapping, bool)
	// Report says what the columns of a report mean that was printed from a
	// template. Trace finds that out from the texts that such a report may
	// still hold, nil where they tell nothing.
	Report *Report
	Trace  func(texts []string) *Report
	// Create takes rows without a UUID as new items.
	Create bool
	// Now is the present; the zero time leaves the base's age unjudged.
	Now time.Time
}

// Mapped is a column of the file that was recognised.
type Mapped struct {
	Sheet  string
	Col    int
	Header string
	Column catalog.Column
}

// Edited is a sheet as a person left it.
type Edited struct {
	File    string
	Format  sheet.Format
	Dialect sheet.Dialect
	// Head is the base's, zero where there is none.
	Head     catalog.Head
	BaseFrom string
	Columns  []Mapped
	// Fingerprint names the header that was found, "" where none was; Recalled
	// is the saved mapping in use.
	Fingerprint string
	// Review is what the file says where it is no sheet but the review of one;
	// then there is nothing else but Problems.
	Review   *Review
	Recalled Mapping
	// Report is what else a printed report holds, nil for any other sheet.
	Report *ReportRead
	// Rows counts the filled rows, Unchanged those that say what the base
	// says, Missing the rows of the base that the file does not have.
	Rows, Unchanged, Missing int
	// Changes are base × mine, each of verdict Edit, by the base's order.
	Changes  []merge.Change
	Created  []merge.Created
	Problems diag.List

	o      Options
	tables []table
	base   *baseline.Base
	lines  []line
	raw    []rawRow
	early  diag.List // found before any column was
	rawAt  map[string][]sheet.Range
	d1904  bool
	mine   map[place]catalog.Value
	byKey  map[catalog.Key]int32

	asked   bool         // the account was: the base is what it holds
	reports []reportScan // parallel to tables
	idle    int          // rows of a report that ask for nothing
	unbased int          // edits that only the server's value is known for
	alien   bool         // the base is another account's: its rows say nothing
}

// place is a field of a target.
type place struct {
	target catalog.Key
	field  catalog.Field
}

// line is a row of the file and what it stands for.
type line struct {
	table  int
	num    int
	item   int32 // in the base; -1: new or diagnosed
	hidden bool
	bad    bool // it has an error
	first  int  // its edits in reader.edits
	last   int
}

// Read reads a sheet. What is wrong with the file or its cells is in Problems;
// an error is what the person cannot put right in the file.
func Read(ctx context.Context, path string, o Options) (*Edited, error) {
	e := &Edited{File: path, o: o, mine: map[place]catalog.Value{}}
	book, err := openBook(path, o)
	if err != nil {
		return e, e.refuse(err)
	}
	defer book.Close()
	e.Format, e.Dialect, e.d1904 = book.Format(), book.Detected(), book.Date1904()
	if e.Dialect.Decimal == 0 {
		e.Dialect.Decimal = decimalSign(o.Decimal)
	}
	if isReview(book) {
		err = e.readReview(book)
	} else {
		err = e.read(ctx, book)
	}
	if err != nil {
		return e, e.refuse(err)
	}
	e.Problems.Sort()
	return e, nil
}

// readBook is Read of an opened book, whose base is its own or the options'.
func readBook(ctx context.Context, book sheet.Book, path string, o Options) (*Edited, error) {
	e := &Edited{File: path, o: o, mine: map[place]catalog.Value{}}
	e.Format, e.Dialect, e.d1904 = book.Format(), book.Detected(), book.Date1904()
	err := e.read(ctx, book)
	e.Problems.Sort()
	return e, err
}

func openBook(path string, o Options) (sheet.Book, error) {
	delimiter, err := delimiterOf(o.Delimiter)
	if err != nil {
		return nil, err
	}
	return sheet.Open(path, sheet.ReadOptions{Encoding: o.Encoding, Delimiter: delimiter, Decimal: decimalSign(o.Decimal)})
}

func delimiterOf(s string) (rune, error) {
	switch s {
	case "":
		return 0, nil
	case "tab", `\t`:
		return '\t', nil
	case "semicolon":
		return ';', nil
	case "comma":
		return ',', nil
	}
	if len(s) == 1 {
		return rune(s[0]), nil
	}
	return 0, i18n.Errorf(i18n.T("delimiter %q: one character or \"tab\" is expected", "разделитель %q: нужен один знак или tab"), s)
}

func decimalSign(s string) rune {
	switch s {
	case "comma", ",":
		return ','
	case "point", ".":
		return '.'
	}
	return 0
}

// refuse turns an error of the file itself into a finding.
func (e *Edited) refuse(err error) error {
	fe, ok := errors.AsType[*sheet.FileError](err)
	if !ok {
		return err
	}
	e.Problems.Add(fileFinding(fe))
	e.Changes, e.Created = nil, nil
	return nil
}

func fileFinding(fe *sheet.FileError) diag.Diagnostic {
	return diag.Variant(diag.Code(fe.Code), fe.Kind, fe)
}

// read finds the base, the sheet and its columns, and compares the rows.
func (e *Edited) read(ctx context.Context, book sheet.Book) error {
	base, err := e.findBase(book)
	if err != nil {
		return err
	}
	e.base = base
	schema := catalog.Schema(e.o.Known)
	if base != nil {
		e.Head, schema = base.Head, base.Head.Schema
		e.checkBase()
	}
	if e.alien {
		return nil
	}
	e.early = slices.Clone(e.Problems)
	if is, err := e.asReport(book); err != nil {
		return err
	} else if is {
		return e.readReport(ctx, book)
	}
	if err := e.findTables(book, schema); err != nil || len(e.tables) == 0 {
		return err
	}
	if base == nil {
		return e.keep(ctx, book, maxKept)
	}
	r := newReader(e)
	for i := range e.tables {
		if err := r.table(ctx, i, book.Rows(e.tables[i].sheet)); err != nil {
			return err
		}
		// Asked for after the rows: the file says it after them too.
		merges, err := book.Merges(e.tables[i].sheet)
		if err != nil {
			return err
		}
		r.judgeMerges(i, merges)
	}
	r.finish()
	return nil
}

// checkBase judges the base as a whole.
func (e *Edited) checkBase() {
	const week = 7 * 24 * time.Hour
	if age := e.o.Now.Sub(e.Head.Taken); !e.o.Now.IsZero() && !e.Head.Taken.IsZero() && age > week {
		e.Problems.Add(diag.New("base-old", int(age/(24*time.Hour))))
	}
	if e.Head.ReadOnly {
		e.Problems.Add(diag.Variant("read-only", "sheet"))
	}
}

// HasBase says whether the sheet could be compared offline.
func (e *Edited) HasBase() bool { return e.BaseFrom != "" }

// Refused says that the file as a whole cannot be used, whatever its rows say:
// an error about no cell of a data row was found.
func (e *Edited) Refused() bool {
	for _, d := range e.Problems {
		if d.Severity == diag.Error && !e.inRows(d.At) {
			return true
		}
	}
	return false
}

func (e *Edited) inRows(at diag.At) bool {
	for _, t := range e.tables {
		if at.Row > t.header && at.Sheet == t.sheet {
			return true
		}
	}
	return false
}

// Value is what the sheet shows for a target now: what was typed, else the
// base; absent where it shows neither.
func (e *Edited) Value(target catalog.Key, f catalog.Field) catalog.Value {
	if v, ok := e.mine[place{target, f}]; ok {
		return v
	}
	e.indexTargets()
	i, ok := e.byKey[target]
	at := e.Head.Schema.Index(f)
	if !ok || at < 0 {
		return catalog.Value{}
	}
	return e.base.Items[i].Cells[at]
}

// Each lists what every target of the base shows in a column now.
func (e *Edited) Each(f catalog.Field) iter.Seq2[catalog.Key, catalog.Value] {
	return func(yield func(catalog.Key, catalog.Value) bool) {
		at := e.Head.Schema.Index(f)
		if e.base == nil || at < 0 {
			return
		}
		e.indexTargets()
		for i, item := range e.base.Items {
			if e.byKey[item.Target] != int32(i) {
				continue
			}
			v, ok := e.mine[place{item.Target, f}]
			if !ok {
				v = item.Cells[at]
			}
			if !yield(item.Target, v) {
				return
			}
		}
	}
}

// indexTargets finds the row that speaks for each target: its own where the
// sheet has one.
func (e *Edited) indexTargets() {
	if e.byKey != nil || e.base == nil {
		return
	}
	e.byKey = make(map[catalog.Key]int32, len(e.base.Items))
	for i, item := range e.base.Items {
		if _, ok := e.byKey[item.Target]; !ok || item.Key == item.Target {
			e.byKey[item.Target] = int32(i)
		}
	}
}
