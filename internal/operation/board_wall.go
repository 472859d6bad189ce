package operation

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/store"
)

// wall is the deals of a board, in no order.
type wall struct {
	cards    []card
	hot      []hot // of each card what every pass looks at, close together
	at       map[throughline.DealID]int32
	later    map[throughline.DealID]label // hold facts of a day to come; by what the ledger finds them already
	owners   map[throughline.PersonID]string
	accounts map[throughline.AccountID][]string // folded, earlier names too
	words    map[string]string                  // one copy of what is said often
	observer *alignment.Observer
	zone     *time.Location // of days
	norms    alignment.Norms
	enough   int // observations from which a norm counts, the most of all playbooks
	outcomes map[string]int
	ends     []throughline.Outcome
	open     int // deals that are kept whole
	day      throughline.Day
	ranked   time.Time
	moved    bool // what is usual has changed since
}

// card is a deal on the wall. An ended deal is kept without what only a
// reading needs, which is most of it.
type card struct {
	id      throughline.DealID
	title   string
	lower   string // the title as lists sort it
	folded  string // and as it is searched
	account throughline.AccountID
	owner   throughline.PersonID
	stage   throughline.Address
	foreign string // the other system's word for the stage
	outcome throughline.Outcome
	records []string
	cents   int64
	opened  time.Time
	closed  time.Time
	close   throughline.Day
	horizon time.Time
	since   throughline.Day // quiet since
	acted   bool
	known   bool // since is
	asks    bool // there is a reason to look at it
	weight  int32
	days    int32     // of silence
	acts    deal.Acts // for the norms
	whole   *deal.Summary
}

// label is by what a deal is found, beside its ids.
type label struct {
	folded  string
	account throughline.AccountID
}

func labelOf(s *deal.Summary) label { return label{store.Folded(s.Title.Value), s.Account.Value} }

// hot is what most passes need of a card. A pass over the cards themselves
// would fetch forty megabytes from memory, one over these three.
type hot struct {
	horizon      int64 // in microseconds
	latest       int32 // number of its day
	weight, days int32
	end          int16 // in ends
	acted, known bool
	asks, open   bool
}

// endOf gives the place of an end state among the words that cards have.
func (w *wall) endOf(o throughline.Outcome) int16 {
	for i, word := range w.ends {
		if word == o {
			return int16(i)
		}
	}
	w.ends = append(w.ends, o)
	return int16(len(w.ends) - 1)
}

// heat brings what passes look at up to a card.
func (w *wall) heat(i int32) {
	c := &w.cards[i]
	w.hot[i] = hot{c.horizon.UnixMicro(), int32(throughline.DayOf(c.horizon, w.zone).Number()), c.weight, c.days, w.endOf(c.outcome), c.acted, c.known, c.asks, c.outcome == throughline.StillOpen}
}

// newWall reads everything.
func newWall(ctx context.Context, d *Desk, now time.Time) (*wall, error) {
	w := &wall{zone: d.Days(), at: map[throughline.DealID]int32{}, later: map[throughline.DealID]label{}, owners: map[throughline.PersonID]string{},
		words: map[string]string{}, outcomes: map[string]int{}, observer: alignment.NewObserver(d.Book.Silence, d.Days()), enough: d.Book.Silence.Enough}
	for _, v := range d.Versions {
		w.enough = max(w.enough, v.Book.Silence.Enough)
	}
	spelt, err := d.Read().Spellings(ctx)
	if err != nil {
		return nil, err
	}
	w.accounts = spelt.Accounts
	var later []throughline.DealID
	for s, err := range d.Read().Summaries(ctx) {
		if err != nil {
			return nil, err
		}
		if s.Horizon.After(now) {
			later = append(later, s.Deal)
			w.later[s.Deal] = labelOf(&s)
			continue
		}
		w.put(&s, spelt.Records[s.Deal])
	}
	err = d.FoldAsOf(ctx, later, now, func(s *deal.Summary) { w.put(s, spelt.Records[s.Deal]) })
	if err != nil {
		return nil, err
	}
	if err := w.learnOwners(ctx, d, nil); err != nil {
		return nil, err
	}
	w.norms = w.observer.Norms()
	job := w.ranking(d, now)
	w.take(job, job.run())
	return w, nil
}

