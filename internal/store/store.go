// Package store is the contract of what is kept: an append-only ledger of
// facts with the summaries that lists need, and beside it the people,
// accounts and foreign ids that facts point at.
//
// Takes: a Batch to append; questions by workspace.
// Gives: facts, summaries and names as they were written.
// Never: changes or deletes a fact. Erasing a person is the one exception, and leaves a tombstone.
package store

import (
	"bytes"
	"context"
	"iter"
	"slices"
	"time"

	"github.com/throughline/throughline"
	"github.com/throughline/throughline/internal/deal"
)

// Question is all that an answer depends on beside what is written.
type Question struct {
	Of       string // what was asked, in whichever words
	By       string // whoever asked may do and see what else whoever is called so may
	Language string
	Minute   int64 // since 1970
	Listing  Listing
	Book     any // the playbook as it is in use; compared by what it points at
}

// Ledger is one database. All methods may be called from several goroutines;
// writes wait for one another. Errors are *throughline.Error.
type Ledger interface {
	// Moment gives a context in which the same small question is put to the database
	// once, also where others asked it before, as long as nothing is written that could
	// answer it otherwise: for answering one request. What any process wrote before the
	// moment is seen in it, and what this process writes meanwhile; what another
	// process writes meanwhile is seen by the next. It ends when the function is called.
	Moment(ctx context.Context, ws throughline.Workspace) (context.Context, func())

	// Afresh gives a context in no moment, for what goes on for long.
	Afresh(ctx context.Context) context.Context

	// Answer gives what make gave when the question was asked last, as long as nothing
	// is written that the answer could be made of, and says whether it did. In no moment
	// it calls make. The answer is made of deals, facts, people, customers, settings,
	// playbooks, the register and, as far as the question says their state, lists.
	Answer(ctx context.Context, q Question, make func() ([]byte, error)) (text []byte, again bool, err error)

	// Append writes a batch in one transaction: when it returns, all of it is
	// on disk; when it fails, none of it is. Facts, records and versions that
	// are already there are left as they are and counted as known. A deal that
	// names somebody who is told as somebody else is told so (deal.PersonMerged).
	Append(ctx context.Context, ws throughline.Workspace, b Batch) (Receipt, error)

	// Facts gives all facts of a deal, in no particular order; none for an
	// unknown deal.
	Facts(ctx context.Context, ws throughline.Workspace, d throughline.DealID) ([]deal.Fact, error)

	// AllFacts streams the facts of every deal, deal by deal, in the order of
	// the deals' ids.
	AllFacts(ctx context.Context, ws throughline.Workspace) iter.Seq2[[]deal.Fact, error]

	// Summaries streams the summary of every deal, without attributes. The
	// order is the deals' ids'.
	Summaries(ctx context.Context, ws throughline.Workspace) iter.Seq2[deal.Summary, error]

	// Heads is Summaries for lists that only count, filter and order: the
	// summaries are Partial, and take less than half the time.
	Heads(ctx context.Context, ws throughline.Workspace) iter.Seq2[deal.Summary, error]

	// SummariesOf gives the summaries of some deals, with attributes, in the
	// order asked; unknown deals are left out.
	SummariesOf(ctx context.Context, ws throughline.Workspace, ids []throughline.DealID) ([]deal.Summary, error)

	// Counts gives how many deals and facts there are.
	Counts(ctx context.Context, ws throughline.Workspace) (Counts, error)

	// People gives the latest version of some people; unknown ones are left out.
	People(ctx context.Context, ws throughline.Workspace, ids []throughline.PersonID) (map[throughline.PersonID]Person, error)

	// PersonVersions gives all versions of a person, in the order in which they were
	// written; none for an unknown one.
	PersonVersions(ctx context.Context, ws throughline.Workspace, id throughline.PersonID) ([]Person, error)

	// Accounts gives the latest version of some accounts; unknown ones are left out.
	Accounts(ctx context.Context, ws throughline.Workspace, ids []throughline.AccountID) (map[throughline.AccountID]Account, error)

	// Resolve gives our ids for foreign ones of a system and kind; unknown
	// ones are left out.
	Resolve(ctx context.Context, ws throughline.Workspace, system string, kind RecordKind, foreign []string) (map[string]throughline.ID, error)

	// FormSent gives the digest of the words that came with a form, false where
	// it was never sent.
	FormSent(ctx context.Context, ws throughline.Workspace, token throughline.ID) (digest [32]byte, sent bool, err error)

	// Foreign gives the records behind ids of ours: where each came from.
	Foreign(ctx context.Context, ws throughline.Workspace, ids []throughline.ID) (map[throughline.ID][]Record, error)

	// FindDeals looks for deals whose title, account name, foreign id or id
	// (or the beginning of one of these) matches the words; at most limit.
	FindDeals(ctx context.Context, ws throughline.Workspace, words string, limit int) ([]throughline.DealID, error)

	// FindPeople looks for people, theirs and ours, whose name or title holds the
	// words, in any case; the better match first, at most limit. Erased people
	// and former names are not found; by each name of people who are one the one
	// is found as whom they are told.
	FindPeople(ctx context.Context, ws throughline.Workspace, words string, limit int) ([]Person, error)

	// Number gives that of the last transaction which wrote anything that can be
	// asked for; 0 where there was none. While it stays the same, nothing is
	// another than it was. Numbers rise by one.
	Number(ctx context.Context, ws throughline.Workspace) (int64, error)

	// Since gives what was written after a number, oldest first: one Written for
	// each transaction, whoever made it, none twice and none left out.
	Since(ctx context.Context, ws throughline.Workspace, after int64) iter.Seq2[Written, error]

	// Added gives the facts that a transaction added, in the order of deals and
	// ids, as they stand now; none for what was written before writes had numbers.
	Added(ctx context.Context, ws throughline.Workspace, number int64) ([]deal.Fact, error)

	// Merged gives everybody who is told as somebody else now, with as whom: in one
	// step, which may lead on.
	Merged(ctx context.Context, ws throughline.Workspace) (map[throughline.PersonID]Person, error)

	// DealsNaming lists the deals in which a person appears in any fact, taken back
	// or not: as who acted, in a field, or as a mention in its words. It reads all
	// facts, and is for what is rare.
	DealsNaming(ctx context.Context, ws throughline.Workspace, p throughline.PersonID) ([]throughline.DealID, error)

	// Imports lists what was imported, newest first.
	Imports(ctx context.Context, ws throughline.Workspace) ([]Import, error)

	// ErasePerson removes a person's personal fields from every version and
	// their name and address from the words of facts. What facts say of the
	// person's acts stays, pointing at a tombstone. Of people who are one, each is
	// erased with any of them. It gives how many facts' words were redacted.
	ErasePerson(ctx context.Context, ws throughline.Workspace, p throughline.PersonID, at time.Time) (redacted int, err error)

	// Check looks whether the store is whole, of all workspaces: whether every
	// row is what was written, none is missing, and summaries say what their
	// facts say.
	Check(ctx context.Context) (Checked, error)

	// Backup writes a consistent copy to a path that must not exist.
	Backup(ctx context.Context, path string) error

	// Rows for lists and what forecasts said are kept beside the facts.
	Lists
	Forecasts
	Versions
	Settings
	Drafts
	Sharing
	Register
	Trail
	Uses
	Keys
	Tries
	Jobs

	Close() error
}

