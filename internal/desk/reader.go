package desk

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// Reader asks the ledger for whoever is at the desk. Everything that is read of
// deals, people and accounts is read through it, so that what somebody may not
// see is left out in one place: a deal that is not seen is as one that is not
// there. What names say behind ids is not cut: such an id stands in a deal that is
// seen, or was refused before (SeesPerson, SeesAccount).
type Reader struct {
	ledger store.Ledger
	ws     throughline.Workspace
	viewer throughline.PersonID
	seeing Seeing
}

// Read gives the ledger as the one at the desk may see it.
func (d *Desk) Read() Reader { return Reader{d.Ledger, d.Workspace, d.Author, d.Seeing} }

func (r Reader) sight(ctx context.Context) (Sight, error) {
	if r.seeing == nil {
		return Everything(), nil
	}
	return r.seeing(ctx)
}

// Facts gives all facts of a deal, in no particular order; none for an unknown deal.
func (r Reader) Facts(ctx context.Context, id throughline.DealID) ([]deal.Fact, error) {
	if seen, err := r.seen(ctx, []throughline.DealID{id}); err != nil || !seen[id] {
		return nil, err
	}
	return r.ledger.Facts(ctx, r.ws, id)
}

// seen tells which of some deals are seen; of one that there is not that makes no
// difference to who sees everything.
func (r Reader) seen(ctx context.Context, ids []throughline.DealID) (map[throughline.DealID]bool, error) {
	s, err := r.sight(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[throughline.DealID]bool, len(ids))
	if s.Whole() {
		for _, id := range ids {
			out[id] = true
		}
		return out, nil
	}
	list, err := r.SummariesOf(ctx, ids)
	for i := range list {
		out[list[i].Deal] = true
	}
	return out, err
}

// Seen tells which of some deals are seen, of many by the lists first.
func (r Reader) Seen(ctx context.Context, ids []throughline.DealID) (map[throughline.DealID]bool, error) {
	s, err := r.sight(ctx)
	if err != nil || s.Whole() || len(ids) <= refoldOneByOne {
		if err != nil {
			return nil, err
		}
		return r.seen(ctx, ids)
	}
	l, err := r.Query(ctx, store.Query{Order: store.ByRecent})
	if err != nil || l.Form == "" {
		if err != nil {
			return nil, err
		}
		return r.seen(ctx, ids)
	}
	own := make(map[throughline.DealID]bool, len(l.Deals))
	for _, id := range l.Deals {
		own[id] = true
	}
	return r.seen(ctx, slices.DeleteFunc(slices.Clone(ids), func(id throughline.DealID) bool { return !own[id] }))
}

// onlySeen leaves the deals that are seen, in their order.
func (r Reader) onlySeen(ctx context.Context, ids []throughline.DealID, err error) ([]throughline.DealID, error) {
	if err != nil || len(ids) == 0 || r.seeing == nil {
		return ids, err
	}
	seen, err := r.seen(ctx, ids)
	return slices.DeleteFunc(ids, func(id throughline.DealID) bool { return !seen[id] }), err
}

