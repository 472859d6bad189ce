// Package listing keeps the rows by which lists are answered right, as facts,
// playbooks, what is usual and the day move on.
//
// Takes: a desk, whose ledger keeps the rows; what a feed tells.
// Gives: a Keeper, which makes rows anew where they are stale, and whether an answer is of now.
// Never: holds deals in memory, or answers about them: the ledger does.
package listing

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/alignment"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/desk"
	"github.com/throughline/throughline/internal/errand"
	"github.com/throughline/throughline/internal/store"
)

// rules is another one whenever a row is worked out otherwise from the same facts.
const rules = "4"

// Form names all that a row follows from but facts, the day and what is usual:
// the rules of this program, the playbooks, and in whose days it is counted.
func Form(d *desk.Desk) string {
	h := sha256.New()
	fmt.Fprintln(h, rules, zoneName(d.Days()), d.Book.Hash)
	for _, v := range d.Versions {
		fmt.Fprintln(h, v.Hash, v.Book.Hash, v.Published.UnixMicro())
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// zoneName tells zones apart; the machine's own by what it is ahead in winter and in summer.
func zoneName(z *time.Location) string {
	if z != time.Local {
		return z.String()
	}
	january := time.Date(2026, 1, 15, 0, 0, 0, 0, z)
	return january.Format("-07:00 MST") + january.AddDate(0, 6, 0).Format(" -07:00 MST")
}

// OfNow reports whether rows speak of the instant at which somebody at the desk
// asks, by the same rules, and what is usual by them.
func OfNow(l store.Listing, d *desk.Desk, now time.Time) (alignment.Norms, bool) {
	if l.Form == "" || l.Day.Compare(throughline.DayOf(now, now.Location())) != 0 || l.Form != Form(d) {
		return alignment.Norms{}, false
	}
	n, err := norms(l.Usual)
	return n, err == nil
}

func norms(spelt string) (n alignment.Norms, err error) {
	if spelt != "" {
		err = json.Unmarshal([]byte(spelt), &n)
	}
	return n, err
}

// usual spells norms as the ledger keeps them.
func usual(d *desk.Desk) func(store.Usage) string {
	rule := d.Book.Silence
	return func(u store.Usage) string {
		b, err := json.Marshal(alignment.NormsOf(rule, u.Gaps, u.Cycles, u.Won))
		if err != nil {
			return "" // numbers always have a spelling
		}
		return string(b)
	}
}

// shifting is how soon a deal is weighed again whose weight changes within the day.
const shifting = time.Minute

// rowOf gives the row of a deal as of an instant; it is found by what newest,
// its summary with facts of days to come, calls it.
func rowOf(d *desk.Desk, s, newest *deal.Summary, norms alignment.Norms, now time.Time) store.Listed {
	zone := now.Location()
	book := d.BookOf(s)
	l := store.Listed{Deal: s.Deal, Title: store.Folded(s.Title.Value), Account: newest.Account.Value, Owner: s.Owner.Value, Outcome: s.Outcome(),
		Stage: s.Stage.Value.Stage, Foreign: store.Folded(s.Stage.Value.Foreign), Class: s.Class.Value, Amount: s.Amount.Value,
		Opened: s.Opened, Closed: s.Closed(), Latest: s.Horizon, CloseDate: s.CloseDate()}
	if called := store.Folded(newest.Title.Value); called != l.Title {
		if l.Called = called; called == "" {
			l.Called = store.Nameless
		}
	}
	if l.Class == "" {
		l.Class = throughline.Unclassified
	}
	_, on := alignment.ProcessOf(s, book)
	l.Process = on.Process
	l.Since, l.Acted = alignment.QuietSince(s, zone)
	l.Days = daysOf(s, throughline.DayOf(now, zone))
	l.Gaps, l.Cycle = alignment.Usage(nil, s, zone)
	if !weighs(s) {
		return l
	}
	r := alignment.Of(s, book, norms, now)
	l.Weight, l.Frontier = weight(r), r.Firm
	last := throughline.DayOf(now, zone).End(zone)
	switch {
	case weight(alignment.Of(s, book, norms, last)) != l.Weight:
		l.Until = now.Add(shifting)
	case s.Outcome() == throughline.Won: // among many that ask for nothing more, those that live are found again by this
		l.Until = last.Add(time.Microsecond)
	}
	return l
}

// daysOf lists on which days something of a deal is due or is asked again, each
// once, in their order.
func daysOf(s *deal.Summary, today throughline.Day) (out []throughline.Day) {
	for _, due := range errand.Dated(s) {
		out = append(out, due.Day)
	}
	if l, is := s.AsideNow(today); is && !l.Until.IsZero() {
		out = append(out, l.Until)
	}
	slices.SortFunc(out, throughline.Day.Compare)
	return slices.Compact(out)
}

// weight is that of the reasons, which is never nothing where there is one and
// nobody has set the deal aside.
func weight(r alignment.Reading) int {
	if !r.Asks() {
		return 0
	}
	return max(r.Weight, 1)
}

// weighs reports whether there may be a reason to look at a deal.
func weighs(s *deal.Summary) bool {
	return s.Outcome() == throughline.StillOpen || s.Outcome() == throughline.Postponed || s.Lives()
}
