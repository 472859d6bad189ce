package learning

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/eventlog"
	"github.com/throughline/throughline/internal/forecast"
	"github.com/throughline/throughline/internal/simulate"
)

// stateOrder is the state of a deal that was decided and waits for its order.
const stateOrder = "order"

// mostStates bounds the activities of a log that are states; the commonest are.
const mostStates = 12

// ways is a history as deals going from state to state.
type ways struct {
	past     *simulate.History
	zone     *time.Location
	undated  int
	currency string
	by       string // what kinds of deals are told apart by; empty: there is one
	prefix   string // of the states' names, which need not be typed
}

func (w *ways) find(word string) int {
	for _, name := range []string{word, strings.ToLower(word), w.prefix + word} {
		if i := slices.Index(w.past.States, name); i >= 0 {
			return i
		}
	}
	return slices.IndexFunc(w.past.States, func(s string) bool { return strings.EqualFold(strings.TrimPrefix(s, w.prefix), word) })
}

// stating says into which state an event brings a case, -1 for none.
type stating func(activity string) int

// ways reads the cases. A deal is at the question after the last one that the
// customer has answered, until one is reopened; where customers' answers are
// known of fewer than half of the ended deals, in the stage it was put into. A
// case of a log is in the state of the last of its commoner activities.
func (h *history) ways(d *Learner, in SimulateInput, traits map[throughline.DealID]trait, splits []Split) *ways {
	w := &ways{past: &simulate.History{}, zone: d.Days()}
	w.past.Until = forecast.Day(in.Instant(&d.Desk))
	if !h.ledger {
		if _, last := h.log.Bounds(); last != eventlog.NoTime {
			w.past.Until = float64(last) / 86_400e6
		}
	}
	if !in.Since.IsZero() {
		w.past.Since = forecast.Day(in.Since.Start(d.Days()))
	}
	state := h.stating(w)
	currencies := map[string]int{}
	for _, c := range h.sel {
		if t := traits[h.dealOf(c)]; h.ledger && t.amount.Cents > 0 {
			currencies[t.amount.Currency]++
		}
	}
	w.currency = commonest(currencies)
	kind := w.kinds(splits)
	for _, c := range h.sel {
		p, ok := h.way(int(c), state, w)
		if !ok {
			w.undated++
			continue
		}
		if t := traits[h.dealOf(c)]; h.ledger && t.amount.Cents > 0 && t.amount.Currency == w.currency {
			p.Amount = float64(t.amount.Cents) / 100
		}
		if h.ledger {
			p.Kind = kind(traits[h.dealOf(c)])
		}
		w.past.Paths = append(w.past.Paths, p)
	}
	return w
}

// leastOfKind is from how many ended deals a kind goes at its own pace; smaller
// ones go together.
const leastOfKind, mostKinds = 40, 6

// kinds tells deals apart that end differently: by class, else by process.
func (w *ways) kinds(splits []Split) func(trait) int {
	at := map[string]int{}
	for _, by := range []string{ByClass, ByProcess} {
		i := slices.IndexFunc(splits, func(s Split) bool { return s.By == by && s.Differs })
		if i < 0 || len(at) > 0 {
			continue
		}
		for _, p := range splits[i].Parts {
			if p.ended() >= leastOfKind && len(at) < mostKinds {
				at[p.Value] = len(at)
			}
		}
		w.by = by
	}
	if len(at) == 0 {
		w.by = ""
		return func(trait) int { return 0 }
	}
	w.past.Kinds = len(at) + 1
	return func(t trait) int {
		value := t.process
		if w.by == ByClass {
			value = string(cmp.Or(t.class, throughline.Unclassified))
		}
		if k, ok := at[value]; ok {
			return k
		}
		return len(at)
	}
}

