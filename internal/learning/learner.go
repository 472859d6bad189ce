package learning

import (
	"sync"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/eventlog"
)

// Learner asks what a history teaches, for whoever is at a desk.
type Learner struct {
	desk.Desk
	Cache string // folder for compact copies of logs that were read; empty: none is kept
	Logs  *Logs  // of the ledger, as they were made; nil: made each time
}

// Logs keeps the log of a ledger, and what was worked out of it, until something
// is written to it, or until what was dated later than it has come.
type Logs struct {
	mu      sync.Mutex
	kept    map[logKey]keptLog
	answers []keptAnswer // about them, the oldest first
}

type logKey struct {
	ws      throughline.Workspace
	number  int64 // the ledger's, which every write raises
	book    string
	zone    string
	sampled bool
}

type keptLog struct {
	log         *eventlog.Log
	from, until time.Time // it holds from the one to before the other; zero: for ever
}

// mostLogs bounds the logs that are kept.
const mostLogs = 4

func (l *Logs) of(k logKey, asOf time.Time) *eventlog.Log {
	if l == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if v, ok := l.kept[k]; ok && !asOf.Before(v.from) && (v.until.IsZero() || asOf.Before(v.until)) {
		return v.log
	}
	return nil
}

func (l *Logs) keep(k logKey, v keptLog) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for old := range l.kept {
		if old.ws == k.ws && old.number != k.number || len(l.kept) >= mostLogs {
			delete(l.kept, old)
		}
	}
	if l.kept == nil {
		l.kept = map[logKey]keptLog{}
	}
	l.kept[k] = v
	l.forget()
}
