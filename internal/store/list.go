package store

import (
	"context"
	"slices"
	"time"

	"github.com/throughline/throughline"
)

// Lists keeps a row of each deal for lists, made by whoever knows the playbooks
// and the day, and answers questions about all of them. Rows follow from the
// facts and can be made anew at any time.
type Lists interface {
	// Query answers one question about a list, and says of what the rows speak. It
	// reads one state of the ledger.
	Query(ctx context.Context, ws throughline.Workspace, q Query) (List, error)

	// Listing says of what the rows speak; the zero Listing where there are none.
	Listing(ctx context.Context, ws throughline.Workspace) (Listing, error)

	// Relist writes rows, and of what they speak, in one transaction, and gives
	// what that is. Where the rows no longer speak of from, nothing is written and
	// it is a conflict: somebody else was quicker. It is no write that Since tells of.
	Relist(ctx context.Context, ws throughline.Workspace, from Listing, r Relisting) (Listing, error)

	// ListedUntil gives the deals whose rows hold until an instant or an earlier one.
	ListedUntil(ctx context.Context, ws throughline.Workspace, at time.Time) ([]throughline.DealID, error)

	// ListedDays gives on which days something of a deal is due, of some days and
	// sellers: in the order of days, of one day in that of ids. A workspace whose
	// rows are not whole has none.
	ListedDays(ctx context.Context, ws throughline.Workspace, q Days) ([]DayOf, error)

	// ListedOf gives the deals on the lists that are of some accounts.
	ListedOf(ctx context.Context, ws throughline.Workspace, accounts []throughline.AccountID) ([]throughline.DealID, error)

	// Sellers gives who has deals on the lists that are seen, and how many of them
	// are open, in the order of ids; the zero id where some are nobody's.
	Sellers(ctx context.Context, ws throughline.Workspace, s Sight) ([]Seller, error)

	// Stages gives in which stages open deals are that are seen, and how many in
	// each, in the order of addresses and of the other system's words.
	Stages(ctx context.Context, ws throughline.Workspace, s Sight) ([]StageCount, error)
}

// Sight says which deals are seen. The zero Sight sees every deal.
type Sight struct {
	Owners []throughline.PersonID  // only these sellers' deals; nil: everybody's
	Open   []throughline.AccountID // besides, all of these customers' deals
	Close  []throughline.AccountID // of these customers' deals only those of Own; none of them is Open too
	Own    []throughline.PersonID  // who looks, under all their names
}

// Sees reports whether a deal of somebody's with a customer is seen.
func (s Sight) Sees(owner throughline.PersonID, account throughline.AccountID) bool {
	switch {
	case slices.Contains(s.Open, account):
		return true
	case slices.Contains(s.Close, account) && !slices.Contains(s.Own, owner):
		return false
	}
	return s.Owners == nil || slices.Contains(s.Owners, owner)
}

// Listed is what lists ask of a deal.
type Listed struct {
	Deal      throughline.DealID
	Title     string // folded
	Called    string // what it is found by, where that is another: a title of a day to come; Nameless for none
	Account   throughline.AccountID
	Owner     throughline.PersonID
	Outcome   throughline.Outcome
	Stage     throughline.Address
	Foreign   string // the other system's word for the stage, folded
	Process   throughline.Address
	Class     throughline.Class
	Frontier  throughline.Phase
	Amount    throughline.Money
	Opened    time.Time // instants in microseconds; zero where none is known
	Closed    time.Time
	Latest    time.Time         // the newest anything known of it speaks of
	CloseDate throughline.Day   // zero where there is none
	Since     throughline.Day   // quiet since; zero where that is not known
	Acted     bool              // counted from an act of theirs, else from the opening
	Weight    int               // of the reasons to look at it; 0 where there is none
	Days      []throughline.Day // on which something of it is due, each once, in their order

	Gaps  []int     // the days between their acts, for what is usual
	Cycle int       // the days from its opening to its end; -1 where there are none
	Until time.Time // the row holds until then; zero: as long as its day
}

// Nameless is Listed.Called of a deal that is found by no title.
const Nameless = " "

// Listing says of what the rows of a workspace speak.
type Listing struct {
	Number  int64              // facts up to this transaction are in them
	Form    string             // by which rules and playbooks they were made, in whose days; empty: not whole yet
	Making  string             // what they are being brought to
	Reached throughline.DealID // and up to which deal they are
	Day     throughline.Day    // of which day
	Weighed string             // what was usual when they were weighed, as Usual spells it
	Usual   string             // and what is usual now
}

// Usage is how often numbers of days occurred: place n of a list counts n days.
type Usage struct {
	Gaps   []int32 // between two acts of a customer
	Cycles []int32 // from opening to end
	Won    []int32 // the same of deals that were won
}

// MostDays is the longest number of days that is told apart from longer ones.
const MostDays = 3653

// Relisting is what Relist writes.
type Relisting struct {
	Rows    []Listed                         // each in place of the one its deal had
	Gone    []throughline.DealID             // deals that are on no list
	Later   map[throughline.DealID]time.Time // of those, which are to be looked at again, and when
	Renamed bool                             // customers of theirs may have other names
	To      Listing                          // what the rows speak of now, but for Usual
	Usual   func(Usage) string               // spells what is usual; nil: as it is
}

