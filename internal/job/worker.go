package job

import (
	"context"
	"sync"
)

// Worker works behind a server until it is stopped.
type Worker struct {
	ctx  context.Context
	stop context.CancelFunc
	wg   sync.WaitGroup

	mu      sync.Mutex
	waiting []func(context.Context)
	working bool
	done    int
}

// NewWorker makes a worker that stops with the context.
func NewWorker(ctx context.Context) *Worker {
	w := &Worker{}
	w.ctx, w.stop = context.WithCancel(ctx)
	return w
}

// Keep begins what goes on until the worker is stopped, such as following a feed.
func (w *Worker) Keep(do func(context.Context)) {
	w.wg.Go(func() {
		if w.ctx.Err() == nil {
			do(w.ctx)
		}
	})
}

// Do does a piece of work behind the caller, one after the other in the order in
// which they came. What still waits when the worker is stopped is told so by its
// context.
func (w *Worker) Do(do func(context.Context)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.waiting = append(w.waiting, do)
	if !w.working {
		w.working = true
		w.wg.Go(w.work)
	}
}

func (w *Worker) work() {
	for {
		w.mu.Lock()
		if len(w.waiting) == 0 {
			w.working = false
			w.mu.Unlock()
			return
		}
		do := w.waiting[0]
		w.waiting = w.waiting[1:]
		w.mu.Unlock()
		do(w.ctx)
		w.mu.Lock()
		w.done++
		w.mu.Unlock()
	}
}

// State gives how many pieces of work wait, whether one is being done, and how
// many were done.
func (w *Worker) State() (waiting int, working bool, done int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.waiting), w.working, w.done
}

// Stop ends the work and waits until what runs has noticed.
func (w *Worker) Stop() {
	w.stop()
	w.wg.Wait()
}
