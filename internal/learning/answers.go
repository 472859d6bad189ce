package learning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
)

// answerKey is what an answer about the ledger depends on: its log, which is made
// anew with every write, the playbook, the day, and which of the deals are asked about.
type answerKey struct {
	log  *eventlog.Log
	book string
	day  throughline.Day
	part string // the part, and what segment it is of
	what string
}

type keptAnswer struct {
	key    answerKey
	answer any
}

// mostAnswers bounds the answers that are kept: the whole company, and what was
// looked at last.
const mostAnswers = 96

// answerOf gives the key of what is asked about a part of a log.
func (d *Learner) answerOf(log *eventlog.Log, day throughline.Day, p Part, where []string) answerKey {
	k := answerKey{log: log, day: day, part: fmt.Sprintf("%q", []string{p.Class, p.Process, p.Owner, p.From.String(), p.To.String(), strings.Join(where, "\n")})}
	if d.Book != nil {
		k.book = d.Book.Hash
	}
	return k
}

// of gives the key of one thing that is asked.
func (k answerKey) of(what string) answerKey {
	k.what = what
	return k
}

// remember gives an answer that is kept, else the one that work makes, which is
// kept where it has no error. Several who ask at once may each work it out.
func remember[T any](l *Logs, k answerKey, work func() (T, error)) (T, error) {
	if l == nil {
		return work()
	}
	l.mu.Lock()
	i := slices.IndexFunc(l.answers, func(a keptAnswer) bool { return a.key == k })
	if i >= 0 {
		out := l.answers[i].answer.(T)
		l.mu.Unlock()
		return out, nil
	}
	l.mu.Unlock()
	out, err := work()
	if err != nil {
		return out, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answers = slices.DeleteFunc(l.answers, func(a keptAnswer) bool { return a.key == k })
	if len(l.answers) >= mostAnswers {
		l.answers = slices.Delete(l.answers, 0, 1)
	}
	l.answers = append(l.answers, keptAnswer{k, out})
	return out, nil
}

// forget drops the answers about logs that are kept no longer.
func (l *Logs) forget() {
	l.answers = slices.DeleteFunc(l.answers, func(a keptAnswer) bool {
		for _, v := range l.kept {
			if v.log == a.key.log {
				return false
			}
		}
		return true
	})
}