// AllFacts streams the facts of every deal, deal by deal, in the order of the deals' ids.
func (r Reader) AllFacts(ctx context.Context) iter.Seq2[[]deal.Fact, error] {
	return func(yield func([]deal.Fact, error) bool) {
		s, err := r.sight(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		if s.Whole() {
			r.ledger.AllFacts(ctx, r.ws)(yield)
			return
		}
		seen := map[throughline.DealID]bool{}
		var ids []throughline.DealID
		for h, err := range r.Heads(ctx) {
			if err != nil {
				yield(nil, err)
				return
			}
			seen[h.Deal], ids = true, append(ids, h.Deal)
		}
		if len(ids) <= refoldOneByOne {
			for _, id := range ids {
				if facts, err := r.ledger.Facts(ctx, r.ws, id); !yield(facts, err) || err != nil {
					return
				}
			}
			return
		}
		for facts, err := range r.ledger.AllFacts(ctx, r.ws) {
			if err == nil && (len(facts) == 0 || !seen[facts[0].Deal]) {
				continue
			}
			if !yield(facts, err) {
				return
			}
		}
	}
}

// cut leaves those of a stream of summaries that are seen.
func (r Reader) cut(ctx context.Context, all iter.Seq2[deal.Summary, error]) iter.Seq2[deal.Summary, error] {
	if r.seeing == nil {
		return all
	}
	return func(yield func(deal.Summary, error) bool) {
		sight, err := r.sight(ctx)
		if err != nil {
			yield(deal.Summary{}, err)
			return
		}
		for s, err := range all {
			if err == nil && !sight.Sees(s.Owner.Value, s.Account.Value) {
				continue
			}
			if !yield(s, err) {
				return
			}
		}
	}
}

// Summaries streams the summary of every deal, without attributes.
func (r Reader) Summaries(ctx context.Context) iter.Seq2[deal.Summary, error] {
	return r.cut(ctx, r.ledger.Summaries(ctx, r.ws))
}

// Heads is Summaries for lists that only count, filter and order.
func (r Reader) Heads(ctx context.Context) iter.Seq2[deal.Summary, error] {
	return r.cut(ctx, r.ledger.Heads(ctx, r.ws))
}

// SummariesOf gives the summaries of some deals, with attributes, in the order asked.
func (r Reader) SummariesOf(ctx context.Context, ids []throughline.DealID) ([]deal.Summary, error) {
	s, err := r.sight(ctx)
	if err != nil {
		return nil, err
	}
	list, err := r.ledger.SummariesOf(ctx, r.ws, ids)
	if s.Whole() {
		return list, err
	}
	return slices.DeleteFunc(list, func(x deal.Summary) bool { return !s.Sees(x.Owner.Value, x.Account.Value) }), err
}

// Counts gives how many deals and facts there are.
func (r Reader) Counts(ctx context.Context) (n store.Counts, err error) {
	if s, err := r.sight(ctx); err != nil || s.Whole() {
		if err != nil {
			return n, err
		}
		return r.ledger.Counts(ctx, r.ws)
	}
	for h, err := range r.Heads(ctx) {
		if err != nil {
			return store.Counts{}, err
		}
		n.Deals, n.Facts = n.Deals+1, n.Facts+h.Facts
	}
	return n, nil
}

// Number gives that of the last transaction that wrote anything to be seen.
func (r Reader) Number(ctx context.Context) (int64, error) { return r.ledger.Number(ctx, r.ws) }

// Since gives what was written after a number, oldest first; of deals that are not
// seen it names none.
func (r Reader) Since(ctx context.Context, after int64) iter.Seq2[store.Written, error] {
	all := r.ledger.Since(ctx, r.ws, after)
	if r.seeing == nil {
		return all
	}
	return func(yield func(store.Written, error) bool) {
		for w, err := range all {
			if err == nil {
				w.Deals, err = r.onlySeen(ctx, slices.Clone(w.Deals), nil)
			}
			if !yield(w, err) || err != nil {
				return
			}
		}
	}
}

// Added gives the facts that a transaction added to deals that are seen.
func (r Reader) Added(ctx context.Context, number int64) ([]deal.Fact, error) {
	facts, err := r.ledger.Added(ctx, r.ws, number)
	if err != nil || r.seeing == nil {
		return facts, err
	}
	var ids []throughline.DealID
	for _, f := range facts {
		ids = append(ids, f.Deal)
	}
	seen, err := r.seen(ctx, Distinct(ids))
	return slices.DeleteFunc(facts, func(f deal.Fact) bool { return !seen[f.Deal] }), err
}

// People gives the latest version of some people; unknown ones are left out.
func (r Reader) People(ctx context.Context, ids []throughline.PersonID) (map[throughline.PersonID]store.Person, error) {
	return r.ledger.People(ctx, r.ws, ids)
}

// Accounts gives the latest version of some accounts; unknown ones are left out.
func (r Reader) Accounts(ctx context.Context, ids []throughline.AccountID) (map[throughline.AccountID]store.Account, error) {
	return r.ledger.Accounts(ctx, r.ws, ids)
}

// Foreign gives the records behind ids of ours: where each came from.
func (r Reader) Foreign(ctx context.Context, ids []throughline.ID) (map[throughline.ID][]store.Record, error) {
	return r.ledger.Foreign(ctx, r.ws, ids)
}

// mostTried is how many deals that words find are tried whether they are seen,
// before the lists are asked.
const mostTried = 200

// FindDeals looks for deals whose title, account, foreign id or id fits the words.
func (r Reader) FindDeals(ctx context.Context, words string, limit int) ([]throughline.DealID, error) {
	s, err := r.sight(ctx)
	if err != nil {
		return nil, err
	}
	if s.Whole() {
		return r.ledger.FindDeals(ctx, r.ws, words, limit)
	}
	most := max(limit, mostTried)
	found, err := r.ledger.FindDeals(ctx, r.ws, words, most)
	many := len(found) == most
	if found, err = r.onlySeen(ctx, found, err); err != nil {
		return nil, err
	}
	if many && len(found) < limit { // others' came first
		l, err := r.Query(ctx, store.Query{Words: words, Order: store.ByMatch, Limit: limit})
		if err != nil {
			return nil, err
		}
		more, err := r.onlySeen(ctx, l.Deals, nil)
		if err != nil {
			return nil, err
		}
		for _, id := range more {
			if !slices.Contains(found, id) {
				found = append(found, id)
			}
		}
	}
	return found[:min(len(found), limit)], nil
}

// Merged gives everybody who is told as somebody else now, with as whom.
func (r Reader) Merged(ctx context.Context) (map[throughline.PersonID]store.Person, error) {
	return r.ledger.Merged(ctx, r.ws)
}

// DealsNaming lists the deals in which a person appears in any fact; it reads all facts.
func (r Reader) DealsNaming(ctx context.Context, p throughline.PersonID) ([]throughline.DealID, error) {
	ids, err := r.ledger.DealsNaming(ctx, r.ws, p)
	return r.onlySeen(ctx, ids, err)
}

// FindPeople looks for people whose name or title holds the words: ours, and those
// who take part in a deal that is seen.
func (r Reader) FindPeople(ctx context.Context, words string, limit int) ([]store.Person, error) {
	s, err := r.sight(ctx)
	if err != nil {
		return nil, err
	}
	if s.Whole() {
		return r.ledger.FindPeople(ctx, r.ws, words, limit)
	}
	found, err := r.ledger.FindPeople(ctx, r.ws, words, max(limit, mostTried))
	if err != nil {
		return nil, err
	}
	if found, err = r.known(ctx, found); err != nil {
		return nil, err
	}
	return found[:min(len(found), limit)], nil
}

// SeesPerson reports whether somebody is one of ours, or takes part in a deal that is seen.
func (r Reader) SeesPerson(ctx context.Context, p store.Person) (bool, error) {
	if r.seeing == nil {
		return true, nil
	}
	known, err := r.known(ctx, []store.Person{p})
	return len(known) == 1, err
}

// mostOwn is in how many of the deals that are seen, the newest first, somebody is
// looked for who belongs to no customer.
const mostOwn = 2_000

// known leaves of some people ours, and those who take part in a deal that is seen.
func (r Reader) known(ctx context.Context, people []store.Person) ([]store.Person, error) {
	s, err := r.sight(ctx)
	if err != nil || s.Whole() {
		return people, err
	}
	takes := map[throughline.PersonID]bool{}
	look := func(ids []throughline.DealID) error {
		list, err := r.SummariesOf(ctx, ids)
		for i := range list {
			for id := range list[i].People {
				takes[id] = true
			}
		}
		return err
	}
	unknown := func() (out []store.Person) {
		for _, p := range people {
			if !p.Ours && !takes[p.ID] {
				out = append(out, p)
			}
		}
		return out
	}
	var accounts []throughline.AccountID
	for _, p := range unknown() {
		if !p.Account.IsZero() {
			accounts = append(accounts, p.Account)
		}
	}
	if len(accounts) > 0 {
		ids, err := r.ledger.ListedOf(ctx, r.ws, Distinct(accounts))
		if err == nil {
			err = look(ids)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(unknown()) > 0 {
		ids, err := r.own(ctx, mostOwn)
		if err == nil {
			err = look(ids)
		}
		if err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(slices.Clone(people), func(p store.Person) bool { return !p.Ours && !takes[p.ID] }), nil
}

// own gives the newest of the deals that are seen.
func (r Reader) own(ctx context.Context, limit int) (ids []throughline.DealID, err error) {
	l, err := r.Query(ctx, store.Query{Order: store.ByRecent, Limit: limit})
	if err != nil || l.Form != "" {
		return l.Deals, err
	}
	for h, err := range r.Heads(ctx) { // there are no lists
		if err != nil {
			return nil, err
		}
		ids = append(ids, h.Deal)
	}
	return ids, nil
}

// mostOfOne is how many of a customer's deals are looked at for one that is seen.
const mostOfOne = 50

// SeesAccount reports whether any deal of a customer's is seen.
func (r Reader) SeesAccount(ctx context.Context, id throughline.AccountID) (bool, error) {
	s, err := r.sight(ctx)
	if err != nil || s.Whole() {
		return err == nil, err
	}
	l, err := r.Query(ctx, store.Query{Account: id, Order: store.ByRecent, Limit: mostOfOne})
	if err != nil {
		return false, err
	}
	if l.Form == "" {
		for h, err := range r.Heads(ctx) {
			if err != nil || h.Account.Value == id {
				return err == nil, err
			}
		}
		return false, nil
	}
	seen, err := r.onlySeen(ctx, l.Deals, nil)
	return len(seen) > 0, err
}

// SeesAccounts gives those of some customers of whose deals any is seen; what is opened to
// whoever looks is, without asking for its deals.
func (r Reader) SeesAccounts(ctx context.Context, ids []throughline.AccountID) (map[throughline.AccountID]bool, error) {
	s, err := r.sight(ctx)
	if err != nil {
		return nil, err
	}
	out, rest := make(map[throughline.AccountID]bool, len(ids)), []throughline.AccountID(nil)
	for _, id := range ids {
		if s.Whole() || s.open[id] || s.all && !s.close[id] {
			out[id] = true
		} else {
			rest = append(rest, id)
		}
	}
	if len(rest) == 0 {
		return out, nil
	}
	l, err := r.Listing(ctx)
	if err != nil {
		return nil, err
	}
	if l.Form == "" { // there are no lists
		wanted := make(map[throughline.AccountID]bool, len(rest))
		for _, id := range rest {
			wanted[id] = true
		}
		for h, err := range r.Heads(ctx) {
			if err != nil {
				return nil, err
			}
			if wanted[h.Account.Value] {
				out[h.Account.Value] = true
			}
		}
		return out, nil
	}
	deals, err := r.ledger.ListedOf(ctx, r.ws, Distinct(rest))
	if err != nil {
		return nil, err
	}
	found, err := r.SummariesOf(ctx, deals)
	for _, x := range found {
		out[x.Account.Value] = true
	}
	return out, err
}

// Query answers a question about a list, and says of what its rows speak.
func (r Reader) Query(ctx context.Context, q store.Query) (store.List, error) {
	s, err := r.sight(ctx)
	if err != nil {
		return store.List{}, err
	}
	q.Sight = s.kept()
	return r.ledger.Query(ctx, r.ws, q)
}

// Listing says of what the rows of lists speak.
func (r Reader) Listing(ctx context.Context) (store.Listing, error) {
	return r.ledger.Listing(ctx, r.ws)
}

// ListedUntil gives the deals whose rows have to be made anew by an instant,
// whoever sees them.
func (r Reader) ListedUntil(ctx context.Context, at time.Time) ([]throughline.DealID, error) {
	return r.ledger.ListedUntil(ctx, r.ws, at)
}

// ListedDays gives on which days something of a deal is due.
func (r Reader) ListedDays(ctx context.Context, q store.Days) ([]store.DayOf, error) {
	s, err := r.sight(ctx)
	if err != nil {
		return nil, err
	}
	q.Sight = s.kept()
	return r.ledger.ListedDays(ctx, r.ws, q)
}

// ListedOf gives the deals on the lists that are of some accounts.
func (r Reader) ListedOf(ctx context.Context, accounts []throughline.AccountID) ([]throughline.DealID, error) {
	ids, err := r.ledger.ListedOf(ctx, r.ws, accounts)
	return r.onlySeen(ctx, ids, err)
}

// Sellers gives who has deals on the lists, and how many.
func (r Reader) Sellers(ctx context.Context) ([]store.Seller, error) {
	s, err := r.sight(ctx)
	if err != nil {
		return nil, err
	}
	return r.ledger.Sellers(ctx, r.ws, s.kept())
}

// Imports lists what was imported, newest first; to who sees a part of the deals
// none: an import is of anybody's.
func (r Reader) Imports(ctx context.Context) ([]store.Import, error) {
	if s, err := r.sight(ctx); err != nil || !s.Whole() {
		return nil, err
	}
	return r.ledger.Imports(ctx, r.ws)
}

// FormSent gives the digest of the words that came with a form.
func (r Reader) FormSent(ctx context.Context, token throughline.ID) (digest [32]byte, sent bool, err error) {
	return r.ledger.FormSent(ctx, r.ws, token)
}

// Forecasts gives forecasts that were shown, which are the whole company's: to who
// sees a part of the deals none.
func (r Reader) Forecasts(ctx context.Context, q store.ShownQuery) ([]store.Shown, error) {
	if s, err := r.sight(ctx); err != nil || !s.Whole() {
		return nil, err
	}
	return r.ledger.Forecasts(ctx, r.ws, q)
}

// Playbooks gives the published versions, oldest first.
func (r Reader) Playbooks(ctx context.Context) ([]store.Version, error) {
	return r.ledger.Playbooks(ctx, r.ws)
}

// Settings gives what the company has settled.
func (r Reader) Settings(ctx context.Context) ([]store.Setting, error) {
	return r.ledger.Settings(ctx, r.ws)
}

// SettingsPast gives everything the company ever settled.
func (r Reader) SettingsPast(ctx context.Context) ([]store.Setting, error) {
	return r.ledger.SettingsPast(ctx, r.ws)
}

// Stages gives in which stages open deals are, and how many in each.
func (r Reader) Stages(ctx context.Context) ([]store.StageCount, error) {
	s, err := r.sight(ctx)
	if err != nil {
		return nil, err
	}
	return r.ledger.Stages(ctx, r.ws, s.kept())
}

// Shares gives the lines of a plan's sharing, oldest first.
func (r Reader) Shares(ctx context.Context, plan throughline.ID) ([]store.Shared, error) {
	return r.ledger.Shares(ctx, r.ws, plan)
}

// Uses gives counts of use of the days from one to another, both included.
func (r Reader) Uses(ctx context.Context, from, to throughline.Day) ([]store.Use, error) {
	return r.ledger.Uses(ctx, r.ws, from, to)
}
