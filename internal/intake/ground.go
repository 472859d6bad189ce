package intake

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// Ground is what is known of the things that records speak of: from the
// ledger, and from records translated before. Translate asks it and adds to it.
type Ground struct {
	deals    generations[string, *standing]
	people   generations[string, *known[store.Person]]
	accounts generations[string, *known[store.Account]]
	same     map[throughline.PersonID]store.Person // who is told as somebody else, where anybody spoken of is
	seen     map[uint64]uint16                     // how often a deal's snapshot came in this run
	out      store.Batch
}

// NewGround makes an empty one.
func NewGround() *Ground { return &Ground{seen: map[uint64]uint16{}} }

// standing is what is known of one deal.
type standing struct {
	id       throughline.DealID
	old      bool // the ledger knew it before this run
	summary  deal.Summary
	timeline *timeline          // for deals whose history is being read
	end      throughline.FactID // of the end that counts, where it may have to be taken back
}

// known is a person or an account with its latest version.
type known[V any] struct {
	id throughline.ID
	v  V
}

// seenLimit bounds the memory for noticing an id that stands twice in an
// export; past it, repeated ids are still read rightly but no longer told.
const seenLimit = 1 << 20

// again counts the snapshots of a deal in this run, from 0.
func (g *Ground) again(foreign string) int {
	h := uint64(14695981039346656037) // FNV-1a
	for i := 0; i < len(foreign); i++ {
		h = (h ^ uint64(foreign[i])) * 1099511628211
	}
	n, ok := g.seen[h]
	if !ok && len(g.seen) >= seenLimit {
		return 0
	}
	if n < 1<<15 {
		g.seen[h] = n + 1
	}
	return int(n)
}

// take gives what was translated since it was last asked.
func (g *Ground) take() store.Batch {
	b := g.out
	g.out = store.Batch{Facts: make([]deal.Fact, 0, len(b.Facts)+len(b.Facts)/8)}
	return b
}

// generations is a bounded cache whose entries last at least as long as the
// next turn: what was put in or asked for since the turn before is kept.
type generations[K comparable, V any] struct {
	young, old map[K]V
}

func (g *generations[K, V]) get(k K) (V, bool) {
	if v, ok := g.young[k]; ok {
		return v, true
	}
	v, ok := g.old[k]
	if ok {
		g.put(k, v)
	}
	return v, ok
}

func (g *generations[K, V]) put(k K, v V) {
	if g.young == nil {
		g.young = map[K]V{}
	}
	g.young[k] = v
}

func (g *generations[K, V]) turn(limit int) {
	if len(g.young) >= limit {
		g.old, g.young = g.young, nil
	}
}

// track is one thing of a deal that has a history in CRMs.
type track uint8

const (
	stageTrack track = iota
	amountTrack
	closeTrack
	ownerTrack
	tracks
)

// moment is a value that began to hold.
type moment struct {
	at    time.Time
	id    throughline.FactID
	value string // "s:word" a stage, "e:outcome:word" an end, else the value's spelling

	system  string // where it was said
	undated bool   // at is when it was learned
}

// ends reports whether the value is an end of that kind.
func (m moment) ends(o throughline.Outcome) bool {
	rest, ok := strings.CutPrefix(m.value, "e:"+string(o))
	return ok && strings.HasPrefix(rest, ":")
}

// timeline holds, for each track, every value and when it began, and how far
// the rows of this run have come on it.
type timeline struct {
	line [tracks][]moment
	last [tracks]passed
}

// passed is the last row of a track: its instant, and how many moments of the
// line stand at or before it.
type passed struct {
	at time.Time
	n  int
}

// timelineOf reads the tracks off the facts of a deal.
func timelineOf(facts []deal.Fact) *timeline {
	var tl timeline
	slices.SortFunc(facts, func(a, b deal.Fact) int {
		return cmp.Or(
			a.When().Compare(b.When()),
			a.Learned.Compare(b.Learned),
			cmp.Compare(a.Turn, b.Turn),
			cmp.Compare(resumedFirst(a), resumedFirst(b)),
			bytes.Compare(a.ID[:], b.ID[:]),
		)
	})
	for _, f := range facts {
		tl.add(f)
	}
	return &tl
}

