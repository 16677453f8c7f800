package journal

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"

	"github.com/gofrs/flock"
)

const extension = ".jsonl"

// stepsPerLine keeps the lines of a plan short enough to read.
const stepsPerLine = 200

// Dir is where the runs of a home folder are kept.
type Dir struct {
	Home string
	Now  func() time.Time
}

func (d Dir) runs() string { return filepath.Join(d.Home, "runs") }

func (d Dir) path(run string) string { return filepath.Join(d.runs(), run+extension) }

// Lock makes the caller the only writer of the home folder on an account. The
// error names the one that writes already.
func (d Dir) Lock(source, account, run string) (unlock func(), err error) {
	dir := filepath.Join(d.Home, "locks")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, i18n.Wrap(i18n.T("make the folder of locks", "создание папки блокировок"), err)
	}
	name := filepath.Join(dir, safe(source+"-"+account))
	lock := flock.New(name + ".lock")
	held, err := lock.TryLock()
	if err != nil {
		return nil, i18n.Wrapf(i18n.T("lock %s", "блокировка %s"), err, name)
	}
	if !held {
		who, err := os.ReadFile(name + ".who")
		if err != nil || len(who) == 0 {
			who = []byte("?") // it has only just begun
		}
		return nil, i18n.Errorf(i18n.T(
			"another process is writing to this account (%[1]s): wait until it ends",
			"в этот аккаунт уже пишет другой процесс (%[1]s): дождитесь его завершения"), strings.TrimSpace(string(who)))
	}
	who := fmt.Sprintf("pid %d, run %s, %s\n", os.Getpid(), run, d.Now().Format(time.RFC3339))
	if err := os.WriteFile(name+".who", []byte(who), 0o600); err != nil {
		lock.Unlock()
		return nil, i18n.Wrapf(i18n.T("write %s", "запись %s"), err, name)
	}
	return func() {
		os.Remove(name + ".who")
		lock.Unlock()
	}, nil
}

func safe(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		}
		return '_'
	}, name)
}

// NewRun makes a run's name: its time, so that names sort, and a random tail.
func (d Dir) NewRun() string {
	var tail [2]byte
	rand.Read(tail[:])
	return d.Now().Format("20060102-150405-") + hex.EncodeToString(tail[:])
}

// Create writes the journal of a new run up to its whole plan.
func (d Dir) Create(begin Begin, p plan.Plan) (*Writer, error) {
	if err := os.MkdirAll(d.runs(), 0o700); err != nil {
		return nil, i18n.Wrap(i18n.T("make the journal's folder", "создание папки журнала"), err)
	}
	file, err := os.OpenFile(d.path(begin.Run), os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		return nil, i18n.Wrap(i18n.T("create the journal", "создание журнала"), err)
	}
	w := &Writer{file: file, now: d.Now}
	err = w.plan(begin, p)
	if err == nil {
		// The names on the way to the file, which may be new.
		err = errors.Join(syncDir(d.runs()), syncDir(d.Home))
	}
	if err != nil {
		file.Close()
		os.Remove(d.path(begin.Run)) // nothing was sent: an empty run is no history
		return nil, err
	}
	return w, nil
}

// Append opens the journal of a run to go on with it: a torn last line is cut.
func (d Dir) Append(run string) (*Writer, *Run, error) {
	r, whole, err := d.replay(run)
	if err != nil {
		return nil, nil, err
	}
	file, err := os.OpenFile(d.path(run), os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, i18n.Wrap(i18n.T("open the journal", "открытие журнала"), err)
	}
	if r.Torn {
		if err := file.Truncate(whole); err != nil {
			file.Close()
			return nil, nil, i18n.Wrap(i18n.T("cut the journal's torn last line", "обрезка оборванной последней строки журнала"), err)
		}
	}
	w := &Writer{file: file, now: d.Now, batch: r.Batches}
	if err := w.write(Record{Kind: KindResume}); err != nil {
		file.Close()
		return nil, nil, err
	}
	return w, r, nil
}

// Open replays the journal of a run. run may be a unique beginning of a name.
func (d Dir) Open(run string) (*Run, error) {
	r, _, err := d.replay(run)
	return r, err
}

