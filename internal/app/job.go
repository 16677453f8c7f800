package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"catalogsheet/importer"
	"catalogsheet/internal/catalog"
	"catalogsheet/internal/diag"
	"catalogsheet/internal/i18n"
	"catalogsheet/internal/locale"
	"catalogsheet/internal/merge"
	"catalogsheet/internal/money"
	"catalogsheet/internal/plan"
	"catalogsheet/internal/report"
	"catalogsheet/internal/sheet"

	"github.com/shopspring/decimal"
)

// job is one sheet on its way to the server. Each step fills in more of it; a
// report can be made of it at any time.
type job struct {
	e      *Env
	file   string
	read   importer.Options
	limits plan.Limits
	allow  []diag.Code

	edited   *importer.Edited
	changes  []merge.Change
	problems diag.List
	notices  []i18n.Localizer
	closing  []i18n.Localizer
	said     []string // the notices that were printed
	online   bool
	// decisions are those of the review workbook that was given instead of the
	// sheet, nil where none was; opening is what it has to say.
	decisions map[asked]decided
	opening   []i18n.Localizer
	// recalled says that a saved mapping is in use, nil where none is.
	recalled i18n.Localizer
	// system is what a sheet comes from that does not name it, "" for the first
	// one; template is the path of a report's template.
	system, template string
	// serverBase: the sheet has no base, so what the server holds stands in.
	serverBase bool
	above      above
	run        string
	items      []report.Item
}

// sheetOptions are the flags of every command that reads a sheet.
func sheetOptions() []option {
	return []option{
		{name: "base", kind: value, arg: "FILE", about: i18n.T("the exported file, where the sheet has lost its own base", "исходная выгрузка, если лист потерял свою основу")},
		templateOption(),
		sourceOption(),
		{name: "map", kind: repeated, arg: "HEADER=KEY", about: i18n.T("what a column of a foreign sheet means", "что означает столбец чужого листа")},
		{name: "key", kind: value, arg: "id|code|article|barcode|externalCode", choices: keyNames(), about: i18n.T("the column by which rows are found in a sheet without a base", "столбец, по которому ищутся строки листа без основы")},
		{name: "encoding", kind: value, arg: "NAME", choices: []string{"utf-8", "utf-16le", "utf-16be", "windows-1251"}, about: i18n.T("encoding of a CSV file", "кодировка файла CSV")},
		{name: "delimiter", kind: value, arg: "CHAR", about: i18n.T("delimiter of a CSV file: ; , or tab", "разделитель файла CSV: ; , или tab")},
		{name: "decimal", kind: value, arg: "comma|point", choices: []string{"comma", "point"}, about: i18n.T("decimal sign of a CSV file", "десятичный знак файла CSV")},
		{name: "max-jump", kind: value, arg: "N", about: i18n.T("how many times a price may change without a word", "во сколько раз цена может измениться без вопроса")},
		{name: "limit", kind: repeated, arg: "NAME=N", about: i18n.T("a limit of the quarantine, as in the configuration: many-items=10000", "предел карантина, как в настройках: many-items=10000")},
		{name: "allow", kind: list, arg: "CODE,CODE", about: i18n.T("let changes through that are held", "пропустить задержанные изменения")},
		{name: "create", about: i18n.T("make new items of rows without UUID", "создать товары из строк без UUID")},
	}
}

// newJob takes the arguments of a command that reads a sheet.
func newJob(e *Env, a *Args) (*job, error) {
	limits, err := limitsOf(e.Config, a.Strings("limit"))
	if err != nil {
		return nil, err
	}
	if text := a.String("max-jump", ""); text != "" {
		limits.MaxJump, err = money.Parse(text)
		if err != nil || limits.MaxJump.LessThan(decimal.NewFromInt(1)) {
			return nil, Usagef(i18n.T("--max-jump expects a number from 1, not %q", "--max-jump ожидает число от 1, а не «%s»"), text)
		}
	}
	mapped, err := columnMap(a.Strings("map"))
	if err != nil {
		return nil, err
	}
	j := &job{e: e, file: a.Arg(0), limits: limits, read: importer.Options{
		Lang: e.Lang, BasePath: a.String("base", ""), Saved: e.savedBase,
		Encoding: a.String("encoding", ""), Delimiter: a.String("delimiter", ""), Decimal: a.String("decimal", ""),
		Map: mapped, Key: keyField(a.String("key", "")), Recall: e.recallMapping, Create: a.Bool("create"), Now: e.Now(),
	}}
	if err := j.readTemplate(a.String("template", "")); err != nil {
		return nil, err
	}
	j.setSource(a.String("source", ""))
	return j, j.setAllow(a.List("allow"))
}