// way reads one case.
func (h *history) way(c int, state stating, w *ways) (simulate.Path, bool) {
	out := simulate.Path{Amount: math.NaN()}
	lo, hi := h.log.Span(c)
	times := h.log.Times()
	if e := h.end[c]; e.Outcome != throughline.StillOpen {
		out.End = forecast.EndOf(e.Outcome)
		if e.Event >= 0 {
			hi = e.Event + 1
		}
	}
	for e := lo; e < hi; e++ {
		if times[e] == eventlog.NoTime {
			if e == hi-1 && out.End != forecast.Open {
				return out, false // it ended on a day that nobody wrote down
			}
			continue
		}
		day := float64(times[e]) / 86_400e6
		if day > w.past.Until { // it had not come
			out.End = forecast.Open
			break
		}
		if len(out.Visits) > 0 {
			day = max(day, out.Visits[len(out.Visits)-1].Day)
		}
		out.Ended = day
		s := state(h.log.ActivityName(h.log.Activity()[e]))
		switch {
		case len(out.Visits) == 0:
			out.Visits = append(out.Visits, simulate.Visit{State: max(s, 0), Day: day})
		case s >= 0 && s != out.Visits[len(out.Visits)-1].State:
			out.Visits = append(out.Visits, simulate.Visit{State: s, Day: day})
		}
	}
	return out, len(out.Visits) > 0
}

// stating chooses the states.
func (h *history) stating(w *ways) stating {
	if !h.ledger {
		return h.statesOf(w, nil, mostStates)
	}
	kind := h.log.EventColumn(ledgerKind)
	answered, ended, stages := 0, 0, map[string]bool{}
	for _, c := range h.sel {
		lo, hi := h.log.Span(int(c))
		said := false
		for e := lo; e < hi && kind != nil; e++ {
			switch kind.Text(e) {
			case "answer":
				said = true
			case "stage":
				stages[h.log.ActivityName(h.log.Activity()[e])] = true
			}
		}
		if h.end[c].Outcome != throughline.StillOpen {
			ended++
			answered += count(said)
		}
	}
	if 2*answered < ended && len(stages) > 0 {
		w.prefix = "stage "
		return h.statesOf(w, stages, 40)
	}
	return questions(w)
}

// questions are the states of deals whose customers' answers are known.
func questions(w *ways) stating {
	for ph := throughline.Notice; ph <= throughline.Commit; ph++ {
		w.past.States = append(w.past.States, ph.String())
	}
	w.past.States = append(w.past.States, stateOrder)
	return func(activity string) int {
		name, reopened := strings.CutSuffix(activity, ledgerReopened)
		if ph, ok := throughline.ParsePhase(name); ok && ph <= throughline.Commit {
			if reopened {
				return int(ph) - 1
			}
			return int(ph)
		}
		if activity == ledgerOpened {
			return 0
		}
		return -1
	}
}

// statesOf takes activities as states, in the order in which cases come to them:
// those named, or the commonest that are no end.
func (h *history) statesOf(w *ways, named map[string]bool, most int) stating {
	type seen struct {
		name  string
		cases int
		place float64
	}
	at := map[string]*seen{}
	ends := map[string]bool{}
	for _, c := range h.sel {
		lo, hi := h.log.Span(int(c))
		once := map[string]bool{}
		for e := lo; e < hi; e++ {
			name := h.log.ActivityName(h.log.Activity()[e])
			if e == h.end[c].Event {
				ends[name] = true
			}
			if once[name] || named != nil && !named[name] {
				continue
			}
			once[name] = true
			if at[name] == nil {
				at[name] = &seen{name: name}
			}
			at[name].cases++
			at[name].place += float64(e-lo) / float64(hi-lo)
		}
	}
	var list []*seen
	for _, name := range sortedKeys(at) {
		if !ends[name] || named != nil {
			list = append(list, at[name])
		}
	}
	slices.SortStableFunc(list, func(a, b *seen) int { return b.cases - a.cases })
	list = list[:min(len(list), most)]
	slices.SortStableFunc(list, func(a, b *seen) int {
		return cmp.Compare(a.place/float64(a.cases), b.place/float64(b.cases))
	})
	for _, s := range list {
		w.past.States = append(w.past.States, s.name)
	}
	if len(list) == 0 {
		w.past.States = []string{ledgerOpened}
	}
	return func(activity string) int { return slices.Index(w.past.States, activity) }
}
