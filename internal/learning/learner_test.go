package learning

import (
	"testing"
	"time"

	"github.com/throughline/throughline/internal/eventlog"
)

// TestALogHoldsUntilSomethingComes: a log is given again for the same number of
// the ledger, until the first instant that had not come when it was made, and
// never for an earlier instant, another playbook or another number.
func TestALogHoldsUntilSomethingComes(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	l, _ := eventlog.NewBuilder().Build()
	key := logKey{number: 7, book: "a"}
	logs := &Logs{}
	logs.keep(key, keptLog{log: l, from: at, until: at.Add(time.Hour)})
	for _, c := range []struct {
		what string
		key  logKey
		at   time.Time
		held bool
	}{
		{"the same instant", key, at, true},
		{"later, before anything came", key, at.Add(59 * time.Minute), true},
		{"when something comes", key, at.Add(time.Hour), false},
		{"an earlier instant", key, at.Add(-time.Second), false},
		{"after a write", logKey{number: 8, book: "a"}, at, false},
		{"by another playbook", logKey{number: 7, book: "b"}, at, false},
	} {
		if got := logs.of(c.key, c.at) == l; got != c.held {
			t.Errorf("%s: held is %v", c.what, got)
		}
	}
	logs.keep(logKey{number: 8, book: "a"}, keptLog{log: l, from: at})
	if logs.of(key, at) != nil {
		t.Error("a log of before a write is kept")
	}
	var none *Logs
	if none.keep(key, keptLog{}); none.of(key, at) != nil {
		t.Error("nothing is kept where nothing keeps")
	}
}
