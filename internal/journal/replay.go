package journal

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"
)

// replay reads a run's journal and says how many bytes of it are whole lines.
func (d Dir) replay(prefix string) (*Run, int64, error) {
	name, err := d.Find(prefix)
	if err != nil {
		return nil, 0, err
	}
	file, err := os.Open(d.path(name))
	if err != nil {
		return nil, 0, i18n.Wrap(i18n.T("open the journal", "открытие журнала"), err)
	}
	defer file.Close()
	r, whole, err := Replay(file)
	if err != nil {
		return nil, 0, i18n.Wrapf(i18n.T("read the journal of run %s", "чтение журнала запуска %s"), err, name)
	}
	switch r.Run {
	case name:
	case "":
		r.Begin.Run = name
	default:
		return nil, 0, i18n.Errorf(i18n.T(
			"the file %s holds another run (%s): give it its own name back or take it away",
			"в файле %s лежит другой запуск (%s): верните файлу его имя или уберите его"), d.path(name), r.Run)
	}
	return r, whole, nil
}

// Replay reads a journal. Only the last line may be torn; a line in the middle
// that cannot be read, or that names steps which the plan does not have, is
// corruption and an error.
func Replay(from io.Reader) (*Run, int64, error) {
	in := bufio.NewReaderSize(from, 1<<20)
	r := &Run{State: Interrupted}
	var whole int64
	for number := 1; ; number++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			r.Torn = len(line) > 0
			break
		}
		if err != nil {
			return nil, 0, err
		}
		if err := r.add(line); err != nil {
			if _, more := in.Peek(1); errors.Is(more, io.EOF) && !json.Valid(line) {
				r.Torn = true // a torn line over old bytes of a lost block
				break
			}
			if format, ok := errors.AsType[newer](err); ok {
				return nil, 0, i18n.Errorf(i18n.T(
					"line %d has format %d, this program knows %d: update the program",
					"строка %d записана в формате %d, а эта программа знает формат %d: обновите программу"), number, int(format), Version)
			}
			return nil, 0, i18n.Errorf(i18n.T(
				"line %d is damaged (%v): restore the file from a copy, the lines before it are whole",
				"строка %d повреждена (%v): восстановите файл из копии, строки до неё целы"), number, err)
		}
		whole += int64(len(line))
	}
	return r, whole, nil
}

func (r *Run) add(line []byte) error {
	var record Record
	if err := json.Unmarshal(line, &record); err != nil {
		return err
	}
	if err := r.fits(record); err != nil {
		return err
	}
	switch record.Kind {
	case KindBegin:
		if record.Begin == nil || record.Plan == nil || record.Begin.Run == "" {
			return errors.New("a begin line without its run")
		}
		r.Begin, r.When, r.Plan = *record.Begin, record.At, *record.Plan
	case KindSteps:
		r.Plan.Steps = append(r.Plan.Steps, record.Steps...)
	case KindReady:
		return r.ready(record)
	case KindIntent:
		return r.intent(record)
	case KindDone:
		return r.done(record)
	case KindResume:
		r.State = Interrupted
	case KindEnd:
		if record.State != Done && record.State != Partly {
			return fmt.Errorf("a run cannot end %q", record.State)
		}
		r.State = record.State
	default:
		return fmt.Errorf("unknown kind %q", record.Kind)
	}
	return nil
}

// fits says whether a line may stand where it stands: the run is named once,
// its plan comes whole before anything else, and nothing is added to it later.
func (r *Run) fits(record Record) error {
	head := record.Kind == KindSteps || record.Kind == KindReady
	begun := r.Run != ""
	switch {
	case record.V > Version:
		return newer(record.V)
	case record.V < 1:
		return errors.New("no format number")
	case record.Kind == KindBegin && begun, record.Kind != KindBegin && !begun, head && r.Ready,
		!head && record.Kind != KindBegin && !r.Ready:
		return fmt.Errorf("a line %q out of place", record.Kind)
	}
	return nil
}

// newer is the number of a format that a later version of this program has
// made.
type newer int

func (n newer) Error() string { return fmt.Sprintf("format %d", int(n)) }

func (r *Run) ready(record Record) error {
	hash, err := r.Plan.Hash()
	if err != nil {
		return err
	}
	if record.Count != len(r.Plan.Steps) || record.Hash != hash {
		return errors.New("the plan does not match its hash")
	}
	n := len(r.Plan.Steps)
	r.Ready = true
	r.Outcomes, r.Before, r.Intended = make([]*plan.Outcome, n), make([]*Before, n), make([]bool, n)
	r.earlier = make([]mark, n)
	return nil
}

func (r *Run) intent(record Record) error {
	r.Batches, r.Sent = max(r.Batches, record.Batch), record.At
	if record.Task != "" {
		r.Tasks = append(r.Tasks, record.Task)
	}
	for _, b := range record.Before {
		if b.Step < 0 || b.Step >= len(r.Before) {
			return fmt.Errorf("an intent for step %d", b.Step)
		}
		r.earlier[b.Step] = mark{r.Before[b.Step], r.Intended[b.Step]}
		r.Before[b.Step], r.Intended[b.Step] = b.Over(r.Before[b.Step]), true
	}
	return nil
}

// outcomeStates are those that a step can end in.
var outcomeStates = [...]plan.State{plan.Applied, plan.Already, plan.Rejected, plan.Stale, plan.Unsent}

func (r *Run) done(record Record) error {
	r.Tasks = nil // no outcome is written while one runs
	for _, o := range record.Outcomes {
		if o.Step < 0 || o.Step >= len(r.Outcomes) {
			return fmt.Errorf("an outcome for step %d", o.Step)
		}
		if !slices.Contains(outcomeStates[:], o.State) {
			return fmt.Errorf("step %d cannot be %q", o.Step, o.State)
		}
		r.Outcomes[o.Step], r.Intended[o.Step] = &o.Outcome, false
	}
	for _, i := range record.Unsent {
		if i < 0 || i >= len(r.Intended) || !r.Intended[i] {
			return fmt.Errorf("step %d was not about to be sent", i)
		}
		r.Before[i], r.Intended[i] = r.earlier[i].before, r.earlier[i].intended
	}
	return nil
}