// Days asks on which days something is due.
type Days struct {
	From, To throughline.Day        // both among them; To may be zero: without end
	Owners   []throughline.PersonID // only these sellers' deals; nil: everybody's
	Sight    Sight                  // only what is seen
	Limit    int                    // how many at most; 0: all
}

// DayOf is a day on which something of a deal is due.
type DayOf struct {
	Day  throughline.Day
	Deal throughline.DealID
}

// Seller is somebody who has deals.
type Seller struct {
	Person throughline.PersonID
	Deals  int
	Open   int
}

// StageCount is how many open deals are in a stage. Foreign is the other
// system's word for it, folded; one of both may be empty.
type StageCount struct {
	Stage   throughline.Address
	Foreign string
	Open    int
}

// Sum is what some deals are worth together, in one currency.
type Sum struct {
	Currency string // empty: none was said
	Cents    int64
}

// ListOrder is an order of a list.
type ListOrder string

// The orders. Ties are in the order of ids.
const (
	ByRecent    ListOrder = "recent"     // open ones first, then what something newer is known of
	ByAttention ListOrder = "attention"  // the heavier reasons, then the longer silence
	ByQuiet     ListOrder = "quiet"      // open ones first, then the longer silence
	ByTitle     ListOrder = "title"      //
	ByAmount    ListOrder = "amount"     // what is worth more by Query.Worth, then what has no rate, the greater number first, then what has no amount
	ByOpened    ListOrder = "opened"     // the later
	ByClosed    ListOrder = "closed"     // the later
	ByCloseDate ListOrder = "close-date" // open ones first, then the sooner
	ByQuestion  ListOrder = "question"   // open ones first, then the later question they are at, then the longer silence
	ByMatch     ListOrder = "match"      // what the words match whole, by its beginning, inside; then open ones, heavier, longer quiet; how many match is not told. Without words as ByAttention
)

// Query is one question about a list.
type Query struct {
	Owners   []throughline.PersonID // only these sellers' deals, and only they are counted; nil: everybody's
	Sight    Sight                  // only what is seen, and only that is counted; of all of it List.Latest tells, whatever else is asked for
	Outcome  *throughline.Outcome
	Stage    string // an address, or another system's word in any case
	Process  throughline.Address
	Class    throughline.Class
	Frontier throughline.Phase
	Unplaced bool                  // only open ones of which nothing tells at which question they are
	Account  throughline.AccountID // only deals of this customer, by what is known of days to come too
	Due      [2]throughline.Day    // close date from the first to the second day; a zero one bounds nothing, two of them ask nothing
	Cents    [2]int64              // at least the first, at most the second; zeros as for Due
	Currency string                // only amounts in it
	Words    string                // as for FindDeals
	Asking   bool                  // with a reason to look at it
	Silent   bool
	Quiet    Quiet // what silent means
	Order    ListOrder
	Worth    map[string]float64 // what one of a currency is worth, for ByAmount; nil: numbers are compared as they stand
	Turned   bool               // the other way round; open ones stay first, and what has nothing to be ordered by stays last. Not for ByMatch
	Sums     bool               // List.Sums is asked for
	Offset   int
	After    *Cursor // only what comes after it; not for ByMatch. Counts and sums are of all that matches
	Limit    int     // 0: all
}

// WorthOf tells what an amount in hundredths of a currency is worth, for
// ByAmount: of class 0 where that can be compared, 1 where the currency has no
// rate, 2 where there is no amount. A lower class comes first.
func (q Query) WorthOf(cents int64, currency string) (class int, worth float64) {
	rate, has := q.Worth[currency]
	switch {
	case cents <= 0:
		return 2, 0
	case q.Worth == nil:
		return 0, float64(cents)
	case !has:
		return 1, float64(cents)
	}
	return 0, float64(cents) * rate
}

// Quiet says when an open deal is silent: quiet since before a day.
type Quiet struct {
	AfterAct     throughline.Day // counted from an act of theirs
	AfterOpening throughline.Day // counted from the opening
}

// List is the answer to a Query.
type List struct {
	Listing
	Written int64 // the number of the last transaction; the rows may lack what came after Listing.Number

	Outcomes map[throughline.Outcome]int // how many deals there are, whatever else is asked for
	Silent   int                         // of those
	Asking   int                         // of those
	PutOff   int                         // of those asking: postponed
	Living   int                         // of those asking: won, and not at their result yet
	Latest   time.Time                   // the newest anything of any deal within Query.Sight speaks of
	Matched  int
	Sums     []Sum // of what matched, in the order of currencies; those that come to nothing are left out
	Deals    []throughline.DealID
	Next     *Cursor // where the next page begins; nil: there is none, or no limit, or ByMatch
}

// Total is how many deals there are.
func (l List) Total() int {
	n := 0
	for _, of := range l.Outcomes {
		n += of
	}
	return n
}