// learnOwners looks up the names of owners: of some, else of all.
func (w *wall) learnOwners(ctx context.Context, d *Desk, some []throughline.PersonID) error {
	if some == nil {
		for i := range w.cards {
			if o := w.cards[i].owner; !o.IsZero() {
				if _, known := w.owners[o]; !known {
					w.owners[o] = ""
					some = append(some, o)
				}
			}
		}
	}
	people, err := d.Read().People(ctx, desk.Distinct(some))
	for id, p := range people {
		w.owners[id] = strings.ToLower(p.Name)
	}
	return err
}

// names takes in names of accounts, and looks up those of people who may own deals.
func (w *wall) names(ctx context.Context, d *Desk, accounts []store.Account, people []throughline.PersonID) error {
	for _, a := range accounts {
		if name := store.Folded(a.Name); !slices.Contains(w.accounts[a.ID], name) {
			w.accounts[a.ID] = append(w.accounts[a.ID], name)
		}
	}
	people = slices.DeleteFunc(slices.Clone(people), func(p throughline.PersonID) bool { _, owns := w.owners[p]; return !owns })
	if len(people) == 0 {
		return nil
	}
	return w.learnOwners(ctx, d, people)
}

// renew reads some deals anew and brings the norms up to date.
func (w *wall) renew(ctx context.Context, d *Desk, ids []throughline.DealID, now time.Time) error {
	if len(ids) == 0 {
		return nil
	}
	found, err := d.Read().SummariesOf(ctx, ids)
	if err != nil {
		return err
	}
	keys := make([]throughline.ID, len(ids))
	for i, id := range ids {
		keys[i] = throughline.ID(id)
	}
	foreign, err := d.Read().Foreign(ctx, keys)
	if err != nil {
		return err
	}
	records := func(id throughline.DealID) (out []string) {
		for _, r := range foreign[throughline.ID(id)] {
			if r.Kind == store.DealRecord {
				out = append(out, r.Foreign)
			}
		}
		return out
	}
	counts := map[throughline.DealID]bool{}
	var later []throughline.DealID
	var owners []throughline.PersonID
	put := func(s *deal.Summary) {
		counts[s.Deal] = true
		w.put(s, records(s.Deal))
		if o := s.Owner.Value; !o.IsZero() {
			if _, known := w.owners[o]; !known {
				w.owners[o] = ""
				owners = append(owners, o)
			}
		}
	}
	for i := range found {
		s := &found[i]
		if delete(w.later, s.Deal); s.Horizon.After(now) {
			w.later[s.Deal] = labelOf(s)
			later = append(later, s.Deal)
		} else {
			put(s)
		}
	}
	if err := d.FoldAsOf(ctx, later, now, put); err != nil {
		return err
	}
	if len(owners) > 0 {
		if err := w.learnOwners(ctx, d, owners); err != nil {
			return err
		}
	}
	for _, id := range ids {
		if !counts[id] {
			w.remove(id)
		}
	}
	norms := w.observer.Norms()
	w.moved = w.moved || differ(w.norms, norms, w.enough)
	w.norms = norms
	for _, id := range ids {
		if i, ok := w.at[id]; ok {
			w.cards[i].rank(d, w.norms, now)
			w.heat(i)
		}
	}
	return nil
}

// differ reports whether readings may differ between two norms. How many
// observations there are matters only up to where they are enough.
func differ(a, b alignment.Norms, enough int) bool {
	enough = max(1, enough)
	return a.Gap != b.Gap || a.Cycle != b.Cycle || a.Typical != b.Typical ||
		min(a.Gaps, enough) != min(b.Gaps, enough) || min(a.Closed, enough) != min(b.Closed, enough) || min(a.Won, enough) != min(b.Won, enough)
}

// put takes a deal's summary in place of the one it had.
func (w *wall) put(s *deal.Summary, records []string) {
	c := w.card(s, records)
	if i, ok := w.at[s.Deal]; ok {
		w.unsee(&w.cards[i])
		w.cards[i] = c
	} else {
		w.at[s.Deal] = int32(len(w.cards))
		w.cards, w.hot = append(w.cards, c), append(w.hot, hot{})
	}
	w.heat(w.at[s.Deal])
	w.observer.See(s)
	w.outcomes[c.outcome.Word()]++
	w.open += b2i(c.whole != nil)
}