// Batch is what one transaction writes. Facts may be of several deals.
type Batch struct {
	Facts    []deal.Fact
	People   []Person
	Accounts []Account
	Records  []Record
	Import   *Import // appended when set; same ID: the later one holds
	Form     *Form   // the form it came with, where there was one
	If       *Unchanged
	Register *Admission // a line that goes with it: where that is refused, nothing of the batch is written
}

// Unchanged is how many facts of a deal whoever writes has seen, one of several numbers. A batch
// with one is a conflict, ErrChanged, where the ledger holds none of them; one whose form is
// known is known before.
type Unchanged struct {
	Deal  throughline.DealID
	Facts []int
}

// ErrChanged says that others have added to a deal since it was looked at.
var ErrChanged = throughline.Refuse("changed_since", "the deal has changed since it was read; read it again first")

// Form says with which form a batch was sent. A batch whose form is known, with
// the same digest, adds nothing; with another digest it is a conflict.
type Form struct {
	Token  throughline.ID // of the form's token and the deal
	Digest [32]byte       // of the words, led by the token, so that nobody can try words out
}

// Receipt counts what a batch added; the rest was known.
type Receipt struct {
	Facts, Deals, People, Accounts, Records int

	Known bool // the batch's form was sent before with the same words
}

// Checked is what a look at a whole store found.
type Checked struct {
	Faults    []string // one sentence for each
	Uncovered []string // what was not looked at, and why
	Rows      int      // that were held against their checksums
}