// keys are the words of --key with the columns that they name.
var keys = [...]struct {
	name  string
	field catalog.Field
}{
	{"id", catalog.FieldID}, {"code", catalog.FieldCode}, {"article", catalog.FieldArticle},
	{"barcode", catalog.FieldBarcodes}, {"externalCode", catalog.FieldExternalCode},
}

func keyNames() []string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.name
	}
	return names
}

func keyField(name string) catalog.Field {
	for _, k := range keys {
		if k.name == name {
			return k.field
		}
	}
	return ""
}

// limitsOf gives the limits of the configuration, those of --limit over them.
func limitsOf(c Config, pairs []string) (plan.Limits, error) {
	for _, pair := range pairs {
		name, text, ok := strings.Cut(pair, "=")
		if !ok || !c.Limits.set(strings.TrimSpace(name), strings.TrimSpace(text)) {
			return plan.Limits{}, Hinted(i18n.Errorf(i18n.T("the limits are %s", "пределы: %s"), strings.Join(limitNames(), ", ")),
				i18n.T("--limit expects NAME=NUMBER, not %q", "--limit ожидает ИМЯ=ЧИСЛО, а не «%s»"), pair)
		}
	}
	return c.Guards()
}

func columnMap(pairs []string) (map[string]string, error) {
	mapped := map[string]string{}
	for _, pair := range pairs {
		i := strings.LastIndexByte(pair, '=')
		if i <= 0 || i == len(pair)-1 {
			return nil, Usagef(i18n.T("--map expects HEADER=KEY, not %q", "--map ожидает ЗАГОЛОВОК=КЛЮЧ, а не «%s»"), pair)
		}
		mapped[pair[:i]] = pair[i+1:]
	}
	return mapped, nil
}

// setAllow takes the codes of --allow; one that nothing holds is a typing
// mistake.
func (j *job) setAllow(codes []string) error {
	var known []string
	for _, entry := range diag.Table() {
		if entry.Severity == diag.Held && !slices.Contains(known, string(entry.Code)) {
			known = append(known, string(entry.Code))
		}
	}
	for _, code := range codes {
		if !slices.Contains(known, code) {
			near := locale.Nearest(code, known)
			return Hinted(i18n.Errorf(i18n.T("the codes are %s", "коды: %s"), strings.Join(known, ", ")),
				i18n.T("--allow knows no %q (%s?)", "--allow не знает «%s» (%s?)"), code, near)
		}
		j.allow = append(j.allow, diag.Code(code))
	}
	return nil
}

// offline reads the sheet, compares it with its base and puts what looks like
// a mistake into quarantine. It opens no socket.
func (j *job) offline(ctx context.Context) error {
	edited, err := importer.Read(ctx, j.file, j.read)
	if err != nil {
		return j.reading(err)
	}
	if edited.Review != nil {
		if edited, err = j.followReview(ctx, edited); err != nil {
			return j.reading(err)
		}
	}
	j.edited = edited
	j.opening = j.notices
	j.notices = append(slices.Clip(j.opening), j.readAs()...)
	j.keepMapping()
	j.guard()
	return nil
}

// reading says that the sheet could not be read.
func (j *job) reading(err error) error {
	return i18n.Wrapf(i18n.T("read %s", "чтение %s"), i18n.Reason(err, j.file), j.file)
}

