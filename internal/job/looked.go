package job

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/throughline/throughline"
)

// Looked is work that takes longer than somebody should wait before a page: it
// is begun at the first look, each look tells how far it has come or takes what
// came of it, and it is given up when nobody has looked for a while.
type Looked[T any] struct {
	Most   int             // pieces of work at a time; whoever comes beyond that is told so
	Wait   time.Duration   // how long one look waits for it to be ready
	Forget time.Duration   // nobody has looked for so long: it is given up, and what came of it dropped
	Over   <-chan struct{} // closed when the server stops; nil: it never does

	mu  sync.Mutex
	all map[string]*look[T]
}

// look is one piece of work.
type look[T any] struct {
	stop context.CancelFunc
	done chan struct{}
	late *time.Timer // until it is forgotten

	mu    sync.Mutex
	share float64
	out   T
	err   error
}

// ErrMany says that as much is being worked out as may be.
var ErrMany = errors.New("too much is being worked out already; ask again in a minute")

// Look gives what came of the work that goes by a key, which is then forgotten;
// or how far it has come, 0 to 1, where it is not ready yet. Who may see the
// answer has to be a part of the key.
func (l *Looked[T]) Look(ctx context.Context, key string, do func(ctx context.Context, tell func(share float64)) (T, error)) (out T, share float64, ready bool, err error) {
	w, err := l.begin(key, do)
	if err != nil {
		return out, 0, false, err
	}
	wait := time.NewTimer(l.Wait)
	defer wait.Stop()
	select {
	case <-w.done:
	case <-ctx.Done():
	case <-wait.C:
	}
	select {
	case <-w.done:
		l.drop(key, w)
		return w.out, 1, true, w.err
	default:
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return out, w.share, false, nil
}

// State gives how many pieces of work there are, those included that nobody has
// taken yet.
func (l *Looked[T]) State() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.all)
}

// begin finds the work of a key, or begins it.
func (l *Looked[T]) begin(key string, do func(ctx context.Context, tell func(share float64)) (T, error)) (*look[T], error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if w, ok := l.all[key]; ok {
		w.late.Reset(l.Forget)
		return w, nil
	}
	if len(l.all) >= l.Most {
		return nil, throughline.Fail("work out", throughline.Unavailable, "", ErrMany)
	}
	if l.all == nil {
		l.all = map[string]*look[T]{}
	}
	ctx, stop := context.WithCancel(context.Background())
	w := &look[T]{stop: stop, done: make(chan struct{})}
	w.late = time.AfterFunc(l.Forget, func() { l.drop(key, w) })
	l.all[key] = w
	go func() {
		defer close(w.done)
		w.out, w.err = do(ctx, func(share float64) {
			w.mu.Lock()
			w.share = max(w.share, min(share, 1))
			w.mu.Unlock()
		})
	}()
	go func() {
		select {
		case <-l.Over: // a nil channel waits for ever
		case <-ctx.Done():
		case <-w.done:
		}
		stop()
	}()
	return w, nil
}

// drop stops the work, if it still goes on, and forgets it.
func (l *Looked[T]) drop(key string, w *look[T]) {
	w.stop()
	w.late.Stop()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all[key] == w {
		delete(l.all, key)
	}
}
