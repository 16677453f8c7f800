package journal

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

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
		return nil, 0, fmt.Errorf("open the journal: %w", err)
	}
	defer file.Close()
	r, whole, err := Replay(file)
	if err != nil {
		return nil, 0, i18n.Wrapf(i18n.T("read the journal of run %s", "чтение журнала запуска %s"), err, name)
	}
	if r.Run == "" {
		r.Begin.Run = name
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
	decoder := json.NewDecoder(bytes.NewReader(line))
	if err := decoder.Decode(&record); err != nil {
		return err
	}
	if record.V > Version {
		return i18n.Errorf(i18n.T("format %d is newer than this program knows (%d)",
			"формат %d новее, чем знает программа (%d)"), record.V, Version)
	}
	switch record.Kind {
	case KindBegin:
		if record.Begin == nil || record.Plan == nil {
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
		r.State = record.State
	default:
		return fmt.Errorf("unknown kind %q", record.Kind)
	}
	return nil
}

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
	return nil
}

func (r *Run) intent(record Record) error {
	r.Batches = max(r.Batches, record.Batch)
	for _, b := range record.Before {
		if b.Step < 0 || b.Step >= len(r.Before) {
			return fmt.Errorf("an intent for step %d", b.Step)
		}
		r.Before[b.Step], r.Intended[b.Step] = b.Over(r.Before[b.Step]), true
	}
	return nil
}

func (r *Run) done(record Record) error {
	for _, o := range record.Outcomes {
		if o.Step < 0 || o.Step >= len(r.Outcomes) {
			return fmt.Errorf("an outcome for step %d", o.Step)
		}
		r.Outcomes[o.Step], r.Intended[o.Step] = &o.Outcome, false
	}
	return nil
}
