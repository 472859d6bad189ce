package mail

import (
	"context"
	"log/slog"
)

// mostWaiting is how many letters wait for the server; more are not taken.
const mostWaiting = 200

// Queue sends letters one after the other, so that nobody learns from how long
// an answer takes whether one is sent. What cannot be sent is said in the log,
// without whom it was for.
type Queue struct {
	letters chan Letter
	send    func(context.Context, Letter) error
	log     *slog.Logger
}

// NewQueue makes a queue before a server.
func NewQueue(s Server, log *slog.Logger) *Queue {
	return &Queue{make(chan Letter, mostWaiting), s.Send, log}
}

// Put takes a letter to be sent.
func (q *Queue) Put(l Letter) {
	select {
	case q.letters <- l:
	default:
		q.log.Error("letter was not sent", "error", "too many wait")
	}
}

// Run sends until ctx ends.
func (q *Queue) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case l := <-q.letters:
			if err := q.send(ctx, l); err != nil {
				q.log.Error("letter was not sent", "error", err)
			}
		}
	}
}
