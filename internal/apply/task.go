package apply

import (
	"context"
	"errors"
	"fmt"

	"catalogsheet/internal/i18n"
	"catalogsheet/internal/source"
)

// noting makes the context of a Send whose tasks are written down as soon as
// the service names them: until they have ended, what a look finds may still be
// written over.
func (e *Engine) noting(ctx context.Context, s *State, batch int) context.Context {
	return source.OnTask(ctx, func(id string) error {
		s.Tasks = append(s.Tasks, id)
		return e.Log.Task(batch, id)
	})
}

// await waits for the end of the tasks that may still write what was sent.
func (e *Engine) await(ctx context.Context, s *State) error {
	if len(s.Tasks) == 0 {
		return nil
	}
	from, ok := e.Source.(source.Waiter)
	if !ok {
		return fmt.Errorf("%s cannot say whether its tasks have ended", e.Source.Name())
	}
	err := from.Await(ctx, s.Tasks)
	if errors.Is(err, source.ErrRunning) {
		return running(err)
	}
	return err
}

// running says that the service was waited for in vain.
func running(why error) error {
	if task, ok := errors.AsType[*i18n.Error](why); ok {
		why = task // without what only the engine needs to know
	}
	return i18n.Wrap(i18n.T("the service is still at work on what was sent", "сервис ещё выполняет отправленное"), why)
}

// awaitUnlessStopped is await for tasks of an earlier process: as nothing of
// this one is under way, a person need not wait for them.
func (e *Engine) awaitUnlessStopped(ctx context.Context, s *State) error {
	if len(s.Tasks) == 0 {
		return nil
	}
	ctx, cancel := context.WithCancelCause(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case <-e.Stop:
			cancel(ErrInterrupted)
		case <-ctx.Done():
		}
	}()
	err := e.await(ctx, s)
	cancel(nil)
	<-ended
	if err != nil && errors.Is(context.Cause(ctx), ErrInterrupted) {
		return ErrInterrupted
	}
	return err
}
