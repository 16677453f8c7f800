package journal

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/plan"
)

// Writer appends to the journal of one run. Every method returns only when its
// line is on disk.
type Writer struct {
	file  *os.File
	now   func() time.Time
	batch int
}

func (w *Writer) plan(begin Begin, p plan.Plan) error {
	hash, err := p.Hash()
	if err != nil {
		return err
	}
	head := p
	head.Steps = []plan.Step{}
	if err := w.append(Record{Kind: KindBegin, Begin: &begin, Plan: &head}); err != nil {
		return err
	}
	for first := 0; first < len(p.Steps); first += stepsPerLine {
		last := min(first+stepsPerLine, len(p.Steps))
		if err := w.append(Record{Kind: KindSteps, Steps: p.Steps[first:last]}); err != nil {
			return err
		}
	}
	return w.write(Record{Kind: KindReady, Count: len(p.Steps), Hash: hash})
}

// Intent says that a batch is about to be sent and what its fields hold.
func (w *Writer) Intent(before []Before) (batch int, err error) {
	w.batch++
	return w.batch, w.write(Record{Kind: KindIntent, Batch: w.batch, Before: before})
}

// Task says that the service carries a batch out as a task of that id.
func (w *Writer) Task(batch int, id string) error {
	return w.write(Record{Kind: KindIntent, Batch: batch, Task: id})
}

// Done says what became of a batch, or, with batch 0, of steps that were not
// sent at all. unclear names why the batch had to be read back.
func (w *Writer) Done(batch int, outcomes []Outcome, unclear string) error {
	return w.write(Record{Kind: KindDone, Batch: batch, Outcomes: outcomes, Unclear: unclear})
}

// Unsent says that steps of a batch certainly were not carried out: they are
// open as they were before its intent.
func (w *Writer) Unsent(batch int, steps []int) error {
	return w.write(Record{Kind: KindDone, Batch: batch, Unsent: steps})
}

// End closes the run.
func (w *Writer) End(state State) error { return w.write(Record{Kind: KindEnd, State: state}) }

// Close closes the file; what was written stays.
func (w *Writer) Close() error { return w.file.Close() }

func (w *Writer) write(r Record) error {
	if err := w.append(r); err != nil {
		return err
	}
	if err := w.file.Sync(); err != nil {
		return i18n.Wrap(i18n.T("sync the journal", "запись журнала на диск"), err)
	}
	return nil
}

func (w *Writer) append(r Record) error {
	r.V, r.At = Version, w.now()
	line, err := json.Marshal(r)
	if err != nil {
		return i18n.Wrap(i18n.T("write the journal", "запись журнала"), err)
	}
	info, err := w.file.Stat()
	if err != nil {
		return i18n.Wrap(i18n.T("write the journal", "запись журнала"), err)
	}
	if _, err := w.file.Write(append(line, '\n')); err != nil {
		// A full disk may have taken half of the line: cut it, so that the file
		// stays whole and a later attempt can go on.
		if cut := w.file.Truncate(info.Size()); cut != nil {
			return fmt.Errorf("write the journal: %w (and cut it: %w)", err, cut)
		}
		return i18n.Wrap(i18n.T("write the journal", "запись журнала"), err)
	}
	return nil
}