// Find gives the whole name of a run by a unique beginning.
func (d Dir) Find(prefix string) (string, error) {
	names, err := d.Names()
	if err != nil {
		return "", err
	}
	var match []string
	for _, name := range names {
		if name == prefix {
			return name, nil
		}
		if strings.HasPrefix(name, prefix) {
			match = append(match, name)
		}
	}
	switch {
	case len(match) == 1:
		return match[0], nil
	case len(match) > 1:
		return "", i18n.Errorf(i18n.T("several runs begin with %q: repeat with more of the name, one of %s",
			"с %q начинаются несколько запусков: повторите, указав имя длиннее, одно из: %s"),
			prefix, strings.Join(match, ", "))
	}
	return "", i18n.Errorf(i18n.T("no run %q: see catalogsheet history", "нет запуска %q: посмотрите catalogsheet history"), prefix)
}

// Names lists the runs, oldest first.
func (d Dir) Names() ([]string, error) {
	entries, err := os.ReadDir(d.runs())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, i18n.Wrap(i18n.T("list the runs", "чтение списка запусков"), err)
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), extension); ok && !e.IsDir() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// Damaged is a run whose journal cannot be replayed.
type Damaged struct {
	Run string
	Err error
}

// List replays every run that was begun, oldest first, and marks those that a
// later run has taken back. A journal that cannot be read is set apart: it
// hides no other.
func (d Dir) List() (runs []*Run, damaged []Damaged, err error) {
	names, err := d.Names()
	if err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		r, err := d.Open(name)
		switch {
		case err != nil:
			damaged = append(damaged, Damaged{name, err})
		case r.Ready:
			runs = append(runs, r)
		}
	}
	slices.SortStableFunc(runs, func(a, b *Run) int {
		return cmp.Or(a.When.Compare(b.When), cmp.Compare(a.Run, b.Run))
	})
	markUndone(runs)
	return runs, damaged, nil
}

// markUndone marks runs that another one has taken back, unless that one was
// taken back itself. The clock is not asked which came first: it may have been
// set back between two runs.
func markUndone(runs []*Run) {
	backs := make(map[string][]*Run)
	for _, r := range runs {
		if r.UndoOf != "" && r.State != Interrupted && r.Counts()[plan.Applied] > 0 {
			backs[r.UndoOf] = append(backs[r.UndoOf], r)
		}
	}
	judged := make(map[*Run]bool, len(runs)) // also ends a circle of edited journals
	var undone func(*Run) bool
	undone = func(r *Run) bool {
		if judged[r] {
			return r.State == Undone
		}
		judged[r] = true
		for _, back := range backs[r.Run] {
			if !undone(back) {
				r.State = Undone
			}
		}
		return r.State == Undone
	}
	for _, r := range runs {
		undone(r)
	}
}

// Prune removes the finished runs that are older than age, and those that never
// began, and says which. An interrupted or a damaged one stays: somebody may
// still need it. So does one of this hour without a whole plan: another process
// may be writing it.
func (d Dir) Prune(age time.Duration) ([]string, error) {
	names, err := d.Names()
	if err != nil {
		return nil, err
	}
	var removed []string
	for _, name := range names {
		r, err := d.Open(name)
		if err != nil || r.Ready && r.State == Interrupted {
			continue
		}
		if old := d.Now().Sub(d.began(r)); old < age || !r.Ready && old < time.Hour {
			continue
		}
		if err := os.Remove(d.path(name)); err != nil {
			return removed, i18n.Wrap(i18n.T("remove the run", "удаление запуска"), err)
		}
		removed = append(removed, name)
	}
	return removed, nil
}

// began is when a run was begun; of a journal that does not even hold that, when
// its file was last written.
func (d Dir) began(r *Run) time.Time {
	if !r.When.IsZero() {
		return r.When
	}
	info, err := os.Stat(d.path(r.Run))
	if err != nil {
		return d.Now()
	}
	return info.ModTime()
}

func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	f.Sync() // not every system can sync a folder; the file itself is synced
	return nil
}