func resumedFirst(f deal.Fact) int {
	if _, ok := f.Body.(deal.Resumed); ok {
		return 0
	}
	return 1
}

// add puts a fact onto its track.
func (tl *timeline) add(f deal.Fact) {
	var k track
	var v string
	switch b := f.Body.(type) {
	case deal.StageMoved:
		k, v = stageTrack, stageValue(b.Foreign)
	case deal.Resumed:
		if b.Foreign != "" {
			return // an imported one comes with the stage it was moved to
		}
		k, v = stageTrack, "s:"
	case deal.Ended:
		if b.Outcome == throughline.Removed {
			return // that says something of the record, not of what happened to the deal
		}
		k, v = stageTrack, endValue(b)
	case deal.AmountChanged:
		k, v = amountTrack, amountValue(b.Amount)
	case deal.CloseDateMoved:
		k, v = closeTrack, b.To.String()
	case deal.OwnerChanged:
		k, v = ownerTrack, b.Owner.String()
	case deal.Opened:
		if b.Owner.IsZero() {
			return
		}
		k, v = ownerTrack, b.Owner.String()
	default:
		return
	}
	m := moment{f.When(), f.ID, v, f.Source.System, f.Happened.IsZero()}
	line := tl.line[k]
	i := len(line)
	for i > 0 && line[i-1].at.After(m.at) {
		i--
	}
	tl.line[k] = slices.Insert(line, i, m)
}

// stand says whether the ledger has the fact of a row, and which value held
// before it. A row without a fact of its own stands behind the row before it of
// the same instant, the first of an instant before all of that instant: so a
// history that comes again says nothing new.
func (tl *timeline) stand(k track, at time.Time, id throughline.FactID) (there bool, was moment, had bool) {
	line := tl.line[k]
	i := slices.IndexFunc(line, func(m moment) bool { return m.id == id })
	if there = i >= 0; !there {
		if last := tl.last[k]; last.n > 0 && last.at.Equal(at) {
			i = last.n
		} else {
			i = tl.begin(k, at)
		}
	}
	if i > 0 {
		return there, line[i-1], true
	}
	return there, moment{}, false
}

// next gives what stands on a track behind a fact.
func (tl *timeline) next(k track, id throughline.FactID) (moment, bool) {
	line := tl.line[k]
	if i := slices.IndexFunc(line, func(m moment) bool { return m.id == id }); i >= 0 && i+1 < len(line) {
		return line[i+1], true
	}
	return moment{}, false
}

func (tl *timeline) drop(k track, id throughline.FactID) {
	tl.line[k] = slices.DeleteFunc(tl.line[k], func(m moment) bool { return m.id == id })
}

// begin is where on a track the moments of an instant begin.
func (tl *timeline) begin(k track, at time.Time) int {
	i, _ := slices.BinarySearchFunc(tl.line[k], at, func(m moment, at time.Time) int { return m.at.Compare(at) })
	return i
}

// pass notes that a row was read whose fact is on the track.
func (tl *timeline) pass(k track, at time.Time, id throughline.FactID) {
	if i := slices.IndexFunc(tl.line[k], func(m moment) bool { return m.id == id }); i >= 0 {
		tl.last[k] = passed{at, i + 1}
	}
}

// bump is how far after an instant the moments stand that tie with it (after).
func (tl *timeline) bump(k track, at time.Time) (d time.Duration) {
	for _, m := range tl.line[k][tl.begin(k, at):] {
		d = max(d, after(at, m.at))
	}
	return d
}

func stageValue(word string) string { return "s:" + word }
func endValue(e deal.Ended) string  { return "e:" + string(e.Outcome) + ":" + e.Foreign }
func amountValue(m throughline.Money) string {
	return strconv.FormatInt(m.Cents, 10) + m.Currency
}