func (w *wall) remove(id throughline.DealID) {
	i, ok := w.at[id]
	if !ok {
		return
	}
	w.unsee(&w.cards[i])
	last := len(w.cards) - 1
	w.cards[i] = w.cards[last]
	w.at[w.cards[i].id] = i
	delete(w.at, id)
	w.hot[i] = w.hot[last]
	w.cards[last] = card{}
	w.cards, w.hot = w.cards[:last], w.hot[:last]
}

func (w *wall) unsee(c *card) {
	s := deal.Summary{Acts: c.acts, Opened: c.opened}
	s.End.Value.Outcome, s.End.At = c.outcome, c.closed
	w.observer.Unsee(&s)
	if w.outcomes[c.outcome.Word()]--; w.outcomes[c.outcome.Word()] == 0 {
		delete(w.outcomes, c.outcome.Word())
	}
	w.open -= b2i(c.whole != nil)
}

// one gives the one copy of a word that is said often.
func (w *wall) one(s string) string {
	if own, ok := w.words[s]; ok {
		return own
	}
	own := strings.Clone(s)
	w.words[own] = own
	return own
}

func (w *wall) card(s *deal.Summary, records []string) card {
	since, acted := alignment.QuietSince(s, w.zone)
	c := card{id: s.Deal, owner: s.Owner.Value, stage: throughline.Address(w.one(string(s.Stage.Value.Stage))),
		foreign: w.one(s.Stage.Value.Foreign), outcome: throughline.Outcome(w.one(string(s.Outcome()))), records: records, cents: s.Amount.Value.Cents,
		opened: s.Opened, closed: s.Closed(), close: s.CloseDate(), horizon: s.Horizon, since: since, acted: acted, known: !since.IsZero()}
	label, later := w.later[s.Deal]
	if holds(s) || later {
		own := *s
		c.whole, c.title, c.acts = &own, own.Title.Value, own.Acts
	} else {
		c.title, c.acts = strings.Clone(s.Title.Value), slices.Clip(slices.Clone(s.Acts))
	}
	same := func(own, other string) string {
		if own == other {
			return own
		}
		return other
	}
	c.lower = same(c.title, strings.ToLower(c.title))
	if !later {
		label = labelOf(s)
	}
	c.folded, c.account = same(c.lower, label.folded), label.account
	return c
}

// rank reads a deal as of an instant, for the order.
func (c *card) rank(d *Desk, norms alignment.Norms, asOf time.Time) {
	c.weight, c.asks = 0, false
	if c.whole != nil {
		r := alignment.Of(c.whole, d.BookOf(c.whole), norms, asOf)
		c.weight, c.days, c.asks = int32(r.Weight), int32(r.Silence.Days), len(r.Reasons) > 0
		return
	}
	c.quiet(throughline.DayOf(asOf, asOf.Location()))
}

func (c *card) quiet(today throughline.Day) {
	c.days = 0
	if c.known {
		c.days = int32(max(0, today.Sub(c.since)))
	}
}

// rankings is the work of ordering all deals anew: it is done outside of any
// lock, and what was written meanwhile keeps its newer reading.
type rankings struct {
	desk  *Desk
	norms alignment.Norms
	asOf  time.Time
	whole []*deal.Summary
}

type ranked struct {
	weight, days int32
	asks         bool
}

func (w *wall) ranking(d *Desk, asOf time.Time) rankings {
	job := rankings{d, w.norms, asOf, make([]*deal.Summary, 0, w.open)}
	for i := range w.cards {
		if s := w.cards[i].whole; s != nil {
			job.whole = append(job.whole, s)
		}
	}
	return job
}

func (j rankings) run() []ranked {
	out := make([]ranked, len(j.whole))
	for i, s := range j.whole {
		c := card{whole: s}
		c.rank(j.desk, j.norms, j.asOf)
		out[i] = ranked{c.weight, c.days, c.asks}
	}
	return out
}

func (w *wall) take(j rankings, found []ranked) {
	for i, s := range j.whole {
		if k, ok := w.at[s.Deal]; ok && w.cards[k].whole == s {
			w.cards[k].weight, w.cards[k].days, w.cards[k].asks = found[i].weight, found[i].days, found[i].asks
		}
	}
	w.day, w.ranked = throughline.DayOf(j.asOf, j.asOf.Location()), j.asOf
	for i := range w.cards {
		if w.cards[i].whole == nil {
			w.cards[i].quiet(w.day)
		}
		w.heat(int32(i))
	}
	w.moved = differ(j.norms, w.norms, w.enough)
}
