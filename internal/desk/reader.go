package desk

import (
	"context"
	"iter"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
	"github.com/throughline/throughline/internal/store"
)

// Reader asks the ledger for whoever is at the desk. Everything that is read of
// deals, people and accounts is read through it, so that what somebody may not
// see is left out in one place. So far everybody may see everything.
type Reader struct {
	ledger store.Ledger
	ws     throughline.Workspace
	viewer throughline.PersonID
}

// Read gives the ledger as the one at the desk may see it.
func (d *Desk) Read() Reader { return Reader{d.Ledger, d.Workspace, d.Author} }

// Facts gives all facts of a deal, in no particular order; none for an unknown deal.
func (r Reader) Facts(ctx context.Context, id throughline.DealID) ([]deal.Fact, error) {
	return r.ledger.Facts(ctx, r.ws, id)
}

// AllFacts streams the facts of every deal, deal by deal, in the order of the deals' ids.
func (r Reader) AllFacts(ctx context.Context) iter.Seq2[[]deal.Fact, error] {
	return r.ledger.AllFacts(ctx, r.ws)
}

// Summaries streams the summary of every deal, without attributes.
func (r Reader) Summaries(ctx context.Context) iter.Seq2[deal.Summary, error] {
	return r.ledger.Summaries(ctx, r.ws)
}

// Heads is Summaries for lists that only count, filter and order.
func (r Reader) Heads(ctx context.Context) iter.Seq2[deal.Summary, error] {
	return r.ledger.Heads(ctx, r.ws)
}

// SummariesOf gives the summaries of some deals, with attributes, in the order asked.
func (r Reader) SummariesOf(ctx context.Context, ids []throughline.DealID) ([]deal.Summary, error) {
	return r.ledger.SummariesOf(ctx, r.ws, ids)
}

// Counts gives how many deals and facts there are.
func (r Reader) Counts(ctx context.Context) (store.Counts, error) { return r.ledger.Counts(ctx, r.ws) }

// Number gives that of the last transaction that wrote anything to be seen.
func (r Reader) Number(ctx context.Context) (int64, error) { return r.ledger.Number(ctx, r.ws) }

// Since gives what was written after a number, oldest first.
func (r Reader) Since(ctx context.Context, after int64) iter.Seq2[store.Written, error] {
	return r.ledger.Since(ctx, r.ws, after)
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

// FindDeals looks for deals whose title, account, foreign id or id fits the words.
func (r Reader) FindDeals(ctx context.Context, words string, limit int) ([]throughline.DealID, error) {
	return r.ledger.FindDeals(ctx, r.ws, words, limit)
}

// Merged gives everybody who is told as somebody else now, with as whom.
func (r Reader) Merged(ctx context.Context) (map[throughline.PersonID]store.Person, error) {
	return r.ledger.Merged(ctx, r.ws)
}

// DealsNaming lists the deals in which a person appears in any fact; it reads all facts.
func (r Reader) DealsNaming(ctx context.Context, p throughline.PersonID) ([]throughline.DealID, error) {
	return r.ledger.DealsNaming(ctx, r.ws, p)
}

// FindPeople looks for people whose name or title holds the words.
func (r Reader) FindPeople(ctx context.Context, words string, limit int) ([]store.Person, error) {
	return r.ledger.FindPeople(ctx, r.ws, words, limit)
}

// Query answers a question about a list, and says of what its rows speak.
func (r Reader) Query(ctx context.Context, q store.Query) (store.List, error) {
	return r.ledger.Query(ctx, r.ws, q)
}

// Listing says of what the rows of lists speak.
func (r Reader) Listing(ctx context.Context) (store.Listing, error) {
	return r.ledger.Listing(ctx, r.ws)
}

// ListedUntil gives the deals whose rows have to be made anew by an instant.
func (r Reader) ListedUntil(ctx context.Context, at time.Time) ([]throughline.DealID, error) {
	return r.ledger.ListedUntil(ctx, r.ws, at)
}

// ListedDays gives on which days something of a deal is due.
func (r Reader) ListedDays(ctx context.Context, q store.Days) ([]store.DayOf, error) {
	return r.ledger.ListedDays(ctx, r.ws, q)
}

// ListedOf gives the deals on the lists that are of some accounts.
func (r Reader) ListedOf(ctx context.Context, accounts []throughline.AccountID) ([]throughline.DealID, error) {
	return r.ledger.ListedOf(ctx, r.ws, accounts)
}

// Sellers gives who has deals on the lists, and how many.
func (r Reader) Sellers(ctx context.Context) ([]store.Seller, error) {
	return r.ledger.Sellers(ctx, r.ws)
}

// Imports lists what was imported, newest first.
func (r Reader) Imports(ctx context.Context) ([]store.Import, error) {
	return r.ledger.Imports(ctx, r.ws)
}

// FormSent gives the digest of the words that came with a form.
func (r Reader) FormSent(ctx context.Context, token throughline.ID) (digest [32]byte, sent bool, err error) {
	return r.ledger.FormSent(ctx, r.ws, token)
}

// Forecasts gives forecasts that were shown.
func (r Reader) Forecasts(ctx context.Context, q store.ShownQuery) ([]store.Shown, error) {
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
	return r.ledger.Stages(ctx, r.ws)
}

// Shares gives the lines of a plan's sharing, oldest first.
func (r Reader) Shares(ctx context.Context, plan throughline.ID) ([]store.Shared, error) {
	return r.ledger.Shares(ctx, r.ws, plan)
}

// Uses gives counts of use of the days from one to another, both included.
func (r Reader) Uses(ctx context.Context, from, to throughline.Day) ([]store.Use, error) {
	return r.ledger.Uses(ctx, r.ws, from, to)
}
