package source

import (
	"context"
	"errors"
)

// Waiter is a source whose service may go on with what a Send brought after it
// has answered, as a task with an id of its own: Evotor REST API, Асинхронные
// задачи. Such a Send tells every id by TaskTaken before it waits.
type Waiter interface {
	// Await returns once none of the tasks runs any more; one that the service
	// does not know any more has ended. It writes nothing.
	Await(ctx context.Context, tasks []string) error
}

// ErrRunning: the service is still at work on what was sent, after it was waited
// for long enough. It comes with ErrUnknown, and nothing may be read back or
// sent again before the end of the work.
var ErrRunning = errors.New("still being carried out")

type taskKey struct{}

// OnTask makes a context whose Send tells the ids of its tasks to note, in the
// goroutine of the Send.
func OnTask(ctx context.Context, note func(id string) error) context.Context {
	return context.WithValue(ctx, taskKey{}, note)
}

// TaskTaken tells whoever began the Send that the service works at it as that
// task. An error says that the id could not be written down.
func TaskTaken(ctx context.Context, id string) error {
	note, ok := ctx.Value(taskKey{}).(func(id string) error)
	if !ok || id == "" {
		return nil
	}
	return note(id)
}