// guard settles inherited prices and runs the quarantine over the changes.
func (j *job) guard() {
	chosen, created, left := j.decide(j.edited.Changes, j.edited.Created)
	j.edited.Created = created
	kept, inherited := plan.Inherit(chosen, j.parent, j.shows)
	j.changes = kept
	j.problems = slices.Concat(j.edited.Problems, inherited, left)
	found := plan.Guards(plan.Proposal{
		Changes: kept, Created: j.edited.Created, Rows: j.edited.Rows,
		NoBase: j.serverBase, Schema: j.edited.Head.Schema, Currency: j.edited.Head.Currency,
		Value: j.edited.Value, Each: j.edited.Each,
	}, j.limits)
	for _, d := range found {
		if d.Severity == diag.Held && slices.Contains(j.allow, d.Code) {
			d = d.As(diag.Warning)
		}
		j.problems.Add(d)
	}
	j.problems.Sort()
}

// readAs says how a file was read where that was not certain from the start.
func (j *job) readAs() []i18n.Localizer {
	e := j.edited
	var said []i18n.Localizer
	if e.Format == sheet.CSV && e.Dialect.Encoding != "" {
		said = append(said, report.Say(i18n.T("read as CSV: encoding %s, delimiter %s", "прочитано как CSV: кодировка %s, разделитель %s"),
			e.Dialect.Encoding, delimiterName(e.Dialect.Delimiter)))
	}
	switch e.BaseFrom {
	case "":
		if e.Report != nil {
			return append(said, j.readReport()...)
		}
		said = append(said, j.withoutBase()...)
	case importer.BaseSaved:
		said = append(said, report.Say(i18n.T("the sheet has lost its base: the snapshot saved at the export serves", "лист потерял свою основу: взят снимок, сохранённый при выгрузке")))
	case importer.BaseFile:
		said = append(said, report.Say(i18n.T("the base is taken from the file named by --base", "основа взята из файла, названного в --base")))
	}
	return said
}

// withoutBase says what stands in for a base.
func (j *job) withoutBase() []i18n.Localizer {
	switch {
	case j.serverBase:
		return []i18n.Localizer{report.Say(i18n.T("there is no base: the sheet is compared with what the server holds now", "основы нет: лист сравнивается с тем, что сейчас на сервере"))}
	case j.uncompared():
		return []i18n.Localizer{report.Say(i18n.T(
			"there is no base: name it with --base (the exported .xlsx, or the .base.csv beside the .csv), or compare the sheet with the server (review --online, import)",
			"основы нет: назовите её в --base (выгруженный .xlsx или .base.csv рядом с .csv) или сравните лист с сервером (review --online, import)"))}
	}
	return nil
}

// uncompared says that a sheet was read which nothing stands beside: that no
// change was found in it means nothing.
func (j *job) uncompared() bool {
	e := j.edited
	return !j.serverBase && !e.HasBase() && !e.Refused() && e.Review == nil && e.Report == nil
}

func delimiterName(r rune) string {
	if r == '\t' {
		return "TAB"
	}
	return "«" + string(r) + "»"
}

// model is what can be said of the job now.
func (j *job) model(failed error) report.Model {
	m := report.Model{File: j.file, Notices: j.notices, Closing: j.closing, Failed: failed, Problems: j.problems,
		Changes: j.changes, Online: j.online, Run: j.run, Items: j.items}
	if j.edited != nil {
		h := j.edited.Head
		m.Source, m.Kind, m.Snapshot, m.Taken = h.Source, h.Kind, h.ID, h.Taken
		m.Uncompared = j.uncompared()
		m.Rows, m.Unchanged, m.Missing, m.Created = j.edited.Rows, j.edited.Unchanged, j.edited.Missing, j.edited.Created
	}
	return m
}

// style is how reports look on this terminal.
func (e *Env) style() report.Style {
	return report.Style{Lang: e.Lang, Color: e.ColorOut, Verbose: e.Verbose, Display: locale.Display, Width: widthOf(e.Stdout)}
}

// fileHash names the sheet that a run was made of.
func fileHash(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// short cuts a text for a line of the terminal.
func short(s string, limit int) string {
	s = clean(s)
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return fmt.Sprintf("%s…", string([]rune(s)[:limit-1]))
}
