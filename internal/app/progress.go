package app

import (
	"time"

	"catalogsheet/internal/i18n"

	"github.com/schollz/progressbar/v3"
)

// Progress shows on stderr how far a job is; without a wish to see it it does
// nothing, and neither does a nil one.
// Several goroutines may use it.
type Progress struct{ bar *progressbar.ProgressBar }

// NewProgress begins to show a job. End it with Close.
func (e *Env) NewProgress(t i18n.Text, args ...any) *Progress {
	if !e.ShowProgress {
		return &Progress{}
	}
	p := &Progress{bar: progressbar.NewOptions(-1,
		progressbar.OptionSetWriter(e.Stderr),
		progressbar.OptionSetDescription(t.In(e.Lang, args...)),
		progressbar.OptionSetWidth(24),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetSpinnerChangeInterval(0), // the library's own ticker reads the bar without its lock and outlives it
		progressbar.OptionEnableColorCodes(false),
		progressbar.OptionClearOnFinish(),
	)}
	// The first answer may be seconds away: a service allows only so many requests.
	_ = p.bar.RenderBlank()
	return p
}

// Set says that done of total are done; total is 0 while nobody knows it.
func (p *Progress) Set(done, total int) {
	if p == nil || p.bar == nil {
		return
	}
	if total > 0 && p.bar.GetMax() != total {
		p.bar.ChangeMax(total)
	}
	// What the bar cannot draw is no reason to fail the job.
	_ = p.bar.Set(min(done, max(total, done)))
}

// Close takes the bar off the screen.
func (p *Progress) Close() {
	if p != nil && p.bar != nil {
		_ = p.bar.Clear()
		_ = p.bar.Close()
	}
}