// Counts says how much is kept.
type Counts struct {
	Deals int `json:"deals"`
	Facts int `json:"facts"`
}

// Person holds the personal fields of someone, of the customer's or of ours,
// apart from facts. A change appends a version; the one recorded last holds.
type Person struct {
	ID       throughline.PersonID  `json:"id"`
	Recorded time.Time             `json:"-"`
	Ours     bool                  `json:"ours,omitempty"` // one of our people
	Name     string                `json:"name,omitempty"`
	Title    string                `json:"title,omitempty"`
	Email    string                `json:"email,omitempty"`
	Phone    string                `json:"phone,omitempty"`
	Other    string                `json:"other,omitempty"` // another address: a second mailbox, a messenger, a street
	Account  throughline.AccountID `json:"account,omitzero"`
	Same     throughline.PersonID  `json:"told_as,omitzero"`   // they are told as somebody else: two names of one human
	Erased   time.Time             `json:"erased_on,omitzero"` // tombstone: the fields above are gone
}

// ToldAs gives as whom somebody is told in the end: themselves, where nothing else
// was said. same is what Merged gives.
func ToldAs(p throughline.PersonID, same map[throughline.PersonID]Person) throughline.PersonID {
	for range same { // a circle ends too
		into, is := same[p]
		if !is {
			break
		}
		p = into.Same
	}
	return p
}

// NamesOf gives a person under each of the names that are one with theirs, as which
// they were asked for first. same is what Merged gives.
func NamesOf(p throughline.PersonID, same map[throughline.PersonID]Person) []throughline.PersonID {
	end := ToldAs(p, same)
	out := []throughline.PersonID{p}
	for id := range same {
		if id != p && id != end && ToldAs(id, same) == end {
			out = append(out, id)
		}
	}
	if end != p {
		out = append(out, end)
	}
	slices.SortFunc(out[1:], func(a, b throughline.PersonID) int { return bytes.Compare(a[:], b[:]) })
	return out
}

// Account is a customer's organisation. A change appends a version.
type Account struct {
	ID         throughline.AccountID `json:"id"`
	Recorded   time.Time             `json:"-"`
	Name       string                `json:"name"`
	Attributes map[string]string     `json:"attributes,omitempty"`
}

// RecordKind says what a foreign id stands for.
type RecordKind string

// The kinds of foreign record.
const (
	DealRecord    RecordKind = "deal"
	PersonRecord  RecordKind = "person"
	AccountRecord RecordKind = "account"
)

// Record ties a foreign id to one of ours.
type Record struct {
	System  string         `json:"system"`
	Kind    RecordKind     `json:"kind"`
	Foreign string         `json:"foreign"`
	ID      throughline.ID `json:"id"`
}

// Import says what was read, when, and up to which day the source knew.
type Import struct {
	ID       throughline.ID  `json:"id"`
	System   string          `json:"system"`
	Started  time.Time       `json:"started"`
	Finished time.Time       `json:"finished,omitzero"` // zero: it was cut off, the next run completes it
	Horizon  throughline.Day `json:"horizon,omitzero"`  // the newest day the source speaks of
	Files    []string        `json:"files"`
	Rows     int             `json:"rows"`
	Facts    int             `json:"facts"`
	Rejected int             `json:"rejected"`
}
